//! Tests of what only FTP over TLS does, against a real server (pyftpdlib).

use super::Ftps;
use crate::bucket::AccessKey;
use crate::place::{Place as _, part_name};
use crate::probe::probe_place;
use crate::suite::{LARGE, Memory, keeps_the_promises, keeps_to_conditions, media, source};
use crate::{StorageError, StorageKey};
use hearthcast_fetch::FetchError;
use hearthcast_model::clock::SystemClock;
use hearthcast_model::place::{Location, parse_location};
use hearthcast_model::{Cancel, Code, Error, Sha256};
use hearthcast_testkit::{FTP_PASSWORD, FTP_USER, FtpsServer, WebDavServer};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const NOBODY: &str = "http://127.0.0.1:1/";

fn open(url: &str, public: &str, password: &str) -> Ftps {
    let Location::Remote(remote) = parse_location(url, Some(public), false).unwrap() else { panic!("{url} is remote") };
    let password = AccessKey::new(FTP_USER, password).unwrap();
    Ftps::open(&remote, Some(&password), Arc::new(SystemClock)).unwrap()
}

fn scene() -> (tempfile::TempDir, FtpsServer, Ftps) {
    let dir = tempfile::tempdir().unwrap();
    let server = FtpsServer::start(&dir.path().join("ftps"), &dir.path().join("data"));
    let place = open(&server.url(), NOBODY, FTP_PASSWORD);
    (dir, server, place)
}

fn feed() -> StorageKey {
    StorageKey::Feed("lantern-tide".into())
}

/// Files below a folder.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.flat_map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { vec![entry.path()] }).collect()
}

#[tokio::test]
async fn an_ftps_folder_keeps_the_promises() {
    let (dir, server, place) = scene();
    keeps_the_promises(&place, dir.path()).await;
    keeps_to_conditions(&place).await;
    let half = |path: &PathBuf| path.to_string_lossy().contains(".part");
    // What was stopped stays, to be gone on with.
    let left: Vec<_> = walk(server.folder()).into_iter().filter(half).collect();
    assert!(left.iter().all(|path| path.to_string_lossy().contains("stopped.mp3")), "{left:?}");
}

#[tokio::test]
async fn nothing_is_sent_to_whom_nobody_vouches_for() {
    let (_dir, server, _place) = scene();
    let strange = server.url().split("?ca=").next().unwrap().to_string();
    let error = open(&strange, NOBODY, FTP_PASSWORD).put_bytes(&feed(), b"feed").await.unwrap_err();
    assert!(matches!(error, StorageError::Fetch(FetchError::Untrusted { .. })), "{error:?}");
    assert_eq!(walk(server.folder()), Vec::<PathBuf>::new());
    let by_number = server.url().replace("localhost", "127.0.0.1");
    let error = open(&by_number, NOBODY, FTP_PASSWORD).head(&feed()).await.unwrap_err();
    assert!(matches!(error, StorageError::Fetch(FetchError::Untrusted { .. })), "its name counts: {error:?}");
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_folder_are_named() {
    let (_dir, server, _place) = scene();
    let error = Error::from(open(&server.url(), NOBODY, "wrong").head(&feed()).await.unwrap_err());
    assert_eq!(error.code, Code::AuthRefused, "{error:?}");
    let missing = server.url().replace("/?ca", "/nowhere?ca");
    let error = Error::from(open(&missing, NOBODY, FTP_PASSWORD).put_bytes(&feed(), b"x").await.unwrap_err());
    assert_eq!(error.code, Code::TargetRefused);
    assert!(error.message.contains("nowhere"), "{}", error.message);
    let Location::Remote(remote) = parse_location(&server.url(), Some(NOBODY), false).unwrap() else { panic!("it is") };
    let two_lines = AccessKey::new(FTP_USER, "a\r\nDELE feed.xml").unwrap();
    assert!(Ftps::open(&remote, Some(&two_lines), Arc::new(SystemClock)).is_err(), "a password is no command");
}

#[tokio::test]
async fn half_a_file_is_gone_on_with_after_a_look_at_it() {
    let (dir, server, place) = scene();
    let source = source(dir.path(), LARGE);
    let key = media(&source.sha256);
    let half = server.folder().join(part_name(&key, &source.sha256));
    let whole = std::fs::read(&source.path).unwrap();
    std::fs::create_dir_all(half.parent().unwrap()).unwrap();
    for (there, kept) in [(whole[..10_000_000].to_vec(), true), (vec![7; 5_000_000], false)] {
        std::fs::write(&half, there).unwrap();
        let told = std::sync::Mutex::new(vec![]);
        let progress = |bytes: u64| told.lock().unwrap().push(bytes);
        place.put_file(&key, &source, None, &Memory::default(), &Cancel::default(), &progress).await.unwrap();
        let told = told.into_inner().unwrap();
        assert_eq!((told.iter().sum::<u64>(), told[0] == 10_000_000), (LARGE as u64, kept));
        let there = std::fs::read(server.folder().join(key.to_string())).unwrap();
        assert_eq!(Sha256::of(&there), source.sha256);
        assert!(!half.exists());
    }
}

#[tokio::test]
async fn the_probe_says_that_the_guard_is_advisory() {
    let dir = tempfile::tempdir().unwrap();
    let web = WebDavServer::start(&dir.path().join("web"), false);
    let server = FtpsServer::start(&dir.path().join("ftps"), web.folder());
    let place = open(&server.url(), &web.public_url(), FTP_PASSWORD);
    let findings = probe_place(&place, 7).await;
    assert_eq!(findings.failure, None, "{:#?}", findings.lines);
    assert!(findings.abilities.public_ranges, "{:#?}", findings.lines);
    assert!(!findings.abilities.conditional_put, "to look and to write are two steps: {:#?}", findings.lines);
    assert_eq!(walk(server.folder()), Vec::<PathBuf>::new(), "the probe removed what it wrote");
}
