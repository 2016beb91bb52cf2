//! The one guarded HTTP client. Nothing else in Hearthcast sends a request (tidy and clippy hold that).
//!
//! Two policies: [`Owned`], exactly the origins the owner configured, no redirects, bounded times and bounded answers; and
//! [`Foreign`], other people's public addresses: where they lead, their small documents, and large files that go on where they
//! broke off.

use bytes::Bytes;
use hearthcast_model::error::Retry;
use hearthcast_model::place::is_loopback;
use hearthcast_model::{Code, Error};
use reqwest::{Certificate, Client, ClientBuilder, Method, Proxy, Response, StatusCode, header::HeaderMap, redirect};
use rustls::CertificateError;
use std::io::Read as _;
use std::time::Duration;
use url::{Origin, Url};

mod certificate;
mod connect;
mod exchange;
mod foreign;
mod look;
mod net;
mod pace;
mod patience;
mod websub;

pub use exchange::Incoming;
pub use foreign::{Downloaded, Foreign, Got, Hop};
pub use look::Looked;
pub use net::Net;
pub use pace::Pace;
pub use patience::{LONGEST_ASKED, Noted, Patience, Pause, TRIES, retry_after};
pub use reqwest::{Method as HttpMethod, StatusCode as HttpStatus, header};
pub use websub::{HubError, tell_hub};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Longest silence while an answer is waited for or read.
const SILENCE: Duration = Duration::from_secs(60);

/// Longest life of a request, however busily the other side drips.
const WHOLE: Duration = Duration::from_secs(15 * 60);

/// A failure to fetch.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The address is not one the owner configured.
    #[error("{0} is not one of the addresses configured for this target")]
    ForeignOrigin(String),
    /// Plain http to another machine.
    #[error("{0} is plain http to another machine")]
    Insecure(String),
    /// The address is none of the public network.
    #[error("{0} is not an address of the public network")]
    NotPublic(String),
    /// The other side does not answer.
    #[error("{origin} does not answer: {why}")]
    Offline {
        /// Where.
        origin: String,
        /// Why.
        why: String,
    },
    /// The proxy that the author set does not lead there.
    #[error("the proxy {proxy} does not lead to {origin}: {why}")]
    Proxy {
        /// The proxy.
        proxy: String,
        /// Where to.
        origin: String,
        /// Why.
        why: String,
    },
    /// The other side cannot show that it is who it should be.
    #[error("{origin} cannot be trusted: {why}")]
    Untrusted {
        /// Where.
        origin: String,
        /// Why.
        why: String,
    },
    /// The answer is longer than allowed.
    #[error("the answer of {origin} is longer than {limit} bytes")]
    TooLong {
        /// Where.
        origin: String,
        /// Limit.
        limit: usize,
    },
    /// The answer is an error.
    #[error("{origin} answers {status}")]
    Answered {
        /// Where.
        origin: String,
        /// Status.
        status: u16,
        /// How long it asks to be left alone.
        wait: Option<Duration>,
    },
    /// It leads on and never arrives, or where nobody should follow.
    #[error("{origin} {why}")]
    Astray {
        /// Where.
        origin: String,
        /// What it does (`leads round in a circle`).
        why: &'static str,
    },
    /// The answer is not what its own head says.
    #[error("what {origin} sends cannot be read: {why}")]
    Garbled {
        /// Where.
        origin: String,
        /// Why.
        why: String,
    },
    /// What came cannot be written down.
    #[error("{path} cannot be written: {source}")]
    Disk {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The person stopped it.
    #[error("it was stopped")]
    Stopped,
    /// The file with another authority's certificate cannot be used.
    #[error("the certificate file {path} cannot be used: {why}")]
    Authority {
        /// Path.
        path: String,
        /// Why.
        why: String,
    },
    /// The client could not be made.
    #[error("the network part could not be started: {0}")]
    Setup(String),
}

impl From<FetchError> for Error {
    fn from(error: FetchError) -> Self {
        let message = format!("{}.", capital(&error.to_string()));
        match error {
            FetchError::Offline { origin, .. } => Error::new(Code::TargetOffline, message)
                .hint("Check the network and that the server runs; then try again. Nothing is lost.")
                .about("target", origin),
            FetchError::Proxy { origin, .. } => Error::new(Code::TargetOffline, message)
                .hint("Check the proxy (\"hearthcast settings\"), and that it runs and may lead there; then try again. Nothing is lost.")
                .about("target", origin),
            FetchError::Untrusted { origin, .. } => Error::new(Code::TargetOffline, message)
                .hint("Nothing was sent. Check this machine's date, and whether the network asks for a login first; if both are right, the certificate at that address must be renewed.")
                .about("target", origin),
            FetchError::Insecure(_) => Error::new(Code::TargetInsecure, message).hint("Use https."),
            FetchError::ForeignOrigin(_) | FetchError::NotPublic(_) => Error::new(Code::TargetInvalid, message),
            FetchError::Answered { status: 429 | 500.., .. } => Error::new(Code::TargetRefused, message)
                .hint("That may pass: try again later.")
                .retry(Retry::Later),
            FetchError::TooLong { .. }
            | FetchError::Answered { .. }
            | FetchError::Astray { .. }
            | FetchError::Garbled { .. } => Error::new(Code::TargetRefused, message),
            FetchError::Disk { .. } => Error::new(Code::LibraryFailed, message)
                .hint("Free some space on that disk, and try again: what came so far is kept.")
                .retry(Retry::AfterAction),
            FetchError::Stopped => Error::new(Code::Cancelled, "The work was stopped.")
                .hint("Start it again: it goes on where it stopped.")
                .retry(Retry::AfterAction),
            FetchError::Authority { path, .. } => Error::new(Code::TargetInvalid, message)
                .hint("It must be a readable file with certificates in PEM form (-----BEGIN CERTIFICATE-----).")
                .about("target", path),
            FetchError::Setup(_) => Error::new(Code::Internal, message),
        }
    }
}

/// A capital at the beginning, unless an address stands there.
fn capital(text: &str) -> String {
    if text.starts_with("http") {
        return text.to_string();
    }
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A client for exactly the origins the owner configured.
#[derive(Debug, Clone)]
pub struct Owned {
    client: Client,
    /// For this machine: never through a proxy of the environment, which would see tokens in the clear.
    direct: Client,
    /// The same two for bodies that flow, which may take as long as they move.
    flowing: Client,
    flowing_direct: Client,
    origins: Vec<Origin>,
    allow_insecure: bool,
    pace: Pace,
    /// The proxy that the author set, as it may be told.
    proxy: Option<String>,
}

/// A request: method, address, headers, body.
#[derive(Debug, Clone)]
pub struct Request {
    /// Method.
    pub method: Method,
    /// Address; its origin must be an owned one.
    pub url: Url,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Option<Bytes>,
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Owned {
    /// A client that talks to `origins` only. Plain http is for loopback, unless `allow_insecure`.
    pub fn new(origins: &[Url], allow_insecure: bool) -> Result<Self, FetchError> {
        Self::over(&Net::default(), origins, allow_insecure, None)
    }

    /// The same, as `net` goes about; it trusts the certificates in the file `authority`, too: those of an authority of
    /// the owner's own.
    pub fn over(net: &Net, origins: &[Url], allow_insecure: bool, authority: Option<&str>) -> Result<Self, FetchError> {
        let extra = authority.map(certificates).transpose()?.unwrap_or_default();
        let builder = || builder().tls_certs_merge(extra.clone());
        let build = |builder: ClientBuilder| builder.build().map_err(|error| FetchError::Setup(error.to_string()));
        let bounded = || builder().read_timeout(SILENCE).timeout(WHOLE);
        let outside = |builder: ClientBuilder| match net.proxy() {
            None => Ok(builder),
            Some(proxy) => Proxy::all(proxy.clone())
                .map(|proxy| builder.proxy(proxy))
                .map_err(|_| FetchError::Setup("the proxy's address cannot be used".into())),
        };
        Ok(Self {
            client: build(outside(bounded())?)?,
            direct: build(bounded().no_proxy())?,
            flowing: build(outside(builder())?)?,
            flowing_direct: build(builder().no_proxy())?,
            origins: origins.iter().map(Url::origin).collect(),
            allow_insecure,
            pace: net.pace().clone(),
            proxy: net.proxy().map(connect::shown),
        })
    }

    /// Sends a request and reads at most `limit` bytes of the answer.
    pub async fn send(&self, mut request: Request, limit: usize) -> Result<Answer, FetchError> {
        if let Some(body) = request.body.take_if(|body| !body.is_empty()) {
            return self.send_body(request, body, limit).await;
        }
        let (origin, response) = self.start(request).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Answer { status, headers, body: read(response, &origin, limit, |_| ()).await?.into() })
    }

    /// Sends a request and hands the answer's bytes to `take` as they come; nothing is kept.
    pub async fn stream(&self, request: Request, limit: usize, take: impl FnMut(&[u8])) -> Result<Answer, FetchError> {
        let (origin, response) = self.start(request).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        read_through(response, &origin, limit, take).await?;
        Ok(Answer { status, headers, body: Bytes::new() })
    }

    async fn start(&self, request: Request) -> Result<(String, Response), FetchError> {
        let origin = request.url.origin().ascii_serialization();
        self.guard(&request.url, &origin)?;
        let led = self.led(&request.url);
        let client = if is_loopback(&request.url) { &self.direct } else { &self.client };
        let mut builder = client.request(request.method, request.url).headers(request.headers);
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        match builder.send().await {
            Ok(response) => Ok((origin, response)),
            Err(error) => Err(not_sent(&origin, led, &error)),
        }
    }

    /// The proxy that a request to an address goes through.
    fn led(&self, url: &Url) -> Option<&str> {
        self.proxy.as_deref().filter(|_| !is_loopback(url))
    }

    fn flowing(&self, url: &Url) -> &Client {
        if is_loopback(url) { &self.flowing_direct } else { &self.flowing }
    }

    fn guard(&self, url: &Url, origin: &str) -> Result<(), FetchError> {
        if !self.origins.contains(&url.origin()) {
            return Err(FetchError::ForeignOrigin(origin.to_string()));
        }
        if url.scheme() == "http" && !self.allow_insecure && !is_loopback(url) {
            return Err(FetchError::Insecure(origin.to_string()));
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that builds HTTP clients")]
fn builder() -> ClientBuilder {
    Client::builder()
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT)
        .tls_info(true)
        .user_agent(concat!("Hearthcast/", env!("CARGO_PKG_VERSION")))
}

/// Most bytes of a file with certificates.
const CERTIFICATES: u64 = 1024 * 1024;

fn certificates(path: &str) -> Result<Vec<Certificate>, FetchError> {
    let unusable = |why: String| FetchError::Authority { path: path.into(), why };
    let mut text = vec![];
    let read = std::fs::File::open(path).and_then(|file| file.take(CERTIFICATES).read_to_end(&mut text));
    read.map_err(|error| unusable(error.to_string()))?;
    let found = Certificate::from_pem_bundle(&text).map_err(|error| unusable(error.to_string()))?;
    match found.is_empty() {
        true => Err(unusable("it holds no certificate".into())),
        false => Ok(found),
    }
}

async fn read(
    response: Response,
    origin: &str,
    limit: usize,
    mut also: impl FnMut(&[u8]),
) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    read_through(response, origin, limit, |piece| {
        also(piece);
        body.extend_from_slice(piece);
    })
    .await?;
    Ok(body)
}

async fn read_through(
    mut response: Response,
    origin: &str,
    limit: usize,
    mut take: impl FnMut(&[u8]),
) -> Result<(), FetchError> {
    let mut total = 0usize;
    while let Some(piece) = response.chunk().await.map_err(|error| failed(origin, &error))? {
        total = total.saturating_add(piece.len());
        if total > limit {
            return Err(FetchError::TooLong { origin: origin.to_string(), limit });
        }
        take(&piece);
    }
    Ok(())
}

/// A request that did not get through: whoever is to lead there and does not is named.
fn not_sent(origin: &str, led: Option<&str>, error: &reqwest::Error) -> FetchError {
    match (failed(origin, error), led) {
        (FetchError::Offline { origin, why }, Some(proxy)) if error.is_connect() => {
            FetchError::Proxy { proxy: proxy.into(), origin, why }
        }
        (other, _) => other,
    }
}

/// The sentence of the innermost cause; addresses with secrets never appear in it.
fn failed(origin: &str, error: &reqwest::Error) -> FetchError {
    let mut why: &dyn std::error::Error = error;
    loop {
        if let Some(doubt) = doubt(why) {
            return FetchError::Untrusted { origin: origin.to_string(), why: doubt };
        }
        match why.source() {
            Some(source) => why = source,
            None => return FetchError::Offline { origin: origin.to_string(), why: why.to_string() },
        }
    }
}

/// What is wrong with the other side's certificate, where that is what an error says.
fn doubt(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let tls = error.downcast_ref::<rustls::Error>().or_else(|| wrapped(error))?;
    let rustls::Error::InvalidCertificate(fault) = tls else { return None };
    Some(match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".into(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet".into()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another address".into()
        }
        CertificateError::UnknownIssuer => "nobody this machine knows vouches for its certificate".into(),
        other => format!("its certificate is not accepted ({other})"),
    })
}

/// The TLS error inside input and output errors, which wrap each other without naming what they wrap as their source.
fn wrapped<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    let inner = error.downcast_ref::<std::io::Error>()?.get_ref()?;
    inner.downcast_ref::<rustls::Error>().or_else(|| wrapped(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(url: &str) -> Request {
        Request { method: Method::GET, url: Url::parse(url).unwrap(), headers: HeaderMap::new(), body: None }
    }

    /// A server that gives one answer, whatever is asked, and hangs up.
    fn answering(answer: &'static str) -> (Owned, String) {
        use std::io::{Read as _, Write as _};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let _ = socket.read(&mut [0; 4096]).unwrap();
            socket.write_all(answer.as_bytes()).unwrap();
        });
        (Owned::new(&[Url::parse(&url).unwrap()], false).unwrap(), url)
    }

    #[tokio::test]
    async fn answers_are_bounded_whole_and_from_where_they_were_asked() {
        let (owned, url) =
            answering("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(owned.send(get(&url), 10).await.unwrap().status, StatusCode::FOUND, "redirects are not followed");
        let (owned, url) = answering("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world");
        assert!(matches!(owned.send(get(&url), 10).await, Err(FetchError::TooLong { limit: 10, .. })));
        let (owned, url) = answering("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello");
        assert!(matches!(owned.send(get(&url), 100).await, Err(FetchError::Offline { .. })), "half an answer is none");
    }

    #[tokio::test]
    async fn other_origins_are_refused_without_a_connection() {
        let owned = Owned::new(&[Url::parse("http://127.0.0.1:1").unwrap()], false).unwrap();
        assert!(matches!(owned.send(get("http://127.0.0.1:2/"), 10).await, Err(FetchError::ForeignOrigin(_))));
        assert!(matches!(owned.send(get("http://127.0.0.1:1/"), 10).await, Err(FetchError::Offline { .. })));
    }

    #[tokio::test]
    async fn plain_http_to_another_machine_is_refused() {
        let owned = Owned::new(&[Url::parse("http://192.0.2.1").unwrap()], false).unwrap();
        assert!(matches!(owned.send(get("http://192.0.2.1/"), 10).await, Err(FetchError::Insecure(_))));
    }

    #[tokio::test]
    async fn a_bad_certificate_is_told_apart_from_a_network_that_is_away() {
        let folder = tempfile::tempdir().unwrap();
        let server = hearthcast_testkit::ExpiredServer::start(&folder.path().join("authority.pem"));
        let url = format!("{}/", server.origin());
        let owned = Owned::new(&[Url::parse(&url).unwrap()], false).unwrap();
        // The authority is one that this machine does not know.
        assert!(matches!(owned.send(get(&url), 10).await, Err(FetchError::Untrusted { .. })));
        assert_eq!(server.connections(), 1);
    }
}
