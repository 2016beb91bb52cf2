//! What Azure Blob Storage has of its own: an account instead of a key's id, and a last step of its own for files in parts,
//! because the type, the cache rule and the hash go with that step there.

use super::{Bucket, Finish, HASH, Wire};
use crate::bucket::AccessKey;
use crate::refusal::{AccessTo, Meaning};
use crate::{Listener, StorageError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearthcast_fetch::header::{CONTENT_LENGTH, CONTENT_TYPE};
use hearthcast_fetch::{Net, Owned};
use hearthcast_model::place::Remote;
use object_store::azure::{AzureAccessKey, AzureAuthorizer, AzureCredential, MicrosoftAzureBuilder};
use object_store::client::{HttpRequest, HttpRequestBody, HttpService as _};
use object_store::multipart::PartId;
use object_store::path::Path;
use object_store::{Attribute, Attributes, ClientOptions, Error as StoreError};
use std::sync::Arc;
use url::Url;

/// Puts the parts of a file together.
#[derive(Clone)]
pub(super) struct Blocks {
    /// Address of the container, without a slash at its end.
    address: String,
    account: String,
    credential: Arc<AzureCredential>,
    wire: Wire,
}

/// A container with the key to its account. Sends nothing yet.
pub(super) fn open(
    remote: &Remote,
    access: &AccessKey,
    allow_insecure: bool,
    net: &Net,
) -> Result<Bucket, StorageError> {
    let Remote::Azure { container, prefix, endpoint, public_url } = remote else { return Err(StorageError::OtherKind) };
    let account = access.id().to_string();
    let address = match endpoint.as_str() {
        "" => format!("https://{account}.blob.core.windows.net"),
        given => format!("{given}/{account}"),
    };
    let about = AccessTo { name: container.clone(), origin: address.clone() };
    let url = Url::parse(&address).map_err(|_| about.error(Meaning::BadAddress(address.clone())))?;
    let wire = Wire::new(Owned::over(net, &[url], allow_insecure, None)?, net);
    let unusable = |_| about.error(Meaning::Key("it is not the key of an account".into()));
    let credential = Arc::new(AzureCredential::AccessKey(AzureAccessKey::try_new(access.secret()).map_err(unusable)?));
    let store = MicrosoftAzureBuilder::new()
        .with_account(&account)
        .with_access_key(access.secret())
        .with_container_name(container)
        .with_endpoint(address.clone())
        .with_client_options(ClientOptions::new().with_allow_http(true))
        .with_retry(super::no_retry())
        .with_http_connector(wire.clone())
        .build()
        .map_err(|error| about.read(error))?;
    let blocks = Blocks { address: format!("{address}/{container}"), account, credential, wire: wire.clone() };
    let listener = Listener::over(net, public_url, allow_insecure)?;
    let finish = Finish::Blocks(blocks);
    Ok(Bucket { store: Arc::new(store), wire, prefix: prefix.clone(), listener, about, finish, feed_cache: None })
}

impl Blocks {
    /// Puts the parts together under their name, with what belongs to the file (Put Block List).
    pub(super) async fn put_together(
        &self,
        about: &AccessTo,
        path: &Path,
        parts: &[PartId],
        attributes: &Attributes,
    ) -> Result<(), StorageError> {
        let ids = parts.iter().map(|part| format!("<Uncommitted>{}</Uncommitted>", STANDARD.encode(&part.content_id)));
        let list: String = ids.collect();
        let body = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>{list}</BlockList>");
        let said = |name: &Attribute| attributes.get(name).map(|value| value.to_string()).unwrap_or_default();
        let mut request = http::Request::put(format!("{}/{path}?comp=blocklist", self.address))
            .header(CONTENT_TYPE, "application/xml")
            .header(CONTENT_LENGTH, body.len())
            .header("x-ms-blob-content-type", said(&Attribute::ContentType))
            .header("x-ms-blob-cache-control", said(&Attribute::CacheControl))
            .header(format!("x-ms-meta-{HASH}"), said(&Attribute::Metadata(HASH.into())))
            .body(HttpRequestBody::from(body))
            .map_err(|error| about.error(Meaning::BadAddress(error.to_string())))?;
        self.sign(&mut request).map_err(|error| about.read(error))?;
        let answer = self.wire.call(request).await;
        let failed = |error| about.read(StoreError::Generic { store: "azure", source: Box::new(error) });
        let status = answer.map_err(failed)?.status();
        match status.is_success() {
            true => Ok(()),
            false => Err(about.error(Meaning::Refused(format!("the parts were answered with {status}")))),
        }
    }

    fn sign(&self, request: &mut HttpRequest) -> Result<(), StoreError> {
        AzureAuthorizer::new(&self.credential, &self.account).try_authorize(request)
    }
}
