//! `hearthcast episode transcript`: the transcripts that apps are offered with an episode.

use crate::library::cancel_on_interrupt;
use crate::output::{Done, Output};
use crate::words;
use clap::Args;
use hearthcast_model::view::EpisodeView;
use hearthcast_model::{Code, Error, Result, Transcript};
use hearthcast_studio::Studio;
use std::collections::BTreeMap;

/// Transcripts of an episode.
#[derive(Debug, Args)]
pub struct TranscriptWords {
    /// Id or slug of the show
    show: String,
    /// Id, slug or number
    episode: String,
    /// Write down what is said, with whisper.cpp of this computer
    #[arg(long, conflicts_with_all = ["offer", "remove"])]
    write_down: bool,
    /// The language that is spoken, or that of the transcript to take; the show's without
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// Offer it to apps in another form as well: vtt, srt, json, html
    #[arg(long, value_name = "FORM", conflicts_with = "remove")]
    offer: Vec<String>,
    /// Take away the transcript of this form
    #[arg(long, value_name = "FORM")]
    remove: Option<String>,
}

/// Does it.
pub async fn act(studio: &Studio, asked: TranscriptWords, output: &Output) -> Result<Done> {
    let TranscriptWords { show, episode, write_down, language, offer, remove } = &asked;
    let mut view = studio.episode_view(show, episode).await?;
    let tag = language.clone().unwrap_or_default();
    if *write_down {
        let told = *output;
        let progress = move |progress| told.progress(&progress);
        view = studio.transcribe_episode(show, episode, language.clone(), cancel_on_interrupt(), progress).await?;
    }
    for form in offer {
        let captions = ["vtt", "srt"].into_iter().find_map(|ext| place_of(&view, ext, &tag));
        let index = captions.ok_or_else(|| none(&tag, "captions"))?;
        view = studio.offer_transcript(show, episode, index, form).await?;
    }
    if let Some(form) = remove {
        let index = place_of(&view, form, &tag).ok_or_else(|| none(&tag, &form.to_uppercase()))?;
        view = studio.remove_transcript(show, episode, index).await?;
    }
    let transcripts = &view.episode.transcripts;
    Done::with(&BTreeMap::from([("transcripts", transcripts)]), card(transcripts))
}

fn place_of(view: &EpisodeView, ext: &str, language: &str) -> Option<u32> {
    let is_it = |one: &Transcript| one.file.ext == ext && one.language.eq_ignore_ascii_case(language);
    (0..).zip(&view.episode.transcripts).find(|(_, one)| is_it(one)).map(|(n, _)| n)
}

fn none(language: &str, what: &str) -> Error {
    let of = if language.is_empty() { String::new() } else { format!(" in \"{language}\"") };
    Error::new(Code::NotFound, format!("The episode has no {what}{of}."))
        .hint("Give it captions first: hearthcast episode set … transcript=FILE")
}

fn card(transcripts: &[Transcript]) -> String {
    let row = |one: &Transcript| {
        let language = if one.language.is_empty() { "the show's language" } else { &one.language };
        vec![one.file.ext.to_uppercase(), language.to_owned(), format!("{}.{}", one.file.name, one.file.ext)]
    };
    match transcripts.is_empty() {
        true => "The episode has no transcript.".into(),
        false => words::table(&transcripts.iter().map(row).collect::<Vec<_>>()),
    }
}
