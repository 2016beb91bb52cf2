//! `hearthcast show recipe`: what is done to every recording of a show besides its preset.

use crate::media_recipe::{pauses, seconds};
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
    #[command(flatten)]
    words: RecipeWords,
}

/// Settings of a recipe; `off` takes one away.
#[derive(Debug, Args)]
pub struct RecipeWords {
    /// How loud it becomes: podcast (-16 LUFS, one channel -19), ebu (-23), keep, or a number of LUFS
    #[arg(long, value_name = "LUFS", allow_hyphen_values = true)]
    loudness: Option<String>,
    /// Take rumble below this many hertz away
    #[arg(long, value_name = "HZ")]
    high_pass: Option<String>,
    /// Shorten silence at the beginning and the end to this many seconds
    #[arg(long, value_name = "SECONDS")]
    trim_ends: Option<String>,
    /// Shorten silences that last longer, both in seconds: 2:0.8
    #[arg(long, value_name = "LONGER:KEEP")]
    pauses: Option<String>,
    /// What is quieter is silence
    #[arg(long, value_name = "DBFS", allow_hyphen_values = true)]
    silence: Option<String>,
    /// Make one channel of left and right: yes or no
    #[arg(long, value_name = "YES|NO")]
    mono: Option<String>,
    /// Samples per second: 32000, 44100 or 48000
    #[arg(long, value_name = "HZ")]
    rate: Option<String>,
}

impl RecipeWords {
    /// A recipe with these settings changed.
    pub fn change(&self, recipe: Recipe) -> Result<Recipe> {
        let mut changed = recipe;
        set(&self.loudness, &mut changed.loudness, Loud::parse, "podcast, ebu, keep or a number such as -18")?;
        set(&self.high_pass, &mut changed.high_pass_hz, |text| text.parse().ok(), "a number of hertz such as 80")?;
        set(&self.trim_ends, &mut changed.ends_ms, |text| seconds(text).ok(), "a number of seconds such as 0.5")?;
        set(&self.pauses, &mut changed.pauses, |text| pauses(text).ok(), "two numbers of seconds such as 2:0.8")?;
        set(&self.silence, &mut changed.silence_dbfs, |text| text.parse().ok(), "a whole number of dBFS such as -50")?;
        set(&self.rate, &mut changed.sample_rate_hz, |text| text.parse().ok(), "32000, 44100 or 48000")?;
        let mut mono = Some(changed.mono);
        set(&self.mono, &mut mono, truth, "yes or no")?;
        changed.mono = mono.unwrap_or(false);
        match changed.fault() {
            Some(fault) => Err(Error::new(Code::UsageInvalid, fault)),
            None => Ok(changed),
        }
    }
}

fn set<T>(text: &Option<String>, field: &mut Option<T>, read: impl Fn(&str) -> Option<T>, what: &str) -> Result<()> {
    match text.as_deref().map(str::trim) {
        None => {}
        Some("off") => *field = None,
        Some(text) => {
            let why =
                || Error::new(Code::UsageInvalid, format!("\"{text}\" is not {what}.")).hint("\"off\" takes it away.");
            *field = Some(read(text).ok_or_else(why)?);
        }
    }
    Ok(())
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

/// Changes the recipe, and shows it.
pub async fn act(studio: &Studio, asked: ShowRecipe) -> Result<Done> {
    let before = studio.show_view(&asked.show).await?.show.recipe;
    let recipe = asked.words.change(before.clone())?;
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
    lines.extend(recipe.ends_ms.map(|ms| format!("Silence at the ends: {} s", seconds(ms))));
    lines.extend(recipe.pauses.map(|pauses| {
        format!("Silences of more than {} s: {} s", seconds(pauses.longer_than_ms), seconds(pauses.keep_ms))
    }));
    lines.extend(recipe.silence_dbfs.map(|dbfs| format!("Silence is quieter than {dbfs} dBFS")));
    lines.extend(recipe.mono.then(|| "One channel".into()));
    lines.extend(recipe.sample_rate_hz.map(|hz| format!("Sample rate: {hz} Hz")));
    lines.extend(recipe.intro.as_ref().map(|file| format!("Intro: {}", file.name)));
    lines.extend(recipe.outro.as_ref().map(|file| format!("Outro: {}", file.name)));
    if lines.is_empty() {
        return "Nothing is done to recordings besides the preset.".into();
    }
    lines.join("\n")
}
