//! One item as an episode.

use crate::enclosure::enclosures;
use crate::feed::{ReadItem, ReadOptions};
use crate::foreign::{Place, forget, kept};
use crate::guid::{Guids, guid};
use crate::node::Node;
use crate::podcast::about::alt_of;
use crate::podcast::{each, episode_tags, files, people};
use crate::repairs::shown;
use crate::space::Space;
use crate::tag::{Reading, Scheme, yes};
use crate::{dates, marks, wordpress, words};
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::{Episode, EpisodeNumber};
use std::collections::{HashMap, HashSet};

/// Most episodes of a feed.
pub(crate) const MAX_ITEMS: usize = 50_000;

/// Longest title that is taken, in characters.
pub(crate) const MAX_TITLE: usize = 4_000;

/// What the items before have used.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    guids: Guids,
    slugs: HashSet<String>,
    /// How often a slug was asked for: ten thousand episodes may have one title.
    asked: HashMap<String, u64>,
}

impl Taken {
    fn slug(&mut self, title: &str) -> String {
        let wanted = hearthcast_model::slug::slug(title, "episode");
        let asked = self.asked.entry(wanted.clone()).or_default();
        loop {
            *asked += 1;
            let slug = if *asked == 1 { wanted.clone() } else { format!("{wanted}-{asked}") };
            if self.slugs.insert(slug.clone()) {
                return slug;
            }
        }
    }
}

/// Reads an item.
pub(crate) fn item(node: &Node, options: &ReadOptions, taken: &mut Taken, reading: &mut Reading) -> ReadItem {
    let title = node.text_of(Space::Rss, "title").or_else(|| node.text_of(Space::Itunes, "title"));
    let untitled = title.is_none();
    let title = title.unwrap_or_else(|| "Untitled episode".into());
    reading.repairs.about(&title);
    let title = reading.limited(&title, MAX_TITLE, "the title");
    if untitled {
        reading.repairs.tell("title_missing", "It has no title.");
    }
    let (sound, others) = enclosures(node, reading);
    let at = node.first(Space::Rss, "enclosure").and_then(|node| node.attribute("url"));
    let guid = guid(node, at.or(sound.as_ref().map(|sound| sound.url.as_str())), &title, &mut taken.guids, reading);
    let mut episode = Episode::new(options.show.clone(), &guid.text, &title, &taken.slug(&title), options.now_ms);
    episode.itunes_title = itunes_title(node, &title, reading);
    episode.guid_is_permalink = guid.is_permalink;
    episode.draft = guid.repeated || wordpress::is_draft(node);
    episode.remote_audio = sound;
    episode.kind = kind(node, &episode, reading);
    episode.publish_at_ms = published(node, reading);
    words::of_item(node, &mut episode, reading);
    episode.link = node
        .text_of(Space::Rss, "link")
        .and_then(|link| reading.address(&link, Scheme::Web, "the page"))
        .unwrap_or_default();
    numbers(node, &mut episode, reading);
    episode.explicit = explicit(node, reading);
    episode.blocked = says_yes(node, "block");
    episode.persons = each(node, "person", reading, people::person);
    episode.tags = episode_tags(node, reading);
    episode.tags.alternate_enclosures.extend(others);
    let (chapters, chapter_images) = marks::of_item(node, reading);
    episode.chapters = chapters;
    episode.foreign = kept(node, Place::Item, reading);
    if let Some(sound) = &episode.remote_audio {
        forget(&mut episode.foreign, &sound.url);
    }
    let image_url = image(node, reading);
    episode.image_alt = alt_of(&mut episode.tags.images, &image_url);
    ReadItem {
        image_url,
        chapters: files::chapters(node, reading),
        transcripts: each(node, "transcript", reading, files::transcript),
        chapter_images,
        comments: vec![],
        partial: false,
        episode,
    }
}

/// Apple's title where it is another one than the title.
fn itunes_title(node: &Node, title: &str, reading: &mut Reading) -> String {
    let own = node.text_of(Space::Itunes, "title").unwrap_or_default();
    let own = reading.limited(&own, MAX_TITLE, "itunes:title");
    if own == title { String::new() } else { own }
}

fn kind(node: &Node, episode: &Episode, reading: &mut Reading) -> EpisodeKind {
    if !episode.has_sound() && !wordpress::is_unfinished(node) {
        reading
            .repairs
            .tell("enclosure_missing", "It has no sound: it is kept as a post of the website, and no feed has it.");
        return EpisodeKind::Post;
    }
    match node.text_of(Space::Itunes, "episodeType").unwrap_or_default().to_ascii_lowercase().as_str() {
        "trailer" => EpisodeKind::Trailer,
        "bonus" => EpisodeKind::Bonus,
        _ => EpisodeKind::Full,
    }
}

/// When it came out; `None`, for the neighbours to tell, when it does not say.
fn published(node: &Node, reading: &mut Reading) -> Option<i64> {
    let places =
        [(Space::Rss, "pubDate"), (Space::Atom, "published"), (Space::Dublin, "date"), (Space::Atom, "updated")];
    let (space, text) = places.iter().find_map(|(space, name)| Some((*space, node.text_of(*space, name)?)))?;
    let Some(read) = dates::read(&text) else {
        reading.repairs.tell("date_unreadable", format!("Its date \"{}\" cannot be read.", shown(&text)));
        return None;
    };
    // What would be wrong in RSS is the form of the other two (RFC 4287 §3.3, W3C-DTF).
    let is_right = match space {
        Space::Rss => false,
        Space::Dublin => dates::is_of_dublin_core(&text),
        _ => dates::is_of_atom(&text),
    };
    if let Some((code, why)) = read.mended.filter(|_| !is_right) {
        reading.repairs.tell(code, format!("Its date \"{}\" {why}.", shown(&text)));
    }
    Some(read.ms)
}

fn numbers(node: &Node, episode: &mut Episode, reading: &mut Reading) {
    if let Some(season) = node.first(Space::Podcast, "season") {
        let name = season.attribute("name").unwrap_or_default();
        episode.season_name = reading.limited(name, crate::tag::MAX_TEXT, "a season");
    }
    episode.season = number(node, "season", reading).filter(|season: &u32| *season > 0);
    episode.number = number(node, "episode", reading).filter(|number: &EpisodeNumber| !number.is_zero());
}

/// A number of the podcast namespace, or Apple's.
fn number<T: std::str::FromStr>(node: &Node, name: &str, reading: &mut Reading) -> Option<T> {
    for space in [Space::Podcast, Space::Itunes] {
        let Some(text) = node.text_of(space, name) else { continue };
        match text.parse() {
            Ok(number) => return Some(number),
            Err(_) => {
                reading.repairs.tell("number_unreadable", format!("Its {name} \"{}\" is no number.", shown(&text)))
            }
        }
    }
    None
}

/// `itunes:explicit`, in the words of today or of before.
pub(crate) fn explicit(node: &Node, reading: &mut Reading) -> Option<bool> {
    let text = node.text_of(Space::Itunes, "explicit").or_else(|| node.text_of(Space::Google, "explicit"))?;
    let read = yes(&text);
    match (read, text.to_ascii_lowercase().as_str()) {
        (Some(_), "true" | "false") => {}
        (Some(_), _) => {
            reading.repairs.once(
                "explicit_old",
                "itunes:explicit was read in its older words (yes, no, clean); it is written as true or false.",
            );
        }
        (None, _) => reading
            .repairs
            .tell("explicit_unreadable", format!("\"{}\" as itunes:explicit says nothing.", shown(&text))),
    }
    read
}

/// Apple's tags that have an effect only when they say yes.
pub(crate) fn says_yes(node: &Node, name: &str) -> bool {
    node.text_of(Space::Itunes, name).and_then(|text| yes(&text)).unwrap_or(false)
}

/// `itunes:image`, or Google's.
pub(crate) fn image(node: &Node, reading: &mut Reading) -> String {
    let places = [Space::Itunes, Space::Google].into_iter().filter_map(|space| node.first(space, "image"));
    let mut found =
        places.filter_map(|image| image.attribute("href").map_or_else(|| Some(image.text()), |href| Some(href.into())));
    found
        .find(|url| !url.is_empty())
        .and_then(|url| reading.address(&url, Scheme::Web, "the picture"))
        .unwrap_or_default()
}
