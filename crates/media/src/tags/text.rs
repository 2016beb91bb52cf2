//! Text frames and comments as clean, bounded text under plain names.

use super::frames::TagFrame;
use id3::Content;

/// Characters kept of a comment, and of every other text.
const MOST_COMMENT: usize = 4000;
const MOST_CHARACTERS: usize = 500;

/// The plain name and value of a text frame or comment; `None` when it cannot be read. An empty value says nothing.
pub fn read(frame: &TagFrame) -> Option<(&'static str, String)> {
    match frame.content()? {
        Content::Text(text) => Some((plain_name(&frame.id), clean(&text, MOST_CHARACTERS))),
        // Programs hide numbers in comments with a description (iTunNORM, ID3v1 Comment).
        Content::Comment(comment) if comment.description.is_empty() => {
            Some(("comment", clean(&comment.text, MOST_COMMENT)))
        }
        Content::Comment(_) => Some(("comment", String::new())),
        _ => None,
    }
}

/// Day and month of ID3 2.3 (`TDAT`, written DDMM), as they stand behind the year: `-03-01`.
pub fn day(frame: &TagFrame) -> Option<String> {
    let Content::Text(text) = frame.content()? else { return None };
    let text = clean(&text, MOST_CHARACTERS);
    let (day, month) = text.split_at_checked(2)?;
    let within = |part: &str, most: u8| {
        let is_plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_plain && part.parse::<u8>().is_ok_and(|number| (1..=most).contains(&number))
    };
    (within(day, 31) && within(month, 12)).then(|| format!("-{month}-{day}"))
}

fn plain_name(id: &str) -> &'static str {
    match id {
        "TIT2" => "title",
        "TPE1" => "artist",
        "TALB" => "album",
        "TRCK" => "track",
        // Of podcasts: the item's guid, as Apple's programs write it.
        "TGID" => "guid",
        _ => "date",
    }
}

/// Control characters out, several values (separated by NUL in 2.4) in one line, bounded, trimmed.
pub fn clean(text: &str, most: usize) -> String {
    let joined = text.trim_matches(|c: char| c == '\0' || c.is_whitespace()).replace('\0', ", ");
    let plain: String = joined
        .chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
        .filter(|c| !c.is_control() && *c != '\u{feff}')
        .take(most)
        .collect();
    plain.trim().to_owned()
}
