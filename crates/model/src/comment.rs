//! Comments of visitors: who may leave one, what one is, and what its show's author decided. What it is not: the small sum
//! that visitors answer first; that is the server's alone.

use crate::{CommentId, ShowId};
use serde::{Deserialize, Serialize};

/// Longest name of a visitor, in characters.
pub const MAX_NAME_CHARS: usize = 50;
/// Longest text of a comment, in characters.
pub const MAX_TEXT_CHARS: usize = 10_000;
/// How long what the author deleted stays at the server, so that it can come back: 30 days.
pub const DELETED_KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Whether visitors of a show's pages may comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CommentPolicy {
    /// Nobody may, and none are shown.
    #[default]
    Off,
    /// Everybody may; each comment is shown once the author approved it.
    Approved,
    /// Everybody may, and each comment is shown at once.
    Open,
}

impl CommentPolicy {
    /// Whether nobody may comment.
    pub fn is_off(&self) -> bool {
        *self == Self::Off
    }
}

/// What the author decided about a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CommentState {
    /// Nothing yet: nobody sees it.
    Waiting,
    /// Everybody sees it.
    Approved,
    /// Nobody sees it.
    Rejected,
    /// Nobody sees it, and after a while it is gone.
    Deleted,
}

impl CommentState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Approved, Self::Rejected, Self::Deleted];

    /// Its name, as it is written everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Deleted => "deleted",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What a visitor wrote under an episode or post. Plain text and Markdown: whoever shows it makes HTML from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Comment {
    /// Id.
    pub id: CommentId,
    /// Its number in the server's API; never used twice there. 0 while no server has it.
    pub number: i64,
    /// The show.
    pub show: ShowId,
    /// Id of the episode or post it is about.
    pub about: String,
    /// How the visitor wants to be called.
    pub name: String,
    /// What the visitor wrote: Markdown without HTML. Empty once a deleted comment is gone.
    pub text: String,
    /// When it arrived, Unix milliseconds.
    pub created_ms: i64,
    /// What was decided.
    pub state: CommentState,
    /// When that was decided; `None` while nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub decided_ms: Option<i64>,
}

/// A comment as its author's laptop knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CommentRow {
    /// The comment; `state` is what was decided here, or else what the server tells.
    pub comment: Comment,
    /// Title of the episode or post; empty when it is not known here.
    pub about_title: String,
    /// Name of the target whose server has it; empty while none has what an import brought.
    pub target: String,
    /// Whether what was decided here, or the comment itself, is not at the server yet.
    pub unsent: bool,
}

/// What visitors wrote about a show.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CommentList {
    /// Those asked for, newest first.
    pub comments: Vec<CommentRow>,
    /// How many wait for a decision.
    pub waiting: u64,
    /// How many everybody sees.
    pub approved: u64,
    /// How many were rejected.
    pub rejected: u64,
    /// How many were deleted and could come back.
    pub deleted: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CommentId, Show, ShowId};
    use serde_json::json;

    #[test]
    fn a_comment_that_is_brought_has_the_same_id_each_time() {
        let show = |n: u32| ShowId::parse(&format!("018f0000-0000-7000-8000-{n:012}")).unwrap();
        let id = CommentId::brought(&show(1), "64456abe-6890-55b2-9b4a-c96d852be85d#1");
        // Python's uuid.uuid5.
        assert_eq!(id.as_str(), "767d1c3a-c247-5075-8f94-6b741fd8925e");
        assert_ne!(CommentId::brought(&show(2), "64456abe-6890-55b2-9b4a-c96d852be85d#1"), id);
    }

    #[test]
    fn a_show_without_comments_is_written_as_before_there_were_any() {
        let mut show = Show::new("A", "a", 0);
        let written = |show: &Show| serde_json::to_value(show).unwrap();
        assert_eq!(written(&show).get("comments"), None, "its hash stays");
        show.comments = CommentPolicy::Approved;
        assert_eq!(written(&show)["comments"], json!("approved"));
        assert_eq!(serde_json::from_value::<Show>(written(&show)).unwrap(), show);
    }
}
