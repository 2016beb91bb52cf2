//! A real server on a port of its own with one sound, one picture and one feed, and clients made of bare sockets.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]
#![allow(dead_code, reason = "each test file uses its part of the scene")]

use axum::Router;
use bytes::Bytes;
use hearthcast_model::clock::{FixedClock, parse_rfc3339};
use hearthcast_model::{Sha256, ShowId};
use hearthcast_server::conn::{ConnOptions, serve};
use hearthcast_server::logbook::{Entry, LogOptions, Logbook, Mark, Row, RowId, read, settled};
use hearthcast_server::public::{Catalogue, Feed, MediaFile, MediaUse, Networks, PublicState, Salts, router};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Length of the sound.
pub const SOUND_BYTES: usize = 10_000_000;
/// The sound and its hash: bytes that tell where they stand, made once.
static SOUND: LazyLock<(Vec<u8>, Sha256)> = LazyLock::new(|| {
    let words = (0..SOUND_BYTES as u64 / 8).flat_map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_be_bytes());
    let bytes: Vec<u8> = words.collect();
    let hash = Sha256::of(&bytes);
    (bytes, hash)
});
/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Scene {
    pub folder: PathBuf,
    pub address: SocketAddr,
    pub sound: &'static [u8],
    pub sound_file: PathBuf,
    pub state: Arc<PublicState>,
    pub clock: Arc<FixedClock>,
    pub salts: Arc<Salts>,
    /// Removed with the scene, if it is the scene's own.
    _own: Option<tempfile::TempDir>,
    shutdown: CancellationToken,
    running: Option<std::thread::JoinHandle<()>>,
}

pub fn start() -> Scene {
    start_with(ConnOptions::default(), Networks::default(), Router::new())
}

pub fn start_with(options: ConnOptions, networks: Networks, more: Router) -> Scene {
    let own = tempfile::tempdir().unwrap();
    let mut scene = start_in(own.path(), options, networks, more);
    scene._own = Some(own);
    scene
}

/// Starts with a client of a small receive buffer that connected before anybody accepted.
pub fn start_late(receive_buffer: usize) -> (Scene, Client) {
    let own = tempfile::tempdir().unwrap();
    let early = |address| Client::small(address, receive_buffer);
    let (mut scene, client) =
        start_after(own.path(), ConnOptions::default(), Networks::default(), Router::new(), early);
    scene._own = Some(own);
    (scene, client)
}

/// Starts in a folder that outlives the scene.
pub fn start_in(folder: &Path, options: ConnOptions, networks: Networks, more: Router) -> Scene {
    start_after(folder, options, networks, more, |_| ()).0
}

fn start_after<T>(
    folder: &Path,
    options: ConnOptions,
    networks: Networks,
    more: Router,
    first: impl FnOnce(SocketAddr) -> T,
) -> (Scene, T) {
    let folder = folder.to_path_buf();
    let clock = Arc::new(FixedClock::at(parse_rfc3339("2026-11-20T12:00:00Z").unwrap()));
    let salts = Arc::new(Salts::default());
    salts.insert("2026-11-20", *b"0123456789abcdef0123456789abcdef");
    let log = Logbook::open(&folder.join("log"), "n1", clock.clone(), LogOptions::default()).unwrap();
    let state = Arc::new(PublicState::new(log, salts.clone(), networks, clock.clone()));
    let sound: &[u8] = &SOUND.0;
    let sound_file = folder.join("sound");
    std::fs::write(&sound_file, sound).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let first = first(address);
    let shutdown = CancellationToken::new();
    let serving = serve(listener, router(state.clone()).merge(more), options, shutdown.clone());
    let running = Some(std::thread::spawn(move || runtime.block_on(serving).unwrap()));
    let scene = Scene { folder, address, sound, sound_file, state, clock, salts, shutdown, running, _own: None };
    scene.state.show(Arc::new(scene.catalogue(FEED)));
    (scene, first)
}

/// A feed that is worth compressing.
pub const FEED: &str = "<?xml version=\"1.0\"?><rss><channel><title>The keeper's stair, the keeper's stair, \
     the keeper's stair, the keeper's stair, the keeper's stair, the keeper's stair</title></channel></rss>";
/// When feed and files were last changed, and how that is written.
pub const CHANGED_MS: i64 = 784_111_777_000;
/// RFC 9110 §5.6.7's example.
pub const CHANGED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

impl Scene {
    pub fn catalogue(&self, feed: &'static str) -> Catalogue {
        let mut catalogue = Catalogue::default();
        catalogue.add_feed("stair", Arc::new(Feed::new(Bytes::from_static(feed.as_bytes()), CHANGED_MS).unwrap()));
        let id = "018f0000-0000-7000-8000-000000000001";
        let used = |name: &str| MediaUse {
            show: ShowId::parse(id).unwrap(),
            episode: None,
            published_ms: 0,
            name: name.into(),
        };
        let cover = self.folder.join("cover");
        std::fs::write(&cover, b"picture").unwrap();
        for (bytes, path, mime, name) in
            [(self.sound, &self.sound_file, "audio/mpeg", "one.mp3"), (b"picture", &cover, "image/jpeg", "cover.jpg")]
        {
            let hash = if path == &self.sound_file { SOUND.1.clone() } else { Sha256::of(bytes) };
            let (names, uses) = (vec![name.to_string()], vec![used(name)]);
            let file = MediaFile::new(hash, path.clone(), bytes.len() as u64, mime, CHANGED_MS, names, uses);
            catalogue.add_media(Arc::new(file.unwrap()));
        }
        catalogue
    }

    /// The path of the sound.
    pub fn sound_path(&self) -> String {
        format!("/m/{}/one.mp3", SOUND.1)
    }

    /// A request for the sound, with more header lines.
    pub fn ask(&self, lines: &str) -> String {
        format!("GET {} HTTP/1.1\r\nHost: a\r\nUser-Agent: AntennaPod/3.5\r\n{lines}\r\n", self.sound_path())
    }

    pub fn client(&self) -> Client {
        Client::to(self.address)
    }

    /// A client whose kernel takes little ahead of the program.
    pub fn small_client(&self, receive_buffer: usize) -> Client {
        Client::small(self.address, receive_buffer)
    }

    /// What the log says now.
    pub fn entries(&self) -> Vec<(RowId, Entry)> {
        entries_in(&self.folder)
    }

    /// Waits until the log holds `count` entries.
    pub fn wait_for_entries(&self, count: usize) -> Vec<(RowId, Entry)> {
        wait_for("log entries", || Some(self.entries()).filter(|entries| entries.len() >= count))
    }

    /// Stops the server in order, and returns the rows with all amendments applied, in the order of the log.
    pub fn stop(&mut self) -> Vec<Row> {
        self.shutdown.cancel();
        self.running.take().unwrap().join().unwrap();
        let (rows, left) = settled(self.entries());
        assert!(left.is_empty(), "an amendment without a row: {left:?}");
        rows.into_values().collect()
    }

    /// Asks the server to stop, without waiting.
    pub fn begin_stop(&self) {
        self.shutdown.cancel();
    }
}

/// What the log in a scene's folder says.
pub fn entries_in(folder: &Path) -> Vec<(RowId, Entry)> {
    let log = read(&folder.join("log"), "n1", Mark::default()).unwrap();
    log.collect::<Result<_, _>>().unwrap()
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// Polls until there is something, with a deadline.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "{what} did not come");
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

/// A bare socket that speaks HTTP only as far as the test says.
pub struct Client {
    pub stream: TcpStream,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
}

impl Answer {
    /// A header field's value; empty when it is absent.
    pub fn field(&self, name: &str) -> &str {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or("")
    }
    pub fn length(&self) -> usize {
        self.field("content-length").parse().unwrap()
    }
}

impl Client {
    pub fn to(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).unwrap())
    }

    /// One whose kernel takes about so many bytes that nobody read yet.
    pub fn small(address: SocketAddr, receive_buffer: usize) -> Self {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(receive_buffer).unwrap();
        socket.connect(&address.into()).unwrap();
        Self::over(socket.into())
    }

    fn over(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { stream }
    }

    pub fn send(&mut self, text: &str) -> &mut Self {
        self.stream.write_all(text.as_bytes()).unwrap();
        self
    }

    /// Reads one head, and not a byte more.
    pub fn head(&mut self) -> Answer {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.extend(self.read_exactly(1));
        }
        let head = String::from_utf8(head).unwrap();
        Answer { status: head.split(' ').nth(1).unwrap().parse().unwrap(), head }
    }

    pub fn read_exactly(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.stream.read_exact(&mut bytes).unwrap();
        bytes
    }

    /// Reads a whole answer.
    pub fn answer(&mut self) -> (Answer, Vec<u8>) {
        let head = self.head();
        let body = self.read_exactly(head.length());
        (head, body)
    }

    /// Reads until the connection ends, in order or by a reset.
    pub fn rest(&mut self) -> Vec<u8> {
        let (mut bytes, mut piece) = (Vec::new(), vec![0; 64 * 1024]);
        loop {
            match self.stream.read(&mut piece) {
                Ok(0) => return bytes,
                Ok(count) => bytes.extend_from_slice(&piece[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return bytes,
                Err(error) => panic!("reading to the end: {error}"),
            }
        }
    }

    /// Whether the server ended the connection.
    pub fn ended(&mut self) -> bool {
        self.rest().is_empty()
    }

    /// Goes away with a reset, as a program that is killed while bytes wait for it.
    pub fn reset(self) {
        socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO)).unwrap();
    }
}
