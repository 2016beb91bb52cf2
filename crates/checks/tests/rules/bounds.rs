//! Where rules begin and end: what just fits is found by none.

use crate::faults::faulty;
use crate::scene::{NOW, Scene, chapter, file, good, notes, part, picture};
use hearthcast_model::FeedHtml;
use hearthcast_model::check::CheckLevel::{Advice, Warning};
use hearthcast_model::directories::{ListingState, Verifying};
use hearthcast_model::facts::Finding;
use hearthcast_model::namespace::Soundbite;
use hearthcast_model::show::ShowKind;

fn fits(why: &str, change: impl FnOnce(&mut Scene)) {
    let mut scene = good();
    change(&mut scene);
    scene.serve();
    assert_eq!(scene.found(), [], "{why}");
}

#[test]
fn texts_that_just_fit() {
    fits("255 characters", |s| s.show.title = "ü".repeat(255));
    fits("4,000 bytes", |s| s.show.description = notes(&format!("<p>{}</p>", "x".repeat(4000))));
    fits("an ampersand is one", |s| s.show.title = "Salt & Sea <3 R&B".into());
    fits("this machine may be named over http", |s| s.show.link = "http://127.0.0.1:8080/".into());
    fits("a title that is nothing but a number", |s| s.parts[0].body.title = "Episode 1".into());
    fits("an address as guid, said to be one", |s| {
        s.parts[0].body.guid = "https://example.org/1".into();
        s.parts[0].body.guid_is_permalink = true;
    });
}

#[test]
fn what_is_wrong_in_a_sound_is_told_with_its_place_and_once() {
    let told = |scene: &Scene| -> Vec<String> { scene.findings().into_iter().map(|one| one.message).collect() };
    assert_eq!(told(&faulty("audio-damaged")), ["In the audio at 0:04 (and 1 more): Something is wrong."]);
    assert_eq!(told(&faulty("recording-cut")), ["In the recording at 0:04: Something is wrong."]);
    let mut scene = faulty("audio-clipped");
    // What a sound has of its recording is told of the sound.
    scene.parts[0].recording = faulty("audio-clipped").parts.swap_remove(0).audio.unwrap().findings;
    assert_eq!(told(&scene), ["In the audio at 0:04: Something is wrong."]);
    // The seam between two recordings is gone in what is made of them: no player stops there.
    let mut scene = faulty("recording-damaged");
    scene.parts[0].recording[0].code = "media.joined".into();
    assert_eq!(scene.found(), [(Advice, "audio_odd".to_string(), "audio".to_string())]);
    fits("a tag that cannot be read", |s| {
        s.parts[0].recording = faulty("recording-damaged").parts.swap_remove(0).recording;
        s.parts[0].recording[0].code = "media.tag_unreadable".into();
    });
}

#[test]
fn very_many_places_of_a_sound_are_not_said_to_be_twenty() {
    let damaged = |at_ms| Finding { code: "media.damaged".into(), message: "Something is wrong.".into(), at_ms };
    // As the analysis lists five hundred: twenty with their places, and one for the rest.
    let listed = (1..=20).map(|second| damaged(Some(second * 1_000)));
    let rest = Finding { message: "480 more places are damaged.".into(), ..damaged(None) };
    let all: Vec<Finding> = listed.chain([rest.clone()]).collect();
    let told = |scene: &Scene| -> Vec<String> { scene.findings().into_iter().map(|one| one.message).collect() };
    let mut scene = good();
    scene.parts[0].audio.as_mut().unwrap().findings = all.clone();
    scene.serve();
    assert_eq!(told(&scene), ["In the audio at 0:01 (and at least 20 more): Something is wrong."]);
    let mut scene = good();
    scene.parts[0].recording = all;
    scene.serve();
    assert_eq!(told(&scene), ["In the recording at 0:01 (and at least 20 more): Something is wrong."]);
    // Those with a place were cut out of it.
    scene.parts[0].recording = vec![rest];
    assert_eq!(told(&scene), ["In the recording: 480 more places are damaged."]);
}

#[test]
fn an_intro_that_is_cut_off_or_damaged_is_told_and_a_loud_one_is_not() {
    let of_intro = |code: &str| {
        let said = Finding { code: code.into(), message: "Something is wrong.".into(), at_ms: Some(4_000) };
        vec![said.of_file("intro.wav")]
    };
    let message = "In the audio at 0:04: In the file \"intro.wav\": Something is wrong.";
    for (code, rule) in [("media.truncated", "check.audio_cut_off"), ("media.damaged", "check.audio_damaged")] {
        let mut scene = good();
        scene.parts[0].remarks = of_intro(code);
        let told: Vec<_> = scene.findings().into_iter().map(|one| (one.level, one.code, one.message)).collect();
        assert_eq!(told, [(Warning, rule.to_owned(), message.to_owned())]);
    }
    fits("a jingle mastered to full scale", |s| s.parts[0].remarks = of_intro("media.clipped"));
}

#[test]
fn notes_whose_headings_the_feed_leaves_out_fit() {
    for feed_html in [FeedHtml::Directories, FeedHtml::Plain] {
        fits("content:encoded has no heading, or is not there", |s| {
            s.show.feed_html = feed_html;
            s.parts[0].body.notes = notes("<h2>The harbour</h2><p>See:</p>");
        });
    }
}

#[test]
fn covers_that_just_fit() {
    for side in [1400, 3000] {
        fits("sides of a cover", |s| s.cover = Some(picture(side, side)));
    }
    fits("512 KiB", |s| s.cover.as_mut().unwrap().size_bytes = 512 * 1024);
    fits("an episode's picture", |s| {
        s.parts[0].body.image = Some(file("image", "jpg"));
        s.parts[0].image = Some(picture(1400, 1400));
    });
}

#[test]
fn sounds_that_just_fit() {
    for rate in [96_000, 320_000] {
        fits("kbit/s", |s| s.parts[0].audio.as_mut().unwrap().bit_rate = Some(rate));
    }
    fits("one channel sounds 3 LU louder", |s| {
        let audio = s.parts[0].audio.as_mut().unwrap();
        (audio.channels, audio.loudness.as_mut().unwrap().integrated_lufs) = (Some(1), Some(-19.0));
    });
    for seconds in [15, 120] {
        fits("a soundbite that ends with the sound", |s| {
            let duration_ms = seconds * 1000;
            s.parts[0].body.tags.soundbites =
                vec![Soundbite { start_ms: 600_000 - duration_ms, duration_ms, title: String::new() }];
        });
    }
    fits("a chapter in the last moment", |s| s.parts[0].body.chapters = vec![chapter(0), chapter(599_999)]);
}

#[test]
fn numbers_that_differ() {
    fits("each season counts by itself", |s| {
        s.parts[1].body.number = Some(1.into());
        s.parts[1].body.season = Some(2);
    });
    fits("1.5 is not 1", |s| s.parts[1].body.number = "1.5".parse().ok());
    fits("an episode that comes out later", |s| {
        s.show.kind = ShowKind::Serial;
        let mut later = part(3, "The dock");
        later.body.publish_at_ms = Some(crate::scene::NOW + crate::scene::DAY);
        s.parts.push(later);
    });
}

#[test]
fn a_feed_of_a_megabyte_and_a_large_one_in_pages() {
    fits("1 MB", |s| s.feed_bytes = 1_000_000);
    fits("pages", |s| (s.feed_bytes, s.show.feed_page) = (9_000_000, 100));
}

#[test]
fn directories_that_nobody_told_ask_for_nothing() {
    for fault in [
        "spotify-times",
        "youtube-times",
        "youtube-title-long",
        "youtube-title-bracket",
        "youtube-notes-bracket",
        "youtube-video",
    ] {
        let mut scene = faulty(fault);
        scene.listings.clear();
        assert_eq!(scene.found(), [], "{fault}");
    }
}

#[test]
fn times_in_notes_that_directories_take_or_that_are_no_list() {
    for words in [
        "<p>0:00 The harbour<br>0:10 The crane<br>0:20 The dock</p>",
        "<ul><li>(00:00) The harbour</li><li>(01:00) The crane</li><li>(02:00) The dock</li></ul>",
        "<p>Doors and music:</p><p>7:30 Doors<br>8:00 Music</p>",
        "<p>About the crane (1:00), the dock (2:00), the harbour (3:00).</p>",
    ] {
        fits(words, |s| {
            s.tell("spotify", ListingState::Listed);
            s.tell("youtube", ListingState::Listed);
            s.parts[0].body.notes = notes(words);
        });
    }
    fits("a programme of an evening is no list of chapters", |s| {
        s.tell("spotify", ListingState::Listed);
        s.tell("youtube", ListingState::Listed);
        let audio = s.parts[0].audio.as_mut().unwrap();
        (audio.duration_ms, audio.size_bytes) = (Some(960_000), 15_360_000);
        s.parts[0].body.notes = notes("<p>13:30 Supper<br>14:30 Doors<br>15:00 Music</p>");
    });
    fits("chapters in the feed need no times in the notes", |s| {
        s.tell("spotify", ListingState::Listed);
        s.parts[0].body.chapters = vec![chapter(0), chapter(60_000)];
        s.parts[0].body.notes = notes("<p>0:00 The harbour<br>1:00 The crane</p>");
    });
}

#[test]
fn an_address_that_is_shown_for_some_days_is_enough_for_these_days() {
    let shown = |until_ms| {
        let (directory, email) = ("youtube".to_string(), "ada@example.org".to_string());
        Some(Verifying { directory, email, until_ms })
    };
    let mut scene = good();
    scene.tell("youtube", ListingState::Sent);
    scene.show.owner_email.clear();
    scene.show.verifying = shown(NOW + 1);
    assert_eq!(scene.found(), []);
    // The next plan takes it out.
    scene.show.verifying = shown(NOW);
    assert_eq!(scene.found(), [(Warning, "youtube_email".into(), "owner_email".into())]);
    scene.show.verifying = None;
    assert_eq!(scene.found(), [(Warning, "youtube_email".into(), "owner_email".into())]);
    scene.listings[0].state = ListingState::Listed;
    assert_eq!(scene.found(), [(Advice, "owner_email_missing".into(), "owner_email".into())]);
}
