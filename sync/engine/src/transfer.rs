//! Files on their way to a place, with their notes in the library. What it is not: the sending itself; `storage` does it.

use crate::ProgressSink;
use crate::destination::Work;
use crate::names::key;
use hearthcast_library::{Library, files, upload};
use hearthcast_model::plan::{Plan, Upload};
use hearthcast_model::{Cancel, FileProgress, Progress, Result, TargetId};
use hearthcast_storage::{Notebook, Place, Sending, Source, StorageKey};
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
        cache: file.cache.clone(),
    };
    let done = AtomicU64::new(0);
    let tell = |bytes: u64| {
        let done = done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        progress(on_its_way("upload", work.plan, file, done));
    };
    send_source(place, library, target, &file.key, &source, work.cancel, &tell).await
}

/// Sends a file under a name; what an earlier run sent is not sent again.
pub(crate) async fn send_source(
    place: &dyn Place,
    library: &Library,
    target: &TargetId,
    name: &str,
    source: &Source,
    cancel: &Cancel,
    tell: &(dyn Fn(u64) + Sync),
) -> Result<()> {
    let begun = upload::get(library, target, name).await?.and_then(|note| read(&note));
    let notes = Notes { library, target, key: name };
    Ok(place.put_file(&key(name)?, source, begun, &notes, cancel, tell).await?)
}

/// Gives up what was half sent under a name.
pub(crate) async fn give_up(place: &dyn Place, library: &Library, target: &TargetId, name: &str) -> Result<()> {
    let Some(note) = upload::get(library, target, name).await? else { return Ok(()) };
    if let (Some(sending), Ok(key)) = (read(&note), key(name)) {
        place.abort(&key, &sending).await?;
    }
    Notes { library, target, key: name }.note(None).await?;
    Ok(())
}

/// How far all files of a plan are, with the one that is on its way: bytes, whatever the phase is called.
pub(crate) fn on_its_way(phase: &str, plan: &Plan, file: &Upload, done: u64) -> Progress {
    // What was lost on the way is sent again, and counted again.
    let done = done.min(file.bytes);
    let at = plan.uploads.iter().position(|other| other.key == file.key).unwrap_or(0);
    let before: u64 = plan.uploads[..at].iter().map(|other| other.bytes).sum();
    let total = plan.uploads.iter().map(|other| other.bytes).sum();
    let name = file.key.rsplit('/').next().unwrap_or_default().to_string();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let (nth, of) = (count(at + 1), count(plan.uploads.len()));
    Progress::new(phase, before + done, total).with(FileProgress { name, done, total: file.bytes, nth, of })
}

/// Gives up what publications that are over left half sent, so that it costs nothing any more.
pub(crate) async fn clear(place: &dyn Place, library: &Library, target: &TargetId, work: Work<'_>) -> Result<()> {
    for (name, note) in upload::open(library, target).await? {
        // A draft that somebody is to hear is sent beside publications.
        let is_draft = matches!(key(&name), Ok(StorageKey::Draft(..)));
        if is_draft || work.plan.uploads.iter().any(|wanted| wanted.key == name) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::{PublicationId, Sha256, ShowId};

    #[test]
    fn one_bar_for_all_files_and_each_by_its_name() {
        let id = "00000000-0000-7000-8000-000000000001";
        let parsed = (PublicationId::parse(id), ShowId::parse(id), TargetId::parse(id));
        let mut plan = Plan::empty(parsed.0.unwrap(), parsed.1.unwrap(), parsed.2.unwrap());
        let file = |key: &str, bytes| Upload {
            cache: None,
            key: key.into(),
            sha256: Sha256::of(key.as_bytes()),
            bytes,
            mime: "audio/mpeg".into(),
            episode: None,
        };
        plan.uploads = vec![file("media/ab/one.mp3", 300), file("media/cd/two.mp3", 700)];
        let two = on_its_way("upload", &plan, &plan.uploads[1], 70);
        assert_eq!((two.done, two.total), (370, 1_000));
        let expected = FileProgress { name: "two.mp3".into(), done: 70, total: 700, nth: 2, of: 2 };
        assert_eq!(two.file, Some(expected));
    }
}
