//! What was said of an earlier sound of a recording, worked out of what is said of a later one: a step was taken back.

use super::follow::in_order;
use super::{OnBoth, Timed, Timeline};

/// What was said the last time, of an earlier sound: a step was taken back, and `current` stands on that sound's clock. What is
/// not heard there was laid aside there, too.
pub fn recalled<T: Timed>(known: &[OnBoth<T>], current: &[T], earlier: &Timeline) -> Vec<OnBoth<T>> {
    let mut all = known.to_vec();
    let heard = in_order(&mut all, earlier);
    for (one, heard) in all.iter_mut().zip(heard) {
        let returns = one.output.is_some() || earlier.has_start_of(one);
        one.output = heard.filter(|heard| returns || current.contains(heard));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::{Heard, Piece, follow};
    use super::*;
    use crate::Chapter;

    fn heard_now(all: &[OnBoth<Chapter>]) -> Vec<Chapter> {
        all.iter().filter_map(|one| one.output.clone()).collect()
    }

    /// A minute without 20 to 30 s.
    fn cut() -> Timeline {
        let piece = |length_ms, from| Piece { length_ms, heard: Heard::Master(from) };
        Timeline { pieces: vec![piece(20_000, 0), piece(30_000, 30_000)] }
    }

    #[test]
    fn a_step_back_keeps_what_an_earlier_cut_laid_aside() {
        let whole = Timeline::all_of(60_000);
        let typed = [
            Chapter::new(0, "Hello"),
            Chapter::new(21_000, "Gossip"),
            Chapter::new(30_000, "News"),
            Chapter::new(50_000, "End"),
        ];
        let first = follow(&typed, &[], &whole, &cut());
        let piece = |length_ms, from| Piece { length_ms, heard: Heard::Master(from) };
        // The news go with a second cut.
        let twice = Timeline { pieces: vec![piece(20_000, 0), piece(10_000, 50_000)] };
        let second = follow(&heard_now(&first), &first, &cut(), &twice);
        assert_eq!(heard_now(&second), [Chapter::new(0, "Hello"), Chapter::new(20_000, "End")]);
        // It is undone: the episode's chapters are those of the first cut again.
        let undone = recalled(&second, &heard_now(&first), &cut());
        assert_eq!(undone, first);
        let back = follow(&heard_now(&first), &undone, &cut(), &whole);
        assert_eq!(heard_now(&back), typed);
        // What the author takes out meanwhile stays out.
        let without: Vec<Chapter> = heard_now(&first).into_iter().filter(|one| one.title != "News").collect();
        let back = follow(&without, &recalled(&second, &without, &cut()), &cut(), &whole);
        assert_eq!(
            heard_now(&back),
            [Chapter::new(0, "Hello"), Chapter::new(21_000, "Gossip"), Chapter::new(50_000, "End")]
        );
    }
}
