//! Work that no request asks for, each safe to run twice and to be killed in.

pub mod drafts;
pub mod due;
pub mod index;
pub mod lost;
pub mod rollup;
pub mod salts;
pub mod upkeep;
pub mod websub;

use crate::app::Shared;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Runs all jobs until `stop`.
pub async fn run(app: Shared, stop: CancellationToken) {
    tokio::join!(
        by_the_clock(app.clone(), stop.clone()),
        index::keep(app.clone(), stop.clone()),
        websub::keep(app, stop)
    );
}

/// Times are looked at every second, so a clock that jumps is noticed within one.
async fn by_the_clock(app: Shared, stop: CancellationToken) {
    let mut upkeep = upkeep::Upkeep::default();
    while stop.run_until_cancelled(tokio::time::sleep(Duration::from_secs(1))).await.is_some() {
        let now_ms = app.now_ms();
        noted("due episodes", due::run(&app, now_ms).await);
        noted("upkeep", upkeep.run(&app, now_ms).await);
    }
}

/// A job that fails is tried again at its next time; the server goes on.
fn noted(job: &str, outcome: hearthcast_model::Result<()>) {
    if let Err(error) = outcome {
        tracing::error!(job, code = error.code.as_str(), "{}", error.message);
    }
}
