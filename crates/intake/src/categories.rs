//! `itunes:category`, in Apple's words of today: names of before 2019, small letters and ampersands written once too often are
//! mended; what is on no list is left out.

use crate::node::Node;
use crate::repairs::shown;
use crate::space::Space;
use crate::tag::Reading;
use hearthcast_model::category::ALL;
use hearthcast_model::show::Category;

/// What Apple renamed in August 2019.
const RENAMED: [(&str, &str); 6] = [
    ("Games & Hobbies", "Leisure"),
    ("Government & Organizations", "Government"),
    ("Health", "Health & Fitness"),
    ("News & Politics", "News"),
    ("Science & Medicine", "Science"),
    ("Sports & Recreation", "Sports"),
];

/// The categories of a channel, each once.
pub(crate) fn categories(channel: &Node, reading: &mut Reading) -> Vec<Category> {
    let mut read: Vec<Category> = vec![];
    for node in channel.all(Space::Itunes, "category") {
        for category in category(node, reading) {
            if !read.contains(&category) {
                read.push(category);
            }
        }
    }
    read
}

/// A category; several where it has several below it.
fn category(node: &Node, reading: &mut Reading) -> Vec<Category> {
    let words = node.attribute("text").map_or_else(|| node.text(), str::to_string).replace("&amp;", "&");
    let Some((name, subs)) = top(&words) else {
        reading
            .repairs
            .tell("category_unknown", format!("\"{}\" is none of Apple's categories; it was left out.", shown(&words)));
        return vec![];
    };
    if name != words {
        reading
            .repairs
            .tell("category_renamed", format!("The category \"{}\" is called \"{name}\" today.", shown(&words)));
    }
    let mut found = vec![];
    for sub in node.all(Space::Itunes, "category") {
        let words = sub.attribute("text").map_or_else(|| sub.text(), str::to_string).replace("&amp;", "&");
        match subs.iter().find(|sub| sub.eq_ignore_ascii_case(&words)) {
            Some(sub) => found.push(Category { name: name.into(), sub: Some(sub.to_string()) }),
            None => {
                let why = format!("\"{}\" is no category below \"{name}\"; \"{name}\" alone was kept.", shown(&words));
                reading.repairs.tell("category_unknown", why);
            }
        }
    }
    if found.is_empty() {
        found.push(Category { name: name.into(), sub: None });
    }
    found
}

fn top(words: &str) -> Option<(&'static str, &'static [&'static str])> {
    let today = RENAMED.iter().find(|(old, _)| old.eq_ignore_ascii_case(words)).map_or(words, |(_, new)| new);
    ALL.iter().find(|(name, _)| name.eq_ignore_ascii_case(today)).copied()
}
