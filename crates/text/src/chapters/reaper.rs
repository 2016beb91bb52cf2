//! Markers and regions of Reaper, as its manager exports them: a CSV file with the columns `#,Name,Start,End,Length`, markers
//! numbered `M1`, regions `R1`. Where there are markers they are the chapters; else the regions are.

use super::{ChaptersError, shown};
use crate::clock;
use hearthcast_model::Chapter;

/// Whether a text is such a table: by its first line.
pub(super) fn is_table(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let columns = fields(first);
    columns.len() >= 3
        && columns[0] == "#"
        && columns[1].eq_ignore_ascii_case("name")
        && columns[2].eq_ignore_ascii_case("start")
}

/// Marks with the lines they stand in, counted from 1.
pub(super) fn read(text: &str) -> Result<Vec<(usize, Chapter)>, ChaptersError> {
    let lines = text.lines().enumerate().map(|(n, line)| (n + 1, line)).filter(|(_, line)| !line.trim().is_empty());
    let (mut markers, mut regions) = (vec![], vec![]);
    for (line, words) in lines.skip(1) {
        let fields = fields(words);
        let list = if fields[0].starts_with(['R', 'r']) { &mut regions } else { &mut markers };
        list.push((line, mark(line, words, &fields)?));
        if list.len() > super::MAX_CHAPTERS {
            return Err(ChaptersError::TooMany { limit: super::MAX_CHAPTERS });
        }
    }
    Ok(if markers.is_empty() { regions } else { markers })
}

fn mark(line: usize, words: &str, fields: &[String]) -> Result<Chapter, ChaptersError> {
    let time = |at: usize| fields.get(at).and_then(|text| clock::parse(text).or_else(|| clock::seconds(text)));
    let start_ms = time(2).ok_or_else(|| ChaptersError::TableTime { line, text: shown(words) })?;
    let title = fields[1].trim().to_string();
    let end_ms = time(3).filter(|end| *end > start_ms);
    Ok(Chapter { end_ms, ..Chapter::new(start_ms, title) })
}

/// The fields of a line (RFC 4180): with commas between them, in quotation marks where they hold one. At least two.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(field) = fields.last_mut() else { break };
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => field.push(c),
        }
    }
    if fields.len() < 2 {
        fields.push(String::new());
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::super::{ChaptersError, read};

    #[test]
    fn markers_are_chapters() {
        let table = b"#,Name,Start,End,Length\nM1,Intro,0:00.000,,\nR1,All,0:00.000,1:02:03.400,1:02:03.400\nM2,\"Fog, \"\"ships\"\"\",1:02.500,,\nM3,End,1:02:03.400,,\n";
        let found: Vec<_> = read(table).unwrap().into_iter().map(|c| (c.start_ms, c.end_ms, c.title)).collect();
        let mark = |start, title: &str| (start, None, title.to_string());
        assert_eq!(found, [mark(0, "Intro"), mark(62_500, "Fog, \"ships\""), mark(3_723_400, "End")]);
    }

    #[test]
    fn regions_are_chapters_where_there_are_no_markers() {
        let found = read(b"#,Name,Start,End,Length,Color\nR1,One,1.5,3.5,2.0,FF0000\n").unwrap();
        assert_eq!((found[0].start_ms, found[0].end_ms, found[0].title.as_str()), (1_500, Some(3_500), "One"));
    }

    #[test]
    fn measures_are_no_times() {
        let error = read(b"#,Name,Start,End,Length\nR1,One,5.1.00,9.1.00,4.0.00\n").unwrap_err();
        assert_eq!(error, ChaptersError::TableTime { line: 2, text: "R1,One,5.1.00,9.1.00,4.0.00".into() });
        let endless = format!("#,Name,Start\n{}", "M1,a,0:00\n".repeat(100_000));
        assert_eq!(read(endless.as_bytes()), Err(ChaptersError::TooMany { limit: 2_000 }));
        assert!(read(b"#,Name,Start\n,\n").is_err());
    }
}
