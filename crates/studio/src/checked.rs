//! What a person may write into the lists of a show or an episode (FEED.md §1): people, ways to give, chapters.

pub(crate) mod namespace;
pub(crate) mod website;

use crate::edit_show::{checked_text, invalid};
use hearthcast_model::episode::MAX_SUMMARY_BYTES;
use hearthcast_model::namespace::words::MEDIA;
use hearthcast_model::{Chapter, Funding, Person, Result};
use url::Url;

/// Longest text that the namespace allows for names, characters.
const LONGEST_NAME: usize = 128;
/// Longest words about what a picture shows, characters.
const LONGEST_ALT: usize = 512;
/// Longest address, bytes.
const LONGEST_URL: usize = 2000;
/// Most people, and most ways to give.
const MOST_ENTRIES: usize = 100;

/// A medium as the namespace writes it; empty clears.
pub(crate) fn medium(value: &str) -> Result<String> {
    let value = value.trim();
    let known = MEDIA.iter().find(|m| value.eq_ignore_ascii_case(m)).map(|m| (*m).to_string());
    let list = || value.strip_suffix(['L', 'l']).and_then(|one| MEDIA.iter().find(|m| one.eq_ignore_ascii_case(m)));
    match (value, known) {
        ("", _) => Ok(String::new()),
        (_, Some(medium)) => Ok(medium),
        (mixed, _) if mixed.eq_ignore_ascii_case("mixed") => Ok("mixed".into()),
        _ => list().map(|m| format!("{m}L")).ok_or_else(|| {
            invalid("medium", "it is not one that podcast apps know", "Examples: podcast, music, audiobook, course.")
        }),
    }
}

/// A line of at most 128 characters.
pub(crate) fn name(field: &str, value: &str, required: bool) -> Result<String> {
    let text = checked_text(field, value, required)?;
    if text.chars().count() > LONGEST_NAME {
        return Err(invalid(field, "it is longer than 128 characters", "Podcast apps show no more; shorten it."));
    }
    Ok(text)
}

/// What a picture shows, in a line of at most 512 characters.
pub(crate) fn alt(field: &str, value: &str) -> Result<String> {
    let text = checked_text(field, value, false)?;
    if text.chars().count() > LONGEST_ALT {
        return Err(invalid(field, "it is longer than 512 characters", "Say in a sentence what is to be seen."));
    }
    Ok(text)
}

/// What an episode is about, in plain words: lines and paragraphs of at most 4,000 bytes together.
pub(crate) fn summary(value: &str) -> Result<String> {
    let value = value.replace("\r\n", "\n");
    let text: String = value.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    let text = text.trim().to_string();
    if text.len() > MAX_SUMMARY_BYTES {
        let hint = "Directories take no more; long text belongs into the notes.";
        return Err(invalid("summary", "it is longer than 4,000 bytes", hint));
    }
    Ok(text)
}

/// A web address; empty where none is needed.
pub(crate) fn address(field: &str, value: &str, required: bool) -> Result<String> {
    let value = value.trim();
    if value.is_empty() && !required {
        return Ok(String::new());
    }
    match Url::parse(value) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && value.len() <= LONGEST_URL => Ok(url.to_string()),
        _ => Err(invalid(field, "it is not a web address", "Example: https://example.org/support.")),
    }
}

/// Ways to give, each with an address.
pub(crate) fn funding(entries: &[Funding]) -> Result<Vec<Funding>> {
    not_too_many("funding", entries.len())?;
    let one = |entry: &Funding| {
        Ok(Funding { url: address("funding.url", &entry.url, true)?, text: name("funding.text", &entry.text, false)? })
    };
    entries.iter().map(one).collect()
}

/// People, each with a name. Roles and groups are those of the podcast taxonomy, in small letters.
pub(crate) fn persons(entries: &[Person]) -> Result<Vec<Person>> {
    not_too_many("persons", entries.len())?;
    let one = |entry: &Person| {
        Ok(Person {
            name: name("person.name", &entry.name, true)?,
            role: name("person.role", &entry.role, false)?.to_lowercase(),
            group: name("person.group", &entry.group, false)?.to_lowercase(),
            img: address("person.img", &entry.img, false)?,
            href: address("person.href", &entry.href, false)?,
        })
    };
    entries.iter().map(one).collect()
}

/// Chapters in order and within the sound, as far as its length is known.
pub(crate) fn chapters(entries: &[Chapter], length_ms: Option<i64>) -> Result<Vec<Chapter>> {
    let mut chapters = hearthcast_text::chapters::checked(entries.to_vec())?;
    for chapter in &mut chapters {
        chapter.url = address("chapters", &chapter.url, false)?;
        let beyond = length_ms.is_some_and(|length| chapter.start_ms >= length || chapter.end_ms > Some(length));
        if beyond {
            let why = format!("\"{}\" at {} lies beyond the end of the sound", chapter.title, clock(chapter.start_ms));
            return Err(invalid("chapters", &why, "Move it to where it is heard, or remove it."));
        }
    }
    match chapters.windows(2).find(|two| two[0].start_ms == two[1].start_ms) {
        None => Ok(chapters),
        Some(two) => {
            let why = format!("two of them begin at {}", clock(two[0].start_ms));
            Err(invalid("chapters", &why, "Give each its own time."))
        }
    }
}

fn not_too_many(field: &str, count: usize) -> Result<()> {
    if count <= MOST_ENTRIES {
        return Ok(());
    }
    Err(invalid(field, "there are more than 100 entries", "Keep those that matter to listeners."))
}

/// `1:02:03.500`, without what is zero at both ends.
fn clock(ms: i64) -> String {
    let (seconds, rest) = (ms / 1000, ms % 1000);
    let rest = if rest == 0 { String::new() } else { format!(".{rest:03}") };
    match seconds / 3600 {
        0 => format!("{}:{:02}{rest}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}{rest}", seconds / 60 % 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_are_those_of_the_namespace() {
        for (given, kept) in [
            ("", ""),
            ("Podcast", "podcast"),
            ("musicL", "musicL"),
            ("FILML", "filmL"),
            ("Mixed", "mixed"),
            ("audiobook", "audiobook"),
        ] {
            assert_eq!(medium(given).unwrap(), kept, "{given}");
        }
        for bad in ["radio", "L", "mixedL", "podcast, music"] {
            assert!(medium(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_summary_keeps_its_lines_and_has_at_most_4000_bytes() {
        assert_eq!(summary(" One\r\ntwo\tthree\n\nfour\u{1} \n").unwrap(), "One\ntwo three\n\nfour");
        assert_eq!(summary(&"ü".repeat(2_000)).unwrap().len(), 4_000);
        assert!(summary(&"x".repeat(4_001)).is_err());
    }

    #[test]
    fn names_have_at_most_128_characters_not_bytes() {
        assert_eq!(name("person.name", &"ü".repeat(128), true).unwrap().chars().count(), 128);
        assert!(name("person.name", &"u".repeat(129), true).is_err());
        assert!(name("person.name", "  ", true).is_err());
    }

    #[test]
    fn addresses_are_of_the_web() {
        assert_eq!(address("x", "HTTPS://Example.org", true).unwrap(), "https://example.org/");
        for bad in ["", "javascript:alert(1)", "file:///etc/passwd", "example.org", "data:text/html,x"] {
            assert!(address("x", bad, true).is_err(), "{bad}");
        }
        assert_eq!(address("x", " ", false).unwrap(), "");
    }

    #[test]
    fn chapters_are_put_in_order_and_stay_within_the_sound() {
        let kept = chapters(&[Chapter::new(60_000, "b"), Chapter::new(0, "a")], Some(60_001)).unwrap();
        assert_eq!(kept.iter().map(|c| c.title.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        let beyond = chapters(&[Chapter::new(60_000, "b")], Some(60_000)).unwrap_err();
        assert!(beyond.message.contains("beyond the end") && beyond.message.contains("1:00"), "{}", beyond.message);
        assert!(chapters(&[Chapter::new(60_000, "b")], None).is_ok(), "without a sound nobody knows");
        assert!(
            chapters(&[Chapter::new(5, "a"), Chapter::new(5, "b")], None).unwrap_err().message.contains("0:00.005")
        );
        let late_end = Chapter { end_ms: Some(11), ..Chapter::new(0, "a") };
        assert!(chapters(&[late_end], Some(10)).is_err());
        assert!(chapters(&[Chapter { url: "javascript:1".into(), ..Chapter::new(0, "a") }], None).is_err());
    }
}
