//! Tests of what only a bucket does: uploads that go on, conditions, what its answers mean.

use super::*;
use crate::place::{Part, Sending, Source};
use crate::probe::probe_place;
use crate::suite::{LARGE, Memory, bucket, honest, keeps_the_promises, keeps_to_conditions, media, source, walk};
use hearthcast_fetch::FetchError;
use hearthcast_model::place::parse_location;
use hearthcast_model::probe::{ProbeCheck, ProbeOutcome};
use hearthcast_model::{Cancel, Code, Error};
use hearthcast_testkit::{
    ACCESS_KEY_ID, CutLine, Fault, FaultProxy, FaultServer, Liar, Moment, Moto, Reply, S3Server, SECRET_ACCESS_KEY,
    TlsLine, bucket_url,
};
use std::time::Duration;

/// A part, as the product cuts it.
const PART: u64 = 8 * 1024 * 1024;

fn feed() -> StorageKey {
    StorageKey::Feed("lantern-tide".into())
}

fn scene() -> (tempfile::TempDir, S3Server) {
    let dir = tempfile::tempdir().unwrap();
    let server = S3Server::start(&dir.path().join("s3"));
    (dir, server)
}

#[tokio::test]
async fn a_feed_is_replaced_only_while_it_is_the_one_that_was_seen() {
    let (_dir, server) = scene();
    let bucket = honest(&server);
    bucket.create(&feed(), b"one").await.unwrap();
    let (_, seen) = bucket.read(&feed(), 100).await.unwrap().unwrap();
    bucket.put_bytes(&feed(), b"somebody else's").await.unwrap();
    assert!(matches!(bucket.replace(&feed(), b"late", &seen).await, Err(StorageError::Changed { .. })));
    let (kept, seen) = bucket.read(&feed(), 100).await.unwrap().unwrap();
    assert_eq!(kept, b"somebody else's");
    bucket.replace(&feed(), b"in time", &seen).await.unwrap();
    assert_eq!(bucket.read(&feed(), 100).await.unwrap().unwrap().0, b"in time");
}

#[tokio::test]
async fn files_carry_type_cache_rule_and_hash_to_listeners() {
    let (dir, server) = scene();
    let bucket = honest(&server);
    for bytes in [1000, LARGE] {
        let source = source(dir.path(), bytes);
        let key = media(&source.sha256);
        put(&bucket, &source, &Memory::default()).await.unwrap();
        let answer = bucket.listener().head(&key).await.unwrap();
        let said = |name: &str| answer.headers.get(name).map(|v| v.to_str().unwrap().to_string()).unwrap_or_default();
        assert_eq!(said("content-type"), "audio/mpeg", "{bytes}");
        assert_eq!(said("cache-control"), "public, max-age=31536000, immutable", "{bytes}");
        assert_eq!(said("x-amz-meta-sha256"), source.sha256.as_str(), "{bytes}");
        assert_eq!(said("content-length"), bytes.to_string());
    }
    bucket.put_bytes(&feed(), b"<rss/>").await.unwrap();
    let head = bucket.head(&feed()).await.unwrap().unwrap();
    assert_eq!(head.mime.as_deref(), Some("application/rss+xml; charset=utf-8"));
    assert_eq!(head.cache.as_deref(), Some("public, max-age=60, must-revalidate"));
}

async fn put(bucket: &Bucket, source: &Source, memory: &Memory) -> Result<(), StorageError> {
    let begun = memory.0.lock().unwrap().clone();
    bucket.put_file(&media(&source.sha256), source, begun, memory, &Cancel::default(), &|_| ()).await
}

#[tokio::test]
async fn what_has_arrived_is_not_sent_again() {
    let (dir, server) = scene();
    let (source, memory) = (source(dir.path(), LARGE), Memory::default());
    // An earlier run whose second part arrived, and whose process is gone.
    let (begun, bytes) = half_sent(&server, &source).await;
    *memory.0.lock().unwrap() = Some(begun);
    let line = CutLine::to(server.address());
    put(&bucket(&line.origin(), ACCESS_KEY_ID, SECRET_ACCESS_KEY), &source, &memory).await.unwrap();
    let sent = line.sent();
    assert!(sent < LARGE as u64 - bytes + 64 * 1024, "{sent} bytes were sent, {bytes} of {LARGE} had arrived");
    assert_eq!(*memory.0.lock().unwrap(), None, "the notes are closed");
    let read = honest(&server).read(&media(&source.sha256), u64::MAX).await.unwrap().unwrap().0;
    assert_eq!(Sha256::of(&read), source.sha256);
}

/// Sends the second part of a file only; returns the note and how many bytes have arrived.
async fn half_sent(server: &S3Server, source: &Source) -> (Sending, u64) {
    let bucket = honest(server);
    let path = bucket.path(&media(&source.sha256));
    let upload_id = bucket.store.create_multipart(&path).await.unwrap();
    let body = std::fs::read(&source.path).unwrap()[PART as usize..2 * PART as usize].to_vec();
    let crc32c = crc32c::crc32c(&body);
    let id = bucket.store.put_part(&path, &upload_id, 1, body.into()).await.unwrap().content_id;
    let parts = vec![None, Some(Part { id, crc32c }), None];
    let (sha256, bytes) = (source.sha256.clone(), source.bytes);
    (Sending { upload_id, sha256, bytes, part_bytes: PART, parts }, PART)
}

#[tokio::test]
async fn a_part_of_an_older_file_is_sent_anew() {
    let (dir, server) = scene();
    let (source, memory) = (source(dir.path(), LARGE), Memory::default());
    let (mut begun, _) = half_sent(&server, &source).await;
    begun.parts[1].as_mut().unwrap().crc32c ^= 1;
    *memory.0.lock().unwrap() = Some(begun);
    put(&honest(&server), &source, &memory).await.unwrap();
    let read = honest(&server).read(&media(&source.sha256), u64::MAX).await.unwrap().unwrap().0;
    assert_eq!(Sha256::of(&read), source.sha256);
}

#[tokio::test]
async fn an_upload_the_storage_has_forgotten_begins_anew() {
    let (dir, server) = scene();
    let (source, memory) = (source(dir.path(), LARGE), Memory::default());
    let (begun, _) = half_sent(&server, &source).await;
    honest(&server).abort(&media(&source.sha256), &begun).await.unwrap();
    *memory.0.lock().unwrap() = Some(begun);
    put(&honest(&server), &source, &memory).await.unwrap();
    assert!(honest(&server).head(&media(&source.sha256)).await.unwrap().is_some());
}

/// Some storages close the line before they have read the part, and the client never sees why.
#[tokio::test]
async fn a_forgotten_upload_begins_anew_even_when_its_refusal_is_lost() {
    for forgotten in [true, false] {
        let (dir, server) = scene();
        let (source, memory) = (source(dir.path(), LARGE), Memory::default());
        let (begun, _) = half_sent(&server, &source).await;
        if forgotten {
            honest(&server).abort(&media(&source.sha256), &begun).await.unwrap();
        }
        *memory.0.lock().unwrap() = Some(begun.clone());
        let line = FaultProxy::to(server.address());
        let tries = 4;
        line.plan(Moment { method: "PUT", path: "partNumber" }, Fault::Reset, tries);
        let outcome = put(&bucket(&line.origin(), ACCESS_KEY_ID, SECRET_ACCESS_KEY), &source, &memory).await;
        let there = honest(&server).head(&media(&source.sha256)).await.unwrap().is_some();
        assert_eq!((outcome.is_ok(), there), (forgotten, forgotten), "{outcome:?}");
        let kept = memory.0.lock().unwrap().as_ref().map(|sending| sending.upload_id.clone());
        assert_eq!(kept, (!forgotten).then_some(begun.upload_id), "one that is remembered goes on another time");
    }
}

#[tokio::test]
async fn a_line_that_is_cut_costs_a_part_each_time_at_most() {
    let (dir, server) = scene();
    let source = source(dir.path(), 5 * PART as usize + 7);
    let line = CutLine::to(server.address());
    let cuts: Vec<u64> = (1..=4).map(|n| n * (PART + PART / 3)).collect();
    line.cut_at(cuts.clone());
    let (memory, mut runs) = (Memory::default(), 0);
    while let Err(error) = put(&bucket(&line.origin(), ACCESS_KEY_ID, SECRET_ACCESS_KEY), &source, &memory).await {
        runs += 1;
        assert_eq!(Error::from(error).code, Code::TargetOffline);
        assert!(runs <= cuts.len(), "it gets on");
    }
    assert_eq!(line.cuts(), cuts.len() as u64, "the line was cut");
    let again = line.sent() - source.bytes;
    // The first cut may meet all lanes; from then on there is one.
    assert!(again < (cuts.len() as u64 + 2) * PART, "{again} bytes were sent again");
    let read = honest(&server).read(&media(&source.sha256), u64::MAX).await.unwrap().unwrap().0;
    assert_eq!(Sha256::of(&read), source.sha256);
}

#[tokio::test]
async fn the_probe_finds_an_honest_storage_good() {
    let (_dir, server) = scene();
    let findings = probe_place(&honest(&server), 7).await;
    for line in &findings.lines {
        assert_eq!(line.outcome, ProbeOutcome::Good, "{line:?}");
    }
    let abilities = findings.abilities;
    assert!(abilities.create_if_absent && abilities.conditional_put && abilities.multipart && abilities.public_ranges);
    assert!(abilities.headers_kept && abilities.hash_kept);
    assert!(findings.clock_ahead_ms.is_none_or(|ms| ms.abs() < 60_000));
    let left: Vec<_> = walk(&server.bucket());
    assert!(left.is_empty(), "the probe removed what it wrote: {left:?}");
}

#[tokio::test]
async fn the_probe_finds_the_liar() {
    let dir = tempfile::tempdir().unwrap();
    let liar = Liar::start(&dir.path().join("s3rver"));
    let findings = probe_place(&bucket(&liar.origin(), liar.key().0, liar.key().1), 7).await;
    assert!(!findings.abilities.create_if_absent, "s3rver says yes and overwrites");
    assert!(!findings.abilities.conditional_put, "s3rver says yes and overwrites");
    let outcome = |check| findings.lines.iter().find(|line| line.check == check).map(|line| line.outcome);
    assert_eq!(outcome(ProbeCheck::CreateOnce), Some(ProbeOutcome::Advisory));
    assert_eq!(outcome(ProbeCheck::ReplaceUnchanged), Some(ProbeOutcome::Advisory));
    assert_eq!(findings.failure, None, "{:?}", findings.lines);
}

/// What people meet, and what must come of it: the code, whether it goes on by itself, and how many requests it may cost.
#[tokio::test]
async fn every_misfortune_has_one_clear_outcome_and_no_storm() {
    use hearthcast_model::error::Retry::{AfterAction, Later};
    let moved =
        Reply { status: 302, headers: vec![("location".into(), "http://login.hotel/".into())], ..Reply::default() };
    for (what, reply, code, retry, most) in [
        ("a captive portal", Reply::portal(), Code::TargetOffline, Later, 1),
        ("a portal that sends away", moved, Code::TargetRefused, AfterAction, 1),
        (
            "a revoked key",
            Reply::s3_error(403, "InvalidAccessKeyId", "The Access Key Id does not exist"),
            Code::AuthRefused,
            AfterAction,
            1,
        ),
        ("a deleted bucket", Reply::s3_error(404, "NoSuchBucket", "It is gone"), Code::TargetRefused, AfterAction, 1),
        ("a wrong clock", Reply::skewed(), Code::TargetRefused, AfterAction, 1),
        ("no room", Reply::s3_error(507, "QuotaExceeded", "Full"), Code::TargetFull, AfterAction, 1),
        ("too much to do", Reply::s3_error(503, "SlowDown", "Please reduce"), Code::TargetOffline, Later, 4),
    ] {
        let server = FaultServer::start(reply);
        let bucket = bucket(&server.origin(), ACCESS_KEY_ID, SECRET_ACCESS_KEY);
        let error = Error::from(bucket.read(&feed(), 100).await.unwrap_err());
        assert_eq!((error.code, error.retry), (code, retry), "{what}: {error:?}");
        assert!(server.count() <= most, "{what}: {} requests for one read", server.count());
        assert!(!error.message.contains(SECRET_ACCESS_KEY) && !error.hint.is_empty(), "{what}: {error:?}");
        let before = server.count();
        let error = Error::from(bucket.create(&feed(), b"x").await.unwrap_err());
        assert_eq!(error.code, code, "{what}: writing");
        assert!(server.count() - before <= 1, "{what}: a conditional write is never repeated blindly");
    }
}

/// Some storages answer a failed condition with 412, some with 409.
#[tokio::test]
async fn both_words_for_a_failed_condition_are_understood() {
    let (_dir, honest_server) = scene();
    honest(&honest_server).put_bytes(&feed(), b"one").await.unwrap();
    let (_, seen) = honest(&honest_server).read(&feed(), 100).await.unwrap().unwrap();
    for (status, code) in [(412, "PreconditionFailed"), (409, "ConditionalRequestConflict")] {
        let server = FaultServer::start(Reply::s3_error(status, code, "another write came first"));
        let bucket = bucket(&server.origin(), ACCESS_KEY_ID, SECRET_ACCESS_KEY);
        assert!(matches!(bucket.create(&feed(), b"x").await, Err(StorageError::Exists { .. })), "{status}");
        assert!(matches!(bucket.replace(&feed(), b"x", &seen).await, Err(StorageError::Changed { .. })), "{status}");
    }
}

#[tokio::test]
async fn nobody_there_is_offline_and_nothing_else() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let bucket = bucket(&format!("http://{free}"), ACCESS_KEY_ID, SECRET_ACCESS_KEY);
    let error = Error::from(bucket.head(&feed()).await.unwrap_err());
    assert_eq!(error.code, Code::TargetOffline);
    assert_eq!(bucket.requests(), 4, "tried a few times, then left");
}

#[tokio::test]
async fn nothing_shows_the_secret() {
    let (_dir, server) = scene();
    let bucket = bucket(&server.origin(), ACCESS_KEY_ID, "a-wrong-secret-for-this-key");
    let error = bucket.put_bytes(&feed(), b"x").await.unwrap_err();
    let shown = format!("{bucket:?} {error:?} {error} {:?}", Error::from(bucket.head(&feed()).await.unwrap_err()));
    assert!(!shown.contains("a-wrong-secret"), "{shown}");
    assert_eq!(Error::from(error).code, Code::AuthRefused);
}

#[tokio::test]
async fn parts_on_their_way_are_few_however_slow_the_line() {
    let (dir, server) = scene();
    let (source, memory) = (source(dir.path(), 7 * PART as usize), Memory::default());
    let line = FaultProxy::to(server.address());
    // The file is read far faster than parts are answered.
    line.plan(Moment { method: "PUT", path: "partNumber" }, Fault::Delay(Duration::from_millis(250)), 7);
    let bucket = bucket(&line.origin(), ACCESS_KEY_ID, SECRET_ACCESS_KEY);
    put(&bucket, &source, &memory).await.unwrap();
    let most = bucket.wire.tally().held().most();
    // Two on their way, one that was read meanwhile.
    assert!((2 * PART..=3 * PART).contains(&most), "{most} bytes at a time");
}

#[tokio::test]
async fn a_bucket_behind_an_authority_of_ones_own_is_trusted_where_it_is_named() {
    let (dir, server) = scene();
    let known = dir.path().join("authority.pem");
    let front = TlsLine::to(server.address(), &known);
    let open = |query: &str| {
        let url = format!("{}{query}", bucket_url(&front.origin(), "a"));
        let location = parse_location(&url, Some("http://127.0.0.1:1/"), false).unwrap();
        let key = AccessKey::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY).unwrap();
        Bucket::open(&location, &key, false, Net::default()).unwrap()
    };
    let error = open("").put_bytes(&feed(), b"feed").await.unwrap_err();
    assert!(matches!(error, StorageError::Fetch(FetchError::Untrusted { .. })), "{error:?}");
    let bucket = open(&format!("&ca={}", known.display()));
    bucket.put_bytes(&feed(), b"feed").await.unwrap();
    let source = source(dir.path(), LARGE);
    put(&bucket, &source, &Memory::default()).await.unwrap();
    assert_eq!(bucket.head(&media(&source.sha256)).await.unwrap().unwrap().bytes, LARGE as u64);
    let nowhere = parse_location(
        &format!("{}&ca=/nowhere", bucket_url(&front.origin(), "a")),
        Some("http://127.0.0.1:1/"),
        false,
    );
    let key = AccessKey::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY).unwrap();
    assert!(Bucket::open(&nowhere.unwrap(), &key, false, Net::default()).is_err(), "a file that is not there is named");
}

/// A bucket at the widest of Amazon's interfaces; it checks no signature.
fn wide(origin: &str) -> Bucket {
    bucket(origin, "testing", "testing-testing")
}

#[tokio::test]
async fn amazons_whole_interface_keeps_the_promises() {
    let dir = tempfile::tempdir().unwrap();
    let moto = Moto::start();
    keeps_the_promises(&wide(&moto.origin()), dir.path()).await;
    keeps_to_conditions(&wide(&moto.origin())).await;
    // What was stopped stays, to be gone on with.
    let left = moto.ask(&[], "?uploads");
    assert_eq!((left.matches("<UploadId>").count(), left.matches("stopped.mp3").count()), (1, 1), "{left}");
}

#[tokio::test]
async fn parts_that_arrived_are_those_the_storage_lists_and_giving_up_leaves_none() {
    let dir = tempfile::tempdir().unwrap();
    let moto = Moto::start();
    let (source, memory) = (source(dir.path(), LARGE), Memory::default());
    let line = FaultProxy::to(moto.address());
    line.plan(Moment { method: "PUT", path: "partNumber=3" }, Fault::Reset, 100);
    let bucket = wide(&line.origin());
    put(&bucket, &source, &memory).await.unwrap_err();
    let begun = memory.0.lock().unwrap().clone().unwrap();
    let key = media(&source.sha256);
    let listed = moto.ask(&[], &format!("/a/show/{key}?uploadId={}", begun.upload_id));
    let noted = begun.parts.iter().filter(|part| part.is_some()).count();
    assert_eq!((listed.matches("<Part>").count(), noted), (2, 2), "{listed}");
    assert!(moto.ask(&[], "?uploads").contains(&begun.upload_id));
    bucket.abort(&key, &begun).await.unwrap();
    bucket.abort(&key, &begun).await.expect("one that is gone already is no failure");
    assert!(!moto.ask(&[], "?uploads").contains("<UploadId>"), "nothing is left that costs");
}

#[tokio::test]
async fn the_probe_tells_whether_players_elsewhere_may_read() {
    let moto = Moto::start();
    let rules = r#"<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>HEAD</AllowedMethod></CORSRule></CORSConfiguration>"#;
    moto.ask(&["-X", "PUT", "--data", rules], "?cors");
    let lifecycle = r#"<LifecycleConfiguration><Rule><ID>stray</ID><Filter><Prefix>a/</Prefix></Filter><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>"#;
    moto.ask(&["-X", "PUT", "--data", lifecycle], "?lifecycle");
    let findings = probe_place(&wide(&moto.origin()), 7).await;
    assert_eq!(findings.failure, None, "{:#?}", findings.lines);
    assert!(findings.abilities.multipart && findings.abilities.conditional_put, "{:#?}", findings.lines);
    assert!(
        moto.ask(&[], "?cors").contains("<AllowedOrigin>*") && moto.ask(&[], "?lifecycle").contains("stray"),
        "the owner's rules stay"
    );
}
