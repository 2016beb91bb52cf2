//! Pull: the server's counts come to the laptop.

use crate::line::Line;
use hearthcast_library::{Library, target};
use hearthcast_model::Result;
use hearthcast_model::place::Target;
use hearthcast_protocol::pull::{self, MAX_ROWS, MetricsAnswer};

/// Pulls all rows that changed since the last pull. Returns how many there were.
pub async fn pull(line: &Line, library: &Library, target: &Target) -> Result<u64> {
    let mut rows = 0;
    loop {
        let mut state = target::state(library.readers(), &target.id).await?;
        let path = format!("{}?after={}&limit={MAX_ROWS}", pull::PATH, state.counts_next);
        let answer: MetricsAnswer = line.get(&path).await?;
        let another = state.counts_epoch.as_ref().is_some_and(|epoch| *epoch != answer.epoch);
        let mut tx = library.transact().await?;
        if another {
            // The server was restored or replaced: its numbers begin again, so do ours of it.
            tx.forget_counts(&target.id).await?;
            state.counts_next = 0;
        } else {
            let own: Vec<_> = answer.rows.iter().filter(|row| row.show == target.show).cloned().collect();
            rows += own.len() as u64;
            tx.put_counts(&target.id, &own).await?;
            state.counts_next = answer.next;
        }
        state.counts_epoch = Some(answer.epoch);
        state.pulled_ms = Some(tx.now_ms());
        tx.put_target_state(&target.id, &state).await?;
        tx.commit().await?;
        if !another && !answer.more {
            return Ok(rows);
        }
    }
}
