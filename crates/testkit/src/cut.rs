//! A line between a client and a server that can be cut after so many bytes, and that counts what the client sent.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A listening proxy; its threads end with the test's process.
pub struct CutLine {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Bytes the client has sent in all.
    sent: AtomicU64,
    /// Totals at which all connections are cut, smallest last.
    cuts: Mutex<Vec<u64>>,
    cut: AtomicU64,
    open: Mutex<Vec<TcpStream>>,
    server: Mutex<Option<SocketAddr>>,
    closed: AtomicBool,
}

impl CutLine {
    /// A line to a server.
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared { server: Mutex::new(Some(server)), ..Shared::default() });
        let ours = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if ours.closed.load(Ordering::SeqCst) {
                    return;
                }
                connect(&ours, client);
            }
        });
        Self { address, shared }
    }

    /// Its address without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Cuts every connection each time the client has sent so many bytes in all.
    pub fn cut_at(&self, mut totals: Vec<u64>) {
        totals.sort_unstable_by(|a, b| b.cmp(a));
        *self.shared.cuts.lock().unwrap_or_else(PoisonError::into_inner) = totals;
    }

    /// Leads to another server from now on; what is open is cut.
    pub fn lead_to(&self, server: SocketAddr) {
        *self.shared.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
        self.shared.cut_all();
    }

    /// Bytes the client has sent so far, as they arrived here.
    pub fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }

    /// How often the line was cut.
    pub fn cuts(&self) -> u64 {
        self.shared.cut.load(Ordering::SeqCst)
    }
}

impl Drop for CutLine {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        self.shared.cut_all();
        // Wakes the listening thread, which sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn cut_all(&self) {
        for stream in self.open.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // It may be closed already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Counts what came; says whether the line is to be cut now.
    fn count(&self, bytes: u64) -> bool {
        let total = self.sent.fetch_add(bytes, Ordering::SeqCst) + bytes;
        let mut cuts = self.cuts.lock().unwrap_or_else(PoisonError::into_inner);
        let due = cuts.last().is_some_and(|at| *at <= total);
        while cuts.last().is_some_and(|at| *at <= total) {
            cuts.pop();
        }
        due
    }
}

fn connect(shared: &Arc<Shared>, client: TcpStream) {
    let server =
        shared.server.lock().unwrap_or_else(PoisonError::into_inner).and_then(|at| TcpStream::connect(at).ok());
    let Some(server) = server else { return };
    let copies = [client.try_clone(), server.try_clone(), client.try_clone(), server.try_clone()];
    let [Ok(c1), Ok(s1), Ok(c2), Ok(s2)] = copies else { return };
    shared.open.lock().unwrap_or_else(PoisonError::into_inner).extend([client, server]);
    let ours = Arc::clone(shared);
    std::thread::spawn(move || up(&ours, c1, s1));
    std::thread::spawn(move || down(s2, c2));
}

fn up(shared: &Shared, mut client: TcpStream, mut server: TcpStream) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        if shared.count(count as u64) {
            shared.cut.fetch_add(1, Ordering::SeqCst);
            shared.cut_all();
            return;
        }
        if server.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Write);
}

fn down(mut server: TcpStream, mut client: TcpStream) {
    // Ends when either side does.
    let _ = std::io::copy(&mut server, &mut client);
    let _ = client.shutdown(Shutdown::Both);
}
