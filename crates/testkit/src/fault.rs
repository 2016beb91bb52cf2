//! A server that answers everybody the same, whatever is asked: a hotel's login page, a revoked key, a bucket that is gone.
//! It counts, so that a storm of repetitions is seen.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body; left out where the request was a HEAD.
    pub body: String,
}

impl Reply {
    /// What a captive portal gives for every address.
    pub fn portal() -> Self {
        Self {
            status: 200,
            headers: vec![("content-type".into(), "text/html; charset=utf-8".into())],
            body: "<!DOCTYPE html><title>Welcome to the Grand Hotel</title><form>room number</form>".into(),
        }
    }

    /// What a storage says whose clock is years away from the client's.
    pub fn skewed() -> Self {
        let mut reply = Self::s3_error(403, "RequestTimeTooSkewed", "The difference between the times is too large.");
        reply.headers.push(("date".into(), "Sat, 17 Nov 2018 10:00:00 GMT".into()));
        reply
    }

    /// A refusal in the words of S3.
    pub fn s3_error(status: u16, code: &str, message: &str) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), "application/xml".into())],
            body: format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
            ),
        }
    }
}

/// A running server; ends with the value.
pub struct FaultServer {
    address: SocketAddr,
    reply: Arc<Mutex<Reply>>,
    count: Arc<AtomicUsize>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl FaultServer {
    /// Starts a server that answers this to everything.
    pub fn start(reply: Reply) -> Self {
        let (reply, count) = (Arc::new(Mutex::new(reply)), Arc::new(AtomicUsize::new(0)));
        let ((told, address), (stop, stopped)) = (channel(), oneshot::channel());
        let (answer, counted) = (Arc::clone(&reply), Arc::clone(&count));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime for the server").block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
                let _ = told.send(listener.local_addr().expect("a bound socket has an address"));
                tokio::select! {
                    () = serve(listener, answer, counted) => {}
                    _ = stopped => {}
                }
            });
        });
        let address = address.recv().expect("the server starts");
        Self { address, reply, count, stop: Some(stop), thread: Some(thread) }
    }

    /// Its address without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its address as a socket.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers this from now on.
    pub fn answer(&self, reply: Reply) {
        *self.reply.lock().unwrap_or_else(PoisonError::into_inner) = reply;
    }

    /// How many requests came.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

impl Drop for FaultServer {
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

async fn serve(listener: TcpListener, reply: Arc<Mutex<Reply>>, count: Arc<AtomicUsize>) {
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        let (reply, count) = (Arc::clone(&reply), Arc::clone(&count));
        let answer = service_fn(move |request: http::Request<hyper::body::Incoming>| {
            count.fetch_add(1, Ordering::SeqCst);
            let reply = reply.lock().unwrap_or_else(PoisonError::into_inner).clone();
            async move {
                // Read to the end, as a server behind a login page does.
                let _ = request.into_body().collect().await;
                let mut answer = http::Response::builder().status(reply.status);
                for (name, value) in &reply.headers {
                    answer = answer.header(name, value);
                }
                answer.body(Full::new(Bytes::from(reply.body)))
            }
        });
        tokio::spawn(async move {
            // A client that hangs up is the client's business.
            let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), answer).await;
        });
    }
}
