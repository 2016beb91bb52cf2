//! Which kind of place an address means.

use crate::bucket::AccessKey;
use crate::ftps::Ftps;
use crate::sftp::Sftp;
use crate::{Bucket, Place, StorageError, WebDav};
use hearthcast_fetch::Net;
use hearthcast_model::place::Remote;
use std::sync::Arc;

/// A place with a protocol of its own, with the key or the password to it (the key's secret). Sends nothing yet.
pub fn open_remote(
    remote: &Remote,
    access: Option<&AccessKey>,
    allow_insecure: bool,
    net: impl Into<Net>,
) -> Result<Arc<dyn Place>, StorageError> {
    let net = net.into();
    Ok(match remote {
        Remote::WebDav { .. } => Arc::new(WebDav::open(remote, access, allow_insecure, net)?),
        Remote::Sftp { .. } => Arc::new(Sftp::open(remote, access, net)?),
        Remote::Ftps { .. } => Arc::new(Ftps::open(remote, access, net)?),
        Remote::Azure { .. } => {
            let access = access.ok_or(StorageError::OtherKind)?;
            Arc::new(Bucket::open_azure(remote, access, allow_insecure, net)?)
        }
        Remote::Gcs { .. } => {
            let access = access.ok_or(StorageError::OtherKind)?;
            Arc::new(Bucket::open_google(remote, access, allow_insecure, net)?)
        }
    })
}
