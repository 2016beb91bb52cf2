//! What of Google Cloud Storage's XML API our kind of place speaks, before a real S3 storage on a folder (`s3s-fs`) that does
//! the storing: the two APIs have the same shapes, other names for headers, other ways to log in, and numbers instead of
//! marks for conditions.
//!
//! No server that speaks the XML API can be installed for tests, so this one checks what Google's documents say: the token
//! of a service account (AIP-4111), signed addresses (V4), `x-goog-if-generation-match`. What it is not: Google's. What
//! Google does beside its documents, nobody has seen here.

mod account;

use crate::BUCKET;
use account::{Account, Stranger};
use http::header::{AUTHORIZATION, ETAG, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use percent_encoding::percent_decode_str;
use s3s::Body;
use s3s::service::{S3Service, S3ServiceBuilder};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

/// The condition, and the number of a writing.
const CONDITION: &str = "x-goog-if-generation-match";
const GENERATION: &str = "x-goog-generation";

/// A running server; its thread ends with the test's process.
pub struct GoogleServer {
    address: SocketAddr,
    account: Arc<Account>,
    folder: PathBuf,
    seen: Arc<Seen>,
}

/// What was asked.
#[derive(Default)]
struct Seen(std::sync::Mutex<Vec<String>>);

/// What answers.
struct Front {
    store: S3Service,
    account: Arc<Account>,
    /// Everybody may read.
    public: bool,
    /// Whoever writes holds it.
    written: Mutex<Written>,
    seen: Arc<Seen>,
}

/// What was written last.
struct Written {
    /// The number of the last writing of all.
    number: u64,
    /// The number and the mark of each object's last writing.
    objects: HashMap<String, (u64, HeaderValue)>,
}

impl GoogleServer {
    /// Starts one that keeps its bucket in `folder`; everybody may read it where it is `public`.
    pub fn start(folder: &Path, public: bool) -> Self {
        std::fs::create_dir_all(folder.join(BUCKET)).expect("the server's folder can be made");
        let account = Arc::new(Account::make());
        let seen = Arc::<Seen>::default();
        let store = s3s_fs::FileSystem::new(folder).expect("the server can use its folder");
        let front = Arc::new(Front {
            store: S3ServiceBuilder::new(store).build(),
            account: Arc::clone(&account),
            public,
            written: Mutex::new(Written { number: 1_700_000_000_000_000, objects: HashMap::new() }),
            seen: Arc::clone(&seen),
        });
        let (told, address) = channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.expect("a runtime for the server").block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
                let _ = told.send(listener.local_addr().expect("a bound socket has an address"));
                serve(listener, front).await;
            });
        });
        Self { address: address.recv().expect("the server starts"), account, folder: folder.into(), seen }
    }

    /// The address of the bucket as `hearthcast target add` takes it.
    pub fn url(&self, prefix: &str) -> String {
        format!("gcs://{BUCKET}/{prefix}?endpoint=http://{}", self.address)
    }

    /// The address under which everybody may read it.
    pub fn public_url(&self, prefix: &str) -> String {
        crate::public_url(&format!("http://{}", self.address), prefix)
    }

    /// The key of the service account that may write, as Google hands it out.
    pub fn key(&self) -> String {
        self.account.key()
    }

    /// Its address as a socket.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The folder of the bucket: what lies under a key is a file there.
    pub fn bucket(&self) -> PathBuf {
        self.folder.join(BUCKET)
    }

    /// What it was asked since the last call: method, path and query, and the condition.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn serve(listener: TcpListener, front: Arc<Front>) {
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        let front = Arc::clone(&front);
        let answer = service_fn(move |request| {
            let front = Arc::clone(&front);
            async move { front.answer(request).await }
        });
        tokio::spawn(async move {
            // A client that hangs up is the client's business.
            let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), answer).await;
        });
    }
}

impl Front {
    async fn answer(&self, mut request: Request<Incoming>) -> Result<Response<Body>, s3s::HttpError> {
        let condition = request.headers_mut().remove(CONDITION);
        self.note(&request, condition.as_ref());
        if let Err(Stranger(why)) = self.let_in(&request) {
            return Ok(refusal(StatusCode::UNAUTHORIZED, "AuthenticationRequired", why));
        }
        if object_of(&request).split('/').next() != Some(BUCKET) {
            return Ok(refusal(StatusCode::NOT_FOUND, "NoSuchBucket", "The specified bucket does not exist."));
        }
        to_s3(&mut request);
        let (method, object) = (request.method().clone(), object_of(&request));
        let parts = request.uri().query().unwrap_or_default().to_string();
        // A part on its way is nothing anybody sees.
        let part = method == Method::PUT && parts.contains("partNumber=");
        let writes = !part && matches!(method, Method::PUT | Method::POST | Method::DELETE);
        if part || !writes {
            let mut answer = hyper::service::Service::call(&self.store, request).await?;
            let written = self.written.lock().await;
            if let Some((generation, _)) = written.objects.get(&object) {
                answer.headers_mut().insert(GENERATION, number(*generation));
            }
            return Ok(from_s3(answer));
        }
        let mut written = self.written.lock().await;
        if let Some(condition) = condition {
            match as_s3(&condition, written.objects.get(&object)) {
                Some((name, value)) => drop(request.headers_mut().insert(name, value)),
                None => return Ok(refusal(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", "another writing")),
            }
        }
        let mut answer = hyper::service::Service::call(&self.store, request).await?;
        let begun = parts.starts_with("uploads");
        let is_upload = parts.contains("uploadId=");
        if answer.status().is_success() && method == Method::DELETE && !is_upload {
            written.objects.remove(&object);
        } else if answer.status().is_success() && method != Method::DELETE && !begun {
            written.number += 1;
            let (generation, mark) = (written.number, answer.headers().get(ETAG).cloned());
            written.objects.insert(object, (generation, mark.unwrap_or_else(|| HeaderValue::from_static("*"))));
            answer.headers_mut().insert(GENERATION, number(generation));
        }
        Ok(from_s3(answer))
    }

    fn note(&self, request: &Request<Incoming>, condition: Option<&HeaderValue>) {
        let condition = condition.map(|value| format!(" if {}", value.to_str().unwrap_or_default()));
        let what = format!("{} {}{}", request.method(), request.uri(), condition.unwrap_or_default());
        self.seen.0.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    /// By a token, by a signed address, or because everybody may read.
    fn let_in(&self, request: &Request<Incoming>) -> Result<(), Stranger> {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD) && object_of(request).contains('/');
        let token = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        match token {
            Some(token) => self.account.made(token),
            None if request.uri().query().is_some_and(|query| query.contains("X-Goog-Signature=")) => {
                self.account.signed(request.method(), request.uri())
            }
            None if reads && self.public => Ok(()),
            None => Err(Stranger("nobody logs in")),
        }
    }
}

/// Bucket and name of the object that is meant.
fn object_of<B>(request: &Request<B>) -> String {
    percent_decode_str(request.uri().path().trim_start_matches('/')).decode_utf8_lossy().into_owned()
}

fn number(generation: u64) -> HeaderValue {
    HeaderValue::from(generation)
}

/// `x-goog-…` in S3's words, without what only Google asks for.
fn to_s3(request: &mut Request<Incoming>) {
    let path = object_of(request);
    let query = request.uri().query().unwrap_or_default();
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("X-Goog-")).collect();
    // A slash inside a name may come as %2F.
    let path_and_query = format!("/{path}?{}", kept.join("&"));
    if let Ok(uri) = path_and_query.trim_end_matches('?').parse() {
        *request.uri_mut() = uri;
    }
    request.headers_mut().remove(AUTHORIZATION);
    rename(request.headers_mut(), "x-goog-", "x-amz-");
}

fn from_s3(mut answer: Response<Body>) -> Response<Body> {
    rename(answer.headers_mut(), "x-amz-meta-", "x-goog-meta-");
    answer
}

fn rename(headers: &mut HeaderMap, from: &str, to: &str) {
    let found: Vec<_> = headers.keys().filter(|name| name.as_str().starts_with(from)).cloned().collect();
    for name in found {
        if let (Some(value), Ok(renamed)) =
            (headers.remove(&name), HeaderName::try_from(name.as_str().replacen(from, to, 1)))
        {
            headers.insert(renamed, value);
        }
    }
}

/// The condition in S3's words; `None` where it is not met already: 0 is "nobody has the name", any other number the writing
/// that was seen.
fn as_s3(condition: &HeaderValue, last: Option<&(u64, HeaderValue)>) -> Option<(HeaderName, HeaderValue)> {
    match (condition.to_str().ok()?.parse::<u64>().ok()?, last) {
        (0, _) => Some((IF_NONE_MATCH, HeaderValue::from_static("*"))),
        (wanted, Some((generation, mark))) if wanted == *generation => Some((IF_MATCH, mark.clone())),
        _ => None,
    }
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    let xml =
        format!("<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{message}</Message></Error>");
    let mut answer = Response::new(Body::from(xml));
    *answer.status_mut() = status;
    answer.headers_mut().insert("content-type", HeaderValue::from_static("application/xml; charset=UTF-8"));
    answer
}
