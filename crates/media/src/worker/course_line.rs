//! How a sound goes over time, on a line: numbers as bytes in Base64, because there are many.

use crate::audio::{MOST_FINE_SLICES, MOST_STEPS};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hearthcast_model::course::{LoudnessCurve, SoundCourse};
use hearthcast_model::facts::Peaks;
use serde::{Deserialize, Serialize};

/// A [`SoundCourse`] on a line.
#[derive(Debug, Serialize, Deserialize)]
pub struct CourseLine {
    samples: u64,
    dual_mono: bool,
    step_ms: u32,
    short_term: String,
    momentary: String,
    slice_ms: u32,
    low: String,
    high: String,
}

impl From<SoundCourse> for CourseLine {
    fn from(SoundCourse { samples, dual_mono, curve, fine }: SoundCourse) -> Self {
        let bytes = |values: &[i8]| STANDARD.encode(values.iter().map(|value| *value as u8).collect::<Vec<_>>());
        let words =
            |values: &[i16]| STANDARD.encode(values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>());
        Self {
            samples,
            dual_mono,
            step_ms: curve.step_ms,
            short_term: words(&curve.short_term),
            momentary: words(&curve.momentary),
            slice_ms: fine.slice_ms,
            low: bytes(&fine.low),
            high: bytes(&fine.high),
        }
    }
}

impl CourseLine {
    /// What it says, when it can be: halves of one length, bounded.
    pub fn checked(self) -> Option<SoundCourse> {
        let bytes = |text: &str, most: usize| STANDARD.decode(text).ok().filter(|bytes| bytes.len() <= most);
        let slices =
            |text: &str| Some(bytes(text, MOST_FINE_SLICES)?.into_iter().map(|byte| byte as i8).collect::<Vec<_>>());
        let steps = |text: &str| {
            let bytes = bytes(text, 2 * MOST_STEPS).filter(|bytes| bytes.len().is_multiple_of(2))?;
            Some(bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect::<Vec<_>>())
        };
        let Self { samples, dual_mono, step_ms, slice_ms, .. } = self;
        let curve = LoudnessCurve { step_ms, short_term: steps(&self.short_term)?, momentary: steps(&self.momentary)? };
        let fine = Peaks { slice_ms, low: slices(&self.low)?, high: slices(&self.high)? };
        let fits = curve.short_term.len() == curve.momentary.len() && fine.low.len() == fine.high.len();
        (fits && step_ms > 0 && slice_ms > 0).then_some(SoundCourse { samples, dual_mono, curve, fine })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course() -> SoundCourse {
        let curve = LoudnessCurve { step_ms: 1000, short_term: vec![-700, -163], momentary: vec![-700, 21] };
        let fine = Peaks { slice_ms: 20, low: vec![-127, 0, -1], high: vec![127, 0, 5] };
        SoundCourse { samples: 88_200, dual_mono: true, curve, fine }
    }

    #[test]
    fn it_comes_back_as_it_was_sent() {
        assert_eq!(CourseLine::from(course()).checked(), Some(course()));
    }

    #[test]
    fn what_cannot_be_is_not_believed() {
        let none = STANDARD.encode([]);
        for line in [
            CourseLine { low: none.clone(), ..course().into() },
            CourseLine { momentary: none, ..course().into() },
            CourseLine { high: "?".into(), ..course().into() },
            CourseLine { short_term: STANDARD.encode([1, 2, 3]), ..course().into() },
            CourseLine { slice_ms: 0, ..course().into() },
            CourseLine { step_ms: 0, ..course().into() },
            CourseLine { low: STANDARD.encode(vec![0; MOST_FINE_SLICES + 1]), ..course().into() },
        ] {
            assert_eq!(line.checked(), None);
        }
    }
}
