//! An HTTP proxy that only leads on (CONNECT, RFC 9110 §9.3.6): to the port it is asked for, on this machine, whatever the
//! name; it notes where it was asked to go.

use crate::socks::pass;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// A running proxy; its threads end with the test.
pub struct ConnectProxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl ConnectProxy {
    /// Starts a proxy that leads to the ports of this machine.
    pub fn to_ports() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound socket has an address");
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let log = Arc::clone(&log);
                // A client that hangs up is the client's business.
                std::thread::spawn(move || lead(client, &log));
            }
        });
        Self { address, asked }
    }

    /// Its address as a setting takes it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it was asked to go, as `host:port`.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn lead(mut client: TcpStream, asked: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut head = vec![];
    // The client says nothing more before it is answered, so nothing stays behind in the reader.
    let mut reader = BufReader::new(client.try_clone()?);
    if !reader.fill_buf()?.first().is_some_and(u8::is_ascii_uppercase) {
        return client.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    }
    while !head.ends_with(b"\r\n\r\n") {
        if reader.read_until(b'\n', &mut head)? == 0 {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head);
    let name = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next());
    let Some((name, port)) = name.and_then(|name| Some((name, name.rsplit_once(':')?.1.parse::<u16>().ok()?))) else {
        return client.write_all(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n");
    };
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(name.into());
    let Ok(there) = TcpStream::connect(("127.0.0.1", port)) else {
        return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    };
    client.write_all(b"HTTP/1.1 200 Connection established\r\nProxy-Agent: testkit\r\n\r\n")?;
    pass(client, there)
}
