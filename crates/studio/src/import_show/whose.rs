//! Whose episodes a source has: a show that is here, a new one, or another one than it seems.

use super::source::Place;
use crate::Studio;
use crate::read::show_id;
use hearthcast_intake::ReadFeed;
use hearthcast_library::import::Source;
use hearthcast_library::{episode, show};
use hearthcast_model::import::{ImportOrigin, ImportRequest, ImportedFrom};
use hearthcast_model::{Code, Error, Record, Result, Show};
use std::collections::HashSet;

impl Studio {
    /// The show that gets the episodes, if it is there already, with how it was imported the last time.
    pub(crate) async fn before(
        &self,
        request: &ImportRequest,
        place: &Place,
        known: &[Source],
    ) -> Result<Option<(ImportedFrom, Record<Show>)>> {
        if let Some(into) = &request.into {
            let record = self.show(into).await?;
            let of = known.iter().find(|source| source.show == record.id && source.source == place.name());
            return Ok(Some((of.map(|source| source.from.clone()).unwrap_or_default(), record)));
        }
        let named = |source: &&Source| source.source == place.name();
        let also = |source: &&Source| source.from.also.iter().any(|name| name == place.name());
        for source in known.iter().filter(named).chain(known.iter().filter(also)) {
            if let Some(record) = show::find(self.library(), &source.show).await? {
                return Ok(Some((source.from.clone(), record)));
            }
        }
        Ok(None)
    }

    /// The show that an export tells of, or whose export was here before its feed: some of the episodes are the same.
    pub(crate) async fn told_by_others(&self, read: &ReadFeed, known: &[Source]) -> Result<Option<Record<Show>>> {
        let guids: HashSet<&str> = read.items.iter().map(|item| item.episode.guid.trim()).collect();
        for row in show::list(self.library()).await? {
            if read.origin == ImportOrigin::Feed && !has_only_exports(known, row.id.as_str()) {
                continue;
            }
            let episodes = episode::all(self.library(), &row.id).await?;
            if episodes.iter().any(|record| guids.contains(record.body.guid.trim())) {
                return self.show(row.id.as_str()).await.map(Some);
            }
        }
        Ok(None)
    }

    /// A show that is here already is not made a second time by accident.
    pub(crate) async fn not_here_yet(&self, read: &ReadFeed) -> Result<()> {
        let Some(guid) = read.show.podcast_guid.as_deref().filter(|guid| !guid.is_empty()) else { return Ok(()) };
        for row in show::list(self.library()).await? {
            let record = self.show(row.id.as_str()).await?;
            if record.body.podcast_guid.as_deref() == Some(guid) {
                let what = format!("The show \"{}\" is this podcast already (its podcast:guid says so).", row.title);
                let hint = format!("To bring it up to date from here, choose it under Into (--into {}).", row.slug);
                return Err(Error::new(Code::Taken, what).hint(hint).about("show", row.id.as_str()));
            }
        }
        Ok(())
    }

    /// Another show under an address of before, or under one that a feed only claims, is not mixed into this one: something of
    /// what is here must be in it.
    pub(crate) async fn is_this_show(&self, show: &Record<Show>, read: &ReadFeed, place: &Place) -> Result<()> {
        let episodes = episode::all(self.library(), &show_id(show)?).await?;
        let known: HashSet<&str> = episodes.iter().map(|record| record.body.guid.trim()).collect();
        let shared = read.items.iter().any(|item| known.contains(item.episode.guid.trim()));
        if shared || known.is_empty() || read.items.is_empty() {
            return Ok(());
        }
        let (here, there) = (&show.body.title, &read.show.title);
        let what = format!(
            "What lies at {} is another show (\"{there}\") than \"{here}\": no episode is the same.",
            place.name()
        );
        let hint = format!(
            "Is it meant to go into \"{here}\", choose that under Into (--into {}). Otherwise import it from its own address, or from a file with another name.",
            show.body.slug
        );
        Err(Error::new(Code::Taken, what).hint(hint).about("show", show.id.as_str()))
    }
}

/// Whether a show came from exports, and from no feed yet.
fn has_only_exports(known: &[Source], show: &str) -> bool {
    let mut origins = known.iter().filter(|source| source.show == show).map(|source| source.from.origin).peekable();
    origins.peek().is_some() && origins.all(|origin| origin != ImportOrigin::Feed)
}
