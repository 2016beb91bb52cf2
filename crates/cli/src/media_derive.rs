//! `hearthcast media derive`: what is made of the author's files is made again where it is missing or outdated.

use crate::output::{Done, Output};
use crate::{library, words};
use clap::Args;
use hearthcast_model::Result;
use hearthcast_model::derived::{DeriveFate, DeriveStep, DeriveWhat};
use hearthcast_studio::Studio;

/// What is made again.
#[derive(Debug, Args)]
pub struct Derive {
    /// Id or slug of a show [default: all shows]
    pub show: Option<String>,
    /// Only say what would be made, and why
    #[arg(long)]
    pub dry_run: bool,
}

/// Makes it, or says what would be made.
pub async fn act(studio: &Studio, what: &Derive, output: &Output) -> Result<Done> {
    let show = what.show.as_deref().unwrap_or_default();
    let steps = match what.dry_run {
        true => studio.plan_derived(show).await?,
        false => studio.derive_media(show, &library::cancel_on_interrupt(), output.sink()).await?,
    };
    let mut done = Done::list("steps", &steps, text(&steps))?;
    let failed = |step: &DeriveStep| matches!(step.fate, DeriveFate::Failed | DeriveFate::NoSource);
    done.exit = u8::from(steps.iter().any(failed));
    Ok(done)
}

fn text(steps: &[DeriveStep]) -> String {
    if steps.is_empty() {
        return "Nothing is missing, and nothing is outdated.".into();
    }
    let row = |step: &DeriveStep| {
        let why = step.why.iter().map(|why| why.words.as_str()).collect::<Vec<_>>().join("; ");
        let problem = if step.problem.is_empty() { String::new() } else { format!(" {}", step.problem) };
        vec![fate(step.fate).into(), thing(step.what).into(), step.title.clone(), format!("{why}{problem}")]
    };
    words::table(&steps.iter().map(row).collect::<Vec<_>>())
}

fn thing(what: DeriveWhat) -> &'static str {
    match what {
        DeriveWhat::Sound => "sound",
        DeriveWhat::Waveform => "waveform",
        DeriveWhat::Copies => "picture copies",
        DeriveWhat::Avif => "AVIF copies",
    }
}

fn fate(fate: DeriveFate) -> &'static str {
    match fate {
        DeriveFate::Planned => "to be made",
        DeriveFate::Done => "made",
        DeriveFate::Published => "published, stays as it is",
        DeriveFate::NoSource => "cannot be made: what it is made of is not on this disk",
        DeriveFate::Failed => "not made",
    }
}
