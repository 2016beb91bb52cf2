//! Logging in to an SSH server for its files, and what its refusals mean.

use super::login::{Doorkeeper, connect};
use crate::StorageError;
use crate::far::{Shared, Way, shown};
use crate::refusal::Meaning;
use async_trait::async_trait;
use hearthcast_model::place::Login;
use russh::client::Handle;
use russh_sftp::client::RawSftpSession;
use russh_sftp::client::error::Error as SftpError;
use russh_sftp::protocol::StatusCode;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Longest wait for one answer.
const ANSWER_SECONDS: u64 = 60;

/// The way to one folder.
pub(crate) struct Ssh {
    pub(super) login: Login,
    pub(super) key_file: Option<String>,
    pub(super) password: Option<String>,
    pub(super) host_key: Option<String>,
}

/// A connection somebody is logged in on; several pieces of work share it.
pub(super) struct Connection {
    /// Ends the connection when it is dropped.
    pub(super) handle: Handle<Doorkeeper>,
    pub(super) raw: RawSftpSession,
    pub(super) extensions: HashSet<String>,
    /// Path of the folder, ending in `/`, or empty for the user's own.
    root: String,
    pub(super) shared: Shared,
    /// Folders that are known to be there.
    pub(super) made: Mutex<HashSet<String>>,
}

/// One holder of a connection.
pub(crate) struct SshSession(pub(super) Arc<Connection>);

/// What an answer means that is no plain "done".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gone {
    /// There is nothing of that name.
    Nothing,
    /// Something else.
    No,
}

#[async_trait]
impl Way for Ssh {
    type Session = SshSession;

    /// A locked key takes its time to be opened.
    const CONNECT: Duration = Duration::from_secs(30);

    const COMPARED: u64 = 2 * 1024 * 1024;

    async fn connect(&self, shared: &Shared) -> Result<SshSession, StorageError> {
        let lost = |error: russh::Error| shared.lost(&error.to_string());
        let (key_file, password) = (self.key_file.as_deref(), self.password.as_deref());
        let handle = connect(shared, &self.login, key_file, password, self.host_key.as_deref()).await?;
        let channel = handle.channel_open_session().await.map_err(lost)?;
        channel.request_subsystem(true, "sftp").await.map_err(lost)?;
        let raw = RawSftpSession::new(channel.into_stream());
        raw.set_timeout(ANSWER_SECONDS);
        let no_sftp = |error: SftpError| shared.error(Meaning::Refused(format!("it does not speak SFTP ({error})")));
        let version = raw.init().await.map_err(no_sftp)?;
        let root = match self.login.path.as_str() {
            "" => String::new(),
            path => format!("{path}/"),
        };
        Ok(SshSession(Arc::new(Connection {
            handle,
            raw,
            extensions: version.extensions.into_keys().collect(),
            root,
            shared: shared.clone(),
            made: Mutex::default(),
        })))
    }
}

impl Connection {
    /// The path of a key there.
    pub(super) fn path(&self, key: &str) -> String {
        format!("{}{key}", self.root)
    }

    /// What an answer means for this path.
    pub(super) fn read_error(&self, path: &str, error: SftpError) -> StorageError {
        match error {
            SftpError::Status(status) => match status.status_code {
                StatusCode::PermissionDenied => self.shared.error(Meaning::Key(format!("for {path}"))),
                StatusCode::NoConnection | StatusCode::ConnectionLost => self.shared.lost("the connection was lost"),
                _ => self.shared.error(Meaning::Refused(format!("{} ({path})", shown(&status.error_message)))),
            },
            SftpError::Timeout => self.shared.lost("nothing comes any more"),
            SftpError::IO(why) | SftpError::UnexpectedBehavior(why) => self.shared.lost(&shown(&why)),
            other => self.shared.error(Meaning::Unreadable(shown(&other.to_string()))),
        }
    }
}

/// Whether an error says that there is nothing, or something else.
pub(super) fn gone(error: &SftpError) -> Gone {
    match error {
        SftpError::Status(status) if status.status_code == StatusCode::NoSuchFile => Gone::Nothing,
        _ => Gone::No,
    }
}
