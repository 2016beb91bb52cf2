//! Table `meta`: who this server is.

use crate::{Connection, Result};
use hearthcast_model::id::Ids;
use sqlx::Row as _;

/// Who this server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Audience of device tokens; never changes.
    pub server_id: String,
    /// Id of this history; a restored server gets a new one.
    pub epoch: String,
}

/// Writes the identity of a new database; an old one keeps its own.
pub async fn found(connection: &mut Connection, ids: &dyn Ids) -> Result<()> {
    for name in ["server_id", "epoch"] {
        sqlx::query("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
            .bind(name)
            .bind(ids.v4().to_string())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Reads the identity.
pub async fn identity(connection: &mut Connection) -> Result<Identity> {
    Ok(Identity { server_id: value(connection, "server_id").await?, epoch: value(connection, "epoch").await? })
}

async fn value(connection: &mut Connection, name: &str) -> Result<String> {
    let row = sqlx::query("SELECT value FROM meta WHERE name = $1").bind(name).fetch_one(connection).await?;
    Ok(row.try_get(0)?)
}
