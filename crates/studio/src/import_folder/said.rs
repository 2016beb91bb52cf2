//! What a sound file says of its episode: in its tags, and in its name where they are silent. Pure.

use hearthcast_model::EpisodeNumber;
use hearthcast_model::clock::parse_rfc3339;
use hearthcast_model::facts::Tags;
use std::cmp::Ordering;

/// Longest guid that is taken from a tag, bytes.
const LONGEST_GUID: usize = 1000;

/// What is said of an episode; what is not is empty.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Said {
    pub(crate) title: String,
    pub(crate) season: Option<u32>,
    pub(crate) number: Option<EpisodeNumber>,
    pub(crate) published_ms: Option<i64>,
    pub(crate) notes: String,
    pub(crate) guid: Option<String>,
}

/// Reads tags and the file's name (without its ending).
pub(crate) fn said(tags: &Tags, stem: &str) -> Said {
    let tag = |name: &str| tags.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let named = of_name(stem);
    let number = tag("track").and_then(|track| track.split('/').next()?.trim().parse::<u32>().ok());
    let number = number.filter(|number| *number > 0).map(EpisodeNumber::from);
    Said {
        title: tag("title").map_or(named.title, String::from),
        season: named.season,
        number: named.number.or(number),
        published_ms: tag("date").and_then(day).or(named.published_ms),
        notes: tag("comment").unwrap_or_default().into(),
        guid: tag("guid").filter(|guid| guid.len() <= LONGEST_GUID).map(String::from),
    }
}

/// `2024-03-01 - S02E05 - The sea`, `012_the_sea`, `The sea`.
fn of_name(stem: &str) -> Said {
    let mut said = Said::default();
    let mut rest = stem.trim();
    for length in [10, 8] {
        if let Some(begin) = rest.get(..length)
            && let Some(at) = day(begin)
            && rest[length..].chars().next().is_none_or(|c| !c.is_ascii_alphanumeric())
        {
            said.published_ms = Some(at);
            rest = separated(&rest[length..]);
            break;
        }
    }
    if let Some((season, number, after)) = season_and_number(rest) {
        (said.season, said.number, rest) = (Some(season), Some(number.into()), separated(after));
    } else {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (begin, after) = rest.split_at(digits);
        let ends = after.is_empty() || after.starts_with(['-', '_', '.', ' ']);
        // Four digits are a year, unless none is meant.
        let counts = |number: &u32| *number > 0 && !(1900..2100).contains(number);
        if let (1..=4, true, Some(number)) = (digits, ends, begin.parse().ok().filter(counts)) {
            let number: u32 = number;
            said.number = Some(number.into());
            rest = separated(after);
        }
    }
    let words = rest.replace('_', " ");
    said.title = if words.trim().is_empty() { stem.trim().into() } else { words.trim().into() };
    said
}

fn separated(text: &str) -> &str {
    text.trim_start_matches(['-', '_', '.', ' ', '–', ')', ']'])
}

/// `S02E05`.
fn season_and_number(text: &str) -> Option<(u32, u32, &str)> {
    let rest = text.strip_prefix(['s', 'S'])?;
    let (season, rest) = number(rest)?;
    let (number, rest) = number(rest.strip_prefix(['e', 'E'])?)?;
    (season > 0 && number > 0).then_some((season, number, rest))
}

fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=4).contains(&digits) {
        return None;
    }
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

/// A day, in UTC: `2024-03-01`, `20240301`, with or without a time. A year alone is no day.
fn day(text: &str) -> Option<i64> {
    let text = text.trim();
    let plain = |part: Option<&str>| part.filter(|part| part.bytes().all(|b| b.is_ascii_digit())).map(String::from);
    let dashed = text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let (year, month, date, time) = match dashed {
        true => (plain(text.get(..4))?, plain(text.get(5..7))?, plain(text.get(8..10))?, text.get(10..)?),
        false => (plain(text.get(..4))?, plain(text.get(4..6))?, plain(text.get(6..8))?, text.get(8..)?),
    };
    let clock = time.trim_start_matches(['T', ' ']).trim_end_matches('Z');
    let at = |clock: &str| parse_rfc3339(&format!("{year}-{month}-{date}T{clock}Z"));
    let full = match clock.len() {
        5 => at(&format!("{clock}:00")),
        8 => at(clock),
        _ => None,
    };
    full.or_else(|| at("00:00:00"))
}

/// Names as people sort them: `2` before `10`.
pub(crate) fn natural(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    loop {
        let (a, b) = (one.chars().next(), other.chars().next());
        let (Some(a), Some(b)) = (a, b) else { return a.cmp(&b) };
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
            let (of_one, of_other) = (one.split_at(digits(one)), other.split_at(digits(other)));
            let value = |text: &str| text.trim_start_matches('0').to_string();
            let (a, b) = (value(of_one.0), value(of_other.0));
            match a.len().cmp(&b.len()).then_with(|| a.cmp(&b)) {
                Ordering::Equal => (one, other) = (of_one.1, of_other.1),
                different => return different,
            }
        } else {
            match a.to_lowercase().cmp(b.to_lowercase()) {
                Ordering::Equal => (one, other) = (&one[a.len_utf8()..], &other[b.len_utf8()..]),
                different => return different,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(of: &[(&str, &str)]) -> Tags {
        of.iter().map(|(name, text)| ((*name).to_string(), (*text).to_string())).collect()
    }

    #[test]
    fn tags_count_and_the_name_where_they_are_silent() {
        // Instants by `date -u -d 2024-03-01 +%s`.
        let march = Some(1_709_251_200_000);
        let said_all = said(
            &tags(&[
                ("title", "The sea"),
                ("track", "3/12"),
                ("date", "2024-03-01"),
                ("guid", "tag:x,1"),
                ("comment", "Words"),
            ]),
            "file",
        );
        let wanted = Said {
            title: "The sea".into(),
            season: None,
            number: Some(3.into()),
            published_ms: march,
            notes: "Words".into(),
            guid: Some("tag:x,1".into()),
        };
        assert_eq!(said_all, wanted);
        for (stem, title, season, number, published_ms) in [
            ("2024-03-01 - 012 - The sea", "The sea", None, Some(12), march),
            ("20240301_the_sea", "the sea", None, None, march),
            ("S02E05 Harbour", "Harbour", Some(2), Some(5), None),
            ("7. Seven", "Seven", None, Some(7), None),
            ("2024 in review", "2024 in review", None, None, None),
            ("100days", "100days", None, None, None),
            ("012", "012", None, Some(12), None),
            ("2024-13-01 x", "2024-13-01 x", None, None, None),
            ("Ö_ß", "Ö ß", None, None, None),
        ] {
            let found = said(&Tags::new(), stem);
            let number: Option<EpisodeNumber> = number.map(|n: u32| n.into());
            assert_eq!((found.title.as_str(), found.season, found.number), (title, season, number), "{stem}");
            assert_eq!(found.published_ms, published_ms, "{stem}");
        }
    }

    #[test]
    fn a_year_is_no_day_and_a_time_counts() {
        assert_eq!(day("2024"), None);
        assert_eq!(day("2024-03"), None);
        assert_eq!(day("2024-02-30"), None);
        // `date -u -d '2024-03-01 10:30' +%s`
        assert_eq!(day("2024-03-01T10:30"), Some(1_709_289_000_000));
        assert_eq!(day("2024-03-01 10:30:00"), Some(1_709_289_000_000));
    }

    #[test]
    fn names_sort_as_people_count() {
        let mut names = ["a10.mp3", "B1", "a2.mp3", "a02b", "a1.mp3", "a"];
        names.sort_by(|one, other| natural(one, other));
        assert_eq!(names, ["a", "a1.mp3", "a2.mp3", "a02b", "a10.mp3", "B1"]);
    }
}
