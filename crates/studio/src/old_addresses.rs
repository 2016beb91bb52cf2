//! Every old address of a show: feeds, sounds, pictures, texts and pages at the places it came from, files that only tags name,
//! who serves each, where it leads now, and what dies when an account there is closed. Nothing is changed by looking.

mod follow;
mod named;

use crate::Studio;
use crate::read::show_id;
use hearthcast_engine::plan::feed_url;
use hearthcast_engine::published::PublishedFeed;
use hearthcast_engine::said::items_of;
use hearthcast_library::{episode, feed_day, import, target};
use hearthcast_model::hosts::{Closing, UNKNOWN_HOW, host_of};
use hearthcast_model::moving::{OldAddress, OldAddresses, OldFeed, OldHost, OldKind, OwnOldFeed};
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::visible::released_by;
use hearthcast_model::{Cancel, Record, Result, Show, ShowId};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

pub(crate) use follow::Follower;

/// Most addresses that are asked in one look.
const MOST_ASKED: usize = 500;

impl Studio {
    /// Every old address; with `look` feeds are followed as apps do, and the others are asked where they lead.
    pub async fn old_addresses(&self, show: &str, look: bool, cancel: &Cancel) -> Result<OldAddresses> {
        let record = self.show(show).await?;
        let id = show_id(&record)?;
        let slug = record.released.as_ref().map_or(&record.body.slug, |released| &released.slug).clone();
        let targets = target::of_show(self.library(), &id).await?;
        let feed_now = self.feed_now(&targets, &slug).await?;
        let mut addresses = self.known_addresses(&id, &record, &targets).await?;
        let mut own = vec![];
        for left in targets.iter().filter(|target| target.moved.is_some()) {
            let old = self.own_old_feed(left, &slug).await?;
            addresses.push(address(OldKind::Feed, &record.body.title, &old.url, false));
            own.push(old);
        }
        addresses.retain(|one| one.url != feed_now);
        // Several may name one: it is listed once, as in use where anybody needs it.
        addresses.sort_by(|a, b| (a.kind, &a.url, !a.in_use, &a.title).cmp(&(b.kind, &b.url, !b.in_use, &b.title)));
        addresses.dedup_by(|a, b| (a.kind, &a.url) == (b.kind, &b.url));
        addresses.sort_by(|a, b| (a.kind, &a.title, &a.url).cmp(&(b.kind, &b.title, &b.url)));
        let (mut feeds, mut unasked) = (vec![], 0);
        if look {
            feeds = self.followed_feeds(&id, &feed_now, cancel).await?;
            for left in &own {
                feeds.push(self.followed(&id, &left.url, &feed_now).await?);
            }
            for feed in &feeds {
                let of_feed = addresses.iter_mut().filter(|one| one.kind == OldKind::Feed && one.url == feed.url);
                of_feed.for_each(|one| one.answered = Some(feed.answered.clone()));
            }
            let (net, local) = (self.net().await?, self.local_of(&id).await?);
            let follower = Follower::over(&net, &local);
            let mut wanted: Vec<&mut OldAddress> = addresses.iter_mut().filter(|one| one.answered.is_none()).collect();
            // What listeners still need comes first.
            wanted.sort_by_key(|one| !one.in_use);
            unasked = wanted.len().saturating_sub(MOST_ASKED) as u64;
            wanted.truncate(MOST_ASKED);
            follower.ask_all(&mut wanted, cancel).await?;
        }
        let told: Vec<_> = addresses.iter().map(|one| (one.kind, one.url.clone(), one.in_use)).collect();
        Ok(OldAddresses { feed_url: feed_now, hosts: hosts_of(&told), addresses, feeds, own, unasked })
    }

    /// Old feeds that are not ours, followed as apps do.
    pub(crate) async fn followed_feeds(&self, show: &ShowId, now: &str, cancel: &Cancel) -> Result<Vec<OldFeed>> {
        let mut feeds = vec![];
        for url in self.old_feeds(show).await? {
            cancel.check()?;
            if url != now {
                feeds.push(self.followed(show, &url, now).await?);
            }
        }
        Ok(feeds)
    }

    async fn followed(&self, show: &ShowId, url: &str, now: &str) -> Result<OldFeed> {
        let (net, local) = (self.net().await?, self.local_of(show).await?);
        let guids = self.guids_once(show).await?;
        Ok(Follower::over(&net, &local).follow(url, now, &guids).await)
    }

    /// Addresses of feeds that the show was imported from.
    pub(crate) async fn old_feeds(&self, show: &ShowId) -> Result<Vec<String>> {
        let sources = import::sources(self.library()).await?;
        let of_show = sources.into_iter().filter(|source| source.show == show.as_str());
        let all = of_show.flat_map(|source| std::iter::once(source.source).chain(source.from.also));
        let web = |text: &String| Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        let mut seen = BTreeSet::new();
        Ok(all.filter(web).filter(|url| seen.insert(url.clone())).collect())
    }

    /// Guids that apps may know: those of every public episode of the show.
    async fn guids_once(&self, show: &ShowId) -> Result<BTreeSet<String>> {
        let episodes = episode::all(self.library(), show).await?;
        let public = episodes.iter().filter(|record| record.deleted_ms.is_none());
        let released = public.filter_map(|record| record.released.as_ref());
        let now_ms = self.now_ms();
        let shown = released.filter(|body| body.is_in_feeds() && released_by(body, now_ms));
        let mut guids: BTreeSet<String> = shown.map(|body| body.guid.clone()).collect();
        // Of a feed in pages those that stand at its own address are looked for.
        if let Some(feed) = self.feed_of_today(show).await?.filter(PublishedFeed::turns) {
            let first: BTreeSet<String> =
                items_of(&feed.first).unwrap_or_default().into_iter().map(|item| item.guid).collect();
            guids.retain(|guid| first.contains(guid));
        }
        Ok(guids)
    }

    /// The feed that listeners get now, where the show is.
    async fn feed_of_today(&self, show: &ShowId) -> Result<Option<PublishedFeed>> {
        for one in target::of_show(self.library(), show).await? {
            if one.role != Role::Primary || one.moved.is_some() {
                continue;
            }
            if let Some(manifest) = target::state(self.library().readers(), &one.id).await?.manifest {
                return self.published_feed(&one, &manifest).await;
            }
        }
        Ok(None)
    }

    /// Where listeners get the feed now; empty where it is public nowhere.
    async fn feed_now(&self, targets: &[Target], slug: &str) -> Result<String> {
        for one in targets.iter().filter(|one| one.role == Role::Primary && one.moved.is_none()) {
            if target::version(self.library(), &one.id).await? > 0 {
                return Ok(feed_url(one, slug));
            }
        }
        Ok(String::new())
    }

    async fn known_addresses(
        &self,
        show: &ShowId,
        record: &Record<Show>,
        targets: &[Target],
    ) -> Result<Vec<OldAddress>> {
        let body = &record.body;
        let episodes = episode::all(self.library(), show).await?;
        let titles: BTreeMap<&str, &str> =
            episodes.iter().map(|record| (record.id.as_str(), record.body.title.as_str())).collect();
        let bodies = || {
            episodes.iter().filter(|r| r.deleted_ms.is_none()).flat_map(|r| std::iter::once(&r.body).chain(&r.released))
        };
        let named = self.feed_of_today(show).await?.unwrap_or_default();
        let named: Vec<String> = std::iter::once(&named.first)
            .chain(&named.pages)
            .map(|document| String::from_utf8_lossy(document).replace("&amp;", "&"))
            .collect();
        let remote: BTreeSet<&str> =
            bodies().filter_map(|body| Some(body.remote_audio.as_ref()?.url.as_str())).collect();
        let in_use = |url: &str| remote.contains(url) || named.iter().any(|document| document.contains(url));
        let feeds = self.old_feeds(show).await?;
        let domains: BTreeSet<String> = feeds.iter().map(|url| domain(url)).collect();
        let mut all: Vec<OldAddress> =
            feeds.iter().map(|url| address(OldKind::Feed, &body.title, url, false)).collect();
        let files = import::files(self.library(), show).await?;
        let came = !feeds.is_empty() || !files.is_empty();
        // Chapters that stood in the feed itself have no address of their own.
        for file in files.iter().filter(|file| !file.url.is_empty()) {
            let title = titles.get(file.episode.as_str()).copied().unwrap_or(&body.title);
            all.push(address(named::kind_of(file), title, &file.url, in_use(&file.url)));
        }
        // What tags name and no place of the show has. A show that came from nowhere names other people's files on purpose; what
        // it keeps at a host dies with the account there all the same.
        let ours: Vec<String> = targets.iter().filter(|target| target.moved.is_none()).map(base).collect();
        let of_show = std::iter::once(body).chain(&record.released);
        let title = body.title.as_str();
        let of_show = of_show.flat_map(|one| named::by_show(one).into_iter().map(move |file| (title, file)));
        let of_episodes =
            bodies().flat_map(|one| named::by_episode(one).into_iter().map(move |file| (one.title.as_str(), file)));
        for (title, (kind, url)) in of_show.chain(of_episodes) {
            let is_ours = ours.iter().any(|base| url.starts_with(base.as_str()));
            if !is_ours && (came || host_of(url).is_some()) {
                all.push(address(kind, title, url, true));
            }
        }
        // Pages at the hosts of the old feed; other pages are the author's own.
        let pages = std::iter::once((body.title.as_str(), body.link.as_str()))
            .chain(bodies().map(|episode| (episode.title.as_str(), episode.link.as_str())));
        for (title, link) in pages {
            if !link.is_empty() && (domains.contains(&domain(link)) || host_of(link).is_some()) {
                all.push(address(OldKind::Page, title, link, true));
            }
        }
        Ok(all)
    }

    /// An old feed of ours, with who still reads it.
    pub(crate) async fn own_old_feed(&self, target: &Target, slug: &str) -> Result<OwnOldFeed> {
        let days = feed_day::of_target(self.library(), &target.id).await?;
        let last = days.iter().rev().find(|day| !day.provisional);
        let readers = last.map(|day| day.readers + day.by_services);
        let ended_ms = target.moved.as_ref().and_then(|moved| moved.ended_ms);
        let same_place = target.moved.as_ref().is_some_and(|moved| moved.same_place);
        let who = match (&target.location, last, readers) {
            (_, Some(day), Some(n)) => {
                format!("On {} {n} {} read it.", day.day, if n == 1 { "subscriber" } else { "subscribers" })
            }
            _ if same_place => {
                "Who reads it is counted with the new address where access logs do not tell the two apart.".into()
            }
            (Location::Server { .. }, ..) => "Its server has not told yet who reads it.".into(),
            _ => format!(
                "No access log of this place that tells who read it on a whole day has been read yet: hearthcast logs import {slug} FILE --target {}.",
                target.name
            ),
        };
        let what = match (ended_ms, &target.moved) {
            (Some(_), _) => "You ended it: it is not brought up to date any more.",
            (None, Some(_)) if same_place => "It is the same feed under its older address.",
            (None, Some(moved)) if moved.cleared_ms.is_some() && matches!(target.location, Location::Server { .. }) => {
                "Its server sends askers on (301)."
            }
            _ => "It follows the new one until you end it.",
        };
        Ok(OwnOldFeed {
            target: target.name.clone(),
            url: feed_url(target, slug),
            readers,
            day: last.map(|day| day.day.clone()).unwrap_or_default(),
            by_logs: !matches!(target.location, Location::Server { .. }),
            same_place,
            ended_ms,
            sentence: format!("{what} {who}"),
        })
    }
}

fn address(kind: OldKind, title: &str, url: &str, in_use: bool) -> OldAddress {
    OldAddress { kind, title: title.into(), url: url.into(), domain: domain(url), in_use, answered: None }
}

/// Where the files of a place are on the web, ending in `/`.
fn base(target: &Target) -> String {
    let base = match &target.location {
        Location::Server { origin } => target.base_url.as_deref().unwrap_or(origin),
        other => other.public_url().unwrap_or_default(),
    };
    format!("{}/", base.trim_end_matches('/'))
}

fn domain(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_ascii_lowercase)).unwrap_or_default()
}

/// Who serves these addresses; of each its kind, and whether the feed of today names it.
pub(crate) fn hosts_of(addresses: &[(OldKind, String, bool)]) -> Vec<OldHost> {
    let mut by_domain: BTreeMap<String, Vec<&(OldKind, String, bool)>> = BTreeMap::new();
    for one in addresses {
        by_domain.entry(domain(&one.1)).or_default().push(one);
    }
    by_domain.into_iter().map(|(domain, all)| one_host(domain, &all)).collect()
}

fn one_host(domain: String, all: &[&(OldKind, String, bool)]) -> OldHost {
    let known = all.first().and_then(|one| host_of(&one.1));
    let mut counts: BTreeMap<OldKind, u64> = BTreeMap::new();
    all.iter().for_each(|one| *counts.entry(one.0).or_default() += 1);
    let in_use = all.iter().filter(|one| one.2).count() as u64;
    let closing = known.map_or(Closing::Unknown, |host| host.closing);
    OldHost {
        name: known.map(|host| host.name.to_string()).unwrap_or_default(),
        how: known.map_or(UNKNOWN_HOW, |host| host.how).to_string(),
        source: known.map(|host| host.source.to_string()).unwrap_or_default(),
        dies: dies(closing, counts.contains_key(&OldKind::Feed), in_use),
        counts: counts.into_iter().collect(),
        in_use,
        closing,
        domain,
    }
}

/// What becomes of addresses when the account behind them is closed, in words.
fn dies(closing: Closing, has_feed: bool, in_use: u64) -> String {
    let feed = match (closing, has_feed) {
        (_, false) => "",
        (Closing::RedirectStays, true) => {
            "A redirect that was set before stays; without one everybody who did not follow yet loses the show. "
        }
        (_, true) => "The feed's address dies, and everybody who did not follow the redirect yet loses the show. ",
    };
    let used = match in_use {
        0 => "Nothing that the feed of today names dies with it; downloads by older addresses do.".to_string(),
        1 => "1 address that the feed of today names dies with it: bring it here first.".to_string(),
        n => format!("{n} addresses that the feed of today names die with it: bring them here first."),
    };
    format!("{feed}{used}")
}
