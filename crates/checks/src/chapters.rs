//! Rules about what has a place in the sound, chapters and soundbites, and about transcripts.

use crate::EpisodeFacts;
use crate::finding::{About, NAMESPACE};
use crate::language::{Tag, judge};
use crate::show::address;

/// Looks at chapters, soundbites and transcripts.
pub fn check(one: &EpisodeFacts, about: &mut About) {
    let chapters = &one.episode.chapters;
    if !chapters.is_sorted_by_key(|chapter| chapter.start_ms) {
        let message = "The chapters do not stand in the order of their times.";
        about.warning("chapter_order", "chapters", NAMESPACE, message, "Put them in order.");
    }
    let length = one.audio.and_then(|audio| audio.duration_ms);
    for chapter in chapters {
        if length.is_some_and(|length| chapter.start_ms >= length) || chapter.start_ms < 0 {
            let message = format!("The chapter \"{}\" begins where there is no sound.", chapter.title);
            about.warning("chapter_outside", "chapters", NAMESPACE, message, "Check its time.");
        }
        if chapter.title.trim().is_empty() && !chapter.hidden {
            about.advice(
                "chapter_untitled",
                "chapters",
                NAMESPACE,
                "A chapter has no title.",
                "Give it one, or hide it.",
            );
        }
        address(about, "chapters", &chapter.url, NAMESPACE);
    }
    for bite in &one.episode.tags.soundbites {
        let end_ms = bite.start_ms.saturating_add(bite.duration_ms);
        if length.is_some_and(|length| end_ms > length) {
            let message = format!("The soundbite \"{}\" ends where there is no sound.", bite.title);
            about.warning("soundbite_outside", "tags", NAMESPACE, message, "Check where it begins, and its length.");
        }
    }
    for transcript in one.episode.transcripts.iter().filter(|transcript| !transcript.language.is_empty()) {
        if judge(&transcript.language) == Tag::Invalid {
            let message = format!("\"{}\" is no language code of a transcript.", transcript.language);
            about.warning("transcript_language", "transcripts", NAMESPACE, message, "Examples: en, de, pt-br.");
        }
    }
}
