//! Rows with their amendments applied. Pure.

use super::row::{Entry, Row};
use super::segment::RowId;
use std::collections::BTreeMap;

/// Applies amendments to the rows they speak of. An amendment whose row is not among the entries comes back: its row
/// was read before, and whoever kept it applies it there. Amending twice is amending once.
pub fn settled(entries: impl IntoIterator<Item = (RowId, Entry)>) -> (BTreeMap<RowId, Row>, BTreeMap<RowId, u64>) {
    let (mut rows, mut amendments) = (BTreeMap::new(), BTreeMap::new());
    for (id, entry) in entries {
        match entry {
            Entry::Row(row) => drop(rows.insert(id, row)),
            Entry::Amend { row, sent } => drop(amendments.insert(row, sent)),
            // A page is no delivery; whoever counts pages takes it from the entries.
            Entry::View(_) => {}
        }
    }
    amendments.retain(|id, sent| match rows.get_mut(id) {
        Some(row) => {
            row.sent = *sent;
            false
        }
        None => true,
    });
    (rows, amendments)
}
