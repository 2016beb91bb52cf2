//! New tags around the same sound: the frames are copied byte by byte, what stood before and behind them is not.

use super::m4a;
use super::output::Output;
use super::request::{ProcessRequest, TagsToWrite, TakenOver};
use super::room::room_for;
use super::whole::EncoderError;
use crate::audio::layout;
use crate::probe::{Source, probe_again};
use crate::tags::chapter_pictures::ChapterPictures;
use crate::tags::write_comments::Comments;
use crate::tags::write_mp4::Mp4Tags;
use crate::{MediaError, Probed, probe, tags};
use hearthcast_model::{Cancel, Progress, Timeline};
use ogg::PacketWriteEndInfo;
use ogg::reading::PacketReader;
use ogg::writing::PacketWriter;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Writes a file with other tags to `output`, which must not exist. MP3, Opus in Ogg,
/// FLAC; M4A where there is an ffmpeg.
pub fn retag(
    ProcessRequest { source, output, tags: wanted, known, .. }: &ProcessRequest,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Probed, MediaError> {
    let known = probe_again(source, known.as_deref(), cancel, progress)?;
    let shown = source.to_string_lossy().into_owned();
    let mut opened = Source::open(source)?;
    if opened.size != known.facts.size_bytes {
        return Err(MediaError::Changed { path: shown });
    }
    let (filled, taken) = wanted.filled(&known);
    let pictures = ChapterPictures::of(&filled, taken, &Timeline::default())?;
    room_for(output, most_bytes(opened.size, &filled, taken, &pictures))?;
    let mut made = Output::create(output)?;
    match (known.facts.container.as_str(), known.facts.codec.as_str()) {
        ("mp3", _) => {
            let layout = opened.path.clone().io(layout::find(&mut opened.file, opened.size))?;
            let sound = opened.size - layout.header_bytes - layout.trailer_bytes;
            made.write(&tags::write::id3v2(&filled, taken, &pictures, known.facts.duration_ms)?)?;
            made.copy_range(&mut opened, layout.header_bytes, sound, cancel, progress)?;
        }
        ("ogg", "opus") => opus(&mut opened, &made, &Comments::new(&filled, taken, &pictures)?, cancel)?,
        ("flac", _) => {
            let sound = flac(&mut opened, &mut made, &Comments::new(&filled, taken, &pictures)?)?;
            let length = opened.size - sound;
            made.copy_range(&mut opened, sound, length, cancel, progress)?;
        }
        ("mp4", "aac") => {
            m4a::available().map_err(|none| MediaError::NeedsFfmpeg {
                path: shown.clone(),
                what: "an M4A".into(),
                why: format!("tags are written into it by the program ffmpeg, and {none}"),
            })?;
            let tags = Mp4Tags::new(&filled, taken, known.facts.duration_ms)?;
            let refused = |why: EncoderError| MediaError::Encoder { path: shown, why: why.to_string() };
            m4a::retagged(source, output, &tags).map_err(refused)?;
        }
        (what, _) => return Err(MediaError::NoTagsInside { path: shown, what: what.into() }),
    }
    made.flush()?;
    let mut probed = probe(output, cancel, progress)?;
    // An edit list that says more than ffmpeg copies: what is heard would be something else.
    if known.facts.duration_ms.zip(probed.facts.duration_ms).is_none_or(|(was, is)| (was - is).abs() > 1) {
        let what = "built so that its sound would not be heard the same with other tags".into();
        return Err(MediaError::NoTagsInside { path: source.to_string_lossy().into_owned(), what });
    }
    made.keep()?;
    probed.facts.findings.extend(pictures.finding());
    Ok(probed)
}

/// So long the file may become: as long as it was, and the pictures that come in, of which three bytes become four where they
/// are written as text.
fn most_bytes(was: u64, tags: &TagsToWrite, taken: TakenOver<'_>, pictures: &ChapterPictures) -> u64 {
    let named = tags.cover.as_ref().and_then(|path| std::fs::metadata(path).ok()).map(|about| about.len());
    let cover = named.or(taken.cover.map(|cover| cover.bytes.len() as u64)).unwrap_or_default();
    was.saturating_add(cover.saturating_add(pictures.bytes()).saturating_mul(4) / 3)
}

/// The second packet is another one; the pages of all others end where they ended.
fn opus(source: &mut Source, made: &Output, comments: &Comments, cancel: &Cancel) -> Result<(), MediaError> {
    let path = source.path.clone();
    let unread = |error: ogg::OggReadError| MediaError::Unreadable { path: path.shown(), why: error.to_string() };
    let unwritten = |error: std::io::Error| MediaError::Unwritable { path: path.shown(), why: error.to_string() };
    path.io(source.file.seek(SeekFrom::Start(0)))?;
    let mut packets = PacketReader::new(BufReader::new(&mut source.file));
    let mut pages = PacketWriter::new(BufWriter::with_capacity(256 * 1024, made.handle()?));
    let (mut number, mut serial) = (0u64, None);
    while let Some(packet) = packets.read_packet().map_err(unread)? {
        cancel.check().map_err(|_| MediaError::Cancelled)?;
        // One stream: what is made here has no other.
        if *serial.get_or_insert(packet.stream_serial()) != packet.stream_serial() {
            return Err(MediaError::NoTagsInside {
                path: path.shown(),
                what: "several streams in one Ogg file".into(),
            });
        }
        let ends = match (packet.last_in_stream(), packet.last_in_page()) {
            (true, _) => PacketWriteEndInfo::EndStream,
            (false, true) => PacketWriteEndInfo::EndPage,
            (false, false) => PacketWriteEndInfo::NormalPacket,
        };
        let (id, at) = (packet.stream_serial(), packet.absgp_page());
        let data = if number == 1 { comments.opus_tags(&super::opus::version()) } else { packet.data };
        pages.write_packet(data, id, ends, at).map_err(unwritten)?;
        number += 1;
    }
    pages.inner_mut().flush().map_err(unwritten)
}

/// Other blocks before the sound; where the sound begins.
fn flac(source: &mut Source, made: &mut Output, comments: &Comments) -> Result<u64, MediaError> {
    let path = source.path.clone();
    path.io(source.file.seek(SeekFrom::Start(0)))?;
    let broken = |why: String| MediaError::Unreadable { path: path.shown(), why };
    let blocks = super::flac::with_comments(BufReader::new(&mut source.file), comments);
    made.write(&blocks.map_err(|error| broken(error.to_string()))?)?;
    path.io(flac_sound(source))
}

/// Where the sound of a FLAC file begins: behind "fLaC" and blocks of one byte (the first bit: the last one), three bytes of length,
/// content.
pub fn flac_sound(source: &mut Source) -> io::Result<u64> {
    let (mut at, mut header) = (4, [0; 4]);
    loop {
        source.file.seek(SeekFrom::Start(at))?;
        source.file.read_exact(&mut header)?;
        let [kind, a, b, c] = header;
        at += 4 + u64::from(u32::from_be_bytes([0, a, b, c]));
        if kind & 0x80 != 0 || at >= source.size {
            return Ok(at.min(source.size));
        }
    }
}
