//! Tags of the podcast namespace that a person changes. What each may hold is asked where feeds are written.

use crate::edit_show::invalid;
use hearthcast_model::Result;
use hearthcast_model::namespace::Tags;
use hearthcast_model::view::TagsEdit;
use serde_json::Value;

/// Most bytes of all tags of a record, as JSON.
const MOST_BYTES: usize = 256 * 1024;

/// The tags with those of the edit in place of what was there.
pub(crate) fn merged<T: Tags>(before: &T, edit: &TagsEdit) -> Result<T> {
    let hint = "The names and shapes of tags are listed in docs/guide/tags.md.";
    let unreadable = |error: serde_json::Error| invalid("tags", &error.to_string(), hint);
    let mut all = serde_json::to_value(before).map_err(unreadable)?;
    for (name, value) in &edit.0 {
        all[name.as_str()] = value.clone();
    }
    if let Value::Object(all) = &mut all {
        all.retain(|_, value| !value.is_null());
    }
    if all.to_string().len() > MOST_BYTES {
        return Err(invalid("tags", "they are larger than 256 KiB", "Take some of them out."));
    }
    let tags: T = serde_json::from_value(all).map_err(unreadable)?;
    match edit.0.keys().find(|name| tags.unknown().contains_key(*name)) {
        Some(name) => Err(invalid("tags", &format!("there is no tag \"{name}\""), hint)),
        None => Ok(tags),
    }
}
