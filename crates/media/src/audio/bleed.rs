//! Which of several microphones is open when: in each of them stands what the others hear, later and with the room, and all of it
//! together is what makes a talk sound like a bathroom.
//!
//! A microphone is open while its own speaker is heard in it: not much quieter than that speaker usually is, and not much quieter
//! than the loudest microphone of that instant (two who speak at once are both heard). It opens a little before and closes a
//! little after. Where nobody speaks, who spoke last stays open, so that the room is always the same one.

use super::gains::Gains;
use super::loudness::LoudnessMeter;

/// Pieces in a second.
const IN_A_SECOND: u32 = 10;
/// A speaker is not quieter than their own mean by more, LU.
const OWN_LU: f64 = 16.0;
/// Nor than the loudest microphone of the instant: what comes over from a speaker an arm's length away is quieter still.
const OTHERS_LU: f64 = 10.0;
/// Pieces that a microphone opens before, and stays open after.
const EARLY: usize = 2;
const LATE: usize = 4;
/// What is left of a closed one, dB.
const CLOSED_DB: f64 = -20.0;

/// What one microphone heard, all of it.
pub struct Heard {
    /// Loudness of each tenth of a second, LUFS, brought to one loudness with the others.
    pieces: Vec<f64>,
    reference: f64,
}

impl Heard {
    /// Of what a meter heard; `gain_db` brings it to the loudness `reference`.
    pub fn new(meter: &LoudnessMeter, gain_db: f64, reference: f64) -> Self {
        Self { pieces: meter.pieces().into_iter().map(|lufs| lufs + gain_db).collect(), reference }
    }

    fn at(&self, piece: usize) -> f64 {
        self.pieces.get(piece).copied().unwrap_or(f64::NEG_INFINITY)
    }
}

/// The gains of all microphones, at a sample rate; each is multiplied with its own factor.
pub fn gains(all: &[Heard], sample_rate: u32, factors: &[f32]) -> Vec<Gains> {
    let closed = 10f64.powf(CLOSED_DB / 20.0) as f32;
    let gains = |(open, factor): (Vec<bool>, &f32)| {
        let is_open = |piece: usize| open.get(piece).or(open.last()).copied().unwrap_or(true);
        // A step stands between two pieces, and serves both.
        let step = |at: usize| if is_open(at) || is_open(at.saturating_sub(1)) { *factor } else { *factor * closed };
        Gains::new(sample_rate, IN_A_SECOND, 0, (0..=open.len()).map(step).collect())
    };
    opened(all).into_iter().zip(factors).map(gains).collect()
}

/// Of each microphone and each piece, whether it is open.
fn opened(all: &[Heard]) -> Vec<Vec<bool>> {
    let pieces = all.iter().map(|one| one.pieces.len()).max().unwrap_or(0);
    let speaks = |piece: usize| -> Vec<bool> {
        let loudest = all.iter().map(|one| one.at(piece)).fold(f64::NEG_INFINITY, f64::max);
        let does = |one: &Heard| one.at(piece) > (one.reference - OWN_LU).max(loudest - OTHERS_LU);
        all.iter().map(does).collect()
    };
    let mut open = vec![vec![false; pieces]; all.len()];
    let mut last: Option<Vec<bool>> = None;
    for piece in 0..pieces {
        let now = speaks(piece);
        let anybody = now.contains(&true);
        // Before the first word all are closed.
        let held = if anybody { Some(&now) } else { last.as_ref() };
        for (microphone, open) in open.iter_mut().enumerate() {
            if held.is_some_and(|held| held[microphone]) {
                let late = if anybody { LATE } else { 0 };
                open[piece.saturating_sub(EARLY)..(piece + 1 + late).min(pieces)].fill(true);
            }
        }
        if anybody {
            last = Some(now);
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Loudness of pieces, and how many of them.
    fn heard(all: &[(f64, usize)]) -> Heard {
        let pieces = all.iter().flat_map(|(lufs, count)| std::iter::repeat_n(*lufs, *count)).collect();
        Heard { pieces, reference: -20.0 }
    }

    fn runs(open: &[bool]) -> Vec<(usize, usize)> {
        let starts = (0..open.len()).filter(|at| open[*at] && (*at == 0 || !open[at - 1]));
        starts.map(|at| (at, at + open[at..].iter().take_while(|open| **open).count())).collect()
    }

    #[test]
    fn a_microphone_is_open_while_its_speaker_is_heard_and_the_last_one_stays_open() {
        // Two by turns, what comes over is 15 LU quieter; then a pause; then both at once; then silence.
        let one = heard(&[(-60.0, 10), (-20.0, 20), (-35.0, 20), (-60.0, 30), (-24.0, 10), (-60.0, 10)]);
        let other = heard(&[(-60.0, 10), (-35.0, 20), (-20.0, 20), (-60.0, 30), (-20.0, 10), (-60.0, 10)]);
        let open = opened(&[one, other]);
        assert_eq!(runs(&open[0]), [(8, 34), (78, 100)]);
        assert_eq!(runs(&open[1]), [(28, 100)]);
    }

    #[test]
    fn a_track_that_ends_early_or_is_empty_is_no_harm() {
        let open = opened(&[heard(&[(-20.0, 5)]), heard(&[(-40.0, 9)]), heard(&[])]);
        assert_eq!((runs(&open[0]), runs(&open[1]), runs(&open[2])), (vec![(0, 9)], vec![], vec![]));
        assert!(opened(&[]).is_empty());
    }

    #[test]
    fn what_is_closed_is_quieter_by_twenty_decibels() {
        let all = [heard(&[(-20.0, 20), (-50.0, 20)]), heard(&[(-50.0, 20), (-20.0, 20)])];
        let gains = gains(&all, 1_000, &[2.0, 1.0]);
        let at = |microphone: usize, second: f64| gains[microphone].at((second * 1_000.0) as u64);
        assert_eq!((at(0, 1.0), at(1, 3.0)), (2.0, 1.0));
        assert!((at(0, 3.5) - 0.2).abs() < 1e-6 && (at(1, 0.5) - 0.1).abs() < 1e-6);
    }
}
