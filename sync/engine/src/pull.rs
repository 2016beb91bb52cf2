//! Pull: the server's counts come to the laptop. What it is not: records do not come back yet.

use crate::line::Line;
use hearthcast_library::{Library, feed_day, target};
use hearthcast_model::place::Target;
use hearthcast_model::{Code, Error, Result};
use hearthcast_protocol::pull::{self, MAX_ROWS, MetricsAnswer};

/// Pulls all rows that changed since the last pull. Returns how many there were.
pub async fn pull(line: &Line, library: &Library, target: &Target) -> Result<u64> {
    let mut rows = 0;
    let mut begun_again = false;
    loop {
        let after = target::state(library.readers(), &target.id).await?.counts_next;
        let feeds_after = feed_day::next(library, &target.id).await?;
        let path = format!("{}?after={after}&limit={MAX_ROWS}&feeds_after={feeds_after}", pull::PATH);
        let answer: MetricsAnswer = line.get(&path).await?;
        match take(library, target, after, &answer).await? {
            Took::Rows(taken) => rows += taken,
            Took::AnotherHistory if begun_again => return Err(confused(target)),
            Took::AnotherHistory => {
                begun_again = true;
                continue;
            }
        }
        if !answer.more {
            return Ok(rows);
        }
        if answer.next <= after && answer.feeds_next.unwrap_or(0) <= feeds_after {
            return Err(confused(target));
        }
    }
}

enum Took {
    Rows(u64),
    AnotherHistory,
}

async fn take(library: &Library, target: &Target, after: i64, answer: &MetricsAnswer) -> Result<Took> {
    let mut tx = library.transact().await?;
    // Read inside the transaction: a publication may have ended in another process meanwhile.
    let mut state = tx.target_state(&target.id).await?;
    let another = state.counts_epoch.as_ref().is_some_and(|epoch| *epoch != answer.epoch);
    let took = if another {
        // The server was restored or replaced: its numbers begin again, so do ours of it.
        tx.forget_counts(&target.id).await?;
        state.counts_next = 0;
        Took::AnotherHistory
    } else {
        let own: Vec<_> = answer.rows.iter().filter(|row| row.show == target.show).cloned().collect();
        tx.put_counts(&target.id, &own).await?;
        state.counts_next = answer.next.max(after);
        state.lost.clone_from(&answer.lost);
        let feeds: Vec<_> = answer.feeds.iter().filter(|day| day.show == target.show).cloned().collect();
        tx.put_feed_days(&target.id, &feeds, answer.feeds_next).await?;
        Took::Rows((own.len() + feeds.len()) as u64)
    };
    state.counts_epoch = Some(answer.epoch.clone());
    state.pulled_ms = Some(tx.now_ms());
    tx.put_target_state(&target.id, &state).await?;
    tx.commit().await?;
    Ok(took)
}

fn confused(target: &Target) -> Error {
    Error::new(Code::TargetRefused, "The server's numbers do not follow each other; they were not all taken.")
        .hint("Bring laptop and server to the same version.")
        .about("target", target.name.clone())
}
