//! What is done to a recording besides its preset, as it is said in the terminal: `--trim-ends 0.3 --cut 1:02-1:10 …`.

use crate::text::time;
use clap::Args;
use hearthcast_model::recipe::{Loud, Passage, PassageKind, Pauses, Recipe};
use hearthcast_model::{Code, Error, Result};

/// Settings of a recipe, and marked passages.
#[derive(Debug, Args)]
pub struct Settings {
    /// How loud it becomes: "podcast" (-16 LUFS, one channel -19), "ebu" (-23), "keep", or a number of LUFS [default: the preset's]
    #[arg(long, value_name = "LUFS", allow_hyphen_values = true, value_parser = loud)]
    loudness: Option<Loud>,
    /// Take away what is lower than this: 80 for rumble (20 to 300)
    #[arg(long, value_name = "HZ")]
    high_pass: Option<u16>,
    /// Shorten silence at the beginning and the end to so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    trim_ends: Option<u32>,
    /// Shorten pauses that are longer than so many seconds to so many, such as 1.5:0.8
    #[arg(long, value_name = "LONGER:KEEP", value_parser = pauses)]
    pauses: Option<Pauses>,
    /// What is quieter than this is silence [default: -50]
    #[arg(long, value_name = "DBFS", allow_hyphen_values = true)]
    silence: Option<i8>,
    /// Make one channel of left and right
    #[arg(long)]
    mono: bool,
    /// Samples per second: 32000, 44100 or 48000
    #[arg(long, value_name = "HZ")]
    rate: Option<u32>,
    /// Cut this out, such as 1:02.5-1:10; can be said several times
    #[arg(long, value_name = "START-END", value_parser = removed)]
    cut: Vec<Passage>,
    /// Let a tone be heard instead of this; can be said several times
    #[arg(long, value_name = "START-END", value_parser = bleeped)]
    bleep: Vec<Passage>,
}

impl Settings {
    /// The recipe.
    pub fn recipe(&self) -> Recipe {
        Recipe {
            loudness: self.loudness,
            high_pass_hz: self.high_pass,
            ends_ms: self.trim_ends,
            pauses: self.pauses,
            silence_dbfs: self.silence,
            mono: self.mono,
            sample_rate_hz: self.rate,
            ..Recipe::default()
        }
    }

    /// The passages.
    pub fn passages(&self) -> Vec<Passage> {
        [&self.cut[..], &self.bleep].concat()
    }
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(Code::UsageInvalid, message)
}

fn loud(text: &str) -> Result<Loud> {
    Loud::parse(text).ok_or_else(|| wrong("say podcast, ebu, keep, or a loudness between -40 and -6 LUFS"))
}

/// Reads a length.
pub fn seconds(text: &str) -> Result<u32> {
    time(text).and_then(|ms| u32::try_from(ms).map_err(|_| wrong("that is too long")))
}

/// Reads a length beyond which pauses are shortened, and what is left of them.
pub fn pauses(text: &str) -> Result<Pauses> {
    let (longer, keep) = text.split_once(':').ok_or_else(|| wrong("say it as LONGER:KEEP, such as 1.5:0.8"))?;
    Ok(Pauses { longer_than_ms: seconds(longer)?, keep_ms: seconds(keep)? })
}

/// Reads a passage that is cut out.
pub fn removed(text: &str) -> Result<Passage> {
    passage(text, PassageKind::Remove)
}

/// Reads a passage that is bleeped.
pub fn bleeped(text: &str) -> Result<Passage> {
    passage(text, PassageKind::Bleep)
}

fn passage(text: &str, kind: PassageKind) -> Result<Passage> {
    Passage::parse(text, kind).ok_or_else(|| wrong("say where it begins and ends, such as 1:02:03.5-1:02:07"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_pauses_are_read_as_people_type_them() {
        let (start_ms, end_ms, kind) = (62_500, 70_000, PassageKind::Bleep);
        assert_eq!(bleeped("1:02.5-1:10").unwrap(), Passage { start_ms, end_ms, kind });
        assert!(removed("5-5").is_err() && removed("7").is_err());
        assert_eq!(pauses("1.5:0.8").unwrap(), Pauses { longer_than_ms: 1_500, keep_ms: 800 });
    }
}
