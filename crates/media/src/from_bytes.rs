//! Every reader of this crate on bytes alone, as fuzzing and its regression tests call them. What they find is dropped:
//! whatever the bytes are, no reader may panic, hang or take memory by what they claim.

use crate::audio::recording::{self, AdtsFrames, AdtsStep};
use crate::audio::{frames, layout};
use crate::image::{self, PictureFormat};
use crate::probe::{self, Source};
use crate::tags::FoundTags;
use crate::{process, speech, video, worker};
use std::io::{self, Cursor};

/// Names of the readers.
pub const READERS: [&str; 14] = [
    "adts", "aiff", "caf", "id3", "kind", "matroska", "mp3", "mp4", "ogg", "picture", "said", "vorbis", "wav", "worker",
];

/// Reads the bytes as that; false when there is no such reader.
pub fn read(reader: &str, bytes: &[u8]) -> io::Result<bool> {
    match reader {
        "adts" => adts(bytes)?,
        "aiff" => drop(recording::aiff::read(&mut Source::of(bytes)?)?),
        "caf" => {
            drop(recording::caf::read(&mut Source::of(bytes)?)?);
            drop(recording::caf::plain(&mut Source::of(bytes)?)?);
        }
        "id3" => FoundTags::default().add_id3v2(bytes),
        "kind" => {
            let _ = probe::name_of(bytes);
        }
        "matroska" => {
            recording::matroska::read(&mut Source::of(bytes)?)?;
            recording::matroska_picture(&mut Source::of(bytes)?)?;
        }
        "mp3" => mp3(bytes)?,
        "mp4" => {
            drop(recording::mp4::read(&mut Source::of(bytes)?)?);
            video::order(&mut Source::of(bytes)?)?;
            video::headers_alone(&mut Source::of(bytes)?);
            video::laid_out_alone(&mut Source::of(bytes)?)?;
        }
        "ogg" => {
            drop(recording::walk_ogg(bytes));
            for rate in [48_000, u64::from(u32::MAX)] {
                let _ = recording::opus_samples(bytes, rate);
            }
        }
        "picture" => {
            let _ = image::said_pixels(bytes);
            if let Some(format) = PictureFormat::of(bytes) {
                let _ = image::shape(bytes, format);
                image::walk(bytes, format);
            } else if image::heif::kind(bytes).is_some() {
                let _ = image::heif::read(bytes);
            }
        }
        "said" => {
            let words = String::from_utf8_lossy(bytes);
            recording::read_words(&words);
            speech::read_words(&words);
        }
        "vorbis" => vorbis(bytes)?,
        "wav" => drop(recording::wav::read(&mut Source::of(bytes)?)?),
        "worker" => worker::hear(&String::from_utf8_lossy(bytes)),
        _ => return Ok(false),
    }
    Ok(true)
}

fn adts(bytes: &[u8]) -> io::Result<()> {
    let _ = recording::bare_aac_at(bytes, true);
    let mut frames = AdtsFrames::new(Cursor::new(bytes));
    // Each step passes a byte at least.
    for _ in 0..=bytes.len() {
        if matches!(frames.next()?, AdtsStep::End) {
            break;
        }
    }
    Ok(())
}

fn mp3(bytes: &[u8]) -> io::Result<()> {
    layout::find(&mut Cursor::new(bytes), bytes.len() as u64)?;
    let mut walk = frames::Frames::new(Cursor::new(bytes), bytes.len() as u64);
    if walk.find_first()?.is_none() {
        return Ok(());
    }
    for _ in 0..=bytes.len() {
        match walk.next_step()? {
            frames::Step::End => break,
            frames::Step::Frame(header, frame) => drop(crate::audio::info::read(&header, frame)),
            _ => (),
        }
    }
    Ok(())
}

/// A block of comments, and a FLAC file with one; where its sound begins, as new tags need it.
fn vorbis(bytes: &[u8]) -> io::Result<()> {
    let mut found = FoundTags::default();
    recording::comments::read_block(bytes, &mut found);
    found.finish_comments();
    let _ = process::flac_sound(&mut Source::of(bytes)?);
    recording::comments::read_flac(&mut Source::of(bytes)?, 0, &mut FoundTags::default())
}
