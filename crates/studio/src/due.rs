//! What time brings: scheduled episodes whose minute has come, and when to look next.

use crate::Studio;
use hearthcast_engine::line::Line;
use hearthcast_engine::push;
use hearthcast_library::{episode, history};
use hearthcast_model::manifest::Manifest;
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::visible::due;
use hearthcast_model::{Episode, EpisodeId, Record, Result};
use hearthcast_storage::StorageKey;
use std::collections::BTreeSet;
use std::time::Duration;

/// Longest wait between two looks at the clock. A computer that slept, a clock that was set and an episode that was
/// scheduled elsewhere are noticed within it.
const A_LOOK: Duration = Duration::from_secs(30);

impl Studio {
    /// Returns when it is time for a round of [`sync`](Self::sync): `every` after this call, or at the minute of the next
    /// scheduled episode, by this computer's clock.
    pub async fn round_is_due(&self, every: Duration) {
        let began_ms = self.now_ms();
        loop {
            // A library that cannot be read now is read at the next look.
            let next_ms = episode::next_time(self.library().readers(), began_ms).await.unwrap_or_default();
            match pause(began_ms, self.now_ms(), every, next_ms) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return,
            }
        }
    }

    /// Episodes that were scheduled, are not public, and whose time has come: by this computer's clock and, where the target
    /// tells the time, by the target's too. A time that had passed already when it was written is no schedule: only the
    /// author publishes those.
    pub(crate) async fn due(&self, target: &Target) -> Result<Vec<EpisodeId>> {
        let records = episode::unreleased(self.library(), &target.show).await?;
        // What a rollback undid is published again by its author only.
        let undone_ms = history::last_rollback_ms(self.library(), &target.show).await?.unwrap_or(i64::MIN);
        let come = |now_ms: i64| {
            let since = |record: &&Record<Episode>| !due(record.body.publish_at_ms, undone_ms);
            let come = records.iter().filter(|record| scheduled(record) && due(record.body.publish_at_ms, now_ms));
            let come = come.filter(since);
            come.filter_map(|record| EpisodeId::parse(&record.id)).collect::<Vec<_>>()
        };
        let here = come(self.now_ms());
        match here.is_empty() {
            true => Ok(here),
            false => Ok(come(self.now_ms().min(self.now_there_ms(target).await?))),
        }
    }

    /// The target's clock; this computer's where the target does not tell.
    async fn now_there_ms(&self, target: &Target) -> Result<i64> {
        let ahead_ms = match &target.location {
            Location::Folder { .. } => None,
            Location::Server { .. } => {
                let line = Line::to(target, self.device_key()?, self.clock())?;
                Some(push::hello(&line, self.library()).await?.server_time_ms.saturating_sub(self.now_ms()))
            }
            _ => {
                let place = self.place(target).await?;
                place.head(&StorageKey::Feed(self.show(target.show.as_str()).await?.body.slug)).await?;
                place.clock_ahead_ms()
            }
        };
        Ok(self.now_ms().saturating_add(ahead_ms.unwrap_or_default()))
    }

    /// Whether a target is to be brought to what is released: a mirror or a copy always is, any other one when an episode
    /// that was scheduled came out elsewhere.
    pub(crate) async fn follows(&self, target: &Target, manifest: &Manifest) -> Result<bool> {
        if matches!(target.role, Role::Mirror | Role::Backup) {
            return Ok(true);
        }
        let shown: BTreeSet<&EpisodeId> =
            manifest.objects.iter().filter_map(|object| object.episode.as_ref()).collect();
        let records = episode::later(self.library(), &target.show, manifest.effective_at).await?;
        let came_out = records.iter().filter(|record| {
            let by_schedule = |episode: &Episode| {
                let not_yet = |ms| episode.publish_at_ms.is_some() && !due(episode.publish_at_ms, ms);
                not_yet(manifest.effective_at) && not_yet(episode.changed_ms)
            };
            record.released.as_ref().is_some_and(by_schedule)
        });
        Ok(target.role == Role::Primary
            && came_out.filter_map(|record| EpisodeId::parse(&record.id)).any(|id| !shown.contains(&id)))
    }
}

/// Whether the author chose a time for an episode before that time, and nobody released it yet.
fn scheduled(record: &Record<Episode>) -> bool {
    let body = &record.body;
    let in_future_when_written = body.publish_at_ms.is_some_and(|at| !due(Some(at), body.changed_ms));
    record.deleted_ms.is_none() && record.released.is_none() && !body.draft && in_future_when_written
}

/// How long to wait before the next look; `None` when a round is due. After a clock was set back, rounds wait until it is
/// where it was; they are looked for all the time.
fn pause(began_ms: i64, now_ms: i64, every: Duration, next_ms: Option<i64>) -> Option<Duration> {
    let round_ms = began_ms.saturating_add(i64::try_from(every.as_millis()).unwrap_or(i64::MAX));
    let end_ms = next_ms.map_or(round_ms, |next| next.min(round_ms));
    let left = u64::try_from(end_ms.saturating_sub(now_ms)).ok().filter(|left| *left > 0)?;
    Some(Duration::from_millis(left).min(A_LOOK))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: Duration = Duration::from_secs(900);

    #[test]
    fn a_round_comes_at_the_minute_of_an_episode_and_never_later_than_asked() {
        let look = Some(A_LOOK);
        for (now_s, next_s, expected, why) in [
            (0, None, look, "nothing is scheduled: looks until the quarter is over"),
            (899, None, Some(Duration::from_secs(1)), "the rest of the quarter"),
            (900, None, None, "the quarter is over"),
            (0, Some(10), Some(Duration::from_secs(10)), "wakes at the minute"),
            (10, Some(10), None, "the minute has come"),
            (0, Some(5000), look, "later than the quarter"),
            (900, Some(5000), None, "the quarter does not wait for it"),
            (4000, Some(3000), None, "woken from sleep after the minute"),
            (-7200, Some(10), look, "the clock was set back: not early, and looked at again soon"),
        ] {
            assert_eq!(pause(0, now_s * 1000, QUARTER, next_s.map(|s: i64| s * 1000)), expected, "{why}");
        }
    }
}
