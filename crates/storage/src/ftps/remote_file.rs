//! What is done to files over FTP. Every answer is waited for, but not for ever.

use super::line::told;
use crate::far::{Entry, Session, Shared};
use crate::reading::Reading;
use crate::refusal::Meaning;
use crate::{StorageError, StorageKey};
use async_trait::async_trait;
use hearthcast_fetch::Net;
use std::collections::HashSet;
use std::future::Future;
use std::ops::Range;
use std::time::Duration;
use suppaftp::list::ListParser;
use suppaftp::tokio::AsyncRustlsFtpStream;
use suppaftp::{FtpError, FtpResult, Status};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Longest wait for an answer, or for a piece of a file to leave.
const ANSWER: Duration = Duration::from_secs(60);

/// Most bytes that are read and not wanted, before a new line is cheaper.
const REST: usize = 256 * 1024;

/// Bytes that leave at a time.
const PIECE: usize = 64 * 1024;

/// A connection somebody is logged in on, in the target's folder.
pub(crate) struct FtpSession {
    ftp: AsyncRustlsFtpStream,
    shared: Shared,
    /// Whether the server lists folders for programs (RFC 3659).
    lists_plainly: bool,
    /// Folders that are known to be there.
    made: HashSet<String>,
    /// Something unwanted is still on its way here.
    spent: bool,
}

impl FtpSession {
    pub(super) fn over(ftp: AsyncRustlsFtpStream, shared: Shared, lists_plainly: bool) -> Self {
        Self { ftp, shared, lists_plainly, made: HashSet::new(), spent: false }
    }

    fn told(&self, error: FtpError) -> StorageError {
        told(&self.shared, error)
    }

    /// FTP says that a file was taken before anybody knows whether all of it was.
    async fn whole(&mut self, path: &str, bytes: u64) -> Result<(), StorageError> {
        match self.length(path).await? {
            Some(there) if there == bytes => Ok(()),
            there => {
                Err(self.shared.error(Meaning::Refused(format!("of {bytes} bytes it kept {}", there.unwrap_or(0)))))
            }
        }
    }
}

#[async_trait]
impl Session for FtpSession {
    /// Something unwanted is still on its way here.
    fn is_over(&self) -> bool {
        self.spent
    }

    async fn length(&mut self, path: &str) -> Result<Option<u64>, StorageError> {
        self.shared.tally.count(false);
        match within(self.ftp.size(path)).await {
            Ok(bytes) => Ok(Some(bytes as u64)),
            Err(FtpError::UnexpectedResponse(said)) if said.status == Status::FileUnavailable => Ok(None),
            Err(error) => Err(self.told(error)),
        }
    }

    async fn read(&mut self, path: &str, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        self.shared.tally.count(false);
        let (bytes, ended) = read(&mut self.ftp, path, range).await.map_err(|error| self.told(error))?;
        self.spent = !ended;
        Ok(bytes)
    }

    async fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), StorageError> {
        self.shared.tally.count(true);
        let written = write(&mut self.ftp, &self.shared.net, path, bytes).await;
        written.map_err(|error| self.told(error))?;
        self.whole(path, bytes.len() as u64).await
    }

    async fn append(
        &mut self,
        path: &str,
        from: u64,
        pieces: Reading,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError> {
        self.shared.tally.count(true);
        let written = append(&mut self.ftp, &self.shared.net, path, from, pieces, progress).await;
        let sent = written.map_err(|error| self.told(error))?;
        self.whole(path, from + sent).await
    }

    async fn rename_new(&mut self, part: &str, path: &str) -> Result<(), StorageError> {
        if self.length(path).await?.is_some() {
            self.remove(part).await?;
            return Err(StorageError::Exists { key: path.into() });
        }
        self.rename_over(part, path).await
    }

    /// Renames over what is there. Servers that do not do that have it removed first.
    async fn rename_over(&mut self, part: &str, path: &str) -> Result<(), StorageError> {
        self.shared.tally.count(true);
        match within(self.ftp.rename(part, path)).await {
            Err(FtpError::UnexpectedResponse(_)) if self.length(path).await?.is_some() => {
                self.remove(path).await?;
                within(self.ftp.rename(part, path)).await.map_err(|error| self.told(error))
            }
            other => other.map_err(|error| self.told(error)),
        }
    }

    async fn remove(&mut self, path: &str) -> Result<(), StorageError> {
        self.shared.tally.count(true);
        match within(self.ftp.rm(path)).await {
            Err(FtpError::UnexpectedResponse(_)) if self.length(path).await?.is_none() => Ok(()),
            other => other.map_err(|error| self.told(error)),
        }
    }

    /// Removes the folder of a key when nothing is in it; servers refuse otherwise.
    async fn remove_empty_folder(&mut self, key: &StorageKey) -> Result<(), StorageError> {
        let text = key.to_string();
        let Some((folder, _)) = text.rsplit_once('/') else { return Ok(()) };
        match within(self.ftp.rmdir(folder)).await {
            Ok(()) => {
                self.made.remove(folder);
                Ok(())
            }
            Err(FtpError::UnexpectedResponse(_)) => Ok(()),
            Err(error) => Err(self.told(error)),
        }
    }

    /// Makes the folders above a key. One that is there already is refused, like one that may not be made; the file that
    /// goes into it tells them apart.
    async fn make_folders(&mut self, key: &StorageKey) -> Result<(), StorageError> {
        let text = key.to_string();
        for (at, _) in text.match_indices('/') {
            let folder = &text[..at];
            if self.made.contains(folder) {
                continue;
            }
            self.shared.tally.count(true);
            match within(self.ftp.mkdir(folder)).await {
                Ok(()) | Err(FtpError::UnexpectedResponse(_)) => {}
                Err(error) => return Err(self.told(error)),
            }
            self.made.insert(folder.to_string());
        }
        Ok(())
    }

    async fn entries(&mut self, folder: &str) -> Result<Vec<Entry>, StorageError> {
        self.shared.tally.count(false);
        let listed = match self.lists_plainly {
            true => within(self.ftp.mlsd(Some(folder))).await,
            false => within(self.ftp.list(Some(folder))).await,
        };
        let lines = match listed {
            Ok(lines) => lines,
            Err(FtpError::UnexpectedResponse(said)) if said.status == Status::FileUnavailable => return Ok(vec![]),
            Err(error) => return Err(self.told(error)),
        };
        let read = |line: &String| match self.lists_plainly {
            true => ListParser::parse_mlsd(line).ok(),
            false => ListParser::parse_posix(line).or_else(|_| ListParser::parse_dos(line)).ok(),
        };
        let plain = |file: &suppaftp::list::File| {
            let name = file.name();
            (file.is_file() || file.is_directory()) && !name.starts_with('.') && !name.contains('/')
        };
        let found = lines.iter().filter_map(read).filter(plain).map(|file| Entry {
            name: file.name().to_string(),
            is_folder: file.is_directory(),
            bytes: file.size() as u64,
        });
        Ok(found.collect())
    }
}

/// Waits for an answer, but not for ever.
async fn within<T>(work: impl Future<Output = FtpResult<T>>) -> FtpResult<T> {
    tokio::time::timeout(ANSWER, work).await.unwrap_or_else(|_| Err(silent()))
}

/// The same for a piece of a file.
async fn moving<T>(work: impl Future<Output = std::io::Result<T>>) -> FtpResult<T> {
    let moved = tokio::time::timeout(ANSWER, work).await.map_err(|_| silent())?;
    moved.map_err(FtpError::ConnectionError)
}

fn silent() -> FtpError {
    FtpError::ConnectionError(std::io::Error::new(std::io::ErrorKind::TimedOut, "nothing comes any more"))
}

/// Reads a part of a file, and tells whether the line was read to its end: how an unwanted rest is stopped differs from
/// server to server.
async fn read(ftp: &mut AsyncRustlsFtpStream, path: &str, range: Range<u64>) -> FtpResult<(Vec<u8>, bool)> {
    let wanted = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
    within(ftp.resume_transfer(usize::try_from(range.start).unwrap_or(usize::MAX))).await?;
    let mut stream = within(ftp.retr_as_stream(path)).await?;
    let (mut bytes, mut piece) = (vec![], vec![0; PIECE]);
    while bytes.len() < wanted {
        match moving(stream.read(&mut piece)).await? {
            0 => break,
            n => bytes.extend_from_slice(&piece[..n]),
        }
    }
    let mut rest = 0;
    let ended = loop {
        match moving(stream.read(&mut piece)).await? {
            0 => break true,
            _ if rest > REST => break false,
            n => rest += n,
        }
    };
    if ended {
        within(stream.finish()).await?;
    }
    bytes.truncate(wanted);
    Ok((bytes, ended))
}

async fn write(ftp: &mut AsyncRustlsFtpStream, net: &Net, path: &str, bytes: &[u8]) -> FtpResult<()> {
    let mut stream = within(ftp.put_with_stream(path)).await?;
    for piece in bytes.chunks(PIECE) {
        net.pace().take(piece.len()).await;
        moving(stream.write_all(piece)).await?;
    }
    within(stream.finish()).await
}

async fn append(
    ftp: &mut AsyncRustlsFtpStream,
    net: &Net,
    path: &str,
    from: u64,
    mut pieces: Reading,
    progress: &(dyn Fn(u64) + Sync),
) -> FtpResult<u64> {
    let mut stream = match from {
        0 => within(ftp.put_with_stream(path)).await?,
        _ => within(ftp.append_with_stream(path)).await?,
    };
    let mut sent = 0;
    while let Some(whole) = pieces.next().await {
        for piece in whole.chunks(PIECE) {
            net.pace().take(piece.len()).await;
            moving(stream.write_all(piece)).await?;
            progress(piece.len() as u64);
            sent += piece.len() as u64;
        }
    }
    within(stream.finish()).await?;
    Ok(sent)
}
