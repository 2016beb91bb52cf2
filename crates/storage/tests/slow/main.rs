//! The promises of every place, on Garage: a storage that takes a quarter of an hour to build, so it is asked only by
//! `cargo xtask test --slow`. The suite is the one that the others pass.
#![expect(clippy::unwrap_used, reason = "a test")]

#[expect(dead_code, reason = "other places need more of it")]
#[path = "../../src/suite.rs"]
mod suite;

// What the suite knows by these names.
use hearthcast_storage::{Bucket, Folder, StorageError, StorageKey, bucket, place};

use hearthcast_model::Cancel;
use hearthcast_model::clock::SystemClock;
use hearthcast_model::place::parse_location;
use hearthcast_storage::bucket::AccessKey;
use hearthcast_storage::place::Place as _;
use hearthcast_storage::probe::probe_place;
use hearthcast_testkit::{CutLine, Garage, bucket_url};
use std::sync::Arc;
use suite::{LARGE, Memory, keeps_the_promises, media, source};

/// The bucket, with requests by way of this address.
fn open(garage: &Garage, origin: &str) -> Bucket {
    let (url, public) = (bucket_url(origin, "a/show"), format!("{}/a/show/", garage.web()));
    let location = parse_location(&url, Some(&public), false).unwrap();
    let (id, secret) = garage.key();
    Bucket::open(&location, &AccessKey::new(id, secret).unwrap(), false, Arc::new(SystemClock)).unwrap()
}

#[tokio::test]
async fn garage_keeps_the_promises() {
    let dir = tempfile::tempdir().unwrap();
    let garage = Garage::start(&dir.path().join("garage"));
    keeps_the_promises(&open(&garage, &garage.origin()), dir.path()).await;
}

#[tokio::test]
async fn the_probe_finds_what_garage_does() {
    let dir = tempfile::tempdir().unwrap();
    let garage = Garage::start(&dir.path().join("garage"));
    let bucket = open(&garage, &garage.origin());
    let findings = probe_place(&bucket, 7).await;
    println!("{:#?}", findings.lines);
    assert_eq!(findings.failure, None, "{:#?}", findings.lines);
    let abilities = findings.abilities;
    assert!(abilities.multipart && abilities.headers_kept && abilities.hash_kept, "{:#?}", findings.lines);
    assert!(abilities.public_ranges, "{:#?}", findings.lines);
    // Garage 2.5 says yes to conditions and writes all the same, so the guard is a note there.
    assert!(!abilities.create_if_absent && !abilities.conditional_put, "{:#?}", findings.lines);
    assert_eq!(bucket.list("").await.unwrap(), [], "the probe removed what it wrote");
}

#[tokio::test]
async fn an_upload_that_was_cut_goes_on_with_its_parts() {
    let dir = tempfile::tempdir().unwrap();
    let garage = Garage::start(&dir.path().join("garage"));
    let address = garage.origin().trim_start_matches("http://").parse().unwrap();
    let line = CutLine::to(address);
    let (source, memory) = (source(dir.path(), 3 * LARGE), Memory::default());
    let key = media(&source.sha256);
    line.cut_at((0..8).map(|n| 20_000_000 + n * 3_000_000).collect());
    let bucket = open(&garage, &line.origin());
    bucket.put_file(&key, &source, None, &memory, &Cancel::default(), &|_| ()).await.unwrap_err();
    line.cut_at(vec![]);
    let begun = memory.0.lock().unwrap().clone().expect("it is noted");
    let arrived = begun.parts.iter().flatten().count() as u64 * begun.part_bytes;
    let before = line.sent();
    let bucket = open(&garage, &line.origin());
    bucket.put_file(&key, &source, Some(begun), &memory, &Cancel::default(), &|_| ()).await.unwrap();
    let sent = line.sent() - before;
    assert!(sent < source.bytes - arrived + 500_000, "{sent} were sent, {arrived} of {} had arrived", source.bytes);
    let there = bucket.read(&key, 100_000_000).await.unwrap().unwrap().0;
    assert_eq!(hearthcast_model::Sha256::of(&there), source.sha256);
}
