//! Whom the other end of an FTP line must be able to show that it is. What it is not: the line.

use crate::StorageError;
use hearthcast_fetch::FetchError;
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::Verifier;
use std::io::Read as _;
use std::sync::Arc;
use suppaftp::tokio::AsyncRustlsConnector;
use tokio_rustls::TlsConnector;

/// Most bytes of a file with certificates.
const CERTIFICATES: u64 = 1024 * 1024;

/// Makes connections private: to whoever this machine's authorities vouch for, or the one in the file `authority`.
pub(super) fn connector(authority: Option<&str>) -> Result<AsyncRustlsConnector, StorageError> {
    let extra = authority.map(certificates).transpose()?.unwrap_or_default();
    let setup = |error: rustls::Error| StorageError::Fetch(FetchError::Setup(error.to_string()));
    let provider = Arc::new(default_provider());
    let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(&provider)).map_err(setup)?;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(setup)?;
    let config = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
    // The lines for files take up the session of the first one, as servers ask for.
    Ok(TlsConnector::from(Arc::new(config)).into())
}

fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>, StorageError> {
    let unusable = |why: String| StorageError::Fetch(FetchError::Authority { path: path.into(), why });
    let mut text = vec![];
    let read = std::fs::File::open(path).and_then(|file| file.take(CERTIFICATES).read_to_end(&mut text));
    read.map_err(|error| unusable(error.to_string()))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let found = found.map_err(|error| unusable(error.to_string()))?;
    match found.is_empty() {
        true => Err(unusable("it holds no certificate".into())),
        false => Ok(found),
    }
}
