//! Push: the working copies a server has not seen travel to it, oldest change first, and are never public by that. What it
//! is not: it merges nothing; a conflict with another laptop goes to the author.

use crate::line::Line;
use hearthcast_fetch::HttpStatus;
use hearthcast_library::outbox::{self, Unsent};
use hearthcast_library::{Library, sync_base, target};
use hearthcast_model::place::Target;
use hearthcast_model::record::{Operation, changed_fields};
use hearthcast_model::{Code, Error, Result};
use hearthcast_protocol::hello::{self, Compatibility, HelloAnswer, HelloRequest};
use hearthcast_protocol::push::{self, MAX_BYTES, MAX_OPS, Numbered, PushAnswer, PushRequest};
use hearthcast_protocol::{PROTO, SCHEMA};

/// Says hello. Refuses a server of another language, and one that has more of this laptop than this library: then the
/// library was restored from a copy, and what it sends would go over newer work.
pub async fn hello(line: &Line, library: &Library) -> Result<HelloAnswer> {
    let request = HelloRequest {
        proto: vec![PROTO],
        schema: SCHEMA,
        device: library.device().clone(),
        outbox_last: outbox::last(library).await?,
    };
    let answer: HelloAnswer = line.ask(hello::PATH, &request).await?;
    if answer.device_last > request.outbox_last {
        return Err(older_than_server());
    }
    match answer.compatibility {
        Compatibility::Ok => Ok(answer),
        Compatibility::ReadOnly | Compatibility::Upgrade => {
            Err(Error::new(Code::VersionRefused, "The server and this laptop speak different versions.")
                .hint("Bring both to the same version. Everything stays usable here meanwhile."))
        }
    }
}

/// Whether the server has everything.
pub async fn nothing_to_push(library: &Library, target: &Target) -> Result<bool> {
    let state = target::state(library.readers(), &target.id).await?;
    Ok(outbox::unsent(library, &target.show, state.pushed_n).await?.is_empty())
}

/// Sends what the server has not seen. Returns the number of requests made.
pub async fn push(line: &Line, library: &Library, target: &Target) -> Result<u64> {
    let state = target::state(library.readers(), &target.id).await?;
    let unsent = outbox::unsent(library, &target.show, state.pushed_n).await?;
    let mut requests = 0;
    let mut rest = unsent.as_slice();
    while !rest.is_empty() {
        let (batch, count) = batch(library, target, rest).await?;
        let (now, later) = rest.split_at(count);
        requests += 1;
        let answer = send(line, library, target, &batch).await?;
        acknowledge(library, target, now, &answer).await?;
        rest = later;
    }
    Ok(requests)
}

/// As many operations as fit into one message; at least one record is consumed.
async fn batch(library: &Library, target: &Target, unsent: &[Unsent]) -> Result<(PushRequest, usize)> {
    let mut request = PushRequest { ops: vec![] };
    let (mut bytes, mut count) = (0, 0);
    for record in unsent.iter().take(MAX_OPS) {
        let op = operation(library, target, record).await?;
        let size = serde_json::to_string(&op).map_or(MAX_BYTES, |text| text.len() + 2);
        if bytes + size > MAX_BYTES - 64 && count > 0 {
            break;
        }
        bytes += size;
        request.ops.push(op);
        count += 1;
    }
    Ok((request, count))
}

/// The difference to what the server acknowledged last. It may be empty: a record brought back after its removal has the
/// fields it had.
async fn operation(library: &Library, target: &Target, record: &Unsent) -> Result<Numbered> {
    let base = sync_base::get(library, &target.id, record.table, &record.id).await?;
    let set = changed_fields(base.as_ref().map(|b| &b.body), &record.body);
    let op = Operation {
        v: 1,
        op: format!("{}:{}", library.device(), record.n),
        table: record.table,
        id: record.id.clone(),
        base_hash: base.map(|b| b.hash),
        set,
        del: record.deleted,
    };
    Ok(Numbered { n: record.n, op })
}

async fn send(line: &Line, library: &Library, target: &Target, batch: &PushRequest) -> Result<PushAnswer> {
    let last = batch.ops.last().map_or(0, |op| op.n);
    let key = format!("{}:{}:{last}", library.device(), target.id);
    let answer = line.post_raw(push::PATH, batch, &[("idempotency-key", key)]).await?;
    if answer.status == HttpStatus::CONFLICT
        && let Ok(conflicts) = serde_json::from_slice::<PushAnswer>(&answer.body)
    {
        return Err(conflict(&conflicts));
    }
    line.read(answer).map_err(|error| match &error.subject {
        // The number of a change was used for another one before: two copies of one library are at work.
        Some(subject) if error.code == Code::FieldInvalid && subject.id == "n" => older_than_server(),
        _ => error,
    })
}

async fn acknowledge(library: &Library, target: &Target, records: &[Unsent], answer: &PushAnswer) -> Result<()> {
    let mut tx = library.transact().await?;
    // Read inside the transaction: a publication may have ended in another process meanwhile.
    let mut state = tx.target_state(&target.id).await?;
    for record in records {
        if let Some(result) = answer.results.iter().find(|result| result.n == record.n) {
            tx.acknowledge(&target.id, record.table, &record.id, result.rev, &record.body).await?;
        }
        state.pushed_n = state.pushed_n.max(record.n);
    }
    tx.put_target_state(&target.id, &state).await?;
    tx.commit().await?;
    Ok(())
}

fn older_than_server() -> Error {
    Error::new(Code::TargetConflict, "The server has other work of this laptop than this library: the library is a copy, or was restored from an older one.")
        .hint("Nothing was overwritten on either side. Restore the newest copy, or look at the show's feed for what is missing here.")
}

fn conflict(answer: &PushAnswer) -> Error {
    let count = answer.results.iter().filter(|r| r.conflict.is_some()).count();
    Error::new(Code::TargetConflict, format!("{count} of your changes started from an older state than the server has: another laptop edited the same show."))
        .hint("Nothing was overwritten on either side. Publish from the other laptop, or compare both.")
}
