//! What listeners will see changed in one record, field by field, as a person reads it.

mod words;

use hearthcast_model::Result;
use hearthcast_model::plan::{Change, ChangeKind, FieldChange};
use hearthcast_model::record::{Body, Table, changed_fields, to_value};
use serde_json::Value;

/// Fields that tell a listener nothing: the author's own, and what is made of others that are told.
const SILENT: &[&str] = &[
    "changed_ms",
    "created_ms",
    "zone",
    "draft",
    "preset",
    "formats",
    "id3",
    "recipe",
    "cover_sizes",
    "cover_from",
    "image_sizes",
    "image_from",
    "chapters_file",
    "audio_edition",
];

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
    let post = after.or(before).is_some_and(Body::is_post);
    Ok(Some(Change { table, id: id.into(), title: title.into(), kind, fields, at_ms: None, zone: None, post }))
}

/// Whether notes differ only in who cleaned them.
fn reads_same(before: Option<&Value>, after: &Value) -> bool {
    let bare = |notes: &Value| {
        let mut notes = notes.clone();
        notes.get_mut("safe")?.as_object_mut()?.remove("sanitizer_version").map(|_| notes)
    };
    before.and_then(bare).is_some_and(|before| Some(before) == bare(after))
}

fn fields(before: &Value, after: &Value) -> Vec<FieldChange> {
    changed_fields(Some(before), after)
        .into_iter()
        .filter(|(field, value)| !SILENT.contains(&field.as_str()) && !reads_same(before.get(field), value))
        .map(|(field, value)| {
            let (before, after) = words::sides(&field, before.get(&field), Some(&value));
            FieldChange { field, before, after }
        })
        .collect()
}
