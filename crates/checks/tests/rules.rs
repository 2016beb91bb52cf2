//! Every rule against a show that obeys all of them and one that breaks just this one; what is right and wrong stands in
//! Apple's and the Podcast Standards Project's pages (FEED.md §3), not in the rules.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use hearthcast_checks::{EpisodeFacts, Facts, Live, Outcome, Question, Seen, check, report};
use hearthcast_model::check::CheckLevel;
use hearthcast_model::facts::{Finding, Loudness, MediaFacts, MediaKind};
use hearthcast_model::html::{Notes, SafeHtml};
use hearthcast_model::namespace::Soundbite;
use hearthcast_model::show::{Attachment, Category, ShowKind};
use hearthcast_model::{Chapter, Episode, EpisodeId, Person, Sha256, Show, ShowId, Transcript};

/// A show that every directory takes.
#[derive(Clone)]
struct Scene {
    show: Show,
    cover: Option<MediaFacts>,
    unknown: Vec<String>,
    episodes: Vec<(EpisodeId, Episode, Option<MediaFacts>, Option<MediaFacts>)>,
    feed: Option<String>,
    live: Option<Live>,
}

fn notes(text: &str) -> Notes {
    let html = SafeHtml { html: format!("<p>{text}</p>"), ..SafeHtml::default() };
    Notes { source: text.into(), safe: html, ..Notes::default() }
}

fn file(name: &str, ext: &str) -> Attachment {
    Attachment { hash: Sha256::of(name.as_bytes()), name: name.into(), ext: ext.into() }
}

fn media(kind: MediaKind, mime: &str, size: u64) -> MediaFacts {
    MediaFacts::unmeasured(kind, "", mime, size, Sha256::of(b""))
}

fn picture(width: u32, height: u32) -> MediaFacts {
    let picture = media(MediaKind::Image, "image/jpeg", 300_000);
    MediaFacts { width_px: Some(width), height_px: Some(height), orientation: Some(1), ..picture }
}

fn sound() -> MediaFacts {
    let loudness = Loudness { integrated_lufs: Some(-16.0), range_lu: Some(5.0), true_peak_dbtp: Some(-1.2) };
    MediaFacts {
        duration_ms: Some(600_000),
        channels: Some(2),
        bit_rate: Some(128_000),
        loudness: Some(loudness),
        ..media(MediaKind::Audio, "audio/mpeg", 9_600_000)
    }
}

fn episode(number: u32) -> (EpisodeId, Episode, Option<MediaFacts>, Option<MediaFacts>) {
    let show = ShowId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
    let id = EpisodeId::parse(&format!("018f0000-0000-7000-8000-0000000001{number:02}")).unwrap();
    let title = format!("Episode {number}");
    let body = Episode {
        notes: notes("What we talked about."),
        audio: Some(file(&format!("episode-{number}"), "mp3")),
        number: Some(number.into()),
        transcripts: vec![Transcript { file: file("words", "vtt"), language: String::new(), captions: false }],
        ..Episode::new(show, &format!("guid-{number}"), &title, &format!("episode-{number}"), 0)
    };
    (id, body, Some(sound()), None)
}

fn good() -> Scene {
    let show = Show {
        description: notes("A show about things."),
        author: "Ada".into(),
        owner_email: "ada@example.org".into(),
        link: "https://example.org/".into(),
        categories: vec![Category { name: "Technology".into(), sub: None }],
        cover: Some(file("cover", "jpg")),
        ..Show::new("Things", "things", 0)
    };
    Scene {
        show,
        cover: Some(picture(3000, 3000)),
        unknown: vec![],
        episodes: vec![episode(1), episode(2)],
        feed: Some("https://example.org/feed.xml".into()),
        live: None,
    }
}

impl Scene {
    fn with<T>(&self, then: impl FnOnce(&Facts) -> T) -> T {
        let id = ShowId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        let episodes: Vec<EpisodeFacts> = self
            .episodes
            .iter()
            .map(|(id, episode, audio, image)| EpisodeFacts {
                id,
                episode,
                audio: audio.as_ref(),
                image: image.as_ref(),
            })
            .collect();
        then(&Facts {
            id: &id,
            show: &self.show,
            cover: self.cover.as_ref(),
            unknown_categories: &self.unknown,
            episodes: &episodes,
            feed_url: self.feed.as_deref(),
            live: self.live.as_ref(),
            now_ms: 7,
        })
    }

    /// Level, code and field of everything found.
    fn found(&self) -> Vec<(CheckLevel, String, String)> {
        self.with(|facts| check(facts).into_iter().map(|f| (f.level, f.code, f.field)).collect())
    }
}

/// Breaks one thing and expects exactly one finding.
fn breaks(level: CheckLevel, code: &str, field: &str, change: impl FnOnce(&mut Scene)) {
    let mut scene = good();
    change(&mut scene);
    assert_eq!(scene.found(), [(level, format!("check.{code}"), field.to_string())], "{code}");
}

use CheckLevel::{Advice, Error, Warning};

#[test]
fn a_good_show_has_no_findings() {
    assert_eq!(good().found(), []);
}

#[test]
fn texts_of_the_show() {
    breaks(Error, "title_missing", "title", |s| s.show.title = " ".into());
    breaks(Warning, "text_long", "title", |s| s.show.title = "ü".repeat(256));
    breaks(Error, "description_missing", "description", |s| s.show.description = Notes::default());
    breaks(Warning, "description_long", "description", |s| s.show.description = notes(&"x".repeat(4001)));
    breaks(Warning, "author_missing", "author", |s| s.show.author.clear());
    breaks(Advice, "owner_email_missing", "owner_email", |s| s.show.owner_email.clear());
    breaks(Warning, "link_missing", "link", |s| s.show.link.clear());
    breaks(Warning, "address_insecure", "link", |s| s.show.link = "http://example.org/".into());
    let person = Person { name: "Bea".into(), img: "http://example.org/b.jpg".into(), ..Person::default() };
    breaks(Warning, "address_insecure", "persons", |s| s.show.persons = vec![person]);
    let mut fits = good();
    fits.show.title = "ü".repeat(255);
    fits.show.description = notes(&"x".repeat(4000));
    assert_eq!(fits.found(), [], "255 characters and 4,000 bytes fit");
}

#[test]
fn language_and_category() {
    breaks(Error, "language_invalid", "language", |s| s.show.language = "english".into());
    breaks(Error, "language_invalid", "language", |s| s.show.language = "xx".into());
    breaks(Warning, "language_unusual", "language", |s| s.show.language = "gsw".into());
    breaks(Error, "category_missing", "categories", |s| s.show.categories.clear());
    breaks(Error, "category_unknown", "categories", |s| s.unknown = vec!["Podcasts".into()]);
}

#[test]
fn the_cover() {
    breaks(Error, "cover_missing", "cover", |s| s.show.cover = None);
    breaks(Error, "cover_unknown", "cover", |s| s.cover = None);
    breaks(Error, "cover_small", "cover", |s| s.cover = Some(picture(1399, 1399)));
    breaks(Error, "cover_large", "cover", |s| s.cover = Some(picture(3001, 3001)));
    breaks(Error, "cover_not_square", "cover", |s| s.cover = Some(picture(1500, 1501)));
    breaks(Error, "picture_format", "cover", |s| s.cover.as_mut().unwrap().mime = "image/webp".into());
    breaks(Error, "picture_ending", "cover", |s| s.cover.as_mut().unwrap().mime = "image/png".into());
    breaks(Error, "picture_turned", "cover", |s| s.cover.as_mut().unwrap().orientation = Some(6));
    breaks(Advice, "picture_heavy", "cover", |s| s.cover.as_mut().unwrap().size_bytes = 512 * 1024 + 1);
    let cmyk = Finding { code: "media.cmyk".into(), message: String::new(), at_ms: None };
    breaks(Error, "picture_print_colours", "cover", |s| s.cover.as_mut().unwrap().findings = vec![cmyk]);
    for side in [1400, 3000] {
        let mut fits = good();
        fits.cover = Some(picture(side, side));
        assert_eq!(fits.found(), [], "{side}");
    }
}

#[test]
fn episodes_by_themselves() {
    breaks(Error, "episode_title_missing", "title", |s| s.episodes[0].1.title.clear());
    breaks(Error, "guid_missing", "", |s| s.episodes[0].1.guid.clear());
    breaks(Advice, "notes_missing", "notes", |s| s.episodes[0].1.notes = Notes::default());
    breaks(Warning, "audio_missing", "audio", |s| {
        s.episodes[0].1.audio = None;
        s.episodes[0].2 = None;
    });
    breaks(Error, "audio_unknown", "audio", |s| s.episodes[0].2 = None);
    breaks(Advice, "transcript_missing", "transcripts", |s| s.episodes[0].1.transcripts.clear());
    breaks(Advice, "chapters_missing", "chapters", |s| s.episodes[0].2.as_mut().unwrap().duration_ms = Some(1_200_000));
    breaks(Warning, "address_insecure", "link", |s| s.episodes[0].1.link = "http://example.org/1".into());
    breaks(Advice, "image_not_square", "image", |s| {
        s.episodes[0].1.image = Some(file("i", "jpg"));
        s.episodes[0].3 = Some(picture(3000, 2000));
    });
    breaks(Advice, "image_small", "image", |s| {
        s.episodes[0].1.image = Some(file("i", "jpg"));
        s.episodes[0].3 = Some(picture(600, 600));
    });
    breaks(Warning, "chapter_outside", "chapters", |s| s.episodes[0].1.chapters = vec![chapter(0), chapter(600_000)]);
    breaks(Warning, "soundbite_outside", "tags", |s| s.episodes[0].1.tags.soundbites = vec![soundbite(570_001)]);
    let mut fits = good();
    fits.episodes[0].1.tags.soundbites = vec![soundbite(570_000)];
    assert_eq!(fits.found(), [], "it ends with the sound");
    breaks(Warning, "chapter_order", "chapters", |s| s.episodes[0].1.chapters = vec![chapter(9), chapter(8)]);
}

/// Half a minute of a sound of ten.
fn soundbite(start_ms: i64) -> Soundbite {
    Soundbite { start_ms, duration_ms: 30_000, title: "The crane".into() }
}

fn chapter(start_ms: i64) -> Chapter {
    Chapter { start_ms, end_ms: None, title: "Part".into(), url: String::new(), hidden: false, picture: None }
}

#[test]
fn sounds() {
    let change = |change: fn(&mut MediaFacts)| move |s: &mut Scene| change(s.episodes[0].2.as_mut().unwrap());
    breaks(Error, "audio_type", "audio", change(|a| a.mime = "audio/flac".into()));
    breaks(Error, "audio_ending", "audio", change(|a| a.mime = "audio/mp4".into()));
    breaks(Error, "audio_empty", "audio", change(|a| a.size_bytes = 0));
    breaks(Warning, "duration_missing", "audio", change(|a| a.duration_ms = None));
    breaks(Advice, "audio_large", "audio", change(|a| a.size_bytes = 200_000_001));
    breaks(Advice, "bit_rate", "audio", change(|a| a.bit_rate = Some(32_000)));
    breaks(Advice, "loudness", "audio", change(|a| a.loudness.as_mut().unwrap().integrated_lufs = Some(-23.0)));
    breaks(Advice, "loudness", "audio", change(|a| a.channels = Some(1)));
    breaks(Advice, "true_peak", "audio", change(|a| a.loudness.as_mut().unwrap().true_peak_dbtp = Some(0.3)));
    breaks(Warning, "audio_silent", "audio", change(|a| a.loudness.as_mut().unwrap().integrated_lufs = None));
    let cut = || Finding { code: "media.truncated".into(), message: String::new(), at_ms: None };
    breaks(Warning, "audio_cut_off", "audio", |s| s.episodes[0].2.as_mut().unwrap().findings = vec![cut()]);
    let mut mono = good();
    mono.episodes.iter_mut().for_each(|e| {
        let sound = e.2.as_mut().unwrap();
        (sound.channels, sound.loudness.as_mut().unwrap().integrated_lufs) = (Some(1), Some(-19.0));
    });
    assert_eq!(mono.found(), [], "one channel sounds 3 LU louder");
}

#[test]
fn episodes_together() {
    breaks(Error, "guid_repeated", "", |s| s.episodes[1].1.guid = "guid-1".into());
    breaks(Warning, "audio_repeated", "audio", |s| s.episodes[1].1.audio = s.episodes[0].1.audio.clone());
    breaks(Warning, "number_repeated", "number", |s| s.episodes[1].1.number = Some(1.into()));
    breaks(Error, "number_missing", "number", |s| {
        s.show.kind = ShowKind::Serial;
        s.episodes[1].1.number = None;
    });
    breaks(Error, "nothing_to_hear", "", |s| s.episodes.clear());
    let mut seasons = good();
    seasons.episodes[1].1.number = Some(1.into());
    seasons.episodes[1].1.season = Some(2);
    assert_eq!(seasons.found(), [], "each season counts by itself");
    let mut between = good();
    between.episodes[1].1.number = "1.5".parse().ok();
    assert_eq!(between.found(), [], "1.5 is not 1");
}

#[test]
fn places() {
    breaks(Warning, "no_target", "", |s| s.feed = None);
    breaks(Error, "feed_insecure", "", |s| s.feed = Some("http://example.org/feed.xml".into()));
    breaks(Advice, "address_local", "", |s| s.feed = Some("http://127.0.0.1:8080/feed.xml".into()));
}

/// An answer to a question.
fn answer(question: Question, status: u16, headers: &[(&str, &str)], bytes: u64) -> Seen {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Seen {
        question,
        url: "https://example.org/x".into(),
        expected_bytes: Some(1000),
        expected_type: if question == Question::CoverHead { "image/jpeg" } else { "audio/mpeg" }.into(),
        outcome: Outcome::Answer { status, headers, bytes, as_published: Some(true) },
    }
}

fn right(question: Question) -> Seen {
    let rss = ("content-type", "application/rss+xml; charset=utf-8");
    let (mp3, length) = (("content-type", "audio/mpeg"), ("content-length", "1000"));
    match question {
        Question::FeedHead | Question::Feed => answer(question, 200, &[rss, ("etag", "\"a\"")], 5),
        Question::FeedAgain => answer(question, 304, &[], 0),
        Question::AudioHead => answer(question, 200, &[mp3, length], 0),
        Question::AudioRange => answer(question, 206, &[mp3, ("content-range", "bytes 0-1/1000")], 2),
        Question::CoverHead => answer(question, 200, &[("content-type", "image/jpeg"), length], 0),
        Question::TextHead => answer(question, 200, &[("access-control-allow-origin", "*")], 0),
    }
}

const ALL: [Question; 7] = [
    Question::FeedHead,
    Question::Feed,
    Question::FeedAgain,
    Question::AudioHead,
    Question::AudioRange,
    Question::CoverHead,
    Question::TextHead,
];

fn live(seen: Vec<Seen>) -> Scene {
    Scene { live: Some(Live { target: "web".into(), seen }), ..good() }
}

/// All questions answered right but one.
fn answers(level: CheckLevel, code: &str, wrong: Seen) {
    let seen = ALL.into_iter().map(|question| if question == wrong.question { wrong.clone() } else { right(question) });
    assert_eq!(live(seen.collect()).found(), [(level, format!("check.{code}"), String::new())], "{wrong:?}");
}

#[test]
fn a_place_that_answers_right() {
    assert_eq!(live(ALL.map(right).into()).found(), []);
}

#[test]
fn places_that_answer_wrong() {
    use Question::*;
    let html = ("content-type", "text/html");
    answers(Error, "live_feed_type", answer(FeedHead, 200, &[html], 0));
    answers(Error, "live_head", answer(FeedHead, 405, &[], 0));
    answers(Error, "live_missing", answer(Feed, 404, &[], 0));
    answers(Error, "live_forbidden", answer(CoverHead, 403, &[], 0));
    answers(Error, "live_status", answer(AudioHead, 500, &[], 0));
    answers(Warning, "live_redirect", answer(AudioHead, 302, &[], 0));
    answers(Advice, "live_feed_validator", answer(Feed, 200, &[("content-type", "text/xml")], 5));
    answers(Advice, "live_feed_304", answer(FeedAgain, 200, &[], 5));
    let (mp3, length) = (("content-type", "audio/mpeg"), ("content-length", "1000"));
    answers(Error, "live_length", answer(AudioHead, 200, &[mp3, ("content-length", "999")], 0));
    answers(Error, "live_length", answer(AudioHead, 200, &[mp3], 0));
    answers(Error, "live_type", answer(AudioHead, 200, &[length], 0));
    answers(Error, "live_type", answer(CoverHead, 200, &[html, length], 0));
    answers(Error, "live_range", answer(AudioRange, 200, &[mp3], 1000));
    answers(Error, "live_range", answer(AudioRange, 206, &[("content-range", "bytes 0-1/999")], 2));
    answers(Error, "live_range", answer(AudioRange, 206, &[("content-range", "bytes 0-1/1000")], 1000));
    answers(Warning, "live_cors", answer(TextHead, 200, &[], 0));
    let mut other = right(Feed);
    if let Outcome::Answer { as_published, .. } = &mut other.outcome {
        *as_published = Some(false);
    }
    answers(Warning, "live_feed_other", other);
}

#[test]
fn a_place_that_does_not_answer_is_one_warning() {
    let silent = |question| Seen { outcome: Outcome::Silence("no route".into()), ..right(question) };
    let found = live(vec![silent(Question::FeedHead), silent(Question::Feed)]).found();
    assert_eq!(found, [(Warning, "check.live_silent".into(), String::new())]);
}

#[test]
fn the_report_counts_and_sorts() {
    let mut scene = live(vec![right(Question::Feed), right(Question::FeedAgain)]);
    scene.show.owner_email.clear();
    scene.show.author.clear();
    scene.cover = Some(picture(100, 100));
    let id = ShowId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
    let report = scene.with(|facts| report(id, None, facts));
    assert_eq!((report.errors, report.warnings, report.advice, report.checked_ms), (1, 1, 1, 7));
    assert!(report.findings.is_sorted_by_key(|finding| finding.level));
    assert_eq!(report.asked, ["https://example.org/x"]);
    for finding in &report.findings {
        assert!(finding.message.ends_with('.') && finding.hint.ends_with('.') && !finding.source.name.is_empty());
    }
}
