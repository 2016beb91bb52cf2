//! Elements of namespaces that Hearthcast does not write itself, as an imported feed had them: written again in its words and
//! order, with the namespaces declared where they are used.
//!
//! Names and addresses are somebody else's here. What could make the feed ill-formed, or speak in the writer's own namespaces
//! and so against it, is left out whole: a publication never fails over what its author cannot see.

use super::{DECLARED, Document};
use hearthcast_model::foreign::{ATOM, is_own_in_atom};
use hearthcast_model::{ForeignElement, ForeignNode};
use url::Url;

/// Deepest nesting that is written.
const MAX_DEPTH: usize = 32;
/// What `xml:` stands for (Namespaces in XML 1.0 §3); it is never declared.
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// What declarations are in; nothing else may be.
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Namespaces in which Hearthcast says everything itself, besides those of the root: Podlove chapters, and the podcast
/// namespace at its old address.
const OWN: [&str; 2] = [
    "http://podlove.org/simple-chapters",
    "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
];

/// The prefixes that everybody knows these by.
const USUAL: [(&str, &str); 35] = [
    ("http://search.yahoo.com/mrss/", "media"),
    ("http://www.google.com/schemas/play-podcasts/1.0", "googleplay"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://purl.org/dc/terms/", "dcterms"),
    ("http://www.rawvoice.com/rawvoiceRssModule/", "rawvoice"),
    ("https://blubrry.com/developer/rawvoice-rss/", "rawvoice"),
    ("https://blubrry.com/developer/rawvoice-rss", "rawvoice"),
    ("http://backend.userland.com/creativeCommonsRssModule", "creativeCommons"),
    ("http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html", "creativeCommons"),
    ("http://web.resource.org/cc/", "cc"),
    ("http://purl.org/rss/1.0/modules/syndication/", "sy"),
    ("http://purl.org/rss/1.0/modules/slash/", "slash"),
    ("http://wellformedweb.org/CommentAPI/", "wfw"),
    ("http://www.georss.org/georss", "georss"),
    ("http://www.w3.org/2003/01/geo/wgs84_pos#", "geo"),
    ("https://access.acast.com/schema/1.0/", "podaccess"),
    ("https://access.acast.com/schema/1.0", "podaccess"),
    ("http://www.spotify.com/ns/rss", "spotify"),
    ("https://omny.fm/rss-extensions", "omny"),
    ("https://schema.acast.com/1.0/", "acast"),
    ("https://anchor.fm/xmlns", "anchor"),
    ("https://art19.com/xmlns/rss-extensions/1.0", "art19"),
    ("http://rssnamespace.org/feedburner/ext/1.0", "feedburner"),
    ("http://purl.org/syndication/history/1.0", "fh"),
    ("http://purl.org/syndication/thread/1.0", "thr"),
    ("http://madskills.com/public/xml/rss/module/pingback/", "pingback"),
    ("http://madskills.com/public/xml/rss/module/trackback/", "trackback"),
    ("http://webns.net/mvcb/", "admin"),
    ("http://bitlove.org", "bitlove"),
    ("https://fyyd.de/fyyd-ns/", "fyyd"),
    ("http://bbc.co.uk/2009/01/ppgRss", "ppg"),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"),
    ("http://podlove.org/simple-chapters", "psc"),
    ("http://wordpress.org/export/1.2/", "wp"),
    ("http://wordpress.org/export/1.2/excerpt/", "excerpt"),
];

/// Why an element of another namespace is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unwritable {
    /// It is of a namespace in which Hearthcast says everything itself, or an element of Atom that makes up a feed.
    #[error("Hearthcast writes the tags of its namespace itself")]
    OwnNamespace,
    /// A name that XML does not allow.
    #[error("its name, or that of something in it, is none in XML")]
    Name,
    /// A namespace that is no address.
    #[error("its namespace, or that of something in it, is no address")]
    Namespace,
    /// An attribute that is there twice.
    #[error("something in it says the same attribute twice")]
    AttributeTwice,
    /// More elements inside each other than apps read.
    #[error("it has more than {MAX_DEPTH} elements inside each other")]
    TooDeep,
}

/// What keeps an element from being written, if anything does.
pub fn unwritable(element: &ForeignElement) -> Option<Unwritable> {
    if is_own(element) {
        return Some(Unwritable::OwnNamespace);
    }
    wrong(element, 0)
}

/// Writes those elements that can be.
pub fn write(out: &mut Document, elements: &[ForeignElement]) {
    for element in elements.iter().filter(|element| unwritable(element).is_none()) {
        out.line();
        let prefixes = Prefixes::of(element);
        out.foreign(element, &prefixes, true);
    }
}

impl Document {
    /// On one line: white space between the elements would be a text.
    fn foreign(&mut self, element: &ForeignElement, prefixes: &Prefixes, declares: bool) {
        self.xml.push('<');
        prefixes.put(&mut self.xml, &element.namespace, &element.name);
        for (namespace, prefix) in prefixes.declared.iter().filter(|_| declares) {
            self.attribute(&format!("xmlns:{prefix}"), namespace);
        }
        for attribute in &element.attributes {
            let mut key = String::new();
            prefixes.put(&mut key, &attribute.namespace, &attribute.name);
            self.attribute(&key, &attribute.value);
        }
        if element.inside.is_empty() {
            return self.xml.push_str("/>");
        }
        self.xml.push('>');
        for node in &element.inside {
            match node {
                ForeignNode::Text(text) => self.words(text),
                ForeignNode::Element(element) => self.foreign(element, prefixes, false),
            }
        }
        self.xml.push_str("</");
        prefixes.put(&mut self.xml, &element.namespace, &element.name);
        self.xml.push('>');
    }
}

/// Which prefix each namespace of an element has.
struct Prefixes<'a> {
    /// Those that the element declares: address and prefix, in the order in which it uses them.
    declared: Vec<(&'a str, String)>,
}

impl<'a> Prefixes<'a> {
    fn of(element: &'a ForeignElement) -> Self {
        let mut prefixes = Self { declared: vec![] };
        prefixes.collect(element);
        prefixes
    }

    fn collect(&mut self, element: &'a ForeignElement) {
        let names = element.attributes.iter().map(|attribute| &attribute.namespace);
        std::iter::once(&element.namespace).chain(names).for_each(|namespace| self.declare(namespace));
        for node in &element.inside {
            if let ForeignNode::Element(element) = node {
                self.collect(element);
            }
        }
    }

    fn declare(&mut self, namespace: &'a str) {
        if self.prefix(namespace).is_some() {
            return;
        }
        let taken = |prefix: &str| self.declared.iter().any(|(_, other)| other == prefix);
        let usual = USUAL.into_iter().find(|(address, _)| *address == namespace).map(|(_, prefix)| prefix);
        let prefix = match usual.filter(|prefix| !taken(prefix)) {
            Some(prefix) => prefix.to_string(),
            None => format!("ns{}", self.declared.iter().filter(|(_, prefix)| prefix.starts_with("ns")).count() + 1),
        };
        self.declared.push((namespace, prefix));
    }

    /// The prefix of a namespace; empty for none.
    fn prefix(&self, namespace: &str) -> Option<&str> {
        let at_root = DECLARED.into_iter().find(|(_, address)| *address == namespace);
        match namespace {
            "" => Some(""),
            XML => Some("xml"),
            _ => match at_root {
                Some((key, _)) => key.strip_prefix("xmlns:"),
                None => self.declared.iter().find(|(address, _)| *address == namespace).map(|(_, prefix)| &**prefix),
            },
        }
    }

    fn put(&self, to: &mut String, namespace: &str, name: &str) {
        if let Some(prefix) = self.prefix(namespace).filter(|prefix| !prefix.is_empty()) {
            to.push_str(prefix);
            to.push(':');
        }
        to.push_str(name);
    }
}

/// Whether the writer says everything in its namespace itself; of Atom's, what feeds are made of.
fn is_own(element: &ForeignElement) -> bool {
    let namespace = element.namespace.as_str();
    if namespace == ATOM {
        let rel = element.attributes.iter().find(|one| one.namespace.is_empty() && one.name == "rel");
        return is_own_in_atom(&element.name, rel.map(|one| one.value.as_str()));
    }
    namespace.is_empty() || OWN.contains(&namespace) || DECLARED.iter().any(|(_, address)| *address == namespace)
}

fn wrong(element: &ForeignElement, depth: usize) -> Option<Unwritable> {
    if depth >= MAX_DEPTH {
        return Some(Unwritable::TooDeep);
    }
    let mut keys: Vec<_> = element.attributes.iter().map(|one| (one.namespace.as_str(), one.name.as_str())).collect();
    let names = || keys.iter().copied().chain([(element.namespace.as_str(), element.name.as_str())]);
    // `xmlns` would declare a namespace.
    if !names().all(|(namespace, name)| is_name(name) && (namespace, name) != ("", "xmlns")) {
        return Some(Unwritable::Name);
    }
    if element.namespace == XML || !names().all(|(namespace, _)| is_namespace(namespace)) {
        return Some(Unwritable::Namespace);
    }
    keys.sort_unstable();
    if keys.windows(2).any(|two| two[0] == two[1]) {
        return Some(Unwritable::AttributeTwice);
    }
    let inside = element.inside.iter().filter_map(|node| match node {
        ForeignNode::Element(element) => Some(element),
        ForeignNode::Text(_) => None,
    });
    inside.into_iter().find_map(|element| wrong(element, depth + 1))
}

/// Namespaces in XML 1.0, production 4 (`NCName`).
fn is_name(name: &str) -> bool {
    name.starts_with(begins_name) && name.chars().all(goes_on)
}

/// XML 1.0 (fifth edition), production 4, without the colon.
fn begins_name(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '_' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

/// Production 4a.
fn goes_on(c: char) -> bool {
    begins_name(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// An absolute address in the characters that RFC 3986 allows: strict readers complain of any other.
fn is_namespace(namespace: &str) -> bool {
    if matches!(namespace, "" | XML) {
        return true;
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&b);
    let encoded = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|b| b.is_ascii_hexdigit());
    namespace != XMLNS
        && namespace.bytes().all(allowed)
        && namespace.matches('#').count() < 2
        && namespace.split('%').skip(1).all(encoded)
        && Url::parse(namespace).is_ok()
}
