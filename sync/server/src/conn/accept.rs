//! The accept loop: takes connections up to a limit, and stops in order.

use super::Peer;
use super::counts::Counts;
use super::crowd::{Crowd, Seat};
use super::lane::{Lane, LongLane};
use super::socket::{prepare, room_for};
use super::task::Connection;
use crate::front::Front;
use axum::Router;
use ipnet::IpNet;
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
    /// Connections at one time from one address, as `counting::address` groups them; 0 is no limit. One more is closed.
    pub max_per_address: usize,
    /// Networks that the limit per address does not bind: proxies carry many listeners.
    pub without_limit: Vec<IpNet>,
    /// Requests on one connection; the answer to the last one says that it is closed.
    pub max_requests: u64,
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
    /// What is looked at before any route.
    pub front: Arc<Front>,
    /// What happens is counted here.
    pub counts: Arc<Counts>,
}

impl Default for ConnOptions {
    fn default() -> Self {
        Self {
            stall: Duration::from_secs(30),
            header_timeout: Duration::from_secs(30),
            max_connections: 8192,
            max_per_address: 256,
            without_limit: this_machine(),
            max_requests: 10_000,
            grace: Duration::from_secs(10),
            max_uri_bytes: 4096,
            max_headers: 64,
            max_head_bytes: 32 * 1024,
            buffer_bytes: 64 * 1024,
            front: Arc::default(),
            counts: Arc::default(),
        }
    }
}

/// A peer on this machine is a proxy, a test or the operator.
fn this_machine() -> Vec<IpNet> {
    ["127.0.0.0/8", "::1/128"].iter().filter_map(|network| network.parse().ok()).collect()
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
    let crowd = Crowd::new(options.max_per_address, options.without_limit.clone());
    let options = Arc::new(options);
    let long = LongLane::start()?;
    while let Some(next) = shutdown.run_until_cancelled(accept(&listener, &places)).await {
        let (stream, peer, place) = next;
        let Some(seat) = crowd.enter(peer.0.ip()) else {
            options.counts.crowded();
            turn_away(&stream);
            continue;
        };
        let taken = (place, seat, options.counts.opened());
        let (app, options) = (app.clone(), options.clone());
        let (lane, shutdown, cut) = (Lane::default(), shutdown.clone(), cut.clone());
        let connection = Connection { stream, peer, app, options, lane: lane.clone(), shutdown, cut };
        let life = lane.run(Box::pin(connection.run()), long.handle.clone());
        tasks.spawn(async move {
            life.await;
            drop::<(OwnedSemaphorePermit, Seat, _)>(taken);
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

/// Says, if it can be said at once, that this address has too many connections.
fn turn_away(stream: &TcpStream) {
    const ANSWER: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let _ = stream.try_write(ANSWER);
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
