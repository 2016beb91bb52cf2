//! `hearthcast media audition`: a few seconds of a recording as settings would make them, at once.

use crate::media_process::preset;
use crate::media_recipe::Settings;
use crate::output::{Done, Output};
use crate::text::time;
use crate::{library, words};
use clap::Args;
use hearthcast_model::{Code, Error, Preset, Result};
use hearthcast_studio::{AuditionRequest, Studio};
use serde_json::json;
use std::path::PathBuf;

/// Which seconds of what.
#[derive(Debug, Args)]
pub struct Audition {
    /// A recording
    pub file: PathBuf,
    /// Where to begin: 62.5, 1:02.5 or 1:00:02
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub at: i64,
    /// How many seconds, at most 60
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub seconds: u32,
    /// "Speech mono 96k", "Speech stereo 128k", "Music 192k" or "Leave alone"
    #[arg(long, value_name = "NAME", default_value = "Speech stereo 128k", value_parser = preset)]
    pub preset: Preset,
    /// What else is done
    #[command(flatten)]
    pub settings: Settings,
    /// The WAV to be made
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// The same seconds as they are, equally loud, to be compared
    #[arg(long, value_name = "FILE")]
    pub before: Option<PathBuf>,
    /// Write over files that are there
    #[arg(long)]
    pub force: bool,
}

/// Makes the WAVs. Nothing of the library changes.
pub async fn act(studio: &Studio, what: &Audition, output: &Output) -> Result<Done> {
    let mut outputs = [Some(&what.out), what.before.as_ref()].into_iter().flatten();
    if let Some(there) = outputs.find(|out| out.exists() && !what.force) {
        let message = format!("There is a file at {} already.", there.display());
        return Err(Error::new(Code::Taken, message).hint("Choose another name, or say --force to write over it."));
    }
    let request = AuditionRequest {
        source: what.file.clone(),
        output: what.out.clone(),
        before: what.before.clone(),
        at_ms: what.at,
        length_ms: what.seconds.saturating_mul(1000),
        preset: what.preset,
        recipe: what.settings.recipe(),
        passages: what.settings.passages(),
        loudness: None,
    };
    let told = *output;
    let progress = move |progress| told.progress(&progress);
    let made = studio.audition_media(request, library::cancel_on_interrupt(), progress).await?;
    let fields = json!({
        "file": what.out,
        "before": what.before,
        "duration_ms": made.length_ms,
        "sample_rate_hz": made.sample_rate_hz,
        "channels": made.channels,
        "gain_db": made.gain_db,
        "lowered_db": made.lowered_db,
        "loudness": made.loudness,
    });
    let lufs = made.loudness.integrated_lufs.map_or("silence".into(), |lufs| format!("{lufs:.1} LUFS"));
    let lowered = format!("by {:.1} dB, both, so that nothing is clipped", made.lowered_db);
    let card = words::card(&[
        ("length", words::duration(Some(made.length_ms))),
        ("loudness", lufs),
        ("gain", format!("{:+.1} dB", made.gain_db)),
        ("turned down", if made.lowered_db > 0.05 { lowered } else { String::new() }),
    ]);
    Done::with(&fields, card)
}
