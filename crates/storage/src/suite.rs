//! What every kind of place promises, as tests that each must pass: a place is finished when it does. Run on a folder, on a
//! real S3 server, and, as far as it keeps its promises, on one that lies.

use crate::bucket::{AccessKey, Notebook, Sending, Source};
use crate::{Bucket, Folder, StorageError, StorageKey};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::place::parse_location;
use hearthcast_model::{Cancel, Code, Error, Sha256};
use hearthcast_testkit::{ACCESS_KEY_ID, Liar, S3Server, SECRET_ACCESS_KEY, bucket_url, public_url};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A kind of place, as the suite sees it.
trait Place {
    async fn put_bytes(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError>;
    async fn create(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError>;
    async fn read(&self, key: &StorageKey) -> Result<Option<Vec<u8>>, StorageError>;
    async fn length(&self, key: &StorageKey) -> Result<Option<u64>, StorageError>;
    async fn put_file(&self, key: &StorageKey, source: &Source, cancel: &Cancel) -> Result<(), StorageError>;
}

/// Longer than any file of the suite.
const LIMIT: u64 = 64 * 1024 * 1024;

impl Place for Folder {
    async fn put_bytes(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        Folder::put_bytes(self, key, bytes)
    }
    async fn create(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        Folder::create(self, key, bytes)
    }
    async fn read(&self, key: &StorageKey) -> Result<Option<Vec<u8>>, StorageError> {
        Folder::read(self, key, LIMIT)
    }
    async fn length(&self, key: &StorageKey) -> Result<Option<u64>, StorageError> {
        Folder::length(self, key)
    }
    async fn put_file(&self, key: &StorageKey, source: &Source, cancel: &Cancel) -> Result<(), StorageError> {
        Folder::put_file(self, key, &source.path, &source.sha256, cancel, &mut |_| ())
    }
}

impl Place for Bucket {
    async fn put_bytes(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        Bucket::put_bytes(self, key, bytes).await
    }
    async fn create(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        Bucket::create(self, key, bytes).await
    }
    async fn read(&self, key: &StorageKey) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(Bucket::read(self, key, LIMIT).await?.map(|(bytes, _)| bytes))
    }
    async fn length(&self, key: &StorageKey) -> Result<Option<u64>, StorageError> {
        Ok(self.head(key).await?.map(|head| head.bytes))
    }
    async fn put_file(&self, key: &StorageKey, source: &Source, cancel: &Cancel) -> Result<(), StorageError> {
        Bucket::put_file(self, key, source, None, &Memory::default(), cancel, &|_| ()).await
    }
}

/// Notes that last as long as the test.
#[derive(Default)]
pub(crate) struct Memory(pub(crate) Mutex<Option<Sending>>);

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
    Source { path, sha256: Sha256::of(&body), bytes: bytes as u64, mime: "audio/mpeg".into() }
}

pub(crate) fn media(sha256: &Sha256) -> StorageKey {
    StorageKey::parse(&format!("media/{}/the-stair.mp3", sha256.short())).unwrap()
}

/// More than two parts, and not a whole number of them.
pub(crate) const LARGE: usize = 17 * 1024 * 1024 + 5;

async fn writes_are_whole_and_last(place: &impl Place) {
    let feed = StorageKey::Feed("lantern-tide".into());
    assert_eq!(place.read(&feed).await.unwrap(), None, "what is not there is no error");
    assert_eq!(place.length(&feed).await.unwrap(), None);
    place.put_bytes(&feed, b"a long first feed").await.unwrap();
    place.put_bytes(&feed, b"second").await.unwrap();
    assert_eq!(place.read(&feed).await.unwrap().unwrap(), b"second", "replaced whole");
    assert_eq!(place.length(&feed).await.unwrap(), Some(6));
    let copy = StorageKey::FeedVersion("lantern-tide".into(), 1);
    assert_eq!(place.read(&copy).await.unwrap(), None, "names do not touch each other");
}

async fn whoever_creates_second_is_refused(place: &impl Place) {
    let manifest = StorageKey::Manifest("lantern-tide".into(), 7);
    place.create(&manifest, b"first").await.unwrap();
    assert!(matches!(place.create(&manifest, b"second").await, Err(StorageError::Exists { .. })));
    assert_eq!(place.read(&manifest).await.unwrap().unwrap(), b"first");
}

async fn files_arrive_as_they_are(place: &impl Place, folder: &Path) {
    for bytes in [0, 1, 8 * 1024 * 1024, LARGE] {
        let source = source(folder, bytes);
        let key = media(&source.sha256);
        place.put_file(&key, &source, &Cancel::default()).await.unwrap();
        assert_eq!(place.length(&key).await.unwrap(), Some(bytes as u64), "{bytes}");
        assert_eq!(Sha256::of(&place.read(&key).await.unwrap().unwrap()), source.sha256, "{bytes}");
    }
}

async fn nothing_wrong_is_shown(place: &impl Place, folder: &Path) {
    for bytes in [1000, LARGE] {
        let mut changed = source(folder, bytes);
        changed.sha256 = Sha256::of(b"what was planned");
        let key = media(&changed.sha256);
        let outcome = place.put_file(&key, &changed, &Cancel::default()).await;
        assert!(matches!(outcome, Err(StorageError::SourceChanged { .. })), "{bytes}: {outcome:?}");
        assert_eq!(place.length(&key).await.unwrap(), None, "{bytes}");
    }
    let mut gone = source(folder, 10);
    gone.path = folder.join("not-there.mp3");
    let outcome = place.put_file(&media(&Sha256::of(b"x")), &gone, &Cancel::default()).await;
    assert_eq!(Error::from(outcome.unwrap_err()).code, Code::MediaAbsent);
    let (stopped, source) = (Cancel::default(), source(folder, LARGE));
    stopped.cancel();
    let key = StorageKey::parse("media/00112233445566778899aabbccddeeff/stopped.mp3").unwrap();
    let outcome = place.put_file(&key, &source, &stopped).await;
    assert_eq!(Error::from(outcome.unwrap_err()).code, Code::Cancelled);
    assert_eq!(place.length(&key).await.unwrap(), None);
}

#[tokio::test]
async fn a_folder_keeps_the_promises() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(&dir.path().join("www")).unwrap();
    writes_are_whole_and_last(&folder).await;
    whoever_creates_second_is_refused(&folder).await;
    files_arrive_as_they_are(&folder, dir.path()).await;
    nothing_wrong_is_shown(&folder, dir.path()).await;
}

#[tokio::test]
async fn a_bucket_keeps_the_promises() {
    let dir = tempfile::tempdir().unwrap();
    let server = S3Server::start(&dir.path().join("s3"));
    let bucket = honest(&server);
    writes_are_whole_and_last(&bucket).await;
    whoever_creates_second_is_refused(&bucket).await;
    files_arrive_as_they_are(&bucket, dir.path()).await;
    nothing_wrong_is_shown(&bucket, dir.path()).await;
}

#[tokio::test]
async fn a_storage_that_ignores_conditions_keeps_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let liar = Liar::start(&dir.path().join("s3rver"));
    let bucket = bucket(&liar.origin(), liar.key().0, liar.key().1);
    writes_are_whole_and_last(&bucket).await;
    files_arrive_as_they_are(&bucket, dir.path()).await;
}
