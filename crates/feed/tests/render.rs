//! What a feed says, in which order, and what keeps it from being written.

mod scene;

use hearthcast_feed::FeedError;
use hearthcast_feed::urls::UrlMap;
use hearthcast_model::chapter::Transcript;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::show::{Attachment, Category, ShowKind};
use hearthcast_model::{Code, Sha256};
use scene::{HOUR_MS, NOW_MS, Scene, xpath};

fn file(name: &str, ext: &str) -> Attachment {
    Attachment { hash: Sha256::of(name.as_bytes()), name: name.into(), ext: ext.into() }
}

fn person(name: &str, role: &str) -> Person {
    Person { name: name.into(), role: role.into(), ..Person::default() }
}

fn xml(scene: &Scene) -> String {
    String::from_utf8(scene.render().expect("the scene is complete")).expect("feeds are UTF-8")
}

#[test]
fn whole_feed_is_as_reviewed() {
    let mut scene = Scene::new();
    let notes = "The *first* stop: see [the map](https://ports.example/map?a=1&b=2).\n\n- quay\n- crane ]]> 5";
    let first = scene.episode("Hello <harbour> & \"friends\"");
    first.notes = hearthcast_text::notes(notes).unwrap();
    first.season = Some(1);
    first.number = Some(1.into());
    first.link = "https://ports.example/1".into();
    first.explicit = Some(true);
    first.image = Some(Attachment { hash: Sha256::of(b"image"), name: "quay".into(), ext: "png".into() });
    first.season_name = "Low water".into();
    first.chapters_file = Some(file("chapters", "json"));
    first.transcripts = vec![Transcript { file: file("words", "vtt"), language: "en".into(), captions: true }];
    first.persons = vec![person("Mara Voß", "guest")];
    scene.episode("Trailer").kind = EpisodeKind::Trailer;
    scene.show.medium = "podcast".into();
    scene.show.funding =
        vec![Funding { url: "https://ports.example/give?a=1&b=2".into(), text: "Keep us afloat".into() }];
    scene.show.persons = vec![Person { img: "https://ports.example/ada.jpg".into(), ..person("Ada Lund", "") }];
    insta::assert_snapshot!(xml(&scene));
}

#[test]
fn smallest_feed_is_as_reviewed() {
    let mut scene = Scene::new();
    let cover = scene.show.cover.take();
    scene.show = hearthcast_model::Show { cover, ..hearthcast_model::Show::new("Bare", "bare", NOW_MS) };
    scene.show.locked = false;
    scene.show.kind = ShowKind::Serial;
    scene.show.explicit = true;
    insta::assert_snapshot!(xml(&scene));
}

#[test]
fn only_public_episodes_with_audio_are_in_it() {
    let mut scene = Scene::new();
    scene.episode("public");
    scene.episode("draft").draft = true;
    scene.episode("later").publish_at_ms = Some(NOW_MS + 1);
    scene.episode("now").publish_at_ms = Some(NOW_MS);
    scene.episode("never released").publish_at_ms = None;
    scene.episode("silent").audio = None;
    scene.episode("words for the website").kind = EpisodeKind::Post;
    let titles = xpath(&scene.render().unwrap(), "concat(count(//item), //item[1]/title, //item[2]/title)");
    assert_eq!(titles, "2nowpublic");
}

#[test]
fn hidden_episodes_leave_no_trace_in_the_dates() {
    let mut scene = Scene::new();
    scene.episode("public");
    let before = scene.render().unwrap();
    let draft = scene.episode("draft");
    (draft.draft, draft.changed_ms) = (true, NOW_MS + HOUR_MS);
    assert_eq!(scene.render().unwrap(), before);
}

#[test]
fn newest_change_dates_the_feed_and_the_clock_does_not() {
    let mut scene = Scene::new();
    scene.episode("a");
    scene.episode("b").changed_ms = NOW_MS - HOUR_MS;
    let feed = scene.render().unwrap();
    assert_eq!(xpath(&feed, "string(//channel/lastBuildDate)"), "Fri, 20 Nov 2026 05:00:00 +0000");
    assert_eq!(xpath(&feed, "string(//channel/pubDate)"), xpath(&feed, "string(//item[1]/pubDate)"));
    scene.as_of_ms += HOUR_MS;
    assert_eq!(scene.render().unwrap(), feed);
}

#[test]
fn newest_is_first_and_the_order_of_records_does_not_matter() {
    let mut scene = Scene::new();
    for title in ["a", "b", "c", "d"] {
        scene.episode(title).publish_at_ms = Some(NOW_MS - HOUR_MS * if title == "a" { 1 } else { 2 });
    }
    let feed = scene.render().unwrap();
    let order = "concat(//item[1]/title, //item[2]/title, //item[3]/title, //item[4]/title)";
    assert_eq!(xpath(&feed, order), "adcb", "by time, then by id, newest first");
    scene.episodes.reverse();
    assert_eq!(scene.render().unwrap(), feed);
}

#[test]
fn long_descriptions_are_cut_between_characters() {
    let mut scene = Scene::new();
    scene.show.description = hearthcast_text::notes(&"ä€ ".repeat(3_000)).unwrap();
    let text = xpath(&scene.render().unwrap(), "string(//channel/description)");
    assert!((3_990..=4_000).contains(&text.len()), "{}", text.len());
    assert!(text.starts_with("ä€ ä€") && !text.contains('\u{FFFD}'));
}

#[test]
fn durations_are_whole_seconds() {
    let mut scene = Scene::new();
    for (title, duration_ms) in [("a", Some(3_599_499)), ("b", Some(3_599_500)), ("c", None), ("d", Some(i64::MAX))] {
        let hash = scene.episode(title).audio.clone().unwrap().hash;
        scene.facts.insert(hash.clone(), scene::facts(&hash, 1, duration_ms));
    }
    let feed = scene.render().unwrap();
    let of = |title| xpath(&feed, &format!("string(//item[title='{title}']/*[local-name()='duration'])"));
    assert_eq!([of("a"), of("b"), of("c"), of("d")], ["3599", "3600", "", "9223372036854775"]);
}

#[test]
fn html_of_another_sanitiser_is_cleaned_again() {
    let mut scene = Scene::new();
    let notes = &mut scene.episode("a").notes.safe;
    notes.html = "<p>old<script>x</script></p>".into();
    notes.sanitizer_version = hearthcast_text::SANITIZER_VERSION + 1;
    assert_eq!(xpath(&scene.render().unwrap(), "string(//item/description)"), "<p>old</p>");
}

#[test]
fn numbers_between_two_are_for_those_who_take_them() {
    let mut scene = Scene::new();
    scene.episode("between").number = "2.5".parse().ok();
    let feed = scene.render().unwrap();
    assert_eq!(xpath(&feed, "string(//item/*[name()='podcast:episode'])"), "2.5");
    assert_eq!(xpath(&feed, "count(//item/*[name()='itunes:episode'])"), "0", "Apple asks for a non-zero integer");
    scene.episode("half").number = "0.5".parse().ok();
    scene.episode("none").number = Some(0.into());
    let feed = scene.render().unwrap();
    assert_eq!(xpath(&feed, "count(//item/*[name()='podcast:episode'])"), "2");
}

#[test]
fn the_shows_words_stand_after_every_episodes_notes() {
    let mut scene = Scene::new();
    scene.episode("one").notes = hearthcast_text::notes("What was *said*.").unwrap();
    scene.episode("two").notes = hearthcast_text::notes("").unwrap();
    let without = scene.render().unwrap();
    scene.show.notes_suffix = hearthcast_text::notes("Support us at [our site](https://example.org/s).").unwrap();
    let feed = scene.render().unwrap();
    let said = |item: u8, tag: &str| xpath(&feed, &format!("string(//item[{item}]/*[local-name()='{tag}'])"));
    let link = "<p>Support us at <a href=\"https://example.org/s\">our site</a>.</p>";
    assert_eq!(said(2, "encoded"), format!("<p>What was <em>said</em>.</p>\n{link}"));
    assert_eq!(said(1, "description"), link, "also where there are no notes");
    assert!(said(2, "summary").contains("What was said.") && said(2, "summary").contains("our site"));
    scene.show.notes_suffix = Default::default();
    assert_eq!(scene.render().unwrap(), without);
}

#[test]
fn a_prefix_stands_before_the_addresses_of_sounds_and_of_nothing_else() {
    let mut scene = Scene::new();
    let first = scene.episode("Hello");
    first.image = Some(file("quay", "png"));
    first.chapters_file = Some(file("chapters", "json"));
    let plain = xml(&scene);
    let url = plain.split("<enclosure url=\"https://").nth(1).and_then(|rest| rest.split('"').next()).expect("a sound");
    scene.show.prefix = "https://op3.dev/e/".into();
    let led = plain
        .replace(&format!("<enclosure url=\"https://{url}\""), &format!("<enclosure url=\"https://op3.dev/e/{url}\""));
    assert_eq!(xml(&scene), led);
    assert_ne!(led, plain);
}

#[test]
fn owner_stays_private_without_an_address() {
    let mut scene = Scene::new();
    scene.show.owner_email.clear();
    let xml = xml(&scene);
    assert!(!xml.contains("itunes:owner") && xml.contains("<podcast:locked>yes</podcast:locked>"));
}

#[test]
fn missing_things_are_named() {
    let title = || "a".to_string();
    let mut scene = Scene::new();
    scene.episode("a");
    let episode = scene.episodes[0].0.clone();
    let owner = || "the episode \"a\"".to_string();

    let urls = UrlMap::new("https://cast.example/feed".into());
    let error = scene.render_with(&urls).unwrap_err();
    assert_eq!(
        error,
        FeedError::UrlMissing { file: "cover.jpg".into(), owner: "the show \"Ports & Harbours\"".into() }
    );
    let mut urls = urls;
    urls.insert(scene.show.cover.as_ref().unwrap(), "https://cast.example/cover.jpg".into());
    let error = scene.render_with(&urls).unwrap_err();
    assert_eq!(error, FeedError::UrlMissing { file: "episode-0.mp3".into(), owner: owner() });

    let facts = std::mem::take(&mut scene.facts);
    assert_eq!(scene.render().unwrap_err(), FeedError::FactsMissing { episode: episode.clone(), title: title() });
    scene.facts = facts;

    scene.episodes[0].1.link = "javascript:alert(1)".into();
    let error = scene.render().unwrap_err();
    assert_eq!(error, FeedError::LinkUnusable { link: "javascript:alert(1)".into(), owner: owner() });
    scene.episodes[0].1.link.clear();

    scene.episodes[0].1.publish_at_ms = Some(i64::MIN);
    assert_eq!(scene.render().unwrap_err(), FeedError::DateUnusable { owner: owner() });
    scene.episodes[0].1.publish_at_ms = Some(NOW_MS);

    scene.episodes[0].1.guid = "\u{1}".into();
    assert_eq!(scene.render().unwrap_err(), FeedError::GuidMissing { episode, title: title() });
    scene.episodes[0].1.guid = "guid-1".into();
    scene.episode("b");
    assert!(matches!(scene.render().unwrap_err(), FeedError::GuidRepeated { .. }));
    scene.episodes.clear();

    scene.show.categories.push(Category { name: "Podcasts".into(), sub: None });
    assert_eq!(scene.render().unwrap_err(), FeedError::CategoryUnknown { name: "Podcasts".into() });
    scene.show.cover = None;
    assert_eq!(scene.render().unwrap_err(), FeedError::CoverMissing { title: "Ports & Harbours".into() });
}

#[test]
fn people_read_what_to_do() {
    let error: hearthcast_model::Error = FeedError::CoverMissing { title: "Ports".into() }.into();
    assert_eq!(error.code, Code::PublishIncomplete);
    assert_eq!(error.message, "The show \"Ports\" has no cover picture.");
    assert!(error.hint.contains("JPEG or PNG"), "{}", error.hint);
}
