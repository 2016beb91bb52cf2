//! A recording that is put together of parts of another one, a tone, an intro and an outro, and sounds like any recording:
//! it can be opened at every sample, and gives from there what reading from its beginning gives, to the bit.
//!
//! Where two parts of the recording meet, the one goes over into the other: the outgoing one goes on a little into what was
//! cut out, the incoming one begins a little before, and nothing becomes shorter. Elsewhere the sound ends softly and begins
//! softly. Such a seam is always computed as a whole.

use super::fit::Fit;
use super::{Block, Recording, Shape, Stream};
use crate::MediaError;
use std::ops::Range;
use std::sync::Arc;

/// Half of a seam, milliseconds.
const HALF_MS: u64 = 8;
/// The tone of a bleep, hertz.
const TONE_HZ: f64 = 1000.0;
/// Samples read together.
const FRAMES: u64 = 8192;

/// Whose sound it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The recording.
    Master,
    /// What is heard before it.
    Intro,
    /// What is heard after it.
    Outro,
    /// The tone of a bleep.
    Tone,
}

/// A while of one voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Whose.
    pub voice: Voice,
    /// Its first sample.
    pub at: u64,
    /// Samples.
    pub length: u64,
}

/// A recording that takes part, at the rate and with the channels of the whole.
pub struct Source {
    /// The recording.
    pub recording: Recording,
    /// Its samples at the rate of the whole.
    pub frames: u64,
    /// What its samples are multiplied by.
    pub gain: f32,
}

/// What is put together.
pub struct Edited {
    /// The recording; rate and channels are its.
    pub master: Source,
    /// What is heard before it.
    pub intro: Option<Source>,
    /// What is heard after it.
    pub outro: Option<Source>,
    /// The parts in order; those of the recording ascend.
    pub parts: Vec<Part>,
    /// The highest sample of the tone.
    pub tone: f32,
    /// Where each part begins, and where the last one ends.
    starts: Vec<u64>,
    shape: Shape,
}

impl Edited {
    /// Puts these parts together.
    pub fn new(master: Source, (intro, outro): (Option<Source>, Option<Source>), parts: Vec<Part>, tone: f32) -> Self {
        let mut at = 0;
        let mut starts = vec![0];
        starts.extend(parts.iter().map(|part| {
            at += part.length;
            at
        }));
        let Shape { sample_rate, .. } = master.recording.shape;
        let shape = Shape { sample_rate, channels: master.recording.shape.heard_channels() };
        Self { master, intro, outro, parts, tone, starts, shape }
    }

    /// Samples of the whole.
    pub fn frames(&self) -> u64 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Samples in which something is heard that is not of the recording.
    pub fn added(&self) -> Vec<Range<u64>> {
        let parts = self.parts.iter().zip(self.starts.windows(2));
        parts.filter(|(part, _)| part.voice != Voice::Master).map(|(_, ends)| ends[0]..ends[1]).collect()
    }

    /// Rate and channels of the whole.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    fn source(&self, voice: Voice) -> Option<&Source> {
        match voice {
            Voice::Master => Some(&self.master),
            Voice::Intro => self.intro.as_ref(),
            Voice::Outro => self.outro.as_ref(),
            Voice::Tone => None,
        }
    }

    /// The parts on both sides of a seam: before the part of this number, and that part.
    fn sides(&self, seam: usize) -> (Option<Part>, Option<Part>) {
        (seam.checked_sub(1).and_then(|before| self.parts.get(before)).copied(), self.parts.get(seam).copied())
    }

    /// Samples before and after a seam in which the sound is not that of one part alone.
    fn half(&self, seam: usize) -> u64 {
        let most = u64::from(self.shape.sample_rate) * HALF_MS / 1000;
        let ends = |part: Part| self.source(part.voice).is_some_and(|source| part.at + part.length >= source.frames);
        match self.sides(seam) {
            (Some(one), Some(other)) if follows(one, other) => 0,
            (Some(one), Some(other)) => most.min(one.length / 2).min(other.length / 2),
            // A recording begins and ends as it does.
            (None, Some(part)) if part.at == 0 && part.voice != Voice::Tone => 0,
            (Some(part), None) if ends(part) => 0,
            (None, Some(part)) | (Some(part), None) => most.min(part.length / 2),
            (None, None) => 0,
        }
    }
}

/// Nothing was cut out between.
fn follows(one: Part, other: Part) -> bool {
    one.voice == Voice::Master && other.voice == Voice::Master && one.at + one.length == other.at
}

/// From 0 to 1, softly.
fn rise(at: u64, length: u64) -> f32 {
    let share = (at as f64 + 0.5) / length as f64;
    (0.5 - 0.5 * (std::f64::consts::PI * share).cos()) as f32
}

/// The sound, front to back.
pub struct EditedStream {
    edited: Arc<Edited>,
    at: u64,
    readers: [Reader; 3],
    seam: Option<(usize, Block)>,
}

impl EditedStream {
    /// At its beginning.
    pub fn new(edited: Arc<Edited>) -> Self {
        Self { edited, at: 0, readers: [Reader::default(), Reader::default(), Reader::default()], seam: None }
    }

    /// Goes on at this sample.
    pub fn go_to(&mut self, at: u64) {
        self.at = at;
    }

    /// Fills `block` with what comes next; false at the end.
    pub fn read(&mut self, block: &mut Block) -> Result<bool, MediaError> {
        let edited = Arc::clone(&self.edited);
        let number = edited.starts.partition_point(|start| *start <= self.at).saturating_sub(1);
        let Some(part) = edited.parts.get(number) else { return Ok(false) };
        let (start, end) = (edited.starts[number], edited.starts[number] + part.length);
        let (soft_until, soft_from) = (start + edited.half(number), end - edited.half(number + 1));
        let most = FRAMES;
        if self.at < soft_until {
            self.read_seam(&edited, number, soft_until, block)?;
        } else if self.at < soft_from {
            let length = (soft_from - self.at).min(most);
            *block = self.fetch(&edited, part.voice, part.at + self.at - start, length)?;
        } else {
            self.read_seam(&edited, number + 1, end, block)?;
        }
        self.at += block.frames() as u64;
        Ok(true)
    }

    /// What is left of a seam up to a sample.
    fn read_seam(&mut self, edited: &Edited, seam: usize, until: u64, block: &mut Block) -> Result<(), MediaError> {
        let half = edited.half(seam);
        let whole = match self.seam.take() {
            Some((number, whole)) if number == seam => whole,
            _ => self.mix(edited, seam, half)?,
        };
        // It begins half of its length before the part does.
        let inside = |at: u64| usize::try_from(at + half - edited.starts[seam]).unwrap_or(0);
        let range = inside(self.at)..inside(until);
        block.planes = whole.planes.iter().map(|plane| plane[range.clone()].to_vec()).collect();
        self.seam = Some((seam, whole));
        Ok(())
    }

    fn mix(&mut self, edited: &Edited, seam: usize, half: u64) -> Result<Block, MediaError> {
        let (before, after) = edited.sides(seam);
        let over = matches!((before, after), (Some(one), Some(other))
            if (one.voice, other.voice) == (Voice::Master, Voice::Master));
        let mut mixed = Block { planes: vec![vec![0.0; 2 * half as usize]; edited.shape.channels] };
        let length = if over { 2 * half } else { half };
        if let Some(part) = before {
            let out = self.fetch(edited, part.voice, part.at + part.length - half, length)?;
            add(&mut mixed, &out, 0, |at| 1.0 - rise(at, length));
        }
        if let Some(part) = after {
            let early = if over { half } else { 0 };
            let into = self.fetch(edited, part.voice, part.at.saturating_sub(early), length)?;
            add(&mut mixed, &into, half - early, |at| rise(at, length));
        }
        Ok(mixed)
    }

    fn fetch(&mut self, edited: &Edited, voice: Voice, from: u64, length: u64) -> Result<Block, MediaError> {
        let reader = match voice {
            Voice::Master => 0,
            Voice::Intro => 1,
            Voice::Outro => 2,
            Voice::Tone => return Ok(tone(edited, from, length)),
        };
        match edited.source(voice) {
            Some(source) => self.readers[reader].fetch(source, edited.shape, from, length),
            None => Ok(Block { planes: vec![vec![0.0; length as usize]; edited.shape.channels] }),
        }
    }
}

fn add(mixed: &mut Block, sound: &Block, from: u64, weight: impl Fn(u64) -> f32) {
    for (mixed, plane) in mixed.planes.iter_mut().zip(&sound.planes) {
        for (at, (mixed, sample)) in mixed.iter_mut().skip(from as usize).zip(plane).enumerate() {
            *mixed += weight(at as u64) * sample;
        }
    }
}

fn tone(edited: &Edited, from: u64, length: u64) -> Block {
    let step = std::f64::consts::TAU * TONE_HZ / f64::from(edited.shape.sample_rate);
    let wave = (from..from + length).map(|at| edited.tone * (at as f64 * step).sin() as f32).collect();
    Block { planes: vec![wave; edited.shape.channels] }
}

/// Reads one recording, mostly front to back, and remembers the last seam of it.
#[derive(Default)]
pub(super) struct Reader {
    stream: Option<Stream>,
    fit: Option<Fit>,
    /// Number of the first sample that is held.
    base: u64,
    held: Block,
    block: Block,
    ended: bool,
}

impl Reader {
    /// So many samples from one on, at the rate and with the channels of the whole.
    pub(super) fn fetch(&mut self, source: &Source, to: Shape, from: u64, length: u64) -> Result<Block, MediaError> {
        let history = u64::from(to.sample_rate) * 2 * HALF_MS / 1000;
        let end = self.base + self.held.frames() as u64;
        if self.stream.is_none() || from < self.base || (self.fit.is_none() && from > end) {
            self.open(source, to, from)?;
        }
        while self.base + (self.held.frames() as u64) < from + length {
            if self.ended {
                return Err(MediaError::Changed { path: source.recording.shown() });
            }
            self.more(source.gain)?;
            self.forget(from.saturating_sub(history));
        }
        let first = usize::try_from(from - self.base).unwrap_or(usize::MAX);
        let range = first..first + length as usize;
        let planes = self.held.planes.iter().map(|plane| plane[range.clone()].to_vec()).collect();
        self.forget((from + length).saturating_sub(history));
        Ok(Block { planes })
    }

    /// What has another rate or other channels is heard from its beginning.
    fn open(&mut self, source: &Source, to: Shape, from: u64) -> Result<(), MediaError> {
        let Source { recording, .. } = source;
        let sample_rate = recording.shape.sample_rate;
        self.fit = Fit::new(Shape { sample_rate, channels: recording.shape.heard_channels() }, to);
        self.base = if self.fit.is_some() { 0 } else { from };
        let before = self.stream.take().filter(|_| self.fit.is_none());
        self.stream = Some(recording.stream_from(self.base, before)?);
        self.held.planes = vec![vec![]; to.channels];
        self.ended = false;
        Ok(())
    }

    fn more(&mut self, gain: f32) -> Result<(), MediaError> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        self.ended = !stream.read(&mut self.block)?;
        match (self.ended, &mut self.fit) {
            (false, Some(fit)) => fit.push(&mut self.block),
            (false, None) => (),
            (true, _) => self.block = self.fit.take().map(Fit::finish).unwrap_or_default(),
        }
        for (held, plane) in self.held.planes.iter_mut().zip(&self.block.planes) {
            held.extend(plane.iter().map(|sample| gain * sample));
        }
        Ok(())
    }

    /// Samples before this one are not needed any more.
    fn forget(&mut self, before: u64) {
        let needless = before.saturating_sub(self.base).min(self.held.frames() as u64);
        for plane in &mut self.held.planes {
            plane.drain(..needless as usize);
        }
        self.base += needless;
    }
}
