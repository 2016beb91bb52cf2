//! Standing: what the addresses of a show answer that is not at the server any more. New beside `proto` 1: a server that does
//! not know it answers 404, and goes on serving the show's last feed.

use hearthcast_model::{Sha256, ShowId};
use serde::{Deserialize, Serialize};

/// `POST /sync/v1/standing` → [`StandingAnswer`]. It holds until the show's next publication. A show whose public version is
/// not `version` is left as it is (409 `target.conflict`). The same request again gets the same answer.
pub const PATH: &str = "/sync/v1/standing";

/// The laptop's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingRequest {
    /// The show.
    pub show: ShowId,
    /// The version that is public, as far as the laptop knows.
    pub version: u64,
    /// What its addresses answer from now on.
    pub standing: Standing,
}

/// What the addresses of a show answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Standing {
    /// 410: its author removed it. Nothing is deleted, and the next publication brings it back.
    Gone,
    /// 301: it is at another place now. Files that no other show here needs are deleted.
    Moved {
        /// Where the feed is.
        feed_url: String,
        /// The address of all its further feeds, with `{name}` where the name of each stands; empty where the laptop does not
        /// say: then they lead to the feed.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        variants_url: String,
        /// Where files are; every other one of the show answers 410.
        files: Vec<MovedFile>,
    },
    /// 410 for the feed and its further feeds, which their author ended; its files lead to another place, as if it had moved. A
    /// server from before this refuses it, and changes nothing.
    Ended {
        /// Where the feed is: pages name it.
        feed_url: String,
        /// Where files are; every other one of the show answers 410.
        files: Vec<MovedFile>,
        /// No file is deleted yet.
        files_stay: bool,
    },
}

impl Standing {
    /// Where the show's files are, if they are at another place.
    pub fn files(&mut self) -> Option<&mut Vec<MovedFile>> {
        match self {
            Self::Gone => None,
            Self::Moved { files, .. } | Self::Ended { files, .. } => Some(files),
        }
    }
}

/// A file that is at another place now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedFile {
    /// Content.
    pub sha256: Sha256,
    /// `<name>.<ext>` in its address at the server.
    pub name: String,
    /// Where it is.
    pub url: String,
}

/// The server's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingAnswer {
    /// Files that were deleted.
    pub deleted: Vec<Sha256>,
}
