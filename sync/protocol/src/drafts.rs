//! Drafts that somebody may hear by a secret address. New beside `proto` 1: a server that does not know these addresses answers
//! 404, and the laptop says that it needs a newer server.
//!
//! The laptop makes the secret, and the server never gets it: it knows its hash, and serves whoever comes with what hashes to
//! it. Files of a draft are sent like others (`FILES_PATH`), with [`FOR_A_DRAFT`] in their metadata, and lie apart.

use hearthcast_model::{EpisodeId, Remark, Sha256, ShareId, SharedDraft, ShowId};
use serde::{Deserialize, Serialize};

/// `POST` [`ShareRequest`] → [`ShareAnswer`]; `GET …/<show>` → [`DraftsAnswer`]; `GET …/<show>/remarks?after=<cursor>&limit=<n>`
/// → [`RemarksAnswer`].
pub const PATH: &str = "/sync/v1/drafts";

/// `POST` [`EndRequest`] → [`DraftLine`]: the address is over from now on, and its files are deleted.
pub const END_PATH: &str = "/sync/v1/drafts/end";

/// `HEAD …/<sha256>`: whether the server has this content for a draft, wherever it lies.
pub const FILES_PATH: &str = "/sync/v1/draft-files";

/// The name in `Upload-Metadata` that keeps an upload apart from published files. It has no value.
pub const FOR_A_DRAFT: &str = "draft";

/// Most remarks in one answer.
pub const MAX_ROWS: usize = 200;

/// The laptop's side. The same request again gets the same answer; another one for the same id is refused (409).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShareRequest {
    /// SHA-256 of the secret.
    pub token_sha256: Sha256,
    /// What is heard and read there. Its HTML is cleaned again, its files must be there.
    pub draft: SharedDraft,
}

/// The server's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareAnswer {
    /// What the address begins with; the secret and a slash follow.
    pub begins: String,
    /// Until when it answers.
    pub expires_ms: i64,
}

/// The laptop's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndRequest {
    /// The show.
    pub show: ShowId,
    /// The sharing.
    pub id: ShareId,
}

/// A sharing as the server has it; one that is over for long is forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftLine {
    /// Which.
    pub id: ShareId,
    /// The episode.
    pub episode: EpisodeId,
    /// When it was shared, Unix milliseconds.
    pub made_ms: i64,
    /// Until when it answers.
    pub expires_ms: i64,
    /// When it ended: revoked, or over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<i64>,
}

/// The server's side: all sharings of a show, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftsAnswer {
    /// Sharings.
    pub drafts: Vec<DraftLine>,
}

/// The server's side: remarks that came after the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarksAnswer {
    /// Random id of the server's history; another one than before means: forget the cursor, begin again.
    pub epoch: String,
    /// In the order they arrived.
    pub remarks: Vec<Remark>,
    /// Cursor for the next call.
    pub next: i64,
    /// Whether there is more.
    pub more: bool,
}
