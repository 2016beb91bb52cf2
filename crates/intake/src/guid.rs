//! Guids: foreign text that is never touched. Where one is missing, apps know the episode by the address of its sound, and so does
//! Hearthcast.

use crate::node::Node;
use crate::space::Space;
use crate::tag::{Reading, yes};
use std::collections::HashMap;
use url::Url;

/// A guid, and whether it is the address of a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Guid {
    pub text: String,
    pub is_permalink: bool,
    /// Whether an episode before had it already.
    pub repeated: bool,
}

/// Guids that episodes have, and how often each was asked for: a feed may have ten thousand times the same.
#[derive(Debug, Default)]
pub(crate) struct Guids(HashMap<String, u64>);

impl Guids {
    /// Takes a guid; false when it is taken. Outer spaces make no other guid to most apps.
    fn take(&mut self, text: &str) -> bool {
        let asked = self.0.entry(text.trim().to_string()).or_default();
        *asked += 1;
        *asked == 1
    }

    /// Takes one that is free: the address of the sound, or the guid with a number.
    fn free(&mut self, text: &str, sound: Option<&str>) -> String {
        if let Some(sound) = sound.filter(|sound| self.take(sound)) {
            return sound.to_string();
        }
        loop {
            let asked = self.0.get(text.trim()).copied().unwrap_or(2);
            let numbered = format!("{}#{asked}", text.trim());
            if self.take(&numbered) {
                return numbered;
            }
            self.take(text);
        }
    }
}

/// The guid of an item. `sound` is the address of its sound as the feed has it.
///
/// A guid without `isPermaLink` is an address by the RSS specification; it is kept as one if it is one, and else written with
/// `isPermaLink="false"`, which is what apps make of it.
pub(crate) fn guid(item: &Node, sound: Option<&str>, title: &str, taken: &mut Guids, reading: &mut Reading) -> Guid {
    let node = item.first(Space::Rss, "guid").filter(|node| !node.raw_text().trim().is_empty());
    let mut guid = match node {
        Some(node) => given(node, reading),
        None => Guid { text: instead(item, sound, title, reading), is_permalink: false, repeated: false },
    };
    if !taken.take(&guid.text) {
        let told = "Its guid is that of another episode. Apps show one of the two only; this one is a draft now, with a guid of its own.";
        reading.repairs.tell("guid_repeated", told);
        guid = Guid { text: taken.free(&guid.text, sound), is_permalink: false, repeated: true };
    }
    guid
}

fn given(node: &Node, reading: &mut Reading) -> Guid {
    let is_permalink = is_permalink(node, "Its guid", reading);
    Guid { text: node.raw_text().into_owned(), is_permalink, repeated: false }
}

/// Whether a guid is the address of a page; told of `whose` where it says so, and is none.
pub(crate) fn is_permalink(guid: &Node, whose: &str, reading: &mut Reading) -> bool {
    let is_address = Url::parse(guid.raw_text().trim()).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    let said = guid.attribute("isPermaLink").and_then(yes);
    if said == Some(true) && !is_address {
        reading.repairs.tell("guid_no_address", format!("{whose} says that it is an address, and is none."));
    }
    said.unwrap_or(true) && is_address
}

/// What stands in for a guid: the address of the sound, of the page, or what there is.
fn instead(item: &Node, sound: Option<&str>, title: &str, reading: &mut Reading) -> String {
    let link = item.text_of(Space::Rss, "link");
    let (text, what) = match (sound, link) {
        (Some(sound), _) => (sound.to_string(), "the address of its sound, by which apps know it,"),
        (None, Some(link)) => (link, "the address of its page"),
        (None, None) => {
            let date = item.text_of(Space::Rss, "pubDate").or_else(|| item.text_of(Space::Atom, "published"));
            (format!("{title} {}", date.unwrap_or_default()), "its title and date")
        }
    };
    reading.repairs.tell("guid_missing", format!("It has no guid; {what} was taken, and will stay its guid."));
    text
}
