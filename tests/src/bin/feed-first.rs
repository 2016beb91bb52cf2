//! The planted fault of tests/tests/kill.rs: publishes with the feed switched before the files it names are there. For
//! that test only; it shows that the reader of the kill tests finds what it is there to find.

use hearthcast_model::plan::Step;
use hearthcast_model::{Cancel, Result};
use hearthcast_studio::{Options, ProgressSink, Studio};
use std::process::ExitCode;
use std::sync::Arc;

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [library, show] = words.as_slice() else { return ExitCode::from(2) };
    match publish_feed_first(library, show).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

async fn publish_feed_first(library: &str, show: &str) -> Result<()> {
    let studio = Studio::open(Options::new(library)).await?;
    let (cancel, silent): (Cancel, ProgressSink) = (Cancel::default(), Arc::new(|_| {}));
    let target = studio.choose_target(show, None).await?;
    let unfinished = studio.targets(show).await?.iter().any(|view| view.id == target.id && view.unfinished);
    let mut planned = studio.planned(show, &target, &[]).await?;
    if unfinished || planned.plan.is_empty() {
        studio.publish(show, None, &[], &cancel, silent).await?;
        return Ok(());
    }
    planned.plan.steps = feed_first(planned.plan.steps);
    studio.publish_planned(&target, &planned, &cancel, &silent).await?;
    Ok(())
}

/// The same steps, those that make the feed public before those that put its files in place.
fn feed_first(steps: Vec<Step>) -> Vec<Step> {
    let early = |step: &Step| matches!(step, Step::Push | Step::FeedCopy | Step::Claim | Step::Switch);
    let (mut first, then): (Vec<Step>, Vec<Step>) = steps.into_iter().partition(early);
    first.extend(then);
    first
}
