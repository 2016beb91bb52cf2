//! The life of one connection: hyper until it has nothing more to say, then an orderly end.

use super::Peer;
use super::accept::ConnOptions;
use super::answers::Answers;
use super::lane::Lane;
use super::wire::{SharedLedger, Wire};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioTimer;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

/// An accepted connection and what it needs.
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) peer: Peer,
    pub(super) app: Router,
    pub(super) options: Arc<ConnOptions>,
    pub(super) lane: Lane,
    /// Finish what is running, begin nothing.
    pub(super) shutdown: CancellationToken,
    /// End now.
    pub(super) cut: CancellationToken,
}

impl Connection {
    /// Runs until the connection is over and its rows are settled.
    pub(super) async fn run(self) {
        let cut = self.cut.clone();
        // Dropping the future drops the wire, which settles the rows.
        let _ = cut.run_until_cancelled(self.converse()).await;
    }

    async fn converse(self) {
        let ledger = SharedLedger::new();
        let wire = Wire::new(self.stream, ledger.clone(), self.lane.clone(), &self.options);
        let asked = Arc::new(AtomicU64::new(0));
        let answers = Answers {
            app: self.app,
            peer: self.peer,
            ledger: ledger.clone(),
            lane: self.lane,
            options: self.options.clone(),
            left: AtomicU64::new(self.options.max_requests),
            asked: asked.clone(),
        };
        let mut http = builder(&self.options).serve_connection(wire, answers);
        let mut stop = std::pin::pin!(self.shutdown.cancelled());
        let mut stopping = false;
        let ended = loop {
            tokio::select! {
                biased;
                ended = poll_fn(|cx| http.poll_without_shutdown(cx)) => break ended,
                () = &mut stop, if !stopping => {
                    stopping = true;
                    Pin::new(&mut http).graceful_shutdown();
                    // Nothing is being answered: whatever has come of a next request is not waited for.
                    if asked.load(Relaxed) == 0 && ledger.lock().all_written(false) {
                        break Ok(());
                    }
                }
            }
        };
        if let Err(error) = &ended {
            tracing::debug!(%error, "a connection ended early");
        }
        let mut wire = http.into_parts().io;
        let all_written = ledger.lock().all_written(ended.is_ok());
        wire.end(all_written).await;
    }
}

fn builder(options: &ConnOptions) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(options.header_timeout)
        .half_close(true)
        .max_headers(options.max_headers)
        .max_header_size(options.max_head_bytes)
        .max_buf_size(options.buffer_bytes);
    builder
}
