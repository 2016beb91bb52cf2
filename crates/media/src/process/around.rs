//! The sound around the place of an audition: what is cut there depends on silences that begin before and end after, and how
//! loud a speaker becomes on what is said around. What is cut out is passed over, but for the sound next to its ends.

use super::audition::{AuditionRequest, sample};
use super::cutting::tone;
use super::edit::{self, Material, Wishes};
use super::silences::Silences;
use crate::MediaError;
use crate::audio::gains::Gains;
use crate::audio::loudness::LoudnessMeter;
use crate::audio::recording::{Block, Edited, EditedSource, Recording, Stream, is_one};
use crate::audio::{denoise, leveller};
use hearthcast_model::Cancel;
use hearthcast_model::facts::Quiet;
use hearthcast_model::recipe::{Passage, PassageKind, Recipe};
use std::ops::Range;

/// Sound around the place that is looked at for silences, milliseconds.
const AROUND_MS: i64 = 2_000;
/// No recording is longer: ten thousand hours.
const LONGEST_MS: i64 = 10_000 * 3_600_000;

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
        let removed = Passage::in_order(passages).into_iter().filter(|one| one.kind == PassageKind::Remove);
        let removed: Vec<Passage> = removed.collect();
        // Where it begins in the middle of what is cut out, the seam is heard, and what leads there.
        let inside = removed.iter().find(|cut| cut.start_ms < *at_ms && *at_ms < cut.end_ms);
        let begins_ms = inside.map_or(*at_ms, |cut| cut.start_ms);
        let from_ms = begins_ms.saturating_sub(margin).max(0) / grid * grid;
        // Twice as long where pauses are shortened.
        let wanted = i64::from(*length_ms) * if trims { 2 } else { 1 };
        let mut to_ms = at_ms.saturating_add(wanted);
        for cut in &removed {
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
        // The seconds that begin here are heard as they are, too.
        let heard = at_ms.saturating_sub(margin)..at_ms.saturating_add(i64::from(*length_ms) + margin);
        let mut needless = needless(&removed, &heard, from_ms, margin).into_iter();
        let mut more = next(&mut stream, &mut block, cancel)?;
        loop {
            let gap = needless.next();
            let until = gap.as_ref().map_or(most, |gap| most.min(gap.start * u64::from(rate)));
            while more && frames < until {
                block.truncate(usize::try_from(until - frames).unwrap_or(usize::MAX));
                frames += block.frames() as u64;
                silences.add(&block);
                if recipe.leveller.is_some() {
                    let (planes, channels) = block.slices();
                    meter.add(rate, &planes[..channels]);
                }
                one = one && is_one(&block);
                more = next(&mut stream, &mut block, cancel)?;
            }
            let Some(gap) = gap.filter(|_| more && until < most) else { break };
            stream = master.stream_from(first + gap.end * u64::from(rate), Some(stream))?;
            if !next(&mut stream, &mut block, cancel)? {
                // It is cut out up to its end.
                break;
            }
            let seconds = gap.end - gap.start;
            frames += seconds * u64::from(rate);
            silences.pass_over(seconds);
            if recipe.leveller.is_some() {
                meter.pass_over(seconds);
            }
        }
        let end_ms = (frames * 1000 / u64::from(rate)) as i64;
        // What goes on beyond what was heard is no silence of the ends.
        let whole = |quiet: &Quiet| (from_ms == 0 || quiet.from_ms > 0) && (frames < most || quiet.to_ms < end_ms - 10);
        let mut quiet = if trims { silences.finish() } else { vec![] };
        quiet.retain(whole);
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

/// Fills a block with what comes next, passing over what is passed over; false at the end.
fn next(stream: &mut Stream, block: &mut Block, cancel: &Cancel) -> Result<bool, MediaError> {
    loop {
        cancel.check().map_err(|_| MediaError::Cancelled)?;
        let more = stream.read(block)?;
        if !more || block.frames() > 0 {
            return Ok(more);
        }
    }
}

/// The middle of what is cut out, in whole seconds from `from_ms` on: nothing of it is heard, no silence reaches through it, and
/// no gain hangs on it. Not where something is `heard` anyway.
fn needless(removed: &[Passage], heard: &Range<i64>, from_ms: i64, margin: i64) -> Vec<Range<u64>> {
    let middles = removed.iter().flat_map(|cut| {
        let from = cut.start_ms.max(from_ms).saturating_add(margin);
        let to = cut.end_ms.min(LONGEST_MS) - margin;
        [(from, to.min(heard.start)), (from.max(heard.end), to)]
    });
    let seconds = |(from, to): (i64, i64)| {
        let [from, to] = [from, to].map(|ms| ms.saturating_sub(from_ms).max(0).unsigned_abs());
        from.div_ceil(1000)..to / 1000
    };
    middles.map(seconds).filter(|gap| gap.start < gap.end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::denoise::HEARD_FRAMES;
    use crate::audio::recording::DECODED_MP3_FRAMES;
    use crate::process::audition;
    use hearthcast_model::Preset;
    use hearthcast_model::facts::Loudness;
    use hearthcast_model::recipe::{Loud, Pauses};
    use std::path::Path;
    use std::process::Command;

    fn remove(start_ms: i64, end_ms: i64) -> Passage {
        Passage { start_ms, end_ms, kind: PassageKind::Remove }
    }

    #[test]
    fn only_the_middle_of_what_is_cut_out_is_passed_over() {
        let removed = [remove(20_000, 23_000), remove(30_300, 90_700)];
        // Two seconds on either side are heard; nothing of the short one is passed over.
        let gaps = |removed: &[Passage], heard: Range<i64>, from_ms: i64| -> Vec<(u64, u64)> {
            needless(removed, &heard, from_ms, 2_000).into_iter().map(|gap| (gap.start, gap.end)).collect()
        };
        assert_eq!(gaps(&removed, 8_000..22_000, 8_000), [(25, 80)]);
        // The place is in the middle of it.
        assert_eq!(gaps(&removed, 58_000..72_000, 28_000), [(5, 30), (44, 60)]);
        assert_eq!(gaps(&[remove(0, i64::MAX)], 0..14_000, 0), [(14, 35_999_998)]);
    }

    fn run(program: &str, args: &[&str]) {
        let output = Command::new(program).args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// An hour of MP3: one minute's frames, again and again.
    fn hour(folder: &Path) -> std::path::PathBuf {
        let place = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        let (wav, minute, hour) = (place("minute.wav"), place("minute.mp3"), folder.join("hour.mp3"));
        let noise = "synth 60 pinknoise gain -n -20".split(' ');
        run(
            "sox",
            &["-R", "-n", "-r", "44100", "-b", "16", "-c", "2", &wav].into_iter().chain(noise).collect::<Vec<_>>(),
        );
        run("lame", &["--quiet", "-t", "--nores", "-b", "128", &wav, &minute]);
        std::fs::write(&hour, std::fs::read(minute).unwrap().repeat(60)).unwrap();
        hour
    }

    fn asked(source: &Path, name: &str, at_ms: i64, recipe: Recipe) -> AuditionRequest {
        AuditionRequest {
            source: source.to_owned(),
            output: source.with_file_name(format!("{name}.wav")),
            before: None,
            at_ms,
            length_ms: 10_000,
            preset: Preset::LeaveAlone,
            recipe,
            passages: vec![],
            loudness: Some(Loudness { integrated_lufs: Some(-23.0), range_lu: None, true_peak_dbtp: None }),
        }
    }

    #[test]
    fn whatever_the_setting_little_is_decoded_and_cleaned_around_the_place() {
        let folder = tempfile::tempdir().unwrap();
        let source = hour(folder.path());
        let (loudness, pauses) = (Some(Loud::Ebu), Some(Pauses { longer_than_ms: 1_500, keep_ms: 800 }));
        let noise = Recipe { noise: Some(80), ..Recipe::default() };
        let leveller = Recipe { leveller: Some(70), ..Recipe::default() };
        let all =
            Recipe { loudness, high_pass_hz: Some(80), noise: Some(80), leveller: Some(70), pauses, ..noise.clone() };
        let silences = Recipe { pauses, ends_ms: Some(300), ..Recipe::default() };
        for (name, recipe) in [("noise", noise), ("leveller", leveller), ("silences", silences), ("all", all)] {
            let cleans = recipe.noise.is_some();
            let before = (DECODED_MP3_FRAMES.get(), HEARD_FRAMES.get());
            let request = asked(&source, name, 3_005_000, recipe);
            assert_eq!(audition(&request, &Cancel::default(), &mut |_| ()).unwrap().length_ms, 10_000);
            let decoded = (DECODED_MP3_FRAMES.get() - before.0) * 1152 / 44_100;
            assert!((10..150).contains(&decoded), "{name}: {decoded} s were decoded");
            // Ten seconds of two channels, and at most fourteen before and one behind, once: the network is what takes longest.
            let cleaned = (HEARD_FRAMES.get() - before.1) / 100;
            let wanted = if cleans { 20..=50 } else { 0..=0 };
            assert!(wanted.contains(&cleaned), "{name}: {cleaned} s were cleaned");
        }
    }

    #[test]
    fn what_is_cut_out_is_not_decoded() {
        let folder = tempfile::tempdir().unwrap();
        let source = hour(folder.path());
        let pauses = Some(Pauses { longer_than_ms: 2_000, keep_ms: 800 });
        let recipe = Recipe { leveller: Some(70), pauses, ..Recipe::default() };
        for at_ms in [295_000, 1_500_000] {
            let passages = vec![remove(300_000, 3_000_000)];
            let request = AuditionRequest { passages, ..asked(&source, &at_ms.to_string(), at_ms, recipe.clone()) };
            let before = DECODED_MP3_FRAMES.get();
            let made = audition(&request, &Cancel::default(), &mut |_| ()).unwrap();
            assert_eq!(made.length_ms, 10_000);
            let seconds = (DECODED_MP3_FRAMES.get() - before) * 1152 / 44_100;
            // The seconds themselves a few times, and what is around them and the seam; not the 45 minutes.
            assert!((20..300).contains(&seconds), "{at_ms}: {seconds} s were decoded");
        }
    }
}
