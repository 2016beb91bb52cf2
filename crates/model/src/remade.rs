//! Why a file that is made again is another one: the record of how each was made (`made` in the library) says it, without
//! looking into either.

use crate::{Preset, ProcessReport, Sha256};

/// How a file was made, as far as it decides its bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MadeOf<'a> {
    /// The file itself.
    pub hash: &'a Sha256,
    /// The recording.
    pub source: &'a Sha256,
    /// Hash of the tags inside.
    pub tags: &'a Sha256,
    /// Hash of the recipe and of everything it names, where there was one.
    pub recipe: Option<&'a Sha256>,
    /// Settings and encoder.
    pub report: &'a ProcessReport,
}

/// Why a file is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Another recording.
    Recording,
    /// Another preset: before and now.
    Preset(Preset, Preset),
    /// Something else is cut, added or evened out.
    Recipe,
    /// Another encoder or another version of it: before and now.
    Encoder(String, String),
    /// Other channels, another sample rate or, under the same preset, another bit rate.
    Shape,
    /// Another gain or another ceiling, though recording and preset are the same: it was measured or tuned anew.
    Level,
    /// Other tags, chapters or another cover.
    Tags,
    /// Everything that is known about both is the same.
    Unknown,
}

/// Why `new` is another file than `old`, the weightiest first; nothing when it is the same.
pub fn why_other(old: &MadeOf<'_>, new: &MadeOf<'_>) -> Vec<Reason> {
    if old.hash == new.hash {
        return vec![];
    }
    let (was, is) = (old.report, new.report);
    let shape = |report: &ProcessReport| (report.channels, report.sample_rate_hz, report.dual_mono);
    // Of formats whose packets differ in length the bit rate is measured, not set.
    let is_set = |report: &ProcessReport| report.encoder.starts_with("LAME") && report.recipe.vbr.is_none();
    let rate = is_set(was) && is_set(is) && was.bit_rate != is.bit_rate;
    let level = (was.gain_db, was.ceiling_dbtp) != (is.gain_db, is.ceiling_dbtp);
    // What follows from another recording, recipe or preset is no reason of its own.
    let deeper = old.source != new.source || old.recipe != new.recipe || was.preset != is.preset;
    let encoder = was.encoder != is.encoder;
    let mut reasons: Vec<Reason> = [
        (old.source != new.source).then_some(Reason::Recording),
        (was.preset != is.preset).then_some(Reason::Preset(was.preset, is.preset)),
        (old.recipe != new.recipe).then_some(Reason::Recipe),
        encoder.then(|| Reason::Encoder(was.encoder.clone(), is.encoder.clone())),
        (!deeper && (rate || shape(was) != shape(is))).then_some(Reason::Shape),
        (!deeper && !encoder && level).then_some(Reason::Level),
        (old.tags != new.tags).then_some(Reason::Tags),
    ]
    .into_iter()
    .flatten()
    .collect();
    if reasons.is_empty() {
        reasons.push(Reason::Unknown);
    }
    reasons
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plain = |encoder: &str| if encoder.is_empty() { "none".to_owned() } else { encoder.to_owned() };
        match self {
            Self::Recording => f.write_str("the recording is another one"),
            Self::Preset(was, is) => write!(f, "the preset was \"{}\" and is \"{}\"", was.name(), is.name()),
            Self::Recipe => f.write_str("the recipe is another one"),
            Self::Encoder(was, is) => write!(f, "the encoder was {} and is {}", plain(was), plain(is)),
            Self::Shape => f.write_str("channels, sample rate or bit rate are others"),
            Self::Level => f.write_str("it was brought to its loudness anew"),
            Self::Tags => f.write_str("title, chapters, cover or other tags are others"),
            Self::Unknown => f.write_str("nothing that is known about it changed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Loudness;

    fn report() -> ProcessReport {
        let loudness = Loudness { integrated_lufs: Some(-16.0), range_lu: Some(4.0), true_peak_dbtp: Some(-1.5) };
        ProcessReport {
            preset: Preset::SpeechStereo128,
            source: Sha256::of(b"recording"),
            before: loudness,
            after: loudness,
            target_lufs: Some(-16.0),
            gain_db: 3.5,
            ceiling_dbtp: Some(-2.0),
            limited_db: 0.0,
            limited_share: 0.0,
            rounds: 1,
            dual_mono: false,
            channels: 2,
            sample_rate_hz: 44_100,
            bit_rate: 128_000,
            encoder: "LAME 3.100".into(),
            recipe: Default::default(),
            passages: vec![],
            timeline: Default::default(),
            remarks: vec![],
        }
    }

    #[test]
    fn point_4_each_cause_is_named_and_what_follows_from_it_is_not() {
        let hash = |text: &str| Sha256::of(text.as_bytes());
        let (old_file, new_file, source, tags) = (hash("old"), hash("new"), hash("recording"), hash("tags"));
        let was = report();
        let old = MadeOf { hash: &old_file, source: &source, tags: &tags, recipe: None, report: &was };
        assert_eq!(why_other(&old, &old), []);
        let again = |change: &dyn Fn(&mut ProcessReport)| {
            let mut report = report();
            change(&mut report);
            report
        };
        let newer = again(&|r| r.encoder = "LAME 3.101".into());
        let mono = again(&|r| (r.preset, r.channels, r.bit_rate, r.gain_db) = (Preset::SpeechMono96, 1, 96_000, 0.5));
        let level = again(&|r| r.gain_db = 3.4);
        let rate = again(&|r| r.bit_rate = 96_000);
        let (same, other) = (report(), hash("other"));
        let new = MadeOf { hash: &new_file, report: &same, ..old };
        for (new, reasons) in [
            (MadeOf { source: &other, report: &level, ..new }, vec![Reason::Recording]),
            (MadeOf { report: &mono, ..new }, vec![Reason::Preset(Preset::SpeechStereo128, Preset::SpeechMono96)]),
            (MadeOf { recipe: Some(&other), report: &level, ..new }, vec![Reason::Recipe]),
            (MadeOf { report: &newer, ..new }, vec![Reason::Encoder("LAME 3.100".into(), "LAME 3.101".into())]),
            (MadeOf { report: &rate, ..new }, vec![Reason::Shape]),
            (MadeOf { report: &level, ..new }, vec![Reason::Level]),
            (MadeOf { tags: &other, source: &other, ..new }, vec![Reason::Recording, Reason::Tags]),
            (MadeOf { tags: &other, ..new }, vec![Reason::Tags]),
            (new, vec![Reason::Unknown]),
        ] {
            let found = why_other(&old, &new);
            assert_eq!(found, reasons);
            assert!(found.iter().all(|reason| !reason.to_string().is_empty()));
        }
        // The bit rate of Opus is measured: a few bits more are no reason.
        let opus = |bit_rate| again(&|r| (r.encoder, r.bit_rate) = ("libopus 1.5".into(), bit_rate));
        let (before, after) = (opus(64_010), opus(64_020));
        let old = MadeOf { report: &before, ..old };
        assert_eq!(why_other(&old, &MadeOf { report: &after, ..new }), [Reason::Unknown]);
    }
}
