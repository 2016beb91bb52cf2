//! Tests of what only FTP over TLS does, against a real server (pyftpdlib).

use super::Ftps;
use crate::StorageError;
use crate::bucket::AccessKey;
use crate::far::trials::{
    NOBODY, feed, goes_on_with_half_a_file, is_reached_through_proxies, is_said_to_be_advisory, keeps_all_promises,
};
use crate::place::Place;
use crate::suite::walk;
use hearthcast_fetch::{FetchError, Net};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::place::{Location, parse_location};
use hearthcast_model::{Code, Error};
use hearthcast_testkit::{FAR_NAME, FTP_PASSWORD, FTP_USER, FtpsServer, WebDavServer};
use std::path::PathBuf;
use std::sync::Arc;

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

#[tokio::test]
async fn an_ftps_folder_keeps_the_promises() {
    let (dir, server, place) = scene();
    keeps_all_promises(&place, dir.path(), server.folder()).await;
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
    goes_on_with_half_a_file(&place, dir.path(), server.folder()).await;
}

#[tokio::test]
async fn the_probe_says_that_the_guard_is_advisory() {
    let dir = tempfile::tempdir().unwrap();
    let web = WebDavServer::start(&dir.path().join("web"), false);
    let server = FtpsServer::start(&dir.path().join("ftps"), web.folder());
    is_said_to_be_advisory(&open(&server.url(), &web.public_url(), FTP_PASSWORD), server.folder()).await;
}

#[tokio::test]
async fn a_proxy_leads_to_the_folder_and_to_its_files() {
    let (dir, server, _place) = scene();
    let far = server.url().replace("localhost", FAR_NAME);
    let Location::Remote(remote) = parse_location(&far, Some(NOBODY), false).unwrap() else { panic!("it is") };
    let password = AccessKey::new(FTP_USER, FTP_PASSWORD).unwrap();
    let open = |net: Net| -> Box<dyn Place> { Box::new(Ftps::open(&remote, Some(&password), net).unwrap()) };
    let asked = is_reached_through_proxies(open, dir.path(), server.folder()).await;
    let own = format!("{FAR_NAME}:{}", server.address().port());
    assert!(asked.iter().filter(|name| **name != own).count() >= 3, "each file has a line of its own: {asked:?}");
}
