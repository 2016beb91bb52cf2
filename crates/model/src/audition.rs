//! A few seconds of a recording as settings would make them, and as they are, equally loud: to be compared by ear.

use crate::{Preset, Recipe};
use serde::{Deserialize, Serialize};

/// What is to be heard.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct AuditionAsked {
    /// Id or slug of the episode; without one the show's newest with a recording here.
    pub episode: Option<String>,
    /// Where to begin, on the recording's clock, milliseconds; without it, a third into the recording.
    pub at_ms: Option<i64>,
    /// How long, milliseconds; without it, ten seconds.
    pub length_ms: Option<u32>,
    /// Settings to be tried; without them, the show's.
    pub recipe: Option<Recipe>,
    /// The preset to be tried; without it, the one of the episode's sound, or the show's.
    pub preset: Option<Preset>,
}

/// What can be heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AuditionView {
    /// The episode's title.
    pub episode: String,
    /// Where it begins, on the recording's clock.
    pub at_ms: i64,
    /// How long it is with the settings, milliseconds.
    pub length_ms: i64,
    /// Length of the recording, milliseconds.
    pub recording_ms: i64,
    /// Name of the sound as the settings make it, for the window's audio address.
    pub with: String,
    /// Name of the sound as it is.
    pub without: String,
    /// The gain of the settings, dB.
    pub gain_db: f64,
    /// How much both were turned down so that neither is clipped, dB.
    pub lowered_db: f64,
    /// How loud both are, LUFS; `None` is silence.
    pub lufs: Option<f64>,
}
