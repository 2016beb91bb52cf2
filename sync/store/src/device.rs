//! Table `device`: paired laptops and their public keys.

use crate::{Connection, Result};
use hearthcast_model::DeviceId;
use sqlx::Row as _;

/// A paired laptop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// Ed25519 public key, 32 bytes, base64url without padding.
    pub public_key: String,
    /// When it was shut out, Unix milliseconds.
    pub revoked_ms: Option<i64>,
    /// Highest outbox number the server has of it.
    pub last_n: i64,
}

/// Registers a device; one that pairs again gets the new key and is let in again.
pub async fn register(
    connection: &mut Connection,
    id: &DeviceId,
    name: &str,
    public_key: &str,
    now_ms: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO device (id, name, public_key, paired_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, public_key = excluded.public_key,
             paired_ms = excluded.paired_ms, revoked_ms = NULL",
    )
    .bind(id.as_str())
    .bind(name)
    .bind(public_key)
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads a device, shut out or not.
pub async fn get(connection: &mut Connection, id: &str) -> Result<Option<Device>> {
    let row = sqlx::query("SELECT id, name, public_key, revoked_ms, last_n FROM device WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        Ok(Device {
            id: row.try_get(0)?,
            name: row.try_get(1)?,
            public_key: row.try_get(2)?,
            revoked_ms: row.try_get(3)?,
            last_n: row.try_get(4)?,
        })
    })
    .transpose()
}

/// Shuts a device out; its next request is refused. Tells whether there was one to shut out.
pub async fn revoke(connection: &mut Connection, id: &str, now_ms: i64) -> Result<bool> {
    let done = sqlx::query("UPDATE device SET revoked_ms = $2 WHERE id = $1 AND revoked_ms IS NULL")
        .bind(id)
        .bind(now_ms)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Remembers the highest outbox number seen of a device.
pub async fn reached(connection: &mut Connection, id: &str, n: i64) -> Result<()> {
    sqlx::query("UPDATE device SET last_n = $2 WHERE id = $1 AND last_n < $2")
        .bind(id)
        .bind(n)
        .execute(connection)
        .await?;
    Ok(())
}
