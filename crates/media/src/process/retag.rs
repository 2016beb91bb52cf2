//! New tags around the same sound: the frames are copied byte by byte, what stood before and behind them is not.

use super::output::Output;
use super::request::TagsToWrite;
use crate::audio::layout;
use crate::probe::Source;
use crate::{MediaError, Probed, probe, tags};
use hearthcast_model::{Cancel, Progress};
use std::path::Path;

/// Writes `source` with other tags to `output`, which must not exist. MP3 only.
pub fn retag(
    source: &Path,
    output: &Path,
    wanted: &TagsToWrite,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Probed, MediaError> {
    let known = probe(source, cancel, progress)?;
    let shown = source.to_string_lossy().into_owned();
    if known.facts.container != "mp3" {
        return Err(MediaError::NoTagsInside { path: shown, what: known.facts.container });
    }
    let mut opened = Source::open(source)?;
    if opened.size != known.facts.size_bytes {
        return Err(MediaError::Changed { path: shown });
    }
    let layout = opened.path.clone().io(layout::find(&mut opened.file, opened.size))?;
    let sound = opened.size - layout.header_bytes - layout.trailer_bytes;
    let (wanted, cover) = wanted.filled(&known);
    let tag = tags::write::id3v2(&wanted, cover, known.facts.duration_ms)?;
    let mut made = Output::create(output)?;
    made.write(&tag)?;
    made.copy_range(&mut opened, layout.header_bytes, sound, cancel, progress)?;
    made.flush()?;
    let probed = probe(output, cancel, progress)?;
    made.keep()?;
    Ok(probed)
}
