//! The types of the API, as front ends of spodcat 0.11.0 know them: attribute names with dashes, kinds in the singular.
//!
//! What a website shows besides episodes stands in `shape/website.rs`.

mod website;

pub use website::*;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Names a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Identifier {
    /// Kind (`episode`).
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Id, unique within its kind.
    pub id: String,
}

/// A relationship to one resource or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ToOne {
    /// The other one.
    pub data: Option<Identifier>,
}

/// A relationship to any number of resources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ToMany {
    /// How many.
    pub meta: Count,
    /// The others, in their order.
    pub data: Vec<Identifier>,
}

/// A number of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Count {
    /// How many.
    pub count: usize,
}

impl ToMany {
    /// A relationship to these.
    pub fn of(data: Vec<Identifier>) -> Self {
        Self { meta: Count { count: data.len() }, data }
    }
}

/// A show.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Podcast<'a> {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^podcast$")]
    pub kind: &'static str,
    /// Id.
    pub id: &'a str,
    /// What is known about it.
    pub attributes: &'a PodcastAttributes,
    /// What belongs to it.
    pub relationships: PodcastRelationships,
}

/// An episode with everything about it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Episode<'a> {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^episode$")]
    pub kind: &'static str,
    /// Id.
    pub id: &'a str,
    /// What is known about it.
    pub attributes: &'a EpisodeAttributes,
    /// What belongs to it.
    pub relationships: EpisodeRelationships,
}

/// An episode as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EpisodeInList<'a> {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^episode$")]
    pub kind: &'static str,
    /// Id.
    pub id: &'a str,
    /// What is known about it.
    pub attributes: &'a EpisodeBrief,
    /// What belongs to it.
    pub relationships: EpisodeInListRelationships,
}

/// A season.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Season {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^season$")]
    pub kind: &'static str,
    /// Id.
    pub id: String,
    /// What is known about it.
    pub attributes: SeasonAttributes,
}

/// One of Apple's categories.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Category {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^category$")]
    pub kind: &'static str,
    /// Id.
    pub id: String,
    /// What is known about it.
    pub attributes: CategoryAttributes,
}

/// What is known about a show.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PodcastAttributes {
    /// Name in addresses; also the id.
    pub slug: String,
    /// What the show is about, as clean HTML.
    pub description_html: String,
    /// The show at episodes.fm, which opens it in the listener's own app.
    pub episodes_fm_url: String,
    /// The feed.
    pub rss_url: String,
    /// Font of the name.
    pub name_font_family: Option<String>,
    /// Wide picture.
    pub banner: Option<String>,
    /// Pixels down.
    pub banner_height: Option<u32>,
    /// Pixels across.
    pub banner_width: Option<u32>,
    /// Cover.
    pub cover: Option<String>,
    /// Pixels down.
    pub cover_height: Option<u32>,
    /// Type of the file.
    pub cover_mimetype: Option<String>,
    /// Smallest copy of the cover with at least 150 pixels.
    pub cover_thumbnail: Option<String>,
    /// Pixels down.
    pub cover_thumbnail_height: Option<u32>,
    /// Type of the file.
    pub cover_thumbnail_mimetype: Option<String>,
    /// Pixels across.
    pub cover_thumbnail_width: Option<u32>,
    /// Pixels across.
    pub cover_width: Option<u32>,
    /// The same as `description-html`, as Markdown.
    pub description: String,
    /// Whether visitors may comment.
    pub enable_comments: bool,
    /// Words after every episode's notes, as Markdown.
    pub episode_rss_suffix: String,
    /// Small picture for browser tabs.
    pub favicon: Option<String>,
    /// Type of the file.
    pub favicon_content_type: Option<String>,
    /// `episodic` or `serial`.
    pub itunes_type: &'static str,
    /// Language tag (RFC 5646).
    pub language: String,
    /// Title.
    pub name: String,
    /// `small`, `normal` or `large`.
    pub name_font_size: &'static str,
    /// Whether comments wait for approval.
    pub require_comment_approval: bool,
    /// A few words under the name.
    pub tagline: String,
}

/// What belongs to a show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PodcastRelationships {
    /// Episodes and posts, newest first.
    pub contents: ToMany,
    /// Links.
    pub links: ToMany,
    /// Seasons by number.
    pub seasons: ToMany,
    /// Font of the name.
    pub name_font_face: ToOne,
    /// Categories.
    pub categories: ToMany,
}

/// What lists say about an episode.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EpisodeBrief {
    /// The sound.
    pub audio_url: Option<String>,
    /// Playable length.
    pub duration_seconds: f64,
    /// Whether songs are listed.
    pub has_songs: bool,
    /// Smallest copy of the picture with at least 150 pixels.
    pub image_thumbnail: Option<String>,
    /// Title.
    pub name: String,
    /// Number in the show or season.
    pub number: Option<f64>,
    /// Title of the show.
    pub podcast_name: String,
    /// When it became public (RFC 3339, UTC).
    pub published: String,
    /// Name in addresses.
    pub slug: String,
}

/// What is known about an episode.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EpisodeAttributes {
    /// What lists say.
    #[serde(flatten)]
    pub brief: EpisodeBrief,
    /// Show notes, as clean HTML.
    pub description_html: String,
    /// When it was made (RFC 3339, UTC).
    pub created: String,
    /// The same as `description-html`, as Markdown.
    pub description: String,
    /// Type of the sound; empty without sound.
    pub audio_content_type: String,
    /// Loudness over time for the player: 200 values from 0 to 100, or none.
    pub dbfs_array: Vec<f64>,
    /// Picture.
    pub image: Option<String>,
    /// Pixels down.
    pub image_height: Option<u32>,
    /// Type of the file.
    pub image_mimetype: Option<String>,
    /// Pixels down.
    pub image_thumbnail_height: Option<u32>,
    /// Type of the file.
    pub image_thumbnail_mimetype: Option<String>,
    /// Pixels across.
    pub image_thumbnail_width: Option<u32>,
    /// Pixels across.
    pub image_width: Option<u32>,
}

/// What belongs to an episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EpisodeRelationships {
    /// Comments that everybody may see, oldest first.
    pub comments: ToMany,
    /// Season, if any.
    pub season: ToOne,
    /// Songs.
    pub songs: ToMany,
    /// Videos.
    pub videos: ToMany,
    /// The show.
    pub podcast: ToOne,
}

/// What lists tell belongs to an episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EpisodeInListRelationships {
    /// Season, if any.
    pub season: ToOne,
}

/// What is known about a season.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SeasonAttributes {
    /// Number.
    pub number: u32,
    /// Name, if it has one.
    pub name: Option<String>,
    /// Picture.
    pub image: Option<String>,
    /// Pixels down.
    pub image_height: Option<u32>,
    /// Type of the file.
    pub image_mimetype: Option<String>,
    /// Smaller copy.
    pub image_thumbnail: Option<String>,
    /// Pixels down.
    pub image_thumbnail_height: Option<u32>,
    /// Type of the file.
    pub image_thumbnail_mimetype: Option<String>,
    /// Pixels across.
    pub image_thumbnail_width: Option<u32>,
    /// Pixels across.
    pub image_width: Option<u32>,
}

/// What a visitor wrote.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Comment<'a> {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^comment$")]
    pub kind: &'static str,
    /// Id.
    pub id: &'a str,
    /// What is known about it.
    pub attributes: &'a CommentAttributes,
}

/// What is known about a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct CommentAttributes {
    /// Whether everybody may see it; false only in the answer to whoever wrote it.
    pub is_approved: bool,
    /// The text as clean HTML.
    pub text_html: String,
    /// When it arrived (RFC 3339, UTC).
    pub created: String,
    /// How its visitor wants to be called.
    pub name: String,
    /// Markdown, without HTML.
    pub text: String,
}

/// A small sum that a visitor solves before leaving a comment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Challenge {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^challenge$")]
    pub kind: &'static str,
    /// Id.
    pub id: String,
    /// What is known about it.
    pub attributes: ChallengeAttributes,
    /// What it belongs to.
    pub relationships: ChallengeRelationships,
}

/// What is known about a sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ChallengeAttributes {
    /// The sum in words of the show's language (`two plus two`).
    pub challenge_string: String,
}

/// What a sum belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChallengeRelationships {
    /// The show.
    pub podcast: ToOne,
}

/// What is known about a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoryAttributes {
    /// Category (`Arts`).
    pub cat: &'static str,
    /// Subcategory (`Books`), if it is one.
    pub sub: Option<&'static str>,
}

/// An answer with nothing to say.
#[derive(Debug, Serialize, ToSchema)]
pub struct Nothing {
    /// Always null.
    #[schema(value_type = Option<String>)]
    pub data: (),
}

/// Anything that can be included.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "for the description; answers hold them as JSON, less the fields nobody asked for")]
pub enum Included<'a> {
    /// A show.
    Podcast(Podcast<'a>),
    /// An episode.
    Episode(EpisodeInList<'a>),
    /// A season.
    Season(Season),
    /// A category.
    Category(Category),
    /// A comment.
    Comment(Comment<'a>),
    /// A post.
    Post(PostInList<'a>),
    /// A song.
    Song(Song<'a>),
    /// An artist.
    Artist(Artist),
    /// A video.
    Video(Video),
    /// A link.
    Link(Link),
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer<D> {
    /// Neighbouring pages, where pages were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<PageLinks>,
    /// What was asked for.
    pub data: D,
    /// What was asked for besides, by kind and id; absent where nothing can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Included<'static>>>)]
    pub included: Option<Vec<Value>>,
    /// Which page this is, where pages were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

/// Addresses of other pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PageLinks {
    /// First page.
    pub first: String,
    /// Last page.
    pub last: String,
    /// Next page, if there is one.
    pub next: Option<String>,
    /// Page before, if there is one.
    pub prev: Option<String>,
}

/// What is said about a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Meta {
    /// Which page this is.
    pub pagination: Pagination,
}

/// Which page this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Pagination {
    /// Number of this page, from 1.
    pub page: usize,
    /// How many pages there are.
    pub pages: usize,
    /// How many things there are in all.
    pub count: usize,
}
