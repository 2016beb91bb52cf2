//! Certificates from an authority that the test makes known, and a server whose certificate ran out long ago.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A running server; its thread ends with the test's process.
pub struct ExpiredServer {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl ExpiredServer {
    /// Starts one; writes the authority's certificate to `authority`.
    pub fn start(authority: &Path) -> Self {
        let acceptor =
            TlsAcceptor::from(Arc::new(server_config(crate::tls::authority(authority).issue(Some((2019, 2020))))));
        let connections = Arc::new(AtomicUsize::new(0));
        let ((told, address), counted) = (channel(), Arc::clone(&connections));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime for the server").block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
                let _ = told.send(listener.local_addr().expect("a bound socket has an address"));
                while let Ok((socket, _)) = listener.accept().await {
                    counted.fetch_add(1, Ordering::SeqCst);
                    // The client hangs up when it sees the certificate; that is what is tested.
                    let _ = acceptor.accept(socket).await;
                }
            });
        });
        Self { address: address.recv().expect("the server starts"), connections }
    }

    /// Its address without a slash at the end.
    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// How often somebody connected.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// An authority, which signs what a test needs.
pub(crate) struct Authority(Issuer<'static, KeyPair>);

/// A name nobody has (RFC 2606), which a proxy may lead to a server of a test.
pub const FAR_NAME: &str = "pods.example.test";

/// A certificate for `localhost` and [`FAR_NAME`], and its key, in PEM.
pub(crate) struct Issued {
    pub(crate) certificate: String,
    pub(crate) key: String,
    der: CertificateDer<'static>,
    key_der: Vec<u8>,
}

/// Makes an authority; writes its certificate to a file.
pub(crate) fn authority(path: &Path) -> Authority {
    let mut ca = CertificateParams::new(vec![]).expect("no names are good names");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_key = KeyPair::generate().expect("a key");
    let ca_certificate = ca.self_signed(&ca_key).expect("a certificate");
    std::fs::write(path, ca_certificate.pem()).expect("a temporary folder takes a file");
    Authority(Issuer::new(ca, ca_key))
}

impl Authority {
    /// A certificate of these years, or of any time.
    pub(crate) fn issue(&self, years: Option<(i32, i32)>) -> Issued {
        let mut leaf = CertificateParams::new(vec!["localhost".into(), FAR_NAME.into()]).expect("a good name");
        if let Some((from, to)) = years {
            (leaf.not_before, leaf.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        }
        let key = KeyPair::generate().expect("a key");
        let certificate = leaf.signed_by(&key, &self.0).expect("a certificate");
        let (der, key_der) = (certificate.der().clone(), key.serialize_der());
        Issued { certificate: certificate.pem(), key: key.serialize_pem(), der, key_der }
    }
}

/// How a server shows what was issued to it.
pub(crate) fn server_config(issued: Issued) -> ServerConfig {
    let key = PrivateKeyDer::Pkcs8(issued.key_der.into());
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.expect("the provider knows TLS").with_no_client_auth();
    builder.with_single_cert(vec![issued.der], key).expect("the key fits")
}
