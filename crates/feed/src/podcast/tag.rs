//! What all tags of the podcast namespace are made with: texts within their limits, addresses that apps open, times as they are
//! written. A tag that could not be read is an error that names the thing it belongs to.

use crate::channel::put_url;
use crate::error::FeedError;
use crate::xml::{Document, Ns, Start};
use crate::{FeedInput, dates, link};
use hearthcast_model::show::Attachment;
use std::borrow::Cow;

/// Longest text of most tags and attributes, in characters.
pub const MAX_TEXT: usize = 128;

/// Whose tags are written, for errors.
pub(super) type Owner<'o> = &'o dyn Fn() -> String;

/// One tag in the making: what it is, for errors, and what is written of it.
pub(super) struct Tag<'d, 'a, 'o> {
    what: &'static str,
    owner: Owner<'o>,
    start: Start<'d>,
    text: &'a str,
}

impl<'d, 'a, 'o> Tag<'d, 'a, 'o> {
    /// A tag of this name; `what` it is, in a sentence.
    pub fn new(out: &'d mut Document, name: &'static str, what: &'static str, owner: Owner<'o>) -> Self {
        Self { what, owner, start: out.start(Ns::Podcast, name), text: "" }
    }

    /// Text that it stands around, and that must say something.
    pub fn around(self, words: &'a str, most: usize) -> Result<Self, FeedError> {
        let text = text(words, self.what, most, self.owner)?;
        Ok(Self { text, ..self })
    }

    /// Words in an attribute, if there are any.
    pub fn words(self, name: &'static str, words: &str, most: usize) -> Result<Self, FeedError> {
        let words = limited(words, self.what, most, self.owner)?;
        Ok(if words.is_empty() { self } else { self.with(name, words) })
    }

    /// Words that must be there.
    pub fn needed(self, name: &'static str, words: &str) -> Result<Self, FeedError> {
        let words = text(words, self.what, MAX_TEXT, self.owner)?;
        Ok(self.with(name, words))
    }

    /// An https address, if there is one.
    pub fn link(self, name: &'static str, url: &str) -> Result<Self, FeedError> {
        if url.trim().is_empty() { Ok(self) } else { self.needed_link(name, url) }
    }

    /// An https address that must be there.
    pub fn needed_link(self, name: &'static str, url: &str) -> Result<Self, FeedError> {
        let url = secure_link(url, self.what, self.owner)?;
        Ok(self.with(name, &url))
    }

    /// The address of a file of our own.
    pub fn file(self, name: &'static str, input: &FeedInput, file: &Attachment) -> Result<Self, FeedError> {
        let start = self.start.written(name, |to| put_url(to, input, file, self.owner))?;
        Ok(Self { start, ..self })
    }

    /// A number, if there is one.
    pub fn number(self, name: &'static str, number: Option<impl ToString>) -> Self {
        match number {
            Some(number) => self.with(name, &number.to_string()),
            None => self,
        }
    }

    /// Seconds with at most three digits behind the point.
    pub fn seconds(self, name: &'static str, ms: i64) -> Self {
        self.with(name, &seconds(ms))
    }

    /// An instant of ISO 8601.
    pub fn instant(self, name: &'static str, ms: i64) -> Result<Self, FeedError> {
        let at = dates::iso8601(ms).ok_or_else(|| FeedError::DateUnusable { owner: (self.owner)() })?;
        Ok(self.with(name, &at))
    }

    /// An attribute as it is.
    pub fn with(self, name: &'static str, value: &str) -> Self {
        Self { start: self.start.attribute(name, value), ..self }
    }

    /// An attribute as it is, if so.
    pub fn with_if(self, so: bool, name: &'static str, value: &str) -> Self {
        if so { self.with(name, value) } else { self }
    }

    /// Fails with a reason, in words after "… of the episode "x"", unless it is so.
    pub fn ensure(self, so: bool, why: &'static str) -> Result<Self, FeedError> {
        if so { Ok(self) } else { Err(FeedError::TagUnusable { what: self.what, why, owner: (self.owner)() }) }
    }

    /// Ends it with its text, if it has one.
    pub fn done(self) -> Result<(), FeedError> {
        if self.text.is_empty() {
            self.start.empty()
        } else {
            self.start.text(self.text)
        }
        Ok(())
    }

    /// Leaves it open for tags inside.
    pub fn open(self) -> &'d mut Document {
        self.start.open()
    }
}

/// A text that must say something, in the length the namespace allows.
pub(super) fn text<'a>(text: &'a str, what: &'static str, most: usize, owner: Owner<'_>) -> Result<&'a str, FeedError> {
    let text = limited(text, what, most, owner)?;
    if text.is_empty() { Err(FeedError::TextMissing { what, owner: owner() }) } else { Ok(text) }
}

/// A text in the length the namespace allows; it may say nothing.
pub(super) fn limited<'a>(
    text: &'a str,
    what: &'static str,
    most: usize,
    owner: Owner<'_>,
) -> Result<&'a str, FeedError> {
    let text = text.trim();
    // Characters are never more than bytes; counting them is for the few long ones.
    if text.len() > most && text.chars().count() > most {
        return Err(FeedError::TextTooLong { what, limit: most, owner: owner() });
    }
    Ok(text)
}

/// An address of the namespace, which knows https only.
fn secure_link<'a>(text: &'a str, what: &'static str, owner: Owner<'_>) -> Result<Cow<'a, str>, FeedError> {
    let insecure = || FeedError::LinkInsecure { link: text.to_string(), what, owner: owner() };
    link::written(text, &["https"]).ok_or_else(insecure)
}

/// `72.5`: seconds without a zero too many.
pub(super) fn seconds(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let (whole, rest) = (ms.unsigned_abs() / 1000, ms.unsigned_abs() % 1000);
    match rest {
        0 => format!("{sign}{whole}"),
        rest => format!("{sign}{whole}.{rest:03}").trim_end_matches('0').to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_no_zero_too_many() {
        for (ms, written) in [(0, "0"), (72_500, "72.5"), (1, "0.001"), (60_000, "60"), (1_234_560, "1234.56")] {
            assert_eq!(seconds(ms), written);
        }
    }
}
