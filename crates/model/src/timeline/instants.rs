//! Instants that words name follow their recording: an author's words stay, so an instant that was cut out becomes the place
//! where its passage was, and what it was comes back with the passage.

use super::follow::on_master;
use super::{Heard, Timed, Timeline, Within};
use serde::{Deserialize, Serialize};

/// An instant in some words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instant {
    /// When, milliseconds.
    pub at_ms: i64,
    /// What is said of it; tells it from others.
    pub beside: String,
}

/// An instant on both clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstantOnBoth {
    /// What is said of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub beside: String,
    /// On the recording's clock (or the intro's, or the outro's).
    pub master_ms: i64,
    /// Which clock that is.
    #[serde(default, skip_serializing_if = "super::follow::is_master")]
    pub within: Within,
    /// As listeners read it.
    pub output_ms: i64,
}

impl Timed for Instant {
    /// What opens the sound opens the recording, as with chapters: lists of them agree.
    const UNTIL_NEXT: bool = true;
    const SHORTEST_MS: i64 = 0;
    fn start_ms(&self) -> i64 {
        self.at_ms
    }
    fn end_ms(&self) -> Option<i64> {
        None
    }
    fn at(&self, start_ms: i64, _: Option<i64>) -> Self {
        Self { at_ms: start_ms, ..self.clone() }
    }
}

/// Brings instants from one timeline of a recording to another one, each to one place, in the order given. `known` is what was
/// said the last time; a second is the finest that words show.
pub fn follow_instants(
    current: &[Instant],
    known: &[InstantOnBoth],
    old: &Timeline,
    new: &Timeline,
) -> Vec<InstantOnBoth> {
    let mut known = known.to_vec();
    let follow = |one: &Instant| {
        let is_it = |known: &InstantOnBoth| known.output_ms / 1000 == one.at_ms / 1000 && known.beside == one.beside;
        let (within, master_ms) = match known.iter().position(is_it) {
            // Nobody touched it since.
            Some(at) => {
                let known = known.remove(at);
                (known.within, known.master_ms)
            }
            None => {
                let both = on_master(one, old);
                (both.within, both.master.at_ms)
            }
        };
        let output_ms = new.names(within, master_ms, old);
        InstantOnBoth { beside: one.beside.clone(), master_ms, within, output_ms }
    };
    current.iter().map(follow).collect()
}

/// What was said the last time, of an earlier sound: a step was taken back. `known` stands on `old`.
pub fn recalled_instants(known: &[InstantOnBoth], old: &Timeline, earlier: &Timeline) -> Vec<InstantOnBoth> {
    let names = |one: &InstantOnBoth| earlier.names(one.within, one.master_ms, old);
    known.iter().map(|one| InstantOnBoth { output_ms: names(one), ..one.clone() }).collect()
}

impl Timeline {
    /// Where an instant is heard, or the place where it was.
    fn names(&self, within: Within, ms: i64, old: &Timeline) -> i64 {
        match within {
            Within::Intro => ms.min(self.intro_ms()),
            Within::Outro => self.outro_at_ms().map_or_else(|| self.end_of(old), |at| (at + ms).min(self.length_ms())),
            Within::Master if ms == 0 => 0,
            Within::Master => self.nearest_output(ms),
        }
    }

    /// The end of the recording here.
    fn end_of(&self, old: &Timeline) -> i64 {
        let end = |piece: &super::Piece| match piece.heard {
            Heard::Master(start) => start + piece.length_ms,
            Heard::Intro | Heard::Outro => 0,
        };
        self.nearest_output(old.pieces.iter().map(end).max().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Piece;
    use super::*;

    /// 5 s of intro; the master of 60 s without 20 to 30 s; 4 s of outro.
    fn cut() -> Timeline {
        let piece = |length_ms, heard| Piece { length_ms, heard };
        let pieces = vec![
            piece(5_000, Heard::Intro),
            piece(20_000, Heard::Master(0)),
            piece(30_000, Heard::Master(30_000)),
            piece(4_000, Heard::Outro),
        ];
        Timeline { pieces }
    }

    fn instants(all: &[(i64, &str)]) -> Vec<Instant> {
        all.iter().map(|(at_ms, beside)| Instant { at_ms: *at_ms, beside: (*beside).into() }).collect()
    }

    fn read(all: &[InstantOnBoth]) -> Vec<Instant> {
        // As words show them.
        all.iter().map(|one| Instant { at_ms: one.output_ms / 1000 * 1000, beside: one.beside.clone() }).collect()
    }

    #[test]
    fn words_keep_an_instant_that_was_cut_out_and_get_it_back() {
        let typed = instants(&[(0, "Hello"), (15_000, "News"), (21_000, "Gossip"), (24_000, "More"), (60_000, "End")]);
        let gone = follow_instants(&typed, &[], &Timeline::default(), &cut());
        let heard: Vec<i64> = gone.iter().map(|one| one.output_ms).collect();
        // What was cut out is where the cut is; the opening stays the opening.
        assert_eq!(heard, [0, 20_000, 25_000, 25_000, 55_000]);
        let back = follow_instants(&read(&gone), &gone, &cut(), &Timeline::default());
        assert_eq!(read(&back), typed);
        // In another order, with one more that was typed meanwhile.
        let mut now = read(&gone);
        now.reverse();
        now.push(Instant { at_ms: 26_000, beside: "Guest".into() });
        let back = follow_instants(&now, &gone, &cut(), &Timeline::default());
        let heard: Vec<i64> = back.iter().map(|one| one.output_ms).collect();
        assert_eq!(heard, [60_000, 24_000, 21_000, 15_000, 0, 31_000]);
    }

    #[test]
    fn what_is_said_in_intro_and_outro_waits_at_their_places() {
        let typed = instants(&[(2_000, "Jingle"), (57_000, "Thanks")]);
        let none = follow_instants(&typed, &[], &cut(), &Timeline::default());
        assert_eq!(none.iter().map(|one| one.output_ms).collect::<Vec<_>>(), [0, 60_000]);
        let back = follow_instants(&read(&none), &none, &Timeline::default(), &cut());
        assert_eq!(read(&back), typed);
    }
}
