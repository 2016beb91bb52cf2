//! A real S3 server in the test's own process: `s3s-fs` on a folder, with signatures, checksums and conditions. Everybody
//! may read objects, as in a bucket made public, or nobody without the key; only the key may write. It counts what it is asked.

use crate::{ACCESS_KEY_ID, BUCKET, SECRET_ACCESS_KEY};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, HeaderValue, RANGE};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// One request as the server saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The part that was asked for, if any.
    pub range: String,
    /// Whether it was signed by a header.
    pub signed: bool,
    /// The answer's status.
    pub status: u16,
}

/// A running server; ends with the value. What it holds stays in its folder.
pub struct S3Server {
    address: SocketAddr,
    folder: PathBuf,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl S3Server {
    /// Starts a server that keeps its buckets in `folder`; makes the bucket.
    pub fn start(folder: &Path) -> Self {
        Self::with(folder, true)
    }

    /// The same with a bucket that nobody reads without the key.
    pub fn private(folder: &Path) -> Self {
        Self::with(folder, false)
    }

    fn with(folder: &Path, public: bool) -> Self {
        std::fs::create_dir_all(folder.join(BUCKET)).expect("the server's folder can be made");
        let (asked, (told, address), (stop, stopped)) = (Arc::default(), channel(), oneshot::channel());
        let (root, log) = (folder.to_path_buf(), Arc::clone(&asked));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            let runtime = runtime.expect("a runtime for the server");
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
                let _ = told.send(listener.local_addr().expect("a bound socket has an address"));
                tokio::select! {
                    () = serve(listener, service(&root, public), log) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        });
        let address = address.recv().expect("the server starts");
        Self { address, folder: folder.into(), asked, stop: Some(stop), thread: Some(thread) }
    }

    /// Its address without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its address as a socket.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The folder of the bucket: what lies under a key is a file there.
    pub fn bucket(&self) -> PathBuf {
        self.folder.join(BUCKET)
    }

    /// What it was asked since the last call.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Objects may be read by everybody.
struct PublicBucket;

#[async_trait::async_trait]
impl S3Access for PublicBucket {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> s3s::S3Result<()> {
        let open = matches!(context.s3_op().name(), "GetObject" | "HeadObject");
        match context.credentials() {
            None if !open => Err(s3s::s3_error!(AccessDenied, "Signature is required")),
            _ => Ok(()),
        }
    }
}

fn service(folder: &Path, public: bool) -> S3Service {
    let store = s3s_fs::FileSystem::new(folder).expect("the server can use its folder");
    let mut builder = S3ServiceBuilder::new(store);
    builder.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
    if public {
        builder.set_access(PublicBucket);
    }
    builder.build()
}

async fn serve(listener: TcpListener, service: S3Service, asked: Arc<Mutex<Vec<Asked>>>) {
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        let (service, asked) = (service.clone(), Arc::clone(&asked));
        let answer = service_fn(move |request: http::Request<hyper::body::Incoming>| {
            let (service, asked) = (service.clone(), Arc::clone(&asked));
            async move {
                let signed = request.headers().contains_key(AUTHORIZATION);
                let range = request.headers().get(RANGE).and_then(|value| value.to_str().ok());
                let range = range.unwrap_or_default().to_string();
                let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
                let method = request.method().to_string();
                let mut answer = hyper::service::Service::call(&service, request).await;
                if let Ok(answer) = &mut answer {
                    answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
                    let status = answer.status().as_u16();
                    let mut log = asked.lock().unwrap_or_else(PoisonError::into_inner);
                    log.push(Asked { method, path, range, signed, status });
                }
                answer
            }
        });
        tokio::spawn(async move {
            // A client that hangs up is the client's business.
            let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), answer).await;
        });
    }
}
