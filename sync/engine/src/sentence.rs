//! The plan in one sentence.

use hearthcast_model::plan::{Change, ChangeKind};
use hearthcast_model::record::Table;

/// "1 new episode, 1 changed; 38.2 MB to send; nothing removed."
pub fn of(changes: &[Change], bytes: u64, nothing: bool) -> String {
    if nothing {
        return "Everything is published; nothing to do.".into();
    }
    let count = |table, kind| changes.iter().filter(|c| c.table == table && c.kind == kind).count();
    let mut parts = vec![];
    match count(Table::Episode, ChangeKind::Added) {
        0 => {}
        1 => parts.push("1 new episode".to_string()),
        n => parts.push(format!("{n} new episodes")),
    }
    match count(Table::Episode, ChangeKind::Changed) {
        0 => {}
        n => parts.push(format!("{n} changed")),
    }
    if changes.iter().any(|c| c.table == Table::Show) {
        parts.push(match count(Table::Show, ChangeKind::Added) {
            0 => "the show's page changed".to_string(),
            _ => "a new show".to_string(),
        });
    }
    if parts.is_empty() {
        parts.push("no new change; this place catches up with what is released".to_string());
    }
    let removed = match count(Table::Episode, ChangeKind::Removed) {
        0 => "nothing removed".to_string(),
        n => format!("{n} removed"),
    };
    format!("{}; {} to send; {removed}.", parts.join(", "), amount(bytes))
}

/// Decimal megabytes with one digit, as storage bills count them.
fn amount(bytes: u64) -> String {
    if bytes == 0 {
        return "nothing".into();
    }
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            of(&changes, 38_120_000, false),
            "1 new episode, 1 changed, a new show; 38.2 MB to send; 1 removed."
        );
        assert_eq!(of(&changes[2..3], 0, false), "1 changed; nothing to send; nothing removed.");
        assert_eq!(of(&[], 0, true), "Everything is published; nothing to do.");
    }
}
