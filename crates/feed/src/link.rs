//! Web addresses that authors typed, written as browsers write them.

use std::borrow::Cow;
use url::Url;

/// An address with this scheme or one of these, as a browser would write it; `None` for anything else.
pub fn written<'a>(link: &'a str, schemes: &[&str]) -> Option<Cow<'a, str>> {
    let link = link.trim();
    // Most of a long feed's chapters have none.
    if link.is_empty() {
        return None;
    }
    let behind = |scheme: &&str| link.strip_prefix(*scheme)?.strip_prefix("://");
    if schemes.iter().find_map(behind).is_some_and(is_written) {
        return Some(Cow::Borrowed(link));
    }
    let url = Url::parse(link).ok().filter(|url| schemes.contains(&url.scheme()))?;
    Some(Cow::Owned(url.into()))
}

/// Whether host and path are such that a browser surely writes them as they stand: a tenth of a long feed's time is the
/// parser, and most addresses are plain. Says no whenever in doubt; a test asks the parser.
fn is_written(rest: &str) -> bool {
    let Some((host, path)) = rest.split_once('/') else { return false };
    let mut labels = host.split('.');
    let fine = |label: &str| {
        let plain = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        plain && label.starts_with(|c: char| c.is_ascii_alphanumeric()) && !has(label, b"--")
    };
    let named = labels.next_back().is_some_and(|last| last.len() > 1 && last.bytes().all(|b| b.is_ascii_lowercase()));
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'.');
    // A part of the path that begins with a point may mean "here" or "up".
    let moves = path.starts_with('.') || has(path, b"/.");
    named && host.len() < 254 && labels.all(fine) && path.bytes().all(plain) && !moves
}

/// Whether these two stand side by side: for the few bytes of an address, quicker than a search.
fn has(text: &str, two: &[u8; 2]) -> bool {
    text.as_bytes().windows(2).any(|pair| pair == two)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_written_as_browsers_do() {
        for (typed, expected) in [
            (" https://ports.example ", Some("https://ports.example/")),
            ("HTTPS://Ports.Example/A b?c=ü", Some("https://ports.example/A%20b?c=%C3%BC")),
            ("https://ports.example/a/../b", Some("https://ports.example/b")),
            ("https://münchen.example/", Some("https://xn--mnchen-3ya.example/")),
            ("https://127.1/", Some("https://127.0.0.1/")),
            ("https://ports.example:443/x", Some("https://ports.example/x")),
            ("http://ports.example/", None),
            ("javascript:alert(1)", None),
            ("https://", None),
            ("ports.example", None),
        ] {
            assert_eq!(written(typed, &["https"]).as_deref(), expected, "{typed}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn what_is_taken_as_it_stands_is_what_the_parser_writes(
            host in "([a-c0x-]{1,3}\\.){0,3}([a-c0x-]{1,3}|xn--[a-z]{2})", path in "(/|[a-bA-B0.%_~-]|\\.\\.){0,9}", port in "(:[0-9]{1,3})?",
        ) {
            let link = format!("https://{host}{port}/{path}");
            let parsed = Url::parse(&link).ok().map(String::from);
            let taken = written(&link, &["https"]).map(Cow::into_owned);
            prop_assert_eq!(taken, parsed, "{}", link);
        }
    }
}
