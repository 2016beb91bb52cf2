//! Tables `import_feed`, `import_item` and `import_file`: where shows came from, what was said there, and the files that are
//! brought from there.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::import::{ImportKind, ImportOrigin, ImportState, ImportedFile, ImportedFrom};
use hearthcast_model::{EpisodeId, Sha256, ShowId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// A source that a show was imported from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The show.
    pub show: String,
    /// Address or path.
    pub source: String,
    /// How it was asked for.
    pub from: ImportedFrom,
}

/// What a source said of an episode, or of the show.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The source.
    pub source: String,
    /// What kind of document it was.
    pub origin: ImportOrigin,
    /// The episode's id; empty for the show.
    pub episode: String,
    /// Field by field.
    pub body: Map<String, Value>,
}

/// A file at somebody else's address.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The episode's id; empty for the show.
    pub episode: String,
    /// What it is for.
    pub kind: ImportKind,
    /// Where it lies.
    pub url: String,
    /// Where it stands.
    pub state: ImportState,
    /// What is known about it.
    pub about: ImportedFile,
}

/// All sources of all shows.
pub async fn sources(library: &Library) -> Result<Vec<Source>> {
    let rows = sqlx::query_as("SELECT show, source, body FROM import_feed ORDER BY read_ms DESC, show, source");
    let rows: Vec<(String, String, String)> = rows.fetch_all(library.readers()).await?;
    rows.into_iter()
        .map(|(show, source, body)| Ok(Source { show, source, from: read("import_feed", &body)? }))
        .collect()
}

/// When an exported folder was last brought into a show, Unix milliseconds.
pub async fn folder_came_ms(library: &Library, show: &ShowId) -> Result<Option<i64>> {
    let sql = "SELECT max(read_ms) FROM import_feed WHERE show = $1 AND source LIKE 'export:%'";
    let row: (Option<i64>,) = sqlx::query_as(sql).bind(show.as_str()).fetch_one(library.readers()).await?;
    Ok(row.0)
}

/// What the sources of a show said of it (under an empty guid) and its episodes when they were read last, by guid without outer
/// spaces. Of several of one kind the last counts: `source`, else the one read last, because feeds move.
pub async fn seen(library: &Library, show: &ShowId, source: &str) -> Result<HashMap<String, Vec<Seen>>> {
    let rows = sqlx::query_as(include_str!("import_seen.sql"));
    let rows: Vec<(String, String, String, String, String)> =
        rows.bind(show.as_str()).bind(source).fetch_all(library.readers()).await?;
    let mut seen: HashMap<String, Vec<Seen>> = HashMap::new();
    for (guid, source, origin, episode, body) in rows {
        let (origin, body) = (word("import_feed", origin)?, read("import_item", &body)?);
        seen.entry(guid.trim().to_string()).or_default().push(Seen { source, origin, episode, body });
    }
    Ok(seen)
}

/// The files of a show, its cover first.
pub async fn files(library: &Library, show: &ShowId) -> Result<Vec<File>> {
    let rows = sqlx::query_as(
        "SELECT episode, kind, url, state, body FROM import_file WHERE show = $1 ORDER BY episode, kind, url",
    );
    let rows: Vec<(String, String, String, String, String)> =
        rows.bind(show.as_str()).fetch_all(library.readers()).await?;
    let file = |(episode, kind, url, state, body): (String, String, String, String, String)| {
        let (kind, state) = (word("import_file", kind)?, word("import_file", state)?);
        Ok(File { episode, kind, url, state, about: read("import_file", &body)? })
    };
    rows.into_iter().map(file).collect()
}

impl WriteTx {
    /// Notes where a show was imported from.
    pub async fn put_import(&mut self, show: &ShowId, source: &str, from: &ImportedFrom) -> Result<()> {
        let (now_ms, body) = (self.now_ms(), text("import_feed", from)?);
        let sql = "INSERT OR REPLACE INTO import_feed (show, source, read_ms, body) VALUES ($1, $2, $3, $4)";
        let query = sqlx::query(sql).bind(show.as_str()).bind(source).bind(now_ms).bind(body);
        query.execute(self.connection()).await?;
        Ok(())
    }

    /// Notes what a source said of an episode, or of the show under an empty guid.
    pub async fn put_seen(
        &mut self,
        show: &ShowId,
        source: &str,
        guid: &str,
        episode: Option<&EpisodeId>,
        body: &Map<String, Value>,
    ) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO import_item (show, source, guid, episode, seen) VALUES ($1, $2, $3, $4, $5)";
        let body = text("import_item", body)?;
        sqlx::query(sql)
            .bind(show.as_str())
            .bind(source)
            .bind(guid)
            .bind(episode.map_or("", EpisodeId::as_str))
            .bind(body)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Notes a file, or what became of it.
    pub async fn put_import_file(&mut self, show: &ShowId, file: &File) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO import_file (show, episode, kind, url, state, body) VALUES ($1, $2, $3, $4, $5, $6)";
        let (kind, state) = (text("import_file", &file.kind)?, text("import_file", &file.state)?);
        let body = text("import_file", &file.about)?;
        sqlx::query(sql)
            .bind(show.as_str())
            .bind(&file.episode)
            .bind(kind.trim_matches('"'))
            .bind(&file.url)
            .bind(state.trim_matches('"'))
            .bind(body)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Whether an import brought the file that an episode (or, under an empty id, the show) has now.
    pub async fn is_imported(&mut self, show: &ShowId, episode: &str, hash: &Sha256) -> Result<bool> {
        let sql =
            "SELECT count(*) FROM import_file WHERE show = $1 AND episode = $2 AND json_extract(body, '$.hash') = $3";
        let query = sqlx::query_scalar(sql).bind(show.as_str()).bind(episode).bind(hash.as_str());
        let found: i64 = query.fetch_one(self.connection()).await?;
        Ok(found > 0)
    }

    /// Forgets a file that no source names any more.
    pub async fn forget_import_file(&mut self, show: &ShowId, file: &File) -> Result<()> {
        let kind = text("import_file", &file.kind)?;
        sqlx::query("DELETE FROM import_file WHERE show = $1 AND episode = $2 AND kind = $3 AND url = $4")
            .bind(show.as_str())
            .bind(&file.episode)
            .bind(kind.trim_matches('"'))
            .bind(&file.url)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

fn read<T: DeserializeOwned>(what: &str, body: &str) -> Result<T> {
    serde_json::from_str(body).map_err(|source| unreadable(what, source))
}

fn word<T: DeserializeOwned>(what: &str, word: String) -> Result<T> {
    serde_json::from_value(Value::String(word)).map_err(|source| unreadable(what, source))
}

fn text(what: &str, value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|source| unreadable(what, source))
}

fn unreadable(what: &str, source: serde_json::Error) -> LibraryError {
    LibraryError::Unreadable { what: what.into(), source }
}
