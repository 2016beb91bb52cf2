//! Issue 6, seen line: what hostile servers do to somebody who imports. A body that unpacks to ten gibibytes ends at its limit in
//! little memory, and no address leads to this machine itself.

use hearthcast_tests::harbour::{feed, is_refused, item, text};
use hearthcast_tests::{Elsewhere, Laptop, output, scratch};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
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

/// Words before a command that give it so many bytes of memory, and none beyond.
fn limited(bytes: u64) -> Vec<String> {
    vec!["prlimit".into(), format!("--data={bytes}")]
}

#[test]
fn point_2_ten_gibibytes_in_a_small_packet_end_at_the_limit_in_little_memory() {
    let folder = scratch();
    let (web, mut laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let (origin, sent) = bomb_server(folder.path());
    // Twenty times as much would be needed to hold it.
    laptop.under(limited(512_000_000));
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

/// The longest feed (docs/guide/import.md).
const MOST: usize = 64 << 20;

/// A feed of exactly so many bytes: the words between these two texts are as many as it takes.
fn long(bytes: usize, before: &str, after: &str) -> String {
    let room = bytes - feed(&format!("{before}{after}"), &[]).len();
    feed(&format!("{before}{}{after}", "x".repeat(room)), &[])
}

/// Ten thousand million letters in ten names, and a name of 64 KiB that stands there 16,000 times: a gibibyte.
fn bombs(sound: &str) -> String {
    let nested: String =
        (1..10).map(|n| format!(r#"<!ENTITY e{n} "{}">"#, format!("&e{};", n - 1).repeat(10))).collect();
    let (wide, often) = ("y".repeat(64 << 10), "&w;".repeat(16_000));
    let episode = item(1, sound, 9, &format!("<itunes:summary>{often}</itunes:summary>"));
    let rss = feed("<copyright>&e9;</copyright>", &[episode]);
    let (declared, rest) = rss.split_once('\n').expect("a line");
    format!(r#"{declared}<!DOCTYPE rss [<!ENTITY e0 "x"><!ENTITY w "{wide}">{nested}]>{rest}"#)
}

#[test]
fn point_2_documents_that_grow_or_go_deep_end_in_little_memory() {
    let folder = scratch();
    let (web, mut laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    laptop.under(limited(512_000_000));
    let put = |path: &str, document: String| {
        web.put(path, "application/rss+xml", document);
        web.url(path)
    };
    let deep = |end: &str| feed("", &[format!("<item>{}x{end}</item>", "<a>".repeat(200_000))]);
    let levels = "more than 64 levels of tags inside each other";
    for (url, code, why) in [
        (put("/deep.xml", deep(&"</a>".repeat(200_000))), "import.unreadable", levels),
        (put("/open.xml", deep("")), "import.unreadable", levels),
        (put("/long.xml", long(MOST + 1, "<!-- ", " -->")), "target.refused", "longer than 67108864 bytes"),
    ] {
        let refused = laptop.speak(&["import", &url, "--allow-local"]);
        assert_eq!((refused.code, text(&refused.last["code"])), (Some(1), code), "{}", refused.last);
        assert!(text(&refused.last["message"]).contains(why), "{}", refused.last);
    }
    assert_eq!(laptop.ask(&["show", "list"])["shows"].as_array().map(Vec::len), Some(0), "nothing was made");

    // Names that a document declares are never put in: they are read as they stand.
    web.put("/a.mp3", "audio/mpeg", "a sound");
    let bombs = put("/bombs.xml", bombs(&web.url("/a.mp3")));
    let read = laptop.ask(&["import", &bombs, "--allow-local", "--media", "none"]);
    let got = laptop.ask(&["show", "get", text(&read["slug"])]);
    assert_eq!(got["show"]["copyright"], "&e9;", "{got}");
    // One byte less than what was too long is a feed. What its length is made of is a comment: words that a library keeps take
    // several times their own room.
    let read = laptop.ask(&["import", &put("/most.xml", long(MOST, "<!-- ", " -->")), "--allow-local"]);
    assert_eq!(read["title"], "Harbour talk", "{read}");
}

/// Most episodes of one feed.
const MOST_EPISODES: usize = 50_000;

#[test]
fn point_2_as_many_episodes_as_a_feed_may_have_are_read_in_little_memory() {
    let folder = scratch();
    let mut laptop = Laptop::new(folder.path());
    laptop.under(limited(1 << 30));
    // Nearly as long as a feed may be, and all of it words, guids and sounds.
    let words = "the sea, its harbours and those who work there; ".repeat(20);
    let one = |n: usize| item(n, &format!("https://harbour.example/{n}.mp3"), 9, "").replace("the sea.", &words);
    let document = feed("", &(1..=MOST_EPISODES).map(one).collect::<Vec<_>>());
    assert!((60 << 20..MOST).contains(&document.len()), "{} bytes", document.len());
    let file = folder.path().join("feed.xml");
    std::fs::write(&file, document).expect("a file");
    let named = file.to_str().expect("temporary folders have plain names");
    let read = laptop.ask(&["import", named, "--media", "none", "--dry-run"]);
    assert_eq!((&read["episodes_new"], &read["made"]), (&MOST_EPISODES.into(), &true.into()));
    assert_eq!(laptop.ask(&["show", "list"])["shows"].as_array().map(Vec::len), Some(0), "nothing was made");
}

/// Listeners that nobody may come to, at one port of both loopbacks. Only a machine that has no IPv6 loopback at all goes without
/// the second.
fn canaries() -> (u16, Vec<TcpListener>) {
    let both = || {
        let four = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = four.local_addr().expect("an address").port();
        if TcpListener::bind("[::1]:0").is_err() {
            return Some((port, vec![four]));
        }
        // Somebody else may have that port there: then it is another one.
        TcpListener::bind(("::1", port)).ok().map(|six| (port, vec![four, six]))
    };
    let (port, canaries) = (0..100).find_map(|_| both()).expect("a port that is free on both loopbacks");
    for canary in &canaries {
        canary.set_nonblocking(true).expect("a socket can be told");
    }
    (port, canaries)
}

/// Names of this machine itself, as an address may have them.
const INSIDE: [&str; 7] =
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "canary.local"];

#[test]
fn point_2_no_address_in_a_feed_leads_inside() {
    let folder = scratch();
    let (port, canaries) = canaries();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    for (place, before, after) in [
        ("enclosure", "<enclosure url=\"", "\" length=\"1\" type=\"audio/mpeg\"/>"),
        ("image", "<itunes:image href=\"", "\"/>"),
        ("chapters", "<podcast:chapters url=\"", "\" type=\"application/json+chapters\"/>"),
        ("transcript", "<podcast:transcript url=\"", "\" type=\"text/vtt\"/>"),
    ] {
        let inside = INSIDE.map(|host| format!("http://{host}:{port}/{place}.mp3"));
        let item = |(n, url): (usize, &String)| {
            format!("<item><title>{place} {n}</title><guid>{place}{n}</guid>{before}{url}{after}</item>")
        };
        let items: Vec<String> = inside.iter().enumerate().map(item).collect();
        let [cover, next, new] =
            ["cover.jpg", "2.xml", "new.xml"].map(|name| format!("http://127.0.0.1:{port}/{name}"));
        let head = format!(
            r#"<itunes:image href="{cover}"/><itunes:new-feed-url>{new}</itunes:new-feed-url><atom:link rel="next" href="{next}"/>"#
        );
        let path = format!("/{place}.xml");
        web.put(&path, "application/rss+xml", feed(&head, &items));
        let report = laptop.speak(&["import", &web.url(&path), "--allow-local"]);
        assert_eq!((report.code, &report.last["files"]["taken"]), (Some(1), &0.into()), "{place}: {}", report.last);
        for url in inside.iter().chain([&cover, &next]) {
            assert!(is_refused(&report.last, url), "{place}: {url}: {}", report.last);
        }
    }
    assert!(canaries.iter().all(|canary| canary.accept().is_err()), "nobody came");
}

#[test]
fn point_2_no_redirect_leads_inside() {
    let folder = scratch();
    let (port, canaries) = canaries();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    // Everything that may be asked for, and where it leads.
    let led = [
        ("/s/1.mp3", "127.0.0.1"),
        ("/s/two", "[::1]"),
        ("/cover.jpg", "localhost"),
        ("/p/1.jpg", "2130706433"),
        ("/c/1.json", "[::ffff:127.0.0.1]"),
        ("/t/1.vtt", "0.0.0.0"),
        ("/2.xml", "[::1]"),
        ("/away.xml", "localhost"),
    ];
    for (path, host) in led {
        web.lead(path, 302, &format!("http://{host}:{port}{path}"));
    }
    web.lead("/s/2.mp3", 307, "/s/two");
    let texts = r#"<itunes:image href="/p/1.jpg"/><podcast:chapters url="/c/1.json" type="application/json+chapters"/><podcast:transcript url="/t/1.vtt" type="text/vtt"/>"#;
    let items = [item(1, "/s/1.mp3", 9, texts), item(2, "/s/2.mp3", 9, "")];
    let head = r#"<itunes:image href="/cover.jpg"/><atom:link rel="next" href="/2.xml"/>"#;
    web.put("/feed.xml", "application/rss+xml", feed(head, &items));
    let report = laptop.speak(&["import", &web.url("/feed.xml"), "--allow-local"]);
    let files = &report.last["files"];
    assert_eq!((report.code, &files["failed"], &files["taken"]), (Some(1), &6.into(), &0.into()), "{}", report.last);
    for path in ["/s/1.mp3", "/s/2.mp3", "/cover.jpg", "/p/1.jpg", "/c/1.json", "/t/1.vtt", "/2.xml"] {
        assert!(is_refused(&report.last, &web.url(path)), "{path}: {}", report.last);
        assert!(!web.asked(path).is_empty(), "{path} was asked where it leads");
    }
    let refused = laptop.speak(&["import", &web.url("/away.xml"), "--allow-local"]);
    assert_eq!((refused.code, text(&refused.last["code"])), (Some(2), "target.invalid"), "{}", refused.last);
    assert!(canaries.iter().all(|canary| canary.accept().is_err()), "nobody came");
}
