//! `hearthcast media silences` and `hearthcast episode silences`: which silences settings would shorten, and how long the sound
//! is then. Nothing is made.

use crate::media_recipe::{RecipeWords, Settings};
use crate::output::{Done, Output};
use crate::{library, words};
use clap::Args;
use hearthcast_model::silences::{ShorterSilences, SilencesAsked};
use hearthcast_model::{Code, Error, Recipe, Result};
use hearthcast_studio::{SilencesRequest, Studio};
use std::path::PathBuf;

/// A recording, and what is to be done to it.
#[derive(Debug, Args)]
pub struct InFile {
    /// A recording
    pub file: PathBuf,
    /// What is done to it
    #[command(flatten)]
    pub settings: Settings,
}

/// An episode, and settings to be tried.
#[derive(Debug, Args)]
pub struct OfEpisode {
    /// Id or slug of the show
    show: String,
    /// Id, slug or number
    episode: String,
    /// What is tried in place of what the show says
    #[command(flatten)]
    words: RecipeWords,
}

/// Tells it of a file. Nothing of the library is asked.
pub async fn in_file(studio: &Studio, what: &InFile, output: &Output) -> Result<Done> {
    let (recipe, passages) = (what.settings.recipe(), what.settings.passages());
    if let Some(fault) = recipe.fault() {
        return Err(Error::new(Code::UsageInvalid, fault));
    }
    let dbfs = recipe.silence_dbfs.unwrap_or(Recipe::SILENCE_DBFS);
    let request = SilencesRequest { source: what.file.clone(), dbfs };
    let told = *output;
    let progress = move |progress| told.progress(&progress);
    let found = studio.silences_in_media(request, library::cancel_on_interrupt(), progress).await?;
    let shorter = found.shortened(&recipe, &passages, 0).ok_or_else(|| {
        Error::new(Code::MediaUnusable, "Everything is cut out of it: there is nothing left to hear.")
    })?;
    Done::with(&shorter, card(&shorter))
}

/// Tells it of an episode's recording, with the show's recipe or another one.
pub async fn of_episode(studio: &Studio, asked: OfEpisode) -> Result<Done> {
    let recipe = asked.words.change(studio.show_view(&asked.show).await?.show.recipe);
    let question = SilencesAsked { episode: Some(asked.episode), recipe: Some(recipe) };
    let view = studio.silences_told(&asked.show, question).await?;
    let told = match view.finished {
        true => "It came finished and is passed on as it is.".into(),
        false => card(&view.shorter),
    };
    Done::with(&view, told)
}

fn card(shorter: &ShorterSilences) -> String {
    let ShorterSilences { count, between_ms, head_ms, tail_ms, before_ms, after_ms, .. } = *shorter;
    let seconds = |ms: i64| if ms > 0 { format!("{:.3} s go", ms as f64 / 1000.0) } else { String::new() };
    let become_shorter = if count == 1 { "becomes shorter" } else { "become shorter" };
    let silences = words::count(u64::from(count), "silence");
    let between = match count {
        0 => "none becomes shorter".into(),
        _ => format!("{silences} {become_shorter}, {}", seconds(between_ms)),
    };
    let length = |ms: i64| words::duration(Some(ms));
    words::card(&[
        ("beginning", seconds(head_ms)),
        ("silences", between),
        ("end", seconds(tail_ms)),
        ("length", format!("{} instead of {}", length(after_ms), length(before_ms))),
    ])
}
