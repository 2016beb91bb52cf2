//! `podcast:person` and `podcast:funding`.

use crate::node::Node;
use crate::tag::{MAX_TEXT, Reading, Tag};
use hearthcast_model::person::{Funding, Person};

pub(crate) fn person(node: &Node, reading: &mut Reading) -> Option<Person> {
    let mut tag = Tag::new(node, "a person", reading);
    let name = tag.text(MAX_TEXT);
    if name.is_empty() {
        return tag.left_out("has no name");
    }
    Some(Person {
        name,
        // Roles and groups are compared in small letters.
        role: tag.words("role", MAX_TEXT).to_lowercase(),
        group: tag.words("group", MAX_TEXT).to_lowercase(),
        img: tag.link("img"),
        href: tag.link("href"),
    })
}

pub(crate) fn funding(node: &Node, reading: &mut Reading) -> Option<Funding> {
    let mut tag = Tag::new(node, "a way to give", reading);
    let (url, text) = (tag.link("url"), tag.text(MAX_TEXT));
    if url.is_empty() {
        return tag.left_out("has no address");
    }
    // A link without words is shown by its address.
    let text = if text.is_empty() { tag.reading.limited(&url, MAX_TEXT, "a way to give") } else { text };
    Some(Funding { url, text })
}
