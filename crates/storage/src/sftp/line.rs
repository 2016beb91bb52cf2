//! The connection to an SSH server: made when it is needed, made again when it was lost, and counted.

use super::login::{Doorkeeper, about, connect};
use crate::StorageError;
use crate::refusal::{AccessTo, Meaning};
use crate::tally::Tally;
use hearthcast_fetch::{FetchError, Net, Pace, Patience};
use hearthcast_model::place::Login;
use russh::client::Handle;
use russh_sftp::client::RawSftpSession;
use russh_sftp::client::error::Error as SftpError;
use russh_sftp::protocol::StatusCode;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

/// Longest wait for one answer.
const ANSWER_SECONDS: u64 = 60;

/// The way to one folder.
pub(super) struct Line {
    login: Login,
    key_file: Option<String>,
    password: Option<String>,
    host_key: Option<String>,
    net: Net,
    tally: Arc<Tally>,
    about: AccessTo,
    open: tokio::sync::Mutex<Option<Arc<Session>>>,
}

/// A connection somebody is logged in on.
pub(super) struct Session {
    /// Ends the connection when it is dropped.
    connection: Handle<Doorkeeper>,
    pub(super) raw: RawSftpSession,
    pub(super) extensions: HashSet<String>,
    /// Path of the folder, ending in `/`, or empty for the user's own.
    root: String,
    pub(super) tally: Arc<Tally>,
    pub(super) pace: Pace,
    about: AccessTo,
    /// Folders that are known to be there.
    pub(super) made: Mutex<HashSet<String>>,
}

/// The connection while somebody uses it; others may, too.
pub(super) struct Open<'a> {
    line: &'a Line,
    session: Arc<Session>,
}

impl Open<'_> {
    pub(super) fn get(&self) -> &Session {
        &self.session
    }

    /// It is of no use any more. One that somebody else has made meanwhile stays.
    pub(super) async fn let_go(&mut self) {
        let mut open = self.line.open.lock().await;
        if open.as_ref().is_some_and(|session| Arc::ptr_eq(session, &self.session)) {
            *open = None;
        }
    }
}

/// What an answer means that is no plain "done".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gone {
    /// There is nothing of that name.
    Nothing,
    /// Something else.
    No,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").field("login", &self.login).finish_non_exhaustive()
    }
}

impl Line {
    pub(super) fn to(
        login: &Login,
        key_file: Option<&str>,
        password: Option<String>,
        host_key: Option<&str>,
        net: Net,
    ) -> Self {
        Self {
            login: login.clone(),
            key_file: key_file.map(str::to_string),
            password,
            host_key: host_key.map(str::to_string),
            tally: Arc::new(Tally::new(Arc::clone(net.clock()))),
            net,
            about: about(login),
            open: tokio::sync::Mutex::default(),
        }
    }

    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    pub(super) fn error(&self, meaning: Meaning) -> StorageError {
        self.about.error(meaning)
    }

    /// The connection, made now where there is none any more.
    pub(super) async fn session(&self) -> Result<Open<'_>, StorageError> {
        let mut open = self.open.lock().await;
        if let Some(session) = open.as_ref().filter(|session| !session.connection.is_closed()) {
            return Ok(Open { line: self, session: Arc::clone(session) });
        }
        let session = Arc::new(self.connected().await?);
        *open = Some(Arc::clone(&session));
        Ok(Open { line: self, session })
    }

    /// Tries a few times where nobody answers; a refusal is final.
    async fn connected(&self) -> Result<Session, StorageError> {
        let mut tried = 1;
        loop {
            self.tally.count(false);
            match self.connect_once().await {
                Err(StorageError::Fetch(error)) => {
                    self.tally.note_failure(&error);
                    if !self.patience().again(tried, None).await {
                        return Err(StorageError::Fetch(error));
                    }
                }
                other => return other,
            }
            tried += 1;
        }
    }

    pub(super) fn patience(&self) -> &Patience {
        self.net.patience()
    }

    async fn connect_once(&self) -> Result<Session, StorageError> {
        let lost = |error: russh::Error| offline(&self.about, &error.to_string());
        let (key_file, password) = (self.key_file.as_deref(), self.password.as_deref());
        let connection = connect(&self.about, &self.login, key_file, password, self.host_key.as_deref()).await?;
        let channel = connection.channel_open_session().await.map_err(lost)?;
        channel.request_subsystem(true, "sftp").await.map_err(lost)?;
        let raw = RawSftpSession::new(channel.into_stream());
        raw.set_timeout(ANSWER_SECONDS);
        let no_sftp = |error: SftpError| self.error(Meaning::Refused(format!("it does not speak SFTP ({error})")));
        let version = raw.init().await.map_err(no_sftp)?;
        let root = match self.login.path.as_str() {
            "" => String::new(),
            path => format!("{path}/"),
        };
        Ok(Session {
            connection,
            raw,
            extensions: version.extensions.into_keys().collect(),
            root,
            tally: Arc::clone(&self.tally),
            pace: self.net.pace().clone(),
            about: self.about.clone(),
            made: Mutex::default(),
        })
    }
}

impl Session {
    /// The path of a key there.
    pub(super) fn path(&self, key: &str) -> String {
        format!("{}{key}", self.root)
    }

    pub(super) fn error(&self, meaning: Meaning) -> StorageError {
        self.about.error(meaning)
    }

    /// What an answer means for this path.
    pub(super) fn read_error(&self, path: &str, error: SftpError) -> StorageError {
        match error {
            SftpError::Status(status) => match status.status_code {
                StatusCode::PermissionDenied => self.error(Meaning::Key(format!("for {path}"))),
                StatusCode::NoConnection | StatusCode::ConnectionLost => self.lost("the connection was lost"),
                _ => self.error(Meaning::Refused(format!("{} ({path})", shown(&status.error_message)))),
            },
            SftpError::Timeout => self.lost("nothing comes any more"),
            SftpError::IO(why) | SftpError::UnexpectedBehavior(why) => self.lost(&shown(&why)),
            other => self.error(Meaning::Unreadable(shown(&other.to_string()))),
        }
    }

    fn lost(&self, why: &str) -> StorageError {
        let error = offline(&self.about, why);
        if let StorageError::Fetch(error) = &error {
            self.tally.note_failure(error);
        }
        error
    }
}

/// Whether an error says that there is nothing, or something else.
pub(super) fn gone(error: &SftpError) -> Gone {
    match error {
        SftpError::Status(status) if status.status_code == StatusCode::NoSuchFile => Gone::Nothing,
        _ => Gone::No,
    }
}

/// Nobody answers.
pub(super) fn offline(about: &AccessTo, why: &str) -> StorageError {
    StorageError::Fetch(FetchError::Offline { origin: about.origin.clone(), why: shown(why) })
}

/// A sentence of the other side, in one short line.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
