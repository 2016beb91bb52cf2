//! What Hearthcast has no field for: elements of namespaces of others are kept as they are; of those it writes itself, what cannot
//! be kept is told.

use crate::node::{Attribute, Inside, Node};
use crate::podcast::{OF_ITEM, OF_SHOW};
use crate::space::Space;
use crate::tag::Reading;
use crate::wordpress::UNFINISHED;
use hearthcast_model::foreign::{is_own_in_atom, relation};
use hearthcast_model::{ForeignAttribute, ForeignElement, ForeignNode};

/// Deepest element that is kept; records are JSON, whose readers stop soon.
const MAX_DEPTH: usize = 30;
/// Most elements that are kept of one show, episode or broadcast.
const MAX_KEPT: usize = 2_000;

/// Where a tag stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Show,
    Item,
    Broadcast,
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
/// Tags of RSS that are read of a broadcast.
const OF_BROADCAST: [&str; 5] = ["title", "link", "description", "guid", "enclosure"];
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
/// Atom's tags in a feed of RSS that are read, besides links.
const OF_ATOM: [&str; 3] = ["updated", "published", "id"];
/// Links of Atom that are read, or that the writer of pages and addresses makes anew.
const LINKS: [&str; 9] = ["self", "alternate", "hub", "next", "prev", "previous", "first", "last", "current"];
/// What an item is known by that was read out of a site's export; of other feeds, it is whether it is a draft.
const OF_WORDPRESS: [&str; 2] = ["status", UNFINISHED];
/// Tags of an episode that a broadcast has no field for.
const NOT_OF_BROADCAST: [&str; 2] = ["season", "episode"];

/// Elements of namespaces of others.
pub(crate) fn kept(parent: &Node, place: Place, reading: &mut Reading) -> Vec<ForeignElement> {
    let mut kept = vec![];
    for node in parent.children() {
        if is_read(node, place) {
            continue;
        }
        let of = if place == Place::Broadcast { " of a broadcast" } else { "" };
        let what = format!("the tag {}{of}", written(node));
        if is_own(node) || node.bound.uri.is_empty() {
            reading.repairs.once_for(
                "tag_left_out",
                &what,
                format!("Left out: {what}, for which Hearthcast has no field."),
            );
        } else if kept.len() < MAX_KEPT && depth(node) <= MAX_DEPTH {
            let mut one = element(node);
            if node.bound.space == Space::Atom {
                lead_on(&mut one, &what, reading);
            }
            kept.push(one);
        } else {
            reading.left_out::<()>(&what, "because there is too much of its kind");
        }
    }
    kept
}

/// Makes a link of Atom lead where it led, wherever it is written again.
fn lead_on(link: &mut ForeignElement, what: &str, reading: &mut Reading) {
    let is_href = |one: &&mut ForeignAttribute| one.namespace.is_empty() && one.name.eq_ignore_ascii_case("href");
    for href in link.attributes.iter_mut().filter(is_href) {
        if let Some(whole) = reading.made_whole(&href.value, what) {
            href.value = whole;
        }
    }
}

/// Forgets what says a sound once more (Media RSS, links of Atom). When the sound moves, that would lead to the old place.
pub(crate) fn forget(kept: &mut Vec<ForeignElement>, sound: &str) {
    let says = |element: &ForeignElement, name: &str| {
        element.attributes.iter().any(|one| one.name == name && one.value.trim() == sound)
    };
    kept.retain(|element| match element.name.as_str() {
        "content" => !says(element, "url"),
        "link" => !says(element, "href"),
        _ => true,
    });
}

fn is_read(node: &Node, place: Place) -> bool {
    let among = |names: &[&str]| names.iter().any(|name| node.name.eq_ignore_ascii_case(name));
    let is_broadcast = place == Place::Broadcast;
    match node.bound.space {
        Space::Rss if is_broadcast => among(&OF_BROADCAST),
        Space::Rss => among(&OF_RSS),
        Space::Itunes => !is_broadcast && among(&OF_ITUNES),
        Space::Atom if among(&["link"]) => LINKS.contains(&relation(node.attribute("rel")).as_str()),
        Space::Atom => among(&OF_ATOM),
        Space::Content => !is_broadcast && among(&["encoded"]),
        Space::Podlove => !is_broadcast && among(&["chapters"]),
        Space::Podcast if place == Place::Show => among(&OF_SHOW),
        Space::Podcast => among(&OF_ITEM) && !(is_broadcast && among(&NOT_OF_BROADCAST)),
        Space::Wordpress => place == Place::Item && among(&OF_WORDPRESS),
        Space::Excerpt | Space::Dublin | Space::Media | Space::Google | Space::Rdf | Space::Html | Space::Other => {
            false
        }
    }
}

/// Whether Hearthcast says everything in its namespace itself; of Atom's, what feeds are made of.
fn is_own(node: &Node) -> bool {
    match node.bound.space {
        Space::Rss | Space::Itunes | Space::Podcast | Space::Content | Space::Podlove => true,
        Space::Atom => is_own_in_atom(&node.name, node.attribute("rel")),
        Space::Wordpress
        | Space::Excerpt
        | Space::Dublin
        | Space::Media
        | Space::Google
        | Space::Rdf
        | Space::Html
        | Space::Other => false,
    }
}

/// The name of a tag for people, as feeds write it; of namespaces without a usual prefix with their address.
pub(crate) fn written(node: &Node) -> String {
    let name = &node.name;
    let prefix = match node.bound.space {
        Space::Rss | Space::Html => "",
        Space::Itunes => "itunes:",
        Space::Podcast => "podcast:",
        Space::Atom => "atom:",
        Space::Content => "content:",
        Space::Podlove => "psc:",
        Space::Dublin => "dc:",
        Space::Media => "media:",
        Space::Google => "googleplay:",
        Space::Rdf => "rdf:",
        Space::Wordpress => "wp:",
        Space::Excerpt => "excerpt:",
        Space::Other if node.bound.uri.is_empty() => "",
        Space::Other => return crate::repairs::shown(&format!("{name} ({})", node.bound.uri)),
    };
    let relation = node.attribute("rel").filter(|_| node.bound.space == Space::Atom);
    let relation = relation.map_or_else(String::new, |rel| format!(" ({rel})"));
    crate::repairs::shown(&format!("{prefix}{name}{relation}"))
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
