//! Table `course`: how sounds go over time, by content. Sounds of older libraries have no row until they are listened to
//! again.

use crate::{Library, Result, WriteTx};
use hearthcast_model::Sha256;
use hearthcast_model::course::{LoudnessCurve, SoundCourse};
use hearthcast_model::facts::Peaks;

/// One row as it stands in the table.
type Row = (i64, bool, u32, Vec<u8>, Vec<u8>, u32, Vec<u8>, Vec<u8>);

/// How a sound goes over time, where that was kept.
pub async fn get(library: &Library, hash: &Sha256) -> Result<Option<SoundCourse>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT samples, dual_mono, step_ms, short_term, momentary, slice_ms, low, high FROM course WHERE hash = $1",
    )
    .bind(hash.as_str())
    .fetch_optional(library.readers())
    .await?;
    Ok(row.map(|(samples, dual_mono, step_ms, short_term, momentary, slice_ms, low, high)| SoundCourse {
        samples: u64::try_from(samples).unwrap_or_default(),
        dual_mono,
        curve: LoudnessCurve { step_ms, short_term: words(&short_term), momentary: words(&momentary) },
        fine: Peaks { slice_ms, low: signed(low), high: signed(high) },
    }))
}

/// Only how loud it is from second to second.
pub async fn curve(library: &Library, hash: &Sha256) -> Result<Option<LoudnessCurve>> {
    let row: Option<(u32, Vec<u8>, Vec<u8>)> =
        sqlx::query_as("SELECT step_ms, short_term, momentary FROM course WHERE hash = $1")
            .bind(hash.as_str())
            .fetch_optional(library.readers())
            .await?;
    Ok(row.map(|(step_ms, short_term, momentary)| LoudnessCurve {
        step_ms,
        short_term: words(&short_term),
        momentary: words(&momentary),
    }))
}

/// Only its finest waveform.
pub async fn fine(library: &Library, hash: &Sha256) -> Result<Option<Peaks>> {
    let row: Option<(u32, Vec<u8>, Vec<u8>)> = sqlx::query_as("SELECT slice_ms, low, high FROM course WHERE hash = $1")
        .bind(hash.as_str())
        .fetch_optional(library.readers())
        .await?;
    Ok(row.map(|(slice_ms, low, high)| Peaks { slice_ms, low: signed(low), high: signed(high) }))
}

impl WriteTx {
    /// Keeps how a sound goes over time.
    pub async fn put_course(&mut self, hash: &Sha256, course: &SoundCourse) -> Result<()> {
        let SoundCourse { samples, dual_mono, curve, fine } = course;
        let bytes = |values: &[i8]| values.iter().map(|value| *value as u8).collect::<Vec<u8>>();
        let pairs = |values: &[i16]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
        sqlx::query(
            "INSERT OR REPLACE INTO course (hash, samples, dual_mono, step_ms, short_term, momentary, slice_ms, low, high)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(hash.as_str())
        .bind(i64::try_from(*samples).unwrap_or(i64::MAX))
        .bind(dual_mono)
        .bind(curve.step_ms)
        .bind(pairs(&curve.short_term))
        .bind(pairs(&curve.momentary))
        .bind(fine.slice_ms)
        .bind(bytes(&fine.low))
        .bind(bytes(&fine.high))
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

fn signed(bytes: Vec<u8>) -> Vec<i8> {
    bytes.into_iter().map(|byte| byte as i8).collect()
}

fn words(bytes: &[u8]) -> Vec<i16> {
    bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}
