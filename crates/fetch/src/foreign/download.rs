//! Getting a large file of somebody else's onto the disk: it goes on where it broke off, in this run and in the next.

use super::hops::{Arrived, Way};
use super::part::Part;
use super::{Bounds, Foreign, hop, mime};
use crate::{FetchError, failed};
use bytes::Bytes;
use hearthcast_model::Cancel;
use reqwest::Response;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_RANGE, HeaderMap, HeaderValue, IF_RANGE, RANGE};
use std::path::Path;
use std::time::Duration;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// So often the work looks whether it is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A file that came whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    /// Where it lay in the end.
    pub url: Url,
    /// Where the address leads for good, if it does.
    pub moved: Option<Url>,
    /// Its bytes.
    pub bytes: u64,
    /// Those of them that were here already.
    pub resumed: u64,
    /// Its media type, as the server says; empty when it says none.
    pub mime: String,
}

impl Foreign<'_> {
    /// Brings what lies at an address into the file `to`, at most `most` bytes. `told` hears how many bytes are here and how
    /// many there will be (0 when nobody says).
    ///
    /// Stopped, cut off or killed, it leaves what came: the next call with the same address and file goes on behind it, when
    /// the server still has the same file by its own mark, and begins anew otherwise. A line that breaks while bytes come is
    /// tried again at once.
    pub async fn download(
        &self,
        url: &Url,
        to: &Path,
        most: u64,
        cancel: &Cancel,
        told: &(dyn Fn(u64, u64) + Send + Sync),
    ) -> Result<Downloaded, FetchError> {
        let (part, mut tried) = (Part::at(to), 1);
        let mut resumed = None;
        loop {
            let here = part.bytes().await;
            let broke = match self.attempt(url, &part, most, cancel, told).await {
                Ok(whole) => return Ok(Downloaded { resumed: resumed.unwrap_or(whole.resumed), ..whole }),
                Err(error) => error,
            };
            resumed = resumed.or(Some(here));
            let asked = match &broke {
                FetchError::Offline { .. } if part.bytes().await > here => None,
                FetchError::Answered { status: 429 | 503, wait: Some(wait), .. } => Some(*wait),
                _ => return Err(broke),
            };
            if !self.net.patience().again(tried, asked).await {
                return Err(broke);
            }
            tried += 1;
        }
    }

    async fn attempt(
        &self,
        url: &Url,
        part: &Part<'_>,
        most: u64,
        cancel: &Cancel,
        told: &(dyn Fn(u64, u64) + Send + Sync),
    ) -> Result<Downloaded, FetchError> {
        let mut begun = part.begun(url.as_str()).await;
        let mut arrived = self.arrive(url, &asking(begun.as_ref()), Way::Plain).await?;
        if arrived.response.status().as_u16() == 416 {
            if let Some((here, _)) = &begun
                && ends_at(&arrived.response) == Some(*here)
            {
                // All of it came before, and nobody noticed.
                part.forget().await?;
                let (url, moved, mime) = (arrived.url, arrived.moved, mime(arrived.response.headers()));
                return Ok(Downloaded { url, moved, bytes: *here, resumed: *here, mime });
            }
            begun = None;
            arrived = self.arrive(url, &asking(None), Way::Plain).await?;
        }
        let here = begun.map_or(0, |(here, _)| here);
        let from = begins_at(&arrived, here).ok_or_else(|| arrived.refused(self.net))?;
        let said = hop(&arrived.url, arrived.response.status().as_u16(), arrived.response.headers());
        if said.length.is_some_and(|length| length > most) {
            return Err(too_long(&arrived, most));
        }
        if arrived.response.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            return Err(garbled(&arrived, "it is packed in a way nobody asked for".into()));
        }
        let file = match from {
            0 => part.begin(url.as_str(), arrived.response.headers()).await?,
            _ => part.go_on().await?,
        };
        let mut taking = Taking { part, file, done: from, total: said.length, most, told, cancel };
        let taken = taking.all(&mut arrived, self.bounds).await;
        let flushed = taking.file.flush().await.map_err(|error| part.disk(error));
        // A disk that is full says so only now, perhaps; then nothing else counts.
        flushed?;
        let bytes = taken?;
        part.forget().await?;
        let mime = mime(arrived.response.headers());
        Ok(Downloaded { url: arrived.url, moved: arrived.moved, bytes, resumed: from, mime })
    }
}

/// A body on its way into a file.
struct Taking<'a> {
    part: &'a Part<'a>,
    file: File,
    done: u64,
    total: Option<u64>,
    most: u64,
    told: &'a (dyn Fn(u64, u64) + Send + Sync),
    cancel: &'a Cancel,
}

impl Taking<'_> {
    async fn all(&mut self, arrived: &mut Arrived, bounds: Bounds) -> Result<u64, FetchError> {
        let mut gate = Gate { bounds, end: Instant::now() + bounds.window, moved: 0 };
        (self.told)(self.done, self.total.unwrap_or(0));
        while let Some(piece) = self.piece(arrived, &mut gate).await? {
            self.done += piece.len() as u64;
            if self.done > self.most {
                return Err(too_long(arrived, self.most));
            }
            self.file.write_all(&piece).await.map_err(|error| self.part.disk(error))?;
            (self.told)(self.done, self.total.unwrap_or(0));
        }
        match self.total {
            Some(total) if total != self.done => {
                Err(garbled(arrived, format!("{} bytes came, and {total} were announced", self.done)))
            }
            _ => Ok(self.done),
        }
    }

    async fn piece(&self, arrived: &mut Arrived, gate: &mut Gate) -> Result<Option<Bytes>, FetchError> {
        loop {
            if self.cancel.is_cancelled() {
                return Err(FetchError::Stopped);
            }
            let look = gate.end.min(Instant::now() + LOOK_EVERY);
            match timeout_at(look, arrived.response.chunk()).await {
                Ok(piece) => {
                    let piece = piece.map_err(|error| failed(&arrived.origin(), &error))?;
                    gate.moved += piece.as_ref().map_or(0, |piece| piece.len() as u64);
                    gate.look(arrived)?;
                    return Ok(piece);
                }
                Err(_) => gate.look(arrived)?,
            }
        }
    }
}

/// How much must move within which time.
struct Gate {
    bounds: Bounds,
    end: Instant,
    moved: u64,
}

impl Gate {
    fn look(&mut self, arrived: &Arrived) -> Result<(), FetchError> {
        if Instant::now() < self.end {
            return Ok(());
        }
        if self.moved < self.bounds.least {
            return Err(FetchError::Offline { origin: arrived.origin(), why: "it sends too slowly".into() });
        }
        (self.end, self.moved) = (Instant::now() + self.bounds.window, 0);
        Ok(())
    }
}

/// What is asked for: all of it, or what is missing if it is still the same.
fn asking(begun: Option<&(u64, String)>) -> HeaderMap {
    let mut headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]);
    if let Some((here, mark)) = begun
        && let (Ok(range), Ok(mark)) = (HeaderValue::try_from(format!("bytes={here}-")), HeaderValue::from_str(mark))
    {
        headers.extend([(RANGE, range), (IF_RANGE, mark)]);
    }
    headers
}

/// Where the body of an answer begins in the file; `None` for one that is no part of it.
fn begins_at(arrived: &Arrived, here: u64) -> Option<u64> {
    match arrived.response.status().as_u16() {
        200 => Some(0),
        206 if here > 0 => {
            let range = arrived.response.headers().get(CONTENT_RANGE)?.to_str().ok()?;
            let from = range.trim().strip_prefix("bytes ")?.split('-').next()?.trim().parse::<u64>().ok()?;
            (from == here).then_some(from)
        }
        _ => None,
    }
}

/// How long a file is of which there is nothing more (`Content-Range: bytes */<length>`).
fn ends_at(response: &Response) -> Option<u64> {
    response.headers().get(CONTENT_RANGE)?.to_str().ok()?.trim().strip_prefix("bytes */")?.parse().ok()
}

fn too_long(arrived: &Arrived, most: u64) -> FetchError {
    FetchError::TooLong { origin: arrived.origin(), limit: usize::try_from(most).unwrap_or(usize::MAX) }
}

fn garbled(arrived: &Arrived, why: String) -> FetchError {
    FetchError::Garbled { origin: arrived.origin(), why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foreign::scene::{Asked, Scene, answer, redirect};
    use crate::{Net, Noted, Patience};
    use std::io::Write as _;
    use std::net::TcpStream;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const MOST: u64 = 1 << 24;

    fn sound() -> Vec<u8> {
        (0..300_000u32).map(|n| n.to_le_bytes()[usize::from(n % 7 == 0)]).collect()
    }

    /// A server that knows ranges, by its mark.
    fn part_of(body: &[u8], mark: &str, asked: &Asked, socket: &mut TcpStream) {
        let header = format!("ETag: {mark}\r\nContent-Type: audio/mpeg");
        let from = asked.get("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
        match from.filter(|_| asked.get("if-range").is_none_or(|known| known == mark)) {
            Some(from) if from >= body.len() => {
                let head = format!(
                    "HTTP/1.1 416 No\r\nConnection: close\r\nContent-Length: 0\r\nContent-Range: bytes */{}\r\n\r\n",
                    body.len()
                );
                let _ = socket.write_all(head.as_bytes());
            }
            Some(from) => {
                let (rest, last) = (&body[from..], body.len() - 1);
                let head = format!(
                    "HTTP/1.1 206 Part\r\nConnection: close\r\nContent-Length: {}\r\nContent-Range: bytes {from}-{last}/{}\r\n{header}\r\n\r\n",
                    rest.len(),
                    body.len()
                );
                let _ = socket.write_all(head.as_bytes()).and_then(|()| socket.write_all(rest));
            }
            None => answer(socket, &header, body),
        }
    }

    /// As much of a whole answer as `bytes`, and then nothing more.
    fn cut(body: &[u8], mark: &str, bytes: usize, socket: &mut TcpStream) {
        let head =
            format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\nETag: {mark}\r\n\r\n", body.len());
        let _ = socket.write_all(head.as_bytes()).and_then(|()| socket.write_all(&body[..bytes]));
    }

    fn hasty() -> (Net, Arc<Noted>) {
        let noted = Arc::new(Noted::default());
        (Net::default().patient(Patience::with(Arc::<Noted>::clone(&noted))), noted)
    }

    async fn bring(foreign: &Foreign<'_>, url: &Url, to: &Path) -> Result<Downloaded, FetchError> {
        foreign.download(url, to, MOST, &Cancel::default(), &|_, _| ()).await
    }

    #[tokio::test]
    async fn what_breaks_off_goes_on_behind_what_came() {
        let count = AtomicUsize::new(0);
        let scene = Scene::start(move |path, asked, socket| match (path, count.fetch_add(1, Ordering::Relaxed)) {
            ("/e", _) => redirect(socket, 302, "/sound"),
            (_, 1) => cut(&sound(), "\"a\"", 100_000, socket),
            _ => part_of(&sound(), "\"a\"", asked, socket),
        });
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("sound.part");
        let ((net, noted), own) = (hasty(), scene.own());
        let whole = bring(&Foreign::over(&net, &own), &scene.url("/e"), &to).await.unwrap();
        assert_eq!((whole.bytes, whole.mime.as_str()), (300_000, "audio/mpeg"));
        assert!(std::fs::read(&to).unwrap() == sound());
        assert_eq!(noted.taken(), [500], "it waited once");
        assert_eq!(scene.headers("if-range"), ["", "", "\"a\"", "\"a\""]);
        assert!(scene.headers("range").last().unwrap().starts_with("bytes=1"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no note is left");
    }

    #[tokio::test]
    async fn the_next_run_goes_on_and_another_file_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let (net, noted) = hasty();
        for (mark, then, anew) in [("\"a\"", "\"a\"", false), ("\"a\"", "\"b\"", true), ("W/\"a\"", "W/\"a\"", true)] {
            let count = AtomicUsize::new(0);
            // The first run ends when the line is cut and nobody answers for longer than anybody waits.
            let scene = Scene::start(move |_, asked, socket| match count.fetch_add(1, Ordering::Relaxed) {
                0 => cut(&sound(), mark, 150_000, socket),
                1 => drop(socket.write_all(
                    b"HTTP/1.1 503 x\r\nConnection: close\r\nRetry-After: 900\r\nContent-Length: 0\r\n\r\n",
                )),
                _ => part_of(&sound(), then, asked, socket),
            });
            let (to, own) = (folder.path().join("x.part"), scene.own());
            let foreign = Foreign::over(&net, &own);
            let broke = bring(&foreign, &scene.url("/"), &to).await;
            assert!(matches!(broke, Err(FetchError::Answered { status: 503, .. })), "{broke:?}");
            assert_eq!(std::fs::metadata(&to).unwrap().len(), 150_000);
            let whole = bring(&foreign, &scene.url("/"), &to).await.unwrap();
            assert_eq!(whole.resumed, if anew { 0 } else { 150_000 }, "{mark} {then}");
            assert!(std::fs::read(&to).unwrap() == sound(), "{mark} {then}");
            std::fs::remove_file(&to).unwrap();
        }
        noted.taken();
    }

    #[tokio::test]
    async fn servers_without_ranges_and_files_that_are_whole_are_known() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("x.part");
        let scene = Scene::start(|path, asked, socket| match path {
            "/deaf" => answer(socket, "ETag: \"a\"", &sound()),
            _ => part_of(&sound(), "\"a\"", asked, socket),
        });
        let (net, own) = (Net::default(), scene.own());
        let foreign = Foreign::over(&net, &own);
        for (path, here, resumed) in [("/deaf", 70_000, 0), ("/knows", 300_000, 300_000), ("/knows", 299_999, 299_999)]
        {
            std::fs::write(&to, &sound()[..here]).unwrap();
            std::fs::write(folder.path().join("x.part.note"), format!("{}\n\"a\"\n", scene.url(path))).unwrap();
            let whole = bring(&foreign, &scene.url(path), &to).await.unwrap();
            assert_eq!((whole.bytes, whole.resumed), (300_000, resumed), "{path}");
            assert!(std::fs::read(&to).unwrap() == sound(), "{path}");
        }
        // A note of another address says nothing about this one.
        std::fs::write(&to, b"something else").unwrap();
        std::fs::write(folder.path().join("x.part.note"), format!("{}\n\"a\"\n", scene.url("/other"))).unwrap();
        assert_eq!(bring(&foreign, &scene.url("/knows"), &to).await.unwrap().resumed, 0);
        assert!(std::fs::read(&to).unwrap() == sound());
    }

    #[tokio::test]
    async fn limits_slowness_a_stop_and_a_full_disk_end_it() {
        let folder = tempfile::tempdir().unwrap();
        let scene = Scene::start(|path, _, socket| match path {
            "/long" => cut(&sound(), "\"a\"", 1, socket),
            "/endless" => {
                let _ = socket.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
                while socket.write_all(&[b'x'; 8192]).is_ok() {}
            }
            "/whole" => cut(&sound(), "\"a\"", 300_000, socket),
            "/none" => drop(socket.write_all(b"HTTP/1.1 404 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")),
            _ => {
                cut(&sound(), "\"a\"", 1000, socket);
                let _ = std::io::Read::read(socket, &mut [0]);
            }
        });
        let (net, own) = (Net::default(), scene.own());
        let foreign = Foreign::over(&net, &own);
        let cancel = Cancel::default();
        for path in ["/long", "/endless"] {
            let to = folder.path().join("x.part");
            let ended = foreign.download(&scene.url(path), &to, 200_000, &cancel, &|_, _| ()).await;
            assert!(matches!(ended, Err(FetchError::TooLong { limit: 200_000, .. })), "{path}: {ended:?}");
            assert!(std::fs::metadata(&to).map_or(0, |there| there.len()) <= 200_000);
        }
        let none = bring(&foreign, &scene.url("/none"), &folder.path().join("y")).await;
        assert!(matches!(none, Err(FetchError::Answered { status: 404, .. })));

        let bounds = Bounds { window: Duration::from_millis(300), least: 5000, ..Bounds::default() };
        let (net, _) = hasty();
        let hurried = Foreign { bounds, ..Foreign::over(&net, &own) };
        let slow = bring(&hurried, &scene.url("/slow"), &folder.path().join("z")).await;
        assert!(matches!(&slow, Err(FetchError::Offline { why, .. }) if why.contains("slowly")), "{slow:?}");

        let stop = |done: u64, _: u64| {
            if done >= 1000 {
                cancel.cancel()
            }
        };
        let stopped = foreign.download(&scene.url("/slow"), &folder.path().join("s"), MOST, &cancel, &stop).await;
        assert!(matches!(stopped, Err(FetchError::Stopped)), "{stopped:?}");
        assert_eq!(std::fs::metadata(folder.path().join("s")).unwrap().len(), 1000, "what came stays");
        // Every write to this device says that the disk is full.
        #[cfg(target_os = "linux")]
        {
            let full = folder.path().join("full");
            std::os::unix::fs::symlink("/dev/full", &full).unwrap();
            let told = bring(&foreign, &scene.url("/whole"), &full).await.unwrap_err();
            let error = hearthcast_model::Error::from(told);
            assert_eq!(error.code, hearthcast_model::Code::LibraryFailed, "{error:?}");
            assert!(error.hint.contains("kept"), "{error:?}");
        }
    }
}
