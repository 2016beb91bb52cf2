//! Publish: a new version of a show's feed, claimed and switched in one transaction on the server.

use hearthcast_model::legacy::LegacyPath;
use hearthcast_model::manifest::Manifest;
use hearthcast_model::rule::AudioMode;
use hearthcast_model::{Episode, EpisodeId, MediaFacts, Sha256, Show, ShowId};
use serde::{Deserialize, Serialize};

/// `POST /sync/v1/publish`. The manifest's `fence` is the idempotency key: the same publication again gets the same answer.
///
/// The server checks that `manifest.parent` is its current version (else 409 with [`PublishConflict`]), that every object
/// is there with its size and hash (422 `target.mismatch`), cleans all HTML again, renders the feed itself and compares with
/// `manifest.feed.sha256` (409 `publish.render_mismatch` when its renderer has the same version; another renderer's
/// feed is accepted and recorded).
pub const PATH: &str = "/sync/v1/publish";

/// `GET /sync/v1/shows/<show>/version` → [`CurrentVersion`].
pub const VERSION_PATH: &str = "/sync/v1/shows";

/// An episode as the public shall see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReleasedEpisode {
    /// Id.
    pub id: EpisodeId,
    /// Released body.
    pub body: Episode,
}

/// The laptop's side: everything the public shall see of the show, whole (hundreds of records, compressed well).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishRequest {
    /// The version to be claimed.
    pub manifest: Manifest,
    /// The show as the public shall see it.
    pub show: Show,
    /// All released episodes.
    pub episodes: Vec<ReleasedEpisode>,
    /// Facts of every object of the manifest, by hash. Size and hash are checked, the rest is taken on trust.
    pub facts: Vec<MediaFacts>,
    /// With `manifest.restores`: the feed of that version, for a server that does not keep it any more. Taken only when it
    /// hashes to what the server itself published then. A server that does not know the field renders the records anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<String>,
    /// How listeners get the sound. Sound whose key names another storage (`https://cdn.example/a//media/…`) lies there and not on
    /// the server. A server that does not know the field refuses such objects, for it does not have them.
    #[serde(default, skip_serializing_if = "AudioMode::is_usual")]
    pub audio: AudioMode,
    /// Older paths of the show, and where each leads. A server that does not know the field answers them 404.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<LegacyPath>,
}

/// The server's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishAnswer {
    /// Version now public.
    pub version: u64,
    /// ETag of the feed, with quotes.
    pub etag: String,
    /// Address of the feed.
    pub feed_url: String,
}

/// What is public now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentVersion {
    /// The show.
    pub show: ShowId,
    /// Version; 0 when nothing was ever published.
    pub version: u64,
    /// The server's epoch.
    pub epoch: String,
    /// Manifest of that version.
    pub manifest: Option<Manifest>,
    /// Hash of the feed being served.
    pub feed_sha256: Option<Sha256>,
    /// Address of the feed.
    pub feed_url: String,
}

/// Why a version could not be claimed: another one is public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishConflict {
    /// What is public now.
    pub current: CurrentVersion,
}
