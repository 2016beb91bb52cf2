//! Plain text from HTML: what stands in fields that know no tags, and what search reads.

use crate::chars::cut;
use crate::clean_html;
use crate::picture::Image;
use hearthcast_model::SafeHtml;

/// Turns HTML from anywhere into plain text: paragraphs with an empty line between them, list items on their own lines.
pub fn plain(html: &str) -> String {
    plain_of(&clean_html(html))
}

/// The same for HTML that is clean already; takes linear time and no HTML parser.
pub fn plain_of(safe: &SafeHtml) -> String {
    plain_up_to(safe, usize::MAX)
}

/// The beginning of the plain text, at most `limit` bytes, cut between two characters.
pub fn plain_up_to(safe: &SafeHtml, limit: usize) -> String {
    let mut text = start(&safe.html, limit);
    text.truncate(cut(&text, limit).trim_end().len());
    text
}

/// Plain text up to the first tag after `limit` bytes.
fn start(html: &str, limit: usize) -> String {
    // Plain text is shorter than its HTML, and may pass the limit by one run of words.
    let mut writer = Plain { out: String::with_capacity(html.len().min(limit)), ..Plain::default() };
    let mut rest = html;
    while let Some((words, more)) = split_once(rest, b'<') {
        writer.words(words);
        if writer.out.len() >= limit {
            return writer.out;
        }
        // The sanitiser writes `>` in values as `&gt;`, so that the first one ends the tag.
        let (tag, after) = split_once(more, b'>').unwrap_or((more, ""));
        writer.tag(tag);
        rest = after;
    }
    writer.words(rest);
    writer.out
}

/// `str::split_once` for an ASCII character, several times faster: a block is looked at without a branch.
fn split_once(text: &str, at: u8) -> Option<(&str, &str)> {
    let mut blocks = text.as_bytes().chunks(32);
    let block = blocks.position(|block| block.iter().fold(false, |any, b| any | (*b == at)))?;
    let index = block * 32 + text.as_bytes()[block * 32..].iter().position(|b| *b == at)?;
    Some((&text[..index], &text[index + 1..]))
}

/// Plain text in the making. Breaks wait until words follow, so that none stands at either end.
#[derive(Default)]
struct Plain {
    out: String,
    breaks: usize,
    space: bool,
    item: bool,
    verbatim: bool,
}

impl Plain {
    /// Patterns of bytes rather than words: a long feed has a hundred thousand tags.
    fn tag(&mut self, tag: &str) {
        let name = tag.split(' ').next().unwrap_or_default();
        let (opens, name) = name.strip_prefix('/').map_or((true, name), |name| (false, name));
        match name.as_bytes() {
            [b'b', b'r'] => self.breaks += 1,
            [b'l', b'i'] => {
                self.breaks = self.breaks.max(1);
                self.item = opens;
            }
            [b'p', b'r', b'e'] => {
                self.verbatim = opens;
                self.block();
            }
            // What it shows, for those who do not see it.
            [b'i', b'm', b'g'] => {
                if let Some(shows) = Image::of(tag).and_then(|image| image.alt) {
                    self.words(shows);
                }
            }
            // p, ul, ol, hr, h1 to h4, blockquote
            [b'p'] | [b'u' | b'o', b'l'] | [b'h', b'r' | b'1'..=b'4'] | [b'b', b'l', ..] => self.block(),
            _ => {}
        }
    }

    /// A new block, except directly after an item's mark.
    fn block(&mut self) {
        if !self.item {
            self.breaks = self.breaks.max(2);
        }
    }

    fn words(&mut self, mut rest: &str) {
        if !self.verbatim && is_one_run(rest.as_bytes()) {
            self.before_word();
            return self.out.push_str(rest);
        }
        while !rest.is_empty() && !self.verbatim {
            let run = &rest[..run_of_words(rest.as_bytes())];
            if run.is_empty() {
                self.space = true;
                rest = &rest[1..];
            } else {
                self.before_word();
                decode(run, &mut self.out);
                rest = &rest[run.len()..];
            }
        }
        rest.split_inclusive('\n').for_each(|line| self.verbatim_line(line));
    }

    fn verbatim_line(&mut self, line: &str) {
        let words = line.strip_suffix('\n').unwrap_or(line);
        if !words.is_empty() {
            self.before_word();
            decode(words, &mut self.out);
        }
        self.breaks += usize::from(words.len() < line.len());
    }

    fn before_word(&mut self) {
        if self.out.is_empty() {
            // Nothing stands before the first word.
        } else if self.breaks > 0 {
            self.out.extend(std::iter::repeat_n('\n', self.breaks));
        } else if self.space {
            self.out.push(' ');
        }
        if self.item {
            self.out.push_str("- ");
        }
        (self.breaks, self.space, self.item) = (0, false, false);
    }
}

/// Whether a text can be copied whole: no outer spaces, no two in a row, no other white space, no reference. Whole blocks
/// without a branch: most words of a feed pass here.
fn is_one_run(text: &[u8]) -> bool {
    let (Some(b'!'..), Some(b'!'..)) = (text.first(), text.last()) else { return false };
    let special = text.iter().fold(false, |any, b| any | (*b < b' ') | (*b == b'&'));
    !special && !text.iter().zip(&text[1..]).fold(false, |any, (a, b)| any | ((*a == b' ') & (*b == b' ')))
}

/// How far words go with single spaces between them: they can be copied as they stand.
fn run_of_words(text: &[u8]) -> usize {
    let is_space = |b: u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
    let mut end = 0;
    loop {
        end += text[end..].iter().position(|b| is_space(*b)).unwrap_or(text.len() - end);
        match text[end..] {
            [b' ', next, ..] if end > 0 && !is_space(next) => end += 1,
            _ => return end,
        }
    }
}

/// Appends a text with its references resolved. Only the five that the sanitiser writes are known here.
fn decode(text: &str, out: &mut String) {
    const WRITTEN: [(&str, char); 5] =
        [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&nbsp;", '\u{A0}')];
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| b == b'&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let known = WRITTEN.iter().find(|(reference, _)| from.starts_with(reference));
        let (length, c) = known.map_or((1, '&'), |(reference, c)| (reference.len(), *c));
        out.push(c);
        rest = &from[length..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_lines() {
        let html = "<h2>News</h2><p>One\n two<br>three</p><ul>\n<li>a</li>\n<li><p>b</p><p>c</p></li></ul><p>end</p>";
        assert_eq!(plain(html), "News\n\nOne two\nthree\n\n- a\n- b\n\nc\n\nend");
    }

    #[test]
    fn nothing_of_the_markup_stays() {
        assert_eq!(plain("<a href=\"https://x/?a>b\">1 &lt; 2 &amp;&amp; &amp;lt; &quot;</a>"), "1 < 2 && &lt; \"");
        assert_eq!(plain("<script>evil()</script> \u{1}&#2; x "), "x");
        assert_eq!(plain(""), "");
    }

    #[test]
    fn a_picture_is_what_it_shows() {
        let html = "<p>a<img src=\"https://x.example/p.png\" alt=\"fog &amp; sea\"> <img src=\"https://x.example/q.png\">b</p>";
        assert_eq!(plain(html), "afog & sea b");
    }

    #[test]
    fn code_keeps_its_lines() {
        assert_eq!(plain("<p>a</p><pre>x\n  y\n\nz</pre>b"), "a\n\nx\n  y\n\nz\n\nb");
    }

    #[test]
    fn a_limit_cuts_between_characters_and_leaves_no_space() {
        let safe = clean_html("<p>ä b</p><p>c</p>");
        let starts = [0, 1, 2, 3, 4, 5, 6, 7].map(|limit| plain_up_to(&safe, limit));
        assert_eq!(starts, ["", "", "ä", "ä", "ä b", "ä b", "ä b", "ä b\n\nc"]);
        assert_eq!(plain_of(&safe), "ä b\n\nc");
    }

    #[test]
    fn five_hundred_line_breaks_at_the_end_are_none() {
        assert_eq!(plain(&format!("a{}", "<br>".repeat(500))), "a");
    }
}
