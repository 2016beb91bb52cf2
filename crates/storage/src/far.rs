//! A folder at the other end of a connection that stays open, whatever is spoken on it: a file is written under a name of its
//! own and renamed when it is whole; half a file is gone on with.
//!
//! To replace only what was seen takes two steps here, so that guard is advisory.

mod line;
mod session;
#[cfg(test)]
pub(crate) mod trials;

pub(crate) use line::{Line, Shared, shown};
pub(crate) use session::{Entry, Session, Way};

use crate::place::{Head, Listed, Notebook, Place, Seen, Sending, Source, as_one, part_name};
use crate::reading::{self, Told};
use crate::refusal::Meaning;
use crate::walk::{MOST_LISTED, Walk};
use crate::{Listener, StorageError, StorageKey};
use hearthcast_fetch::Patience;
use hearthcast_model::{Cancel, Sha256};
use line::again;
use std::ops::Range;

/// A folder of another machine.
pub(crate) struct FarFolder<W: Way> {
    line: Line<W>,
    listener: Listener,
}

impl<W: Way> std::fmt::Debug for FarFolder<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FarFolder").field("line", &self.line).finish_non_exhaustive()
    }
}

impl<W: Way> FarFolder<W> {
    /// The folder that a way leads to. Sends nothing yet.
    pub(crate) fn at(line: Line<W>, listener: Listener) -> Self {
        Self { line, listener }
    }

    /// Writes bytes under the name they have until they are renamed.
    async fn write_part(
        &self,
        session: &mut W::Session,
        key: &StorageKey,
        bytes: &[u8],
    ) -> Result<String, StorageError> {
        let part = part_name(key, &Sha256::of(bytes));
        session.make_folders(key).await?;
        session.write(&part, bytes).await?;
        Ok(part)
    }

    /// Writes what is missing of a file under its name for the time being.
    async fn send(
        &self,
        session: &mut W::Session,
        (key, part): (&StorageKey, &str),
        source: &Source,
        cancel: &Cancel,
        told: &Told<'_>,
    ) -> Result<(), StorageError> {
        let from = self.arrived(session, part, source).await?;
        let further = told.anew();
        further(from);
        let (pieces, verdict) = reading::start(key, source, from, cancel);
        let sent = session.append(part, from, pieces, &further).await;
        match (verdict.given().await, sent) {
            (Err(error), _) | (Ok(_), Err(error)) => Err(error),
            (Ok(true), Ok(())) => Ok(()),
            (Ok(false), Ok(())) => Err(self.line.error(Meaning::Unreadable("it took a part of a file only".into()))),
        }
    }

    /// How much of a file an earlier run has sent, as far as its end is the same here and there.
    async fn arrived(&self, session: &mut W::Session, part: &str, source: &Source) -> Result<u64, StorageError> {
        let Some(there) = session.length(part).await? else { return Ok(0) };
        if there == 0 || there > source.bytes {
            return Ok(0);
        }
        let range = there.saturating_sub(W::COMPARED)..there;
        let theirs = session.read(part, range.clone()).await?;
        let ours = reading::piece(source, range).await?;
        Ok(if ours == theirs { there } else { 0 })
    }

    async fn put_once(
        &self,
        session: &mut W::Session,
        (key, part): (&StorageKey, &str),
        source: &Source,
        cancel: &Cancel,
        told: &Told<'_>,
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
impl<W: Way> Place for FarFolder<W> {
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
        let mut open = self.line.session().await?;
        let session = open.get();
        let part = self.write_part(session, key, bytes).await?;
        session.rename_new(&part, &key.to_string()).await
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
        if now.is_none() || now != seen.etag {
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
        let told = Told::to(progress);
        again!(self.line, session, self.put_once(session, (key, &part), source, cancel, &told).await)?;
        notebook.note(None).await.map_err(StorageError::Notes)
    }

    async fn abort(&self, key: &StorageKey, sending: &Sending) -> Result<(), StorageError> {
        let part = part_name(key, &sending.sha256);
        again!(self.line, session, session.remove(&part).await)
    }

    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError> {
        let path = key.to_string();
        again!(self.line, session, session.remove(&path).await)?;
        if key.is_file() {
            again!(self.line, session, session.remove_empty_folder(key).await)?;
        }
        Ok(())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StorageError> {
        let mut walk = Walk::to(prefix);
        while let Some(folder) = walk.next() {
            let entries = again!(self.line, session, session.entries(&folder).await)?;
            if !walk.take(&folder, entries) {
                return Err(self.line.error(Meaning::Unreadable(format!("it lists more than {MOST_LISTED} files"))));
            }
        }
        Ok(walk.found())
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
