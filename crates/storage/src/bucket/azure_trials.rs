//! Tests of what only Azure has, against Microsoft's own server for tests (azurite).

use super::Bucket;
use crate::StorageKey;
use crate::bucket::AccessKey;
use crate::place::Place as _;
use crate::probe::probe_place;
use crate::suite::{LARGE, Memory, got, keeps_the_promises, keeps_to_conditions, media, source};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::place::{Location, parse_location};
use hearthcast_model::{Cancel, Code, Error};
use hearthcast_testkit::{AZURE_ACCOUNT, AZURE_KEY, Azurite};
use std::sync::Arc;

fn open(url: &str, public: &str, key: &str) -> Bucket {
    let Location::Remote(remote) = parse_location(url, Some(public), false).unwrap() else { panic!("{url} is remote") };
    let access = AccessKey::new(AZURE_ACCOUNT, key).unwrap();
    Bucket::open_azure(&remote, &access, false, Arc::new(SystemClock)).unwrap()
}

fn scene() -> (tempfile::TempDir, Azurite, Bucket) {
    let dir = tempfile::tempdir().unwrap();
    let server = Azurite::start(&dir.path().join("azure"));
    let bucket = open(&server.url("a/show"), &server.public_url("a/show"), AZURE_KEY);
    (dir, server, bucket)
}

#[tokio::test]
async fn a_container_keeps_the_promises() {
    let (dir, _server, bucket) = scene();
    keeps_the_promises(&bucket, dir.path()).await;
    keeps_to_conditions(&bucket).await;
}

#[tokio::test]
async fn files_in_parts_carry_type_cache_rule_and_hash() {
    let (dir, _server, bucket) = scene();
    let source = source(dir.path(), LARGE);
    let key = media(&source.sha256);
    bucket.put_file(&key, &source, None, &Memory::default(), &Cancel::default(), &|_| ()).await.unwrap();
    let answer = bucket.listener().head(&key).await.unwrap();
    let said = |name: &str| answer.headers.get(name).map(|v| v.to_str().unwrap().to_string()).unwrap_or_default();
    assert_eq!(said("content-type"), "audio/mpeg");
    assert_eq!(said("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(said("x-ms-meta-sha256"), source.sha256.as_str());
    assert_eq!(said("content-length"), LARGE.to_string());
}

#[tokio::test]
async fn the_probe_finds_the_container_good() {
    let (_dir, _server, bucket) = scene();
    let findings = probe_place(&bucket, 7).await;
    assert_eq!(findings.failure, None, "{:#?}", findings.lines);
    let abilities = findings.abilities;
    assert!(abilities.create_if_absent && abilities.conditional_put && abilities.multipart, "{:#?}", findings.lines);
    assert!(abilities.headers_kept && abilities.hash_kept && abilities.public_ranges, "{:#?}", findings.lines);
    assert_eq!(bucket.list("").await.unwrap(), [], "the probe removed what it wrote");
}

#[tokio::test]
async fn a_wrong_key_and_a_missing_container_are_named() {
    let (_dir, server, bucket) = scene();
    let feed = StorageKey::Feed("lantern-tide".into());
    let wrong = open(&server.url("a"), &server.public_url("a"), "d3Jvbmcgd3Jvbmcgd3Jvbmc=");
    let error = Error::from(wrong.put_bytes(&feed, b"x").await.unwrap_err());
    assert_eq!(error.code, Code::AuthRefused, "{error:?}");
    assert!(!format!("{error:?} {wrong:?} {bucket:?}").contains("d3Jvbmcg"));
    let nowhere = server.url("a").replace("az://pods", "az://nowhere");
    let nowhere = open(&nowhere, &server.public_url("a"), AZURE_KEY);
    let error = Error::from(nowhere.put_bytes(&feed, b"x").await.unwrap_err());
    assert_eq!(error.code, Code::TargetRefused, "{error:?}");
    assert!(error.message.contains("nowhere"), "{}", error.message);
    assert_eq!(Error::from(nowhere.read(&feed, 100).await.unwrap_err()).code, Code::TargetRefused);
}

#[tokio::test]
async fn a_signed_address_opens_one_file_of_a_private_container() {
    let dir = tempfile::tempdir().unwrap();
    let server = Azurite::private(&dir.path().join("azure"));
    let bucket = open(&server.url("a"), &server.public_url("a"), AZURE_KEY);
    let feed = StorageKey::Feed("lantern-tide".into());
    bucket.put_bytes(&feed, b"feed").await.unwrap();
    let public = bucket.public_url(&feed);
    assert!(matches!(got(&public).await.0, 401 | 403 | 404 | 409), "nobody else reads it: {:?}", got(&public).await);
    let link = bucket.signed_link(&feed, std::time::Duration::from_secs(600)).await.unwrap().expect("it gives some");
    assert_eq!(got(&link).await, (200, b"feed".to_vec()));
    let (before, signature) = link.split_once("sig=").expect("a signature");
    let other = if signature.starts_with('a') { 'b' } else { 'a' };
    assert_eq!(got(&format!("{before}sig={other}{}", &signature[1..])).await.0, 403, "a forged one opens nothing");
    let copy = StorageKey::FeedVersion("lantern-tide".into(), 1);
    bucket.put_bytes(&copy, b"copy").await.unwrap();
    let (_, query) = link.split_once('?').expect("a query");
    assert_eq!(got(&format!("{}?{query}", bucket.public_url(&copy))).await.0, 403, "it opens nothing else");
}
