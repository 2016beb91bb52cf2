//! A podcast app at its most basic: one request at a time, HTTP/1.1, a small receive window, and the right to leave.

use socket2::{Domain, Socket, Type};
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

/// Bytes the kernel may take ahead of the app: small, so that what the app read is close to what was delivered.
const WINDOW_BYTES: usize = 16 * 1024;

/// Somebody who listens.
#[derive(Debug, Clone)]
pub struct Listener {
    agent: String,
    window: Option<usize>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// What was read of the body.
    pub body: Vec<u8>,
    /// Whether the body came whole, as `Content-Length` says.
    pub whole: bool,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl Listener {
    /// A listener with this user agent and a small window.
    pub fn new(agent: &str) -> Self {
        Self { agent: agent.into(), window: Some(WINDOW_BYTES) }
    }

    /// A listener in a hurry: the kernel's own window.
    pub fn fast(agent: &str) -> Self {
        Self { agent: agent.into(), window: None }
    }

    /// Asks for all of it.
    pub fn get(&self, url: &str) -> io::Result<Answer> {
        self.ask("GET", url, &[], usize::MAX)
    }

    /// Asks with further headers.
    pub fn get_with(&self, url: &str, headers: &[(&str, &str)]) -> io::Result<Answer> {
        self.ask("GET", url, headers, usize::MAX)
    }

    /// Asks for the head only.
    pub fn head(&self, url: &str) -> io::Result<Answer> {
        self.ask("HEAD", url, &[], 0)
    }

    /// Asks for all of it, reads `bytes` of the body, and leaves.
    pub fn leave_after(&self, url: &str, bytes: usize) -> io::Result<Answer> {
        self.ask("GET", url, &[], bytes)
    }

    fn ask(&self, method: &str, url: &str, headers: &[(&str, &str)], at_most: usize) -> io::Result<Answer> {
        let (address, path) = parts(url);
        let mut stream = self.connect(address)?;
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: {}\r\n", self.agent);
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        stream.write_all((request + "\r\n").as_bytes())?;
        let (mut answer, length) = read_head(&mut stream)?;
        let length = if method == "HEAD" || answer.status == 304 { 0 } else { length };
        read_body(&mut stream, &mut answer, length.min(at_most))?;
        answer.whole = answer.body.len() == length;
        Ok(answer)
    }

    fn connect(&self, address: SocketAddr) -> io::Result<Socket> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        if let Some(bytes) = self.window {
            socket.set_recv_buffer_size(bytes)?;
        }
        socket.set_read_timeout(Some(Duration::from_secs(30)))?;
        socket.set_write_timeout(Some(Duration::from_secs(30)))?;
        socket.connect(&address.into())?;
        Ok(socket)
    }
}

/// Host and path of `http://<address><path>`.
fn parts(url: &str) -> (SocketAddr, &str) {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("journeys stay on loopback: {url}"));
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    (host.parse().unwrap_or_else(|_| panic!("journeys stay on loopback: {url}")), path)
}

/// Status and headers, and the length of the body. The body begins in the next read.
fn read_head(stream: &mut Socket) -> io::Result<(Answer, usize)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, head.clone()))?;
    let pair = |line: &str| line.split_once(':').map(|(k, v)| (k.trim().to_lowercase(), v.trim().to_string()));
    let answer = Answer { status, headers: lines.filter_map(pair).collect(), body: vec![], whole: false };
    let length = answer.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok((answer, length))
}

fn read_body(stream: &mut Socket, answer: &mut Answer, wanted: usize) -> io::Result<()> {
    let mut buffer = vec![0; 8 * 1024];
    while answer.body.len() < wanted {
        let room = buffer.len().min(wanted - answer.body.len());
        match stream.read(&mut buffer[..room])? {
            0 => return Ok(()),
            count => answer.body.extend_from_slice(&buffer[..count]),
        }
    }
    Ok(())
}
