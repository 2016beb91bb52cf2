//! Plain text from HTML: what stands in fields that know no tags, and what search reads.

use crate::clean_html;
use hearthcast_model::SafeHtml;

/// Turns HTML from anywhere into plain text: paragraphs with an empty line between them, list items on their own lines.
pub fn plain(html: &str) -> String {
    plain_of(&clean_html(html))
}

/// The same for HTML that is clean already; takes linear time and no HTML parser.
pub fn plain_of(safe: &SafeHtml) -> String {
    let mut writer = Plain::default();
    let mut rest = safe.html.as_str();
    while let Some((words, more)) = rest.split_once('<') {
        writer.words(words);
        // The sanitiser writes `>` in values as `&gt;`, so that the first one ends the tag.
        let (tag, after) = more.split_once('>').unwrap_or((more, ""));
        writer.tag(tag);
        rest = after;
    }
    writer.words(rest);
    writer.out
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
    fn tag(&mut self, tag: &str) {
        let name = tag.split(' ').next().unwrap_or_default();
        match name {
            "br" => self.breaks += 1,
            "li" => {
                self.breaks = self.breaks.max(1);
                self.item = true;
            }
            "/li" => self.breaks = self.breaks.max(1),
            "pre" | "/pre" => {
                self.verbatim = name == "pre";
                self.block();
            }
            "p" | "/p" | "ul" | "/ul" | "ol" | "/ol" | "hr" | "blockquote" | "/blockquote" | "h1" | "/h1" | "h2"
            | "/h2" | "h3" | "/h3" | "h4" | "/h4" => self.block(),
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
        while !rest.is_empty() {
            let (c, length) = first_char(rest);
            self.char(c);
            rest = &rest[length..];
        }
    }

    fn char(&mut self, c: char) {
        match c {
            '\n' if self.verbatim => self.breaks += 1,
            ' ' | '\t' | '\n' | '\r' if !self.verbatim => self.space = true,
            _ => self.visible(c),
        }
    }

    fn visible(&mut self, c: char) {
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
        self.out.push(c);
    }
}

/// The first character and its length. Only the five references that the sanitiser writes are known here.
fn first_char(text: &str) -> (char, usize) {
    const WRITTEN: [(&str, char); 5] =
        [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&nbsp;", '\u{A0}')];
    match WRITTEN.iter().find(|(reference, _)| text.starts_with(reference)) {
        Some((reference, c)) => (*c, reference.len()),
        None => text.chars().next().map_or(('\u{FFFD}', text.len()), |c| (c, c.len_utf8())),
    }
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
    fn code_keeps_its_lines() {
        assert_eq!(plain("<p>a</p><pre>x\n  y\n\nz</pre>b"), "a\n\nx\n  y\n\nz\n\nb");
    }

    #[test]
    fn five_hundred_line_breaks_at_the_end_are_none() {
        assert_eq!(plain(&format!("a{}", "<br>".repeat(500))), "a");
    }
}
