//! What time brings: scheduled episodes whose minute has come, and when to look next.

use crate::Studio;
use hearthcast_engine::feed_key;
use hearthcast_engine::line::Line;
use hearthcast_engine::push;
use hearthcast_library::{episode, history, import, target};
use hearthcast_model::manifest::Manifest;
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::visible::due;
use hearthcast_model::{Episode, EpisodeId, Record, Result};

use std::collections::BTreeSet;
use std::time::Duration;

/// Longest wait between two looks at the clock. A computer that slept, a clock that was set and an episode that was
/// scheduled elsewhere are noticed within it.
const A_LOOK: Duration = Duration::from_secs(30);

impl Studio {
    /// Returns when it is time for a round of [`sync`](Self::sync): `every` after this call, whatever becomes of the wall
    /// clock meanwhile, or at the minute of the next scheduled episode, by this computer's clock.
    pub async fn round_is_due(&self, every: Duration) {
        // Steady, but it stands still while the computer sleeps: then the wall clock tells.
        let (steady, mut wait) = (tokio::time::Instant::now(), Wait::from(self.now_ms(), every));
        loop {
            let now_ms = self.now_ms();
            // A library that cannot be read now is read at the next look.
            let next =
                episode::next_time(self.library().readers(), wait.looked_until(now_ms)).await.unwrap_or_default();
            match wait.pause(steady.elapsed(), now_ms, next) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return,
            }
        }
    }

    /// The moment a publication is made for. Where something was handed over before its time, and that time has come by this
    /// computer's clock only, the target's clock decides.
    pub(crate) async fn moment(&self, target: &Target) -> Result<i64> {
        let now_ms = self.now_ms();
        match self.handed_and_due(target).await? {
            true => Ok(now_ms.min(self.now_there_ms(target).await?)),
            false => Ok(now_ms),
        }
    }

    /// Whether the time of something that a place has came, and somebody has to switch its feed: a server does that itself.
    pub(crate) async fn time_came(&self, target: &Target) -> Result<bool> {
        Ok(!matches!(target.location, Location::Server { .. }) && self.handed_and_due(target).await?)
    }

    async fn handed_and_due(&self, target: &Target) -> Result<bool> {
        let handed = target::handed(self.library(), &target.id).await?;
        Ok(handed.iter().any(|handed| due(Some(handed.at_ms), self.now_ms())))
    }

    /// Episodes that were scheduled, are not public, and whose time has come: by this computer's clock and, where the target
    /// tells the time, by the target's too. A time that had passed already when it was written is no schedule: only the
    /// author publishes those.
    pub(crate) async fn due(&self, target: &Target) -> Result<Vec<EpisodeId>> {
        let records = episode::unreleased(self.library(), &target.show).await?;
        // What a rollback undid is published again by its author only.
        let undone_ms = history::last_rollback_ms(self.library(), &target.show).await?;
        // Nor does the import of a folder publish what was due before it came: its records say when somebody else wrote them.
        let came_ms = import::folder_came_ms(self.library(), &target.show).await?;
        let undone_ms = undone_ms.max(came_ms).unwrap_or(i64::MIN);
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
                let line = Line::to(target, self.device_key()?, self.net().await?)?;
                Some(push::hello(&line, self.library()).await?.server_time_ms.saturating_sub(self.now_ms()))
            }
            _ => {
                let place = self.place(target).await?;
                place.head(&feed_key(target, &self.show(target.show.as_str()).await?.body.slug)).await?;
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

/// The wait for a round, look by look.
#[derive(Debug)]
struct Wait {
    began_ms: i64,
    every: Duration,
    /// What the wall clock said at the last look.
    looked_ms: i64,
}

impl Wait {
    fn from(now_ms: i64, every: Duration) -> Self {
        Self { began_ms: now_ms, every, looked_ms: now_ms }
    }

    /// Until when every minute was noticed. A clock that was set back comes to its minutes again.
    fn looked_until(&self, now_ms: i64) -> i64 {
        self.looked_ms.min(now_ms)
    }

    /// How long to wait before the next look; `None` when a round is due. `passed` is what a steady clock says, `next_ms` the
    /// first minute of an episode after the last look.
    fn pause(&mut self, passed: Duration, now_ms: i64, next_ms: Option<i64>) -> Option<Duration> {
        self.looked_ms = now_ms;
        let by_wall = u64::try_from(now_ms.saturating_sub(self.began_ms)).unwrap_or(0);
        let rest = self.every.checked_sub(passed.max(Duration::from_millis(by_wall))).filter(|rest| !rest.is_zero())?;
        let until_next = match next_ms {
            Some(next) => Duration::from_millis(u64::try_from(next.saturating_sub(now_ms)).ok().filter(|ms| *ms > 0)?),
            None => rest,
        };
        Some(rest.min(until_next).min(A_LOOK))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: Duration = Duration::from_secs(900);

    #[test]
    fn a_round_comes_at_the_minute_of_an_episode_and_never_later_than_asked() {
        let look = Some(A_LOOK);
        for (passed_s, now_s, next_s, expected, why) in [
            (0, 0, None, look, "nothing is scheduled: looks until the quarter is over"),
            (899, 899, None, Some(Duration::from_secs(1)), "the rest of the quarter"),
            (900, 900, None, None, "the quarter is over"),
            (0, 0, Some(10), Some(Duration::from_secs(10)), "wakes at the minute"),
            (10, 10, Some(10), None, "the minute has come"),
            (0, 0, Some(5000), look, "later than the quarter"),
            (900, 900, Some(5000), None, "the quarter does not wait for it"),
            (5, 4000, Some(3000), None, "woken from sleep after the minute"),
            (10, -7200, Some(10), look, "the clock was set back: not early, and looked at again soon"),
            (900, -7200, Some(10), None, "the clock was set back: a round comes in its time all the same"),
        ] {
            let pause = Wait::from(0, QUARTER).pause(
                Duration::from_secs(passed_s),
                now_s * 1000,
                next_s.map(|s: i64| s * 1000),
            );
            assert_eq!(pause, expected, "{why}");
        }
    }

    /// How many seconds pass until a round, on a clock that shows `wall` seconds after so many steady ones.
    fn waited(every_s: u64, minutes_s: &[i64], wall: impl Fn(u64) -> i64) -> u64 {
        let mut wait = Wait::from(wall(0) * 1000, Duration::from_secs(every_s));
        let mut passed = 0;
        loop {
            let now_ms = wall(passed) * 1000;
            let looked = wait.looked_until(now_ms);
            let next = minutes_s.iter().map(|s| s * 1000).filter(|ms| *ms > looked).min();
            match wait.pause(Duration::from_secs(passed), now_ms, next) {
                Some(pause) => passed += pause.as_secs().max(1),
                None => return passed,
            }
        }
    }

    #[test]
    fn clocks_that_are_set_make_no_round_early_and_none_much_too_late() {
        let back_after = |after: u64, by: i64| move |s: u64| s as i64 - if s > after { by } else { 0 };
        assert_eq!(waited(900, &[], back_after(60, 3600)), 900, "an hour back: the quarter is over when it is over");
        // At the beginning the clock is two hours ahead of the minute; then it is set right, and the minute comes.
        let after = waited(86_400, &[-3600], back_after(60, 7200));
        assert!((3600..=3630).contains(&after), "{after}");
        // Set forward over the minute: noticed at the next look.
        let forward = |s: u64| s as i64 + if s > 10 { 3600 } else { 0 };
        assert!(waited(86_400, &[1800], forward) <= 60);
    }
}
