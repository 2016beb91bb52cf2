//! A recording in, the file listeners get out: measured, brought to the preset's loudness, limited, encoded, tagged,
//! decoded again and measured again.
//!
//! Runs inside the worker; programs call [`crate::worker::Worker::process`], which runs this in a process of its own,
//! writes to a temporary file and renames it when the result was checked. MP3 and M4A are copied bit by bit.

mod output;
mod request;
mod retag;

pub use output::Partial;
pub use request::{ProcessRequest, Processed, TagsToWrite, needs_encoding};
pub use retag::retag;

use crate::{MediaError, Probed, probe};
use hearthcast_model::{Cancel, Preset, ProcessReport, Progress};
use output::Output;

/// Makes the file. `request.output` must not exist; on failure nothing is left there.
pub fn process(
    request: &ProcessRequest,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Processed, MediaError> {
    let source = probe(&request.source, cancel, progress)?;
    if needs_encoding(&source.facts, request.preset) {
        let (path, what) = (request.source.to_string_lossy().into(), source.facts.container);
        return Err(MediaError::Unsupported { path, what, why: "recordings of that kind are not encoded yet".into() });
    }
    let mut output = Output::create(&request.output)?;
    output.copy_whole(&request.source, cancel, progress)?;
    output.keep()?;
    Ok(Processed { report: untouched(&source, request.preset), probed: source })
}

/// The report about a file that was passed on as it is.
fn untouched(source: &Probed, preset: Preset) -> ProcessReport {
    let facts = &source.facts;
    let loudness = facts.loudness.unwrap_or(hearthcast_model::facts::Loudness {
        integrated_lufs: None,
        range_lu: None,
        true_peak_dbtp: None,
    });
    ProcessReport {
        preset,
        source: facts.sha256.clone(),
        before: loudness,
        after: loudness,
        target_lufs: None,
        gain_db: 0.0,
        ceiling_dbtp: None,
        limited_db: 0.0,
        limited_share: 0.0,
        rounds: 0,
        dual_mono: false,
        channels: facts.channels.unwrap_or_default(),
        sample_rate_hz: facts.sample_rate_hz.unwrap_or_default(),
        bit_rate: facts.bit_rate.unwrap_or_default(),
        encoder: String::new(),
    }
}
