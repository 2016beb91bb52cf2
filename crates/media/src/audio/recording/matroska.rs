//! The few elements of Matroska and WebM (RFC 9559) that symphonia does not pass on: the samples an encoder put before and
//! after the sound, whether there is a film, and where the file was to end.

use super::about::{About, Hears};
use super::chunks::be;
use crate::probe::Source;
use std::io;

/// Elements looked at; the clusters of a day are fewer.
const MOST_ELEMENTS: usize = 200_000;
/// Larger descriptions are not read (fonts and covers stand elsewhere).
const MOST_DESCRIPTION: u64 = 4 << 20;

const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_a966;
const TIMESTAMP_SCALE: u32 = 0x2a_d7b1;
const DURATION: u32 = 0x4489;
const TRACKS: u32 = 0x1654_ae6b;
const TRACK_ENTRY: u32 = 0xae;
const TRACK_TYPE: u32 = 0x83;
const CODEC_ID: u32 = 0x86;
const CODEC_DELAY: u32 = 0x56aa;
const CLUSTER: u32 = 0x1f43_b675;
const BLOCK_GROUP: u32 = 0xa0;
const DISCARD_PADDING: u32 = 0x75a2;
const DOC_TYPE: u32 = 0x4282;
const VIDEO: u32 = 0xe0;
const PIXEL_WIDTH: u32 = 0xb0;
const PIXEL_HEIGHT: u32 = 0xba;
const DISPLAY_WIDTH: u32 = 0x54b0;
const DISPLAY_HEIGHT: u32 = 0x54ba;
const DISPLAY_UNIT: u32 = 0x54b2;

/// One element: its id, where its content stands, and where that ends; `None` where that is unknown.
#[derive(Clone, Copy)]
struct Element {
    id: u32,
    start: u64,
    end: Option<u64>,
}

/// Reads them.
pub fn read(source: &mut Source) -> io::Result<About> {
    let mut about = About::of_stream(source.size, 0, 0);
    let Some(head) = element(source, 0)? else { return Ok(about) };
    let words = source.range(head.start, head.end.unwrap_or(head.start).saturating_sub(head.start).min(4096))?;
    let is_webm = children(&words).any(|(id, body)| id == DOC_TYPE && body.starts_with(b"webm"));
    let Some(segment) = element(source, head.end.unwrap_or(0))?.filter(|segment| segment.id == SEGMENT) else {
        return Ok(about);
    };
    about.open_ended = segment.end.is_none();
    about.stated = segment.end.unwrap_or(source.size).max(source.size).min(source.size.saturating_add(8 << 30));
    let end = segment.end.unwrap_or(source.size).min(source.size);
    let (mut delay_ns, mut last, mut first) = (0, None, None);
    let mut at = segment.start;
    for _ in 0..MOST_ELEMENTS {
        let Some(found) = element(source, at)?.filter(|_| at < end) else { break };
        match found.id {
            INFO => about.length_s = length(&content(source, found)?),
            TRACKS => delay_ns = tracks(&content(source, found)?, &mut about.film),
            CLUSTER => (first, last) = (first.or(Some(found)), Some(found)),
            _ => (),
        }
        // A recording that is still going on states no lengths: nothing can be passed over.
        let Some(next) = found.end.filter(|next| *next > at) else { break };
        at = next;
    }
    let padding_ns = last.map_or(Ok(0), |last| padding(source, last))?;
    about.heard = Hears::Nanoseconds(delay_ns, padding_ns);
    about.around = (first.map_or(0, |first| first.start).min(source.size), 0);
    about.mime = Some(match (is_webm, about.film) {
        (true, true) => "video/webm",
        (true, false) => "audio/webm",
        (false, true) => "video/x-matroska",
        (false, false) => "audio/x-matroska",
    });
    Ok(about)
}

/// What the first track with pictures says of them.
#[derive(Debug, Default)]
pub struct PictureHeader {
    /// Pixels across and down as they are coded.
    pub coded: (u64, u64),
    /// The same as they are shown.
    pub shown: (u64, u64),
    /// "h264", "vp9".
    pub codec: String,
    /// Length in seconds.
    pub length_s: Option<f64>,
}

/// Reads it; `None` where there are no pictures.
pub fn picture(source: &mut Source) -> io::Result<Option<PictureHeader>> {
    let Some(head) = element(source, 0)? else { return Ok(None) };
    let segment = element(source, head.end.unwrap_or(0))?.filter(|segment| segment.id == SEGMENT);
    let Some(mut at) = segment.map(|segment| segment.start) else { return Ok(None) };
    let mut length_s = None;
    for _ in 0..MOST_ELEMENTS {
        let Some(found) = element(source, at)? else { break };
        match found.id {
            INFO => length_s = length(&content(source, found)?),
            TRACKS => return Ok(picture_track(&content(source, found)?, length_s)),
            _ => (),
        }
        let Some(next) = found.end.filter(|next| *next > at) else { break };
        at = next;
    }
    Ok(None)
}

fn picture_track(body: &[u8], length_s: Option<f64>) -> Option<PictureHeader> {
    let entries = children(body).filter(|(id, _)| *id == TRACK_ENTRY).map(|(_, entry)| entry);
    let value = |body, wanted: u32| children(body).find(|(id, _)| *id == wanted).map(|(_, value)| value);
    for entry in entries {
        let Some(video) = value(entry, VIDEO).filter(|_| value(entry, TRACK_TYPE).map(be) == Some(1)) else { continue };
        let number = |wanted| value(video, wanted).filter(|value| value.len() <= 8).map(be);
        let coded = (number(PIXEL_WIDTH)?, number(PIXEL_HEIGHT)?);
        let said = number(DISPLAY_WIDTH).zip(number(DISPLAY_HEIGHT)).filter(|(_, height)| *height > 0);
        let shown = match (number(DISPLAY_UNIT).unwrap_or(0), said) {
            (0, Some(pixels)) => pixels,
            // Centimetres, inches, or a proportion (RFC 9559, 5.1.4.1.28.14): the width that the height has then.
            (1..=3, Some((width, height))) => {
                let wide = (u128::from(coded.1) * u128::from(width) + u128::from(height) / 2) / u128::from(height);
                (u64::try_from(wide).unwrap_or(u64::MAX), coded.1)
            }
            _ => coded,
        };
        let name = String::from_utf8_lossy(value(entry, CODEC_ID).unwrap_or_default()).to_ascii_lowercase();
        let codec = match name.as_str() {
            "v_mpeg4/iso/avc" => "h264",
            "v_mpegh/iso/hevc" => "hevc",
            other => other.strip_prefix("v_").unwrap_or(other),
        };
        return Some(PictureHeader { coded, shown, codec: codec.chars().take(40).collect(), length_s });
    }
    None
}

fn element(source: &mut Source, at: u64) -> io::Result<Option<Element>> {
    let head = source.range(at, 12)?;
    Ok(opening(&head).map(|(id, size, bytes)| {
        let start = at + bytes as u64;
        Element { id, start, end: size.map(|size| start.saturating_add(size)) }
    }))
}

fn content(source: &mut Source, element: Element) -> io::Result<Vec<u8>> {
    let length = element.end.unwrap_or(element.start) - element.start;
    source.range(element.start, length.min(MOST_DESCRIPTION))
}

/// Id, size (`None`: unknown) and length of both: numbers whose first byte says how long they are.
fn opening(bytes: &[u8]) -> Option<(u32, Option<u64>, usize)> {
    let id_bytes = bytes.first()?.leading_zeros() as usize + 1;
    let id = u32::try_from(be(bytes.get(..id_bytes).filter(|_| id_bytes <= 4)?)).ok()?;
    let rest = &bytes[id_bytes..];
    let size_bytes = rest.first()?.leading_zeros() as usize + 1;
    let marked = be(rest.get(..size_bytes).filter(|_| size_bytes <= 8)?);
    let all = (1u64 << (7 * size_bytes)) - 1;
    Some((id, Some(marked & all).filter(|size| *size != all), id_bytes + size_bytes))
}

/// The elements that stand one after another.
fn children(body: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let (id, size, bytes) = opening(rest)?;
        let content = rest.get(bytes..)?;
        let size = usize::try_from(size?).ok()?.min(content.len());
        rest = &content[size..];
        Some((id, &content[..size]))
    })
    .take(MOST_ELEMENTS)
}

/// Seconds: a floating point number in units of so many nanoseconds.
fn length(info: &[u8]) -> Option<f64> {
    let scale = children(info).find(|(id, _)| *id == TIMESTAMP_SCALE).map_or(1_000_000, |(_, body)| be(body));
    let (_, body) = children(info).find(|(id, _)| *id == DURATION)?;
    let duration = match body.len() {
        4 => f64::from(f32::from_bits(be(body) as u32)),
        8 => f64::from_bits(be(body)),
        _ => return None,
    };
    Some(duration * scale as f64 / 1e9).filter(|seconds| (0.0..1e7).contains(seconds) && *seconds > 0.0)
}

/// Nanoseconds before the sound of the first track with sound; notes a film.
fn tracks(body: &[u8], film: &mut bool) -> u64 {
    let mut delay_ns = None;
    for (_, entry) in children(body).filter(|(id, _)| *id == TRACK_ENTRY) {
        let value = |wanted: u32| children(entry).find(|(id, _)| *id == wanted).map(|(_, body)| body);
        match value(TRACK_TYPE).map(be) {
            Some(1) => *film = true,
            Some(2) if delay_ns.is_none() => {
                // The decoder of Opus leaves its own delay out, as the header of Opus says.
                let is_opus = value(CODEC_ID).is_some_and(|codec| codec.starts_with(b"A_OPUS"));
                delay_ns = Some(value(CODEC_DELAY).filter(|_| !is_opus).map_or(0, be));
            }
            _ => (),
        }
    }
    delay_ns.filter(|delay| *delay < 1_000_000_000).unwrap_or(0)
}

/// Nanoseconds after the sound, as the last group of the last cluster says.
fn padding(source: &mut Source, cluster: Element) -> io::Result<u64> {
    let body = content(source, cluster)?;
    let last = children(&body).filter(|(id, _)| *id == BLOCK_GROUP).last();
    let padding = last.and_then(|(_, group)| children(group).find(|(id, _)| *id == DISCARD_PADDING));
    // A negative number would add silence at the front: nobody writes that.
    Ok(padding.map_or(0, |(_, body)| be(body)).min(1 << 40))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_say_how_long_they_are() {
        assert_eq!(opening(&[0x1a, 0x45, 0xdf, 0xa3, 0x9f]), Some((0x1a45_dfa3, Some(31), 5)));
        assert_eq!(opening(&[0xec, 0x40, 0x02]), Some((0xec, Some(2), 3)));
        assert_eq!(opening(&[0xec, 0xff]), Some((0xec, None, 2)), "unknown");
        assert_eq!(opening(&[0xec]), None);
        assert_eq!(opening(&[0, 0x80]), None);
    }

    #[test]
    fn a_length_is_a_float_in_units() {
        // TimestampScale 1,000,000; Duration 20514.0 as 64 bits.
        let info =
            [&[0x2a, 0xd7, 0xb1, 0x83, 0x0f, 0x42, 0x40, 0x44, 0x89, 0x88][..], &20_514f64.to_be_bytes()].concat();
        assert_eq!(length(&info), Some(20.514));
        assert_eq!(length(&[0x44, 0x89, 0x88, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0]), None, "endless");
    }
}
