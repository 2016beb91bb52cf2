//! Cue sheets, as programs that cut and burn write them: tracks with a title, whose beginning is index 01 in minutes, seconds and
//! frames of a 75th second. Indented commands, words in quotation marks; what is not needed is passed over.

use super::{ChaptersError, shown};
use hearthcast_model::Chapter;

/// Frames of a second (Red Book).
const FRAMES: i64 = 75;

/// Whether a text is a cue sheet: it has tracks, and its first line is one of its commands.
pub(super) fn is_sheet(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let commands = ["REM", "CATALOG", "CDTEXTFILE", "PERFORMER", "TITLE", "SONGWRITER", "FILE"];
    let command = first.split_whitespace().next().unwrap_or_default();
    commands.iter().any(|known| command.eq_ignore_ascii_case(known))
        && text.lines().any(|line| word(line, "TRACK").is_some())
}

/// A track in the making.
struct Track {
    line: usize,
    title: String,
    start_ms: Option<i64>,
}

/// Tracks with the lines they begin at, counted from 1.
pub(super) fn read(text: &str) -> Result<Vec<(usize, Chapter)>, ChaptersError> {
    let (mut tracks, mut files): (Vec<Track>, usize) = (vec![], 0);
    for (n, line) in text.lines().enumerate() {
        let line_number = n + 1;
        if word(line, "FILE").is_some() {
            files += 1;
        } else if word(line, "TRACK").is_some() {
            if tracks.len() > super::MAX_CHAPTERS {
                return Err(ChaptersError::TooMany { limit: super::MAX_CHAPTERS });
            }
            tracks.push(Track { line: line_number, title: String::new(), start_ms: None });
        } else if let (Some(track), Some(title)) = (tracks.last_mut(), word(line, "TITLE")) {
            track.title = title.trim_matches('"').into();
        } else if let (Some(track), Some(index)) = (tracks.last_mut(), word(line, "INDEX")) {
            if files > 1 {
                // The clock begins anew with each file, and how long the one before is, only the file knows.
                return Err(ChaptersError::SeveralFiles { line: line_number });
            }
            let wrong = || ChaptersError::TableTime { line: line_number, text: shown(line) };
            let (number, time) = index.split_once(char::is_whitespace).ok_or_else(wrong)?;
            if number.parse() == Ok(1) {
                track.start_ms = Some(frames(time.trim()).ok_or_else(wrong)?);
            }
        }
    }
    tracks.into_iter().map(chapter).collect()
}

fn chapter(track: Track) -> Result<(usize, Chapter), ChaptersError> {
    let Track { line, title, start_ms } = track;
    let start_ms = start_ms.ok_or_else(|| ChaptersError::TableTime { line, text: "TRACK without INDEX 01".into() })?;
    Ok((line, Chapter::new(start_ms, title)))
}

/// What stands behind a command; `None` when it is another one.
fn word<'t>(line: &'t str, command: &str) -> Option<&'t str> {
    let (word, rest) = line.trim().split_once(char::is_whitespace)?;
    word.eq_ignore_ascii_case(command).then(|| rest.trim())
}

/// `mm:ss:ff`, to the nearest thousandth.
fn frames(text: &str) -> Option<i64> {
    let mut parts = text.split(':').map(|part| {
        let fine = (1..=6).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fine.then(|| part.parse::<i64>().ok()).flatten()
    });
    let (minutes, seconds, frames) = (parts.next()??, parts.next()??, parts.next()??);
    let fine = parts.next().is_none() && seconds < 60 && frames < FRAMES;
    fine.then_some((minutes * 60 + seconds) * 1000 + (frames * 1000 + FRAMES / 2) / FRAMES)
}

#[cfg(test)]
mod tests {
    use super::super::{ChaptersError, read};

    const SHEET: &str = "REM GENRE Podcast\r\nPERFORMER \"Ada Lund\"\r\nTITLE \"Ports\"\r\nFILE \"ports.mp3\" MP3\r\n  TRACK 01 AUDIO\r\n    TITLE \"The quay\"\r\n    PERFORMER \"Ada Lund\"\r\n    INDEX 01 00:00:00\r\n  TRACK 02 AUDIO\r\n    TITLE \"Fog\"\r\n    INDEX 00 01:01:00\r\n    INDEX 01 62:03:45\r\n";

    #[test]
    fn tracks_begin_at_index_01() {
        let found: Vec<_> = read(SHEET.as_bytes()).unwrap().into_iter().map(|c| (c.start_ms, c.title)).collect();
        // 45 frames are 600 ms.
        assert_eq!(found, [(0, "The quay".to_string()), (3_723_600, "Fog".to_string())]);
    }

    #[test]
    fn a_wrong_time_is_named() {
        let wrong = SHEET.replace("62:03:45", "62:03:75");
        assert_eq!(
            read(wrong.as_bytes()),
            Err(ChaptersError::TableTime { line: 12, text: "INDEX 01 62:03:75".into() })
        );
        let none = SHEET.replace("INDEX 01 00:00:00", "REM");
        assert!(matches!(read(none.as_bytes()), Err(ChaptersError::TableTime { line: 5, .. })));
        let two = format!("{SHEET}FILE \"b.mp3\" MP3\n  TRACK 03 AUDIO\n    INDEX 01 00:00:00\n");
        assert_eq!(read(two.as_bytes()), Err(ChaptersError::SeveralFiles { line: 15 }));
        let endless = format!("{SHEET}{}", "TRACK 01 AUDIO\n".repeat(50_000));
        assert_eq!(read(endless.as_bytes()), Err(ChaptersError::TooMany { limit: 2_000 }));
    }
}
