//! AAC without a container: frames with a header of their own (ADTS, ISO 14496-3 §1.A.2.2.1), as radio recorders write them.
//!
//! Own walking instead of a demuxer's: what lies between frames is damage that has to be named with its place.

use std::io::{self, Read};

/// One header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdtsHeader {
    /// Samples per second of what is coded (HE-AAC is heard at twice of it).
    pub sample_rate: u32,
    /// 1 to 7; 0 where the frame itself says it.
    pub channel_configuration: u8,
    /// Header and content.
    pub frame_bytes: usize,
    /// The header alone.
    pub header_bytes: usize,
    /// Pieces of 1024 samples in the frame.
    pub blocks: u8,
}

/// ISO 14496-3, table 1.18.
const RATES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
/// No frame is longer: 13 bits.
const MOST_FRAME: usize = 8191;
/// How far a first frame is searched behind what is none.
pub const MOST_JUNK: u64 = 64 * 1024;

impl AdtsHeader {
    /// Reads one.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let head = bytes.first_chunk::<7>()?;
        if head[0] != 0xff || head[1] & 0xf6 != 0xf0 {
            return None;
        }
        let header = Self {
            sample_rate: *RATES.get(usize::from(head[2] >> 2 & 0x0f))?,
            channel_configuration: (head[2] & 1) << 2 | head[3] >> 6,
            frame_bytes: usize::from(head[3] & 3) << 11 | usize::from(head[4]) << 3 | usize::from(head[5] >> 5),
            header_bytes: if head[1] & 1 == 1 { 7 } else { 9 },
            blocks: (head[6] & 3) + 1,
        };
        (header.frame_bytes > header.header_bytes).then_some(header)
    }

    /// Channels that come out.
    pub fn channels(&self) -> usize {
        match self.channel_configuration {
            0 => 2,
            7 => 8,
            channels => usize::from(channels),
        }
    }

    /// A header of that shape.
    pub fn of(sample_rate: u32, channels: usize) -> Self {
        let channel_configuration = u8::try_from(channels).unwrap_or(2);
        Self { sample_rate, channel_configuration, frame_bytes: 0, header_bytes: 7, blocks: 1 }
    }

    /// Whether both have one rate and the same channels.
    pub fn same_stream(&self, other: &Self) -> bool {
        (self.sample_rate, self.channel_configuration) == (other.sample_rate, other.channel_configuration)
    }
}

/// Where the first frame stands in the front of a file: followed by two more of the same shape, or by the end.
pub fn find(front: &[u8], is_whole: bool) -> Option<usize> {
    (0..front.len().saturating_sub(7)).find(|at| {
        let Some(first) = AdtsHeader::parse(&front[*at..]) else { return false };
        let (mut next, mut followers) = (at + first.frame_bytes, 0);
        while let Some(header) = front.get(next..).and_then(AdtsHeader::parse).filter(|h| h.same_stream(&first)) {
            followers += 1;
            next += header.frame_bytes;
        }
        followers >= 2 || is_whole && next == front.len() && followers >= 1
    })
}

/// One step of the walk.
pub enum Step<'a> {
    /// A frame's header and its content.
    Frame(AdtsHeader, &'a [u8]),
    /// So many bytes belong to no frame; at the end of the file or before the next one.
    Skipped(u64, bool),
    /// The last frame lacks its end.
    Cut,
    /// Nothing follows.
    End,
}

/// Walks from frame to frame.
pub struct AdtsFrames<R> {
    input: R,
    waiting: Vec<u8>,
    at: usize,
    ended: bool,
    last: Option<AdtsHeader>,
}

impl<R: Read> AdtsFrames<R> {
    /// At the beginning of the recording.
    pub fn new(input: R) -> Self {
        Self { input, waiting: vec![], at: 0, ended: false, last: None }
    }

    /// The next step.
    pub fn next(&mut self) -> io::Result<Step<'_>> {
        self.fill()?;
        let rest = &self.waiting[self.at..];
        if rest.is_empty() {
            return Ok(Step::End);
        }
        match AdtsHeader::parse(rest) {
            Some(header) if header.frame_bytes > rest.len() => {
                self.at = self.waiting.len();
                return Ok(Step::Cut);
            }
            // A frame is one like those before it, or where another follows, or the end.
            Some(header) if self.last.is_some_and(|last| last.same_stream(&header)) || self.follows(&header) => {
                let start = self.at;
                self.last = Some(header);
                self.at += header.frame_bytes;
                let frame = &self.waiting[start + header.header_bytes..self.at];
                return Ok(Step::Frame(header, frame));
            }
            // Cut inside a header.
            None if rest.len() < 7 && rest[0] == 0xff && rest.get(1).is_none_or(|second| second & 0xf6 == 0xf0) => {
                self.at = self.waiting.len();
                return Ok(Step::Cut);
            }
            _ => (),
        }
        self.skip()
    }

    fn follows(&self, header: &AdtsHeader) -> bool {
        let rest = &self.waiting[self.at + header.frame_bytes..];
        rest.len() < 7 && self.ended || AdtsHeader::parse(rest).is_some() || is_tag(rest)
    }

    fn skip(&mut self) -> io::Result<Step<'_>> {
        let mut skipped = 0;
        loop {
            self.at += 1;
            skipped += 1;
            if self.waiting.len() - self.at < 2 * MOST_FRAME {
                self.fill()?;
            }
            let rest = &self.waiting[self.at..];
            if rest.len() < 7 {
                skipped += rest.len() as u64;
                self.at = self.waiting.len();
                return Ok(Step::Skipped(skipped, true));
            }
            if AdtsHeader::parse(rest).is_some_and(|header| header.frame_bytes <= rest.len() && self.follows(&header)) {
                return Ok(Step::Skipped(skipped, false));
            }
        }
    }

    /// At least two of the longest frames, unless the input ends.
    fn fill(&mut self) -> io::Result<()> {
        if self.ended || self.waiting.len() - self.at >= 2 * MOST_FRAME + 16 {
            return Ok(());
        }
        self.waiting.drain(..self.at);
        self.at = 0;
        let wanted = 8 * MOST_FRAME as u64;
        self.ended = (self.input.by_ref().take(wanted).read_to_end(&mut self.waiting)? as u64) < wanted;
        Ok(())
    }
}

/// ID3 tags stand before every stretch of an internet radio's stream.
fn is_tag(rest: &[u8]) -> bool {
    rest.starts_with(b"ID3") || rest.starts_with(b"TAG")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 44.1 kHz, two channels, so many bytes of content.
    fn frame(content: usize) -> Vec<u8> {
        let bytes = content + 7;
        let mut frame =
            vec![0xff, 0xf1, 0x50, 0x80 | (bytes >> 11) as u8, (bytes >> 3) as u8, (bytes << 5) as u8 | 0x1f, 0xfc];
        frame.resize(bytes, 0x21);
        frame
    }

    fn walk(bytes: &[u8]) -> Vec<String> {
        let mut frames = AdtsFrames::new(bytes);
        let mut seen = vec![];
        loop {
            seen.push(match frames.next().unwrap() {
                Step::Frame(header, content) => {
                    format!("{} {} {}", header.sample_rate, header.channels(), content.len())
                }
                Step::Skipped(bytes, at_end) => format!("skipped {bytes} {at_end}"),
                Step::Cut => "cut".into(),
                Step::End => return seen,
            });
        }
    }

    #[test]
    fn frames_are_walked_and_what_is_none_is_counted() {
        let bytes = [frame(9), frame(100), vec![0; 4], frame(200), frame(30)].concat();
        assert_eq!(walk(&bytes), ["44100 2 9", "44100 2 100", "skipped 4 false", "44100 2 200", "44100 2 30"]);
        assert_eq!(walk(&[frame(9), frame(9)].concat()[..20]), ["44100 2 9", "cut"]);
        assert_eq!(walk(&[frame(9), frame(9), vec![1, 2]].concat()), ["44100 2 9", "44100 2 9", "skipped 2 true"]);
    }

    #[test]
    fn a_first_frame_is_one_that_others_follow() {
        let bytes = [vec![0xff, 0xf1, 0x50], frame(50), frame(50), frame(50)].concat();
        assert_eq!(find(&bytes, false), Some(3));
        assert_eq!(find(&frame(50), true), None);
        assert_eq!(find(&[frame(50), frame(51)].concat(), true), Some(0));
        assert_eq!(AdtsHeader::parse(&[0xff, 0xfb, 0x90, 0x64, 0, 0, 0]), None, "MP3");
    }
}
