//! What Hearthcast has no field for: elements of namespaces of others are kept as they are; of those it writes itself, what cannot
//! be kept is told.

use crate::node::{Attribute, Inside, Node};
use crate::podcast::{OF_ITEM, OF_SHOW};
use crate::space::Space;
use crate::tag::Reading;
use hearthcast_model::{ForeignAttribute, ForeignElement, ForeignNode};

/// Deepest element that is kept; records are JSON, whose readers stop soon.
const MAX_DEPTH: usize = 30;
/// Most elements that are kept of one episode.
const MAX_KEPT: usize = 2_000;

/// Where a tag stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Show,
    Item,
}

/// Tags of RSS that are read, or that say nothing to keep: about the feed as a file, or what the server is told otherwise.
const OF_RSS: [&str; 23] = [
    "title",
    "link",
    "description",
    "language",
    "copyright",
    "generator",
    "lastBuildDate",
    "pubDate",
    "docs",
    "ttl",
    "cloud",
    "image",
    "item",
    "guid",
    "enclosure",
    "rating",
    "textInput",
    "skipHours",
    "skipDays",
    "managingEditor",
    "webMaster",
    "author",
    "items",
];
/// Tags of Apple that are read, and two that nobody reads any more.
const OF_ITUNES: [&str; 17] = [
    "author",
    "owner",
    "image",
    "category",
    "explicit",
    "type",
    "new-feed-url",
    "block",
    "complete",
    "title",
    "duration",
    "season",
    "episode",
    "episodeType",
    "summary",
    "subtitle",
    "keywords",
];
/// Atom's tags in a feed of RSS that are read.
const OF_ATOM: [&str; 4] = ["link", "updated", "published", "id"];

/// Elements of namespaces of others.
pub(crate) fn kept(parent: &Node, place: Place, reading: &mut Reading) -> Vec<ForeignElement> {
    let mut kept = vec![];
    for node in parent.children() {
        if is_read(node, place) {
            continue;
        }
        let own = !matches!(
            node.bound.space,
            Space::Dublin | Space::Media | Space::Google | Space::Rdf | Space::Html | Space::Other
        );
        if own || node.bound.uri.is_empty() {
            let what = format!("the tag {}", written(node));
            reading.repairs.once_for(
                "tag_left_out",
                &what,
                format!("Left out: {what}, for which Hearthcast has no field."),
            );
        } else if kept.len() < MAX_KEPT && depth(node) <= MAX_DEPTH {
            kept.push(element(node));
        } else {
            reading.left_out::<()>(&format!("the tag {}", written(node)), "because there is too much of its kind");
        }
    }
    kept
}

fn is_read(node: &Node, place: Place) -> bool {
    let among = |names: &[&str]| names.iter().any(|name| node.name.eq_ignore_ascii_case(name));
    match node.bound.space {
        Space::Rss => among(&OF_RSS),
        Space::Itunes => among(&OF_ITUNES),
        Space::Atom => among(&OF_ATOM) && node.attribute("rel").is_none_or(is_read_relation),
        Space::Content => among(&["encoded"]),
        Space::Podlove => among(&["chapters"]),
        Space::Podcast if place == Place::Show => among(&OF_SHOW),
        Space::Podcast => among(&OF_ITEM),
        Space::Wordpress | Space::Excerpt => true,
        Space::Dublin | Space::Media | Space::Google | Space::Rdf | Space::Html | Space::Other => false,
    }
}

/// Links of Atom that are read, or that the writer of pages and addresses makes anew.
fn is_read_relation(rel: &str) -> bool {
    let known = ["self", "alternate", "hub", "next", "prev", "previous", "first", "last", "current"];
    known.iter().any(|one| rel.eq_ignore_ascii_case(one))
}

fn written(node: &Node) -> String {
    let prefix = match node.bound.space {
        Space::Itunes => "itunes:",
        Space::Podcast => "podcast:",
        Space::Atom => "atom:",
        Space::Content => "content:",
        Space::Podlove => "psc:",
        _ => "",
    };
    let relation = node.attribute("rel").filter(|_| node.bound.space == Space::Atom);
    let relation = relation.map_or_else(String::new, |rel| format!(" ({rel})"));
    crate::repairs::shown(&format!("{prefix}{}{relation}", node.name))
}

fn depth(node: &Node) -> usize {
    1 + node.children().map(depth).max().unwrap_or(0)
}

fn element(node: &Node) -> ForeignElement {
    let attribute = |Attribute { bound, name, value }: &Attribute| ForeignAttribute {
        namespace: bound.uri.to_string(),
        name: name.clone(),
        value: value.clone(),
    };
    let inside = |inside: &Inside| match inside {
        Inside::Text(text) => ForeignNode::Text(text.clone()),
        Inside::Node(node) => ForeignNode::Element(element(node)),
    };
    // White space between elements only shapes the document.
    let has_elements = node.children().next().is_some();
    let means = |inside: &&Inside| !matches!(inside, Inside::Text(text) if has_elements && text.trim().is_empty());
    ForeignElement {
        namespace: node.bound.uri.to_string(),
        name: node.name.clone(),
        attributes: node.attributes.iter().map(attribute).collect(),
        inside: node.inside.iter().filter(means).map(inside).collect(),
    }
}
