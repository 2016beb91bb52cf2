//! Times that stand in lists, as readers see them: directories make chapters of such lists.

use super::found::{BULLETS, clock_length, is_of_day};
use crate::clock;
use crate::plain::plain_of;
use hearthcast_model::SafeHtml;

/// The times that lines of notes begin with, `0:00 Hello` or `- (1:02:03) The harbour`, as they stand there, milliseconds. A time
/// without words is none of a list.
pub fn listed_times(safe: &SafeHtml) -> Vec<i64> {
    plain_of(safe).lines().filter_map(listed).collect()
}

fn listed(line: &str) -> Option<i64> {
    let line = line.trim_start();
    let line = line.strip_prefix(BULLETS).unwrap_or(line).trim_start();
    let line = line.strip_prefix(['(', '[']).unwrap_or(line);
    let (time, words) = line.split_at(clock_length(line)?);
    let words = words.trim_start_matches([')', ']']);
    let is_listed = words.chars().any(char::is_alphanumeric) && !is_of_day(words);
    clock::parse(time).filter(|_| is_listed)
}
