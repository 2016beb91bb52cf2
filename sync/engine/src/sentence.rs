//! The plan in one sentence.

use hearthcast_model::plan::{Change, ChangeKind};
use hearthcast_model::record::Table;

/// What a plan does, as far as the sentence tells it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// What listeners will see.
    pub changes: &'a [Change],
    /// Bytes to send.
    pub bytes: u64,
    /// Whether nothing is to be done.
    pub nothing: bool,
    /// Whether records are released, if only in what listeners do not notice.
    pub releases: bool,
    /// Who writes the feed anew ("a newer Hearthcast"), if the last one was written by another version.
    pub rewritten_by: Option<&'a str>,
    /// Whether the feed names the same files as before.
    pub same_files: bool,
}

/// "1 new episode, 1 changed; 38.2 MB to send; nothing removed."
pub fn of(told: Told) -> String {
    if told.nothing {
        return "Everything is published; nothing to do.".into();
    }
    let removed = match count(told.changes, Table::Episode, ChangeKind::Removed) {
        0 => "nothing removed".to_string(),
        n => format!("{n} removed"),
    };
    format!("{}; {} to send; {removed}.", parts(told).join(", "), amount(told.bytes))
}

fn parts(told: Told) -> Vec<String> {
    let mut parts = changes(told.changes);
    if let Some(by) = told.rewritten_by {
        parts.push(format!("the feed is written anew by {by}"));
        if parts.len() == 1 && told.same_files {
            parts.push("listeners see the same episodes".into());
        }
    }
    if parts.is_empty() {
        let quiet = match told.releases {
            true => "no change that listeners notice",
            false => "no new change; this place catches up with what is released",
        };
        parts.push(quiet.into());
    }
    parts
}

fn changes(changes: &[Change]) -> Vec<String> {
    let mut parts = vec![];
    match count(changes, Table::Episode, ChangeKind::Added) {
        0 => {}
        1 => parts.push("1 new episode".to_string()),
        n => parts.push(format!("{n} new episodes")),
    }
    match count(changes, Table::Episode, ChangeKind::Changed) {
        0 => {}
        n => parts.push(format!("{n} changed")),
    }
    match count(changes, Table::Show, ChangeKind::Added) {
        0 if changes.iter().any(|c| c.table == Table::Show) => parts.push("the show's page changed".into()),
        0 => {}
        _ => parts.push("a new show".into()),
    }
    parts
}

fn count(changes: &[Change], table: Table, kind: ChangeKind) -> usize {
    changes.iter().filter(|change| change.table == table && change.kind == kind).count()
}

/// Decimal megabytes with one digit, as storage bills count them.
pub(crate) fn amount(bytes: u64) -> String {
    if bytes == 0 {
        return "nothing".into();
    }
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Told =
        Told { changes: &[], bytes: 0, nothing: false, releases: false, rewritten_by: None, same_files: true };

    fn change(table: Table, kind: ChangeKind) -> Change {
        Change { table, id: String::new(), title: String::new(), kind, fields: vec![] }
    }

    #[test]
    fn says_what_listeners_see() {
        let changes = [
            change(Table::Show, ChangeKind::Added),
            change(Table::Episode, ChangeKind::Added),
            change(Table::Episode, ChangeKind::Changed),
            change(Table::Episode, ChangeKind::Removed),
        ];
        assert_eq!(
            of(Told { changes: &changes, bytes: 38_120_000, ..NOTHING }),
            "1 new episode, 1 changed, a new show; 38.2 MB to send; 1 removed."
        );
        let told = Told { changes: &changes[2..3], ..NOTHING };
        assert_eq!(of(told), "1 changed; nothing to send; nothing removed.");
        assert_eq!(of(Told { nothing: true, ..NOTHING }), "Everything is published; nothing to do.");
    }

    #[test]
    fn says_why_a_feed_is_written_where_nothing_changed() {
        let catches_up =
            "no new change; this place catches up with what is released; nothing to send; nothing removed.";
        assert_eq!(of(NOTHING), catches_up);
        let quiet = Told { releases: true, ..NOTHING };
        assert_eq!(of(quiet), "no change that listeners notice; nothing to send; nothing removed.");
        let anew = Told { rewritten_by: Some("a newer Hearthcast"), ..quiet };
        assert_eq!(
            of(anew),
            "the feed is written anew by a newer Hearthcast, listeners see the same episodes; nothing to send; nothing removed."
        );
        let with_file = Told { same_files: false, bytes: 1, ..anew };
        assert_eq!(of(with_file), "the feed is written anew by a newer Hearthcast; 0.1 MB to send; nothing removed.");
        let changes = [change(Table::Episode, ChangeKind::Changed)];
        assert_eq!(
            of(Told { changes: &changes, ..anew }),
            "1 changed, the feed is written anew by a newer Hearthcast; nothing to send; nothing removed."
        );
    }
}
