//! What the import of an exported show makes of a library: decided here as plain data, done elsewhere. A record is the same by its
//! id, or by its guid; what the author changed here stays.

use crate::import_show::three_way::Fields;
use hearthcast_library::stored::Stored;
use hearthcast_model::export::{ExportedRecord, ExportedShow};
use hearthcast_model::import::{ImportChange, ImportField};
use hearthcast_model::merge::merge;
use hearthcast_model::slug::free_slug;
use hearthcast_model::{Episode, EpisodeId, Show, ShowId};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Most changed records that are told one by one.
const MOST_TOLD: usize = 500;
/// Fields that are this library's own, whatever the folder says.
const OWN: [&str; 6] = ["show", "slug", "guid", "podcast_guid", "draft", "created_ms"];

/// What is here before.
pub(crate) struct Here {
    pub(crate) id: ShowId,
    /// The show; none when it is to be made.
    pub(crate) show: Option<Stored>,
    /// The slug of a new one.
    pub(crate) slug: String,
    pub(crate) episodes: Vec<Stored>,
    /// Ids of the folder that records of other shows have here.
    pub(crate) taken: HashSet<String>,
    /// What the folder said the last time, by the id there.
    pub(crate) seen: HashMap<String, Fields>,
}

/// What becomes of one record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Put {
    /// It is new.
    New(Stored),
    /// It was taken back here, and comes again.
    Again(Stored),
    /// It changes.
    Changed(String, Value),
    /// It stays as it is.
    Same,
}

/// What is to be done.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) show: Option<Put>,
    pub(crate) episodes: Vec<Put>,
    /// Ids here, by those in the folder.
    pub(crate) ids: BTreeMap<String, String>,
    /// What the folder says, by the ids there; empty for the show.
    pub(crate) said: Vec<(String, Fields)>,
    pub(crate) new: u64,
    pub(crate) changed: u64,
    pub(crate) same: u64,
    pub(crate) removed: u64,
    pub(crate) changes: Vec<ImportChange>,
}

/// Plans an import; `fresh` makes ids.
pub(crate) fn plan(exported: &ExportedShow, here: &Here, fresh: &dyn Fn() -> EpisodeId) -> Plan {
    let mut plan = Plan::default();
    plan.the_show(&exported.show, here);
    let revived = matches!(plan.show, Some(Put::Again(_)));
    let by_id: HashMap<&str, &Stored> = here.episodes.iter().map(|record| (record.id.as_str(), record)).collect();
    let living = here.episodes.iter().filter(|record| record.deleted_ms.is_none());
    let by_guid: HashMap<&str, &Stored> =
        living.clone().filter_map(|record| Some((record.body["guid"].as_str()?, record))).collect();
    let mut slugs: HashSet<String> =
        living.filter_map(|record| record.body["slug"].as_str().map(String::from)).collect();
    for record in &exported.episodes {
        let guid = record.body["guid"].as_str().unwrap_or_default();
        let known = by_id.get(record.id.as_str()).or_else(|| by_guid.get(guid)).copied();
        plan.episode(record, known, here, revived, &mut slugs, fresh);
    }
    plan
}

impl Plan {
    fn the_show(&mut self, record: &ExportedRecord, here: &Here) {
        let said = record.body.clone();
        let put = match &here.show {
            None => {
                let mut made = stored(record, here.id.as_str());
                set(&mut made, "slug", &here.slug);
                Put::New(made)
            }
            Some(mine) if mine.deleted_ms.is_some() => {
                let mut again = stored(record, &mine.id);
                set(&mut again, "slug", &here.slug);
                Put::Again(again)
            }
            Some(mine) => {
                let base = here.seen.get("").cloned().unwrap_or_else(|| {
                    let plain = Show::new("", "", 0);
                    let language = mine.body["language"].as_str().unwrap_or_default().to_string();
                    let locked = mine.body["locked"].as_bool().unwrap_or(true);
                    fields(&Show { language, locked, ..plain })
                });
                self.merged(mine, base, said.clone(), None)
            }
        };
        self.show = Some(put);
        self.said.push((String::new(), said));
    }

    fn episode(
        &mut self,
        record: &ExportedRecord,
        known: Option<&Stored>,
        here: &Here,
        revived: bool,
        slugs: &mut HashSet<String>,
        fresh: &dyn Fn() -> EpisodeId,
    ) {
        let mut said = record.body.clone();
        said.insert("show".into(), here.id.as_str().into());
        let free = |slugs: &mut HashSet<String>, wanted: &str| {
            let slug = free_slug(wanted, |slug| slugs.contains(slug));
            slugs.insert(slug.clone());
            slug
        };
        let put = match known {
            Some(mine) if mine.deleted_ms.is_some() && record.deleted_ms.is_none() && !revived => {
                self.removed += 1;
                return;
            }
            Some(mine) if mine.deleted_ms.is_some() && record.deleted_ms.is_none() => {
                let mut again = of_show(stored(record, &mine.id), &here.id);
                let slug = free(slugs, again.body["slug"].as_str().unwrap_or("episode"));
                set(&mut again, "slug", &slug);
                self.new += 1;
                Put::Again(again)
            }
            Some(mine) => {
                let base = here.seen.get(&record.id).cloned();
                let base = base.unwrap_or_else(|| fields(&Episode::new(here.id.clone(), "", "", "", 0)));
                let put = self.merged(mine, base, said.clone(), EpisodeId::parse(&mine.id));
                *(if put == Put::Same { &mut self.same } else { &mut self.changed }) += 1;
                put
            }
            None => {
                let id = if here.taken.contains(&record.id) { fresh().to_string() } else { record.id.clone() };
                let mut made = of_show(stored(record, &id), &here.id);
                if made.deleted_ms.is_none() {
                    let slug = free(slugs, made.body["slug"].as_str().unwrap_or("episode"));
                    set(&mut made, "slug", &slug);
                }
                self.new += 1;
                Put::New(made)
            }
        };
        let id = match (&put, known) {
            (Put::New(made) | Put::Again(made), _) => made.id.clone(),
            (_, Some(mine)) => mine.id.clone(),
            (_, None) => record.id.clone(),
        };
        self.ids.insert(record.id.clone(), id);
        self.said.push((record.id.clone(), said));
        self.episodes.push(put);
    }

    /// What the folder changed since the last time, and the author did not.
    fn merged(&mut self, mine: &Stored, mut base: Fields, mut theirs: Fields, episode: Option<EpisodeId>) -> Put {
        let own = mine.body.as_object().cloned().unwrap_or_default();
        for name in OWN {
            for side in [&mut base, &mut theirs] {
                match own.get(name) {
                    Some(value) => side.insert(name.into(), value.clone()),
                    None => side.remove(name),
                };
            }
        }
        let before = |name: &str| own.get(name).cloned().unwrap_or_default();
        let merged = merge(&base, &own, &theirs);
        let body: Map<String, Value> = merged
            .body
            .into_iter()
            .filter(|(name, value)| !value.is_null() || before(name).is_null() && own.contains_key(name))
            .collect();
        let names: std::collections::BTreeSet<&String> = own.keys().chain(body.keys()).collect();
        let after = |name: &str| body.get(name).cloned().unwrap_or_default();
        let field = |name: &String| {
            (before(name) != after(name)).then(|| ImportField {
                field: name.clone(),
                before: before(name),
                after: after(name),
                kept: false,
            })
        };
        let mut told: Vec<ImportField> = names.into_iter().filter_map(field).collect();
        let only_time = told.iter().all(|field| field.field == "changed_ms");
        told.extend(merged.conflicts.into_iter().map(|conflict| ImportField {
            field: conflict.field,
            before: conflict.mine,
            after: conflict.theirs,
            kept: true,
        }));
        told.retain(|field| field.field != "changed_ms");
        if !told.is_empty() && self.changes.len() < MOST_TOLD {
            let title = own.get("title").and_then(Value::as_str).unwrap_or_default().to_string();
            self.changes.push(ImportChange { episode, title, fields: told });
        }
        if only_time { Put::Same } else { Put::Changed(mine.id.clone(), Value::Object(body)) }
    }
}

fn stored(record: &ExportedRecord, id: &str) -> Stored {
    let released = record.released.clone().map(Value::Object);
    Stored { id: id.into(), deleted_ms: record.deleted_ms, body: Value::Object(record.body.clone()), released }
}

fn of_show(mut record: Stored, show: &ShowId) -> Stored {
    set(&mut record, "show", show.as_str());
    if let Some(released) = &mut record.released {
        released["show"] = show.as_str().into();
    }
    record
}

fn set(record: &mut Stored, name: &str, value: &str) {
    record.body[name] = value.into();
}

fn fields(body: &impl serde::Serialize) -> Fields {
    match serde_json::to_value(body) {
        Ok(Value::Object(fields)) => fields,
        _ => Fields::new(),
    }
}
