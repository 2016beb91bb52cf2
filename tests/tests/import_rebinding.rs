//! Issue 6, seen line: a name that changes its mind leads an import nowhere else than where it was looked up. The program runs in a
//! network of its own, where a name server says what a test wants.

use hearthcast_tests::harbour::{cover, feed, is_refused, item, text};
use hearthcast_tests::{Elsewhere, Laptop, NameServer, output, scratch};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

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

/// Everything beside the sound that an item names, with the file that lies there: picture, chapters and transcript.
const BESIDE: [(&str, &str, &str, &str); 3] = [
    ("image", "/image.jpg", "<itunes:image href=\"", "\"/>"),
    ("chapters", "/chapters.json", "<podcast:chapters url=\"", "\" type=\"application/json+chapters\"/>"),
    ("transcript", "/transcript.vtt", "<podcast:transcript url=\"", "\" type=\"text/vtt\"/>"),
];

#[test]
fn point_2_no_picture_chapters_or_transcript_comes_from_where_a_name_leads_later() {
    if std::env::var_os(OWN).is_none() {
        let test = "point_2_no_picture_chapters_or_transcript_comes_from_where_a_name_leads_later";
        return in_a_network_of_its_own(test);
    }
    let folder = scratch();
    let canary = TcpListener::bind("127.0.0.1:80").expect("a port");
    canary.set_nonblocking(true).expect("a socket can be told");
    // Every name is public when it is asked for first, and this machine from then on.
    let names = NameServer::start_at("127.0.0.1:53", |name, before| match (name, before) {
        ("both.turning.com", _) => vec![PUBLIC, Ipv4Addr::LOCALHOST],
        (_, 0) => vec![PUBLIC],
        _ => vec![Ipv4Addr::LOCALHOST],
    });
    let (web, laptop) = (Elsewhere::start_at(&format!("{PUBLIC}:80")), Laptop::new(folder.path()));
    // A chapter's picture is asked for after its file: then the name leads inside.
    let later = "http://chapters.turning.com/later.jpg";
    let chapters = format!(r#"{{"version":"1.2.0","chapters":[{{"startTime":0,"title":"Begin","img":"{later}"}}]}}"#);
    let picture = cover(folder.path());
    web.put("/image.jpg", "image/jpeg", picture.clone());
    web.put("/later.jpg", "image/jpeg", picture);
    web.put("/chapters.json", "application/json+chapters", chapters);
    web.put("/transcript.vtt", "text/vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nFog and ships.\n");
    let (mut items, mut refused) = (vec![], vec![later.to_string()]);
    for (place, path, before, after) in BESIDE {
        // The feed's own name has turned by now, also for who is led there; one name has both kinds of address at once.
        web.lead(&format!("/led/{place}"), 302, &format!("http://pod.turning.com{path}"));
        let inner = [
            format!("http://pod.turning.com{path}"),
            format!("http://both.turning.com{path}"),
            format!("http://led-{place}.turning.com/led/{place}"),
        ];
        let turning = format!("http://{place}.turning.com{path}");
        for (n, url) in inner.iter().chain([&turning]).enumerate() {
            items.push(format!("<item><title>{place} {n}</title><guid>{place}{n}</guid>{before}{url}{after}</item>"));
        }
        refused.extend(inner);
    }
    web.put("/feed.xml", "application/rss+xml", feed("", &items));
    let report = laptop.speak(&["import", "http://pod.turning.com/feed.xml"]);
    let files = &report.last["files"];
    assert_eq!((report.code, &files["taken"], &files["failed"]), (Some(1), &3.into(), &10.into()), "{}", report.last);
    for url in &refused {
        assert!(is_refused(&report.last, url), "{url}: {}", report.last);
    }
    let (public, inner) = (vec![PUBLIC], vec![Ipv4Addr::LOCALHOST]);
    for (place, path, ..) in BESIDE {
        let of_name = |name: &str| names.answered(&format!("{name}.turning.com"));
        assert_eq!(of_name(place)[0], public, "{place}: looked up once, and connected to that");
        assert_eq!(of_name(&format!("led-{place}")), std::slice::from_ref(&public), "{place}");
        assert_eq!((web.asked(path).len(), web.asked(&format!("/led/{place}")).len()), (1, 1), "{place}");
    }
    assert_eq!(names.answered("image.turning.com").len(), 1, "nobody looked again between looking and asking");
    assert_eq!(names.answered("transcript.turning.com").len(), 1, "nobody looked again between looking and asking");
    assert_eq!(names.answered("chapters.turning.com"), [public.clone(), inner.clone()], "its picture came later");
    let feeds = names.answered("pod.turning.com");
    assert!(feeds.len() > 1 && feeds[0] == public && feeds[1..].iter().all(|said| *said == inner), "{feeds:?}");
    assert!(web.asked("/later.jpg").is_empty(), "the name has turned");
    assert!(canary.accept().is_err(), "nobody came");
}
