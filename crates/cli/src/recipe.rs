//! `hearthcast show recipe`: what is done to every recording of a show besides its preset.

use crate::media_recipe::RecipeWords;
use crate::output::Done;
use clap::Args;
use hearthcast_model::recipe::{Loud, Recipe};
use hearthcast_model::view::ShowEdit;
use hearthcast_model::{Code, Error, Result};
use hearthcast_studio::Studio;
use std::path::PathBuf;

/// What changes of a show's recipe; nothing given only shows it.
#[derive(Debug, Args)]
pub struct ShowRecipe {
    /// Id or slug of the show
    show: String,
    /// A recording that is heard before every episode; `off` takes it away
    #[arg(long, value_name = "FILE")]
    intro: Option<String>,
    /// A recording that is heard after every episode; `off` takes it away
    #[arg(long, value_name = "FILE")]
    outro: Option<String>,
    /// Make one channel of left and right: yes or no
    #[arg(long, value_name = "YES|NO", value_parser = truth)]
    mono: Option<bool>,
    #[command(flatten)]
    words: RecipeWords,
}

fn truth(text: &str) -> Result<bool> {
    match text {
        "yes" | "true" => Ok(true),
        "no" | "false" | "off" => Ok(false),
        _ => Err(Error::new(Code::UsageInvalid, "say yes or no")),
    }
}

/// Changes the recipe, and shows it.
pub async fn act(studio: &Studio, asked: ShowRecipe) -> Result<Done> {
    let before = studio.show_view(&asked.show).await?.show.recipe;
    let mono = asked.mono.unwrap_or(before.mono);
    let recipe = Recipe { mono, ..asked.words.change(before.clone()) };
    if let Some(fault) = recipe.fault() {
        return Err(Error::new(Code::UsageInvalid, fault));
    }
    let file = |path: Option<String>| path.map(|path| if path == "off" { String::new() } else { absolute(path) });
    let edit = ShowEdit {
        recipe: (recipe != before).then_some(recipe),
        intro: file(asked.intro),
        outro: file(asked.outro),
        ..ShowEdit::default()
    };
    let recipe = match edit == ShowEdit::default() {
        true => before,
        false => studio.edit_show(&asked.show, edit).await?.show.recipe,
    };
    Done::with(&recipe, card(&recipe))
}

fn absolute(path: String) -> String {
    std::path::absolute(PathBuf::from(&path)).map_or(path, |path| path.display().to_string())
}

fn card(recipe: &Recipe) -> String {
    let mut lines = vec![];
    if let Some(loud) = recipe.loudness {
        lines.push(match loud {
            Loud::Podcast => "Loudness: -16 LUFS, one channel -19 LUFS".into(),
            Loud::Ebu => "Loudness: -23 LUFS (EBU R 128)".into(),
            Loud::Keep => "Loudness: as recorded".into(),
            Loud::Lufs(tenths) => format!("Loudness: {} LUFS", f64::from(tenths) / 10.0),
        });
    }
    let seconds = |ms: u32| f64::from(ms) / 1000.0;
    lines.extend(recipe.high_pass_hz.map(|hz| format!("Rumble below {hz} Hz is taken away")));
    lines.extend(recipe.noise.map(|percent| format!("Noise: {percent} % of it is taken away")));
    lines.extend(recipe.leveller.map(|percent| format!("Leveller: {percent} % of the distance between speakers goes")));
    lines.extend(recipe.ends_ms.map(|ms| format!("Silence at the ends: {} s", seconds(ms))));
    lines.extend(recipe.pauses.map(|pauses| {
        format!("Silences of more than {} s: {} s", seconds(pauses.longer_than_ms), seconds(pauses.keep_ms))
    }));
    lines.extend(recipe.silence_dbfs.map(|dbfs| format!("Silence is quieter than {dbfs} dBFS")));
    lines.extend(recipe.mono.then(|| "One channel".into()));
    lines.extend(recipe.sample_rate_hz.map(|hz| format!("Sample rate: {hz} Hz")));
    lines.extend(recipe.vbr.map(|quality| format!("Bit rate of the MP3: varying, quality {quality}")));
    lines.extend(recipe.intro.as_ref().map(|file| format!("Intro: {}", file.name)));
    lines.extend(recipe.outro.as_ref().map(|file| format!("Outro: {}", file.name)));
    if lines.is_empty() {
        return "Nothing is done to recordings besides the preset.".into();
    }
    lines.join("\n")
}
