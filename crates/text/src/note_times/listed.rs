//! Times that stand in lists, as readers see them: directories make chapters of such lists.

use super::found::{BULLETS, clock_length, is_of_day};
use crate::clock;
use crate::plain::plain_of;
use hearthcast_model::SafeHtml;

/// What stands between a time and its words.
const BETWEEN: [char; 6] = [' ', '-', '–', '—', ':', '|'];

/// The times that lines of notes begin with, `0:00 Hello` or `- (1:02:03) The harbour`, as they stand there, milliseconds. A time
/// without words is none of a list.
pub fn listed_times(safe: &SafeHtml) -> Vec<i64> {
    listed_lines(safe).into_iter().map(|(at_ms, _)| at_ms).collect()
}

/// The same with the words behind each time, without the mark that stands between them (`0:00 - Hello`).
pub(crate) fn listed_lines(safe: &SafeHtml) -> Vec<(i64, String)> {
    let plain = plain_of(safe);
    let lines = plain.lines().filter_map(listed);
    lines.map(|(at_ms, words)| (at_ms, without_end(words).trim().to_string())).collect()
}

/// The words behind a time: those of `0:00 - 1:30 Intro` begin behind its second time, where the chapter ends, and those of
/// `0:00 4:33 by John Cage` do not.
fn without_end(behind: &str) -> &str {
    let words = behind.trim_start_matches(BETWEEN);
    let has_dash = behind[..behind.len() - words.len()].contains(['-', '–', '—']);
    let end = clock_length(words).filter(|_| has_dash);
    let rest = end.map(|length| words[length..].trim_start_matches([')', ']']).trim_start_matches(BETWEEN));
    rest.filter(|rest| rest.chars().any(char::is_alphanumeric)).unwrap_or(words)
}

fn listed(line: &str) -> Option<(i64, &str)> {
    let line = line.trim_start();
    let line = line.strip_prefix(BULLETS).unwrap_or(line).trim_start();
    let line = line.strip_prefix(['(', '[']).unwrap_or(line);
    let (time, words) = line.split_at(clock_length(line)?);
    let words = words.trim_start_matches([')', ']']);
    let is_listed = words.chars().any(char::is_alphanumeric) && !is_of_day(words);
    clock::parse(time).filter(|_| is_listed).map(|at_ms| (at_ms, words))
}
