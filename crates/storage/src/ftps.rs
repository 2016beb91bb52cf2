//! A folder of an FTP server, over TLS only: the password and every file travel encrypted, or not at all (RFC 4217, explicit).
//!
//! FTP knows no condition and no name that must be new, so every guard here is two steps and advisory.

mod line;
mod remote_file;
mod tls;
#[cfg(test)]
mod trials;

use crate::bucket::AccessKey;
use crate::far::{FarFolder, Line};
use crate::{Listener, StorageError};
use hearthcast_fetch::Net;
use hearthcast_model::place::Remote;
use line::Ftp;

/// A folder of an FTP server.
pub(crate) type Ftps = FarFolder<Ftp>;

impl Ftps {
    /// A folder with the password to it (the key's secret). Sends nothing yet.
    pub(crate) fn open(
        remote: &Remote,
        password: Option<&AccessKey>,
        net: impl Into<Net>,
    ) -> Result<Self, StorageError> {
        let Remote::Ftps { login, ca, public_url } = remote else { return Err(StorageError::OtherKind) };
        let net = net.into();
        let listener = Listener::over(&net, public_url, true)?;
        let password = password.map(AccessKey::secret).unwrap_or_default();
        let (way, about) = Ftp::to(login, password, ca.as_deref())?;
        Ok(Self::at(Line::to(way, about, net), listener))
    }
}
