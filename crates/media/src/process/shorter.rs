//! What shortening silences will do to a recording, before anything is made of it: it is listened to as when it is made, and
//! planned by the very function that plans the cuts. Changing how much stays of a silence needs no second listening.

use super::edit::{self, Material, Wishes};
use super::silences::Silences;
use crate::audio::recording::Recording;
use crate::probe::Pace;
use crate::worker::path_text;
use crate::{MediaError, probe};
use hearthcast_model::facts::Quiet;
use hearthcast_model::recipe::{Passage, Recipe};
use hearthcast_model::silences::ShorterSilences;
use hearthcast_model::{Cancel, Progress};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Which recording is listened to, and what is silence in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilencesRequest {
    /// The recording. It is only read.
    #[serde(with = "path_text")]
    pub source: PathBuf,
    /// What is quieter than so many dBFS is silence.
    pub dbfs: i8,
}

/// The silences of a recording, and how long it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundSilences {
    /// Samples per second.
    pub sample_rate: u32,
    /// Samples of the recording.
    pub frames: u64,
    /// Its silences, in order.
    pub quiet: Vec<Quiet>,
}

/// Listens to a recording for its silences.
pub fn silences(
    request: &SilencesRequest,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<FoundSilences, MediaError> {
    let master = probe::open(&request.source, cancel, progress)?;
    let size = std::fs::metadata(&request.source).map_or(0, |about| about.len());
    listen(&master, request.dbfs, Pace::new("silence", size, cancel, progress), size)
}

/// The same of a recording of `size` bytes that is open.
pub(super) fn listen(master: &Recording, dbfs: i8, mut pace: Pace<'_>, size: u64) -> Result<FoundSilences, MediaError> {
    let sample_rate = master.shape.sample_rate;
    let mut stream = master.stream()?;
    let quiet = Silences::quieter_than(dbfs, sample_rate).hear(&mut stream, &mut |at| pace.at(at.min(size)))?;
    pace.at_end();
    Ok(FoundSilences { sample_rate, frames: stream.frames(), quiet })
}

impl FoundSilences {
    /// What a recipe does to them, with these passages cut out and so many milliseconds put around; `None` when nothing of the
    /// recording is left.
    pub fn shortened(&self, recipe: &Recipe, passages: &[Passage], around_ms: i64) -> Option<ShorterSilences> {
        let material = Material { sample_rate: self.sample_rate, master: self.frames, intro: 0, outro: 0 };
        let stay = Wishes { passages, ends_ms: None, pauses: None, quiet: &self.quiet };
        let go = Wishes { ends_ms: recipe.ends_ms, pauses: recipe.pauses, ..stay };
        let (before, after) = (edit::plan(&material, &stay)?.timeline, edit::plan(&material, &go)?.timeline);
        let end_ms = material.ms(material.master);
        let mut told = ShorterSilences {
            before_ms: before.length_ms() + around_ms,
            after_ms: after.length_ms() + around_ms,
            ..ShorterSilences::default()
        };
        // What was cut out anyway is no silence that becomes shorter.
        let anyway = before.removed(end_ms);
        for (from, to) in after.removed(end_ms) {
            let gone = to - from - within(&anyway, from, to);
            match (from == 0, to == end_ms) {
                _ if gone == 0 => (),
                (true, _) => told.head_ms += gone,
                (_, true) => told.tail_ms += gone,
                _ => {
                    told.first_ms.get_or_insert(from);
                    told.between_ms += gone;
                    told.count += 1;
                }
            }
        }
        Some(told)
    }
}

/// How much of these spans, which are in order, lies between two instants.
fn within(spans: &[(i64, i64)], from: i64, to: i64) -> i64 {
    let first = spans.partition_point(|span| span.1 <= from);
    let inside = spans[first..].iter().take_while(|span| span.0 < to);
    inside.map(|span| span.1.min(to) - span.0.max(from)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::recipe::{PassageKind, Pauses};

    fn found(quiet: &[(i64, i64)]) -> FoundSilences {
        let quiet = quiet.iter().map(|&(from_ms, to_ms)| Quiet { from_ms, to_ms }).collect();
        FoundSilences { sample_rate: 44_100, frames: 60 * 44_100, quiet }
    }

    fn remove(start_ms: i64, end_ms: i64) -> Passage {
        Passage { start_ms, end_ms, kind: PassageKind::Remove }
    }

    fn recipe() -> Recipe {
        let pauses = Some(Pauses { longer_than_ms: 1_000, keep_ms: 600 });
        Recipe { ends_ms: Some(300), pauses, ..Recipe::default() }
    }

    #[test]
    fn every_silence_that_becomes_shorter_is_counted_once() {
        let found = found(&[(0, 3_000), (10_000, 12_000), (20_000, 21_000), (30_000, 34_000), (58_000, 60_000)]);
        let told = found.shortened(&recipe(), &[], 0).unwrap();
        let wanted = ShorterSilences {
            count: 2,
            between_ms: 1_400 + 3_400,
            head_ms: 2_700,
            tail_ms: 1_700,
            before_ms: 60_000,
            after_ms: 60_000 - 4_800 - 2_700 - 1_700,
            first_ms: Some(10_300),
        };
        assert_eq!(told, wanted);
        // What is put around makes both longer.
        let around = found.shortened(&recipe(), &[], 5_000).unwrap();
        assert_eq!((around.before_ms, around.after_ms), (65_000, wanted.after_ms + 5_000));
        let nothing = found.shortened(&Recipe::default(), &[], 0).unwrap();
        assert_eq!(nothing, ShorterSilences { before_ms: 60_000, after_ms: 60_000, ..ShorterSilences::default() });
    }

    #[test]
    fn what_was_cut_out_anyway_is_no_silence() {
        let found = found(&[(0, 3_000), (9_500, 10_000), (12_000, 13_000), (50_000, 60_000)]);
        // The front of the first silence, what lies between two, and all behind the last word are cut out.
        let passages = [remove(0, 1_000), remove(10_000, 12_000), remove(40_000, 41_000), remove(52_000, 60_000)];
        let told = found.shortened(&recipe(), &passages, 0).unwrap();
        let cut_ms = 1_000 + 2_000 + 1_000 + 8_000;
        assert_eq!((told.before_ms, told.head_ms, told.tail_ms), (60_000 - cut_ms, 1_700, 1_700));
        assert_eq!((told.count, told.between_ms, told.first_ms), (1, 900, Some(9_800)));
        assert_eq!(told.after_ms, told.before_ms - 1_700 - 1_700 - 900);
        assert_eq!(found.shortened(&recipe(), &[remove(0, 60_000)], 0), None, "nothing is left");
    }
}
