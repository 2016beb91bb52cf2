//! The end of an upload: hash checked, durable, renamed to its content, written down. Every step may be repeated after a
//! kill: what the disk shows decides what is left to do.

use super::headers::is_for_a_draft;
use super::{forget, mismatch, receive::blocking};
use crate::app::App;
use crate::owner::refusal::{Answer, Refusal};
use hearthcast_model::Sha256;
use hearthcast_store::upload::Upload;
use hearthcast_store::{media, upload};
use sha2::Digest;
use std::fs::File;
use std::path::{Path, PathBuf};

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// This many bytes are here, more are to come.
    Part(u64),
    /// All bytes are here; the program was stopped before it could check them.
    Unchecked,
    /// The file is where it belongs.
    Done,
}

/// How far an upload is.
pub async fn progress(app: &App, upload: &Upload) -> Answer<Progress> {
    if upload.done_ms.is_some() {
        return Ok(Progress::Done);
    }
    match size(&app.folders.part(&upload.id)).await? {
        Some(bytes) if bytes >= upload.bytes => Ok(Progress::Unchecked),
        Some(bytes) => Ok(Progress::Part(bytes)),
        // Killed between renaming and writing down: the file lies where it belongs.
        None if arrived(app, upload).await? => Ok(Progress::Done),
        None => Ok(Progress::Part(0)),
    }
}

/// How far an upload is, in bytes. One whose last byte came before a kill is completed first.
pub async fn offset(app: &App, upload: &Upload) -> Answer<u64> {
    let at = match progress(app, upload).await? {
        Progress::Unchecked => {
            let _claim = app.transfers.wait(&upload.id).await;
            let at = progress(app, upload).await?;
            if at == Progress::Unchecked {
                complete(app, upload, None).await?;
            }
            at
        }
        at => at,
    };
    match at {
        Progress::Part(bytes) => Ok(bytes),
        Progress::Unchecked | Progress::Done => Ok(upload.bytes),
    }
}

/// Takes a file that is there already as the end of a new upload: nothing is sent twice.
pub async fn adopt(app: &App, upload: &Upload) -> Answer<()> {
    arrived(app, upload).await.map(|_| ())
}

/// Whether the finished file of an upload is gone, so that it must be sent again. The upload is forgotten then.
pub async fn lost(app: &App, upload: &Upload) -> Answer<bool> {
    let Some(sha256) = upload.sha256.as_ref().filter(|_| upload.done_ms.is_some()) else { return Ok(false) };
    if size(&place(app, upload, sha256)).await? == Some(upload.bytes) {
        return Ok(false);
    }
    forget(app, &upload.id).await?;
    Ok(true)
}

/// Completes an upload whose bytes are all here; the caller holds its claim. `hash` is that of the bytes as they came; without it the file is read.
pub async fn complete(app: &App, upload: &Upload, hash: Option<sha2::Sha256>) -> Answer<()> {
    let part = app.folders.part(&upload.id);
    let found = {
        let part = part.clone();
        blocking(move || durable(&part, hash)).await?
    };
    if upload.sha256.as_ref().is_some_and(|expected| *expected != found) {
        forget(app, &upload.id).await?;
        return Err(mismatch("The file that arrived is not the one that was announced.", Some(&found)));
    }
    let place = place(app, upload, &found);
    blocking(move || put_in_place(&part, &place)).await?;
    write_down(app, upload, &found).await?;
    app.transfers.forget(&upload.id);
    Ok(())
}

/// Where the finished file belongs: those of drafts apart from all others.
fn place(app: &App, upload: &Upload, sha256: &Sha256) -> PathBuf {
    match is_for_a_draft(&upload.metadata) {
        true => app.folders.drafts_arrived().join(sha256.as_str()),
        false => app.folders.media(sha256),
    }
}

/// Forces the bytes to the disk, then hashes them if nobody did.
fn durable(part: &Path, hash: Option<sha2::Sha256>) -> std::io::Result<Sha256> {
    let mut file = File::options().read(true).write(true).open(part)?;
    file.sync_all()?;
    let hash = match hash {
        Some(hash) => hash,
        None => {
            let mut hash = sha2::Sha256::new();
            std::io::copy(&mut file, &mut hash)?;
            hash
        }
    };
    Ok(Sha256::from_digest(hash.finalize().into()))
}

fn put_in_place(part: &Path, place: &Path) -> std::io::Result<()> {
    let folder = place.parent().map(PathBuf::from).unwrap_or_default();
    std::fs::create_dir_all(&folder)?;
    std::fs::rename(part, place)?;
    File::open(&folder)?.sync_all()?;
    match folder.parent() {
        Some(root) => File::open(root)?.sync_all(),
        None => Ok(()),
    }
}

async fn write_down(app: &App, upload: &Upload, sha256: &Sha256) -> Answer<()> {
    let now_ms = app.now_ms();
    let mut writer = app.store.write().await?;
    if !is_for_a_draft(&upload.metadata) {
        media::put(&mut writer, sha256, upload.bytes, &upload.mime, now_ms).await?;
    }
    upload::finish(&mut writer, &upload.id, now_ms).await?;
    Ok(writer.commit().await?)
}

/// Whether the finished file lies in its place already; writes it down if so.
async fn arrived(app: &App, upload: &Upload) -> Answer<bool> {
    let Some(sha256) = &upload.sha256 else { return Ok(false) };
    if size(&place(app, upload, sha256)).await? != Some(upload.bytes) {
        return Ok(false);
    }
    write_down(app, upload, sha256).await?;
    Ok(true)
}

/// Length of a file, if there is one.
pub async fn size(path: &Path) -> Answer<Option<u64>> {
    match tokio::fs::metadata(path).await {
        Ok(file) => Ok(Some(file.len())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Refusal::from(error)),
    }
}
