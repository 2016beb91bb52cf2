//! Sound in a storage that the server has a key to: led to by signed addresses, or sent through. Judged against a real S3 server
//! that refuses whoever has no key (`s3s-fs`), and, for what a real one never does, against answers written by hand.

use crate::http::{self, Reply};
use crate::scene::{Laptop, Scene, Story, publish, sound};
use hearthcast_model::place::parse_location;
use hearthcast_model::rule::AudioMode;
use hearthcast_model::{EpisodeId, Sha256};
use hearthcast_server::jobs::rollup::NODE;
use hearthcast_server::logbook::{Entry, Mark, Row, read, settled};
use hearthcast_server::settings::{KeySource, StorageSetting};
use hearthcast_testkit::{ACCESS_KEY_ID, Asked, S3Server, SECRET_ACCESS_KEY, bucket_url, public_url};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const HOUR_MS: i64 = 3_600_000;

struct Act {
    scene: Scene,
    laptop: Laptop,
    story: Story,
    episode: EpisodeId,
    bytes: Vec<u8>,
    /// The public address of the storage.
    base: String,
}

fn setting(origin: &str) -> StorageSetting {
    let base = public_url(origin, "sound");
    StorageSetting {
        name: "sound".into(),
        location: parse_location(&bucket_url(origin, "sound"), Some(&base), false).unwrap(),
        key: KeySource::Said { id: ACCESS_KEY_ID.into(), secret: SECRET_ACCESS_KEY.into() },
        lasting: Duration::from_secs(600),
        open_to_all: false,
        insecure: false,
    }
}

/// A show whose one sound lies in the storage at `origin`; the server has the key.
fn act(origin: &str, bytes: Vec<u8>) -> Act {
    let mut scene = Scene::new();
    scene.start_again(|settings| settings.storages = vec![setting(origin)]);
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    let episode = story.episode("There", scene.now_ms() - HOUR_MS, bytes.clone(), Some(1_000));
    let base = public_url(origin, "sound");
    story.sound.elsewhere.insert(Sha256::of(&bytes), format!("{base}/{}", name_of(&bytes)));
    story.upload(&scene, &laptop);
    Act { scene, laptop, story, episode, bytes, base }
}

fn name_of(bytes: &[u8]) -> String {
    format!("media/{}/there.mp3", Sha256::of(bytes).short())
}

/// Puts the sound into the bucket, as a file: what lies under a key is one there.
fn stored(s3: &S3Server, bytes: &[u8]) {
    let file = s3.bucket().join("sound").join(name_of(bytes));
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, bytes).unwrap();
}

fn private_act() -> (tempfile::TempDir, S3Server, Act) {
    let folder = tempfile::tempdir().unwrap();
    let s3 = S3Server::private(folder.path());
    let bytes = sound(60_000, 2);
    stored(&s3, &bytes);
    let act = act(&s3.origin(), bytes);
    (folder, s3, act)
}

impl Act {
    fn publish(&mut self, version: u64, mode: AudioMode) -> Reply {
        self.story.sound.mode = mode;
        publish(&self.scene, &self.laptop, &self.story.request(version, self.scene.now_ms()))
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut all = vec![("User-Agent", "AntennaPod/3.5")];
        all.extend_from_slice(headers);
        http::send(self.scene.addr(), method, path, &all, b"")
    }

    fn stable(&self) -> String {
        format!("/e/{}/audio.mp3", self.episode)
    }

    fn served(&self) -> String {
        format!("/m/{}/there.mp3", Sha256::of(&self.bytes))
    }

    fn public(&self) -> String {
        format!("{}{}", self.base, name_of(&self.bytes))
    }

    fn rows(&self) -> Vec<Row> {
        let log = self.scene.data().join("log");
        let entries: Vec<_> = read(&log, NODE, Mark::default()).unwrap().collect::<Result<_, _>>().unwrap();
        let rows: Vec<_> = entries.into_iter().filter(|(_, entry)| !matches!(entry, Entry::View(..))).collect();
        settled(rows).0.into_values().collect()
    }
}

/// Asks another server by its whole address.
fn get(url: &str, headers: &[(&str, &str)]) -> Reply {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut all = vec![("Host", host)];
    all.extend_from_slice(headers);
    let lines: String = all.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let mut stream = http::connect(host.parse::<SocketAddr>().unwrap());
    stream.write_all(format!("GET /{path} HTTP/1.1\r\nConnection: close\r\n{lines}\r\n").as_bytes()).unwrap();
    http::read(stream)
}

/// Whether any file below a folder holds these bytes.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| match entry.path() {
        path if path.is_dir() => holds(&path, bytes),
        path => std::fs::read(path).unwrap().windows(bytes.len()).any(|window| window == bytes),
    })
}

#[test]
fn the_sound_of_a_private_bucket_is_led_to_by_an_address_for_one_listener() {
    let (_folder, s3, mut act) = private_act();
    act.publish(1, AudioMode::Redirect).expect(200);
    s3.asked();
    let mut links = vec![];
    for path in [act.stable(), act.served()] {
        let answer = act.ask("GET", &path, &[]).expect(302);
        assert_eq!(answer.header("cache-control"), "private, max-age=60", "a tenth of the time it works");
        let link = answer.header("location").to_string();
        assert!(link.starts_with(&format!("{}?", act.public())) && link.contains("X-Amz-Expires=600"), "{link}");
        assert!(!link.contains(SECRET_ACCESS_KEY));
        links.push(link);
    }
    // A directory that asks for the length only: a link signed for GET would refuse it.
    let head = act.ask("HEAD", &act.stable(), &[]).expect(200);
    assert_eq!((head.header("content-length"), head.header("content-type")), ("60000", "audio/mpeg"));
    assert_eq!(s3.asked(), [], "nobody asked the storage for it");
    // As a podcast app follows it, with its range.
    let part = get(&links[0], &[("Range", "bytes=100-199")]).expect(206);
    assert_eq!((part.body.as_slice(), part.header("content-range")), (&act.bytes[100..200], "bytes 100-199/60000"));
    assert!(get(&links[1], &[]).expect(200).body == act.bytes);
    // Without the signature, with another one, or for another file it opens nothing.
    let unsigned = get(&act.public(), &[]).status;
    let (before, signature) = links[0].split_once("X-Amz-Signature=").unwrap();
    let another = if signature.starts_with('a') { 'b' } else { 'a' };
    let forged = get(&format!("{before}X-Amz-Signature={another}{}", &signature[1..]), &[]).status;
    let other = get(&links[0].replace("there.mp3", "other.mp3"), &[]).status;
    assert_eq!((unsigned, forged, other), (403, 403, 403));
    let rows: Vec<_> = act.rows().iter().map(|row| (row.status, row.sent, row.flags.redirected)).collect();
    assert_eq!(rows, [(302, 0, true), (302, 0, true), (200, 0, false)]);
    assert!(!holds(&act.scene.data(), SECRET_ACCESS_KEY.as_bytes()), "the key is nowhere in the data folder");
}

#[test]
fn a_public_bucket_needs_no_signature_where_the_operator_says_so() {
    let (_folder, s3, mut act) = private_act();
    let open = StorageSetting { open_to_all: true, ..setting(&s3.origin()) };
    act.scene.start_again(|settings| settings.storages = vec![open]);
    act.publish(1, AudioMode::Redirect).expect(200);
    let answer = act.ask("GET", &act.stable(), &[]).expect(302);
    assert_eq!((answer.header("location"), answer.header("cache-control")), (act.public().as_str(), "no-cache"));
}

#[test]
fn sound_is_sent_through_with_exact_ranges_and_one_request_for_each() {
    let (_folder, s3, mut act) = private_act();
    act.publish(1, AudioMode::Serve).expect(200);
    let (path, tag) = (act.served(), format!("\"{}\"", Sha256::of(&act.bytes)));
    let feed = String::from_utf8(act.ask("GET", "/podcasts/keeper/rss/", &[]).expect(200).body).unwrap();
    assert!(feed.contains(&format!("https://pod.example{path}")), "the feed names this server");
    s3.asked();
    let whole = act.ask("GET", &path, &[]).expect(200);
    assert!(whole.body == act.bytes);
    assert_eq!((whole.header("etag"), whole.header("content-length")), (tag.as_str(), "60000"));
    assert_eq!((whole.header("content-type"), whole.header("accept-ranges")), ("audio/mpeg", "bytes"));
    assert_eq!(whole.header("cache-control"), "public, max-age=31536000, immutable");
    // RFC 9110 §14.1.2: first and last byte, a suffix, an open end; each is asked for there as it is needed.
    for (asked, from, to) in [
        ("0-1", 0, 2),
        ("100-199", 100, 200),
        ("-2", 59_998, 60_000),
        ("59999-", 59_999, 60_000),
        ("0-999999", 0, 60_000),
    ] {
        let part = act.ask("GET", &path, &[("Range", &format!("bytes={asked}"))]).expect(206);
        assert!(part.body == act.bytes[from..to], "{asked}");
        assert_eq!(part.header("content-range"), format!("bytes {from}-{}/60000", to - 1));
    }
    let ranges: Vec<String> = s3.asked().iter().map(|asked: &Asked| asked.range.clone()).collect();
    let expected = ["0-59999", "0-1", "100-199", "59998-59999", "59999-59999", "0-59999"];
    assert_eq!(ranges, expected.map(|range| format!("bytes={range}")));
    // What needs no byte asks nobody.
    act.ask("GET", &path, &[("Range", "bytes=60000-")]).expect(416);
    act.ask("GET", &path, &[("If-None-Match", &tag)]).expect(304);
    let head = act.ask("HEAD", &path, &[]).expect(200);
    assert_eq!((head.header("content-length"), head.body.len()), ("60000", 0));
    assert_eq!(s3.asked(), []);
    // If-Range: the part of the same file, the whole of another one (RFC 9110 §13.1.5).
    let part = [("Range", "bytes=0-9"), ("If-Range", tag.as_str())];
    assert_eq!(act.ask("GET", &path, &part).expect(206).body, act.bytes[..10]);
    let other = [("Range", "bytes=0-9"), ("If-Range", "\"another\"")];
    assert!(act.ask("GET", &path, &other).expect(200).body == act.bytes);
    let stable = act.ask("GET", &act.stable(), &[("Range", "bytes=5-6")]).expect(206);
    assert_eq!((stable.body.as_slice(), stable.header("cache-control")), (&act.bytes[5..7], "no-cache"));
    let rows: Vec<_> = act.rows().iter().map(|row| (row.status, row.first_byte, row.sent)).collect();
    let expected = [
        (200, 0, 60_000),
        (206, 0, 2),
        (206, 100, 100),
        (206, 59_998, 2),
        (206, 59_999, 1),
        (206, 0, 60_000),
        (416, 0, 0),
        (304, 0, 0),
        (200, 0, 0),
        (206, 0, 10),
        (200, 0, 60_000),
        (206, 5, 2),
    ];
    assert_eq!(rows, expected);
    assert!(act.rows().iter().all(|row| !row.flags.redirected));
}

#[test]
fn every_address_stays_valid_when_the_mode_changes() {
    let (_folder, _s3, mut act) = private_act();
    let modes = [AudioMode::Serve, AudioMode::Redirect, AudioMode::Direct, AudioMode::Serve];
    for (mode, version) in modes.into_iter().zip(1..) {
        act.publish(version, mode).expect(200);
        let alias = format!("/episodes/{}/audio/", act.episode);
        let mut paths = vec![act.stable(), act.served()];
        let leads = act.ask("GET", &alias, &[]).expect(302).header("location").to_string();
        match leads.strip_prefix("https://pod.example") {
            Some(own) => paths.push(own.to_string()),
            None => assert!(get(&leads, &[]).expect(200).body == act.bytes, "{mode:?} {alias}"),
        }
        for path in paths {
            let answer = act.ask("GET", &path, &[]);
            let sent = answer.status == 200;
            assert_eq!(sent, mode == AudioMode::Serve, "{mode:?} {path}");
            let body = if sent { answer.body } else { get(answer.header("location"), &[]).expect(200).body };
            assert!(body == act.bytes, "{mode:?} {path}");
        }
    }
}

#[test]
fn a_server_without_the_key_sends_nothing_from_there() {
    let (_folder, _s3, mut act) = private_act();
    act.publish(1, AudioMode::Serve).expect(200);
    act.scene.start_again(|_| ());
    // The key was taken away: listeners are led to the public address, as with a storage of before.
    let answer = act.ask("GET", &act.served(), &[]).expect(302);
    assert_eq!(answer.header("location"), act.public());
    let refused = act.publish(2, AudioMode::Serve).expect(422);
    assert_eq!(refused.code(), "field.invalid");
    assert!(refused.json()["message"].as_str().unwrap().contains(&act.base), "it names the storage");
}

#[test]
fn a_version_whose_sound_is_not_in_the_storage_is_refused_and_what_is_known_is_not_looked_up_again() {
    let (_folder, s3, mut act) = private_act();
    let file = s3.bucket().join("sound").join(name_of(&act.bytes));
    std::fs::remove_file(&file).unwrap();
    for _ in 0..2 {
        let refused = act.publish(1, AudioMode::Redirect).expect(422);
        assert_eq!(refused.code(), "target.mismatch");
        let message = refused.json()["message"].as_str().unwrap().to_string();
        assert!(message.contains("storage sound does not have") && message.contains("60000 bytes"), "{message}");
        act.ask("GET", "/podcasts/keeper/rss/", &[]).expect(404);
        // There, but torn.
        std::fs::write(&file, &act.bytes[..59_999]).unwrap();
    }
    stored(&s3, &act.bytes);
    s3.asked();
    let looked_up = |s3: &S3Server| s3.asked().into_iter().map(|asked| asked.method).collect::<Vec<_>>();
    act.publish(1, AudioMode::Redirect).expect(200);
    assert_eq!(looked_up(&s3), ["HEAD"], "no byte of it");
    act.publish(2, AudioMode::Redirect).expect(200);
    assert_eq!(looked_up(&s3), [""; 0]);
    act.publish(3, AudioMode::Serve).expect(200);
    assert_eq!(looked_up(&s3), ["HEAD"], "on another way it is looked at anew");
    // A storage that is away keeps nothing from being taken out of the feed, and nothing new comes in.
    drop(s3);
    act.publish(4, AudioMode::Serve).expect(200);
    assert_eq!(act.publish(5, AudioMode::Redirect).expect(502).code(), "target.offline");
    act.story.episodes.clear();
    act.story.files.truncate(1);
    act.publish(5, AudioMode::Serve).expect(200);
}

#[test]
fn a_withdrawn_sound_answers_410_under_every_name_whatever_it_was_called_in_the_storage() {
    let (_folder, s3, mut act) = private_act();
    let (hash, named) = (Sha256::of(&act.bytes), "shows/2026-01-number-one.mp3");
    let file = s3.bucket().join("sound").join(named);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, &act.bytes).unwrap();
    act.story.sound.elsewhere.insert(hash.clone(), format!("{}/{named}", act.base));
    act.publish(1, AudioMode::Serve).expect(200);
    let by_template = format!("/m/{hash}/2026-01-number-one.mp3");
    assert!(act.ask("GET", &act.served(), &[]).expect(200).body == act.bytes);
    act.ask("GET", &by_template, &[]).expect(404);
    let episode = act.story.episodes.remove(0);
    act.story.files.truncate(1);
    act.publish(2, AudioMode::Serve).expect(200);
    let request = serde_json::json!({"show": act.story.id, "episode": episode.id, "files": []});
    act.laptop.post(act.scene.addr(), "/sync/v1/withdraw", &request).expect(200);
    for _ in 0..2 {
        for path in [act.served(), act.stable(), by_template.clone()] {
            act.ask("GET", &path, &[]).expect(410);
        }
        act.ask("GET", "/m/00000000000000000000000000000000/there.mp3", &[]).expect(404);
        let storage = setting(&s3.origin());
        act.scene.start_again(|settings| settings.storages = vec![storage]);
    }
}

/// A storage of which every answer is written by hand: `body` is sent once the head of a request is there.
struct Written {
    origin: String,
    /// Bytes of bodies that could be sent so far.
    sent: Arc<AtomicU64>,
    /// Set when nothing more could be sent for a second.
    stalled: Arc<AtomicU64>,
}

fn written(head: &'static str, length: usize, bytes: Arc<Vec<u8>>) -> Written {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let (sent, stalled) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let counts = (Arc::clone(&sent), Arc::clone(&stalled));
    std::thread::spawn(move || {
        for mut socket in listener.incoming().flatten() {
            let (bytes, (sent, stalled)) = (Arc::clone(&bytes), counts.clone());
            std::thread::spawn(move || {
                let mut seen = vec![];
                while !seen.windows(4).any(|four| four == b"\r\n\r\n") {
                    let mut piece = [0; 4096];
                    let Ok(count @ 1..) = socket.read(&mut piece) else { return };
                    seen.extend_from_slice(&piece[..count]);
                }
                // Whether it is there is asked before it is published: it is.
                let there = format!("200 OK\r\nContent-Length: {}\r\nETag: \"1\"", bytes.len());
                let asked = seen.starts_with(b"HEAD ");
                let (head, length) = if asked { (there.as_str(), 0) } else { (head, length) };
                let head = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n");
                let _ = socket.write_all(head.as_bytes());
                socket.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
                let mut at = 0;
                while at < length {
                    match socket.write(&bytes[at..length.min(at + 65_536)]) {
                        Ok(count) => {
                            at += count;
                            sent.fetch_add(count as u64, Ordering::SeqCst);
                        }
                        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                            stalled.store(at as u64, Ordering::SeqCst);
                        }
                        Err(_) => return,
                    }
                }
            });
        }
    });
    Written { origin, sent, stalled }
}

#[test]
fn a_storage_that_breaks_off_ends_the_answer_early_and_the_row_says_so() {
    let bytes = sound(60_000, 2);
    let storage = written(
        "206 Partial Content\r\nContent-Range: bytes 0-59999/60000\r\nContent-Length: 60000",
        10_000,
        Arc::new(bytes.clone()),
    );
    let mut act = act(&storage.origin, bytes);
    act.publish(1, AudioMode::Serve).expect(200);
    let cut = act.ask("GET", &act.served(), &[]).expect(200);
    assert_eq!((cut.header("content-length"), cut.body.as_slice()), ("60000", &act.bytes[..10_000]));
    act.scene.until("the row is there", || act.rows().first().is_some_and(|row| row.sent > 0));
    let rows: Vec<_> = act.rows().iter().map(|row| (row.status, row.sent)).collect();
    assert_eq!(rows, [(200, 10_000)], "what was really delivered");
}

#[test]
fn a_storage_that_is_away_or_wrong_is_said_plainly() {
    let bytes = sound(60_000, 2);
    let nowhere = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let good = "206 Partial Content\r\nContent-Range: bytes 0-59999/60000\r\nContent-Length: 60000";
    let answers = [
        ("503 Slow Down\r\nContent-Length: 0", 503),
        ("500 Oh\r\nContent-Length: 0", 503),
        ("429 Too Many\r\nContent-Length: 0", 503),
        ("404 Not Found\r\nContent-Length: 0", 502),
        ("403 Forbidden\r\nContent-Length: 0", 502),
        ("302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0", 502),
        ("200 OK\r\nContent-Length: 59999", 502),
        ("206 Partial Content\r\nContent-Range: bytes 0-59999/70000\r\nContent-Length: 60000", 502),
        ("206 Partial Content\r\nContent-Range: bytes 1-60000/60000\r\nContent-Length: 60000", 502),
        ("206 Partial Content\r\nContent-Length: 60000", 502),
    ];
    let origins = answers.map(|(head, status)| (written(head, 0, Arc::default()).origin, status));
    let mut act = act(&written(good, 60_000, Arc::new(bytes.clone())).origin, bytes.clone());
    act.publish(1, AudioMode::Serve).expect(200);
    let public = act.base.clone();
    for (origin, status) in origins.into_iter().chain([(nowhere, 503)]) {
        // The same published address, whatever stands behind it today.
        let storage = StorageSetting {
            location: parse_location(&bucket_url(&origin, "sound"), Some(&public), false).unwrap(),
            ..setting(&origin)
        };
        act.scene.start_again(|settings| settings.storages = vec![storage]);
        let answer = act.ask("GET", &act.served(), &[]).expect(status);
        assert!(!answer.header("retry-after").is_empty() && answer.header("cache-control") == "no-store", "{origin}");
        let words = String::from_utf8(answer.body).unwrap();
        assert!(words.contains("storage") && !words.contains("http") && !words.contains("Signature"), "{words}");
    }
    assert_eq!(act.rows(), [], "nothing was delivered");
    // And a part is never taken out of a whole.
    let storage = written("200 OK\r\nContent-Length: 60000", 60_000, Arc::new(bytes));
    let at = StorageSetting {
        location: parse_location(&bucket_url(&storage.origin, "sound"), Some(&public), false).unwrap(),
        ..setting(&storage.origin)
    };
    act.scene.start_again(|settings| settings.storages = vec![at]);
    act.ask("GET", &act.served(), &[("Range", "bytes=0-9")]).expect(502);
    assert!(act.ask("GET", &act.served(), &[]).expect(200).body == act.bytes, "the whole is one");
}

/// What waits for a slow listener lies in the storage, not here: on the way are what the HTTP client reads at a time (400 KiB),
/// what the server's connection holds (64 KiB) and the sockets' own buffers, which grow only with a reader that keeps up.
#[test]
fn a_slow_listener_does_not_make_the_server_read_ahead() {
    const LENGTH: usize = 48 * 1024 * 1024;
    let bytes = Arc::new(sound(LENGTH, 3));
    let head = "206 Partial Content\r\nContent-Range: bytes 0-50331647/50331648\r\nContent-Length: 50331648";
    let storage = written(head, LENGTH, Arc::clone(&bytes));
    let mut act = act(&storage.origin, bytes.to_vec());
    act.publish(1, AudioMode::Serve).expect(200);
    let mut listener = http::connect(act.scene.addr());
    listener.write_all(http::head("GET", &act.served(), &[("User-Agent", "AntennaPod/3.5")]).as_bytes()).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while storage.stalled.load(Ordering::SeqCst) == 0 {
        assert!(Instant::now() < deadline, "all {} bytes were taken", storage.sent.load(Ordering::SeqCst));
        std::thread::yield_now();
    }
    let ahead = storage.stalled.load(Ordering::SeqCst);
    assert!(ahead < 16 * 1024 * 1024, "{ahead} bytes were asked for ahead of a listener who reads nothing");
    let answer = http::read(listener);
    assert!(answer.status == 200 && answer.body == *bytes, "and then everything comes");
}
