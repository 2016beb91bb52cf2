//! Takes a picture in: known by content, kept by hash.

use crate::Studio;
use crate::studio::task_failed;
use hearthcast_library::files;
use hearthcast_model::facts::{MediaFacts, MediaKind};
use hearthcast_model::show::Attachment;
use hearthcast_model::{Cancel, Code, Error, Result, Sha256};
use std::path::Path;

/// A picture in the media folder.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) facts: MediaFacts,
    pub(crate) original_name: String,
    name: String,
}

impl Picture {
    pub(crate) fn attachment(&self) -> Attachment {
        Attachment { hash: self.facts.sha256.clone(), name: self.name.clone(), ext: self.facts.extension().into() }
    }
}

impl Studio {
    /// Looks at a picture and copies it into the media folder; it will be published as `name`.
    pub(crate) async fn take_picture(&self, path: &Path, name: &str) -> Result<Picture> {
        let facts = self.probe_media(path, Cancel::default(), |_| ()).await?.facts;
        if facts.kind != MediaKind::Image {
            return Err(Error::new(Code::MediaUnusable, format!("{} is not a picture.", path.display()))
                .hint("Choose a JPEG or PNG file.")
                .about("file", path.display().to_string()));
        }
        let kept = self.take_file_in(path).await?;
        same_content(path, &kept, &facts.sha256)?;
        Ok(Picture { facts, original_name: file_name(path), name: name.into() })
    }

    /// Copies a file into the media folder; returns the hash of what was copied.
    pub(crate) async fn take_file_in(&self, path: &Path) -> Result<Sha256> {
        let (root, source) = (self.root().to_path_buf(), path.to_path_buf());
        let copied =
            tokio::task::spawn_blocking(move || files::take_in(&root, &source)).await.map_err(|e| task_failed(&e))?;
        copied.map_err(|e| not_taken(path, &e))
    }
}

/// The file that was measured must be the file that was kept.
pub(crate) fn same_content(path: &Path, kept: &Sha256, measured: &Sha256) -> Result<()> {
    if kept == measured {
        return Ok(());
    }
    Err(Error::new(Code::MediaUnreadable, format!("{} changed while it was read. Nothing was added.", path.display()))
        .hint("Wait until the other program has finished writing it, then add it again.")
        .about("file", path.display().to_string()))
}

fn not_taken(path: &Path, error: &std::io::Error) -> Error {
    let code =
        if error.kind() == std::io::ErrorKind::StorageFull { Code::LibraryFailed } else { Code::MediaUnreadable };
    Error::new(code, format!("{} could not be copied into the library: {error}.", path.display()))
        .hint("Check that the file can be read and that the library's disk has room.")
        .about("file", path.display().to_string())
}

pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}
