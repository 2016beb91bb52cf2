//! A line between clients and a server that does what a bad network does, by script: the next request that fits a moment
//! meets its fault, everything else passes. It speaks enough HTTP/1.1 to know where a request ends. What it is not: a proxy
//! for anything but tests; one server stands behind it, and every connection has one of its own to it.

mod http;
mod pass;

use crate::Reply;
use std::collections::BTreeMap;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What happens to a request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// After so many bytes of the request's body, both sides see the line end.
    CutUp(u64),
    /// After so many bytes of the answer, its head included, both sides see the line end.
    CutDown(u64),
    /// Nothing passes for so long; then everything does.
    Delay(Duration),
    /// The client's connection is reset before anything is passed on.
    Reset,
    /// The server gets the request and answers; the client only sees the line end.
    Swallow,
    /// The server gets the request twice; the client gets the second answer.
    Replay,
    /// The request's body passes at so many bytes a second.
    Throttle(u64),
    /// This is answered; the server never hears of the request.
    Answer(Reply),
    /// The server's answer, dated so many seconds later (or earlier).
    Skew(i64),
}

/// Which requests a fault is meant for.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Method.
    pub method: &'static str,
    /// A part of path and query.
    pub path: &'static str,
}

/// One entry of the script.
#[derive(Debug)]
struct Entry {
    moment: Moment,
    fault: Fault,
    times: usize,
}

/// A listening proxy; its threads end with the connections, and those with the value.
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    server: SocketAddr,
    script: Mutex<Vec<Entry>>,
    /// Who meets no fault and is not counted, by a word of the user agent.
    spared: Mutex<Option<String>>,
    sent: AtomicU64,
    asked: AtomicU64,
    met: AtomicU64,
    closed: AtomicBool,
    /// Connections that are open, by number.
    open: Mutex<BTreeMap<u64, TcpStream>>,
    entered: AtomicU64,
}

impl FaultProxy {
    /// A line to a server; everything passes.
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared {
            server,
            script: Mutex::default(),
            spared: Mutex::default(),
            sent: AtomicU64::new(0),
            asked: AtomicU64::new(0),
            met: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            open: Mutex::default(),
            entered: AtomicU64::new(0),
        });
        let ours = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if ours.closed.load(Ordering::SeqCst) {
                    return;
                }
                let ours = Arc::clone(&ours);
                // Whatever ends a connection is what the test wanted, or the client's business.
                std::thread::spawn(move || drop(pass::connection(&ours, client)));
            }
        });
        Self { address, shared }
    }

    /// Its address without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its address as a socket.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next `times` requests of this moment meet this fault.
    pub fn plan(&self, moment: Moment, fault: Fault, times: usize) {
        lock(&self.shared.script).push(Entry { moment, fault, times });
    }

    /// Forgets what was planned and not met; returns how many entries those were.
    pub fn forget(&self) -> usize {
        lock(&self.shared.script).drain(..).count()
    }

    /// Clients with this word in their user agent meet no fault and are not counted.
    pub fn spare(&self, agent: &str) {
        *lock(&self.shared.spared) = Some(agent.into());
    }

    /// Bytes of bodies that clients have sent so far, as they arrived here.
    pub fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }

    /// Requests so far.
    pub fn asked(&self) -> u64 {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// How many requests met a fault.
    pub fn met(&self) -> u64 {
        self.shared.met.load(Ordering::SeqCst)
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        for stream in std::mem::take(&mut *lock(&self.shared.open)).into_values() {
            // It may be closed already.
            let _ = stream.shutdown(Shutdown::Both);
        }
        // Wakes the listening thread, which sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    /// Notes a connection, so that it ends with the proxy; returns its number.
    fn enter(&self, stream: TcpStream) -> u64 {
        let number = self.entered.fetch_add(1, Ordering::SeqCst);
        lock(&self.open).insert(number, stream);
        number
    }

    fn leave(&self, number: u64) {
        lock(&self.open).remove(&number);
    }

    /// Counts what a client sent.
    fn count(&self, piece: &[u8]) -> std::io::Result<()> {
        self.sent.fetch_add(piece.len() as u64, Ordering::SeqCst);
        Ok(())
    }

    fn is_spared(&self, head: &http::Head) -> bool {
        let agent = head.header("user-agent").unwrap_or_default();
        lock(&self.spared).as_ref().is_some_and(|word| agent.contains(word.as_str()))
    }

    /// What the script has for a request.
    fn due(&self, head: &http::Head) -> Option<Fault> {
        let mut script = lock(&self.script);
        let fits = |entry: &Entry| head.method() == entry.moment.method && head.target().contains(entry.moment.path);
        let at = script.iter().position(fits)?;
        let fault = script[at].fault.clone();
        script[at].times = script[at].times.saturating_sub(1);
        if script[at].times == 0 {
            script.remove(at);
        }
        self.met.fetch_add(1, Ordering::SeqCst);
        Some(fault)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
