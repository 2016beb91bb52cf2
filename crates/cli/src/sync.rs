//! `hearthcast sync`: everything that is due, once or again and again.

use crate::args::Sync;
use crate::output::{Done, Output, exit_code};
use crate::{library, timer, words};
use hearthcast_model::{Cancel, Result};
use hearthcast_studio::{LogReadAgain, Studio, Synced};
use serde_json::json;
use std::time::Duration;

/// What is said where a round waits.
const METERED: &str = "This connection is metered, so nothing else was sent or fetched. `hearthcast sync` does it now all the \
                       same; `hearthcast settings set on_metered=true` does it always.";

/// The exit code of what is incomplete and worth a retry.
const WORTH_A_RETRY: u8 = 3;

/// Brings one show, or all, up to date.
pub async fn act(studio: &Studio, what: &Sync, output: &Output) -> Result<Done> {
    if let Some(wish) = what.timer {
        return timer::act(wish, studio.root(), what.every);
    }
    let cancel = library::cancel_on_interrupt();
    if !what.watch {
        return once(studio, what, output, &cancel).await;
    }
    loop {
        let round = once(studio, what, output, &cancel).await;
        match round {
            // Ctrl-C is how a watch ends.
            _ if cancel.is_cancelled() => return Ok(Done { text: "Stopped.".into(), ..Done::nothing() }),
            Ok(done) => output.note(&done.text),
            Err(error) => return Err(error),
        }
        tokio::select! {
            () = studio.round_is_due(Duration::from_secs(what.every)) => {}
            () = stopped(&cancel) => {}
        }
    }
}

/// One round. A target that failed is a finding; the others went on.
async fn once(studio: &Studio, what: &Sync, output: &Output, cancel: &Cancel) -> Result<Done> {
    // What an ended program left (a recording half made, a file half taken in) comes first: it may be due to be published.
    studio.finish_jobs(cancel, output.sink()).await?;
    let show = what.show.as_deref();
    let synced = match what.watch || what.by_itself {
        true => studio.sync_by_itself(show, cancel, output.sink()).await?,
        false => studio.sync(show, cancel, output.sink()).await?,
    };
    for (target, error) in &synced.failures {
        output.finding(error.code.as_str(), &format!("{target}: {}", error.message), &error.hint);
    }
    let failed: Vec<_> =
        synced.failures.iter().map(|(target, error)| json!({"target": target, "error": error})).collect();
    let mut fields = json!({"published": synced.published, "rows": synced.rows, "failures": failed});
    if !synced.read_again.is_empty() {
        let again = |log: &LogReadAgain| json!({"target": log.target, "name": log.name, "grew": log.grew});
        fields["logs_read_again"] = synced.read_again.iter().map(again).collect();
    }
    if synced.waits {
        fields["waits"] = json!("metered");
        fields["held"] = synced.held.iter().map(|held| json!({"target": held.target, "titles": held.titles})).collect();
    }
    let mut done = Done::with(&fields, if synced.waits { waiting(&synced) } else { text(&synced) })?;
    // One target that needs its author (1) outweighs one that only needs time (3).
    let exits = synced.failures.iter().map(|(_, error)| exit_code(error));
    done.exit = exits.chain(synced.waits.then_some(WORTH_A_RETRY)).min().unwrap_or(0);
    Ok(done)
}

/// What is said on a metered connection.
fn waiting(synced: &Synced) -> String {
    let mut said = match synced.published {
        0 => String::new(),
        n => format!("{} at its minute. ", words::count(n, "publication")),
    };
    for held in &synced.held {
        let titles = held.titles.iter().map(|title| format!("\"{title}\"")).collect::<Vec<_>>().join(", ");
        said += &format!("{titles} was due at \"{}\" and is not out: the sound is not there yet. ", held.target);
    }
    said + METERED
}

/// Returns soon after Ctrl-C.
async fn stopped(cancel: &Cancel) {
    while !cancel.is_cancelled() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn text(synced: &Synced) -> String {
    let finished = words::count(synced.published, "publication");
    let rows = words::count(synced.rows, "count");
    let text = match synced.failures.len() as u64 {
        0 => format!("Up to date: {finished} finished, {rows} fetched."),
        failed => format!("{finished} finished, {rows} fetched; {} not up to date.", words::count(failed, "target")),
    };
    text + &again(&synced.read_again)
}

/// Logs that changed since they were read; a few of them by name.
fn again(logs: &[LogReadAgain]) -> String {
    const NAMED: usize = 5;
    let line = |log: &LogReadAgain| match log.grew {
        true => format!(
            "\nThe log {} at \"{}\" has grown since it was read: what is new was counted.",
            log.name, log.target
        ),
        false => format!(
            "\nThe log {} at \"{}\" was replaced since it was read: what it tells now was counted beside what it told then.",
            log.name, log.target
        ),
    };
    let named: String = logs.iter().take(NAMED).map(line).collect();
    let more = logs.len().saturating_sub(NAMED) as u64;
    if more > 0 { format!("{named}\nSo did {}.", words::count(more, "more log")) } else { named }
}
