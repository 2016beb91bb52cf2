//! A folder of an FTP server, over TLS only: the password and every file travel encrypted, or not at all (RFC 4217, explicit).
//! A file is written under a name of its own and renamed when it is whole; half a file is gone on with.
//!
//! FTP knows no condition and no name that must be new, so every guard here is two steps and advisory.

mod line;
mod tls;
#[cfg(test)]
mod trials;

use crate::bucket::AccessKey;
use crate::place::{Head, Listed, Notebook, Place, Seen, Sending, Source, as_one, part_name};
use crate::refusal::Meaning;
use crate::session::again;
use crate::{Listener, StorageError, StorageKey, reading};
use hearthcast_fetch::{Net, Patience};
use hearthcast_model::place::Remote;
use hearthcast_model::{Cancel, Sha256};
use line::{Line, Session};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Most files of one listing.
const MOST_LISTED: usize = 1_000_000;

/// Names in the longest key.
const DEPTH: usize = 4;

/// How much of the end of half a file is compared before it is gone on with.
const COMPARED: u64 = 1024 * 1024;

/// A folder of an FTP server.
#[derive(Debug)]
pub struct Ftps {
    line: Line,
    listener: Listener,
}

impl Ftps {
    /// A folder with the password to it (the key's secret). Sends nothing yet.
    pub fn open(remote: &Remote, password: Option<&AccessKey>, net: impl Into<Net>) -> Result<Self, StorageError> {
        let Remote::Ftps { login, ca, public_url } = remote else { return Err(StorageError::OtherKind) };
        let net = net.into();
        let listener = Listener::over(&net, public_url, true)?;
        let password = password.map(AccessKey::secret).unwrap_or_default();
        Ok(Self { line: Line::to(login, password, ca.as_deref(), net)?, listener })
    }

    /// Writes bytes under a name of their own, and looks that all of them arrived.
    async fn write_part(&self, session: &mut Session, key: &StorageKey, bytes: &[u8]) -> Result<String, StorageError> {
        let part = part_name(key, &Sha256::of(bytes));
        session.make_folders(key).await?;
        session.write(&part, bytes).await?;
        self.whole(session, &part, bytes.len() as u64).await?;
        Ok(part)
    }

    async fn whole(&self, session: &mut Session, part: &str, bytes: u64) -> Result<(), StorageError> {
        match session.length(part).await? {
            Some(there) if there == bytes => Ok(()),
            there => Err(self.line.error(Meaning::Refused(format!("of {bytes} bytes it kept {}", there.unwrap_or(0))))),
        }
    }

    /// Sends what is missing of a file under its name for the time being. `told` is how much was told as sent before.
    async fn send(
        &self,
        session: &mut Session,
        (key, part): (&StorageKey, &str),
        source: &Source,
        cancel: &Cancel,
        (told, progress): (&AtomicU64, &(dyn Fn(u64) + Sync)),
    ) -> Result<(), StorageError> {
        let from = self.arrived(session, part, source).await?;
        let at = AtomicU64::new(0);
        // What is sent a second time is no progress.
        let further = |bytes: u64| {
            let now = at.fetch_add(bytes, Ordering::Relaxed) + bytes;
            let before = told.fetch_max(now, Ordering::Relaxed);
            if now > before {
                progress(now - before);
            }
        };
        further(from);
        let (pieces, verdict) = reading::start(key, source, from, cancel);
        let sent = session.append(part, from, pieces, &further).await;
        match (verdict.given().await, sent) {
            (Err(error), _) | (Ok(_), Err(error)) => Err(error),
            (Ok(true), Ok(())) => self.whole(session, part, source.bytes).await,
            (Ok(false), Ok(())) => Err(self.line.error(Meaning::Unreadable("it took a part of a file only".into()))),
        }
    }

    /// How much of a file an earlier run has sent, as far as its end is the same here and there.
    async fn arrived(&self, session: &mut Session, part: &str, source: &Source) -> Result<u64, StorageError> {
        let Some(there) = session.length(part).await? else { return Ok(0) };
        if there == 0 || there > source.bytes {
            return Ok(0);
        }
        let range = there.saturating_sub(COMPARED)..there;
        let theirs = session.read(part, range.clone()).await?;
        let ours = reading::piece(source, range).await?;
        Ok(if ours == theirs { there } else { 0 })
    }

    async fn put_once(
        &self,
        session: &mut Session,
        (key, part): (&StorageKey, &str),
        source: &Source,
        cancel: &Cancel,
        told: (&AtomicU64, &(dyn Fn(u64) + Sync)),
    ) -> Result<(), StorageError> {
        cancel.check().map_err(StorageError::Cancelled)?;
        session.make_folders(key).await?;
        match self.send(session, (key, part), source, cancel, told).await {
            Ok(()) => session.rename_over(part, &key.to_string()).await,
            Err(error @ (StorageError::SourceChanged { .. } | StorageError::Source { .. })) => {
                session.remove(part).await?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }
}

#[async_trait::async_trait]
impl Place for Ftps {
    async fn head(&self, key: &StorageKey) -> Result<Option<Head>, StorageError> {
        let path = key.to_string();
        let length = again!(self.line, session, session.length(&path).await)?;
        Ok(length.map(|bytes| Head { bytes, ..Head::default() }))
    }

    async fn read(&self, key: &StorageKey, limit: u64) -> Result<Option<(Vec<u8>, Seen)>, StorageError> {
        let path = key.to_string();
        let Some(bytes) = again!(self.line, session, session.length(&path).await)? else { return Ok(None) };
        if bytes > limit {
            return Err(self.line.error(Meaning::TooLong { key: path, limit }));
        }
        let bytes = again!(self.line, session, session.read(&path, 0..bytes).await)?;
        let etag = Some(Sha256::of(&bytes).to_string());
        Ok(Some((bytes, Seen { etag, version: None })))
    }

    async fn read_range(&self, key: &StorageKey, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        let path = key.to_string();
        again!(self.line, session, session.read(&path, range.clone()).await)
    }

    async fn put_bytes(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        let path = key.to_string();
        again!(
            self.line,
            session,
            match self.write_part(session, key, bytes).await {
                Ok(part) => session.rename_over(&part, &path).await,
                Err(error) => Err(error),
            }
        )
    }

    async fn create(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        let path = key.to_string();
        let mut open = self.line.session().await?;
        let session = open.get();
        let part = self.write_part(session, key, bytes).await?;
        if session.length(&path).await?.is_some() {
            session.remove(&part).await?;
            return Err(StorageError::Exists { key: path });
        }
        session.rename_over(&part, &path).await
    }

    async fn replace(&self, key: &StorageKey, bytes: &[u8], seen: &Seen) -> Result<(), StorageError> {
        let path = key.to_string();
        let mut open = self.line.session().await?;
        let session = open.get();
        let part = self.write_part(session, key, bytes).await?;
        let now = match session.length(&path).await? {
            Some(bytes) => Some(Sha256::of(&session.read(&path, 0..bytes).await?).to_string()),
            None => None,
        };
        if now != seen.etag {
            session.remove(&part).await?;
            return Err(StorageError::Changed { key: path });
        }
        session.rename_over(&part, &path).await
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
        let part = part_name(key, &source.sha256);
        notebook.note(Some(&as_one(source))).await.map_err(StorageError::Notes)?;
        let told = AtomicU64::new(0);
        again!(self.line, session, self.put_once(session, (key, &part), source, cancel, (&told, progress)).await)?;
        notebook.note(None).await.map_err(StorageError::Notes)
    }

    async fn abort(&self, key: &StorageKey, sending: &Sending) -> Result<(), StorageError> {
        let part = part_name(key, &sending.sha256);
        again!(self.line, session, session.remove(&part).await)
    }

    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError> {
        let path = key.to_string();
        again!(self.line, session, session.remove(&path).await)?;
        if let StorageKey::Media(_) | StorageKey::Image(_) | StorageKey::Text(_) = key {
            again!(self.line, session, session.remove_empty_folder(key).await)?;
        }
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StorageError> {
        let tops = ["feeds", "images", "media", "text"];
        let tops = tops.into_iter().filter(|top| prefix.starts_with(top) || top.starts_with(prefix));
        let (mut folders, mut found): (Vec<String>, Vec<Listed>) = (tops.map(str::to_string).collect(), vec![]);
        while let Some(folder) = folders.pop() {
            for entry in again!(self.line, session, session.entries(&folder).await)? {
                let path = format!("{folder}/{}", entry.name);
                let on_the_way = path.starts_with(prefix) || prefix.starts_with(&path);
                if entry.is_folder {
                    folders.extend((on_the_way && path.split('/').count() < DEPTH).then_some(path));
                } else if path.starts_with(prefix) {
                    found.extend(StorageKey::parse(&path).map(|key| Listed { key, bytes: entry.bytes }));
                }
            }
            if found.len() > MOST_LISTED {
                return Err(self.line.error(Meaning::Unreadable(format!("it lists more than {MOST_LISTED} files"))));
            }
        }
        found.sort();
        Ok(found)
    }

    fn listener(&self) -> &Listener {
        &self.listener
    }

    /// To look and to rename are two steps.
    fn conditions_are_one_step(&self) -> bool {
        false
    }

    fn writes(&self) -> u64 {
        self.line.tally().writes()
    }

    fn requests(&self) -> u64 {
        self.line.tally().requests() + self.listener.requests()
    }

    fn patience(&self) -> Patience {
        self.line.patience().clone()
    }
}
