//! What shortening silences does to a recording, told before its sound is made.

use crate::Recipe;
use serde::{Deserialize, Serialize};

/// Which recording, and how its silences are to be shortened.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct SilencesAsked {
    /// Id or slug of the episode; without one the show's newest with a recording here.
    pub episode: Option<String>,
    /// Settings to be tried; without them, the show's.
    pub recipe: Option<Recipe>,
}

/// What goes of the silences of a sound, and how long it is with them and without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ShorterSilences {
    /// Silences between that become shorter.
    pub count: u32,
    /// What goes of them, milliseconds.
    pub between_ms: i64,
    /// What goes of the silence at the beginning, milliseconds.
    pub head_ms: i64,
    /// What goes of the silence at the end, milliseconds.
    pub tail_ms: i64,
    /// How long the sound would be if every silence stayed, milliseconds.
    pub before_ms: i64,
    /// How long it is, milliseconds.
    pub after_ms: i64,
    /// Where the first silence that becomes shorter is cut, on the recording's clock, milliseconds; not the one at the beginning.
    pub first_ms: Option<i64>,
}

/// What shortening silences does to the recording of an episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SilencesView {
    /// The episode's title.
    pub episode: String,
    /// It came finished and is passed on as it is: no recipe is for it.
    pub finished: bool,
    /// What goes, and what it is then.
    pub shorter: ShorterSilences,
}
