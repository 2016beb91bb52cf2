//! Imports a folder: an exported show, equal to what it was, or sounds with tags. Importing it again changes nothing; what changed
//! there since comes, and what the author changed here stays. Nothing is published by it.

mod alike;
mod fate;
mod known;
mod listed;
mod look;
mod matched;
mod pages;
mod plan;
mod read;
mod said;
mod tagged;
mod take;

pub(crate) use fate::ends_all;

use crate::Studio;
use crate::read::show_id;
use crate::work::Work;
use hearthcast_engine::ProgressSink;
use hearthcast_library::stored::Stored;
use hearthcast_library::{WriteTx, import, show};
use hearthcast_model::import::{ImportFiles, ImportNote, ImportReport, ImportRequest};
use hearthcast_model::record::Table;
use hearthcast_model::slug::slug;
use hearthcast_model::{Cancel, Code, EpisodeId, Error, Result, ShowId};
use plan::{Here, Plan, plan};
use read::Brought;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use take::{reading, source_of, write};

/// Larger imports are no step that can be taken back: the way back is to remove the show.
const MOST_UNDONE: usize = 1_000;

/// The folder that is meant, if it is one.
pub fn folder_of(source: &str) -> Option<PathBuf> {
    let path = std::fs::canonicalize(source.trim()).ok()?;
    path.is_dir().then_some(path)
}

impl Studio {
    /// Imports a folder, here and now.
    pub async fn import_folder(
        &self,
        request: &ImportRequest,
        cancel: Cancel,
        sink: ProgressSink,
    ) -> Result<ImportReport> {
        let work = Work::ImportFolder { request: Box::new(request.clone()) };
        let outcome = self.do_now_told(work, cancel, sink).await?;
        Ok(outcome.imported.map(|report| *report).unwrap_or_default())
    }

    /// Says what the import of a folder would change; changes nothing.
    pub(crate) async fn preview_folder(
        &self,
        request: &ImportRequest,
        folder: &Path,
        cancel: &Cancel,
    ) -> Result<ImportReport> {
        let Some(brought) = read::read(folder).await? else {
            return self.preview_tagged(request, folder, cancel).await;
        };
        let mut tx = self.library().transact().await?;
        let here = self.here_for(&mut tx, request, &brought).await?;
        let planned = self.plan_of(&brought, &here);
        Ok(self.folder_told(&brought, &here, &planned))
    }

    /// The work itself.
    pub(crate) async fn take_folder(
        &self,
        request: &ImportRequest,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<ImportReport> {
        let folder = folder_of(&request.source).ok_or_else(|| no_folder(&request.source))?;
        let Some(brought) = read::read(&folder).await? else {
            return self.take_tagged(request, &folder, cancel, sink).await;
        };
        brought.verified(cancel, reading(sink, brought.bytes())).await?;
        let (taken, bytes) = self.take_files(&brought, cancel, sink).await?;
        cancel.check()?;
        // Whoever writes meanwhile waits: what is planned is what is there.
        let mut tx = self.library().transact().await?;
        let here = self.here_for(&mut tx, request, &brought).await?;
        let planned = self.plan_of(&brought, &here);
        let told = self.folder_told(&brought, &here, &planned);
        self.note_files(&mut tx, &brought).await?;
        write(&mut tx, &here, &planned, &brought).await?;
        match tx.changes.records.len() {
            1..=MOST_UNDONE => self.commit(tx, "import").await?,
            _ => self.commit_own(tx).await?,
        }
        let all = brought.exported.files.iter().filter(|file| file.path.is_some()).count() as u64;
        let files = ImportFiles { all, taken, bytes, ..ImportFiles::default() };
        Ok(ImportReport { show: Some(here.id), files, ..told })
    }

    fn plan_of(&self, brought: &Brought, here: &Here) -> Plan {
        plan(&brought.exported, here, &|| EpisodeId::fresh(self.library().ids(), self.now_ms()))
    }

    /// What is in the library of the show in the folder, or of the show that it is for.
    async fn here_for(&self, tx: &mut WriteTx, request: &ImportRequest, brought: &Brought) -> Result<Here> {
        let source = source_of(brought);
        let (id, show) = match &request.into {
            Some(into) => {
                let id = show_id(&self.show(into).await?)?;
                let show = tx.stored(Table::Show, id.as_str()).await?;
                (id, show)
            }
            None => self.same_show(tx, brought, &source).await?,
        };
        let episodes = tx.stored_episodes(&id).await?;
        let mut taken = HashSet::new();
        for record in &brought.exported.episodes {
            let there = tx.stored(Table::Episode, &record.id).await?;
            if there.is_some_and(|there| there.body["show"] != id.as_str()) {
                taken.insert(record.id.clone());
            }
        }
        let wanted = brought.exported.show.body["slug"].as_str().unwrap_or_default();
        let wanted = if hearthcast_model::slug::is_slug(wanted) { wanted.to_string() } else { slug(wanted, "show") };
        let seen = import::seen(self.library(), &id, &source).await?;
        let of_this = |seen: Vec<import::Seen>| seen.into_iter().find(|one| one.source == source).map(|one| one.body);
        let seen: HashMap<_, _> = seen.into_iter().filter_map(|(key, all)| Some((key, of_this(all)?))).collect();
        Ok(Here { slug: self.free_show_slug(&wanted).await?, id, show, episodes, taken, seen })
    }

    /// The show with the id of the folder's, or the one that an import of it made. One that only has its id is another show.
    async fn same_show(&self, tx: &mut WriteTx, brought: &Brought, source: &str) -> Result<(ShowId, Option<Stored>)> {
        let there = tx.stored(Table::Show, brought.show.as_str()).await?;
        let Some(there) = there else { return Ok((brought.show.clone(), None)) };
        let ids: HashSet<&str> = brought.exported.episodes.iter().map(|record| record.id.as_str()).collect();
        let episodes = tx.stored_episodes(&brought.show).await?;
        let shared = episodes.iter().any(|record| ids.contains(record.id.as_str()));
        if shared || episodes.is_empty() || ids.is_empty() {
            return Ok((brought.show.clone(), Some(there)));
        }
        for known in import::sources(self.library()).await?.into_iter().filter(|known| known.source == source) {
            if let (Some(id), Some(_)) = (ShowId::parse(&known.show), show::find(self.library(), &known.show).await?) {
                let record = tx.stored(Table::Show, id.as_str()).await?;
                return Ok((id, record));
            }
        }
        Ok((ShowId::fresh(self.library().ids(), self.now_ms()), None))
    }

    fn folder_told(&self, brought: &Brought, here: &Here, planned: &Plan) -> ImportReport {
        let text = |name: &str| brought.exported.show.body[name].as_str().unwrap_or_default().to_string();
        let mine = here.show.as_ref().filter(|show| show.deleted_ms.is_none());
        let own = |name: &str| mine.and_then(|show| show.body[name].as_str()).map(String::from);
        let waiting = brought.exported.files.iter().filter(|file| file.path.is_some() && !self.is_here(file));
        let (count, bytes) = waiting.fold((0, 0), |(n, bytes), file| (n + 1, bytes + file.facts.size_bytes));
        let left_out = brought.exported.files.iter().filter(|file| file.path.is_none() && !self.is_here(file));
        let findings = left_out.map(|file| ImportNote {
            code: Code::MediaAbsent.as_str().into(),
            episode: String::new(),
            url: file.addresses.first().cloned().unwrap_or_default(),
            message: format!("{} is not in the folder. {}", file.original_name, file.left_out),
            later: false,
        });
        ImportReport {
            show: mine.map(|_| here.id.clone()),
            slug: own("slug").unwrap_or_else(|| here.slug.clone()),
            title: own("title").unwrap_or_else(|| text("title")),
            source: brought.folder.display().to_string(),
            made: mine.is_none(),
            folder: true,
            episodes_new: planned.new,
            episodes_changed: planned.changed,
            episodes_same: planned.same,
            episodes_removed: planned.removed,
            changes: planned.changes.clone(),
            files: ImportFiles { all: count, waiting: count, bytes, ..ImportFiles::default() },
            findings: findings.collect(),
            ..ImportReport::default()
        }
    }
}

fn no_folder(source: &str) -> Error {
    Error::new(Code::UsageInvalid, format!("{source} is no folder."))
        .hint("Name a folder with sounds or with an exported show, the address of a feed, or a file with it.")
        .about("folder", source)
}
