//! Tidying by the clock: salts each minute, what is over of uploads and drafts each hour, what is past its time each day.

use super::{drafts, lost, rollup, salts};
use crate::app::App;
use crate::logbook::{self, Mark, Segment};
use crate::owner::files;
use hearthcast_model::clock::utc_day;
use hearthcast_model::{Code, Error, Result};
use hearthcast_store::{answer, challenge, comment, log_row, record, view_row};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// When each was done last.
#[derive(Debug, Default)]
pub struct Upkeep {
    minute: Option<i64>,
    hour: Option<i64>,
    drafts: Option<i64>,
    day: Option<i64>,
}

impl Upkeep {
    /// Does what is due.
    pub async fn run(&mut self, app: &App, now_ms: i64) -> Result<()> {
        if entered(&mut self.minute, now_ms / MINUTE_MS) {
            salts::keep(app, now_ms).await?;
            lost::keep(app).await?;
            drafts::end_due(app, now_ms).await?;
        }
        if entered(&mut self.hour, now_ms / HOUR_MS) {
            rollup::run(app).await?;
            files::sweep(app).await.map_err(|_| Error::new(Code::Internal, "Old uploads could not be removed."))?;
        }
        if entered(&mut self.drafts, now_ms / HOUR_MS) {
            drafts::tidy(app, now_ms).await?;
        }
        if entered(&mut self.day, now_ms / DAY_MS) {
            forget(app, now_ms).await?;
        }
        Ok(())
    }
}

/// Whether this is another period than before.
fn entered(last: &mut Option<i64>, now: i64) -> bool {
    last.replace(now) != Some(now)
}

async fn forget(app: &App, now_ms: i64) -> Result<()> {
    let mut writer = app.store.write().await?;
    answer::forget(&mut writer, now_ms).await?;
    record::forget_applied(&mut writer, now_ms - answer::LIFE_MS).await?;
    challenge::forget(&mut writer, now_ms).await?;
    comment::forget(&mut writer, now_ms).await?;
    let first_kept = utc_day(now_ms - app.keep_log_days * DAY_MS);
    log_row::delete_before(&mut writer, &first_kept).await?;
    view_row::delete_before(&mut writer, &first_kept).await?;
    writer.commit().await?;
    forget_segments(app, now_ms).await
}

/// Removes the log's segments that were read long ago: pseudonymous rows live as long as promised, wherever they stand.
async fn forget_segments(app: &App, now_ms: i64) -> Result<()> {
    let mark = log_row::mark(&mut *app.store.read().await?, rollup::NODE).await?;
    let read = Mark { segment: Segment { n: mark.segment_n, start_ms: mark.segment_start_ms }, offset: mark.read_to };
    logbook::forget(&app.folders.log(), rollup::NODE, read, now_ms - app.keep_log_days * DAY_MS)?;
    Ok(())
}
