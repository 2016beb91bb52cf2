//! Somebody who reads the feed and whole enclosures all the time, and writes down every bad read: a feed cut short, an
//! enclosure that is missing, has another length, or another content than its name says.

use crate::{Listener, until};
use hearthcast_model::Sha256;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

/// How listeners reach a target.
#[derive(Debug, Clone)]
pub enum Web {
    /// A folder, read as a web server would read it: `address` stands for the folder.
    Folder {
        /// Address of the folder, ending in `/`.
        address: String,
        /// The folder.
        folder: PathBuf,
    },
    /// A server that may be away for a while.
    Server,
    /// A server that takes the older feed away just before it moves the new one in (docs/guide/storage.md), and that tells a
    /// file's length before it opens it: what is missing, and a feed of another one's length, is asked for again at once, and
    /// must be there whole soon.
    WithGaps,
}

/// How long a gap may last.
const GAP: std::time::Duration = std::time::Duration::from_millis(500);

/// What a read gave.
enum Read {
    Whole(Vec<u8>),
    /// Said to be missing, or refused.
    Missing(String),
    /// Nobody answered, or the answer was cut: the server was killed. The listener will ask again.
    Away,
}

impl Web {
    fn read(&self, url: &str) -> Read {
        match self {
            Web::Folder { address, folder } => read_file(folder, url.strip_prefix(address.as_str()).unwrap_or(url)),
            Web::WithGaps => {
                let began = std::time::Instant::now();
                loop {
                    match Web::Server.read(url) {
                        Read::Missing(_) if began.elapsed() < GAP => std::thread::yield_now(),
                        Read::Whole(feed) if is_cut(&feed) && began.elapsed() < GAP => std::thread::yield_now(),
                        read => return read,
                    }
                }
            }
            Web::Server => match Listener::fast("HearthcastJourney/1.0").get(url) {
                Ok(answer) if answer.status == 200 && answer.whole => Read::Whole(answer.body),
                Ok(answer) if answer.status == 200 => Read::Away,
                Ok(answer) => Read::Missing(format!("status {}", answer.status)),
                Err(_) => Read::Away,
            },
        }
    }
}

fn read_file(folder: &Path, path: &str) -> Read {
    match std::fs::read(folder.join(path)) {
        Ok(bytes) => Read::Whole(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Read::Missing("no such file".into()),
        Err(error) => Read::Missing(error.to_string()),
    }
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Report {
    /// Whole feeds read.
    pub feeds: u64,
    /// Whole enclosures read.
    pub enclosures: u64,
    /// Everything that must not happen.
    pub bad: Vec<String>,
}

/// The reader, in a thread of its own.
pub struct Poller {
    stop: Arc<AtomicBool>,
    rounds: Arc<AtomicU64>,
    thread: JoinHandle<Report>,
}

impl Poller {
    /// Begins to read the feed at `feed_url`, which must be there.
    pub fn start(web: Web, feed_url: &str) -> Self {
        let (stop, rounds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (stopped, counted, feed_url) = (stop.clone(), rounds.clone(), feed_url.to_string());
        let thread = std::thread::spawn(move || {
            let mut report = Report::default();
            while !stopped.load(Ordering::SeqCst) {
                look(&web, &feed_url, &mut report);
                counted.fetch_add(1, Ordering::SeqCst);
                // Leaves the machine to the programs under test.
                std::thread::park_timeout(std::time::Duration::from_millis(2));
            }
            report
        });
        Self { stop, rounds, thread }
    }

    /// Waits until everything was read at least once more from now on.
    pub fn another_round(&self) {
        let from = self.rounds.load(Ordering::SeqCst);
        until("the reader looks again", || (self.rounds.load(Ordering::SeqCst) >= from + 2).then_some(()));
    }

    /// Stops reading.
    pub fn stop(self) -> Report {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().expect("the reader does not panic")
    }
}

/// Whether this is a feed, and not to its end.
fn is_cut(bytes: &[u8]) -> bool {
    bytes.starts_with(b"<?xml") && !bytes.trim_ascii_end().ends_with(b"</rss>")
}

/// One look: the feed, its newest enclosure, and one older one.
fn look(web: &Web, feed_url: &str, report: &mut Report) {
    let feed = match web.read(feed_url) {
        Read::Whole(bytes) => bytes,
        Read::Missing(why) => return report.bad.push(format!("the feed: {why}")),
        Read::Away => return,
    };
    let feed = String::from_utf8_lossy(&feed).into_owned();
    if !feed.trim_end().ends_with("</rss>") {
        return report.bad.push("the feed is cut short".into());
    }
    report.feeds += 1;
    let enclosures = enclosures(&feed);
    let older = report.feeds as usize % enclosures.len().max(1);
    for (url, length) in enclosures.first().into_iter().chain(enclosures.get(older).filter(|_| older > 0)) {
        match web.read(url) {
            Read::Whole(bytes) => {
                report.enclosures += 1;
                report.bad.extend(wrong(url, *length, &bytes));
            }
            Read::Missing(why) => report.bad.push(format!("{url}: {why}")),
            Read::Away => {}
        }
    }
}

/// Addresses and lengths of a feed's enclosures, in its order.
pub fn enclosures(feed: &str) -> Vec<(String, u64)> {
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&amp;", "&"))
    };
    let tags = feed.split("<enclosure ").skip(1).filter_map(|rest| rest.split('>').next());
    tags.filter_map(|tag| Some((attribute(tag, "url")?, attribute(tag, "length")?.parse().ok()?))).collect()
}

/// What is wrong with an enclosure's bytes: its length, or its hash, which is a part of its address.
fn wrong(url: &str, length: u64, bytes: &[u8]) -> Option<String> {
    if bytes.len() as u64 != length {
        return Some(format!("{url}: {} bytes, but the feed says {length}", bytes.len()));
    }
    let hash = Sha256::of(bytes).to_string();
    let named = url.split('/').find(|part| part.len() >= 32 && part.bytes().all(|b| b.is_ascii_hexdigit()));
    match named {
        Some(named) if hash.starts_with(named) => None,
        _ => Some(format!("{url}: its content has the hash {hash}")),
    }
}
