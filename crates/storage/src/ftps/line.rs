//! Logging in to an FTP server, and what its refusals mean.

use super::remote_file::FtpSession;
use super::tls::connector;
use crate::StorageError;
use crate::far::{Shared, Way, shown};
use crate::refusal::{AccessTo, Meaning};
use async_trait::async_trait;
use hearthcast_fetch::FetchError;
use hearthcast_model::place::Login;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;
use suppaftp::tokio::AsyncRustlsFtpStream;
use suppaftp::types::FileType;
use suppaftp::{FtpError, FtpResult, Mode, Status};
use tokio::net::TcpStream;

/// The way to one folder.
pub(crate) struct Ftp {
    login: Login,
    password: String,
    authority: Option<String>,
}

impl Ftp {
    /// The way, and whose refusals are told.
    pub(super) fn to(login: &Login, password: &str, authority: Option<&str>) -> Result<(Self, AccessTo), StorageError> {
        let origin = format!("ftps://{}:{}", login.host, login.port);
        let about = AccessTo { name: login.path.clone(), origin };
        // A line break in it would be a command of its own.
        if [login.user.as_str(), password].iter().any(|text| text.chars().any(char::is_control)) {
            return Err(about.error(Meaning::Key("the name or the password holds what cannot be sent".into())));
        }
        let authority = authority.map(str::to_string);
        Ok((Self { login: login.clone(), password: password.into(), authority }, about))
    }
}

/// A connection for a file, while it is made.
type Led = Pin<Box<dyn Future<Output = FtpResult<TcpStream>> + Send + Sync>>;

impl Ftp {
    /// Makes the connections for files through the proxy, too. The address a server names is the proxy's or one that only
    /// its own network knows; its port counts.
    fn led(&self, shared: &Shared) -> impl Fn(SocketAddr) -> Led + Send + Sync + 'static {
        let (net, host) = (shared.net.clone(), self.login.host.clone());
        move |named| {
            let (net, host) = (net.clone(), host.clone());
            let connecting = tokio::spawn(async move { net.connect(&host, named.port()).await });
            Box::pin(async move {
                let connected =
                    connecting.await.map_err(io::Error::other).and_then(|led| led.map_err(io::Error::other));
                connected.map_err(FtpError::ConnectionError)
            })
        }
    }
}

#[async_trait]
impl Way for Ftp {
    type Session = FtpSession;

    const CONNECT: Duration = Duration::from_secs(20);

    const COMPARED: u64 = 1024 * 1024;

    async fn connect(&self, shared: &Shared) -> Result<FtpSession, StorageError> {
        let told = |error| told(shared, error);
        let socket = shared.connect(&self.login).await?;
        let _ = socket.set_nodelay(true);
        let plain = AsyncRustlsFtpStream::connect_with_stream(socket).await.map_err(told)?;
        // Nothing of ours is sent before the line is private.
        let ftp = plain.into_secure(connector(self.authority.as_deref())?, &self.login.host).await.map_err(told)?;
        let mut ftp = match shared.net.is_led(&self.login.host) {
            true => ftp.passive_stream_builder(self.led(shared)),
            false => ftp,
        };
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
                    shared.error(Meaning::NoSuchBucket)
                }
                error => told(error),
            });
        }
        let lists_plainly = features.contains_key("MLST") || features.contains_key("MLSD");
        Ok(FtpSession::over(ftp, shared.clone(), lists_plainly))
    }
}

/// What an answer means (RFC 959 §4.2).
pub(super) fn told(shared: &Shared, error: FtpError) -> StorageError {
    let said = match error {
        FtpError::UnexpectedResponse(said) => said,
        FtpError::ConnectionError(error) => return shared.lost(&error.to_string()),
        FtpError::SecureError(why) => {
            return StorageError::Fetch(FetchError::Untrusted {
                origin: shared.about.origin.clone(),
                why: shown(&why),
            });
        }
        other => return shared.error(Meaning::Unreadable(shown(&other.to_string()))),
    };
    let text = shown(&String::from_utf8_lossy(&said.body));
    shared.error(match said.status.code() {
        // 421 is also how a server ends a line that was silent for long.
        420..=429 | 450 | 451 => Meaning::Troubled(text, None),
        452 | 552 => Meaning::Full(text),
        530 | 332 | 532 => Meaning::Key(text),
        _ => Meaning::Refused(text),
    })
}
