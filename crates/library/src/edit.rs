//! Table `edit`: what is cut out of the recording of an episode, and what was laid aside with it.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::EpisodeId;
use hearthcast_model::edit::Edit;

/// The edit of an episode's recording, if there ever was one.
pub async fn get(library: &Library, episode: &EpisodeId) -> Result<Option<Edit>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT body FROM edit WHERE episode = $1")
        .bind(episode.as_str())
        .fetch_optional(library.readers())
        .await?;
    let unreadable = |source| LibraryError::Unreadable { what: format!("edit {episode}"), source };
    row.map(|(body,)| serde_json::from_str(&body).map_err(unreadable)).transpose()
}

impl WriteTx {
    /// Notes an edit.
    pub async fn put_edit(&mut self, episode: &EpisodeId, edit: &Edit) -> Result<()> {
        let body = serde_json::to_string(edit)
            .map_err(|source| LibraryError::Unreadable { what: format!("edit {episode}"), source })?;
        let now_ms = self.now_ms;
        sqlx::query("INSERT OR REPLACE INTO edit (episode, body, changed_ms) VALUES ($1, $2, $3)")
            .bind(episode.as_str())
            .bind(body)
            .bind(now_ms)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
