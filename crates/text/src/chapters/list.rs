//! Lists of chapters as people write them, one in a line: `00:01:30 The harbour`, also with a dash or in brackets, and with
//! the link behind the title in angle brackets, as Auphonic and mp4chaps write it.

use super::ChaptersError;
use crate::clock;
use hearthcast_model::Chapter;

/// Chapters with the lines they stand in, counted from 1.
pub(super) fn read(text: &str) -> Result<Vec<(usize, Chapter)>, ChaptersError> {
    let lines = text.lines().enumerate().map(|(n, line)| (n + 1, line.trim())).filter(|(_, line)| !line.is_empty());
    lines.take(super::MAX_CHAPTERS + 1).map(|(line, words)| Ok((line, read_line(line, words)?))).collect()
}

fn read_line(line: usize, words: &str) -> Result<Chapter, ChaptersError> {
    let no_time = || ChaptersError::NoTime { line, text: super::shown(words) };
    let (time, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let time = time.trim_start_matches(['(', '[']).trim_end_matches([')', ']', ':', '-']);
    let start_ms = clock::parse(time).ok_or_else(no_time)?;
    let (title, url) = split_link(rest.trim());
    // A dash between time and title belongs to neither.
    let title = ["- ", "– ", "— "].iter().find_map(|dash| title.strip_prefix(dash)).unwrap_or(title);
    Ok(Chapter { url: url.into(), ..Chapter::new(start_ms, title.trim()) })
}

/// `Title <https://…>`; anything else in angle brackets belongs to the title.
fn split_link(text: &str) -> (&str, &str) {
    let link = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'));
    link.filter(|(_, url)| url.starts_with("https://") || url.starts_with("http://")).unwrap_or((text, ""))
}

pub(super) fn write(chapters: &[Chapter]) -> String {
    let mut out = String::new();
    for Chapter { start_ms, title, url, .. } in chapters {
        let link = if url.is_empty() { String::new() } else { format!(" <{url}>") };
        let line = format!("{} {title}{link}", clock::written(*start_ms, '.'));
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{ChaptersError, read, write_list};

    #[test]
    fn lists_of_several_habits_are_read() {
        let text = "\n00:00:00 Intro\n[01:30] - Harbour\n(1:02:03.400) – 3 < 4 <https://a.example/>\n75:30: End <here>\n2:00:00\n";
        let read = read(text.as_bytes()).unwrap();
        let found: Vec<(i64, &str, &str)> =
            read.iter().map(|c| (c.start_ms, c.title.as_str(), c.url.as_str())).collect();
        assert_eq!(
            found,
            [
                (0, "Intro", ""),
                (90_000, "Harbour", ""),
                (3_723_400, "3 < 4", "https://a.example/"),
                (4_530_000, "End <here>", ""),
                (7_200_000, "", ""),
            ]
        );
    }

    #[test]
    fn a_line_without_time_is_named() {
        let error = read(b"00:00 a\n\nThe harbour\n").unwrap_err();
        assert_eq!(error, ChaptersError::NoTime { line: 3, text: "The harbour".into() });
        let error: hearthcast_model::Error = error.into();
        assert_eq!(error.message, "Line 3 of the chapters does not begin with a time: \"The harbour\".");
    }

    #[test]
    fn a_list_is_written_to_be_read_again() {
        let text = "00:00:00.000 Intro\n01:02:03.004 Harbour <https://a.example/?b=1>\n100:00:00.000\n";
        assert_eq!(write_list(&read(text.as_bytes()).unwrap()), text);
    }

    #[test]
    fn endless_lists_are_refused() {
        let error = read("0:00 a\n".repeat(200_000).as_bytes()).unwrap_err();
        assert_eq!(error, ChaptersError::TooMany { limit: 2_000 });
    }
}
