//! Loudness by EBU R 128 (ITU-R BS.1770-4 gating, EBU Tech 3342 range) and true peak, while samples pass.
//!
//! Mono rule: a file is measured as it is. A mono file's one channel counts once, so the same sine is 3 LU quieter as
//! a mono file than as a stereo file with the sound on both channels; a target of −16 LUFS for stereo is −19 for mono.

use ebur128::{EbuR128, Mode};
use hearthcast_model::facts::Loudness;

/// Measures loudness.
pub struct LoudnessMeter {
    meter: EbuR128,
}

impl LoudnessMeter {
    /// A meter for sound of this shape; `None` for a shape no MP3 has.
    pub fn new(sample_rate: u32, channels: u8) -> Option<Self> {
        let mode = Mode::I | Mode::LRA | Mode::TRUE_PEAK;
        Some(Self { meter: EbuR128::new(u32::from(channels), sample_rate, mode).ok()? })
    }

    /// Takes the samples of all channels.
    pub fn add(&mut self, sample_rate: u32, planes: &[&[f32]]) {
        let channels = u32::try_from(planes.len()).unwrap_or(1);
        if (self.meter.rate(), self.meter.channels()) != (sample_rate, channels) {
            // Only files glued from several recordings do this; the block being measured (400 ms) is lost.
            let _ = self.meter.change_parameters(channels, sample_rate);
        }
        if planes.iter().all(|plane| plane.iter().all(|sample| sample.is_finite())) {
            let _ = self.meter.add_frames_planar_f32(planes);
        }
    }

    /// What was measured; silence has no loudness.
    pub fn finish(self) -> Loudness {
        let finite = |value: f64| Some(value).filter(|value| value.is_finite());
        let peak =
            (0..self.meter.channels()).filter_map(|channel| self.meter.true_peak(channel).ok()).fold(0.0, f64::max);
        let integrated_lufs = self.meter.loudness_global().ok().and_then(finite);
        Loudness {
            integrated_lufs,
            range_lu: integrated_lufs.and(self.meter.loudness_range().ok().and_then(finite)),
            true_peak_dbtp: finite(20.0 * peak.log10()),
        }
    }
}
