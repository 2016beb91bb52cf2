//! Atom (RFC 4287) as RSS: its tags become those that say the same, and everything else stays. What is read after it knows RSS only.

use crate::node::Node;
use crate::space::{Bound, Space};

/// A tag of a feed of Atom.
pub(crate) fn feed_tag(node: Node, channel: &mut Vec<Node>) {
    if node.bound.space != Space::Atom {
        return channel.push(node);
    }
    match node.name.to_ascii_lowercase().as_str() {
        "title" => channel.push(rss("title").with_text(words(&node))),
        "subtitle" | "tagline" => channel.push(rss("description").with_text(node.inner_html())),
        "rights" => channel.push(rss("copyright").with_text(node.text())),
        "generator" => channel.push(rss("generator").with_text(node.text())),
        "logo" => channel.push(itunes("image").with("href", node.text())),
        "author" => channel.extend(node.text_of(Space::Atom, "name").map(|name| itunes("author").with_text(name))),
        "link" if is_page(&node) => channel.push(rss("link").with_text(node.attribute_or_empty("href"))),
        "link" => channel.push(node),
        // The feed's own name and dates, and a smaller picture.
        "id" | "updated" | "icon" | "modified" => {}
        _ => channel.push(node),
    }
}

/// An entry as an item.
pub(crate) fn entry(entry: Node) -> Node {
    let mut item = rss("item");
    let mut children = vec![];
    // What was published counts more than what was changed, whichever comes first. It stays a date of Atom: its form is
    // another one than that of RSS.
    let dated = ["published", "issued", "updated", "modified"].iter().find_map(|name| entry.text_of(Space::Atom, name));
    children.extend(dated.map(|date| atom("published").with_text(date)));
    for inside in entry.inside {
        if let crate::node::Inside::Node(node) = inside {
            entry_tag(node, &mut children);
        }
    }
    item.inside = children.into_iter().map(crate::node::Inside::Node).collect();
    item
}

fn entry_tag(node: Node, item: &mut Vec<Node>) {
    if node.bound.space != Space::Atom {
        return item.push(node);
    }
    match node.name.to_ascii_lowercase().as_str() {
        "title" => item.push(rss("title").with_text(words(&node))),
        "id" => item.push(rss("guid").with("isPermaLink", "false").with_text(node.raw_text())),
        "content" => item.push(content("encoded").with_text(node.inner_html())),
        "summary" => item.push(rss("description").with_text(node.inner_html())),
        "link" if node.attribute("rel") == Some("enclosure") => {
            let link = |name: &str| node.attribute_or_empty(name);
            item.push(
                rss("enclosure").with("url", link("href")).with("length", link("length")).with("type", link("type")),
            );
        }
        "link" if is_page(&node) => item.push(rss("link").with_text(node.attribute_or_empty("href"))),
        "published" | "updated" | "issued" | "modified" | "author" => {}
        _ => item.push(node),
    }
}

/// The words of a text that says whether it is HTML (RFC 4287 §3.1).
fn words(node: &Node) -> String {
    match node.attribute("type") {
        Some("html" | "text/html") => hearthcast_text::plain(&node.text()),
        _ => node.text(),
    }
}

/// Whether a link leads to the page that the feed or entry is about (RFC 4287 §4.2.7.2: without a relation it does).
fn is_page(link: &Node) -> bool {
    let html = link.attribute("type").is_none_or(|kind| kind.contains("html"));
    html && matches!(link.attribute("rel"), None | Some("alternate"))
}

fn rss(name: &str) -> Node {
    Node::new(Bound::none(), name)
}

fn atom(name: &str) -> Node {
    Node::new(Bound::of("http://www.w3.org/2005/Atom"), name)
}

fn itunes(name: &str) -> Node {
    Node::new(Bound::of("http://www.itunes.com/dtds/podcast-1.0.dtd"), name)
}

fn content(name: &str) -> Node {
    Node::new(Bound::of("http://purl.org/rss/1.0/modules/content/"), name)
}
