//! Table `media_tag`: words by which the author finds files again. Nothing of them is published.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::Sha256;
use std::collections::HashMap;

/// The tags of all files, each file's in order.
pub async fn all(library: &Library) -> Result<HashMap<Sha256, Vec<String>>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT hash, tag FROM media_tag ORDER BY hash, tag").fetch_all(library.readers()).await?;
    let mut found: HashMap<Sha256, Vec<String>> = HashMap::new();
    for (hash, tag) in rows {
        let none =
            || LibraryError::Unreadable { what: "media_tag".into(), source: serde::de::Error::custom("no hash") };
        found.entry(Sha256::parse(&hash).ok_or_else(none)?).or_default().push(tag);
    }
    Ok(found)
}

impl WriteTx {
    /// Sets the tags of a file, in place of those it has.
    pub async fn put_media_tags(&mut self, hash: &Sha256, tags: &[String]) -> Result<()> {
        sqlx::query("DELETE FROM media_tag WHERE hash = $1").bind(hash.as_str()).execute(self.connection()).await?;
        for tag in tags {
            let sql = "INSERT OR IGNORE INTO media_tag (hash, tag) VALUES ($1, $2)";
            sqlx::query(sql).bind(hash.as_str()).bind(tag).execute(self.connection()).await?;
        }
        self.touch("media", hash.as_str());
        Ok(())
    }
}
