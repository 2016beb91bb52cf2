//! The record envelope: what every public thing carries beside its body (DESIGN §6.2).
//!
//! A record has a *working copy* (what the author sees and edits) and a *released* revision (what the public sees).
//! Editing changes the working copy only; nothing but a publication changes `released`.

use crate::hash::body_hash;
use crate::{DeviceId, Sha256};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Tables that sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Shows.
    Show,
    /// Episodes.
    Episode,
}

impl Table {
    /// The table's name in databases and messages.
    pub fn name(self) -> &'static str {
        match self {
            Table::Show => "show",
            Table::Episode => "episode",
        }
    }
}

/// A body that can stand in a [`Record`].
pub trait Body: Serialize + DeserializeOwned + Clone + PartialEq + Send + Sync {
    /// Where such bodies are kept.
    const TABLE: Table;

    /// Whether it is a post of the show's website.
    fn is_post(&self) -> bool {
        false
    }
}

impl Body for crate::Show {
    const TABLE: Table = Table::Show;
}

impl Body for crate::Episode {
    const TABLE: Table = Table::Episode;

    fn is_post(&self) -> bool {
        crate::Episode::is_post(self)
    }
}

/// A record: envelope, working copy and released revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "T: Body")]
pub struct Record<T: Body> {
    /// UUIDv7.
    pub id: String,
    /// Revision: grows by one with every change on this laptop.
    pub rev: i64,
    /// The server's revision this edit started from; 0 when no server has seen it.
    pub base_rev: i64,
    /// Hash of the working copy (canonical JSON).
    pub hash: Sha256,
    /// When it was deleted, Unix milliseconds.
    pub deleted_ms: Option<i64>,
    /// The laptop that made the newest change.
    pub device: DeviceId,
    /// The working copy.
    pub body: T,
    /// What the public sees; `None` before the first publication.
    pub released: Option<T>,
}

impl<T: Body> Record<T> {
    /// Whether the working copy differs from what the public sees (a *pending change*).
    pub fn pending(&self) -> bool {
        match (&self.released, self.deleted_ms) {
            (Some(_), Some(_)) => true,
            (None, Some(_)) => false,
            (Some(released), None) => *released != self.body,
            (None, None) => true,
        }
    }
}

/// One change, as it travels (DESIGN §6.2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Version of this shape: 1.
    pub v: u32,
    /// `<device>:<n>`, unique for ever.
    pub op: String,
    /// Which table.
    pub table: Table,
    /// Which record.
    pub id: String,
    /// Hash of the body the change started from; `None` for a new record.
    pub base_hash: Option<Sha256>,
    /// Fields and their new values; `null` removes a field.
    pub set: Map<String, Value>,
    /// Whether the record is deleted.
    pub del: bool,
}

/// The fields that turn `before` into `after`: changed and new ones with their value, removed ones as `null`.
pub fn changed_fields(before: Option<&Value>, after: &Value) -> Map<String, Value> {
    let empty = Map::new();
    let before = before.and_then(Value::as_object).unwrap_or(&empty);
    let after = after.as_object().unwrap_or(&empty);
    let mut set = Map::new();
    for (key, value) in after {
        if before.get(key) != Some(value) {
            set.insert(key.clone(), value.clone());
        }
    }
    for key in before.keys().filter(|k| !after.contains_key(*k)) {
        set.insert(key.clone(), Value::Null);
    }
    set
}

/// Applies changed fields to a body.
pub fn apply_fields(body: &Value, set: &Map<String, Value>) -> Value {
    let mut fields = body.as_object().cloned().unwrap_or_default();
    for (key, value) in set {
        fields.insert(key.clone(), value.clone());
    }
    Value::Object(fields)
}

/// The hash of a typed body.
pub fn hash_of<T: Body>(body: &T) -> crate::Result<Sha256> {
    Ok(body_hash(&to_value(body)?))
}

/// A typed body as JSON.
pub fn to_value<T: Body>(body: &T) -> crate::Result<Value> {
    serde_json::to_value(body)
        .map_err(|e| crate::Error::new(crate::Code::Internal, format!("A record could not be written as JSON: {e}.")))
}
