//! The whole life of a server's database, every statement once: what each backend must be able to.

#![expect(clippy::unwrap_used, reason = "a step of the story that breaks is a failed test")]

use hearthcast_model::clock::utc_day;
use hearthcast_model::comment::DELETED_KEPT_MS;
use hearthcast_model::facts::{MediaFacts, MediaKind};
use hearthcast_model::id::RandomIds;
use hearthcast_model::manifest::{FORMAT, FeedObject, Manifest};
use hearthcast_model::share::SharedFile;
use hearthcast_model::stats::{DayCount, FeedDay, Funnel};
use hearthcast_model::{
    Comment, CommentId, CommentState, DeviceId, EpisodeId, Remark, RemarkId, SafeHtml, Sha256, ShareId, SharedDraft,
    Show, ShowId, Table,
};
use hearthcast_store::answer;
use hearthcast_store::challenge::{self, Challenge};
use hearthcast_store::comment::{self, Arrived};
use hearthcast_store::log_row::{LogMark, LogRow};
use hearthcast_store::released::{EpisodeMedia, Released};
use hearthcast_store::search::{self, CueMark, Item, Passage, Within, Words};
use hearthcast_store::upload::Upload;
use hearthcast_store::version::Version;
use hearthcast_store::view_row::{self, ViewRow};
use hearthcast_store::{
    Store, StoreError, claim_folder, day_count, device, draft, feed_day, log_row, media, meta, pairing, record,
    released, remark, salt, upload, version,
};
use serde_json::json;

const NOW: i64 = 1_795_176_000_000;

fn id<T>(parse: impl Fn(&str) -> Option<T>, n: u32) -> T {
    parse(&format!("019a0000-0000-7000-8000-{n:012}")).unwrap()
}

async fn open(folder: &std::path::Path) -> Store {
    Store::open(folder, &RandomIds).await.unwrap()
}

#[tokio::test]
async fn identity_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let first = meta::identity(&mut store.read().await.unwrap()).await.unwrap();
    store.close().await.unwrap();
    let again = meta::identity(&mut open(folder.path()).await.read().await.unwrap()).await.unwrap();
    assert_eq!(first, again);
    assert_ne!(first.server_id, first.epoch);
}

#[tokio::test]
async fn after_a_full_disk_the_door_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    // The limit holds for this connection; SQLite answers beyond it as on a full disk (sqlite.org/pragma.html).
    sqlx::query("PRAGMA max_page_count = 1").execute(&mut *door).await.unwrap();
    let long = "x".repeat(1024 * 1024);
    let refused = device::register(&mut door, &id(DeviceId::parse, 1), &long, "k1", NOW).await.unwrap_err();
    assert_eq!(hearthcast_model::Error::from(refused).code, hearthcast_model::error::Code::TargetFull);
    drop(door);

    let mut door = store.write().await.unwrap();
    device::register(&mut door, &id(DeviceId::parse, 1), "Desk", "k1", NOW).await.unwrap();
    door.commit().await.unwrap();
}

#[tokio::test]
async fn devices_and_codes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    let desk = id(DeviceId::parse, 1);
    let code = Sha256::of(b"code");
    pairing::open(&mut door, &code, NOW).await.unwrap();
    assert!(!pairing::redeem(&mut door, &Sha256::of(b"guess"), NOW).await.unwrap());
    assert!(pairing::redeem(&mut door, &code, NOW + pairing::LIFE_MS - 1).await.unwrap());
    assert!(!pairing::redeem(&mut door, &code, NOW + 1).await.unwrap(), "once");
    device::register(&mut door, &desk, "Desk", "k1", NOW).await.unwrap();
    device::reached(&mut door, desk.as_str(), 7).await.unwrap();
    device::reached(&mut door, desk.as_str(), 5).await.unwrap();
    assert!(device::revoke(&mut door, desk.as_str(), NOW + 1).await.unwrap());
    let gone = device::get(&mut door, desk.as_str()).await.unwrap().unwrap();
    assert_eq!((gone.revoked_ms, gone.last_n), (Some(NOW + 1), 7));
    device::register(&mut door, &desk, "Desk", "k2", NOW + 2).await.unwrap();
    let back = device::get(&mut door, desk.as_str()).await.unwrap().unwrap();
    assert_eq!((back.public_key.as_str(), back.revoked_ms), ("k2", None));
    assert_eq!(device::get(&mut door, "nobody").await.unwrap(), None);
}

#[tokio::test]
async fn records_and_answers() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    let row = record::Row {
        table: Table::Show,
        id: id(ShowId::parse, 1).to_string(),
        rev: 1,
        seq: record::head_seq(&mut door).await.unwrap() + 1,
        hash: "h".into(),
        body: json!({"title": "Ünïcode \u{1F399}"}),
        deleted_ms: None,
        device: "d".into(),
        base: None,
    };
    record::put(&mut door, &row).await.unwrap();
    let base = Some(record::Base { hash: row.hash.clone(), body: row.body.clone() });
    let newer = record::Row { rev: 2, seq: 2, deleted_ms: Some(NOW), base, ..row };
    record::put(&mut door, &newer).await.unwrap();
    assert_eq!(record::get(&mut door, Table::Show, &newer.id).await.unwrap(), Some(newer.clone()));
    assert_eq!(record::get(&mut door, Table::Episode, &newer.id).await.unwrap(), None);
    assert_eq!(record::head_seq(&mut door).await.unwrap(), 2);
    let (op, other) = (Sha256::of(b"op"), Sha256::of(b"other"));
    record::remember(&mut door, "d", 1, &op, (2, 2), NOW).await.unwrap();
    assert_eq!(record::applied(&mut door, "d", 1).await.unwrap().unwrap().hash, op.to_string());
    assert_eq!(record::applied(&mut door, "e", 1).await.unwrap(), None);
    answer::put(&mut door, "d", "k", &other, "{}", NOW).await.unwrap();
    let kept = answer::get(&mut door, "d", "k").await.unwrap().unwrap();
    assert_eq!((kept.request, kept.body.as_str()), (other.to_string(), "{}"));
    assert_eq!(answer::forget(&mut door, NOW + answer::LIFE_MS).await.unwrap(), 0);
    assert_eq!(answer::forget(&mut door, NOW + answer::LIFE_MS + 1).await.unwrap(), 1);
    assert_eq!(record::forget_applied(&mut door, NOW + 1).await.unwrap(), 1);
}

#[tokio::test]
async fn uploads_and_media() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    let hash = Sha256::of(b"abc");
    let mut sent = Upload {
        id: "u".into(),
        device: "d".into(),
        sha256: Some(hash.clone()),
        bytes: 3,
        mime: "audio/mpeg".into(),
        metadata: "x".into(),
        expires_ms: NOW + 10,
        done_ms: None,
    };
    upload::create(&mut door, &sent, NOW).await.unwrap();
    assert_eq!(upload::get(&mut door, "d", "u").await.unwrap().as_ref(), Some(&sent));
    assert_eq!(upload::get(&mut door, "e", "u").await.unwrap(), None, "another laptop's");
    assert_eq!(upload::same(&mut door, "d", &hash, 3, NOW).await.unwrap(), std::slice::from_ref(&sent));
    assert_eq!(upload::same(&mut door, "d", &hash, 4, NOW).await.unwrap(), []);
    assert_eq!(upload::same(&mut door, "d", &hash, 3, NOW + 10).await.unwrap(), [], "its time is over");
    assert_eq!(upload::open_count(&mut door, "d").await.unwrap(), 1);
    media::put(&mut door, &hash, 3, "audio/mpeg", NOW).await.unwrap();
    upload::finish(&mut door, "u", NOW + 1).await.unwrap();
    upload::postpone(&mut door, "u", NOW + 20).await.unwrap();
    (sent.done_ms, sent.expires_ms) = (Some(NOW + 1), NOW + 20);
    assert_eq!(upload::get(&mut door, "d", "u").await.unwrap(), Some(sent));
    assert_eq!(upload::open_count(&mut door, "d").await.unwrap(), 0);
    assert_eq!(upload::expired(&mut door, NOW + 19).await.unwrap(), Vec::<String>::new());
    assert_eq!(upload::expired(&mut door, NOW + 20).await.unwrap(), ["u"]);
    upload::delete(&mut door, "u").await.unwrap();
    assert_eq!(upload::ids(&mut door).await.unwrap(), Vec::<String>::new());
    media::put(&mut door, &hash, 99, "text/plain", NOW).await.unwrap();
    let known = media::get(&mut door, &hash).await.unwrap().unwrap();
    assert_eq!((known.bytes, known.mime.as_str(), known.facts), (3, "audio/mpeg", None), "content has one length");
    let facts = MediaFacts::unmeasured(MediaKind::Audio, "flac", "audio/flac", 3, hash.clone());
    let strange = MediaFacts { sha256: Sha256::of(b"never sent"), ..facts.clone() };
    media::tell(&mut door, &[&facts, &strange]).await.unwrap();
    let asked = [hash.clone(), strange.sha256.clone()];
    let known = media::among(&mut door, asked.iter()).await.unwrap();
    assert_eq!(known.keys().collect::<Vec<_>>(), [&hash], "what was never sent is not there");
    assert_eq!((known[&hash].mime.as_str(), known[&hash].facts.as_ref()), ("audio/flac", Some(&facts)));
    media::delete(&mut door, &hash).await.unwrap();
    assert_eq!(media::get(&mut door, &hash).await.unwrap(), None);
}

fn published(n: u64) -> Version {
    let hash = Sha256::of(&n.to_be_bytes());
    Version {
        manifest: Manifest {
            format: FORMAT,
            show: id(ShowId::parse, 1),
            epoch: "e".into(),
            version: n,
            parent: n - 1,
            effective_at: NOW,
            device: id(DeviceId::parse, 1),
            fence: format!("fence {n}"),
            renderer: 1,
            feed: FeedObject { key: "k".into(), sha256: hash.clone(), bytes: 8 },
            objects: vec![],
            documents: vec![],
            restores: None,
            slug: None,
            paths: None,
            audio: None,
        },
        request: "r".into(),
        answer: "{}".into(),
        sha256: hash,
        created_ms: NOW,
    }
}

#[tokio::test]
async fn versions_are_claimed_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let show = id(ShowId::parse, 1);
    for n in 1..=25 {
        let mut door = store.write().await.unwrap();
        version::claim(&mut door, &published(n), &n.to_be_bytes(), NOW).await.unwrap();
        door.commit().await.unwrap();
    }
    let mut door = store.write().await.unwrap();
    let again = Version { manifest: Manifest { fence: "new".into(), ..published(25).manifest }, ..published(25) };
    assert!(version::claim(&mut door, &again, b"", NOW).await.is_err(), "a number is never reused");
    let fence = Version { manifest: Manifest { fence: "fence 25".into(), ..published(26).manifest }, ..published(26) };
    assert!(version::claim(&mut door, &fence, b"", NOW).await.is_err(), "a publication happens once");
    assert_eq!(version::by_fence(&mut door, "fence 3").await.unwrap(), Some(published(3)));
    assert_eq!(version::get(&mut door, &show, 25).await.unwrap(), Some(published(25)));
    assert_eq!(version::get(&mut door, &show, 0).await.unwrap(), None);
    assert_eq!(version::feed(&mut door, &show, 6).await.unwrap(), Some(6u64.to_be_bytes().to_vec()));
    assert_eq!(
        version::feed(&mut door, &show, 5).await.unwrap(),
        None,
        "older feeds are forgotten, not their manifests"
    );
    let mut public = Released {
        heard: None,
        standing: None,
        id: show.clone(),
        version: 25,
        effective_at: NOW,
        show: Show::new("T", "slug", NOW),
        episodes: vec![],
        restores: None,
        sound: Default::default(),
        paths: vec![],
    };
    released::put(&mut door, &public).await.unwrap();
    public.version = 26;
    released::put(&mut door, &public).await.unwrap();
    assert_eq!(released::get(&mut door, &show).await.unwrap().as_ref(), Some(&public));
    assert_eq!(released::all(&mut door).await.unwrap(), [public.clone()]);
    assert_eq!(released::owner_of_slug(&mut door, "slug").await.unwrap(), Some(show.to_string()));
    assert!(released::put(&mut door, &Released { id: id(ShowId::parse, 2), ..public }).await.is_err(), "slug is taken");
    let mut file = EpisodeMedia { sha256: Sha256::of(b"a"), episode: id(EpisodeId::parse, 1), show, published_ms: NOW };
    released::attach(&mut door, [file.clone()].into_iter()).await.unwrap();
    file.published_ms += 1;
    released::attach(&mut door, [file.clone()].into_iter()).await.unwrap();
    assert_eq!(released::episode_media(&mut door).await.unwrap(), [file]);
}

#[tokio::test]
async fn salts_rows_and_counts() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    assert_eq!(salt::agree(&mut door, "2026-11-20", [7; 32]).await.unwrap(), [7; 32]);
    assert_eq!(salt::agree(&mut door, "2026-11-20", [8; 32]).await.unwrap(), [7; 32], "the first one holds");
    salt::agree(&mut door, "2026-11-21", [9; 32]).await.unwrap();
    assert_eq!(salt::delete_before(&mut door, "2026-11-21").await.unwrap(), 1);
    assert_eq!(salt::days(&mut door).await.unwrap(), ["2026-11-21"]);
    let row = LogRow { id: "main/1-1.seg/16".into(), day: utc_day(NOW), content: "{}".into() };
    log_row::add(&mut door, &[row.clone(), row.clone()]).await.unwrap();
    assert_eq!(log_row::of_day(&mut door, &row.day).await.unwrap(), std::slice::from_ref(&row));
    assert!(log_row::amend(&mut door, &row.id, "{\"sent\":1}").await.unwrap());
    assert!(!log_row::amend(&mut door, "other", "").await.unwrap());
    assert_eq!(log_row::get(&mut door, &row.id).await.unwrap().unwrap().content, "{\"sent\":1}");
    let days = log_row::days(&mut door, "2026-11-20", "2026-11-20").await.unwrap();
    assert_eq!(days, std::slice::from_ref(&row.day));
    assert!(log_row::days(&mut door, "2026-11-21", "9999-99-99").await.unwrap().is_empty());
    assert_eq!(log_row::delete_before(&mut door, &utc_day(NOW + 86_400_000)).await.unwrap(), 1);
    assert_eq!(log_row::mark(&mut door, "main").await.unwrap(), LogMark::default());
    let mark = LogMark { segment_n: 2, segment_start_ms: NOW, read_to: 99 };
    log_row::set_mark(&mut door, "main", mark).await.unwrap();
    assert_eq!(log_row::mark(&mut door, "main").await.unwrap(), mark);
    let mut count = DayCount {
        provisional: true,
        funnel: Funnel { downloads: 1, ..Funnel::default() },
        ..DayCount::new(id(ShowId::parse, 1), id(EpisodeId::parse, 1), "2026-11-20".into())
    };
    assert!(day_count::put(&mut door, &count).await.unwrap());
    assert!(!day_count::put(&mut door, &count).await.unwrap(), "nothing changed, nothing to pull");
    let second = DayCount { episode: id(EpisodeId::parse, 2), ..count.clone() };
    day_count::put(&mut door, &second).await.unwrap();
    count.provisional = false;
    assert!(day_count::put(&mut door, &count).await.unwrap());
    let changed = day_count::after(&mut door, 0, 10).await.unwrap();
    assert_eq!(changed.iter().map(|(seq, row)| (*seq, row.version)).collect::<Vec<_>>(), [(2, 1), (3, 2)]);
    assert_eq!(day_count::after(&mut door, 2, 10).await.unwrap().len(), 1);
    assert_eq!(day_count::open_days(&mut door, "2026-11-21").await.unwrap(), ["2026-11-20"], "the second is open");
    assert_eq!(day_count::open_days(&mut door, "2026-11-20").await.unwrap(), Vec::<String>::new());
    assert_eq!(day_count::of_day(&mut door, "2026-11-20").await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_request_for_the_feed_is_taken_in_once_and_days_replace_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    let show = id(ShowId::parse, 1);
    let row = |listener: &str, requests| ViewRow {
        day: utc_day(NOW),
        show: show.to_string(),
        page: "feed".into(),
        listener: listener.into(),
        requests,
        content: "{}".into(),
    };
    let at = |segment_n, read_to| LogMark { segment_n, segment_start_ms: NOW, read_to };
    for (listener, node, place, new) in [
        ("a", "main", at(1, 500), true),
        ("a", "main", at(1, 500), false),
        ("a", "main", at(1, 400), false),
        ("a", "main", at(2, 12), true),
        ("a", "main", at(1, 900), false),
        ("a", "other", at(1, 12), true),
        ("b", "main", at(1, 12), true),
    ] {
        assert_eq!(
            view_row::add(&mut door, &row(listener, 1), node, place).await.unwrap(),
            new,
            "{listener} {place:?}"
        );
    }
    let first = view_row::of_day_after(&mut door, &utc_day(NOW), None, 1).await.unwrap();
    assert_eq!(first, [row("a", 3)]);
    let rest = view_row::of_day_after(&mut door, &utc_day(NOW), first.first(), 10).await.unwrap();
    assert_eq!(rest, [row("b", 1)]);
    assert_eq!(view_row::of_day_after(&mut door, &utc_day(NOW), rest.last(), 10).await.unwrap(), []);
    assert_eq!(view_row::days(&mut door, "2026-01-01", "2026-12-31").await.unwrap(), [utc_day(NOW)]);
    assert_eq!(view_row::delete_before(&mut door, &utc_day(NOW)).await.unwrap(), 0);
    assert_eq!(view_row::delete_before(&mut door, &utc_day(NOW + 86_400_000)).await.unwrap(), 3);
    let mut day = FeedDay { provisional: true, ..FeedDay::new(show.clone(), "2026-11-20".into()) };
    assert!(feed_day::put(&mut door, &day).await.unwrap());
    assert!(!feed_day::put(&mut door, &day).await.unwrap(), "nothing changed, nothing to pull");
    let next = FeedDay { day: "2026-11-21".into(), ..day.clone() };
    feed_day::put(&mut door, &next).await.unwrap();
    assert_eq!(feed_day::open_days(&mut door, "2026-11-21").await.unwrap(), ["2026-11-20"]);
    day.provisional = false;
    assert!(feed_day::put(&mut door, &day).await.unwrap());
    let changed = feed_day::after(&mut door, 0, 10).await.unwrap();
    assert_eq!(changed.iter().map(|(seq, row)| (*seq, row.version)).collect::<Vec<_>>(), [(2, 1), (3, 2)]);
    assert_eq!(feed_day::after(&mut door, 2, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_not_committed_did_not_happen() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    salt::agree(&mut door, "2026-11-20", [1; 32]).await.unwrap();
    drop(door);
    let mut reader = store.read().await.unwrap();
    assert_eq!(salt::days(&mut reader).await.unwrap(), Vec::<String>::new());
    assert!(salt::agree(&mut reader, "2026-11-20", [1; 32]).await.is_err(), "readers only read");
}

#[tokio::test]
async fn one_writer_at_a_time_across_processes() {
    // SQLite would let writers take turns by itself; the file lock is there because its checkpoints are not safe.
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (open(folder.path()).await, open(folder.path()).await);
    let lock = std::fs::File::open(folder.path().join("write.lock")).unwrap();
    let held = one.write().await.unwrap();
    assert!(matches!(lock.try_lock(), Err(std::fs::TryLockError::WouldBlock)), "a writer holds the lock");
    held.commit().await.unwrap();
    lock.try_lock().unwrap();
    let waiting = tokio::spawn(async move { two.write().await.map(|_| ()) });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished(), "another process holds the lock");
    lock.unlock().unwrap();
    waiting.await.unwrap().unwrap();
}

#[test]
fn a_folder_has_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let claim = claim_folder(folder.path()).unwrap();
    assert!(matches!(claim_folder(folder.path()), Err(StoreError::InUse { .. })));
    drop(claim);
    claim_folder(folder.path()).unwrap();
    let new = folder.path().join("a/new/one");
    let _claim = claim_folder(&new).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&new).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o700, "what is in it is nobody else's business");
}

#[tokio::test]
async fn of_several_decisions_the_latest_holds_whatever_order_they_come_in() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    let (show, other) = (id(ShowId::parse, 1), id(ShowId::parse, 2));
    let new = |n: u32, show| Arrived {
        id: id(CommentId::parse, n),
        show,
        about: "e",
        name: "Carol".into(),
        text: "Nice".into(),
        created_ms: NOW,
        state: CommentState::Waiting,
    };
    let first = comment::add(&mut door, new(1, &show)).await.unwrap();
    let second = comment::add(&mut door, new(2, &other)).await.unwrap();
    assert_eq!((first.number, second.number, first.decided_ms), (1, 2, None));
    assert_eq!(comment::waiting(&mut door, &show).await.unwrap(), 1);
    use CommentState::{Approved, Deleted, Rejected};
    for (state, at_ms, device, holds) in [
        (Approved, 50, "b", Approved),
        (Rejected, 40, "a", Approved),
        (Rejected, 50, "a", Approved),
        (Rejected, 50, "c", Rejected),
        (Rejected, 50, "c", Rejected),
        (Approved, 60, "a", Approved),
        (Rejected, 60, "a", Rejected),
        (Approved, 60, "a", Approved),
    ] {
        let now = comment::decide(&mut door, &show, &first.id, state, at_ms, device).await.unwrap().unwrap();
        assert_eq!(now.state, holds, "{state:?} at {at_ms} by {device}");
    }
    assert_eq!(
        comment::decide(&mut door, &other, &first.id, Rejected, 99, "a").await.unwrap(),
        None,
        "of another show"
    );
    assert_eq!(comment::approved(&mut door).await.unwrap().len(), 1);
    let changes = comment::after(&mut door, &show, 0, 10).await.unwrap();
    assert_eq!(
        changes.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(),
        [7],
        "one row, as it stands, after all changes"
    );
    comment::decide(&mut door, &show, &first.id, Deleted, 70, "a").await.unwrap();
    assert_eq!(comment::forget(&mut door, 70 + DELETED_KEPT_MS).await.unwrap(), 0);
    assert_eq!(comment::forget(&mut door, 71 + DELETED_KEPT_MS).await.unwrap(), 1);
    let gone = comment::after(&mut door, &show, 8, 10).await.unwrap();
    assert_eq!((gone[0].0, gone[0].1.text.as_str(), gone[0].1.name.as_str()), (9, "", ""));
    let back = comment::decide(&mut door, &show, &first.id, Approved, 99, "a").await.unwrap().unwrap();
    assert_eq!(back.state, Deleted, "what is gone does not come back");
    assert_eq!(comment::add(&mut door, new(3, &show)).await.unwrap().number, 3, "a number is never used twice");
}

#[tokio::test]
async fn a_comment_from_elsewhere_is_kept_once_and_stays_as_it_was_decided() {
    use CommentState::{Approved, Deleted, Rejected};
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    let (show, other) = (id(ShowId::parse, 1), id(ShowId::parse, 2));
    let brought = |n: u32, state, decided_ms| Comment {
        id: id(CommentId::parse, n),
        number: 0,
        show: show.clone(),
        about: "e".into(),
        name: "Carol".into(),
        text: "Nice".into(),
        created_ms: 5,
        state,
        decided_ms,
    };
    let first = comment::bring(&mut door, brought(1, Approved, None), "a").await.unwrap().unwrap();
    assert_eq!((first.number, first.state, first.decided_ms, first.created_ms), (1, Approved, None, 5));
    comment::decide(&mut door, &show, &first.id, Deleted, 50, "b").await.unwrap();
    let again = comment::bring(&mut door, brought(1, Approved, Some(90)), "a").await.unwrap().unwrap();
    assert_eq!((again.number, again.state, again.decided_ms), (1, Deleted, Some(50)), "what was decided holds");
    let elsewhere = Comment { show: other, ..brought(1, Approved, None) };
    assert_eq!(comment::bring(&mut door, elsewhere, "a").await.unwrap(), None);
    let second = comment::bring(&mut door, brought(2, Rejected, Some(60)), "a").await.unwrap().unwrap();
    assert_eq!((second.number, second.state, second.decided_ms), (2, Rejected, Some(60)));
    let late = comment::decide(&mut door, &show, &second.id, Approved, 55, "z").await.unwrap().unwrap();
    assert_eq!(late.state, Rejected, "a decision that came along is one as any");
    assert_eq!(comment::approved(&mut door).await.unwrap(), []);
    assert_eq!(comment::after(&mut door, &show, 0, 10).await.unwrap().len(), 2, "laptops are told of both");
}

#[tokio::test]
async fn a_sum_is_good_once_for_a_while_and_for_a_few_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    let sum = |id: &str| Challenge {
        id: id.into(),
        show: self::id(ShowId::parse, 1),
        terms: (2, 9),
        expires_ms: NOW + challenge::LIFE_MS,
    };
    challenge::open(&mut door, &sum("a")).await.unwrap();
    let known = challenge::get(&mut door, "a", NOW + challenge::LIFE_MS - 1).await.unwrap().unwrap();
    assert_eq!((known.sum(), known), (11, sum("a")));
    assert_eq!(challenge::get(&mut door, "a", NOW + challenge::LIFE_MS).await.unwrap(), None);
    for left in (0..challenge::MOST_WRONG).rev() {
        challenge::answered_wrongly(&mut door, "a").await.unwrap();
        assert_eq!(challenge::get(&mut door, "a", NOW).await.unwrap().is_some(), left > 0);
    }
    challenge::open(&mut door, &sum("b")).await.unwrap();
    assert!(challenge::close(&mut door, "b").await.unwrap());
    assert!(!challenge::close(&mut door, "b").await.unwrap(), "once");
    for n in 0..=challenge::MOST {
        challenge::open(&mut door, &sum(&format!("n{n}"))).await.unwrap();
    }
    assert_eq!(challenge::get(&mut door, "n0", NOW).await.unwrap(), None, "the oldest makes room");
    assert!(challenge::get(&mut door, "n1", NOW).await.unwrap().is_some());
    assert_eq!(challenge::forget(&mut door, NOW + challenge::LIFE_MS).await.unwrap(), challenge::MOST as u64);
}

/// An item with two passages of a transcript.
fn findable(n: u32, title: &str, notes: &str, said: [&str; 2]) -> Item {
    let passage = |text: &str| {
        let at = text.find('|').unwrap_or_default();
        let cues = vec![
            CueMark { at: 0, start_ms: 1_000, speaker: "Ada".into() },
            CueMark { at, start_ms: 2_500, speaker: String::new() },
        ];
        Passage { language: "en".into(), text: text.replace('|', ""), cues }
    };
    Item {
        id: id(EpisodeId::parse, n).to_string(),
        show: id(ShowId::parse, 1).to_string(),
        hash: format!("h{n}"),
        title: title.into(),
        notes: notes.into(),
        passages: said.map(passage).to_vec(),
    }
}

#[tokio::test]
async fn words_are_found_where_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    search::put(&mut door, &findable(1, "Über Brücken", "The river Spree", ["Two |steps down", "x"])).await.unwrap();
    search::put(&mut door, &findable(2, "Stairs", "bridges \u{2}and rivers", ["y", "Café |au lait"])).await.unwrap();
    let everywhere = Within::default();
    let ids = |rows: &search::Rows| rows.found.iter().map(|one| one.hash.clone()).collect::<Vec<_>>();
    for (question, items, passages) in [
        ("river", vec!["h2", "h1"], vec![]),
        ("BRUCKEN uber", vec!["h1"], vec![]),
        ("bruecken", vec![], vec![]),
        ("stairs bridges", vec!["h2"], vec![]),
        ("step", vec![], vec!["h1"]),
        ("CAFE lait", vec![], vec!["h2"]),
        ("teps", vec![], vec![]),
    ] {
        let words = Words::of(question).unwrap();
        let found = search::items(&mut door, &words, &everywhere, 10).await.unwrap();
        assert_eq!(ids(&found), items, "{question}");
        let found = search::passages(&mut door, &words, &everywhere, 10).await.unwrap();
        assert_eq!(ids(&found), passages, "{question}");
    }
    // Whatever is typed is words: no syntax of the index is reached.
    for hostile in
        ["\"", "a\"b", "NEAR(a b)", "title: x", "^a", "a NOT b", "{a} : b", "-a", "a*", "(", "\u{2}", "'; --", "a + b"]
    {
        let Some(words) = Words::of(hostile) else { continue };
        search::items(&mut door, &words, &everywhere, 10).await.unwrap();
        search::passages(&mut door, &words, &everywhere, 10).await.unwrap();
    }
    let in_title = async |question: &str, door: &mut hearthcast_store::Connection| {
        search::titles(door, &Words::of(question).unwrap(), &Within::default(), 10).await.unwrap()
    };
    assert_eq!(ids(&in_title("stairs", &mut door).await), ["h2"]);
    assert!(ids(&in_title("stairs bridges", &mut door).await).is_empty(), "one of them is in the notes");
    let words = Words::of("steps").unwrap();
    let row = search::passages(&mut door, &words, &everywhere, 10).await.unwrap().found[0].n;
    let (marked, language, cues) = search::passage(&mut door, &words, row).await.unwrap().unwrap();
    assert_eq!((marked.text.as_str(), marked.marks, language.as_str()), ("Two steps down", vec![(4, 9)], "en"));
    assert_eq!((cues[1].at, cues[1].start_ms, cues[0].speaker.as_str()), (4, 2_500, "Ada"));
}

#[tokio::test]
async fn what_is_forgotten_is_found_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    let first = findable(1, "One", "zanzibarone", ["zanzibartwo", "zanzibarthree"]);
    search::put(&mut door, &first).await.unwrap();
    search::put(&mut door, &Item { notes: "else".into(), hash: "new".into(), ..first.clone() }).await.unwrap();
    search::put(&mut door, &findable(2, "Two", "", ["zanzibartwo", ""])).await.unwrap();
    let (words, everywhere) = (Words::of("zanzibar").unwrap(), Within::default());
    assert!(search::items(&mut door, &words, &everywhere, 10).await.unwrap().found.is_empty(), "put replaces");
    let one = search::passages(&mut door, &words, &everywhere, 1).await.unwrap();
    assert_eq!((one.found.len(), one.all), (1, false));
    let of_first = Within { item: Some(first.id.clone()), show: Some(first.show.clone()) };
    assert_eq!(search::passages(&mut door, &words, &of_first, 10).await.unwrap().found.len(), 2);
    let elsewhere = Within { show: Some("other".into()), item: None };
    assert!(search::passages(&mut door, &words, &elsewhere, 10).await.unwrap().found.is_empty());
    let unknown = Within { show: None, item: Some("nobody".into()) };
    assert!(search::passages(&mut door, &words, &unknown, 10).await.unwrap().found.is_empty());
    assert_eq!(search::kept(&mut door).await.unwrap().len(), 2);
    assert!(
        search::forget(&mut door, &first.id).await.unwrap() && !search::forget(&mut door, &first.id).await.unwrap()
    );
    search::forget(&mut door, &id(EpisodeId::parse, 2).to_string()).await.unwrap();
    assert!(search::passages(&mut door, &words, &everywhere, 10).await.unwrap().found.is_empty());
    door.commit().await.unwrap();
    store.compact().await.unwrap();
    store.close().await.unwrap();
    let file = std::fs::read(folder.path().join("server.sqlite")).unwrap();
    let said = file.windows(8).filter(|window| window == b"zanzibar").count();
    assert_eq!(said, 0, "nothing of it is left in the database's file");
}

#[tokio::test]
async fn drafts_and_remarks() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut door = store.write().await.unwrap();
    let shared = |n: u32| SharedDraft {
        id: id(ShareId::parse, n),
        show: id(ShowId::parse, 1),
        episode: id(EpisodeId::parse, n),
        show_title: "Harbour".into(),
        author: String::new(),
        language: "en".into(),
        title: "Draft".into(),
        notes: SafeHtml::default(),
        explicit: false,
        chapters: vec![],
        transcript: vec![],
        sound: SharedFile {
            sha256: Sha256::of(b"abc"),
            bytes: 3,
            mime: "audio/mpeg".into(),
            ext: "mp3".into(),
            duration_ms: None,
        },
        picture: None,
        picture_alt: String::new(),
        picture_sizes: vec![],
        pictures: vec![],
        made_ms: NOW + i64::from(n),
        expires_ms: NOW + 100 * i64::from(n),
    };
    let token = |n: u32| Sha256::of(&n.to_be_bytes());
    for n in [1, 2] {
        draft::put(&mut door, &token(n), &shared(n)).await.unwrap();
    }
    assert!(draft::put(&mut door, &token(1), &shared(3)).await.is_err(), "a secret opens one draft");
    let line = draft::get(&mut door, &id(ShareId::parse, 1)).await.unwrap().unwrap();
    assert_eq!((line.token, line.expires_ms, line.ended_ms), (token(1), NOW + 100, None));
    assert_eq!(draft::body(&mut door, &line.id).await.unwrap(), Some(shared(1)));
    assert_eq!(draft::live(&mut door).await.unwrap().len(), 2);
    let lines = draft::of_show(&mut door, &line.show).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.made_ms - NOW).collect::<Vec<_>>(), [2, 1], "newest first");
    assert_eq!(draft::of_episode(&mut door, &line.episode).await.unwrap(), std::slice::from_ref(&line.id));
    assert_eq!(draft::due(&mut door, NOW + 99).await.unwrap(), []);
    assert_eq!(draft::due(&mut door, NOW + 100).await.unwrap(), std::slice::from_ref(&line.id));
    let remark = |n: u32, share: u32| Remark {
        id: id(RemarkId::parse, n),
        share: id(ShareId::parse, share),
        show: line.show.clone(),
        episode: line.episode.clone(),
        at_ms: (n == 1).then_some(5_000),
        name: "Eve".into(),
        text: format!("Remark {n}"),
        created_ms: NOW,
    };
    for (n, share) in [(1, 2), (2, 1), (3, 1)] {
        remark::add(&mut door, &remark(n, share)).await.unwrap();
    }
    assert_eq!(remark::count(&mut door, &line.id).await.unwrap(), 2);
    let first = remark::after(&mut door, &line.show, 0, 2).await.unwrap();
    assert_eq!(first, [(1, remark(1, 2)), (2, remark(2, 1))]);
    draft::end(&mut door, &line.id, NOW + 5).await.unwrap();
    draft::end(&mut door, &line.id, NOW + 9).await.unwrap();
    let ended = draft::get(&mut door, &line.id).await.unwrap().unwrap();
    assert_eq!((ended.ended_ms, draft::body(&mut door, &line.id).await.unwrap()), (Some(NOW + 5), None));
    assert_eq!(draft::over(&mut door).await.unwrap(), [token(1)]);
    draft::forget(&mut door, NOW + 5).await.unwrap();
    assert_eq!(draft::over(&mut door).await.unwrap().len(), 1, "its time is not over yet");
    draft::forget(&mut door, NOW + 6).await.unwrap();
    assert_eq!(draft::over(&mut door).await.unwrap(), []);
    assert_eq!(remark::after(&mut door, &line.show, 0, 9).await.unwrap(), [(1, remark(1, 2))]);
    remark::add(&mut door, &remark(4, 2)).await.unwrap();
    let after = remark::after(&mut door, &line.show, 3, 9).await.unwrap();
    assert_eq!(after, [(4, remark(4, 2))], "whoever read up to 3 gets what comes after");
}
