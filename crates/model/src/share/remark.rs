//! What those who heard a draft remarked: plain text of strangers, bounded.

use crate::{EpisodeId, RemarkId, ShareId, ShowId};
use serde::{Deserialize, Serialize};

/// Most remarks about one draft.
pub const MAX_REMARKS: i64 = 500;
/// Longest name of whoever remarks, in characters.
pub const MAX_NAME_CHARS: usize = 50;
/// Longest remark, in characters.
pub const MAX_REMARK_CHARS: usize = 2_000;

/// What somebody who heard a draft remarked: plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Remark {
    /// Id.
    pub id: RemarkId,
    /// The sharing it came by.
    pub share: ShareId,
    /// The show.
    pub show: ShowId,
    /// The episode.
    pub episode: EpisodeId,
    /// About which moment of the sound, milliseconds; `None` is about all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub at_ms: Option<i64>,
    /// How they want to be called; may be empty.
    #[serde(default)]
    pub name: String,
    /// What they wrote.
    pub text: String,
    /// When it arrived, Unix milliseconds.
    pub created_ms: i64,
}

impl Remark {
    /// Makes name and text what they may be: no more than so many characters, no control characters but line breaks, and no
    /// marks that turn the direction of what stands around them. Nobody is trusted to have done so before.
    pub fn bounded(mut self) -> Self {
        self.name = line(&self.name).chars().take(MAX_NAME_CHARS).collect();
        self.text = plain(&self.text).chars().take(MAX_REMARK_CHARS).collect();
        self
    }
}

/// Plain text of a stranger, without empty ends.
fn plain(typed: &str) -> String {
    let kept =
        |c: &char| (!c.is_control() || *c == '\n') && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    typed
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n")
        .chars()
        .filter(kept)
        .collect::<String>()
        .trim()
        .to_string()
}

/// The same on one line.
fn line(typed: &str) -> String {
    plain(typed).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a moment as people type it: `1:02:03`, `2:03`, `123`. `None` for anything else, and for more than a hundred hours.
pub fn moment_ms(typed: &str) -> Option<i64> {
    let parts: Vec<&str> = typed.trim().split(':').collect();
    let digits = |part: &&str| (1..=6).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() > 3 || !parts.iter().all(digits) {
        return None;
    }
    let seconds = parts.iter().try_fold(0_i64, |all, part| Some(all * 60 + part.parse::<i64>().ok()?))?;
    (seconds <= 360_000).then_some(seconds * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_people_type_it() {
        for (typed, ms) in
            [("1:02:03", Some(3_723_000)), (" 2:03 ", Some(123_000)), ("90", Some(90_000)), ("0", Some(0))]
        {
            assert_eq!(moment_ms(typed), ms, "{typed}");
        }
        for strange in ["", ":", "1:", "-1", "1:2:3:4", "1.5", "a", "٣", "9999999", "999999:0:0"] {
            assert_eq!(moment_ms(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_strangers_words_are_bounded_and_plain() {
        let id = "019a0000-0000-7000-8000-000000000001";
        let remark = Remark {
            id: RemarkId::parse(id).unwrap(),
            share: ShareId::parse(id).unwrap(),
            show: ShowId::parse(id).unwrap(),
            episode: EpisodeId::parse(id).unwrap(),
            at_ms: None,
            name: " Eve\n\u{1b}[31m \u{202e}x ".into(),
            text: format!(" a < b\r\nc\u{9b}d\u{7}{} ", "e".repeat(3000)),
            created_ms: 0,
        };
        let bounded = remark.bounded();
        assert_eq!(bounded.name, "Eve [31m x");
        assert!(bounded.text.starts_with("a < b\ncde") && bounded.text.chars().count() == MAX_REMARK_CHARS);
    }
}
