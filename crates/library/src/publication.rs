//! Tables `publication` and `journal`: a plan being applied, and a row before every effect.

use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::plan::Plan;
use hearthcast_model::{PublicationId, TargetId};

/// State of one step in the journal; a step without a row was not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Its effect may or may not have happened.
    Begun,
    /// Its effect has happened and was checked.
    Done,
}

/// The journal of a publication: one entry per step of its plan.
pub type Journal = Vec<Option<StepState>>;

/// The unfinished publication of a target, if any: its plan, and what is sent as the engine's JSON.
pub async fn open(library: &Library, target: &TargetId) -> Result<Option<(Plan, String)>> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT plan, payload FROM publication WHERE target = $1 AND state = 'open'")
            .bind(target.as_str())
            .fetch_optional(library.readers())
            .await?;
    row.map(|(plan, payload)| {
        let plan = serde_json::from_str(&plan)
            .map_err(|source| LibraryError::Unreadable { what: "publication".into(), source })?;
        Ok((plan, payload))
    })
    .transpose()
}

/// The journal of a plan.
pub async fn journal(library: &Library, plan: &Plan) -> Result<Journal> {
    let rows: Vec<(i64, String)> = sqlx::query_as("SELECT step, state FROM journal WHERE publication = $1")
        .bind(plan.publication.as_str())
        .fetch_all(library.readers())
        .await?;
    let mut journal = vec![None; plan.steps.len()];
    for (step, state) in rows {
        if let Some(entry) = usize::try_from(step).ok().and_then(|step| journal.get_mut(step)) {
            *entry = Some(if state == "done" { StepState::Done } else { StepState::Begun });
        }
    }
    Ok(journal)
}

impl WriteTx {
    /// Begins a publication; `payload` is what will be sent. A target has at most one unfinished one.
    pub async fn begin_publication(&mut self, plan: &Plan, payload: &str) -> Result<()> {
        let text = serde_json::to_string(plan)
            .map_err(|source| LibraryError::Unreadable { what: "publication".into(), source })?;
        let now_ms = self.now_ms;
        sqlx::query(
            "INSERT INTO publication (id, target, show_id, plan, payload, state, created_ms)
             VALUES ($1, $2, $3, $4, $5, 'open', $6)",
        )
        .bind(plan.publication.as_str())
        .bind(plan.target.as_str())
        .bind(plan.show.as_str())
        .bind(text)
        .bind(payload)
        .bind(now_ms)
        .execute(self.connection())
        .await?;
        self.touch("target", plan.target.as_str());
        Ok(())
    }

    /// Writes a step's row.
    pub async fn journal_step(&mut self, publication: &PublicationId, step: usize, state: StepState) -> Result<()> {
        let text = match state {
            StepState::Begun => "begun",
            StepState::Done => "done",
        };
        let now_ms = self.now_ms;
        sqlx::query("INSERT OR REPLACE INTO journal (publication, step, state, at_ms) VALUES ($1, $2, $3, $4)")
            .bind(publication.as_str())
            .bind(i64::try_from(step).unwrap_or(i64::MAX))
            .bind(text)
            .bind(now_ms)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Ends a publication: `done`, or given up before anything public changed.
    pub async fn end_publication(&mut self, plan: &Plan, done: bool) -> Result<()> {
        let now_ms = self.now_ms;
        sqlx::query(
            "UPDATE publication SET state = $2, finished_ms = $3, payload = '' WHERE id = $1 AND state = 'open'",
        )
        .bind(plan.publication.as_str())
        .bind(if done { "done" } else { "abandoned" })
        .bind(now_ms)
        .execute(self.connection())
        .await?;
        self.touch("target", plan.target.as_str());
        Ok(())
    }
}
