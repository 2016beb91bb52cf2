//! What an import says to whoever asked for it.

use super::chain::Found;
use super::plan::{Here, Plan};
use super::source::{Feed, note};
use crate::Studio;
use crate::read::show_id;
use hearthcast_library::import::{self, File};
use hearthcast_model::error::Retry;
use hearthcast_model::import::{ImportFiles, ImportKind, ImportNote, ImportReport, ImportState, ImportedFiles};
use hearthcast_model::{Error, Result};

/// The report of what is planned.
pub(crate) fn of(feed: &Feed, source: &str, here: &Here, planned: &Plan, found: Found) -> ImportReport {
    let read = &feed.read;
    let repairs = read.repairs.iter().map(|repair| ImportNote {
        code: repair.code.into(),
        episode: repair.episode.clone(),
        message: repair.message.clone(),
        ..ImportNote::default()
    });
    let moved_to = if read.moved_to.is_empty() { feed.moved.clone() } else { read.moved_to.clone() };
    let moved = (!moved_to.is_empty()).then(|| {
        note("moved", &moved_to, format!("The feed is at {moved_to} now: import it from there the next time."), false)
    });
    let waiting = planned.files.len() as u64;
    ImportReport {
        show: here.show.is_some().then(|| here.id.clone()),
        slug: here.slug.clone(),
        title: planned.title.clone(),
        source: source.into(),
        moved_to,
        made: here.show.is_none(),
        folder: false,
        episodes_new: planned.new,
        episodes_changed: planned.changed,
        episodes_same: planned.same,
        episodes_removed: planned.removed,
        comments: planned.comments.len() as u64,
        changes: planned.changes.clone(),
        repairs: repairs.collect(),
        prefixes: found.services,
        prefix: found.wish,
        prefix_before: found.before,
        files: ImportFiles { all: waiting, waiting, ..ImportFiles::default() },
        findings: moved.into_iter().chain(found.finding).chain(planned.findings.clone()).collect(),
        problems: feed.problems.iter().chain(&planned.problems).cloned().collect(),
    }
}

impl Studio {
    /// How far the files of an imported show are, and what there is to know about them.
    pub async fn imported_files(&self, show: &str) -> Result<ImportedFiles> {
        let id = show_id(&self.show(show).await?)?;
        let mut told = ImportedFiles::default();
        for file in import::files(self.library(), &id).await? {
            count(&mut told.files, &file);
            told.findings.extend(file.about.note.clone());
            if let (ImportState::Failed, Some(error)) = (file.state, &file.about.error) {
                let episode = self.imported_title(&file.episode).await?;
                told.problems.push(ImportNote { episode, ..problem(&file.url, error) });
            }
        }
        Ok(told)
    }

    async fn imported_title(&self, episode: &str) -> Result<String> {
        let Some(id) = hearthcast_model::EpisodeId::parse(episode) else { return Ok(String::new()) };
        let record = hearthcast_library::episode::get(self.library(), &id).await?;
        Ok(record.map(|record| record.body.title).unwrap_or_default())
    }
}

fn problem(url: &str, error: &Error) -> ImportNote {
    let later = error.retry == Retry::Later;
    note(error.code.as_str(), url, error.message.clone(), later)
}

fn count(files: &mut ImportFiles, file: &File) {
    files.all += 1;
    match (file.state, file.kind) {
        (ImportState::Wanted, _) => files.waiting += 1,
        (ImportState::Failed, _) => files.failed += 1,
        (
            ImportState::Taken,
            ImportKind::Elsewhere | ImportKind::Alternate | ImportKind::Trailer | ImportKind::TagPicture,
        ) => files.elsewhere += 1,
        (ImportState::Taken, _) => {
            files.taken += 1;
            files.bytes += file.about.bytes;
        }
    }
}
