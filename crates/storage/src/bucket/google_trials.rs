//! Tests of what only Google's storage has, against the testkit's front before a real S3 storage. What it proves and what not
//! stands there.

use super::Bucket;
use crate::StorageKey;
use crate::bucket::AccessKey;
use crate::place::Place as _;
use crate::probe::probe_place;
use crate::suite::{LARGE, Memory, got, keeps_the_promises, keeps_to_conditions, media, source, walk};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::place::{Location, parse_location};
use hearthcast_model::{Cancel, Code, Error, Sha256};
use hearthcast_testkit::{CutLine, GoogleServer};
use std::sync::Arc;

fn open(url: &str, public: &str, key: &str) -> Result<Bucket, Error> {
    let Location::Remote(remote) = parse_location(url, Some(public), false).unwrap() else { panic!("{url} is remote") };
    let access = AccessKey::new("-", key).unwrap();
    Bucket::open_google(&remote, &access, false, Arc::new(SystemClock)).map_err(Error::from)
}

fn scene() -> (tempfile::TempDir, GoogleServer, Bucket) {
    let dir = tempfile::tempdir().unwrap();
    let server = GoogleServer::start(&dir.path().join("google"), true);
    let bucket = open(&server.url("a/show"), &server.public_url("a/show"), &server.key()).unwrap();
    (dir, server, bucket)
}

fn feed() -> StorageKey {
    StorageKey::Feed("lantern-tide".into())
}

#[tokio::test]
async fn a_bucket_of_google_keeps_the_promises() {
    let (dir, server, bucket) = scene();
    keeps_the_promises(&bucket, dir.path()).await;
    keeps_to_conditions(&bucket).await;
    assert!(!walk(&server.bucket().join("a/show")).is_empty(), "below its prefix");
}

#[tokio::test]
async fn conditions_are_numbers_of_writings() {
    let (_dir, server, bucket) = scene();
    bucket.create(&feed(), b"one").await.unwrap();
    assert!(server.asked().iter().any(|asked| asked.ends_with("feed%2Exml if 0")), "nobody may have the name");
    let (_, seen) = bucket.read(&feed(), 100).await.unwrap().unwrap();
    let number = seen.version.clone().expect("it counts writings");
    server.asked();
    bucket.replace(&feed(), b"two", &seen).await.unwrap();
    assert!(server.asked()[0].ends_with(&format!("feed%2Exml if {number}")));
    // The same bytes again are another writing.
    bucket.put_bytes(&feed(), b"one").await.unwrap();
    assert!(bucket.replace(&feed(), b"late", &seen).await.is_err());
    assert_eq!(bucket.read(&feed(), 100).await.unwrap().unwrap().0, b"one");
}

#[tokio::test]
async fn files_in_parts_carry_type_cache_rule_and_hash() {
    let (dir, _server, bucket) = scene();
    let source = source(dir.path(), LARGE);
    let key = media(&source.sha256);
    bucket.put_file(&key, &source, None, &Memory::default(), &Cancel::default(), &|_| ()).await.unwrap();
    let head = bucket.head(&key).await.unwrap().unwrap();
    assert_eq!((head.bytes, head.mime.as_deref()), (LARGE as u64, Some("audio/mpeg")));
    assert_eq!(head.cache.as_deref(), Some("public, max-age=31536000, immutable"));
    assert_eq!(head.sha256, Some(source.sha256));
}

#[tokio::test]
async fn an_upload_that_was_cut_goes_on_with_its_parts() {
    let (dir, server, _bucket) = scene();
    let line = CutLine::to(server.address());
    let at_line = line.origin().trim_start_matches("http://").to_string();
    let url = server.url("a").replace(&server.address().to_string(), &at_line);
    let (source, memory) = (source(dir.path(), 3 * LARGE), Memory::default());
    let key = media(&source.sha256);
    let cuts: Vec<u64> = (0..8).map(|n| 20_000_000 + n * 3_000_000).collect();
    line.cut_at(cuts);
    let bucket = open(&url, &server.public_url("a"), &server.key()).unwrap();
    let error = bucket.put_file(&key, &source, None, &memory, &Cancel::default(), &|_| ()).await.unwrap_err();
    assert_eq!(Error::from(error).code, Code::TargetOffline);
    line.cut_at(vec![]);
    let begun = memory.0.lock().unwrap().clone().expect("it is noted");
    let arrived = begun.parts.iter().flatten().count() as u64 * begun.part_bytes;
    assert!(arrived >= begun.part_bytes, "some parts have arrived");
    let before = line.sent();
    let bucket = open(&url, &server.public_url("a"), &server.key()).unwrap();
    bucket.put_file(&key, &source, Some(begun), &memory, &Cancel::default(), &|_| ()).await.unwrap();
    let sent = line.sent() - before;
    assert!(sent < source.bytes - arrived + 500_000, "{sent} were sent, {arrived} of {} had arrived", source.bytes);
    let there = std::fs::read(server.bucket().join("a").join(key.to_string())).unwrap();
    assert_eq!(Sha256::of(&there), source.sha256);
}

#[tokio::test]
async fn the_probe_finds_the_bucket_good() {
    let (_dir, server, bucket) = scene();
    let findings = probe_place(&bucket, 7).await;
    assert_eq!(findings.failure, None, "{:#?}", findings.lines);
    let abilities = findings.abilities;
    assert!(abilities.create_if_absent && abilities.conditional_put && abilities.multipart, "{:#?}", findings.lines);
    assert!(abilities.headers_kept && abilities.hash_kept && abilities.public_ranges, "{:#?}", findings.lines);
    let left: Vec<_> =
        walk(&server.bucket()).into_iter().filter(|path| !path.to_string_lossy().contains("/.")).collect();
    assert_eq!(left, Vec::<std::path::PathBuf>::new(), "the probe removed what it wrote");
}

#[tokio::test]
async fn what_is_no_key_and_a_strangers_key_are_refused_and_never_quoted() {
    let (dir, server, bucket) = scene();
    let quoted = "{\"private_key\": \"hush-hush\", \"private_key_id\": \"hush\", \"client_email\": \"hush\"}";
    for no_key in ["hush-hush", "{\"hush\": 1}", quoted] {
        let error = open(&server.url("a"), &server.public_url("a"), no_key).unwrap_err();
        assert_eq!(error.code, Code::AuthRefused, "{error:?}");
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    }
    let other = GoogleServer::start(&dir.path().join("other"), true);
    let stranger = open(&server.url("a"), &server.public_url("a"), &other.key()).unwrap();
    let error = Error::from(stranger.put_bytes(&feed(), b"x").await.unwrap_err());
    assert_eq!(error.code, Code::AuthRefused, "{error:?}");
    assert!(!format!("{error:?} {stranger:?} {bucket:?}").contains("PRIVATE KEY"));
    let nowhere = server.url("a").replace("gcs://pods", "gcs://nowhere");
    let nowhere = open(&nowhere, &server.public_url("a"), &server.key()).unwrap();
    let error = Error::from(nowhere.put_bytes(&feed(), b"x").await.unwrap_err());
    assert_eq!(error.code, Code::TargetRefused, "{error:?}");
    assert!(error.message.contains("nowhere"), "{}", error.message);
}

#[tokio::test]
async fn a_signed_address_opens_one_file_of_a_private_bucket() {
    let dir = tempfile::tempdir().unwrap();
    let server = GoogleServer::start(&dir.path().join("google"), false);
    let bucket = open(&server.url("a"), &server.public_url("a"), &server.key()).unwrap();
    bucket.put_bytes(&feed(), b"feed").await.unwrap();
    assert_eq!(bucket.listener().head(&feed()).await.unwrap().status.as_u16(), 401, "nobody else reads it");
    let link = bucket.signed_link(&feed(), std::time::Duration::from_secs(600)).await.unwrap().expect("it gives some");
    assert!(link.contains("X-Goog-Expires=600"), "{link}");
    assert_eq!(got(&link).await, (200, b"feed".to_vec()));
    assert_eq!(got(&link.replace("feed.xml", "other.xml")).await.0, 401, "it opens nothing else");
    assert_eq!(got(&link.replace("Expires=600", "Expires=6000")).await.0, 401, "and not for longer");
}
