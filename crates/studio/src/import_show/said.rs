//! What all sources of a show say of it, taken together: so that a feed, older feeds and the export of a site make the same show in
//! whatever order they are read. Pure.
//!
//! Of sources of one kind the newest counts. A feed is what listeners have: it comes first, and others add what it does not say,
//! and notes that are fuller.

use super::three_way::{Fields, fields_of};
use hearthcast_library::import::Seen;
use hearthcast_model::import::ImportOrigin;
use hearthcast_model::{Episode, Notes, Result, ShowId};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// What was said before this import.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) by_guid: HashMap<String, Vec<Seen>>,
    /// The source that is read now, and its kind.
    pub(crate) source: String,
    pub(crate) origin: ImportOrigin,
}

impl Said {
    /// What this very source said the last time.
    pub(crate) fn own(&self, guid: &str) -> Option<&Fields> {
        let all = self.by_guid.get(guid)?;
        all.iter().find(|seen| seen.source == self.source).map(|seen| &seen.body)
    }

    /// What this source says now, if it is not what it said the last time.
    pub(crate) fn heard(&self, guid: &str, now: Fields) -> Heard {
        if self.own(guid) == Some(&now) { Heard::Same } else { Heard::Other(now) }
    }

    /// What all sources said the last time; nothing when none did.
    pub(crate) fn before(&self, guid: &str) -> Option<Fields> {
        together(self.kinds(guid).into_values())
    }

    /// What all of them say now that this one says `now`.
    pub(crate) fn with(&self, guid: &str, now: &Fields) -> Fields {
        let mut kinds = self.kinds(guid);
        kinds.insert(self.origin, now);
        together(kinds.into_values()).unwrap_or_default()
    }

    /// The newest of each kind, this source before others of its kind: the library gives them in that order.
    fn kinds(&self, guid: &str) -> BTreeMap<ImportOrigin, &Fields> {
        let all = self.by_guid.get(guid).map_or(&[][..], Vec::as_slice);
        all.iter().map(|seen| (seen.origin, &seen.body)).collect()
    }
}

/// What a source says of an episode, until it is noted. A feed may have tens of thousands: none is held twice.
pub(crate) enum Heard {
    /// What it said the last time.
    Same,
    /// Something else.
    Other(Fields),
    /// The new episode that is made of it, which has another show and perhaps another address name there.
    Made {
        /// Its show, as it was read.
        show: ShowId,
        /// Its address name, as it was read.
        slug: String,
    },
}

impl Heard {
    /// Field by field; none when it is noted already. `made` is the episode that is made of it.
    pub(crate) fn fields(self, made: Option<&Episode>) -> Result<Option<Fields>> {
        match (self, made) {
            (Self::Other(fields), _) => Ok(Some(fields)),
            (Self::Made { show, slug }, Some(made)) => fields_of(&Episode { show, slug, ..made.clone() }).map(Some),
            (Self::Same, _) | (Self::Made { .. }, None) => Ok(None),
        }
    }
}

fn together<'a>(mut said: impl Iterator<Item = &'a Fields>) -> Option<Fields> {
    let mut all = said.next()?.clone();
    for other in said {
        for (name, value) in other {
            let known = all.get(name);
            let is_fuller = name == "notes" && known.is_some_and(|known| words(value) > words(known));
            if is_fuller || known.is_none_or(is_empty) {
                all.insert(name.clone(), value.clone());
            }
        }
    }
    Some(all)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// How many letters notes have, whatever stands around them.
fn words(notes: &Value) -> usize {
    let notes: Notes = serde_json::from_value(notes.clone()).unwrap_or_default();
    hearthcast_text::plain_of(&notes.safe).split_whitespace().map(str::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(source: &str, origin: ImportOrigin, episode: &Episode) -> Seen {
        Seen { source: source.into(), origin, episode: String::new(), body: fields_of(episode).unwrap() }
    }

    #[test]
    fn a_feed_counts_and_an_export_adds_whichever_was_read_first() {
        let show = ShowId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        let notes = |html: &str| hearthcast_text::html_notes(html).unwrap();
        let plain = Episode::new(show, "g", "One", "one", 1);
        let feed = Episode { notes: notes("<p>Short</p>"), season: Some(1), ..plain.clone() };
        let export = Episode {
            title: "Draft of one".into(),
            notes: notes("<p>Short, and <b>more</b></p>"),
            season: Some(2),
            explicit: Some(true),
            draft: true,
            ..plain.clone()
        };
        let wanted = Episode { notes: export.notes.clone(), explicit: Some(true), ..feed.clone() };
        for (first, first_origin, now, origin) in [
            (&feed, ImportOrigin::Feed, &export, ImportOrigin::Wordpress),
            (&export, ImportOrigin::Wordpress, &feed, ImportOrigin::Feed),
        ] {
            let by_guid = HashMap::from([("g".to_string(), vec![seen("first", first_origin, first)])]);
            let said = Said { by_guid, source: "now".into(), origin };
            assert_eq!(said.with("g", &fields_of(now).unwrap()), fields_of(&wanted).unwrap());
            assert_eq!(said.before("g"), Some(fields_of(first).unwrap()));
            assert!(said.own("g").is_none() && said.before("other").is_none());
        }
        // A feed that moved stands for the one of before.
        let by_guid = HashMap::from([("g".to_string(), vec![seen("old", ImportOrigin::Feed, &export)])]);
        let moved = Said { by_guid, source: "new".into(), origin: ImportOrigin::Feed };
        assert_eq!(moved.with("g", &fields_of(&feed).unwrap()), fields_of(&feed).unwrap());
    }

    #[test]
    fn what_a_source_says_is_noted_as_it_was_read_and_once() {
        let id = |last: u8| ShowId::parse(&format!("01900000-0000-7000-8000-00000000000{last}")).unwrap();
        let read = Episode { season: Some(3), ..Episode::new(id(1), "g", "One", "one", 1) };
        let was = fields_of(&read).unwrap();
        let made = Episode { show: id(2), slug: "one-2".into(), ..read };
        let heard = Heard::Made { show: id(1), slug: "one".into() };
        assert_eq!(
            heard.fields(Some(&made)).unwrap(),
            Some(was.clone()),
            "as the feed said it, not as it is called here"
        );
        let known = seen("now", ImportOrigin::Feed, &Episode { show: id(1), slug: "one".into(), ..made.clone() });
        let said =
            Said { by_guid: HashMap::from([("g".into(), vec![known])]), source: "now".into(), ..Said::default() };
        assert_eq!(said.heard("g", was.clone()).fields(Some(&made)).unwrap(), None, "it is noted already");
        assert_eq!(said.heard("other", was.clone()).fields(None).unwrap(), Some(was), "nothing is known of this one");
    }
}
