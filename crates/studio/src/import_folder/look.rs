//! What the import of a folder of sounds would do, without doing it: tags are read, nobody listens.

use super::fate::{Fate, ends_all, fills};
use super::known::Known;
use super::tagged::{Sounds, problem};
use crate::Studio;
use crate::pictures::file_name;
use crate::read::show_id;
use hearthcast_engine::ProgressSink;
use hearthcast_model::import::{ImportFiles, ImportReport, ImportRequest};
use hearthcast_model::slug::slug;
use hearthcast_model::{Cancel, Result};
use std::path::Path;
use std::sync::Arc;

impl Studio {
    /// Says what the sounds of a folder would become; changes nothing.
    pub(crate) async fn preview_tagged(
        &self,
        request: &ImportRequest,
        folder: &Path,
        cancel: &Cancel,
    ) -> Result<ImportReport> {
        let sounds = self.sounds(folder, cancel, &(Arc::new(|_| ()) as ProgressSink)).await?;
        let into = self.show_for(request, folder).await?;
        let known = match &into {
            Some(record) => self.known_sounds(&show_id(record)?).await?,
            None => Known::default(),
        };
        let title = into.as_ref().map_or_else(|| file_name(folder), |record| record.body.title.clone());
        let report = ImportReport {
            show: into.as_ref().map(show_id).transpose()?,
            slug: into.as_ref().map_or_else(|| slug(&title, "show"), |record| record.body.slug.clone()),
            title,
            source: folder.display().to_string(),
            made: into.is_none(),
            folder: true,
            findings: sounds.listed.left_out.clone(),
            ..ImportReport::default()
        };
        self.preview_sounds(&sounds, known, report, cancel).await
    }

    /// Says of each sound what would become of it.
    async fn preview_sounds(
        &self,
        sounds: &Sounds,
        mut known: Known,
        mut report: ImportReport,
        cancel: &Cancel,
    ) -> Result<ImportReport> {
        let meant = self.meant((&sounds.listed.sounds, &sounds.hashes), &known, cancel).await?;
        for (path, hash) in sounds.listed.sounds.iter().zip(&sounds.hashes) {
            cancel.check()?;
            match self.fate(&meant, &known, (path, hash)).await {
                Ok(Fate::New) => {
                    report.episodes_new += 1;
                    known.would_take.insert(hash.clone());
                    let said = meant.said(hash);
                    if let Some((said, guid)) = said.and_then(|said| Some((said, said.guid.clone()?))) {
                        known.made.insert(guid, said.title.clone());
                    }
                }
                Ok(Fate::Fills(record)) => {
                    fills(&record, path, &mut report)?;
                    known.would_take.insert(hash.clone());
                    known.would_fill.insert(record.id);
                }
                Ok(told) => told.tell(&mut report),
                Err(error) if ends_all(&error) => return Err(error),
                Err(error) => report.problems.push(problem(error)),
            }
        }
        let taken = report.episodes_new + report.episodes_changed;
        let failed = report.problems.len() as u64;
        report.files = ImportFiles { all: taken, waiting: taken, failed, ..ImportFiles::default() };
        Ok(report)
    }
}
