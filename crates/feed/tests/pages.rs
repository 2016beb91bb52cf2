//! Pages of a long feed and a show's further feeds, read by libxml2.
#![expect(clippy::unwrap_used, reason = "a test's panic is its failure")]

mod scene;

use hearthcast_feed::{FeedInput, Item, Rendered, render_all};
use hearthcast_model::namespace::AlternateEnclosure;
use hearthcast_model::show::Attachment;
use hearthcast_model::{FeedPart, FeedVariant, MediaFacts, Sha256};
use scene::{HOUR_MS, NOW_MS, Scene, facts, xpath};
use std::collections::BTreeMap;

const LINK: &str = "/rss/channel/*[local-name()='link' and @rel='REL']/@href";
const GUIDS: &str = "count(//item)";

fn all(scene: &Scene) -> Rendered {
    let items: Vec<Item> = scene.episodes.iter().map(|(id, episode)| Item { id, episode }).collect();
    let urls = scene.urls();
    let (facts, as_of_ms) = (&scene.facts, scene.as_of_ms);
    render_all(&FeedInput { show: &scene.show, items: &items, facts, urls: &urls, as_of_ms }).unwrap()
}

fn in_folder(scene: &Scene) -> Rendered {
    let items: Vec<Item> = scene.episodes.iter().map(|(id, episode)| Item { id, episode }).collect();
    let urls = scene.urls().in_folder("https://cast.example/feeds/ports/".into());
    let (facts, as_of_ms) = (&scene.facts, scene.as_of_ms);
    render_all(&FeedInput { show: &scene.show, items: &items, facts, urls: &urls, as_of_ms }).unwrap()
}

fn of(episodes: usize, page: u32) -> Scene {
    let mut scene = Scene::new();
    scene.show.feed_page = page;
    for number in 0..episodes {
        scene.episode(&format!("Episode {number}"));
    }
    scene
}

fn link(feed: &[u8], rel: &str) -> String {
    xpath(feed, &format!("string({})", LINK.replace("REL", rel)))
}

fn guids(feed: &[u8]) -> Vec<String> {
    let many: usize = xpath(feed, GUIDS).parse().unwrap();
    (1..=many).map(|n| xpath(feed, &format!("string(//item[{n}]/guid)"))).collect()
}

fn variant(name: &str, title: &str, part: &str) -> FeedVariant {
    FeedVariant { name: name.into(), title: title.into(), part: FeedPart::parse(part).unwrap() }
}

#[test]
fn a_show_that_says_nothing_has_one_feed_and_no_link_but_its_own() {
    let rendered = all(&of(45, 0));
    assert_eq!((rendered.pages.len(), rendered.variants.len()), (0, 0));
    assert_eq!(xpath(&rendered.feed, "count(/rss/channel/*[local-name()='link' and @rel])"), "1");
    assert_eq!(rendered.feed, of(45, 0).render().unwrap());
}

#[test]
fn pages_are_cut_from_the_oldest_and_lead_from_the_feed_to_the_first_episode() {
    for (episodes, in_feed, pages) in [(0, 0, 0), (19, 19, 0), (20, 10, 1), (29, 19, 1), (30, 10, 2), (45, 15, 3)] {
        let rendered = all(&of(episodes, 10));
        assert_eq!((guids(&rendered.feed).len(), rendered.pages.len()), (in_feed, pages), "{episodes}");
        assert!(rendered.pages.iter().all(|page| guids(&page.bytes).len() == 10));
    }
    let rendered = all(&of(45, 10));
    let by_url: BTreeMap<String, &[u8]> =
        rendered.pages.iter().map(|page| (page.url.clone(), page.bytes.as_slice())).collect();
    let (first, mut at, mut read) = ("https://cast.example/podcasts/ports/rss/", rendered.feed.as_slice(), vec![]);
    let mut seen = vec![link(at, "self")];
    loop {
        assert_eq!((link(at, "first").as_str(), link(at, "last")), (first, format!("{first}page/1/")));
        assert_eq!(link(at, "previous") + &link(at, "prev"), "");
        read.extend(guids(at));
        let next = link(at, "next");
        if next.is_empty() {
            break;
        }
        at = by_url[&next];
        assert_eq!(link(at, "self"), next);
        seen.push(next);
    }
    assert_eq!(
        seen,
        [first.to_string(), format!("{first}page/3/"), format!("{first}page/2/"), format!("{first}page/1/")]
    );
    let expected: Vec<String> = (0..45).rev().map(|n| format!("guid-{n}")).collect();
    assert_eq!(read, expected, "every episode once, newest first");
}

#[test]
fn a_new_episode_changes_no_page() {
    let mut scene = of(29, 10);
    let before = in_folder(&scene);
    assert_eq!(before.pages.len(), 1);
    scene.episode("One more");
    scene.show.changed_ms = NOW_MS;
    let after = in_folder(&scene);
    assert_eq!((after.pages.len(), &after.pages[..1]), (2, &before.pages[..]));
    assert_eq!(link(&after.feed, "next"), after.pages[1].url);
    assert_eq!(link(&after.pages[1].bytes, "next"), before.pages[0].url);
    // An address that names its content is another one as soon as the content is.
    scene.episodes[0].1.title = "Another title".into();
    let edited = in_folder(&scene);
    assert!(edited.pages[0].url != after.pages[0].url && edited.pages[1].url != after.pages[1].url);
    assert!(edited.pages.iter().all(|page| page.url == link(&page.bytes, "self")));
    let names =
        edited.pages.iter().all(|page| page.url.ends_with(&format!("/feeds/ports/p/{}.xml", page.content.short())));
    assert!(names);
}

#[test]
fn what_is_not_public_is_in_no_document() {
    let mut scene = of(32, 10);
    scene.show.feed_variants = vec![variant("newest", "", "last:40"), variant("mp3", "", "format:audio/mpeg")];
    for (at, title) in [(3, "CANARY draft"), (17, "CANARY later"), (30, "CANARY post")] {
        scene.episodes[at].1.title = title.into();
    }
    scene.episodes[3].1.draft = true;
    scene.episodes[17].1.publish_at_ms = Some(NOW_MS + HOUR_MS);
    scene.episodes[30].1.audio = None;
    let rendered = in_folder(&scene);
    let documents = [&rendered.feed].into_iter().chain(rendered.pages.iter().map(|page| &page.bytes));
    let documents = documents.chain(rendered.variants.iter().map(|one| &one.bytes));
    for document in documents {
        let text = String::from_utf8(document.clone()).unwrap();
        assert!(!text.contains("CANARY"), "{text}");
    }
    assert_eq!(guids(&rendered.variants[0].bytes).len(), 29);
    // At its minute it is everywhere it belongs.
    scene.as_of_ms = NOW_MS + HOUR_MS;
    assert!(String::from_utf8(in_folder(&scene).variants[0].bytes.clone()).unwrap().contains("CANARY later"));
}

#[test]
fn further_feeds_have_their_part() {
    let mut scene = of(5, 0);
    scene.episodes[1].1.season = Some(2);
    scene.episodes[3].1.season = Some(2);
    scene.show.feed_variants = vec![variant("newest", "Ports: the newest", "last:2"), variant("two", "", "season:2")];
    scene.show.hub = "https://hub.example/".into();
    scene.show.new_feed_url = "https://elsewhere.example/".into();
    let rendered = all(&scene);
    let [newest, two] = rendered.variants.as_slice() else { panic!("two feeds") };
    assert_eq!(guids(&newest.bytes), ["guid-4", "guid-3"]);
    assert_eq!(guids(&two.bytes), ["guid-3", "guid-1"]);
    assert_eq!(xpath(&newest.bytes, "string(/rss/channel/title)"), "Ports: the newest");
    assert_eq!(xpath(&two.bytes, "string(/rss/channel/title)"), "Ports & Harbours");
    assert_eq!(link(&newest.bytes, "self"), "https://cast.example/podcasts/ports/rss/newest/");
    assert_eq!(newest.url, "https://cast.example/podcasts/ports/rss/newest/");
    assert_eq!(link(&newest.bytes, "alternate"), "https://cast.example/podcasts/ports/rss/");
    for feed in [&rendered.feed, &newest.bytes, &two.bytes] {
        assert_eq!(link(feed, "hub"), "https://hub.example/");
    }
    assert_eq!(xpath(&newest.bytes, "count(//*[local-name()='new-feed-url'])"), "0");
    assert_eq!(xpath(&rendered.feed, "count(//*[local-name()='new-feed-url'])"), "1");
    // The feed leads to each of them, in their order.
    let alternate = "/rss/channel/*[local-name()='link' and @rel='alternate']";
    assert_eq!(xpath(&rendered.feed, &format!("string(({alternate})[1]/@title)")), "Ports: the newest");
    assert_eq!(xpath(&rendered.feed, &format!("string(({alternate})[2]/@href)")), two.url);
    // Nobody takes one of them for the show itself, nor for the other one.
    let guid = |feed: &[u8]| xpath(feed, "string(/rss/channel/*[local-name()='guid'])");
    assert!(guid(&rendered.feed) != guid(&newest.bytes) && guid(&newest.bytes) != guid(&two.bytes));
    assert!(!guid(&newest.bytes).is_empty());
}

#[test]
fn where_the_feed_sends_away_each_further_feed_sends_to_its_own_new_address() {
    let mut scene = of(2, 0);
    scene.show.feed_variants = vec![variant("newest", "", "last:1"), variant("two", "", "season:2")];
    scene.show.new_feed_url = "https://elsewhere.example/feeds/ports/feed.xml".into();
    scene.show.new_variants_url = "https://elsewhere.example/feeds/ports/{name}.xml".into();
    let rendered = all(&scene);
    let said = |feed: &[u8]| xpath(feed, "string(//*[local-name()='new-feed-url'])");
    assert_eq!(said(&rendered.feed), "https://elsewhere.example/feeds/ports/feed.xml");
    assert_eq!(said(&rendered.variants[0].bytes), "https://elsewhere.example/feeds/ports/newest.xml");
    assert_eq!(said(&rendered.variants[1].bytes), "https://elsewhere.example/feeds/ports/two.xml");
}

#[test]
fn where_the_feed_says_it_is_here_its_further_feeds_do_too() {
    let mut scene = of(1, 0);
    scene.show.feed_variants = vec![variant("newest", "", "last:2")];
    scene.show.new_feed_url = scene.urls().feed;
    let rendered = all(&scene);
    let said = xpath(&rendered.variants[0].bytes, "string(//*[local-name()='new-feed-url'])");
    assert_eq!(said, "https://cast.example/podcasts/ports/rss/newest/");
}

#[test]
fn a_further_feed_of_a_format_has_its_file_as_the_enclosure() {
    let mut scene = of(3, 0);
    let (hash, mp3) = (Sha256::of(b"opus"), scene.episodes[0].1.audio.clone().unwrap());
    let opus = MediaFacts { mime: "audio/opus".into(), ..facts(&hash, 777, Some(61_000)) };
    scene.facts.insert(hash.clone(), opus);
    let file = Attachment { hash, name: "one".into(), ext: "opus".into() };
    let video = AlternateEnclosure { mime: "video/mp4".into(), ..AlternateEnclosure::default() };
    let video = AlternateEnclosure {
        sources: vec![hearthcast_model::namespace::Source {
            uri: "https://v.example/1.mp4".into(),
            mime: String::new(),
        }],
        default: true,
        ..video
    };
    let other = AlternateEnclosure { mime: "audio/opus".into(), file: Some(file), ..AlternateEnclosure::default() };
    scene.episodes[1].1.tags.alternate_enclosures = vec![video, other];
    scene.show.feed_variants = vec![variant("opus", "", "format:audio/opus"), variant("mp3", "", "format:audio/mpeg")];
    let rendered = all(&scene);
    let [opus, mp3s] = rendered.variants.as_slice() else { panic!("two feeds") };
    assert_eq!(guids(&opus.bytes), ["guid-1"]);
    let enclosure = |feed: &[u8], name: &str| xpath(feed, &format!("string(//item/enclosure/@{name})"));
    assert!(enclosure(&opus.bytes, "url").ends_with("/one.opus"), "{}", enclosure(&opus.bytes, "url"));
    assert_eq!((enclosure(&opus.bytes, "type"), enclosure(&opus.bytes, "length")), ("audio/opus".into(), "777".into()));
    assert_eq!(xpath(&opus.bytes, "string(//item/*[local-name()='duration'])"), "61");
    let default = "string(//item/*[local-name()='alternateEnclosure' and @default='true']/@type)";
    assert_eq!(xpath(&opus.bytes, default), "audio/opus");
    assert_eq!(guids(&mp3s.bytes).len(), 3);
    assert!(enclosure(&rendered.feed, "url").ends_with(".mp3") && mp3.ext == "mp3");
}

#[test]
fn a_further_feed_of_m4a_has_the_files_that_go_by_its_other_name_and_no_mp3() {
    let mut scene = of(3, 0);
    let m4a = |hash: &Sha256, bytes| MediaFacts { mime: "audio/x-m4a".into(), ..facts(hash, bytes, Some(61_000)) };
    // The second is an M4A itself, the third has one beside its MP3, the first has none.
    let own = scene.episodes[1].1.audio.as_mut().unwrap();
    own.ext = "m4a".into();
    let (own, beside) = (own.hash.clone(), Sha256::of(b"m4a"));
    scene.facts.insert(own.clone(), m4a(&own, 888));
    scene.facts.insert(beside.clone(), m4a(&beside, 999));
    let file = Attachment { hash: beside, name: "beside".into(), ext: "m4a".into() };
    let beside = AlternateEnclosure { file: Some(file), ..AlternateEnclosure::default() };
    scene.episodes[2].1.tags.alternate_enclosures = vec![beside];
    scene.show.feed_variants = vec![variant("m4a", "", "format:audio/mp4"), variant("mp3", "", "format:audio/mpeg")];
    let rendered = all(&scene);
    let [m4as, mp3s] = rendered.variants.as_slice() else { panic!("two feeds") };
    let enclosures = |feed: &[u8]| -> Vec<[String; 3]> {
        let many: usize = xpath(feed, GUIDS).parse().unwrap();
        let one = |n: usize| {
            ["url", "type", "length"].map(|name| xpath(feed, &format!("string(//item[{n}]/enclosure/@{name})")))
        };
        (1..=many).map(one).collect()
    };
    assert_eq!(guids(&m4as.bytes), ["guid-2", "guid-1"]);
    let [beside, own]: [[String; 3]; 2] = enclosures(&m4as.bytes).try_into().unwrap();
    assert!(beside[0].ends_with("/beside.m4a") && own[0].ends_with("/episode-1.m4a"), "{beside:?} {own:?}");
    assert_eq!(beside[1..], ["audio/x-m4a", "999"]);
    assert_eq!(own[1..], ["audio/x-m4a", "888"]);
    assert_eq!(guids(&mp3s.bytes), ["guid-2", "guid-0"], "the one that is an M4A is no MP3");
    assert!(enclosures(&mp3s.bytes).iter().all(|[url, mime, _]| url.ends_with(".mp3") && mime == "audio/mpeg"));
}
