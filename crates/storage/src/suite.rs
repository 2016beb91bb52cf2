//! What every kind of place promises, as tests that each must pass: a place is finished when it does. Run on a folder, on a
//! real S3 server, and, as far as it keeps its promises, on one that lies.

use crate::bucket::AccessKey;
use crate::place::{Notebook, Place, Sending, Source};
use crate::{Bucket, Folder, StorageError, StorageKey};
use hearthcast_fetch::header::HeaderMap;
use hearthcast_fetch::{HttpMethod, Owned, Request};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::place::parse_location;
use hearthcast_model::{Cancel, Code, Error, Sha256};
use hearthcast_testkit::{ACCESS_KEY_ID, Liar, S3Server, SECRET_ACCESS_KEY, bucket_url, public_url};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Longer than any file of the suite.
const LIMIT: u64 = 64 * 1024 * 1024;

/// Notes that last as long as the test.
#[derive(Default)]
pub(crate) struct Memory(pub(crate) Mutex<Option<Sending>>);

#[async_trait::async_trait]
impl Notebook for Memory {
    async fn note(&self, sending: Option<&Sending>) -> Result<(), Error> {
        *self.0.lock().unwrap() = sending.cloned();
        Ok(())
    }
}

/// A bucket at a server, with a key of the test's own.
pub(crate) fn bucket(origin: &str, id: &str, secret: &str) -> Bucket {
    let (url, public) = (bucket_url(origin, "a/show"), public_url(origin, "a/show"));
    let location = parse_location(&url, Some(&public), false).unwrap();
    Bucket::open(&location, &AccessKey::new(id, secret).unwrap(), false, Arc::new(SystemClock)).unwrap()
}

/// The bucket of the honest server.
pub(crate) fn honest(server: &S3Server) -> Bucket {
    bucket(&server.origin(), ACCESS_KEY_ID, SECRET_ACCESS_KEY)
}

/// A file of so many bytes that repeat nowhere near a part's length.
pub(crate) fn source(folder: &Path, bytes: usize) -> Source {
    let path = folder.join(format!("{bytes}.mp3"));
    let body: Vec<u8> = (0..bytes as u64).map(|n| (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect();
    std::fs::write(&path, &body).unwrap();
    Source { path, sha256: Sha256::of(&body), bytes: bytes as u64, mime: "audio/mpeg".into(), cache: None }
}

/// Files below a folder.
pub(crate) fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.flat_map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { vec![entry.path()] }).collect()
}

pub(crate) fn media(sha256: &Sha256) -> StorageKey {
    StorageKey::parse(&format!("media/{}/the-stair.mp3", sha256.short())).unwrap()
}

/// More than two parts, and not a whole number of them.
pub(crate) const LARGE: usize = 17 * 1024 * 1024 + 5;

/// What comes for an address: status and body.
pub(crate) async fn got(link: &str) -> (u16, Vec<u8>) {
    let url = url::Url::parse(link).unwrap();
    let owned = Owned::new(std::slice::from_ref(&url), false).unwrap();
    let request = Request { method: HttpMethod::GET, url, headers: HeaderMap::new(), body: None };
    let answer = owned.send(request, 1_000).await.unwrap();
    (answer.status.as_u16(), answer.body.into())
}

async fn read(place: &dyn Place, key: &StorageKey) -> Option<Vec<u8>> {
    place.read(key, LIMIT).await.unwrap().map(|(bytes, _)| bytes)
}

async fn length(place: &dyn Place, key: &StorageKey) -> Option<u64> {
    place.head(key).await.unwrap().map(|head| head.bytes)
}

async fn put(place: &dyn Place, key: &StorageKey, source: &Source, cancel: &Cancel) -> Result<(), StorageError> {
    place.put_file(key, source, None, &Memory::default(), cancel, &|_| ()).await
}

async fn writes_are_whole_and_last(place: &dyn Place) {
    let feed = StorageKey::Feed("lantern-tide".into());
    assert_eq!(read(place, &feed).await, None, "what is not there is no error");
    assert_eq!(length(place, &feed).await, None);
    place.put_bytes(&feed, b"a long first feed").await.unwrap();
    place.put_bytes(&feed, b"second").await.unwrap();
    assert_eq!(read(place, &feed).await.unwrap(), b"second", "replaced whole");
    assert_eq!(length(place, &feed).await, Some(6));
    assert_eq!(place.read_range(&feed, 2..5).await.unwrap(), b"con");
    let copy = StorageKey::FeedVersion("lantern-tide".into(), 1);
    assert_eq!(read(place, &copy).await, None, "names do not touch each other");
    assert!(place.read(&feed, 5).await.map_or(true, |found| found.unwrap().0.len() <= 5), "no more than is asked for");
}

async fn whoever_creates_second_is_refused(place: &dyn Place) {
    let manifest = StorageKey::Manifest("lantern-tide".into(), 7);
    place.create(&manifest, b"first").await.unwrap();
    assert!(matches!(place.create(&manifest, b"second").await, Err(StorageError::Exists { .. })));
    assert_eq!(read(place, &manifest).await.unwrap(), b"first");
}

async fn whoever_comes_late_is_refused(place: &dyn Place) {
    let feed = StorageKey::Feed("harbour".into());
    place.create(&feed, b"one").await.unwrap();
    let (_, seen) = place.read(&feed, LIMIT).await.unwrap().unwrap();
    place.put_bytes(&feed, b"somebody else's").await.unwrap();
    assert!(matches!(place.replace(&feed, b"late", &seen).await, Err(StorageError::Changed { .. })));
    let (kept, seen) = place.read(&feed, LIMIT).await.unwrap().unwrap();
    assert_eq!(kept, b"somebody else's");
    place.replace(&feed, b"in time", &seen).await.unwrap();
    assert_eq!(read(place, &feed).await.unwrap(), b"in time");
}

async fn files_arrive_as_they_are(place: &dyn Place, folder: &Path) {
    for bytes in [0, 1, 8 * 1024 * 1024, LARGE] {
        let source = source(folder, bytes);
        let key = media(&source.sha256);
        put(place, &key, &source, &Cancel::default()).await.unwrap();
        assert_eq!(length(place, &key).await, Some(bytes as u64), "{bytes}");
        assert_eq!(Sha256::of(&read(place, &key).await.unwrap()), source.sha256, "{bytes}");
    }
}

async fn nothing_wrong_is_shown(place: &dyn Place, folder: &Path) {
    for bytes in [1000, LARGE] {
        let mut changed = source(folder, bytes);
        changed.sha256 = Sha256::of(b"what was planned");
        let key = media(&changed.sha256);
        let outcome = put(place, &key, &changed, &Cancel::default()).await;
        assert!(matches!(outcome, Err(StorageError::SourceChanged { .. })), "{bytes}: {outcome:?}");
        assert_eq!(length(place, &key).await, None, "{bytes}");
    }
    let mut gone = source(folder, 10);
    gone.path = folder.join("not-there.mp3");
    let outcome = put(place, &media(&Sha256::of(b"x")), &gone, &Cancel::default()).await;
    assert_eq!(Error::from(outcome.unwrap_err()).code, Code::MediaAbsent);
    let (stopped, source) = (Cancel::default(), source(folder, LARGE));
    stopped.cancel();
    let key = StorageKey::parse("media/00112233445566778899aabbccddeeff/stopped.mp3").unwrap();
    let outcome = put(place, &key, &source, &stopped).await;
    assert_eq!(Error::from(outcome.unwrap_err()).code, Code::Cancelled);
    assert_eq!(length(place, &key).await, None);
}

/// What lies under a prefix, as text.
async fn listed(place: &dyn Place, prefix: &str) -> Vec<(String, u64)> {
    place.list(prefix).await.unwrap().into_iter().map(|file| (file.key.to_string(), file.bytes)).collect()
}

async fn what_is_there_is_listed_and_can_be_removed(place: &dyn Place) {
    let keys = ["feeds/a/feed.xml", "feeds/a/v/00000001.json", "feeds/a/v/00000002.json", "feeds/ab/v/00000001.json"];
    assert_eq!(listed(place, "feeds/a/").await, [], "a prefix that nobody has is no error");
    for key in keys {
        place.put_bytes(&StorageKey::parse(key).unwrap(), key.as_bytes()).await.unwrap();
    }
    let of = |keys: &[&str]| keys.iter().map(|key| ((*key).to_string(), key.len() as u64)).collect::<Vec<_>>();
    assert_eq!(listed(place, "feeds/a/v/").await, of(&keys[1..3]));
    assert_eq!(listed(place, "feeds/a/").await, of(&keys[..3]));
    assert_eq!(listed(place, "feeds/a").await, of(&keys), "the beginning of a name");
    let gone = StorageKey::parse(keys[1]).unwrap();
    place.delete(&gone).await.unwrap();
    place.delete(&gone).await.expect("what is gone already is no failure");
    assert_eq!(read(place, &gone).await, None);
    assert_eq!(listed(place, "feeds/a/v/").await, of(&keys[2..3]), "nothing else went");
    for key in keys {
        place.delete(&StorageKey::parse(key).unwrap()).await.unwrap();
    }
    assert_eq!(listed(place, "feeds/a").await, []);
}

/// What every place keeps.
pub(crate) async fn keeps_the_promises(place: &dyn Place, folder: &Path) {
    writes_are_whole_and_last(place).await;
    files_arrive_as_they_are(place, folder).await;
    nothing_wrong_is_shown(place, folder).await;
    what_is_there_is_listed_and_can_be_removed(place).await;
    assert!(place.writes() > 0, "writes are counted");
}

/// What a place keeps that does not lie about conditions.
pub(crate) async fn keeps_to_conditions(place: &dyn Place) {
    whoever_creates_second_is_refused(place).await;
    whoever_comes_late_is_refused(place).await;
}

#[tokio::test]
async fn a_folder_keeps_the_promises() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(&dir.path().join("www")).unwrap();
    keeps_the_promises(&folder, dir.path()).await;
    keeps_to_conditions(&folder).await;
}

#[tokio::test]
async fn a_bucket_keeps_the_promises() {
    let dir = tempfile::tempdir().unwrap();
    let server = S3Server::start(&dir.path().join("s3"));
    let bucket = honest(&server);
    keeps_the_promises(&bucket, dir.path()).await;
    keeps_to_conditions(&bucket).await;
}

#[tokio::test]
async fn a_storage_that_ignores_conditions_keeps_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let liar = Liar::start(&dir.path().join("s3rver"));
    keeps_the_promises(&bucket(&liar.origin(), liar.key().0, liar.key().1), dir.path()).await;
}
