//! A short WAV of 16 bits, for listening.

use super::output::Output;
use crate::MediaError;

/// Bytes before the samples.
const HEAD: u64 = 44;

/// Writes it; its size.
pub fn write(file: &mut Output, planes: &[Vec<f32>], sample_rate: u32) -> Result<u64, MediaError> {
    let frames = planes.first().map_or(0, Vec::len);
    let frame = 2 * planes.len() as u32;
    let bytes = frames as u32 * frame;
    let mut head = b"RIFF".to_vec();
    head.extend((bytes + HEAD as u32 - 8).to_le_bytes());
    head.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    head.extend((planes.len() as u16).to_le_bytes());
    head.extend(sample_rate.to_le_bytes());
    head.extend((sample_rate * frame).to_le_bytes());
    head.extend((frame as u16).to_le_bytes());
    head.extend(b"\x10\0data");
    head.extend(bytes.to_le_bytes());
    file.write(&head)?;
    for at in 0..frames {
        for plane in planes {
            let sample = (plane[at] * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
            file.write(&sample.to_le_bytes())?;
        }
    }
    file.flush()?;
    Ok(HEAD + u64::from(bytes))
}
