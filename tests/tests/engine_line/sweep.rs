//! The kill sweep in one process: publication, rollback, move and withdrawal, on real places of every kind, are killed before
//! and after every single effect and look. The next start of the program finishes; the finished state is byte for byte that
//! of a run nobody disturbed, and a listener who reads the feeds and all files at every point never sees one missing, short
//! or wrong. Places that take long per request take a sample here, and every point in `cargo xtask test --slow`.

#[path = "mortal_place.rs"]
mod mortal_place;
#[path = "places.rs"]
mod places;
#[path = "story.rs"]
mod story;

use super::{Laptop, NOW_MS, copy_folder, fetch_at};
use places::Kind;
use std::sync::atomic::Ordering;
use story::{Act, Fate, NEVER, Part, Stage, Story};

/// Set where every point is to be killed, however long that takes.
const ALL: &str = "HEARTHCAST_SWEEP_ALL";

#[expect(clippy::print_stdout, reason = "the counts are told, docs/RELIABILITY.md")]
async fn sweep(kind: Kind, second: Option<Kind>, act: Act, at_least: usize, every: usize) {
    let stage = Stage::new(kind, second);
    let undisturbed = Story::new(&stage).await;
    let points = undisturbed.start(act, NEVER).await.unwrap();
    assert!(points >= at_least, "{kind:?} {act:?}: {points} points");
    let wanted = undisturbed.finished().await;
    undisturbed.end().await;
    let every = if std::env::var_os(ALL).is_some() { 1 } else { every };
    let (mut reads, mut kills) = (0, 0);
    for at in (every / 2..points).step_by(every) {
        let story = Story::new(&stage).await;
        assert_eq!(story.start(act, at).await, None, "killed at point {at}");
        assert!(story.start(act, NEVER).await.is_some());
        assert_eq!(*story.wrong.lock().unwrap(), Vec::<String>::new(), "{kind:?} {act:?}, killed at point {at}");
        let finished = story.finished().await;
        for (name, bytes) in &wanted {
            assert!(finished.get(name) == Some(bytes), "{kind:?} {act:?}, killed at point {at}: {name} differs");
        }
        assert_eq!(finished.len(), wanted.len(), "{kind:?} {act:?}, killed at point {at}: something is left over");
        reads += story.reads.load(Ordering::SeqCst);
        kills += 1;
        story.end().await;
    }
    let to = second.map(|second| format!(" to {second:?}")).unwrap_or_default();
    println!(
        "sweep of {act:?} on {kind:?}{to}: {points} points, {kills} kills, {reads} reads by the listener, none bad"
    );
}

macro_rules! sweeps {
    ($($name:ident: $kind:ident $(to $second:ident)?, $act:ident, $at_least:literal points, every $every:literal;)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            let second: &[Kind] = &[$(Kind::$second)?];
            sweep(Kind::$kind, second.first().copied(), Act::$act, $at_least, $every).await;
        }
    )*};
}

sweeps! {
    a_publication_into_a_folder_is_killed_at_every_point: Folder, Publish, 26 points, every 1;
    a_publication_to_a_bucket_is_killed: Bucket, Publish, 26 points, every 2;
    a_publication_by_webdav_is_killed: WebDav, Publish, 26 points, every 3;
    a_publication_to_a_server_is_killed_at_every_point: Server, Publish, 20 points, every 1;
    a_rollback_of_a_folder_is_killed_at_every_point: Folder, Rollback, 20 points, every 1;
    a_rollback_of_a_bucket_is_killed: Bucket, Rollback, 20 points, every 2;
    a_rollback_by_webdav_is_killed: WebDav, Rollback, 20 points, every 3;
    a_rollback_by_sftp_is_killed: Sftp, Rollback, 20 points, every 20;
    a_rollback_on_a_server_is_killed_at_every_point: Server, Rollback, 8 points, every 1;
    a_move_between_folders_is_killed_at_every_point: Folder to Folder, Move, 80 points, every 1;
    a_move_from_a_folder_to_a_bucket_is_killed: Folder to Bucket, Move, 80 points, every 8;
    a_move_from_a_bucket_to_webdav_is_killed: Bucket to WebDav, Move, 80 points, every 9;
    a_move_from_a_bucket_to_a_server_is_killed: Bucket to Server, Move, 60 points, every 16;
    a_move_from_a_server_to_a_folder_is_killed: Server to Folder, Move, 50 points, every 8;
    a_withdrawal_from_a_folder_is_killed_at_every_point: Folder, Withdraw, 38 points, every 1;
    a_withdrawal_from_a_bucket_is_killed: Bucket, Withdraw, 38 points, every 5;
    a_withdrawal_by_webdav_is_killed: WebDav, Withdraw, 38 points, every 6;
    a_withdrawal_by_sftp_is_killed: Sftp, Withdraw, 38 points, every 30;
    a_withdrawal_from_a_server_is_killed_at_every_point: Server, Withdraw, 10 points, every 1;
}

/// The planted fault: the old files go before the old feed has followed, and the listener sees it.
#[tokio::test(flavor = "multi_thread")]
async fn the_listener_notices_old_files_that_go_too_early() {
    let stage = Stage::new(Kind::Folder, Some(Kind::Folder));
    let story = Story::new(&stage).await;
    story.start_with(Act::Move, NEVER, &[Part::Relocate, Part::ClearAtOnce, Part::OldFeed]).await;
    let wrong = story.wrong.lock().unwrap().clone();
    assert!(wrong.iter().any(|what| what.contains("is named and missing")), "{wrong:?}");
}

/// Not planted: asked what is needed, nothing goes as long as the old feed names it.
#[tokio::test(flavor = "multi_thread")]
async fn files_that_the_old_feed_names_stay() {
    let stage = Stage::new(Kind::Folder, Some(Kind::Folder));
    let story = Story::new(&stage).await;
    story.start_with(Act::Move, NEVER, &[Part::Relocate, Part::Clear, Part::OldFeed]).await;
    assert_eq!(*story.wrong.lock().unwrap(), Vec::<String>::new());
}
