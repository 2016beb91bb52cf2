//! `hearthcast media …` and `hearthcast worker`.

use crate::output::{Done, Output};
use crate::{
    library, media_audition, media_derive, media_image, media_library, media_process, media_replace, media_video, words,
};
use clap::Subcommand;
use hearthcast_model::{MediaFacts, Result};
use hearthcast_studio::Studio;
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is to be done with files.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Say what a file is: length, loudness, tags, and what is wrong with it
    Probe {
        /// A sound or a picture
        file: PathBuf,
    },
    /// Make the file listeners get out of a recording
    Process(media_process::Process),
    /// Make a few seconds of a recording as settings would make them, to be heard at once
    Audition(media_audition::Audition),
    /// Say which silences of a recording settings would shorten, and how long it is then; nothing is made
    Silences(crate::silences::InFile),
    /// Make a cover or an episode's picture that directories take, with smaller copies
    Image(media_image::Image),
    /// Say what a video shows, take a still of it, or put its table of contents in front
    Video(media_video::VideoWords),
    /// List the files of the library: what they are, how long, how large, and where they are used
    List(media_library::List),
    /// Give a file of the library tags to find it by, in place of those it has
    Tag(media_library::Tag),
    /// Put another file in place of one of the library, wherever that one is used; what is published is not touched
    Replace(media_replace::Replace),
    /// List files that nothing needs any more: no show or episode, no version, no step to undo, no shared draft
    Orphans(media_library::Orphans),
    /// Say how much room the files of the library take, by kind
    Sizes,
    /// Make again what is missing or outdated: sounds, waveforms, copies of pictures. What is published stays as it is
    Derive(media_derive::Derive),
}

/// Does one verb.
pub async fn act(studio: &Studio, verb: &Verb, output: &Output) -> Result<Done> {
    let file = match verb {
        Verb::Process(what) => return media_process::act(studio, what, output).await,
        Verb::Audition(what) => return media_audition::act(studio, what, output).await,
        Verb::Silences(what) => return crate::silences::in_file(studio, what, output).await,
        Verb::Image(what) => return media_image::act(studio, what, output).await,
        Verb::Video(what) => return media_video::act(studio, what, output).await,
        Verb::List(what) => return media_library::list(studio, what).await,
        Verb::Tag(what) => return media_library::tag(studio, what).await,
        Verb::Replace(what) => return media_replace::replace(studio, what, output).await,
        Verb::Orphans(what) => return media_library::orphans(studio, what).await,
        Verb::Derive(what) => return media_derive::act(studio, what, output).await,
        Verb::Sizes => return media_library::sizes(studio).await,
        Verb::Probe { file } => file,
    };
    let told = *output;
    let progress = move |progress| told.progress(&progress);
    let facts = studio.probe_media(file, library::cancel_on_interrupt(), progress).await?.facts;
    let mut done = Done::with(&facts, card(&facts))?;
    // `type` says what kind of line this is; the file's type goes beside it under its long name.
    let mime = done.fields.remove("type").unwrap_or(Value::Null);
    done.fields.insert("mime_type".into(), mime);
    Ok(done)
}

fn card(facts: &MediaFacts) -> String {
    let loudness = facts.loudness.and_then(|l| l.integrated_lufs).map(|l| format!("{l:.1} LUFS"));
    let peak = facts.loudness.and_then(|l| l.true_peak_dbtp).map(|p| format!("{p:.1} dBTP"));
    let pixels = facts.width_px.zip(facts.height_px).map(|(w, h)| format!("{w} x {h} pixels"));
    let mut rows = vec![
        ("type", facts.mime.clone()),
        ("size", words::bytes(facts.size_bytes)),
        ("length", facts.duration_ms.map_or_else(String::new, |ms| words::duration(Some(ms)))),
        ("loudness", loudness.unwrap_or_default()),
        ("true peak", peak.unwrap_or_default()),
        ("picture", pixels.unwrap_or_default()),
    ];
    rows.extend(facts.tags.iter().map(|(name, value)| (name.as_str(), value.clone())));
    let findings: String = facts.findings.iter().map(|f| format!("note: {}\n", f.message)).collect();
    words::card(&rows) + &findings
}

/// Decodes one file for another Hearthcast process, in this one, and ends.
pub fn worker() -> ExitCode {
    match hearthcast_studio::worker_main() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
