//! Whether a storage still remembers an upload (S3's ListParts). Only asked when a line broke while an old upload went on:
//! some storages refuse a forgotten one before they have read the part, and their answer is lost with the line. What it is
//! not: a list of parts to trust; what has arrived stands in the notes.

use super::Wire;
use crate::StorageError;
use crate::bucket::AccessKey;
use crate::refusal::{AccessTo, Meaning};
use http_body_util::{BodyExt as _, Limited};
use object_store::Error as StoreError;
use object_store::aws::{AwsAuthorizer, AwsCredential};
use object_store::client::{HttpRequestBody, HttpService as _};
use object_store::path::Path;
use std::sync::Arc;
use url::form_urlencoded::byte_serialize;

/// Most bytes of an answer: it names one part.
const ANSWER: usize = 64 * 1024;

/// Asks after uploads.
#[derive(Clone)]
pub(super) struct Memory {
    /// Address of the bucket, without a slash at its end.
    address: String,
    region: String,
    credential: Arc<AwsCredential>,
    wire: Wire,
}

impl Memory {
    pub(super) fn new(address: String, region: &str, access: &AccessKey, wire: Wire) -> Self {
        let (key_id, secret_key) = (access.id().to_string(), access.secret().to_string());
        let credential = Arc::new(AwsCredential { key_id, secret_key, token: None });
        Self { address, region: region.into(), credential, wire }
    }

    /// Whether the storage says clearly that it knows no such upload, or none of the parts of one that had `some` of them.
    pub(super) async fn has_forgotten(&self, about: &AccessTo, path: &Path, upload_id: &str, some: bool) -> bool {
        let id: String = byte_serialize(upload_id.as_bytes()).collect();
        let request = http::Request::get(format!("{}/{path}?max-parts=1&uploadId={id}", self.address));
        let Ok(mut request) = request.body(HttpRequestBody::empty()) else { return false };
        if AwsAuthorizer::new(&self.credential, "s3", &self.region).try_authorize(&mut request, None).is_err() {
            return false;
        }
        match self.wire.call(request).await {
            Ok(answer) if some && answer.status().is_success() => {
                let body = Limited::new(answer.into_body(), ANSWER).collect().await;
                let text = body.map(|body| String::from_utf8_lossy(&body.to_bytes()).into_owned());
                text.is_ok_and(|text| text.contains("<ListPartsResult") && !text.contains("<Part>"))
            }
            Ok(_) => false,
            Err(error) => {
                let told = about.read(StoreError::Generic { store: "s3", source: Box::new(error) });
                matches!(told, StorageError::Refused(refusal) if matches!(refusal.meaning, Meaning::NoSuchUpload))
            }
        }
    }
}
