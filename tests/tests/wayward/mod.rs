//! A web server over a folder that answers as RFC 9110 and FEED.md ask, or wrong in one chosen way.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Right,
    NotThere,
    NotPublic,
    Failing,
    NoHead,
    NoHeadOfCover,
    FeedMoved,
    SixHops,
    Round,
    BareHop,
    InwardHop,
    NoRange,
    NoContentRange,
    WholeAsPart,
    NoOpenRange,
    NoSuffix,
    NoPast,
    NoBeyond,
    TypelessPart,
    ShortLength,
    OtherType,
    PageForSound,
    PageForCover,
    OtherCover,
    NoCors,
    TextType,
    FeedType,
    WarningBeforeFeed,
    BlankBeforeFeed,
    RelativeAddresses,
    ScriptDates,
    FutureDates,
    EmptyFeed,
    OtherFeed,
    NoValidator,
    Never304,
    NoVary,
    LargePlainFeed,
    Endless,
}

struct Shared {
    www: PathBuf,
    way: Mutex<Way>,
    asked: Mutex<Vec<Request>>,
    sent: AtomicU64,
    ended: AtomicBool,
}

/// The running server; ends with the value.
pub struct Wayward {
    shared: Arc<Shared>,
    port: u16,
}

#[derive(Clone)]
struct Request {
    method: String,
    path: String,
    fields: BTreeMap<String, String>,
}

struct Answer {
    status: u16,
    fields: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Wayward {
    /// Starts it on a port of this machine.
    pub fn start(www: &Path, port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
        let shared = Arc::new(Shared {
            www: www.into(),
            way: Mutex::new(Way::Right),
            asked: Mutex::default(),
            sent: AtomicU64::new(0),
            ended: AtomicBool::new(false),
        });
        let ours = Arc::clone(&shared);
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                if ours.ended.load(Ordering::SeqCst) {
                    return;
                }
                let ours = Arc::clone(&ours);
                // Whoever hangs up has heard enough.
                std::thread::spawn(move || drop(ours.converse(socket)));
            }
        });
        Self { shared, port }
    }

    /// Answers so from now on.
    pub fn go(&self, way: Way) {
        *self.shared.way.lock().unwrap() = way;
    }

    /// Requests for files with an ending that had a header field.
    pub fn asked(&self, ending: &str, field: &str) -> usize {
        let asked = self.shared.asked.lock().unwrap();
        let fits = |request: &&Request| request.path.ends_with(ending) && request.fields.contains_key(field);
        asked.iter().filter(fits).count()
    }

    /// Bytes of bodies that were sent.
    pub fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }
}

impl Drop for Wayward {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        // It wakes up, and ends.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

impl Shared {
    fn converse(&self, mut socket: TcpStream) -> std::io::Result<()> {
        let Some(request) = read(&socket)? else { return Ok(()) };
        self.asked.lock().unwrap().push(request.clone());
        let way = *self.way.lock().unwrap();
        if way == Way::Endless {
            return self.endless(&mut socket);
        }
        let mut answer = answered(&self.www, way, &request);
        stray(way, &request, &mut answer);
        let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", answer.status);
        for (name, value) in &answer.fields {
            head += &format!("{name}: {value}\r\n");
        }
        socket.write_all(head.as_bytes())?;
        socket.write_all(b"\r\n")?;
        if request.method != "HEAD" {
            self.sent.fetch_add(answer.body.len() as u64, Ordering::SeqCst);
            socket.write_all(&answer.body)?;
        }
        Ok(())
    }

    fn endless(&self, socket: &mut TcpStream) -> std::io::Result<()> {
        socket.write_all(b"HTTP/1.1 200 X\r\nconnection: close\r\ncontent-type: application/rss+xml\r\n\r\n")?;
        let piece = vec![b' '; 1 << 16];
        loop {
            socket.write_all(&piece)?;
            self.sent.fetch_add(piece.len() as u64, Ordering::SeqCst);
        }
    }
}

fn read(socket: &TcpStream) -> std::io::Result<Option<Request>> {
    let mut lines = BufReader::new(socket).lines();
    let Some(first) = lines.next().transpose()? else { return Ok(None) };
    let words: Vec<&str> = first.split(' ').collect();
    let [method, path, _] = words[..] else { return Ok(None) };
    let mut fields = BTreeMap::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else { break };
        fields.insert(name.to_ascii_lowercase(), value.trim().to_string());
    }
    Ok(Some(Request { method: method.into(), path: path.into(), fields }))
}

const TYPES: [(&str, &str); 6] = [
    (".xml", "application/rss+xml; charset=utf-8"),
    (".mp3", "audio/mpeg"),
    (".jpg", "image/jpeg"),
    (".png", "image/png"),
    (".vtt", "text/vtt"),
    (".json", "application/json+chapters"),
];

/// The right answer; for a sound and a feed with what the way makes of its redirects and its body.
fn answered(www: &Path, way: Way, request: &Request) -> Answer {
    let path = request.path.trim_start_matches('/');
    if let Some(to) = redirect(way, path) {
        return Answer { status: 302, fields: vec![("location", to), ("content-length", "0".into())], body: vec![] };
    }
    let path = path.split_once("led/").map_or(path, |(_, path)| path);
    let Ok(mut body) = std::fs::read(www.join(path)) else {
        return Answer { status: 404, fields: vec![("content-length", "0".into())], body: vec![] };
    };
    rewrite(way, path, &mut body);
    let mime = TYPES.iter().find(|(ending, _)| path.ends_with(ending)).map_or("text/plain", |(_, mime)| mime);
    let mut fields = vec![
        ("content-type", mime.to_string()),
        ("etag", "\"one\"".into()),
        ("accept-ranges", "bytes".into()),
        ("access-control-allow-origin", "*".into()),
    ];
    if request.fields.get("if-none-match").is_some_and(|tag| tag == "\"one\"") {
        return Answer { status: 304, fields, body: vec![] };
    }
    if let Some((status, range, part)) = request.fields.get("range").and_then(|range| part(range, &body)) {
        fields.extend([("content-range", range), ("content-length", part.len().to_string())]);
        return Answer { status, fields, body: part };
    }
    fields.push(("content-length", body.len().to_string()));
    Answer { status: 200, fields, body }
}

/// RFC 9110 §14: the part that is asked for, or 416.
fn part(range: &str, body: &[u8]) -> Option<(u16, String, Vec<u8>)> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let length = body.len();
    let (from, to) = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(to)) => (from, to.min(length - 1)),
        (Ok(from), Err(_)) => (from, length - 1),
        (Err(_), Ok(last)) => (length.saturating_sub(last), length - 1),
        _ => return None,
    };
    if from >= length {
        return Some((416, format!("bytes */{length}"), vec![]));
    }
    Some((206, format!("bytes {from}-{to}/{length}"), body[from..=to].to_vec()))
}

fn redirect(way: Way, path: &str) -> Option<String> {
    let is_sound = path.ends_with(".mp3");
    match way {
        Way::FeedMoved if path.ends_with(".xml") && !path.contains("led/") => Some(format!("/led/{path}")),
        Way::SixHops if is_sound => Some(format!("/x{path}")).filter(|to| to.matches('x').count() < 9),
        Way::Round if is_sound => Some(match path.strip_prefix("r/") {
            Some(path) => format!("/{path}"),
            None => format!("/r/{path}"),
        }),
        Way::BareHop if path.starts_with("track?") => Some(path.replacen("track?", "/led/", 1)),
        Way::BareHop if is_sound && !path.contains("led/") => Some(format!("/track?{path}")),
        Way::InwardHop if is_sound => Some("http://10.255.0.1/one.mp3".into()),
        _ => None,
    }
}

/// Changes what is sent.
fn rewrite(way: Way, path: &str, body: &mut Vec<u8>) {
    if path.ends_with(".xml") {
        let feed = String::from_utf8_lossy(body).into_owned();
        let dated = |date: &str| feed.replace("Mon, 05 Jan 2026 06:00:00 +0000", date);
        let feed = match way {
            Way::WarningBeforeFeed => format!("<br />\n<b>Warning</b>: include() failed{feed}"),
            Way::BlankBeforeFeed => format!("\n{feed}"),
            Way::RelativeAddresses => feed.replace("<enclosure url=\"http:", "<enclosure url=\""),
            Way::ScriptDates => dated("Mon Jan 05 2026 06:00:00 GMT+0000 (Coordinated Universal Time)"),
            Way::FutureDates => dated("Mon, 05 Jan 2099 06:00:00 +0000"),
            Way::EmptyFeed => match (feed.find("<item>"), feed.rfind("</item>")) {
                (Some(from), Some(to)) => format!("{}{}", &feed[..from], &feed[to + 7..]),
                _ => feed,
            },
            Way::OtherFeed => format!("{feed}<!-- another -->"),
            Way::LargePlainFeed => format!("{feed}<!-- {} -->", "x".repeat(200_000)),
            _ => feed,
        };
        *body = feed.into_bytes();
    }
    let page = b"<!DOCTYPE html><title>Please log in</title>";
    if (way == Way::PageForSound && path.ends_with(".mp3")) || (way == Way::PageForCover && path.ends_with(".jpg")) {
        // As long as the file, so that only its content tells.
        let length = page.len().min(body.len());
        body[..length].copy_from_slice(&page[..length]);
    }
    if way == Way::OtherCover && path.ends_with(".jpg") {
        *body.last_mut().unwrap() ^= 1;
    }
}

/// Changes the answer's head.
fn stray(way: Way, request: &Request, answer: &mut Answer) {
    let path = request.path.as_str();
    let (feed, sound, cover) = (path.ends_with(".xml"), path.ends_with(".mp3"), path.ends_with(".jpg"));
    let head = request.method == "HEAD";
    let range = request.fields.get("range").map(String::as_str).unwrap_or_default();
    match way {
        Way::NotThere if feed => (answer.status, answer.body) = (404, vec![]),
        Way::NotPublic if cover => (answer.status, answer.body) = (403, vec![]),
        Way::Failing if sound && head => answer.status = 500,
        Way::NoHead if feed && head => answer.status = 405,
        Way::NoHeadOfCover if cover && head => answer.status = 405,
        Way::NoRange if sound => (answer.status, answer.fields) = (200, without(answer, "content-range")),
        Way::NoContentRange if sound => answer.fields = without(answer, "content-range"),
        Way::WholeAsPart if sound && range == "bytes=0-1" => {
            put(answer, "content-length", "4096");
            answer.body = vec![0; 4096];
        }
        Way::NoOpenRange if sound && range.ends_with('-') && !range.contains("99999999999") => answer.status = 200,
        Way::NoSuffix if sound && range.starts_with("bytes=-") => answer.status = 416,
        Way::NoPast if sound && ends_past(range) => answer.status = 416,
        Way::NoBeyond if sound && range.contains("99999999999") => answer.status = 200,
        Way::TypelessPart if sound && !range.is_empty() => answer.fields = without(answer, "content-type"),
        Way::ShortLength if sound && head => put(answer, "content-length", "17"),
        Way::OtherType if sound => put(answer, "content-type", "application/octet-stream"),
        Way::NoCors if path.ends_with(".vtt") => answer.fields = without(answer, "access-control-allow-origin"),
        Way::TextType if path.ends_with(".json") => put(answer, "content-type", "text/plain"),
        Way::FeedType if feed => put(answer, "content-type", "text/html; charset=utf-8"),
        Way::NoValidator if feed => answer.fields = without(answer, "etag"),
        Way::Never304 if feed && answer.status == 304 => answer.status = 200,
        Way::NoVary if feed && request.fields.get("accept-encoding").is_some_and(|coding| coding == "gzip") => {
            answer.fields.push(("content-encoding", "gzip".into()));
        }
        _ => (),
    }
    // The length of what is left of the body must be the one that is said, or nobody reads it.
    if !head && !matches!(way, Way::ShortLength) && answer.status != 304 {
        put(answer, "content-length", &answer.body.len().to_string());
    }
}

/// Whether it is `bytes=N-M` with an N that is not 0.
fn ends_past(range: &str) -> bool {
    let numbers = range.strip_prefix("bytes=").and_then(|numbers| numbers.split_once('-'));
    numbers.is_some_and(|(from, to)| !from.is_empty() && from != "0" && !to.is_empty())
}

fn without(answer: &Answer, name: &str) -> Vec<(&'static str, String)> {
    answer.fields.iter().filter(|(field, _)| *field != name).cloned().collect()
}

fn put(answer: &mut Answer, name: &'static str, value: &str) {
    answer.fields = without(answer, name);
    answer.fields.push((name, value.into()));
}
