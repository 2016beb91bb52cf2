//! The recording as it will be heard: its silences found, its parts planned (`edit`), intro and outro opened and brought to
//! its loudness. What comes out is a recording like any other.

use super::edit::{self, Material, Wishes};
use super::remarks::named;
use super::request::ProcessRequest;
use super::shorter;
use crate::audio::leveller;
use crate::audio::loudness::LoudnessMeter;
use crate::audio::recording::{Block, Edited, EditedSource, Recording};
use crate::audio::resample::Resampler;
use crate::probe::{Listened, Looked, Pace, look};
use crate::{MediaError, Probed};
use hearthcast_model::facts::{Channels, Finding, MediaFacts, MediaKind, Peaks, Quiet};
use hearthcast_model::recipe::{Loud, Passage, Recipe};
use hearthcast_model::timeline::{Heard, Timeline};
use hearthcast_model::{Cancel, Preset, Progress};
use std::path::{Path, PathBuf};

/// A tone is quieter than the speech around it by so many LU: −20 dBFS at the customary loudness.
const TONE_LU: f64 = -4.0;
/// The highest sample of a tone where nobody knows how loud the speech is, and what it may be where one does, dBFS.
const TONE_DBFS: f64 = -20.0;
const TONES_DBFS: (f64, f64) = (-50.0, -6.0);

/// What is done to a recording besides its preset.
#[derive(Debug, Clone, Copy)]
pub struct Cutting<'a> {
    /// Where the recording stands.
    pub path: &'a Path,
    /// The preset.
    pub preset: Preset,
    /// The recipe.
    pub recipe: &'a Recipe,
    /// What is cut out or bleeped.
    pub passages: &'a [Passage],
    /// What is heard before it.
    pub intro: Option<&'a PathBuf>,
    /// What is heard after it.
    pub outro: Option<&'a PathBuf>,
}

/// A recording as it will be heard.
pub struct Cut {
    /// The recording.
    pub recording: Recording,
    /// Its length, and whether its channels are one.
    pub heard: Listened,
    /// Where the instants of the first recording are heard.
    pub timeline: Timeline,
    /// What was found in what is heard before and after it, where it is heard.
    pub findings: Vec<Finding>,
}

/// A sound that is heard before or after.
struct Addition {
    source: EditedSource,
    /// Its channels are one.
    is_one: bool,
    findings: Vec<Finding>,
}

impl<'a> Cutting<'a> {
    /// What a request asks for.
    pub fn of(request: &'a ProcessRequest) -> Self {
        let ProcessRequest { source, preset, recipe, passages, intro, outro, .. } = request;
        Self { path: source, preset: *preset, recipe, passages, intro: intro.as_ref(), outro: outro.as_ref() }
    }

    /// What cannot be done is told before anything is read.
    pub fn check(&self) -> Result<(), MediaError> {
        if let Some(fault) = self.recipe.fault() {
            return Err(self.refused(fault));
        }
        if self.passages.len() > Passage::MOST {
            let (marked, most) = (self.passages.len(), Passage::MOST);
            return Err(self.refused(format!("{marked} passages are marked; {most} are taken.")));
        }
        for (name, wished, file) in
            [("intro", &self.recipe.intro, self.intro), ("outro", &self.recipe.outro, self.outro)]
        {
            if wished.is_some() && file.is_none() {
                return Err(self.refused(format!("The file of the {name} is not there.")));
            }
        }
        Ok(())
    }

    /// Whether anything is cut out or added.
    pub fn is_any(&self) -> bool {
        let Recipe { ends_ms, pauses, .. } = self.recipe;
        !self.passages.is_empty()
            || self.intro.is_some()
            || self.outro.is_some()
            || ends_ms.is_some()
            || pauses.is_some()
    }

    /// Cuts and adds.
    pub fn run(
        &self,
        (master, quiet): (Recording, &[Quiet]),
        heard: Listened,
        known: &MediaFacts,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Cut, MediaError> {
        let lufs = known.loudness.and_then(|loudness| loudness.integrated_lufs);
        let intro = self.around("intro", self.intro, &master, lufs, cancel, progress)?;
        let outro = self.around("outro", self.outro, &master, lufs, cancel, progress)?;
        let length = |added: &Option<Addition>| added.as_ref().map_or(0, |one| one.source.frames);
        let material = Material {
            sample_rate: master.shape.sample_rate,
            master: heard.frames,
            intro: length(&intro),
            outro: length(&outro),
        };
        let wishes =
            Wishes { passages: self.passages, ends_ms: self.recipe.ends_ms, pauses: self.recipe.pauses, quiet };
        let edit = edit::plan(&material, &wishes)
            .ok_or_else(|| self.refused("Everything is cut out of it: there is nothing left to hear.".into()))?;
        let dual_mono = heard.dual_mono && [&intro, &outro].iter().all(|one| one.as_ref().is_none_or(|one| one.is_one));
        let tone = tone(lufs, master.shape.heard_channels());
        let master = EditedSource { recording: master, frames: heard.frames, gain: 1.0 };
        let mut findings = vec![];
        let mut placed = |added: Option<Addition>, from_ms: i64| {
            let Addition { source, findings: said, .. } = added?;
            let there = |said: Finding| Finding { at_ms: said.at_ms.map(|at| from_ms.saturating_add(at)), ..said };
            findings.extend(said.into_iter().map(there));
            Some(source)
        };
        let ends_ms = edit.timeline.outro_at_ms().unwrap_or_else(|| edit.timeline.length_ms());
        let around = (placed(intro, 0), placed(outro, ends_ms));
        let edited = Edited::new(master, around, edit.parts, tone);
        let heard = Listened { frames: edited.frames(), dual_mono };
        Ok(Cut { recording: Recording::edited(edited), heard, timeline: edit.timeline, findings })
    }

    /// The recording with everybody in it as loud as the others, where that is wished; `lufs` is how loud all of it is.
    pub fn levelled(
        &self,
        (recording, lufs): (Recording, Option<f64>),
        size: u64,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Recording, MediaError> {
        let (Some(percent), Some(lufs)) = (self.recipe.leveller, lufs) else { return Ok(recording) };
        let rate = recording.shape.sample_rate;
        let meter = metered(&recording, Pace::new("leveller", size, cancel, progress), size)?;
        Ok(recording.levelled(leveller::gains(&meter, rate, 0, lufs, percent)))
    }

    /// What is silence in the recording as it was made, where silences are shortened: a leveller changes none of them.
    pub fn silences(
        &self,
        master: &Recording,
        size: u64,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Vec<Quiet>, MediaError> {
        let Recipe { ends_ms, pauses, silence_dbfs, .. } = self.recipe;
        if ends_ms.is_none() && pauses.is_none() {
            return Ok(vec![]);
        }
        let dbfs = silence_dbfs.unwrap_or(Recipe::SILENCE_DBFS);
        Ok(shorter::listen(master, dbfs, Pace::new("silence", size, cancel, progress), size)?.quiet)
    }

    /// Opens what is heard before or after. It becomes as loud as the recording, except where every level stays.
    fn around(
        &self,
        name: &str,
        path: Option<&PathBuf>,
        master: &Recording,
        lufs: Option<f64>,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Option<Addition>, MediaError> {
        let Some(path) = path else { return Ok(None) };
        let (recording, heard, probed) = beside(path, cancel, progress)?;
        if probed.facts.duration_ms.unwrap_or(0) > Recipe::LONGEST_AROUND_MS {
            return Err(self.refused(format!("The {name} is longer than ten minutes.")));
        }
        let channels = (recording.shape.heard_channels(), master.shape.heard_channels());
        let own = probed.facts.loudness.and_then(|loudness| loudness.integrated_lufs);
        let keeps = match self.recipe.loudness {
            Some(loud) => loud == Loud::Keep,
            None => self.preset == Preset::LeaveAlone,
        };
        let gain_db = match (lufs, own) {
            (Some(lufs), Some(own)) if !keeps => lufs - own - fitted_lu(channels),
            _ => 0.0,
        };
        let most = super::plan::MOST_GAIN_DB;
        let gain = 10f64.powf(gain_db.clamp(-most, most) / 20.0) as f32;
        let frames = Resampler::length(recording.shape.sample_rate, master.shape.sample_rate, heard.frames);
        let is_one = channels.0 == 1 || heard.dual_mono;
        let findings = named(path, &probed.facts.findings);
        Ok(Some(Addition { source: EditedSource { recording, frames, gain }, is_one, findings }))
    }

    fn refused(&self, why: String) -> MediaError {
        MediaError::Recipe { path: self.path.to_string_lossy().into(), why }
    }
}

/// Looks at a recording that is heard with another one, and opens it. A picture is none.
pub fn beside(
    path: &Path,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Recording, Listened, Probed), MediaError> {
    let Looked { probed, recording } = look(path, None, cancel, progress)?;
    if probed.facts.kind != MediaKind::Audio {
        let what = format!("a picture ({})", probed.facts.container);
        return Err(MediaError::WrongKind { path: path.to_string_lossy().into(), what });
    }
    let (recording, heard) = opened(path, recording, &probed)?;
    Ok((recording, heard, probed))
}

/// How loud a recording of `size` bytes is from moment to moment.
pub fn metered(recording: &Recording, mut pace: Pace, size: u64) -> Result<LoudnessMeter, MediaError> {
    let (mut stream, mut block, mut meter) = (recording.stream()?, Block::default(), LoudnessMeter::without_peak());
    while stream.read(&mut block)? {
        let (planes, channels) = block.slices();
        meter.add(recording.shape.sample_rate, &planes[..channels]);
        pace.at(stream.position().min(size))?;
    }
    pace.at_end();
    Ok(meter)
}

/// What was looked at, opened; an MP3, too.
pub fn opened(
    path: &Path,
    recording: Option<(Recording, Listened)>,
    probed: &Probed,
) -> Result<(Recording, Listened), MediaError> {
    match recording {
        Some(opened) => Ok(opened),
        None => {
            let (recording, frames) = Recording::mp3(path)?;
            let condition = probed.facts.condition.as_ref();
            let dual_mono = condition.is_some_and(|condition| condition.channels == Channels::DualMono);
            Ok((recording, Listened { frames, dual_mono }))
        }
    }
}

/// How much louder a sound is once it has so many channels: one that becomes two is heard from both sides.
pub fn fitted_lu(channels: (usize, usize)) -> f64 {
    let double = 10.0 * 2f64.log10();
    match channels {
        (1, 2) => double,
        (2, 1) => -double,
        _ => 0.0,
    }
}

/// The highest sample of the tone. A sine has 3 LU less than its highest sample in one channel, the same in two.
pub fn tone(lufs: Option<f64>, channels: usize) -> f32 {
    let one = if channels == 1 { 10.0 * 2f64.log10() } else { 0.0 };
    let dbfs = lufs.map_or(TONE_DBFS, |lufs| (lufs + TONE_LU + one).clamp(TONES_DBFS.0, TONES_DBFS.1));
    10f64.powf(dbfs / 20.0) as f32
}

/// The waveform of what is heard, for choosing its loudest stretches; intro and outro are left flat.
pub fn peaks(of: &Peaks, timeline: &Timeline) -> Peaks {
    let slice_ms = i64::from(of.slice_ms.max(1));
    let (mut at_ms, mut low, mut high) = (0, vec![], vec![]);
    for piece in &timeline.pieces {
        let end_ms = at_ms + piece.length_ms;
        while (low.len() as i64) * slice_ms < end_ms {
            let inside = (low.len() as i64 * slice_ms - at_ms).max(0);
            let slice = match piece.heard {
                Heard::Master(from) => usize::try_from((from + inside) / slice_ms).ok(),
                Heard::Intro | Heard::Outro => None,
            };
            let value = |values: &[i8]| slice.and_then(|slice| values.get(slice)).copied().unwrap_or(0);
            low.push(value(&of.low));
            high.push(value(&of.high));
        }
        at_ms = end_ms;
    }
    Peaks { slice_ms: of.slice_ms, low, high }
}
