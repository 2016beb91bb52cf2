//! How fast bytes may leave, all lines of a program together. What it is not: a measure of the line; without a limit
//! nothing waits and nothing is counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// Most bytes that leave at once while a limit holds, so that slow lines move often.
const SMALL: usize = 16 * 1024;

/// Fewest bytes that are worth a piece of their own.
const LEAST: usize = 256;

/// Time that was not used and may be made up for at once.
const SPARE: Duration = Duration::from_millis(100);

/// One limit for everything that shares it. Clones are the same limit; a change holds from the next piece on.
#[derive(Debug, Clone, Default)]
pub struct Pace(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// 0 is no limit.
    bytes_per_second: AtomicU64,
    /// Bytes that kept to a limit so far.
    kept: AtomicU64,
    /// When the next piece may leave.
    free_at: Mutex<Option<Instant>>,
}

impl Pace {
    /// At most so many bytes a second from now on; `None` lifts the limit.
    pub fn set(&self, bytes_per_second: Option<u64>) {
        self.0.bytes_per_second.store(bytes_per_second.unwrap_or(0), Ordering::Relaxed);
    }

    /// The limit, if there is one.
    pub fn limit(&self) -> Option<u64> {
        Some(self.0.bytes_per_second.load(Ordering::Relaxed)).filter(|limit| *limit > 0)
    }

    /// Bytes that kept to a limit so far.
    pub fn kept(&self) -> u64 {
        self.0.kept.load(Ordering::Relaxed)
    }

    /// How many of so many bytes are taken at a time.
    pub(crate) fn piece(&self, most: usize) -> usize {
        match self.limit() {
            // A quarter of a second's worth at most, so that a change is felt soon.
            Some(limit) => most.min(SMALL).min(usize::try_from(limit / 4).unwrap_or(SMALL).max(LEAST)),
            None => most,
        }
    }

    /// Takes a place in the queue for so many bytes; tells when they may leave.
    fn reserve(&self, bytes: usize, now: Instant) -> Option<Instant> {
        let limit = self.limit()?;
        let mut free_at = self.0.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let earliest = now.checked_sub(SPARE).unwrap_or(now);
        let at = free_at.map_or(now, |free_at| free_at.max(earliest));
        self.0.kept.fetch_add(bytes as u64, Ordering::Relaxed);
        *free_at = Some(at + Duration::from_secs_f64(bytes as f64 / limit as f64));
        (at > now).then_some(at)
    }

    /// Until when places are taken in the queue, if any ever was.
    #[cfg(test)]
    pub(crate) fn taken_until(&self) -> Option<Instant> {
        *self.0.free_at.lock().unwrap()
    }

    /// What has to be waited for before so many bytes leave.
    pub(crate) fn before(&self, bytes: usize) -> Option<Sleep> {
        self.reserve(bytes, Instant::now()).map(sleep_until)
    }

    /// Waits until so many bytes may leave. For lines that are not HTTP.
    pub async fn take(&self, bytes: usize) {
        let mut left = bytes;
        while left > 0 {
            let piece = self.piece(left);
            if let Some(wait) = self.before(piece) {
                wait.await;
            }
            left -= piece;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When the last of these bytes left, taken by so many lanes in turn.
    fn last(pace: &Pace, from: Instant, lanes: usize, pieces: usize) -> Duration {
        let mut now = vec![from; lanes];
        for piece in 0..pieces {
            let lane = &mut now[piece % lanes];
            *lane = pace.reserve(SMALL, *lane).unwrap_or(*lane);
        }
        now.into_iter().max().unwrap() - from
    }

    #[test]
    fn lanes_share_one_limit() {
        let from = Instant::now();
        for lanes in [1, 2, 8] {
            let pace = Pace::default();
            pace.set(Some(SMALL as u64 * 10));
            // 101 pieces at ten a second: the last one leaves after ten seconds, however many lanes there are.
            assert_eq!(last(&pace, from, lanes, 101).as_millis(), 10_000, "{lanes} lanes");
        }
    }

    #[test]
    fn without_a_limit_nothing_waits_and_a_change_holds_at_once() {
        let (pace, from) = (Pace::default(), Instant::now());
        assert_eq!(last(&pace, from, 2, 1_000), Duration::ZERO);
        pace.set(Some(1_000));
        let clone = pace.clone();
        assert_eq!(clone.reserve(1_000, from), None);
        assert_eq!(pace.reserve(1_000, from), Some(from + Duration::from_secs(1)));
        clone.set(None);
        assert_eq!(pace.reserve(1_000_000, from), None);
    }

    #[test]
    fn an_idle_line_saves_nothing_up() {
        let (pace, from) = (Pace::default(), Instant::now());
        pace.set(Some(1_000));
        pace.reserve(1_000, from);
        let later = from + Duration::from_secs(3_600);
        pace.reserve(1_000, later);
        let next = pace.reserve(1_000, later).unwrap() - later;
        assert_eq!(next, Duration::from_secs(1) - SPARE);
    }
}
