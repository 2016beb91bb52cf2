//! The one XML writer. Elements are values; nothing here or elsewhere puts XML together from strings.
//!
//! Names come from the program, texts from anywhere: characters that XML 1.0 forbids are dropped, all others arrive at
//! a conforming reader as they are, carriage returns included.

use hearthcast_text::chars::xml_only;
use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesCData, BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::borrow::Cow;

/// A namespace of the feed. Each has one fixed prefix, declared at the root.
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
}

/// Prefix and address of every namespace that has one, in the order they are declared.
const DECLARED: [(&str, &str); 4] = [
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
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
        }
    }
}

#[derive(Debug)]
enum Inside<'a> {
    Text(Cow<'a, str>),
    Html(Cow<'a, str>),
    Children(Vec<Element<'a>>),
}

/// An element with its attributes and either text or further elements.
#[derive(Debug)]
pub struct Element<'a> {
    ns: Ns,
    name: &'static str,
    attributes: Vec<(&'static str, Cow<'a, str>)>,
    inside: Inside<'a>,
}

impl<'a> Element<'a> {
    /// An empty element.
    pub fn new(ns: Ns, name: &'static str) -> Self {
        Self { ns, name, attributes: vec![], inside: Inside::Children(vec![]) }
    }
    /// An element around a text.
    pub fn text(ns: Ns, name: &'static str, text: impl Into<Cow<'a, str>>) -> Self {
        Self { inside: Inside::Text(text.into()), ..Self::new(ns, name) }
    }
    /// An element around HTML, which readers find in CDATA sections.
    pub fn html(ns: Ns, name: &'static str, html: impl Into<Cow<'a, str>>) -> Self {
        Self { inside: Inside::Html(html.into()), ..Self::new(ns, name) }
    }
    /// Adds an attribute. A name is given once.
    pub fn attribute(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }
    /// Adds an element inside, in place of a text.
    pub fn child(mut self, child: Element<'a>) -> Self {
        match &mut self.inside {
            Inside::Children(children) => children.push(child),
            Inside::Text(_) | Inside::Html(_) => self.inside = Inside::Children(vec![child]),
        }
        self
    }
    /// Adds an element if there is one.
    pub fn maybe(self, child: Option<Element<'a>>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }
}

impl Element<'_> {
    fn full_name(&self) -> Cow<'static, str> {
        match self.ns.prefix() {
            "" => Cow::Borrowed(self.name),
            prefix => Cow::Owned(format!("{prefix}{}", self.name)),
        }
    }
}

/// A document in the making: what is written is well-formed, whatever the texts are.
pub struct Document {
    writer: Writer<Vec<u8>>,
    /// Names of the elements that are open, outermost first.
    open: Vec<Cow<'static, str>>,
}

impl Document {
    /// An empty document that will have about so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        let mut document =
            Self { writer: Writer::new_with_indent(Vec::with_capacity(bytes), b' ', 2), open: Vec::new() };
        document.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        document
    }

    /// Writes an element with what is in it, and leaves it open for more. The first one gets the namespaces.
    pub fn open(&mut self, element: &Element) {
        self.start(element);
        self.inside(&element.inside);
        self.open.push(element.full_name());
    }

    /// Writes a whole element.
    pub fn write(&mut self, element: &Element) {
        if matches!(&element.inside, Inside::Children(children) if children.is_empty()) {
            let start = start_of(element);
            return self.event(Event::Empty(start));
        }
        self.start(element);
        self.inside(&element.inside);
        self.event(Event::End(BytesEnd::new(element.full_name())));
    }

    /// Closes everything that is open and returns the bytes.
    pub fn finish(mut self) -> Vec<u8> {
        while let Some(name) = self.open.pop() {
            self.event(Event::End(BytesEnd::new(name)));
        }
        let mut bytes = self.writer.into_inner();
        bytes.push(b'\n');
        bytes
    }

    fn start(&mut self, element: &Element) {
        let mut start = start_of(element);
        if self.open.is_empty() {
            DECLARED.into_iter().for_each(|declaration| start.push_attribute(declaration));
        }
        self.event(Event::Start(start));
    }

    fn inside(&mut self, inside: &Inside) {
        match inside {
            Inside::Text(text) => {
                let clean = xml_only(text);
                self.event(Event::Text(BytesText::from_escaped(partial_escape(clean.as_ref()))));
            }
            // `escaped` splits at `]]>`, which would end the section.
            Inside::Html(html) => {
                BytesCData::escaped(&xml_only(html)).for_each(|part| self.event(Event::CData(part)));
            }
            Inside::Children(children) => children.iter().for_each(|child| self.write(child)),
        }
    }

    fn event(&mut self, event: Event) {
        self.writer.write_event(event).expect("a Vec takes everything that is written to it");
    }
}

/// Name and attributes. `push_attribute` escapes quotes, tabs and line breaks too, which a reader would turn into
/// spaces.
fn start_of<'a>(element: &Element<'a>) -> BytesStart<'a> {
    let mut start = BytesStart::new(element.full_name());
    for (key, value) in &element.attributes {
        start.push_attribute((*key, xml_only(value).as_ref()));
    }
    start
}
