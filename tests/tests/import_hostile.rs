//! Issue 6, seen line: what hostile servers do to somebody who imports. A body that unpacks to ten gibibytes ends at its limit in
//! little memory, and a name that changes its mind leads nowhere else than where it was looked up.

use hearthcast_tests::harbour::{feed, item, text};
use hearthcast_tests::{Elsewhere, Laptop, NameServer, output, scratch};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Zeros in one member of the packet, and how often it is sent: ten gibibytes.
const MEMBER: u64 = 16 << 20;
const MEMBERS: u64 = (10 << 30) / MEMBER;

/// Gibibytes of zeros, packed by gzip (RFC 1952: a packet may have many members). `sent` counts what they unpack to.
fn bomb_server(folder: &Path) -> (String, Arc<AtomicU64>) {
    let zeros = folder.join("zeros");
    std::fs::File::create(&zeros).and_then(|file| file.set_len(MEMBER)).expect("a file of zeros");
    output(Command::new("gzip").arg("-9").arg(&zeros));
    let member = std::fs::read(folder.join("zeros.gz")).expect("a packet");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let sent = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&sent);
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let (member, told) = (member.clone(), Arc::clone(&told));
            std::thread::spawn(move || {
                let mut reader = BufReader::new(socket);
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|length| length > 2) {
                    line.clear();
                }
                let socket = reader.get_mut();
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    member.len() as u64 * MEMBERS
                );
                let _ = socket.write_all(head.as_bytes());
                for _ in 0..MEMBERS {
                    if socket.write_all(&member).is_err() {
                        return;
                    }
                    told.fetch_add(MEMBER, Ordering::Relaxed);
                }
            });
        }
    });
    (origin, sent)
}

#[test]
fn point_2_ten_gibibytes_in_a_small_packet_end_at_the_limit_in_little_memory() {
    let folder = scratch();
    let (web, mut laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let (origin, sent) = bomb_server(folder.path());
    // Twenty times as much would be needed to hold it.
    laptop.under(["prlimit", "--data=512000000"].map(String::from).to_vec());
    let refused = laptop.speak(&["import", &format!("{origin}/feed.xml"), "--allow-local"]);
    assert_eq!(refused.code, Some(1), "{}", refused.last);
    assert!(refused.last.to_string().contains("longer than"), "{}", refused.last);
    assert_eq!(laptop.ask(&["show", "list"])["shows"].as_array().map(Vec::len), Some(0), "nothing was made");

    let texts = format!(
        r#"<itunes:image href="{origin}/p.jpg"/><podcast:chapters url="{origin}/c.json" type="application/json+chapters"/><podcast:transcript url="{origin}/t.vtt" type="text/vtt"/>"#
    );
    let head = format!(r#"<itunes:image href="{origin}/cover.jpg"/><atom:link rel="next" href="{origin}/2.xml"/>"#);
    web.put("/feed.xml", "application/rss+xml", feed(&head, &[item(1, &format!("{origin}/a.mp3"), 9, &texts)]));
    let local = format!("--allow-local={origin}");
    let report = laptop.speak(&["import", &web.url("/feed.xml"), "--allow-local", &local]);
    let failed = report.last["files"]["failed"].as_u64();
    assert_eq!((report.code, failed), (Some(1), Some(5)), "each is refused, and nothing else stops: {}", report.last);
    assert!(report.last["problems"].to_string().contains("/2.xml"), "{}", report.last);
    // What the lines and buffers of seven requests hold unpacks to gibibytes; nobody read them to their end.
    assert!(sent.load(Ordering::Relaxed) < 6 * MEMBER * MEMBERS, "{sent:?}");
}

/// Where the servers of the public network stand in the test's own network.
const PUBLIC: Ipv4Addr = Ipv4Addr::new(8, 8, 4, 4);
const OWN: &str = "HEARTHCAST_TEST_NETWORK";

/// Starts a test of this program anew, in a network of its own where names are asked for at 127.0.0.1.
fn in_a_network_of_its_own(test: &str) {
    let folder = scratch();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let resolv = file("resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n");
    let switch = file("nsswitch.conf", "hosts: files dns\n");
    let mut unshare = Command::new("unshare");
    let root = output(Command::new("id").arg("-u")).trim() == "0";
    unshare.arg(if root { "-mn" } else { "-rmn" }).args(["sh", "-ec"]);
    unshare.arg(
        r#"mount --bind "$1" "$(readlink -f /etc/resolv.conf)"
if [ -e /etc/nsswitch.conf ]; then mount --bind "$2" /etc/nsswitch.conf; fi
ip link set lo up
ip address add "$3/32" dev lo
exec "$0" --exact "$4" --nocapture"#,
    );
    let this = std::env::current_exe().expect("this program");
    unshare.arg(this).args([&resolv, &switch]).args([&PUBLIC.to_string(), test]).env(OWN, "1");
    let done = unshare.output().expect("unshare (util-linux) starts");
    let said = [done.stdout, done.stderr].concat();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&said));
}

#[test]
fn point_2_a_name_that_changes_its_mind_leads_nowhere_else() {
    if std::env::var_os(OWN).is_none() {
        return in_a_network_of_its_own("point_2_a_name_that_changes_its_mind_leads_nowhere_else");
    }
    let folder = scratch();
    let canary = TcpListener::bind("127.0.0.1:80").expect("a port");
    canary.set_nonblocking(true).expect("a socket can be told");
    let names = NameServer::start_at("127.0.0.1:53", |name, before| match (name, before) {
        ("pod.turning.com" | "media.turning.com", 0) => vec![PUBLIC],
        ("both.turning.com", _) => vec![PUBLIC, Ipv4Addr::LOCALHOST],
        _ => vec![Ipv4Addr::LOCALHOST],
    });
    let (web, laptop) = (Elsewhere::start_at(&format!("{PUBLIC}:80")), Laptop::new(folder.path()));
    let items: Vec<String> = ["media.turning.com/a.mp3", "both.turning.com/a.mp3", "pod.turning.com/a.mp3"]
        .iter()
        .enumerate()
        .map(|(n, at)| item(n, &format!("http://{at}"), 7, ""))
        .collect();
    web.put("/feed.xml", "application/rss+xml", feed("", &items));
    web.put("/a.mp3", "audio/mpeg", "a sound");
    let report = laptop.speak(&["import", "http://pod.turning.com/feed.xml", "--media", "none"]);
    assert_eq!(report.last["episodes_new"], 3, "the feed came from where the name was looked up: {}", report.last);
    // The sound of the name that was public when it was looked up; neither of one that is inner now, or inner, too.
    assert_eq!(
        (&report.last["files"]["elsewhere"], &report.last["files"]["failed"]),
        (&1.into(), &2.into()),
        "{}",
        report.last
    );
    assert!(report.last["problems"][0].to_string().contains("public network"), "{}", report.last);
    assert_eq!(names.answered("media.turning.com"), [vec![PUBLIC]], "looked up once, and connected to that");
    assert_eq!(names.answered("pod.turning.com"), [vec![PUBLIC], vec![Ipv4Addr::LOCALHOST]]);
    let again = laptop.speak(&["import", "http://pod.turning.com/feed.xml"]);
    assert_eq!((again.code, text(&again.last["code"])), (Some(2), "target.invalid"), "{}", again.last);
    assert!(canary.accept().is_err(), "nobody came");
}
