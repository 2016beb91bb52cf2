//! The formats of one run, made side by side: each by a hand of its own (`hands`), told as one work. What fails stops the others.

use super::hands::Hands;
use crate::MediaError;
use hearthcast_model::{Cancel, Progress};
use std::sync::mpsc::{self, SyncSender};

/// Signs of life that wait to be passed on.
const WAITING: usize = 64;
/// What is told of all of them is told in so many steps for each.
const STEPS: u64 = 1000;
/// The phases in which a format is made, in their order, and where in its work each one begins and ends. (Bytes that are copied are
/// the same as sound that is encoded.)
const PHASES: [(&str, f64, f64); 4] =
    [("level", 0.0, 0.1), ("encode", 0.1, 0.9), ("copy", 0.1, 0.9), ("verify", 0.9, 1.0)];

/// Makes one of them, by its place.
pub type Make<'a, T> = &'a (dyn Fn(usize, &Cancel, &mut dyn FnMut(Progress)) -> Result<T, MediaError> + Sync);
/// Whether the others go on without one that failed.
pub type MayMiss<'a> = &'a (dyn Fn(usize, &MediaError) -> bool + Sync);

/// Several things that are made in one run.
pub struct Several<'a> {
    /// How many.
    pub formats: usize,
    /// Who makes them.
    pub hands: &'a Hands,
    /// Stops all of them.
    pub cancel: &'a Cancel,
}

/// One that panics does not let the others go on.
struct StopsOnPanic<'a>(&'a Cancel);

impl Drop for StopsOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.cancel();
        }
    }
}

impl Several<'_> {
    /// Makes all of them, as many at once as there are hands; what came of each, in their order. A failure stops the others, unless
    /// they go on without that one.
    pub fn make<T: Send>(
        &self,
        make: Make<'_, T>,
        may_miss: MayMiss<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Vec<Result<T, MediaError>> {
        if self.formats == 1 {
            let made = self.hands.own(self.cancel).and_then(|_hand| make(0, self.cancel, progress));
            return vec![made];
        }
        // Stopped by one of them, and not what they are a part of.
        let together = self.cancel.of_a_part();
        let one = |which: usize, told: &SyncSender<(usize, Option<Progress>)>| {
            let _guard = StopsOnPanic(&together);
            let hand = self.hands.own(&together);
            let made = match &hand {
                // Where nobody listens any more, it is stopped soon.
                Ok(_) => make(which, &together, &mut |now| drop(told.send((which, Some(now))))),
                Err(why) => Err(why.clone()),
            };
            // Before its hand is free: none of those to come begins any more.
            if made.as_ref().is_err_and(|why| !may_miss(which, why)) {
                together.cancel();
            }
            drop(told.send((which, None)));
            made
        };
        let (sender, receiver) = mpsc::sync_channel(WAITING);
        std::thread::scope(|scope| {
            let one = &one;
            let begin = |which| {
                let told = sender.clone();
                std::thread::Builder::new().spawn_scoped(scope, move || one(which, &told))
            };
            let begun: Vec<_> = (0..self.formats).map(begin).collect();
            drop(sender);
            let _guard = StopsOnPanic(&together);
            if begun.iter().any(Result::is_err) {
                together.cancel();
            }
            let mut joint = Joint::of(self.formats);
            for (which, now) in receiver {
                progress(joint.with(which, now));
            }
            let no_hands = |why: std::io::Error| MediaError::Encoder { path: String::new(), why: why.to_string() };
            let made = begun.into_iter().map(|begun| {
                let made = begun.map_err(no_hands)?.join();
                made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            made.collect()
        })
    }
}

/// Why nothing is made: what failed, and not those that were stopped for it.
pub fn failure<T>(made: &[Result<T, MediaError>], may_miss: MayMiss<'_>) -> Option<MediaError> {
    let whys = made.iter().enumerate().filter_map(|(which, made)| Some((which, made.as_ref().err()?)));
    let mut fatal: Vec<&MediaError> = whys.filter(|(which, why)| !may_miss(*which, why)).map(|(_, why)| why).collect();
    fatal.sort_by_key(|why| **why == MediaError::Cancelled);
    fatal.first().copied().cloned()
}

/// How far all of them are together.
struct Joint {
    /// The share of each that is done, and the place of its phase among [`PHASES`].
    each: Vec<(f64, usize)>,
}

impl Joint {
    fn of(formats: usize) -> Self {
        Self { each: vec![(0.0, 0); formats] }
    }

    /// With what one of them says, or with its end. It never goes back, also where one is made once more.
    fn with(&mut self, which: usize, now: Option<Progress>) -> Progress {
        let last = PHASES.len() - 1;
        let found = match &now {
            None => Some((1.0, last)),
            Some(now) => PHASES.iter().position(|(phase, ..)| *phase == now.phase).map(|phase| {
                let (_, from, to) = PHASES[phase];
                let share = now.done.min(now.total) as f64 / now.total.max(1) as f64;
                (from + share * (to - from), phase)
            }),
        };
        if let Some((one, (share, phase))) = self.each.get_mut(which).zip(found) {
            *one = (one.0.max(share), one.1.max(phase));
        }
        let phase = match self.each.iter().all(|(_, phase)| *phase == last) {
            true => "verify",
            // One that waits for its turn, or is checked already, does not hide what the others do.
            false if self.each.iter().any(|(_, phase)| *phase > 0) => "encode",
            false => "level",
        };
        let steps = STEPS * self.each.len() as u64;
        let done = self.each.iter().map(|(share, _)| share * STEPS as f64).sum::<f64>();
        Progress::new(phase, (done.round() as u64).min(steps), steps)
    }
}

#[cfg(test)]
mod tests {
    //! Who works when is arranged by gates: each waits until the others are where they should be, and fails after a while where they
    //! never come.
    use super::*;
    use std::sync::{Condvar, Mutex};
    use std::time::Duration;

    /// Those at work, the most there ever were at once, and those that ever began.
    #[derive(Default)]
    struct Gate(Mutex<(usize, usize, usize)>, Condvar);

    impl Gate {
        fn enter(&self) {
            let mut now = self.0.lock().unwrap();
            *now = (now.0 + 1, now.1.max(now.0 + 1), now.2 + 1);
            self.1.notify_all();
        }

        fn leave(&self) {
            self.0.lock().unwrap().0 -= 1;
        }

        /// Waits until so many have been at work at once; whether they were.
        fn met(&self, many: usize) -> bool {
            let now = self.0.lock().unwrap();
            let patience = Duration::from_secs(20);
            !self.1.wait_timeout_while(now, patience, |now| now.1 < many).unwrap().1.timed_out()
        }

        fn most_and_begun(&self) -> (usize, usize) {
            let now = self.0.lock().unwrap();
            (now.1, now.2)
        }
    }

    const NONE_MAY_MISS: MayMiss<'static> = &|_, _| false;

    fn broken() -> MediaError {
        MediaError::Undecodable { path: "broken".into() }
    }

    #[test]
    fn point_4_formats_are_made_at_once_and_no_more_than_there_are_hands() {
        for (formats, many) in [(2, 2), (3, 2), (4, 3), (3, 4)] {
            let (gate, hands, cancel) = (Gate::default(), Hands::new(many, formats), Cancel::default());
            let at_once = formats.min(many);
            let several = Several { formats, hands: &hands, cancel: &cancel };
            let make = |which: usize, _: &Cancel, _: &mut dyn FnMut(Progress)| -> Result<_, MediaError> {
                gate.enter();
                let met = gate.met(at_once);
                gate.leave();
                Ok((which, met))
            };
            let made = several.make(&make, NONE_MAY_MISS, &mut |_| ());
            let wanted: Vec<Result<_, MediaError>> = (0..formats).map(|which| Ok((which, true))).collect();
            assert_eq!(made, wanted, "{formats} formats, {many} hands");
            assert_eq!(gate.most_and_begun(), (at_once, formats), "{formats} formats, {many} hands");
        }
    }

    #[test]
    fn point_4_what_fails_stops_the_others_and_those_to_come() {
        let (gate, hands, cancel) = (Gate::default(), Hands::new(2, 4), Cancel::default());
        let several = Several { formats: 4, hands: &hands, cancel: &cancel };
        let first = Mutex::new(None);
        let make = |which: usize, stop: &Cancel, _: &mut dyn FnMut(Progress)| -> Result<(), MediaError> {
            let begun = *first.lock().unwrap().get_or_insert(which);
            gate.enter();
            assert!(gate.met(2));
            // The one that began first fails once the other is at work; that one goes on until it is stopped.
            if begun == which {
                return Err(broken());
            }
            let patience = std::time::Instant::now() + Duration::from_secs(20);
            while !stop.is_cancelled() {
                assert!(std::time::Instant::now() < patience, "nobody stops it");
                std::thread::yield_now();
            }
            Err(MediaError::Cancelled)
        };
        let made = several.make(&make, NONE_MAY_MISS, &mut |_| ());
        assert_eq!(failure(&made, NONE_MAY_MISS), Some(broken()), "{made:?}");
        let stopped = made.iter().filter(|made| **made == Err(MediaError::Cancelled)).count();
        assert_eq!((stopped, gate.most_and_begun()), (3, (2, 2)), "two never began");
        assert!(!cancel.is_cancelled(), "what it is a part of goes on");
    }

    #[test]
    fn point_4_without_one_that_may_miss_the_others_are_made() {
        let (hands, cancel) = (Hands::new(2, 3), Cancel::default());
        let several = Several { formats: 3, hands: &hands, cancel: &cancel };
        let may_miss: MayMiss<'_> = &|which, _| which == 1;
        let make = |which: usize, _: &Cancel, _: &mut dyn FnMut(Progress)| match which {
            1 => Err(broken()),
            which => Ok(which),
        };
        let made = several.make(&make, may_miss, &mut |_| ());
        assert_eq!(made, [Ok(0), Err(broken()), Ok(2)]);
        assert_eq!(failure(&made, may_miss), None);
    }

    #[test]
    fn point_4_cancel_stops_all_of_them() {
        let (gate, hands, cancel) = (Gate::default(), Hands::new(2, 3), Cancel::default());
        let several = Several { formats: 3, hands: &hands, cancel: &cancel };
        let make = |_: usize, stop: &Cancel, told: &mut dyn FnMut(Progress)| -> Result<(), MediaError> {
            gate.enter();
            assert!(gate.met(2));
            let patience = std::time::Instant::now() + Duration::from_secs(20);
            while !stop.is_cancelled() {
                assert!(std::time::Instant::now() < patience, "nobody stops it");
                told(Progress::new("encode", 1, 2));
            }
            Err(MediaError::Cancelled)
        };
        let made = several.make(&make, NONE_MAY_MISS, &mut |_| cancel.cancel());
        assert!(made.len() == 3 && made.iter().all(|made| *made == Err(MediaError::Cancelled)), "{made:?}");
        assert_eq!(gate.most_and_begun(), (2, 2), "the third never began");
    }

    #[test]
    fn point_4_their_progress_is_one_that_never_goes_back() {
        let mut joint = Joint::of(2);
        let mut told = vec![];
        for (which, phase, done, total) in [
            (0, "level", 50, 100),
            (0, "encode", 500, 1000),
            // Made once more.
            (0, "encode", 0, 1000),
            (1, "copy", 7, 7),
            (0, "verify", 10, 10),
            (1, "analyse", 1, 2),
            (1, "verify", 5, 10),
        ] {
            let now = joint.with(which, Some(Progress::new(phase, done, total)));
            assert_eq!(now.total, 2_000);
            told.push((now.phase, now.done));
        }
        let wanted = [
            ("level", 50),
            ("encode", 500),
            ("encode", 500),
            ("encode", 1_400),
            ("encode", 1_900),
            ("encode", 1_900),
            ("verify", 1_950),
        ];
        assert_eq!(told, wanted.map(|(phase, done)| (phase.to_owned(), done)));
        assert_eq!(joint.with(1, None), Progress::new("verify", 2_000, 2_000));
    }
}
