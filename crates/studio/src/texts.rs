//! Text files in the media folder: taken from disk, kept by content.

use crate::Studio;
use crate::studio::task_failed;
use hearthcast_library::files;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Code, Error, MediaFacts, Result};
use std::io::Read as _;
use std::path::Path;

/// How much of a file tells whether it is a text.
const SNIFFED: usize = 4096;

/// A text in the media folder.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) facts: MediaFacts,
}

impl Kept {
    /// The file as a record names it.
    pub(crate) fn attachment(&self, name: &str) -> Attachment {
        Attachment { hash: self.facts.sha256.clone(), name: name.into(), ext: self.facts.extension().into() }
    }
}

impl Studio {
    /// Writes a text into the media folder under its hash; it is durable before this returns.
    pub(crate) async fn keep_text(&self, bytes: Vec<u8>, mime: &'static str) -> Result<Kept> {
        let root = self.root().to_path_buf();
        let facts = hearthcast_text::file_facts(mime, &bytes);
        let kept = tokio::task::spawn_blocking(move || files::take_in_from(&root, &mut bytes.as_slice()));
        let hash = kept.await.map_err(|e| task_failed(&e))?.map_err(|e| crate::disk::not_written("the text", &e))?;
        debug_assert_eq!(hash, facts.sha256, "the same bytes");
        Ok(Kept { facts })
    }
}

/// A text file that a person named, at most one byte longer than `limit`, so that whoever reads it sees that it is.
pub(crate) async fn bytes_of(path: &Path, limit: usize) -> Result<Vec<u8>> {
    let (path, most) = (path.to_path_buf(), limit as u64 + 1);
    let read = tokio::task::spawn_blocking(move || {
        // Asked before it is opened: opening a pipe waits for ever, and a device never ends.
        if !std::fs::metadata(&path).map_err(|e| unreadable(&path, &e))?.is_file() {
            return Err(unreadable(&path, &std::io::Error::other("it is not a file")));
        }
        let file = std::fs::File::open(&path).map_err(|e| unreadable(&path, &e))?;
        let mut bytes = vec![];
        file.take(most).read_to_end(&mut bytes).map_err(|e| unreadable(&path, &e))?;
        Ok(bytes)
    });
    read.await.map_err(|e| task_failed(&e))?
}

/// Whether a file begins like a text, and not like a sound or a picture.
pub(crate) async fn looks_like_text(path: &Path) -> Result<bool> {
    let begin = bytes_of(path, SNIFFED).await?;
    let wide = begin.starts_with(&[0xFF, 0xFE]) || begin.starts_with(&[0xFE, 0xFF]);
    let begins_well = match std::str::from_utf8(&begin) {
        Ok(_) => true,
        // The last letter may be cut in two.
        Err(error) => error.error_len().is_none() && begin.len() > SNIFFED,
    };
    Ok(wide && begin.len() % 2 == usize::from(begin.len() > SNIFFED) || begins_well && !begin.contains(&0))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(Code::MediaUnreadable, format!("{} could not be read: {error}.", path.display()))
        .hint("Check that it is there and that you may read it.")
        .about("file", path.display().to_string())
}
