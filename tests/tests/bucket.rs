//! Issue 3, point 4: publish to an S3 storage without any server of ours; again = nothing; misfortunes have one clear
//! outcome each, and the publication goes on afterwards.

use hearthcast_library::{Library, files};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::facts::{MediaFacts, MediaKind};
use hearthcast_model::id::RandomIds;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, EpisodeId, Sha256, ShowId};
use hearthcast_testkit::{
    ACCESS_KEY_ID, ExpiredServer, FaultServer, Liar, Reply, S3Server, SECRET_ACCESS_KEY, bucket_url, public_url,
};
use hearthcast_tests::{BucketScene, Laptop, Listener, enclosures, output, scratch, sound};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A part of an upload.
const PART: u64 = 8 * 1024 * 1024;

/// What a publication sends beside the files: heads of requests, manifest, feeds.
const BESIDE: u64 = 512 * 1024;

/// Enough sound for more than two parts.
const LONG_SECONDS: usize = 1_200;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

#[test]
fn a_bucket_is_published_whole_and_a_second_run_asks_at_most_three_times() {
    let scene = BucketScene::new(66);
    let plan = scene.laptop.ask(&["plan", &scene.show]);
    assert_eq!(plan["blockers"], json!([]), "the show is complete");
    assert!(scene.storage.asked().is_empty(), "a plan needs no network");
    let published = scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!(published["version"], 1);
    let feed_url = text(&published["feed_url"]).to_string();
    assert_eq!(feed_url, format!("{}/pods/harbour/feeds/{}/feed.xml", scene.line.origin(), scene.show));

    let listener = Listener::fast("AntennaPod/3.4.0");
    let feed = listener.get(&feed_url).unwrap();
    assert_eq!((feed.status, feed.header("content-type")), (200, Some("application/rss+xml; charset=utf-8")));
    assert_eq!(feed.header("cache-control"), Some("public, max-age=60, must-revalidate"));
    let beside = scene.folder.path().join("feed.xml");
    std::fs::write(&beside, &feed.body).unwrap();
    output(Command::new("xmllint").args(["--nonet", "--noout"]).arg(&beside));
    let [(audio, length)] = enclosures(&String::from_utf8(feed.body).unwrap()).try_into().expect("one episode");
    let heard = listener.get(&audio).unwrap();
    assert_eq!(
        (heard.status, heard.body.len() as u64, heard.header("content-type")),
        (200, length, Some("audio/mpeg"))
    );
    assert_eq!(heard.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(heard.body, std::fs::read(scene.folder.path().join("1.mp3")).unwrap(), "bit for bit");
    let part = listener.get_with(&audio, &[("Range", "bytes=100-199")]).unwrap();
    assert_eq!((part.status, &part.body[..]), (206, &heard.body[100..200]));

    scene.storage.asked();
    let again = scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!((&again["version"], &again["writes"]), (&json!(1), &json!(0)));
    let asked = scene.storage.asked();
    assert!(asked.len() <= 3, "{asked:?}");
}

#[test]
fn the_feed_comes_last_and_names_only_what_is_there() {
    let scene = BucketScene::new(66);
    scene.laptop.ask(&["publish", &scene.show]);
    let writes: Vec<String> = scene.storage.asked().into_iter().filter(|a| a.method == "PUT").map(|a| a.path).collect();
    let probed = |path: &String| path.contains("hearthcast-probe");
    let order: Vec<&str> = writes.iter().filter(|path| !probed(path)).map(String::as_str).collect();
    let feed = order.iter().position(|path| path.ends_with("/feed.xml")).expect("the feed was written");
    assert_eq!(feed, order.len() - 1, "{order:#?}");
    assert!(
        order[feed - 1].ends_with("/v/00000001.xml") && order[feed - 2].ends_with("/v/00000001.json"),
        "{order:#?}"
    );
}

#[test]
fn the_probe_tells_what_the_storage_can_do() {
    let scene = BucketScene::new(6);
    let report = scene.laptop.ask(&["target", "probe", "pods"]);
    assert_eq!((&report["usable"], &report["guarded"]), (&json!(true), &json!(true)), "{report}");
    let checks: Vec<&str> = report["lines"].as_array().unwrap().iter().map(|line| text(&line["check"])).collect();
    for check in ["write", "headers", "ranges", "create_once", "replace_unchanged", "multipart", "public", "cors"] {
        assert!(checks.contains(&check), "{check} is missing in {checks:?}");
    }
    scene.storage.asked();
    scene.laptop.ask(&["publish", &scene.show]);
    let probed = scene.storage.asked().into_iter().any(|asked| asked.path.contains("hearthcast-probe"));
    assert!(!probed, "what is known is not tried again");
}

/// Puts episodes with small sounds of their own into a library, as the program would.
fn put_many(laptop: &Laptop, show: &str, count: usize) {
    let show = ShowId::parse(text(&laptop.ask(&["show", "get", show])["id"])).expect("an id");
    let put = async {
        let library = Library::open(laptop.library(), Arc::new(SystemClock), Arc::new(RandomIds))
            .await
            .expect("the library takes it");
        let mut tx = library.transact().await.expect("the library takes it");
        for n in 0..count {
            let content = format!("a short sound, number {n}");
            let (hash, name) = (Sha256::of(content.as_bytes()), format!("short-{n}"));
            let path = files::path(laptop.library(), &hash);
            std::fs::create_dir_all(path.parent().expect("the library takes it")).expect("the library takes it");
            std::fs::write(path, &content).expect("the library takes it");
            let plain =
                MediaFacts::unmeasured(MediaKind::Audio, "mp3", "audio/mpeg", content.len() as u64, hash.clone());
            tx.put_media(&MediaFacts { duration_ms: Some(1_000), ..plain }, "short.mp3")
                .await
                .expect("the library takes it");
            let mut episode = Episode::new(show.clone(), &format!("guid-{n}"), &name, &name, tx.now_ms());
            episode.audio = Some(Attachment { hash, name, ext: "mp3".into() });
            let id = EpisodeId::fresh(library.ids(), tx.now_ms());
            tx.put(id.as_str(), &episode).await.expect("the library takes it");
        }
        tx.commit().await.expect("the library takes it");
        library.readers().close().await;
    };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(put);
}

/// The rule: nothing public points at something missing, and looking for that costs no request per older file.
#[test]
fn older_files_are_looked_up_in_lists_and_none_is_missed() {
    let scene = BucketScene::new(6);
    put_many(&scene.laptop, &scene.show, 60);
    scene.laptop.ask(&["publish", &scene.show]);
    scene.add_episode(2, 6);
    scene.storage.asked();
    let published = scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!(published["version"], 2);
    let asked = scene.storage.asked();
    let lists = asked.iter().filter(|asked| asked.path.contains("list-type=")).count();
    assert_eq!(lists, 2, "sounds and pictures: {asked:#?}");
    assert!(!asked.iter().any(|asked| asked.path.contains("/short-")), "no older file is asked about: {asked:#?}");
    assert!(asked.len() <= 30, "{} requests: {asked:#?}", asked.len());

    let media = scene.storage.bucket().join("harbour/media");
    let found = output(Command::new("find").arg(&media).args(["-name", "short-7.mp3"]));
    std::fs::remove_file(found.trim()).expect("the sound is there");
    let feed_url = text(&published["feed_url"]).to_string();
    let before = Listener::fast("a").get(&feed_url).unwrap().body;
    let listed = scene.laptop.ask(&["episode", "list", &scene.show]);
    let id = text(&listed["episodes"][0]["id"]).to_string();
    scene.laptop.ask(&["episode", "set", &scene.show, &id, "title=Another title"]);
    let spoken = scene.laptop.speak(&["publish", &scene.show]);
    assert_eq!(text(&spoken.last["code"]), "target.mismatch", "{}", spoken.last);
    assert!(text(&spoken.last["message"]).contains("short-7.mp3"), "{}", spoken.last);
    assert_eq!(Listener::fast("a").get(&feed_url).unwrap().body, before, "listeners have what they had");
    scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!(std::fs::read_to_string(found.trim()).unwrap(), "a short sound, number 7", "sent again");
    assert_ne!(Listener::fast("a").get(&feed_url).unwrap().body, before);
}

/// One storage after another answers in the place of the right one; each has its outcome, and none is believed to be a
/// change that another laptop made.
#[test]
fn misfortunes_have_one_clear_outcome_and_the_publication_goes_on() {
    let scene = BucketScene::new(66);
    scene.laptop.ask(&["publish", &scene.show]);
    scene.add_episode(2, 66);
    let fault = FaultServer::start(Reply::portal());
    scene.line.lead_to(fault.address());
    for (what, reply, code, exit) in [
        ("captive portal", Reply::portal(), "target.offline", 3),
        ("revoked key", Reply::s3_error(403, "InvalidAccessKeyId", "no such key"), "auth.refused", 1),
        ("deleted bucket", Reply::s3_error(404, "NoSuchBucket", "no such bucket"), "target.refused", 1),
        ("wrong clock", Reply::skewed(), "target.refused", 1),
        ("full storage", Reply::s3_error(507, "QuotaExceeded", "full"), "target.full", 1),
    ] {
        fault.answer(reply);
        let before = fault.count();
        let spoken = scene.laptop.speak(&["publish", &scene.show]);
        assert_eq!(spoken.last["type"], "error", "{what}");
        assert_eq!((text(&spoken.last["code"]), spoken.code), (code, Some(exit)), "{what}: {}", spoken.last);
        assert!(!text(&spoken.last["hint"]).is_empty(), "{what}");
        let asked = fault.count() - before;
        assert!((1..=4).contains(&asked), "{what}: {asked} requests");
        let targets = scene.laptop.ask(&["target", "list"]);
        assert_eq!(targets["targets"][0]["version"], 1, "{what}");
        assert_eq!(targets["targets"][0]["unfinished"], true, "{what}: it stays, and can go on");
    }
    scene.line.lead_to(scene.storage.address());
    let published = scene.laptop.ask(&["publish", &scene.show]);
    assert_eq!(published["version"], 2);
    let feed = Listener::fast("AntennaPod/3.4.0").get(text(&published["feed_url"])).unwrap();
    assert_eq!(enclosures(&String::from_utf8(feed.body).unwrap()).len(), 2);
}

/// A second library with a show of the same address.
fn stranger(folder: &Path, url: &str, public: &str, key: (&str, &str)) -> (Laptop, String) {
    let mut laptop = Laptop::new(folder);
    let show = laptop.show("Harbour Light");
    laptop.secret("HEARTHCAST_PODS_ACCESS_KEY_ID", key.0);
    laptop.secret("HEARTHCAST_PODS_SECRET_ACCESS_KEY", key.1);
    let file = folder.join("one.mp3");
    sound::mp3(&file, 6, "Another one");
    laptop.episode(&show, "Another one", &file);
    laptop.ask(&["target", "add", &show, "pods", url, "--public-url", public]);
    (laptop, show)
}

#[test]
fn another_laptops_feed_is_never_written_over() {
    let scene = BucketScene::new(6);
    let published = scene.laptop.ask(&["publish", &scene.show]);
    let feed_url = text(&published["feed_url"]).to_string();
    let before = Listener::fast("a").get(&feed_url).unwrap().body;
    let other = scratch();
    let (url, public) = (bucket_url(&scene.line.origin(), "harbour"), public_url(&scene.line.origin(), "harbour"));
    let (laptop, show) = stranger(other.path(), &url, &public, (ACCESS_KEY_ID, SECRET_ACCESS_KEY));
    let spoken = laptop.speak(&["publish", &show]);
    assert_eq!(text(&spoken.last["code"]), "target.conflict", "{}", spoken.last);
    assert_eq!(Listener::fast("a").get(&feed_url).unwrap().body, before);
}

#[test]
fn a_storage_that_ignores_conditions_is_found_out_and_used_with_care() {
    let place = scratch();
    let liar = Liar::start(&place.path().join("s3rver"));
    let (url, public) = (bucket_url(&liar.origin(), "harbour"), public_url(&liar.origin(), "harbour"));
    let first = scratch();
    let (laptop, show) = stranger(first.path(), &url, &public, liar.key());
    let report = laptop.ask(&["target", "probe", "pods"]);
    assert_eq!((&report["usable"], &report["guarded"]), (&json!(true), &json!(false)), "{report}");
    let published = laptop.ask(&["publish", &show]);
    assert_eq!(published["version"], 1);
    let feed_url = text(&published["feed_url"]).to_string();
    let before = Listener::fast("a").get(&feed_url).unwrap().body;
    let other = scratch();
    let (laptop, show) = stranger(other.path(), &url, &public, liar.key());
    let spoken = laptop.speak(&["publish", &show]);
    assert_eq!(text(&spoken.last["code"]), "target.conflict", "{}", spoken.last);
    assert_eq!(Listener::fast("a").get(&feed_url).unwrap().body, before, "the storage would have let it happen");
}

/// Nobody at the screen: a keychain that is not there, and one that never answers.
#[test]
fn a_locked_keychain_has_one_clear_outcome() {
    let place = scratch();
    let storage = S3Server::start(&place.path().join("s3"));
    let (url, public) = (bucket_url(&storage.origin(), ""), public_url(&storage.origin(), ""));
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour Light");
    let file = place.path().join("one.mp3");
    sound::mp3(&file, 6, "One");
    laptop.episode(&show, "One", &file);
    laptop.ask(&["target", "add", &show, "pods", &url, "--public-url", &public]);
    let silent = place.path().join("bus");
    let _listener = std::os::unix::net::UnixListener::bind(&silent).unwrap();
    for bus in [place.path().join("nobody"), silent] {
        laptop.secret("DBUS_SESSION_BUS_ADDRESS", &format!("unix:path={}", bus.display()));
        let begin = Instant::now();
        let spoken = laptop.speak(&["publish", &show]);
        assert_eq!((text(&spoken.last["code"]), spoken.code), ("auth.refused", Some(1)), "{}", spoken.last);
        assert!(text(&spoken.last["hint"]).contains("HEARTHCAST_PODS_ACCESS_KEY_ID"), "{}", spoken.last);
        assert!(begin.elapsed() < Duration::from_secs(60), "nobody waits for ever");
    }
    assert!(storage.asked().is_empty(), "without a key nothing is asked");
}

#[test]
fn an_expired_certificate_is_named() {
    let place = scratch();
    let authority = place.path().join("authority.pem");
    let server = ExpiredServer::start(&authority);
    let other = scratch();
    let (url, public) = (bucket_url(&server.origin(), ""), public_url(&server.origin(), ""));
    let (mut laptop, show) = stranger(other.path(), &url, &public, (ACCESS_KEY_ID, SECRET_ACCESS_KEY));
    laptop.secret("SSL_CERT_FILE", authority.to_str().expect("temporary folders have plain names"));
    let spoken = laptop.speak(&["publish", &show]);
    assert_eq!((text(&spoken.last["code"]), spoken.code), ("target.offline", Some(3)), "{}", spoken.last);
    assert!(text(&spoken.last["message"]).contains("expired"), "{}", spoken.last);
    assert_eq!(server.connections(), 1, "it is not tried again");
}

/// The upload of a long file over a line that is cut, by a program that is killed. `HEARTHCAST_UPLOAD_MB=500` makes it the
/// long run of the issue (50 cuts, 5 kills); otherwise it is short.
#[test]
fn an_upload_survives_cuts_and_kills() {
    let long = std::env::var("HEARTHCAST_UPLOAD_MB").ok().and_then(|mb| mb.parse::<usize>().ok());
    let seconds = long.map_or(LONG_SECONDS * 2, |mb| mb * 1_000_000 / sound::BYTES_PER_SECOND / 6 * 6);
    let (cuts, kills) = if long.is_some() { (50, 5) } else { (4, 2) };
    let scene = BucketScene::new(seconds);
    let file = scene.folder.path().join("1.mp3");
    let bytes = std::fs::metadata(&file).unwrap().len();
    scene.laptop.ask(&["target", "probe", "pods"]);
    let from = scene.line.sent();
    scene.line.cut_at((1..=cuts).map(|n| from + n * bytes / (cuts + 1)).collect());
    let mut runs = 0;
    for kill in 1..=kills {
        // A cut may have ended the program before.
        while !killed_when(&scene, from + kill * bytes / (kills + 1)) {
            runs += 1;
            assert!(runs <= cuts, "it gets on");
        }
    }
    let published = loop {
        let spoken = scene.laptop.speak(&["publish", &scene.show]);
        if spoken.code == Some(0) {
            break spoken.last;
        }
        assert_eq!(text(&spoken.last["code"]), "target.offline", "{}", spoken.last);
        runs += 1;
        assert!(runs <= cuts, "it gets on");
    };
    let (cut, sent) = (scene.line.cuts(), scene.line.sent() - from);
    assert_eq!(cut, cuts, "every cut met the upload");
    let again = sent.saturating_sub(bytes);
    println!(
        "{bytes} bytes, {cuts} cuts, {kills} kills: {again} bytes were sent again, {} for each",
        again / (cuts + kills)
    );
    assert!(
        again <= (cuts + kills) * PART + BESIDE,
        "{again} bytes were sent again after {cuts} cuts and {kills} kills"
    );
    let feed = Listener::fast("a").get(text(&published["feed_url"])).unwrap();
    let [(audio, _)] = enclosures(&String::from_utf8(feed.body).unwrap()).try_into().expect("one episode");
    let heard = scene.folder.path().join("heard.mp3");
    output(Command::new("curl").args(["-sS", "--fail", "-o"]).arg(&heard).arg(&audio));
    output(Command::new("cmp").arg(&heard).arg(&file));
}

/// Starts to publish and kills the program when so much was sent; says whether the kill met it at work.
fn killed_when(scene: &BucketScene, sent: u64) -> bool {
    let mut publish = scene.laptop.command(&["publish", &scene.show]).spawn().expect("hearthcast starts");
    let end = Instant::now() + Duration::from_secs(600);
    while scene.line.sent() < sent && publish.try_wait().expect("a child can be asked").is_none() {
        assert!(Instant::now() < end, "the upload does not move");
        std::thread::park_timeout(Duration::from_millis(2));
    }
    // It may have ended by itself; then there is nothing to kill.
    let _ = publish.kill();
    publish.wait().expect("a killed child ends").code().is_none()
}

/// Bytes a process had in memory at most, as Linux keeps it.
#[test]
fn a_long_upload_stays_small_in_memory() {
    let scene = BucketScene::new(LONG_SECONDS * 4);
    scene.laptop.ask(&["target", "probe", "pods"]);
    let mut publish = scene.laptop.command(&["publish", &scene.show]).spawn().expect("hearthcast starts");
    let (status, mut peak_kb) = (format!("/proc/{}/status", publish.id()), 0);
    while publish.try_wait().expect("a child can be asked").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now: Option<u64> = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak_kb = peak_kb.max(now.unwrap_or(0));
        std::thread::park_timeout(Duration::from_millis(5));
    }
    assert!(publish.wait().expect("it ended").success());
    assert!(peak_kb > 0 && peak_kb < 100 * 1024, "{peak_kb} kB at its highest");
}
