//! Table `edit`: what is cut out of the recordings of an episode, and what was laid aside with it.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::edit::Edit;
use hearthcast_model::{EpisodeId, Sha256};
use std::collections::HashMap;

const OF_ONE: &str = "SELECT body FROM edit WHERE episode = $1 AND recording = $2";

/// The edit of a recording of an episode, if there ever was one.
pub async fn get(library: &Library, episode: &EpisodeId, recording: &Sha256) -> Result<Option<Edit>> {
    let query = sqlx::query_as(OF_ONE).bind(episode.as_str()).bind(recording.as_str());
    read(episode, query.fetch_optional(library.readers()).await?)
}

/// The edits of all recordings an episode ever had.
pub async fn all(library: &Library, episode: &EpisodeId) -> Result<Vec<Edit>> {
    let query = sqlx::query_as("SELECT body FROM edit WHERE episode = $1 ORDER BY recording").bind(episode.as_str());
    let rows: Vec<(String,)> = query.fetch_all(library.readers()).await?;
    Ok(rows
        .into_iter()
        .map(|row| read(episode, Some(row)))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect())
}

/// The recordings of every episode that were edited, by the episode's id.
pub async fn recordings(library: &Library) -> Result<HashMap<String, Vec<Sha256>>> {
    let query = sqlx::query_as::<_, (String, String)>("SELECT episode, recording FROM edit");
    let mut found = HashMap::<String, Vec<Sha256>>::new();
    for (episode, recording) in query.fetch_all(library.readers()).await? {
        found.entry(episode).or_default().extend(Sha256::parse(&recording));
    }
    Ok(found)
}

fn read(episode: &EpisodeId, row: Option<(String,)>) -> Result<Option<Edit>> {
    let unreadable = |source| LibraryError::Unreadable { what: format!("edit {episode}"), source };
    row.map(|(body,)| serde_json::from_str(&body).map_err(unreadable)).transpose()
}

impl WriteTx {
    /// The edit of a recording of an episode.
    pub async fn edit(&mut self, episode: &EpisodeId, recording: &Sha256) -> Result<Option<Edit>> {
        let query = sqlx::query_as(OF_ONE).bind(episode.as_str()).bind(recording.as_str());
        read(episode, query.fetch_optional(self.connection()).await?)
    }

    /// Notes an edit.
    pub async fn put_edit(&mut self, episode: &EpisodeId, edit: &Edit) -> Result<()> {
        let body = serde_json::to_string(edit)
            .map_err(|source| LibraryError::Unreadable { what: format!("edit {episode}"), source })?;
        let now_ms = self.now_ms;
        sqlx::query("INSERT OR REPLACE INTO edit (episode, recording, body, changed_ms) VALUES ($1, $2, $3, $4)")
            .bind(episode.as_str())
            .bind(edit.recording.as_str())
            .bind(body)
            .bind(now_ms)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
