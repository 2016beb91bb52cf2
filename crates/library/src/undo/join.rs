//! Several steps that were one deed of the author become one step, to be taken back at once.

use super::{COLUMNS, Part, StepRow, TOUCHED};
use crate::{Library, Result, WriteTx};
use std::collections::BTreeSet;

/// Number of the newest step that can be taken back; 0 where there is none.
pub async fn newest(library: &Library) -> Result<i64> {
    let sql = "SELECT n FROM undo_step WHERE undone = 0 ORDER BY n DESC LIMIT 1";
    let row: Option<(i64,)> = sqlx::query_as(sql).fetch_optional(library.readers()).await?;
    Ok(row.map_or(0, |(n,)| n))
}

impl WriteTx {
    /// Makes one step, called `reason`, of those after the step `since` that have one of these `reasons` and changed nothing but
    /// records of `ids`. What others did to the same fields in between stays a step of its own, and so does what followed on it.
    pub async fn join_steps(
        &mut self,
        since: i64,
        reasons: &[&str],
        ids: &BTreeSet<String>,
        reason: &str,
    ) -> Result<()> {
        let after = format!("{COLUMNS} WHERE undone = 0 AND n > $1 ORDER BY n");
        let rows: Vec<StepRow> = sqlx::query_as(&after).bind(since).fetch_all(self.connection()).await?;
        let (mut joined, mut steps): (Vec<Part>, Vec<StepRow>) = (vec![], vec![]);
        for row in rows.into_iter().filter(|row| reasons.contains(&row.reason.as_str())) {
            let parts = row.parts()?;
            if parts.iter().all(|part| ids.contains(&part.id)) && follow(&joined, &parts) {
                parts.into_iter().for_each(|part| add(&mut joined, part));
                steps.push(row);
            }
        }
        let Some(last) = steps.pop() else { return Ok(()) };
        let began_ms = steps.first().map_or(last.began_ms, |first| first.began_ms);
        for step in steps {
            sqlx::query("DELETE FROM undo_step WHERE n = $1").bind(step.n).execute(self.connection()).await?;
        }
        sqlx::query("UPDATE undo_step SET reason = $2, began_ms = $3 WHERE n = $1")
            .bind(last.n)
            .bind(reason)
            .bind(began_ms)
            .execute(self.connection())
            .await?;
        self.update_step(last.n, last.at_ms, &joined).await
    }
}

fn same(one: &Part, other: &Part) -> bool {
    one.table == other.table && one.id == other.id
}

/// Whether nobody else wrote in between what both wrote.
fn follow(joined: &[Part], parts: &[Part]) -> bool {
    let unbroken = |old: &Part, new: &Part| {
        new.before.iter().all(|(key, held)| key == TOUCHED || old.after.get(key).is_none_or(|known| known == held))
    };
    parts.iter().all(|new| joined.iter().filter(|old| same(old, new)).all(|old| !new.made && unbroken(old, new)))
}

/// The first state before, the last after.
fn add(joined: &mut Vec<Part>, part: Part) {
    let Some(known) = joined.iter_mut().find(|known| same(known, &part)) else {
        joined.push(part);
        return;
    };
    for (key, held) in part.before {
        known.before.entry(key).or_insert(held);
    }
    known.after.extend(part.after);
    known.deleted.1 = part.deleted.1;
}
