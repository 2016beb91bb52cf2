//! Tables `media` and `waveform`: files by content, and their peaks. (How sounds go over time: `course`.)

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::Sha256;
use hearthcast_model::facts::{MediaFacts, MediaKind, Peaks};
use std::collections::HashMap;

/// A file the library knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Media {
    /// What is known.
    pub facts: MediaFacts,
    /// Name of the file it came from.
    pub original_name: String,
}

/// Reads one.
pub async fn get(library: &Library, hash: &Sha256) -> Result<Option<Media>> {
    let row: Option<(String, String)> = sqlx::query_as("SELECT original_name, facts FROM media WHERE hash = $1")
        .bind(hash.as_str())
        .fetch_optional(library.readers())
        .await?;
    row.map(|(original_name, facts)| {
        let facts = serde_json::from_str(&facts)
            .map_err(|source| LibraryError::Unreadable { what: format!("media {hash}"), source })?;
        Ok(Media { facts, original_name })
    })
    .transpose()
}

/// What a list says of a file, in the order of [`all`].
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct Listed {
    /// Content.
    pub hash: String,
    /// Name of the file it came from.
    pub original_name: String,
    /// When it came, Unix milliseconds.
    pub created_ms: i64,
    /// `MediaKind` as it is written.
    pub kind: String,
    /// MIME type.
    pub mime: String,
    /// Bytes.
    pub size_bytes: i64,
    /// Length.
    pub duration_ms: Option<i64>,
    /// Pixels across.
    pub width_px: Option<i64>,
    /// Pixels down.
    pub height_px: Option<i64>,
    /// The recording it was made of, where the workshop made it.
    pub source: Option<String>,
}

/// All files, the newest first.
pub async fn all(library: &Library) -> Result<Vec<Listed>> {
    // One answer for all: handing ten thousand rows over one by one costs more than finding them.
    let sql = "SELECT json_group_array(json_array(m.hash, m.original_name, m.created_ms, json_extract(facts, '$.kind'),
                      json_extract(facts, '$.type'), json_extract(facts, '$.size_bytes'), m.duration_ms,
                      json_extract(facts, '$.width_px'), json_extract(facts, '$.height_px'), made.source))
               FROM media m LEFT JOIN made ON made.hash = m.hash";
    let listed: String = sqlx::query_scalar(sql).fetch_one(library.readers()).await?;
    let mut listed: Vec<Listed> = serde_json::from_str(&listed)
        .map_err(|source| LibraryError::Unreadable { what: "the list of files".into(), source })?;
    listed.sort_by(|a, b| b.created_ms.cmp(&a.created_ms).then_with(|| a.hash.cmp(&b.hash)));
    Ok(listed)
}

/// Whether the library knows a sound of exactly so many bytes: only then it is worth hashing a file to ask for it.
pub async fn knows_sound_of(library: &Library, size_bytes: u64) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM media JOIN course USING (hash) WHERE json_extract(facts, '$.size_bytes') = $1 LIMIT 1",
    )
    .bind(i64::try_from(size_bytes).unwrap_or(i64::MAX))
    .fetch_optional(library.readers())
    .await?;
    Ok(found.is_some())
}

/// What is known about those of `wanted` that the library knows, in one question.
pub async fn facts_among<'a>(
    library: &Library,
    wanted: impl Iterator<Item = &'a Sha256>,
) -> Result<HashMap<Sha256, MediaFacts>> {
    let unreadable = |source| LibraryError::Unreadable { what: "media".into(), source };
    let wanted = serde_json::to_string(&wanted.collect::<Vec<_>>()).map_err(unreadable)?;
    let all: String = sqlx::query_scalar(
        "SELECT json_group_object(hash, json(facts)) FROM media WHERE hash IN (SELECT value FROM json_each($1))",
    )
    .bind(wanted)
    .fetch_one(library.readers())
    .await?;
    serde_json::from_str(&all).map_err(unreadable)
}

/// How long every sound is, by the name of its content.
pub(crate) async fn durations(library: &Library) -> Result<HashMap<String, i64>> {
    let all: String = sqlx::query_scalar(
        "SELECT json_group_object(hash, duration_ms) FROM media INDEXED BY media_duration WHERE duration_ms IS NOT NULL",
    )
    .fetch_one(library.readers())
    .await?;
    serde_json::from_str(&all).map_err(|source| LibraryError::Unreadable { what: "media".into(), source })
}

/// Reads the peaks of a file.
pub async fn peaks(library: &Library, hash: &Sha256) -> Result<Option<Peaks>> {
    let row: Option<(u32, Vec<u8>, Vec<u8>)> =
        sqlx::query_as("SELECT slice_ms, low, high FROM waveform WHERE hash = $1")
            .bind(hash.as_str())
            .fetch_optional(library.readers())
            .await?;
    Ok(row.map(|(slice_ms, low, high)| of_row(slice_ms, low, high)))
}

/// Sounds among these files that were measured before their levels were, with their peaks.
pub async fn without_levels<'a>(
    library: &Library,
    facts: impl Iterator<Item = &'a MediaFacts>,
) -> Result<Vec<(Sha256, Peaks)>> {
    let unmeasured = facts.filter(|facts| facts.kind == MediaKind::Audio && facts.levels.is_empty());
    let hashes: Vec<&str> = unmeasured.map(|facts| facts.sha256.as_str()).collect();
    if hashes.is_empty() {
        return Ok(vec![]);
    }
    let unreadable = |source| LibraryError::Unreadable { what: "waveform".into(), source };
    let rows: Vec<(String, u32, Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "SELECT hash, slice_ms, low, high FROM waveform WHERE hash IN (SELECT value FROM json_each($1))",
    )
    .bind(serde_json::to_string(&hashes).map_err(unreadable)?)
    .fetch_all(library.readers())
    .await?;
    let read =
        |(hash, slice_ms, low, high): (String, _, _, _)| Some((Sha256::parse(&hash)?, of_row(slice_ms, low, high)));
    Ok(rows.into_iter().filter_map(read).collect())
}

fn of_row(slice_ms: u32, low: Vec<u8>, high: Vec<u8>) -> Peaks {
    let signed = |bytes: Vec<u8>| bytes.into_iter().map(|b| b as i8).collect();
    Peaks { slice_ms, low: signed(low), high: signed(high) }
}

impl WriteTx {
    /// Adds what an older version did not measure to what is known about a sound.
    pub async fn put_levels(&mut self, hash: &Sha256, levels: &str) -> Result<()> {
        sqlx::query("UPDATE media SET facts = json_set(facts, '$.levels', $2) WHERE hash = $1")
            .bind(hash.as_str())
            .bind(levels)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Adds a file; the same content again keeps the first name.
    pub async fn put_media(&mut self, facts: &MediaFacts, original_name: &str) -> Result<()> {
        let text =
            serde_json::to_string(facts).map_err(|source| LibraryError::Unreadable { what: "media".into(), source })?;
        let now_ms = self.now_ms;
        sqlx::query(
            "INSERT INTO media (hash, original_name, facts, created_ms) VALUES ($1, $2, $3, $4)
             ON CONFLICT (hash) DO UPDATE SET facts = excluded.facts",
        )
        .bind(facts.sha256.as_str())
        .bind(original_name)
        .bind(text)
        .bind(now_ms)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Adds the peaks of a file.
    pub async fn put_peaks(&mut self, hash: &Sha256, peaks: &Peaks) -> Result<()> {
        let bytes = |values: &[i8]| values.iter().map(|v| *v as u8).collect::<Vec<u8>>();
        sqlx::query("INSERT OR REPLACE INTO waveform (hash, slice_ms, low, high) VALUES ($1, $2, $3, $4)")
            .bind(hash.as_str())
            .bind(peaks.slice_ms)
            .bind(bytes(&peaks.low))
            .bind(bytes(&peaks.high))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
