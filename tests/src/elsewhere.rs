//! Somebody else's web server: pages that a test sets, redirects, ranges, and a list of everything that was asked.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

/// What lies at a path.
#[derive(Debug, Clone)]
enum Page {
    /// A file with its media type.
    File(Arc<Vec<u8>>, String),
    /// A redirect.
    Leads(u16, String),
    /// A file that is not there for HEAD, which is answered so.
    NoHead(u16, Arc<Vec<u8>>, String),
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `GET`, `HEAD`.
    pub method: String,
    /// Path with what stands behind `?`.
    pub path: String,
    /// First byte that was asked for.
    pub from: usize,
}

#[derive(Default)]
struct Inner {
    pages: HashMap<String, Page>,
    asked: Vec<Asked>,
    /// Paths that are answered only once another one was asked for.
    held: HashMap<String, String>,
}

impl Inner {
    fn may_answer(&self, path: &str) -> bool {
        self.held.get(path).is_none_or(|until| self.asked.iter().any(|asked| asked.path == *until))
    }
}

/// What is on it, and a bell that rings at every request.
#[derive(Default)]
struct Shared {
    inner: Mutex<Inner>,
    bell: Condvar,
}

/// A web server on this machine.
pub struct Elsewhere {
    origin: String,
    shared: Arc<Shared>,
}

impl Default for Elsewhere {
    fn default() -> Self {
        Self::start()
    }
}

impl Elsewhere {
    /// Starts it, with nothing on it.
    pub fn start() -> Self {
        Self::start_at("127.0.0.1:0")
    }

    /// Starts it at an address of this machine.
    pub fn start_at(address: &str) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared::default());
        let of_threads = Arc::clone(&shared);
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let shared = Arc::clone(&of_threads);
                std::thread::spawn(move || answer(socket, &shared));
            }
        });
        Self { origin, shared }
    }

    /// `http://127.0.0.1:<port>`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// An address on it.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Puts a file at a path.
    pub fn put(&self, path: &str, mime: &str, body: impl Into<Vec<u8>>) {
        self.set(path, Page::File(Arc::new(body.into()), mime.into()));
    }

    /// Makes a path lead elsewhere.
    pub fn lead(&self, path: &str, status: u16, to: &str) {
        self.set(path, Page::Leads(status, to.into()));
    }

    /// Puts a file at a path of which only GET knows; HEAD is answered so.
    pub fn put_without_head(&self, path: &str, mime: &str, body: impl Into<Vec<u8>>, head: u16) {
        self.set(path, Page::NoHead(head, Arc::new(body.into()), mime.into()));
    }

    fn set(&self, path: &str, page: Page) {
        self.shared.inner.lock().expect("no panic").pages.insert(path.into(), page);
    }

    /// Takes a page away.
    pub fn remove(&self, path: &str) {
        self.shared.inner.lock().expect("no panic").pages.remove(path);
    }

    /// Answers one path only once another one was asked for.
    pub fn hold(&self, path: &str, until: &str) {
        self.shared.inner.lock().expect("no panic").held.insert(path.into(), until.into());
    }

    /// What was asked so far whose path begins so.
    pub fn asked(&self, begin: &str) -> Vec<Asked> {
        let inner = self.shared.inner.lock().expect("no panic");
        inner.asked.iter().filter(|asked| asked.path.starts_with(begin)).cloned().collect()
    }

    /// Forgets what was asked.
    pub fn forget(&self) {
        self.shared.inner.lock().expect("no panic").asked.clear();
    }
}

fn answer(socket: TcpStream, shared: &Shared) -> Option<()> {
    let mut reader = BufReader::new(socket);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let (mut from, mut line) = (0, String::new());
    while reader.read_line(&mut line).ok()? > 2 {
        let range = line.to_ascii_lowercase();
        if let Some(range) = range.strip_prefix("range: bytes=") {
            from = range.split('-').next()?.trim().parse().ok()?;
        }
        line.clear();
    }
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_string(), words.next()?.to_string());
    let page = {
        let mut inner = shared.inner.lock().ok()?;
        inner.asked.push(Asked { method: method.clone(), path: path.clone(), from });
        shared.bell.notify_all();
        let inner = shared.bell.wait_while(inner, |inner| !inner.may_answer(&path)).ok()?;
        inner.pages.get(&path).cloned()
    };
    let socket = reader.get_mut();
    let (head, body) = match &page {
        None => ("HTTP/1.1 404 Not Found\r\nContent-Length: 0".to_string(), &[][..]),
        Some(Page::Leads(status, to)) => {
            (format!("HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0"), &[][..])
        }
        Some(Page::NoHead(status, ..)) if method == "HEAD" => {
            (format!("HTTP/1.1 {status} No\r\nContent-Length: 0"), &[][..])
        }
        Some(Page::File(body, mime) | Page::NoHead(_, body, mime)) => file(body, mime, from),
    };
    socket.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).ok()?;
    if method != "HEAD" {
        socket.write_all(body).ok()?;
    }
    Some(())
}

fn file<'a>(body: &'a [u8], mime: &str, from: usize) -> (String, &'a [u8]) {
    let length = body.len();
    let about = format!("Content-Type: {mime}\r\nETag: \"{length}\"");
    match from {
        0 => (format!("HTTP/1.1 200 OK\r\n{about}\r\nContent-Length: {length}"), body),
        from if from >= length => {
            (format!("HTTP/1.1 416 No\r\nContent-Range: bytes */{length}\r\nContent-Length: 0"), &[])
        }
        from => {
            let (rest, last) = (&body[from..], length - 1);
            let range = format!("Content-Range: bytes {from}-{last}/{length}\r\nContent-Length: {}", rest.len());
            (format!("HTTP/1.1 206 Part\r\n{about}\r\n{range}"), rest)
        }
    }
}
