//! A folder of a WebDAV server. A file is put under a name of its own and moved into place when it is whole; conditions are
//! made by the `If` header of the move (RFC 4918 §10.4), and `probe` finds out whether the server keeps to them.
//!
//! There is no standard way to go on with half a file: one that was cut is sent again from its beginning. The standard lets
//! a server remove the older file just before it moves the new one in (§9.9.3); some do, and a listener may meet the gap.

mod line;
mod listing;
mod login;
mod part;
#[cfg(test)]
mod trials;

use crate::bucket::AccessKey;
use crate::place::{Head, Listed, Notebook, Place, Seen, Sending, Source, as_one};
use crate::reading::{self, Told};
use crate::refusal::Meaning;
use crate::{Listener, StorageError, StorageKey};
use bytes::Bytes;
use hearthcast_fetch::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, RANGE};
use hearthcast_fetch::{Answer, HttpStatus, Net, Patience, TRIES};
use hearthcast_model::place::Remote;
use hearthcast_model::{Cancel, Sha256};
use line::{Ask, Line};
use part::Content;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Most bytes read of an answer that is no file.
const SMALL: usize = 64 * 1024;

/// A folder of a WebDAV server.
pub struct WebDav {
    line: Line,
    listener: Listener,
    /// Folders that are known to be there.
    made: Mutex<HashSet<String>>,
    /// Whether the server wants to be told by its path alone where something is moved to (§10.3 allows both).
    by_path: AtomicBool,
}

impl std::fmt::Debug for WebDav {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebDav").field("line", &self.line).finish_non_exhaustive()
    }
}

impl WebDav {
    /// A folder with the password to it (the key's secret). Sends nothing yet.
    pub fn open(
        remote: &Remote,
        password: Option<&AccessKey>,
        allow_insecure: bool,
        net: impl Into<Net>,
    ) -> Result<Self, StorageError> {
        let Remote::WebDav { address, user, ca, public_url } = remote else { return Err(StorageError::OtherKind) };
        let net = net.into();
        let password = password.map(AccessKey::secret).unwrap_or_default();
        let listener = Listener::over(&net, public_url, allow_insecure)?;
        let line = Line::to(address, (user, password), ca.as_deref(), allow_insecure, net)?;
        Ok(Self { line, listener, made: Mutex::default(), by_path: AtomicBool::new(false) })
    }

    /// Moves what is whole to its name. Without a condition it may be repeated: the name it is moved from is of this very
    /// content, and when it is gone, an earlier try whose answer was lost has had its effect.
    async fn place(
        &self,
        part: &str,
        key: &StorageKey,
        overwrite: bool,
        guard: Option<&str>,
    ) -> Result<(), StorageError> {
        let text = key.to_string();
        let answer = self.moved(part, &text, overwrite, guard).await?;
        if answer.status == HttpStatus::NOT_FOUND && overwrite && guard.is_none() && self.is_there(&text).await? {
            return Ok(());
        }
        if answer.status == HttpStatus::PRECONDITION_FAILED {
            self.remove(part).await?;
            return Err(if overwrite {
                StorageError::Changed { key: text }
            } else {
                StorageError::Exists { key: text }
            });
        }
        self.done("MOVE", &answer)
    }

    /// Asks for a move, and says where to as the server wants it said. A server behind a front that speaks https for it takes
    /// a whole address for one of another server (502 or 400); the path alone it takes for its own. What it wants is
    /// remembered, and a move with a condition is only asked for again when it was not done.
    async fn moved(&self, part: &str, to: &str, overwrite: bool, guard: Option<&str>) -> Result<Answer, StorageError> {
        let destination = self.line.address(to);
        let path = self.line.path_of(&destination)?;
        let mut headers = HeaderMap::new();
        headers.insert("overwrite", self.line.value(if overwrite { "T" } else { "F" })?);
        if let Some(etag) = guard {
            // By its path: not every server finds an address with a host in it (§8.3 allows both).
            headers.insert("if", self.line.value(&format!("<{path}> ([{etag}])"))?);
        }
        if !self.by_path.load(Ordering::Relaxed) {
            headers.insert("destination", self.line.value(&destination)?);
            let awaited = &[HttpStatus::BAD_REQUEST, HttpStatus::BAD_GATEWAY];
            let ask = Ask { method: "MOVE", path: part, headers: headers.clone(), body: Bytes::new(), awaited };
            let answer = self.line.ask(ask, SMALL).await?;
            if !awaited.contains(&answer.status) {
                return Ok(answer);
            }
            if (!overwrite || guard.is_some()) && !self.is_there(part).await? {
                return Err(self.line.refused(&answer));
            }
        }
        headers.insert("destination", self.line.value(&path)?);
        let ask = Ask { method: "MOVE", path: part, headers, body: Bytes::new(), awaited: &[] };
        let answer = self.line.ask(ask, SMALL).await?;
        self.by_path.fetch_or(answer.status.is_success(), Ordering::Relaxed);
        Ok(answer)
    }

    /// Makes the folders above a key.
    async fn make_folders(&self, key: &StorageKey) -> Result<(), StorageError> {
        let text = key.to_string();
        let known = |folder: &str| self.known().contains(folder);
        for (at, _) in text.match_indices('/') {
            let folder = &text[..at];
            if known(folder) {
                continue;
            }
            let answer = self.line.ask(Ask::plain("MKCOL", &format!("{folder}/")), SMALL).await?;
            match answer.status {
                // There already.
                HttpStatus::METHOD_NOT_ALLOWED => {}
                HttpStatus::CONFLICT | HttpStatus::NOT_FOUND => return Err(self.line.error(Meaning::NoSuchBucket)),
                _ => self.done("MKCOL", &answer)?,
            }
            self.known().insert(folder.to_string());
        }
        Ok(())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn is_there(&self, path: &str) -> Result<bool, StorageError> {
        Ok(self.line.ask(Ask::plain("HEAD", path), SMALL).await?.status.is_success())
    }

    async fn remove(&self, path: &str) -> Result<(), StorageError> {
        let answer = self.line.ask(Ask::plain("DELETE", path), SMALL).await?;
        match answer.status {
            HttpStatus::NOT_FOUND => Ok(()),
            _ => self.done("DELETE", &answer),
        }
    }

    /// Removes the folder of a content when nothing is left in it. A folder's removal takes what is in it along, so no
    /// other folder is ever removed.
    async fn remove_empty(&self, key: &StorageKey) -> Result<(), StorageError> {
        let text = key.to_string();
        let Some((folder, _)) = text.rsplit_once('/').filter(|_| key.is_file()) else { return Ok(()) };
        let folder = format!("{folder}/");
        if listing::read(&self.line, &folder).await?.is_some_and(|entries| entries.is_empty()) {
            self.known().remove(folder.trim_end_matches('/'));
            self.remove(&folder).await?;
        }
        Ok(())
    }

    /// An answer that is no plain "done".
    fn done(&self, what: &str, answer: &Answer) -> Result<(), StorageError> {
        match answer.status {
            // Some of several things did not work.
            HttpStatus::MULTI_STATUS => Err(self.line.error(Meaning::Refused(format!("{what} was done in part")))),
            status if status.is_success() => Ok(()),
            status => Err(self.line.error(Meaning::Refused(format!("{what} was answered with {status}")))),
        }
    }
}

#[async_trait::async_trait]
impl Place for WebDav {
    async fn head(&self, key: &StorageKey) -> Result<Option<Head>, StorageError> {
        let answer = self.line.ask(Ask::plain("HEAD", &key.to_string()), SMALL).await?;
        if answer.status == HttpStatus::NOT_FOUND {
            return Ok(None);
        }
        self.done("HEAD", &answer)?;
        let length = answer.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        let bytes = length.ok_or_else(|| self.line.error(Meaning::Unreadable("a length is missing".into())))?;
        Ok(Some(Head { bytes, ..Head::default() }))
    }

    async fn read(&self, key: &StorageKey, limit: u64) -> Result<Option<(Vec<u8>, Seen)>, StorageError> {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let answer = self.line.ask(Ask::plain("GET", &key.to_string()), most).await?;
        if answer.status == HttpStatus::NOT_FOUND {
            return Ok(None);
        }
        self.done("GET", &answer)?;
        let etag = answer.headers.get(ETAG).and_then(|value| value.to_str().ok());
        // A weak mark says nothing about bytes.
        let etag = etag.filter(|etag| etag.starts_with('"')).map(str::to_string);
        Ok(Some((answer.body.into(), Seen { etag, version: None })))
    }

    async fn read_range(&self, key: &StorageKey, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        let last = range.end.saturating_sub(1);
        let wanted = format!("bytes={}-{last}", range.start);
        let headers = HeaderMap::from_iter([(RANGE, self.line.value(&wanted)?)]);
        let most = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX).max(SMALL);
        let path = key.to_string();
        let answer =
            self.line.ask(Ask { method: "GET", path: &path, headers, body: Bytes::new(), awaited: &[] }, most).await?;
        let said = answer.headers.get(CONTENT_RANGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        match answer.status == HttpStatus::PARTIAL_CONTENT
            && said.starts_with(&format!("bytes {}-{last}/", range.start))
        {
            true => Ok(answer.body.into()),
            false => {
                let what = format!("a part of {key} was asked for, and the answer was {}", answer.status);
                Err(self.line.error(Meaning::Refused(what)))
            }
        }
    }

    async fn put_bytes(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        let part = self.put_part(key, &Sha256::of(bytes), Content::Small(bytes)).await?;
        self.place(&part, key, true, None).await
    }

    async fn create(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        let part = self.put_part(key, &Sha256::of(bytes), Content::Small(bytes)).await?;
        self.place(&part, key, false, None).await
    }

    async fn replace(&self, key: &StorageKey, bytes: &[u8], seen: &Seen) -> Result<(), StorageError> {
        let part = self.put_part(key, &Sha256::of(bytes), Content::Small(bytes)).await?;
        self.place(&part, key, true, seen.etag.as_deref()).await
    }

    async fn put_file(
        &self,
        key: &StorageKey,
        source: &Source,
        _begun: Option<Sending>,
        notebook: &dyn Notebook,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError> {
        cancel.check().map_err(StorageError::Cancelled)?;
        reading::is_there(source).await?;
        notebook.note(Some(&as_one(source))).await.map_err(StorageError::Notes)?;
        let large = Content::Large { source, cancel, told: &Told::to(progress) };
        let part = self.put_part(key, &source.sha256, large).await?;
        self.place(&part, key, true, None).await?;
        notebook.note(None).await.map_err(StorageError::Notes)
    }

    async fn abort(&self, key: &StorageKey, sending: &Sending) -> Result<(), StorageError> {
        for tried in 1..=TRIES {
            self.remove(&part::name(key, &sending.sha256, tried)).await?;
        }
        self.remove_empty(key).await
    }

    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError> {
        self.remove(&key.to_string()).await?;
        self.remove_empty(key).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StorageError> {
        listing::below(&self.line, prefix).await
    }

    fn listener(&self) -> &Listener {
        &self.listener
    }

    fn conditions_are_one_step(&self) -> bool {
        true
    }

    fn writes(&self) -> u64 {
        self.line.tally().writes()
    }

    fn requests(&self) -> u64 {
        self.line.tally().requests() + self.listener.requests()
    }

    fn clock_ahead_ms(&self) -> Option<i64> {
        self.line.tally().clock_ahead_ms()
    }

    fn patience(&self) -> Patience {
        self.line.patience().clone()
    }
}
