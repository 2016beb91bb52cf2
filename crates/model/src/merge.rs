//! Three-way merge by field: base, mine, theirs. Disjoint fields merge silently; the same field changed on both
//! sides to different values is a conflict that keeps both.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One field changed on both sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FieldConflict {
    /// Field name.
    pub field: String,
    /// What both sides started from.
    #[cfg_attr(feature = "bindings", ts(type = "unknown"))]
    pub base: Value,
    /// This laptop's value.
    #[cfg_attr(feature = "bindings", ts(type = "unknown"))]
    pub mine: Value,
    /// The other side's value.
    #[cfg_attr(feature = "bindings", ts(type = "unknown"))]
    pub theirs: Value,
}

/// The outcome of a merge.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Merged {
    /// The merged fields; a field in conflict holds mine.
    pub body: Map<String, Value>,
    /// Fields to ask the author about.
    pub conflicts: Vec<FieldConflict>,
}

/// Fields that only say when something was touched: the newer value wins.
const NEWER_WINS: &[&str] = &["changed_ms"];

/// Merges two descendants of `base`.
pub fn merge(base: &Map<String, Value>, mine: &Map<String, Value>, theirs: &Map<String, Value>) -> Merged {
    let mut merged = Merged::default();
    let keys: std::collections::BTreeSet<&String> = base.keys().chain(mine.keys()).chain(theirs.keys()).collect();
    for key in keys {
        let (b, m, t) = (field(base, key), field(mine, key), field(theirs, key));
        let value = if m == t || t == b {
            m
        } else if m == b {
            t
        } else if NEWER_WINS.contains(&key.as_str()) {
            if t.as_i64() > m.as_i64() { t } else { m }
        } else {
            merged.conflicts.push(FieldConflict {
                field: key.clone(),
                base: b.clone(),
                mine: m.clone(),
                theirs: t.clone(),
            });
            m
        };
        if !value.is_null() || mine.contains_key(key) || theirs.contains_key(key) {
            merged.body.insert(key.clone(), value.clone());
        }
    }
    merged
}

fn field<'a>(map: &'a Map<String, Value>, key: &str) -> &'a Value {
    map.get(key).unwrap_or(&Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn map(pairs: &[(&str, i64)]) -> Map<String, Value> {
        pairs.iter().map(|(k, v)| ((*k).to_string(), Value::from(*v))).collect()
    }

    #[test]
    fn disjoint_fields_merge_silently() {
        let merged = merge(&map(&[("a", 1), ("b", 1)]), &map(&[("a", 2), ("b", 1)]), &map(&[("a", 1), ("b", 3)]));
        assert_eq!(merged, Merged { body: map(&[("a", 2), ("b", 3)]), conflicts: vec![] });
    }

    #[test]
    fn same_field_keeps_both() {
        let merged = merge(&map(&[("a", 1)]), &map(&[("a", 2)]), &map(&[("a", 3)]));
        assert_eq!(merged.body, map(&[("a", 2)]));
        assert_eq!(merged.conflicts[0].theirs, Value::from(3));
    }

    #[test]
    fn the_time_of_change_never_conflicts() {
        let merged = merge(&map(&[("changed_ms", 1)]), &map(&[("changed_ms", 2)]), &map(&[("changed_ms", 3)]));
        assert_eq!(merged, Merged { body: map(&[("changed_ms", 3)]), conflicts: vec![] });
    }

    proptest! {
        #[test]
        fn merging_with_an_unchanged_side_is_the_other_side(
            base in prop::collection::btree_map("[a-d]", 0i64..3, 0..4),
            mine in prop::collection::btree_map("[a-d]", 0i64..3, 0..4),
        ) {
            let to = |m: std::collections::BTreeMap<String, i64>| m.into_iter().map(|(k, v)| (k, Value::from(v))).collect::<Map<_, _>>();
            let (base, mine) = (to(base), to(mine));
            let merged = merge(&base, &mine, &base);
            prop_assert!(merged.conflicts.is_empty());
            for (k, v) in &mine { prop_assert_eq!(merged.body.get(k), Some(v)); }
        }
    }
}
