//! Chapters, songs and soundbites follow their recording: where they stand on its clock, and where on that of the sound that
//! was made of it. What stood in a passage that was cut out is laid aside and comes back with the passage.

use super::{Heard, Timeline};
use crate::chapter::Chapter;
use crate::namespace::{Soundbite, ValueTimeSplit};
use crate::song::Song;
use serde::{Deserialize, Serialize};

/// Something that begins at an instant.
pub trait Timed: Clone + PartialEq {
    /// Whether it lasts until the next one begins, where it has no end of its own.
    const UNTIL_NEXT: bool;
    /// What is left of it goes, too, when it is shorter than this.
    const SHORTEST_MS: i64;
    /// Where it begins.
    fn start_ms(&self) -> i64;
    /// Where it ends, if it says so.
    fn end_ms(&self) -> Option<i64>;
    /// The same at another time.
    fn at(&self, start_ms: i64, end_ms: Option<i64>) -> Self;
}

/// What says where it ends, and what says how long it lasts.
macro_rules! timed {
    ($type:ty, ends, until_next: $next:literal, shortest_ms: $shortest:literal) => {
        impl Timed for $type {
            const UNTIL_NEXT: bool = $next;
            const SHORTEST_MS: i64 = $shortest;
            fn start_ms(&self) -> i64 {
                self.start_ms
            }
            fn end_ms(&self) -> Option<i64> {
                self.end_ms
            }
            fn at(&self, start_ms: i64, end_ms: Option<i64>) -> Self {
                Self { start_ms, end_ms, ..self.clone() }
            }
        }
    };
    ($type:ty, lasts, shortest_ms: $shortest:literal) => {
        impl Timed for $type {
            const UNTIL_NEXT: bool = false;
            const SHORTEST_MS: i64 = $shortest;
            fn start_ms(&self) -> i64 {
                self.start_ms
            }
            fn end_ms(&self) -> Option<i64> {
                Some(self.start_ms.saturating_add(self.duration_ms))
            }
            fn at(&self, start_ms: i64, end_ms: Option<i64>) -> Self {
                let duration_ms = end_ms.map_or(self.duration_ms, |end_ms| end_ms - start_ms);
                Self { start_ms, duration_ms, ..self.clone() }
            }
        }
    };
}

timed!(Chapter, ends, until_next: true, shortest_ms: 1);
timed!(Song, ends, until_next: false, shortest_ms: 1);
timed!(ValueTimeSplit, lasts, shortest_ms: 1);
// Nobody hears anything in less than a second.
timed!(Soundbite, lasts, shortest_ms: 1_000);

/// Where an instant lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// In the recording.
    #[default]
    Master,
    /// In the intro, on the intro's clock.
    Intro,
    /// In the outro, on the outro's clock.
    Outro,
}

/// Something on both clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnBoth<T> {
    /// On the recording's clock (or the intro's, or the outro's).
    pub master: T,
    /// Which clock that is.
    #[serde(default, skip_serializing_if = "is_master")]
    pub within: Within,
    /// As listeners get it; `None` while its passage is cut out.
    pub output: Option<T>,
}

pub(super) fn is_master(within: &Within) -> bool {
    *within == Within::Master
}

/// Brings everything from one timeline of a recording to another one. `current` stands on the clock of `old`; `known` is what
/// was said the last time, so that what nobody touched since comes back as it was.
pub fn follow<T: Timed>(current: &[T], known: &[OnBoth<T>], old: &Timeline, new: &Timeline) -> Vec<OnBoth<T>> {
    let mut all: Vec<OnBoth<T>> = current
        .iter()
        .map(|one| match known.iter().find(|known| known.output.as_ref() == Some(one)) {
            Some(known) => known.clone(),
            None => on_master(one, old),
        })
        .collect();
    // What was laid aside, unless it is here again (a step was taken back).
    let here: Vec<T> = all.iter().map(|one| one.master.clone()).collect();
    all.extend(known.iter().filter(|one| one.output.is_none() && !here.contains(&one.master)).cloned());
    let heard = in_order(&mut all, new);
    for (one, heard) in all.iter_mut().zip(heard) {
        // What was laid aside comes back with its own beginning, not because something after it went.
        let returns = one.output.is_some() || !known.contains(one) || new.has_start_of(one);
        one.output = heard.filter(|_| returns);
    }
    all
}

/// Sorts by what is heard first, and says where each is heard.
pub(super) fn in_order<T: Timed>(all: &mut [OnBoth<T>], new: &Timeline) -> Vec<Option<T>> {
    all.sort_by_key(|one| (order(one.within), one.master.start_ms()));
    let next = |at: usize| all.get(at + 1).filter(|one| one.within == Within::Master).map(|one| one.master.start_ms());
    let opening = all.iter().position(|one| one.within == Within::Master);
    all.iter().enumerate().map(|(at, one)| heard(one, next(at), Some(at) == opening, new)).collect()
}

fn order(within: Within) -> u8 {
    match within {
        Within::Intro => 0,
        Within::Master => 1,
        Within::Outro => 2,
    }
}

/// Where something is in the recording that is at this place of its output.
pub(super) fn on_master<T: Timed>(one: &T, old: &Timeline) -> OnBoth<T> {
    let (start, end) = (one.start_ms(), one.end_ms());
    let opens = T::UNTIL_NEXT && start == 0;
    let (within, at) = match (old.outro_at_ms().filter(|at| start >= *at), start < old.intro_ms()) {
        // What opens the sound opens the recording, also where an intro comes first.
        _ if opens => (Within::Master, 0),
        (Some(outro), _) => (Within::Outro, start - outro),
        (None, true) => (Within::Intro, start),
        (None, false) => (Within::Master, old.to_master(start).unwrap_or(start)),
    };
    let end = end.map(|end| match within {
        // The instant before the end lies in it; the end itself may be the beginning of the next piece.
        Within::Master => old.to_master(end - 1).map_or(at + end - start, |last| last + 1),
        _ => at + end - start,
    });
    OnBoth { master: one.at(at, end.map(|end| end.max(at))), within, output: None }
}

/// Where it is heard.
fn heard<T: Timed>(one: &OnBoth<T>, next: Option<i64>, first: bool, new: &Timeline) -> Option<T> {
    let (start, end) = (one.master.start_ms(), one.master.end_ms());
    // What lies behind the end of a shorter intro, or what hardly anything is left of, waits.
    let shifted = |by: i64, most: i64| {
        let (at, end) = (start + by, end.map(|end| (end + by).min(most)));
        let stays = at < most && end.is_none_or(|end| end - at >= T::SHORTEST_MS);
        stays.then(|| one.master.at(at, end))
    };
    match one.within {
        Within::Intro => return shifted(0, new.intro_ms()),
        Within::Outro => return new.outro_at_ms().and_then(|at| shifted(at, new.length_ms())),
        Within::Master => {}
    }
    let at = new.nearest_output(start);
    let until = end.or(next.filter(|_| T::UNTIL_NEXT));
    let stays = match until {
        Some(until) => new.nearest_output(until) - at >= T::SHORTEST_MS,
        None if T::UNTIL_NEXT => at < new.nearest_output(i64::MAX),
        None => new.to_output(start).is_some(),
    };
    // What opens a recording opens the sound, also where an intro comes first.
    let at = if T::UNTIL_NEXT && first && start == 0 { 0 } else { at };
    stays.then(|| one.master.at(at, end.map(|end| new.nearest_output(end))))
}

impl Timeline {
    pub(super) fn has_start_of<T: Timed>(&self, one: &OnBoth<T>) -> bool {
        one.within != Within::Master || self.to_output(one.master.start_ms()).is_some()
    }

    /// How long the intro is; 0 without one.
    pub fn intro_ms(&self) -> i64 {
        self.pieces.iter().take_while(|piece| piece.heard == Heard::Intro).map(|piece| piece.length_ms).sum()
    }

    /// Where the outro begins.
    pub fn outro_at_ms(&self) -> Option<i64> {
        let outro: i64 =
            self.pieces.iter().rev().take_while(|piece| piece.heard == Heard::Outro).map(|piece| piece.length_ms).sum();
        (outro > 0).then(|| self.length_ms() - outro)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Piece;
    use super::*;

    /// 5 s of intro where wanted; the master of 60 s without 20 to 30 s; 4 s of outro where wanted.
    fn cut(intro: bool, outro: bool) -> Timeline {
        let piece = |length_ms, heard| Piece { length_ms, heard };
        let mut pieces = vec![piece(20_000, Heard::Master(0)), piece(30_000, Heard::Master(30_000))];
        if intro {
            pieces.insert(0, piece(5_000, Heard::Intro));
        }
        if outro {
            pieces.push(piece(4_000, Heard::Outro));
        }
        Timeline { pieces }
    }

    fn starts(all: &[OnBoth<Chapter>]) -> Vec<(i64, Option<i64>)> {
        all.iter().map(|one| (one.master.start_ms, one.output.as_ref().map(|output| output.start_ms))).collect()
    }

    fn heard_now(all: &[OnBoth<Chapter>]) -> Vec<Chapter> {
        all.iter().filter_map(|one| one.output.clone()).collect()
    }

    #[test]
    fn chapters_of_a_passage_that_goes_are_laid_aside_and_come_back() {
        let whole = Timeline::all_of(60_000);
        let typed: Vec<Chapter> =
            [(0, "Hello"), (18_000, "News"), (21_000, "Gossip"), (24_000, "More"), (50_000, "End")]
                .map(|(at, title)| Chapter::new(at, title))
                .into();
        let gone = follow(&typed, &[], &whole, &cut(true, true));
        // "More" lasts beyond the cut: what is left of it begins at the seam.
        let wanted =
            [(0, Some(0)), (18_000, Some(23_000)), (21_000, None), (24_000, Some(25_000)), (50_000, Some(45_000))];
        assert_eq!(starts(&gone), wanted);
        // Nobody touched anything: everything is back, to the millisecond.
        let back = follow(&heard_now(&gone), &gone, &cut(true, true), &whole);
        assert_eq!(heard_now(&back), typed);
    }

    #[test]
    fn what_was_typed_meanwhile_is_brought_over_and_what_was_taken_out_stays_out() {
        let whole = Timeline::all_of(60_000);
        let typed = [Chapter::new(0, "Hello"), Chapter::new(21_000, "Gossip"), Chapter::new(30_000, "News")];
        let gone = follow(&typed, &[], &whole, &cut(true, false));
        let mut now = heard_now(&gone);
        now.retain(|one| one.title != "News");
        now.extend([Chapter::new(2_000, "Jingle"), Chapter::new(40_000, "Guest")]);
        let again = follow(&now, &gone, &cut(true, false), &cut(false, true));
        let titles: Vec<(&str, Option<i64>)> = again
            .iter()
            .map(|one| (one.master.title.as_str(), one.output.as_ref().map(|output| output.start_ms)))
            .collect();
        // 40 s of what is heard with the intro is 45 s of the master, and 35 s without the intro. The jingle waits for the intro.
        assert_eq!(titles, [("Jingle", None), ("Hello", Some(0)), ("Gossip", None), ("Guest", Some(35_000))]);
    }

    #[test]
    fn what_is_said_in_the_outro_stays_with_the_outro() {
        let now = [Chapter::new(0, "Hello"), Chapter::new(57_000, "Thanks")];
        let none = follow(&now, &[], &cut(true, true), &cut(true, false));
        assert_eq!(heard_now(&none), [Chapter::new(0, "Hello")]);
        let back = follow(&heard_now(&none), &none, &cut(true, false), &cut(false, true));
        assert_eq!(heard_now(&back), [Chapter::new(0, "Hello"), Chapter::new(52_000, "Thanks")]);
    }

    #[test]
    fn soundbites_and_songs_keep_their_lengths_or_go() {
        let whole = Timeline::all_of(60_000);
        let bite = |start_ms, duration_ms| Soundbite { start_ms, duration_ms, title: String::new() };
        let bites = follow(
            &[bite(15_000, 20_000), bite(19_500, 10_000), bite(35_000, 20_000)],
            &[],
            &whole,
            &cut(false, false),
        );
        let heard: Vec<_> = bites.iter().map(|one| one.output.clone()).collect();
        assert_eq!(heard, [Some(bite(15_000, 10_000)), None, Some(bite(25_000, 20_000))]);
        let song = |start_ms, end_ms| Song {
            start_ms,
            end_ms,
            title: "Shanty".into(),
            artists: vec![],
            comment: String::new(),
            url: String::new(),
            picture: None,
        };
        let songs = follow(&[song(25_000, None), song(28_000, Some(33_000))], &[], &whole, &cut(false, false));
        assert_eq!(songs[0].output, None);
        assert_eq!(songs[1].output, Some(song(20_000, Some(23_000))));
    }
}
