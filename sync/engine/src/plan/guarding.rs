//! Keeps a publication from changing what apps know published episodes by, until somebody typed that it is meant.

use super::{Next, PlanInput};
use crate::guard::{Guarded, Pair, addresses};
use crate::layout::Layout;
use hearthcast_model::{Episode, EpisodeId, Error, Result};
use hearthcast_protocol::publish::ReleasedEpisode;
use std::collections::HashMap;

/// What changes, and why it cannot be published as it stands.
pub(super) struct Guarding {
    pub(super) guarded: Guarded,
    pub(super) refused: Option<Error>,
}

impl Guarding {
    /// Compares what is released with what would be. What was never in a feed is free.
    pub(super) fn of(input: &PlanInput, next: &Next, layout: &Layout) -> Result<Self> {
        let Some(show) = &input.show.released else { return Ok(Self { guarded: Guarded::default(), refused: None }) };
        let prefix = show.prefix != next.show.prefix;
        let then: HashMap<&str, &ReleasedEpisode> = next.episodes.iter().map(|one| (one.id.as_str(), one)).collect();
        let changed = input.episodes.iter().filter_map(|record| {
            let before = record.released.as_ref().filter(|before| input.public(record) && before.is_in_feeds())?;
            let after = then.get(record.id.as_str()).filter(|after| after.body.is_in_feeds())?;
            (prefix || *before != after.body).then_some((&after.id, before, &after.body))
        });
        let changed: Vec<(&EpisodeId, &Episode, &Episode)> = changed.collect();
        let side = |which: fn(&(&EpisodeId, &Episode, &Episode)) -> Episode| -> Vec<ReleasedEpisode> {
            changed.iter().map(|one| ReleasedEpisode { id: one.0.clone(), body: which(one) }).collect()
        };
        let before = addresses(input.target, show, layout, &side(|one| one.1.clone()))?;
        let after = addresses(input.target, &next.show, layout, &side(|one| one.2.clone()))?;
        let pairs: Vec<Pair> = changed.iter().map(|(id, before, after)| Pair { id, before, after }).collect();
        let guarded = Guarded::of(&pairs, &before, &after, prefix);
        let how = format!("hearthcast publish {}", next.show.slug);
        let refused = guarded.refusal(&next.show.slug, input.confirmed, &how);
        Ok(Self { guarded, refused })
    }
}
