//! The planted faults of tests/tests/kill.rs, for that test only: a publication whose feed comes before its files.
//! `reordered` gives the engine the plan's own steps in the wrong order; `by-hand` puts the feed in a folder itself, as a
//! publisher without any order would, when its publication has begun and before the first step of it.

use hearthcast_model::place::Location;
use hearthcast_model::plan::Step;
use hearthcast_model::{Cancel, Code, Error, Result};
use hearthcast_studio::{Options, Planned, ProgressSink, Studio};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [way, library, show] = words.as_slice() else {
        return Err(Error::new(Code::UsageInvalid, "feed-first reordered|by-hand LIBRARY SHOW"));
    };
    let studio = Studio::open(Options::new(library)).await?;
    let target = studio.choose_target(show, None).await?;
    let mut planned = studio.planned(show, &target, &[]).await?;
    if planned.plan.is_empty() {
        return Ok(());
    }
    let progress: ProgressSink = match (way.as_str(), &target.location) {
        ("by-hand", Location::Folder { path, .. }) => {
            // Once the library knows of the publication: a feed of one that it does not know is another laptop's, and the
            // next publication would rightly leave it alone.
            let (folder, planned, once) = (PathBuf::from(path), planned.clone(), Once::new());
            Arc::new(move |_| once.call_once(|| switch_by_hand(&folder, &planned)))
        }
        _ => {
            planned.plan.steps = feed_first(planned.plan.steps);
            Arc::new(|_| {})
        }
    };
    studio.publish_planned(&target, &planned, &Cancel::default(), &progress).await.map(|_| ())
}

/// Puts the new feed in its place, whole, whatever else is there.
fn switch_by_hand(folder: &Path, planned: &Planned) {
    let Some(manifest) = &planned.plan.manifest else { return };
    let (feed, beside) = (folder.join(&manifest.feed.key), folder.join("planted.xml"));
    std::fs::write(&beside, &planned.payload.feed).expect("a feed beside the other");
    std::fs::rename(beside, feed).expect("the feed in its place");
}

/// The same steps, those that make the feed public before those that put its files in place.
fn feed_first(steps: Vec<Step>) -> Vec<Step> {
    let early = |step: &Step| matches!(step, Step::Push | Step::FeedCopy | Step::Claim | Step::Switch);
    let (mut first, then): (Vec<Step>, Vec<Step>) = steps.into_iter().partition(early);
    first.extend(then);
    first
}
