//! The one XML writer. Elements are values; nothing here or elsewhere puts XML together from strings.
//!
//! Names come from the program, texts from anywhere: characters that XML 1.0 forbids are dropped, all others arrive at
//! a conforming reader as they are, carriage returns included.

use hearthcast_text::chars::xml_only;
use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesCData, BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::borrow::Cow;

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
            Ns::Podlove => "psc:",
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
    /// An empty element with room for so many elements inside.
    pub fn with_room(ns: Ns, name: &'static str, children: usize) -> Self {
        Self { inside: Inside::Children(Vec::with_capacity(children)), ..Self::new(ns, name) }
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

/// A document in the making: what is written is well-formed, whatever the texts are.
pub struct Document {
    writer: Writer<Vec<u8>>,
    /// Names of the elements that are open, outermost first.
    open: Vec<(Ns, &'static str)>,
    /// Name and attributes of the tag being written; kept, because a long feed has three hundred thousand of them.
    tag: String,
}

impl Document {
    /// An empty document that will have about so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        let writer = Writer::new_with_indent(Vec::with_capacity(bytes), b' ', 2);
        let mut document = Self { writer, open: Vec::new(), tag: String::new() };
        document.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        document
    }

    /// Writes an element with what is in it, and leaves it open for more. The first one gets the namespaces.
    pub fn open(&mut self, element: &Element) {
        self.tag_of(element, false);
        self.inside(&element.inside);
        self.open.push((element.ns, element.name));
    }

    /// Writes a whole element.
    pub fn write(&mut self, element: &Element) {
        if matches!(&element.inside, Inside::Children(children) if children.is_empty()) {
            return self.tag_of(element, true);
        }
        self.tag_of(element, false);
        self.inside(&element.inside);
        self.end(element.ns, element.name);
    }

    /// Closes everything that is open and returns the bytes.
    pub fn finish(mut self) -> Vec<u8> {
        while let Some((ns, name)) = self.open.pop() {
            self.end(ns, name);
        }
        let mut bytes = self.writer.into_inner();
        bytes.push(b'\n');
        bytes
    }

    fn tag_of(&mut self, element: &Element, empty: bool) {
        let mut tag = std::mem::take(&mut self.tag);
        let name_len = put_name(&mut tag, element.ns, element.name);
        element.attributes.iter().for_each(|(key, value)| put_attribute(&mut tag, key, value));
        if self.open.is_empty() {
            DECLARED.into_iter().for_each(|(key, value)| put_attribute(&mut tag, key, value));
        }
        let start = BytesStart::from_content(tag.as_str(), name_len);
        self.event(if empty { Event::Empty(start) } else { Event::Start(start) });
        self.tag = tag;
    }

    fn end(&mut self, ns: Ns, name: &'static str) {
        let mut tag = std::mem::take(&mut self.tag);
        put_name(&mut tag, ns, name);
        self.event(Event::End(BytesEnd::new(tag.as_str())));
        self.tag = tag;
    }

    fn inside(&mut self, inside: &Inside) {
        match inside {
            Inside::Text(text) if is_plain(text) => self.event(Event::Text(BytesText::from_escaped(text.as_ref()))),
            Inside::Text(text) => {
                let escaped = partial_escape(xml_only(text));
                self.event(Event::Text(BytesText::from_escaped(escaped)));
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

/// Begins a tag; returns the length of its name.
fn put_name(tag: &mut String, ns: Ns, name: &str) -> usize {
    tag.clear();
    tag.push_str(ns.prefix());
    tag.push_str(name);
    tag.len()
}

/// `Attribute` escapes quotes, tabs and line breaks too, which a reader would turn into spaces.
fn put_attribute(tag: &mut String, key: &str, value: &str) {
    tag.push(' ');
    tag.push_str(key);
    tag.push_str("=\"");
    match is_plain(value) {
        true => tag.push_str(value),
        false => tag.push_str(&Attribute::from((key, xml_only(value).as_ref())).value),
    }
    tag.push('"');
}

/// Whether a text has nothing but ASCII that is never escaped and always allowed. Whole blocks without a branch, because
/// most texts of a feed are such, and a long feed has half a million of them.
fn is_plain(text: &str) -> bool {
    let special = |b: &u8| (*b < 0x20) | (*b >= 0x80) | matches!(*b, b'<' | b'>' | b'&' | b'"' | b'\'');
    text.as_bytes().chunks(64).all(|block| !block.iter().fold(false, |any, b| any | special(b)))
}
