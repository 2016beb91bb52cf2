//! The `atom:link`s of a channel: where it is itself (PSP-1), what comes before and after it (RFC 5005 §3), the show's other
//! feeds (Podlove alternate feeds), and the hub that tells of news (WebSub §4).

use crate::xml::{Document, Ns};
use std::borrow::Cow;

/// The type of a feed in a link.
const FEED_TYPE: &str = "application/rss+xml";

/// Links of one document.
#[derive(Debug, Clone)]
pub struct Links<'a> {
    own: Cow<'a, str>,
    others: Vec<Other<'a>>,
}

#[derive(Debug, Clone)]
struct Other<'a> {
    rel: &'static str,
    href: Cow<'a, str>,
    title: Option<Cow<'a, str>>,
    /// Whether a feed is behind it.
    feed: bool,
}

impl<'a> Links<'a> {
    /// Of the document at this address.
    pub fn of(own: impl Into<Cow<'a, str>>) -> Self {
        Self { own: own.into(), others: vec![] }
    }

    /// With another document of the same feed (`first`, `next`, `last`).
    pub fn to(mut self, rel: &'static str, href: impl Into<Cow<'a, str>>) -> Self {
        self.others.push(Other { rel, href: href.into(), title: None, feed: true });
        self
    }

    /// With another feed of the show, by its title.
    pub fn alternate(mut self, href: impl Into<Cow<'a, str>>, title: impl Into<Cow<'a, str>>) -> Self {
        self.others.push(Other { rel: "alternate", href: href.into(), title: Some(title.into()), feed: true });
        self
    }

    /// With the hub, if there is one.
    pub fn hub(mut self, hub: &'a str) -> Self {
        if !hub.is_empty() {
            self.others.push(Other { rel: "hub", href: hub.into(), title: None, feed: false });
        }
        self
    }

    /// Writes them.
    pub(crate) fn write(self, out: &mut Document) {
        let own = Other { rel: "self", href: self.own, title: None, feed: true };
        for link in std::iter::once(own).chain(self.others) {
            let tag = out.start(Ns::Atom, "link").attribute("href", &link.href).attribute("rel", link.rel);
            let tag = if link.feed { tag.attribute("type", FEED_TYPE) } else { tag };
            let tag = link.title.iter().fold(tag, |tag, title| tag.attribute("title", title));
            tag.empty();
        }
    }
}
