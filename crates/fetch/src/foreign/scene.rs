//! A server for the tests beside this: real sockets, one thread for each.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use url::Url;

/// Headers of a request, names in small letters.
pub(crate) type Asked = BTreeMap<String, String>;

/// A server.
pub(crate) struct Scene {
    origin: Url,
    asked: Arc<Mutex<Vec<(String, Asked)>>>,
}

impl Scene {
    /// Answers every request with `act`: path, headers, and the socket to write to.
    pub(crate) fn start(act: impl Fn(&str, &Asked, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let asked = Arc::new(Mutex::new(vec![]));
        let (act, heard) = (Arc::new(act), Arc::clone(&asked));
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let (act, heard) = (Arc::clone(&act), Arc::clone(&heard));
                std::thread::spawn(move || {
                    let Some((path, headers, mut socket)) = read(socket) else { return };
                    heard.lock().unwrap().push((path.clone(), headers.clone()));
                    act(&path, &headers, &mut socket);
                });
            }
        });
        Self { origin, asked }
    }

    /// An address at it.
    pub(crate) fn url(&self, path: &str) -> Url {
        self.origin.join(path).unwrap()
    }

    /// Its origin as one of the owner's.
    pub(crate) fn own(&self) -> Vec<Url> {
        vec![self.origin.clone()]
    }

    /// What was asked for so far.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(path, _)| path.clone()).collect()
    }

    /// A header of every request so far.
    pub(crate) fn headers(&self, name: &str) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|(_, headers)| headers.get(name).cloned().unwrap_or_default()).collect()
    }
}

fn read(socket: TcpStream) -> Option<(String, Asked, TcpStream)> {
    let mut reader = BufReader::new(socket);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let path = first.split(' ').nth(1)?.to_string();
    let mut headers = Asked::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_string());
    }
    Some((path, headers, reader.into_inner()))
}

/// An answer with a further header, and a body.
pub(crate) fn answer(socket: &mut TcpStream, header: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n{header}\r\n\r\n", body.len());
    let _ = socket.write_all(head.as_bytes()).and_then(|()| socket.write_all(body));
}

/// A redirect.
pub(crate) fn redirect(socket: &mut TcpStream, status: u16, to: &str) {
    let head = format!("HTTP/1.1 {status} Moved\r\nConnection: close\r\nContent-Length: 0\r\nLocation: {to}\r\n\r\n");
    let _ = socket.write_all(head.as_bytes());
}

/// Bytes packed by gzip.
pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
