//! Shapes of what a website shows besides episodes: posts, songs, artists, videos, links.

use super::{ToMany, ToOne};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

/// A post with everything about it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Post<'a> {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^post$")]
    pub kind: &'static str,
    /// Id.
    pub id: &'a str,
    /// What is known about it.
    pub attributes: &'a PostAttributes,
    /// What belongs to it.
    pub relationships: PostRelationships,
}

/// A post as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PostInList<'a> {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^post$")]
    pub kind: &'static str,
    /// Id.
    pub id: &'a str,
    /// What is known about it.
    pub attributes: &'a PostBrief,
}

/// What lists say about a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PostBrief {
    /// Title.
    pub name: String,
    /// Title of the show.
    pub podcast_name: String,
    /// When it became public (RFC 3339, UTC).
    pub published: String,
    /// Name in addresses.
    pub slug: String,
}

/// What is known about a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PostAttributes {
    /// What lists say.
    #[serde(flatten)]
    pub brief: PostBrief,
    /// The text, as clean HTML.
    pub description_html: String,
    /// When it was made (RFC 3339, UTC).
    pub created: String,
    /// The same as `description-html`, as Markdown.
    pub description: String,
}

/// What belongs to a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostRelationships {
    /// Comments that everybody may see, oldest first.
    pub comments: ToMany,
    /// Videos.
    pub videos: ToMany,
    /// The show.
    pub podcast: ToOne,
}

/// A song that is heard in an episode.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Song<'a> {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^song$")]
    pub kind: &'static str,
    /// Id.
    pub id: &'a str,
    /// What is known about it.
    pub attributes: &'a SongAttributes,
    /// What belongs to it.
    pub relationships: SongRelationships,
}

/// What is known about a song.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SongAttributes {
    /// Seconds from the start of the sound.
    #[schema(value_type = f64)]
    pub start_time: Number,
    /// Seconds from the start of the sound.
    #[schema(value_type = Option<f64>)]
    pub end_time: Option<Number>,
    /// Picture.
    pub image: Option<String>,
    /// Link.
    pub url: Option<String>,
    /// A remark.
    pub comment: Option<String>,
    /// Title.
    pub title: String,
}

/// What belongs to a song.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SongRelationships {
    /// Who plays it, in the author's order.
    pub artists: ToMany,
}

/// Somebody who plays songs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Artist {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^artist$")]
    pub kind: &'static str,
    /// Id: the same for the same name everywhere.
    pub id: String,
    /// What is known about them.
    pub attributes: ArtistAttributes,
}

/// What is known about an artist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ArtistAttributes {
    /// Name.
    pub name: String,
}

/// A video.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Video {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^video$")]
    pub kind: &'static str,
    /// Id.
    pub id: String,
    /// What is known about it.
    pub attributes: VideoAttributes,
}

/// What is known about a video.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct VideoAttributes {
    /// Where it is: `youtube`.
    pub video_type: &'static str,
    /// Its id there.
    pub video_id: String,
    /// Title.
    pub title: String,
}

/// A link of a show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Link {
    /// Kind.
    #[serde(rename = "type")]
    #[schema(pattern = "^podcast-link$")]
    pub kind: &'static str,
    /// Id.
    pub id: String,
    /// What is known about it.
    pub attributes: LinkAttributes,
}

/// What is known about a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LinkAttributes {
    /// Picture of its own.
    pub custom_icon: Option<String>,
    /// Name of a picture that front ends have ready: `facebook`, `patreon`, `discord`, `apple`, `android`, `spotify`, `itunes`.
    pub icon: Option<&'static str>,
    /// What it says.
    pub label: String,
    /// `primary`, `secondary`, `tertiary` or `boring`.
    pub theme: &'static str,
    /// Where it leads.
    pub url: String,
}

/// The collections, each with its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Collections {
    /// Sums that visitors solve.
    pub challenges: String,
    /// Comments.
    pub comments: String,
    /// Episodes.
    pub episodes: String,
    /// Links.
    pub podcast_links: String,
    /// Shows.
    pub podcasts: String,
    /// Posts.
    pub posts: String,
}
