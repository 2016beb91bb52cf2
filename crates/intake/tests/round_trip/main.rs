//! Any show that the model allows is written as a feed and read back equal. What a feed does not hold, and what is written in
//! another way than it was kept, stands in `fed`, field by field: a field that is not looked at there does not compile.
#![expect(clippy::unwrap_used, reason = "only tests use this; a panic is their failure")]

mod draw;
mod fed;
mod make;

use hearthcast_feed::urls::{UrlMap, server_urls};
use hearthcast_feed::{FeedInput, Item, render};
use hearthcast_intake::{ReadFeed, ReadOptions, read_feed};
use hearthcast_model::{EpisodeId, ShowId};
use make::Scene;

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

#[test]
fn any_show_comes_back_equal() {
    for seed in 0..60 {
        let scene = make::scene(seed);
        let feed = written(&scene);
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
