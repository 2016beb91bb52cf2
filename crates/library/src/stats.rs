//! Table `day_count`: counts pulled from servers, replaced by version.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::stats::{DayCount, DayRow, Series};
use hearthcast_model::{ShowId, TargetId};
use std::collections::HashMap;

/// All counts of a show, oldest day first.
pub async fn of_show(library: &Library, show: &ShowId) -> Result<Vec<DayCount>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT c.body FROM day_count c JOIN target t ON t.id = c.target WHERE t.show_id = $1 ORDER BY c.day, c.episode",
    )
    .bind(show.as_str()).fetch_all(library.readers()).await?;
    rows.into_iter()
        .map(|(body,)| {
            serde_json::from_str(&body).map_err(|source| LibraryError::Unreadable { what: "day_count".into(), source })
        })
        .collect()
}

/// Numbers of other counters, by label and period.
pub async fn series(library: &Library, show: &ShowId) -> Result<Vec<Series>> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT label, period, downloads FROM old_total WHERE show_id = $1 ORDER BY label, period")
            .bind(show.as_str())
            .fetch_all(library.readers())
            .await?;
    let mut all = Vec::<Series>::new();
    for (label, day, downloads) in rows {
        if all.last().is_none_or(|series| series.label != label) {
            all.push(Series { label, downloads: 0, by_period: vec![] });
        }
        if let Some(series) = all.last_mut() {
            let downloads = u64::try_from(downloads).unwrap_or(0);
            series.downloads = series.downloads.saturating_add(downloads);
            series.by_period.push(DayRow { day, downloads });
        }
    }
    Ok(all)
}

/// All downloads of each episode of a show that has any, by the episode's id.
pub(crate) async fn downloads(library: &Library, show: &ShowId) -> Result<HashMap<String, i64>> {
    let all = sqlx::query_scalar::<_, String>(include_str!("downloads.sql")).bind(show.as_str());
    let all = all.fetch_one(library.readers()).await?;
    serde_json::from_str(&all).map_err(|source| LibraryError::Unreadable { what: "day_count".into(), source })
}

impl WriteTx {
    /// Takes rows from a server in; an older version never replaces a newer one.
    pub async fn put_counts(&mut self, target: &TargetId, rows: &[DayCount]) -> Result<()> {
        for row in rows {
            let body = serde_json::to_string(row)
                .map_err(|source| LibraryError::Unreadable { what: "day_count".into(), source })?;
            sqlx::query(
                "INSERT INTO day_count (target, episode, day, version, downloads, body) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (target, episode, day) DO UPDATE SET version = excluded.version,
                 downloads = excluded.downloads, body = excluded.body
                 WHERE excluded.version >= day_count.version",
            )
            .bind(target.as_str())
            .bind(row.episode.as_str())
            .bind(&row.day)
            .bind(i64::try_from(row.version).unwrap_or(i64::MAX))
            .bind(i64::try_from(row.funnel.downloads).unwrap_or(i64::MAX))
            .bind(body)
            .execute(self.connection())
            .await?;
            if self.has_log_counts(&row.show, &row.day).await? {
                self.settle_log_counts(Some(&row.day)).await?;
            }
            self.touch("stats", row.show.as_str());
        }
        Ok(())
    }

    /// Replaces a series of another counter; an empty one is forgotten.
    pub async fn put_series(&mut self, show: &ShowId, label: &str, rows: &[DayRow]) -> Result<()> {
        sqlx::query("DELETE FROM old_total WHERE show_id = $1 AND label = $2")
            .bind(show.as_str())
            .bind(label)
            .execute(self.connection())
            .await?;
        for row in rows {
            sqlx::query("INSERT INTO old_total (show_id, label, period, downloads) VALUES ($1, $2, $3, $4)")
                .bind(show.as_str())
                .bind(label)
                .bind(&row.day)
                .bind(i64::try_from(row.downloads).unwrap_or(i64::MAX))
                .execute(self.connection())
                .await?;
        }
        self.touch("stats", show.as_str());
        Ok(())
    }

    /// Forgets all counts of a target whose history is another one now.
    pub async fn forget_counts(&mut self, target: &TargetId) -> Result<()> {
        sqlx::query("DELETE FROM day_count WHERE target = $1").bind(target.as_str()).execute(self.connection()).await?;
        self.forget_feed_days(target).await?;
        self.settle_log_counts(None).await
    }
}
