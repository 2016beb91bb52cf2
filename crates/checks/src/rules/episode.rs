//! Rules about episodes, each by itself and all together: names, guids, dates, numbers, notes.

use crate::rule::{APPLE, Look, MIXED, NAMESPACE, PSP1, RSS, Rule, WCAG};
use crate::rules::show::MOST_DESCRIPTION_BYTES;
use crate::rules::sound::ending_of;
use crate::told::Told;
use crate::{EpisodeFacts, Facts};
use hearthcast_model::EpisodeNumber;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::feed_shape::FeedHtml;
use hearthcast_model::show::ShowKind;
use hearthcast_model::visible::released_by;
use hearthcast_text::{pictures_named, plain_of};
use std::collections::HashMap;
use std::hash::Hash;
use url::Url;

/// A day, and ten years of them, in milliseconds.
const DAY_MS: i64 = 24 * 3600 * 1000;
const TEN_YEARS_MS: i64 = 3653 * DAY_MS;
/// The year 1, where the dates of feeds begin.
const YEAR_ONE_MS: i64 = -62_135_596_800_000;
/// HTML of notes that Apple names in no list, and that it leaves out. Pictures are left out, too, and told by previews: their
/// descriptions stay.
const STRANGE_HTML: [&str; 9] = ["<table", "<h1", "<h2", "<h3", "<h4", "<pre", "<blockquote", "<details", "<iframe"];

pub(crate) const RULES: &[Rule] = &[
    Rule::error(
        ("episode_title_missing", RSS, "Each episode has a title.", "Give it one."),
        Look::Episode(episode_title_missing),
    ),
    Rule::advice(
        (
            "title_numbered",
            APPLE,
            "A title does not repeat the episode's number.",
            "Leave the number out of the title: apps show it beside it.",
        ),
        Look::Episode(title_numbered),
    ),
    Rule::error(
        ("guid_missing", PSP1, "Each episode has a guid.", "Remove the episode and add it again."),
        Look::Episode(guid_missing),
    ),
    Rule::error(
        ("guid_repeated", PSP1, "Each episode has a guid of its own.", "Remove one of them and add it again."),
        Look::Show(guid_repeated),
    ),
    Rule::warning(
        (
            "guid_alike",
            PSP1,
            "Guids differ in more than capitals.",
            "Remove one of them and add it again, unless both are published: some apps take them for one.",
        ),
        Look::Show(guid_alike),
    ),
    Rule::error(
        (
            "guid_changed",
            PSP1,
            "A published guid never changes.",
            "Take the published one again: apps would show the episode as new, to everybody.",
        ),
        Look::Episode(guid_changed),
    )
    .fixed_if_asked("Takes the published guid again."),
    Rule::warning(
        (
            "guid_spaces",
            PSP1,
            "Guids begin and end without spaces.",
            "Leave it if it was published so: some apps cut the spaces off, others do not.",
        ),
        Look::Episode(guid_spaces),
    ),
    Rule::advice(
        (
            "guid_is_sound",
            PSP1,
            "A guid is no address of a sound.",
            "Leave it as it is if it was published, also when the sound moves: it is a name now, not an address.",
        ),
        Look::Episode(guid_is_sound),
    ),
    Rule::warning(
        (
            "guid_not_address",
            RSS,
            "A guid that is said to be an address is one.",
            "Say that it is none: apps would try to open it.",
        ),
        Look::Episode(guid_not_address),
    )
    .fixed("Says that the guid is no address; the guid itself stays."),
    Rule::warning(
        ("date_unlikely", RSS, "Episodes have likely dates.", "Check the publication time."),
        Look::Episode(date_unlikely),
    ),
    Rule::warning(
        (
            "date_moved",
            PSP1,
            "The date of a published episode stays.",
            "Take the old time again, unless you mean it: apps sort the episode anew, and some show it as new.",
        ),
        Look::Episode(date_moved),
    )
    .fixed_if_asked("Takes the published date again."),
    Rule::error(
        (
            "number_missing",
            APPLE,
            "Episodes of a serial show have numbers.",
            "Number the episode: apps put the episodes of a serial show in that order.",
        ),
        Look::Episode(number_missing),
    )
    .fixed_if_asked("Gives the episodes without a number the next ones, in the order of their dates."),
    Rule::warning(
        (
            "number_fraction",
            APPLE,
            "Episodes of a serial show have whole numbers.",
            "Give it a whole number, or make it a bonus: Apple reads no others.",
        ),
        Look::Episode(number_fraction),
    ),
    Rule::warning(
        (
            "number_repeated",
            APPLE,
            "Each number stands once in a season.",
            "Give each episode of a season its own number.",
        ),
        Look::Show(number_repeated),
    ),
    Rule::warning(
        ("season_names", NAMESPACE, "A season has one name.", "Give the season the same name in all its episodes."),
        Look::Show(season_names),
    ),
    Rule::advice(
        ("notes_missing", PSP1, "Each episode has show notes.", "A few sentences and links are enough."),
        Look::Episode(notes_missing),
    ),
    Rule::advice(
        ("notes_long", APPLE, "Show notes have at most 4,000 bytes of text.", "Put what matters first."),
        Look::Episode(notes_long),
    ),
    Rule::advice(
        (
            "notes_html",
            APPLE,
            "Show notes have the HTML that directories name: p, ol, ul, li, a, b, i, strong, em.",
            "Write it without them, or let the feed have the words only: directories leave such parts out.",
        ),
        Look::Episode(notes_html),
    )
    .fixed_if_asked("Writes only the HTML that directories name into the feed; websites keep all of it."),
    Rule::warning(
        (
            "notes_relative",
            PSP1,
            "Links in show notes are whole addresses.",
            "Write the whole address: apps do not know where it begins.",
        ),
        Look::Episode(notes_relative),
    ),
    Rule::warning(
        (
            "notes_picture_open",
            MIXED,
            "Pictures in show notes are at addresses with TLS.",
            "Import the show again with its pictures, or write an https address: without one, only the description is shown.",
        ),
        Look::Episode(notes_picture_open),
    ),
    Rule::advice(
        (
            "notes_picture_alt",
            WCAG,
            "Pictures in show notes have a description.",
            "Write what the picture shows as its alt text; an empty one says that it is for decoration only.",
        ),
        Look::Episode(notes_picture_alt),
    ),
];

fn episode_title_missing(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if one.episode.title.trim().is_empty() {
        told.say("title", "The episode has no title.");
    }
}

fn title_numbered(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let (title, number) = (one.episode.title.trim(), one.episode.number.and_then(EpisodeNumber::whole));
    if number.is_some_and(|number| begins_with_number(title, number)) {
        told.say("title", format!("The title \"{title}\" begins with the episode's number."));
    }
}

/// `Episode 12: Hello`, `#12 – Hello`; not `Episode 12`, which would have no title left, and not `12 Monkeys`.
fn begins_with_number(title: &str, number: u32) -> bool {
    let small = title.to_lowercase();
    let word = ["episode", "folge", "ep.", "ep", "#"].iter().find_map(|word| small.strip_prefix(word));
    let Some(rest) = word.map(str::trim_start) else { return false };
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let after = rest[digits.len()..].trim_start();
    let words = after.trim_start_matches([':', '-', '–', '—', '|', '.']).trim();
    digits.parse() == Ok(number) && words.len() < after.len() && !words.is_empty()
}

fn guid_missing(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if one.episode.guid.trim().is_empty() {
        told.say("", "The episode has no guid: apps would take it for new every day.");
    }
}

/// Tells about each episode whose `key` an earlier one has, too.
fn twice<'a, K: Hash + Eq>(
    facts: &Facts<'a>,
    told: &mut Told,
    field: &str,
    key: impl Fn(&EpisodeFacts<'a>) -> Option<K>,
    message: impl Fn(&str, &EpisodeFacts<'a>) -> String,
) {
    let mut seen: HashMap<K, &str> = HashMap::new();
    for (index, one) in facts.episodes.iter().enumerate() {
        let Some(key) = key(one) else { continue };
        match seen.get(&key) {
            Some(first) => told.say_of(index, one.id, field, message(first, one)),
            None => drop(seen.insert(key, &one.episode.title)),
        }
    }
}

fn guid_repeated(facts: &Facts, told: &mut Told) {
    let guid = |one: &EpisodeFacts| Some(one.episode.guid.clone()).filter(|guid| !guid.trim().is_empty());
    twice(facts, told, "", guid, |first, _| {
        format!("The episode has the same guid as \"{first}\": apps show only one of them.")
    });
}

fn guid_alike(facts: &Facts, told: &mut Told) {
    let mut seen: HashMap<String, (&str, &str)> = HashMap::new();
    for (index, one) in facts.episodes.iter().enumerate() {
        let guid = one.episode.guid.as_str();
        match seen.get(&guid.to_lowercase()) {
            Some((before, first)) if *before != guid => {
                let message = format!("The guid differs from the one of \"{first}\" in capitals only.");
                told.say_of(index, one.id, "", message);
            }
            Some(_) => (),
            None => drop(seen.insert(guid.to_lowercase(), (guid, &one.episode.title))),
        }
    }
}

fn guid_changed(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let now = one.episode.guid.as_str();
    if let Some(before) = one.released.map(|released| released.guid.as_str())
        && before != now
        && !before.is_empty()
        && !now.trim().is_empty()
    {
        told.say("", format!("The guid is \"{now}\", and \"{before}\" was published."));
    }
}

fn guid_spaces(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let guid = one.episode.guid.as_str();
    if !guid.trim().is_empty() && guid != guid.trim() {
        told.say("", "The guid begins or ends with a space.");
    }
}

fn guid_is_sound(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let guid = one.episode.guid.trim();
    let is_sound =
        Url::parse(guid).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && ending_of(&url).is_some());
    if is_sound && !one.episode.guid_is_permalink {
        told.say("", format!("The guid {guid} is the address of a sound."));
    }
}

fn guid_not_address(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let guid = one.episode.guid.as_str();
    let is_address = Url::parse(guid).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if one.episode.guid_is_permalink && !is_address {
        told.say("", format!("The guid \"{guid}\" is said to be an address, and is none."));
    }
}

fn date_unlikely(facts: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let Some(at) = one.episode.publish_at_ms else { return };
    if at.unsigned_abs() < DAY_MS.unsigned_abs() {
        told.say("at", "The episode is of 1 January 1970, which is what programs write who do not know the date.");
    } else if at > facts.now_ms.saturating_add(TEN_YEARS_MS) || at < YEAR_ONE_MS {
        told.say("at", "The episode comes out in more than ten years.");
    }
}

fn date_moved(facts: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let (now, before) = (one.episode.publish_at_ms, one.released.filter(|one| released_by(one, facts.now_ms)));
    if now.is_some() && before.is_some_and(|before| before.publish_at_ms != now) {
        told.say("at", "The episode is published, and has another date now.");
    }
}

/// Whether a serial show counts it.
fn is_counted(facts: &Facts, one: &EpisodeFacts) -> bool {
    facts.show.kind == ShowKind::Serial && one.episode.kind == EpisodeKind::Full
}

fn number_missing(facts: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if is_counted(facts, one) && one.episode.number.is_none_or(EpisodeNumber::is_zero) {
        told.say("number", "A serial show needs the numbers of its episodes.");
    }
}

fn number_fraction(facts: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let number = one.episode.number.filter(|number| number.whole().is_none());
    if let Some(number) = number.filter(|_| is_counted(facts, one)) {
        told.say("number", format!("The episode has the number {number}."));
    }
}

fn number_repeated(facts: &Facts, told: &mut Told) {
    let number = |one: &EpisodeFacts| {
        let number = one.episode.number.filter(|number| !number.is_zero() && one.episode.kind == EpisodeKind::Full)?;
        Some((one.episode.season, number))
    };
    twice(facts, told, "number", number, |first, _| format!("The episode has the same number as \"{first}\"."));
}

fn season_names(facts: &Facts, told: &mut Told) {
    let mut names: HashMap<u32, &str> = HashMap::new();
    for (index, one) in facts.episodes.iter().enumerate() {
        let name = one.episode.season_name.trim();
        let Some(season) = one.episode.season.filter(|_| !name.is_empty()) else { continue };
        let first = *names.entry(season).or_insert(name);
        if first != name {
            let message = format!("Season {season} is called \"{name}\" here and \"{first}\" elsewhere.");
            told.say_of(index, one.id, "season_name", message);
        }
    }
}

fn notes_missing(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if !one.episode.is_post() && plain_of(&one.episode.notes.safe).trim().is_empty() {
        told.say("notes", "The episode has no show notes.");
    }
}

fn notes_long(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    // Plain text is never longer than its HTML.
    if one.episode.is_post() || one.episode.notes.safe.html.len() <= MOST_DESCRIPTION_BYTES {
        return;
    }
    let length = plain_of(&one.episode.notes.safe).len();
    if length > MOST_DESCRIPTION_BYTES {
        told.say("notes", format!("The show notes have {length} bytes of text; some apps show 4,000."));
    }
}

fn notes_html(facts: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let html = one.episode.notes.safe.html.as_str();
    let strange = STRANGE_HTML.iter().find(|tag| html.contains(*tag));
    if let Some(tag) = strange.filter(|_| facts.show.feed_html == FeedHtml::Full && !one.episode.is_post()) {
        let name = tag.trim_start_matches('<');
        told.say("notes", format!("The show notes have HTML that directories do not show ({name})."));
    }
}

fn notes_relative(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let links = one.episode.notes.safe.html.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    for (link, _) in links.filter(|(link, _)| !link.is_empty() && Url::parse(link).is_err()) {
        told.say("notes", format!("The show notes lead to \"{link}\", which is no whole address."));
    }
}

fn notes_picture_open(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let notes = &one.episode.notes;
    let is_here = |address: &str| notes.pictures.iter().any(|picture| picture.address == address);
    let is_open = |address: &str| address.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"));
    // Only what the source names can be so: cleaned notes never have one.
    if !notes.source.to_ascii_lowercase().contains("http:") {
        return;
    }
    let all = pictures_named(notes);
    if let Some(picture) = all.iter().find(|one| is_open(&one.address) && !one.is_point && !is_here(&one.address)) {
        told.say(
            "notes",
            format!("The show notes have a picture at \"{}\", which no page with TLS shows.", picture.address),
        );
    }
}

fn notes_picture_alt(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    let tags = one.episode.notes.safe.html.split("<img ").skip(1).filter_map(|rest| rest.split('>').next());
    let silent = tags.filter(|tag| !tag.contains(" alt=\"")).count();
    if silent > 0 {
        told.say("notes", format!("Of the pictures in the show notes, {silent} have no description."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_front_of_titles_are_seen() {
        for title in ["Episode 12: Hello", "#12 – Hello", "Ep. 12 - Hello", "EP12: Hello", "Folge 12. Hallo"] {
            assert!(begins_with_number(title, 12), "{title}");
        }
        for title in ["Episode 12", "12 Monkeys", "Episode 13: Hello", "Episode 12 of many", "Epic 12: x", "#", ""] {
            assert!(!begins_with_number(title, 12), "{title}");
        }
    }
}
