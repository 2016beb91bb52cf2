//! Salvage: what can be read of a damaged library is saved into a new one, and what is lost is named.
//!
//! The damaged file is only read. The new library takes its place when it is whole (see [`replace`](crate::replace)).

use crate::error::{Trouble, trouble};
use crate::open::{MIGRATIONS, database_file};
use crate::salvage_rows::{Saved, save_table};
use crate::writer::{WriteLock, Writer};
use crate::{Library, LibraryError, Result, check, copies, meta, outbox, replace, search};
use hearthcast_model::hash::body_hash;
use hearthcast_model::record::{Operation, Table};
use hearthcast_model::{Clock, Episode, Sha256, Show, id::Ids};
use sqlx::{Connection as _, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a salvage saved and what it lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvage {
    /// Rows saved, by table.
    pub saved: Vec<(String, u64)>,
    /// Tables of which something is lost or altered, each with what.
    pub lost: Vec<(String, String)>,
    /// Where the damaged file lies now.
    pub damaged: PathBuf,
}

/// Tables that are saved, the author's work first.
const TABLES: &[&str] = &[
    "meta",
    "show",
    "episode",
    "media",
    "waveform",
    "course",
    "media_tag",
    "edit",
    "accepted",
    "import_feed",
    "import_file",
    "import_item",
    "target",
    "target_state",
    "sync_base",
    "outbox",
    "publication",
    "journal",
    "job",
    "day_count",
    "feed_day",
    "feed_mark",
    "made",
    "recording",
    "undo_step",
    "revision",
    "kept_feed",
    "history",
    "withdrawal",
    "log_day",
    "log_row",
    "log_count",
    "log_source",
    "log_object",
    "comment",
    "comment_mark",
    "share",
    "remark",
    "remark_mark",
    "old_total",
];

impl Library {
    /// Saves what can be read of a damaged library into a new one in its place. The damaged file stays beside it.
    ///
    /// Fails with [`LibraryError::Damaged`] and changes nothing when no show and no episode can be read.
    pub async fn salvage(root: &Path, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<(Self, Salvage)> {
        let lock = WriteLock::take(root).await?;
        replace::finish(root)?;
        let mut writer = Writer::create(lock, &replace::fresh_part(root)?).await?;
        MIGRATIONS.run(writer.connection()).await?;
        let mut salvage = save(&database_file(root), writer.connection()).await?;
        if salvage.count("show") + salvage.count("episode") == 0 {
            let loss = "no show and no episode in it can be read".into();
            let newest_copy = copies::newest_good(root, &MIGRATIONS).await;
            return Err(LibraryError::Damaged { path: database_file(root), loss, newest_copy });
        }
        meta::device(writer.connection(), clock.as_ref(), ids.as_ref()).await?;
        let lock = writer.close().await?;
        salvage.damaged = replace::with_part(root, clock.now_ms())?;
        drop(lock);
        Ok((Self::open(root, clock, ids).await?, salvage))
    }
}

impl Salvage {
    fn count(&self, table: &str) -> u64 {
        self.saved.iter().filter(|(name, _)| name == table).map(|(_, count)| count).sum()
    }

    fn lose(&mut self, table: &str, what: String) {
        self.lost.push((table.to_string(), what));
    }
}

async fn save(damaged: &Path, to: &mut SqliteConnection) -> Result<Salvage> {
    let mut from = check::open_read_only(damaged).await?;
    let mut salvage = Salvage { saved: vec![], lost: vec![], damaged: damaged.into() };
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *to).await?;
    for table in TABLES {
        let Saved { rows, losses } = save_table(&mut from, to, table).await?;
        salvage.saved.push(((*table).to_string(), rows));
        losses.into_iter().for_each(|loss| salvage.lose(table, loss));
    }
    let _ = from.close().await;
    outbox::leave_a_gap(to).await?;
    for table in [Table::Show, Table::Episode] {
        mend_records(to, table, &mut salvage).await?;
    }
    search::rebuild(to).await?;
    sqlx::query("COMMIT").execute(to).await?;
    Ok(salvage)
}

/// Id, hash, body, deletion time and device.
type SavedRecord = (String, String, String, Option<i64>, String);

/// Records whose text is not what was written get the hash of what they hold now, and are named. Every record is sent to
/// its servers again: which of them were sent is not known for certain.
async fn mend_records(to: &mut SqliteConnection, table: Table, salvage: &mut Salvage) -> Result<()> {
    let name = table.name();
    let rows: Vec<SavedRecord> =
        sqlx::query_as(&format!("SELECT id, hash, body, deleted_ms, device_id FROM {name} ORDER BY id"))
            .fetch_all(&mut *to)
            .await?;
    for (id, hash, body, deleted_ms, device) in rows {
        let Some(now) = readable(table, &body) else {
            sqlx::query(&format!("DELETE FROM {name} WHERE id = $1")).bind(&id).execute(&mut *to).await?;
            salvage.saved.iter_mut().filter(|(saved, _)| saved == name).for_each(|(_, count)| *count -= 1);
            salvage.lose(name, format!("{id} cannot be read as what it was"));
            continue;
        };
        if now.as_str() != hash {
            sqlx::query(&format!("UPDATE {name} SET hash = $2 WHERE id = $1"))
                .bind(&id)
                .bind(now.as_str())
                .execute(&mut *to)
                .await?;
            salvage.lose(name, format!("the text of {id} is not what was written; look it through"));
        }
        if let Some(device) = hearthcast_model::DeviceId::parse(&device) {
            let del = deleted_ms.is_some();
            let again =
                Operation { v: 1, op: String::new(), table, id, base_hash: Some(now), set: Default::default(), del };
            outbox::add(to, &device, again).await?;
        }
    }
    Ok(())
}

/// The hash of a body that can still be read as its type.
fn readable(table: Table, body: &str) -> Option<Sha256> {
    let value: serde_json::Value = serde_json::from_str(body).ok()?;
    let typed = match table {
        Table::Show => serde_json::from_value::<Show>(value.clone()).is_ok(),
        Table::Episode => serde_json::from_value::<Episode>(value.clone()).is_ok(),
    };
    typed.then(|| body_hash(&value))
}

/// A full disk ends a salvage; anything else is a loss.
pub(crate) fn ends_salvage(error: &sqlx::Error) -> bool {
    trouble(error) == Trouble::Full
}
