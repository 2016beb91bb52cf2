//! Tests of what only WebDAV does, against a real server (wsgidav).

use super::WebDav;
use crate::bucket::AccessKey;
use crate::place::Place as _;
use crate::probe::probe_place;
use crate::suite::{LARGE, Memory, keeps_the_promises, keeps_to_conditions, media, source, walk};
use crate::{StorageError, StorageKey};
use hearthcast_fetch::TRIES;
use hearthcast_model::clock::SystemClock;
use hearthcast_model::place::{Location, parse_location};
use hearthcast_model::probe::{ProbeCheck, ProbeOutcome};
use hearthcast_model::{Cancel, Code, Error};
use hearthcast_testkit::{
    CutLine, DAV_PASSWORD, DAV_USER, Fault, FaultProxy, FaultServer, Moment, Reply, TlsLine, WebDavServer,
};
use std::path::PathBuf;
use std::sync::Arc;

fn open(url: &str, public: &str, password: &str) -> WebDav {
    let Location::Remote(remote) = parse_location(url, Some(public), false).unwrap() else { panic!("{url} is remote") };
    let password = AccessKey::new(DAV_USER, password).unwrap();
    WebDav::open(&remote, Some(&password), false, Arc::new(SystemClock)).unwrap()
}

fn scene(digest: bool) -> (tempfile::TempDir, WebDavServer, WebDav) {
    let dir = tempfile::tempdir().unwrap();
    let server = WebDavServer::start(&dir.path().join("dav"), digest);
    let place = open(&server.url(), &server.public_url(), DAV_PASSWORD);
    (dir, server, place)
}

fn feed() -> StorageKey {
    StorageKey::Feed("lantern-tide".into())
}

#[tokio::test]
async fn a_webdav_folder_keeps_the_promises() {
    let (dir, server, place) = scene(false);
    keeps_the_promises(&place, dir.path()).await;
    keeps_to_conditions(&place).await;
    let left: Vec<_> =
        walk(server.folder()).into_iter().filter(|path| path.to_string_lossy().contains(".part")).collect();
    assert!(left.is_empty(), "nothing half is left: {left:?}");
}

#[tokio::test]
async fn a_server_that_wants_a_digest_gets_one() {
    let (dir, _server, place) = scene(true);
    place.put_bytes(&feed(), b"feed").await.unwrap();
    assert_eq!(place.read(&feed(), 100).await.unwrap().unwrap().0, b"feed");
    let source = source(dir.path(), 100_000);
    place
        .put_file(&media(&source.sha256), &source, None, &Memory::default(), &Cancel::default(), &|_| ())
        .await
        .unwrap();
    assert_eq!(place.head(&media(&source.sha256)).await.unwrap().unwrap().bytes, 100_000);
}

#[tokio::test]
async fn a_wrong_password_is_told_and_not_tried_again() {
    for digest in [false, true] {
        let (_dir, server, _place) = scene(digest);
        let place = open(&server.url(), &server.public_url(), "a-wrong-password");
        let error = Error::from(place.put_bytes(&feed(), b"x").await.unwrap_err());
        assert_eq!(error.code, Code::AuthRefused, "{error:?}");
        assert!(place.requests() <= 2, "{} requests", place.requests());
        assert!(!format!("{error:?} {place:?}").contains("a-wrong-password"));
    }
}

#[tokio::test]
async fn the_probe_finds_what_the_server_keeps_to() {
    let (_dir, server, place) = scene(false);
    let findings = probe_place(&place, 7).await;
    assert_eq!(findings.failure, None, "{:#?}", findings.lines);
    assert!(findings.abilities.create_if_absent && findings.abilities.conditional_put, "{:#?}", findings.lines);
    assert!(!findings.abilities.headers_kept && !findings.abilities.hash_kept);
    assert!(findings.abilities.public_ranges, "{:#?}", findings.lines);
    let outcome = |check| findings.lines.iter().find(|line| line.check == check).map(|line| line.outcome);
    assert_eq!(outcome(ProbeCheck::Headers), Some(ProbeOutcome::Untried));
    assert_eq!(outcome(ProbeCheck::Delete), Some(ProbeOutcome::Good));
    assert_eq!(walk(server.folder()), Vec::<PathBuf>::new(), "the probe removed what it wrote");
    assert_eq!(std::fs::read_dir(server.folder().join("media")).unwrap().count(), 0, "its folder, too");
}

#[tokio::test]
async fn a_file_that_was_cut_is_shown_only_whole() {
    let (dir, server, _place) = scene(false);
    let line = CutLine::to(server.address());
    let url = server.url().replace(&server.address().to_string(), line.origin().trim_start_matches("http://"));
    let place = open(&url, &server.public_url(), DAV_PASSWORD);
    place.put_bytes(&feed(), b"feed").await.unwrap();
    let (source, memory) = (source(dir.path(), LARGE), Memory::default());
    let key = media(&source.sha256);
    let cuts = (1..=u64::from(TRIES)).map(|n| line.sent() + n * 5_000_000);
    line.cut_at(cuts.collect());
    let error = place.put_file(&key, &source, None, &memory, &Cancel::default(), &|_| ()).await.unwrap_err();
    assert_eq!(Error::from(error).code, Code::TargetOffline);
    assert_eq!(place.head(&key).await.unwrap(), None, "nothing half is shown");
    assert_eq!(line.cuts(), u64::from(TRIES), "it was begun again before it was given up");
    let begun = memory.0.lock().unwrap().clone();
    place.put_file(&key, &source, begun, &memory, &Cancel::default(), &|_| ()).await.unwrap();
    assert_eq!(place.head(&key).await.unwrap().unwrap().bytes, LARGE as u64);
    assert_eq!(*memory.0.lock().unwrap(), None, "the notes are closed");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let (_dir, server, _place) = scene(false);
    let place = open(&format!("{}/nowhere", server.url()), &server.public_url(), DAV_PASSWORD);
    let error = Error::from(place.put_bytes(&feed(), b"x").await.unwrap_err());
    assert_eq!(error.code, Code::TargetRefused);
    assert!(error.message.contains("/nowhere"), "{}", error.message);
}

#[tokio::test]
async fn misfortunes_have_one_outcome_and_no_storm() {
    for (what, reply, code, most) in [
        ("a captive portal", Reply::portal(), Code::TargetOffline, 1),
        ("no room", Reply { status: 507, ..Reply::default() }, Code::TargetFull, 1),
        ("too much to do", Reply { status: 503, ..Reply::default() }, Code::TargetOffline, 4),
        ("a locked file", Reply { status: 423, ..Reply::default() }, Code::TargetRefused, 1),
    ] {
        let server = FaultServer::start(reply);
        let place = open(&format!("webdav://me@{}/dav", server.address()), "http://127.0.0.1:1/", "secret");
        let error = Error::from(place.read(&feed(), 100).await.unwrap_err());
        assert_eq!(error.code, code, "{what}: {error:?}");
        assert!(server.count() <= most, "{what}: {} requests", server.count());
    }
}

#[tokio::test]
async fn an_answer_longer_than_asked_for_is_refused() {
    let (_dir, _server, place) = scene(false);
    place.put_bytes(&feed(), &[b'x'; 100_000]).await.unwrap();
    assert!(matches!(place.read(&feed(), 99_999).await, Err(StorageError::Refused(_))));
}

#[tokio::test]
async fn a_folder_behind_an_authority_of_ones_own_is_trusted_where_it_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let server = WebDavServer::start(&dir.path().join("dav"), false);
    let known = dir.path().join("authority.pem");
    let front = TlsLine::to(server.address(), &known);
    let url = format!("{}/dav/pods", front.origin().replace("https://", &format!("webdavs://{DAV_USER}@")));
    let error = open(&url, &server.public_url(), DAV_PASSWORD).head(&feed()).await.unwrap_err();
    assert!(matches!(error, StorageError::Fetch(hearthcast_fetch::FetchError::Untrusted { .. })), "{error:?}");
    let place = open(&format!("{url}?ca={}", known.display()), &server.public_url(), DAV_PASSWORD);
    assert_eq!(place.head(&feed()).await.unwrap(), None);
    // The server behind the front speaks http, and refuses an https address as one of another server.
    keeps_the_promises(&place, dir.path()).await;
    keeps_to_conditions(&place).await;
}

#[tokio::test]
async fn a_move_is_told_by_its_path_only_where_the_server_wants_it_so() {
    for (answered, tells) in [(502, "path"), (400, "path"), (201, "address")] {
        let dir = tempfile::tempdir().unwrap();
        let server = WebDavServer::start(&dir.path().join("dav"), false);
        let proxy = FaultProxy::to(server.address());
        let url = server.url().replace(&server.address().to_string(), &proxy.address().to_string());
        let place = open(&url, &server.public_url(), DAV_PASSWORD);
        let refused = Fault::Answer(Reply { status: answered, ..Reply::default() });
        if tells == "path" {
            proxy.plan(Moment { method: "MOVE", path: "/" }, refused, 1);
        }
        place.create(&feed(), b"one").await.unwrap();
        let asked = proxy.asked();
        let (_, seen) = place.read(&feed(), 100).await.unwrap().unwrap();
        place.replace(&feed(), b"two", &seen).await.unwrap();
        assert_eq!(proxy.asked() - asked, 3, "what a server wants is remembered: {answered}");
        assert_eq!(place.read(&feed(), 100).await.unwrap().unwrap().0, b"two");
        assert!(matches!(place.create(&feed(), b"three").await, Err(StorageError::Exists { .. })));
    }
}

#[tokio::test]
async fn a_move_with_a_condition_that_may_be_done_is_not_asked_for_again() {
    let dir = tempfile::tempdir().unwrap();
    let server = WebDavServer::start(&dir.path().join("dav"), false);
    let proxy = FaultProxy::to(server.address());
    let url = server.url().replace(&server.address().to_string(), &proxy.address().to_string());
    let place = open(&url, &server.public_url(), DAV_PASSWORD);
    place.put_bytes(&feed(), b"one").await.unwrap();
    for (overwrite, guard) in [(false, None), (true, Some("\"mark\""))] {
        // A front that lost its server after the move: the part is gone.
        proxy.plan(Moment { method: "MOVE", path: "/" }, Fault::Answer(Reply { status: 502, ..Reply::default() }), 1);
        let asked = proxy.asked();
        let error = place.moved("feeds/lantern-tide/.gone.part", "feeds/lantern-tide/x", overwrite, guard).await;
        assert!(error.unwrap_err().may_pass().is_some(), "it is looked at again by whoever asked");
        assert_eq!(proxy.asked() - asked, 2, "the move, and a look at the part");
    }
}
