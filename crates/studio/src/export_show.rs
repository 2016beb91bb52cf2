//! Takes a show out of the library, whole, into a folder that any host and any Hearthcast can read: the honest exit. Run again,
//! it brings the folder up to date and writes only what is new.

mod feed;
mod folder;
mod gather;
mod readme;

use crate::Studio;
use crate::read::show_id;
use crate::studio::task_failed;
use crate::work::Work;
use folder::Folder;
use gather::{Gathered, Wanted};
use hearthcast_engine::{Origin, ProgressSink};
use hearthcast_library::{files, media};
use hearthcast_model::error::Retry;
use hearthcast_model::export::{
    ExportManifest, ExportMedia, ExportReport, FEED, FORMAT, KIND, ManifestFile, README, RECORDS,
};
use hearthcast_model::import::ImportNote;
use hearthcast_model::slug::slug;
use hearthcast_model::{Cancel, Code, Error, FileProgress, JobId, Progress, Result, Sha256, ShowId, TargetId};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// What a show's folder is made with.
struct Exporting<'a> {
    studio: &'a Studio,
    folder: Arc<Folder>,
    gathered: Gathered,
    media: ExportMedia,
    cancel: &'a Cancel,
    sink: &'a ProgressSink,
    list: Vec<ManifestFile>,
    report: ExportReport,
    origins: BTreeMap<TargetId, Origin>,
    waveforms: BTreeSet<Sha256>,
    /// Bytes that are over, of all.
    done: u64,
    total: u64,
    /// Which file it is, of how many.
    nth: u32,
    of: u32,
}

impl Studio {
    /// Exports a show into a folder, here and now.
    pub async fn export_show(
        &self,
        show: &str,
        folder: &Path,
        media: ExportMedia,
        cancel: Cancel,
        sink: ProgressSink,
    ) -> Result<ExportReport> {
        let work = self.export_work(show, folder, media).await?;
        let outcome = self.do_now_told(work, cancel, sink).await?;
        Ok(outcome.exported.map(|report| *report).unwrap_or_default())
    }

    /// Begins [`export_show`](Self::export_show) in the background.
    pub async fn start_export(&self, show: &str, folder: &Path, media: ExportMedia) -> Result<JobId> {
        let work = self.export_work(show, folder, media).await?;
        self.begin(work).await
    }

    async fn export_work(&self, show: &str, folder: &Path, media: ExportMedia) -> Result<Work> {
        let show = show_id(&self.show(show).await?)?.to_string();
        let folder = std::path::absolute(folder).map_err(|error| folder::unwritten(folder, &error))?;
        if folder.to_str().is_none() {
            return Err(Error::new(Code::UsageInvalid, "The folder's name cannot be written as text.")
                .hint("Name another folder."));
        }
        Ok(Work::Export { show, folder, media })
    }

    /// The work itself.
    pub(crate) async fn export(
        &self,
        show: &str,
        folder: &Path,
        media: ExportMedia,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<ExportReport> {
        let id = show_id(&self.show(show).await?)?;
        let gathered = self.gathered_for_export(&id).await?;
        let folder = Folder::open(folder, &id, self.root())?;
        let text = |name: &str| gathered.exported.show.body[name].as_str().unwrap_or_default().to_string();
        let report = ExportReport {
            folder: folder.root().display().to_string(),
            slug: text("slug"),
            title: text("title"),
            episodes: gathered.exported.episodes.iter().filter(|record| record.deleted_ms.is_none()).count() as u64,
            ..ExportReport::default()
        };
        let mut exporting = Exporting {
            studio: self,
            folder: Arc::new(folder),
            gathered,
            media,
            cancel,
            sink,
            list: vec![],
            report,
            origins: BTreeMap::new(),
            waveforms: BTreeSet::new(),
            done: 0,
            total: 0,
            nth: 0,
            of: 0,
        };
        exporting.files().await?;
        exporting.documents(&id).await
    }
}

impl Exporting<'_> {
    /// Every file that belongs to the show, those that are there already left as they are.
    async fn files(&mut self) -> Result<()> {
        let planned = self.planned();
        let missing: u64 =
            planned.iter().filter(|(_, file)| !self.folder.seems_there(file)).map(|(_, file)| file.size_bytes).sum();
        self.folder.has_room(missing)?;
        self.total = planned.iter().map(|(_, file)| file.size_bytes).sum();
        self.of = u32::try_from(planned.len()).unwrap_or(u32::MAX);
        for (at, file) in planned {
            self.cancel.check()?;
            self.nth += 1;
            match self.file(at, &file).await {
                Ok(()) => {
                    self.gathered.exported.files[at].path = Some(file.path.clone());
                    self.waveform(at, &file.sha256).await?;
                    self.list.push(file);
                }
                // One file that cannot be had is told; a folder that cannot be written ends the work.
                Err(error) if is_of_the_file(&error) => self.left_out(at, &error),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Files that are wanted, with the names they have in the folder.
    fn planned(&mut self) -> Vec<(usize, ManifestFile)> {
        let (mut taken, mut planned) = (BTreeSet::new(), vec![]);
        for (at, wanted) in self.gathered.wanted.iter().enumerate() {
            let file = &mut self.gathered.exported.files[at];
            // What an earlier export has already stays there: it may be the last copy.
            if !wanted.shelf.is_wanted(self.media) && self.folder.path_of(&wanted.hash).is_none() {
                file.left_out = "Sounds were left out of this export.".into();
                continue;
            }
            let path = match self.folder.path_of(&wanted.hash) {
                Some(path) => path.to_string(),
                None => path_of(wanted),
            };
            if taken.insert(path.clone()) {
                planned
                    .push((at, ManifestFile { path, sha256: wanted.hash.clone(), size_bytes: file.facts.size_bytes }));
            }
        }
        planned
    }

    async fn file(&mut self, at: usize, file: &ManifestFile) -> Result<()> {
        let (folder, wanted, cancel) = (Arc::clone(&self.folder), file.clone(), self.cancel.clone());
        let mut told = self.told(file);
        let there = tokio::task::spawn_blocking(move || folder.has(&wanted, &cancel, &mut told));
        if there.await.map_err(|e| task_failed(&e))?? {
            self.done += file.size_bytes;
            return Ok(());
        }
        if self.studio.is_here(&self.gathered.exported.files[at]) {
            let (folder, wanted, cancel) = (Arc::clone(&self.folder), file.clone(), self.cancel.clone());
            let (source, mut told) = (files::path(self.studio.root(), &file.sha256), self.told(file));
            let copied = tokio::task::spawn_blocking(move || folder.copy(&source, &wanted, &cancel, &mut told));
            copied.await.map_err(|e| task_failed(&e))??;
        } else {
            self.fetched(file).await?;
        }
        self.done += file.size_bytes;
        self.report.written += 1;
        self.report.written_bytes += file.size_bytes;
        Ok(())
    }

    /// Brings a file that is only in storage.
    async fn fetched(&mut self, file: &ManifestFile) -> Result<()> {
        let Some((target, object)) = self.gathered.stored.get(&file.sha256).cloned() else {
            return Err(Error::new(Code::MediaAbsent, "It is not on this disk, and in no storage.")
                .hint("Connect the disk with the media, then export again.")
                .about("file", file.path.as_str()));
        };
        if !self.origins.contains_key(&target.id) {
            self.origins.insert(target.id.clone(), self.studio.origin_at(&target).await?);
        }
        let Some(origin) = self.origins.get(&target.id) else { return Ok(()) };
        let part = self.folder.part(&file.path)?;
        let (over, total, sink) = (self.done, self.total, self.sink);
        let told = move |at: u64| sink(Progress::new("export", over + at, total));
        origin.bring(&object, &part, self.cancel, &told).await?;
        self.folder.appear(&part, &file.path)
    }

    /// The waveform of a sound, for the editor.
    async fn waveform(&mut self, at: usize, sound: &Sha256) -> Result<()> {
        let Some(peaks) = media::peaks(self.studio.library(), sound).await? else { return Ok(()) };
        let Ok(bytes) = serde_json::to_vec(&peaks) else { return Ok(()) };
        let sha256 = Sha256::of(&bytes);
        // Sounds that look the same have one.
        let path = format!("waveforms/{}.json", &sha256.as_str()[..32]);
        self.gathered.exported.files[at].waveform = Some(path.clone());
        if !self.waveforms.insert(sha256.clone()) {
            return Ok(());
        }
        let file = ManifestFile { path, sha256, size_bytes: bytes.len() as u64 };
        if !self.folder.has(&file, self.cancel, &mut |_| ())? {
            self.folder.write(&file.path, &bytes)?;
            self.report.written += 1;
            self.report.written_bytes += file.size_bytes;
        }
        self.list.push(file);
        Ok(())
    }

    /// Records, feed, words for people, and the list: the last step.
    async fn documents(mut self, id: &ShowId) -> Result<ExportReport> {
        self.cancel.check()?;
        let mut documents = vec![];
        let feed = match self.studio.feed_for_export(&self.gathered).await? {
            Ok(feed) => {
                documents.push((FEED, feed.bytes));
                Some(feed.is_public)
            }
            Err(note) => {
                self.report.findings.push(note);
                None
            }
        };
        let words = [self.report.left_out.as_slice(), self.report.findings.as_slice()].concat();
        documents.push((README, readme::readme(&self.gathered.exported, feed, &words).into_bytes()));
        let records = serde_json::to_vec_pretty(&self.gathered.exported)
            .map_err(|error| Error::new(Code::Internal, format!("The show cannot be written as JSON: {error}.")))?;
        documents.push((RECORDS, records));
        for (name, bytes) in &documents {
            let (path, sha256) = ((*name).to_string(), Sha256::of(bytes));
            self.list.push(ManifestFile { path, sha256, size_bytes: bytes.len() as u64 });
        }
        self.list.sort_by(|one, other| one.path.cmp(&other.path));
        let (kind, title, show) = (KIND.to_string(), self.report.title.clone(), id.clone());
        let list = ExportManifest { format: FORMAT, kind, show, title, files: std::mem::take(&mut self.list) };
        let (folder, show) = (Arc::clone(&self.folder), id.clone());
        // A file that the show still names is not deleted because it could not be read this once.
        let named = self.gathered.wanted.iter().filter_map(|wanted| folder.path_of(&wanted.hash));
        let named: BTreeSet<String> = named.map(str::to_string).collect();
        let committed = tokio::task::spawn_blocking(move || {
            folder.commit(&list, &documents, &show).map(|()| (folder.tidy(&list, &named), list))
        });
        let (removed, list) = committed.await.map_err(|e| task_failed(&e))??;
        self.report.removed = removed;
        self.report.files = list.files.len() as u64;
        self.report.bytes = list.files.iter().map(|file| file.size_bytes).sum();
        (self.sink)(Progress::new("export", self.total, self.total));
        Ok(self.report)
    }

    fn left_out(&mut self, at: usize, error: &Error) {
        let (file, wanted) = (&mut self.gathered.exported.files[at], &self.gathered.wanted[at]);
        let called = match file.original_name.is_empty() {
            true => format!("{}.{}", wanted.stem, wanted.ext),
            false => file.original_name.clone(),
        };
        file.left_out.clone_from(&error.message);
        self.report.left_out.push(ImportNote {
            code: error.code.as_str().into(),
            episode: wanted.episode.clone(),
            url: file.addresses.first().cloned().unwrap_or_default(),
            message: format!("{called}: {}", error.message),
            later: error.retry == Retry::Later,
        });
    }

    fn told(&self, file: &ManifestFile) -> impl FnMut(u64) + Send + 'static {
        let (sink, mut over, total) = (Arc::clone(self.sink), self.done, self.total);
        let (nth, of) = (self.nth, self.of);
        let (name, size) = (file.path.rsplit('/').next().unwrap_or_default().to_string(), file.size_bytes);
        let mut done = 0;
        move |bytes| {
            (done, over) = (done + bytes, over + bytes);
            let file = FileProgress { name: name.clone(), done, total: size, nth, of };
            sink(Progress::new("export", over.min(total), total).with(file));
        }
    }
}

/// Whether it is about one file, and the others can go on.
fn is_of_the_file(error: &Error) -> bool {
    !matches!(
        error.code,
        Code::Cancelled | Code::TargetFull | Code::TargetRefused | Code::Taken | Code::Internal | Code::LibraryFailed
    )
}

/// Where a file lies that no earlier export has.
fn path_of(wanted: &Wanted) -> String {
    let shelf = match wanted.shelf {
        gather::Shelf::Sounds => "media",
        gather::Shelf::Recordings => "media/originals",
        gather::Shelf::Pictures => "images",
        gather::Shelf::Masters => "images/originals",
        gather::Shelf::Texts => "text",
        gather::Shelf::Fonts => "fonts",
    };
    let ext: String = wanted.ext.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let ext = if ext.is_empty() { "bin".into() } else { ext.to_ascii_lowercase() };
    format!("{shelf}/{}-{}.{ext}", slug(&wanted.stem, "file"), &wanted.hash.as_str()[..12])
}
