//! One pass over a recording: its hash, loudness, peaks, length, and whether its two channels are one.

use super::{Block, Recording, Stream};
use crate::MediaError;
use crate::audio::findings::Findings;
use crate::audio::meters::{Meters, MetersBeside};
use crate::probe::{HashingReader, Pace, Source};
use hearthcast_model::course::{FINE_IN_COARSE, SoundCourse};
use hearthcast_model::facts::{Loudness, Peaks, SoundCondition};
use hearthcast_model::{Cancel, Progress, Sha256};
use std::io::Read;

/// Two channels that differ by less than −80 dB of full scale are one.
const SAME: f32 = 1e-4;

/// What was heard.
pub struct Heard {
    /// Length.
    pub duration_ms: i64,
    /// Loudness of the recording (of its stereo mix when it has six channels).
    pub loudness: Loudness,
    /// Waveform.
    pub peaks: Peaks,
    /// Levels for players.
    pub levels: String,
    /// How it goes over time.
    pub course: SoundCourse,
    /// What is odd about the sound itself.
    pub condition: SoundCondition,
    /// Hash of the whole file.
    pub sha256: Sha256,
    /// What was odd about the sound.
    pub findings: Findings,
}

/// Listens to a recording once.
pub fn measure(
    recording: &Recording,
    source: &Source,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Heard, MediaError> {
    // Hashed beside it, in order: demuxers jump, a hash cannot. The system reads the file once for both.
    let stopped = Cancel::default();
    let (heard, sha256) = std::thread::scope(|scope| {
        let hashing = scope.spawn(|| hash_beside(source, &stopped));
        let heard = listen(recording, source.size, cancel, progress);
        if heard.is_err() {
            stopped.cancel();
        }
        (heard, hashing.join())
    });
    let Pass { stream, meters, same } = heard?;
    let sha256 = sha256.map_err(|_| MediaError::Undecodable { path: source.path.shown() })??;
    if stream.frames() == 0 {
        return Err(MediaError::Undecodable { path: source.path.shown() });
    }
    let (frames, duration_ms) = (stream.frames(), stream.heard_ms());
    let dual_mono = same && recording.shape.channels == 2;
    let (curve, (fine, levels)) = (meters.loudness.curve(), meters.peaks.finish());
    Ok(Heard {
        duration_ms,
        loudness: meters.loudness.finish(),
        peaks: fine.folded(FINE_IN_COARSE),
        levels,
        course: SoundCourse { samples: frames, dual_mono, curve, fine },
        condition: meters.condition.finish(),
        sha256,
        findings: stream.into_findings(),
    })
}

/// One pass over a recording, to its end.
struct Pass {
    stream: Stream,
    meters: Meters,
    /// Whether all channels held the same.
    same: bool,
}

fn listen(
    recording: &Recording,
    size: u64,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Pass, MediaError> {
    let mut pace = Pace::new("analyse", size, cancel, progress);
    let mut stream = recording.stream()?;
    let (mut block, mut same) = (Block::default(), true);
    let meters = std::thread::scope(|scope| {
        let mut meters = MetersBeside::begin(scope);
        while stream.read(&mut block)? {
            let (planes, channels) = block.slices();
            meters.take(recording.shape.sample_rate, &planes[..channels]);
            same = same && is_one(&block);
            pace.at(stream.position().min(size))?;
        }
        Ok::<_, MediaError>(meters.end())
    })?;
    pace.at_end();
    Ok(Pass { stream, meters, same })
}

fn hash_beside(source: &Source, stopped: &Cancel) -> Result<Sha256, MediaError> {
    let mut again = Source::open(source.path.path())?;
    if again.size != source.size {
        return Err(MediaError::Changed { path: source.path.shown() });
    }
    let size = again.size;
    hash(&mut again, &mut Pace::new("analyse", size, stopped, &mut |_| ()))
}

/// Hashes a whole file; `pace` counts its bytes.
pub fn hash(source: &mut Source, pace: &mut Pace<'_>) -> Result<Sha256, MediaError> {
    source.rewind()?;
    let (path, size) = (source.path.clone(), source.size);
    let mut reader = HashingReader::new(&mut source.file);
    let mut buffer = vec![0; 256 * 1024];
    let mut done = 0;
    loop {
        let read = path.io(reader.read(&mut buffer))? as u64;
        if read == 0 {
            break;
        }
        done += read;
        pace.at(done.min(size))?;
    }
    let (sha256, read) = reader.finish();
    if read != size {
        return Err(MediaError::Changed { path: path.shown() });
    }
    Ok(sha256)
}

/// Whether its channels hold the same.
pub fn is_one(block: &Block) -> bool {
    match block.slices() {
        ([left, right], 2) => left.iter().zip(right).all(|(l, r)| (l - r).abs() <= SAME),
        _ => true,
    }
}
