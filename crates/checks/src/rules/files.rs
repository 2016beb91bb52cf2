//! Rules about what has a place in the sound, and about texts beside it: chapters, soundbites, transcripts.

use crate::language::{Tag, judge};
use crate::rule::{CHAPTERS, Look, NAMESPACE, PSP1, Rule};
use crate::told::Told;
use crate::{EpisodeFacts, Facts};
use hearthcast_model::Chapter;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::show::Attachment;

/// From this length on chapters help to find one's way.
const LONG_MS: i64 = 20 * 60 * 1000;
/// How long a soundbite should be (namespace: 15 to 120 seconds).
const SOUNDBITE_MS: std::ops::RangeInclusive<i64> = 15_000..=120_000;
/// Endings of transcripts (namespace), and of those that follow the sound.
const FORMATS: [&str; 5] = ["vtt", "srt", "json", "html", "txt"];
const TIMED: [&str; 3] = ["vtt", "srt", "json"];

pub(crate) const RULES: &[Rule] = &[
    Rule::advice(
        (
            "transcript_missing",
            PSP1,
            "Each episode has a transcript.",
            "Add a WebVTT or SRT file: people who cannot hear, search engines and apps use it.",
        ),
        Look::Episode(transcript_missing),
    ),
    Rule::warning(
        ("transcript_language", NAMESPACE, "The language of a transcript is a code.", "Examples: en, de, pt-br."),
        Look::Episode(transcript_language),
    ),
    Rule::warning(
        (
            "transcript_format",
            NAMESPACE,
            "Transcripts are WebVTT, SRT, JSON, HTML or plain text.",
            "Export it as WebVTT or SRT.",
        ),
        Look::Episode(transcript_format),
    ),
    Rule::warning(
        ("transcript_empty", NAMESPACE, "A transcript has words.", "Export it again, or take it out."),
        Look::Episode(transcript_empty),
    ),
    Rule::warning(
        (
            "transcript_repeated",
            NAMESPACE,
            "There is one transcript of each format and language.",
            "Take one of the two out, or say which language it has.",
        ),
        Look::Episode(transcript_repeated),
    ),
    Rule::warning(
        (
            "transcript_captions",
            NAMESPACE,
            "Captions follow the sound.",
            "Use WebVTT or SRT for captions; a text without times is none.",
        ),
        Look::Episode(transcript_captions),
    ),
    Rule::advice(
        ("chapters_missing", NAMESPACE, "Long episodes have chapters.", "Mark where its parts begin."),
        Look::Episode(chapters_missing),
    ),
    Rule::warning(
        ("chapter_order", CHAPTERS, "Chapters stand in the order of their times.", "Put them in order."),
        Look::Episode(chapter_order),
    )
    .fixed("Puts the chapters in the order of their times."),
    Rule::warning(
        ("chapter_repeated", CHAPTERS, "No two chapters begin at one instant.", "Move one of the two, or hide it."),
        Look::Episode(chapter_repeated),
    ),
    Rule::warning(
        ("chapter_outside", CHAPTERS, "Chapters begin where there is sound.", "Check its time."),
        Look::Episode(chapter_outside),
    ),
    Rule::warning(
        ("chapter_end", CHAPTERS, "Chapters end after they begin.", "Correct its end, or leave it out."),
        Look::Episode(chapter_end),
    ),
    Rule::advice(
        ("chapter_untitled", CHAPTERS, "Chapters that are shown have titles.", "Give it one, or hide it."),
        Look::Episode(chapter_untitled),
    ),
    Rule::warning(
        ("soundbite_outside", NAMESPACE, "Soundbites lie within the sound.", "Check where it begins, and its length."),
        Look::Episode(soundbite_outside),
    ),
    Rule::advice(
        (
            "soundbite_length",
            NAMESPACE,
            "Soundbites have 15 to 120 seconds.",
            "Make it shorter or longer: apps show it as a taste of the episode.",
        ),
        Look::Episode(soundbite_length),
    ),
];

/// Announcements and music need no transcript.
fn transcript_missing(facts: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let spoken = one.episode.kind != EpisodeKind::Trailer && !facts.show.medium.starts_with("music");
    if spoken && one.is_heard() && one.length_ms().is_some() && one.episode.transcripts.is_empty() {
        told.say("transcripts", "The episode has no transcript.");
    }
}

fn transcript_language(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    for transcript in one.episode.transcripts.iter().filter(|transcript| !transcript.language.is_empty()) {
        let language = &transcript.language;
        if judge(language) == Tag::Invalid {
            told.say("transcripts", format!("\"{language}\" is no language code of a transcript."));
        }
    }
}

fn transcript_format(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    for transcript in one.episode.transcripts.iter().filter(|one| !FORMATS.contains(&one.file.ext.as_str())) {
        let Attachment { name, ext, .. } = &transcript.file;
        told.say("transcripts", format!("{name}.{ext} is not a transcript that podcast apps read."));
    }
}

fn transcript_empty(facts: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let is_empty = |file: &Attachment| facts.media.get(&file.hash).is_some_and(|known| known.size_bytes == 0);
    for transcript in one.episode.transcripts.iter().filter(|transcript| is_empty(&transcript.file)) {
        let Attachment { name, ext, .. } = &transcript.file;
        told.say("transcripts", format!("The transcript {name}.{ext} is empty."));
    }
}

fn transcript_repeated(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let all = &one.episode.transcripts;
    for (index, transcript) in all.iter().enumerate() {
        let (ext, language) = (&transcript.file.ext, &transcript.language);
        let same = |before: &&hearthcast_model::Transcript| {
            before.file.ext == *ext && before.language == *language && before.captions == transcript.captions
        };
        if all.iter().take(index).find(same).is_some() {
            told.say("transcripts", format!("Two transcripts of the episode are .{ext} in the same language."));
        }
    }
}

fn transcript_captions(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let untimed = |ext: &str| FORMATS.contains(&ext) && !TIMED.contains(&ext);
    for transcript in one.episode.transcripts.iter().filter(|one| one.captions && untimed(&one.file.ext)) {
        let Attachment { name, ext, .. } = &transcript.file;
        told.say("transcripts", format!("{name}.{ext} is said to be captions, and has no times."));
    }
}

fn chapters_missing(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let long = one.length_ms().is_some_and(|length| length >= LONG_MS);
    if long && one.is_heard() && one.episode.chapters.is_empty() && one.episode.songs.is_empty() {
        told.say("chapters", "The episode is long and has no chapters.");
    }
}

fn chapter_order(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if !one.episode.chapters.is_sorted_by_key(|chapter| chapter.start_ms) {
        told.say("chapters", "The chapters do not stand in the order of their times.");
    }
}

fn chapter_repeated(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let shown: Vec<&Chapter> = one.episode.chapters.iter().filter(|chapter| !chapter.hidden).collect();
    for (before, after) in shown.iter().zip(shown.iter().skip(1)) {
        if before.start_ms == after.start_ms {
            let (first, second) = (&before.title, &after.title);
            told.say("chapters", format!("The chapters \"{first}\" and \"{second}\" begin at one instant."));
        }
    }
}

fn chapter_outside(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let length = one.length_ms();
    for chapter in &one.episode.chapters {
        if length.is_some_and(|length| chapter.start_ms >= length) || chapter.start_ms < 0 {
            let title = &chapter.title;
            told.say("chapters", format!("The chapter \"{title}\" begins where there is no sound."));
        }
    }
}

fn chapter_end(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    for chapter in one.episode.chapters.iter().filter(|one| one.end_ms.is_some_and(|end| end <= one.start_ms)) {
        let title = &chapter.title;
        told.say("chapters", format!("The chapter \"{title}\" ends before it begins."));
    }
}

fn chapter_untitled(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if one.episode.chapters.iter().any(|chapter| chapter.title.trim().is_empty() && !chapter.hidden) {
        told.say("chapters", "A chapter has no title.");
    }
}

fn soundbite_outside(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    for bite in &one.episode.tags.soundbites {
        let end_ms = bite.start_ms.saturating_add(bite.duration_ms);
        if one.length_ms().is_some_and(|length| end_ms > length) || bite.start_ms < 0 {
            let title = &bite.title;
            told.say("tags", format!("The soundbite \"{title}\" ends where there is no sound."));
        }
    }
}

fn soundbite_length(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    for bite in one.episode.tags.soundbites.iter().filter(|bite| !SOUNDBITE_MS.contains(&bite.duration_ms)) {
        let (title, seconds) = (&bite.title, bite.duration_ms / 1000);
        told.say("tags", format!("The soundbite \"{title}\" has {seconds} seconds."));
    }
}
