//! Tables `history`, `revision` and `kept_feed`: every published version with what it released. What it is not: it judges
//! no version and asks no place; the engine does.

use crate::{Library, LibraryError, Result, WriteTx};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use hearthcast_model::hash::{body_hash, canonical_json};
use hearthcast_model::history::{Known, Told};
use hearthcast_model::manifest::Manifest;
use hearthcast_model::plan::{Change, Plan, Upload};
use hearthcast_model::{Episode, EpisodeId, MediaFacts, Sha256, Show, ShowId, TargetId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::SqliteExecutor;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

/// Longest feed that is read back, in bytes.
const MOST_FEED_BYTES: u64 = 256 << 20;

/// What a version released: the show, all its episodes, and what was known of their files.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The show.
    pub show: Show,
    /// Its episodes.
    pub episodes: Vec<(EpisodeId, Episode)>,
    /// Facts of the files.
    pub facts: Vec<MediaFacts>,
}

/// A version as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its manifest.
    pub manifest: Manifest,
    /// When it was published, Unix milliseconds.
    pub at_ms: i64,
    /// What it changed, in one sentence.
    pub sentence: String,
    /// How it is known.
    pub known: Known,
    /// Episodes of it that were withdrawn since.
    pub withdrawn: Vec<EpisodeId>,
    /// Whether its feed is kept.
    pub feed_kept: bool,
    records: Option<Records>,
}

impl Kept {
    /// A version to be written down, without what it released.
    pub fn new(manifest: Manifest, at_ms: i64, sentence: &str, known: Known) -> Self {
        let (sentence, withdrawn) = (sentence.to_string(), vec![]);
        Self { manifest, at_ms, sentence, known, withdrawn, feed_kept: false, records: None }
    }

    /// Whether it is known what it released.
    pub fn has_records(&self) -> bool {
        self.records.is_some()
    }
}

/// Hashes into `revision`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Records {
    show: Sha256,
    episodes: Vec<(EpisodeId, Sha256)>,
    facts: Vec<Sha256>,
}

type Row = (String, i64, String, String, String, String, bool);

const COLUMNS: &str = "h.manifest, h.at_ms, h.sentence, h.known, h.withdrawn, h.records,
    EXISTS (SELECT 1 FROM kept_feed f WHERE f.sha256 = h.feed_sha256)";

/// All versions of a target, newest first.
pub async fn of_target(library: &Library, target: &TargetId) -> Result<Vec<Kept>> {
    let sql = format!("SELECT {COLUMNS} FROM history h WHERE h.target = $1 ORDER BY h.version DESC");
    let rows: Vec<Row> = sqlx::query_as(&sql).bind(target.as_str()).fetch_all(library.readers()).await?;
    rows.into_iter().map(kept).collect()
}

/// One version.
pub async fn get(library: &Library, target: &TargetId, version: u64) -> Result<Option<Kept>> {
    let sql = format!("SELECT {COLUMNS} FROM history h WHERE h.target = $1 AND h.version = $2");
    let row: Option<Row> =
        sqlx::query_as(&sql).bind(target.as_str()).bind(number(version)).fetch_optional(library.readers()).await?;
    row.map(kept).transpose()
}

/// When a show's feed last went back to an older version at any place; nothing that was due before is due by itself since.
pub async fn last_rollback_ms(library: &Library, show: &ShowId) -> Result<Option<i64>> {
    let sql = "SELECT max(at_ms) FROM history WHERE show_id = $1 AND restores IS NOT NULL";
    let row: (Option<i64>,) = sqlx::query_as(sql).bind(show.as_str()).fetch_one(library.readers()).await?;
    Ok(row.0)
}

/// What publications to a target changed, in numbers, by the fence of the version each made. One whose plan cannot be read
/// any more is left out.
pub async fn told(library: &Library, target: &TargetId) -> Result<BTreeMap<String, Told>> {
    let sql = "SELECT id, json_extract(plan, '$.changes'), coalesce(json_extract(plan, '$.bytes_to_send'), 0),
            json_extract(plan, '$.moves.from_name')
        FROM publication WHERE target = $1 AND state = 'done'";
    let rows: Vec<(String, Option<String>, i64, Option<String>)> =
        sqlx::query_as(sql).bind(target.as_str()).fetch_all(library.readers()).await?;
    let read = |(fence, changes, bytes, from): (String, Option<String>, i64, Option<String>)| {
        let changes: Vec<Change> = serde_json::from_str(&changes?).ok()?;
        Some((fence, Told::of(&changes, u64::try_from(bytes).unwrap_or(0), from)))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// What a version released; `None` where that is not known.
pub async fn snapshot(library: &Library, kept: &Kept) -> Result<Option<Snapshot>> {
    let Some(records) = &kept.records else { return Ok(None) };
    let mut connection = library.readers().acquire().await?;
    let show = revision(&mut *connection, &records.show).await?;
    let (mut episodes, mut facts) = (vec![], vec![]);
    for (id, hash) in &records.episodes {
        episodes.push((id.clone(), revision(&mut *connection, hash).await?));
    }
    for hash in &records.facts {
        facts.push(revision(&mut *connection, hash).await?);
    }
    Ok(Some(Snapshot { show, episodes, facts }))
}

/// A feed by the hash of its bytes, if it is kept. What is not what it was is not handed out.
pub async fn feed(library: &Library, sha256: &Sha256) -> Result<Option<Vec<u8>>> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT body FROM kept_feed WHERE sha256 = $1")
        .bind(sha256.as_str())
        .fetch_optional(library.readers())
        .await?;
    let Some((body,)) = row else { return Ok(None) };
    let mut feed = vec![];
    let read = DeflateDecoder::new(body.as_slice()).take(MOST_FEED_BYTES).read_to_end(&mut feed);
    Ok((read.is_ok() && Sha256::of(&feed) == *sha256).then_some(feed))
}

/// Whether a target has publications of which no version is kept: an earlier Hearthcast made them.
pub async fn has_unkept(library: &Library, target: &TargetId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM publication p WHERE p.target = $1 AND p.state = 'done'
        AND NOT EXISTS (SELECT 1 FROM history h WHERE h.target = p.target AND h.publication = p.id))";
    let row: (bool,) = sqlx::query_as(sql).bind(target.as_str()).fetch_one(library.readers()).await?;
    Ok(row.0)
}

/// A publication that was carried out: its plan, and when it ended.
pub async fn done_publications(library: &Library, show: &ShowId) -> Result<Vec<(Plan, i64)>> {
    let rows: Vec<(String, Option<i64>, i64)> = sqlx::query_as(
        "SELECT plan, finished_ms, created_ms FROM publication WHERE show_id = $1 AND state = 'done'
         ORDER BY coalesce(finished_ms, created_ms), id",
    )
    .bind(show.as_str())
    .fetch_all(library.readers())
    .await?;
    let read = |(plan, finished, created): (String, Option<i64>, i64)| {
        Ok((parsed::<Plan>("publication", plan.as_bytes())?, finished.unwrap_or(created)))
    };
    rows.into_iter().map(read).collect()
}

/// Every file that a publication at a target was to send, whatever became of the publication: no version names what was sent
/// before its time and taken back.
pub async fn sent(library: &Library, target: &TargetId) -> Result<Vec<Upload>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT plan FROM publication WHERE target = $1")
        .bind(target.as_str())
        .fetch_all(library.readers())
        .await?;
    let mut sent = vec![];
    for (plan,) in rows {
        sent.extend(parsed::<Plan>("publication", plan.as_bytes())?.uploads);
    }
    Ok(sent)
}

/// Whether the newest publication at a target was given up.
pub async fn given_up_last(library: &Library, target: &TargetId) -> Result<bool> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT state FROM publication WHERE target = $1 ORDER BY created_ms DESC, id DESC LIMIT 1")
            .bind(target.as_str())
            .fetch_optional(library.readers())
            .await?;
    Ok(row.is_some_and(|(state,)| state == "abandoned"))
}

/// Whether a publication of this library was given up: its number was claimed and never public.
pub async fn was_given_up(library: &Library, publication: &str) -> Result<bool> {
    let row: Option<(String,)> = sqlx::query_as("SELECT state FROM publication WHERE id = $1")
        .bind(publication)
        .fetch_optional(library.readers())
        .await?;
    Ok(row.is_some_and(|(state,)| state != "done"))
}

impl WriteTx {
    /// Keeps a version, with what it released and its feed where they are known. One that is there stays as it is.
    pub async fn keep_version(
        &mut self,
        target: &TargetId,
        kept: &Kept,
        snapshot: Option<&Snapshot>,
        feed: Option<&[u8]>,
    ) -> Result<()> {
        let records = match snapshot {
            Some(snapshot) => Some(self.keep_records(snapshot).await?),
            None => None,
        };
        if let Some(feed) = feed {
            self.keep_feed(feed).await?;
        }
        let manifest = &kept.manifest;
        sqlx::query(
            "INSERT INTO history (target, version, show_id, publication, parent, restores, at_ms, device, sentence,
                 feed_sha256, known, withdrawn, manifest, records)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (target, version) DO NOTHING",
        )
        .bind(target.as_str())
        .bind(number(manifest.version))
        .bind(manifest.show.as_str())
        .bind(&manifest.fence)
        .bind(number(manifest.parent))
        .bind(manifest.restores.map(number))
        .bind(kept.at_ms)
        .bind(manifest.device.as_str())
        .bind(&kept.sentence)
        .bind(manifest.feed.sha256.as_str())
        .bind(word(kept.known))
        .bind(written("history", &kept.withdrawn)?)
        .bind(written("history", manifest)?)
        .bind(records.as_ref().map(|records| written("history", records)).transpose()?.unwrap_or_default())
        .execute(self.connection())
        .await?;
        self.touch("history", target.as_str());
        Ok(())
    }

    /// Keeps a feed by the hash of its bytes.
    pub async fn keep_feed(&mut self, feed: &[u8]) -> Result<()> {
        let mut deflated = DeflateEncoder::new(vec![], Compression::default());
        let body = deflated.write_all(feed).and_then(|()| deflated.finish());
        // Writing into memory does not fail; a feed that is not kept here is read at its place.
        let Ok(body) = body else { return Ok(()) };
        sqlx::query("INSERT INTO kept_feed (sha256, bytes, body) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING")
            .bind(Sha256::of(feed).as_str())
            .bind(number(feed.len() as u64))
            .bind(body)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Forgets the versions of a target, and what only they knew.
    pub(crate) async fn forget_history(&mut self, target: &TargetId) -> Result<()> {
        sqlx::query("DELETE FROM history WHERE target = $1").bind(target.as_str()).execute(self.connection()).await?;
        self.forget_unused().await
    }

    /// Removes an episode from every kept version of its show: from what they released, and with it their feeds. They stay
    /// listed, marked, and are never brought back.
    pub async fn strike_from_history(&mut self, show: &ShowId, episode: &EpisodeId) -> Result<()> {
        let rows: Vec<(String, i64, String, String, String)> =
            sqlx::query_as("SELECT target, version, withdrawn, records, manifest FROM history WHERE show_id = $1")
                .bind(show.as_str())
                .fetch_all(self.connection())
                .await?;
        for (target, version, withdrawn, records, manifest) in rows {
            let mut withdrawn: Vec<EpisodeId> = parsed("history", withdrawn.as_bytes())?;
            let mut manifest: Manifest = parsed("history", manifest.as_bytes())?;
            let mut records = records_of(&records)?;
            let named = records.as_ref().is_some_and(|r| r.episodes.iter().any(|(id, _)| id == episode))
                || manifest.objects.iter().any(|object| object.episode.as_ref() == Some(episode));
            if !named || withdrawn.contains(episode) {
                continue;
            }
            withdrawn.push(episode.clone());
            if let Some(records) = &mut records {
                records.episodes.retain(|(id, _)| id != episode);
            }
            sqlx::query("DELETE FROM kept_feed WHERE sha256 = $1")
                .bind(manifest.feed.sha256.as_str())
                .execute(self.connection())
                .await?;
            manifest.objects.retain(|object| object.episode.as_ref() != Some(episode));
            // What a version without the episode has of them, too, is kept by that one.
            manifest.documents.clear();
            let records = records.map(|records| written("history", &records)).transpose()?.unwrap_or_default();
            sqlx::query(
                "UPDATE history SET withdrawn = $3, records = $4, manifest = $5 WHERE target = $1 AND version = $2",
            )
            .bind(&target)
            .bind(version)
            .bind(written("history", &withdrawn)?)
            .bind(records)
            .bind(written("history", &manifest)?)
            .execute(self.connection())
            .await?;
        }
        self.forget_unused().await
    }

    async fn keep_records(&mut self, snapshot: &Snapshot) -> Result<Records> {
        let show = self.keep_revision(&snapshot.show).await?;
        let (mut episodes, mut facts) = (vec![], vec![]);
        for (id, body) in &snapshot.episodes {
            episodes.push((id.clone(), self.keep_revision(body).await?));
        }
        for told in &snapshot.facts {
            facts.push(self.keep_revision(told).await?);
        }
        Ok(Records { show, episodes, facts })
    }

    async fn keep_revision(&mut self, body: &impl Serialize) -> Result<Sha256> {
        let value = serde_json::to_value(body)
            .map_err(|source| LibraryError::Unreadable { what: "revision".into(), source })?;
        let hash = body_hash(&value);
        sqlx::query("INSERT INTO revision (hash, body) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING")
            .bind(hash.as_str())
            .bind(canonical_json(&value))
            .execute(self.connection())
            .await?;
        Ok(hash)
    }

    async fn forget_unused(&mut self) -> Result<()> {
        for sql in [
            "DELETE FROM kept_feed WHERE sha256 NOT IN (
                 SELECT feed_sha256 FROM history
                 UNION SELECT json_extract(d.value, '$.sha256') FROM history h, json_each(h.manifest, '$.documents') d)",
            "DELETE FROM revision WHERE hash NOT IN (
                 SELECT json_extract(records, '$.show') FROM history WHERE records != ''
                 UNION SELECT f.value FROM history h, json_each(h.records, '$.facts') f WHERE h.records != ''
                 UNION SELECT json_extract(e.value, '$[1]') FROM history h, json_each(h.records, '$.episodes') e
                     WHERE h.records != '')",
        ] {
            sqlx::query(sql).execute(self.connection()).await?;
        }
        Ok(())
    }
}

async fn revision<T: DeserializeOwned>(executor: impl SqliteExecutor<'_>, hash: &Sha256) -> Result<T> {
    let row: Option<(String,)> = sqlx::query_as("SELECT body FROM revision WHERE hash = $1")
        .bind(hash.as_str())
        .fetch_optional(executor)
        .await?;
    let body = row.map(|(body,)| body).unwrap_or_default();
    parsed("revision", body.as_bytes())
}

fn kept((manifest, at_ms, sentence, known, withdrawn, records, feed_kept): Row) -> Result<Kept> {
    let known = match known.as_str() {
        "published" => Known::Published,
        "rebuilt" => Known::Rebuilt,
        _ => Known::Found,
    };
    Ok(Kept {
        manifest: parsed("history", manifest.as_bytes())?,
        at_ms,
        sentence,
        known,
        withdrawn: parsed("history", withdrawn.as_bytes())?,
        feed_kept,
        records: records_of(&records)?,
    })
}

fn records_of(text: &str) -> Result<Option<Records>> {
    (!text.is_empty()).then(|| parsed("history", text.as_bytes())).transpose()
}

fn word(known: Known) -> &'static str {
    match known {
        Known::Published => "published",
        Known::Rebuilt => "rebuilt",
        Known::Found => "found",
    }
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn written(what: &str, value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|source| LibraryError::Unreadable { what: what.into(), source })
}

fn parsed<T: DeserializeOwned>(what: &str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|source| LibraryError::Unreadable { what: what.into(), source })
}
