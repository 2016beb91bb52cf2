//! A document, piece by piece, so that a long feed is never in memory as a tree. Nothing here recurses, expands what a document
//! declares, or takes more of anything than its limit says; time and memory grow with the bytes.

use crate::feed::IntakeError;
use crate::node::{Attribute, Inside, Node};
use crate::references::resolved;
use crate::repairs::Repairs;
use crate::space::{Bound, Scopes, Space};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Largest document, in bytes.
pub(crate) const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Deepest element.
pub(crate) const MAX_DEPTH: usize = 64;
/// Most elements of a document.
pub(crate) const MAX_ELEMENTS: usize = 4_000_000;
/// Most elements and attributes of one piece: of an episode, for example.
pub(crate) const MAX_IN_PIECE: usize = 200_000;
/// Most attributes of an element.
pub(crate) const MAX_ATTRIBUTES: usize = 256;

/// A part of a document.
#[derive(Debug)]
pub(crate) enum Piece {
    /// An element that holds further pieces. It is empty here.
    Opened(Node),
    /// An element with all that is in it.
    Whole(Node),
}

/// Reads a document.
pub(crate) struct Document<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
    scopes: Scopes,
    /// Elements that hold pieces and are open.
    opened: usize,
    elements: usize,
    begun: bool,
    /// How many times anything was looked at; grows with the bytes and nothing else.
    #[cfg(test)]
    pub steps: usize,
}

/// A piece in the making.
#[derive(Default)]
struct Making {
    /// Elements that are open, outermost first.
    stack: Vec<Node>,
    /// Text that is not resolved yet.
    raw: String,
    size: usize,
}

impl<'t> Document<'t> {
    /// Reads a text.
    pub fn new(text: &'t str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        Self {
            text,
            reader,
            scopes: Scopes::default(),
            opened: 0,
            elements: 0,
            begun: false,
            #[cfg(test)]
            steps: 0,
        }
    }

    /// The next piece: an element that `opens` says holds pieces, or a whole one. `None` after the end of the root.
    pub fn next(
        &mut self,
        opens: impl Fn(usize, &Node) -> bool,
        repairs: &mut Repairs,
    ) -> Result<Option<Piece>, IntakeError> {
        let mut making = Making::default();
        loop {
            if self.begun && self.opened == 0 && making.stack.is_empty() {
                return Ok(None);
            }
            #[cfg(test)]
            {
                self.steps += 1;
            }
            let event = self.reader.read_event().map_err(|error| self.broken(&error.to_string()))?;
            match event {
                Event::Start(start) => {
                    let node = self.element(&start, &mut making, repairs)?;
                    self.begun = true;
                    if making.stack.is_empty() && opens(self.opened, &node) {
                        self.opened += 1;
                        return Ok(Some(Piece::Opened(node)));
                    }
                    making.stack.push(node);
                }
                Event::Empty(start) => {
                    let node = self.element(&start, &mut making, repairs)?;
                    self.scopes.leave();
                    self.begun = true;
                    if let Some(whole) = making.close(node) {
                        return Ok(Some(Piece::Whole(whole)));
                    }
                }
                Event::End(_) => {
                    making.flush(repairs);
                    self.scopes.leave();
                    match making.stack.pop() {
                        Some(node) => {
                            if let Some(whole) = making.close(node) {
                                return Ok(Some(Piece::Whole(whole)));
                            }
                        }
                        None => self.opened = self.opened.saturating_sub(1),
                    }
                }
                Event::Text(text) => making.raw(&text),
                // What the name means is decided where the whole text is known: `R & D;` is no reference.
                Event::GeneralRef(name) => {
                    making.raw("&");
                    making.raw(&name);
                    making.raw(";");
                }
                Event::CData(data) => {
                    making.flush(repairs);
                    making.text(&data);
                }
                Event::Eof => return self.end(&making),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => making.flush(repairs),
            }
        }
    }

    fn end(&self, making: &Making) -> Result<Option<Piece>, IntakeError> {
        if self.opened == 0 && making.stack.is_empty() {
            return Ok(None);
        }
        Err(self.broken("it ends in the middle; it may not have been loaded whole"))
    }

    /// An element as its tag says, with its attributes.
    fn element(&mut self, start: &BytesStart, making: &mut Making, repairs: &mut Repairs) -> Result<Node, IntakeError> {
        making.flush(repairs);
        if self.opened + making.stack.len() >= MAX_DEPTH {
            return Err(IntakeError::TooMuch { what: "levels of tags inside each other", limit: MAX_DEPTH });
        }
        self.elements += 1;
        making.size += 1;
        self.scopes.enter();
        let attributes = self.attributes(start, repairs)?;
        making.size += attributes.len();
        #[cfg(test)]
        {
            self.steps += attributes.len();
        }
        if self.elements > MAX_ELEMENTS {
            return Err(IntakeError::TooMuch { what: "tags", limit: MAX_ELEMENTS });
        }
        if making.size > MAX_IN_PIECE {
            return Err(IntakeError::TooMuch { what: "tags in one episode", limit: MAX_IN_PIECE });
        }
        let (bound, name) = self.named(start.name().as_ref(), false, repairs);
        let attributes = attributes.into_iter().map(|(name, value)| {
            let (bound, name) = self.named(&name, true, repairs);
            Attribute { bound, name, value }
        });
        Ok(Node { bound, name, attributes: attributes.collect(), inside: vec![] })
    }

    /// The attributes without declarations of namespaces, which are noted.
    fn attributes(&mut self, start: &BytesStart, repairs: &mut Repairs) -> Result<Vec<(String, String)>, IntakeError> {
        let mut found = vec![];
        for (n, attribute) in start.attributes().with_checks(false).enumerate() {
            if n == MAX_ATTRIBUTES {
                return Err(IntakeError::TooMuch { what: "attributes in one tag", limit: MAX_ATTRIBUTES });
            }
            let attribute = attribute.map_err(|error| self.broken(&error.to_string()))?;
            let name: &str = attribute.key.as_ref();
            // Line breaks and tabs in values are spaces (XML 1.0 §3.3.3).
            let value = resolved(&attribute.value.replace(['\n', '\t'], " "), repairs).into_owned();
            match name.strip_prefix("xmlns") {
                Some("") => self.scopes.declare("", &value),
                Some(rest) if rest.starts_with(':') => self.scopes.declare(&rest[1..], &value),
                _ => found.push((name.to_string(), value)),
            }
        }
        Ok(found)
    }

    /// Namespace and name. Of attributes, those without prefix are in none.
    fn named(&self, name: &str, attribute: bool, repairs: &mut Repairs) -> (Bound, String) {
        let (prefix, local) = match name.split_once(':') {
            Some((prefix, local)) if !prefix.is_empty() && !local.is_empty() => (prefix, local),
            _ if attribute => return (Bound::none(), name.into()),
            _ => ("", name),
        };
        match self.scopes.find(prefix) {
            Some((bound, guessed)) => {
                if guessed {
                    let why = format!("The prefix {prefix}: is not declared; what everybody means by it was taken.");
                    repairs.once_for("namespace_undeclared", prefix, why);
                }
                (bound, local.into())
            }
            // Nobody knows whose it is: it cannot be written again.
            None => (Bound { space: Space::Other, uri: "".into() }, name.into()),
        }
    }

    fn broken(&self, why: &str) -> IntakeError {
        let at = usize::try_from(self.reader.error_position().min(self.reader.buffer_position())).unwrap_or(0);
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let line = 1 + before.iter().filter(|b| **b == b'\n').count();
        IntakeError::Broken { line, why: crate::repairs::shown(why) }
    }
}

impl Making {
    fn raw(&mut self, text: &str) {
        // Text beside the pieces is of no use.
        if !self.stack.is_empty() {
            self.raw.push_str(text);
        }
    }

    fn flush(&mut self, repairs: &mut Repairs) {
        if !self.raw.is_empty() {
            let raw = std::mem::take(&mut self.raw);
            self.text(&resolved(&raw, repairs));
        }
    }

    fn text(&mut self, text: &str) {
        let Some(node) = self.stack.last_mut() else { return };
        match node.inside.last_mut() {
            Some(Inside::Text(before)) => before.push_str(text),
            _ => node.inside.push(Inside::Text(text.into())),
        }
    }

    /// Puts a finished element where it belongs; gives it back when it is the piece itself.
    fn close(&mut self, node: Node) -> Option<Node> {
        match self.stack.last_mut() {
            Some(parent) => {
                parent.inside.push(Inside::Node(node));
                None
            }
            None => Some(node),
        }
    }
}

/// Reads a whole document that is small.
pub(crate) fn whole(text: &str, repairs: &mut Repairs) -> Result<Node, IntakeError> {
    match Document::new(text).next(|_, _| false, repairs)? {
        Some(Piece::Whole(node) | Piece::Opened(node)) => Ok(node),
        None => Err(IntakeError::NoFeed("there is no tag in it".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How much was looked at until the end or a refusal.
    fn steps(text: &str) -> usize {
        let (mut document, mut repairs) = (Document::new(text), Repairs::default());
        while let Ok(Some(_)) = document.next(|depth, _| depth == 0, &mut repairs) {}
        document.steps
    }

    #[test]
    fn twice_as_much_text_is_twice_as_much_work() {
        let troubles: [fn(usize) -> String; 6] = [
            |n| format!("<r>{}</r>", "<a b=\"&amp;\">x</a>".repeat(n)),
            |n| format!("<r><a>{}</a></r>", "& ".repeat(n)),
            |n| format!("<r><a>{}</a></r>", "&x;".repeat(n)),
            |n| format!("<r><a>{}</a></r>", "<![CDATA[x]]><!-- y -->".repeat(n)),
            |n| format!("<r>{}</r>", (0..n).map(|k| format!("<a xmlns:p{k}=\"u\"/>")).collect::<String>()),
            |n| format!("<r>{}</r>", format!("<a{}/>", " b=\"\"".repeat(100)).repeat(n / 100)),
        ];
        for trouble in troubles {
            let (once, twice) = (steps(&trouble(20_000)), steps(&trouble(40_000)));
            assert!(twice <= 2 * once + 10, "{once}, then {twice}");
        }
        // What is refused is not looked at any further.
        assert!(steps(&"<a>".repeat(1_000_000)) < 200);
        let attributes = format!("<r><a{}/></r>", " b=\"\"".repeat(1_000_000));
        assert!(steps(&attributes) < 10, "not one of a million");
    }

    #[test]
    fn pieces_come_one_by_one() {
        let text = "<?xml version=\"1.0\"?><!-- c --><r a=\"1\"><c>x<d/>y</c><!-- c --><e/></r><later/>";
        let (mut document, mut repairs) = (Document::new(text), Repairs::default());
        let mut names = vec![];
        while let Some(piece) = document.next(|depth, _| depth == 0, &mut repairs).unwrap() {
            names.push(match piece {
                Piece::Opened(node) => format!("{}>", node.name),
                Piece::Whole(node) => format!("{} {}", node.name, node.text()),
            });
        }
        assert_eq!(names, ["r>", "c xy", "e "]);
    }
}
