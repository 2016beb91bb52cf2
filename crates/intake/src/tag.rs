//! What all tags are read with: texts within the limits that are written again, addresses that apps open, numbers, times. What is
//! too long is cut, what is unusable is left out, and either is told.

use crate::dates;
use crate::foreign::written;
use crate::node::Node;
use crate::repairs::{Repairs, shown};
use crate::times;
use std::str::FromStr;
use url::Url;

/// Longest text of most tags and attributes, in characters (podcast namespace).
pub(crate) const MAX_TEXT: usize = 128;
/// Longest address, in bytes.
const MAX_ADDRESS: usize = 4_000;

/// What goes along while a feed is read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub repairs: Repairs,
    /// What relative addresses are read against.
    pub base: Option<Url>,
    /// Authors that episodes name; two are enough to know that one of them is not the show's.
    pub authors: Vec<String>,
}

/// Which addresses are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// `https` only; what is `http` is written so, because apps ask nowhere else.
    Secure,
    /// `http` and `https`.
    Web,
}

impl Reading {
    /// Notes whom an episode names as its author.
    pub fn heard_author(&mut self, author: String) {
        if self.authors.len() < 2 && !self.authors.contains(&author) {
            self.authors.push(author);
        }
    }

    /// An address, whole; `None`, and told, when nobody could open it.
    pub fn address(&mut self, text: &str, scheme: Scheme, what: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let found = match Url::parse(text) {
            Err(url::ParseError::RelativeUrlWithoutBase) => self.joined(text, what),
            parsed => parsed.ok().map(|url| (url, text.to_string())),
        };
        let found = found.filter(|(url, text)| matches!(url.scheme(), "http" | "https") && text.len() <= MAX_ADDRESS);
        let Some((url, text)) = found else {
            self.repairs.tell(
                "link_unusable",
                format!("The address \"{}\" of {what} cannot be opened; it was left out.", shown(text)),
            );
            return None;
        };
        if scheme == Scheme::Web || url.scheme() == "https" {
            return Some(text);
        }
        self.repairs.tell(
            "link_insecure",
            format!("The address of {what} begins with http://; apps ask https:// only, and so it was written."),
        );
        let mut url = url;
        url.set_scheme("https").ok()?;
        Some(url.into())
    }

    /// A relative address read from the feed's own, and told; `None` for what is none, and where nobody knows the feed's own.
    pub fn made_whole(&mut self, text: &str, what: &str) -> Option<String> {
        let text = text.trim();
        let is_relative = Url::parse(text) == Err(url::ParseError::RelativeUrlWithoutBase);
        if text.is_empty() || !is_relative {
            return None;
        }
        self.joined(text, what).map(|(_, whole)| whole)
    }

    fn joined(&mut self, text: &str, what: &str) -> Option<(Url, String)> {
        let url = self.base.as_ref()?.join(text).ok()?;
        self.repairs.tell(
            "link_relative",
            format!("The address \"{}\" of {what} is not whole; it was read from the feed's own.", shown(text)),
        );
        let text = url.to_string();
        Some((url, text))
    }

    /// A text without outer spaces, cut to a length.
    pub fn limited(&mut self, text: &str, most: usize, what: &str) -> String {
        let text = text.trim();
        match text.char_indices().nth(most) {
            Some((end, _)) => {
                self.repairs.tell(
                    "text_cut",
                    format!("The text of {what} is longer than {most} characters; it was cut: \"{}\".", shown(text)),
                );
                text[..end].trim_end().to_string()
            }
            None => text.to_string(),
        }
    }

    /// Tells that a tag is left out.
    pub fn left_out<T>(&mut self, what: &str, why: &str) -> Option<T> {
        self.repairs.tell("tag_left_out", format!("Left out: {what} {why}."));
        None
    }
}

/// One tag that is read: what it is, for sentences, and where it is told.
pub(crate) struct Tag<'a> {
    pub node: &'a Node,
    what: &'static str,
    pub reading: &'a mut Reading,
}

impl<'a> Tag<'a> {
    /// A tag; `what` it is, in a sentence.
    pub fn new(node: &'a Node, what: &'static str, reading: &'a mut Reading) -> Self {
        Self { node, what, reading }
    }

    /// The words inside.
    pub fn text(&mut self, most: usize) -> String {
        self.reading.limited(&self.node.raw_text(), most, self.what)
    }

    /// The words of an attribute; empty without one.
    pub fn words(&mut self, name: &str, most: usize) -> String {
        self.node.attribute(name).map_or_else(String::new, |words| self.reading.limited(words, most, self.what))
    }

    /// An https address in an attribute; empty without one that can be opened.
    pub fn link(&mut self, name: &str) -> String {
        self.address(name, Scheme::Secure)
    }

    /// An http or https address in an attribute; empty without one that can be opened.
    pub fn web(&mut self, name: &str) -> String {
        self.address(name, Scheme::Web)
    }

    fn address(&mut self, name: &str, scheme: Scheme) -> String {
        let text = self.node.attribute(name);
        text.and_then(|text| self.reading.address(text, scheme, self.what)).unwrap_or_default()
    }

    /// A number in an attribute.
    pub fn number<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.read(name, |text| text.parse().ok())
    }

    /// A time or length in an attribute, in milliseconds.
    pub fn time(&mut self, name: &str) -> Option<i64> {
        self.read(name, times::ms)
    }

    /// An instant in an attribute, Unix milliseconds.
    pub fn instant(&mut self, name: &str) -> Option<i64> {
        self.read(name, |text| dates::iso(text).or_else(|| dates::read(text).map(|read| read.ms)))
    }

    /// Whether an attribute says yes.
    pub fn yes(&mut self, name: &str) -> bool {
        self.node.attribute(name).and_then(yes).unwrap_or(false)
    }

    fn read<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.node.attribute(name)?;
        let value = read(text);
        if value.is_none() {
            let why = format!("\"{}\" as {name} of {} says nothing; it was left out.", shown(text), self.what);
            self.reading.repairs.tell("value_unusable", why);
        }
        value
    }

    /// Tells that the tag is left out.
    pub fn left_out<T>(self, why: &str) -> Option<T> {
        self.reading.left_out(&format!("{} ({})", self.what, written(self.node)), why)
    }
}

/// `yes`, `true`, and what else programs write.
pub(crate) fn yes(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" | "explicit" => Some(true),
        "no" | "false" | "0" | "clean" => Some(false),
        _ => None,
    }
}
