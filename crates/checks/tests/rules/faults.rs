//! Issue 6, point 4: one single fault per row of FEED.md §1, §3 and §7, listed before the rules were written. Each is made in a
//! show that is right, and found by the one rule that the list names.

use crate::scene::{DAY, NOW, Part, Scene, chapter, file, good, notes, part, picture, sound};
use crate::served;
use hearthcast_checks::groups;
use hearthcast_model::directories::ListingState;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::facts::{Finding, MediaFacts};
use hearthcast_model::feed_shape::{FeedPart, FeedVariant};
use hearthcast_model::foreign::{ForeignElement, RemoteAudio};
use hearthcast_model::namespace::{
    AlternateEnclosure, Block, Chat, ContentLink, Image, Integrity, IntegrityKind, License, LiveItem, Location,
    RemoteItem, SocialInteract, Soundbite, Source, TimeSplitTo, Trailer, Txt, UpdateFrequency, Value, ValueRecipient,
    ValueTimeSplit,
};
use hearthcast_model::person::Funding;
use hearthcast_model::show::{Category, ShowKind};
use hearthcast_model::{Chapter, Notes, Person, Transcript};
use std::collections::BTreeSet;

/// The list, as it was committed before the rules; what single directories ask of those who told them was added later, and the
/// rows of `content:encoded` and of relative addresses in the live feed.
pub const LIST: &str = include_str!("../../../../tests/fixtures/checks/faults.tsv");

/// Fault and rule of each line.
pub fn listed() -> Vec<(&'static str, &'static str)> {
    let lines = LIST.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    lines.map(|columns| (columns[0], columns[2])).collect()
}

/// A correct show with one fault.
pub fn faulty(fault: &str) -> Scene {
    let mut scene = good();
    assert!(make(fault, &mut scene), "nobody makes the fault {fault}");
    scene
}

#[test]
fn point_4_each_single_fault_is_found_by_its_rule_and_no_other() {
    assert_eq!(good().found(), [], "what is right is found by none");
    let mut wrong = vec![];
    for (fault, rule) in listed() {
        let found: BTreeSet<String> = faulty(fault).found().into_iter().map(|(_, code, _)| code).collect();
        if found != BTreeSet::from([rule.to_string()]) {
            wrong.push(format!("{fault}: {rule} was meant, and found was {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn point_4_every_rule_has_a_fault_and_every_fault_is_another_one() {
    let (faults, rules): (Vec<_>, Vec<_>) = listed().into_iter().unzip();
    assert!(faults.len() >= 80, "{} faults", faults.len());
    assert_eq!(faults.iter().collect::<BTreeSet<_>>().len(), faults.len(), "each is listed once");
    let known: Vec<&str> = groups().iter().flat_map(|group| group.rules).map(|rule| rule.id).collect();
    assert!(known.len() >= 80, "{} rules", known.len());
    assert_eq!(known.iter().collect::<BTreeSet<_>>().len(), known.len(), "ids are stable and unique");
    assert_eq!(known.iter().copied().collect::<BTreeSet<_>>(), rules.into_iter().collect(), "rules and the list");
}

#[test]
fn every_rule_says_what_it_asks_and_who_asks_for_it() {
    for rule in groups().iter().flat_map(|group| group.rules) {
        let id = rule.id;
        assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit()), "{id}");
        for sentence in [Some(rule.title), Some(rule.hint), rule.fix.map(|fix| fix.says)].into_iter().flatten() {
            let begins = sentence.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
            assert!(sentence.ends_with('.') && begins, "{id}: {sentence}");
        }
        assert!(!rule.source.name.is_empty(), "{id}");
    }
    for (fault, _) in listed() {
        for finding in faulty(fault).findings() {
            assert!(finding.message.ends_with(['.', ':']) || finding.message.ends_with("known"), "{}", finding.message);
            assert_eq!(finding.code, format!("check.{}", hearthcast_checks::rule(&finding.code).unwrap().id));
        }
    }
}

/// Makes a fault; false for one that nobody knows.
fn make(fault: &str, s: &mut Scene) -> bool {
    of_show(fault, s)
        || of_pictures(fault, s)
        || of_episodes(fault, s)
        || of_sounds(fault, s)
        || of_texts(fault, s)
        || of_tags(fault, s)
        || of_directories(fault, s)
        || served::make(fault, s)
}

fn of_show(fault: &str, s: &mut Scene) -> bool {
    let show = &mut s.show;
    match fault {
        "title-blank" => show.title = " ".into(),
        "title-long" => show.title = "ü".repeat(256),
        "author-long" => show.author = "a".repeat(256),
        "copyright-long" => show.copyright = "c".repeat(256),
        "title-spaces" => show.title = " Things".into(),
        "title-control" => show.title = "Thi\u{7}ngs".into(),
        "title-escaped" => show.title = "Salt &amp; Sea".into(),
        "author-cdata" => show.author = "<![CDATA[Ada]]>".into(),
        "title-tags" => show.title = "<b>Things</b>".into(),
        "description-empty" => show.description = Notes::default(),
        "description-long" => show.description = notes(&format!("<p>{}</p>", "x".repeat(4001))),
        "description-title" => show.description = notes("<p>Things</p>"),
        "link-empty" => show.link.clear(),
        "link-http" => show.link = "http://example.org/".into(),
        "link-relative" => show.link = "about.html".into(),
        "language-word" => show.language = "english".into(),
        "language-unknown" => show.language = "xx".into(),
        "language-three" => show.language = "gsw".into(),
        "language-capitals" => show.language = "DE-at".into(),
        "author-empty" => show.author.clear(),
        "email-empty" => show.owner_email.clear(),
        "email-form" => show.owner_email = "ada at example.org".into(),
        "owner-nameless" => show.owner_name.clear(),
        "category-none" => show.categories.clear(),
        "category-foreign" => s.unknown = vec!["Podcasts".into()],
        "category-twice" => show.categories.push(Category { name: "Technology".into(), sub: None }),
        "explicit-episodes" => s.parts.iter_mut().for_each(|part| part.body.explicit = Some(true)),
        "moved-elsewhere" => show.new_feed_url = "https://elsewhere.example/feed.xml".into(),
        "blocked-all" => s.parts.iter_mut().for_each(|part| part.body.blocked = true),
        "complete-early" => {
            show.complete = true;
            s.parts[1].body.publish_at_ms = Some(NOW + DAY);
            s.parts[1].released = None;
        }
        "nothing-hearable" => s.parts.clear(),
        "keywords-kept" => {
            let namespace = "http://www.itunes.com/dtds/podcast-1.0.dtd".into();
            show.foreign = vec![ForeignElement { namespace, name: "keywords".into(), ..ForeignElement::default() }];
        }
        "place-none" => s.feed = None,
        "feed-http" => s.feed = Some("http://example.org/feed.xml".into()),
        "feed-loopback" => s.feed = Some("http://127.0.0.1:8080/feed.xml".into()),
        "feed-large" => s.feed_bytes = 1_000_001,
        "variant-empty" => show.feed_variants = vec![variant("nine", 9)],
        "variant-twice" => {
            s.parts[0].body.season = Some(1);
            show.feed_variants = vec![variant("one", 1), variant("one", 1)];
        }
        "hub-http" => show.hub = "http://hub.example/".into(),
        "medium-strange" => show.medium = "radio".into(),
        "medium-video" => show.medium = "video".into(),
        "guid-shared" => {
            let podcast_guid = show.podcast_guid.clone().unwrap();
            s.others = vec![hearthcast_checks::OtherShow { title: "Others".into(), podcast_guid }];
        }
        "guid-form" => {
            show.podcast_guid = Some("things-2026".into());
            s.released.as_mut().unwrap().podcast_guid = None;
        }
        "guid-other" => show.podcast_guid = Some("917393e3-1b1e-5cef-ace4-edaa54e1f810".into()),
        "locked-nobody" => {
            show.owner_email.clear();
            show.tags.txts = vec![Txt { text: "c0de".into(), purpose: "verify".into() }];
        }
        _ => return false,
    }
    true
}

fn variant(name: &str, season: u32) -> FeedVariant {
    FeedVariant { name: name.into(), title: String::new(), part: FeedPart::Season { season } }
}

fn finding(code: &str) -> Vec<Finding> {
    vec![Finding { code: code.into(), message: String::new(), at_ms: None }]
}

/// Found at these places; without any, in all of it.
fn said(code: &str, places: &[i64]) -> Vec<Finding> {
    let at = |at_ms| Finding { code: code.into(), message: "Something is wrong.".into(), at_ms };
    if places.is_empty() { vec![at(None)] } else { places.iter().map(|place| at(Some(*place))).collect() }
}

fn of_pictures(fault: &str, s: &mut Scene) -> bool {
    let image = |s: &mut Scene, image: Option<MediaFacts>| {
        s.parts[0].body.image = Some(file("image", "jpg"));
        s.parts[0].image = image;
    };
    let cover = s.cover.as_mut().unwrap();
    match fault {
        "cover-none" => s.show.cover = None,
        "cover-lost" => s.cover = None,
        "cover-small" => s.cover = Some(picture(1399, 1399)),
        "cover-large" => s.cover = Some(picture(3001, 3001)),
        "cover-oblong" => s.cover = Some(picture(1500, 1501)),
        "cover-webp" => cover.mime = "image/webp".into(),
        "cover-ending" => cover.mime = "image/png".into(),
        "cover-turned" => cover.orientation = Some(6),
        "cover-cmyk" => cover.findings = finding("media.cmyk"),
        "cover-cut" => cover.findings = finding("media.truncated"),
        "cover-heavy" => cover.size_bytes = 512 * 1024 + 1,
        "image-oblong" => image(s, Some(picture(3000, 2000))),
        "image-small" => image(s, Some(picture(600, 600))),
        "image-lost" => image(s, None),
        _ => return false,
    }
    true
}

fn of_episodes(fault: &str, s: &mut Scene) -> bool {
    let serial = |s: &mut Scene| s.show.kind = ShowKind::Serial;
    let [first, second] = &mut s.parts[..] else { return false };
    let one = &mut first.body;
    match fault {
        "episode-title-long" => one.title = "ü".repeat(256),
        "episode-title-spaces" => one.title = "The harbour\n".into(),
        "episode-title-control" => one.title = "The \u{1b}harbour".into(),
        "episode-title-entity" => one.title = "The&nbsp;harbour".into(),
        "serial-unnumbered" => {
            one.number = None;
            serial(s);
        }
        "serial-fraction" => {
            one.number = "1.5".parse().ok();
            serial(s);
        }
        "episode-untitled" => one.title.clear(),
        "title-numbered" => one.title = "Episode 1: Hello".into(),
        "guid-empty" => one.guid.clear(),
        "guid-twice" => known(second, "guid-1"),
        "trailer-guid" => {
            second.body.kind = EpisodeKind::Trailer;
            known(second, "guid-1");
        }
        "guid-cases" => known(second, "GUID-1"),
        "guid-changed" => one.guid = "guid-1a".into(),
        "guid-spaces" => known(first, "guid-1 "),
        "guid-enclosure" => known(first, "https://cdn.example/1.mp3"),
        "guid-permalink" => one.guid_is_permalink = true,
        "date-epoch" => dated(first, 0),
        "date-far" => dated(first, NOW + 36_525 * DAY),
        "date-moved" => one.publish_at_ms = one.publish_at_ms.map(|at| at + DAY),
        "numbers-same" => second.body.number = one.number,
        "seasons-named" => {
            (one.season, one.season_name) = (Some(1), "Rivers".into());
            (second.body.season, second.body.season_name) = (Some(1), "Seas".into());
        }
        "notes-empty" => one.notes = Notes::default(),
        "notes-long" => one.notes = notes(&format!("<p>{}</p>", "x".repeat(4001))),
        "notes-table" => one.notes = notes("<p>See:</p><table><tr><td>1</td></tr></table>"),
        "encoded-heading" => one.notes = notes("<h2>The harbour</h2><p>See:</p>"),
        "notes-relative" => one.notes = notes("<p><a href=\"page2.html\">More</a></p>"),
        "notes-picture-http" => {
            one.notes = hearthcast_text::html_notes("<p>Fog: <img src=\"http://example.org/fog.png\" alt=\"Fog\"></p>")
                .unwrap();
        }
        "notes-picture-silent" => {
            one.notes = hearthcast_text::html_notes("<p>Fog: <img src=\"https://example.org/fog.png\"></p>").unwrap();
        }
        "episode-link-http" => one.link = "http://example.org/1".into(),
        _ => return false,
    }
    true
}

/// Published with a guid. The feed that the place sends has it, too.
fn known(part: &mut Part, guid: &str) {
    part.body.guid = guid.into();
    part.released = None;
}

fn dated(part: &mut Part, at_ms: i64) {
    part.body.publish_at_ms = Some(at_ms);
    part.released = None;
}

fn remote() -> RemoteAudio {
    let (url, mime) = ("https://far.example/one.mp3".to_string(), "audio/mpeg".to_string());
    RemoteAudio { url, size_bytes: 1000, mime, duration_ms: Some(600_000) }
}

/// Puts an episode's sound at another place.
fn far(part: &mut Part, change: impl FnOnce(&mut RemoteAudio)) {
    let mut remote = remote();
    change(&mut remote);
    part.body.remote_audio = Some(remote);
    (part.body.audio, part.audio) = (None, None);
}

fn of_sounds(fault: &str, s: &mut Scene) -> bool {
    let [first, second] = &mut s.parts[..] else { return false };
    let mut audio = sound();
    let loudness = audio.loudness.as_mut().unwrap();
    match fault {
        "audio-none" => {
            (first.body.audio, first.audio) = (None, None);
            return true;
        }
        "audio-lost" => {
            first.audio = None;
            return true;
        }
        "audio-twice" => {
            second.body.audio = first.body.audio.clone();
            return true;
        }
        "remote-empty" => far(first, |remote| remote.size_bytes = 0),
        "remote-type" => far(first, |remote| remote.mime = "audio/ogg".into()),
        "remote-ending" => far(first, |remote| remote.url = "https://track.example/play?id=1.mp3".into()),
        "remote-other-ending" => far(first, |remote| remote.url = "https://far.example/one.m4a".into()),
        "remote-lengthless" => far(first, |remote| remote.duration_ms = None),
        "remote-http" => far(first, |remote| remote.url = "http://far.example/one.mp3".into()),
        "remote-twice" => {
            far(first, |_| ());
            far(second, |_| ());
        }
        "audio-empty" => audio.size_bytes = 0,
        "audio-flac" => audio.mime = "audio/flac".into(),
        "audio-ending" => audio.mime = "audio/mp4".into(),
        "audio-silent" => loudness.integrated_lufs = None,
        "audio-cut" => audio.findings = finding("media.truncated"),
        "audio-damaged" => audio.findings = said("media.damaged", &[4_000, 9_000]),
        "audio-no-length" => audio.findings = said("media.no_length", &[]),
        "audio-clipped" => audio.findings = said("media.clipped", &[4_000]),
        "recording-cut" => first.recording = said("media.truncated", &[4_000]),
        "recording-damaged" => first.recording = said("media.damaged", &[4_000]),
        "recording-one-sided" => first.recording = said("media.one_sided", &[]),
        "audio-large" => audio.size_bytes = 200_000_001,
        "audio-lengthless" => audio.duration_ms = None,
        "audio-thin" => audio.bit_rate = Some(32_000),
        "audio-rich" => audio.bit_rate = Some(340_000),
        "audio-quiet" => loudness.integrated_lufs = Some(-23.0),
        "audio-below-recipe" => (first.target_lufs, loudness.integrated_lufs) = (Some(-14.0), Some(-15.4)),
        "audio-above-recipe" => (first.target_lufs, loudness.integrated_lufs) = (Some(-23.0), Some(-16.0)),
        "audio-peak" => loudness.true_peak_dbtp = Some(0.3),
        "audio-rate" => audio.sample_rate_hz = Some(22_050),
        "audio-surround" => audio.channels = Some(6),
        "audio-untitled" => audio.tags.clear(),
        _ => return false,
    }
    if first.body.audio.is_some() {
        first.audio = Some(audio);
    }
    true
}

fn transcript(name: &str, ext: &str) -> Transcript {
    Transcript { file: file(name, ext), language: String::new(), captions: false }
}

fn of_texts(fault: &str, s: &mut Scene) -> bool {
    let Some(first) = s.parts.first_mut() else { return false };
    let one = &mut first.body;
    let bite = |start_s: i64, seconds: i64| {
        vec![Soundbite { start_ms: start_s * 1000, duration_ms: seconds * 1000, title: "The crane".into() }]
    };
    match fault {
        "transcript-none" => one.transcripts.clear(),
        "transcript-language" => one.transcripts[0].language = "german".into(),
        "transcript-format" => one.transcripts = vec![transcript("words", "docx")],
        "transcript-empty" => {
            one.transcripts = vec![transcript("nothing", "vtt")];
            s.media.insert(file("nothing", "vtt").hash, crate::scene::text(0));
        }
        "transcript-twice" => one.transcripts.push(transcript("other", "vtt")),
        "captions-untimed" => one.transcripts = vec![Transcript { captions: true, ..transcript("words", "txt") }],
        "chapters-none" => first.audio.as_mut().unwrap().duration_ms = Some(1_200_000),
        "chapters-shuffled" => one.chapters = vec![chapter(9_000), chapter(8_000)],
        "chapters-together" => one.chapters = vec![chapter(0), chapter(8_000), chapter(8_000)],
        "chapter-after-end" => one.chapters = vec![chapter(0), chapter(600_000)],
        "chapter-untitled" => one.chapters = vec![Chapter { title: " ".into(), ..chapter(0) }],
        "chapter-backwards" => one.chapters = vec![Chapter { end_ms: Some(4_000), ..chapter(5_000) }],
        "chapter-link-http" => one.chapters = vec![Chapter { url: "http://example.org/1".into(), ..chapter(0) }],
        "soundbite-after-end" => one.tags.soundbites = bite(571, 30),
        "soundbite-short" => one.tags.soundbites = bite(1, 14),
        "soundbite-long" => one.tags.soundbites = bite(1, 121),
        _ => return false,
    }
    true
}

/// Of shows that a directory was told of, where it matters.
fn of_directories(fault: &str, s: &mut Scene) -> bool {
    use ListingState::{Listed, Sent};
    let unseen = |s: &mut Scene, directory: &str| {
        s.tell(directory, Sent);
        s.show.owner_email.clear();
    };
    let noted = |s: &mut Scene, directory: &str, html: &str| {
        s.tell(directory, Listed);
        s.parts[0].body.notes = notes(html);
    };
    let titled = |s: &mut Scene, title: &str| {
        s.tell("youtube", Listed);
        s.parts[0].body.title = title.into();
    };
    match fault {
        "spotify-no-email" => unseen(s, "spotify"),
        "amazon-no-email" => unseen(s, "amazon"),
        "youtube-no-email" => unseen(s, "youtube"),
        "spotify-times" => noted(s, "spotify", "<p>1:00 The harbour<br>2:00 The crane<br>3:00 The dock</p>"),
        "youtube-times" => noted(s, "youtube", "<p>0:00 The harbour<br>0:09 The crane<br>3:00 The dock</p>"),
        "youtube-title-long" => titled(s, &"ü".repeat(101)),
        "youtube-title-bracket" => titled(s, "From sea > shore"),
        "youtube-notes-bracket" => noted(s, "youtube", "<p>From sea -&gt; shore.</p>"),
        "youtube-video" => {
            s.tell("youtube", Sent);
            s.parts[0].body.audio = Some(file("episode-1", "mp4"));
            s.parts[0].audio.as_mut().unwrap().mime = "video/mp4".into();
        }
        _ => return false,
    }
    true
}

fn person(name: &str) -> Person {
    Person { name: name.into(), ..Person::default() }
}

fn location(name: &str) -> Location {
    Location { name: name.into(), ..Location::default() }
}

fn recipient(split: u32) -> ValueRecipient {
    let (kind, address) = ("lnaddress".into(), "ada@example.org".into());
    ValueRecipient { kind, address, split, ..ValueRecipient::default() }
}

fn value(recipients: Vec<ValueRecipient>) -> Vec<Value> {
    vec![Value { kind: "lightning".into(), method: "lnaddress".into(), recipients, ..Value::default() }]
}

fn often(rrule: &str) -> UpdateFrequency {
    UpdateFrequency { text: "Weekly".into(), rrule: rrule.into(), ..UpdateFrequency::default() }
}

/// A broadcast of tomorrow with everything.
pub fn broadcast() -> LiveItem {
    let link = ContentLink { href: "https://example.org/live".into(), text: "Listen".into() };
    let mut live = LiveItem {
        guid: "live-1".into(),
        title: "The launch".into(),
        start_ms: NOW + DAY,
        end_ms: Some(NOW + DAY + 3_600_000),
        stream_url: "https://example.org/stream.mp3".into(),
        mime: "audio/mpeg".into(),
        ..LiveItem::default()
    };
    live.tags.content_links = vec![link];
    live
}

fn of_tags(fault: &str, s: &mut Scene) -> bool {
    let Scene { show, parts, .. } = s;
    let Some(Part { body: one, .. }) = parts.first_mut() else { return false };
    let tags = &mut show.tags;
    let opus = AlternateEnclosure {
        mime: "audio/opus".into(),
        sources: vec![Source { uri: "https://example.org/one.opus".into(), ..Source::default() }],
        ..AlternateEnclosure::default()
    };
    let social = |protocol: &str, uri: &str| SocialInteract {
        protocol: protocol.into(),
        uri: uri.into(),
        ..SocialInteract::default()
    };
    let license = |id: &str| Some(License { id: id.into(), url: String::new() });
    let trailer = |title: &str, url: &str| Trailer {
        title: title.into(),
        url: url.into(),
        published_ms: NOW - DAY,
        ..Trailer::default()
    };
    let image =
        |href: &str, ratio: &str| vec![Image { href: href.into(), aspect_ratio: ratio.into(), ..Image::default() }];
    let feed = |guid: &str, medium: &str| RemoteItem {
        feed_guid: guid.into(),
        medium: medium.into(),
        ..RemoteItem::default()
    };
    let known = "917393e3-1b1e-5cef-ace4-edaa54e1f810";
    match fault {
        "person-http" => show.persons = vec![Person { img: "http://example.org/b.jpg".into(), ..person("Bea") }],
        "person-href-http" => one.persons = vec![Person { href: "http://example.org/b".into(), ..person("Bea") }],
        "person-nameless" => show.persons = vec![person(" ")],
        "person-long" => show.persons = vec![person(&"b".repeat(129))],
        "person-twice" => one.persons = vec![person("Bea"), person("Bea")],
        "funding-http" => show.funding = vec![Funding { url: "http://example.org/".into(), text: "Give".into() }],
        "funding-long" => show.funding = vec![Funding { url: "https://example.org/".into(), text: "g".repeat(129) }],
        "location-nameless" => tags.locations = vec![location("")],
        "location-geo" => tags.locations = vec![Location { geo: "53.55,9.99".into(), ..location("Port") }],
        "location-osm" => one.tags.locations = vec![Location { osm: "relation 5".into(), ..location("Port") }],
        "location-country" => tags.locations = vec![Location { country: "Germany".into(), ..location("Port") }],
        "license-own" => tags.license = license("all mine, ask me"),
        "license-capitals" => one.tags.license = license("CC-BY-4.0"),
        "number-display" => one.tags.number_display = "n".repeat(33),
        "trailer-http" => tags.trailers = vec![trailer("Coming", "http://example.org/t.mp3")],
        "trailer-untitled" => tags.trailers = vec![trailer(" ", "https://example.org/t.mp3")],
        "alternate-nothing" => one.tags.alternate_enclosures = vec![AlternateEnclosure { sources: vec![], ..opus }],
        "alternate-typeless" => {
            one.tags.alternate_enclosures = vec![AlternateEnclosure { mime: String::new(), ..opus }];
        }
        "integrity-form" => {
            let value = "d41d8cd98f00b204e9800998ecf8427e".into();
            let integrity = Some(Integrity { kind: IntegrityKind::Sri, value });
            one.tags.alternate_enclosures = vec![AlternateEnclosure { integrity, ..opus }];
        }
        "value-nobody" => tags.values = value(vec![]),
        "value-nothing" => tags.values = value(vec![recipient(0), recipient(0)]),
        "value-split-outside" => {
            let to = TimeSplitTo::Recipients(vec![recipient(1)]);
            one.tags.values = value(vec![recipient(1)]);
            one.tags.values[0].time_splits = vec![ValueTimeSplit { start_ms: 590_000, duration_ms: 10_001, to }];
        }
        "social-addressless" => one.tags.social = vec![social("activitypub", "")],
        "social-both" => {
            one.tags.social = vec![social("disabled", ""), social("activitypub", "https://example.social/1")];
        }
        "block-form" => tags.blocks = vec![Block { id: "Amazon Music".into(), blocked: true }],
        "txt-long" => tags.txts = vec![Txt { text: "t".repeat(4001), purpose: String::new() }],
        "txt-verify" => tags.txts = vec![Txt { text: "please verify me".into(), purpose: "verify".into() }],
        "remote-item-form" => tags.podroll = vec![feed("https://example.org/feed.xml", "")],
        "publisher-medium" => tags.publisher = Some(feed(known, "")),
        "frequency-rule" => tags.update_frequency = Some(often("WEEKLY")),
        "frequency-start" => tags.update_frequency = Some(often("FREQ=WEEKLY;COUNT=10")),
        "chat-address" => {
            tags.chat = Some(Chat { server: "https://irc.example.org/".into(), ..Chat::default() });
        }
        "image-ratio" => tags.images = image("https://example.org/i.jpg", "wide"),
        "image-http" => tags.images = image("http://example.org/i.jpg", "16/9"),
        "live-linkless" => {
            tags.live_items = vec![broadcast()];
            tags.live_items[0].tags.content_links.clear();
        }
        "live-streamless" => tags.live_items = vec![LiveItem { stream_url: String::new(), ..broadcast() }],
        "live-stream-http" => {
            let stream_url = "http://example.org/stream.mp3".into();
            tags.live_items = vec![LiveItem { stream_url, ..broadcast() }];
        }
        "live-backwards" => tags.live_items = vec![LiveItem { end_ms: Some(NOW), ..broadcast() }],
        "live-overdue" => {
            let (start_ms, end_ms) = (NOW - 2 * DAY, Some(NOW - 2 * DAY + 1000));
            tags.live_items = vec![LiveItem { start_ms, end_ms, ..broadcast() }];
        }
        _ => return false,
    }
    true
}

#[test]
fn the_scenes_own_things_are_right() {
    let mut scene = good();
    scene.show.tags.live_items = vec![broadcast()];
    scene.parts.push(part(3, "The dock"));
    scene.serve();
    assert_eq!(scene.found(), []);
}
