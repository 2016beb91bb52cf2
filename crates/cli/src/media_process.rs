//! `hearthcast media process`: the file listeners would get of a recording, made as the studio would make it.

use crate::media_recipe::Settings;
use crate::output::{Done, Output};
use crate::{library, words};
use clap::Args;
use hearthcast_model::facts::Finding;
use hearthcast_model::{AudioFormat, Code, Error, Id3Version, MediaFacts, Preset, ProcessReport, Result};
use hearthcast_studio::{Further, ProcessRequest, Studio, TagsToWrite};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Which recording becomes what.
#[derive(Debug, Args)]
pub struct Process {
    /// A WAV, FLAC, AIFF, Ogg, Opus or ALAC recording (MP3 and M4A pass through bit by bit, unless something below changes their sound)
    pub file: PathBuf,
    /// Another microphone of the same talk, mixed with it: all equally loud, each turned down while its speaker is silent
    #[arg(long, value_name = "FILE")]
    pub track: Vec<PathBuf>,
    /// "Speech mono 96k", "Speech stereo 128k", "Music 192k" or "Leave alone"
    #[arg(long, value_name = "NAME", default_value = "Speech stereo 128k", value_parser = preset)]
    pub preset: Preset,
    /// The file to be made: .mp3, .opus, .flac or (with ffmpeg) .m4a; several make several formats in one run
    #[arg(short, long, value_name = "FILE", required = true)]
    pub out: Vec<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    pub force: bool,
    /// What else is done
    #[command(flatten)]
    pub settings: Settings,
    /// A sound that is heard before it
    #[arg(long, value_name = "FILE")]
    pub intro: Option<PathBuf>,
    /// A sound that is heard after it
    #[arg(long, value_name = "FILE")]
    pub outro: Option<PathBuf>,
    /// Title in the tags [default: the recording's own]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Show in the tags [default: the recording's own]
    #[arg(long, value_name = "TEXT")]
    pub show: Option<String>,
    /// Author in the tags [default: the recording's own]
    #[arg(long, value_name = "TEXT")]
    pub author: Option<String>,
    /// Cover in the tags, a JPEG or PNG file [default: the recording's own]
    #[arg(long, value_name = "FILE")]
    pub cover: Option<PathBuf>,
    /// Version of the tags in an MP3: 2.3, which every app reads, or 2.4
    #[arg(long, value_name = "VERSION", default_value = "2.3", value_parser = id3)]
    pub id3: Id3Version,
}

fn id3(text: &str) -> Result<Id3Version> {
    Id3Version::parse(text).ok_or_else(|| Error::new(Code::UsageInvalid, "it is 2.3 or 2.4"))
}

pub fn preset(text: &str) -> Result<Preset> {
    let names = || Preset::ALL.map(|preset| format!("\"{}\"", preset.name())).join(", ");
    Preset::parse(text).ok_or_else(|| Error::new(Code::UsageInvalid, format!("the presets are {}", names())))
}

/// Makes the file and reports. Nothing of the library changes.
pub async fn act(studio: &Studio, what: &Process, output: &Output) -> Result<Done> {
    if let Some(there) = what.out.iter().find(|out| out.exists() && !what.force) {
        let message = format!("There is a file at {} already.", there.display());
        return Err(Error::new(Code::Taken, message).hint("Choose another name, or say --force to write over it."));
    }
    let mut outputs = what.out.iter().map(|out| Ok(Further { format: format(out)?, output: out.clone() }));
    let first =
        outputs.next().ok_or_else(|| Error::new(Code::UsageInvalid, "Name the file to be made: -o FILE."))??;
    let further = outputs.collect::<Result<Vec<_>>>()?;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let tags = TagsToWrite {
        title: text(&what.title),
        show: text(&what.show),
        author: text(&what.author),
        cover: what.cover.clone(),
        fill_from_source: true,
        id3: what.id3,
        ..TagsToWrite::default()
    };
    let Further { format, output: out } = first;
    let plain = ProcessRequest::mp3(&what.file, out, what.preset);
    let (recipe, passages) = (what.settings.recipe(), what.settings.passages());
    let (intro, outro) = (what.intro.clone(), what.outro.clone());
    let request =
        ProcessRequest { format, tags, further, recipe, passages, intro, outro, tracks: what.track.clone(), ..plain };
    let told = *output;
    let progress = move |progress| told.progress(&progress);
    let made = studio.process_media(request, library::cancel_on_interrupt(), progress).await?;
    // Of what is passed on as it is, both say the same.
    let (source, sound) = (&made.source.findings, &made.probed.facts.findings);
    for finding in Finding::of_recording_only(source, sound).chain(sound).chain(&made.report.remarks) {
        output.finding(&finding.code, &finding.message, "");
    }
    let fields = |file: &Path, facts: &MediaFacts, report: &ProcessReport| {
        json!({
            "file": file,
            "mime_type": facts.mime,
            "size_bytes": facts.size_bytes,
            "sha256": facts.sha256,
            "duration_ms": facts.duration_ms,
            "report": report,
        })
    };
    let place = |number: usize| what.out.get(number).map_or(Path::new(""), PathBuf::as_path);
    let first = place(0);
    let mut all = fields(first, &made.probed.facts, &made.report);
    let also = made.further.iter().map(|m| fields(place(m.which + 1), &m.probed.facts, &m.report));
    let also: Vec<_> = also.collect();
    let mut text = card(&made.probed.facts, &made.report);
    for further in &made.further {
        text = format!("{text}\n{}", card(&further.probed.facts, &further.report));
    }
    all["timeline"] = json!(made.timeline);
    if !also.is_empty() {
        all["further"] = json!(also);
    }
    Done::with(&all, text)
}

/// The format a file's name ends in.
fn format(out: &Path) -> Result<AudioFormat> {
    let ending = out.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
    AudioFormat::parse(&ending).ok_or_else(|| {
        let message = format!("{} ends in no format that can be made.", out.display());
        Error::new(Code::UsageInvalid, message).hint("Let the name end in .mp3, .opus, .flac or .m4a.")
    })
}

fn card(facts: &MediaFacts, report: &ProcessReport) -> String {
    let lufs = |value: Option<f64>| value.map_or("silence".into(), |value| format!("{value:.1} LUFS"));
    let loudness = format!("{}, was {}", lufs(report.after.integrated_lufs), lufs(report.before.integrated_lufs));
    let limited = format!("{:.1} dB at most, in {:.0} % of the time", report.limited_db, report.limited_share * 100.0);
    let encoded = match report.rounds {
        0 => "no: it is published as it is".into(),
        rounds => format!(
            "{}, {} kbit/s, {}, {}",
            report.encoder,
            report.bit_rate / 1000,
            if report.channels == 1 { "mono" } else { "stereo" },
            words::count(u64::from(rounds), "round"),
        ),
    };
    words::card(&[
        ("encoded", encoded),
        ("length", words::duration(facts.duration_ms)),
        ("size", words::bytes(facts.size_bytes)),
        ("loudness", loudness),
        ("true peak", report.after.true_peak_dbtp.map_or(String::new(), |peak| format!("{peak:.1} dBTP"))),
        ("gain", if report.rounds > 0 { format!("{:+.1} dB", report.gain_db) } else { String::new() }),
        ("limited", if report.limited_db > 0.05 { limited } else { String::new() }),
    ])
}
