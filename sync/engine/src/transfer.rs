//! Files on their way to a place, with their notes in the library. What it is not: the sending itself; `storage` does it.

use crate::ProgressSink;
use crate::destination::Work;
use crate::names::key;
use hearthcast_library::{Library, files, upload};
use hearthcast_model::plan::Upload;
use hearthcast_model::{Progress, Result, TargetId};
use hearthcast_storage::{Notebook, Place, Sending, Source};
use std::sync::atomic::{AtomicU64, Ordering};

/// Sends one file; what an earlier run sent is not sent again.
pub(crate) async fn send(
    place: &dyn Place,
    library: &Library,
    target: &TargetId,
    work: Work<'_>,
    file: &Upload,
    progress: &ProgressSink,
) -> Result<()> {
    let source = Source {
        path: files::path(library.root(), &file.sha256),
        sha256: file.sha256.clone(),
        bytes: file.bytes,
        mime: file.mime.clone(),
    };
    let begun = upload::get(library, target, &file.key).await?.and_then(|note| read(&note));
    let notes = Notes { library, target, key: &file.key };
    let (done, total) = (AtomicU64::new(0), file.bytes);
    let tell = |bytes: u64| {
        let done = done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        progress(Progress { phase: "upload".into(), done, total });
    };
    Ok(place.put_file(&key(&file.key)?, &source, begun, &notes, work.cancel, &tell).await?)
}

/// Gives up what publications that are over left half sent, so that it costs nothing any more.
pub(crate) async fn clear(place: &dyn Place, library: &Library, target: &TargetId, work: Work<'_>) -> Result<()> {
    for (name, note) in upload::open(library, target).await? {
        if work.plan.uploads.iter().any(|wanted| wanted.key == name) {
            continue;
        }
        if let (Some(sending), Ok(key)) = (read(&note), key(&name)) {
            place.abort(&key, &sending).await?;
        }
        Notes { library, target, key: &name }.note(None).await?;
    }
    Ok(())
}

/// An unreadable note is as good as none: the file is sent anew.
fn read(note: &str) -> Option<Sending> {
    serde_json::from_str(note).ok()
}

/// The library's notes about one upload.
struct Notes<'a> {
    library: &'a Library,
    target: &'a TargetId,
    key: &'a str,
}

#[async_trait::async_trait]
impl Notebook for Notes<'_> {
    async fn note(&self, sending: Option<&Sending>) -> Result<()> {
        let body = sending.map(serde_json::to_string).transpose().map_err(|e| {
            let what = format!("How far an upload is could not be written down: {e}.");
            hearthcast_model::Error::new(hearthcast_model::Code::Internal, what)
        })?;
        let mut tx = self.library.transact().await?;
        tx.put_upload(self.target, self.key, body.as_deref()).await?;
        tx.commit().await?;
        Ok(())
    }
}
