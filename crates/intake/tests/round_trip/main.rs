//! Any show that the model allows is written as a feed and read back equal. What a feed does not hold, and what is written in
//! another way than it was kept, stands in `fed`, field by field: a field that is not looked at there does not compile.
#![expect(clippy::unwrap_used, reason = "only tests use this; a panic is their failure")]

mod draw;
mod fed;
mod foreign_words;
mod make;

use hearthcast_feed::urls::{UrlMap, server_urls};
use hearthcast_feed::{FeedInput, Item, render};
use hearthcast_intake::{ReadFeed, ReadOptions, read_feed};
use hearthcast_model::{Episode, EpisodeId, RemoteAudio, ShowId};
use make::Scene;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// 2100-01-01T00:00:00Z: everything that is drawn is public then.
const AS_OF_MS: i64 = 4_102_444_800_000;

fn urls(scene: &Scene) -> UrlMap {
    server_urls("https://cast.example", &scene.show)
}

fn written(scene: &Scene) -> Vec<u8> {
    let ids: Vec<EpisodeId> = (0..scene.episodes.len())
        .map(|n| EpisodeId::parse(&format!("018f0000-0000-7000-8000-{n:012x}")).unwrap())
        .collect();
    let items: Vec<Item> = ids.iter().zip(&scene.episodes).map(|(id, episode)| Item { id, episode }).collect();
    let input =
        FeedInput { show: &scene.show, items: &items, facts: &scene.facts, urls: &urls(scene), as_of_ms: AS_OF_MS };
    render(&input).unwrap()
}

fn read(feed: &[u8]) -> ReadFeed {
    let show = ShowId::parse(make::SHOW).unwrap();
    read_feed(feed, &ReadOptions { show, base: None, now_ms: make::NOW_MS }).unwrap()
}

/// What libxml2 says of a feed; it must accept it.
fn libxml2(feed: &[u8], args: &[&str]) -> String {
    let mut xmllint = Command::new("xmllint");
    xmllint.arg("--nonet").args(args).arg("-").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = xmllint.spawn().expect("xmllint starts");
    let mut stdin = child.stdin.take().unwrap();
    let out = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(feed));
        child.wait_with_output().unwrap()
    });
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().trim().to_string()
}

/// How often a path stands in a feed, counted by libxml2.
fn count(feed: &[u8], path: &str) -> usize {
    libxml2(feed, &["--xpath", &format!("count({path})")]).parse().unwrap()
}

#[test]
fn any_show_comes_back_equal() {
    for seed in 0..60 {
        let scene = make::scene(seed);
        let feed = written(&scene);
        assert_eq!(count(&feed, "/rss/channel/item"), scene.episodes.len(), "seed {seed}");
        let persons: usize = scene.episodes.iter().map(|episode| episode.persons.len()).sum();
        assert_eq!(count(&feed, "/rss/channel/item/*[name()='podcast:person']"), persons, "seed {seed}");
        let found = read(&feed);
        let told = String::from_utf8_lossy(&feed);
        let urls = urls(&scene);
        assert_eq!(found.repairs, [], "seed {seed}\n{told}");
        assert_eq!(found.show, fed::show(&scene, &urls), "seed {seed}\n{told}");
        assert_eq!(found.cover_url, urls.get(scene.show.cover.as_ref().unwrap()).unwrap(), "seed {seed}");
        assert_eq!((found.self_url.as_str(), found.generator.as_str()), (urls.feed.as_str(), "Hearthcast"));
        assert_eq!(
            (found.moved_to.as_str(), found.locked),
            (scene.show.new_feed_url.as_str(), Some(scene.show.locked))
        );
        let expected = fed::items(&scene, &urls);
        assert_eq!(found.items.len(), expected.len(), "seed {seed}");
        for (found, expected) in found.items.iter().zip(&expected) {
            assert_eq!(found, expected, "seed {seed}\n{told}");
        }
    }
}

#[test]
fn what_was_read_is_written_and_read_equal_again() {
    for seed in 0..20 {
        let scene = make::scene(seed);
        let once = read(&written(&scene));
        let mut again = Scene { show: once.show.clone(), episodes: vec![], facts: scene.facts.clone() };
        again.show.cover.clone_from(&scene.show.cover);
        again.show.slug.clone_from(&scene.show.slug);
        again.show.new_feed_url.clone_from(&once.moved_to);
        again.episodes = once.items.iter().map(|item| item.episode.clone()).collect();
        // Newest first is how they were read, and of one instant the greater id.
        again.episodes.reverse();
        // Files are addresses in a feed; what a picture shows stands beside its address.
        for episode in &mut again.episodes {
            let first = scene.episodes.iter().find(|first| first.guid == episode.guid);
            episode.image = first.and_then(|first| first.image.clone());
        }
        let twice = read(&written(&again));
        assert_eq!(twice.show, once.show, "seed {seed}");
        for (twice, once) in twice.items.iter().zip(&once.items) {
            assert_eq!(twice.episode, once.episode, "seed {seed}");
        }
    }
}

#[test]
fn ten_thousand_episodes_and_a_megabyte_of_notes_come_back_equal() {
    const EPISODES: usize = 10_000;
    const LONG: usize = 7;
    let mut scene = make::scene(0);
    let episode = |n: usize| {
        let (guid, title) = (format!("Guid/{n} &c."), format!("Episode {n}: salt & <pepper>"));
        let show = ShowId::parse(make::SHOW).unwrap();
        let mut episode = Episode::new(show, &guid, &title, &format!("slug-{n}"), make::NOW_MS);
        episode.notes = hearthcast_text::notes(&format!("Words about **{n}** & the sea.")).unwrap();
        episode.publish_at_ms = Some(make::NOW_MS - n as i64 * 60_000);
        let url = format!("https://old.example/{n}.mp3");
        episode.remote_audio =
            Some(RemoteAudio { url, size_bytes: 1_000, mime: "audio/mpeg".into(), duration_ms: None });
        episode
    };
    scene.episodes = (0..EPISODES).map(episode).collect();
    let mut long = String::new();
    for n in 0.. {
        long += &format!("<p>Line {n} &amp; <b>salt</b> ]]&gt; \u{5d0}\u{202e}\u{1f30a}</p>");
        if long.len() >= 1_000_000 {
            break;
        }
    }
    scene.episodes[LONG].notes = hearthcast_text::html_notes(&long).unwrap();
    let feed = written(&scene);
    assert_eq!(count(&feed, "/rss/channel/item"), EPISODES);
    let length = format!("string-length(/rss/channel/item[{}]/*[name()='content:encoded'])", LONG + 1);
    // Six digits of it, as libxml2 writes numbers.
    let letters: f64 = libxml2(&feed, &["--xpath", &length]).parse().unwrap();
    let written = scene.episodes[LONG].notes.safe.html.trim().chars().count() as f64;
    assert!(letters >= written * 0.999_99, "{letters}: nothing of {written} letters is cut");

    let (found, expected) = (read(&feed), fed::items(&scene, &urls(&scene)));
    assert_eq!((found.repairs, found.items.len()), (vec![], EPISODES));
    for (n, (found, expected)) in found.items.iter().zip(&expected).enumerate() {
        assert!(found == expected, "episode {n}: {}, expected {}", found.episode.title, expected.episode.title);
    }
}
