//! The four bytes at the head of every MPEG audio frame (ISO 11172-3 §2.4.2.3, ISO 13818-3, and "MPEG 2.5").
//!
//! Pure arithmetic. Free-format frames (no stated bit rate) are not described: no decoder here takes them.

/// What one frame header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameHeader {
    /// MPEG 1 (`false` for MPEG 2 and 2.5, the low sample rates).
    pub mpeg1: bool,
    /// 2 or 3.
    pub layer: u8,
    /// Bits per second.
    pub bit_rate: u32,
    /// Samples per second.
    pub sample_rate: u32,
    /// 1 or 2.
    pub channels: u8,
    /// Whether a 16-bit check sum follows the header.
    pub has_crc: bool,
    /// Length of the whole frame, header included.
    pub frame_bytes: usize,
}

/// kbit/s of layer III, MPEG 1.
const RATES_1_III: [u32; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
/// kbit/s of layer II, MPEG 1.
const RATES_1_II: [u32; 15] = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
/// kbit/s of layers II and III, MPEG 2 and 2.5.
const RATES_2: [u32; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/// No layer III frame is longer: 144 · 320,000 / 32,000 + 1 (MPEG 1), 72 · 160,000 / 8,000 + 1 (MPEG 2.5).
pub const LONGEST_FRAME: usize = 1441;

impl FrameHeader {
    /// Reads a header; `None` when these bytes are none, are layer I, or are free format.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let &[sync, version_layer, rates, mode, ..] = bytes else { return None };
        if sync != 0xff || version_layer & 0xe0 != 0xe0 {
            return None;
        }
        let version = (version_layer >> 3) & 3;
        let layer = 4 - ((version_layer >> 1) & 3);
        let mpeg1 = version == 3;
        let sample_rate = sample_rate(version, (rates >> 2) & 3)?;
        let bit_rate = bit_rate(mpeg1, layer, rates >> 4)?;
        let slot = if mpeg1 || layer == 2 { 144 } else { 72 };
        let padding = u32::from((rates >> 1) & 1);
        Some(Self {
            mpeg1,
            layer,
            bit_rate,
            sample_rate,
            channels: if mode >> 6 == 3 { 1 } else { 2 },
            has_crc: version_layer & 1 == 0,
            frame_bytes: (slot * bit_rate / sample_rate + padding) as usize,
        })
    }

    /// Reads a layer III header.
    pub fn parse_mp3(bytes: &[u8]) -> Option<Self> {
        Self::parse(bytes).filter(|header| header.layer == 3)
    }

    /// Samples per channel in this frame.
    pub fn samples(&self) -> u64 {
        if self.mpeg1 || self.layer == 2 { 1152 } else { 576 }
    }

    /// Length of the side information after header and check sum (layer III).
    pub fn side_info_bytes(&self) -> usize {
        match (self.mpeg1, self.channels) {
            (true, 2) => 32,
            (false, 1) => 9,
            _ => 17,
        }
    }

    /// Whether both frames can belong to one stream: one decoder, one sample rate, one number of channels.
    pub fn same_stream(&self, other: &Self) -> bool {
        (self.mpeg1, self.layer, self.sample_rate, self.channels)
            == (other.mpeg1, other.layer, other.sample_rate, other.channels)
    }
}

fn sample_rate(version: u8, index: u8) -> Option<u32> {
    let base = *[44_100, 48_000, 32_000].get(usize::from(index))?;
    match version {
        3 => Some(base),
        2 => Some(base / 2),
        0 => Some(base / 4),
        _ => None,
    }
}

fn bit_rate(mpeg1: bool, layer: u8, index: u8) -> Option<u32> {
    let table = match (mpeg1, layer) {
        (true, 3) => &RATES_1_III,
        (true, 2) => &RATES_1_II,
        (false, 2 | 3) => &RATES_2,
        _ => return None,
    };
    table.get(usize::from(index)).filter(|rate| **rate > 0).map(|rate| rate * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_header_is_128_kbit_44_1_khz_joint_stereo() {
        let header = FrameHeader::parse(&[0xff, 0xfb, 0x90, 0x64]).unwrap();
        // ISO 11172-3: 144 · 128,000 / 44,100 = 417.96, cut to 417 without the padding slot.
        assert_eq!(
            (header.bit_rate, header.sample_rate, header.channels, header.frame_bytes),
            (128_000, 44_100, 2, 417)
        );
        assert_eq!(header.samples(), 1152);
    }

    #[test]
    fn low_rates_have_half_the_samples() {
        let header = FrameHeader::parse(&[0xff, 0xf3, 0x84, 0xc4]).unwrap();
        assert_eq!((header.sample_rate, header.channels, header.samples()), (24_000, 1, 576));
        assert_eq!((header.bit_rate, header.frame_bytes, header.side_info_bytes()), (64_000, 192, 9));
    }

    #[test]
    fn aac_utf16_and_forbidden_values_are_no_header() {
        for bytes in
            [[0xff, 0xf1, 0x50, 0x80], [0xff, 0xfe, 0x48, 0x00], [0xff, 0xfb, 0xf0, 0x00], [0xff, 0xfb, 0x9c, 0]]
        {
            assert_eq!(FrameHeader::parse_mp3(&bytes), None, "{bytes:x?}");
        }
        assert_eq!(FrameHeader::parse(&[0xff, 0xfb]), None, "too short");
    }
}
