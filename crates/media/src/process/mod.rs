//! A recording in, the file listeners get out: measured, brought to the preset's loudness, limited, encoded, tagged,
//! decoded again and measured again.
//!
//! The way through the files: `request` → `mixing` (several microphones, where there are several) → `cutting` (what is cut out,
//! put around and bleeped by the recipe, and everybody as loud as the others) → `plan` (what the preset means here) → `tune`
//! (gain and ceiling, by listening and by trial) → `rounds` (until the result is right), each through `sound` (mixed,
//! resampled, gain, limiter) and `parallel` (several `lame`, joined) into `output`, decoded as it grows. Several formats go this way
//! side by side (`several`), each with a hand of its own (`hands`). Opus, FLAC, M4A and MP3 of a varying bit rate (`vbr`) go through
//! `whole` instead, front to back. Runs inside the worker; programs call
//! [`crate::worker::Worker::process`], which runs this in a process of its own, writes to a temporary file and renames
//! it when the result was checked. MP3 and M4A are copied bit by bit, unless the recipe or a passage changes their sound.

mod around;
mod audition;
mod cutting;
mod edit;
#[cfg(test)]
mod edited_sound;
mod flac;
mod grown;
mod hands;
mod info_frame;
mod lame;
mod left_out;
mod logical;
mod m4a;
mod mixing;
mod opus;
mod output;
mod parallel;
mod plan;
mod remarks;
mod request;
mod retag;
mod room;
mod rounds;
mod segments;
mod several;
mod shorter;
mod silences;
mod sound;
mod spoken;
mod stretches;
mod tune;
mod vbr;
mod wav;
mod whole;

pub use audition::{AuditionRequest, Auditioned, MOST_MS as MOST_AUDITION_MS, audition};
pub(crate) use output::Output;
pub use output::Partial;
pub(crate) use request::TakenOver;
pub use request::{ChapterPicture, Further, MadeFurther, ProcessRequest, Processed, TagsToWrite, needs_encoding};
pub(crate) use retag::flac_sound;
pub use retag::retag;
pub use room::estimate;
pub(crate) use room::room_for;
pub use shorter::{FoundSilences, SilencesRequest, silences};
pub use spoken::{PHASE as SPOKEN_PHASE, SpokenWav, spoken_wav};

use crate::audio::recording::hash;
use crate::audio::resample::Resampler;
use crate::probe::{Looked, Pace, Source, look};
use crate::tags::chapter_pictures::ChapterPictures;
use crate::tags::write_comments::Comments;
use crate::tags::write_mp4::Mp4Tags;
use crate::{MediaError, Probed, tags};
use cutting::{Cut, Cutting};
use hands::Hands;
use hearthcast_model::facts::{Loudness, MediaKind, Peaks};
use hearthcast_model::recipe::Recipe;
use hearthcast_model::timeline::Timeline;
use hearthcast_model::{AudioFormat, Cancel, Chapter, MediaFacts, Preset, ProcessReport, Progress};
use mixing::Mixing;
use plan::{Given, Plan};
use rounds::{Made, Rounds, Tag};
use several::Several;
use std::path::Path;

/// Makes the files. What is to be made must not exist; on failure nothing is left there.
pub fn process(
    request: &ProcessRequest,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Processed, MediaError> {
    let cutting = Cutting::of(request);
    cutting.check()?;
    let mixing = Mixing { path: &request.source, tracks: &request.tracks };
    mixing.check()?;
    let Looked { probed, recording } = look(&request.source, request.known.as_deref(), cancel, progress)?;
    let changes = request.changes_sound(&probed.facts);
    if recording.is_none() && !(changes && probed.facts.kind == MediaKind::Audio) {
        let path = request.source.to_string_lossy().into_owned();
        let alone = request.format == AudioFormat::Mp3 && request.further.is_empty();
        return match probed.facts.kind {
            MediaKind::Audio if alone => copy(request, probed, cancel, progress),
            MediaKind::Audio => Err(MediaError::OnlyOfRecordings { path }),
            _ => Err(MediaError::WrongKind { path, what: format!("a picture ({})", probed.facts.container) }),
        };
    }
    let opened = cutting::opened(&request.source, recording, &probed)?;
    let (recording, heard, probed) = match request.tracks.is_empty() {
        true => (opened.0, opened.1, probed),
        false => mixing.run(opened, probed, cancel, progress)?,
    };
    let lufs = probed.facts.loudness.and_then(|loudness| loudness.integrated_lufs);
    let size = probed.facts.size_bytes;
    let quiet = cutting.silences(&recording, size, cancel, progress)?;
    let recording = cutting.levelled((recording, lufs), size, cancel, progress)?;
    let cut = match cutting.is_any() {
        true => cutting.run((recording, &quiet), heard, &probed.facts, cancel, progress)?,
        false => Cut { recording, heard, timeline: whole(&probed.facts), findings: vec![] },
    };
    let (cut, known) = (&cut, &probed);
    let waveform = known.peaks.as_ref().map(|peaks| cutting::peaks(peaks, &cut.timeline));
    let further = request.further.iter().map(|further| (further.format, further.output.as_path()));
    let formats: Vec<_> = [(request.format, request.output.as_path())].into_iter().chain(further).collect();
    let hands = Hands::new(Hands::here(), formats.len());
    let source = Heard { request, cut, known, waveform: &waveform, hands: &hands };
    let length = MediaFacts { duration_ms: Some(cut.timeline.length_ms()), ..probed.facts.clone() };
    room::check(&length, (request.preset, &request.recipe), &formats)?;
    let as_it_is = request.format == AudioFormat::Mp3 && !changes && !needs_encoding(&probed.facts, request.preset);
    // What is passed on with its level has it in other formats, too.
    let preset = if as_it_is { Preset::LeaveAlone } else { request.preset };
    let make = |which: usize, cancel: &Cancel, progress: &mut dyn FnMut(Progress)| -> Result<Processed, MediaError> {
        let (format, path) = formats[which];
        match which == 0 && as_it_is {
            true => copy(request, probed.clone(), cancel, progress),
            false => source.encode(format, preset, path, cancel, progress),
        }
    };
    let may_miss = |which: usize, why: &MediaError| which > 0 && left_out::may_be(formats[which].0, why);
    let several = Several { formats: formats.len(), hands: &hands, cancel };
    let made = several.make(&make, &may_miss, progress);
    // All or nothing: what was made beside it is not left alone.
    if let Some(why) = several::failure(&made, &may_miss) {
        let whole = formats.iter().zip(&made).filter(|(_, made)| made.is_ok());
        whole.for_each(|((_, path), _)| drop(std::fs::remove_file(path)));
        return Err(why);
    }
    let mut made = made.into_iter();
    let mut first = made.next().unwrap_or(Err(MediaError::Cancelled))?;
    first.report.remarks.extend(cut.findings.iter().cloned());
    for (which, (also, further)) in made.zip(&request.further).enumerate() {
        match also {
            Ok(also) => {
                let report = ProcessReport { preset: request.preset, ..also.report };
                first.further.push(MadeFurther { which, probed: also.probed, report });
            }
            Err(why) => first.report.remarks.push(left_out::finding(further.format, &why)),
        }
    }
    Ok(first)
}

/// Passes the file on bit by bit.
fn copy(
    request: &ProcessRequest,
    source: Probed,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Processed, MediaError> {
    let path = request.source.to_string_lossy().into_owned();
    let mut output = Output::create(&request.output)?;
    output.copy_whole(&request.source, cancel, progress)?;
    output.flush()?;
    let mut copied = Source::open(&request.output)?;
    let (size, mut pace) = (copied.size, Pace::new("verify", copied.size, cancel, progress));
    // The same bytes are the same sound: nobody needs to hear them again.
    if size != source.facts.size_bytes || hash(&mut copied, &mut pace)? != source.facts.sha256 {
        return Err(MediaError::Changed { path });
    }
    pace.at_end();
    output.keep()?;
    let timeline = whole(&source.facts);
    let (report, facts) = (untouched(&source, request.preset), source.facts.clone());
    Ok(Processed { report, probed: source, source: facts, timeline, further: vec![] })
}

/// Of a sound of which nothing was cut.
fn whole(facts: &MediaFacts) -> Timeline {
    Timeline::all_of(facts.duration_ms.unwrap_or(0))
}

/// A recording that was listened to.
struct Heard<'a> {
    request: &'a ProcessRequest,
    cut: &'a Cut,
    known: &'a Probed,
    /// Of what is heard.
    waveform: &'a Option<Peaks>,
    hands: &'a Hands,
}

impl Heard<'_> {
    fn encode(
        &self,
        format: AudioFormat,
        preset: Preset,
        path: &Path,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Processed, MediaError> {
        let Self { request, cut: Cut { recording, heard, timeline, .. }, known, waveform, hands } = self;
        let (request, timeline) = (*request, timeline.clone());
        let is_cut = Cutting::of(request).is_any() || !request.tracks.is_empty();
        let plan = Plan::new((preset, &request.recipe), format, &Given::of(&known.facts, heard), is_cut);
        let (mut wanted, taken) = request.tags.filled(known);
        let moved = timeline.clone().unless_all_of(known.facts.duration_ms.unwrap_or(i64::MAX));
        if !moved.moves_nothing() {
            wanted.chapters = chapters(&wanted.chapters, &moved, known.facts.duration_ms);
            wanted.chapter_pictures.retain(|picture| moved.to_output(picture.start_ms).is_some());
            for picture in &mut wanted.chapter_pictures {
                picture.start_ms = moved.nearest_output(picture.start_ms);
            }
        }
        let pictures = ChapterPictures::of(&wanted, taken, &moved)?;
        let length = Some(timeline.length_ms()).filter(|length| *length > 0);
        let tag = match format {
            AudioFormat::Mp3 => Tag::Id3(tags::write::id3v2(&wanted, taken, &pictures, length)?),
            AudioFormat::Opus | AudioFormat::Flac => Tag::Comments(Comments::new(&wanted, taken, &pictures)?),
            AudioFormat::M4a => {
                m4a::available().map_err(|why| left_out::no_program(&request.source, &why))?;
                Tag::Mp4(Mp4Tags::new(&wanted, taken, length)?)
            }
        };
        let shown = request.source.to_string_lossy().into_owned();
        let samples = Resampler::length(recording.shape.sample_rate, plan.sample_rate, heard.frames);
        let (size, peaks) = (known.facts.size_bytes, waveform.as_ref());
        let mut rounds = Rounds { recording, size, samples, shown, plan, peaks, tag, hands, cancel };
        rounds.hear(progress)?;
        let plan = rounds.plan;
        let (made, output) = rounds.run(path, progress)?;
        output.keep()?;
        let report = report(preset, known, &plan, &made);
        let mut probed = made.probed;
        // About what stands in the file now: other tags are another matter.
        probed.facts.findings.extend(pictures.finding());
        Ok(Processed { probed, report, source: known.facts.clone(), timeline, further: vec![] })
    }
}

/// Chapters where they are heard; what is gone altogether has none.
fn chapters(chapters: &[Chapter], timeline: &Timeline, length_ms: Option<i64>) -> Vec<Chapter> {
    let mut ordered = chapters.to_vec();
    ordered.sort_by_key(|chapter| chapter.start_ms);
    let end = |chapter: &Chapter, next: Option<i64>| chapter.end_ms.or(next).or(length_ms).unwrap_or(i64::MAX);
    let nexts: Vec<Option<i64>> = ordered.iter().skip(1).map(|next| Some(next.start_ms)).chain([None]).collect();
    let heard = ordered.into_iter().zip(nexts).filter_map(|(chapter, next)| {
        let (start_ms, end_ms) = (chapter.start_ms, end(&chapter, next));
        let (from, to) = (timeline.nearest_output(start_ms), timeline.nearest_output(end_ms));
        let gone = timeline.to_output(start_ms).is_none() && from >= to;
        (!gone).then(|| Chapter { start_ms: from, end_ms: chapter.end_ms.map(|_| to), ..chapter })
    });
    heard.collect()
}

fn report(preset: Preset, source: &Probed, plan: &Plan, made: &Made) -> ProcessReport {
    ProcessReport {
        preset,
        source: source.facts.sha256.clone(),
        before: source.facts.loudness.unwrap_or(SILENCE),
        after: made.probed.facts.loudness.unwrap_or(SILENCE),
        target_lufs: plan.target,
        gain_db: made.level.gain_db,
        ceiling_dbtp: made.level.ceiling_dbtp,
        limited_db: made.limited.0,
        limited_share: made.limited.1,
        rounds: made.rounds,
        dual_mono: plan.dual_mono,
        channels: plan.channels as u32,
        sample_rate_hz: plan.sample_rate,
        bit_rate: match plan.format {
            AudioFormat::Mp3 if plan.vbr.is_none() => plan.kbit * 1000,
            // Measured.
            AudioFormat::Mp3 | AudioFormat::Opus | AudioFormat::Flac | AudioFormat::M4a => {
                made.probed.facts.bit_rate.unwrap_or_default()
            }
        },
        encoder: version(plan.format, plan.vbr),
        recipe: Recipe::default(),
        passages: vec![],
        timeline: Timeline::default(),
        remarks: remarks::of(plan, made),
    }
}

/// The encoder of a format, with its version and the level of a varying bit rate; `None` where there is none on this machine.
pub fn encoder_today(format: AudioFormat, vbr: Option<u8>) -> Option<String> {
    (format != AudioFormat::M4a || m4a::available().is_ok()).then(|| version(format, vbr))
}

fn version(format: AudioFormat, vbr: Option<u8>) -> String {
    match format {
        AudioFormat::Mp3 => vbr.map_or_else(lame::version, |level| format!("{} -V {level}", lame::version())),
        AudioFormat::Opus => opus::version(),
        AudioFormat::Flac => flac::version(),
        AudioFormat::M4a => m4a::version(),
    }
}

/// Nothing was heard.
const SILENCE: Loudness = Loudness { integrated_lufs: None, range_lu: None, true_peak_dbtp: None };

/// The report about a file that was passed on as it is.
fn untouched(source: &Probed, preset: Preset) -> ProcessReport {
    let facts = &source.facts;
    let loudness = facts.loudness.unwrap_or(SILENCE);
    ProcessReport {
        preset,
        source: facts.sha256.clone(),
        before: loudness,
        after: loudness,
        target_lufs: None,
        gain_db: 0.0,
        ceiling_dbtp: None,
        limited_db: 0.0,
        limited_share: 0.0,
        rounds: 0,
        dual_mono: false,
        channels: facts.channels.unwrap_or_default(),
        sample_rate_hz: facts.sample_rate_hz.unwrap_or_default(),
        bit_rate: facts.bit_rate.unwrap_or_default(),
        encoder: String::new(),
        recipe: Recipe::default(),
        passages: vec![],
        timeline: Timeline::default(),
        remarks: vec![],
    }
}
