//! What is made of the author's files can be made again: what is missing or outdated, why, and what became of it. What is published
//! is never touched.

use crate::remade::{MadeOf, Reason, why_other};
use crate::{EpisodeId, Preset, ProcessReport, Recipe, Sha256, ShowId};
use serde::{Deserialize, Serialize};

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DeriveWhat {
    /// The sound of an episode, in all its formats.
    Sound,
    /// What a sound looks like, and how loud it is from second to second.
    Waveform,
    /// Smaller copies of a picture.
    Copies,
    /// Copies of a picture in AVIF.
    Avif,
}

/// Why it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DeriveWhy {
    /// `missing`, `absent`, `format`, `analysis`, or a reason of [`Reason`]: `recording`, `preset`, `recipe`, `encoder`, `shape`,
    /// `level`, `tags`, `unknown`.
    pub code: String,
    /// The same in words.
    pub words: String,
}

impl DeriveWhy {
    /// A reason of its own.
    pub fn new(code: &str, words: impl Into<String>) -> Self {
        Self { code: code.into(), words: words.into() }
    }
}

impl From<&Reason> for DeriveWhy {
    fn from(reason: &Reason) -> Self {
        let code = match reason {
            Reason::Recording => "recording",
            Reason::Preset(..) => "preset",
            Reason::Recipe => "recipe",
            Reason::Encoder(..) => "encoder",
            Reason::Shape => "shape",
            Reason::Level => "level",
            Reason::Tags => "tags",
            Reason::Unknown => "unknown",
        };
        Self::new(code, reason.to_string())
    }
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DeriveFate {
    /// It would be made.
    Planned,
    /// It was made.
    Done,
    /// It is published, and so stays as it is.
    Published,
    /// What it is made of is not on this disk.
    NoSource,
    /// It could not be made; `problem` says why.
    Failed,
}

/// One thing to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DeriveStep {
    /// What.
    pub what: DeriveWhat,
    /// Of which show; none for what belongs to a file alone.
    pub show: Option<ShowId>,
    /// Of which episode.
    pub episode: Option<EpisodeId>,
    /// Title of the episode or show, or the file's name.
    pub title: String,
    /// The file it is about: the sound that is outdated, the file that is looked at, the picture.
    pub file: Option<Sha256>,
    /// Why.
    pub why: Vec<DeriveWhy>,
    /// What becomes of it.
    pub fate: DeriveFate,
    /// Why it could not be made; empty when it could.
    pub problem: String,
}

/// How a sound would be made today.
#[derive(Debug, Clone, PartialEq)]
pub struct Today<'a> {
    /// Of which recording.
    pub source: &'a Sha256,
    /// Hash of its tags.
    pub tags: &'a Sha256,
    /// With which preset.
    pub preset: Preset,
    /// What else is done; see [`hash_of_edit`].
    pub edit: Option<&'a Sha256>,
    /// By which encoder.
    pub encoder: &'a str,
}

/// Why a sound that was made would be another one today; nothing when it would be the same.
pub fn why_made_again(old: &MadeOf<'_>, today: &Today<'_>) -> Vec<Reason> {
    let encoder = if old.report.encoder.is_empty() { String::new() } else { today.encoder.to_owned() };
    let report = ProcessReport { preset: today.preset, encoder, ..old.report.clone() };
    // No file has this name; what decides is all the rest.
    let hash = Sha256::of(b"today");
    let new = MadeOf { hash: &hash, source: today.source, tags: today.tags, recipe: today.edit, report: &report };
    why_other(old, &new).into_iter().filter(|reason| *reason != Reason::Unknown).collect()
}

/// Names what is done to a recording besides its preset; `None` for nothing.
pub fn hash_of_edit(recipe: &Recipe, passages: &[crate::Passage]) -> Option<Sha256> {
    if recipe.is_empty() && passages.is_empty() {
        return None;
    }
    let text = serde_json::to_string(&(recipe, passages)).unwrap_or_default();
    Some(Sha256::of(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Loudness;
    use crate::{Passage, PassageKind};

    fn report() -> ProcessReport {
        let loudness = Loudness { integrated_lufs: Some(-16.0), range_lu: Some(4.0), true_peak_dbtp: Some(-1.5) };
        ProcessReport {
            preset: Preset::SpeechMono96,
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
            channels: 1,
            sample_rate_hz: 44_100,
            bit_rate: 96_000,
            encoder: "LAME 3.100".into(),
            recipe: Recipe::default(),
            passages: vec![],
            timeline: Default::default(),
            remarks: vec![],
        }
    }

    #[test]
    fn point_9_a_sound_is_outdated_by_what_decides_its_bytes_and_by_nothing_else() {
        let (file, source, tags) = (Sha256::of(b"file"), Sha256::of(b"recording"), Sha256::of(b"tags"));
        let report = report();
        let old = MadeOf { hash: &file, source: &source, tags: &tags, recipe: None, report: &report };
        let today =
            Today { source: &source, tags: &tags, preset: Preset::SpeechMono96, edit: None, encoder: "LAME 3.100" };
        assert_eq!(why_made_again(&old, &today), []);
        let cut = [Passage { start_ms: 0, end_ms: 9, kind: PassageKind::Remove }];
        let edit = hash_of_edit(&Recipe::default(), &cut);
        let other = Sha256::of(b"other");
        for (today, reason) in [
            (Today { source: &other, ..today.clone() }, Reason::Recording),
            (Today { tags: &other, ..today.clone() }, Reason::Tags),
            (Today { edit: edit.as_ref(), ..today.clone() }, Reason::Recipe),
            (Today { encoder: "LAME 4.0", ..today.clone() }, Reason::Encoder("LAME 3.100".into(), "LAME 4.0".into())),
        ] {
            assert_eq!(why_made_again(&old, &today), [reason]);
        }
        assert_eq!(hash_of_edit(&Recipe::default(), &[]), None);
    }
}
