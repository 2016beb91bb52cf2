//! What a feed changed since it was read last, put into a record that the author may have changed, too: field by field, and the
//! author's own change wins. Pure.

use hearthcast_model::import::ImportField;
use hearthcast_model::merge::merge;
use hearthcast_model::{Code, Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Fields that are this library's own, whatever a feed says.
const OWN: [&str; 6] = ["show", "slug", "guid", "draft", "created_ms", "changed_ms"];

/// Field by field, as it is kept.
pub(crate) type Fields = Map<String, Value>;

/// A record as fields.
pub(crate) fn fields_of(body: &impl Serialize) -> Result<Fields> {
    match serde_json::to_value(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(unreadable()),
    }
}

/// Fields as a record.
pub(crate) fn body_of<T: DeserializeOwned>(fields: Fields) -> Result<T> {
    serde_json::from_value(Value::Object(fields)).map_err(|_| unreadable())
}

/// What an import makes of a record.
pub(crate) struct Brought<T> {
    /// The record.
    pub(crate) body: T,
    /// Fields that changed, and those where the author's own change stays.
    pub(crate) fields: Vec<ImportField>,
}

impl<T> Brought<T> {
    /// Whether the record is another than before.
    pub(crate) fn is_new(&self) -> bool {
        self.fields.iter().any(|field| !field.kept)
    }

    /// Whether this field is another than before.
    pub(crate) fn is_new_field(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.field == name && !field.kept)
    }
}

/// `base` is what the feed said the last time, `mine` the record here, `theirs` what the feed says now.
pub(crate) fn bring<T: Serialize + DeserializeOwned>(base: &Fields, mine: &T, theirs: &T) -> Result<Brought<T>> {
    let (mine, mut theirs) = (fields_of(mine)?, fields_of(theirs)?);
    let mut base = base.clone();
    for own in OWN {
        for side in [&mut base, &mut theirs] {
            match mine.get(own) {
                Some(value) => side.insert(own.into(), value.clone()),
                None => side.remove(own),
            };
        }
    }
    let merged = merge(&base, &mine, &theirs);
    let value = |fields: &Fields, name: &str| fields.get(name).cloned().unwrap_or_default();
    let names: std::collections::BTreeSet<&String> = mine.keys().chain(merged.body.keys()).collect();
    let changed = names.into_iter().filter(|name| value(&mine, name) != value(&merged.body, name)).map(|name| {
        ImportField { field: name.clone(), before: value(&mine, name), after: value(&merged.body, name), kept: false }
    });
    let kept = merged.conflicts.into_iter().map(|conflict| ImportField {
        field: conflict.field,
        before: conflict.mine,
        after: conflict.theirs,
        kept: true,
    });
    let fields = changed.chain(kept).collect();
    // A field that went away is not there: a null would be another record, or none at all.
    let stays = |(name, value): &(String, Value)| !value.is_null() || mine.get(name).is_some_and(Value::is_null);
    Ok(Brought { body: body_of(merged.body.into_iter().filter(stays).collect())?, fields })
}

fn unreadable() -> Error {
    Error::new(Code::Internal, "An imported record cannot be compared with the one here.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::{Episode, ShowId};

    fn episode(title: &str) -> Episode {
        let show = ShowId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        Episode::new(show, "guid", title, "slug", 1)
    }

    #[test]
    fn only_what_the_feed_changed_changes_and_own_words_win() {
        let base = Episode { link: "https://a.example/".into(), season: Some(1), ..episode("One") };
        let mine = Episode { title: "My one".into(), slug: "mine".into(), changed_ms: 9, ..base.clone() };
        let theirs = Episode {
            title: "Their one".into(),
            slug: "theirs".into(),
            link: "https://b.example/".into(),
            season: None,
            blocked: true,
            created_ms: 77,
            ..base.clone()
        };
        let brought = bring(&fields_of(&base).unwrap(), &mine, &theirs).unwrap();
        let wanted = Episode { link: "https://b.example/".into(), season: None, blocked: true, ..mine.clone() };
        assert_eq!(brought.body, wanted);
        let told: Vec<(&str, bool)> = brought.fields.iter().map(|f| (f.field.as_str(), f.kept)).collect();
        assert_eq!(told, [("blocked", false), ("link", false), ("season", false), ("title", true)]);
        assert!(brought.is_new());

        let again = bring(&fields_of(&theirs).unwrap(), &brought.body, &theirs).unwrap();
        assert_eq!((again.body, again.fields.len()), (wanted, 0), "the same feed again changes nothing");
        let unchanged = bring(&fields_of(&base).unwrap(), &mine, &base).unwrap();
        assert_eq!((unchanged.is_new(), unchanged.body), (false, mine));
    }

    #[test]
    fn a_field_that_the_feed_takes_away_goes() {
        let base = Episode { season_name: "Winter".into(), blocked: true, ..episode("One") };
        let brought = bring(&fields_of(&base).unwrap(), &base, &episode("One")).unwrap();
        assert_eq!(brought.body, episode("One"));
    }
}
