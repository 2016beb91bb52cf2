//! The one sanitiser. What leaves it contains only tags that podcast apps render, links to the open web, and pictures from there or
//! of files that were brought here.

use crate::chars::xml_only;
use crate::picture::{SCHEME, with_clean_pictures};
use crate::weight::is_heavy;
use ammonia::{Builder, Url, UrlRelative};
use hearthcast_model::SafeHtml;
use hearthcast_model::html::NotesPicture;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Version of the rules below. Grows with every change of them; HTML of another version is cleaned again, unless
/// [`is_of_today`] says that it would stay as it is.
///
/// 2: pictures.
pub const SANITIZER_VERSION: u32 = 2;

/// The oldest version whose HTML the rules of today leave as it is: what came after only lets more stay.
const OLDEST_ALIKE: u32 = 1;

const TAGS: [&str; 20] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "u",
    "ul",
];
/// Of links and pictures together; which of them may have which is said below and in `picture`.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", SCHEME];
/// Bytes of a file in the HTML that do no harm.
const SHORT_DATA: usize = 1_000;
/// A text that still changes after this many cleanings is shown as plain text.
const MAX_PASSES: usize = 4;

static RULES: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut rules = Builder::empty();
    rules
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from(["script", "style", "title", "template", "noscript", "iframe", "xmp"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["src", "alt", "width", "height"])),
        ]))
        .url_schemes(HashSet::from(SCHEMES))
        // A picture may be named so and be here all the same; those that are not go later.
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(|tag, name, value| (tag != "a" || name != "href" || leads_out(value)).then(|| value.into()))
        .strip_comments(true)
        .link_rel(None);
    rules
});

/// Whether a link leads to the open web by its whole address.
fn leads_out(href: &str) -> bool {
    Url::parse(href).is_ok_and(|url| url.scheme() != SCHEME)
}

/// Whether cleaning HTML of this version would leave it as it is.
pub fn is_of_today(version: u32) -> bool {
    (OLDEST_ALIKE..=SANITIZER_VERSION).contains(&version)
}

/// Cleans HTML from anywhere. Cleaning the result again changes nothing.
///
/// HTML that would cost a parser much more than its length (see `weight`) is not parsed: it is shown as text.
pub fn clean_html(html: &str) -> SafeHtml {
    clean_html_with(html, &[])
}

/// The same, with the pictures that were brought here in the place of those that the HTML names.
pub fn clean_html_with(html: &str, pictures: &[NotesPicture]) -> SafeHtml {
    let html = stable(html, pictures).unwrap_or_else(|| as_text(&without_data(html)));
    SafeHtml { html, sanitizer_version: SANITIZER_VERSION }
}

/// Cleans until nothing changes any more: browsers parse the result once again, and must see what was checked here.
pub fn stable(html: &str, pictures: &[NotesPicture]) -> Option<String> {
    let mut text = without_data(&xml_only(html)).into_owned();
    for _ in 0..MAX_PASSES {
        if is_heavy(&text) {
            return None;
        }
        let next = once(&text, pictures);
        if next == text {
            return Some(text);
        }
        text = next;
    }
    None
}

/// One pass. Numeric references (`&#1;`, `&#13;`) become characters in it, so these are sorted out after it. The line
/// breaks after `<pre>` go because every parser drops the first of them, each time.
fn once(html: &str, pictures: &[NotesPicture]) -> String {
    let cleaned = with_clean_pictures(parsed(html).replace('\r', "\n"), pictures);
    let mut parts = cleaned.split("<pre>");
    let mut out = xml_only(parts.next().unwrap_or_default()).into_owned();
    for part in parts {
        out.push_str("<pre>");
        out.push_str(&xml_only(part.trim_start_matches('\n')));
    }
    out
}

/// What the parser leaves of HTML, pictures with whatever they name.
pub fn parsed(html: &str) -> String {
    RULES.clean(html).to_string()
}

/// HTML without the bytes of files that stand in it (`data:…;base64,…`): nothing that may stay has any, and a tag with a
/// photograph in it would be as heavy as an attack.
pub fn without_data(html: &str) -> Cow<'_, str> {
    const MARK: &str = ";base64,";
    let mut rest = html;
    let mut out = String::new();
    while let Some(at) = rest.find(MARK) {
        let (before, bytes) = rest.split_at(at + MARK.len());
        let is_of_file = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'%' | b'-' | b'_');
        let end = bytes.bytes().position(|b| !is_of_file(b)).unwrap_or(bytes.len());
        let kept = if end > SHORT_DATA { 0 } else { end };
        out.push_str(before);
        out.push_str(&bytes[..kept]);
        rest = &bytes[end..];
    }
    if out.is_empty() {
        return Cow::Borrowed(html);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// A text that is no HTML, written as HTML.
pub fn as_text(html: &str) -> String {
    let unix = xml_only(html).replace("\r\n", "\n").replace('\r', "\n");
    unix.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\u{A0}', "&nbsp;")
}

#[cfg(test)]
mod tests;
