//! Names for addresses: `a-z 0-9 -`, made from any title.

use unicode_normalization::UnicodeNormalization;

/// Longest slug, in bytes.
pub const MAX_SLUG_BYTES: usize = 80;

/// What no new show is called: websites made for spodcat have pages of their own there (`/episode/…`).
const KEPT_FOR_PAGES: [&str; 2] = ["episode", "post"];

/// Whether a show may be called so: not where a website has pages of its own.
pub fn is_free_for_shows(slug: &str) -> bool {
    !KEPT_FOR_PAGES.contains(&slug)
}

/// Makes a slug from a title. Accents are dropped, everything else that is not a letter or digit becomes one dash;
/// a title without any Latin letter gives `fallback`.
pub fn slug(title: &str, fallback: &str) -> String {
    let mut out = String::new();
    for c in title.nfkd().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            '\u{300}'..='\u{36f}' | '\'' | '’' => {}
            _ if !out.ends_with('-') && !out.is_empty() => out.push('-'),
            _ => {}
        }
        if out.len() >= MAX_SLUG_BYTES {
            break;
        }
    }
    let out = out.trim_matches('-');
    if out.is_empty() { fallback.to_string() } else { out.to_string() }
}

/// Whether a text can stand as a slug.
pub fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_SLUG_BYTES
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// The first of `slug`, `slug-2`, `slug-3`, … that is not taken.
pub fn free_slug(slug: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(slug) {
        return slug.to_string();
    }
    (2u64..).map(|n| format!("{slug}-{n}")).find(|s| !taken(s)).unwrap_or_else(|| slug.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_slugs() {
        for (title, expected) in [
            ("The keeper’s stair", "the-keepers-stair"),
            ("Ünïcödé & Straße", "unicode-strasse"),
            ("  -- 42!  ", "42"),
            ("日本語", "show"),
            ("İstanbul", "istanbul"),
        ] {
            assert_eq!(slug(title, "show"), expected);
            assert!(is_slug(&slug(title, "show")));
        }
        assert!(slug(&"long title ".repeat(40), "x").len() <= MAX_SLUG_BYTES);
    }

    #[test]
    fn a_show_is_not_called_as_a_page_of_its_website() {
        // spodcat's front end: /<show>, /<show>/episode/<slug>, /<show>/post/<slug>.
        let taken = |slug: &str| !is_free_for_shows(slug);
        assert_eq!(free_slug("episode", taken), "episode-2");
        assert_eq!(free_slug("post", taken), "post-2");
        assert_eq!(free_slug("episodes", taken), "episodes");
    }

    #[test]
    fn taken_slugs_get_a_number() {
        assert_eq!(free_slug("a", |s| s == "a" || s == "a-2"), "a-3");
    }
}
