//! What listeners will see changed in one record, field by field, as a person reads it.

use hearthcast_model::Result;
use hearthcast_model::plan::{Change, ChangeKind, FieldChange};
use hearthcast_model::record::{Body, Table, changed_fields, to_value};
use serde_json::Value;

/// Fields that tell a listener nothing.
const SILENT: &[&str] = &["changed_ms", "created_ms", "zone", "draft"];

/// Longest text shown for one side of a change, in characters.
const SHOWN: usize = 400;

/// The change between two released bodies; `None` when no listener would notice.
pub fn changed<T: Body>(
    table: Table,
    id: &str,
    title: &str,
    before: Option<&T>,
    after: Option<&T>,
) -> Result<Option<Change>> {
    let (kind, fields) = match (before, after) {
        (None, None) => return Ok(None),
        (None, Some(_)) => (ChangeKind::Added, vec![]),
        (Some(_), None) => (ChangeKind::Removed, vec![]),
        (Some(before), Some(after)) => (ChangeKind::Changed, fields(&to_value(before)?, &to_value(after)?)),
    };
    if kind == ChangeKind::Changed && fields.is_empty() {
        return Ok(None);
    }
    Ok(Some(Change { table, id: id.into(), title: title.into(), kind, fields }))
}

fn fields(before: &Value, after: &Value) -> Vec<FieldChange> {
    changed_fields(Some(before), after)
        .into_iter()
        .filter(|(field, _)| !SILENT.contains(&field.as_str()))
        .map(|(field, value)| FieldChange { before: shown(before.get(&field)), after: shown(Some(&value)), field })
        .collect()
}

/// A value in words: notes by their source, files by their names, times as RFC 3339.
fn shown(value: Option<&Value>) -> String {
    let text = match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(n)) if n.as_i64().is_some_and(|ms| ms > 100_000_000_000) => {
            hearthcast_model::clock::rfc3339(n.as_i64().unwrap_or_default())
        }
        Some(Value::Object(map)) => match (map.get("source"), map.get("name"), map.get("ext")) {
            (Some(Value::String(source)), _, _) => source.clone(),
            (_, Some(Value::String(name)), Some(Value::String(ext))) => format!("{name}.{ext}"),
            _ => Value::Object(map.clone()).to_string(),
        },
        Some(Value::Array(values)) => values
            .iter()
            .map(|v| v.get("name").map_or_else(|| v.to_string(), |n| shown(Some(n))))
            .collect::<Vec<_>>()
            .join(", "),
        Some(other) => other.to_string(),
    };
    text.chars().take(SHOWN).collect()
}
