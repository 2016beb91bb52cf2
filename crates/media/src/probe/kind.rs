//! What a file is, by its first bytes: enough to refuse it by name. Its ending decides nothing.
//!
//! MP3 and bare AAC are not recognised here: they have no magic bytes; `audio` walks their frames.

use crate::audio::recording::{FOREIGN, ForeignKind, RecordingKind};

/// A recognised kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A picture that can be a cover.
    Picture(crate::image::PictureFormat),
    /// A recording that can be decoded.
    Recording(RecordingKind),
    /// Something else, with its article: "a PDF document".
    Other(&'static str),
}

/// Endings of the sounds that are taken, lower case.
pub fn sound_endings() -> impl Iterator<Item = &'static str> {
    let own = RecordingKind::ALL.into_iter().flat_map(|kind| kind.endings().iter().copied());
    ["mp3"].into_iter().chain(own).chain(FOREIGN.iter().flat_map(|kind| kind.endings.iter().copied()))
}

/// Endings of the pictures that are taken, lower case.
pub fn picture_endings() -> impl Iterator<Item = &'static str> {
    let own = crate::image::PictureFormat::ALL.into_iter().flat_map(|format| format.endings().iter().copied());
    own.chain(["avif", "heic", "heif"])
}

/// Bytes at an offset that name a format.
type Magic = (usize, &'static [u8], &'static str);

/// Formats whose first bytes leave no doubt. The first match wins.
const MAGIC: &[Magic] = &[
    (0, b"OggS", "an Ogg file"),
    (0, b"MThd", "a MIDI file"),
    (0, b"ADIF", "a raw AAC recording"),
    (0, b"\0\0\x01\xb3", "an MPEG video"),
    (0, b"II*\0", "a camera's raw picture"),
    (0, b"8BPS", "a Photoshop picture"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"PK\x03\x04", "a ZIP archive or an office document"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ\0", "an xz archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"\x7fELF", "a program"),
    (0, b"SQLite format 3\0", "a database"),
    (0, b"wOFF", "a font"),
    (0, b"wOF2", "a font"),
];

/// Recordings that are decoded.
fn recording(front: &[u8]) -> Option<RecordingKind> {
    match (front.get(..4)?, front.get(8..12)) {
        (b"fLaC", _) => Some(RecordingKind::Flac),
        (b"caff", _) => Some(RecordingKind::Caf),
        (b"\x1aE\xdf\xa3", _) => Some(RecordingKind::Matroska),
        (b"RIFF" | b"RF64" | b"BW64", Some(b"WAVE")) => Some(RecordingKind::Wav),
        (b"FORM", Some(b"AIFF" | b"AIFC")) => Some(RecordingKind::Aiff),
        (b"OggS", _) => {
            let packet = front.get(28..)?;
            let known = [&b"OpusHead"[..], b"\x01vorbis", b"\x7fFLAC"].iter().any(|magic| packet.starts_with(magic));
            known.then_some(RecordingKind::Ogg)
        }
        _ => None,
    }
    .or_else(|| ForeignKind::of(front).map(RecordingKind::Foreign))
}

/// Recognises a format by its magic bytes.
pub fn by_magic(front: &[u8]) -> Option<Kind> {
    if let Some(format) = crate::image::PictureFormat::of(front) {
        return Some(Kind::Picture(format));
    }
    if let Some(kind) = recording(front) {
        return Some(Kind::Recording(kind));
    }
    if front.get(4..8) == Some(b"ftyp") {
        let other = by_brand(front.get(8..12).unwrap_or_default());
        return Some(other.map_or(Kind::Recording(RecordingKind::Mp4), Kind::Other));
    }
    if front.starts_with(b"RIFF") || front.starts_with(b"FORM") {
        return Some(Kind::Other("a RIFF file"));
    }
    let found = MAGIC.iter().find(|(at, magic, _)| front.get(*at..at + magic.len()) == Some(magic));
    found.map(|(_, _, what)| Kind::Other(what))
}

/// The brand of an ISO base media file (MP4 and its relatives) that can hold no sound we take.
fn by_brand(brand: &[u8]) -> Option<&'static str> {
    match brand {
        b"M4P " => Some("a protected recording from a shop"),
        b"avif" | b"avis" => Some("an AVIF picture"),
        b"heic" | b"heix" | b"heim" | b"heis" | b"mif1" | b"msf1" => Some("a HEIC picture"),
        b"aax " | b"aaxc" => Some("an Audible audiobook"),
        _ => None,
    }
}

/// Recognises what has no magic bytes, once it is certain that there are no MP3 frames.
pub fn by_guess(front: &[u8]) -> Option<&'static str> {
    match front {
        [] => Some("nothing but tags"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("a text file (UTF-16)"),
        [0xff, second, ..] if second & 0xf6 == 0xf0 => Some("a raw AAC recording"),
        [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x06 != 0x02 => by_layer(front),
        [b'B', b'M', ..] if front.get(6..10) == Some(&[0; 4]) => Some("a BMP picture"),
        [b'M', b'Z', ..] if front.contains(&0) => Some("a program"),
        _ => by_text(front),
    }
}

/// Layers I and II share MP3's frame header.
fn by_layer(front: &[u8]) -> Option<&'static str> {
    match crate::audio::FrameHeader::parse(front) {
        Some(header) if header.layer == 2 => Some("an MPEG layer II recording (MP2)"),
        _ => None,
    }
}

fn by_text(front: &[u8]) -> Option<&'static str> {
    let text = match std::str::from_utf8(front) {
        Ok(text) => text,
        // A character cut in half by the end of the front is no fault.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&front[..error.valid_up_to()]).ok()?,
        Err(_) => return latin_text(front),
    };
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')) {
        return None;
    }
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let head: String = start.chars().take(256).collect::<String>().to_ascii_lowercase();
    Some(match () {
        () if head.starts_with("<!doctype html") || head.starts_with("<html") => "an HTML page",
        () if head.starts_with("<?xml") && head.contains("<rss") || head.starts_with("<rss") => "a podcast feed (RSS)",
        () if head.starts_with("<?xml") && head.contains("<html") => "an HTML page",
        () if head.starts_with("<svg") || head.contains("<svg") && head.starts_with("<?xml") => "an SVG picture",
        () if head.starts_with("<?xml") => "an XML document",
        () if head.starts_with("#extm3u") || head.starts_with("[playlist]") => "a playlist",
        () if head.starts_with("webvtt") => "a WebVTT transcript",
        () if head.starts_with("{\"") || head.starts_with("[{") => "a JSON document",
        () if start.is_empty() => "a file of blanks",
        () => "a text file",
    })
}

/// Old one-byte encodings: no control bytes, and mostly letters.
fn latin_text(front: &[u8]) -> Option<&'static str> {
    let plain =
        front.iter().filter(|byte| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count();
    let control = front.iter().any(|byte| *byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x0c));
    (!control && plain * 10 > front.len() * 7).then_some("a text file")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::PictureFormat;

    #[test]
    fn riff_is_told_apart() {
        assert_eq!(by_magic(b"RIFF\x24\0\0\0WAVEfmt "), Some(Kind::Recording(RecordingKind::Wav)));
        let avi = by_magic(b"RIFF\x24\0\0\0AVI LIST");
        assert!(matches!(avi, Some(Kind::Recording(RecordingKind::Foreign(kind))) if kind.demuxer == "avi"), "{avi:?}");
        assert_eq!(by_magic(b"RIFF\x24\0\0\0WEBPVP8 "), Some(Kind::Picture(PictureFormat::WebP)));
        assert_eq!(by_magic(b"RIFF\x24\0\0\0CDDA"), Some(Kind::Other("a RIFF file")));
        assert_eq!(by_magic(b"\x89PNG\r\n\x1a\nxxxx"), Some(Kind::Picture(PictureFormat::Png)));
        assert_eq!(by_magic(b"\xff\xfb\x90\x64"), None);
        assert_eq!(by_magic(b""), None);
    }

    #[test]
    fn texts_are_named() {
        for (text, what) in [
            (&b"\xff\xfeh\0i\0"[..], "a text file (UTF-16)"),
            (b"\xff\xf1\x50\x80", "a raw AAC recording"),
            (b"\xff\xf9\x50\x80", "a raw AAC recording"),
            (b"\n <!DOCTYPE HTML><html>", "an HTML page"),
            (b"\xef\xbb\xbf<?xml version='1.0'?><rss version='2.0'>", "a podcast feed (RSS)"),
            ("Grüße aus Köln".as_bytes(), "a text file"),
            (b"Gr\xfc\xdfe aus K\xf6ln und ein langer Satz dazu", "a text file"),
            (b"", "nothing but tags"),
        ] {
            assert_eq!(by_guess(text), Some(what));
        }
        assert_eq!(by_guess(&[0, 1, 2, 3, 200, 201]), None);
    }
}
