//! Chapters files with pictures (JSON chapters 1.2, `img`): each place has its own, which says where the pictures lie there.
#![expect(clippy::unwrap_used, reason = "a test's panic is its failure")]

#[allow(dead_code, reason = "shared with the tests that read feeds")]
mod scene;

use hearthcast_feed::urls::UrlMap;
use hearthcast_feed::{FeedInput, Item, RENDERER, Rendered, news_since, render_all};
use hearthcast_model::chapter::Chapter;
use hearthcast_model::picture::Picture;
use hearthcast_model::show::Attachment;
use hearthcast_model::{FeedPart, FeedVariant, Sha256, Song};
use scene::{HOUR_MS, NOW_MS, Scene, xpath};

const CHAPTERS: &str = "*[name()='podcast:chapters']/@url";

fn file(name: &str, ext: &str) -> Attachment {
    Attachment { hash: Sha256::of(name.as_bytes()), name: name.into(), ext: ext.into() }
}

fn picture(name: &str) -> Option<Picture> {
    Some(Picture { file: file(name, "jpg"), sizes: vec![], from: None, alt: String::new() })
}

fn chapter(start_ms: i64, title: &str, picture: Option<Picture>) -> Chapter {
    Chapter { picture, ..Chapter::new(start_ms, title) }
}

/// A place of files, each in a folder named by its content.
fn place(url: &str) -> UrlMap {
    UrlMap::by_rule(format!("{url}feed.xml"), url, |url, file| {
        url.extend([file.hash.short(), "/", &file.name, ".", &file.ext]);
    })
}

fn rendered(scene: &Scene, urls: &UrlMap) -> Rendered {
    let items: Vec<Item> = scene.episodes.iter().map(|(id, episode)| Item { id, episode }).collect();
    let (facts, as_of_ms) = (&scene.facts, scene.as_of_ms);
    render_all(&FeedInput { show: &scene.show, items: &items, facts, urls, as_of_ms }).unwrap()
}

/// An episode with a picture of a chapter, and an older one without.
fn two_episodes() -> Scene {
    let mut scene = Scene::new();
    let plain = scene.episode("plain");
    (plain.chapters, plain.chapters_file) = (vec![chapter(0, "Fog", None)], Some(file("plain", "json")));
    let episode = scene.episode("with pictures");
    episode.chapters = vec![
        chapter(0, "The quay & <more>", picture("quay")),
        Chapter { hidden: true, ..chapter(90_500, "An advertisement", picture("lamp")) },
        chapter(120_000, "The end", None),
    ];
    episode.chapters_file = Some(file("chapters", "json"));
    scene
}

#[test]
fn each_place_has_the_addresses_of_its_own_pictures_for_ever() {
    let scene = two_episodes();
    let mut seen = vec![];
    for url in ["https://one.example/", "https://two.example/pods/"] {
        let all = rendered(&scene, &place(url));
        let [made] = all.chapters.as_slice() else { panic!("one episode has pictures: {:?}", all.chapters) };
        let at = |name: &str| format!("{url}{}/{name}.jpg", Sha256::of(name.as_bytes()).short());
        let expected = format!(
            r#"{{"version":"1.2.0","chapters":[{{"startTime":0,"title":"The quay & <more>","img":"{}"}},{{"startTime":90.5,"title":"An advertisement","img":"{}","toc":false}},{{"startTime":120,"title":"The end"}}]}}"#,
            at("quay"),
            at("lamp")
        );
        assert_eq!(made.text, expected);
        let hash = Sha256::of(expected.as_bytes());
        assert_eq!(made.url, format!("{url}{}/chapters.json", hash.short()));
        assert_eq!(made.file, Attachment { hash, ..file("chapters", "json") });
        assert_eq!(xpath(&all.feed, &format!("string(//item[1]/{CHAPTERS})")), made.url);
        let image = "string(//item[1]//*[local-name()='chapter'][1]/@image)";
        assert_eq!(xpath(&all.feed, image), at("quay"), "both say the same");
        let plain = format!("{url}{}/plain.json", Sha256::of(b"plain").short());
        assert_eq!(xpath(&all.feed, &format!("string(//item[2]/{CHAPTERS})")), plain, "as it is kept");
        assert_eq!(rendered(&scene, &place(url)), all, "the same again");
        seen.push(made.file.hash.clone());
    }
    assert_ne!(seen[0], seen[1], "other addresses, another file");
}

#[test]
fn a_song_has_its_picture_and_every_feed_of_the_show_names_the_one_file() {
    let mut scene = two_episodes();
    scene.show.feed_page = 1;
    let part = FeedPart::parse("last:9").unwrap();
    scene.show.feed_variants = vec![FeedVariant { name: "all".into(), title: String::new(), part }];
    scene.episodes[0].1.songs = vec![Song {
        start_ms: 60_000,
        end_ms: None,
        title: "Oil".into(),
        artists: vec![],
        comment: String::new(),
        url: String::new(),
        picture: picture("oil"),
    }];
    let all = rendered(&scene, &place("https://one.example/"));
    let oil = format!("https://one.example/{}/oil.jpg", Sha256::of(b"oil").short());
    let song = format!(r#"{{"startTime":60,"title":"Oil","img":"{oil}"}}"#);
    let [older, newer] = all.chapters.as_slice() else { panic!("two files: {:?}", all.chapters) };
    assert!(older.text.contains(&song) && older.file.name == "plain", "{}", older.text);
    let page = &all.pages[0].bytes;
    assert_eq!(xpath(page, &format!("string(//item/{CHAPTERS})")), older.url);
    let further = &all.variants[0].bytes;
    assert_eq!(xpath(further, &format!("string(//item[1]/{CHAPTERS})")), newer.url);
    assert_eq!(xpath(further, &format!("string(//item[2]/{CHAPTERS})")), older.url);
}

#[test]
fn what_is_not_public_has_none_and_a_copy_on_the_disk_names_the_kept_one() {
    let mut scene = two_episodes();
    scene.episodes[1].1.publish_at_ms = Some(NOW_MS + HOUR_MS);
    assert_eq!(rendered(&scene, &place("https://one.example/")).chapters, []);
    scene.as_of_ms = NOW_MS + HOUR_MS;
    assert_eq!(rendered(&scene, &place("https://one.example/")).chapters.len(), 1);
    // Every file is known by name, and none that is written besides would have an address.
    let mut urls = UrlMap::new("feed.xml".into());
    let files = scene.episodes.iter().flat_map(|(_, episode)| episode.files()).chain(scene.show.files());
    files.for_each(|file| urls.insert(file, format!("files/{}.{}", file.name, file.ext)));
    let all = rendered(&scene, &urls);
    assert_eq!(all.chapters, []);
    assert_eq!(xpath(&all.feed, &format!("string(//item[1]/{CHAPTERS})")), "files/chapters.json");
}

#[test]
fn what_a_newer_writer_adds_is_told_where_chapters_have_pictures() {
    let told = |scene: &Scene, renderer| {
        let feed = rendered(scene, &place("https://one.example/")).feed;
        news_since(renderer, &String::from_utf8(feed).unwrap())
    };
    let mut scene = two_episodes();
    assert_eq!(told(&scene, 8), ["pictures of chapters stand in their files, too"]);
    assert_eq!(told(&scene, RENDERER), [""; 0]);
    scene.episodes[1].1.chapters.iter_mut().for_each(|chapter| chapter.picture = None);
    assert_eq!(told(&scene, 8), [""; 0]);
}
