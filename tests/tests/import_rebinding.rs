//! Issue 6, seen line: a name that changes its mind leads an import nowhere else than where it was looked up. The program runs in a
//! network of its own, where a name server says what a test wants.

use hearthcast_tests::harbour::{feed, item, text};
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
