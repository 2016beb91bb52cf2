//! Comments: what visitors wrote comes to the laptop, what the author decided goes back. New beside `proto` 1: a server that
//! does not know it answers 404, and then there are none.

use hearthcast_model::{Comment, CommentId, CommentState};
use serde::{Deserialize, Serialize};

/// `GET /sync/v1/comments/<show>?after=<cursor>&limit=<n>` → [`CommentsAnswer`];
/// `POST /sync/v1/comments/<show>` [`DecideRequest`] → [`DecideAnswer`];
/// `POST /sync/v1/comments/<show>/brought` [`BringRequest`] → [`DecideAnswer`].
pub const PATH: &str = "/sync/v1/comments";

/// Most comments in one answer.
pub const MAX_ROWS: usize = 200;

/// Most decisions in one request.
pub const MAX_DECISIONS: usize = 500;

/// Most comments of an import in one request.
pub const MAX_BROUGHT: usize = 50;

/// The server's side: comments that changed after the cursor, in order of change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentsAnswer {
    /// Random id of the server's history; another one than before means: forget the cursor, begin again.
    pub epoch: String,
    /// As they stand now.
    pub comments: Vec<Comment>,
    /// Cursor for the next call.
    pub next: i64,
    /// Whether there is more.
    pub more: bool,
}

/// What the author decided about one comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The comment.
    pub id: CommentId,
    /// What it is from now on.
    pub state: CommentState,
    /// When it was decided, Unix milliseconds by the laptop's clock. The latest decision holds; one of the future is one of
    /// now.
    pub at_ms: i64,
}

/// The laptop's side: at most [`MAX_DECISIONS`], applied all or not at all. Sending them again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideRequest {
    /// In any order.
    pub decisions: Vec<Decision>,
}

/// The laptop's side: at most [`MAX_BROUGHT`] comments that were written elsewhere, before their show came here, each as it stands
/// at the laptop; `number` says nothing. A comment that the server has under its `id` stays as it is there: sending them again
/// changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BringRequest {
    /// Oldest first.
    pub comments: Vec<Comment>,
}

/// The server's side: how the comments stand now, decided by whomever. Those it does not know, or that are about what is no
/// episode or post of the show there, are not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideAnswer {
    /// One for each known id.
    pub comments: Vec<Comment>,
}
