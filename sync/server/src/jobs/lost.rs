//! Answers that the download log could not take are kept as a number by day, so that the author learns why a count is low. What
//! it is not: the answers themselves; those are gone.

use crate::app::App;
use crate::logbook::Logbook;
use hearthcast_model::Result;
use hearthcast_model::clock::utc_day;
use hearthcast_store::log_lost;
use tokio::sync::Mutex;

/// What the log has lost since the start, and how much of that is kept.
pub struct Lost {
    logbook: Logbook,
    kept: Mutex<u64>,
}

impl Lost {
    /// Of a log that was just opened.
    pub fn new(logbook: Logbook) -> Self {
        Self { logbook, kept: Mutex::default() }
    }
}

/// Keeps what is not kept yet, as of today. Where the database has no room either, the number waits for the next time.
pub async fn keep(app: &App) -> Result<()> {
    let mut kept = app.lost.kept.lock().await;
    let lost = app.lost.logbook.lost();
    if lost > *kept {
        let mut writer = app.store.write().await?;
        log_lost::add(&mut writer, &utc_day(app.now_ms()), lost - *kept).await?;
        writer.commit().await?;
        *kept = lost;
    }
    Ok(())
}
