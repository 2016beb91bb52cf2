//! WAVs of 16 bits: a few seconds for listening, and what a program is to hear.

use super::output::Output;
use crate::MediaError;

/// Bytes before the samples.
const HEAD: u64 = 44;

/// Writes it; its size.
pub fn write(file: &mut Output, planes: &[Vec<f32>], sample_rate: u32) -> Result<u64, MediaError> {
    let bytes = 2 * (planes.len() * planes.first().map_or(0, Vec::len)) as u32;
    head(file, planes.len(), sample_rate, bytes)?;
    samples(file, planes)?;
    file.flush()?;
    Ok(HEAD + u64::from(bytes))
}

/// Bytes of so many samples of one channel, and of the file with them; `None` where that is more than a WAV can say.
pub fn bytes_of(samples: u64) -> Option<(u32, u64)> {
    let bytes = samples.checked_mul(2).and_then(|bytes| u32::try_from(bytes).ok())?;
    bytes.checked_add(HEAD as u32).map(|size| (bytes, u64::from(size)))
}

/// Writes what stands before the samples.
pub fn head(file: &mut Output, channels: usize, sample_rate: u32, bytes: u32) -> Result<(), MediaError> {
    let frame = 2 * channels as u32;
    let mut head = b"RIFF".to_vec();
    head.extend((bytes + HEAD as u32 - 8).to_le_bytes());
    head.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    head.extend((channels as u16).to_le_bytes());
    head.extend(sample_rate.to_le_bytes());
    head.extend((sample_rate * frame).to_le_bytes());
    head.extend((frame as u16).to_le_bytes());
    head.extend(b"\x10\0data");
    head.extend(bytes.to_le_bytes());
    file.write(&head)
}

/// Writes samples, channel by channel in turn.
pub fn samples(file: &mut Output, planes: &[Vec<f32>]) -> Result<(), MediaError> {
    for at in 0..planes.first().map_or(0, Vec::len) {
        for plane in planes {
            let sample = (plane[at] * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
            file.write(&sample.to_le_bytes())?;
        }
    }
    Ok(())
}
