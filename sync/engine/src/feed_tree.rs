//! A feed read for comparison: the show's own tags and the items by guid, each tag with its words. Bounded, because a feed
//! at a place may be anybody's. What it is not: a judge of feeds; the checks are, and a reader of podcasts; importing is.

use crate::published::PublishedFeed;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::BTreeMap;

/// Longest feed that is read.
pub(crate) const MOST_BYTES: usize = 128 << 20;
/// Most items that are read.
const MOST_ITEMS: usize = 50_000;
/// Deepest nesting that is read.
const DEEPEST: usize = 20;

/// Words of tags by name, in the order they stand in.
pub(crate) type Tags = BTreeMap<String, Vec<Tag>>;

/// One tag.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tag {
    /// Its attributes.
    pub attributes: Vec<(String, String)>,
    /// Its text, and what stands in it as `name words`.
    pub text: String,
}

impl Tag {
    /// In words: the text, then attributes as `name="value"`.
    pub(crate) fn words(&self) -> String {
        let attributes = self.attributes.iter().map(|(name, value)| format!("{name}=\"{value}\""));
        let text = (!self.text.is_empty()).then(|| self.text.clone());
        text.into_iter().chain(attributes).collect::<Vec<_>>().join(" ")
    }

    /// An attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FeedItem {
    /// Its guid; its enclosure's address, or its title, where it has none, as apps do.
    pub guid: String,
    /// Its title.
    pub title: String,
    /// Its tags.
    pub tags: Tags,
}

/// A feed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FeedTree {
    /// The show's title.
    pub title: String,
    /// The show's own tags.
    pub tags: Tags,
    /// Items, in their order, those of its pages behind them. Of several with one guid the first counts.
    pub items: Vec<FeedItem>,
    /// How many of them stand at the feed's own address.
    pub newest: usize,
    /// More of them stand on pages that are not known.
    pub more: bool,
}

/// Relations that lead through the pages of a feed (RFC 5005 §3 and §4): how it is cut is no news of the show.
const PAGES: &[&str] = &["first", "next", "previous", "last", "prev-archive", "next-archive", "current"];

impl FeedTree {
    /// Reads a feed with its pages; `None` where one of them is none, or all are too much.
    pub(crate) fn whole(feed: &PublishedFeed) -> Option<Self> {
        let mut tree = Self::read(&feed.first)?;
        let links = tree.tags.remove("atom:link").unwrap_or_default();
        let (turning, links): (Vec<Tag>, Vec<Tag>) =
            links.into_iter().partition(|link| link.attribute("rel").is_some_and(|rel| PAGES.contains(&rel)));
        if !links.is_empty() {
            tree.tags.insert("atom:link".into(), links);
        }
        tree.newest = tree.items.len();
        let leads_on = |link: &Tag| matches!(link.attribute("rel"), Some("next" | "prev-archive"));
        tree.more = feed.pages.is_empty() && turning.iter().any(leads_on);
        let mut bytes = feed.first.len();
        for page in feed.pages.iter().rev() {
            bytes += page.len();
            if bytes > MOST_BYTES {
                return None;
            }
            tree.items.extend(Self::read(page)?.items);
        }
        (tree.items.len() <= MOST_ITEMS).then_some(tree)
    }

    /// Reads a feed; `None` for what is none, or too much.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MOST_BYTES {
            return None;
        }
        let text = std::str::from_utf8(bytes).ok()?;
        let mut reading = Reading::default();
        let mut reader = Reader::from_str(text);
        loop {
            match reader.read_event().ok()? {
                Event::Start(tag) => reading.open(&tag)?,
                Event::Empty(tag) => {
                    reading.open(&tag)?;
                    reading.close();
                }
                Event::End(_) => reading.close(),
                Event::Text(text) => reading.text(&text.xml10_content()),
                Event::CData(text) => reading.text(&text.xml10_content()),
                Event::GeneralRef(name) => reading.text(&resolved(&name)?),
                Event::Eof => break,
                _ => {}
            }
        }
        // What was cut off is no feed, however much of it there is.
        (reading.channel && reading.open.is_empty()).then_some(reading.feed)
    }
}

fn resolved(name: &quick_xml::events::BytesRef) -> Option<String> {
    if let Some(letter) = name.resolve_char_ref().ok()? {
        return Some(letter.to_string());
    }
    quick_xml::escape::resolve_xml_entity(&name.xml10_content()).map(str::to_string)
}

#[derive(Default)]
struct Reading {
    feed: FeedTree,
    channel: bool,
    /// Names of the open tags.
    open: Vec<String>,
    /// The item being read.
    item: Option<FeedItem>,
    /// The tag of show or item being read, and how deep it stands.
    tag: Option<(usize, Tag)>,
}

impl Reading {
    fn open(&mut self, start: &BytesStart) -> Option<()> {
        let name = start.name().as_ref().to_string();
        let within = self.open.join("/");
        if self.open.len() >= DEEPEST {
            return None;
        }
        match (within.as_str(), name.as_str()) {
            ("rss", "channel") => self.channel = true,
            ("rss/channel", "item") => {
                if self.feed.items.len() >= MOST_ITEMS {
                    return None;
                }
                self.item = Some(FeedItem::default());
            }
            ("rss/channel" | "rss/channel/item", _) => {
                self.tag = Some((self.open.len(), Tag { attributes: attributes(start)?, text: String::new() }));
            }
            _ => {
                let attributes = attributes(start)?;
                if let Some((_, tag)) = &mut self.tag {
                    let inner = Tag { attributes, text: String::new() }.words();
                    tag.text += &format!(" {name} {inner}");
                }
            }
        }
        self.open.push(name);
        Some(())
    }

    fn close(&mut self) {
        let Some(name) = self.open.pop() else { return };
        match self.tag.take() {
            Some((depth, tag)) if depth == self.open.len() => self.keep(name, tag),
            other => self.tag = other,
        }
        if self.open.len() == 2 && self.tag.is_none() && self.open[1] == "channel" {
            self.end_item();
        }
    }

    fn keep(&mut self, name: String, mut tag: Tag) {
        tag.text = tag.text.trim().to_string();
        let (title, tags) = match &mut self.item {
            Some(item) => (&mut item.title, &mut item.tags),
            None => (&mut self.feed.title, &mut self.feed.tags),
        };
        if name == "title" {
            title.clone_from(&tag.text);
        }
        tags.entry(name).or_default().push(tag);
    }

    fn end_item(&mut self) {
        let Some(mut item) = self.item.take() else { return };
        let first = |name: &str| item.tags.get(name).and_then(|tags| tags.first());
        let guid = first("guid").map(|tag| tag.text.clone()).filter(|guid| !guid.is_empty());
        let address = || first("enclosure").and_then(|tag| tag.attribute("url")).map(str::to_string);
        item.guid = guid.or_else(address).unwrap_or_else(|| item.title.clone());
        self.feed.items.push(item);
    }

    fn text(&mut self, text: &str) {
        if let Some((_, tag)) = &mut self.tag {
            tag.text += text;
        }
    }
}

fn attributes(start: &BytesStart) -> Option<Vec<(String, String)>> {
    let mut found = vec![];
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
        found.push((attribute.key.as_ref().to_string(), value.into_owned()));
    }
    found.sort();
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_read_with_its_entities_and_nested_tags() {
        let feed = FeedTree::read(
            b"<?xml version=\"1.0\"?><rss xmlns:itunes=\"x\"><channel><title>Salt &amp; Rope</title>\
              <itunes:owner><itunes:name>Mara</itunes:name></itunes:owner>\
              <item><title><![CDATA[A <b>]]></title><guid isPermaLink=\"false\">g&#49;</guid>\
              <enclosure url=\"https://a.example/?a=1&amp;b=2\" length=\"5\" type=\"audio/mpeg\"/></item>\
              <item><title>No guid</title><enclosure url=\"https://a.example/2\"/></item></channel></rss>",
        )
        .unwrap();
        assert_eq!(feed.title, "Salt & Rope");
        assert_eq!(feed.tags["itunes:owner"][0].words(), "itunes:name Mara");
        assert_eq!((feed.items[0].title.as_str(), feed.items[0].guid.as_str()), ("A <b>", "g1"));
        assert_eq!(feed.items[0].tags["enclosure"][0].attribute("url"), Some("https://a.example/?a=1&b=2"));
        assert_eq!(feed.items[1].guid, "https://a.example/2");
    }

    #[test]
    fn what_is_no_feed_is_none() {
        let deep = "<rss>".repeat(100);
        for bad in [
            "",
            "<html></html>",
            "<rss><channel>",
            "<rss><channel><item></rss>",
            deep.as_str(),
            "<rss a='1' a='2'><channel/></rss>",
        ] {
            let read = FeedTree::read(bad.as_bytes());
            assert!(read.is_none() || bad.starts_with("<rss a="), "{bad}: {read:?}");
        }
        assert!(FeedTree::read(&[0xff, 0xfe]).is_none());
        let bomb = "<!DOCTYPE r [<!ENTITY a \"aaaa\">]><rss><channel><title>&a;</title></channel></rss>";
        assert!(FeedTree::read(bomb.as_bytes()).is_none(), "entities of its own are not expanded");
    }
}
