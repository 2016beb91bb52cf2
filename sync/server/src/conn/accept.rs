//! The accept loop: takes connections up to a limit, and stops in order.

use super::Peer;
use super::socket::{prepare, room_for};
use super::task::Connection;
use axum::Router;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Limits of connections.
#[derive(Debug, Clone)]
pub struct ConnOptions {
    /// A peer that acknowledges nothing for this long while there is something to send is cut; so is an upload that
    /// brings nothing for this long.
    pub stall: Duration,
    /// Time for a request's head to arrive, and for a kept connection to lie idle.
    pub header_timeout: Duration,
    /// Connections at one time; the next one waits in the kernel's queue.
    pub max_connections: usize,
    /// Time that running answers have to finish after a stop was asked for.
    pub grace: Duration,
    /// Longest path and query.
    pub max_uri_bytes: usize,
    /// Most header fields.
    pub max_headers: usize,
    /// Longest head of a request.
    pub max_head_bytes: usize,
    /// What hyper holds of one connection, in and out.
    pub buffer_bytes: usize,
}

impl Default for ConnOptions {
    fn default() -> Self {
        Self {
            stall: Duration::from_secs(30),
            header_timeout: Duration::from_secs(30),
            max_connections: 8192,
            grace: Duration::from_secs(10),
            max_uri_bytes: 4096,
            max_headers: 64,
            max_head_bytes: 32 * 1024,
            buffer_bytes: 64 * 1024,
        }
    }
}

/// Serves `app` on `listener` until `shutdown`: then accepts nothing more, lets running answers finish within the
/// grace time, cuts what is left, and returns when every row is written.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    options: ConnOptions,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let (tasks, cut) = (TaskTracker::new(), CancellationToken::new());
    let places = Arc::new(Semaphore::new(room_for(options.max_connections)));
    let options = Arc::new(options);
    while let Some(next) = shutdown.run_until_cancelled(accept(&listener, &places)).await {
        let (stream, peer, place) = next;
        let (app, options) = (app.clone(), options.clone());
        let connection = Connection { stream, peer, app, options, shutdown: shutdown.clone(), cut: cut.clone() };
        tasks.spawn(async move {
            connection.run().await;
            drop(place);
        });
    }
    drop(listener);
    tasks.close();
    if tokio::time::timeout(options.grace, tasks.wait()).await.is_err() {
        cut.cancel();
        tasks.wait().await;
    }
    Ok(())
}

/// Waits for a free place, then for a connection. Errors of accept are the peer's or pass (too many open files).
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, Peer, OwnedSemaphorePermit) {
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { std::future::pending().await };
        match listener.accept().await {
            Ok((stream, address)) => match prepare(&stream) {
                Ok(()) => return (stream, Peer(address), place),
                Err(error) => tracing::debug!(%error, "a connection was gone before it was accepted"),
            },
            Err(error) if is_peers(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn is_peers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
