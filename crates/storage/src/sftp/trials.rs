//! Tests of what only SFTP does, against a real server (Debian's sshd).

use super::{Sftp, host_key};
use crate::bucket::AccessKey;
use crate::far::trials::{
    NOBODY, feed, goes_on_with_half_a_file, is_reached_through_proxies, is_said_to_be_advisory, keeps_all_promises,
};
use crate::place::{Place, part_name};
use crate::suite::{LARGE, Memory, media, source};
use hearthcast_fetch::{Net, TRIES};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::place::{Location, Remote, parse_location};
use hearthcast_model::{Cancel, Code, Error, Sha256};
use hearthcast_testkit::{CutLine, FAR_NAME, PasswordSftp, SSH_PASSWORD, SSH_USER, SftpServer, WebDavServer};
use std::sync::Arc;

fn remote(url: &str, public: &str) -> Remote {
    match parse_location(url, Some(public), false).unwrap() {
        Location::Remote(remote) => remote,
        other => panic!("{other:?} is remote"),
    }
}

/// A place whose server's key is known to be this.
fn open(url: &str, public: &str, known: &str) -> Sftp {
    Sftp::open(&remote(&format!("{url}&host_key={known}"), public), None, Arc::new(SystemClock)).unwrap()
}

fn scene() -> (tempfile::TempDir, SftpServer, Sftp) {
    let dir = tempfile::tempdir().unwrap();
    let server = SftpServer::start(&dir.path().join("ssh"), &dir.path().join("data"));
    let place = open(&server.url(), NOBODY, &server.host_key());
    (dir, server, place)
}

#[tokio::test]
async fn an_sftp_folder_keeps_the_promises() {
    let (dir, server, place) = scene();
    keeps_all_promises(&place, dir.path(), server.folder()).await;
}

#[tokio::test]
async fn another_server_that_wants_a_password_keeps_the_promises() {
    let dir = tempfile::tempdir().unwrap();
    let server = PasswordSftp::start(&dir.path().join("data"));
    let Remote::Sftp { login, .. } = remote(&server.url(), NOBODY) else { panic!("it is") };
    let known = host_key(&login, Net::default()).await.unwrap();
    let open = |password: &str| {
        let password = AccessKey::new(SSH_USER, password).unwrap();
        let remote = remote(&format!("{}?host_key={known}", server.url()), NOBODY);
        Sftp::open(&remote, Some(&password), Arc::new(SystemClock)).unwrap()
    };
    let place = open(SSH_PASSWORD);
    keeps_all_promises(&place, dir.path(), server.folder()).await;
    let error = Error::from(open("wrong").head(&feed()).await.unwrap_err());
    assert_eq!(error.code, Code::AuthRefused, "{error:?}");
}

#[tokio::test]
async fn the_host_key_is_the_one_ssh_keygen_tells() {
    let (_dir, server, _place) = scene();
    let Remote::Sftp { login, .. } = remote(&server.url(), NOBODY) else { panic!("it is") };
    assert_eq!(host_key(&login, Net::default()).await.unwrap(), server.host_key());
}

#[tokio::test]
async fn a_changed_host_key_is_refused_and_nothing_is_sent() {
    let (_dir, server, place) = scene();
    let known = server.host_key();
    place.put_bytes(&feed(), b"feed").await.unwrap();
    let server = server.with_another_host_key();
    assert_ne!(server.host_key(), known);
    let place = open(&server.url(), NOBODY, &known);
    let error = Error::from(place.put_bytes(&feed(), b"other").await.unwrap_err());
    assert_eq!(error.code, Code::TargetRefused, "{error:?}");
    assert!(error.message.contains(&known) && error.message.contains(&server.host_key()), "{}", error.message);
    assert_eq!(std::fs::read(server.folder().join("feeds/lantern-tide/feed.xml")).unwrap(), b"feed");
    let unknown = Sftp::open(&remote(&server.url(), NOBODY), None, Arc::new(SystemClock)).unwrap();
    assert!(unknown.head(&feed()).await.is_err(), "a server nobody has looked at is not trusted");
}

#[tokio::test]
async fn a_key_that_is_not_let_in_is_told() {
    let (dir, server, _place) = scene();
    let other = SftpServer::start(&dir.path().join("other"), &dir.path().join("nowhere"));
    let url = server.url().replace(&server.key_file().display().to_string(), &other.key_file().display().to_string());
    let error = Error::from(open(&url, NOBODY, &server.host_key()).head(&feed()).await.unwrap_err());
    assert_eq!(error.code, Code::AuthRefused, "{error:?}");
    let url = server.url().replace(&server.key_file().display().to_string(), "/nowhere/id");
    let error = Error::from(open(&url, NOBODY, &server.host_key()).head(&feed()).await.unwrap_err());
    assert!(error.message.contains("/nowhere/id"), "{}", error.message);
}

#[tokio::test]
async fn half_a_file_is_gone_on_with_after_a_look_at_it() {
    let (dir, server, _place) = scene();
    let (source, memory) = (source(dir.path(), LARGE), Memory::default());
    let key = media(&source.sha256);
    let line = CutLine::to(server.address());
    let at_line = line.origin().trim_start_matches("http://").to_string();
    let url = server.url().replace(&server.address().to_string(), &at_line);
    let put = async |place: &Sftp| place.put_file(&key, &source, None, &memory, &Cancel::default(), &|_| ()).await;
    line.cut_at((0..u64::from(TRIES)).map(|n| 10_000_000 + n * 500_000).collect());
    let error = Error::from(put(&open(&url, NOBODY, &server.host_key())).await.unwrap_err());
    assert_eq!((error.code, line.cuts()), (Code::TargetOffline, u64::from(TRIES)), "{error:?}");
    let half = server.folder().join(part_name(&key, &source.sha256));
    let arrived = std::fs::metadata(&half).unwrap().len();
    assert!(arrived > 5_000_000, "{arrived} bytes arrived");
    let place = open(&url, NOBODY, &server.host_key());
    assert_eq!(place.head(&key).await.unwrap(), None, "nothing half is shown");
    let before = line.sent();
    put(&place).await.unwrap();
    let sent = line.sent() - before;
    assert!(sent < LARGE as u64 - arrived + 200_000, "{sent} bytes were sent, {arrived} of {LARGE} had arrived");
    let there = std::fs::read(server.folder().join(key.to_string())).unwrap();
    assert_eq!(Sha256::of(&there), source.sha256);
    assert!(!half.exists());
}

#[tokio::test]
async fn a_line_that_is_cut_is_made_anew_and_nothing_is_sent_twice_but_what_was_on_the_way() {
    let (dir, server, _place) = scene();
    let (source, memory) = (source(dir.path(), LARGE), Memory::default());
    let key = media(&source.sha256);
    let line = CutLine::to(server.address());
    let at_line = line.origin().trim_start_matches("http://").to_string();
    let place = open(&server.url().replace(&server.address().to_string(), &at_line), NOBODY, &server.host_key());
    line.cut_at(vec![6_000_000, 12_000_000]);
    let told = std::sync::atomic::AtomicU64::new(0);
    let progress = |bytes: u64| {
        told.fetch_add(bytes, std::sync::atomic::Ordering::SeqCst);
    };
    place.put_file(&key, &source, None, &memory, &Cancel::default(), &progress).await.unwrap();
    assert_eq!((line.cuts(), told.into_inner()), (2, LARGE as u64), "what is sent again is no progress");
    assert!(line.sent() < LARGE as u64 + 2 * 1_500_000, "{} bytes for {LARGE}", line.sent());
    let there = std::fs::read(server.folder().join(key.to_string())).unwrap();
    assert_eq!(Sha256::of(&there), source.sha256);
}

#[tokio::test]
async fn half_a_file_with_other_bytes_is_sent_anew() {
    let (dir, server, place) = scene();
    goes_on_with_half_a_file(&place, dir.path(), server.folder()).await;
}

#[tokio::test]
async fn the_probe_says_that_the_guard_is_advisory() {
    let dir = tempfile::tempdir().unwrap();
    let web = WebDavServer::start(&dir.path().join("web"), false);
    let server = SftpServer::start(&dir.path().join("ssh"), web.folder());
    is_said_to_be_advisory(&open(&server.url(), &web.public_url(), &server.host_key()), server.folder()).await;
}

#[tokio::test]
async fn nothing_is_written_through_a_link_and_a_missing_folder_is_named() {
    let (dir, server, place) = scene();
    std::fs::write(dir.path().join("mine"), b"mine").unwrap();
    std::fs::create_dir_all(server.folder().join("feeds/lantern-tide")).unwrap();
    let link = server.folder().join("feeds/lantern-tide/feed.xml");
    std::os::unix::fs::symlink(dir.path().join("mine"), &link).unwrap();
    assert!(place.read(&feed(), 100).await.is_err(), "what lies outside is not read");
    place.put_bytes(&feed(), b"feed").await.unwrap();
    assert_eq!(std::fs::read(dir.path().join("mine")).unwrap(), b"mine");
    std::fs::remove_dir_all(server.folder()).unwrap();
    let place = open(&server.url(), NOBODY, &server.host_key());
    let error = Error::from(place.put_bytes(&feed(), b"feed").await.unwrap_err());
    assert_eq!(error.code, Code::TargetRefused, "{error:?}");
}

#[tokio::test]
async fn a_proxy_leads_to_the_folder() {
    let (dir, server, _place) = scene();
    let far = format!("{}&host_key={}", server.url().replace("127.0.0.1", FAR_NAME), server.host_key());
    let remote = remote(&far, NOBODY);
    let open = |net: Net| -> Box<dyn Place> { Box::new(Sftp::open(&remote, None, net).unwrap()) };
    is_reached_through_proxies(open, dir.path(), server.folder()).await;
}
