//! Connections: the accept loop, and a connection type between hyper and the socket that knows what was delivered.
//!
//! "Bytes really sent" are not bytes handed to the kernel: on loopback a kernel takes 4 MB for a client that reads
//! 1,000. So each connection keeps a ledger of its answers (pure: [`ledger`]), counts what the kernel took, and asks
//! it at the end what the peer's kernel has acknowledged (`SIOCOUTQ`). A metered answer's row is written *before* the
//! call that hands over its last byte, so that a kill loses no finished answer, and amended when less arrived.
//! Long answers are written by threads of their own, so that a short one never waits behind them ([`lane`]).
//! What an answer is, is the router's business; a handler that wants its answer metered puts a [`Metered`] into the
//! response's extensions. HTTP/1.1 only: queue bytes cannot be given to the streams of HTTP/2.

mod accept;
mod answers;
mod counts;
mod crowd;
mod lane;
mod ledger;
mod patience;
mod socket;
mod task;
mod walk;
mod wire;

pub use accept::{ConnOptions, serve};
pub use counts::{Counts, Route};

use crate::logbook::{Logbook, Row};
use std::net::SocketAddr;

/// The other end of the connection, in every request's extensions. May be a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Put into a response's extensions: this answer is to be noted in the logbook with the bytes that were delivered.
#[derive(Clone)]
pub struct Metered {
    /// Everything of the row but `sent`, which is filled in here.
    pub row: Row,
    /// Where to.
    pub logbook: Logbook,
}
