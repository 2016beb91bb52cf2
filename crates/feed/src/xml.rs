//! The one XML writer. Tags and texts go straight into the document's bytes: a long feed has half a million of them, and a value
//! for each would cost more than all the rest. Nothing else puts XML together from strings.
//!
//! Names come from the program, texts from anywhere: characters that XML 1.0 forbids are dropped, all others arrive at
//! a conforming reader as they are, carriage returns included.

mod escape;
pub mod foreign;

use hearthcast_model::foreign::ATOM;
use hearthcast_text::chars::xml_only;
use quick_xml::events::BytesCData;
use std::fmt::Write as _;
use std::ops::Range;

/// A namespace of the feed. Each has one fixed prefix, declared at the root unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ns {
    /// RSS 2.0 itself: no namespace.
    Rss,
    /// Atom.
    Atom,
    /// RSS content module.
    Content,
    /// Apple's tags.
    Itunes,
    /// Podcasting 2.0.
    Podcast,
    /// Podlove Simple Chapters; declared by the element that uses it.
    Podlove,
}

/// Prefix and address of every namespace that has one, in the order they are declared.
const DECLARED: [(&str, &str); 4] = [
    ("xmlns:atom", ATOM),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("xmlns:podcast", "https://podcastindex.org/namespace/1.0"),
];

impl Ns {
    fn prefix(self) -> &'static str {
        match self {
            Ns::Rss => "",
            Ns::Atom => "atom:",
            Ns::Content => "content:",
            Ns::Itunes => "itunes:",
            Ns::Podcast => "podcast:",
            Ns::Podlove => "psc:",
        }
    }
}

/// A document in the making: what is written is well-formed, whatever the texts are.
#[derive(Debug)]
pub struct Document {
    xml: String,
    /// Names of the elements that are open, outermost first.
    open: Vec<(Ns, &'static str)>,
}

impl Document {
    /// An empty document that will have about so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        let mut xml = String::with_capacity(bytes);
        xml.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        Self { xml, open: Vec::new() }
    }

    /// Begins an element.
    pub fn start(&mut self, ns: Ns, name: &'static str) -> Start<'_> {
        self.line();
        self.xml.push('<');
        self.name(ns, name);
        Start { document: self, ns, name }
    }

    /// Writes an element around a text.
    pub fn text(&mut self, ns: Ns, name: &'static str, text: &str) {
        self.start(ns, name).text(text);
    }

    /// Writes an element around a text, unless the text is empty.
    pub fn text_if(&mut self, ns: Ns, name: &'static str, text: &str) {
        if !text.is_empty() {
            self.text(ns, name, text);
        }
    }

    /// Closes the innermost element that is open.
    pub fn close(&mut self) {
        if let Some((ns, name)) = self.open.pop() {
            self.line();
            self.end(ns, name);
        }
    }

    /// Closes everything that is open and returns the bytes.
    pub fn finish(mut self) -> Vec<u8> {
        while !self.open.is_empty() {
            self.close();
        }
        self.xml.push('\n');
        self.xml.into_bytes()
    }

    /// A new line, as deep as elements are open.
    fn line(&mut self) {
        // Deeper than the writer ever goes.
        const BREAK: &str = "\n                        ";
        self.xml.push_str(&BREAK[..BREAK.len().min(1 + 2 * self.open.len())]);
    }

    fn name(&mut self, ns: Ns, name: &str) {
        self.xml.push_str(ns.prefix());
        self.xml.push_str(name);
    }

    fn end(&mut self, ns: Ns, name: &str) {
        self.xml.push_str("</");
        self.name(ns, name);
        self.xml.push('>');
    }

    fn words(&mut self, text: &str) {
        escape::put(&mut self.xml, text, &escape::IN_TEXT);
    }

    fn attribute(&mut self, key: &str, value: &str) {
        self.key(key);
        self.value(value);
        self.xml.push('"');
    }

    fn key(&mut self, key: &str) {
        self.xml.push(' ');
        self.xml.push_str(key);
        self.xml.push_str("=\"");
    }

    fn number(&mut self, number: u64) {
        let _ = write!(self.xml, "{number}");
    }

    fn value(&mut self, value: &str) {
        escape::put(&mut self.xml, value, &escape::IN_VALUE);
    }
}

/// An element whose tag is being written: its attributes, then what is in it.
#[derive(Debug)]
#[must_use = "a tag that is begun has to be ended"]
pub struct Start<'d> {
    document: &'d mut Document,
    ns: Ns,
    name: &'static str,
}

impl<'d> Start<'d> {
    /// Adds an attribute. A name is given once.
    pub fn attribute(self, key: &'static str, value: &str) -> Self {
        self.document.attribute(key, value);
        self
    }

    /// Adds an attribute whose value writes itself, so that nothing has to be kept for it.
    pub fn written<E>(self, key: &'static str, put: impl FnOnce(&mut String) -> Result<(), E>) -> Result<Self, E> {
        let document = &mut *self.document;
        document.key(key);
        let from = document.xml.len();
        put(&mut document.xml)?;
        if !escape::is_plain(&document.xml[from..]) {
            let value = document.xml.split_off(from);
            document.value(&value);
        }
        document.xml.push('"');
        Ok(self)
    }

    /// Adds an attribute with a whole number.
    pub fn number(self, key: &'static str, number: u64) -> Self {
        self.document.key(key);
        self.document.number(number);
        self.document.xml.push('"');
        self
    }

    /// Ends it with a whole number inside.
    pub fn text_number(self, number: u64) {
        self.document.xml.push('>');
        self.document.number(number);
        self.document.end(self.ns, self.name);
    }

    /// Ends it with a text inside.
    pub fn text(self, text: &str) {
        self.document.xml.push('>');
        self.document.words(text);
        self.document.end(self.ns, self.name);
    }

    /// Ends it with a text inside that writes itself.
    pub fn text_written<E>(self, put: impl FnOnce(&mut String) -> Result<(), E>) -> Result<(), E> {
        let document = &mut *self.document;
        document.xml.push('>');
        let from = document.xml.len();
        put(&mut document.xml)?;
        if !escape::is_plain(&document.xml[from..]) {
            let text = document.xml.split_off(from);
            document.words(&text);
        }
        document.end(self.ns, self.name);
        Ok(())
    }

    /// Ends it with HTML inside, which readers find in CDATA sections; `escaped` splits at `]]>`, which would end one. Gives where
    /// these stand, for [`Start::again`].
    pub fn html(self, html: &str) -> Range<usize> {
        let document = &mut *self.document;
        document.xml.push('>');
        let from = document.xml.len();
        for part in BytesCData::escaped(&xml_only(html)) {
            document.xml.push_str("<![CDATA[");
            document.xml.push_str(&part);
            document.xml.push_str("]]>");
        }
        let written = from..document.xml.len();
        document.end(self.ns, self.name);
        written
    }

    /// Ends it with what stands elsewhere in the document inside.
    pub fn again(self, written: Range<usize>) {
        let document = &mut *self.document;
        document.xml.push('>');
        document.xml.extend_from_within(written);
        document.end(self.ns, self.name);
    }

    /// Ends it with nothing inside.
    pub fn empty(self) {
        self.document.xml.push_str("/>");
    }

    /// Leaves it open for elements inside; [`Document::close`] ends it. The first one gets the namespaces.
    pub fn open(self) -> &'d mut Document {
        if self.document.open.is_empty() {
            DECLARED.into_iter().for_each(|(key, value)| self.document.attribute(key, value));
        }
        self.document.xml.push('>');
        self.document.open.push((self.ns, self.name));
        self.document
    }
}
