//! How many threads work on a sound at once in one run, over all formats that are made in it: one for each core, within what memory
//! and open files allow. Each format has one hand for itself; those that are left help where a format can be made in pieces.

use crate::MediaError;
use hearthcast_model::Cancel;
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Hands at least, so that two segments side by side are decoded front to back; and at most, for the sake of memory.
const HANDS: Range<usize> = 2..4;
/// How often cancel is looked at.
const TICK: Duration = Duration::from_millis(100);

/// The hands of one run.
#[derive(Debug)]
pub struct Hands {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    free: usize,
    /// Formats that have not begun.
    to_come: usize,
}

/// A hand at work; given back when dropped.
#[derive(Debug)]
pub struct Hand<'a>(&'a Hands);

impl Drop for Hand<'_> {
    fn drop(&mut self) {
        self.0.state().free += 1;
        self.0.changed.notify_all();
    }
}

impl Hands {
    /// As many as this machine has.
    pub fn here() -> usize {
        std::thread::available_parallelism().map_or(1, usize::from).clamp(HANDS.start, HANDS.end)
    }

    /// So many hands for so many formats.
    pub fn new(hands: usize, formats: usize) -> Self {
        Self { state: Mutex::new(State { free: hands, to_come: formats }), changed: Condvar::new() }
    }

    /// A format's own one. It waits until one is free.
    pub fn own(&self, cancel: &Cancel) -> Result<Hand<'_>, MediaError> {
        let mut state = self.state();
        while state.free == 0 && !cancel.is_cancelled() {
            state = self.changed.wait_timeout(state, TICK).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.to_come = state.to_come.saturating_sub(1);
        if cancel.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        state.free -= 1;
        Ok(Hand(self))
    }

    /// One more for a format that has its own, where one is free and no other format waits for it.
    pub fn spare(&self) -> Option<Hand<'_>> {
        let mut state = self.state();
        if state.free == 0 || state.to_come > 0 {
            return None;
        }
        state.free -= 1;
        Some(Hand(self))
    }

    /// The same, as soon as there is one; `None` once it is not wanted any more.
    pub fn spare_while(&self, wanted: impl Fn() -> bool) -> Option<Hand<'_>> {
        while wanted() {
            if let Some(hand) = self.spare() {
                return Some(hand);
            }
            drop(self.changed.wait_timeout(self.state(), TICK));
        }
        None
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn point_4_formats_come_first_and_helpers_take_what_is_left() {
        let (hands, cancel) = (Hands::new(2, 3), Cancel::default());
        let first = hands.own(&cancel).unwrap();
        assert!(hands.spare().is_none(), "two formats wait for the one that is free");
        let second = hands.own(&cancel).unwrap();
        assert!(hands.spare().is_none(), "none is free");
        drop(first);
        assert!(hands.spare().is_none(), "the third format waits for it");
        let third = hands.own(&cancel).unwrap();
        drop(second);
        let helps = hands.spare();
        assert!(helps.is_some() && hands.spare().is_none(), "two, and no more");
        drop((helps, third));
        assert!(hands.spare_while(|| false).is_none() && hands.spare_while(|| true).is_some());
    }

    #[test]
    fn point_4_who_waits_for_a_hand_is_stopped_as_well() {
        let (hands, cancel) = (Hands::new(1, 2), Cancel::default());
        let _busy = hands.own(&cancel).unwrap();
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| hands.own(&cancel).map(drop));
            cancel.cancel();
            assert_eq!(waits.join().unwrap(), Err(MediaError::Cancelled));
        });
    }
}
