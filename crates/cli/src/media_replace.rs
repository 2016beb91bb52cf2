//! `hearthcast media replace`: another file in place of one of the library, with what would change where said before.

use crate::media_library::one;
use crate::output::{Done, Output};
use crate::words;
use clap::Args;
use hearthcast_model::media_replace::{ReplaceEffect, ReplaceStep, Replacement};
use hearthcast_model::{Replace as Way, ReplaceOffer, Result};
use hearthcast_studio::Studio;
use std::path::PathBuf;

/// Which file takes the place of which.
#[derive(Debug, Args)]
pub struct Replace {
    /// The file of the library: its name, or the beginning of its hash
    #[arg(value_name = "FILE")]
    pub which: String,
    /// The file that takes its place
    #[arg(value_name = "WITH")]
    pub with: PathBuf,
    /// Only say what would change where
    #[arg(long)]
    pub dry_run: bool,
    /// What becomes of live episodes whose sound is replaced by it: a new address and the same guid, a guid of its own, or the
    /// same address (only behind a Hearthcast server's address that stays)
    #[arg(long, value_name = "WAY", value_parser = crate::episode::replacing)]
    pub replace: Option<Way>,
}

/// Replaces a file, or says what that would change.
pub async fn replace(studio: &Studio, what: &Replace, output: &Output) -> Result<Done> {
    let item = one(studio, &what.which).await?;
    let with = std::path::absolute(&what.with).unwrap_or_else(|_| what.with.clone());
    let told = *output;
    let plan = match what.dry_run {
        true => studio.plan_replacement(item.hash.as_str(), &with).await?,
        false => {
            let cancel = crate::library::cancel_on_interrupt();
            let progress = move |progress| told.progress(&progress);
            studio.replace_media(item.hash.as_str(), &with, what.replace, &cancel, progress).await?
        }
    };
    let ways = if what.dry_run { ways(&plan) } else { String::new() };
    Done::with(&plan, format!("{}{ways}", replaced(&plan)))
}

/// The ways that are to be chosen from, with what apps make of each.
fn ways(plan: &Replacement) -> String {
    let one = |offer: &ReplaceOffer| {
        let way = format!("--replace {} ({})", offer.replace.as_str(), offer.replace.words());
        let why = offer.refused.iter().map(|why| format!("  not here: {why}\n"));
        let effects = offer.effects.iter().map(|effect| format!("  {}: {}\n", effect.apps, effect.effect));
        format!("{way}\n{}", why.chain(effects).collect::<String>())
    };
    match plan.offers.is_empty() {
        true => String::new(),
        false => {
            let ways: String = plan.offers.iter().map(one).collect();
            format!("Listeners have a sound that is replaced. Say what becomes of it:\n{ways}")
        }
    }
}

fn replaced(plan: &Replacement) -> String {
    let row = |step: &ReplaceStep| {
        let what = match step.effect {
            ReplaceEffect::Remade => "is made anew",
            ReplaceEffect::TakesPlace => "gets the new file",
            ReplaceEffect::Redrawn => "is drawn anew, with its copies",
            ReplaceEffect::Rewritten => "is read out of it, with what is written from it",
            ReplaceEffect::FromNow => "is heard in sounds made from now on",
            ReplaceEffect::Stays => "stays",
        };
        let why = step.why.map_or_else(String::new, |why| format!(": {}", why.words()));
        let public = match step.published && step.why.is_none() {
            true => "; listeners keep what is published until the next publication",
            false => "",
        };
        let title = if step.used.episode.is_some() { &step.used.episode_title } else { &step.used.show_title };
        vec![title.clone(), step.used.place.as_str().replace('_', " "), format!("{what}{why}{public}")]
    };
    if plan.steps.is_empty() {
        return "Nothing uses that file: nothing would change.\n".into();
    }
    words::table(&plan.steps.iter().map(row).collect::<Vec<_>>())
}
