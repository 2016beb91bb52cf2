//! Namespaces, known by their addresses: feeds choose prefixes as they like, and write some addresses in several ways.

use std::collections::HashMap;
use std::rc::Rc;

/// A namespace that is read here; all others are kept as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Space {
    /// None: RSS 2.0 itself, and the namespaces that older versions of RSS had.
    Rss,
    /// RDF, the frame of RSS 1.0.
    Rdf,
    /// Atom.
    Atom,
    /// RSS content module.
    Content,
    /// Apple's tags.
    Itunes,
    /// Podcasting 2.0.
    Podcast,
    /// Podlove Simple Chapters.
    Podlove,
    /// Dublin Core.
    Dublin,
    /// Media RSS.
    Media,
    /// Google's tags.
    Google,
    /// HTML inside a feed.
    Html,
    /// What WordPress exports itself with.
    Wordpress,
    /// Its excerpts.
    Excerpt,
    /// Somebody else's.
    Other,
}

/// What begins every address of a namespace that is read, in small letters and without scheme.
const KNOWN: [(&str, Space, &str); 23] = [
    ("www.itunes.com/dtds/podcast-1.0.dtd", Space::Itunes, "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("podcastindex.org/namespace/1.0", Space::Podcast, "https://podcastindex.org/namespace/1.0"),
    (
        "github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
        Space::Podcast,
        "https://podcastindex.org/namespace/1.0",
    ),
    ("www.w3.org/2005/atom", Space::Atom, "http://www.w3.org/2005/Atom"),
    ("purl.org/atom/ns#", Space::Atom, "http://www.w3.org/2005/Atom"),
    ("purl.org/rss/1.0/modules/content", Space::Content, "http://purl.org/rss/1.0/modules/content/"),
    ("podlove.org/simple-chapters", Space::Podlove, "http://podlove.org/simple-chapters"),
    ("purl.org/dc/elements/1.1", Space::Dublin, "http://purl.org/dc/elements/1.1/"),
    ("search.yahoo.com/mrss", Space::Media, "http://search.yahoo.com/mrss/"),
    ("www.google.com/schemas/play-podcasts/1.0", Space::Google, "http://www.google.com/schemas/play-podcasts/1.0"),
    ("www.w3.org/1999/xhtml", Space::Html, "http://www.w3.org/1999/xhtml"),
    ("www.w3.org/1999/02/22-rdf-syntax-ns#", Space::Rdf, "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("wordpress.org/export/1.0", Space::Wordpress, "http://wordpress.org/export/1.2/"),
    ("wordpress.org/export/1.1", Space::Wordpress, "http://wordpress.org/export/1.2/"),
    ("wordpress.org/export/1.2", Space::Wordpress, "http://wordpress.org/export/1.2/"),
    ("wordpress.org/export/1.0/excerpt", Space::Excerpt, "http://wordpress.org/export/1.2/excerpt/"),
    ("wordpress.org/export/1.1/excerpt", Space::Excerpt, "http://wordpress.org/export/1.2/excerpt/"),
    ("wordpress.org/export/1.2/excerpt", Space::Excerpt, "http://wordpress.org/export/1.2/excerpt/"),
    ("purl.org/rss/1.0", Space::Rss, ""),
    ("my.netscape.com/rdf/simple/0.9", Space::Rss, ""),
    ("channel.netscape.com/rdf/simple/0.9", Space::Rss, ""),
    ("backend.userland.com/rss2", Space::Rss, ""),
    ("blogs.law.harvard.edu/tech/rss", Space::Rss, ""),
];

/// Prefixes that everybody means the same by, for feeds that forgot to declare them.
const USUAL: [(&str, &str); 10] = [
    ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("podcast", "https://podcastindex.org/namespace/1.0"),
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("psc", "http://podlove.org/simple-chapters"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("media", "http://search.yahoo.com/mrss/"),
    ("googleplay", "http://www.google.com/schemas/play-podcasts/1.0"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("xml", "http://www.w3.org/XML/1998/namespace"),
];

/// A namespace with its address. Of known ones it is the address that everybody should use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bound {
    pub space: Space,
    pub uri: Rc<str>,
}

impl Bound {
    /// The namespace of an address, written in any way.
    pub fn of(uri: &str) -> Self {
        let plain = uri.trim().to_ascii_lowercase();
        let plain = plain.strip_prefix("http://").or_else(|| plain.strip_prefix("https://")).unwrap_or(&plain);
        let plain = plain.trim_end_matches('/');
        match KNOWN.iter().find(|(known, ..)| *known == plain) {
            Some((_, space, uri)) => Self { space: *space, uri: Rc::from(*uri) },
            None if plain.is_empty() => Self::none(),
            None => Self { space: Space::Other, uri: Rc::from(uri.trim()) },
        }
    }

    /// No namespace.
    pub fn none() -> Self {
        Self { space: Space::Rss, uri: Rc::from("") }
    }
}

/// The prefixes that are declared where the reader is.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    bound: HashMap<String, Vec<Bound>>,
    /// Prefixes in the order they were declared, and where each open element's begin.
    log: Vec<String>,
    marks: Vec<usize>,
}

impl Scopes {
    /// An element begins.
    pub fn enter(&mut self) {
        self.marks.push(self.log.len());
    }

    /// The element declares a prefix; empty is the namespace of names without one.
    pub fn declare(&mut self, prefix: &str, uri: &str) {
        self.bound.entry(prefix.into()).or_default().push(Bound::of(uri));
        self.log.push(prefix.into());
    }

    /// The element ends.
    pub fn leave(&mut self) {
        let from = self.marks.pop().unwrap_or(0);
        for prefix in self.log.drain(from..) {
            if let Some(stack) = self.bound.get_mut(&prefix) {
                stack.pop();
            }
        }
    }

    /// What a prefix means here, and whether it had to be guessed; `None` when nobody knows.
    pub fn find(&self, prefix: &str) -> Option<(Bound, bool)> {
        if let Some(bound) = self.bound.get(prefix).and_then(|stack| stack.last()) {
            return Some((bound.clone(), false));
        }
        if prefix.is_empty() {
            return Some((Bound::none(), false));
        }
        let usual = USUAL.iter().find(|(usual, _)| *usual == prefix)?;
        Some((Bound::of(usual.1), prefix != "xml"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_known_in_every_way_they_are_written() {
        for uri in [
            "https://podcastindex.org/namespace/1.0",
            "http://podcastindex.org/namespace/1.0/",
            "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
        ] {
            assert_eq!(Bound::of(uri).space, Space::Podcast, "{uri}");
        }
        for uri in ["http://www.itunes.com/dtds/podcast-1.0.dtd", "http://www.itunes.com/DTDs/PodCast-1.0.dtd"] {
            assert_eq!(Bound::of(uri).space, Space::Itunes, "{uri}");
        }
        assert_eq!(
            Bound::of("http://ports.example/ns#"),
            Bound { space: Space::Other, uri: "http://ports.example/ns#".into() }
        );
    }

    #[test]
    fn declarations_end_with_their_element() {
        let mut scopes = Scopes::default();
        scopes.enter();
        scopes.declare("p", "http://podlove.org/simple-chapters");
        scopes.enter();
        scopes.declare("p", "http://www.w3.org/2005/Atom");
        assert_eq!(scopes.find("p").unwrap().0.space, Space::Atom);
        scopes.leave();
        assert_eq!(scopes.find("p").unwrap().0.space, Space::Podlove);
        scopes.leave();
        assert_eq!(scopes.find("p"), None);
        assert_eq!(scopes.find("itunes").map(|(bound, guessed)| (bound.space, guessed)), Some((Space::Itunes, true)));
    }
}
