//! Table `comment`, rows of no target: what visitors wrote where a show was before, as an import brought it. Such a row stays when
//! a server has the comment: it follows what is decided, the next server is given it, and no import brings it twice.

use crate::comment::{parse, written};
use crate::{Library, Result, WriteTx};
use hearthcast_model::comment::DELETED_KEPT_MS;
use hearthcast_model::{Comment, CommentId, CommentState, ShowId, TargetId};
use std::collections::HashSet;

/// Whether a row `c` is listed: that of one server its show is still published to, and one of none while no such server has the
/// comment and its episode is here.
pub(crate) const LISTED: &str = "(EXISTS (SELECT 1 FROM target t WHERE t.id = c.target)
        AND NOT EXISTS (SELECT 1 FROM target t JOIN comment o ON o.target = t.id
                        WHERE o.id = c.id AND o.show_id = c.show_id AND o.target < c.target)
    OR c.target = '' AND NOT EXISTS (SELECT 1 FROM target t JOIN comment o ON o.target = t.id
                                     WHERE o.id = c.id AND o.show_id = c.show_id)
        AND EXISTS (SELECT 1 FROM episode e WHERE e.id = json_extract(c.body, '$.about') AND e.deleted_ms IS NULL))";

/// Ids of all comments that were ever brought into a show.
pub async fn ids(library: &Library, show: &ShowId) -> Result<HashSet<String>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT id FROM comment WHERE target = '' AND show_id = $1")
        .bind(show.as_str())
        .fetch_all(library.readers())
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Brought comments that a target does not have yet, oldest first, at most `limit`: those after an instant and an id, as they
/// stand here. What was deleted is given to nobody.
pub async fn missing(
    library: &Library,
    show: &ShowId,
    target: &TargetId,
    (after_ms, after): (i64, &str),
    limit: usize,
) -> Result<Vec<Comment>> {
    let rows: Vec<(String, Option<i64>, String)> = sqlx::query_as(
        "SELECT c.state, c.unsent_ms, c.body FROM comment c
         WHERE c.target = '' AND c.show_id = $1 AND c.state IN ('waiting', 'approved', 'rejected')
           AND NOT EXISTS (SELECT 1 FROM comment o WHERE o.target = $2 AND o.id = c.id)
           AND EXISTS (SELECT 1 FROM episode e WHERE e.id = json_extract(c.body, '$.about') AND e.deleted_ms IS NULL)
           AND (c.created_ms > $3 OR (c.created_ms = $3 AND c.id > $4))
         ORDER BY c.created_ms, c.id LIMIT $5",
    )
    .bind(show.as_str())
    .bind(target.as_str())
    .bind(after_ms)
    .bind(after)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(library.readers())
    .await?;
    let mut missing = Vec::with_capacity(rows.len());
    for (state, decided_ms, body) in rows {
        let comment = parse(&body)?;
        missing.extend(CommentState::parse(&state).map(|state| Comment { state, decided_ms, ..comment }));
    }
    Ok(missing)
}

impl WriteTx {
    /// Takes in what an import brings, each comment once: one that came before stays as it stands, and one that a server told of
    /// stands as it does there.
    pub async fn bring_comments(&mut self, comments: &[Comment]) -> Result<()> {
        if let Some(comment) = comments.first() {
            self.forget_deleted(&comment.show).await?;
        }
        for comment in comments {
            let put = sqlx::query(
                "INSERT INTO comment (target, id, show_id, state, created_ms, body) VALUES ('', $1, $2, $3, $4, $5)
                 ON CONFLICT (target, id) DO NOTHING",
            )
            .bind(comment.id.as_str())
            .bind(comment.show.as_str())
            .bind(comment.state.name())
            .bind(comment.created_ms)
            .bind(written(comment)?)
            .execute(self.connection())
            .await?;
            if put.rows_affected() > 0 {
                self.stand_as_told(&comment.id).await?;
            }
            self.touch("comments", comment.show.as_str());
        }
        Ok(())
    }

    async fn stand_as_told(&mut self, id: &CommentId) -> Result<()> {
        sqlx::query(
            "UPDATE comment SET (state, unsent_ms) =
                 (SELECT o.state, coalesce(o.unsent_ms, json_extract(o.body, '$.decided_ms')) AS at_ms FROM comment o
                  WHERE o.target <> '' AND o.id = $1 AND o.show_id = comment.show_id ORDER BY at_ms DESC LIMIT 1)
             WHERE target = '' AND id = $1
               AND EXISTS (SELECT 1 FROM comment o WHERE o.target <> '' AND o.id = $1 AND o.show_id = comment.show_id)",
        )
        .bind(id.as_str())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// What was decided here later than a server knows is still to be told there, also where the laptop never heard that the server
    /// has the comment.
    pub(crate) async fn keep_decision(&mut self, target: &TargetId, there: &Comment) -> Result<()> {
        sqlx::query(
            "INSERT INTO comment (target, id, show_id, state, created_ms, unsent, unsent_ms, body)
             SELECT $1, id, show_id, state, created_ms, state, unsent_ms, body FROM comment
             WHERE target = '' AND id = $2 AND show_id = $5 AND state <> $3 AND unsent_ms > coalesce($4, -1)
               AND (state IN ('waiting', 'approved', 'rejected') OR state = 'deleted' AND unsent IS NOT NULL)
             ON CONFLICT (target, id) DO NOTHING",
        )
        .bind(target.as_str())
        .bind(there.id.as_str())
        .bind(there.state.name())
        .bind(there.decided_ms)
        .bind(there.show.as_str())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// A brought comment stands here as it does at a server.
    pub(crate) async fn follow_server(&mut self, target: &TargetId, id: &CommentId) -> Result<()> {
        sqlx::query(
            "UPDATE comment SET (state, unsent_ms) =
                 (SELECT o.state, coalesce(o.unsent_ms, json_extract(o.body, '$.decided_ms')) FROM comment o
                  WHERE o.target = $1 AND o.id = $2)
             WHERE target = '' AND id = $2 AND state <> 'gone'
               AND show_id = (SELECT o.show_id FROM comment o WHERE o.target = $1 AND o.id = $2)",
        )
        .bind(target.as_str())
        .bind(id.as_str())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// The words of a deleted comment are gone at a server. Here they go, too, where it was seen as deleted before; else it is that
    /// from now on: no server takes anything away at one blow. That it was brought stays known.
    pub(crate) async fn forget_words(&mut self, show: &ShowId, id: &CommentId) -> Result<()> {
        sqlx::query(
            "UPDATE comment SET unsent = NULL, unsent_ms = $3,
             body = CASE state WHEN 'deleted' THEN json_set(body, '$.name', '', '$.text', '') ELSE body END,
             state = CASE state WHEN 'deleted' THEN 'gone' ELSE 'deleted' END
             WHERE target = '' AND id = $1 AND show_id = $2 AND state <> 'gone'",
        )
        .bind(id.as_str())
        .bind(show.as_str())
        .bind(self.now_ms())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// The words of comments that were deleted 30 days ago go, where no server has them: one that has says so itself.
    pub async fn forget_deleted(&mut self, show: &ShowId) -> Result<()> {
        sqlx::query(
            "UPDATE comment SET unsent = NULL, unsent_ms = NULL, state = 'gone',
             body = json_set(body, '$.name', '', '$.text', '')
             WHERE target = '' AND show_id = $1 AND state = 'deleted' AND unsent_ms < $2
               AND NOT EXISTS (SELECT 1 FROM comment o JOIN target t ON t.id = o.target
                               WHERE o.id = comment.id AND o.show_id = comment.show_id)",
        )
        .bind(show.as_str())
        .bind(self.now_ms().saturating_sub(DELETED_KEPT_MS))
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
