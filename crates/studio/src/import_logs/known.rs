//! The files a show ever published, as the rule needs them, and every path under which a log may know them and the show's feeds.

use crate::Studio;
use hearthcast_counting::feeds;
use hearthcast_counting::logs::Paths;
use hearthcast_counting::rule::MediaVersion;
use hearthcast_engine::plan::object_url;
use hearthcast_library::{episode, history, media, target};
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::{Code, EpisodeId, Error, MediaFacts, Result, Sha256, ShowId, TargetId};
use hearthcast_storage::StorageKey;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// What a log is compared with.
pub(super) struct Known {
    pub(super) paths: Paths,
    /// By the hash of the file, which is what paths lead to.
    pub(super) media: BTreeMap<String, MediaVersion>,
    /// The place that counts of logs are listed under: one whose bytes no server of ours sends.
    pub(super) home: TargetId,
    /// All places whose bytes no server of ours sends.
    pub(super) storages: Vec<TargetId>,
}

/// Files as they are found in manifests, oldest first.
#[derive(Default)]
struct Found {
    paths: Paths,
    files: BTreeMap<(Sha256, EpisodeId), (u64, i64)>,
    feeds: Feeds,
}

/// Whose feed lies under a path, surest paths first.
#[derive(Default)]
struct Feeds([BTreeMap<String, BTreeSet<TargetId>>; 3]);

impl Studio {
    /// Looks through every version that is kept of every target. Only the feed of `of` is known, if it is said whose logs they are; of an
    /// older address the feed of today, too: the same place writes one log of both.
    pub(super) async fn known_media(&self, show: &ShowId, of: Option<&TargetId>) -> Result<Known> {
        let targets = target::of_show(self.library(), show).await?;
        let of_logs = |target: &&Target| !matches!(target.location, Location::Server { .. });
        let home = targets.iter().find(of_logs).or(targets.first()).map(|target| target.id.clone());
        let storages: Vec<TargetId> = targets.iter().filter(of_logs).map(|target| target.id.clone()).collect();
        let said: Vec<&Target> = targets.iter().filter(|target| of == Some(&target.id)).collect();
        let mut found = Found::default();
        for target in &targets {
            let with_feed = of_logs(&target) && (of.is_none() || said.iter().any(|of| logs_tell_of(of, target)));
            let kept = history::of_target(self.library(), &target.id).await?;
            let state = target::state(self.library().readers(), &target.id).await?;
            for manifest in kept.iter().rev().map(|kept| &kept.manifest).chain(&state.manifest) {
                found.add(target, manifest);
                if with_feed {
                    found.feeds.add(target, &manifest.feed.key);
                }
            }
        }
        found.feeds.name_in(&mut found.paths);
        let home = home.filter(|_| !found.paths.is_empty()).ok_or_else(|| {
            Error::new(Code::UsageInvalid, "Nothing of this show was published yet, so no log can tell of it.")
                .hint("Logs are compared with the addresses that publications gave to the files.")
        })?;
        let facts = media::facts_among(self.library(), found.files.keys().map(|(hash, _)| hash)).await?;
        let mut versions = vec![];
        for ((hash, episode), (bytes, first_ms)) in found.files {
            let published_ms = self.public_since(&episode).await?.unwrap_or(first_ms);
            versions.push((hash.clone(), version(&episode, bytes, published_ms, facts.get(&hash))));
        }
        // A sound that is in several episodes: each has its own address, and the first one has what was noted without.
        versions.sort_by(|(_, a), (_, b)| (a.published_ms, &a.episode).cmp(&(b.published_ms, &b.episode)));
        let mut media = BTreeMap::new();
        for (hash, version) in versions {
            media.insert(name_of(&hash, &version.episode), version.clone());
            media.entry(hash.to_string()).or_insert(version);
        }
        Ok(Known { paths: found.paths, media, home, storages })
    }

    async fn public_since(&self, id: &EpisodeId) -> Result<Option<i64>> {
        let record = episode::get(self.library(), id).await?;
        Ok(record.and_then(|record| record.released).and_then(|released| released.publish_at_ms))
    }
}

impl Found {
    fn add(&mut self, target: &Target, manifest: &Manifest) {
        for object in manifest.objects.iter().filter(|object| object.kind == "audio") {
            let Some(episode) = &object.episode else { continue };
            let first = (object.bytes, manifest.effective_at);
            self.files.entry((object.sha256.clone(), episode.clone())).or_insert(first);
            let name = name_of(&object.sha256, episode.as_str());
            paths_of(target, object).iter().for_each(|path| self.paths.add(path, &name));
        }
    }
}

impl Feeds {
    /// Adds the paths of a feed of this place: only of the feed itself, not of its pages or of further feeds.
    fn add(&mut self, target: &Target, key: &str) {
        let Some(key) = StorageKey::parse(key) else { return };
        let (base, key) = key.split();
        let key = key.to_string();
        let public = Url::parse(&format!("{}{key}", base.or(target.location.public_url()).unwrap_or_default())).ok();
        let public = public.map(|url| url.path().to_owned());
        // The same folder or bucket under another address: what tells of its files tells of those of the place of today.
        let sure = usize::from(is_older_address(target));
        match &target.location {
            Location::Bucket { prefix, .. } if !prefix.is_empty() => {
                self.put(sure, target, &format!("{prefix}/{key}"));
            }
            Location::Bucket { .. } => self.put(sure, target, &key),
            // A web server may know the files by their names in the folder.
            _ => self.put(2, target, &key),
        }
        public.iter().for_each(|path| self.put(sure, target, path));
    }

    fn put(&mut self, sure: usize, target: &Target, path: &str) {
        let path = path.trim_start_matches('/').to_owned();
        self.0[sure].entry(path).or_default().insert(target.id.clone());
    }

    /// Gives each path its place, or none where several have it.
    fn name_in(&self, paths: &mut Paths) {
        for (path, places) in self.0.iter().flatten() {
            let only = places.first().filter(|_| places.len() == 1);
            paths.add(path, &feeds::name(only.map_or("", TargetId::as_str)));
        }
    }
}

/// Whether a target is an older address of a place that the show has under a newer one.
fn is_older_address(target: &Target) -> bool {
    target.moved.as_ref().is_some_and(|moved| moved.same_place)
}

/// Whether the logs of `of` tell who reads the feed of `target`. Of an older address this is the place under its newer one: each of its
/// lines has one place, whichever of both it was read for.
fn logs_tell_of(of: &Target, target: &Target) -> bool {
    let newer = is_older_address(of) && !is_older_address(target) && target.location.is_same_place(&of.location);
    of.id == target.id || newer
}

/// What a file of an episode is called while counting.
fn name_of(hash: &Sha256, episode: &str) -> String {
    format!("{hash}/{episode}")
}

/// A file's key, its key in the bucket, and the path of its public address.
fn paths_of(target: &Target, object: &Object) -> Vec<String> {
    let mut paths = vec![object.key.clone()];
    if let Location::Bucket { prefix, .. } = &target.location {
        paths.push(format!("{prefix}/{}", object.key));
    }
    paths.extend(Url::parse(&object_url(target, object)).ok().map(|url| url.path().to_owned()));
    paths
}

/// Without facts the whole file is needed: never too much is counted.
fn version(episode: &EpisodeId, bytes: u64, published_ms: i64, facts: Option<&MediaFacts>) -> MediaVersion {
    MediaVersion {
        episode: episode.to_string(),
        size: facts.map_or(bytes, |facts| facts.size_bytes),
        header: facts.map_or(0, |facts| facts.header_bytes),
        trailer: facts.map_or(0, |facts| facts.trailer_bytes),
        duration_ms: facts.and_then(|facts| facts.duration_ms),
        published_ms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::place::{MovedTo, Role, parse_location};

    fn target(n: u8, url: &str, public_url: &str) -> Target {
        let id = TargetId::parse(&format!("018f0000-0000-7000-8000-0000000000{n:02}")).unwrap();
        let show = ShowId::parse("018f0000-0000-7000-8000-000000000099").unwrap();
        let location = parse_location(url, Some(public_url), false).unwrap();
        Target::new(id, show, "place", url, location, Role::Primary)
    }

    fn moved(target: Target, to: &Target, same_place: bool) -> Target {
        let moved = MovedTo {
            to: to.id.clone(),
            feed_url: "https://new.example.org/feeds/sea/feed.xml".into(),
            at_ms: 0,
            keep_until_ms: 0,
            same_place,
            cleared_ms: None,
            ended_ms: None,
            sends_to: None,
        };
        Target { moved: Some(moved), ..target }
    }

    /// Whose feed a logged path is, for targets whose feed has its usual name.
    fn whose(targets: &[&Target], logged: &str) -> Option<String> {
        let (mut feeds, mut paths) = (Feeds::default(), Paths::default());
        targets.iter().for_each(|target| feeds.add(target, "feeds/sea/feed.xml"));
        feeds.name_in(&mut paths);
        paths.find(logged).map(str::to_owned)
    }

    #[test]
    fn a_feed_is_known_by_its_address_its_key_and_its_name_in_the_folder() {
        let folder = target(1, "file:///srv/www", "https://pods.example.org/sea/");
        let bucket = target(2, "s3://pods/harbour?endpoint=http://127.0.0.1:9000", "https://cdn.example.org/");
        for (of, logged, known) in [
            (&folder, "/sea/feeds/sea/feed.xml", true),
            (&folder, "/feeds/sea/feed.xml", true),
            (&bucket, "harbour/feeds/sea/feed.xml", true),
            (&bucket, "/feeds/sea/feed.xml", true),
            (&folder, "/feeds/sea/last-ten.xml", false),
            (&folder, "/feeds/sea/v/00000001.xml", false),
            (&bucket, "/else/feeds/sea/feed.xml", false),
        ] {
            assert_eq!(whose(&[of], logged), known.then(|| feeds::name(of.id.as_str())), "{logged}");
        }
        let both = [&folder, &bucket];
        assert_eq!(whose(&both, "/feeds/sea/feed.xml"), Some(feeds::name(bucket.id.as_str())), "an address is surer");
        assert_eq!(whose(&both, "/sea/feeds/sea/feed.xml"), Some(feeds::name(folder.id.as_str())));
    }

    #[test]
    fn of_two_places_with_one_path_it_is_nobodys_unless_they_are_the_same() {
        let old = target(1, "file:///srv/old", "https://old.example.org/");
        let new = target(2, "file:///srv/new", "https://new.example.org/");
        assert_eq!(whose(&[&old, &new], "/feeds/sea/feed.xml"), Some(feeds::name("")));
        let same = moved(old, &new, true);
        assert_eq!(whose(&[&same, &new], "/feeds/sea/feed.xml"), Some(feeds::name(new.id.as_str())));
        assert_eq!(whose(&[&same], "/feeds/sea/feed.xml"), Some(feeds::name(same.id.as_str())));
    }

    #[test]
    fn logs_of_an_older_address_tell_of_the_same_place_under_its_newer_one() {
        let away = target(4, "file:///srv/away", "https://away.example.org/");
        let new = moved(target(3, "file:///srv/www", "https://new.example.org/"), &away, false);
        // A further move leads every earlier one to where the show is now.
        let oldest = moved(target(1, "file:///srv/www", "https://oldest.example.org/"), &away, true);
        let old = moved(target(2, "file:///srv/www", "https://old.example.org/"), &away, true);
        let all = [&oldest, &old, &new, &away];
        for (of, told) in
            [(&oldest, vec![&oldest, &new]), (&old, vec![&old, &new]), (&new, vec![&new]), (&away, vec![&away])]
        {
            let found: Vec<&Target> = all.into_iter().filter(|target| logs_tell_of(of, target)).collect();
            assert_eq!(found, told, "{}", of.id);
            let place = if of.id == away.id { &away } else { &new };
            assert_eq!(whose(&found, "/feeds/sea/feed.xml"), Some(feeds::name(place.id.as_str())), "{}", of.id);
        }
    }
}
