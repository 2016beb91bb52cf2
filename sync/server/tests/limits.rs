//! Limits of connections and requests, and the numbers the operator sees of them, through real sockets.

#![expect(clippy::unwrap_used, reason = "a test's own reading that breaks is a failed test")]

mod scene;

use axum::Router;
use hearthcast_server::conn::{ConnOptions, Route};
use hearthcast_server::public::Networks;
use hearthcast_server::{Settings, start as start_server};
use scene::{Client, Scene, start_with, wait_for};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

fn limited(options: ConnOptions) -> Scene {
    start_with(options, Networks::default(), Router::new())
}

const FEED: &str = "GET /podcasts/stair/rss/ HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn one_address_has_so_many_connections_and_no_more() {
    let scene = limited(ConnOptions { max_per_address: 3, without_limit: vec![], ..ConnOptions::default() });
    let mut kept: Vec<Client> = (0..3).map(|_| scene.client()).collect();
    for client in &mut kept {
        assert_eq!(client.send(FEED).answer().0.status, 200);
    }
    let mut fourth = scene.client();
    assert!(String::from_utf8_lossy(&fourth.rest()).starts_with("HTTP/1.1 429 "), "the fourth is turned away");
    kept.pop();
    wait_for("a free place", || {
        let mut stream = TcpStream::connect(scene.address).unwrap();
        let _ = stream.write_all(FEED.as_bytes());
        let mut status = [0; 12];
        (stream.read_exact(&mut status).is_ok() && &status == b"HTTP/1.1 200").then_some(())
    });
    assert_eq!(kept[0].send(FEED).answer().0.status, 200, "the others are not disturbed");
}

#[test]
fn this_machine_has_no_limit_unless_it_is_asked_for() {
    let scene = limited(ConnOptions { max_per_address: 1, ..ConnOptions::default() });
    let mut clients: Vec<Client> = (0..5).map(|_| scene.client()).collect();
    assert!(clients.iter_mut().all(|client| client.send(FEED).answer().0.status == 200));
}

#[test]
fn the_last_request_of_a_connection_closes_it() {
    let scene = limited(ConnOptions { max_requests: 3, ..ConnOptions::default() });
    let mut client = scene.client();
    for _ in 0..2 {
        assert_eq!(client.send(FEED).answer().0.field("connection"), "");
    }
    let (last, body) = client.send(FEED).answer();
    assert_eq!((last.status, last.field("connection")), (200, "close"));
    assert_eq!(body, scene::FEED.as_bytes(), "it is answered whole");
    assert!(client.ended());
    // Of four in one go three are answered.
    let mut client = scene.client();
    let all = String::from_utf8(client.send(&FEED.repeat(4)).rest()).unwrap();
    assert_eq!(all.matches("HTTP/1.1 200 OK").count(), 3);
}

#[test]
fn heads_and_addresses_have_their_limits() {
    let options = ConnOptions { max_headers: 8, max_head_bytes: 8_192, max_uri_bytes: 256, ..ConnOptions::default() };
    let scene = limited(options);
    let ask = |path: &str, lines: &str| {
        scene.client().send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n{lines}\r\n")).head().status
    };
    let fields = |count: usize| (0..count).map(|n| format!("X-{n}: y\r\n")).collect::<String>();
    assert_eq!(ask("/podcasts/stair/rss/", &fields(7)), 200);
    assert_eq!(ask("/podcasts/stair/rss/", &fields(8)), 431);
    assert_eq!(ask("/podcasts/stair/rss/", &format!("X: {}\r\n", "y".repeat(8_192))), 431);
    assert_eq!(ask(&format!("/{}", "y".repeat(255)), ""), 404);
    assert_eq!(ask(&format!("/{}", "y".repeat(256)), ""), 414);
    assert_eq!(ask("/healthz", ""), 200, "it goes on");
}

#[test]
fn everything_is_counted_by_part_and_class() {
    let counts = Arc::default();
    let options = ConnOptions { counts: Arc::clone(&counts), max_uri_bytes: 256, ..ConnOptions::default() };
    let mut scene = limited(options);
    let mut client = scene.client();
    client.send(FEED).answer();
    client.send(&scene.ask("Range: bytes=0-99\r\n")).answer();
    client.send("GET /m/none/none HTTP/1.1\r\nHost: a\r\n\r\n").answer();
    client.send("GET /episodes/ HTTP/1.1\r\nHost: a\r\n\r\n").answer();
    client.send(&format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "y".repeat(300))).answer();
    let seen = |route, class| counts.requests(route, class);
    assert_eq!((seen(Route::Feed, 2), seen(Route::Media, 2), seen(Route::Media, 4)), (1, 1, 1));
    assert_eq!((seen(Route::Api, 2), seen(Route::Other, 4), seen(Route::Owner, 4)), (1, 1, 0));
    assert_eq!((counts.connections_accepted(), counts.connections_open()), (1, 1));
    assert!(counts.bytes() > 100 + scene::FEED.len() as u64);
    drop(client);
    scene.stop();
    assert_eq!(counts.connections_open(), 0);
}

fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let mut client = Client::to(address);
    let (head, body) = client.send(&format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n")).answer();
    (head.status, String::from_utf8(body).unwrap())
}

#[test]
fn prometheus_has_a_listener_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut settings = Settings::new(folder.path().join("data"));
    settings.metrics_bind = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    let running = runtime.block_on(start_server(settings)).unwrap();
    let metrics = running.metrics_addr.unwrap();
    assert_eq!(get(running.addr, "/healthz").0, 200);
    assert_eq!(get(running.addr, "/metrics").0, 404, "never where listeners are");
    assert_eq!(get(metrics, "/podcasts/").0, 404, "and listeners' addresses not there");
    let (status, text) = get(metrics, "/metrics");
    assert_eq!(status, 200);
    assert_well_formed(&text);
    let has = |line: &str| assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    has("hearthcast_requests_total{route=\"other\",status=\"2xx\"} 1");
    has("hearthcast_requests_total{route=\"other\",status=\"4xx\"} 1");
    has("hearthcast_log_rows_lost_total 0");
    for name in ["sent_bytes_total", "connections_open", "connections_stalled_total", "log_rows_written_total"] {
        assert!(text.contains(&format!("\nhearthcast_{name} ")), "{name}");
    }
    assert!(text.contains("\nhearthcast_catalogue_age_seconds ") && text.contains("\nhearthcast_store_errors_total "));
    runtime.block_on(running.stop()).unwrap();
    assert!(TcpStream::connect(metrics).is_err(), "it stops with the server");
}

/// The text format of Prometheus, version 0.0.4: HELP and TYPE before the first sample of a name, then samples.
fn assert_well_formed(text: &str) {
    assert!(text.ends_with('\n'));
    let mut known = std::collections::BTreeSet::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(matches!(kind, "counter" | "gauge") && known.insert(name.to_string()), "{line}");
        } else if !line.starts_with("# HELP ") {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let name = name.split('{').next().unwrap();
            assert!(known.contains(name) && value.parse::<f64>().is_ok(), "{line}");
        }
    }
}
