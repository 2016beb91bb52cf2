//! Tables `made` and `recording`: what the workshop made of which recording, and the newest recording of an episode.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::facts::Finding;
use hearthcast_model::{EpisodeId, ProcessReport, Sha256, Timeline};
use std::collections::HashMap;

/// A file made by the workshop.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The file.
    pub hash: Sha256,
    /// The recording it was made of.
    pub source: Sha256,
    /// Hash of the tags inside.
    pub tags: Sha256,
    /// What was done.
    pub report: ProcessReport,
}

/// What is said of a file that the workshop made, besides what is said of the file itself.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
pub struct Said {
    /// Of the recording it was made of; places are those of the recording.
    pub recording: Vec<Finding>,
    /// Of the making, and of what is heard with the recording; places are those of the file.
    pub remarks: Vec<Finding>,
    /// Where the recording's instants are heard.
    pub timeline: Timeline,
}

/// How a file was made, if the workshop made it.
pub async fn get(library: &Library, hash: &Sha256) -> Result<Option<Made>> {
    let row: Option<(String, String, String)> = sqlx::query_as("SELECT source, tags, report FROM made WHERE hash = $1")
        .bind(hash.as_str())
        .fetch_optional(library.readers())
        .await?;
    let Some((source, tags, report)) = row else { return Ok(None) };
    let unreadable = |source| LibraryError::Unreadable { what: format!("made {hash}"), source };
    let no_hash = || unreadable(serde::de::Error::custom("not a hash"));
    Ok(Some(Made {
        hash: hash.clone(),
        source: Sha256::parse(&source).ok_or_else(no_hash)?,
        tags: Sha256::parse(&tags).ok_or_else(no_hash)?,
        report: serde_json::from_str(&report).map_err(unreadable)?,
    }))
}

/// The newest recording an episode was given.
pub async fn recording(library: &Library, episode: &EpisodeId) -> Result<Option<Sha256>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT hash FROM recording WHERE episode = $1")
        .bind(episode.as_str())
        .fetch_optional(library.readers())
        .await?;
    Ok(row.and_then(|(hash,)| Sha256::parse(&hash)))
}

/// What is said of how these files were made, by the file; those of which nothing is said are left out.
pub async fn said<'a>(library: &Library, files: impl Iterator<Item = &'a Sha256>) -> Result<HashMap<Sha256, Said>> {
    let all: String = sqlx::query_scalar(
        "SELECT json_group_object(made.hash, json_object(
             'recording', json(coalesce(json_extract(media.facts, '$.findings'), '[]')),
             'remarks', json(coalesce(json_extract(made.report, '$.remarks'), '[]')),
             'timeline', json(coalesce(json_extract(made.report, '$.timeline'), '[]'))))
         FROM made LEFT JOIN media ON media.hash = made.source
         WHERE made.hash IN (SELECT value FROM json_each($1))
           AND (json_array_length(media.facts, '$.findings') > 0 OR json_array_length(made.report, '$.remarks') > 0)",
    )
    .bind(list(files)?)
    .fetch_one(library.readers())
    .await?;
    serde_json::from_str(&all).map_err(unreadable)
}

/// The recording that each file was made of, for all that the workshop made.
pub async fn sources(library: &Library) -> Result<HashMap<Sha256, Sha256>> {
    let query = sqlx::query_as::<_, (String, String)>("SELECT hash, source FROM made");
    let rows = query.fetch_all(library.readers()).await?;
    Ok(rows.into_iter().filter_map(|(hash, source)| Sha256::parse(&hash).zip(Sha256::parse(&source))).collect())
}

/// The loudness that each of these files was made for, LUFS; those whose level was kept are not among them.
pub async fn targets<'a>(library: &Library, files: impl Iterator<Item = &'a Sha256>) -> Result<HashMap<Sha256, f64>> {
    let query = sqlx::query_as::<_, (String, Option<f64>)>(
        "SELECT hash, CAST(json_extract(report, '$.target_lufs') AS REAL) FROM made
         WHERE hash IN (SELECT value FROM json_each($1))",
    );
    let rows = query.bind(list(files)?).fetch_all(library.readers()).await?;
    Ok(rows.into_iter().filter_map(|(hash, target)| Some((Sha256::parse(&hash)?, target?))).collect())
}

/// The newest recording of every episode that was given one, by the episode's id.
pub async fn recordings(library: &Library) -> Result<HashMap<String, Sha256>> {
    let query = sqlx::query_as::<_, (String, String)>("SELECT episode, hash FROM recording");
    let rows = query.fetch_all(library.readers()).await?;
    Ok(rows.into_iter().filter_map(|(episode, hash)| Some((episode, Sha256::parse(&hash)?))).collect())
}

/// Files as a statement asks about them.
fn list<'a>(files: impl Iterator<Item = &'a Sha256>) -> Result<String> {
    serde_json::to_string(&files.collect::<Vec<_>>()).map_err(unreadable)
}

fn unreadable(source: serde_json::Error) -> LibraryError {
    LibraryError::Unreadable { what: "made".into(), source }
}

impl WriteTx {
    /// Notes how a file was made.
    pub async fn put_made(&mut self, made: &Made) -> Result<()> {
        let report = serde_json::to_string(&made.report).map_err(unreadable)?;
        let now_ms = self.now_ms;
        sqlx::query(
            "INSERT OR REPLACE INTO made (hash, source, preset, tags, report, created_ms) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(made.hash.as_str())
        .bind(made.source.as_str())
        .bind(made.report.preset.name())
        .bind(made.tags.as_str())
        .bind(report)
        .bind(now_ms)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Notes the newest recording of an episode.
    pub async fn put_recording(&mut self, episode: &EpisodeId, hash: &Sha256) -> Result<()> {
        let now_ms = self.now_ms;
        sqlx::query("INSERT OR REPLACE INTO recording (episode, hash, created_ms) VALUES ($1, $2, $3)")
            .bind(episode.as_str())
            .bind(hash.as_str())
            .bind(now_ms)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
