//! Table `accepted`: findings of the checks that the author takes as they are. Nothing of them is published.

use crate::{Library, Result, WriteTx};
use hearthcast_model::ShowId;
use hearthcast_model::check::Accepted;

/// Those of a show.
pub async fn all(library: &Library, show: &ShowId) -> Result<Vec<Accepted>> {
    let sql = "SELECT subject, code, message FROM accepted WHERE show = $1 ORDER BY subject, code, message";
    let rows: Vec<(String, String, String)> =
        sqlx::query_as(sql).bind(show.as_str()).fetch_all(library.readers()).await?;
    Ok(rows.into_iter().map(|(subject, code, message)| Accepted { subject, code, message }).collect())
}

impl WriteTx {
    /// Notes some of a show.
    pub async fn accept(&mut self, show: &ShowId, some: &[Accepted]) -> Result<()> {
        for Accepted { subject, code, message } in some {
            let sql = "INSERT OR IGNORE INTO accepted (show, subject, code, message) VALUES ($1, $2, $3, $4)";
            let query = sqlx::query(sql).bind(show.as_str()).bind(subject).bind(code).bind(message);
            query.execute(self.connection()).await?;
        }
        self.touch("show", show.as_str());
        Ok(())
    }

    /// Forgets those of a rule; of one subject, of one sentence, where that is said.
    pub async fn reconsider(
        &mut self,
        show: &ShowId,
        code: &str,
        (subject, message): (Option<&str>, Option<&str>),
    ) -> Result<()> {
        let sql = "DELETE FROM accepted WHERE show = $1 AND code = $2
                   AND subject = coalesce($3, subject) AND message = coalesce($4, message)";
        let query = sqlx::query(sql).bind(show.as_str()).bind(code).bind(subject).bind(message);
        query.execute(self.connection()).await?;
        self.touch("show", show.as_str());
        Ok(())
    }
}
