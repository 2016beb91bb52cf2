//! Faststart: whether the table of contents of an MP4 or QuickTime file stands before its pictures and sound, and the same
//! file with it in front. No other program is needed for that, and a file may be of any length.

use super::moved_table::{Layout, Stays, layout};
use super::{Poster, Video, look};
use crate::MediaError;
use crate::audio::recording::{TopBox, top};
use crate::probe::Source;
use crate::process::{Output, room_for};
use hearthcast_model::{Cancel, Progress};
use std::io;
use std::path::Path;

/// No table of contents is longer, bytes: days of pictures have less. It is in memory twice while it is written.
pub const MOST_TABLE: u64 = 96 << 20;

/// Whether `moov` stands before the first `mdat`; `None` where one of both is missing.
pub fn order(source: &mut Source) -> io::Result<Option<bool>> {
    let mut first = None;
    for TopBox { name, .. } in top(source)? {
        match (&name, first) {
            (b"moov", None) => first = Some(true),
            (b"mdat", None) => first = Some(false),
            (b"moov", Some(false)) | (b"mdat", Some(true)) => return Ok(first),
            _ => (),
        }
    }
    Ok(None)
}

/// Writes the same file with the table in front to `output`, which must not exist; looks at the result. Nothing but the places in
/// the table is another: pictures, sound and everything else are the same bytes.
pub fn make(
    path: &Path,
    output: &Path,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Video, MediaError> {
    let mut source = Source::open(path)?;
    let shown = source.path.shown();
    let known = look(path, Poster::None, cancel, progress)?.facts;
    let Some(is_done) = source.path.clone().io(order(&mut source))? else {
        let what = "a file without an MP4's table of contents, so there is nothing to put in front";
        return Err(MediaError::NoVideo { path: shown, what: what.into() });
    };
    let moved = if is_done { None } else { Some(laid_out(&mut source)?) };
    let mut made = Output::create(output)?;
    // Nothing grows but the table, where its places need 64 bits: at most to twice its length.
    let more = moved.as_ref().map_or(0, |moved| moved.table.len() as u64);
    room_for(output, source.size.saturating_add(more))?;
    match moved {
        None => made.copy_whole(path, cancel, progress)?,
        Some(Layout { front, table, rest }) => {
            made.copy_range(&mut source, front.start, front.end - front.start, cancel, progress)?;
            made.write(&table)?;
            for part in rest {
                made.copy_range(&mut source, part.start, part.end - part.start, cancel, progress)?;
            }
        }
    }
    made.flush()?;
    cancel.check().map_err(|_| MediaError::Cancelled)?;
    let video = look(output, Poster::None, cancel, progress)?;
    let same = (video.facts.width_px, video.facts.height_px, &video.facts.codec, &video.facts.audio_codec)
        == (known.width_px, known.height_px, &known.codec, &known.audio_codec);
    if video.facts.faststart != Some(true) || !same || video.facts.duration_ms != known.duration_ms {
        return Err(MediaError::Encoder { path: shown, why: "the copy is not the same video".into() });
    }
    made.keep()?;
    Ok(video)
}

/// Where everything goes.
fn laid_out(source: &mut Source) -> Result<Layout, MediaError> {
    let path = source.path.clone();
    let stays = |why: Stays| MediaError::TableStays { path: path.shown(), why: why.to_string() };
    let tops = path.io(top(source))?;
    let moov = tops.iter().find(|top| &top.name == b"moov").ok_or_else(|| stays(Stays::Damaged))?.content.clone();
    let held = moov.end.min(source.size).saturating_sub(moov.start);
    if held > MOST_TABLE {
        return Err(stays(Stays::Damaged));
    }
    let table = path.io(source.range(moov.start, held))?;
    layout(&tops, &table, source.size).map_err(stays)
}

/// Lays the table out, as it is, and as if so much stood before it that some places need 64 bits; for fuzzing.
pub(crate) fn laid_out_alone(source: &mut Source) -> io::Result<()> {
    const FAR: u64 = u32::MAX as u64;
    let tops = top(source)?;
    let Some(moov) = tops.iter().find(|top| &top.name == b"moov").map(|top| top.content.clone()) else { return Ok(()) };
    let table = source.range(moov.start, moov.end.saturating_sub(moov.start).min(MOST_TABLE))?;
    let _ = layout(&tops, &table, source.size);
    let far = moov.start + FAR..moov.end.saturating_add(FAR);
    let farther = |top: TopBox| match top.name == *b"moov" {
        true => TopBox { at: top.at + FAR, content: far.clone(), ..top },
        false => top,
    };
    let tops: Vec<TopBox> = tops.into_iter().map(farther).collect();
    let _ = layout(&tops, &table, source.size + FAR);
    Ok(())
}
