//! Bodies read from real files: every byte, pieces of bounded size, and files that change under us.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

use hearthcast_serve::{FileBody, ServeError};
use http_body::Body;
use http_body_util::BodyExt;
use std::io::Write;
use std::sync::Arc;

fn file(bytes: &[u8]) -> (tempfile::NamedTempFile, Arc<std::fs::File>) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let open = std::fs::File::open(file.path()).unwrap();
    (file, Arc::new(open))
}

/// Bytes that tell where they stand.
fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 7 + i / 251) as u8).collect()
}

#[tokio::test]
async fn any_range_arrives_whole() {
    let bytes = pattern(300_000);
    let (_keep, file) = file(&bytes);
    for range in [0..300_000, 0..1, 299_999..300_000, 65_535..65_537, 1..131_073, 0..65_536, 7..7] {
        let body = FileBody::new(file.clone(), range.clone());
        assert_eq!(body.size_hint().exact(), Some(range.end - range.start));
        let got = body.collect().await.unwrap().to_bytes();
        assert!(got == bytes[range.start as usize..range.end as usize], "{range:?}");
    }
}

#[tokio::test]
async fn pieces_are_at_most_64_kib_and_the_end_is_known() {
    let (_keep, file) = file(&pattern(200_000));
    let mut body = FileBody::new(file, 0..200_000);
    let mut seen = 0;
    while let Some(frame) = body.frame().await {
        let piece = frame.unwrap().into_data().unwrap();
        assert!(piece.len() <= 64 * 1024);
        seen += piece.len();
        assert_eq!(body.is_end_stream(), seen == 200_000);
    }
    assert_eq!(seen, 200_000);
}

#[tokio::test]
async fn a_file_cut_under_us_is_an_error_not_a_wrong_length() {
    let (keep, file) = file(&pattern(200_000));
    let mut body = FileBody::new(file, 0..200_000);
    body.frame().await.unwrap().unwrap();
    keep.as_file().set_len(70_000).unwrap();
    let mut seen = 65_536;
    let error = loop {
        match body.frame().await.unwrap() {
            Ok(frame) => seen += frame.into_data().unwrap().len(),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, ServeError::Truncated { at: 70_000, missing: 130_000 }), "{error:?}");
    assert_eq!(seen, 70_000);
    let people: hearthcast_model::Error = error.into();
    assert_eq!(people.code.as_str(), "media.truncated");
}

#[tokio::test]
async fn one_open_file_serves_many_at_once() {
    let bytes = pattern(500_000);
    let (_keep, file) = file(&bytes);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..16u64 {
        let body = FileBody::new(file.clone(), n * 1000..500_000 - n * 1000);
        tasks.spawn(async move { (n, body.collect().await.unwrap().to_bytes()) });
    }
    while let Some(done) = tasks.join_next().await {
        let (n, got) = done.unwrap();
        assert!(got == bytes[n as usize * 1000..500_000 - n as usize * 1000], "body {n}");
    }
}
