//! What visitors wrote about a show: listed, and decided about. A decision holds here at once; servers are told when there is
//! a network.

use crate::Studio;
use crate::read::show_id;
use hearthcast_engine::comments;
use hearthcast_engine::line::Line;
use hearthcast_library::{comment, episode, target};
use hearthcast_model::comment::{MAX_NAME_CHARS, MAX_TEXT_CHARS};
use hearthcast_model::place::{Location, Target};
use hearthcast_model::{Code, CommentId, CommentList, CommentRow, CommentState, EpisodeId, Error, Result, TargetId};
use hearthcast_text::{comment_line, comment_text};
use std::collections::BTreeMap;

/// Most comments in one list.
const MOST: usize = 1_000;

impl Studio {
    /// The comments of a show in one state, newest first, and how many there are in each.
    pub async fn comments(&self, show: &str, state: CommentState) -> Result<CommentList> {
        let id = show_id(&self.show(show).await?)?;
        let counts = comment::counts(self.library(), &id).await?;
        let names: BTreeMap<TargetId, String> =
            target::of_show(self.library(), &id).await?.into_iter().map(|target| (target.id, target.name)).collect();
        let mut titles = BTreeMap::<String, String>::new();
        let mut rows = vec![];
        for known in comment::of_show(self.library(), &id, state, MOST).await? {
            let about = &known.comment.about;
            if !titles.contains_key(about) {
                titles.insert(about.clone(), self.title_of(about).await?);
            }
            rows.push(CommentRow {
                about_title: titles.get(about).cloned().unwrap_or_default(),
                target: known.target.as_ref().and_then(|target| names.get(target)).cloned().unwrap_or_default(),
                unsent: known.unsent,
                comment: bounded(known.comment),
            });
        }
        let count = |state| counts.get(&state).copied().unwrap_or_default();
        Ok(CommentList {
            comments: rows,
            waiting: count(CommentState::Waiting),
            approved: count(CommentState::Approved),
            rejected: count(CommentState::Rejected),
            deleted: count(CommentState::Deleted),
        })
    }

    /// Decides about comments. Returns those that were in another state, with that state: deciding so takes it back.
    pub async fn decide_comments(
        &self,
        show: &str,
        decisions: &[(CommentId, CommentState)],
    ) -> Result<Vec<(CommentId, CommentState)>> {
        let id = show_id(&self.show(show).await?)?;
        let mut tx = self.library().transact().await?;
        let before = tx.decide_comments(&id, decisions).await?;
        self.commit_own(tx).await?;
        Ok(before)
    }

    /// Tells the show's servers what was decided and is not known there yet. Returns how many decisions that were.
    pub async fn send_decisions(&self, show: &str) -> Result<u64> {
        let id = show_id(&self.show(show).await?)?;
        let mut told = 0;
        for target in target::of_show(self.library(), &id).await? {
            let is_server = matches!(target.location, Location::Server { .. });
            if is_server && !comment::unsent(self.library(), &target.id, 1).await?.is_empty() {
                let line = Line::to(&target, self.device_key()?, self.net().await?)?;
                told += comments::tell(&line, self.library(), &target).await?;
            }
        }
        Ok(told)
    }

    /// Gives a server what an import brought, now that the show is there. What does not arrive goes with the next sync, and keeps
    /// nothing else from being done.
    pub(crate) async fn bring_comments(&self, target: &Target) {
        if let Err(error) = self.comments_brought(target).await {
            tracing::info!("comments of the import wait for the next sync: {}", error.message);
        }
    }

    async fn comments_brought(&self, target: &Target) -> Result<u64> {
        let is_server = matches!(target.location, Location::Server { .. });
        if !is_server || !comments::any_to_bring(self.library(), target).await? {
            return Ok(0);
        }
        let line = Line::to(target, self.device_key()?, self.net().await?)?;
        comments::bring(&line, self.library(), target).await
    }

    /// The comment with a number (as the server's API has it) or an id.
    pub async fn find_comment(&self, show: &str, word: &str) -> Result<CommentId> {
        let id = show_id(&self.show(show).await?)?;
        for state in CommentState::ALL {
            for known in comment::of_show(self.library(), &id, state, usize::MAX).await? {
                let is_number = known.comment.number > 0 && known.comment.number.to_string() == word;
                if is_number || known.comment.id.as_str() == word {
                    return Ok(known.comment.id);
                }
            }
        }
        Err(Error::new(Code::NotFound, format!("There is no comment \"{word}\" here."))
            .hint("`hearthcast sync` fetches new ones; `hearthcast comments SHOW` lists them with their numbers.")
            .about("comment", word))
    }

    async fn title_of(&self, about: &str) -> Result<String> {
        let Some(id) = EpisodeId::parse(about) else { return Ok(String::new()) };
        Ok(episode::get(self.library(), &id).await?.map(|record| record.body.title).unwrap_or_default())
    }
}

/// A server is not trusted to have cleaned and bounded what visitors wrote.
fn bounded(mut comment: hearthcast_model::Comment) -> hearthcast_model::Comment {
    comment.name = comment_line(&comment.name).chars().take(MAX_NAME_CHARS).collect();
    comment.text = comment_text(&comment.text).chars().take(MAX_TEXT_CHARS).collect();
    comment
}
