//! Comments of visitors that come along with an episode or post: everybody could read them where it was, so they are approved.
//! Pure. A server gets them once the show is published there.

use super::plan::Here;
use hearthcast_intake::ReadComment;
use hearthcast_model::{Comment, CommentId, CommentState};

/// Those about an episode that were not brought before. What is the same comment is told by the episode's guid and the comment's
/// id at the site, so that a site at another address is no other one.
pub(crate) fn fresh<'a>(
    here: &'a Here,
    episode: &'a str,
    guid: &'a str,
    told: &'a [ReadComment],
) -> impl Iterator<Item = Comment> + 'a {
    let comment = move |told: &ReadComment| Comment {
        id: CommentId::brought(&here.id, &format!("{guid}#{}", told.id)),
        number: 0,
        show: here.id.clone(),
        about: episode.into(),
        name: told.name.clone(),
        text: told.text.clone(),
        created_ms: told.created_ms,
        state: CommentState::Approved,
        decided_ms: None,
    };
    told.iter().map(comment).filter(move |comment| !here.comments.contains(comment.id.as_str()))
}
