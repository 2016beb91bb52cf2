//! What the tags of a sound say, without listening to it: a moment, however long it is.
//!
//! Used inside the worker; programs call [`crate::worker::Worker::tags`].

use super::kind::{self, Kind};
use super::source::Source;
use crate::MediaError;
use crate::audio::layout;
use crate::audio::recording::{self, Recording, RecordingKind};
use crate::tags;
use hearthcast_model::facts::Tags;
use std::path::Path;

/// Reads the tags of a sound. What is neither recognised nor an MP3 has none: only who listens finds that it is no sound.
pub fn only_tags(path: &Path) -> Result<Tags, MediaError> {
    let mut source = Source::open(path)?;
    let front = source.front(0)?;
    let shown = source.path.shown();
    let no_sound = |what: &str| MediaError::WrongKind { path: shown, what: what.into() };
    match kind::by_magic(&front) {
        Some(Kind::Recording(kind)) => return of_recording(&mut source, kind, (0, 0)),
        Some(Kind::Picture(format)) => return Err(no_sound(format.words())),
        Some(Kind::Other(what)) => return Err(no_sound(what)),
        None => (),
    }
    let layout = source.path.io(layout::find(&mut source.file, source.size))?;
    // Some programs put ID3 tags before other formats too.
    let (behind_tags, around) = (source.front(layout.header_bytes)?, (layout.header_bytes, layout.trailer_bytes));
    if let Some(Kind::Recording(kind @ (RecordingKind::Flac | RecordingKind::Ogg))) = kind::by_magic(&behind_tags) {
        return of_recording(&mut source, kind, around);
    }
    let is_whole = source.size <= around.0 + behind_tags.len() as u64;
    if recording::bare_aac_at(&behind_tags, is_whole) == Some(0) {
        return of_recording(&mut source, RecordingKind::Adts, around);
    }
    Ok(tags::read(&mut source, &layout).tags)
}

fn of_recording(source: &mut Source, kind: RecordingKind, (front, trailer): (u64, u64)) -> Result<Tags, MediaError> {
    Recording::read(source, kind, front, trailer).map(|recording| recording.found.tags)
}
