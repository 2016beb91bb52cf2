//! Puts an exported show into the library: its files first, then all records at once. Stopped in between, nothing of the show is
//! there, and the same import goes on.

use super::plan::{Here, Plan, Put};
use super::read::Brought;
use crate::Studio;
use crate::exported::{opened, place, text};
use crate::studio::task_failed;
use hearthcast_engine::ProgressSink;
use hearthcast_library::{WriteTx, files, made, media};
use hearthcast_model::export::{ExportedFile, ExportedMade};
use hearthcast_model::facts::Peaks;
use hearthcast_model::import::ImportedFrom;
use hearthcast_model::record::Table;
use hearthcast_model::{Cancel, EpisodeId, Progress, Result};
use std::sync::Arc;

/// Longest waveform, bytes.
const MOST_WAVEFORM: u64 = 64 << 20;

impl Studio {
    /// Copies the files of a folder into the media folder, each checked by its hash; returns how many, and their bytes.
    pub(crate) async fn take_files(
        &self,
        brought: &Brought,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<(u64, u64)> {
        let missing: Vec<&ExportedFile> =
            brought.exported.files.iter().filter(|file| file.path.is_some() && !self.is_here(file)).collect();
        let total: u64 = missing.iter().map(|file| file.facts.size_bytes).sum();
        crate::disk::has_room(self.root(), total)?;
        let (mut done, mut count) = (0, 0);
        for file in missing {
            cancel.check()?;
            let Some(path) = &file.path else { continue };
            // Opened here and not by its name, so that no link is followed.
            let (root, folder, path) = (self.root().to_path_buf(), brought.folder.clone(), path.clone());
            let taken = tokio::task::spawn_blocking(move || {
                let (mut source, _) = opened(&folder, &path)?;
                files::take_in_from(&root, &mut source).map_err(|error| crate::disk::not_written(&path, &error))
            });
            let hash = taken.await.map_err(|e| task_failed(&e))??;
            crate::pictures::same_content(
                &place(&brought.folder, &file.path.clone().unwrap_or_default()),
                &hash,
                &file.facts.sha256,
            )?;
            done += file.facts.size_bytes;
            count += 1;
            sink(Progress::new("import", done, total));
        }
        Ok((count, done))
    }

    /// Everything that is known about the files.
    pub(crate) async fn note_files(&self, tx: &mut WriteTx, brought: &Brought) -> Result<()> {
        for file in &brought.exported.files {
            // What is known here was measured here.
            if media::get(self.library(), &file.facts.sha256).await?.is_some() {
                continue;
            }
            tx.put_media(&file.facts, &file.original_name).await?;
            let Some(path) = file.waveform.clone() else { continue };
            let folder = brought.folder.clone();
            let read = tokio::task::spawn_blocking(move || text(&folder, &path, MOST_WAVEFORM));
            let bytes = read.await.map_err(|e| task_failed(&e))??;
            // A waveform that cannot be read is drawn anew.
            if let Ok(peaks) = serde_json::from_slice::<Peaks>(&bytes)
                && peaks.low.len() == peaks.high.len()
            {
                tx.put_peaks(&file.facts.sha256, &peaks).await?;
            }
        }
        for ExportedMade { hash, source, tags, report } in brought.exported.made.clone() {
            if made::get(self.library(), &hash).await?.is_none() {
                tx.put_made(&made::Made { hash, source, tags, report }).await?;
            }
        }
        Ok(())
    }
}

/// All records, and what belongs to them.
pub(crate) async fn write(tx: &mut WriteTx, here: &Here, plan: &Plan, brought: &Brought) -> Result<()> {
    if let Some(put) = &plan.show {
        put_one(tx, Table::Show, put).await?;
    }
    for put in &plan.episodes {
        put_one(tx, Table::Episode, put).await?;
    }
    let source = source_of(brought);
    tx.put_import(&here.id, &source, &ImportedFrom::default()).await?;
    for (key, said) in &plan.said {
        if here.seen.get(key) != Some(said) {
            let id = plan.ids.get(key).and_then(|id| EpisodeId::parse(id));
            tx.put_seen(&here.id, &source, key, id.as_ref(), said).await?;
        }
    }
    let ours = |id: &EpisodeId| plan.ids.get(id.as_str()).and_then(|id| EpisodeId::parse(id));
    let is_new = |id: &EpisodeId| {
        plan.episodes.iter().any(|put| matches!(put, Put::New(made) | Put::Again(made) if made.id == id.as_str()))
    };
    for one in &brought.exported.recordings {
        if let Some(id) = ours(&one.episode).filter(is_new) {
            tx.put_recording(&id, &one.hash).await?;
        }
    }
    for one in &brought.exported.edits {
        if let Some(id) = ours(&one.episode).filter(is_new) {
            tx.put_edit(&id, &one.edit).await?;
        }
    }
    for one in &brought.exported.withdrawn {
        if let Some(id) = ours(&one.episode).filter(is_new) {
            let times = (one.at_ms, one.finished_ms);
            tx.put_foreign_withdrawal(&here.id, &id, times, &one.body.to_string()).await?;
        }
    }
    Ok(())
}

/// The name under which a folder's show is remembered, wherever the folder lies.
pub(crate) fn source_of(brought: &Brought) -> String {
    format!("export:{}", brought.show)
}

async fn put_one(tx: &mut WriteTx, table: Table, put: &Put) -> Result<()> {
    match put {
        Put::New(record) => tx.put_stored(table, record).await?,
        Put::Again(record) => tx.put_value(table, &record.id, record.body.clone(), None).await?,
        Put::Changed(id, body) => tx.put_value(table, id, body.clone(), None).await?,
        Put::Same => {}
    }
    Ok(())
}

/// Tells how far reading is, in thousandths of the whole.
pub(crate) fn reading(sink: &ProgressSink, total: u64) -> impl FnMut(u64) + Send + 'static {
    let (sink, mut done) = (Arc::clone(sink), 0u64);
    move |bytes| {
        done += bytes;
        sink(Progress::new("verify", done.min(total), total));
    }
}
