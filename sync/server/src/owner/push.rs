//! `POST /sync/v1/push`: working copies arrive, all or nothing. Nothing pushed is public.
//!
//! An operation that was applied before (its answer was lost) is not applied again, however batches are cut.

use super::refusal::{Answer, Refusal};
use super::{Owner, Parts};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use hearthcast_model::hash::body_hash;
use hearthcast_model::record::{Operation, apply_fields};
use hearthcast_model::{Code, DeviceId, EpisodeId, Error, Sha256};
use hearthcast_protocol::push::{Conflict, MAX_BYTES, MAX_OPS, Numbered, PushAnswer, PushRequest, Pushed};
use hearthcast_store::record::{self, Base, Row};
use hearthcast_store::{Connection, answer, device};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

/// Longest body of one record after all changes.
const MAX_RECORD_BYTES: usize = MAX_BYTES;
const MAX_KEY_BYTES: usize = 200;

/// Applies a batch.
pub async fn push(State(app): Parts, Extension(caller): Owner, headers: HeaderMap, body: Body) -> Answer<Response> {
    let key = idempotency_key(&headers)?;
    let bytes = super::body::read(body, MAX_BYTES.min(app.max_body_bytes)).await?;
    let request: PushRequest = super::body::parse(&bytes)?;
    let batch = Batch { device: caller.device, now_ms: app.now_ms() };
    batch.check(&request)?;
    let hash = Sha256::of(&bytes);
    let mut writer = app.store.write().await?;
    if let Some(before) = answer::get(&mut writer, batch.device.as_str(), key).await? {
        return again(before, &hash);
    }
    let results = batch.apply(&mut writer, &request.ops).await?;
    let answer = PushAnswer { results };
    if answer.results.iter().any(|result| result.conflict.is_some()) {
        return Ok((StatusCode::CONFLICT, Json(answer)).into_response());
    }
    let text = serde_json::to_string(&answer).map_err(|e| Refusal::usage(e.to_string()))?;
    answer::put(&mut writer, batch.device.as_str(), key, &hash, &text, batch.now_ms).await?;
    let last = request.ops.last().map_or(0, |numbered| numbered.n);
    device::reached(&mut writer, batch.device.as_str(), last).await?;
    writer.commit().await?;
    Ok(json(text))
}

fn idempotency_key(headers: &HeaderMap) -> Answer<&str> {
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok());
    key.filter(|key| !key.is_empty() && key.len() <= MAX_KEY_BYTES)
        .ok_or_else(|| Refusal::usage("A push needs the header Idempotency-Key."))
}

fn again(before: answer::Answer, request: &Sha256) -> Answer<Response> {
    if before.request == request.as_str() {
        return Ok(json(before.body));
    }
    Err(Refusal::field("Idempotency-Key", "Another request was sent with the same Idempotency-Key before."))
}

fn json(text: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}

/// One push of one device.
struct Batch {
    device: DeviceId,
    now_ms: i64,
}

impl Batch {
    fn check(&self, request: &PushRequest) -> Answer<()> {
        if request.ops.is_empty() || request.ops.len() > MAX_OPS {
            return Err(Refusal::usage(format!("A push holds 1 to {MAX_OPS} operations.")));
        }
        if !request.ops.is_sorted_by(|a, b| a.n < b.n) {
            return Err(Refusal::field("n", "The operations of a push must stand in the order of their numbers."));
        }
        request.ops.iter().try_for_each(|numbered| check_op(&numbered.op, numbered.n))
    }

    async fn apply(&self, connection: &mut Connection, ops: &[Numbered]) -> Answer<Vec<Pushed>> {
        let mut results = Vec::with_capacity(ops.len());
        for numbered in ops {
            results.push(self.apply_one(connection, numbered).await?);
        }
        if results.iter().any(|result| result.conflict.is_some()) {
            // Nothing is applied then, so no number handed out above stands.
            results.iter_mut().for_each(|result| result.seq = 0);
        }
        Ok(results)
    }

    async fn apply_one(&self, connection: &mut Connection, Numbered { n, op }: &Numbered) -> Answer<Pushed> {
        let hash = hash_of(op)?;
        if let Some(before) = record::applied(connection, self.device.as_str(), *n).await? {
            return if before.hash == hash.as_str() {
                Ok(Pushed { n: *n, rev: before.rev, seq: before.seq, conflict: None })
            } else {
                Err(Refusal::field("n", format!("Operation {n} of this computer was another one before.")))
            };
        }
        let current = record::get(connection, op.table, &op.id).await?;
        let next = match decide(current.as_ref(), op, &self.device, self.now_ms)? {
            Decision::Conflict(conflict) => {
                return Ok(Pushed { n: *n, rev: conflict.rev, seq: 0, conflict: Some(conflict) });
            }
            Decision::Same(row) => row,
            Decision::Write(row) => {
                let row = Row { seq: record::head_seq(connection).await? + 1, ..row };
                record::put(connection, &row).await?;
                row
            }
        };
        let result = (next.rev, next.seq);
        record::remember(connection, self.device.as_str(), *n, &hash, result, self.now_ms).await?;
        Ok(Pushed { n: *n, rev: next.rev, seq: next.seq, conflict: None })
    }
}

fn check_op(op: &Operation, n: i64) -> Answer<()> {
    if op.v != 1 {
        return Err(Error::new(Code::VersionRefused, "The operation was written by a newer Hearthcast.").into());
    }
    if n < 1 || op.op.len() > MAX_KEY_BYTES {
        return Err(Refusal::field("op", "An operation's number or name cannot be used."));
    }
    // Show and episode ids are written alike.
    if EpisodeId::parse(&op.id).is_none_or(|id| id.as_str() != op.id) {
        return Err(Refusal::field("id", "A record's id is not a UUID in lower case."));
    }
    Ok(())
}

fn hash_of(op: &Operation) -> Answer<Sha256> {
    let value = serde_json::to_value(op).map_err(|e| Refusal::usage(e.to_string()))?;
    Ok(body_hash(&value))
}

/// What becomes of an operation.
enum Decision {
    /// The record has this state already.
    Same(Row),
    /// The record gets this state; the sequence number is still to come.
    Write(Row),
    /// The operation started from another state.
    Conflict(Conflict),
}

fn decide(current: Option<&Row>, op: &Operation, device: &DeviceId, now_ms: i64) -> Answer<Decision> {
    let Some(base) = starting_point(current, op, device) else {
        return Ok(match current {
            Some(row) if is_result(row, op) => Decision::Same(row.clone()),
            _ => Decision::Conflict(conflict(current)),
        });
    };
    let nothing = serde_json::Value::Object(Default::default());
    let body = apply_fields(base.as_ref().map_or(&nothing, |base| &base.body), &op.set);
    if body.to_string().len() > MAX_RECORD_BYTES {
        return Err(Refusal::field("set", "A record became too large."));
    }
    let hash = body_hash(&body).to_string();
    if let Some(row) = current
        && row.hash == hash
        && row.deleted_ms.is_some() == op.del
    {
        return Ok(Decision::Same(row.clone()));
    }
    Ok(Decision::Write(Row {
        table: op.table,
        id: op.id.clone(),
        rev: current.map_or(0, |row| row.rev) + 1,
        seq: 0,
        hash,
        body,
        deleted_ms: op.del.then_some(now_ms),
        device: device.to_string(),
        base,
    }))
}

/// The state that an operation may be applied to; `None` is a conflict.
///
/// That is the record as it stands, if the operation started from it. If the newest change is the same computer's and the
/// operation started where that one did, its answer was lost: the operation replaces it.
fn starting_point(current: Option<&Row>, op: &Operation, device: &DeviceId) -> Option<Option<Base>> {
    let asked = op.base_hash.as_ref().map(Sha256::as_str);
    let Some(row) = current else { return asked.is_none().then_some(None) };
    if asked == Some(row.hash.as_str()) {
        return Some(Some(Base { hash: row.hash.clone(), body: row.body.clone() }));
    }
    let own_again = row.device == device.as_str() && asked == row.base.as_ref().map(|base| base.hash.as_str());
    own_again.then(|| row.base.clone())
}

/// Whether the record already is what the operation makes of it.
fn is_result(row: &Row, op: &Operation) -> bool {
    let body = apply_fields(&row.body, &op.set);
    body_hash(&body).as_str() == row.hash && row.deleted_ms.is_some() == op.del
}

/// What the server has; revision 0 and no body when it does not know the record.
fn conflict(current: Option<&Row>) -> Conflict {
    match current {
        Some(row) => Conflict { rev: row.rev, body: row.body.clone(), by: row.device.clone() },
        None => Conflict { rev: 0, body: serde_json::Value::Null, by: String::new() },
    }
}
