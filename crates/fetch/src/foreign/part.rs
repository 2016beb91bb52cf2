//! A large file on its way: what came of it so far, and by what the rest is known to be of the same file. What it is not: a
//! promise; without a mark of the server's own the file begins anew.

use crate::FetchError;
use reqwest::header::{ETAG, HeaderMap, HeaderName, LAST_MODIFIED};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tokio::fs::{File, OpenOptions};

/// Longest mark that is kept.
const MOST_MARK: usize = 1000;

/// A file that is on its way, with its note beside it.
pub(crate) struct Part<'a> {
    path: &'a Path,
    note: PathBuf,
}

impl<'a> Part<'a> {
    /// The one at `path`.
    pub(crate) fn at(path: &'a Path) -> Self {
        let mut note = path.as_os_str().to_owned();
        note.push(".note");
        Self { path, note: note.into() }
    }

    /// Bytes that are here.
    pub(crate) async fn bytes(&self) -> u64 {
        tokio::fs::metadata(self.path).await.map(|there| there.len()).unwrap_or(0)
    }

    /// How many bytes of what lies at `url` are here, and the mark by which the server knows it (RFC 9110 §13.1.5).
    pub(crate) async fn begun(&self, url: &str) -> Option<(u64, String)> {
        let text = tokio::fs::read_to_string(&self.note).await.ok()?;
        let (of, mark) = text.split_once('\n')?;
        let (bytes, mark) = (self.bytes().await, mark.trim());
        (of == url && bytes > 0 && !mark.is_empty()).then(|| (bytes, mark.to_string()))
    }

    /// Begins anew, with the mark that the answer carries.
    pub(crate) async fn begin(&self, url: &str, headers: &HeaderMap) -> Result<File, FetchError> {
        // The file first: a note of another file must never stand beside it.
        self.forget().await?;
        let file = File::create(self.path).await.map_err(|error| self.disk(error))?;
        tokio::fs::write(&self.note, format!("{url}\n{}\n", mark(headers))).await.map_err(|error| self.disk(error))?;
        Ok(file)
    }

    /// Goes on behind what is here.
    pub(crate) async fn go_on(&self) -> Result<File, FetchError> {
        OpenOptions::new().append(true).open(self.path).await.map_err(|error| self.disk(error))
    }

    /// Forgets the note: the file is whole, or begins anew.
    pub(crate) async fn forget(&self) -> Result<(), FetchError> {
        match tokio::fs::remove_file(&self.note).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.disk(error)),
            _ => Ok(()),
        }
    }

    /// What to say when it cannot be written.
    pub(crate) fn disk(&self, source: std::io::Error) -> FetchError {
        FetchError::Disk { path: self.path.display().to_string(), source }
    }
}

/// A strong tag, else the date of the last change; nothing when there is neither.
fn mark(headers: &HeaderMap) -> String {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let tag = text(ETAG).filter(|tag| tag.starts_with('"'));
    tag.or_else(|| text(LAST_MODIFIED)).filter(|mark| mark.len() <= MOST_MARK).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_tags_say_nothing_about_bytes() {
        let of = |pairs: &[(HeaderName, &str)]| {
            mark(&pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect())
        };
        let date = "Sat, 21 Nov 2026 10:00:00 GMT";
        assert_eq!(of(&[(ETAG, "\"a\""), (LAST_MODIFIED, date)]), "\"a\"");
        assert_eq!(of(&[(ETAG, "W/\"a\""), (LAST_MODIFIED, date)]), date);
        assert_eq!(of(&[(ETAG, "W/\"a\"")]), "");
        assert_eq!(of(&[]), "");
    }
}
