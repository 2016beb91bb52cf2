//! Push: working copies travel from the outbox to the server. Nothing pushed is public.

use hearthcast_model::record::Operation;
use serde::{Deserialize, Serialize};

/// `POST /sync/v1/push`, header `Idempotency-Key: <device>:<last n>`. At most 500 operations and 1 MiB, all or nothing.
pub const PATH: &str = "/sync/v1/push";

/// Most operations in one push.
pub const MAX_OPS: usize = 500;

/// Most bytes in one push.
pub const MAX_BYTES: usize = 1024 * 1024;

/// One numbered operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Numbered {
    /// Outbox number.
    pub n: i64,
    /// The operation.
    pub op: Operation,
}

/// The laptop's side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushRequest {
    /// In outbox order.
    pub ops: Vec<Numbered>,
}

/// Outcome of one operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pushed {
    /// Outbox number.
    pub n: i64,
    /// The record's revision on the server now.
    pub rev: i64,
    /// Sequence number of the change; 0 for a conflict.
    pub seq: i64,
    /// The server's body when the operation started from another one (answer 409, nothing applied).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
}

/// What the server has instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Its revision.
    pub rev: i64,
    /// Its body.
    pub body: serde_json::Value,
    /// Device that wrote it.
    pub by: String,
}

/// The server's side: 200, or 409 with at least one conflict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushAnswer {
    /// One per operation, in order.
    pub results: Vec<Pushed>,
}
