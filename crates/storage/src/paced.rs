//! Tests of the limit for uploads, on every kind of place: all that leaves, large files and small ones, keeps to the one limit
//! that they share.

use crate::bucket::AccessKey;
use crate::place::Place;
use crate::suite::{LARGE, Memory, media, source};
use crate::{Bucket, StorageKey, open_remote};
use hearthcast_fetch::{Net, Pace};
use hearthcast_model::Cancel;
use hearthcast_model::place::{Location, parse_location};
use hearthcast_testkit::{
    ACCESS_KEY_ID, AZURE_ACCOUNT, AZURE_KEY, Azurite, DAV_PASSWORD, DAV_USER, FTP_PASSWORD, FTP_USER, FtpsServer,
    S3Server, SECRET_ACCESS_KEY, SftpServer, WebDavServer, bucket_url,
};
use std::sync::Arc;

const NOBODY: &str = "http://127.0.0.1:1/";

/// A limit that delays a test by less than a second.
const LIMIT: u64 = 40_000_000;

async fn all_of_it_keeps_the_pace(url: &str, key: (&str, &str), folder: &std::path::Path) {
    let (pace, key) = (Pace::default(), AccessKey::new(key.0, key.1).unwrap());
    let net = Net::default().paced(pace.clone());
    let place: Arc<dyn Place> = match parse_location(url, Some(NOBODY), false).unwrap() {
        Location::Remote(remote) => open_remote(&remote, Some(&key), false, net).unwrap(),
        location => Arc::new(Bucket::open(&location, &key, false, net).unwrap()),
    };
    let feed = StorageKey::Feed("lantern-tide".into());
    place.put_bytes(&feed, &[b'x'; 10_000]).await.unwrap();
    assert_eq!(pace.kept(), 0, "{url}: without a limit nothing waits");
    pace.set(Some(LIMIT));
    place.put_bytes(&feed, &[b'y'; 10_000]).await.unwrap();
    assert!((10_000..20_000).contains(&pace.kept()), "{url}: {} bytes of a small file", pace.kept());
    let (before, source) = (pace.kept(), source(folder, LARGE));
    let file = media(&source.sha256);
    place.put_file(&file, &source, None, &Memory::default(), &Cancel::default(), &|_| ()).await.unwrap();
    let kept = pace.kept() - before;
    assert!((LARGE as u64..LARGE as u64 + 20_000).contains(&kept), "{url}: {kept} bytes of a large file");
}

#[tokio::test]
async fn a_bucket_keeps_to_the_limit() {
    let dir = tempfile::tempdir().unwrap();
    let server = S3Server::start(&dir.path().join("s3"));
    let url = bucket_url(&server.origin(), "a");
    all_of_it_keeps_the_pace(&url, (ACCESS_KEY_ID, SECRET_ACCESS_KEY), dir.path()).await;
}

#[tokio::test]
async fn azure_keeps_to_the_limit() {
    let dir = tempfile::tempdir().unwrap();
    let server = Azurite::start(&dir.path().join("azure"));
    all_of_it_keeps_the_pace(&server.url("a"), (AZURE_ACCOUNT, AZURE_KEY), dir.path()).await;
}

#[tokio::test]
async fn a_webdav_folder_keeps_to_the_limit() {
    let dir = tempfile::tempdir().unwrap();
    let server = WebDavServer::start(&dir.path().join("dav"), false);
    all_of_it_keeps_the_pace(&server.url(), (DAV_USER, DAV_PASSWORD), dir.path()).await;
}

#[tokio::test]
async fn an_sftp_folder_keeps_to_the_limit() {
    let dir = tempfile::tempdir().unwrap();
    let server = SftpServer::start(&dir.path().join("ssh"), &dir.path().join("data"));
    let url = format!("{}&host_key={}", server.url(), server.host_key());
    all_of_it_keeps_the_pace(&url, ("-", "-"), dir.path()).await;
}

#[tokio::test]
async fn an_ftps_folder_keeps_to_the_limit() {
    let dir = tempfile::tempdir().unwrap();
    let server = FtpsServer::start(&dir.path().join("ftps"), &dir.path().join("data"));
    all_of_it_keeps_the_pace(&server.url(), (FTP_USER, FTP_PASSWORD), dir.path()).await;
}
