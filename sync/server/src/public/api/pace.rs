//! How often one address, or everybody together, may do a thing: a bucket of turns that fills up again. Nothing here is
//! kept beyond the process, and no address as it is: keys are pseudonyms of one day.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Most keys remembered; then those forgotten first are those that have all their turns again.
const MOST_KEYS: usize = 20_000;

/// How many turns there are, and how long one takes to come back.
#[derive(Debug, Clone, Copy)]
pub(in crate::public) struct Pace {
    /// Turns at once.
    pub(in crate::public) burst: i64,
    /// Milliseconds until one more.
    pub(in crate::public) each_ms: i64,
}

/// The turns of each key.
#[derive(Debug)]
pub(in crate::public) struct Paces<K> {
    pace: Pace,
    /// When each key has all its turns again.
    full_at_ms: Mutex<HashMap<K, i64>>,
}

impl<K: Hash + Eq> Paces<K> {
    pub(in crate::public) fn new(pace: Pace) -> Self {
        Self { pace, full_at_ms: Mutex::default() }
    }

    /// Takes a turn, or tells after how many seconds there is one.
    pub(in crate::public) fn take(&self, key: K, now_ms: i64) -> Result<(), u64> {
        let mut table = self.full_at_ms.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= MOST_KEYS && !table.contains_key(&key) {
            table.retain(|_, full_at| *full_at > now_ms);
            if table.len() >= MOST_KEYS {
                return Err(seconds(self.pace.each_ms));
            }
        }
        let all = self.pace.burst * self.pace.each_ms;
        // A clock that was set back must not shut anybody out for longer than the whole bucket.
        let full_at = table.get(&key).copied().unwrap_or(now_ms).clamp(now_ms, now_ms + all);
        let after = full_at + self.pace.each_ms;
        if after > now_ms + all {
            return Err(seconds(after - now_ms - all));
        }
        table.insert(key, after);
        Ok(())
    }
}

/// Whole seconds, at least one.
fn seconds(ms: i64) -> u64 {
    u64::try_from((ms + 999) / 1000).unwrap_or_default().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_back_one_by_one() {
        let paces = Paces::new(Pace { burst: 3, each_ms: 60_000 });
        for _ in 0..3 {
            paces.take("a", 0).unwrap();
        }
        assert_eq!(paces.take("a", 0), Err(60));
        assert_eq!(paces.take("a", 59_000), Err(1));
        assert_eq!(paces.take("b", 0), Ok(()), "another one has turns of its own");
        assert_eq!(paces.take("a", 60_000), Ok(()));
        assert_eq!(paces.take("a", 60_000), Err(60));
        assert_eq!(paces.take("a", -10_000_000), Err(60), "a clock set back shuts nobody out for long");
    }

    #[test]
    fn memory_is_bounded() {
        let paces = Paces::new(Pace { burst: 1, each_ms: 1000 });
        for key in 0..MOST_KEYS {
            paces.take(key, 0).unwrap();
        }
        assert_eq!(paces.take(MOST_KEYS, 0), Err(1), "better nobody new than no bound");
        assert_eq!(paces.take(MOST_KEYS, 1001), Ok(()));
        assert_eq!(paces.full_at_ms.lock().unwrap().len(), 1);
    }
}
