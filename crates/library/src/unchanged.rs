//! That a plan found nothing to do, noted with the number of writes the library had then. As long as it has no more, the
//! same program would find the same again, until a time in the records comes: it need not read ten thousand episodes to say
//! so. What it is not: a look at the place; what another program did there shows at the next change, as it always did.

use crate::{Library, LibraryError, Result, WriteTx, episode, meta};
use hearthcast_model::TargetId;
use serde::{Deserialize, Serialize};

/// Where the number of writes stands.
const WRITES: &str = "writes";

#[derive(Serialize, Deserialize)]
struct Note {
    /// Writes so far, this one included.
    writes: i64,
    /// The program that planned; another build may plan otherwise.
    program: String,
    /// By the clock of the library: before this the clock was set back.
    from_ms: i64,
    /// When the next time in the records comes.
    until_ms: Option<i64>,
}

/// Whether `program` found nothing to do for a target, and nothing was written since, and no time has come.
pub async fn is_noted(library: &Library, target: &TargetId, program: &str) -> Result<bool> {
    let Some(note) = meta::get(library.readers(), &key(target)).await? else { return Ok(false) };
    let writes = meta::get(library.readers(), WRITES).await?;
    // A note of another version is as good as none.
    let Ok(note) = serde_json::from_str::<Note>(&note) else { return Ok(false) };
    let now_ms = library.clock().now_ms();
    let in_time = note.from_ms <= now_ms && note.until_ms.is_none_or(|until| now_ms < until);
    Ok(in_time && note.program == program && writes == Some(note.writes.to_string()))
}

impl WriteTx {
    /// Notes that `program` found nothing to do for a target. It must be all that this transaction writes.
    pub async fn note_unchanged(&mut self, target: &TargetId, program: &str) -> Result<()> {
        let now_ms = self.now_ms();
        let until_ms = episode::next_time(self.connection(), now_ms).await?;
        let writes = meta::get(self.connection(), WRITES).await?.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
        let note = Note { writes: writes + 1, program: program.into(), from_ms: now_ms, until_ms };
        let text = serde_json::to_string(&note)
            .map_err(|source| LibraryError::Unreadable { what: "the note of a plan".into(), source })?;
        meta::set(self.connection(), &key(target), &text).await
    }

    /// Counts this transaction.
    pub(crate) async fn count_write(&mut self) -> Result<()> {
        sqlx::query(
            "INSERT INTO meta (key, value) VALUES ($1, '1')
             ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)",
        )
        .bind(WRITES)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

fn key(target: &TargetId) -> String {
    format!("unchanged {target}")
}
