//! Which digits are times for readers.

use super::{NoteTime, Opens, Run, Runs};
use crate::clock;
use std::ops::Range;

/// Letters that are kept of what follows a time.
const BESIDE: usize = 40;
/// Marks that stand before a time at the beginning of a line.
pub(super) const BULLETS: [char; 11] = ['•', '·', '–', '—', '-', '*', '►', '▶', '→', '●', '|'];
/// Words after a time of day, or of a day.
const OF_DAY: [&str; 38] = [
    "am",
    "pm",
    "a.m",
    "p.m",
    "uhr",
    "o'clock",
    "o’clock",
    "h",
    "hrs",
    "utc",
    "gmt",
    "cet",
    "cest",
    "mez",
    "mesz",
    "est",
    "edt",
    "cst",
    "cdt",
    "mst",
    "mdt",
    "pst",
    "pdt",
    "bst",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
];

/// The times, in no order.
pub(super) fn times(source: &str, runs: &Runs) -> Vec<NoteTime> {
    let beginnings: Vec<bool> = runs.words.iter().map(|run| opening(source, run).is_some()).collect();
    let (mut found, mut bracketed): (Vec<Range<usize>>, Vec<Range<usize>>) = (vec![], vec![]);
    for (index, run) in runs.words.iter().enumerate().filter(|(_, run)| !run.elsewhere) {
        if opens_line(source, &runs.words, &beginnings, index) {
            found.extend(opening(source, run).into_iter().flat_map(|place| with_end(source, run, place)));
        }
        bracketed.extend(in_brackets(source, run).filter(|place| !is_of_day_before(&source[..place.start])));
    }
    // One alone may be when a show begins in the evening; beside others it is a place in the sound.
    if !found.is_empty() || !runs.fragments.is_empty() || bracketed.len() > 1 {
        found.extend(bracketed);
    }
    let in_words = found.into_iter().filter(|place| !is_of_day(&source[place.end..]));
    // Seconds alone are a time only behind `#t=`.
    let in_links = runs.fragments.iter().cloned();
    in_words.chain(in_links).filter_map(|place| time(source, place)).collect()
}

fn time(source: &str, place: Range<usize>) -> Option<NoteTime> {
    let text = source.get(place.clone())?;
    let at_ms = if text.contains(':') { clock::parse(text) } else { clock::seconds(text) }?;
    let line = source[place.end..].lines().next().unwrap_or_default();
    let beside = line.chars().filter(|c| c.is_alphabetic()).take(BESIDE).collect();
    Some(NoteTime { place, at_ms, beside })
}

/// Whether a run begins a line of a list for readers.
fn opens_line(source: &str, all: &[Run], beginnings: &[bool], index: usize) -> bool {
    match all[index].opens {
        Opens::Not => false,
        Opens::Line => true,
        Opens::Wrapped => {
            let lines = |run: &Run| run.opens != Opens::Not;
            let before = (0..index).rev().find(|at| lines(&all[*at])).is_some_and(|at| beginnings[at]);
            let next = (index + 1..all.len()).find(|at| lines(&all[*at]));
            let after = next.is_some_and(|at| beginnings[at] && all[at].opens == Opens::Wrapped);
            let told = source[..all[index].place.start].trim_end().ends_with(':');
            before || after || told
        }
    }
}

/// The time that a run begins with, behind blanks and a bullet.
fn opening(source: &str, run: &Run) -> Option<Range<usize>> {
    let text = source.get(run.place.clone())?;
    let mut rest = text.trim_start().trim_start_matches("&nbsp;").trim_start();
    if let Some(after) = rest.strip_prefix(BULLETS) {
        rest = after.trim_start();
    }
    let at = run.place.end - rest.len();
    let place = at..at + clock_length(rest)?;
    // Markup between is no part of a number: `1**2:30**`.
    let before = source[..at].chars().next_back();
    before.is_none_or(|c| !c.is_alphanumeric()).then_some(place)
}

/// A time and the one that ends it: `12:34–13:00`.
fn with_end(source: &str, run: &Run, place: Range<usize>) -> Vec<Range<usize>> {
    let rest = &source[place.end..run.place.end];
    let after = rest.trim_start().strip_prefix(['-', '–', '—']).map(str::trim_start);
    let end = after.and_then(|after| {
        let at = run.place.end - after.len();
        Some(at..at + clock_length(after)?)
    });
    std::iter::once(place).chain(end).collect()
}

/// Times directly behind an opening bracket.
fn in_brackets<'a>(source: &'a str, run: &'a Run) -> impl Iterator<Item = Range<usize>> + 'a {
    let text = source.get(run.place.clone()).unwrap_or_default();
    let starts = text.char_indices().filter(|(_, c)| matches!(c, '(' | '['));
    let behind = starts.map(|(at, _)| run.place.start + at + 1);
    // The bracket may be a run of its own, or markup.
    let own = source[..run.place.start].ends_with(['(', '[']).then_some(run.place.start);
    own.into_iter().chain(behind).flat_map(move |at| {
        let length = clock_length(&source[at..run.place.end.max(at)]);
        length.map_or(vec![], |length| with_end(source, run, at..at + length))
    })
}

/// Length of the clock time that some words begin with, when nothing is written to it that makes it another thing.
pub(super) fn clock_length(text: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(text);
    if !(1..=3).contains(&first) {
        return None;
    }
    let (mut end, mut parts) = (first, 1);
    while parts < 3 && text[end..].starts_with(':') && digits(&text[end + 1..]) == 2 {
        (end, parts) = (end + 3, parts + 1);
    }
    if parts < 2 {
        return None;
    }
    if let Some(fraction) = text[end..].strip_prefix(['.', ',']).map(digits).filter(|count| (1..=3).contains(count)) {
        end += 1 + fraction;
    }
    let rest = &text[end..];
    let mut next = rest.chars();
    let fine = match next.next() {
        None => true,
        Some(':' | '.' | ',' | '/') => next.next().is_none_or(|c| !c.is_ascii_digit()),
        Some(c) => !c.is_alphanumeric() && !matches!(c, '%' | '€' | '$'),
    };
    fine.then_some(end)
}

/// Whether the line before says that it is a time of a day.
fn is_of_day_before(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let mut words =
        line.split_whitespace().map(|word| word.trim_matches([',', '.', '(', '[', ';', ':']).to_lowercase());
    words.any(|word| OF_DAY.contains(&word.as_str()))
}

/// Whether what follows says that it is a time of a day.
pub(super) fn is_of_day(after: &str) -> bool {
    let line = after.lines().next().unwrap_or_default();
    let mut words =
        line.split_whitespace().map(|word| word.trim_matches([',', '.', ')', ']', ';', ':']).to_lowercase());
    let first = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    let of_day = |word: &str| OF_DAY.contains(&word);
    of_day(&first) || (matches!(first.as_str(), "on" | "this" | "next") && of_day(&second))
}
