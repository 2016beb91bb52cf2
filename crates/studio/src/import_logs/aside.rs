//! Requests of days that are closed already, which wait for the end of the import: such a day begins again only with all of it.

use hearthcast_counting::feeds;
use hearthcast_library::logs::LogRow;
use hearthcast_model::{Code, Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most requests for sounds that wait.
const MOST_DOWNLOADS: usize = 2_000_000;

/// Most requests for feeds that wait, together with their readers: apps ask all day, and what is kept of a reader of a day is kept once.
const MOST_POLLS: usize = 4_000_000;

/// Rows that are handed on at once.
const ROWS: usize = 5_000;

/// What waits, by day. Feeds are asked for far more often than sounds, and have room of their own.
pub(super) struct Aside {
    days: BTreeMap<String, ClosedDay>,
    downloads_left: usize,
    polls_left: usize,
}

/// What waits of a day, with the salt it would begin again with.
pub(super) struct ClosedDay {
    pub(super) salt: [u8; 32],
    /// Contents by the ids of rows.
    rows: BTreeMap<String, Arc<str>>,
    /// Contents of rows about feeds: all rows of a reader have the same.
    readers: BTreeSet<Arc<str>>,
}

impl Aside {
    pub(super) fn new() -> Self {
        Self::with_room(MOST_DOWNLOADS, MOST_POLLS)
    }

    fn with_room(downloads_left: usize, polls_left: usize) -> Self {
        Self { days: BTreeMap::new(), downloads_left, polls_left }
    }

    /// The salt of a day that waits.
    pub(super) fn salt_of(&self, day: &str) -> Option<[u8; 32]> {
        self.days.get(day).map(|waiting| waiting.salt)
    }

    /// Puts rows of a day aside; the same line is the same row.
    pub(super) fn put(&mut self, day: String, salt: [u8; 32], rows: Vec<LogRow>) -> Result<()> {
        let nothing = || ClosedDay { salt, rows: BTreeMap::new(), readers: BTreeSet::new() };
        let waiting = self.days.entry(day).or_insert_with(nothing);
        for row in rows {
            let left = if feeds::is_row(&row.id) { &mut self.polls_left } else { &mut self.downloads_left };
            *left = left.checked_sub(waiting.put(row)).ok_or_else(too_much)?;
        }
        Ok(())
    }

    /// Hands all days over.
    pub(super) fn take_days(&mut self) -> BTreeMap<String, ClosedDay> {
        std::mem::take(&mut self.days)
    }
}

impl ClosedDay {
    /// Keeps a row; how many rows and readers that is more.
    fn put(&mut self, row: LogRow) -> usize {
        let content: Arc<str> = row.content.into();
        let (content, new_reader) = match self.readers.get(&content) {
            Some(same) => (Arc::clone(same), false),
            None if feeds::is_row(&row.id) => (content, true),
            None => return usize::from(self.rows.insert(row.id, content).is_none()),
        };
        if new_reader {
            self.readers.insert(Arc::clone(&content));
        }
        usize::from(self.rows.insert(row.id, content).is_none()) + usize::from(new_reader)
    }

    /// How many rows wait.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the row with this id waits.
    pub(super) fn has(&self, id: &str) -> bool {
        self.rows.contains_key(id)
    }

    /// Hands some rows over; none when all are.
    pub(super) fn take_rows(&mut self, day: &str) -> Vec<LogRow> {
        let next = std::iter::from_fn(|| self.rows.pop_first()).take(ROWS);
        next.map(|(id, content)| LogRow { id, day: day.to_owned(), content: content.to_string() }).collect()
    }
}

fn too_much() -> Error {
    Error::new(Code::UsageInvalid, "These logs tell too much of days that are closed already.")
        .hint("Import the logs of fewer days at once.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: &str = "2026-11-20";

    fn row(id: &str, content: &str) -> LogRow {
        LogRow { id: id.into(), day: DAY.into(), content: content.into() }
    }

    fn put(aside: &mut Aside, id: &str, content: &str) -> Result<()> {
        aside.put(DAY.into(), [1; 32], vec![row(id, content)])
    }

    #[test]
    fn requests_for_feeds_leave_the_room_for_sounds_alone() {
        let mut aside = Aside::with_room(2, 5);
        // Four requests of one reader.
        for id in ["feed/web/log/1", "feed/web/log/2", "feed/web/log/3", "feed/web/log/4"] {
            put(&mut aside, id, "Ada's app").unwrap();
        }
        put(&mut aside, "log/1", "first").unwrap();
        put(&mut aside, "log/2", "second").unwrap();
        put(&mut aside, "log/2", "second").unwrap();
        put(&mut aside, "feed/web/log/4", "Ada's app").unwrap();
        assert_eq!(put(&mut aside, "log/3", "third").unwrap_err().code, Code::UsageInvalid);
        assert_eq!(put(&mut aside, "feed/web/log/5", "Ada's app").unwrap_err().code, Code::UsageInvalid);
    }

    #[test]
    fn readers_have_their_bound_too() {
        let mut aside = Aside::with_room(0, 4);
        put(&mut aside, "feed/web/log/1", "Ada's app").unwrap();
        put(&mut aside, "feed/web/log/2", "Ben's app").unwrap();
        assert!(put(&mut aside, "feed/web/log/3", "Ada's app").is_err());
    }

    #[test]
    fn what_waits_comes_back_whole() {
        let mut aside = Aside::new();
        let rows = [row("feed/web/log/1", "Ada's app"), row("feed/web/log/2", "Ada's app"), row("log/1", "first")];
        for one in &rows {
            put(&mut aside, &one.id, &one.content).unwrap();
        }
        aside.put(DAY.into(), [2; 32], vec![]).unwrap();
        assert_eq!((aside.salt_of(DAY), aside.salt_of("2026-11-21")), (Some([1; 32]), None));
        let mut waiting = aside.take_days().remove(DAY).unwrap();
        assert_eq!((waiting.len(), waiting.has("log/1"), waiting.has("log/2")), (3, true, false));
        assert_eq!(waiting.take_rows(DAY), rows);
        assert!(waiting.take_rows(DAY).is_empty());
    }
}
