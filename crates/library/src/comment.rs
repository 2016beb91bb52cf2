//! Tables `comment` and `comment_mark`: what visitors wrote, pulled from servers, and the author's decisions that wait to be
//! told there. Comments that an import brought are rows of no target ([`brought`](crate::brought)).

use crate::brought::LISTED;
use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::{Comment, CommentId, CommentState, ShowId, TargetId};
use std::collections::{BTreeMap, HashSet};

/// A comment as it stands here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The target whose server has it; `None` while none has what an import brought.
    pub target: Option<TargetId>,
    /// With the state that was decided here, or else the server's.
    pub comment: Comment,
    /// Whether what was decided here is not told there yet, or no server has it.
    pub unsent: bool,
}

/// A decision that is not told yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// The comment.
    pub id: CommentId,
    /// What it is from now on.
    pub state: CommentState,
    /// When it was decided, Unix milliseconds.
    pub at_ms: i64,
}

/// How far a server was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mark {
    /// The server's history.
    pub epoch: String,
    /// Cursor for the next question.
    pub next: i64,
}

type Row = (String, String, Option<String>, String);

/// The comments of a show in one state, newest first, at most `limit`; of servers it is still published to, and those that an
/// import brought and no server has yet.
pub async fn of_show(library: &Library, show: &ShowId, state: CommentState, limit: usize) -> Result<Vec<Known>> {
    let sql = format!(
        "SELECT c.target, c.state, c.unsent, c.body FROM comment c
         WHERE c.show_id = $1 AND c.state = $2 AND {LISTED} ORDER BY c.created_ms DESC, c.id DESC LIMIT $3"
    );
    let rows: Vec<Row> = sqlx::query_as(&sql)
        .bind(show.as_str())
        .bind(state.name())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(library.readers())
        .await?;
    Ok(rows.into_iter().map(known).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// How many comments of a show are in each state.
pub async fn counts(library: &Library, show: &ShowId) -> Result<BTreeMap<CommentState, u64>> {
    let sql = format!("SELECT c.state, count(*) FROM comment c WHERE c.show_id = $1 AND {LISTED} GROUP BY c.state");
    let rows: Vec<(String, i64)> = sqlx::query_as(&sql).bind(show.as_str()).fetch_all(library.readers()).await?;
    let count = |(state, count): (String, i64)| Some((CommentState::parse(&state)?, u64::try_from(count).ok()?));
    Ok(rows.into_iter().filter_map(count).collect())
}

/// Decisions that a server does not know yet, oldest first, at most `limit`.
pub async fn unsent(library: &Library, target: &TargetId, limit: usize) -> Result<Vec<Unsent>> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT id, unsent, unsent_ms FROM comment WHERE target = $1 AND unsent IS NOT NULL ORDER BY unsent_ms, id LIMIT $2",
    )
    .bind(target.as_str())
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(library.readers())
    .await?;
    let read = |(id, state, at_ms): (String, String, i64)| {
        Some(Unsent { id: CommentId::parse(&id)?, state: CommentState::parse(&state)?, at_ms })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// How far a server was read; `None` when it never was.
pub async fn mark(library: &Library, target: &TargetId) -> Result<Option<Mark>> {
    let row: Option<(String, i64)> = sqlx::query_as("SELECT epoch, next FROM comment_mark WHERE target = $1")
        .bind(target.as_str())
        .fetch_optional(library.readers())
        .await?;
    Ok(row.map(|(epoch, next)| Mark { epoch, next }))
}

fn known((target, state, unsent, body): Row) -> Result<Option<Known>> {
    let mut comment = parse(&body)?;
    let Some(state) = CommentState::parse(&state) else { return Ok(None) };
    comment.state = state;
    let target = TargetId::parse(&target);
    Ok(Some(Known { unsent: unsent.is_some() || target.is_none(), target, comment }))
}

pub(crate) fn parse(body: &str) -> Result<Comment> {
    serde_json::from_str(body).map_err(|source| LibraryError::Unreadable { what: "comment".into(), source })
}

pub(crate) fn written(comment: &Comment) -> Result<String> {
    serde_json::to_string(comment).map_err(|source| LibraryError::Unreadable { what: "comment".into(), source })
}

impl WriteTx {
    /// Notes what was decided about comments of a show, to be told to the servers that have them; what is in that state
    /// already stays. Returns how each was before, as `decide_comments` takes it back.
    pub async fn decide_comments(
        &mut self,
        show: &ShowId,
        decisions: &[(CommentId, CommentState)],
    ) -> Result<Vec<(CommentId, CommentState)>> {
        self.forget_deleted(show).await?;
        let mut before = vec![];
        for (id, state) in decisions {
            // Rows of servers first: one of no target follows them.
            let sql = "SELECT target, state, unsent_ms, body FROM comment
                       WHERE show_id = $1 AND id = $2 ORDER BY target DESC";
            let rows: Vec<(String, String, Option<i64>, String)> =
                sqlx::query_as(sql).bind(show.as_str()).bind(id.as_str()).fetch_all(self.connection()).await?;
            for (target, was, unsent_ms, body) in rows {
                let Some(was) = CommentState::parse(&was).filter(|was| was != state) else { continue };
                if !before.iter().any(|(known, _)| known == id) {
                    before.push((id.clone(), was));
                }
                // What is decided after something was seen holds over it, whatever the clocks say.
                let seen_ms = parse(&body)?.decided_ms.max(unsent_ms).unwrap_or(0);
                let at_ms = self.now_ms().max(seen_ms.saturating_add(1));
                sqlx::query("UPDATE comment SET state = $3, unsent = $3, unsent_ms = $4 WHERE target = $1 AND id = $2")
                    .bind(target)
                    .bind(id.as_str())
                    .bind(state.name())
                    .bind(at_ms)
                    .execute(self.connection())
                    .await?;
            }
        }
        if !before.is_empty() {
            self.touch("comments", show.as_str());
        }
        Ok(before)
    }

    /// Takes comments in as a server tells them. A decision that it does not know yet still holds here; a comment whose
    /// words are gone there goes here, too.
    pub async fn put_comments(&mut self, target: &TargetId, comments: &[Comment]) -> Result<()> {
        let mut emptied = HashSet::new();
        for comment in comments {
            if comment.text.is_empty() {
                self.drop_comment(target, &comment.id).await?;
                if emptied.insert(&comment.id) {
                    self.forget_words(&comment.show, &comment.id).await?;
                }
                self.touch("comments", comment.show.as_str());
                continue;
            }
            self.keep_decision(target, comment).await?;
            let body = written(comment)?;
            sqlx::query(
                "INSERT INTO comment (target, id, show_id, state, created_ms, body) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (target, id) DO UPDATE SET body = excluded.body, created_ms = excluded.created_ms,
                 state = coalesce(comment.unsent, excluded.state)",
            )
            .bind(target.as_str())
            .bind(comment.id.as_str())
            .bind(comment.show.as_str())
            .bind(comment.state.name())
            .bind(comment.created_ms)
            .bind(body)
            .execute(self.connection())
            .await?;
            self.follow_server(target, &comment.id).await?;
            self.touch("comments", comment.show.as_str());
        }
        Ok(())
    }

    /// Notes that a server knows decisions, unless something else was decided here since; what it does not have goes.
    pub async fn comments_told(&mut self, target: &TargetId, sent: &[Unsent], there: &[Comment]) -> Result<()> {
        for decision in sent {
            sqlx::query(
                "UPDATE comment SET unsent = NULL, unsent_ms = NULL WHERE target = $1 AND id = $2 AND unsent_ms = $3",
            )
            .bind(target.as_str())
            .bind(decision.id.as_str())
            .bind(decision.at_ms)
            .execute(self.connection())
            .await?;
            if !there.iter().any(|comment| comment.id == decision.id) {
                self.drop_comment(target, &decision.id).await?;
            }
        }
        self.put_comments(target, there).await
    }

    async fn drop_comment(&mut self, target: &TargetId, id: &CommentId) -> Result<()> {
        sqlx::query("DELETE FROM comment WHERE target = $1 AND id = $2")
            .bind(target.as_str())
            .bind(id.as_str())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Forgets the comments of a server whose history is another one now, but for decisions it was not told.
    pub async fn forget_comments(&mut self, target: &TargetId) -> Result<()> {
        sqlx::query("DELETE FROM comment WHERE target = $1 AND unsent IS NULL")
            .bind(target.as_str())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Notes how far a server was read.
    pub async fn put_comment_mark(&mut self, target: &TargetId, mark: &Mark) -> Result<()> {
        sqlx::query(
            "INSERT INTO comment_mark (target, epoch, next) VALUES ($1, $2, $3)
             ON CONFLICT (target) DO UPDATE SET epoch = excluded.epoch, next = excluded.next",
        )
        .bind(target.as_str())
        .bind(&mark.epoch)
        .bind(mark.next)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
