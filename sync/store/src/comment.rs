//! Table `comment`: what visitors wrote and what was decided about it, with a cursor over the changes.

use crate::{Connection, Result};
use hearthcast_model::comment::DELETED_KEPT_MS;
use hearthcast_model::{Comment, CommentId, CommentState, ShowId};
use sqlx::Row as _;

/// Columns of a comment, in the order of [`read`].
const COLUMNS: &str = "id, number, show_id, about, name, text, created_ms, state, decided_ms";

/// A comment that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived<'a> {
    /// Its id.
    pub id: CommentId,
    /// The show.
    pub show: &'a ShowId,
    /// The episode or post.
    pub about: &'a str,
    /// How the visitor wants to be called.
    pub name: String,
    /// What the visitor wrote.
    pub text: String,
    /// When, Unix milliseconds.
    pub created_ms: i64,
    /// [`CommentState::Approved`] where nobody has to approve.
    pub state: CommentState,
}

/// Keeps a comment under the next number.
pub async fn add(connection: &mut Connection, new: Arrived<'_>) -> Result<Comment> {
    let row = sqlx::query("SELECT COALESCE(MAX(number), 0) + 1, COALESCE(MAX(seq), 0) + 1 FROM comment");
    let row = row.fetch_one(&mut *connection).await?;
    let (number, seq): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    sqlx::query(
        "INSERT INTO comment (id, number, seq, show_id, about, name, text, created_ms, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(new.id.as_str())
    .bind(number)
    .bind(seq)
    .bind(new.show.as_str())
    .bind(new.about)
    .bind(&new.name)
    .bind(&new.text)
    .bind(new.created_ms)
    .bind(new.state.name())
    .execute(connection)
    .await?;
    let Arrived { id, show, about, name, text, created_ms, state } = new;
    let (show, about) = (show.clone(), about.to_string());
    Ok(Comment { id, number, show, about, name, text, created_ms, state, decided_ms: None })
}

/// Keeps a comment that was written elsewhere, before its show came here, under the next number; one that is here already stays
/// as it is. Returns it as it stands then; `None` when another show has it.
pub async fn bring(connection: &mut Connection, brought: Comment, device: &str) -> Result<Option<Comment>> {
    let sql = format!("SELECT {COLUMNS} FROM comment WHERE id = $1");
    let here = sqlx::query(&sql).bind(brought.id.as_str()).fetch_optional(&mut *connection).await?;
    if let Some(row) = here {
        return Ok(read(&row)?.filter(|here| here.show == brought.show));
    }
    let Comment { id, show, about, name, text, created_ms, state, decided_ms, .. } = brought;
    let new = Arrived { id: id.clone(), show: &show, about: &about, name, text, created_ms, state };
    let kept = add(&mut *connection, new).await?;
    match decided_ms {
        Some(at_ms) => decide(connection, &show, &id, state, at_ms, device).await,
        None => Ok(Some(kept)),
    }
}

/// Decides about a comment of a show. The latest decision holds, of two at the same instant the one of the device whose id
/// is larger, whatever the order they come in; of two by one device, the one that comes later. Returns the comment as it stands then; `None` when the show has no such one.
pub async fn decide(
    connection: &mut Connection,
    show: &ShowId,
    id: &CommentId,
    state: CommentState,
    at_ms: i64,
    device: &str,
) -> Result<Option<Comment>> {
    sqlx::query(
        "UPDATE comment SET state = $3, decided_ms = $4, decided_by = $5, seq = (SELECT MAX(seq) + 1 FROM comment)
         WHERE show_id = $1 AND id = $2 AND text <> ''
         AND (decided_ms IS NULL OR decided_ms < $4 OR (decided_ms = $4 AND (decided_by < $5 OR (decided_by = $5 AND state <> $3))))",
    )
    .bind(show.as_str())
    .bind(id.as_str())
    .bind(state.name())
    .bind(at_ms)
    .bind(device)
    .execute(&mut *connection)
    .await?;
    let sql = format!("SELECT {COLUMNS} FROM comment WHERE show_id = $1 AND id = $2");
    let row = sqlx::query(&sql).bind(show.as_str()).bind(id.as_str()).fetch_optional(connection).await?;
    Ok(row.as_ref().map(read).transpose()?.flatten())
}

/// Comments of a show that changed after a cursor, at most `limit`, in order of change, each with its place in that order.
pub async fn after(
    connection: &mut Connection,
    show: &ShowId,
    cursor: i64,
    limit: usize,
) -> Result<Vec<(i64, Comment)>> {
    let sql = format!("SELECT {COLUMNS}, seq FROM comment WHERE show_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    let rows = sqlx::query(&sql)
        .bind(show.as_str())
        .bind(cursor)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let seq = row.try_get("seq")?;
        found.extend(read(row)?.map(|comment| (seq, comment)));
    }
    Ok(found)
}

/// Every comment that everybody may see, by number.
pub async fn approved(connection: &mut Connection) -> Result<Vec<Comment>> {
    let sql = format!("SELECT {COLUMNS} FROM comment WHERE state = 'approved' ORDER BY number");
    let rows = sqlx::query(&sql).fetch_all(connection).await?;
    Ok(rows.iter().map(read).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// How many comments of a show nobody decided about.
pub async fn waiting(connection: &mut Connection, show: &ShowId) -> Result<i64> {
    let row = sqlx::query("SELECT COUNT(*) FROM comment WHERE state = 'waiting' AND show_id = $1");
    Ok(row.bind(show.as_str()).fetch_one(connection).await?.try_get(0)?)
}

/// Takes the words out of what was deleted long enough ago.
pub async fn forget(connection: &mut Connection, now_ms: i64) -> Result<u64> {
    let due = sqlx::query("SELECT id FROM comment WHERE state = 'deleted' AND text <> '' AND decided_ms < $1")
        .bind(now_ms - DELETED_KEPT_MS)
        .fetch_all(&mut *connection)
        .await?;
    for row in &due {
        sqlx::query("UPDATE comment SET name = '', text = '', seq = (SELECT MAX(seq) + 1 FROM comment) WHERE id = $1")
            .bind(row.try_get::<String, _>(0)?)
            .execute(&mut *connection)
            .await?;
    }
    Ok(due.len() as u64)
}

/// `None` for a row that only a newer program could have written.
fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Option<Comment>> {
    let (id, show, state): (String, String, String) = (row.try_get(0)?, row.try_get(2)?, row.try_get(7)?);
    let (Some(id), Some(show), Some(state)) =
        (CommentId::parse(&id), ShowId::parse(&show), CommentState::parse(&state))
    else {
        return Ok(None);
    };
    Ok(Some(Comment {
        id,
        number: row.try_get(1)?,
        show,
        about: row.try_get(3)?,
        name: row.try_get(4)?,
        text: row.try_get(5)?,
        created_ms: row.try_get(6)?,
        state,
        decided_ms: row.try_get(8)?,
    }))
}
