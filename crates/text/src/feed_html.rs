//! Notes for podcast apps that take less HTML than websites: only what directories name, or none.
//!
//! All of it reads clean HTML as the sanitiser writes it: tags without attributes except those of links and pictures, and no `>` in
//! values. Of pictures what they show stays, in words: nobody who names the HTML of notes names pictures.

use crate::picture::Image;
use crate::pieces::{Piece, pieces};
use crate::plain::plain_of;
use crate::sanitize::stable;
use hearthcast_model::SafeHtml;

/// What Apple and the podcast standard's profile allow in a description (FEED.md §3).
const NAMED: [&str; 10] = ["p", "br", "ul", "ol", "li", "a", "b", "i", "strong", "em"];

/// The notes with `p br ol ul li a b i strong em` and nothing else: headings become paragraphs in bold, lines of code stay
/// lines, of all else the words stay.
pub fn directory_html(safe: &SafeHtml) -> String {
    let mut out = Shaped { html: String::with_capacity(safe.html.len()), headings: 0, verbatim: 0 };
    for piece in pieces(safe.html.trim()) {
        match piece {
            Piece::Words(words) => out.words(words),
            Piece::Tag(tag) => out.tag(tag),
        }
    }
    // What stood in a block that went may stand where HTML allows it not; a browser's parser says what becomes of it.
    let html = stable(&out.html, &[]).unwrap_or(out.html);
    html.trim().to_string()
}

/// The notes as plain text, with the address behind the words of each link: a text has no other place for it.
pub fn plain_with_links(safe: &SafeHtml) -> String {
    let mut html = String::with_capacity(safe.html.len());
    let mut link: Option<(&str, usize)> = None;
    for piece in pieces(&safe.html) {
        match piece {
            Piece::Words(words) => html.push_str(words),
            Piece::Tag("/a") => {
                if let Some((href, _)) = link.take().filter(|(href, begun)| !says(&html[*begun..], href)) {
                    html.push_str(" (");
                    html.push_str(href);
                    html.push(')');
                }
                html.push_str("</a>");
            }
            Piece::Tag(tag) => {
                html.push('<');
                html.push_str(tag);
                html.push('>');
                if let Some(href) = href(tag) {
                    link = Some((href, html.len()));
                }
            }
        }
    }
    plain_of(&SafeHtml { html, ..*safe })
}

fn href(tag: &str) -> Option<&str> {
    tag.strip_prefix("a href=\"")?.strip_suffix('"')
}

/// Whether a link's words are its address already, or the mail address in it.
fn says(words: &str, href: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim().trim_end_matches('/');
        ["https://", "http://", "mailto:"]
            .iter()
            .fold(text, |text, scheme| text.strip_prefix(scheme).unwrap_or(text))
            .to_string()
    };
    bare(words) == bare(href)
}

struct Shaped {
    html: String,
    /// Headings that are open. What is in one is one line.
    headings: usize,
    /// Blocks of code that are open.
    verbatim: usize,
}

impl Shaped {
    fn words(&mut self, words: &str) {
        match self.verbatim {
            0 => self.html.push_str(words),
            _ => self.html.push_str(&words.trim_end_matches('\n').replace('\n', "<br>")),
        }
    }

    fn tag(&mut self, tag: &str) {
        if let Some(picture) = Image::of(tag) {
            return self.words(picture.alt.unwrap_or_default());
        }
        let name = tag.split(' ').next().unwrap_or_default();
        let (opens, name) = name.strip_prefix('/').map_or((true, name), |name| (false, name));
        let inline = matches!(name, "a" | "b" | "i" | "strong" | "em");
        match name {
            "h1" | "h2" | "h3" | "h4" => self.heading(opens),
            "pre" => self.code(opens),
            _ if NAMED.contains(&name) && (inline || self.headings + self.verbatim == 0) => {
                self.html.push('<');
                self.html.push_str(tag);
                self.html.push('>');
            }
            // Words of two blocks must not run together.
            "p" | "br" | "ul" | "ol" | "li" | "blockquote" | "hr" => self.html.push('\n'),
            _ => {}
        }
    }

    fn heading(&mut self, opens: bool) {
        if opens && self.headings + self.verbatim == 0 {
            self.html.push_str("<p><strong>");
        }
        self.headings = if opens { self.headings + 1 } else { self.headings.saturating_sub(1) };
        if !opens && self.headings + self.verbatim == 0 {
            self.html.push_str("</strong></p>");
        }
    }

    fn code(&mut self, opens: bool) {
        if opens && self.headings + self.verbatim == 0 {
            self.html.push_str("<p>");
        }
        self.verbatim = if opens { self.verbatim + 1 } else { self.verbatim.saturating_sub(1) };
        if !opens && self.headings + self.verbatim == 0 {
            self.html.push_str("</p>");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean_html;
    use proptest::prelude::*;

    fn directories(html: &str) -> String {
        directory_html(&clean_html(html))
    }

    #[test]
    fn headings_are_paragraphs_in_bold_and_of_all_else_the_words_stay() {
        for (html, expected) in [
            ("<h1>a</h1><h4>b <b>c</b></h4>", "<p><strong>a</strong></p><p><strong>b <b>c</b></strong></p>"),
            ("<p>a <u>b</u> <code>c</code><br>d</p>", "<p>a b c<br>d</p>"),
            ("<ul><li>a</li></ul><ol><li><i>b</i></li></ol>", "<ul><li>a</li></ul><ol><li><i>b</i></li></ol>"),
            ("<p>a</p><hr><p>b</p>", "<p>a</p>\n<p>b</p>"),
            ("<blockquote>a</blockquote><blockquote>b</blockquote>", "a\n\nb"),
            ("<pre>one\n  two &lt;b&gt;\n</pre>", "<p>one<br>  two &lt;b&gt;</p>"),
            ("<pre><code>one\ntwo\n</code></pre>", "<p>one<br>two</p>"),
            ("<p><img src=\"https://x.example/p.png\" alt=\"Fog &lt; sea\" width=9>a</p>", "<p>Fog &lt; seaa</p>"),
            (
                "<a href=\"https://x.example/\"><img src=\"https://x.example/p.png\"></a>",
                "<a href=\"https://x.example/\"></a>",
            ),
            ("<a href=\"https://x.example/?a=1&amp;b=2\">y</a>", "<a href=\"https://x.example/?a=1&amp;b=2\">y</a>"),
        ] {
            assert_eq!(directories(html), expected, "{html}");
        }
    }

    #[test]
    fn a_links_address_stands_behind_its_words() {
        for (html, expected) in [
            ("<p>see <a href=\"https://x.example/?a=1&amp;b=2\">y</a>.</p>", "see y (https://x.example/?a=1&b=2)."),
            ("<a href=\"https://x.example/\">x.example</a>", "x.example"),
            ("<a href=\"https://x.example/a\">https://x.example/a</a>", "https://x.example/a"),
            ("<a href=\"mailto:me@x.example\">me@x.example</a>", "me@x.example"),
            ("<a href=\"mailto:me@x.example\">write</a>", "write (mailto:me@x.example)"),
            ("<p>a</p><p>b<br>c</p>", "a\n\nb\nc"),
        ] {
            assert_eq!(plain_with_links(&clean_html(html)), expected, "{html}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]
        /// Judged by the sanitiser, whose parser is a browser's: nothing in the result is left out or set right by it.
        #[test]
        fn the_result_is_html_that_a_browser_reads_as_it_stands(pieces in prop::collection::vec(prop::sample::select(vec![
            "<h1>", "</h1>", "<h3>", "</h3>", "<p>", "</p>", "<pre>", "</pre>", "<ul>", "<li>", "</ul>", "<blockquote>", "a", " ",
            "</blockquote>", "<b>", "</b>", "<a href=\"https://x/\">", "</a>", "<hr>", "<br>", "\n", "&lt;", "<code>", "</code>", "<u>",
        ]), 0..16)) {
            let shaped = directories(&pieces.concat());
            for tag in shaped.split('<').skip(1) {
                let name = tag.trim_start_matches('/').split(['>', ' ']).next().unwrap();
                prop_assert!(NAMED.contains(&name), "{}", shaped);
            }
            prop_assert_eq!(clean_html(&shaped).html, shaped);
        }
    }
}
