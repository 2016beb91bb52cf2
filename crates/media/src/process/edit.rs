//! Which parts of a recording are heard, and in which order: ends trimmed, pauses shortened, passages cut out or bleeped,
//! intro and outro around. Pure.
//!
//! Borders are whole milliseconds of the recording's clock. Where a part begins in the result is rounded to a sample once,
//! from the beginning of everything, and never from the part before it: the timeline stays true however many cuts there are.

use crate::audio::recording::{Part, Voice};
use hearthcast_model::facts::Quiet;
use hearthcast_model::recipe::{Passage, PassageKind, Pauses};
use hearthcast_model::timeline::{Heard, Piece, Timeline};

/// What there is to be heard, in samples of the recording's rate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Material {
    /// Samples per second.
    pub sample_rate: u32,
    /// Samples of the recording.
    pub master: u64,
    /// Samples of the intro; none without one.
    pub intro: u64,
    /// Samples of the outro; none without one.
    pub outro: u64,
}

/// What is done to it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes<'a> {
    /// What is cut out or bleeped.
    pub passages: &'a [Passage],
    /// Silence at the beginning and the end is shortened to this many milliseconds.
    pub ends_ms: Option<u32>,
    /// Long silences between are shortened.
    pub pauses: Option<Pauses>,
    /// Silences that were found, in order.
    pub quiet: &'a [Quiet],
}

/// What is heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// From the beginning to the end, in samples.
    pub parts: Vec<Part>,
    /// The same in milliseconds.
    pub timeline: Timeline,
}

/// From and to, milliseconds.
type Span = (i64, i64);

/// Plans; `None` when nothing of the recording is left.
pub fn plan(material: &Material, wishes: &Wishes<'_>) -> Option<Edit> {
    let end = material.ms(material.master);
    let passages = Passage::in_order(wishes.passages);
    let of = |kind| -> Vec<Span> {
        let wanted = passages.iter().filter(|one| one.kind == kind);
        wanted.map(|one| (one.start_ms.clamp(0, end), one.end_ms.clamp(0, end))).filter(|(a, b)| b > a).collect()
    };
    let (marked, bleeps) = (of(PassageKind::Remove), of(PassageKind::Bleep));
    let quiet = wishes.quiet.iter().map(|quiet| (quiet.from_ms.clamp(0, end), quiet.to_ms.clamp(0, end)));
    let still = joined(quiet.chain(marked.iter().copied()).collect());
    // A tone is no silence, whatever was there before.
    let heard = joined(complement(&still, end).into_iter().chain(bleeps.iter().copied()).collect());
    let shortened = complement(&heard, end).into_iter().filter_map(|gap| shorten(gap, &marked, end, wishes));
    let removed = joined(marked.iter().copied().chain(shortened).collect());
    let kept = complement(&removed, end);
    (!kept.is_empty()).then(|| material.assemble(&kept, &bleeps, end))
}

/// What is cut out of the middle of a silence, in which passages may be cut out already.
fn shorten((from, to): Span, marked: &[Span], end: i64, wishes: &Wishes<'_>) -> Option<Span> {
    let cuts: Vec<Span> = within(marked, from, to).collect();
    let left = to - from - cuts.iter().map(|(a, b)| b - a).sum::<i64>();
    let ends = wishes.ends_ms.map(i64::from);
    let (before, after) = match (from == 0, to == end) {
        // Nothing but silence: it may be meant.
        (true, true) => return None,
        (true, false) => (0, ends?),
        (false, true) => (ends?, 0),
        (false, false) => {
            let Pauses { keep_ms, .. } = wishes.pauses.filter(|pauses| left > i64::from(pauses.longer_than_ms))?;
            (i64::from(keep_ms / 2), i64::from(keep_ms - keep_ms / 2))
        }
    };
    if left <= before + after {
        return None;
    }
    // So much of what is left stays on either side.
    let mut start = from + before;
    for (a, b) in &cuts {
        if *a < start {
            start += b - a;
        }
    }
    let mut stop = to - after;
    for (a, b) in cuts.iter().rev() {
        if *b > stop {
            stop -= b - a;
        }
    }
    (stop > start).then_some((start, stop))
}

/// The parts of these spans that lie between two instants.
fn within(spans: &[Span], from: i64, to: i64) -> impl Iterator<Item = Span> {
    let first = spans.partition_point(|(_, b)| *b <= from);
    spans[first..].iter().take_while(move |(a, _)| *a < to).map(move |(a, b)| ((*a).max(from), (*b).min(to)))
}

/// Spans in order; those that touch as one.
fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|(a, b)| b > a);
    spans.sort_unstable();
    spans.into_iter().fold(vec![], |mut joined: Vec<Span>, next| {
        match joined.last_mut().filter(|last| last.1 >= next.0) {
            Some(last) => last.1 = last.1.max(next.1),
            None => joined.push(next),
        }
        joined
    })
}

/// What lies between spans in order, from 0 to `end`.
fn complement(spans: &[Span], end: i64) -> Vec<Span> {
    let starts = [0].into_iter().chain(spans.iter().map(|span| span.1));
    let ends = spans.iter().map(|span| span.0).chain([end]);
    starts.zip(ends).filter(|(a, b)| b > a).collect()
}

impl Material {
    /// Milliseconds, to the nearest.
    pub fn ms(&self, samples: u64) -> i64 {
        let rate = u128::from(self.sample_rate.max(1));
        i64::try_from((u128::from(samples) * 1000 + rate / 2) / rate).unwrap_or(i64::MAX)
    }

    /// The sample nearest to an instant.
    fn sample(&self, ms: i64) -> u64 {
        let rate = u128::from(self.sample_rate);
        let ms = u128::from(ms.unsigned_abs());
        u64::try_from((ms * rate + 500) / 1000).unwrap_or(u64::MAX)
    }

    fn assemble(&self, kept: &[Span], bleeps: &[Span], end: i64) -> Edit {
        let (mut parts, mut pieces, mut at_ms) = (vec![], vec![], 0);
        if self.intro > 0 {
            // What comes after it begins at a whole millisecond; less than one of the intro's end is left out.
            at_ms = i64::try_from(u128::from(self.intro) * 1000 / u128::from(self.sample_rate.max(1))).unwrap_or(0);
            parts.push(Part { voice: Voice::Intro, at: 0, length: self.sample(at_ms).min(self.intro) });
            pieces.push(Piece { length_ms: at_ms, heard: Heard::Intro });
        }
        for &(from, to) in kept {
            pieces.push(Piece { length_ms: to - from, heard: Heard::Master(from) });
            let mut here = from;
            for (a, b) in within(bleeps, from, to).chain([(to, to)]) {
                self.push(&mut parts, Voice::Master, (here, a), at_ms, end);
                at_ms += a - here;
                self.push(&mut parts, Voice::Tone, (a, b), at_ms, end);
                at_ms += b - a;
                here = b;
            }
        }
        if self.outro > 0 {
            parts.push(Part { voice: Voice::Outro, at: 0, length: self.outro });
            pieces.push(Piece { length_ms: self.ms(self.outro), heard: Heard::Outro });
        }
        Edit { parts, timeline: Timeline { pieces } }
    }

    /// One part, as long as from where it is heard to where the next one is.
    fn push(&self, parts: &mut Vec<Part>, voice: Voice, (from, to): Span, at_ms: i64, end: i64) {
        let start = self.sample(from).min(self.master);
        let room = self.master - start;
        // The last one goes on to the last sample.
        let length = match to == end && self.outro == 0 {
            true => room,
            false => (self.sample(at_ms + to - from) - self.sample(at_ms)).min(room),
        };
        if to > from && length > 0 {
            parts.push(Part { voice, at: if voice == Voice::Tone { 0 } else { start }, length });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 44_100;

    fn material(seconds: u64) -> Material {
        Material { sample_rate: RATE, master: seconds * u64::from(RATE), intro: 0, outro: 0 }
    }

    fn passage(start_ms: i64, end_ms: i64, kind: PassageKind) -> Passage {
        Passage { start_ms, end_ms, kind }
    }

    fn quiet(from_ms: i64, to_ms: i64) -> Quiet {
        Quiet { from_ms, to_ms }
    }

    /// Pieces of the master: from and to.
    fn kept(wishes: &Wishes<'_>) -> Vec<Span> {
        let edit = plan(&material(60), wishes).unwrap();
        let samples: u64 = edit.parts.iter().map(|part| part.length).sum();
        assert_eq!(material(60).ms(samples), edit.timeline.length_ms(), "{edit:?}");
        let of_master = edit.timeline.pieces.iter().filter_map(|piece| match piece.heard {
            Heard::Master(from) => Some((from, from + piece.length_ms)),
            _ => None,
        });
        of_master.collect()
    }

    #[test]
    fn nothing_wished_nothing_cut() {
        let edit = plan(&Material { master: 44_117, ..material(1) }, &Wishes::default()).unwrap();
        assert_eq!(edit.parts, [Part { voice: Voice::Master, at: 0, length: 44_117 }]);
        assert_eq!(edit.timeline, Timeline::all_of(1_000));
    }

    #[test]
    fn ends_are_trimmed_to_what_was_asked() {
        let silences = [quiet(0, 3_000), quiet(20_000, 25_000), quiet(58_000, 60_000)];
        let wishes = Wishes { ends_ms: Some(300), quiet: &silences, ..Wishes::default() };
        assert_eq!(kept(&wishes), [(2_700, 58_300)]);
        assert_eq!(kept(&Wishes { ends_ms: Some(5_000), ..wishes }), [(0, 60_000)], "shorter silences stay");
        assert_eq!(kept(&Wishes { ends_ms: Some(0), ..wishes }), [(3_000, 58_000)]);
        let everything = [quiet(0, 60_000)];
        assert_eq!(kept(&Wishes { quiet: &everything, ..wishes }), [(0, 60_000)], "silence alone stays");
    }

    #[test]
    fn pauses_are_shortened_in_their_middle() {
        let silences = [quiet(0, 3_000), quiet(10_000, 12_000), quiet(20_000, 21_000), quiet(59_000, 60_000)];
        let pauses = Some(Pauses { longer_than_ms: 1_000, keep_ms: 601 });
        let wishes = Wishes { pauses, quiet: &silences, ..Wishes::default() };
        assert_eq!(kept(&wishes), [(0, 10_300), (11_699, 60_000)]);
        assert_eq!(kept(&Wishes { ends_ms: Some(0), ..wishes }), [(3_000, 10_300), (11_699, 59_000)]);
    }

    #[test]
    fn silences_on_both_sides_of_a_passage_are_one_pause() {
        let silences = [quiet(9_500, 10_000), quiet(12_000, 13_000)];
        let marked = [passage(10_000, 12_000, PassageKind::Remove)];
        let pauses = Some(Pauses { longer_than_ms: 1_000, keep_ms: 600 });
        let wishes = Wishes { pauses, quiet: &silences, passages: &marked, ..Wishes::default() };
        assert_eq!(kept(&wishes), [(0, 9_800), (12_700, 60_000)], "0.3 s on either side");
        // A tone in the middle of a silence is none.
        let marked = [passage(10_000, 12_000, PassageKind::Bleep)];
        assert_eq!(kept(&Wishes { passages: &marked, ..wishes }), [(0, 60_000)]);
        // Silence of which the front is cut out: the ends keep what is left of it.
        let (silences, marked) = ([quiet(0, 3_000)], [passage(0, 2_900, PassageKind::Remove)]);
        let wishes = Wishes { ends_ms: Some(300), quiet: &silences, passages: &marked, ..Wishes::default() };
        assert_eq!(kept(&wishes), [(2_900, 60_000)]);
    }

    #[test]
    fn passages_are_cut_out_or_bleeped() {
        let marked = [
            passage(5_000, 6_000, PassageKind::Remove),
            passage(10_000, 11_000, PassageKind::Bleep),
            passage(59_000, 90_000, PassageKind::Remove),
            passage(-5, 1, PassageKind::Remove),
        ];
        let wishes = Wishes { passages: &marked, ..Wishes::default() };
        assert_eq!(kept(&wishes), [(1, 5_000), (6_000, 59_000)]);
        let parts = plan(&material(60), &wishes).unwrap().parts;
        let voices: Vec<Voice> = parts.iter().map(|part| part.voice).collect();
        assert_eq!(voices, [Voice::Master, Voice::Master, Voice::Tone, Voice::Master]);
        assert_eq!((parts[1].at, parts[2].length, parts[3].at), (264_600, 44_100, 485_100));
        let all = [passage(0, 60_000, PassageKind::Remove)];
        assert_eq!(plan(&material(60), &Wishes { passages: &all, ..Wishes::default() }), None);
    }

    #[test]
    fn intro_and_outro_stand_around() {
        let material = Material { intro: 44_130, outro: 22_061, ..material(60) };
        let edit = plan(&material, &Wishes::default()).unwrap();
        let lengths: Vec<(Voice, u64)> = edit.parts.iter().map(|part| (part.voice, part.length)).collect();
        assert_eq!(lengths, [(Voice::Intro, 44_100), (Voice::Master, 60 * 44_100), (Voice::Outro, 22_061)]);
        assert_eq!(edit.timeline.to_output(0), Some(1_000));
        assert_eq!((edit.timeline.length_ms(), edit.timeline.pieces.len()), (61_500, 3));
    }

    #[test]
    fn five_hundred_cuts_in_an_hour_move_nothing() {
        for sample_rate in [44_100, 48_000, 22_050, 11_025] {
            let material = Material { sample_rate, master: 3600 * u64::from(sample_rate), intro: 77_777, outro: 0 };
            let marked: Vec<Passage> = (0..500i64)
                .map(|at| passage(at * 7_193 + 11, at * 7_193 + 1_014 + at % 7, PassageKind::Remove))
                .collect();
            let edit = plan(&material, &Wishes { passages: &marked, ..Wishes::default() }).unwrap();
            let mut at = 0;
            for part in &edit.parts {
                if part.voice == Voice::Master && part.length > u64::from(sample_rate) {
                    let ms = |samples: u64| samples as f64 * 1000.0 / f64::from(sample_rate);
                    // What is said of an instant well inside the part, and where it is.
                    let instant = (ms(part.at) + 100.0).round();
                    let said = edit.timeline.to_output(instant as i64).unwrap();
                    let found = ms(at) + instant - ms(part.at);
                    assert!((found - said as f64).abs() < 0.2, "{sample_rate}: {part:?} {found} {said}");
                }
                at += part.length;
            }
            assert_eq!(edit.parts.len(), 502);
        }
    }
}
