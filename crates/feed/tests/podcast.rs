//! Podcasting 2.0 tags as libxml2 finds them, and what keeps them from being written. Rules: FEED.md §1 and the tag document
//! of the podcast namespace.

mod scene;

use hearthcast_feed::FeedError;
use hearthcast_model::chapter::{Chapter, Transcript};
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::picture::Picture;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Code, Sha256, Song};
use scene::{Scene, xpath};

/// The namespace, as its document writes it.
const PODCAST: &str = "https://podcastindex.org/namespace/1.0";

/// A path to elements of the podcast namespace inside `parent`.
fn tags(parent: &str, name: &str) -> String {
    format!("{parent}/*[local-name()='{name}' and namespace-uri()='{PODCAST}']")
}

fn file(name: &str, ext: &str) -> Attachment {
    Attachment { hash: Sha256::of(name.as_bytes()), name: name.into(), ext: ext.into() }
}

fn url_of(file: &Attachment) -> String {
    format!("https://cast.example/m/{}/{}.{}", file.hash, file.name, file.ext)
}

fn transcript(ext: &str, language: &str, captions: bool) -> Transcript {
    Transcript { file: file(&format!("words-{ext}-{language}"), ext), language: language.into(), captions }
}

fn person(name: &str) -> Person {
    Person { name: name.into(), ..Person::default() }
}

/// One thing of the first item, or of the channel, as libxml2 reads it.
fn read(scene: &Scene, path: &str) -> String {
    xpath(&scene.render().expect("the scene is complete"), path)
}

#[test]
fn chapters_stand_in_the_feed_as_podlove_wrote_them_down() {
    const PSC: &str = "http://podlove.org/simple-chapters";
    let mut scene = Scene::new();
    scene.episode("without");
    let picture = Picture { file: file("stair", "jpg"), sizes: vec![], from: None, alt: String::new() };
    let chapter = |start_ms, title: &str| Chapter { end_ms: Some(start_ms + 900), ..Chapter::new(start_ms, title) };
    scene.episode("with").chapters = vec![
        Chapter { picture: Some(picture), ..chapter(0, "The stair") },
        Chapter { hidden: true, ..chapter(1_000, "An advertisement") },
        chapter(2_000, " "),
        Chapter { url: "HTTPS://Ports.Example/lamp".into(), ..chapter(359_999_999, "The lamp & the light") },
    ];
    scene.episodes[1].1.songs = vec![Song {
        start_ms: 60_000,
        end_ms: None,
        title: "Oil".into(),
        artists: vec![],
        comment: String::new(),
        url: String::new(),
        picture: None,
    }];
    let of = |path: &str| read(&scene, path);
    let named = |name: &str| format!("*[local-name()='{name}' and namespace-uri()='{PSC}']");
    let (all, one) = (named("chapters"), named("chapter"));
    assert_eq!(of(&format!("concat(count(//{all}), ' ', count(//item[title='with']/{all}))")), "1 1");
    assert_eq!(of(&format!("string(//{all}/@version)")), "1.2");
    assert_eq!(of(&format!("concat(count(//{one}), ' ', count(//{one}/@*))")), "3 8");
    let each = |n: u8| of(&format!("concat(//{one}[{n}]/@start, '|', //{one}[{n}]/@title)"));
    assert_eq!(each(1), "00:00:00.000|The stair");
    assert_eq!(each(2), "00:01:00.000|Oil", "a song stands among them");
    assert_eq!(each(3), "99:59:59.999|The lamp & the light");
    assert_eq!(of(&format!("string(//{one}[1]/@image)")), url_of(&file("stair", "jpg")));
    assert_eq!(of(&format!("string(//{one}[3]/@href)")), "https://ports.example/lamp");
}

#[test]
fn chapters_and_transcripts_are_where_the_files_are() {
    let mut scene = Scene::new();
    let episode = scene.episode("a");
    episode.chapters_file = Some(file("chapters", "json"));
    episode.transcripts = vec![transcript("vtt", "en", true), transcript("srt", "", false)];
    let (chapters, words) = (file("chapters", "json"), tags("//item", "transcript"));
    let of = |path: &str| read(&scene, path);
    assert_eq!(of(&format!("count({})", tags("//item", "chapters"))), "1");
    assert_eq!(of(&format!("string({}/@url)", tags("//item", "chapters"))), url_of(&chapters));
    assert_eq!(of(&format!("string({}/@type)", tags("//item", "chapters"))), "application/json+chapters");
    assert_eq!(
        of(&format!("concat({words}[1]/@url, ' ', {words}[1]/@type)")),
        url_of(&file("words-vtt-en", "vtt")) + " text/vtt"
    );
    assert_eq!(of(&format!("concat({words}[1]/@language, ' ', {words}[1]/@rel)")), "en captions");
    assert_eq!(of(&format!("string({words}[2]/@type)")), "application/x-subrip");
    assert_eq!(of(&format!("count({words}[2]/@*)")), "2", "no language and no rel where nobody said one");
}

#[test]
fn people_stand_where_they_belong() {
    let mut scene = Scene::new();
    scene.show.persons = vec![person("Ada Lund"), person("Bo & Söhne")];
    scene.episode("older, with nobody of its own");
    scene.episode("newer").persons = vec![Person {
        role: "Guest".into(),
        group: "Cast".into(),
        img: " https://ports.example/mara.jpg ".into(),
        href: "https://Ports.example/mara?a=1&b=2".into(),
        ..person(" Mara Voss ")
    }];
    let of = |path: &str| read(&scene, path);
    let (channel, own) = (tags("//channel", "person"), tags("//item[1]", "person"));
    assert_eq!(
        of(&format!("concat({channel}[1], '|', {channel}[2], '|', count({channel}/@*))")),
        "Ada Lund|Bo & Söhne|0"
    );
    assert_eq!(of(&format!("count({})", tags("//item[2]", "person"))), "0", "the show's stand for it");
    assert_eq!(of(&format!("concat({own}, '|', {own}/@role, '|', {own}/@group)")), "Mara Voss|guest|cast");
    assert_eq!(
        of(&format!("concat({own}/@img, '|', {own}/@href)")),
        "https://ports.example/mara.jpg|https://ports.example/mara?a=1&b=2"
    );
}

#[test]
fn funding_medium_season_and_episode() {
    let mut scene = Scene::new();
    scene.show.medium = "musicL".into();
    let give = |n: u32| Funding { url: format!("https://ports.example/{n}"), text: format!("Way {n}") };
    scene.show.funding = vec![give(1), give(2)];
    let episode = scene.episode("a");
    (episode.season, episode.number, episode.season_name) = (Some(3), Some(7.into()), "Low water".into());
    let of = |path: &str| read(&scene, path);
    let funding = tags("//channel", "funding");
    assert_eq!(of(&format!("concat({funding}[1], ' ', {funding}[2]/@url)")), "Way 1 https://ports.example/2");
    assert_eq!(of(&format!("string({})", tags("//channel", "medium"))), "musicL");
    let season = tags("//item", "season");
    assert_eq!(
        of(&format!("concat({season}, ' ', {season}/@name, ' ', {})", tags("//item", "episode"))),
        "3 Low water 7"
    );
    let itunes = "//item/*[local-name()='season' and namespace-uri()='http://www.itunes.com/dtds/podcast-1.0.dtd']";
    assert_eq!(of(&format!("string({itunes})")), "3", "Apple reads its own");
}

#[test]
fn a_season_without_a_number_has_no_name() {
    let mut scene = Scene::new();
    scene.episode("a").season_name = "Low water".into();
    assert_eq!(read(&scene, &format!("count({})", tags("//item", "season"))), "0");
}

#[test]
fn names_may_have_128_characters_and_not_one_more() {
    let mut scene = Scene::new();
    scene.episode("a").persons = vec![person(&"ü".repeat(128))];
    assert_eq!(read(&scene, &format!("string-length({})", tags("//item", "person"))), "128");
    let too_long = |what| FeedError::TextTooLong { what, limit: 128, owner: "the episode \"a\"".into() };
    scene.episodes[0].1.persons[0].name.push('x');
    assert_eq!(scene.render().unwrap_err(), too_long("a person"));
    scene.episodes[0].1.persons.clear();
    scene.episodes[0].1.season_name = "x".repeat(129);
    assert_eq!(scene.render().unwrap_err(), too_long("a season"));
    scene.episodes.clear();
    scene.show.funding = vec![Funding { url: "https://a.example/".into(), text: "x".repeat(129) }];
    let owner = "the show \"Ports & Harbours\"".into();
    assert_eq!(scene.render().unwrap_err(), FeedError::TextTooLong { what: "a way to give", limit: 128, owner });
}

#[test]
fn what_apps_would_drop_is_named_instead() {
    let owner = || "the show \"Ports & Harbours\"".to_string();
    let mut scene = Scene::new();
    for link in ["http://ports.example/give", "ports.example/give", "javascript:alert(1)", "", "https://"] {
        scene.show.funding = vec![Funding { url: link.into(), text: "Give".into() }];
        let expected = FeedError::LinkInsecure { link: link.into(), what: "a way to give", owner: owner() };
        assert_eq!(scene.render().unwrap_err(), expected);
    }
    scene.show.funding = vec![Funding { url: "https://ports.example/give".into(), text: " ".into() }];
    assert_eq!(scene.render().unwrap_err(), FeedError::TextMissing { what: "a way to give", owner: owner() });
    scene.show.funding.clear();
    scene.show.persons = vec![person("\t")];
    assert_eq!(scene.render().unwrap_err(), FeedError::TextMissing { what: "a person", owner: owner() });
    scene.show.persons = vec![Person { href: "http://ports.example/".into(), ..person("Ada") }];
    assert!(matches!(scene.render().unwrap_err(), FeedError::LinkInsecure { what: "a person", .. }));
    scene.show.persons.clear();
    for medium in ["Podcast", "mixedL", "L", "podcasts", "radio"] {
        scene.show.medium = medium.into();
        assert_eq!(scene.render().unwrap_err(), FeedError::MediumUnknown { medium: medium.into() });
    }
    scene.show.medium.clear();
    scene.episode("a").transcripts = vec![transcript("txt", "en", false)];
    let unknown = FeedError::TranscriptUnknown { file: "words-txt-en.txt".into(), owner: "the episode \"a\"".into() };
    assert_eq!(scene.render().unwrap_err(), unknown);
}

#[test]
fn people_read_what_to_do() {
    let missing = FeedError::TextMissing { what: "a person", owner: "the show \"Ports\"".into() };
    let error: hearthcast_model::Error = missing.into();
    assert_eq!(
        (error.code, error.message.as_str()),
        (Code::FieldInvalid, "A person of the show \"Ports\" has no text.")
    );
    let link = "http://a.example/".into();
    let error: hearthcast_model::Error =
        FeedError::LinkInsecure { link, what: "a way to give", owner: "the show \"Ports\"".into() }.into();
    assert_eq!(
        error.message,
        "The link of a way to give of the show \"Ports\" must begin with https://, and is \"http://a.example/\"."
    );
}
