//! Answers that were asked for since the last publication. They go with the catalogue they were made from, so nothing
//! here can be out of date, and nothing here grows without bounds.

use super::document::Document;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most answers kept.
const MAX_ANSWERS: usize = 512;
/// Most bytes kept, about.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Kept answers by what was asked.
#[derive(Debug, Default)]
pub struct Answers(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    by_target: HashMap<String, (Arc<Document>, u64)>,
    bytes: usize,
    turn: u64,
}

impl Answers {
    /// The answer to a path with its query, written exactly so.
    pub fn get(&self, target: &str) -> Option<Arc<Document>> {
        let mut table = self.table();
        table.turn += 1;
        let turn = table.turn;
        let (document, last_turn) = table.by_target.get_mut(target)?;
        *last_turn = turn;
        Some(document.clone())
    }

    /// Keeps an answer; those not asked for the longest make room.
    pub fn keep(&self, target: &str, document: Arc<Document>) {
        let weight = document.weight();
        if weight > MAX_BYTES / 2 {
            return;
        }
        let mut table = self.table();
        table.forget(target);
        while table.by_target.len() >= MAX_ANSWERS || table.bytes + weight > MAX_BYTES {
            let oldest = table.by_target.iter().min_by_key(|(_, (_, turn))| *turn).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { break };
            table.forget(&oldest);
        }
        table.bytes += weight;
        table.turn += 1;
        let turn = table.turn;
        table.by_target.insert(target.to_string(), (document, turn));
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn forget(&mut self, target: &str) {
        if let Some((document, _)) = self.by_target.remove(target) {
            self.bytes -= document.weight();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::JSON_API;
    use super::*;

    fn document(length: usize) -> Arc<Document> {
        Arc::new(Document::new(vec![b' '; length], JSON_API).unwrap())
    }

    #[test]
    fn the_answer_not_asked_for_the_longest_goes_first() {
        let answers = Answers::default();
        for n in 0..MAX_ANSWERS {
            answers.keep(&n.to_string(), document(10));
        }
        assert!(answers.get("0").is_some());
        answers.keep("one more", document(10));
        assert!(answers.get("0").is_some() && answers.get("one more").is_some());
        assert!(answers.get("1").is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let answers = Answers::default();
        let long = document(4_000_000);
        for n in 0..100 {
            answers.keep(&n.to_string(), long.clone());
            answers.keep("again and again", long.clone());
        }
        let bytes = answers.table().bytes;
        let count = answers.table().by_target.len();
        assert!(bytes <= MAX_BYTES);
        assert_eq!(bytes, count * 6_000_000);
        answers.keep("huge", document(MAX_BYTES));
        assert!(
            answers.get("huge").is_none() && answers.get("99").is_some(),
            "one answer does not push out all others"
        );
    }
}
