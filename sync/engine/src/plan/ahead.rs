//! Episodes that are handed over before their time: their files are in place, a server has their record, and listeners see
//! nothing of them until then. A server shows them at their minute by itself; elsewhere only the feed is left to be written.
//! What it is not: a clock; who applies the plan at the minute is the caller's business.

use super::{Draft, Next, PlanInput, rendered};
use crate::documents::named;
use hearthcast_model::hash::body_hash;
use hearthcast_model::manifest::Object;
use hearthcast_model::place::Location;
use hearthcast_model::plan::{Change, ChangeKind, Scheduled};
use hearthcast_model::record::to_value;
use hearthcast_model::visible::{due, is_public, released_by};
use hearthcast_model::{Episode, EpisodeId, Record, Result, Sha256};
use hearthcast_protocol::publish::ReleasedEpisode;
use std::collections::BTreeSet;

/// From when on an episode is called late: rounds of a timer come a quarter of an hour apart.
const LATE_MS: i64 = 20 * 60 * 1000;

/// Whether a released body waits for its time at `as_of_ms`, complete as it is.
pub(crate) fn waits_for_its_time(episode: &Episode, as_of_ms: i64) -> bool {
    !episode.draft && episode.is_complete() && episode.publish_at_ms.is_some_and(|at| !due(Some(at), as_of_ms))
}

/// Those of a publication's episodes whose time comes later, with their files.
pub(crate) fn scheduled(
    episodes: &[ReleasedEpisode],
    as_of_ms: i64,
    objects: impl Fn(&ReleasedEpisode) -> Vec<Object>,
) -> Result<Vec<Scheduled>> {
    let waiting = episodes.iter().filter(|episode| waits_for_its_time(&episode.body, as_of_ms));
    waiting
        .map(|episode| {
            Ok(Scheduled {
                episode: episode.id.clone(),
                title: episode.body.title.clone(),
                at_ms: episode.body.publish_at_ms.unwrap_or_default(),
                zone: episode.body.zone.clone(),
                body: hash_of(&episode.body)?,
                objects: objects(episode),
            })
        })
        .collect()
}

fn hash_of(episode: &Episode) -> Result<Sha256> {
    Ok(body_hash(&to_value(episode)?))
}

/// Whether a place switches no feed by itself.
pub(crate) fn needs_this_computer(location: &Location, scheduled: &[Scheduled]) -> bool {
    !matches!(location, Location::Server { .. }) && !scheduled.is_empty()
}

impl PlanInput<'_> {
    /// Whether listeners anywhere see an episode, or have seen it.
    pub(super) fn public(&self, record: &Record<Episode>) -> bool {
        is_public(record, self.as_of_ms())
    }

    fn is_server(&self) -> bool {
        matches!(self.target.location, Location::Server { .. })
    }

    fn was_handed(&self, id: &str) -> bool {
        self.handed.iter().any(|handed| handed.episode.as_str() == id)
    }

    /// What was seen of an episode at this target before: by listeners, or by the place that was handed it.
    pub(super) fn seen<'a>(&self, record: &'a Record<Episode>, after: Option<&Episode>) -> Option<&'a Episode> {
        let (current, before) = (self.current?, record.released.as_ref()?);
        // A server has shown what became due; elsewhere the feed stands as it was made.
        let as_of_ms = if self.is_server() { self.as_of_ms() } else { current.effective_at };
        let comes_now = after.is_some_and(|after| released_by(after, self.as_of_ms()));
        let known = released_by(before, as_of_ms) || (!comes_now && self.was_handed(&record.id));
        known.then_some(before)
    }

    /// When listeners notice a change, if that is later than the publication.
    pub(super) fn later(&self, before: Option<&Episode>, after: Option<&Episode>, change: Change) -> Change {
        let waits = |episode: &&Episode| waits_for_its_time(episode, self.as_of_ms());
        let Some(episode) = after.or(before).filter(waits) else { return change };
        Change { at_ms: episode.publish_at_ms, zone: episode.zone.clone(), ..change }
    }
}

impl Draft<'_> {
    /// The episodes the place has before their time, once this is applied.
    pub(super) fn scheduled(&self) -> Result<Vec<Scheduled>> {
        scheduled(&self.next.episodes, self.input.as_of_ms(), |episode| {
            let body = &episode.body;
            let lay = |(kind, file)| self.layout.lay(kind, file, Some((&episode.id, body)));
            body.kinds_of_files().filter_map(|one| self.object(&lay(one).ok()?)).collect()
        })
    }

    /// How long after its minute a scheduled episode comes out now, if anybody would call that late.
    pub(super) fn late_by_ms(&self) -> Option<i64> {
        self.input.current?;
        let now = |change: &&Change| change.kind == ChangeKind::Added && change.at_ms.is_none();
        let new = self.next.changes.iter().filter(now);
        let bodies = new.filter_map(|change| self.next.episodes.iter().find(|e| e.id.as_str() == change.id));
        let scheduled = bodies.filter_map(|e| e.body.publish_at_ms.filter(|at| !due(Some(*at), e.body.changed_ms)));
        scheduled.map(|at| self.input.as_of_ms().saturating_sub(at)).max().filter(|late| *late >= LATE_MS)
    }

    /// Whether the place knows of these, and of no other that still waits.
    pub(super) fn handed_already(&self, scheduled: &[Scheduled]) -> bool {
        let now_ms = self.input.as_of_ms();
        let key = |s: &Scheduled| (s.episode.clone(), s.at_ms, s.body.clone());
        let waiting = self.input.handed.iter().filter(|handed| !due(Some(handed.at_ms), now_ms));
        waiting.map(key).collect::<BTreeSet<_>>() == scheduled.iter().map(key).collect::<BTreeSet<_>>()
    }

    /// Whether the place shows this very feed by now, because a server makes it anew when the time of what it was handed
    /// comes: from the same records, by the same writer.
    pub(super) fn shown_by_itself(&self) -> Result<bool> {
        let Some(current) = self.input.current.filter(|_| self.input.is_server()) else { return Ok(false) };
        if current.restores.is_some() {
            return Ok(false);
        }
        let come: Vec<&Scheduled> =
            self.input.handed.iter().filter(|handed| due(Some(handed.at_ms), self.input.as_of_ms())).collect();
        if come.is_empty() || !same_bodies(&self.next, &come)? {
            return Ok(false);
        }
        let (then, documents, _) = rendered(&self.next, self.input, &self.urls, current.effective_at)?;
        Ok(Sha256::of(then.as_bytes()) == current.feed.sha256 && named(&documents) == current.documents)
    }
}

fn same_bodies(next: &Next, handed: &[&Scheduled]) -> Result<bool> {
    for handed in handed {
        let body = |id: &EpisodeId| next.episodes.iter().find(|episode| episode.id == *id);
        match body(&handed.episode) {
            Some(episode) if hash_of(&episode.body)? == handed.body => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}
