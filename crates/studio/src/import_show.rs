//! Imports a show: reads its feed, makes the show and its episodes or brings them up to date, and notes which files are to be
//! brought. The files come after that (`bring`); stopped, an import goes on where it was.
//!
//! Nothing imported is a draft but an episode whose guid another one has, and nothing is published: the plan of a publication says what listeners would notice.

mod alternates;
mod alternates_again;
mod bring;
mod chain;
mod chapter_pictures;
mod comments;
mod file;
mod named;
mod notes_pictures;
mod place;
mod plan;
mod report;
mod said;
mod services;
mod several;
mod source;
mod spodcat;
pub(crate) mod three_way;
mod wanted;
mod whose;

use crate::Studio;
use crate::import_folder::folder_of;
use crate::read::show_id;
use hearthcast_intake::ReadFeed;
use hearthcast_library::{WriteTx, brought, episode, import};
use hearthcast_model::import::{ImportPrefix, ImportReport, ImportRequest, ImportedFrom};
use hearthcast_model::slug::slug;
use hearthcast_model::{Cancel, Code, Episode, EpisodeId, Error, Record, Result, Show, ShowId};
use plan::{Here, Plan, plan};
use said::Said;
use source::{Feed, Place, local};
use std::collections::HashSet;
use url::Url;

/// A feed that was read, and the show it is for.
struct Arrived {
    place: Place,
    feed: Feed,
    from: ImportedFrom,
    /// What became of counting services the time before.
    prefix_before: ImportPrefix,
    show: Option<Record<Show>>,
}

impl Studio {
    /// Says what an import would change; changes nothing.
    pub async fn preview_import(&self, request: &ImportRequest, cancel: &Cancel) -> Result<ImportReport> {
        if let Some(folder) = folder_of(&request.source) {
            return self.preview_folder(request, &folder, cancel).await;
        }
        let mut arrived = self.arrived(request, cancel).await?;
        let found = chain::settle(&mut arrived.feed.read, arrived.prefix_before, arrived.from.prefix);
        let here = self.here(&arrived).await?;
        let planned = self.import_plan(&mut arrived, &here)?;
        Ok(report::of(&arrived.feed, arrived.place.name(), &here, &planned, found))
    }

    /// Makes or changes the records of an import; its files are then to be brought
    /// ([`bring_imported`](Self::bring_imported)).
    pub async fn import_show(&self, request: &ImportRequest, cancel: &Cancel) -> Result<ImportReport> {
        let mut arrived = self.arrived(request, cancel).await?;
        let found = chain::settle(&mut arrived.feed.read, arrived.prefix_before, arrived.from.prefix);
        cancel.check()?;
        // Whoever writes meanwhile waits: what is planned is what is there.
        let mut tx = self.library().transact().await?;
        let here = self.here(&arrived).await?;
        let planned = self.import_plan(&mut arrived, &here)?;
        let told = report::of(&arrived.feed, arrived.place.name(), &here, &planned, found);
        write(&mut tx, &here, arrived.place.name(), &arrived.from, planned, self.now_ms()).await?;
        self.commit(tx, "import").await?;
        let files = self.imported_files(here.id.as_str()).await?.files;
        Ok(ImportReport { show: Some(here.id), files, ..told })
    }

    /// Reads the feed, and finds out which show it is.
    async fn arrived(&self, request: &ImportRequest, cancel: &Cancel) -> Result<Arrived> {
        let place = Place::of(&request.source)?;
        let known = import::sources(self.library()).await?;
        let before = self.before(request, &place, &known).await?;
        let mut from = before.as_ref().map(|(from, _)| from.clone()).unwrap_or_default();
        for origin in local(request, &place)? {
            if !from.local.contains(&origin.to_string()) {
                from.local.push(origin.into());
            }
        }
        let own: Vec<Url> = from.local.iter().filter_map(|text| Url::parse(text).ok()).collect();
        let id = ShowId::fresh(self.library().ids(), self.now_ms());
        let feed = self.feed_at(&place, &own, &id, cancel).await?;
        if feed.read.locked == Some(true) && !request.unlock && !from.unlocked {
            return Err(locked(&feed.read));
        }
        from.unlocked |= request.unlock;
        from.media = request.media.unwrap_or(from.media);
        let prefix_before = from.prefix;
        from.prefix = request.prefix.unwrap_or(from.prefix);
        for also in [feed.moved.as_str(), feed.read.self_url.as_str()] {
            if !also.is_empty() && also != place.name() && !from.also.iter().any(|known| known == also) {
                from.also.push(also.into());
            }
        }
        from.origin = feed.read.origin;
        let show = match before {
            Some((_, show)) => Some(show),
            None => self.told_by_others(&feed.read, &known).await?,
        };
        match &show {
            None => self.not_here_yet(&feed.read).await?,
            Some(show) if request.into.is_none() => self.is_this_show(show, &feed.read, &place).await?,
            Some(_) => {}
        }
        Ok(Arrived { place, feed, from, prefix_before, show })
    }

    async fn here(&self, arrived: &Arrived) -> Result<Here> {
        let Some(record) = &arrived.show else {
            let wanted = slug(&arrived.feed.read.show.title, "show");
            return Ok(Here {
                id: ShowId::fresh(self.library().ids(), self.now_ms()),
                show: None,
                slug: self.free_show_slug(&wanted).await?,
                episodes: vec![],
                said: Said::default(),
                files: vec![],
                comments: HashSet::new(),
            });
        };
        let id = show_id(record)?;
        // Again: it may have changed while the feed was read.
        let record = self.show(&record.id).await?;
        Ok(Here {
            said: Said {
                by_guid: import::seen(self.library(), &id, arrived.place.name()).await?,
                source: arrived.place.name().into(),
                origin: arrived.from.origin,
            },
            episodes: episode::all(self.library(), &id).await?,
            files: import::files(self.library(), &id).await?,
            comments: brought::ids(self.library(), &id).await?,
            slug: record.body.slug.clone(),
            show: Some(record.body),
            id,
        })
    }

    fn import_plan(&self, arrived: &mut Arrived, here: &Here) -> Result<Plan> {
        let read = &mut arrived.feed.read;
        let items = std::mem::take(&mut read.items);
        let fresh = || EpisodeId::fresh(self.library().ids(), self.now_ms());
        plan(ReadFeed { items, ..read.clone() }, here, arrived.from.media, &fresh)
    }
}

/// All records of an import, in the order in which they need each other.
async fn write(
    tx: &mut WriteTx,
    here: &Here,
    source: &str,
    from: &ImportedFrom,
    planned: Plan,
    now_ms: i64,
) -> Result<()> {
    let id = &here.id;
    if let Some(show) = planned.show.body {
        tx.put(id.as_str(), &Show { changed_ms: now_ms, ..show }).await?;
    }
    tx.put_import(id, source, from).await?;
    let is_same = |guid: &str, seen: &three_way::Fields| here.said.own(guid) == Some(seen);
    if !is_same("", &planned.show.seen) {
        tx.put_seen(id, source, "", None, &planned.show.seen).await?;
    }
    // Each goes as it is written: the transaction holds what it wrote, and thousands need not be there twice.
    for put in planned.episodes {
        let seen = put.seen.fields(put.body.as_ref())?.filter(|seen| !is_same(&put.guid, seen));
        if let Some(episode) = put.body {
            tx.put(put.id.as_str(), &Episode { changed_ms: now_ms, ..episode }).await?;
        }
        if let Some(seen) = seen {
            tx.put_seen(id, source, &put.guid, Some(&put.id), &seen).await?;
        }
    }
    tx.bring_comments(&planned.comments).await?;
    for file in &planned.forgotten {
        tx.forget_import_file(id, file).await?;
    }
    for file in &planned.files {
        tx.put_import_file(id, file).await?;
    }
    Ok(())
}

fn locked(read: &ReadFeed) -> Error {
    let title = &read.show.title;
    let what =
        format!("The feed of \"{title}\" is locked: it says that only its owner may import it (podcast:locked).");
    Error::new(Code::ImportLocked, what)
        .hint("If the show is yours, say so: --unlock. Otherwise ask its owner to open the feed for the move.")
        .about("show", title.as_str())
}
