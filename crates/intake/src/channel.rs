//! The channel: what a feed says about the show.

use crate::categories::categories;
use crate::feed::{ReadFeed, ReadOptions};
use crate::foreign::{Place, kept};
use crate::item::{MAX_TITLE, explicit, image, says_yes};
use crate::node::Node;
use crate::podcast::about::alt_of;
use crate::podcast::{each, people, show_tags};
use crate::repairs::shown;
use crate::space::Space;
use crate::tag::{Reading, Scheme, yes};
use crate::words;
use hearthcast_model::Show;
use hearthcast_model::import::ImportOrigin;
use hearthcast_model::namespace::words::is_medium;
use hearthcast_model::show::ShowKind;

/// Reads the channel. Its items are not in it.
pub(crate) fn channel(node: &Node, options: &ReadOptions, reading: &mut Reading) -> ReadFeed {
    reading.repairs.about("");
    let mut show = show(node, options, reading);
    let cover_url = cover(node, reading);
    show.cover_alt = alt_of(&mut show.tags.images, &cover_url);
    ReadFeed {
        cover_url,
        self_url: linked(node, "self", Scheme::Web, reading),
        moved_to: node
            .text_of(Space::Itunes, "new-feed-url")
            .and_then(|url| reading.address(&url, Scheme::Web, "the moved feed"))
            .unwrap_or_default(),
        next_page: linked(node, "next", Scheme::Web, reading),
        locked: node.first(Space::Podcast, "locked").and_then(|node| yes(&node.raw_text())),
        origin: ImportOrigin::default(),
        generator: node.text_of(Space::Rss, "generator").unwrap_or_default(),
        items: vec![],
        repairs: vec![],
        show,
    }
}

fn show(node: &Node, options: &ReadOptions, reading: &mut Reading) -> Show {
    let title = title(node, reading);
    let slug = hearthcast_model::slug::slug(&title, "show");
    let text = |space, name| node.text_of(space, name).unwrap_or_default();
    let mut show = Show::new(&title, &slug, options.now_ms);
    show.description = words::of_show(node, &title, reading);
    show.author = first_text(node, &[(Space::Itunes, "author"), (Space::Google, "author"), (Space::Dublin, "creator")]);
    show.tagline = text(Space::Itunes, "subtitle");
    owner(node, &mut show);
    show.language = language(node, reading);
    show.link = page(node, reading);
    show.categories = categories(node, reading);
    show.explicit = explicit(node, reading).unwrap_or(false);
    show.kind = match text(Space::Itunes, "type").to_ascii_lowercase().as_str() {
        "serial" => ShowKind::Serial,
        _ => ShowKind::Episodic,
    };
    show.copyright = first_text(node, &[(Space::Rss, "copyright"), (Space::Dublin, "rights")]);
    show.podcast_guid = node.text_of(Space::Podcast, "guid");
    if let Some(locked) = node.first(Space::Podcast, "locked").and_then(|node| yes(&node.raw_text())) {
        show.locked = locked;
    }
    show.medium = medium(node, reading);
    show.funding = each(node, "funding", reading, people::funding);
    show.persons = each(node, "person", reading, people::person);
    show.blocked = says_yes(node, "block");
    show.complete = says_yes(node, "complete");
    show.tags = show_tags(node, reading);
    show.hub = linked(node, "hub", Scheme::Secure, reading);
    show.foreign = kept(node, Place::Show, reading);
    show
}

fn title(node: &Node, reading: &mut Reading) -> String {
    let title = first_text(node, &[(Space::Rss, "title"), (Space::Itunes, "title")]);
    if title.is_empty() {
        reading.repairs.tell("title_missing", "The show has no title.");
        return "Untitled show".into();
    }
    reading.limited(&title, MAX_TITLE, "the title")
}

fn first_text(node: &Node, places: &[(Space, &str)]) -> String {
    places.iter().find_map(|(space, name)| node.text_of(*space, name)).unwrap_or_default()
}

/// `itunes:owner`; the address is public, and so is that of `podcast:locked`.
fn owner(node: &Node, show: &mut Show) {
    if let Some(owner) = node.first(Space::Itunes, "owner") {
        show.owner_name = owner.text_of(Space::Itunes, "name").unwrap_or_default();
        show.owner_email = owner.text_of(Space::Itunes, "email").unwrap_or_default();
    }
    if let Some(locked) = node.first(Space::Podcast, "locked").filter(|_| show.owner_email.is_empty()) {
        show.owner_email = locked.attribute_or_empty("owner");
    }
}

fn language(node: &Node, reading: &mut Reading) -> String {
    let found = first_text(node, &[(Space::Rss, "language"), (Space::Dublin, "language")]);
    let tag = found.replace('_', "-").to_ascii_lowercase();
    let fine = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    if tag.split('-').all(fine) {
        if found.contains('_') {
            reading.repairs.tell("language_form", format!("The language \"{}\" is written {tag}.", shown(&found)));
        }
        return tag;
    }
    let why = if found.is_empty() {
        "It does not say its language".into()
    } else {
        format!("\"{}\" is no language tag", shown(&found))
    };
    reading.repairs.tell("language_missing", format!("{why}; English was taken."));
    "en".into()
}

fn medium(node: &Node, reading: &mut Reading) -> String {
    let Some(medium) = node.text_of(Space::Podcast, "medium") else { return String::new() };
    if is_medium(&medium) {
        return medium;
    }
    let why = format!("\"{}\" is no kind of feed that apps know", shown(&medium));
    reading.left_out::<String>("podcast:medium", &why).unwrap_or_default()
}

/// The show's page. Empty, too, where a feed names itself for lack of one.
fn page(node: &Node, reading: &mut Reading) -> String {
    let link = node.text_of(Space::Rss, "link").and_then(|link| reading.address(&link, Scheme::Web, "the show's page"));
    let own = atom_link(node, "self").and_then(|link| link.attribute("href"));
    link.filter(|link| Some(link.as_str()) != own).unwrap_or_default()
}

fn atom_link<'a>(node: &'a Node, rel: &str) -> Option<&'a Node> {
    node.all(Space::Atom, "link")
        .find(|link| link.attribute("rel").is_some_and(|found| found.eq_ignore_ascii_case(rel)))
}

fn linked(node: &Node, rel: &str, scheme: Scheme, reading: &mut Reading) -> String {
    let href = atom_link(node, rel).and_then(|link| link.attribute("href"));
    href.and_then(|href| reading.address(href, scheme, "the feed")).unwrap_or_default()
}

/// The cover; the small picture of RSS where there is no other.
fn cover(node: &Node, reading: &mut Reading) -> String {
    let cover = image(node, reading);
    if !cover.is_empty() {
        return cover;
    }
    let small = node.first(Space::Rss, "image").and_then(|image| image.text_of(Space::Rss, "url"));
    small.and_then(|url| reading.address(&url, Scheme::Web, "the cover")).unwrap_or_default()
}
