//! `kill -9` under load: whoever got an answer whole has a row that says so.
//!
//! The server runs in a process of its own, which is this very test program, started again as `server_to_be_killed`.
#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

mod scene;

use axum::Router;
use hearthcast_server::conn::ConnOptions;
use hearthcast_server::logbook::settled;
use hearthcast_server::public::Networks;
use scene::{entries_in, start_in};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

const FOLDER: &str = "HEARTHCAST_KILLED_SERVER_FOLDER";
const ROUNDS: usize = 8;
const CLIENTS: usize = 4;
/// Tiny, one buffer, and several pieces.
const LENGTHS: [u64; 3] = [100, 65_536, 200_000];

/// Does nothing, unless it was started by the test below: then it serves until it is killed.
#[test]
fn server_to_be_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let scene = start_in(Path::new(&folder), ConnOptions::default(), Networks::default(), Router::new());
    println!("\nserving {} {}", scene.address, scene.sound_path());
    // When the test goes away, the pipe ends, and so does this.
    let _ = std::io::stdin().read(&mut [0]);
}

fn spawn(folder: &Path) -> (Child, SocketAddr, String) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "server_to_be_killed", "--nocapture"])
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines.find_map(|line| line.unwrap().strip_prefix("serving ").map(str::to_string)).unwrap();
    std::thread::spawn(move || lines.count());
    let (address, path) = told.split_once(' ').unwrap();
    (child, address.parse().unwrap(), path.into())
}

/// Asks for `length` bytes from `first` on; true when all of them arrived.
fn fetch(stream: &mut BufReader<TcpStream>, path: &str, first: u64, length: u64) -> std::io::Result<bool> {
    let last = first + length - 1;
    let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nRange: bytes={first}-{last}\r\n\r\n");
    stream.get_mut().write_all(request.as_bytes())?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_until(b'\n', &mut head)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    stream.read_exact(&mut vec![0; usize::try_from(length).unwrap()])?;
    Ok(head.starts_with(b"HTTP/1.1 206"))
}

#[test]
fn no_answer_that_arrived_is_missing_from_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let arrived = Mutex::new(BTreeMap::new());
    let next = AtomicU64::new(0);
    let mut random = 20_261_120u64;
    for round in 0..ROUNDS {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let answers_before_kill = 20 + (random >> 33) as usize % 200;
        let (mut child, address, path) = spawn(folder.path());
        let seen = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    let stream = TcpStream::connect(address).unwrap();
                    stream.set_read_timeout(Some(scene::PATIENCE)).unwrap();
                    let mut stream = BufReader::new(stream);
                    loop {
                        // No two requests have the same first byte, so that each is known again in the log.
                        let first = next.fetch_add(1, Ordering::Relaxed);
                        let length = LENGTHS[first as usize % LENGTHS.len()];
                        let Ok(whole) = fetch(&mut stream, &path, first, length) else { return };
                        assert!(whole, "another answer than asked for");
                        arrived.lock().unwrap().insert(first, length);
                        seen.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            scene::wait_for("answers", || (seen.load(Ordering::Relaxed) >= answers_before_kill).then_some(()));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        let (rows, left) = settled(entries_in(folder.path()));
        assert!(left.is_empty());
        let noted: BTreeMap<u64, u64> = rows.values().map(|row| (row.first_byte, row.sent)).collect();
        let arrived = arrived.lock().unwrap();
        for (first, length) in arrived.iter() {
            assert_eq!(noted.get(first), Some(length), "round {round}: the answer from byte {first} on");
        }
        let in_flight = noted.len() - arrived.len();
        assert!(in_flight <= (round + 1) * CLIENTS, "round {round}: {in_flight} rows more than answers");
    }
    assert!(arrived.lock().unwrap().len() > ROUNDS * 20);
}
