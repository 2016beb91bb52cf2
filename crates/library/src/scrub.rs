//! Forgets what a withdrawn episode said, wherever the library noted it besides: publications that were carried out, steps to
//! undo, the outbox, the words of the search. What it is not: it deletes no media; the author's own files stay.

use crate::open::database_file;
use crate::writer::{WriteLock, Writer};
use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::{EpisodeId, ShowId};
use serde_json::Value;

impl WriteTx {
    /// Takes everything an episode said out of the notes of what was done. The caller saw to its record and its versions.
    pub async fn scrub_episode(&mut self, show: &ShowId, episode: &EpisodeId, title: &str) -> Result<()> {
        self.scrub_publications(show, episode, title).await?;
        let id = episode.as_str();
        for sql in [
            "DELETE FROM undo_step WHERE instr(parts, $1) > 0",
            "UPDATE outbox SET op = json_set(op, '$.set', json('{}')) WHERE tbl = 'episode' AND id = $1",
        ] {
            sqlx::query(sql).bind(id).execute(self.connection()).await?;
        }
        if !title.is_empty() {
            for sql in [
                "UPDATE history SET sentence = replace(sentence, $2, '…') WHERE show_id = $1",
                "UPDATE job SET error = NULL WHERE $1 IS NOT NULL AND instr(error, $2) > 0",
            ] {
                sqlx::query(sql).bind(show.as_str()).bind(title).execute(self.connection()).await?;
            }
        }
        // Words that no row has any more stand in the index until its parts are put together.
        sqlx::query("INSERT INTO search (search) VALUES ('optimize')").execute(self.connection()).await?;
        Ok(())
    }

    async fn scrub_publications(&mut self, show: &ShowId, episode: &EpisodeId, title: &str) -> Result<()> {
        // What is sent is read while a publication is unfinished, and never afterwards.
        sqlx::query("UPDATE publication SET payload = '' WHERE show_id = $1 AND state != 'open'")
            .bind(show.as_str())
            .execute(self.connection())
            .await?;
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT id, plan FROM publication WHERE show_id = $1 AND state != 'open' AND instr(plan, $2) > 0",
        )
        .bind(show.as_str())
        .bind(episode.as_str())
        .fetch_all(self.connection())
        .await?;
        for (id, plan) in rows {
            let unreadable = |source| LibraryError::Unreadable { what: format!("publication {id}"), source };
            let mut plan: Value = serde_json::from_str(&plan).map_err(unreadable)?;
            strike(&mut plan, episode.as_str(), title);
            sqlx::query("UPDATE publication SET plan = $2 WHERE id = $1")
                .bind(&id)
                .bind(plan.to_string())
                .execute(self.connection())
                .await?;
        }
        Ok(())
    }
}

/// A plan without an episode.
fn strike(plan: &mut Value, episode: &str, title: &str) {
    let other = |entry: &Value| !["id", "episode"].iter().any(|key| entry[key] == episode);
    for pointer in ["/changes", "/releases", "/uploads", "/scheduled", "/unreferenced", "/manifest/objects"] {
        if let Some(entries) = plan.pointer_mut(pointer).and_then(Value::as_array_mut) {
            entries.retain(other);
        }
    }
    let Some(plan) = plan.as_object_mut() else { return };
    // Steps name files by their place in a list that is shorter now; they were all done.
    plan.insert("steps".into(), Value::Array(vec![]));
    plan.insert("uploads".into(), Value::Array(vec![]));
    plan.remove("feed");
    plan.remove("conflict");
    // What apps know it by, and the word that was typed.
    plan.remove("consequences");
    plan.remove("confirm");
    if let Some(Value::String(sentence)) = plan.get_mut("sentence")
        && !title.is_empty()
    {
        *sentence = sentence.replace(title, "…");
    }
}

impl Library {
    /// Writes the database anew, so that nothing that was deleted is left in its file or beside it.
    pub async fn compact(&self) -> Result<()> {
        let lock = WriteLock::take(self.root()).await?;
        let mut writer = Writer::open(lock, &database_file(self.root())).await?;
        for sql in ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
            sqlx::query(sql).execute(writer.connection()).await?;
        }
        drop(writer.close().await?);
        Ok(())
    }
}
