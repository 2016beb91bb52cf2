//! Versions: what a server has of a show's published versions. New beside `proto` 1: a server that does not know these
//! addresses answers 404, and the laptop says that the history there is not known.

use hearthcast_model::manifest::Manifest;
use hearthcast_model::{DeviceId, EpisodeId, Sha256, ShowId};
use serde::{Deserialize, Serialize};

/// One version in the list of `GET /sync/v1/shows/<show>/versions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionLine {
    /// Number.
    pub version: u64,
    /// When the server took it, Unix milliseconds.
    pub at_ms: i64,
    /// The laptop that published it.
    pub device: DeviceId,
    /// Hash of the feed.
    pub feed_sha256: Sha256,
    /// The version whose feed it brought back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores: Option<u64>,
    /// Whether its feed is kept whole.
    pub feed_kept: bool,
}

/// `GET /sync/v1/shows/<show>/versions`: all of them, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerVersions {
    /// Versions.
    pub versions: Vec<VersionLine>,
}

/// `GET /sync/v1/shows/<show>/versions/<n>`; its feed's bytes are at `…/<n>/feed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerVersion {
    /// Its manifest.
    pub manifest: Manifest,
    /// When the server took it, Unix milliseconds.
    pub at_ms: i64,
}

/// `POST /sync/v1/withdraw` → [`WithdrawAnswer`]. The episode's files are deleted now, its kept feeds with them, and its
/// addresses answer 410. An episode that is still in the public feed is refused (409 `target.conflict`): publish without
/// it first. The same request again gets the same answer.
pub const WITHDRAW_PATH: &str = "/sync/v1/withdraw";

/// The laptop's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawRequest {
    /// The show.
    pub show: ShowId,
    /// The episode.
    pub episode: EpisodeId,
    /// Every file the episode ever had, with the names it was published under.
    pub files: Vec<WithdrawnFile>,
    /// Since when its sound, at somebody else's address, was in the feed, Unix milliseconds: no file of a version says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere_since_ms: Option<i64>,
}

/// A file that is called back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WithdrawnFile {
    /// Content.
    pub sha256: Sha256,
    /// `<name>.<ext>`.
    pub name: String,
}

/// The server's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawAnswer {
    /// Files that were deleted now or before; one that another episode uses stays.
    pub deleted: Vec<Sha256>,
    /// Files that stay because something else public names them.
    pub kept: Vec<Sha256>,
    /// Versions whose feed was deleted.
    pub versions: Vec<u64>,
}
