//! What Google Cloud Storage has of its own: the key of a service account signs a token for each hour (AIP-4111), and a write
//! is made under the number of the writing that was seen (`x-goog-if-generation-match`). Everything goes by its XML API.
//!
//! Nothing of this was ever spoken to Google. No server that speaks the XML API can be had for tests, so it is tried against
//! one of the testkit that checks tokens and numbers as Google's documents say and stores through an S3 server.

use super::{Bucket, Finish, Wire};
use crate::bucket::AccessKey;
use crate::refusal::{AccessTo, Meaning};
use crate::{Listener, StorageError};
use hearthcast_fetch::{Net, Owned};
use hearthcast_model::place::Remote;
use object_store::ClientOptions;
use object_store::gcp::GoogleCloudStorageBuilder;
use std::sync::Arc;
use url::Url;

/// Where Google's storage is asked.
const GOOGLE: &str = "https://storage.googleapis.com";

/// A bucket with the key of a service account. Sends nothing yet.
pub(super) fn open(
    remote: &Remote,
    access: &AccessKey,
    allow_insecure: bool,
    net: &Net,
) -> Result<Bucket, StorageError> {
    let Remote::Gcs { bucket, prefix, endpoint, public_url } = remote else { return Err(StorageError::OtherKind) };
    let address = if endpoint.is_empty() { GOOGLE } else { endpoint };
    let about = AccessTo { name: bucket.clone(), origin: address.into() };
    let url = Url::parse(address).map_err(|_| about.error(Meaning::BadAddress(address.into())))?;
    let wire = Wire::new(Owned::over(net, &[url], allow_insecure, None)?, net);
    let listener = Listener::over(net, public_url, allow_insecure)?;
    let store = GoogleCloudStorageBuilder::new()
        .with_bucket_name(bucket)
        // The key may name an address of its own; the author's counts.
        .with_base_url(address)
        .with_service_account_key(access.secret())
        .with_client_options(ClientOptions::new().with_allow_http(true))
        .with_retry(super::no_retry())
        .with_http_connector(wire.clone())
        .build()
        // What is wrong with it may quote it.
        .map_err(|_| about.error(Meaning::Key("it is not the key of a service account, in JSON".into())))?;
    let finish = Finish::Plain(None);
    Ok(Bucket { store: Arc::new(store), wire, prefix: prefix.clone(), listener, about, finish, feed_cache: None })
}
