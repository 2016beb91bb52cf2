//! Table `undo_step`: what can be taken back, and taken again. Written in the transaction of the change itself, so that it
//! survives whatever the change survives.
//!
//! A step holds fields, not records: taking it back changes only the fields it changed, and only while they still hold
//! what it wrote. What it is not: it never touches what is released.

mod join;

pub use join::newest;

use crate::door::RecordChange;
use crate::{Library, LibraryError, Result, WriteTx};
use hearthcast_model::error::Subject;
use hearthcast_model::record::Table;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Most steps that are kept.
const MOST_STEPS: i64 = 500;
/// Oldest step that is kept.
const OLDEST_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// Most bytes of all steps together.
const MOST_BYTES: i64 = 32 * 1024 * 1024;
/// Edits of the same fields of the same record that follow each other within this time are one step …
const PAUSE_MS: i64 = 2_500;
/// … as long as the whole step is not longer than this.
const LONGEST_MS: i64 = 20_000;
/// The reason of edits, the only ones that flow together.
const EDIT: &str = "edit";
/// Says when a record was touched; follows every change and is no change itself.
const TOUCHED: &str = "changed_ms";
/// Fields that follow others by themselves.
const FOLLOWERS: [&str; 3] = [TOUCHED, "slug", "chapters_file"];
/// Fields that stand in published addresses or in listeners' apps: once released, no step changes them.
const FROZEN: [&str; 3] = ["slug", "guid", "podcast_guid"];

/// Fields and what they held: nothing (the field was not there) or one value.
type Fields = BTreeMap<String, Vec<Value>>;

/// One record's part of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Part {
    table: Table,
    id: String,
    /// The step made the record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    made: bool,
    /// Deletion time before and after.
    #[serde(default)]
    deleted: (Option<i64>, Option<i64>),
    before: Fields,
    after: Fields,
}

/// Which way a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Back to what was before.
    Back,
    /// Forth again.
    Forth,
}

/// What became of a step.
#[derive(Debug)]
pub enum Outcome {
    /// It was taken.
    Taken(Taken),
    /// It could not be taken, and is forgotten.
    Refused(LibraryError),
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// What the step was (`edit`, `add`, `remove`, `audio`).
    pub reason: String,
    /// Which records.
    pub subjects: Vec<Subject>,
}

#[derive(sqlx::FromRow)]
struct StepRow {
    n: i64,
    began_ms: i64,
    at_ms: i64,
    reason: String,
    parts: String,
}

impl StepRow {
    fn parts(&self) -> Result<Vec<Part>> {
        serde_json::from_str(&self.parts)
            .map_err(|source| LibraryError::Unreadable { what: format!("undo_step {}", self.n), source })
    }
}

const COLUMNS: &str = "SELECT n, began_ms, at_ms, reason, parts FROM undo_step";

/// Records that the newest step of a reason changed and did not make, by id: those [`WriteTx::finish_step`] is for.
pub async fn changed_by(library: &Library, reason: &str) -> Result<HashSet<String>> {
    let newest = format!("{COLUMNS} WHERE undone = 0 AND reason = $1 ORDER BY n DESC LIMIT 1");
    let row: Option<StepRow> = sqlx::query_as(&newest).bind(reason).fetch_optional(library.readers()).await?;
    let parts = row.map(|row| row.parts()).transpose()?.unwrap_or_default();
    Ok(parts.into_iter().filter(|part| !part.made).map(|part| part.id).collect())
}

impl WriteTx {
    /// Notes what this transaction changed so far as a step that can be taken back. What was taken back before cannot be
    /// taken again from here on.
    pub async fn remember(&mut self, reason: &str) -> Result<()> {
        let parts = parts(&self.changes.records);
        if parts.is_empty() {
            return Ok(());
        }
        sqlx::query("DELETE FROM undo_step WHERE undone = 1").execute(self.connection()).await?;
        if !self.joined(reason, &parts).await? {
            let now_ms = self.now_ms;
            self.insert_step(now_ms, reason, &parts).await?;
        }
        self.forget_old_steps().await
    }

    /// Takes the newest step back, or the newest one taken back forth again. `None` when there is none.
    ///
    /// A step that cannot be taken, because what it wrote does not stand any more, is forgotten: the next call takes the
    /// one before it.
    pub async fn take_step(&mut self, way: Way) -> Result<Option<Outcome>> {
        let Some(step) = self.next_step(way).await? else { return Ok(None) };
        let (parts, changed) = (step.parts()?, self.changes.records.len());
        sqlx::query("SAVEPOINT step").execute(self.connection()).await?;
        match self.take_parts(&parts, way).await {
            Ok(()) => {
                let set = "UPDATE undo_step SET undone = $2 WHERE n = $1";
                let undone = i64::from(way == Way::Back);
                sqlx::query(set).bind(step.n).bind(undone).execute(self.connection()).await?;
                let subjects = parts.into_iter().map(|p| Subject { kind: p.table.name().into(), id: p.id }).collect();
                Ok(Some(Outcome::Taken(Taken { reason: step.reason, subjects })))
            }
            Err(why @ (LibraryError::ChangedSince | LibraryError::ReleasedSince | LibraryError::Taken { .. })) => {
                sqlx::query("ROLLBACK TO step").execute(self.connection()).await?;
                self.changes.records.truncate(changed);
                sqlx::query("DELETE FROM undo_step WHERE n = $1").bind(step.n).execute(self.connection()).await?;
                Ok(Some(Outcome::Refused(why)))
            }
            Err(other) => Err(other),
        }
    }

    async fn take_parts(&mut self, parts: &[Part], way: Way) -> Result<()> {
        match way {
            Way::Back => {
                for part in parts.iter().rev() {
                    self.take_part(part, way).await?;
                }
            }
            Way::Forth => {
                for part in parts {
                    self.take_part(part, way).await?;
                }
            }
        }
        Ok(())
    }

    /// A field was changed by the program itself, not by the author (new tags around the same sound): steps that wrote the
    /// old value count as having written the new one.
    pub async fn rewrite_steps(&mut self, table: Table, id: &str, field: &str, old: &Value, new: &Value) -> Result<()> {
        let mentions = format!("{COLUMNS} WHERE instr(parts, $1) > 0");
        let rows: Vec<StepRow> = sqlx::query_as(&mentions).bind(id).fetch_all(self.connection()).await?;
        for row in rows {
            let mut parts = row.parts()?;
            for part in parts.iter_mut().filter(|p| p.table == table && p.id == id) {
                for fields in [&mut part.before, &mut part.after] {
                    fields.get_mut(field).into_iter().flatten().filter(|v| *v == old).for_each(|v| *v = new.clone());
                }
            }
            self.update_step(row.n, row.at_ms, &parts).await?;
        }
        Ok(())
    }

    /// The program finished by itself what a step of this `reason` began (the sound that an import named has come): the newest
    /// such step counts as having done that, too, so that it can be taken back as a whole. `before` and `after` are the record
    /// around what was done now. A step that made the record takes all of it back anyway.
    pub async fn finish_step(
        &mut self,
        reason: &str,
        table: Table,
        id: &str,
        before: &Value,
        after: &Value,
    ) -> Result<()> {
        let newest =
            format!("{COLUMNS} WHERE undone = 0 AND reason = $2 AND instr(parts, $1) > 0 ORDER BY n DESC LIMIT 1");
        let row: Option<StepRow> =
            sqlx::query_as(&newest).bind(id).bind(reason).fetch_optional(self.connection()).await?;
        let Some(row) = row else { return Ok(()) };
        let mut parts = row.parts()?;
        let Some(part) = parts.iter_mut().find(|part| part.table == table && part.id == id && !part.made) else {
            return Ok(());
        };
        let (old, new) = differing(before, after);
        for (field, held) in new {
            let was = old.get(&field).cloned().unwrap_or_default();
            match part.after.get(&field) {
                // Somebody changed it in between: that stands in a step of its own.
                Some(known) if *known != was => continue,
                Some(_) => {}
                None => drop(part.before.insert(field.clone(), was)),
            }
            part.after.insert(field, held);
        }
        self.update_step(row.n, row.at_ms, &parts).await
    }

    async fn next_step(&mut self, way: Way) -> Result<Option<StepRow>> {
        let which = match way {
            Way::Back => "WHERE undone = 0 ORDER BY n DESC LIMIT 1",
            Way::Forth => "WHERE undone = 1 ORDER BY n LIMIT 1",
        };
        Ok(sqlx::query_as(&format!("{COLUMNS} {which}")).fetch_optional(self.connection()).await?)
    }

    async fn take_part(&mut self, part: &Part, way: Way) -> Result<()> {
        let (body, deleted) = self.working(part.table, &part.id).await?.ok_or(LibraryError::ChangedSince)?;
        let (from, to, was_deleted, deletes) = match way {
            Way::Back => (&part.after, &part.before, part.deleted.1.is_some(), part.made || part.deleted.0.is_some()),
            Way::Forth => (&part.before, &part.after, part.made || part.deleted.0.is_some(), part.deleted.1.is_some()),
        };
        let released = self.is_released(part.table, &part.id).await?;
        let (from, to) = if released { (without_frozen(from), without_frozen(to)) } else { (from.clone(), to.clone()) };
        let fields = body.as_object().cloned().unwrap_or_default();
        let stands = from.iter().all(|(key, held)| key == TOUCHED || fields.get(key) == held.first());
        if !stands || deleted.is_some() != was_deleted {
            return Err(LibraryError::ChangedSince);
        }
        if released && part.made {
            return Err(LibraryError::ReleasedSince);
        }
        let deleted_ms = match (deletes, deleted) {
            (true, None) => Some(self.now_ms),
            (true, before) => before,
            (false, _) => None,
        };
        let body = with_fields(fields, &from, &to, self.now_ms);
        self.put_value(part.table, &part.id, body, deleted_ms).await
    }

    async fn is_released(&mut self, table: Table, id: &str) -> Result<bool> {
        let sql = format!("SELECT released_hash IS NOT NULL FROM {} WHERE id = $1", table.name());
        let row: Option<(bool,)> = sqlx::query_as(&sql).bind(id).fetch_optional(self.connection()).await?;
        Ok(row.is_some_and(|(released,)| released))
    }

    /// Adds to the newest step when both are edits of the same fields, one soon after the other.
    async fn joined(&mut self, reason: &str, parts: &[Part]) -> Result<bool> {
        let (Some(last), [new]) = (self.next_step(Way::Back).await?, parts) else { return Ok(false) };
        let soon = self.now_ms - last.at_ms <= PAUSE_MS && self.now_ms - last.began_ms <= LONGEST_MS;
        if reason != EDIT || last.reason != EDIT || !soon {
            return Ok(false);
        }
        let mut old = last.parts()?;
        let [part] = old.as_mut_slice() else { return Ok(false) };
        if !continues(part, new) {
            return Ok(false);
        }
        for (key, held) in &new.before {
            part.before.entry(key.clone()).or_insert_with(|| held.clone());
        }
        part.after.extend(new.after.clone());
        if part.before.iter().all(|(key, held)| key == TOUCHED || part.after.get(key) == Some(held)) {
            // Typed and taken back by hand: nothing is left of the step.
            sqlx::query("DELETE FROM undo_step WHERE n = $1").bind(last.n).execute(self.connection()).await?;
            return Ok(true);
        }
        let now_ms = self.now_ms;
        self.update_step(last.n, now_ms, &old).await?;
        Ok(true)
    }

    async fn insert_step(&mut self, now_ms: i64, reason: &str, parts: &[Part]) -> Result<()> {
        let text = text(parts)?;
        sqlx::query("INSERT INTO undo_step (began_ms, at_ms, reason, bytes, parts) VALUES ($1, $1, $2, $3, $4)")
            .bind(now_ms)
            .bind(reason)
            .bind(i64::try_from(text.len()).unwrap_or(i64::MAX))
            .bind(text)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    async fn update_step(&mut self, n: i64, at_ms: i64, parts: &[Part]) -> Result<()> {
        let text = text(parts)?;
        sqlx::query("UPDATE undo_step SET at_ms = $2, bytes = $3, parts = $4 WHERE n = $1")
            .bind(n)
            .bind(at_ms)
            .bind(i64::try_from(text.len()).unwrap_or(i64::MAX))
            .bind(text)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    async fn forget_old_steps(&mut self) -> Result<()> {
        let oldest = self.now_ms.saturating_sub(OLDEST_MS);
        sqlx::query(
            "DELETE FROM undo_step WHERE at_ms < $1 OR n IN (SELECT n FROM
                 (SELECT n, row_number() OVER newest AS place, sum(bytes) OVER newest AS total
                  FROM undo_step WHERE undone = 0 WINDOW newest AS (ORDER BY n DESC))
             WHERE place > $2 OR (place > 1 AND total > $3))",
        )
        .bind(oldest)
        .bind(MOST_STEPS)
        .bind(MOST_BYTES)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

/// One part for each record: the first state before, the last after.
fn parts(changes: &[RecordChange]) -> Vec<Part> {
    let mut whole: Vec<RecordChange> = vec![];
    let mut places: HashMap<(Table, &str), usize> = HashMap::new();
    for change in changes {
        match places.entry((change.table, change.id.as_str())) {
            Entry::Occupied(at) => whole[*at.get()].after.clone_from(&change.after),
            Entry::Vacant(place) => {
                place.insert(whole.len());
                whole.push(change.clone());
            }
        }
    }
    whole.iter().filter(|c| c.before.as_ref() != Some(&c.after)).map(part).collect()
}

fn part(change: &RecordChange) -> Part {
    let (table, id) = (change.table, change.id.clone());
    match &change.before {
        // Taking it back deletes the record, taking it again brings it back: its fields stay where they are.
        None => {
            Part { table, id, made: true, deleted: (None, change.after.1), before: Fields::new(), after: Fields::new() }
        }
        Some((before, deleted_ms)) => {
            let (before, after) = differing(before, &change.after.0);
            Part { table, id, made: false, deleted: (*deleted_ms, change.after.1), before, after }
        }
    }
}

/// The fields that differ, with what they held on both sides.
fn differing(before: &Value, after: &Value) -> (Fields, Fields) {
    let empty = Map::new();
    let (before, after) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let mut sides = (Fields::new(), Fields::new());
    for key in before.keys().chain(after.keys()).filter(|key| before.get(*key) != after.get(*key)) {
        let held = |map: &Map<String, Value>| map.get(key).cloned().into_iter().collect();
        sides.0.insert(key.clone(), held(before));
        sides.1.insert(key.clone(), held(after));
    }
    sides
}

/// Whether `new` goes on with what `old` did: the same record, the same fields, and nothing in between.
fn continues(old: &Part, new: &Part) -> bool {
    let same = old.table == new.table && old.id == new.id && !old.made && !new.made;
    let kept = old.deleted == (None, None) && new.deleted == (None, None);
    let fields = |part: &Part| -> Vec<String> {
        part.after.keys().filter(|key| !FOLLOWERS.contains(&key.as_str())).cloned().collect()
    };
    let unbroken = new.before.iter().all(|(key, held)| key == TOUCHED || old.after.get(key).is_none_or(|h| h == held));
    same && kept && unbroken && fields(old) == fields(new)
}

fn without_frozen(fields: &Fields) -> Fields {
    fields.iter().filter(|(key, _)| !FROZEN.contains(&key.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect()
}

/// The record with the fields of the other side. A record that somebody else touched too is touched now.
fn with_fields(mut fields: Map<String, Value>, from: &Fields, to: &Fields, now_ms: i64) -> Value {
    let untouched = from.get(TOUCHED).is_some_and(|held| held.first() == fields.get(TOUCHED));
    for (key, held) in to {
        match held.first() {
            Some(value) => fields.insert(key.clone(), value.clone()),
            None => fields.remove(key),
        };
    }
    if !untouched && !to.is_empty() {
        fields.insert(TOUCHED.into(), now_ms.into());
    }
    Value::Object(fields)
}

fn text(parts: &[Part]) -> Result<String> {
    serde_json::to_string(parts).map_err(|source| LibraryError::Unreadable { what: "undo_step".into(), source })
}
