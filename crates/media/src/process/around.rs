//! The sound around the place of an audition: what is cut there depends on silences that begin before and end after, and how
//! loud a speaker becomes on what is said around.

use super::audition::{AuditionRequest, sample};
use super::cutting::tone;
use super::edit::{self, Material, Wishes};
use super::silences::Silences;
use crate::MediaError;
use crate::audio::gains::Gains;
use crate::audio::loudness::LoudnessMeter;
use crate::audio::recording::{Block, Edited, EditedSource, Recording, is_one};
use crate::audio::{denoise, leveller};
use hearthcast_model::Cancel;
use hearthcast_model::facts::Quiet;
use hearthcast_model::recipe::{Passage, PassageKind, Recipe};

/// Sound around the place that is looked at for silences, milliseconds.
const AROUND_MS: i64 = 2_000;

/// What was heard there.
pub struct Around {
    /// Where it begins, milliseconds and samples.
    from_ms: i64,
    first: u64,
    frames: u64,
    quiet: Vec<Quiet>,
    /// Both channels are one.
    pub dual_mono: bool,
    /// What brings speakers together there, where that is wished.
    pub gains: Option<Gains>,
}

impl Around {
    /// Listens to as much as is needed.
    pub fn hear(
        master: &Recording,
        request: &AuditionRequest,
        lufs: Option<f64>,
        cancel: &Cancel,
    ) -> Result<Self, MediaError> {
        let AuditionRequest { recipe, passages, at_ms, length_ms, .. } = request;
        let longest = recipe.pauses.map_or(0, |pauses| i64::from(pauses.longer_than_ms));
        let longest = longest.max(recipe.leveller.map_or(0, |_| leveller::MARGIN_MS));
        let longest = longest.max(recipe.noise.map_or(0, |_| denoise::MARGIN_MS));
        let trims = recipe.pauses.is_some() || recipe.ends_ms.is_some();
        let margin = AROUND_MS + longest;
        let grid = recipe.noise.map_or(leveller::GRID_MS, |_| denoise::GRID_MS);
        let from_ms = at_ms.saturating_sub(margin).max(0) / grid * grid;
        // Twice as long where pauses are shortened.
        let wanted = i64::from(*length_ms) * if trims { 2 } else { 1 };
        let mut to_ms = at_ms.saturating_add(wanted);
        for cut in Passage::in_order(passages).iter().filter(|one| one.kind == PassageKind::Remove) {
            if cut.end_ms > *at_ms && cut.start_ms < to_ms {
                to_ms = to_ms.saturating_add(cut.end_ms - cut.start_ms.max(*at_ms));
            }
        }
        let rate = master.shape.sample_rate;
        let first = sample(from_ms, rate);
        let most = sample(to_ms.saturating_add(margin), rate) - first;
        let dbfs = recipe.silence_dbfs.unwrap_or(Recipe::SILENCE_DBFS);
        let mut silences = Silences::quieter_than(dbfs, rate);
        let (mut stream, mut block) = (master.stream_from(first, None)?, Block::default());
        let (mut frames, mut one, mut meter) = (0, true, LoudnessMeter::without_peak());
        while frames < most && stream.read(&mut block)? {
            cancel.check().map_err(|_| MediaError::Cancelled)?;
            block.truncate(usize::try_from(most - frames).unwrap_or(usize::MAX));
            frames += block.frames() as u64;
            silences.add(&block);
            if recipe.leveller.is_some() {
                let (planes, channels) = block.slices();
                meter.add(rate, &planes[..channels]);
            }
            one = one && is_one(&block);
        }
        let end_ms = (frames * 1000 / u64::from(rate)) as i64;
        // What goes on beyond what was heard is no silence of the ends.
        let inside =
            |quiet: &Quiet| (from_ms == 0 || quiet.from_ms > 0) && (frames < most || quiet.to_ms < end_ms - 10);
        let mut quiet = if trims { silences.finish() } else { vec![] };
        quiet.retain(inside);
        let dual_mono = one && master.shape.channels == 2;
        let gains = |(percent, lufs)| leveller::gains(&meter, rate, from_ms, lufs, percent);
        Ok(Self { from_ms, first, frames, quiet, dual_mono, gains: recipe.leveller.zip(lufs).map(gains) })
    }

    /// The recording with what is cut and bleeped there, and where the place is in it.
    pub fn edited(self, master: Recording, request: &AuditionRequest, lufs: Option<f64>) -> Option<(Recording, i64)> {
        let sample_rate = master.shape.sample_rate;
        let material = Material { sample_rate, master: self.frames, intro: 0, outro: 0 };
        let here = |ms: i64| ms.saturating_sub(self.from_ms);
        let passages: Vec<Passage> = request
            .passages
            .iter()
            .map(|one| Passage { start_ms: here(one.start_ms), end_ms: here(one.end_ms), ..*one })
            .collect();
        let Recipe { ends_ms, pauses, .. } = request.recipe;
        let edit = edit::plan(&material, &Wishes { passages: &passages, ends_ms, pauses, quiet: &self.quiet })?;
        let mut parts = edit.parts;
        for part in parts.iter_mut().filter(|part| part.voice == crate::audio::recording::Voice::Master) {
            part.at += self.first;
        }
        let tone = tone(lufs, master.shape.heard_channels());
        let frames = self.first + self.frames;
        let master = EditedSource { recording: master, frames, gain: 1.0 };
        let edited = Recording::edited(Edited::new(master, (None, None), parts, tone));
        Some((edited, edit.timeline.nearest_output(here(request.at_ms))))
    }
}
