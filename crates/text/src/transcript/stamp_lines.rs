//! Lines of plain words, and the times in them that may be stamps: where they stand, and what stands beside them. Which of them are
//! stamps is told by the whole text ([`super::stamps`]).

use super::speakers::is_name_at_time;
use crate::clock;

/// Longest stamp in brackets, in bytes: two times and what is between them.
const MAX_STAMP: usize = 40;

/// A line of a text that holds something, without outer spaces.
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    /// Whether an empty line is above it, or nothing.
    pub(super) begins: bool,
    pub(super) time: Option<Time<'a>>,
}

/// A time that may be a stamp.
#[derive(Clone, Copy)]
pub(super) struct Time<'a> {
    pub(super) sign: Sign,
    pub(super) stamp: Stamp<'a>,
}

/// How a time stands in its line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// As programs write it, and nobody else.
    Marked,
    /// With nothing else.
    Alone,
    /// As people write it as well.
    Bare,
}

/// A stamp, and what else its line says.
#[derive(Clone, Copy)]
pub(super) struct Stamp<'a> {
    pub(super) start_ms: i64,
    pub(super) speaker: &'a str,
    pub(super) words: &'a str,
}

/// The lines of a text. The words of a time that is alone on its line are below it, even when they look like a time.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let (mut begins, mut below_time) = (true, false);
    text.lines().map(str::trim).filter_map(move |text| {
        let line = Line { text, begins, time: time(text).filter(|time| !below_time || time.sign != Sign::Alone) };
        begins = text.is_empty();
        below_time = line.time.is_some_and(|time| time.sign == Sign::Alone);
        (!begins).then_some(line)
    })
}

fn time(line: &str) -> Option<Time<'_>> {
    at_the_beginning(line).or_else(|| behind_a_name(line))
}

/// `[1:02] words`, `(1:02)`, `[1:02 --> 1:04] words`, `1:02`, `1:02 words`.
fn at_the_beginning(line: &str) -> Option<Time<'_>> {
    let time = |sign, start_ms, words| Time { sign, stamp: Stamp { start_ms, speaker: "", words } };
    if let Some((ms, rest)) = in_brackets(line) {
        return Some(time(Sign::Marked, ms, words_after(rest)));
    }
    let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let ms = bare(first.strip_suffix(':').unwrap_or(first))?;
    let words = words_after(rest);
    Some(time(if words.is_empty() { Sign::Alone } else { Sign::Bare }, ms, words))
}

/// `Ada  1:02`, `Ada 1:02`, `Ada (1:02):` above what she says, and `Ada: [1:02] words`, `Ada [1:02]: words`.
fn behind_a_name(line: &str) -> Option<Time<'_>> {
    if let Some(at) = line.find(['[', '(']) {
        let (ms, rest) = in_brackets(&line[at..])?;
        let (before, behind) = (line[..at].trim_end(), rest.trim_start());
        let (name, words) = (before.trim_end_matches(':'), behind.strip_prefix(':').unwrap_or(behind).trim_start());
        let colon = name != before || words != behind;
        return named(Sign::Marked, ms, name, words).filter(|_| colon || words.is_empty());
    }
    let (before, last) = line.rsplit_once(char::is_whitespace)?;
    let ms = bare(last.strip_suffix(':').unwrap_or(last))?;
    let name = before.trim_end();
    let apart = name != before || line[before.len()..].starts_with('\t');
    match name.strip_suffix(':') {
        Some(name) => named(Sign::Bare, ms, name, ""),
        None => named(if apart { Sign::Marked } else { Sign::Bare }, ms, name, ""),
    }
}

fn named<'a>(sign: Sign, start_ms: i64, speaker: &'a str, words: &'a str) -> Option<Time<'a>> {
    is_name_at_time(speaker).then_some(Time { sign, stamp: Stamp { start_ms, speaker, words } })
}

/// The time in brackets that a text begins with, the first of two, and what follows them.
fn in_brackets(text: &str) -> Option<(i64, &str)> {
    let close = match text.as_bytes().first()? {
        b'[' => ']',
        b'(' => ')',
        _ => return None,
    };
    let inside = &text[1..];
    let end = crate::chars::cut(inside, MAX_STAMP).find(close)?;
    let (inside, rest) = (&inside[..end], &inside[end + 1..]);
    let two = inside.split_once("-->").or_else(|| inside.split_once(['-', '–']));
    let ms = match two {
        Some((start, end)) => clock::parse(end.trim()).and_then(|_| clock::parse(start.trim())),
        None => clock::parse(inside.trim()),
    };
    Some((ms?, rest))
}

/// A time without brackets: programs write two digits of seconds, "3:5" is a verse.
fn bare(text: &str) -> Option<i64> {
    let whole = text.split(['.', ',']).next()?;
    let seconds = whole.rsplit(':').next()?;
    (seconds.len() == 2).then(|| clock::parse(text)).flatten()
}

/// The words behind a stamp, without the colon or the dash that divides them from it.
fn words_after(rest: &str) -> &str {
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(':').unwrap_or(rest).trim_start();
    let words =
        rest.strip_prefix(['-', '–', '—']).filter(|words| words.starts_with(char::is_whitespace) || words.is_empty());
    words.unwrap_or(rest).trim_start()
}
