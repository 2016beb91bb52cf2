//! A folder of an SSH server. A file is flushed to the server's disk before it gets its name, where the server can
//! (`fsync@openssh.com`), and renamed in one step (`posix-rename@openssh.com`).
//!
//! A name that must be new is taken by the plain rename, which servers refuse when the name is there.

mod line;
mod login;
mod remote_file;
#[cfg(test)]
mod trials;

pub use login::{host_key, needs_passphrase};

use crate::bucket::AccessKey;
use crate::far::{FarFolder, Line};
use crate::{Listener, StorageError};
use hearthcast_fetch::Net;
use hearthcast_model::place::Remote;
use line::Ssh;

/// A folder of an SSH server.
pub(crate) type Sftp = FarFolder<Ssh>;

impl Sftp {
    /// A folder with the password to it, or to the key's file (the key's secret). Sends nothing yet.
    pub(crate) fn open(
        remote: &Remote,
        password: Option<&AccessKey>,
        net: impl Into<Net>,
    ) -> Result<Self, StorageError> {
        let Remote::Sftp { login, key_file, host_key, public_url } = remote else {
            return Err(StorageError::OtherKind);
        };
        let net = net.into();
        let listener = Listener::over(&net, public_url, true)?;
        let way = Ssh {
            login: login.clone(),
            key_file: key_file.clone(),
            password: password.map(|key| key.secret().to_string()),
            host_key: host_key.clone(),
        };
        Ok(Self::at(Line::to(way, login::about(login), net), listener))
    }
}
