//! Where addresses that were published once lead now. Pure. What it is not: it sends nobody anywhere; a web server does, when
//! its owner gives it the list.

use crate::documents::{CHAPTERS_TYPE, chapters_files};
use crate::plan::{feed_url, object_url};
use hearthcast_model::manifest::{Manifest, Object};
use hearthcast_model::place::Target;
use hearthcast_model::view::Redirect;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Every address of the versions published at `old` that is no address any more, with the one of the same content there is
/// at `now`; of the same episode's where its content was replaced. What has no successor is left out: it was removed.
pub fn redirects(old: &Target, versions: &[Manifest], now: &Target, public: &Manifest, slug: &str) -> Vec<Redirect> {
    let (mut by_content, mut by_role) = (HashMap::new(), HashMap::new());
    for object in &public.objects {
        by_content.entry((&object.sha256, object.episode.as_ref())).or_insert(object);
        by_content.entry((&object.sha256, None)).or_insert(object);
        by_role.entry(role(object)).or_insert(object);
    }
    let current: HashMap<String, ()> = public.objects.iter().map(|object| (object_url(now, object), ())).collect();
    let mut found = BTreeMap::new();
    for object in versions.iter().flat_map(|manifest| &manifest.objects) {
        let from = object_url(old, object);
        let same = by_content.get(&(&object.sha256, object.episode.as_ref()));
        let same = same.or_else(|| by_content.get(&(&object.sha256, None))).or_else(|| by_role.get(&role(object)));
        if let Some(to) = same.filter(|_| !current.contains_key(&from)) {
            found.insert(from, object_url(now, to));
        }
    }
    found.extend(of_chapters(old, versions, now, public));
    let (from, to) = (feed_url(old, slug), feed_url(now, slug));
    if from != to {
        found.insert(from, to);
    }
    found.into_iter().map(|(from, to)| Redirect { from, to }).collect()
}

/// The same of chapters files that were written for their place: their content is another one at each, and their name says whose they
/// are. What several have for a name leads nowhere.
fn of_chapters(old: &Target, versions: &[Manifest], now: &Target, public: &Manifest) -> BTreeMap<String, String> {
    let written = by_name(chapters_files(public));
    // Where none is written, and at a server, which writes them itself, the one that is kept lies there.
    let kept = by_name(public.objects.iter().filter(|object| object.mime == CHAPTERS_TYPE).cloned());
    let current: BTreeSet<String> = chapters_files(public).map(|object| object_url(now, &object)).collect();
    let mut found = BTreeMap::new();
    for object in versions.iter().flat_map(chapters_files) {
        let from = object_url(old, &object);
        let name = file_name(&object);
        let to = written.get(name).or_else(|| kept.get(name)).and_then(Option::as_ref);
        if let Some(to) = to.filter(|_| !current.contains(&from)) {
            found.insert(from, object_url(now, to));
        }
    }
    found
}

/// Files by their names; none for a name that several have.
fn by_name(files: impl Iterator<Item = Object>) -> BTreeMap<String, Option<Object>> {
    let mut named = BTreeMap::new();
    for file in files {
        named.entry(file_name(&file).to_string()).and_modify(|known| *known = None).or_insert(Some(file));
    }
    named
}

fn file_name(object: &Object) -> &str {
    object.key.rsplit('/').next().unwrap_or_default()
}

/// The one file of its kind that an episode has.
fn role(object: &Object) -> (Option<&str>, &str) {
    (object.episode.as_ref().map(|id| id.as_str()), object.mime.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::manifest::FeedObject;
    use hearthcast_model::place::{Role, parse_location};
    use hearthcast_model::{DeviceId, EpisodeId, Sha256, ShowId, TargetId};

    const ID: &str = "018f0000-0000-7000-8000-000000000001";

    fn target() -> Target {
        let url = "file:///srv/www";
        let location = parse_location(url, Some("https://old.example.org/"), false).unwrap();
        let (id, show) = (TargetId::parse(ID).unwrap(), ShowId::parse(ID).unwrap());
        Target::new(id, show, "home", url, location, Role::Primary)
    }

    fn version(objects: &[(&str, &str, &str)]) -> Manifest {
        let object = |(key, content, mime): &(&str, &str, &str)| Object {
            key: (*key).into(),
            sha256: Sha256::of(content.as_bytes()),
            bytes: 1,
            mime: (*mime).into(),
            kind: String::new(),
            episode: EpisodeId::parse(ID),
        };
        Manifest {
            format: 1,
            show: ShowId::parse(ID).unwrap(),
            epoch: String::new(),
            version: 1,
            parent: 0,
            effective_at: 0,
            device: DeviceId::parse(ID).unwrap(),
            fence: String::new(),
            renderer: 1,
            feed: FeedObject { key: "feeds/a/feed.xml".into(), sha256: Sha256::of(b""), bytes: 0 },
            objects: objects.iter().map(object).collect(),
            documents: vec![],
            restores: None,
            slug: None,
            paths: None,
            audio: None,
        }
    }

    #[test]
    fn every_old_address_leads_to_the_same_thing() {
        let (one, two, text) = ("sound", "sound again", "WEBVTT");
        let old = [
            version(&[("a/one.mp3", one, "audio/mpeg"), ("a/t.vtt", text, "text/vtt")]),
            version(&[("a/two.mp3", two, "audio/mpeg")]),
        ];
        let now = version(&[("b/two.mp3", two, "audio/mpeg"), ("a/t.vtt", text, "text/vtt")]);
        let lead = |found: Vec<Redirect>| found.into_iter().map(|r| (r.from, r.to)).collect::<Vec<_>>();
        let new = "https://old.example.org/b/two.mp3".to_string();
        // The first sound was replaced by the second one; the text stayed where it was.
        let expected = ["a/one.mp3", "a/two.mp3"].map(|key| (format!("https://old.example.org/{key}"), new.clone()));
        assert_eq!(lead(redirects(&target(), &old, &target(), &now, "a")), expected);
    }

    #[test]
    fn a_chapters_file_of_before_leads_to_that_of_the_same_name() {
        let key = |n: u8, name: &str| format!("text/{n:032x}/{name}.json");
        let at = |n: u8, name: &str| format!("https://old.example.org/{}", key(n, name));
        let with = |manifest: Manifest, documents: &[String]| {
            let document = |key: &String| FeedObject { key: key.clone(), sha256: Sha256::of(key.as_bytes()), bytes: 1 };
            Manifest { documents: documents.iter().map(document).collect(), ..manifest }
        };
        // "one" has other pictures now, "two" has none any more, and two episodes are called "both".
        let before = [key(1, "one"), key(2, "two"), key(3, "both"), key(4, "both"), key(9, "same")];
        let old = [with(version(&[]), &before)];
        let kept = key(20, "two");
        let now = version(&[(kept.as_str(), "chapters", "application/json+chapters")]);
        let now = with(now, &[key(11, "one"), key(13, "both"), key(14, "both"), key(9, "same")]);
        let found: Vec<(String, String)> =
            redirects(&target(), &old, &target(), &now, "a").into_iter().map(|r| (r.from, r.to)).collect();
        assert_eq!(found, [(at(1, "one"), at(11, "one")), (at(2, "two"), at(20, "two"))]);
    }
}
