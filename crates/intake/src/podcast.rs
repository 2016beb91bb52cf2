//! Tags of the podcast namespace (FEED.md §1), back into the fields that `hearthcast_feed::podcast` writes them from. A tag that
//! could not be written again is mended, or left out and told.

pub(crate) mod about;
pub(crate) mod files;
pub(crate) mod live;
pub(crate) mod people;
pub(crate) mod value;

use crate::node::Node;
use crate::space::Space;
use crate::tag::{Reading, yes};
use hearthcast_model::namespace::{EpisodeTags, RemoteItem, ShowTags};

/// Tags that a show may have.
pub(crate) const OF_SHOW: [&str; 21] = [
    "locked",
    "guid",
    "medium",
    "funding",
    "person",
    "location",
    "license",
    "trailer",
    "image",
    "images",
    "value",
    "socialInteract",
    "block",
    "txt",
    "remoteItem",
    "podroll",
    "updateFrequency",
    "podping",
    "publisher",
    "chat",
    "liveItem",
];
/// Tags that an episode may have.
pub(crate) const OF_ITEM: [&str; 17] = [
    "season",
    "episode",
    "chapters",
    "transcript",
    "person",
    "funding",
    "soundbite",
    "location",
    "license",
    "image",
    "images",
    "alternateEnclosure",
    "value",
    "contentLink",
    "socialInteract",
    "txt",
    "chat",
];

/// All tags of a name that can be read.
pub(crate) fn each<T>(
    parent: &Node,
    name: &str,
    reading: &mut Reading,
    read: impl Fn(&Node, &mut Reading) -> Option<T>,
) -> Vec<T> {
    parent.all(Space::Podcast, name).filter_map(|node| read(node, reading)).collect()
}

/// The only tag of a name; further ones are told.
fn one<T>(
    parent: &Node,
    name: &'static str,
    reading: &mut Reading,
    read: impl Fn(&Node, &mut Reading) -> Option<T>,
) -> Option<T> {
    let mut all = each(parent, name, reading, read).into_iter();
    let first = all.next();
    if all.next().is_some() {
        reading.left_out::<()>(&format!("a second podcast:{name}"), "says what only one may say");
    }
    first
}

/// What a show says. `channel` holds all that a channel has besides its items.
pub(crate) fn show_tags(channel: &Node, reading: &mut Reading) -> ShowTags {
    ShowTags {
        locations: each(channel, "location", reading, about::location),
        license: one(channel, "license", reading, about::license),
        trailers: each(channel, "trailer", reading, about::trailer),
        images: about::images(channel, reading),
        values: each(channel, "value", reading, value::value),
        social: each(channel, "socialInteract", reading, about::social),
        blocks: each(channel, "block", reading, about::block),
        txts: each(channel, "txt", reading, about::txt),
        remote_items: each(channel, "remoteItem", reading, value::remote_item),
        podroll: podroll(channel, reading),
        update_frequency: one(channel, "updateFrequency", reading, about::update_frequency),
        uses_podping: channel.first(Space::Podcast, "podping").and_then(|node| yes(node.attribute("usesPodping")?)),
        publisher: one(channel, "publisher", reading, publisher),
        chat: one(channel, "chat", reading, about::chat),
        live_items: each(channel, "liveItem", reading, live::live_item),
        extra: Default::default(),
    }
}

/// What an item says beyond its own, at an episode and at a broadcast.
pub(crate) fn episode_tags(item: &Node, reading: &mut Reading) -> EpisodeTags {
    EpisodeTags {
        funding: each(item, "funding", reading, people::funding),
        number_display: number_display(item, reading),
        soundbites: each(item, "soundbite", reading, about::soundbite),
        locations: each(item, "location", reading, about::location),
        license: one(item, "license", reading, about::license),
        images: about::images(item, reading),
        alternate_enclosures: each(item, "alternateEnclosure", reading, files::alternate),
        values: each(item, "value", reading, value::value),
        content_links: each(item, "contentLink", reading, about::content_link),
        social: each(item, "socialInteract", reading, about::social),
        txts: each(item, "txt", reading, about::txt),
        chat: one(item, "chat", reading, about::chat),
        extra: Default::default(),
    }
}

/// Longest text in place of an episode's number, in characters.
const MAX_DISPLAY: usize = 32;

fn number_display(item: &Node, reading: &mut Reading) -> String {
    let display = item.first(Space::Podcast, "episode").and_then(|node| node.attribute("display"));
    display.map_or_else(String::new, |display| reading.limited(display, MAX_DISPLAY, "an episode's number"))
}

fn podroll(channel: &Node, reading: &mut Reading) -> Vec<RemoteItem> {
    let rolls = channel.all(Space::Podcast, "podroll");
    rolls.flat_map(|roll| each(roll, "remoteItem", reading, value::remote_item)).collect()
}

fn publisher(node: &Node, reading: &mut Reading) -> Option<RemoteItem> {
    let item = node.first(Space::Podcast, "remoteItem").and_then(|item| value::remote_item(item, reading));
    match item {
        Some(item) if item.medium == "publisher" => Some(item),
        _ => reading.left_out(
            "the publisher's feed (podcast:publisher)",
            "is not named by a remoteItem of the medium publisher",
        ),
    }
}
