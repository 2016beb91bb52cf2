//! A feed (RSS 2.0 or Atom) as a show and its episodes.

use crate::document::{Document, MAX_BYTES, MAX_IN_PIECE, Piece};
use crate::item::{MAX_ITEMS, Taken};
use crate::node::{Inside, Node};
use crate::repairs::shown;
use crate::space::{Bound, Space};
use crate::tag::Reading;
use crate::wordpress::Site;
use crate::{atom, channel, encoding, item, words};
use hearthcast_model::import::ImportOrigin;
use hearthcast_model::{Episode, Show, ShowId};
use url::Url;

/// What the reader has to be told.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The show that its episodes shall belong to.
    pub show: ShowId,
    /// Where the feed was found; relative addresses are read against it.
    pub base: Option<Url>,
    /// Now, Unix milliseconds: when the records are made.
    pub now_ms: i64,
}

/// A feed that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadFeed {
    /// The show, without files. Its slug is made from its title.
    pub show: Show,
    /// Address of its cover; empty without one.
    pub cover_url: String,
    /// Its own address, as it says (`atom:link rel="self"`); empty without one.
    pub self_url: String,
    /// Where it says that it moved (`itunes:new-feed-url`); empty when it does not.
    pub moved_to: String,
    /// The next page of a paged feed (RFC 5005); empty on the last one.
    pub next_page: String,
    /// Whether other hosts may import it (`podcast:locked`); `None` when it says nothing.
    pub locked: Option<bool>,
    /// What kind of document it is.
    pub origin: ImportOrigin,
    /// What wrote it (`generator`).
    pub generator: String,
    /// Its episodes, in the feed's order.
    pub items: Vec<ReadItem>,
    /// What was mended while reading.
    pub repairs: Vec<Repair>,
}

/// An episode of a feed that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadItem {
    /// The episode, without files of its own; its sound is `remote_audio`. Slugs are unique within the feed.
    pub episode: Episode,
    /// Address of its picture; empty without one.
    pub image_url: String,
    /// Its chapters in a file; it says more than `episode.chapters`, which are those of the feed itself.
    pub chapters: Option<RemoteFile>,
    /// Addresses of pictures of `episode.chapters`, ascending.
    pub chapter_images: Vec<ChapterImage>,
    /// Its transcripts.
    pub transcripts: Vec<RemoteFile>,
    /// What visitors wrote about it where it was before.
    pub comments: Vec<ReadComment>,
    /// A part of what its source says of it could not be had: what is known of it from before stays.
    pub partial: bool,
}

/// What a visitor wrote about an episode or post where it was before: bounded, and without HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadComment {
    /// Its id there; no other one about this episode has it.
    pub id: String,
    /// How the visitor wants to be called.
    pub name: String,
    /// What the visitor wrote, in Markdown.
    pub text: String,
    /// When, Unix milliseconds.
    pub created_ms: i64,
}

/// A picture of a chapter, at somebody else's address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChapterImage {
    /// When the chapter begins.
    pub start_ms: i64,
    /// Where the picture lies.
    pub url: String,
}

/// A text beside an episode, at somebody else's address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemoteFile {
    /// Where it lies.
    pub url: String,
    /// Media type, as the feed says.
    pub mime: String,
    /// Language tag; empty when the feed says none.
    pub language: String,
    /// Whether it is meant to be shown with the sound (`rel="captions"`).
    pub captions: bool,
}

/// Something that was mended while reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// What kind of repair, for programs (`date_weekday`, `guid_missing`).
    pub code: &'static str,
    /// Which episode, by its title; empty for the show.
    pub episode: String,
    /// What was found and what was made of it, in a sentence.
    pub message: String,
}

/// Why bytes are no feed that can be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    /// There is no feed in them.
    #[error("it is no podcast feed: {0}")]
    NoFeed(String),
    /// They are not well-formed, and cannot be mended.
    #[error("it is broken at line {line}: {why}")]
    Broken {
        /// Line, counted from 1.
        line: usize,
        /// What is wrong there.
        why: String,
    },
    /// A limit that keeps hostile feeds away.
    #[error("it has more than {limit} {what}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// The most that is taken.
        limit: usize,
    },
}

/// Reads a feed. What can be mended is mended and told; what Hearthcast has no field for is kept.
pub fn read_feed(bytes: &[u8], options: &ReadOptions) -> Result<ReadFeed, IntakeError> {
    if bytes.len() > MAX_BYTES {
        return Err(IntakeError::TooMuch { what: "bytes", limit: MAX_BYTES });
    }
    let mut reading = Reading { base: options.base.clone(), ..Reading::default() };
    let text = encoding::text_of(bytes, &mut reading.repairs);
    let (about, mut items, site) = pieces(&text, options, &mut reading)?;
    if about.children().next().is_none() && items.is_empty() {
        return Err(IntakeError::NoFeed("it says nothing about a show and has no episodes".into()));
    }
    let mut feed = channel::channel(&about, options, &mut reading);
    words::other_authors(&feed.show.author, &mut reading);
    if let Some(site) = site {
        feed.origin = ImportOrigin::Wordpress;
        site.finish(&mut items, &mut reading);
    }
    feed.items = items;
    dated(&mut feed.items, feed.origin, &mut reading);
    feed.repairs = reading.repairs.done();
    // What is about the show comes first.
    feed.repairs.sort_by_key(|repair| !repair.episode.is_empty());
    Ok(feed)
}

/// What stands in a document: all about the show, the episodes, and the site when it is an export of one.
type Pieces = (Node, Vec<ReadItem>, Option<Site>);

/// Takes a document apart. Only one episode is in memory as tags at a time.
fn pieces(text: &str, options: &ReadOptions, reading: &mut Reading) -> Result<Pieces, IntakeError> {
    let mut document = Document::new(text);
    let opens = |depth: usize, node: &Node| depth == 0 || (depth == 1 && node.is(Space::Rss, "channel"));
    let root = match document.next(opens, &mut reading.repairs)? {
        Some(Piece::Opened(root) | Piece::Whole(root)) => root,
        None => return Err(IntakeError::NoFeed("there is no tag in it".into())),
    };
    let is_atom = is_atom(&root)?;
    let (mut about, mut items, mut taken, mut site) = (vec![], vec![], Taken::default(), None::<Site>);
    while let Some(piece) = document.next(opens, &mut reading.repairs)? {
        let Piece::Whole(node) = piece else { continue };
        let node = match node.is(Space::Atom, "entry") {
            true => atom::entry(node),
            false => node,
        };
        if matches!(node.bound.space, Space::Wordpress) {
            site.get_or_insert_default();
            continue;
        }
        if node.is(Space::Rss, "item") {
            let node = match &mut site {
                Some(site) => site.item(&node, reading),
                None => Some(node),
            };
            let Some(node) = node else { continue };
            if items.len() == MAX_ITEMS {
                return Err(IntakeError::TooMuch { what: "episodes", limit: MAX_ITEMS });
            }
            items.push(item::item(&node, options, &mut taken, reading));
            continue;
        }
        reading.repairs.about("");
        find_base(&node, reading);
        match is_atom {
            true => atom::feed_tag(node, &mut about),
            false => about.push(node),
        }
        if about.len() > MAX_IN_PIECE {
            return Err(IntakeError::TooMuch { what: "tags about the show", limit: MAX_IN_PIECE });
        }
    }
    // Whatever says its language itself comes before.
    let lang = root.xml_attribute("lang").filter(|lang| !lang.is_empty());
    about.extend(lang.map(|lang| Node::new(Bound::none(), "language").with_text(lang)));
    let mut channel = Node::new(Bound::none(), "channel");
    channel.inside = about.into_iter().map(Inside::Node).collect();
    Ok((channel, items, site))
}

/// Whether it is Atom rather than RSS of any version.
fn is_atom(root: &Node) -> Result<bool, IntakeError> {
    match (root.bound.space, root.name.to_ascii_lowercase().as_str()) {
        (_, "rss") | (Space::Rdf, "rdf") => Ok(false),
        (Space::Atom, "feed") => Ok(true),
        (_, "html") => Err(IntakeError::NoFeed("it is a web page; the address of the feed is another one".into())),
        (_, "opml") => Err(IntakeError::NoFeed("it is a list of subscriptions (OPML)".into())),
        _ => Err(IntakeError::NoFeed(format!("it begins with <{}>", shown(&root.name)))),
    }
}

/// A feed that was read from a file is read against its own address.
fn find_base(node: &Node, reading: &mut Reading) {
    if reading.base.is_none() && node.is(Space::Atom, "link") && node.attribute("rel") == Some("self") {
        reading.base = node.attribute("href").and_then(|href| Url::parse(href).ok());
    }
}

/// Episodes without a date get that of the one before them in time, so that no app takes them for new. Drafts of a site have
/// none yet.
fn dated(items: &mut [ReadItem], origin: ImportOrigin, reading: &mut Reading) {
    let dates: Vec<Option<i64>> = items.iter().map(|item| item.episode.publish_at_ms).collect();
    let mut older: Option<i64> = None;
    let mut newer: Vec<Option<i64>> = dates.clone();
    for at in 1..newer.len() {
        newer[at] = newer[at].or(newer[at - 1]);
    }
    for (at, item) in items.iter_mut().enumerate().rev() {
        older = dates[at].or(older);
        let is_planned = origin == ImportOrigin::Wordpress && item.episode.draft;
        if item.episode.publish_at_ms.is_some() || is_planned {
            continue;
        }
        item.episode.publish_at_ms = older.or(newer[at]);
        reading.repairs.about(&item.episode.title);
        let made = match item.episode.publish_at_ms {
            Some(_) => "that of the episode beside it was taken",
            None => "its first publication will set it",
        };
        reading.repairs.tell("date_missing", format!("It has no date that can be read; {made}."));
    }
}
