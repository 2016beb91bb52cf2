//! Older paths out of a table: `from,to` and, where it is not 301, the status. What it is not: a reader of files; it gets their
//! text.

use super::{LegacyPath, Paths};
use crate::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Longest part of a refused line that is told.
const MOST_TOLD: usize = 200;

/// Most refused lines that are told one by one.
const MOST_REFUSED: usize = 100;

/// A line that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RefusedLine {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What stands there, cut.
    pub text: String,
    /// Why.
    pub error: Error,
}

/// What a table of older paths does, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PathsImport {
    /// The older paths with the table's among them, in order.
    pub paths: Vec<LegacyPath>,
    /// How many lines were taken.
    pub taken: u64,
    /// How many of them are new.
    pub added: u64,
    /// How many lead elsewhere, or otherwise, than before.
    pub changed: u64,
    /// How many lines were not taken.
    pub refused: u64,
    /// The first of those.
    pub refused_lines: Vec<RefusedLine>,
    /// Whether it was kept.
    pub kept: bool,
}

impl PathsImport {
    /// Reads a table, line by line: each is taken if it goes with `before` and with the lines above it.
    pub fn read(text: &str, before: &[LegacyPath], known: &BTreeSet<String>) -> Self {
        let mut paths = Paths::new(before, known);
        let mut import = Self::default();
        let lines = text.trim_start_matches('\u{feff}').lines().zip(1_u64..);
        for (text, line) in lines.filter(|(line, _)| is_path(line)) {
            match one(text).and_then(|path| paths.take(path)) {
                Ok(()) => import.taken += 1,
                Err(error) => import.refuse(line, text, error),
            }
        }
        for path in before {
            import.changed += u64::from(paths.get(&path.from) != Some(path));
        }
        import.paths = paths.all();
        import.added = (import.paths.len() - before.len()) as u64;
        import
    }

    fn refuse(&mut self, line: u64, text: &str, error: Error) {
        self.refused += 1;
        if self.refused_lines.len() < MOST_REFUSED {
            let text = text[..text.floor_char_boundary(MOST_TOLD)].to_string();
            self.refused_lines.push(RefusedLine { line, text, error });
        }
    }
}

/// A head (`from,to`) and empty lines are skipped.
fn is_path(line: &str) -> bool {
    let start = line.trim_start().trim_start_matches('"').to_ascii_lowercase();
    !start.trim().is_empty() && !["from,", "from\"", "from;"].iter().any(|head| start.starts_with(head))
}

fn one(line: &str) -> Result<LegacyPath> {
    let wrong = || Error::new(Code::UsageInvalid, "It is not of the form from,to or from,to,status.");
    let fields = fields(line).ok_or_else(wrong)?;
    match fields.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [from, to] | [from, to, ""] => LegacyPath::checked(from, to, 301),
        [from, to, status] => LegacyPath::checked(from, to, status.parse().map_err(|_| wrong())?),
        _ => Err(wrong()),
    }
}

/// The fields of a line (RFC 4180 §2): a field in quotes may hold commas, and a quote as two. Spreadsheets of some countries write
/// semicolons. `None` where a quote is not closed.
fn fields(line: &str) -> Option<Vec<String>> {
    let comma = if line.contains(',') { ',' } else { ';' };
    let (mut fields, mut field, mut quoted) = (vec![], String::new(), false);
    let mut letters = line.trim().chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            letter if letter == comma && !quoted => fields.push(std::mem::take(&mut field).trim().to_string()),
            letter => field.push(letter),
        }
    }
    fields.push(field.trim().to_string());
    (!quoted).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, before: &[LegacyPath]) -> PathsImport {
        PathsImport::read(text, before, &BTreeSet::from(["https://pod.example".to_string()]))
    }

    fn told(import: &PathsImport) -> Vec<(String, String, u16)> {
        import.paths.iter().map(|path| (path.from.clone(), path.to.clone(), path.status)).collect()
    }

    #[test]
    fn a_table_is_read_as_spreadsheets_write_it() {
        let text =
            "\u{feff}From,To,Status\r\n/a,/x\r\n\r\n\"/b,c\",\"/y,z\",302\r\n /d , https://pod.example/ , 301\r\n";
        let import = read(text, &[]);
        let expected = [("/a", "/x", 301), ("/b,c", "/y,z", 302), ("/d", "https://pod.example/", 301)];
        assert_eq!(told(&import), expected.map(|(from, to, status)| (from.to_string(), to.to_string(), status)));
        assert_eq!((import.taken, import.added, import.changed, import.refused), (3, 3, 0, 0));
        assert_eq!(told(&read("\"from\";\"to\"\n/a;/x;302", &[])), [("/a".to_string(), "/x".to_string(), 302)]);
    }

    #[test]
    fn each_line_is_refused_for_its_own_reason() {
        let before =
            [LegacyPath::checked("/old", "/news", 301).unwrap(), LegacyPath::checked("/b", "/x", 301).unwrap()];
        let long = "x".repeat(400);
        let text = format!(
            "/a,/x,307\n/a,\"/x\n/a\n/a,https://evil.example/\n/c,/old\n/news,/x\n/b,/y\n/d,/e\n/e,/f\n/d,/y,302\n{long}\n"
        );
        let import = read(&text, &before);
        let lines: Vec<u64> = import.refused_lines.iter().map(|refused| refused.line).collect();
        // 5 leads to an older path, 6 would let one lead to another, 9 stands where line 8 leads.
        assert_eq!(lines, [1, 2, 3, 4, 5, 6, 9, 11]);
        assert!(import.refused_lines[7].text.len() <= 200);
        assert_eq!((import.taken, import.added, import.changed, import.refused), (3, 1, 1, 8));
        let at =
            |from: &str| import.paths.iter().find(|path| path.from == from).map(|path| (path.to.as_str(), path.status));
        assert_eq!((at("/b"), at("/d")), (Some(("/y", 301)), Some(("/y", 302))));
    }

    #[test]
    fn nothing_in_a_table_is_too_much() {
        for text in ["", "\"", ",,,,", ";", "from,to", "\u{feff}", "\0,\0", "/a,/b,99999999999"] {
            assert!(read(text, &[]).paths.is_empty(), "{text}");
        }
        let many: String = (0..300).map(|n| format!("bad{n},x\n")).collect();
        let import = read(&many, &[]);
        assert_eq!((import.refused, import.refused_lines.len()), (300, 100));
    }
}
