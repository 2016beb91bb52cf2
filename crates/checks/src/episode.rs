//! Rules about episodes, each by itself and all together.

use crate::finding::{APPLE, About, Found, NAMESPACE, PSP1, RSS};
use crate::show::{MOST_DESCRIPTION_BYTES, address, short_enough};
use crate::{EpisodeFacts, Facts, chapters, cover, sound};
use hearthcast_model::EpisodeNumber;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::show::ShowKind;
use hearthcast_text::plain_of;
use std::collections::HashMap;

/// From this length on chapters help to find one's way.
const LONG_MS: i64 = 20 * 60 * 1000;

/// Looks at all episodes.
pub fn check_all(facts: &Facts, found: &mut Found) {
    let mut seen = Seen::default();
    for episode in facts.episodes {
        let mut about = found.about("episode", episode.id.as_str());
        check(facts, episode, &mut about);
        seen.note(episode, &mut about);
    }
}

fn check(facts: &Facts, one: &EpisodeFacts, about: &mut About) {
    let episode = one.episode;
    if episode.title.trim().is_empty() {
        about.error("episode_title_missing", "title", RSS, "The episode has no title.", "Give it one.");
    }
    short_enough(about, "title", &episode.title);
    if episode.guid.trim().is_empty() {
        let hint = "Remove the episode and add it again.";
        about.error("guid_missing", "", PSP1, "The episode has no guid: apps would take it for new every day.", hint);
    }
    if !episode.is_post() {
        notes(one, about);
        numbers(facts, one, about);
        sound::check(one, about);
        extras(one, about);
    }
    address(about, "link", &episode.link, PSP1);
    for person in &episode.persons {
        address(about, "persons", &person.img, NAMESPACE);
        address(about, "persons", &person.href, NAMESPACE);
    }
    if let (Some(file), Some(image)) = (&episode.image, one.image) {
        cover::check_image(about, &file.ext, image);
    }
    chapters::check(one, about);
}

fn notes(one: &EpisodeFacts, about: &mut About) {
    let length = plain_of(&one.episode.notes.safe).len();
    if length == 0 {
        let hint = "A few sentences and links are enough.";
        about.advice("notes_missing", "notes", PSP1, "The episode has no show notes.", hint);
    }
    if length > MOST_DESCRIPTION_BYTES {
        let message = format!("The show notes have {length} bytes of text; some apps show 4,000.");
        about.advice("notes_long", "notes", APPLE, message, "Put what matters first.");
    }
}

fn numbers(facts: &Facts, one: &EpisodeFacts, about: &mut About) {
    let counted = one.episode.kind == EpisodeKind::Full;
    if facts.show.kind == ShowKind::Serial && counted && one.episode.number.is_none_or(EpisodeNumber::is_zero) {
        let hint = "Number the episode: apps put the episodes of a serial show in that order.";
        about.error("number_missing", "number", APPLE, "A serial show needs the numbers of its episodes.", hint);
    }
}

fn extras(one: &EpisodeFacts, about: &mut About) {
    let Some(audio) = one.audio else { return };
    if one.episode.transcripts.is_empty() {
        let hint = "Add a WebVTT or SRT file: people who cannot hear, search engines and apps use it.";
        about.advice("transcript_missing", "transcripts", PSP1, "The episode has no transcript.", hint);
    }
    if one.episode.chapters.is_empty() && audio.duration_ms.is_some_and(|length| length >= LONG_MS) {
        let hint = "Mark where its parts begin.";
        about.advice("chapters_missing", "chapters", NAMESPACE, "The episode is long and has no chapters.", hint);
    }
}

/// What must not be there twice, with the title of its first owner.
#[derive(Default)]
struct Seen<'a> {
    guids: HashMap<&'a str, &'a str>,
    sounds: HashMap<(&'a str, &'a str), &'a str>,
    numbers: HashMap<(Option<u32>, EpisodeNumber), &'a str>,
}

impl<'a> Seen<'a> {
    fn note(&mut self, one: &EpisodeFacts<'a>, about: &mut About) {
        let (episode, title) = (one.episode, one.episode.title.as_str());
        if let Some(first) = self.guids.insert(&episode.guid, title).filter(|_| !episode.guid.is_empty()) {
            let message = format!("The episode has the same guid as \"{first}\": apps show only one of them.");
            about.error("guid_repeated", "", PSP1, message, "Remove one of them and add it again.");
        }
        let sound = episode.audio.as_ref().map(|audio| (audio.hash.as_str(), audio.name.as_str()));
        if let Some(first) = sound.and_then(|sound| self.sounds.insert(sound, title)) {
            let message = format!("The episode has the same audio file as \"{first}\": Apple ignores one of them.");
            about.warning("audio_repeated", "audio", APPLE, message, "Check which recording belongs to which episode.");
        }
        let number = episode.number.filter(|number| !number.is_zero() && episode.kind == EpisodeKind::Full);
        if let Some(first) = number.and_then(|number| self.numbers.insert((episode.season, number), title)) {
            let message = format!("The episode has the same number as \"{first}\".");
            about.warning("number_repeated", "number", APPLE, message, "Give each episode of a season its own number.");
        }
    }
}
