//! The connection to an FTP server: made when it is needed, made again when it was lost, used by one at a time, and counted.

use super::tls::connector;
use crate::reading::Reading;
use crate::refusal::{AccessTo, Meaning};
use crate::tally::Tally;
use crate::{StorageError, StorageKey};
use hearthcast_fetch::{FetchError, Net, Patience};
use hearthcast_model::place::Login;
use std::collections::HashSet;
use std::future::Future;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use suppaftp::list::ListParser;
use suppaftp::tokio::AsyncRustlsFtpStream;
use suppaftp::types::FileType;
use suppaftp::{FtpError, FtpResult, Mode, Status};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, MutexGuard};

/// Longest wait for a connection, and for the other side to say who it is.
const CONNECT: Duration = Duration::from_secs(20);

/// Longest wait for an answer, or for a piece of a file to leave.
const ANSWER: Duration = Duration::from_secs(60);

/// Most bytes that are read and not wanted, before a new line is cheaper.
const REST: usize = 256 * 1024;

/// Bytes that leave at a time.
const PIECE: usize = 64 * 1024;

/// The way to one folder.
pub(super) struct Line {
    login: Login,
    password: String,
    authority: Option<String>,
    net: Net,
    tally: Arc<Tally>,
    about: AccessTo,
    open: Mutex<Option<Session>>,
}

/// A connection somebody is logged in on, in the target's folder.
pub(super) struct Session {
    ftp: AsyncRustlsFtpStream,
    net: Net,
    tally: Arc<Tally>,
    about: AccessTo,
    /// Whether the server lists folders for programs (RFC 3659).
    lists_plainly: bool,
    /// Folders that are known to be there.
    made: HashSet<String>,
    /// Something unwanted is still on its way here.
    spent: bool,
}

/// The connection while somebody uses it.
pub(super) struct Open<'a>(MutexGuard<'a, Option<Session>>);

impl Open<'_> {
    pub(super) fn get(&mut self) -> &mut Session {
        self.0.as_mut().expect("it is made before it is lent")
    }

    /// It is of no use any more.
    #[expect(clippy::unused_async, reason = "one way to say it for every kind of line")]
    pub(super) async fn let_go(&mut self) {
        *self.0 = None;
    }
}

/// Something in a folder.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) is_folder: bool,
    pub(super) bytes: u64,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").field("login", &self.login).finish_non_exhaustive()
    }
}

impl Line {
    pub(super) fn to(login: &Login, password: &str, authority: Option<&str>, net: Net) -> Result<Self, StorageError> {
        let origin = format!("ftps://{}:{}", login.host, login.port);
        let about = AccessTo { name: login.path.clone(), origin };
        // A line break in it would be a command of its own.
        if [login.user.as_str(), password].iter().any(|text| text.chars().any(char::is_control)) {
            return Err(about.error(Meaning::Key("the name or the password holds what cannot be sent".into())));
        }
        Ok(Self {
            login: login.clone(),
            password: password.into(),
            authority: authority.map(str::to_string),
            tally: Arc::new(Tally::new(Arc::clone(net.clock()))),
            net,
            about,
            open: Mutex::default(),
        })
    }

    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    pub(super) fn patience(&self) -> &Patience {
        self.net.patience()
    }

    pub(super) fn error(&self, meaning: Meaning) -> StorageError {
        self.about.error(meaning)
    }

    /// The connection, made now where there is none. Whoever has it is alone with it.
    pub(super) async fn session(&self) -> Result<Open<'_>, StorageError> {
        let mut open = self.open.lock().await;
        if open.as_ref().is_none_or(|session| session.spent) {
            *open = Some(self.connected().await?);
        }
        Ok(Open(open))
    }

    /// Tries a few times where nobody answers; a refusal is final.
    async fn connected(&self) -> Result<Session, StorageError> {
        let mut tried = 1;
        loop {
            self.tally.count(false);
            let connect = tokio::time::timeout(CONNECT, self.connect_once()).await;
            let error = match connect.unwrap_or_else(|_| Err(offline(&self.about, "it takes too long"))) {
                Ok(session) => return Ok(session),
                Err(error) => error,
            };
            match error.may_pass() {
                Some(asked) if self.patience().again(tried, asked).await => tried += 1,
                _ => return Err(error),
            }
        }
    }

    async fn connect_once(&self) -> Result<Session, StorageError> {
        let lost = |error: std::io::Error| offline(&self.about, &error.to_string());
        let told = |error| told(&self.about, &self.tally, error);
        let socket = TcpStream::connect((self.login.host.as_str(), self.login.port)).await.map_err(lost)?;
        let _ = socket.set_nodelay(true);
        let plain = AsyncRustlsFtpStream::connect_with_stream(socket).await.map_err(told)?;
        // Nothing of ours is sent before the line is private.
        let mut ftp = plain.into_secure(connector(self.authority.as_deref())?, &self.login.host).await.map_err(told)?;
        ftp.login(self.login.user.as_str(), self.password.as_str()).await.map_err(told)?;
        ftp.transfer_type(FileType::Binary).await.map_err(told)?;
        // The newer way also fits lines with IPv6 and those whose address is another one outside.
        let features = ftp.feat().await.unwrap_or_default();
        ftp.set_mode(if features.contains_key("EPSV") { Mode::ExtendedPassive } else { Mode::Passive });
        ftp.set_passive_nat_workaround(true);
        if !self.login.path.is_empty()
            && let Err(error) = ftp.cwd(self.login.path.as_str()).await
        {
            return Err(match error {
                FtpError::UnexpectedResponse(said) if said.status == Status::FileUnavailable => {
                    self.error(Meaning::NoSuchBucket)
                }
                error => told(error),
            });
        }
        let (net, tally, about) = (self.net.clone(), Arc::clone(&self.tally), self.about.clone());
        let lists_plainly = features.contains_key("MLST") || features.contains_key("MLSD");
        Ok(Session { ftp, net, tally, about, lists_plainly, made: HashSet::new(), spent: false })
    }
}

impl Session {
    /// The length of a file; `None` when there is none.
    pub(super) async fn length(&mut self, path: &str) -> Result<Option<u64>, StorageError> {
        self.tally.count(false);
        match within(self.ftp.size(path)).await {
            Ok(bytes) => Ok(Some(bytes as u64)),
            Err(FtpError::UnexpectedResponse(said)) if said.status == Status::FileUnavailable => Ok(None),
            Err(error) => Err(self.told(error)),
        }
    }

    /// Reads a part of a file; less where the file ends.
    pub(super) async fn read(&mut self, path: &str, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        self.tally.count(false);
        let (bytes, ended) = read(&mut self.ftp, path, range).await.map_err(|error| self.told(error))?;
        self.spent = !ended;
        Ok(bytes)
    }

    /// Writes a small file anew.
    pub(super) async fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), StorageError> {
        self.tally.count(true);
        let written = write(&mut self.ftp, &self.net, path, bytes).await;
        written.map_err(|error| self.told(error))
    }

    /// Writes pieces from here on; what is there is kept where `from` is not its beginning.
    pub(super) async fn append(
        &mut self,
        path: &str,
        from: u64,
        pieces: Reading,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError> {
        self.tally.count(true);
        let written = append(&mut self.ftp, &self.net, path, from, pieces, progress).await;
        written.map_err(|error| self.told(error))
    }

    /// Renames over what is there. Servers that do not do that have it removed first.
    pub(super) async fn rename_over(&mut self, part: &str, path: &str) -> Result<(), StorageError> {
        self.tally.count(true);
        match within(self.ftp.rename(part, path)).await {
            Err(FtpError::UnexpectedResponse(_)) if self.length(path).await?.is_some() => {
                self.remove(path).await?;
                within(self.ftp.rename(part, path)).await.map_err(|error| self.told(error))
            }
            other => other.map_err(|error| self.told(error)),
        }
    }

    /// Removes a file; one that is gone already is no failure.
    pub(super) async fn remove(&mut self, path: &str) -> Result<(), StorageError> {
        self.tally.count(true);
        match within(self.ftp.rm(path)).await {
            Err(FtpError::UnexpectedResponse(_)) if self.length(path).await?.is_none() => Ok(()),
            other => other.map_err(|error| self.told(error)),
        }
    }

    /// Removes the folder of a key when nothing is in it; servers refuse otherwise.
    pub(super) async fn remove_empty_folder(&mut self, key: &StorageKey) -> Result<(), StorageError> {
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
    pub(super) async fn make_folders(&mut self, key: &StorageKey) -> Result<(), StorageError> {
        let text = key.to_string();
        for (at, _) in text.match_indices('/') {
            let folder = &text[..at];
            if self.made.contains(folder) {
                continue;
            }
            self.tally.count(true);
            match within(self.ftp.mkdir(folder)).await {
                Ok(()) | Err(FtpError::UnexpectedResponse(_)) => {}
                Err(error) => return Err(self.told(error)),
            }
            self.made.insert(folder.to_string());
        }
        Ok(())
    }

    /// What lies in a folder; nothing where there is none.
    pub(super) async fn entries(&mut self, folder: &str) -> Result<Vec<Entry>, StorageError> {
        self.tally.count(false);
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

    fn told(&self, error: FtpError) -> StorageError {
        told(&self.about, &self.tally, error)
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
) -> FtpResult<()> {
    let mut stream = match from {
        0 => within(ftp.put_with_stream(path)).await?,
        _ => within(ftp.append_with_stream(path)).await?,
    };
    while let Some(whole) = pieces.next().await {
        for piece in whole.chunks(PIECE) {
            net.pace().take(piece.len()).await;
            moving(stream.write_all(piece)).await?;
            progress(piece.len() as u64);
        }
    }
    within(stream.finish()).await
}

/// What an answer means (RFC 959 §4.2).
fn told(about: &AccessTo, tally: &Tally, error: FtpError) -> StorageError {
    let said = match error {
        FtpError::UnexpectedResponse(said) => said,
        FtpError::ConnectionError(error) => {
            let error = offline(about, &error.to_string());
            if let StorageError::Fetch(error) = &error {
                tally.note_failure(error);
            }
            return error;
        }
        FtpError::SecureError(why) => {
            return StorageError::Fetch(FetchError::Untrusted { origin: about.origin.clone(), why: shown(&why) });
        }
        other => return about.error(Meaning::Unreadable(shown(&other.to_string()))),
    };
    let text = shown(&String::from_utf8_lossy(&said.body));
    about.error(match said.status.code() {
        // 421 is also how a server ends a line that was silent for long.
        420..=429 | 450 | 451 => Meaning::Troubled(text, None),
        452 | 552 => Meaning::Full(text),
        530 | 332 | 532 => Meaning::Key(text),
        _ => Meaning::Refused(text),
    })
}

fn offline(about: &AccessTo, why: &str) -> StorageError {
    StorageError::Fetch(FetchError::Offline { origin: about.origin.clone(), why: shown(why) })
}

/// A sentence of the other side, in one short line.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
