//! Speakers who are louder or quieter than the others are brought together: a gain that follows who speaks, slowly enough that
//! nobody hears it move.
//!
//! How loud somebody speaks is the mean of what a listener hears in 400 ms (ITU-R BS.1770 momentary loudness), over the three seconds
//! around an instant; pauses and what is far quieter than the recording do not count, and between two who speak the gain goes over from
//! the one to the other. The gain of an instant hangs on the ten seconds around it alone, so a part of a recording is
//! levelled as the whole is. Loudness as a whole is somebody else's work: the reference is the recording's own.

use super::gains::Gains;
use super::loudness::LoudnessMeter;

/// Steps of a gain in a second; the gain goes evenly from one to the next.
const IN_A_SECOND: usize = 2;
/// 100-ms pieces of a step.
const PIECES: usize = 10 / IN_A_SECOND;
/// 100-ms pieces before and behind an instant that count.
const AROUND: usize = 15;
/// Of them, so much must be speech, in pieces with full weight.
const LEAST_SPEECH: f64 = 2.0;
/// What is quieter than the recording by more is a pause, a breath, or a room.
const PAUSE_LU: f64 = 20.0;
/// Seconds over which the gain of somebody fades after the last word and before the first one.
const FADE_STEPS: usize = 8 * IN_A_SECOND;
/// Nobody is made louder or quieter by more, dB: what is quieter still is mostly noise.
const MOST_DB: f64 = 12.0;

/// Milliseconds before and behind a part that must be heard, so that it is levelled as in the whole.
pub const MARGIN_MS: i64 = 10_000;
/// A part begins at a multiple of so many milliseconds.
pub const GRID_MS: i64 = 500;

/// The gain of every instant after what a meter heard from `from_ms` on, a multiple of [`GRID_MS`]. `reference` is the loudness of
/// the whole recording, LUFS; `percent`, how much of the distance goes.
pub fn gains(meter: &LoudnessMeter, sample_rate: u32, from_ms: i64, reference: f64, percent: u8) -> Gains {
    let share = f64::from(percent.min(100)) / 100.0;
    let momentary = meter.momentary();
    let steps = momentary.len().div_ceil(PIECES) + 1;
    let gain = |loud: f64| ((reference - loud) * share).clamp(-MOST_DB, MOST_DB);
    let known = |step: usize| spoken(&momentary, step * PIECES, reference).map(gain);
    let known: Vec<Option<f64>> = (0..steps).map(known).collect();
    let factors = filled(&known).into_iter().map(|db| 10f64.powf(db / 20.0) as f32).collect();
    Gains::new(sample_rate, IN_A_SECOND as u32, (from_ms / GRID_MS).unsigned_abs(), factors)
}

/// How loud somebody speaks around the beginning of a piece; nothing where nobody does.
fn spoken(momentary: &[f64], at: usize, reference: f64) -> Option<f64> {
    let range = at.saturating_sub(AROUND)..(at + AROUND).min(momentary.len());
    let (mut sum, mut weights) = (0.0, 0.0);
    for place in range {
        let loud = momentary[place];
        if loud > reference - PAUSE_LU {
            // The middle of a piece is half a piece behind its beginning.
            let apart = (place as f64 + 0.5 - at as f64).abs();
            let weight = 1.0 - apart / AROUND as f64;
            (sum, weights) = (sum + weight * loud, weights + weight);
        }
    }
    (weights >= LEAST_SPEECH).then(|| sum / weights)
}

/// How many steps away a gain is known, and that gain, dB.
type Known = (usize, f64);

/// The gains of pauses: from the one who spoke to the one who will; nothing is done where nobody speaks for long.
fn filled(known: &[Option<f64>]) -> Vec<f64> {
    let before = nearest(known.iter());
    let mut behind = nearest(known.iter().rev());
    behind.reverse();
    let fade = |(apart, db): Known| db * (1.0 - apart as f64 / FADE_STEPS as f64).max(0.0);
    let gain = |(before, behind): (Option<Known>, Option<Known>)| match (before, behind) {
        (Some((0, db)), _) => db,
        (Some(one), Some(other)) => {
            let (near, far) = (one.0 as f64, other.0 as f64);
            (fade(one) * far + fade(other) * near) / (near + far)
        }
        (Some(one), None) | (None, Some(one)) => fade(one),
        (None, None) => 0.0,
    };
    before.into_iter().zip(behind).map(gain).collect()
}

/// Of each step, the last gain that is known, and how many steps ago; none is remembered for longer than it fades.
fn nearest<'a>(known: impl Iterator<Item = &'a Option<f64>>) -> Vec<Option<Known>> {
    let mut last = None;
    let step = |now: &Option<f64>| {
        last = match (now, last) {
            (Some(db), _) => Some((0, *db)),
            (None, Some((apart, db))) if apart < FADE_STEPS => Some((apart + 1, db)),
            (None, _) => None,
        };
        last
    };
    known.map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 16_000;

    /// Two who speak by turns for eight seconds each, with a breath after each word; the second is 12 dB quieter.
    fn talk(seconds: usize) -> Vec<f32> {
        let mut state = 7u32;
        (0..seconds * RATE as usize)
            .map(|at| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = state as f32 / u32::MAX as f32 * 2.0 - 1.0;
                let time = at as f32 / RATE as f32;
                let pause = time % 2.0 > 1.6;
                let loud = if time % 16.0 < 8.0 { 0.2 } else { 0.05 };
                noise * if pause { 0.0005 } else { loud }
            })
            .collect()
    }

    fn heard(samples: &[f32]) -> LoudnessMeter {
        let mut meter = LoudnessMeter::without_peak();
        meter.add(RATE, &[samples]);
        meter
    }

    fn db(samples: &[f32]) -> f64 {
        10.0 * (samples.iter().map(|one| f64::from(one * one)).sum::<f64>() / samples.len() as f64).log10()
    }

    /// The words of a turn, its first two seconds left out.
    fn words(samples: &[f32], turn: usize) -> f64 {
        let second = |at: f64| (at * f64::from(RATE)) as usize;
        let from = turn as f64 * 8.0 + 2.0;
        db(&[&samples[second(from)..second(from + 1.6)], &samples[second(from + 2.0)..second(from + 3.6)]].concat())
    }

    #[test]
    fn two_speakers_come_together_and_pauses_stay_quiet() {
        let talk = talk(64);
        let reference = heard(&talk).finish().integrated_lufs.expect("it is loud enough");
        assert!((words(&talk, 2) - words(&talk, 3) - 12.0).abs() < 0.3);
        let levelled = |percent: u8| {
            let mut planes = [talk.clone()];
            gains(&heard(&talk), RATE, 0, reference, percent).pass(0, &mut planes);
            let [plane] = planes;
            plane
        };
        let whole = levelled(100);
        assert!((words(&whole, 2) - words(&whole, 3)).abs() < 1.0, "{} {}", words(&whole, 2), words(&whole, 3));
        let half = levelled(50);
        assert!((words(&half, 2) - words(&half, 3) - 6.0).abs() < 1.0);
        assert_eq!(levelled(0), talk);
        // A breath is raised with its speaker, and no more.
        let breath =
            |samples: &[f32]| db(&samples[(29.7 * f64::from(RATE)) as usize..(29.9 * f64::from(RATE)) as usize]);
        assert!(breath(&whole) - breath(&talk) < MOST_DB, "{}", breath(&whole) - breath(&talk));
    }

    #[test]
    fn a_part_is_levelled_as_the_whole_is() {
        let talk = talk(64);
        let reference = -20.0;
        let whole = gains(&heard(&talk), RATE, 0, reference, 80);
        let from_ms = 20_500;
        let first = from_ms as usize * RATE as usize / 1000;
        let part = gains(&heard(&talk[first..]), RATE, from_ms, reference, 80);
        let margin = MARGIN_MS as usize * RATE as usize / 1000;
        for sample in (first + margin..talk.len()).step_by(101) {
            let (one, other) = (whole.at(sample as u64), part.at(sample as u64));
            // The meter's own filter begins anew.
            assert!((one - other).abs() < 1e-4, "{sample}: {one} {other}");
        }
    }

    #[test]
    fn long_silence_is_left_alone() {
        let mut sound = talk(16);
        let end = sound.len();
        sound.resize(end + 40 * RATE as usize, 0.0);
        let levelled = gains(&heard(&sound), RATE, 0, -30.0, 100);
        assert_eq!(levelled.at((end + 20 * RATE as usize) as u64), 1.0);
        assert!(filled(&[None, None]) == [0.0, 0.0] && filled(&[]).is_empty());
    }
}
