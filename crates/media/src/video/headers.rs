//! What the headers of a video file say, for machines without ffprobe: sizes and length of MP4, QuickTime, Matroska, WebM.

use super::{MOST_SIDE, VideoFacts};
use crate::MediaError;
use crate::audio::recording::{RecordingKind, be, boxes, inside, matroska_picture, top};
use crate::probe::Source;
use std::io;

/// Larger tables of contents are not read into memory.
const MOST_MOOV: u64 = super::MOST_TABLE;

/// Adds what they say.
pub fn read(source: &mut Source, kind: RecordingKind, facts: &mut VideoFacts) -> Result<(), MediaError> {
    let path = source.path.clone();
    let found = match kind {
        RecordingKind::Mp4 => path.io(mp4(source, facts))?,
        RecordingKind::Matroska => path.io(matroska(source, facts))?,
        // Nobody here reads these: what was found about the file stays.
        _ => return Ok(()),
    };
    if found {
        return Ok(());
    }
    let what = "a recording without moving pictures, or a file whose headers are damaged".into();
    Err(MediaError::NoVideo { path: path.shown(), what })
}

fn mp4(source: &mut Source, facts: &mut VideoFacts) -> io::Result<bool> {
    let moov = top(source)?.into_iter().find(|one| &one.name == b"moov").map(|one| one.content);
    let Some(range) = moov else { return Ok(false) };
    let held = range.end.min(source.size).saturating_sub(range.start);
    if held > MOST_MOOV {
        return Ok(false);
    }
    let moov = source.range(range.start, held)?;
    facts.duration_ms = inside(&moov, b"mvhd").and_then(length);
    for (_, track) in boxes(&moov).filter(|(name, _)| *name == b"trak") {
        let Some(media) = inside(track, b"mdia") else { continue };
        let codec = inside(media, b"minf")
            .and_then(|info| inside(info, b"stbl"))
            .and_then(|table| inside(table, b"stsd"))
            .and_then(|described| described.get(12..16))
            .map(named)
            .unwrap_or_default();
        match inside(media, b"hdlr").and_then(|handler| handler.get(8..12)) {
            Some(b"vide") if facts.width_px.is_none() => {
                if let Some((width, height, rotation)) = inside(track, b"tkhd").and_then(size) {
                    // The track's header counts square pixels already.
                    facts.shown_as((width, height), (1, 1), rotation);
                    facts.codec = codec;
                }
            }
            Some(b"soun") if facts.audio_codec.is_empty() => facts.audio_codec = codec,
            _ => (),
        }
    }
    Ok(facts.width_px.is_some())
}

/// A codec by its four letters, as others call it where it has another name.
fn named(four: &[u8]) -> String {
    let name = match four {
        b"avc1" | b"avc3" => "h264",
        b"hvc1" | b"hev1" => "hevc",
        b"vp08" => "vp8",
        b"vp09" => "vp9",
        b"av01" => "av1",
        _ => return four.iter().filter(|byte| byte.is_ascii_graphic()).map(|byte| char::from(*byte)).collect(),
    };
    name.to_owned()
}

/// Time scale and length of `mvhd`, in milliseconds.
fn length(head: &[u8]) -> Option<i64> {
    let (scale, units) = match head.first() {
        Some(1) => (be(head.get(20..24)?), be(head.get(24..32)?)),
        _ => (be(head.get(12..16)?), be(head.get(16..20)?)),
    };
    let ms = u128::from(units) * 1000 / u128::from(scale.max(1));
    i64::try_from(ms).ok().filter(|ms| *ms > 0 && *ms < 10_000_000_000)
}

/// The end of `tkhd`: a matrix of nine numbers, then width and height in 16.16.
fn size(head: &[u8]) -> Option<(u32, u32, i64)> {
    let at = if head.first() == Some(&1) { 52 } else { 40 };
    let number = |place: usize| head.get(at + 4 * place..at + 4 * place + 4).map(|bytes| be(bytes) as u32);
    let (a, b) = (number(0)? as i32, number(1)? as i32);
    let rotation = match (a.signum(), b.signum()) {
        (0, 1) => 90,
        (-1, 0) => 180,
        (0, -1) => 270,
        _ => 0,
    };
    let (width, height) = (number(9)? >> 16, number(10)? >> 16);
    let fits = |side: u32| (1..=MOST_SIDE).contains(&u64::from(side));
    (fits(width) && fits(height)).then_some((width, height, rotation))
}

fn matroska(source: &mut Source, facts: &mut VideoFacts) -> io::Result<bool> {
    let Some(picture) = matroska_picture(source)? else { return Ok(false) };
    let fits = |side: u64| (1..=MOST_SIDE).contains(&side);
    let sides = [picture.coded.0, picture.coded.1, picture.shown.0, picture.shown.1];
    if !sides.into_iter().all(fits) {
        return Ok(false);
    }
    let [width, height, across, down] = sides.map(|side| u32::try_from(side).unwrap_or(1));
    // What is shown by what is coded: width / height of a pixel.
    let aspect = (across.saturating_mul(height), down.saturating_mul(width));
    facts.shown_as((width, height), aspect, 0);
    facts.duration_ms = picture.length_s.map(|seconds| (seconds * 1000.0).round() as i64);
    facts.codec = picture.codec;
    Ok(true)
}
