//! Whether days, titles and names of files are the same, as people and programs write them. Pure.

use unicode_normalization::UnicodeNormalization as _;
use url::{Url, form_urlencoded};

const HOUR_MS: i64 = 3_600_000;
pub(super) const DAY_MS: i64 = 24 * HOUR_MS;
/// A day begins so much earlier than that of Greenwich where it is first, and ends so much later where it is last.
const EARLIER_MS: i64 = 14 * HOUR_MS;
const LATER_MS: i64 = 12 * HOUR_MS;

/// Whether an instant may be on this day, wherever somebody wrote it down.
pub(super) fn is_on(at_ms: i64, day_ms: i64) -> bool {
    let begin = day_ms.div_euclid(DAY_MS) * DAY_MS;
    (begin - EARLIER_MS..begin + DAY_MS + LATER_MS).contains(&at_ms)
}

/// A title without what programs and names of files change in it: letters and digits only, small.
pub(super) fn words(title: &str) -> String {
    let small: String = title.nfkc().flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { small.trim().to_string() } else { words.join(" ") }
}

/// A file's name as it is compared.
pub(super) fn plain(name: &str) -> String {
    name.trim().nfc().flat_map(char::to_lowercase).collect()
}

/// The name of the file at an address.
pub(super) fn name_at(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let last = url.path_segments()?.next_back()?;
    // A path is written like a field of a form, but for these.
    let field = last.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    let (name, _) = form_urlencoded::parse(field.as_bytes()).next()?;
    Some(plain(&name)).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_wherever_it_was_written_down() {
        // `date -u -d 2024-03-01 +%s`
        let day = 1_709_251_200_000;
        for (hours, is_it) in [(-15, false), (-14, true), (0, true), (23, true), (35, true), (36, false)] {
            // Somebody who wrote a time down as well meant its day.
            for written in [day, day + 10 * HOUR_MS] {
                assert_eq!(is_on(day + hours * HOUR_MS, written), is_it, "{hours}");
            }
        }
    }

    #[test]
    fn titles_are_compared_by_their_words() {
        assert_eq!(words(" The sea:  part 2! "), words("the SEA_ part 2"));
        assert_eq!(words("U\u{308}ber \u{ff21}"), words("über a"));
        assert_ne!(words("The sea"), words("The seas"));
        assert_eq!((words("?!"), words(" ")), ("?!".to_string(), String::new()));
    }

    #[test]
    fn an_address_names_its_file() {
        for (url, name) in [
            ("https://pod.example/a/Ep%201+2&3=4.MP3?x=/y.mp3#z", Some("ep 1+2&3=4.mp3")),
            ("https://pod.example/", None),
            ("https://pod.example/a/", None),
            ("no address", None),
        ] {
            assert_eq!(name_at(url).as_deref(), name, "{url}");
        }
    }
}
