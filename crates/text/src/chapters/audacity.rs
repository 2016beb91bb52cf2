//! Labels of Audacity: seconds, seconds and words with tabs between them; a line with a backslash tells frequencies of the label
//! before it (Audacity manual, "Importing and Exporting Labels").

use super::{ChaptersError, shown};
use crate::clock;
use hearthcast_model::Chapter;

/// Whether a text is a list of labels: its first line has two times.
pub(super) fn is_labels(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('\\'));
    first.is_some_and(|line| times(line).is_some())
}

/// Labels with the lines they stand in, counted from 1. A label with a length has an end.
pub(super) fn read(text: &str) -> Result<Vec<(usize, Chapter)>, ChaptersError> {
    let lines = text.lines().enumerate().map(|(n, line)| (n + 1, line));
    let labels = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('\\'));
    labels.take(super::MAX_CHAPTERS + 1).map(|(line, words)| Ok((line, label(line, words)?))).collect()
}

fn label(line: usize, words: &str) -> Result<Chapter, ChaptersError> {
    let (start_ms, end_ms, title) =
        times(words).ok_or_else(|| ChaptersError::TableTime { line, text: shown(words) })?;
    let end_ms = (end_ms > start_ms).then_some(end_ms);
    Ok(Chapter { end_ms, ..Chapter::new(start_ms, title.trim()) })
}

fn times(line: &str) -> Option<(i64, i64, &str)> {
    let mut fields = line.splitn(3, '\t');
    let (start, end) = (fields.next()?, fields.next()?);
    Some((clock::seconds(start.trim())?, clock::seconds(end.trim())?, fields.next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::super::{ChaptersError, read};

    #[test]
    fn the_examples_of_the_manual_are_read() {
        // Audacity manual, both forms; in the second the comma of a German system.
        let text = b"2.150000\t2.150000\tpoint label at 2.15 seconds\n3.400000\t6.100000\tregion label\n\\\t6928.456055\t6928.456055\n7,000000\t7,000000\n";
        let found: Vec<_> = read(text).unwrap().into_iter().map(|c| (c.start_ms, c.end_ms, c.title)).collect();
        let label = |start, end, title: &str| (start, end, title.to_string());
        let expected = [
            label(2_150, None, "point label at 2.15 seconds"),
            label(3_400, Some(6_100), "region label"),
            label(7_000, None, ""),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_label_without_times_is_named() {
        let error = read(b"1.0\t1.0\ta\nsoon\t2.0\tb\n").unwrap_err();
        assert_eq!(error, ChaptersError::TableTime { line: 2, text: "soon 2.0 b".into() });
        let endless = "1.0\t1.0\ta\n".repeat(100_000);
        assert_eq!(read(endless.as_bytes()), Err(ChaptersError::TooMany { limit: 2_000 }));
    }
}
