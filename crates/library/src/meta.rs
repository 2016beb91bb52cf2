//! Table `meta`: single values of the library.

use crate::{Result, WriteTx};
use hearthcast_model::{Clock, DeviceId, id::Ids};
use sqlx::{SqliteConnection, SqliteExecutor};

/// Reads a value.
pub async fn get(executor: impl SqliteExecutor<'_>, key: &str) -> Result<Option<String>> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT value FROM meta WHERE key = $1").bind(key).fetch_optional(executor).await?;
    Ok(row.map(|(value,)| value))
}

/// Writes a value.
pub async fn set(connection: &mut SqliteConnection, key: &str, value: &str) -> Result<()> {
    sqlx::query("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
        .bind(key)
        .bind(value)
        .execute(connection)
        .await?;
    Ok(())
}

impl WriteTx {
    /// Writes a value.
    pub async fn put_meta(&mut self, key: &str, value: &str) -> Result<()> {
        set(self.connection(), key, value).await
    }
}

/// This laptop's id, made once.
pub(crate) async fn device(connection: &mut SqliteConnection, clock: &dyn Clock, ids: &dyn Ids) -> Result<DeviceId> {
    if let Some(id) = get(&mut *connection, "device").await?.as_deref().and_then(DeviceId::parse) {
        return Ok(id);
    }
    let id = DeviceId::fresh(ids, clock.now_ms());
    set(connection, "device", id.as_str()).await?;
    Ok(id)
}
