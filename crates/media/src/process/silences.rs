//! Silences of a recording by their mean level, for trimming: stretches of 10 ms that are quieter than a threshold.

use crate::MediaError;
use crate::audio::recording::{Block, Stream};
use hearthcast_model::facts::Quiet;

/// Stretches that are looked at together, in a second.
const IN_A_SECOND: u64 = 100;
/// Shorter silences are in every word; only those at the ends may be.
const LEAST_MS: i64 = 100;

/// Collects while samples pass.
pub struct Silences {
    sample_rate: u64,
    /// Squares below this are silence.
    quiet: f64,
    /// Samples passed, and stretches that are complete.
    passed: u64,
    complete: u64,
    sums: [f64; 2],
    since: Option<u64>,
    found: Vec<Quiet>,
}

impl Silences {
    /// Of what is quieter than so many dBFS.
    pub fn quieter_than(dbfs: i8, sample_rate: u32) -> Self {
        Self {
            sample_rate: u64::from(sample_rate.max(1)),
            quiet: 10f64.powf(f64::from(dbfs) / 10.0),
            passed: 0,
            complete: 0,
            sums: [0.0; 2],
            since: None,
            found: vec![],
        }
    }

    /// Of everything that a stream still gives; `passed` is told where it is.
    pub fn hear(
        mut self,
        stream: &mut Stream,
        passed: &mut dyn FnMut(u64) -> Result<(), MediaError>,
    ) -> Result<Vec<Quiet>, MediaError> {
        let mut block = Block::default();
        while stream.read(&mut block)? {
            self.add(&block);
            passed(stream.position())?;
        }
        Ok(self.finish())
    }

    /// Takes samples.
    pub fn add(&mut self, block: &Block) {
        let (planes, channels) = block.slices();
        let (mut at, frames) = (0, block.frames());
        while at < frames {
            let end = self.sample(self.complete + 1);
            let until = frames.min(at + usize::try_from(end - self.passed).unwrap_or(usize::MAX));
            for (sum, plane) in self.sums.iter_mut().zip(&planes[..channels]) {
                *sum += plane[at..until].iter().map(|sample| f64::from(sample * sample)).sum::<f64>();
            }
            self.passed += (until - at) as u64;
            at = until;
            if self.passed == end {
                self.stretch();
            }
        }
    }

    /// Passes over so many whole seconds that nobody heard, after whole seconds that were heard; a silence ends before them.
    pub fn pass_over(&mut self, seconds: u64) {
        self.end(ms(self.complete), false);
        self.complete += seconds * IN_A_SECOND;
        self.passed += seconds * self.sample_rate;
    }

    /// What was found, in order.
    pub fn finish(mut self) -> Vec<Quiet> {
        // The last, shorter stretch goes with the one before it.
        let ms = (u128::from(self.passed) * 1000 + u128::from(self.sample_rate / 2)) / u128::from(self.sample_rate);
        self.end(i64::try_from(ms).unwrap_or(i64::MAX), true);
        self.found
    }

    /// The first sample of a stretch.
    fn sample(&self, stretch: u64) -> u64 {
        (stretch * self.sample_rate + IN_A_SECOND / 2) / IN_A_SECOND
    }

    fn stretch(&mut self) {
        let samples = self.sample(self.complete + 1) - self.sample(self.complete);
        let loudest = self.sums.iter().fold(0.0, |most: f64, sum| most.max(*sum));
        self.sums = [0.0; 2];
        if loudest < self.quiet * samples as f64 {
            self.since.get_or_insert(self.complete);
        } else {
            self.end(ms(self.complete), false);
        }
        self.complete += 1;
    }

    fn end(&mut self, to_ms: i64, last: bool) {
        let Some(since) = self.since.take() else { return };
        let from_ms = ms(since);
        if to_ms - from_ms >= LEAST_MS || from_ms == 0 || last {
            self.found.push(Quiet { from_ms, to_ms });
        }
    }
}

fn ms(stretch: u64) -> i64 {
    i64::try_from(stretch * 1000 / IN_A_SECOND).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise of this mean level in dBFS, so many milliseconds.
    fn noise(rate: u32, dbfs: f32, ms: u64) -> Vec<f32> {
        let amplitude = 10f32.powf(dbfs / 20.0);
        (0..u64::from(rate) * ms / 1000).map(|at| if at % 2 == 0 { amplitude } else { -amplitude }).collect()
    }

    fn found(rate: u32, dbfs: i8, planes: &[Vec<f32>], piece: usize) -> Vec<(i64, i64)> {
        let mut silences = Silences::quieter_than(dbfs, rate);
        for at in (0..planes[0].len()).step_by(piece) {
            let until = planes[0].len().min(at + piece);
            silences.add(&Block { planes: planes.iter().map(|plane| plane[at..until].to_vec()).collect() });
        }
        silences.finish().iter().map(|quiet| (quiet.from_ms, quiet.to_ms)).collect()
    }

    #[test]
    fn silences_are_found_by_their_level() {
        for rate in [44_100, 22_050, 48_000, 11_025] {
            let parts =
                [(-60.0, 50), (-20.0, 950), (-51.0, 500), (-20.0, 500), (-49.0, 500), (-20.0, 500), (-90.0, 90)];
            let sound: Vec<f32> = parts.iter().flat_map(|(dbfs, ms)| noise(rate, *dbfs, *ms)).collect();
            // Borders that are no whole sample may move by a stretch.
            let near = |found: Vec<(i64, i64)>, wanted: &[(i64, i64)]| {
                let near = |a: i64, b: i64| (a - b).abs() <= if rate % 1000 == 0 { 0 } else { 10 };
                found.len() == wanted.len() && found.iter().zip(wanted).all(|(f, w)| near(f.0, w.0) && near(f.1, w.1))
            };
            let wanted = [(0, 50), (1_000, 1_500), (3_000, 3_090)];
            assert!(
                near(found(rate, -50, std::slice::from_ref(&sound), 700), &wanted),
                "{rate}: {:?}",
                found(rate, -50, &[sound], 700)
            );
        }
    }

    #[test]
    fn what_is_passed_over_moves_nothing_behind_it() {
        for rate in [44_100, 22_050, 11_025] {
            let block = |dbfs: f32, ms: u64| Block { planes: vec![noise(rate, dbfs, ms)] };
            let mut silences = Silences::quieter_than(-50, rate);
            for (dbfs, ms) in [(-20.0, 1_000), (-60.0, 1_000)] {
                silences.add(&block(dbfs, ms));
            }
            silences.pass_over(1_000);
            for (dbfs, ms) in [(-60.0, 2_000), (-20.0, 1_000)] {
                silences.add(&block(dbfs, ms));
            }
            let found: Vec<_> = silences.finish().iter().map(|quiet| (quiet.from_ms, quiet.to_ms)).collect();
            assert_eq!(found, [(1_000, 2_000), (1_002_000, 1_004_000)], "{rate}");
        }
    }

    #[test]
    fn the_louder_channel_decides_and_pieces_change_nothing() {
        let (quiet, loud) = (noise(48_000, -70.0, 1_000), noise(48_000, -30.0, 1_000));
        assert_eq!(found(48_000, -50, &[quiet.clone(), quiet.clone()], 333), [(0, 1_000)]);
        assert_eq!(found(48_000, -50, &[quiet.clone(), loud], 333), []);
        assert_eq!(found(48_000, -80, &[quiet], 48_000), []);
    }
}
