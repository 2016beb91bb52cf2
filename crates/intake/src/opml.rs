//! Lists of subscriptions (OPML 2.0), as podcast apps hand them on: read with folders inside folders, written flat.

use crate::document::{MAX_BYTES, whole};
use crate::encoding::text_of;
use crate::feed::IntakeError;
use crate::node::Node;
use crate::repairs::shown;
use crate::tag::{Reading, Scheme};
use hearthcast_text::chars::xml_only;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::collections::HashSet;

/// Most subscriptions of a list.
pub const MAX_SUBSCRIPTIONS: usize = 20_000;

/// A feed that somebody follows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subscription {
    /// What it is called; its address when the list does not say.
    pub title: String,
    /// Address of the feed.
    pub feed_url: String,
    /// Its web page; may be empty.
    pub page_url: String,
}

/// Reads a list: every outline with a feed, in its order, each feed once.
pub fn read_opml(bytes: &[u8]) -> Result<Vec<Subscription>, IntakeError> {
    if bytes.len() > MAX_BYTES {
        return Err(IntakeError::TooMuch { what: "bytes", limit: MAX_BYTES });
    }
    let mut reading = Reading::default();
    let text = text_of(bytes, &mut reading.repairs);
    let root = whole(&text, &mut reading.repairs)?;
    if !root.name.eq_ignore_ascii_case("opml") {
        return Err(IntakeError::NoFeed(format!(
            "it is no list of subscriptions: it begins with <{}>",
            shown(&root.name)
        )));
    }
    let (mut found, mut known) = (vec![], HashSet::new());
    for body in root.children().filter(|node| node.name.eq_ignore_ascii_case("body")) {
        outlines(body, &mut found, &mut known, &mut reading)?;
    }
    Ok(found)
}

/// Outlines inside; a document is never deeper than its limit.
fn outlines(
    node: &Node,
    found: &mut Vec<Subscription>,
    known: &mut HashSet<String>,
    reading: &mut Reading,
) -> Result<(), IntakeError> {
    for outline in node.children().filter(|node| node.name.eq_ignore_ascii_case("outline")) {
        if let Some(one) = subscription(outline, reading).filter(|one| known.insert(one.feed_url.clone())) {
            if found.len() == MAX_SUBSCRIPTIONS {
                return Err(IntakeError::TooMuch { what: "subscriptions", limit: MAX_SUBSCRIPTIONS });
            }
            found.push(one);
        }
        outlines(outline, found, known, reading)?;
    }
    Ok(())
}

fn subscription(outline: &Node, reading: &mut Reading) -> Option<Subscription> {
    // Some programs write the address of a feed as `url`.
    let is_feed = outline
        .attribute("type")
        .is_some_and(|kind| ["rss", "atom", "pie"].iter().any(|known| kind.eq_ignore_ascii_case(known)));
    let url = outline.attribute("xmlUrl").or_else(|| outline.attribute("url").filter(|_| is_feed))?;
    let feed_url = reading.address(url, Scheme::Web, "a feed")?;
    let page = outline.attribute("htmlUrl").and_then(|url| reading.address(url, Scheme::Web, "a page"));
    let title = outline.attribute("text").or_else(|| outline.attribute("title")).unwrap_or(&feed_url);
    Some(Subscription { title: title.to_string(), page_url: page.unwrap_or_default(), feed_url })
}

/// Writes a list that podcast apps take. `title` says whose it is.
pub fn write_opml(title: &str, subscriptions: &[Subscription]) -> Vec<u8> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    written(&mut writer, title, subscriptions).expect("a Vec takes everything that is written to it");
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    bytes
}

fn written(writer: &mut Writer<Vec<u8>>, title: &str, subscriptions: &[Subscription]) -> std::io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let opml = writer.create_element("opml").with_attribute(("version", "2.0"));
    opml.write_inner_content(|writer| {
        writer.create_element("head").write_inner_content(|writer| {
            let title = xml_only(title);
            writer.create_element("title").write_text_content(BytesText::new(&title))?;
            Ok(())
        })?;
        let body = writer.create_element("body");
        body.write_inner_content(|writer| subscriptions.iter().try_for_each(|one| outline(writer, one)))?;
        Ok(())
    })?;
    Ok(())
}

fn outline(
    writer: &mut Writer<Vec<u8>>,
    Subscription { title, feed_url, page_url }: &Subscription,
) -> std::io::Result<()> {
    let mut outline = writer.create_element("outline").with_attribute(("type", "rss"));
    for (name, value) in [("text", title), ("title", title), ("xmlUrl", feed_url), ("htmlUrl", page_url)] {
        if !value.is_empty() {
            outline = outline.with_attribute((name, xml_only(value).as_ref()));
        }
    }
    outline.write_empty()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(title: &str, feed_url: &str, page_url: &str) -> Subscription {
        Subscription { title: title.into(), feed_url: feed_url.into(), page_url: page_url.into() }
    }

    #[test]
    fn folders_inside_folders_are_read() {
        // After the example of opml.org/spec2 ("subscription list"), with what apps add.
        let list = b"\xEF\xBB\xBF<?xml version=\"1.0\"?><opml version=\"1.1\"><head><title>mySubscriptions</title></head><body>\
            <outline text=\"CNET News.com\" description=\"x\" htmlUrl=\"http://news.example/\" type=\"rss\" version=\"RSS2\" xmlUrl=\"http://news.example/feed?a=1&amp;b=2\"/>\
            <outline text=\"Podcasts\"><outline text=\"Sea\"><outline title=\"Ports &amp; Harbours\" type=\"rss\" xmlUrl=\"https://ports.example/feed\"/></outline></outline>\
            <outline text=\"Again\" xmlUrl=\"https://ports.example/feed\"/><outline type=\"rss\" url=\"https://old.example/rss\"/>\
            <outline text=\"Page\" type=\"link\" url=\"https://page.example/\"/><outline text=\"Bad\" xmlUrl=\"javascript:alert(1)\"/></body></opml>";
        assert_eq!(
            read_opml(list).unwrap(),
            [
                one("CNET News.com", "http://news.example/feed?a=1&b=2", "http://news.example/"),
                one("Ports & Harbours", "https://ports.example/feed", ""),
                one("https://old.example/rss", "https://old.example/rss", ""),
            ]
        );
    }

    #[test]
    fn hostile_lists_are_refused() {
        let deep = format!("<opml><body>{}", "<outline>".repeat(200_000));
        assert!(matches!(read_opml(deep.as_bytes()), Err(IntakeError::TooMuch { .. })));
        let many: String = (0..20_001).map(|n| format!("<outline xmlUrl=\"https://a.example/{n}\"/>")).collect();
        let many = format!("<opml><body>{many}</body></opml>");
        assert_eq!(read_opml(many.as_bytes()), Err(IntakeError::TooMuch { what: "subscriptions", limit: 20_000 }));
        assert!(matches!(read_opml(b"<rss/>"), Err(IntakeError::NoFeed(_))));
        let bomb =
            b"<!DOCTYPE opml [<!ENTITY a \"https://a.example/\">]><opml><body><outline xmlUrl=\"&a;\"/></body></opml>";
        assert_eq!(read_opml(bomb).unwrap(), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn what_is_written_is_read_again(titles in prop::collection::vec(any::<String>(), 0..5), title in any::<String>()) {
            let titles = titles.iter().map(|title| format!("x{}x", xml_only(title)));
            let list: Vec<_> = titles.enumerate().map(|(n, title)| one(&title, &format!("https://a.example/?a={n}&b=\"'<>"), "")).collect();
            prop_assert_eq!(read_opml(&write_opml(&title, &list)).unwrap(), list);
        }
    }
}
