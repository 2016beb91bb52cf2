//! `hearthcast`: the verbs of Hearthcast in a terminal, for people and for scripts (DESIGN §4: grammar, exit codes).
//!
//! One file per noun. A file unpacks words, calls one verb of `hearthcast-studio`, and hands back what happened; only
//! this file and `output` print.

mod args;
mod check;
mod comments;
mod cut;
mod doctor;
mod drafts;
mod episode;
mod episode_tags;
mod export;
mod fields;
mod find;
mod further;
mod history;
mod import;
mod library;
mod logs;
mod media;
mod media_audition;
mod media_derive;
mod media_image;
mod media_library;
mod media_process;
mod media_recipe;
mod media_replace;
mod media_video;
mod moving;
mod older_paths;
mod output;
mod poster;
mod publish;
mod recipe;
mod settings;
mod show;
mod silences;
mod sound_findings;
mod stats;
mod sync;
mod take_over;
mod target;
mod target_rule;
mod text;
mod timer;
mod transcript;
mod words;

use args::{Args, Verb};
use clap::Parser;
use hearthcast_model::Result;
use output::{Done, Output};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return output::misunderstood(&error),
    };
    if matches!(args.verb, Verb::Worker) {
        return media::worker();
    }
    tracing_to_stderr();
    let output = Output::new(args.global.json, args.global.quiet);
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => output.finish(runtime.block_on(act(args, &output))),
        Err(error) => output.finish(Err(library::no_runtime(&error))),
    }
}

/// Opens the library where the verb needs one, and does it.
async fn act(args: Args, output: &Output) -> Result<Done> {
    if let Verb::Doctor(what) = &args.verb {
        // Also for a library that does not open.
        return doctor::act(library::options(&args.global)?, what, output).await;
    }
    let studio = library::open(&args.global).await?;
    match args.verb {
        Verb::Show { verb } => show::act(&studio, verb, output).await,
        Verb::Episode { verb } => episode::act(&studio, verb, output).await,
        Verb::Target { verb } => target::act(&studio, verb, output).await,
        Verb::Check(what) => check::act(&studio, &what, output).await,
        Verb::Plan(what) => publish::plan(&studio, &what).await,
        Verb::Publish(what) => publish::publish(&studio, &what, output).await,
        Verb::History(what) => history::history(&studio, &what).await,
        Verb::Diff(what) => history::diff(&studio, &what).await,
        Verb::Settle(what) => history::settle(&studio, &what).await,
        Verb::Rollback(what) => history::rollback(&studio, &what, output).await,
        Verb::Sync(what) => sync::act(&studio, &what, output).await,
        Verb::Stats(what) => stats::act(&studio, what).await,
        Verb::Import(what) => import::act(&studio, what, output).await,
        Verb::Export(what) => export::act(&studio, what, output).await,
        Verb::Logs { verb } => logs::act(&studio, verb, output).await,
        Verb::Comments(what) => comments::act(&studio, what, output).await,
        Verb::Settings { verb } => settings::act(&studio, verb).await,
        Verb::Media { verb } => media::act(&studio, &verb, output).await,
        Verb::Text { verb } => text::act(&studio, verb, output).await,
        Verb::Doctor(_) | Verb::Worker => Ok(Done::nothing()),
    }
}

fn tracing_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HEARTHCAST_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().init();
}
