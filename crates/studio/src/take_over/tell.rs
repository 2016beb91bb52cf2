//! Says what of a show keeps its place, and what does not and why.

use super::Taking;
use hearthcast_engine::Planned;
use hearthcast_model::import::ImportKind;
use hearthcast_model::plan::Plan;
use hearthcast_model::taking::{BroughtAgain, TakenInPlace};
use std::collections::{BTreeMap, BTreeSet};

/// Most files that are told one by one.
const MOST_TOLD: usize = 500;

/// What was found, and what comes of it.
pub(super) fn of(taking: &Taking, planned: &Planned, version: u64, next: Plan) -> TakenInPlace {
    let objects = planned.plan.manifest.iter().flat_map(|manifest| &manifest.objects);
    let (kept, kept_bytes) = objects.clone().fold((0, 0), |(n, bytes), object| (n + 1, bytes + object.bytes));
    let held: BTreeSet<&str> = objects.map(|object| object.sha256.as_str()).collect();
    let titles: BTreeMap<&str, &str> =
        taking.episodes.iter().map(|record| (record.id.as_str(), record.body.title.as_str())).collect();
    let not_kept = taking.files.iter().filter(|file| {
        let hash = file.about.hash.as_ref();
        file.kind != ImportKind::Elsewhere && hash.is_some_and(|hash| !held.contains(hash.as_str()))
    });
    let again = not_kept.map(|file| BroughtAgain {
        title: titles.get(file.episode.as_str()).copied().unwrap_or(&taking.show.body.title).to_string(),
        url: file.url.clone(),
        why: match taking.looked.not.get(&file.url) {
            Some(why) => (*why).to_string(),
            None => "What Hearthcast publishes of it is another file: it was made anew from it.".into(),
        },
    });
    TakenInPlace {
        target: taking.target.name.clone(),
        feed_url: planned.plan.feed_url.clone(),
        version,
        sentence: planned.plan.sentence.clone(),
        kept,
        kept_bytes,
        read_bytes: taking.looked.read,
        elsewhere: taking.files.iter().filter(|file| file.kind == ImportKind::Elsewhere).count() as u64,
        again: again.take(MOST_TOLD).collect(),
        blockers: planned.plan.blockers.clone(),
        next,
    }
}
