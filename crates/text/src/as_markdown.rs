//! Clean HTML as Markdown: for front ends that expect both, and for authors who want imported notes so. Made in linear time and
//! without an HTML parser, which clean HTML does not need.

use crate::picture::{Image, plain_value};
use hearthcast_model::SafeHtml;

/// Writes clean HTML as Markdown (CommonMark), which gives the same HTML again.
pub fn as_markdown(safe: &SafeHtml) -> String {
    let mut writer = Writer::default();
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

/// Markdown in the making. Breaks and spaces wait until words follow, so that none stands at either end.
#[derive(Default)]
struct Writer {
    out: String,
    breaks: usize,
    space: bool,
    /// A list item, quote or heading has just begun: its first block follows on the same line.
    begun: bool,
    /// Nothing stands before the next word on its line.
    first: bool,
    /// What every further line begins with: indents of lists, marks of quotes.
    indents: Vec<&'static str>,
    /// The lists around here; ordered ones with the number of their next item.
    lists: Vec<Option<usize>>,
    links: Vec<String>,
    code: bool,
    verbatim: bool,
}

impl Writer {
    fn tag(&mut self, tag: &str) {
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        match name {
            "p" | "/p" | "/h1" | "/h2" | "/h3" | "/h4" => self.block(),
            "h1" => self.mark_line("# "),
            "h2" => self.mark_line("## "),
            "h3" => self.mark_line("### "),
            "h4" => self.mark_line("#### "),
            "hr" => {
                self.mark_line("---");
                self.begun = false;
                self.block();
            }
            "br" => self.line_break(),
            "b" | "strong" => self.open("**"),
            "/b" | "/strong" => self.out.push_str("**"),
            "i" | "em" => self.open("*"),
            "/i" | "/em" => self.out.push('*'),
            "code" if !self.verbatim => self.code(true),
            "/code" if !self.verbatim => self.code(false),
            "pre" => self.fence(true),
            "/pre" => self.fence(false),
            "a" => self.link(attributes),
            "img" => self.picture(tag),
            "/a" => self.end_link(),
            "blockquote" => self.nest("> "),
            "/blockquote" => self.leave(),
            "ul" => self.list(None),
            "ol" => self.list(Some(1)),
            "/ul" | "/ol" => self.end_list(),
            "li" => self.item(),
            "/li" => {
                self.begun = false;
                self.indents.pop();
            }
            _ => {}
        }
    }

    fn block(&mut self) {
        if !self.begun {
            self.breaks = self.breaks.max(2);
        }
    }

    fn line_break(&mut self) {
        if !self.out.is_empty() && self.breaks == 0 {
            self.out.push_str("  ");
        }
        self.breaks += 1;
    }

    /// Writes the breaks or the space that waited.
    fn begin_word(&mut self) {
        self.first = self.out.is_empty() || self.breaks > 0 || self.begun;
        if !self.out.is_empty() && self.breaks > 0 {
            for line in 0..self.breaks {
                self.out.push('\n');
                let indent = self.indents.concat();
                self.out.push_str(if line + 1 < self.breaks { indent.trim_end() } else { &indent });
            }
        } else if self.space && !self.begun && !self.out.is_empty() {
            self.out.push(' ');
        }
        (self.breaks, self.space, self.begun) = (0, false, false);
    }

    fn open(&mut self, mark: &str) {
        self.begin_word();
        self.out.push_str(mark);
    }

    fn mark_line(&mut self, mark: &str) {
        self.block();
        self.open(mark);
        self.begun = true;
    }

    fn code(&mut self, opens: bool) {
        if opens {
            self.begin_word();
        }
        self.out.push('`');
        self.code = opens;
    }

    fn fence(&mut self, opens: bool) {
        if opens {
            self.block();
        } else {
            self.breaks = 1;
        }
        self.open("```");
        self.breaks = if opens { 1 } else { 2 };
        self.verbatim = opens;
    }

    fn picture(&mut self, tag: &str) {
        let Some(image) = Image::of(tag) else { return };
        let shows = image.alt.unwrap_or_default();
        if self.verbatim || self.code {
            return self.verbatim_words(shows);
        }
        self.open("![");
        self.first = false;
        for (n, word) in shows.split_whitespace().enumerate() {
            self.out.push_str(if n > 0 { " " } else { "" });
            self.word(word);
        }
        self.out.push_str(&format!("]({})", target(&plain_value(image.src))));
    }

    fn link(&mut self, attributes: &str) {
        let href = attributes.strip_prefix("href=\"").and_then(|rest| rest.split('"').next()).unwrap_or_default();
        self.open("[");
        let mut plain = String::new();
        resolve(href, |c| plain.push(c));
        self.links.push(plain);
    }

    fn end_link(&mut self) {
        let href = self.links.pop().unwrap_or_default();
        self.out.push_str(&format!("]({})", target(&href)));
    }

    fn nest(&mut self, mark: &'static str) {
        self.mark_line(mark);
        self.indents.push(mark);
    }

    fn leave(&mut self) {
        self.begun = false;
        self.indents.pop();
        self.block();
    }

    fn list(&mut self, first: Option<usize>) {
        // Inside an item, a list follows without an empty line.
        self.breaks = if self.lists.is_empty() { self.breaks.max(2) } else { self.breaks.max(1) };
        self.lists.push(first);
    }

    fn end_list(&mut self) {
        self.lists.pop();
        self.breaks = if self.lists.is_empty() { self.breaks.max(2) } else { self.breaks.max(1) };
    }

    fn item(&mut self) {
        let number = self.lists.last_mut().and_then(Option::as_mut).map(|next| {
            *next += 1;
            *next - 1
        });
        self.breaks = self.breaks.max(1);
        self.begin_word();
        let (mark, indent) = number.map_or(("- ".to_string(), "  "), |number| (format!("{number}. "), "   "));
        self.out.push_str(&mark);
        self.indents.push(indent);
        self.begun = true;
    }

    fn words(&mut self, text: &str) {
        if self.verbatim || self.code {
            return self.verbatim_words(text);
        }
        let mut words = text.split([' ', '\t', '\n', '\r']).peekable();
        while let Some(word) = words.next() {
            if !word.is_empty() {
                self.begin_word();
                self.word(word);
            }
            self.space |= words.peek().is_some();
        }
    }

    fn verbatim_words(&mut self, text: &str) {
        for (n, line) in text.split('\n').enumerate() {
            self.breaks += usize::from(n > 0);
            if !line.is_empty() {
                self.begin_word();
                resolve(line, |c| self.out.push(c));
            }
        }
    }

    /// A word, with a backslash before what would mean something.
    fn word(&mut self, word: &str) {
        let mut plain = String::new();
        resolve(word, |c| plain.push(c));
        let end = plain.char_indices().next_back().map_or(0, |(index, _)| index);
        let numbered = self.first && plain.ends_with(['.', ')']) && plain[..end].bytes().all(|b| b.is_ascii_digit());
        for (index, c) in plain.char_indices() {
            let escaped = match c {
                '\\' | '*' | '_' | '[' | ']' | '`' | '<' => true,
                '#' | '+' | '-' | '=' | '~' | '>' => self.first && index == 0,
                '!' => index == end,
                '&' => index < end,
                '.' | ')' => numbered && index == end,
                _ => false,
            };
            if escaped {
                self.out.push('\\');
            }
            self.out.push(c);
        }
    }
}

/// Where a link or picture leads, as Markdown writes it.
fn target(address: &str) -> String {
    let simple =
        !address.is_empty() && !address.contains(['(', ')', '<', '>', '\\']) && !address.contains(char::is_whitespace);
    if simple { address.into() } else { format!("<{}>", address.replace(['<', '>', '\n'], "")) }
}

/// Resolves the references that the sanitiser writes.
fn resolve(text: &str, mut take: impl FnMut(char)) {
    const WRITTEN: [(&str, char); 5] =
        [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&nbsp;", '\u{A0}')];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let known = WRITTEN.iter().find(|(reference, _)| rest.starts_with(reference));
        let (length, c) = known.map_or((c.len_utf8(), c), |(reference, c)| (reference.len(), *c));
        take(c);
        rest = &rest[length..];
    }
}

#[cfg(test)]
mod tests;
