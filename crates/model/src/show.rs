//! A show (a podcast) as the author keeps it.

use crate::chapter::Rendition;
use crate::comment::CommentPolicy;
use crate::directories::Verifying;
use crate::feed_shape::{FeedHtml, FeedVariant};
use crate::font::{Font, NameSize};
use crate::foreign::ForeignElement;
use crate::hash::Sha256;
use crate::link::Link;
use crate::namespace::ShowTags;
use crate::person::{Funding, Person};
use crate::picture::{Picture, PictureFrom};
use crate::rule::FileKind;
use crate::season::Season;
use crate::{AudioFormat, Id3Version, Notes, Preset, Recipe};
use serde::{Deserialize, Serialize};

/// A file that belongs to a record, by content, with the name it is published under.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Attachment {
    /// Content of the file.
    pub hash: Sha256,
    /// Name without extension; frozen at the first publication. Only `a-z 0-9 -`.
    pub name: String,
    /// Extension without dot (`mp3`).
    pub ext: String,
}

/// How a show is meant to be listened to (`itunes:type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ShowKind {
    /// Newest first, each on its own.
    #[default]
    Episodic,
    /// Oldest first, one story.
    Serial,
}

/// One of Apple's categories, with its optional subcategory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Category {
    /// Top category (`Technology`).
    pub name: String,
    /// Subcategory, if any.
    pub sub: Option<String>,
}

/// A show. The body of a record; ids and revisions stand in the envelope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Show {
    /// Title.
    pub title: String,
    /// Name in addresses: `a-z 0-9 -`, unique in the library.
    pub slug: String,
    /// What the show is about.
    pub description: Notes,
    /// Who makes it (`itunes:author`).
    pub author: String,
    /// Public owner name (`itunes:owner`), with the e-mail or not at all.
    pub owner_name: String,
    /// Public owner e-mail; empty is private.
    pub owner_email: String,
    /// The owner's e-mail address stands in the feed for a while, for a directory that sends a code there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verifying: Option<Verifying>,
    /// RFC 5646 language tag, lower case (`en`, `de-at`).
    pub language: String,
    /// The show's web page; empty when there is none.
    pub link: String,
    /// Apple categories; the first counts.
    pub categories: Vec<Category>,
    /// Whether the show is explicit.
    pub explicit: bool,
    /// Episodic or serial.
    pub kind: ShowKind,
    /// Copyright line; may be empty.
    pub copyright: String,
    /// Cover picture.
    pub cover: Option<Attachment>,
    /// `podcast:guid`: empty until the first publication to a primary target, frozen then.
    pub podcast_guid: Option<String>,
    /// `podcast:locked`: whether other hosts may import the feed.
    pub locked: bool,
    /// Smaller copies of the cover, largest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cover_sizes: Vec<Rendition>,
    /// What the cover was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover_from: Option<PictureFrom>,
    /// What the cover shows, for those who do not see it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cover_alt: String,
    /// How recordings become what listeners get.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub preset: Preset,
    /// Formats every recording is made in besides MP3.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "crate::workshop::known_formats")]
    pub formats: Vec<AudioFormat>,
    /// Which tags own MP3 files get.
    #[serde(default, skip_serializing_if = "Id3Version::is_usual")]
    pub id3: Id3Version,
    /// What else is done to every recording.
    #[serde(default, skip_serializing_if = "Recipe::is_empty")]
    pub recipe: Recipe,
    /// `podcast:medium` (`podcast`, `music`, …); empty writes no tag, which apps read as `podcast`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub medium: String,
    /// `podcast:funding`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub funding: Vec<Funding>,
    /// `podcast:person` of every episode that names nobody itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Person>,
    /// A few words under the name; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tagline: String,
    /// Wide picture of the show's website.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub banner: Option<Picture>,
    /// Small picture for the tabs of browsers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favicon: Option<Picture>,
    /// Links of the show's website, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// What is said about seasons, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seasons: Vec<Season>,
    /// The font the website writes the name in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub font: Option<Font>,
    /// How large it writes it.
    #[serde(default, skip_serializing_if = "NameSize::is_usual")]
    pub name_size: NameSize,
    /// Words after every episode's notes in the feed.
    #[serde(default, skip_serializing_if = "has_no_words")]
    pub notes_suffix: Notes,
    /// `itunes:new-feed-url`: set by a move, never by hand; tells apps where the feed is now, also in the new feed itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub new_feed_url: String,
    /// The same for its further feeds: their address there, with [`VARIANT_NAME`](crate::feed_shape::VARIANT_NAME) where the
    /// name of each stands.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub new_variants_url: String,
    /// Whether visitors may comment, where the show is at a server.
    #[serde(default, skip_serializing_if = "CommentPolicy::is_off")]
    pub comments: CommentPolicy,
    /// What stands before the addresses of sounds in the feed: a service that counts on the way ([`crate::prefix`]); empty is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// `itunes:block`: Apple and others do not list it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocked: bool,
    /// `itunes:complete`: nothing more will come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub complete: bool,
    /// What it says in the podcast namespace besides.
    #[serde(default, skip_serializing_if = "ShowTags::is_empty")]
    pub tags: ShowTags,
    /// Which HTML of notes apps get.
    #[serde(default, skip_serializing_if = "FeedHtml::is_usual")]
    pub feed_html: FeedHtml,
    /// Episodes of a page of the feed (RFC 5005); 0 writes it whole.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub feed_page: u32,
    /// Further feeds with a part of the episodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub feed_variants: Vec<FeedVariant>,
    /// The WebSub hub that tells apps of news (`https`); empty is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hub: String,
    /// What an imported feed said besides, in namespaces of others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<ForeignElement>,
    /// Newest change, Unix milliseconds.
    pub changed_ms: i64,
    /// Fields a newer Hearthcast wrote; kept untouched.
    #[serde(flatten)]
    #[cfg_attr(feature = "bindings", ts(skip))]
    pub extra: std::collections::BTreeMap<String, serde_json::Value>,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn is_usual(preset: &Preset) -> bool {
    *preset == Preset::default()
}

fn has_no_words(notes: &Notes) -> bool {
    *notes == Notes::default()
}

impl Show {
    /// The show as a server gets it: without what only the author's own machine does with it. A server renders feed and pages
    /// from the rest, and one that is older than a setting need not know it.
    pub fn without_workshop(self) -> Self {
        let (preset, id3, recipe) = (Preset::default(), Id3Version::default(), Recipe::default());
        Self { preset, formats: vec![], id3, recipe, ..self }
    }

    /// A show with nothing but a title and its slug.
    pub fn new(title: &str, slug: &str, now_ms: i64) -> Self {
        Self {
            title: title.into(),
            slug: slug.into(),
            description: Notes::default(),
            author: String::new(),
            owner_name: String::new(),
            owner_email: String::new(),
            verifying: None,
            language: "en".into(),
            link: String::new(),
            categories: vec![],
            explicit: false,
            kind: ShowKind::default(),
            copyright: String::new(),
            cover: None,
            podcast_guid: None,
            locked: true,
            cover_sizes: vec![],
            cover_from: None,
            cover_alt: String::new(),
            preset: Preset::default(),
            formats: vec![],
            id3: Id3Version::default(),
            recipe: Recipe::default(),
            medium: String::new(),
            funding: vec![],
            persons: vec![],
            tagline: String::new(),
            banner: None,
            favicon: None,
            links: vec![],
            seasons: vec![],
            font: None,
            name_size: NameSize::default(),
            notes_suffix: Notes::default(),
            new_feed_url: String::new(),
            new_variants_url: String::new(),
            comments: CommentPolicy::default(),
            prefix: String::new(),
            blocked: false,
            complete: false,
            tags: ShowTags::default(),
            feed_html: FeedHtml::default(),
            feed_page: 0,
            feed_variants: vec![],
            hub: String::new(),
            foreign: vec![],
            changed_ms: now_ms,
            extra: Default::default(),
        }
    }

    /// The owner's e-mail address as the feed shows it; empty when it shows none.
    pub fn shown_email(&self) -> &str {
        match (&self.owner_email, &self.verifying) {
            (own, Some(verifying)) if own.is_empty() => &verifying.email,
            (own, _) => own,
        }
    }

    /// Every file that is published with the show itself: cover, banner, pictures of seasons and links, font, pictures
    /// in its words.
    pub fn files(&self) -> impl Iterator<Item = &Attachment> {
        self.kinds_of_files().map(|(_, file)| file)
    }

    /// Its pictures beside the cover, with what each of them is.
    pub fn pictures(&self) -> impl Iterator<Item = (FileKind, &Picture)> {
        let seasons = self.seasons.iter().filter_map(|season| season.picture.as_ref());
        let links = self.links.iter().filter_map(|link| link.picture.as_ref());
        (self.banner.iter().map(|picture| (FileKind::Banner, picture)))
            .chain(self.favicon.iter().map(|picture| (FileKind::Favicon, picture)))
            .chain(seasons.map(|picture| (FileKind::Cover, picture)))
            .chain(links.map(|picture| (FileKind::LinkIcon, picture)))
    }

    /// Every file, with what each of them is.
    pub fn kinds_of_files(&self) -> impl Iterator<Item = (FileKind, &Attachment)> {
        let sizes = self.cover_sizes.iter().map(|size| (FileKind::Thumbnail, &size.file));
        let covers = self.cover.iter().map(|file| (FileKind::Cover, file)).chain(sizes);
        let pictures = self.pictures();
        let fonts = self.font.iter().map(|font| (FileKind::Font, &font.file));
        let in_notes = self.description.kinds_of_files().chain(self.notes_suffix.kinds_of_files());
        covers.chain(pictures.flat_map(|(kind, picture)| kinds_of_picture(kind, picture))).chain(fonts).chain(in_notes)
    }

    /// The same, to be changed.
    pub fn files_mut(&mut self) -> impl Iterator<Item = &mut Attachment> {
        let covers = self.cover.iter_mut().chain(self.cover_sizes.iter_mut().map(|size| &mut size.file));
        let seasons = self.seasons.iter_mut().filter_map(|season| season.picture.as_mut());
        let links = self.links.iter_mut().filter_map(|link| link.picture.as_mut());
        let pictures = self.banner.iter_mut().chain(&mut self.favicon).chain(seasons).chain(links);
        let in_notes = self.description.files_mut().chain(self.notes_suffix.files_mut());
        let fonts = self.font.iter_mut().map(|font| &mut font.file);
        covers.chain(pictures.flat_map(Picture::files_mut)).chain(fonts).chain(in_notes)
    }
}

/// The files of a picture: itself, and its smaller copies.
pub(crate) fn kinds_of_picture(kind: FileKind, picture: &Picture) -> impl Iterator<Item = (FileKind, &Attachment)> {
    let small = picture.sizes.iter().map(|size| (FileKind::Thumbnail, &size.file));
    std::iter::once((kind, &picture.file)).chain(small)
}
