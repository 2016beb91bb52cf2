//! Notes as apps reduce them. All of it reads HTML that the sanitiser wrote: every `<` begins a tag, every `>` ends one, and
//! what comes out is cleaned once more.

use crate::pieces::{Piece, pieces};

/// What becomes of tags.
#[derive(Debug, Default)]
pub(super) struct Tags {
    /// Tags that stay; `None` keeps all.
    pub(super) kept: Option<&'static [&'static str]>,
    /// Headings as paragraphs, in bold or not; `None` leaves them where they are kept.
    pub(super) headings: Option<bool>,
}

impl Tags {
    /// The HTML with the tags that stay.
    pub(super) fn applied(&self, html: &str) -> String {
        let mut out = String::with_capacity(html.len());
        for piece in pieces(html) {
            match piece {
                Piece::Words(text) => out.push_str(text),
                Piece::Tag(tag) => self.tag(tag, &mut out),
            }
        }
        out
    }

    fn tag(&self, tag: &str, out: &mut String) {
        let (slash, whole) = tag.strip_prefix('/').map_or(("", tag), |name| ("/", name));
        let name = whole.split(' ').next().unwrap_or_default();
        let kept = self.kept.is_none_or(|kept| kept.contains(&name));
        match (name, self.headings) {
            ("h1" | "h2" | "h3" | "h4", Some(true)) if slash.is_empty() => out.push_str("<p><b>"),
            ("h1" | "h2" | "h3" | "h4", Some(true)) => out.push_str("</b></p>"),
            ("h1" | "h2" | "h3" | "h4", Some(false)) => paragraph(slash, out),
            _ if kept => {
                out.push('<');
                out.push_str(tag);
                out.push('>');
            }
            ("h1" | "h2" | "h3" | "h4" | "pre", _) => paragraph(slash, out),
            _ => {}
        }
    }
}

fn paragraph(slash: &str, out: &mut String) {
    out.push('<');
    out.push_str(slash);
    out.push_str("p>");
}

/// The HTML up to `most` characters, no tag and no reference broken.
pub(super) fn cut(html: &str, most: usize) -> String {
    let Some((end, _)) = html.char_indices().nth(most) else { return html.to_string() };
    let mut end = end;
    for (open, close) in [('<', '>'), ('&', ';')] {
        let begun = html[..end].rfind(open);
        if let Some(begun) = begun.filter(|begun| !html[*begun..end].contains(close)) {
            // A bare `&` does not stand in cleaned HTML, so this one is the beginning of a reference.
            end = begun;
        }
    }
    html[..end].to_string()
}

/// Web addresses that are no links yet become some.
pub(super) fn link_addresses(html: &str) -> String {
    linked(html, |text, out| {
        let mut rest = text;
        while let Some(at) = address_in(rest) {
            let (before, url) = rest.split_at(at);
            let end = url.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(url.len());
            let url = url[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
            out.push_str(before);
            out.push_str(&format!("<a href=\"{url}\">{url}</a>"));
            rest = &rest[at + url.len()..];
        }
        out.push_str(rest);
    })
}

/// Where the first web address stands.
fn address_in(text: &str) -> Option<usize> {
    let is_one = |at: &usize| ["://", "s://"].iter().any(|rest| text[at + "http".len()..].starts_with(rest));
    text.match_indices("http").map(|(at, _)| at).find(is_one)
}

/// Times become links; where they lead is nobody's business here, so each leads to a name that cannot exist (RFC 6761).
pub(super) fn link_times(html: &str) -> String {
    linked(html, |text, out| {
        let mut rest = text;
        while let Some((from, to)) = time_in(rest) {
            out.push_str(&rest[..from]);
            out.push_str(&format!("<a href=\"https://sound.invalid/?t={0}\">{0}</a>", &rest[from..to]));
            rest = &rest[to..];
        }
        out.push_str(rest);
    })
}

/// Where the first time stands: digits, a colon and two digits, perhaps with hours before (`1:02:03`), and no word at it.
fn time_in(text: &str) -> Option<(usize, usize)> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let is_time = |run: &str| {
        let parts: Vec<&str> = run.split(':').collect();
        let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        matches!(parts.len(), 2 | 3) && parts.iter().all(digits) && parts.last().is_some_and(|last| last.len() == 2)
    };
    let mut at = 0;
    while let Some(from) = text[at..].find(|c: char| c.is_ascii_digit()).map(|found| at + found) {
        let end = text[from..].find(|c: char| !c.is_ascii_digit() && c != ':').map_or(text.len(), |found| from + found);
        let run = text[from..end].trim_end_matches(':');
        let alone = !text[..from].ends_with(word) && !text[from + run.len()..].starts_with(word);
        if alone && is_time(run) {
            return Some((from, from + run.len()));
        }
        at = end;
    }
    None
}

/// Every text outside of links, through `each`.
fn linked(html: &str, each: impl Fn(&str, &mut String)) -> String {
    let (mut out, mut inside) = (String::with_capacity(html.len()), false);
    for piece in pieces(html) {
        match piece {
            Piece::Words(text) if inside => out.push_str(text),
            Piece::Words(text) => each(text, &mut out),
            Piece::Tag(tag) => {
                inside = if tag.starts_with("a ") || tag == "a" { true } else { inside && tag != "/a" };
                out.push('<');
                out.push_str(tag);
                out.push('>');
            }
        }
    }
    out
}
