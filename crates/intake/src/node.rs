//! An element with all that is in it, as it was found.

use crate::space::{Bound, Space};
use std::borrow::Cow;

/// What `xml:` stands for (Namespaces in XML 1.0 §3).
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// An attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// Its namespace; names without prefix have none.
    pub bound: Bound,
    pub name: String,
    pub value: String,
}

/// What stands in an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inside {
    Text(String),
    Node(Node),
}

/// An element. Never deeper than [`crate::document::MAX_DEPTH`], so that functions may follow it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub bound: Bound,
    pub name: String,
    pub attributes: Vec<Attribute>,
    pub inside: Vec<Inside>,
}

impl Node {
    /// An element of its own making, for documents that are turned into others.
    pub fn new(space: Bound, name: &str) -> Self {
        Self { bound: space, name: name.into(), attributes: vec![], inside: vec![] }
    }

    /// The same with a text inside.
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.inside.push(Inside::Text(text.into()));
        self
    }

    /// The same with an attribute.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.push(Attribute { bound: Bound::none(), name: name.into(), value: value.into() });
        self
    }

    /// Whether it is this element. Some programs write names in other letters.
    pub fn is(&self, space: Space, name: &str) -> bool {
        self.bound.space == space && self.name.eq_ignore_ascii_case(name)
    }

    /// The elements inside.
    pub fn children(&self) -> impl Iterator<Item = &Node> {
        self.inside.iter().filter_map(|inside| match inside {
            Inside::Node(node) => Some(node),
            Inside::Text(_) => None,
        })
    }

    /// All elements of this name inside.
    pub fn all<'a>(&'a self, space: Space, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children().filter(move |node| node.is(space, name))
    }

    /// The first element of this name inside.
    pub fn first(&self, space: Space, name: &str) -> Option<&Node> {
        self.children().find(|node| node.is(space, name))
    }

    /// An attribute without prefix, without outer spaces; empty attributes are none.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let plain =
            |attribute: &&Attribute| attribute.bound.uri.is_empty() && attribute.name.eq_ignore_ascii_case(name);
        self.attributes.iter().find(plain).map(|attribute| attribute.value.trim()).filter(|value| !value.is_empty())
    }

    /// The same; empty where there is none.
    pub fn attribute_or_empty(&self, name: &str) -> String {
        self.attribute(name).unwrap_or_default().to_string()
    }

    /// An attribute of XML itself (`xml:lang`).
    pub fn xml_attribute(&self, name: &str) -> Option<&str> {
        let of_xml = |attribute: &&Attribute| &*attribute.bound.uri == XML && attribute.name == name;
        self.attributes.iter().find(of_xml).map(|attribute| attribute.value.trim())
    }

    /// All its words as they stand, those of elements inside too.
    pub fn raw_text(&self) -> Cow<'_, str> {
        match self.inside.as_slice() {
            [] => Cow::Borrowed(""),
            [Inside::Text(text)] => Cow::Borrowed(text),
            _ => {
                let mut out = String::new();
                self.put_text(&mut out);
                Cow::Owned(out)
            }
        }
    }

    fn put_text(&self, out: &mut String) {
        for inside in &self.inside {
            match inside {
                Inside::Text(text) => out.push_str(text),
                Inside::Node(node) => node.put_text(out),
            }
        }
    }

    /// All its words, without outer spaces.
    pub fn text(&self) -> String {
        self.raw_text().trim().to_string()
    }

    /// The words of the first element of this name that has any.
    pub fn text_of(&self, space: Space, name: &str) -> Option<String> {
        self.all(space, name).map(Node::text).find(|text| !text.is_empty())
    }

    /// What is inside as HTML: texts as they are, elements that were not escaped written out again.
    pub fn inner_html(&self) -> Cow<'_, str> {
        match self.inside.as_slice() {
            [] => Cow::Borrowed(""),
            [Inside::Text(text)] => Cow::Borrowed(text),
            _ => {
                let mut out = String::new();
                let escapes = self.children().next().is_some();
                self.put_html(&mut out, escapes);
                Cow::Owned(out)
            }
        }
    }

    fn put_html(&self, out: &mut String, escapes: bool) {
        for inside in &self.inside {
            match inside {
                Inside::Text(text) if escapes => out.push_str(&escaped(text)),
                Inside::Text(text) => out.push_str(text),
                Inside::Node(node) => node.put_tag(out),
            }
        }
    }

    fn put_tag(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for Attribute { name, value, .. } in &self.attributes {
            out.push_str(&format!(" {name}=\"{}\"", escaped(value).replace('"', "&quot;")));
        }
        out.push('>');
        self.put_html(out, true);
        let empty = ["br", "hr", "img", "wbr"].iter().any(|name| self.name.eq_ignore_ascii_case(name));
        if !empty {
            out.push_str(&format!("</{}>", self.name));
        }
    }
}

/// A text as HTML.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    match text.contains(['&', '<', '>']) {
        true => Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")),
        false => Cow::Borrowed(text),
    }
}
