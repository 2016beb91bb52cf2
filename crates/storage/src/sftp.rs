//! A folder of an SSH server. A file is written under a name of its own, flushed to the server's disk where the server can
//! (`fsync@openssh.com`), and renamed when it is whole (`posix-rename@openssh.com`); half a file is gone on with.
//!
//! A name that must be new is taken by the plain rename, which servers refuse when the name is there. To replace only what
//! was seen takes two steps here, so that guard is advisory.

mod line;
mod login;
mod remote_file;
#[cfg(test)]
mod trials;

pub use login::{host_key, needs_passphrase};

use crate::bucket::AccessKey;
use crate::place::{Head, Listed, Notebook, Place, Seen, Sending, Source, as_one, part_name};
use crate::refusal::Meaning;
use crate::session::again;
use crate::{Listener, StorageError, StorageKey, reading};
use hearthcast_fetch::{Net, Patience};
use hearthcast_model::place::Remote;
use hearthcast_model::{Cancel, Sha256};
use line::{Line, Session};
use remote_file::{Kind, kind};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Most files of one listing.
const MOST_LISTED: usize = 1_000_000;

/// Names in the longest key.
const DEPTH: usize = 4;

/// How much of the end of half a file is compared before it is gone on with: more than is on the way at a time.
const COMPARED: u64 = 2 * 1024 * 1024;

/// A folder of an SSH server.
#[derive(Debug)]
pub struct Sftp {
    line: Line,
    listener: Listener,
}

impl Sftp {
    /// A folder with the password to it, or to the key's file (the key's secret). Sends nothing yet.
    pub fn open(remote: &Remote, password: Option<&AccessKey>, net: impl Into<Net>) -> Result<Self, StorageError> {
        let net = net.into();
        let Remote::Sftp { login, key_file, host_key, public_url } = remote else {
            return Err(StorageError::OtherKind);
        };
        let password = password.map(|key| key.secret().to_string());
        let listener = Listener::over(&net, public_url, true)?;
        let line = Line::to(login, key_file.as_deref(), password, host_key.as_deref(), net);
        Ok(Self { line, listener })
    }

    /// Writes bytes under the name they have until they are renamed.
    async fn write_part(&self, session: &Session, key: &StorageKey, bytes: &[u8]) -> Result<String, StorageError> {
        let part = part_name(key, &Sha256::of(bytes));
        session.make_folders(key).await?;
        session.replace_file(&part, bytes).await?;
        Ok(part)
    }

    /// Writes what is missing of a file under its name for the time being.
    async fn send(
        &self,
        session: &Session,
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
            (Ok(true), Ok(())) => Ok(()),
            (Ok(false), Ok(())) => Err(self.line.error(Meaning::Unreadable("it took a part of a file only".into()))),
        }
    }

    async fn put_once(
        &self,
        session: &Session,
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

    /// How much of a file an earlier run has sent, as far as its end is the same here and there.
    async fn arrived(&self, session: &Session, part: &str, source: &Source) -> Result<u64, StorageError> {
        let Some(there) = session.length(part).await? else { return Ok(0) };
        if there == 0 || there > source.bytes {
            return Ok(0);
        }
        let range = there.saturating_sub(COMPARED)..there;
        let theirs = session.read(part, range.clone()).await?;
        let ours = reading::piece(source, range).await?;
        Ok(if ours == theirs { there } else { 0 })
    }
}

#[async_trait::async_trait]
impl Place for Sftp {
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
        let open = self.line.session().await?;
        let session = open.get();
        let part = self.write_part(session, key, bytes).await?;
        session.rename_new(&part, &key.to_string()).await
    }

    async fn replace(&self, key: &StorageKey, bytes: &[u8], seen: &Seen) -> Result<(), StorageError> {
        let open = self.line.session().await?;
        let session = open.get();
        let part = self.write_part(session, key, bytes).await?;
        let now = self.read(key, u64::MAX).await?.map(|(_, seen)| seen);
        if now.as_ref() != Some(seen) {
            session.remove(&part).await?;
            return Err(StorageError::Changed { key: key.to_string() });
        }
        session.rename_over(&part, &key.to_string()).await
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
        let told = (&told, progress);
        again!(self.line, session, self.put_once(session, (key, &part), source, cancel, told).await)?;
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
            self.line.session().await?.get().remove_empty_folder(key).await;
        }
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StorageError> {
        let tops = ["feeds", "images", "media", "text"];
        let tops = tops.into_iter().filter(|top| prefix.starts_with(top) || top.starts_with(prefix));
        let (mut folders, mut found): (Vec<String>, Vec<Listed>) = (tops.map(str::to_string).collect(), vec![]);
        while let Some(folder) = folders.pop() {
            for (name, attributes) in again!(self.line, session, session.entries(&folder).await)? {
                let path = format!("{folder}/{name}");
                match kind(&attributes) {
                    Kind::Folder => {
                        let on_the_way = path.starts_with(prefix) || prefix.starts_with(&path);
                        folders.extend((on_the_way && path.split('/').count() < DEPTH).then_some(path));
                    }
                    Kind::File if path.starts_with(prefix) => {
                        let bytes = attributes.size.unwrap_or_default();
                        found.extend(StorageKey::parse(&path).map(|key| Listed { key, bytes }));
                    }
                    _ => {}
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
