//! Which kind of place an address means.

use crate::bucket::AccessKey;
use crate::{Bucket, Place, Sftp, StorageError, WebDav};
use hearthcast_model::Clock;
use hearthcast_model::place::Remote;
use std::sync::Arc;

/// A place with a protocol of its own, with the key or the password to it (the key's secret). Sends nothing yet.
pub fn open_remote(
    remote: &Remote,
    access: Option<&AccessKey>,
    allow_insecure: bool,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn Place>, StorageError> {
    Ok(match remote {
        Remote::WebDav { .. } => Arc::new(WebDav::open(remote, access, allow_insecure, clock)?),
        Remote::Sftp { .. } => Arc::new(Sftp::open(remote, access, clock)?),
        Remote::Azure { .. } => {
            let access = access.ok_or(StorageError::OtherKind)?;
            Arc::new(Bucket::open_azure(remote, access, allow_insecure, clock)?)
        }
    })
}
