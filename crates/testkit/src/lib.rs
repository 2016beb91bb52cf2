//! Servers to test against: a real S3 storage, one that lies, a line that is cut, one that fails by script, and answers
//! nobody wants. For tests only; no product code stands here and none is called.

mod azurite;
mod child;
mod connect_proxy;
mod cut;
mod fault;
mod ftps;
mod garage;
mod google;
mod liar;
mod moto;
mod password_sftp;
mod proxy;
mod s3;
mod sftp;
mod socks;
mod tls;
mod tls_line;
mod webdav;

pub use azurite::{AZURE_ACCOUNT, AZURE_KEY, Azurite};
pub use connect_proxy::ConnectProxy;
pub use cut::CutLine;
pub use fault::{FaultServer, Reply};
pub use ftps::{FTP_PASSWORD, FTP_USER, FtpsServer};
pub use garage::Garage;
pub use google::GoogleServer;
pub use liar::Liar;
pub use moto::Moto;
pub use password_sftp::{PasswordSftp, SSH_PASSWORD, SSH_USER};
pub use proxy::{Fault, FaultProxy, Moment};
pub use s3::{Asked, S3Server};
pub use sftp::SftpServer;
pub use socks::SocksProxy;
pub use tls::{ExpiredServer, FAR_NAME};
pub use tls_line::TlsLine;
pub use webdav::{DAV_PASSWORD, DAV_USER, WebDavServer};

/// The name of the access key that the servers accept.
pub const ACCESS_KEY_ID: &str = "hearthcastkey";

/// Its secret.
pub const SECRET_ACCESS_KEY: &str = "hearthcastsecret-0123456789";

/// The bucket the servers have.
pub const BUCKET: &str = "pods";

/// A bucket's address as `hearthcast target add` takes it, at a server on `origin`.
pub fn bucket_url(origin: &str, prefix: &str) -> String {
    format!("s3://{BUCKET}/{prefix}?endpoint={origin}&region=us-east-1&path_style=true")
}

/// The address listeners use at a server that shows its buckets under their names.
pub fn public_url(origin: &str, prefix: &str) -> String {
    match prefix {
        "" => format!("{origin}/{BUCKET}/"),
        prefix => format!("{origin}/{BUCKET}/{prefix}/"),
    }
}
