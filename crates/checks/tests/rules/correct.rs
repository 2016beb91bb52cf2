//! Correct shows of many kinds: no rule finds anything, not even advice.

use crate::faults::broadcast;
use crate::scene::{DAY, NOW, Part, Scene, chapter, file, good, notes, part, picture, sound};
use hearthcast_model::directories::ListingState;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::feed_shape::{FeedPart, FeedVariant};
use hearthcast_model::foreign::RemoteAudio;
use hearthcast_model::namespace::{
    AlternateEnclosure, Block, Chat, ContentLink, EpisodeTags, Image, Integrity, IntegrityKind, License, Location,
    RemoteItem, SocialInteract, Soundbite, Source, TimeSplitTo, Trailer, Txt, UpdateFrequency, Value, ValueRecipient,
    ValueTimeSplit,
};
use hearthcast_model::person::Funding;
use hearthcast_model::show::{Category, ShowKind};
use hearthcast_model::{Person, Transcript};
use std::time::Instant;

fn clean(name: &str, change: impl FnOnce(&mut Scene)) {
    let mut scene = good();
    change(&mut scene);
    scene.serve();
    assert_eq!(scene.found(), [], "{name}");
}

#[test]
fn point_4_a_serial_show_with_seasons_trailer_and_bonus() {
    clean("serial", |s| {
        s.show.kind = ShowKind::Serial;
        s.show.complete = true;
        s.parts = (1..=6).map(|number| part(number, &format!("Part {number}"))).collect();
        for (index, part) in s.parts.iter_mut().enumerate() {
            part.body.season = Some(if index < 3 { 1 } else { 2 });
            part.body.season_name = if index < 3 { "Rivers" } else { "Seas" }.into();
            part.body.number = Some(u32::try_from(index % 3 + 1).unwrap().into());
        }
        let mut trailer = part(7, "Season two is coming");
        (trailer.body.kind, trailer.body.number, trailer.body.season) = (EpisodeKind::Trailer, None, Some(2));
        let mut bonus = part(8, "What we left out");
        (bonus.body.kind, bonus.body.number) = (EpisodeKind::Bonus, None);
        s.parts.extend([trailer, bonus]);
    });
}

#[test]
fn point_4_videos() {
    clean("video", |s| {
        s.show.medium = "video".into();
        for part in &mut s.parts {
            part.body.audio.as_mut().unwrap().ext = "mp4".into();
            let audio = part.audio.as_mut().unwrap();
            (audio.mime, audio.size_bytes, audio.bit_rate) = ("video/mp4".into(), 900_000_000, Some(2_000_000));
            audio.tags.clear();
        }
    });
}

#[test]
fn point_4_music() {
    clean("music", |s| {
        s.show.medium = "music".into();
        for part in &mut s.parts {
            let audio = part.audio.as_mut().unwrap();
            audio.loudness.as_mut().unwrap().integrated_lufs = Some(-9.5);
            (audio.bit_rate, audio.sample_rate_hz) = (Some(320_000), Some(48_000));
            part.body.transcripts.clear();
        }
    });
}

#[test]
fn point_4_a_show_whose_recipe_is_that_of_broadcasters() {
    clean("EBU R 128", |s| {
        for (part, level) in s.parts.iter_mut().zip([-23.0, -23.4]) {
            part.target_lufs = Some(-23.0);
            part.audio.as_mut().unwrap().loudness.as_mut().unwrap().integrated_lufs = Some(level);
        }
    });
}

#[test]
fn point_4_shows_that_are_not_in_latin_letters() {
    for (language, title, words) in [
        ("ja", "港の話", "船と海について話します。"),
        ("ar", "حكايات البحر", "نتحدث عن السفن والبحر."),
        ("ru", "Морские истории", "О кораблях и море."),
        ("he", "סיפורי ים", "על אוניות ועל הים."),
        ("zh-hant-tw", "港口故事", "談談船與海。"),
    ] {
        clean(title, |s| {
            s.show.language = language.into();
            (s.show.title, s.show.author) = (title.into(), title.into());
            s.show.description = notes(&format!("<p>{words}</p>"));
            for part in &mut s.parts {
                part.body.title = title.into();
                part.body.notes = notes(&format!("<p>{words}</p>"));
            }
        });
    }
}

#[test]
fn point_4_episodes_without_season_and_number() {
    clean("no season, no numbers", |s| {
        for part in &mut s.parts {
            (part.body.season, part.body.number) = (None, None);
        }
    });
}

#[test]
fn point_4_one_episode() {
    clean("one episode", |s| s.parts.truncate(1));
}

#[test]
fn point_4_a_trailer_only() {
    clean("trailer only", |s| {
        s.parts.truncate(1);
        let trailer = &mut s.parts[0].body;
        (trailer.kind, trailer.number) = (EpisodeKind::Trailer, None);
        trailer.transcripts.clear();
        s.parts[0].audio.as_mut().unwrap().duration_ms = Some(45_000);
    });
}

#[test]
fn point_4_ten_thousand_episodes() {
    let mut scene = good();
    scene.parts = (1..=10_000).map(|number| part(number, &format!("The {number} boats"))).collect();
    for (number, part) in (1..).zip(&mut scene.parts) {
        part.body.publish_at_ms = Some(NOW - (10_001 - number) * DAY);
    }
    (scene.feed_bytes, scene.show.feed_page) = (12_000_000, 100);
    scene.serve();
    let begun = Instant::now();
    assert_eq!(scene.found(), []);
    let seconds = begun.elapsed().as_secs_f64();
    assert!(seconds < 10.0, "{seconds} s, also without optimisation on a busy machine");
}

#[test]
fn point_4_every_tag_of_the_namespace() {
    clean("every tag", |s| {
        s.show.persons = vec![everybody()];
        s.show.funding = vec![Funding { url: "https://example.org/give".into(), text: "Give".into() }];
        s.show.medium = "podcast".into();
        s.show.hub = "https://hub.example/".into();
        s.show.feed_variants = vec![FeedVariant {
            name: "opus".into(),
            title: String::new(),
            part: FeedPart::Format { mime: "audio/opus".into() },
        }];
        show_tags(s);
        let one = &mut s.parts[0].body;
        one.persons = vec![everybody()];
        one.chapters = vec![chapter(0), chapter(300_000)];
        one.image = Some(file("image", "jpg"));
        (one.season, one.season_name) = (Some(1), "Rivers".into());
        one.tags = episode_tags();
        s.parts[0].image = Some(picture(3000, 3000));
    });
}

fn everybody() -> Person {
    Person {
        name: "Bea".into(),
        role: "host".into(),
        group: "cast".into(),
        img: "https://example.org/b.jpg".into(),
        href: "https://example.org/b".into(),
    }
}

fn location() -> Location {
    Location {
        name: "Hamburg".into(),
        geo: "geo:53.55,9.99".into(),
        osm: "R62782".into(),
        country: "DE".into(),
        ..Location::default()
    }
}

fn values() -> Vec<Value> {
    let recipient = ValueRecipient {
        kind: "lnaddress".into(),
        address: "ada@example.org".into(),
        split: 100,
        ..ValueRecipient::default()
    };
    let fee = ValueRecipient { fee: true, split: 1, ..recipient.clone() };
    let item = RemoteItem { feed_guid: OTHER.into(), item_guid: "x".into(), ..RemoteItem::default() };
    let to = TimeSplitTo::RemoteItem { item, start_ms: None, percentage: Some(90) };
    let time_splits = vec![ValueTimeSplit { start_ms: 60_000, duration_ms: 180_000, to }];
    let (kind, method) = ("lightning".into(), "lnaddress".into());
    vec![Value { kind, method, suggested: "0.00000005".into(), recipients: vec![recipient, fee], time_splits }]
}

const OTHER: &str = "917393e3-1b1e-5cef-ace4-edaa54e1f810";

fn show_tags(s: &mut Scene) {
    let other = RemoteItem { feed_guid: OTHER.into(), ..RemoteItem::default() };
    let tags = &mut s.show.tags;
    let common = episode_tags();
    tags.locations = common.locations;
    tags.license = Some(License { id: "ask me".into(), url: "https://example.org/licence".into() });
    tags.trailers = vec![Trailer {
        title: "Coming".into(),
        url: "https://example.org/t.mp3".into(),
        published_ms: NOW - DAY,
        ..Trailer::default()
    }];
    tags.images = common.images;
    tags.values = common.values;
    tags.social = vec![SocialInteract { protocol: "disabled".into(), ..SocialInteract::default() }];
    tags.blocks =
        vec![Block { id: String::new(), blocked: true }, Block { id: "google-podcasts".into(), blocked: false }];
    tags.txts = vec![Txt { text: "S6lpp-7ZCn8-dZfGc-OoyaG".into(), purpose: "verify".into() }];
    tags.remote_items = vec![other.clone()];
    tags.podroll = vec![other.clone()];
    tags.update_frequency = Some(UpdateFrequency {
        text: "Every second Friday".into(),
        rrule: "FREQ=WEEKLY;INTERVAL=2;COUNT=10".into(),
        dtstart_ms: Some(NOW),
        complete: false,
    });
    tags.uses_podping = Some(true);
    tags.publisher = Some(RemoteItem { medium: "publisher".into(), ..other });
    tags.chat = common.chat;
    tags.live_items = vec![broadcast()];
}

fn episode_tags() -> EpisodeTags {
    let uri = "https://example.org/one.opus".into();
    EpisodeTags {
        funding: vec![Funding { url: "https://example.org/give".into(), text: "Give".into() }],
        number_display: "Ch. 1".into(),
        soundbites: vec![Soundbite { start_ms: 10_000, duration_ms: 60_000, title: "The crane".into() }],
        locations: vec![location()],
        license: Some(License { id: "cc-by-4.0".into(), url: String::new() }),
        images: vec![Image {
            href: "https://example.org/i.jpg".into(),
            aspect_ratio: "16/9".into(),
            purpose: "social canvas".into(),
            ..Image::default()
        }],
        alternate_enclosures: vec![AlternateEnclosure {
            mime: "audio/opus".into(),
            sources: vec![
                Source { uri, ..Source::default() },
                Source { uri: "ipfs://Qm1".into(), ..Source::default() },
            ],
            integrity: Some(Integrity {
                kind: IntegrityKind::Sri,
                value: "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".into(),
            }),
            ..AlternateEnclosure::default()
        }],
        values: values(),
        content_links: vec![ContentLink { href: "https://example.org/v".into(), text: "Watch".into() }],
        social: vec![SocialInteract {
            protocol: "nostr".into(),
            uri: "nostr:note1xyz".into(),
            ..SocialInteract::default()
        }],
        txts: vec![Txt { text: "none".into(), purpose: "ai-content".into() }],
        chat: Some(Chat { server: "irc.example.org".into(), space: "#ports".into(), ..Chat::default() }),
        extra: Default::default(),
    }
}

#[test]
fn point_4_sounds_at_somebody_elses_address() {
    clean("remote", |s| {
        for (index, part) in s.parts.iter_mut().enumerate() {
            // Behind a counting service, with a query after the path, as hosts give them.
            let url = format!("https://track.example/e/cdn.example/{index}/one.mp3?from=feed");
            let mime = "audio/mpeg".to_string();
            part.body.remote_audio = Some(RemoteAudio { url, size_bytes: 7, mime, duration_ms: Some(600_000) });
            part.body.guid = format!("https://old.example/?p={index}");
            (part.body.audio, part.audio) = (None, None);
        }
    });
}

#[test]
fn point_4_notes_in_html() {
    clean("HTML notes", |s| {
        s.parts[0].body.notes = notes(
            "<p>With <b>bold</b>, <i>i</i>, <strong>s</strong>, <em>e</em>.<br>A <a href=\"https://example.org/?a=1&amp;b=2\">link</a>, \
             <a href=\"mailto:ada@example.org\">mail</a>.</p><ul><li>one</li></ul><ol><li>two</li></ol>",
        );
    });
}

#[test]
fn point_4_a_long_talk_in_aac_with_subtitles_in_two_languages() {
    clean("m4a", |s| {
        let Part { body, audio, .. } = &mut s.parts[0];
        body.audio.as_mut().unwrap().ext = "m4a".into();
        *audio = Some(sound());
        let audio = audio.as_mut().unwrap();
        (audio.mime, audio.bit_rate, audio.duration_ms) = ("audio/mp4".into(), Some(64_000), Some(5_400_000));
        body.chapters = vec![chapter(0), chapter(2_000_000)];
        let captions = |language: &str, ext: &str| Transcript {
            file: file("words", ext),
            language: language.into(),
            captions: true,
        };
        body.transcripts = vec![captions("", "vtt"), captions("de", "vtt"), captions("de", "srt")];
    });
}

#[test]
fn point_4_a_private_owner_with_a_code_in_place_of_an_address() {
    clean("no e-mail", |s| {
        (s.show.owner_email, s.show.owner_name, s.show.locked) = (String::new(), String::new(), false);
        s.show.tags.txts = vec![Txt { text: "c0de".into(), purpose: "verify".into() }];
        s.show.categories = vec![Category { name: "Arts".into(), sub: Some("Books".into()) }];
    });
}

#[test]
fn point_4_a_show_at_spotify_amazon_and_youtube() {
    clean("three directories", |s| {
        s.tell("spotify", ListingState::Listed);
        s.tell("amazon", ListingState::Sent);
        s.tell("youtube", ListingState::Sent);
        s.parts[0].body.title = "t".repeat(100);
        s.parts[0].body.notes = notes(
            "<p>Of <a href=\"https://example.org/\">ships</a> &amp; cranes:</p>\
             <p>0:00 Hello<br>0:30 The harbour<br>2:00 The crane<br>9:50 Farewell</p>",
        );
    });
}
