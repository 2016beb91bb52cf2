//! Times that notes give their readers: `12:34 The harbour` at the beginning of a line or of a list's item, `(12:34)` in brackets,
//! `[12:34](#t=754)` as a link. They are found so that they can follow the sound; all other words with digits and colons are left
//! alone (`John 3:16`, `at 12:30 on Tuesday`).

mod found;
mod html_runs;
mod link;
mod listed;
mod markdown_runs;

pub(crate) use listed::listed_lines;
pub use listed::listed_times;

use hearthcast_model::{Notes, NotesForm};
use std::ops::Range;

/// More times than this are no list for readers; the rest stays as it is.
const MOST: usize = 2_000;

/// A time in the words of notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteTime {
    /// Where it stands in the author's words, bytes.
    pub place: Range<usize>,
    /// What it says, milliseconds.
    pub at_ms: i64,
    /// Letters that follow it on its line: they tell it from others.
    pub beside: String,
}

/// Some words of notes between tags or markup, and what they stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    place: Range<usize>,
    opens: Opens,
    /// Part of a link that leads elsewhere into a sound.
    elsewhere: bool,
}

/// Whether a run begins a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opens {
    /// It goes on after other words.
    Not,
    /// Where readers see a new line.
    Line,
    /// Where only the author sees one: a list when its neighbours begin with a time, too; else a long paragraph.
    Wrapped,
}

/// What a scanner found.
#[derive(Debug, Default)]
struct Runs {
    words: Vec<Run>,
    /// Values of `#t=` of links into the episode's own sound.
    fragments: Vec<Range<usize>>,
}

/// The times in notes that lie in a sound of this length, in their order. `own` are the hosts of the show's own addresses: what
/// links to a time at any other one speaks of another sound.
pub fn note_times(notes: &Notes, own: &[String], length_ms: i64) -> Vec<NoteTime> {
    let source = notes.source.as_str();
    let runs = match notes.form {
        NotesForm::Markdown => markdown_runs::read(source, own),
        NotesForm::Html => html_runs::read(source, 0..source.len(), own),
    };
    let mut times = found::times(source, &runs);
    times.retain(|time| time.at_ms <= length_ms);
    times.sort_by_key(|time| time.place.start);
    times.dedup_by(|later, before| later.place.start < before.place.end);
    times.truncate(MOST);
    times
}

/// The author's words with these times at other instants, written as they were written before. `None` where no word changes.
pub fn with_note_times(source: &str, times: &[(NoteTime, i64)]) -> Option<String> {
    let (mut out, mut at) = (String::with_capacity(source.len() + 16), 0);
    for (time, now_ms) in times {
        let (Some(between), Some(before)) = (source.get(at..time.place.start), source.get(time.place.clone())) else {
            return None;
        };
        out.push_str(between);
        out.push_str(&written(before, *now_ms));
        at = time.place.end;
    }
    out.push_str(source.get(at..)?);
    (out != source).then_some(out)
}

/// A time as one was written before: with or without hours, zeros in front and parts of a second. What it does not show is left out,
/// so that nobody begins too late.
fn written(before: &str, ms: i64) -> String {
    let ms = ms.max(0);
    let (whole, fraction) = match before.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some((&before[whole.len()..=whole.len()], fraction.len().min(3)))),
        None => (before, None),
    };
    let mut parts: Vec<&str> = whole.split(':').collect();
    let first = parts.remove(0);
    let (width, minutes) = (first.len(), first.parse().unwrap_or(0_i64));
    let seconds = ms / 1000;
    let clock = match parts.len() {
        0 => seconds.to_string(),
        1 if seconds < 3600 || minutes >= 60 => format!("{:0width$}:{:02}", seconds / 60, seconds % 60),
        1 => format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
        _ => format!("{:0width$}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
    };
    match fraction {
        Some((point, digits)) => format!("{clock}{point}{}", &format!("{:03}", ms % 1000)[..digits]),
        None => clock,
    }
}

#[cfg(test)]
mod tests;
