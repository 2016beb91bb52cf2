//! Every case of tests/fixtures/counting, the whole way of an answer: the logbook's segments, the database, the rollup, and the
//! numbers that a laptop pulls. All cases of one cap stand in one log, mixed; each has files, episodes and addresses of its own.
//!
//! Left out is what no answer of this server can be, and is named: a row under the id of another one.

use crate::scene::{Laptop, Scene, facts};
use hearthcast_counting::{address, count_file, listener, range, referrer};
use hearthcast_model::clock::parse_rfc3339;
use hearthcast_model::stats::DayCount;
use hearthcast_model::{EpisodeId, MediaFacts, Sha256, ShowId};
use hearthcast_protocol::pull::MetricsAnswer;
use hearthcast_server::logbook::{Flags, LogOptions, Logbook, Method, Row};
use hearthcast_store::released::EpisodeMedia;
use hearthcast_store::{media, released};
use ipnet::IpNet;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const SHOW: &str = "018f0000-0000-7000-8000-000000000001";
const DAY_MS: i64 = 86_400_000;

struct Case {
    name: String,
    json: Value,
}

impl Case {
    fn text(&self, what: &str) -> String {
        format!("{} {what}", self.name)
    }
    /// The episode's id at the server: made of its name, so that no two cases share one.
    fn episode(&self, name: &str) -> EpisodeId {
        let digest = Sha256::of(self.text(name).as_bytes());
        EpisodeId::parse(digest.short()).unwrap()
    }
    fn file(&self, name: &str) -> Sha256 {
        Sha256::of(self.text(&format!("file {name}")).as_bytes())
    }
    fn cap(&self) -> Option<u64> {
        self.json["settings"]["max_downloads_per_ip_per_day"].as_u64()
    }
    fn redirects(&self) -> bool {
        self.json["settings"]["mode"] == "redirect"
    }
    fn networks(&self, list: &str) -> Vec<IpNet> {
        let texts = self.json["settings"][list].as_array().into_iter().flatten();
        texts.map(|text| address::parse_network(text.as_str().unwrap()).unwrap()).collect()
    }
    fn requests(&self) -> &[Value] {
        self.json["requests"].as_array().unwrap()
    }
    /// Why no answer of this server can be like this.
    fn impossible(&self) -> Option<&'static str> {
        let ids: Vec<&Value> = self.requests().iter().filter_map(|request| request.get("id")).collect();
        let again = ids.iter().enumerate().any(|(at, id)| ids[..at].contains(id));
        again.then_some("a row is read once: its place in the log is its id")
    }

    fn media(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.json["media"].as_object().unwrap().iter()
    }

    fn facts(&self, name: &str, told: &Value) -> MediaFacts {
        let bytes = |field: &str| told[field].as_u64().unwrap_or(0);
        MediaFacts {
            size_bytes: bytes("size"),
            header_bytes: bytes("header"),
            trailer_bytes: bytes("trailer"),
            duration_ms: told["duration"].as_f64().map(|seconds| (seconds * 1000.0).round() as i64),
            sha256: self.file(name),
            ..facts(b"", "audio/mpeg", None)
        }
    }

    /// A request as the server notes it; the salt is the case's own, so that addresses of two cases never meet.
    fn row(&self, request: &Value) -> Row {
        let salt = Sha256::of(self.name.as_bytes()).to_digest();
        let text = |field: &str| request[field].as_str().unwrap_or_default();
        let media = &self.json["media"][text("media")];
        let peer = text("ip").trim().parse().unwrap();
        let client = address::client(peer, request["xff"].as_str(), &self.networks("trusted_proxies"));
        Row {
            start_ms: parse_rfc3339(text("t")).unwrap(),
            media: self.file(text("media")),
            first_byte: request["start"].as_u64().unwrap_or(0),
            sent: request["sent"].as_u64().unwrap(),
            status: u16::try_from(request["status"].as_u64().unwrap()).unwrap(),
            method: match text("method") {
                "GET" => Method::Get,
                "HEAD" => Method::Head,
                _ => Method::Other,
            },
            range: range::asked(text("range"), media["size"].as_u64().unwrap()),
            listener: listener::listener(&salt, client, text("ua")),
            address: listener::address(&salt, client),
            agent: text("ua").into(),
            referrer: request["referer"].as_str().and_then(referrer::host).unwrap_or_default(),
            country: None,
            episode: Some(self.episode(media["episode"].as_str().unwrap())),
            flags: Flags {
                excluded: address::listed(client, &self.networks("exclude_cidrs")),
                allowed: address::listed(client, &self.networks("allow_cidrs")),
                redirected: self.redirects(),
                ..Flags::default()
            },
        }
    }

    /// What a laptop was told of this case, in the words of the case.
    fn served(&self, rows: &[DayCount]) -> Value {
        let names: BTreeMap<EpisodeId, &str> = (self.media().map(|(_, told)| told["episode"].as_str().unwrap()))
            .map(|name| (self.episode(name), name))
            .collect();
        let (mut days, mut episodes) = (BTreeMap::<&str, u64>::new(), BTreeMap::<&str, u64>::new());
        let (mut apps, mut devices, mut referrers) = (Counts::new(), Counts::new(), Counts::new());
        let (mut filtered, mut unverified) = (Counts::new(), 0);
        for (row, name) in rows.iter().filter_map(|row| Some((row, *names.get(&row.episode)?))) {
            assert_eq!(row.show.as_str(), SHOW, "{}", self.name);
            if row.funnel.downloads > 0 {
                *days.entry(&row.day).or_default() += row.funnel.downloads;
                *episodes.entry(name).or_default() += row.funnel.downloads;
            }
            add(&mut apps, &row.by_app);
            add(&mut devices, &row.by_device);
            add(&mut referrers, &row.by_referrer);
            let dropped = row.funnel.dropped.iter().map(|(reason, count)| (reason.as_str().to_string(), *count));
            add(&mut filtered, &dropped.collect());
            unverified += row.unverified;
        }
        json!({
            "downloads": days.values().sum::<u64>(), "unverified": unverified, "by_day": days, "by_episode": episodes,
            "apps": apps, "devices": devices, "referrers": referrers, "filtered": filtered,
        })
    }
}

type Counts = BTreeMap<String, u64>;

fn add(sum: &mut Counts, more: &Counts) {
    more.iter().for_each(|(name, count)| *sum.entry(name.clone()).or_default() += count);
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/counting");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| {
        let name = path.file_stem()?.to_str()?.to_string();
        let json: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        json.get("requests").is_some().then_some(Case { name, json })
    };
    let mut cases: Vec<Case> =
        files.filter(|path| path.extension().is_some_and(|end| end == "json")).filter_map(read).collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// The files of the cases, as if they had been published long ago.
fn publish(scene: &Scene, cases: &[&Case]) {
    scene.runtime.block_on(async {
        let mut writer = scene.store().write().await.unwrap();
        for case in cases {
            for (name, told) in case.media() {
                let facts = case.facts(name, told);
                media::put(&mut writer, &facts.sha256, facts.size_bytes, &facts.mime, 0).await.unwrap();
                media::tell(&mut writer, &[&facts]).await.unwrap();
                let published_ms = told["published"].as_str().map_or(0, |text| parse_rfc3339(text).unwrap());
                let (episode, show) = (case.episode(told["episode"].as_str().unwrap()), ShowId::parse(SHOW).unwrap());
                let attached = EpisodeMedia { sha256: facts.sha256, episode, show, published_ms };
                released::attach(&mut writer, [attached].into_iter()).await.unwrap();
            }
        }
        writer.commit().await.unwrap();
    });
}

/// Writes the answers of all cases, a request of each in turn. Every other row says at first that all was taken, as rows do
/// that are written before the last byte, and is amended.
fn note(scene: &Scene, cases: &[&Case]) {
    let log = Logbook::open(&scene.data().join("log"), "main", scene.clock.clone(), LogOptions::default()).unwrap();
    let most = cases.iter().map(|case| case.requests().len()).max().unwrap_or(0);
    for at in 0..most {
        for case in cases {
            let Some(request) = case.requests().get(at) else { continue };
            let row = case.row(request);
            let sent = row.sent;
            if at % 2 == 0 {
                log.append(&row).unwrap();
            } else {
                let early = log.append(&Row { sent: sent.saturating_add(1_000_000), ..row }).unwrap();
                log.amend(&early, sent);
            }
        }
    }
}

fn pulled(scene: &Scene, laptop: &Laptop) -> Vec<DayCount> {
    let (mut rows, mut after) = (vec![], 0);
    loop {
        let path = format!("/sync/v1/metrics?after={after}&limit=500");
        let page: MetricsAnswer = laptop.send(scene.addr(), "GET", &path, &[], b"").expect(200).read();
        after = page.next;
        rows.extend(page.rows);
        if !page.more {
            return rows;
        }
    }
}

/// Runs cases through one server with one cap.
fn through_the_server(cap: Option<u64>, cases: &[&Case]) -> Vec<DayCount> {
    let mut scene = Scene::new();
    let laptop = scene.paired();
    publish(&scene, cases);
    scene.stop();
    note(&scene, cases);
    let last = cases.iter().flat_map(|case| case.requests()).map(|r| parse_rfc3339(r["t"].as_str().unwrap()).unwrap());
    let after = last.max().unwrap_or(0) + DAY_MS;
    scene.clock.advance((after - scene.now_ms()).max(0));
    scene.start_with(|settings| {
        settings.max_downloads_per_ip_per_day = cap;
        settings.keep_log_days = 3_650;
    });
    let requests: usize = cases.iter().map(|case| case.requests().len()).sum();
    let mut rows = vec![];
    scene.until("all answers are counted", || {
        rows = pulled(&scene, &laptop);
        rows.iter().map(|row| row.funnel.requests).sum::<u64>() == requests as u64
    });
    rows
}

#[test]
fn every_case_gives_the_same_numbers_the_whole_way() {
    let cases = cases();
    let (left_out, run): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|case| case.impossible().is_some());
    let reasons: Vec<_> = left_out.iter().map(|case| (case.name.as_str(), case.impossible().unwrap())).collect();
    assert!(run.len() >= 95 && left_out.len() <= 2, "{reasons:?}");
    let mut by_cap = BTreeMap::<Option<u64>, Vec<&Case>>::new();
    run.into_iter().for_each(|case| by_cap.entry(case.cap()).or_default().push(case));
    let mut wrong = vec![];
    for (cap, cases) in by_cap {
        let rows = through_the_server(cap, &cases);
        for case in cases {
            let mut expected = count_file(case.json.clone()).unwrap();
            assert_eq!(expected, case.json["expect"], "{}", case.name);
            // Sets of pseudonyms stay at the server; their sum is not served.
            expected.as_object_mut().unwrap().remove("listeners_by_day_sum");
            let served = case.served(&rows);
            if served != expected {
                wrong.push(format!("{}\n  served   {served}\n  expected {expected}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
