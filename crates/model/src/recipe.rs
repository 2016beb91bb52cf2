//! Recipes: what is done to every recording of a show besides its preset, and what is cut out of one recording.
//! The recording itself is kept as it is; where its instants end up says [`crate::timeline`].

use crate::show::Attachment;
use serde::{Deserialize, Serialize};

/// What is done to every recording of a show, besides its preset.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Recipe {
    /// How loud it becomes; `None` is what the preset says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loudness: Option<Loud>,
    /// Rumble below this many hertz is taken away ([`Recipe::HIGH_PASS_HZ`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_pass_hz: Option<u16>,
    /// Noise behind voices is turned down: so many percent of what is found of it. The result has 48,000 samples a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<u8>,
    /// Speakers who are louder or quieter than the others are brought together: so many percent of the distance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leveller: Option<u8>,
    /// Silence at the beginning and the end is shortened to this many milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_ms: Option<u32>,
    /// Long silences between are shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pauses: Option<Pauses>,
    /// What is quieter than this, in whole dBFS, is silence ([`Recipe::SILENCE_DBFS`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence_dbfs: Option<i8>,
    /// Left and right become one channel.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mono: bool,
    /// Samples per second of the result; `None` keeps the recording's where the format has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_rate_hz: Option<u32>,
    /// The bit rate of an MP3 follows the sound, at this quality of LAME (`lame -V`: 0 is the best, 9 the smallest); `None` keeps
    /// one bit rate, as the preset says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vbr: Option<u8>,
    /// A recording that is heard before every episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<Attachment>,
    /// A recording that is heard after every episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outro: Option<Attachment>,
}

impl Recipe {
    /// Where the high-pass may stand, hertz: below is nothing to hear, above voices become thin.
    pub const HIGH_PASS_HZ: std::ops::RangeInclusive<u16> = 20..=300;
    /// Silence is quieter than this where nothing is said, dBFS.
    pub const SILENCE_DBFS: i8 = -50;
    /// What silence may mean, dBFS.
    pub const SILENCES_DBFS: std::ops::RangeInclusive<i8> = -90..=-20;
    /// How much noise may be taken away, percent of what is found.
    pub const NOISE: std::ops::RangeInclusive<u8> = 1..=100;
    /// How much of the distance between speakers may go, percent.
    pub const LEVELLER: std::ops::RangeInclusive<u8> = 1..=100;
    /// Qualities of a varying bit rate that LAME knows.
    pub const VBR: std::ops::RangeInclusive<u8> = 0..=9;
    /// No intro or outro is longer, milliseconds: one of another rate is heard from its beginning each time.
    pub const LONGEST_AROUND_MS: i64 = 10 * 60 * 1000;
    /// Sample rates on wish: those every format of the workshop has at every bit rate.
    pub const SAMPLE_RATES_HZ: [u32; 3] = [32_000, 44_100, 48_000];

    /// Whether it does nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is wrong with its numbers, as a sentence; `None` when all can be done.
    pub fn fault(&self) -> Option<String> {
        let rates = Self::SAMPLE_RATES_HZ;
        if let Some(hz) = self.high_pass_hz.filter(|hz| !Self::HIGH_PASS_HZ.contains(hz)) {
            return Some(format!("A high-pass at {hz} Hz is not possible: it stands between 20 and 300 Hz."));
        }
        if let Some(dbfs) = self.silence_dbfs.filter(|dbfs| !Self::SILENCES_DBFS.contains(dbfs)) {
            return Some(format!("Silence cannot begin at {dbfs} dBFS: it lies between -90 and -20 dBFS."));
        }
        if let Some(hz) = self.sample_rate_hz.filter(|hz| !rates.contains(hz)) {
            return Some(format!("A sample rate of {hz} Hz is not offered: there are 32000, 44100 and 48000 Hz."));
        }
        if let Some(percent) = self.noise.filter(|percent| !Self::NOISE.contains(percent)) {
            return Some(format!("{percent} percent of the noise cannot be taken away: say 1 to 100."));
        }
        if let Some(hz) = self.sample_rate_hz.filter(|hz| self.noise.is_some() && *hz != 48_000) {
            return Some(format!("Noise is taken away at 48000 Hz; {hz} Hz is not possible together with it."));
        }
        if let Some(percent) = self.leveller.filter(|percent| !Self::LEVELLER.contains(percent)) {
            return Some(format!("Speakers cannot be brought together by {percent} percent: say 1 to 100."));
        }
        if let Some(quality) = self.vbr.filter(|quality| !Self::VBR.contains(quality)) {
            return Some(format!("A varying bit rate of quality {quality} is not possible: it lies between 0 and 9."));
        }
        if self.ends_ms.is_some_and(|ms| ms > 60_000) {
            return Some("More than a minute of silence at the ends cannot be asked for.".into());
        }
        if let Some(Loud::Lufs(tenths)) = self.loudness.filter(|loud| !loud.is_possible()) {
            let lufs = f64::from(tenths) / 10.0;
            return Some(format!("A loudness of {lufs} LUFS is not possible: it lies between -40 and -6 LUFS."));
        }
        self.pauses.and_then(Pauses::fault)
    }
}

/// A loudness to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Loud {
    /// −16 LUFS in stereo, −19 LUFS in one channel: what podcast apps expect.
    Podcast,
    /// −23 LUFS, whatever the channels: EBU R 128, for broadcasters.
    Ebu,
    /// The recording's own level.
    Keep,
    /// Tenths of a LUFS, whatever the channels (−180 is −18 LUFS).
    Lufs(i16),
}

impl Loud {
    /// The loudness in LUFS for this many channels; `None` keeps the level.
    pub fn lufs(self, channels: usize) -> Option<f64> {
        match (self, channels) {
            (Self::Podcast, 1) => Some(-19.0),
            (Self::Podcast, _) => Some(-16.0),
            (Self::Ebu, _) => Some(-23.0),
            (Self::Keep, _) => None,
            (Self::Lufs(tenths), _) => Some(f64::from(tenths) / 10.0),
        }
    }

    fn is_possible(self) -> bool {
        !matches!(self, Self::Lufs(tenths) if !(-400..=-60).contains(&tenths))
    }

    /// Reads it as people type it: `podcast`, `ebu`, `keep` or a number of LUFS.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        match text.as_str() {
            "podcast" => Some(Self::Podcast),
            "ebu" => Some(Self::Ebu),
            "keep" => Some(Self::Keep),
            _ => {
                let lufs: f64 = text.trim_end_matches("lufs").trim().replace('\u{2212}', "-").parse().ok()?;
                let tenths = (lufs * 10.0).round();
                let loud = (tenths.abs() < 1000.0).then_some(Self::Lufs(tenths as i16));
                loud.filter(|loud| loud.is_possible())
            }
        }
    }
}

/// Silences that last long are shortened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Pauses {
    /// Those longer than this, milliseconds …
    pub longer_than_ms: u32,
    /// … to this.
    pub keep_ms: u32,
}

impl Pauses {
    fn fault(self) -> Option<String> {
        let Self { longer_than_ms, keep_ms } = self;
        if !(200..=60_000).contains(&longer_than_ms) {
            return Some("Pauses that are shortened last between 0.2 s and a minute.".into());
        }
        (keep_ms > longer_than_ms).then(|| "A pause cannot be shortened to more than it had to last.".into())
    }
}

/// What happens to a marked passage of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PassageKind {
    /// It is cut out.
    Remove,
    /// A tone is heard instead.
    Bleep,
}

/// A marked passage, on the recording's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Passage {
    /// Where it begins, milliseconds.
    pub start_ms: i64,
    /// Where it ends, milliseconds.
    pub end_ms: i64,
    /// What happens to it.
    pub kind: PassageKind,
}

impl Passage {
    /// More passages than this in one recording are no edit by hand.
    pub const MOST: usize = 10_000;

    /// Reads a passage as people type it: `1:02:03.5-1:02:07`, `90-92.25`.
    pub fn parse(text: &str, kind: PassageKind) -> Option<Self> {
        let (start, end) = text.split_once(['-', '\u{2013}'])?;
        let (start_ms, end_ms) = (instant_ms(start)?, instant_ms(end)?);
        (end_ms > start_ms).then_some(Self { start_ms, end_ms, kind })
    }

    /// Passages in order, those of a kind that touch or overlap as one. What is cut out is not bleeped.
    pub fn in_order(passages: &[Self]) -> Vec<Self> {
        let of = |kind| {
            let mut found: Vec<Self> =
                passages.iter().copied().filter(|one: &Self| one.kind == kind && one.end_ms > one.start_ms).collect();
            found.sort_by_key(|one| one.start_ms);
            found.into_iter().fold(Vec::<Self>::new(), |mut joined, next| {
                match joined.last_mut().filter(|last| last.end_ms >= next.start_ms) {
                    Some(last) => last.end_ms = last.end_ms.max(next.end_ms),
                    None => joined.push(next),
                }
                joined
            })
        };
        let removed = of(PassageKind::Remove);
        let mut all = removed.clone();
        for mut bleep in of(PassageKind::Bleep) {
            let whole = bleep;
            for cut in removed.iter().filter(|cut| cut.end_ms > whole.start_ms && cut.start_ms < whole.end_ms) {
                if cut.start_ms > bleep.start_ms {
                    all.push(Self { end_ms: cut.start_ms, ..bleep });
                }
                bleep.start_ms = cut.end_ms;
            }
            if bleep.end_ms > bleep.start_ms {
                all.push(bleep);
            }
        }
        all.sort_by_key(|one| one.start_ms);
        all
    }
}

/// Reads an instant as people type it, to the millisecond: `1:02:03.250`, `2:03`, `90.5`. At most 100 hours.
pub fn instant_ms(text: &str) -> Option<i64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    if !(1..=9).contains(&fraction.len()) || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some(crate::share::moment_ms(whole)? + thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_are_read_as_people_type_them() {
        let remove = PassageKind::Remove;
        for (text, wanted) in [
            ("1:02:03.5-1:02:07", Some((3_723_500, 3_727_000))),
            ("90 – 92.25", Some((90_000, 92_250))),
            ("0-0.001", Some((0, 1))),
            ("2-2", None),
            ("3-2", None),
            ("2", None),
            ("2.-3", None),
            ("1.5.2-3", None),
            ("-3-4", None),
        ] {
            let wanted = wanted.map(|(start_ms, end_ms)| Passage { start_ms, end_ms, kind: remove });
            assert_eq!(Passage::parse(text, remove), wanted, "{text}");
        }
    }

    #[test]
    fn loudness_is_read_as_people_type_it() {
        for (text, loud) in [
            ("podcast", Some(Loud::Podcast)),
            ("EBU", Some(Loud::Ebu)),
            ("keep", Some(Loud::Keep)),
            ("-18", Some(Loud::Lufs(-180))),
            ("−18.5 LUFS", Some(Loud::Lufs(-185))),
            ("-3", None),
            ("-41", None),
            ("1e300", None),
            ("nan", None),
            ("loud", None),
        ] {
            assert_eq!(Loud::parse(text), loud, "{text}");
        }
    }

    #[test]
    fn numbers_that_cannot_be_done_are_told() {
        let plain = Recipe::default();
        assert_eq!((plain.fault(), plain.is_empty()), (None, true));
        for bad in [
            Recipe { high_pass_hz: Some(10), ..plain.clone() },
            Recipe { silence_dbfs: Some(-10), ..plain.clone() },
            Recipe { sample_rate_hz: Some(96_000), ..plain.clone() },
            Recipe { ends_ms: Some(60_001), ..plain.clone() },
            Recipe { vbr: Some(10), ..plain.clone() },
            Recipe { noise: Some(0), ..plain.clone() },
            Recipe { leveller: Some(101), ..plain.clone() },
            Recipe { noise: Some(50), sample_rate_hz: Some(44_100), ..plain.clone() },
            Recipe { loudness: Some(Loud::Lufs(0)), ..plain.clone() },
            Recipe { pauses: Some(Pauses { longer_than_ms: 100, keep_ms: 50 }), ..plain.clone() },
            Recipe { pauses: Some(Pauses { longer_than_ms: 1000, keep_ms: 1001 }), ..plain.clone() },
        ] {
            assert!(bad.fault().is_some(), "{bad:?}");
        }
        let good = Recipe { high_pass_hz: Some(80), ends_ms: Some(300), ..plain };
        assert_eq!((good.fault(), good.is_empty()), (None, false));
    }

    #[test]
    fn passages_are_put_in_order_and_joined() {
        let passage = |start_ms, end_ms, kind| Passage { start_ms, end_ms, kind };
        let (remove, bleep) = (PassageKind::Remove, PassageKind::Bleep);
        let given = [
            passage(900, 1_200, bleep),
            passage(500, 700, remove),
            passage(600, 1_000, remove),
            passage(400, 500, bleep),
            passage(300, 300, remove),
            passage(650, 660, bleep),
        ];
        let wanted = [passage(400, 500, bleep), passage(500, 1_000, remove), passage(1_000, 1_200, bleep)];
        assert_eq!(Passage::in_order(&given), wanted);
    }
}
