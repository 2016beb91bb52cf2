//! What is done to files over SFTP: several pieces on the way at a time, and every file whole before it has its name.

use super::line::{Connection, Gone, SshSession, gone};
use crate::far::{Entry, Session};
use crate::reading::Reading;
use crate::refusal::Meaning;
use crate::walk::MOST_LISTED;
use crate::{StorageError, StorageKey};
use async_trait::async_trait;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use russh_sftp::client::error::Error as SftpError;
use russh_sftp::protocol::{FileAttributes, OpenFlags, Packet, StatusCode};
use std::ops::Range;
use std::sync::{Arc, PoisonError};

/// Bytes of one request: what every server takes.
const PIECE: usize = 32 * 1024;

/// Requests on the way at a time.
const LANES: usize = 32;

/// Flushes a file to the server's disk.
const FSYNC: &str = "fsync@openssh.com";

/// Renames over what is there, in one step.
const POSIX_RENAME: &str = "posix-rename@openssh.com";

/// What lies under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    /// A link, a device.
    Other,
}

/// What lies under a name, by the numbers of POSIX; a server that does not tell has files.
fn kind(attributes: &FileAttributes) -> Kind {
    match attributes.permissions.map(|mode| mode & 0o170_000) {
        None | Some(0 | 0o100_000) => Kind::File,
        Some(0o040_000) => Kind::Folder,
        Some(_) => Kind::Other,
    }
}

/// A plain file or a folder, as far as it is not hidden.
fn entry(name: String, attributes: &FileAttributes) -> Option<Entry> {
    let kind = kind(attributes);
    let plain = kind != Kind::Other && !name.starts_with('.') && !name.contains('/');
    plain.then(|| Entry { name, is_folder: kind == Kind::Folder, bytes: attributes.size.unwrap_or_default() })
}

#[async_trait]
impl Session for SshSession {
    fn is_over(&self) -> bool {
        self.0.handle.is_closed()
    }

    fn among_others(&self) -> Option<Self> {
        Some(Self(Arc::clone(&self.0)))
    }

    async fn length(&mut self, key: &str) -> Result<Option<u64>, StorageError> {
        let path = self.0.path(key);
        self.0.shared.tally.count(false);
        match self.0.raw.lstat(path.as_str()).await {
            Ok(found) if kind(&found.attrs) == Kind::File => Ok(found.attrs.size),
            Ok(_) => Err(self.0.shared.error(Meaning::Refused(format!("{path} is no plain file")))),
            Err(error) if gone(&error) == Gone::Nothing => Ok(None),
            Err(error) => Err(self.0.read_error(&path, error)),
        }
    }

    async fn read(&mut self, key: &str, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        let path = self.0.path(key);
        self.0.shared.tally.count(false);
        let told = |error| self.0.read_error(&path, error);
        let opened = self.0.raw.open(path.as_str(), OpenFlags::READ, FileAttributes::empty()).await.map_err(told)?;
        let handle = opened.handle.as_str();
        let pieces = stream::iter(range.clone().step_by(PIECE)).map(|at| {
            let wanted = usize::try_from(range.end - at).unwrap_or(PIECE).min(PIECE);
            self.0.read_piece(handle, at, wanted)
        });
        let read: Result<Vec<Vec<u8>>, SftpError> = pieces.buffered(LANES).try_collect().await;
        let closed = self.0.raw.close(handle).await;
        let read = read.map_err(told)?.concat();
        closed.map_err(told)?;
        Ok(read)
    }

    /// Writes a small file anew.
    async fn write(&mut self, key: &str, bytes: &[u8]) -> Result<(), StorageError> {
        let path = self.0.path(key);
        let handle = self.0.begin(&path, OpenFlags::TRUNCATE).await?;
        let written: Result<(), SftpError> = stream::iter((0..bytes.len()).step_by(PIECE))
            .map(|at| self.0.write_piece(&handle, at as u64, bytes[at..bytes.len().min(at + PIECE)].to_vec()))
            .buffer_unordered(LANES)
            .try_for_each(|_| async { Ok(()) })
            .await;
        self.0.finish(&path, &handle, written.map_err(|error| self.0.read_error(&path, error))).await
    }

    async fn append(
        &mut self,
        key: &str,
        from: u64,
        pieces: Reading,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError> {
        self.0.append(key, from, pieces, progress).await
    }

    /// Renames over what is there. Servers without the one-step way remove what is there first.
    async fn rename_over(&mut self, part: &str, key: &str) -> Result<(), StorageError> {
        let (from, to) = (self.0.path(part), self.0.path(key));
        self.0.shared.tally.count(true);
        if !self.0.extensions.contains(POSIX_RENAME) {
            self.remove(key).await?;
            return self
                .0
                .raw
                .rename(from, to.as_str())
                .await
                .map(|_| ())
                .map_err(|error| self.0.read_error(&to, error));
        }
        let mut words = vec![];
        for text in [&from, &to] {
            words.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
            words.extend(text.as_bytes());
        }
        match self.0.raw.extended(POSIX_RENAME, words).await {
            Ok(Packet::Status(status)) if status.status_code == StatusCode::Ok => Ok(()),
            Ok(Packet::Status(status)) => Err(self.0.read_error(&to, SftpError::Status(status))),
            Ok(_) => Err(self.0.read_error(&to, SftpError::UnexpectedPacket)),
            Err(error) => Err(self.0.read_error(&to, error)),
        }
    }

    /// Renames to a name that must be new.
    async fn rename_new(&mut self, part: &str, key: &str) -> Result<(), StorageError> {
        let (from, to) = (self.0.path(part), self.0.path(key));
        self.0.shared.tally.count(true);
        match self.0.raw.rename(from, to.as_str()).await {
            Ok(_) => Ok(()),
            Err(SftpError::Status(_)) if self.length(key).await?.is_some() => {
                self.remove(part).await?;
                Err(StorageError::Exists { key: key.into() })
            }
            Err(error) => Err(self.0.read_error(&to, error)),
        }
    }

    async fn remove(&mut self, key: &str) -> Result<(), StorageError> {
        let path = self.0.path(key);
        self.0.shared.tally.count(true);
        match self.0.raw.remove(path.as_str()).await {
            Err(error) if gone(&error) == Gone::No => Err(self.0.read_error(&path, error)),
            _ => Ok(()),
        }
    }

    /// Removes the folder of a key when nothing is in it; servers refuse otherwise.
    async fn remove_empty_folder(&mut self, key: &StorageKey) -> Result<(), StorageError> {
        let text = key.to_string();
        if let Some((folder, _)) = text.rsplit_once('/')
            && self.0.raw.rmdir(self.0.path(folder)).await.is_ok()
        {
            self.0.made.lock().unwrap_or_else(PoisonError::into_inner).remove(folder);
        }
        Ok(())
    }

    /// Makes the folders above a key. The target's own folder must be there.
    async fn make_folders(&mut self, key: &StorageKey) -> Result<(), StorageError> {
        let text = key.to_string();
        for (at, _) in text.match_indices('/') {
            let folder = &text[..at];
            if self.0.made.lock().unwrap_or_else(PoisonError::into_inner).contains(folder) {
                continue;
            }
            self.0.shared.tally.count(true);
            let path = self.0.path(folder);
            if let Err(error) = self.0.raw.mkdir(path.as_str(), FileAttributes::empty()).await
                && !self.0.is_folder(&path).await?
            {
                return Err(match gone(&error) {
                    Gone::Nothing => self.0.shared.error(Meaning::NoSuchBucket),
                    Gone::No => self.0.read_error(&path, error),
                });
            }
            self.0.made.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_string());
        }
        Ok(())
    }

    async fn entries(&mut self, folder: &str) -> Result<Vec<Entry>, StorageError> {
        let path = self.0.path(folder);
        let told = |error| self.0.read_error(&path, error);
        self.0.shared.tally.count(false);
        let handle = match self.0.raw.opendir(path.as_str()).await {
            Ok(opened) => opened.handle,
            Err(error) if gone(&error) == Gone::Nothing => return Ok(vec![]),
            Err(error) => return Err(told(error)),
        };
        let mut found = vec![];
        let read = loop {
            match self.0.raw.readdir(handle.as_str()).await {
                Ok(names) => found.extend(names.files.into_iter().map(|file| (file.filename, file.attrs))),
                Err(SftpError::Status(status)) if status.status_code == StatusCode::Eof => break Ok(()),
                Err(error) => break Err(error),
            }
            if found.len() > MOST_LISTED {
                break Ok(());
            }
        };
        let closed = self.0.raw.close(handle).await;
        read.and(closed.map(|_| ())).map_err(told)?;
        Ok(found.into_iter().filter_map(|(name, attributes)| entry(name, &attributes)).collect())
    }
}

impl Connection {
    async fn append(
        &self,
        key: &str,
        from: u64,
        pieces: Reading,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError> {
        let path = self.path(key);
        let flags = if from == 0 { OpenFlags::TRUNCATE } else { OpenFlags::empty() };
        let handle = self.begin(&path, flags).await?;
        let small = stream::unfold((pieces, bytes::Bytes::new(), from), |(mut pieces, mut rest, at)| async move {
            if rest.is_empty() {
                rest = pieces.next().await?;
            }
            let piece = rest.split_to(rest.len().min(PIECE));
            let next = at + piece.len() as u64;
            Some(((at, piece), (pieces, rest, next)))
        });
        let written: Result<(), SftpError> = small
            .map(|(at, piece)| self.write_piece(&handle, at, piece.to_vec()))
            .buffer_unordered(LANES)
            .try_for_each(|bytes| async move {
                progress(bytes);
                Ok(())
            })
            .await;
        self.finish(&path, &handle, written.map_err(|error| self.read_error(&path, error))).await
    }

    /// Reads so many bytes; servers may give fewer at a time.
    async fn read_piece(&self, handle: &str, from: u64, wanted: usize) -> Result<Vec<u8>, SftpError> {
        let mut bytes = Vec::with_capacity(wanted);
        while bytes.len() < wanted {
            let missing = u32::try_from(wanted - bytes.len()).unwrap_or(u32::MAX);
            match self.raw.read(handle, from + bytes.len() as u64, missing).await {
                Ok(data) if data.data.is_empty() => break,
                Ok(data) => bytes.extend_from_slice(&data.data),
                Err(SftpError::Status(status)) if status.status_code == StatusCode::Eof => break,
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(wanted);
        Ok(bytes)
    }

    async fn write_piece(&self, handle: &str, at: u64, piece: Vec<u8>) -> Result<u64, SftpError> {
        let bytes = piece.len() as u64;
        self.shared.net.pace().take(piece.len()).await;
        self.raw.write(handle, at, piece).await.map(|_| bytes)
    }

    async fn begin(&self, path: &str, flags: OpenFlags) -> Result<String, StorageError> {
        self.shared.tally.count(true);
        let flags = flags | OpenFlags::WRITE | OpenFlags::CREATE;
        let opened = self.raw.open(path, flags, FileAttributes::empty()).await;
        Ok(opened.map_err(|error| self.read_error(path, error))?.handle)
    }

    /// Flushes and closes, whatever happened before; tells the first failure.
    async fn finish(&self, path: &str, handle: &str, written: Result<(), StorageError>) -> Result<(), StorageError> {
        let told = |error| self.read_error(path, error);
        let flushed = match written.is_ok() && self.extensions.contains(FSYNC) {
            true => self.raw.fsync(handle).await.map(|_| ()).map_err(told),
            false => Ok(()),
        };
        let closed = self.raw.close(handle).await.map(|_| ()).map_err(told);
        match written.and(flushed).and(closed) {
            Err(StorageError::Refused(refusal)) if self.is_full().await => {
                Err(self.shared.error(Meaning::Full(refusal.meaning.to_string())))
            }
            other => other,
        }
    }

    /// Whether the server's disk has no room; "no" where it does not tell.
    async fn is_full(&self) -> bool {
        let root = match self.path("") {
            empty if empty.is_empty() => ".".to_string(),
            root => root,
        };
        self.raw.statvfs(root).await.is_ok_and(|disk| disk.blocks_avail == 0)
    }

    async fn is_folder(&self, path: &str) -> Result<bool, StorageError> {
        match self.raw.stat(path).await {
            Ok(found) => Ok(kind(&found.attrs) == Kind::Folder),
            Err(SftpError::Status(_)) => Ok(false),
            Err(error) => Err(self.read_error(path, error)),
        }
    }
}
