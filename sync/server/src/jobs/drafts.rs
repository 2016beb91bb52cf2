//! Drafts whose time is over end, and what lies about of drafts that never were goes.

use crate::app::App;
use crate::owner::drafts::{end, sweep};
use hearthcast_model::share::REMEMBERED_MS;
use hearthcast_model::{Code, Error, Result};
use hearthcast_store::draft;

/// Ends what is due. Its address says so from the very millisecond; this takes its files and words away.
pub async fn end_due(app: &App, now_ms: i64) -> Result<()> {
    let due = draft::due(&mut *app.store.read().await?, now_ms).await?;
    let failed = |_| Error::new(Code::Internal, "A draft whose time is over could not be removed.");
    end(app, &due).await.map_err(failed)
}

/// Files without a draft, and addresses that are over for long.
pub async fn tidy(app: &App, now_ms: i64) -> Result<()> {
    let _turn = app.drafts.turn.lock().await;
    sweep(app).await.map_err(|_| Error::new(Code::Internal, "Files of old drafts could not be removed."))?;
    let mut writer = app.store.write().await?;
    draft::forget(&mut writer, now_ms - REMEMBERED_MS).await?;
    let over = draft::over(&mut writer).await?;
    writer.commit().await?;
    app.drafts.keep_only(&over);
    Ok(())
}
