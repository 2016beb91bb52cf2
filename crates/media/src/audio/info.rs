//! The Xing/Info frame (with LAME's extension) and Fraunhofer's VBRI frame: what the encoder says of the whole stream.
//!
//! Its bytes count as content (COUNTING.md), its sound does not: it is silence no player plays. What it says is used
//! for two things only: to cut encoder delay and padding exactly, and to notice that the file ends too early.

use super::header::FrameHeader;

/// What the first frame says about the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StreamInfo {
    /// Audio frames after this one.
    pub frames: Option<u64>,
    /// Silence added by the encoder, when LAME's extension says so.
    pub gapless: Option<Gapless>,
}

/// Samples to leave out so that the length is that of the original recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gapless {
    /// At the start: encoder delay plus the decoder's own 529.
    pub start: u64,
    /// At the end: padding minus the decoder's own 529.
    pub end: u64,
}

/// Delay of every MP3 decoder's filter bank: 528 samples and one (LAME's technical FAQ).
const DECODER_DELAY: u64 = 529;

/// Reads the description, if this frame is one.
pub fn read(header: &FrameHeader, frame: &[u8]) -> Option<StreamInfo> {
    read_xing(header, frame).or_else(|| read_vbri(header, frame))
}

/// "Xing"/"Info" stands after the side information, which is all zero. Some encoders count a check sum in, most not.
fn read_xing(header: &FrameHeader, frame: &[u8]) -> Option<StreamInfo> {
    let side = 4 + header.side_info_bytes();
    let at = [side, side + 2].into_iter().take(1 + usize::from(header.has_crc)).find(|at| {
        matches!(frame.get(*at..at + 4), Some(b"Xing" | b"Info"))
            && frame[6.min(*at)..*at].iter().all(|byte| *byte == 0)
    })?;
    let mut rest = frame.get(at + 4..)?;
    let flags = take_u32(&mut rest)?;
    let mut field = |bit: u32, length: usize| -> Option<u32> {
        if flags & bit == 0 {
            return None;
        }
        let value = rest.get(..4).map(be_u32);
        rest = rest.get(length..).unwrap_or(&[]);
        value
    };
    let frames = field(1, 4).map(u64::from).filter(|frames| *frames > 0);
    let _bytes = field(2, 4);
    let _seek_table = field(4, 100);
    let _quality = field(8, 4);
    Some(StreamInfo { frames, gapless: read_lame(frame, rest) })
}

/// LAME's extension: 9 bytes of encoder name, then at 21 the 12-bit delay and the 12-bit padding, at 34 a check sum.
fn read_lame(frame: &[u8], extension: &[u8]) -> Option<Gapless> {
    let encoder = extension.get(..4)?;
    if ![b"LAME", b"Lavf", b"Lavc", b"L3.9"].iter().any(|known| encoder == *known) {
        return None;
    }
    let packed = extension.get(21..24)?;
    let delay = u64::from(packed[0]) << 4 | u64::from(packed[1]) >> 4;
    let padding = u64::from(packed[1] & 0x0f) << 8 | u64::from(packed[2]);
    if (delay, padding) == (0, 0) || (encoder == b"LAME" && !check_sum_holds(frame, extension)) {
        return None;
    }
    Some(Gapless { start: delay + DECODER_DELAY, end: padding.saturating_sub(DECODER_DELAY) })
}

/// CRC-16 (polynomial 0x8005 reflected) over everything before the field. Zero means "not written"; a cut tag has none.
fn check_sum_holds(frame: &[u8], extension: &[u8]) -> bool {
    let Some(stored) = extension.get(34..36) else { return true };
    let covered = frame.len() - extension.len() + 34;
    let sum = frame[..covered].iter().fold(0u16, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xa001 } else { sum >> 1 })
    });
    matches!(u16::from_be_bytes([stored[0], stored[1]]), 0) || u16::from_be_bytes([stored[0], stored[1]]) == sum
}

/// "VBRI" stands 32 bytes after the header; version, delay, quality, then bytes and frames.
fn read_vbri(header: &FrameHeader, frame: &[u8]) -> Option<StreamInfo> {
    let blank = 4 + 2 * usize::from(header.has_crc);
    let tag = frame.get(36..36 + 18)?;
    if &tag[..4] != b"VBRI" || tag[4..6] != [0, 1] || frame[blank..36].iter().any(|byte| *byte != 0) {
        return None;
    }
    let frames = u64::from(be_u32(&tag[14..18]));
    Some(StreamInfo { frames: Some(frames).filter(|frames| *frames > 0), gapless: None })
}

fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    let value = be_u32(rest.get(..4)?);
    *rest = &rest[4..];
    Some(value)
}

fn be_u32(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |value, byte| value << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: [u8; 4] = [0xff, 0xfb, 0x90, 0x64];

    fn frame(at: usize, tag: &[u8]) -> (FrameHeader, Vec<u8>) {
        let mut frame = vec![0; 417];
        frame[..4].copy_from_slice(&HEADER);
        frame[at..at + tag.len()].copy_from_slice(tag);
        (FrameHeader::parse(&HEADER).unwrap(), frame)
    }

    #[test]
    fn fraunhofers_frame_states_its_count() {
        // VBRI: version 1, delay, quality, 1,000,000 bytes, 2,000 frames.
        let (header, bytes) = frame(36, b"VBRI\0\x01\x09\x31\0\x4b\0\x0f\x42\x40\0\0\x07\xd0");
        assert_eq!(read(&header, &bytes), Some(StreamInfo { frames: Some(2000), gapless: None }));
    }

    #[test]
    fn sound_that_happens_to_hold_the_word_is_no_description() {
        let (header, mut bytes) = frame(36, b"Xing\0\0\0\x01\0\0\x07\xd0");
        assert_eq!(read(&header, &bytes).and_then(|info| info.frames), Some(2000));
        bytes[20] = 1;
        assert_eq!(read(&header, &bytes), None, "its side information is not blank");
        assert_eq!(read(&header, &bytes[..38]), None, "cut");
    }
}
