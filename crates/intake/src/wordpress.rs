//! A site of WordPress as it exports itself (WXR, "Tools → Export"): RSS with a namespace of its own, in which posts, pages and
//! pictures are items, and what podcast plugins know stands in fields of a post. Its episodes become items of RSS; what is read
//! after it knows RSS only.
//!
//! Drafts, scheduled and private posts stay drafts; pages, menus and revisions are counted and left out, comments too.

mod content;
mod fields;

use crate::dates;
use crate::feed::ReadItem;
use crate::item::MAX_ITEMS;
use crate::node::{Inside, Node};
use crate::repairs::shown;
use crate::space::{Bound, Space};
use crate::tag::{Reading, Scheme};
use chrono::DateTime;
use fields::Fields;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What stands in an item that is to be an episode although it has no sound yet.
pub(crate) const UNFINISHED: &str = "unfinished_episode";

/// An export while it is read.
#[derive(Debug, Default)]
pub(crate) struct Site {
    /// Clocks of the site minus UTC, as the last post that says both has it.
    offset_ms: i64,
    /// Addresses of pictures and other files, by id.
    attachments: HashMap<String, String>,
    /// The featured picture of each item that was taken.
    pictures: Vec<Option<String>>,
    /// Categories that episodes are in.
    categories: HashSet<String>,
    /// How many of what were left out.
    left_out: BTreeMap<String, u64>,
    comments: u64,
    /// Public episodes without a sound in the export, and whether Podlove's plugin made one of them.
    silent: u64,
    podlove: bool,
}

impl Site {
    /// A post as an item; `None` for what is no episode and no post.
    pub(crate) fn item(&mut self, post: &Node, reading: &mut Reading) -> Option<Node> {
        let text = |name: &str| post.text_of(Space::Wordpress, name).unwrap_or_default();
        let (kind, status) = (text("post_type"), text("status"));
        if kind == "attachment" {
            let at = post.text_of(Space::Wordpress, "attachment_url").or_else(|| post.text_of(Space::Rss, "guid"));
            if let Some(at) = at.filter(|_| self.attachments.len() < MAX_ITEMS) {
                self.attachments.insert(text("post_id"), at);
            }
            return None;
        }
        let fields = Fields::of(post);
        let sound = fields.sound();
        let is_podcast = matches!(kind.as_str(), "podcast" | "episode" | "episodes");
        let wanted = kind == "post" || is_podcast || sound.is_some();
        if !wanted || matches!(status.as_str(), "trash" | "auto-draft" | "inherit") {
            let what = if wanted { format!("post ({})", shown(&status)) } else { shown(&kind) };
            if self.left_out.len() < 100 || self.left_out.contains_key(&what) {
                *self.left_out.entry(what).or_default() += 1;
            }
            return None;
        }
        self.comments += post.all(Space::Wordpress, "comment").count() as u64;
        let mut item = Node::new(Bound::none(), "item");
        let mut put = |node: Node| item.inside.push(Inside::Node(node));
        for name in ["title", "link"] {
            post.first(Space::Rss, name).cloned().into_iter().for_each(&mut put);
        }
        // Podlove's feed has a guid of its own, which is none of WordPress.
        match fields.one("_podlove_guid") {
            Some(own) => put(Node::new(Bound::none(), "guid").with("isPermaLink", "false").with_text(own.to_string())),
            None => post.first(Space::Rss, "guid").cloned().into_iter().for_each(&mut put),
        }
        self.date(post, &status).into_iter().for_each(&mut put);
        post.all(Space::Rss, "category").cloned().for_each(&mut put);
        let categories: Vec<String> = post.all(Space::Rss, "category").map(Node::text).collect();
        if sound.is_none() && is_podcast && status == "publish" {
            self.silent += 1;
            self.podlove |= fields.one("_podlove_guid").is_some();
        }
        match &sound {
            Some(_) => self.categories.extend(categories),
            // A draft beside episodes is an episode whose sound is still to come.
            None if is_podcast || status != "publish" && categories.iter().any(|one| self.categories.contains(one)) => {
                put(Node::new(Bound::of(WORDPRESS), UNFINISHED));
            }
            None => {}
        }
        put(Node::new(Bound::of(WORDPRESS), "status").with_text(match text("post_password").is_empty() {
            true => status,
            false => "protected".into(),
        }));
        for node in words(post, &fields, reading) {
            put(node);
        }
        sound.into_iter().flat_map(fields::Sound::nodes).for_each(&mut put);
        self.pictures.push(fields.one("_thumbnail_id").map(str::to_string));
        Some(item)
    }

    /// When it came out, or shall. Drafts often know only the clock of their site.
    fn date(&mut self, post: &Node, status: &str) -> Option<Node> {
        let read = |name: &str| {
            let text = post.text_of(Space::Wordpress, name).filter(|text| !text.starts_with("0000"))?;
            dates::iso(&text)
        };
        let (utc, own) = (read("post_date_gmt"), read("post_date"));
        if let (Some(utc), Some(own)) = (utc, own) {
            self.offset_ms = own - utc;
        }
        // What is only being written has no time to come out at: its date is that of its last change.
        let planned = !matches!(status, "draft" | "pending");
        let ms = utc.or(own.map(|own| own - self.offset_ms)).filter(|_| planned)?;
        Some(rss("pubDate").with_text(DateTime::from_timestamp_millis(ms)?.to_rfc2822()))
    }

    /// What is known only at the end: featured pictures; and what was left out is told.
    pub(crate) fn finish(self, items: &mut [ReadItem], reading: &mut Reading) {
        for (item, picture) in items.iter_mut().zip(self.pictures) {
            let found = picture.and_then(|id| self.attachments.get(&id)).filter(|_| item.image_url.is_empty());
            if let Some(at) = found {
                reading.repairs.about(&item.episode.title);
                item.image_url = reading.address(at, Scheme::Web, "the picture").unwrap_or_default();
            }
        }
        reading.repairs.about("");
        if !self.left_out.is_empty() {
            let counted: Vec<String> = self.left_out.iter().map(|(what, count)| format!("{count} × {what}")).collect();
            let what = format!("Left out of the export, because it is no episode and no post: {}.", counted.join(", "));
            reading.repairs.tell("left_out", what);
        }
        if self.silent > 0 {
            let (count, plugin) = match self.podlove {
                true => (self.silent, "Podlove's plugin keeps sounds in tables of its own, which no export has"),
                false => (self.silent, "their plugin keeps sounds elsewhere"),
            };
            let what = format!(
                "{count} public episodes have no sound in the export: {plugin}. Import the feed as well, before or after: it brings the sounds by guid."
            );
            reading.repairs.tell("sound_not_in_export", what);
        }
        if self.comments > 0 {
            let what = format!("{} comments of the site are left out: they stay with it.", self.comments);
            reading.repairs.tell("comments_left_out", what);
        }
    }
}

/// What the namespace is called in the exports of today.
const WORDPRESS: &str = "http://wordpress.org/export/1.2/";

/// Whether an item is not to be seen by anybody yet.
pub(crate) fn is_draft(item: &Node) -> bool {
    item.text_of(Space::Wordpress, "status").is_some_and(|status| status != "publish")
}

/// Whether an item is an episode although it has no sound yet.
pub(crate) fn is_unfinished(item: &Node) -> bool {
    item.first(Space::Wordpress, UNFINISHED).is_some()
}

/// The content, and what stands in for it where a post has none.
fn words(post: &Node, fields: &Fields, reading: &mut Reading) -> Vec<Node> {
    let excerpt = post.text_of(Space::Excerpt, "encoded");
    let short =
        excerpt.or_else(|| fields.one("summary").map(str::to_string)).map(|text| rss("description").with_text(text));
    let long = post.text_of(Space::Content, "encoded").map(|text| {
        let made = content::as_shown(&text);
        if made != text {
            let told = "Some posts hold marks of WordPress (paragraphs without tags, [shortcodes]); they were read as it shows them.";
            reading.repairs.once("content_shaped", told);
        }
        Node::new(Bound::of("http://purl.org/rss/1.0/modules/content/"), "encoded").with_text(made)
    });
    long.into_iter().chain(short).collect()
}

fn rss(name: &str) -> Node {
    Node::new(Bound::none(), name)
}
