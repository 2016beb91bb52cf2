//! The author's own reports: saved here, run by the Reports window on a connection that can only read.

use crate::Studio;
use hearthcast_library::report;
use hearthcast_model::report::{Report, ReportSource};
use hearthcast_model::{Code, Error, Result};

/// Longest name of a report, characters.
const MOST_NAME: usize = 200;

/// Longest question, bytes.
const MOST_SQL: usize = 100_000;

impl Studio {
    /// All saved reports, by name.
    pub async fn reports(&self) -> Result<Vec<Report>> {
        Ok(report::all(self.library()).await?)
    }

    /// The views that reports ask, with their columns.
    pub async fn report_sources(&self) -> Result<Vec<ReportSource>> {
        Ok(report::sources(self.library()).await?)
    }

    /// Saves a report under its name, in place of the one that had it.
    pub async fn save_report(&self, name: &str, sql: &str) -> Result<Vec<Report>> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > MOST_NAME {
            let what = format!("A report's name has 1 to {MOST_NAME} characters.");
            return Err(Error::new(Code::FieldInvalid, what).about("field", "name"));
        }
        if sql.trim().is_empty() || sql.len() > MOST_SQL {
            let what = format!("A report asks something, in at most {MOST_SQL} bytes of SQL.");
            return Err(Error::new(Code::FieldInvalid, what).about("field", "sql"));
        }
        let mut tx = self.library().transact().await?;
        tx.put_report(name, sql).await?;
        self.commit(tx, "report").await?;
        self.reports().await
    }

    /// Forgets a report.
    pub async fn remove_report(&self, name: &str) -> Result<Vec<Report>> {
        let mut tx = self.library().transact().await?;
        if !tx.remove_report(name).await? {
            return Err(Error::not_found("report", name));
        }
        self.commit(tx, "report").await?;
        self.reports().await
    }

    /// Connections that can read the library and do nothing else, for the Reports window.
    pub async fn report_pool(&self) -> Result<sqlx::SqlitePool> {
        Ok(report::pool(self.root()).await?)
    }
}
