//! Clients that leave early, at other sizes and speeds: the log says what their kernel took.
//!
//! What a kernel took ahead of its program stands in `/proc/net/tcp`; read and held together are what was delivered.

use crate::scene::{Client, Scene, start, wait_for};
use crate::sent;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Bytes that the kernel of the only client of a port holds and its program has not read, once nothing comes any more.
pub fn held(port: u16) -> u64 {
    let mut last = (None, Instant::now());
    wait_for("the bytes to come to rest", || {
        let now = receive_queue(port);
        if now != last.0 {
            last = (now, Instant::now());
        }
        last.0.filter(|_| last.1.elapsed() > Duration::from_millis(200))
    })
}

/// Column `rx_queue` of proc(5) of the established connection to `port`.
fn receive_queue(port: u16) -> Option<u64> {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let to = format!(":{port:04X}");
    let mut rows = table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let row = rows.find(|row| row[2].ends_with(&to) && row[3] == "01")?;
    u64::from_str_radix(row[4].split_once(':').unwrap().1, 16).ok()
}

/// The largest segment on loopback (its MTU is 65,536). So much may still come to a client at rest, with the probe of a
/// window that had become too small for it.
const SEGMENT: u64 = 65_483;

/// The only row says that so much was delivered.
fn assert_logged(mut scene: Scene, delivered: u64, what: &str) {
    let rows = sent(&scene.stop());
    assert_eq!(rows.len(), 1);
    assert!((delivered..=delivered + SEGMENT).contains(&rows[0]), "{what}: {delivered} delivered, {rows:?} logged");
}

/// Reads `count` bytes of the whole file as fast as it can, and leaves.
fn leaves_after(count: usize, client: impl FnOnce(&Scene) -> Client) {
    let scene = start();
    let mut client = client(&scene);
    client.send(&scene.ask("")).head();
    client.read_exactly(count);
    let delivered = count as u64 + held(scene.address.port());
    drop(client);
    assert_logged(scene, delivered, &format!("{count} bytes were read"));
}

#[test]
pub fn a_client_that_leaves_at_once_or_late_got_what_its_kernel_took() {
    for count in [1_000, 100_000, 1_000_000, 5_000_000] {
        leaves_after(count, Scene::client);
    }
}

#[test]
pub fn a_client_with_a_small_or_a_big_buffer_got_what_its_kernel_took() {
    for buffer in [16 * 1024, 256 * 1024] {
        leaves_after(100_000, |scene| scene.small_client(buffer));
    }
}

#[test]
pub fn a_slow_reader_that_leaves_got_what_its_kernel_took() {
    // 1.6 MB a second, as a player takes it, for two thirds of a second.
    let scene = start();
    let mut client = scene.client();
    client.send(&scene.ask("")).head();
    let mut next = Instant::now();
    for _ in 0..62 {
        client.read_exactly(16_000);
        next += Duration::from_millis(10);
        wait_for("the next moment to read", || (Instant::now() >= next).then_some(()));
    }
    let delivered = 62 * 16_000 + held(scene.address.port());
    drop(client);
    assert_logged(scene, delivered, "of 1.6 MB a second");
}

#[test]
pub fn a_range_that_its_kernel_holds_is_amended_to_what_the_client_got() {
    for range in [64_000, 128_000, 250_000] {
        let scene = start();
        let mut client = scene.small_client(16 * 1024);
        client.send(&scene.ask(&format!("Range: bytes=0-{}\r\n", range - 1))).head();
        client.read_exactly(30_000);
        scene.wait_for_entries(1);
        let delivered = 30_000 + held(scene.address.port());
        drop(client);
        assert_logged(scene, delivered, &format!("of {range}"));
    }
}

#[test]
pub fn a_program_that_is_killed_got_what_its_kernel_took() {
    // What curl took and did not pass on lies in its buffer and in the pipe.
    const IN_BETWEEN: u64 = 64 * 1024 + 200 * 1024;
    let mut scene = start();
    let url = format!("http://{}{}", scene.address, scene.sound_path());
    let mut curl = Command::new("curl").args(["-sS", "-o", "-", &url]).stdout(Stdio::piped()).spawn().unwrap();
    let mut pipe = curl.stdout.take().unwrap();
    std::io::Read::read_exact(&mut pipe, &mut vec![0; 250_000]).unwrap();
    let least = 250_000 + held(scene.address.port());
    curl.kill().unwrap();
    curl.wait().unwrap();
    let logged = scene.stop()[0].sent;
    assert!((least..=least + IN_BETWEEN).contains(&logged), "{logged} logged, at least {least} delivered");
}

#[test]
pub fn sound_goes_out_by_http_1_only() {
    // Bytes in the kernel's queue cannot be given to streams of one connection.
    let mut scene = start();
    let mut client = scene.client();
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    let answer = client.rest();
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"), "{answer:?}");
    let upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
    let mut client = scene.client();
    let (head, body) = client.send(&scene.ask(&format!("{upgrade}Range: bytes=0-99\r\n"))).answer();
    assert_eq!((head.status, body.len()), (206, 100), "asked to change, it goes on as before");
    assert_eq!(sent(&scene.stop()), [100]);
}
