//! Tests of asking again, on every kind of place that speaks HTTP: waits are counted, never slept; requests are counted at
//! the other end.

use crate::bucket::AccessKey;
use crate::place::Place;
use crate::suite::{Memory, media, source};
use crate::{Bucket, StorageError, StorageKey, open_remote};
use hearthcast_fetch::{Net, Noted, Patience};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::place::{Location, parse_location};
use hearthcast_model::{Cancel, Code, Error};
use hearthcast_testkit::{
    ACCESS_KEY_ID, AZURE_ACCOUNT, AZURE_KEY, DAV_PASSWORD, DAV_USER, Fault, FaultProxy, FaultServer, Moment, Reply,
    S3Server, SECRET_ACCESS_KEY, WebDavServer, bucket_url, public_url,
};
use std::sync::Arc;

fn net(noted: &Arc<Noted>) -> Net {
    Net::new(Arc::new(SystemClock)).patient(Patience::with(Arc::<Noted>::clone(noted)))
}

/// A place at an address, whatever it is.
fn open(url: &str, public: &str, key: (&str, &str), noted: &Arc<Noted>) -> Arc<dyn Place> {
    let key = AccessKey::new(key.0, key.1).unwrap();
    match parse_location(url, Some(public), false).unwrap() {
        Location::Remote(remote) => open_remote(&remote, Some(&key), false, net(noted)).unwrap(),
        location => Arc::new(Bucket::open(&location, &key, false, net(noted)).unwrap()),
    }
}

const S3_KEY: (&str, &str) = (ACCESS_KEY_ID, SECRET_ACCESS_KEY);

/// A refusal that asks for something.
fn busy(status: u16, retry_after: &[(&str, &str)]) -> Reply {
    let mut reply = Reply::s3_error(status, "SlowDown", "Please reduce your request rate.");
    reply.headers.extend(retry_after.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())));
    reply
}

fn manifest() -> StorageKey {
    StorageKey::Manifest("lantern-tide".into(), 7)
}

/// A bucket behind a line that fails by script.
fn bucket() -> (tempfile::TempDir, S3Server, FaultProxy, Arc<Noted>, Arc<dyn Place>) {
    let dir = tempfile::tempdir().unwrap();
    let server = S3Server::start(&dir.path().join("s3"));
    let (proxy, noted) = (FaultProxy::to(server.address()), Arc::default());
    let place = open(&bucket_url(&proxy.origin(), "a"), &public_url(&proxy.origin(), "a"), S3_KEY, &noted);
    (dir, server, proxy, noted, place)
}

#[tokio::test]
async fn a_bucket_is_given_the_time_it_asks_for() {
    let (dir, _server, proxy, noted, place) = bucket();
    let file = Moment { method: "PUT", path: "/media/" };
    let dated = [("date", "Fri, 20 Nov 2026 12:00:00 GMT"), ("retry-after", "Fri, 20 Nov 2026 12:00:09 GMT")];
    for (reply, waits) in [
        (busy(503, &[("retry-after", "7")]), vec![7_500, 8_000]),
        (busy(429, &dated), vec![9_500, 10_000]),
        (busy(500, &[]), vec![500, 1_000]),
    ] {
        proxy.plan(file, Fault::Answer(reply), 2);
        let (met, source) = (proxy.met(), source(dir.path(), 1_000 + waits.len()));
        let key = media(&source.sha256);
        place.put_file(&key, &source, None, &Memory::default(), &Cancel::default(), &|_| ()).await.unwrap();
        assert_eq!((noted.taken(), proxy.met() - met), (waits, 2));
        place.delete(&key).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_wants_to_be_left_alone_for_long_is_left_alone() {
    let (_dir, _server, proxy, noted, place) = bucket();
    proxy.plan(Moment { method: "GET", path: "/v/" }, Fault::Answer(busy(503, &[("retry-after", "3600")])), 100);
    let error = Error::from(place.read(&manifest(), 100).await.unwrap_err());
    assert_eq!(error.code, Code::TargetOffline);
    assert!(error.message.contains("60 minutes"), "{}", error.message);
    assert_eq!((noted.taken(), proxy.met()), (vec![], 1));
}

#[tokio::test]
async fn a_line_that_stays_bad_is_tried_four_times() {
    let (_dir, _server, proxy, noted, place) = bucket();
    proxy.plan(Moment { method: "GET", path: "/v/" }, Fault::Reset, 100);
    let error = Error::from(place.read(&manifest(), 100).await.unwrap_err());
    assert_eq!((error.code, noted.taken(), proxy.met()), (Code::TargetOffline, vec![500, 1_000, 2_000], 4));
}

#[tokio::test]
async fn a_write_with_a_condition_is_sent_once_whatever_comes_back() {
    let (_dir, _server, proxy, noted, place) = bucket();
    for fault in [Fault::Answer(busy(503, &[("retry-after", "1")])), Fault::Swallow] {
        let met = proxy.met();
        proxy.plan(Moment { method: "PUT", path: "/v/" }, fault, 100);
        let error = place.create(&manifest(), b"seven").await.unwrap_err();
        assert!(error.may_pass().is_some(), "{error:?}");
        proxy.forget();
        assert_eq!((noted.taken(), proxy.met() - met), (vec![], 1));
    }
    // The answer that was swallowed stood for a write that was done: looking tells, a second write would only refuse.
    assert_eq!(place.read(&manifest(), 100).await.unwrap().unwrap().0, b"seven");
    assert!(matches!(place.create(&manifest(), b"eight").await, Err(StorageError::Exists { .. })));
}

#[tokio::test]
async fn a_refusal_for_good_is_not_asked_again() {
    let noted = Arc::default();
    for (status, code) in [(403, "AccessDenied"), (404, "NoSuchBucket"), (301, "PermanentRedirect")] {
        let server = FaultServer::start(Reply::s3_error(status, code, "no"));
        let azure = format!("az://pods/a?endpoint={}", server.origin());
        for (url, key) in [(bucket_url(&server.origin(), "a"), S3_KEY), (azure, (AZURE_ACCOUNT, AZURE_KEY))] {
            let (place, before) = (open(&url, "http://127.0.0.1:1/", key, &noted), server.count());
            place.put_bytes(&manifest(), b"seven").await.unwrap_err();
            assert_eq!((noted.taken(), server.count() - before), (vec![], 1), "{status} {url}");
        }
    }
}

#[tokio::test]
async fn azure_is_given_the_time_it_asks_for() {
    let (server, noted) = (FaultServer::start(busy(503, &[("retry-after", "3")])), Arc::default());
    let url = format!("az://pods/a?endpoint={}", server.origin());
    let place = open(&url, "http://127.0.0.1:1/", (AZURE_ACCOUNT, AZURE_KEY), &noted);
    place.put_bytes(&manifest(), b"seven").await.unwrap_err();
    assert_eq!((noted.taken(), server.count()), (vec![3_500, 4_000, 5_000], 4));
    place.create(&manifest(), b"seven").await.unwrap_err();
    assert_eq!((noted.taken(), server.count()), (vec![], 5), "with a condition it goes once");
}

/// A WebDAV folder behind a line that fails by script.
fn folder() -> (tempfile::TempDir, WebDavServer, FaultProxy, Arc<Noted>, Arc<dyn Place>) {
    let dir = tempfile::tempdir().unwrap();
    let server = WebDavServer::start(&dir.path().join("dav"), false);
    let (proxy, noted) = (FaultProxy::to(server.address()), Arc::default());
    let url = server.url().replace(&server.address().to_string(), &proxy.address().to_string());
    let place = open(&url, &server.public_url(), (DAV_USER, DAV_PASSWORD), &noted);
    (dir, server, proxy, noted, place)
}

#[tokio::test]
async fn a_webdav_folder_is_given_the_time_it_asks_for() {
    let (dir, _server, proxy, noted, place) = folder();
    let source = source(dir.path(), 1_000_000);
    let key = media(&source.sha256);
    let put = || async { place.put_file(&key, &source, None, &Memory::default(), &Cancel::default(), &|_| ()).await };
    for (moment, fault, waits) in [
        ("PUT", Fault::Answer(busy(503, &[("retry-after", "7")])), vec![7_500]),
        ("PUT", Fault::CutUp(300_000), vec![500]),
        ("MOVE", Fault::Answer(busy(503, &[("retry-after", "2")])), vec![2_500]),
        // It was moved, and nobody heard of it: the second time there is nothing to move, and the file is there.
        ("MOVE", Fault::Swallow, vec![500]),
    ] {
        let met = proxy.met();
        proxy.plan(Moment { method: moment, path: "/media/" }, fault, 1);
        put().await.unwrap();
        assert_eq!((noted.taken(), proxy.met() - met), (waits, 1), "{moment}");
        assert_eq!(place.head(&key).await.unwrap().unwrap().bytes, source.bytes);
        place.delete(&key).await.unwrap();
    }
}

#[tokio::test]
async fn a_try_of_a_webdav_upload_cannot_be_spoilt_by_the_late_end_of_another() {
    let (dir, server, proxy, _noted, place) = folder();
    let source = source(dir.path(), 100_000);
    let (key, memory) = (media(&source.sha256), Memory::default());
    let parts = || {
        let files = crate::suite::walk(server.folder()).into_iter();
        files.filter(|file| file.extension().is_some_and(|ext| ext == "part")).collect::<Vec<_>>()
    };
    // The server has what was sent first, and nobody hears of it; its removal is refused.
    proxy.plan(Moment { method: "PUT", path: "/media/" }, Fault::Swallow, 1);
    proxy.plan(Moment { method: "DELETE", path: ".part" }, Fault::Answer(busy(503, &[])), 1);
    place.put_file(&key, &source, None, &memory, &Cancel::default(), &|_| ()).await.unwrap();
    assert_eq!(proxy.met(), 2);
    let left = parts();
    assert_eq!(left.len(), 1, "the second try was another file: {left:?}");
    std::fs::write(&left[0], b"half").unwrap();
    assert_eq!(place.head(&key).await.unwrap().unwrap().bytes, source.bytes);
    place.abort(&key, &crate::place::as_one(&source)).await.unwrap();
    assert_eq!(parts(), Vec::<std::path::PathBuf>::new());
    // The same of what is small.
    proxy.plan(Moment { method: "PUT", path: "/v/" }, Fault::Swallow, 1);
    proxy.plan(Moment { method: "DELETE", path: ".part" }, Fault::Answer(busy(503, &[])), 1);
    place.put_bytes(&manifest(), b"seven").await.unwrap();
    assert_eq!((parts().len(), place.read(&manifest(), 100).await.unwrap().unwrap().0), (1, b"seven".to_vec()));
}

#[tokio::test]
async fn a_move_with_a_condition_is_sent_once() {
    let (_dir, _server, proxy, noted, place) = folder();
    proxy.plan(Moment { method: "MOVE", path: "/v/" }, Fault::Swallow, 100);
    let error = place.create(&manifest(), b"seven").await.unwrap_err();
    assert!(error.may_pass().is_some(), "{error:?}");
    assert_eq!((noted.taken(), proxy.met()), (vec![], 1));
    assert_eq!(place.read(&manifest(), 100).await.unwrap().unwrap().0, b"seven", "it was done");
}
