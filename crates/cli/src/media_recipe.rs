//! What is done to a recording besides its preset, as it is said in the terminal: `--trim-ends 0.3 --cut 1:02-1:10 …`.

use crate::text::time;
use clap::Args;
use hearthcast_model::recipe::{Loud, Passage, PassageKind, Pauses, Recipe};
use hearthcast_model::{Code, Error, Result};
use std::str::FromStr;

/// A wish about one setting.
#[derive(Debug, Clone, Copy)]
enum Wish<T> {
    /// None of it any more.
    Off,
    /// This.
    Be(T),
}

impl<T: Copy> Wish<T> {
    fn apply(wish: Option<Self>, setting: &mut Option<T>) {
        match wish {
            None => {}
            Some(Self::Off) => *setting = None,
            Some(Self::Be(value)) => *setting = Some(value),
        }
    }
}

/// Settings of a recipe; `off` takes one away.
#[derive(Debug, Args)]
pub struct RecipeWords {
    /// How loud it becomes: "podcast" (-16 LUFS, one channel -19), "ebu" (-23), "keep", or a number of LUFS [default: the preset's]
    #[arg(long, value_name = "LUFS", allow_hyphen_values = true, value_parser = loud)]
    loudness: Option<Wish<Loud>>,
    /// Take away what is lower than this: 80 for rumble (20 to 300)
    #[arg(long, value_name = "HZ", value_parser = number::<u16>)]
    high_pass: Option<Wish<u16>>,
    /// Turn noise behind voices down: so many percent of what is found (80 is much); the result has 48000 Hz
    #[arg(long, value_name = "PERCENT", value_parser = number::<u8>)]
    noise: Option<Wish<u8>>,
    /// Bring speakers together who are louder or quieter than the others: so many percent of the distance (70 is much)
    #[arg(long, value_name = "PERCENT", value_parser = number::<u8>)]
    leveller: Option<Wish<u8>>,
    /// Shorten silence at the beginning and the end to so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = ends)]
    trim_ends: Option<Wish<u32>>,
    /// Shorten pauses that are longer than so many seconds to so many, such as 1.5:0.8
    #[arg(long, value_name = "LONGER:KEEP", value_parser = pauses)]
    pauses: Option<Wish<Pauses>>,
    /// What is quieter than this is silence [default: -50]
    #[arg(long, value_name = "DBFS", allow_hyphen_values = true, value_parser = number::<i8>)]
    silence: Option<Wish<i8>>,
    /// Samples per second: 32000, 44100 or 48000
    #[arg(long, value_name = "HZ", value_parser = number::<u32>)]
    rate: Option<Wish<u32>>,
    /// Let the bit rate of the MP3 follow the sound, from 0 (best, largest) to 9, as `lame -V` does; apps jump less exactly in it
    #[arg(long, value_name = "QUALITY", value_parser = number::<u8>)]
    vbr: Option<Wish<u8>>,
}

impl RecipeWords {
    /// A recipe with these settings changed.
    pub fn change(&self, mut recipe: Recipe) -> Recipe {
        Wish::apply(self.loudness, &mut recipe.loudness);
        Wish::apply(self.high_pass, &mut recipe.high_pass_hz);
        Wish::apply(self.noise, &mut recipe.noise);
        Wish::apply(self.leveller, &mut recipe.leveller);
        Wish::apply(self.trim_ends, &mut recipe.ends_ms);
        Wish::apply(self.pauses, &mut recipe.pauses);
        Wish::apply(self.silence, &mut recipe.silence_dbfs);
        Wish::apply(self.rate, &mut recipe.sample_rate_hz);
        Wish::apply(self.vbr, &mut recipe.vbr);
        recipe
    }
}

/// Settings of a recipe, and marked passages.
#[derive(Debug, Args)]
pub struct Settings {
    #[command(flatten)]
    words: RecipeWords,
    /// Make one channel of left and right
    #[arg(long)]
    mono: bool,
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
        Recipe { mono: self.mono, ..self.words.change(Recipe::default()) }
    }

    /// The passages.
    pub fn passages(&self) -> Vec<Passage> {
        [&self.cut[..], &self.bleep].concat()
    }
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(Code::UsageInvalid, message)
}

/// Reads a value, or that there shall be none.
fn wish<T>(text: &str, read: impl FnOnce(&str) -> Result<T>) -> Result<Wish<T>> {
    if text == "off" { Ok(Wish::Off) } else { read(text).map(Wish::Be) }
}

fn loud(text: &str) -> Result<Wish<Loud>> {
    let why = || wrong("say podcast, ebu, keep, or a loudness between -40 and -6 LUFS");
    wish(text, |text| Loud::parse(text).ok_or_else(why))
}

fn number<T: FromStr>(text: &str) -> Result<Wish<T>> {
    wish(text, |text| text.parse().map_err(|_| wrong("that is no whole number in question")))
}

fn ends(text: &str) -> Result<Wish<u32>> {
    wish(text, seconds)
}

fn pauses(text: &str) -> Result<Wish<Pauses>> {
    wish(text, |text| {
        let (longer, keep) = text.split_once(':').ok_or_else(|| wrong("say it as LONGER:KEEP, such as 1.5:0.8"))?;
        Ok(Pauses { longer_than_ms: seconds(longer)?, keep_ms: seconds(keep)? })
    })
}

fn seconds(text: &str) -> Result<u32> {
    time(text).and_then(|ms| u32::try_from(ms).map_err(|_| wrong("that is too long")))
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
        let shorter = Pauses { longer_than_ms: 1_500, keep_ms: 800 };
        assert!(matches!(pauses("1.5:0.8"), Ok(Wish::Be(read)) if read == shorter));
        assert!(matches!(pauses("off"), Ok(Wish::Off)) && pauses("1.5").is_err());
    }
}
