//! A library written by the version of issue 2 opens in every later one (DESIGN §6.11).
//!
//! It was made by this test, run as
//! `HEARTHCAST_MAKE_FIXTURE=1 cargo test -p hearthcast-library --test library fixture`,
//! and is never made again: a later version gets a fixture of its own.

use crate::scene::{Counting, NOW, Scene, sqlite};
use hearthcast_library::{Library, episode as episodes, outbox, record, show as shows, stats, target as targets};
use hearthcast_model::clock::FixedClock;
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::record::Table;
use hearthcast_model::show::Attachment;
use hearthcast_model::stats::{DayCount, Funnel};
use hearthcast_model::{Episode, EpisodeId, Sha256, Show, ShowId, TargetId};
use std::path::PathBuf;
use std::sync::Arc;

const MAKE: &str = "HEARTHCAST_MAKE_FIXTURE";
const SHOW: &str = "00000000-0000-7000-8000-000000000101";
const EPISODE: &str = "00000000-0000-7000-8000-000000000102";
const TARGET: &str = "00000000-0000-7000-8000-000000000103";

fn fixture() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/library-issue2/library.sqlite")
}

fn ids() -> (ShowId, EpisodeId, TargetId) {
    let parsed = (ShowId::parse(SHOW), EpisodeId::parse(EPISODE), TargetId::parse(TARGET));
    (parsed.0.expect("an id"), parsed.1.expect("an id"), parsed.2.expect("an id"))
}

fn written_show() -> Show {
    Show {
        author: "Ada".into(),
        language: "de-at".into(),
        podcast_guid: Some("917393e3-1b1e-5cef-ace4-edaa54e1f810".into()),
        ..Show::new("Fernwärme 🔥", "fernwaerme", NOW)
    }
}

fn written_episode(show: &ShowId) -> Episode {
    let audio = Attachment { hash: Sha256::of(b"a sound"), name: "erste-folge".into(), ext: "mp3".into() };
    let mut episode =
        Episode::new(show.clone(), "4ac5d1bc-0000-4000-8000-000000000001", "Erste Folge", "erste-folge", NOW);
    episode.notes.source = "Mit *Notizen*.".into();
    episode.audio = Some(audio);
    episode.number = Some(1.into());
    episode.publish_at_ms = Some(NOW + 1000);
    episode.extra.insert("of_a_newer_program".into(), serde_json::json!([1, "two"]));
    episode
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_library_of_issue_2_opens_for_ever() {
    if std::env::var_os(MAKE).is_some() {
        make().await;
    }
    let before = Sha256::of(&std::fs::read(fixture()).unwrap());
    let scene = Scene::new();
    std::fs::copy(fixture(), scene.file()).unwrap();
    let library = scene.open().await;
    let (show, episode, target) = ids();

    let read = shows::get(&library, &show).await.unwrap().expect("the show");
    assert_eq!(read.body, written_show());
    assert_eq!(read.released.as_ref(), Some(&read.body));
    let read = episodes::get(&library, &episode).await.unwrap().expect("the episode");
    assert_eq!(read.body, Episode { title: "Erste Folge, verbessert".into(), ..written_episode(&show) });
    assert_eq!(read.released, Some(written_episode(&show)), "what the public sees is the title before");
    assert!(read.pending());
    let rows = episodes::list(&library, &show, NOW).await.unwrap();
    assert_eq!((rows.len(), rows[0].downloads), (1, Some(42)));
    assert_eq!(stats::of_show(&library, &show).await.unwrap()[0].day, "2026-11-20");
    assert_eq!(targets::find(&library, "folder").await.unwrap().expect("the target").id, target);
    assert_eq!(outbox::last(&library).await.unwrap(), 3);
    assert_eq!(library.device().as_str(), "00000000-0000-7000-8000-000000000001");
    assert!(record::altered(&library).await.unwrap().is_empty());

    let mut tx = library.transact().await.unwrap();
    tx.put(episode.as_str(), &written_episode(&show)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sqlite(&scene.file(), "PRAGMA integrity_check"), "ok");
    assert_eq!(Sha256::of(&std::fs::read(fixture()).unwrap()), before, "the fixture itself is never touched");
}

/// Writes the fixture. The same program writes the same bytes.
async fn make() {
    let scene = Scene::new();
    let library = Library::open(scene.root(), Arc::new(FixedClock::at(NOW)), Counting::from(1)).await.unwrap();
    let (show, episode, target) = ids();
    let mut tx = library.transact().await.unwrap();
    tx.put(show.as_str(), &written_show()).await.unwrap();
    tx.put(episode.as_str(), &written_episode(&show)).await.unwrap();
    for (table, id) in [(Table::Show, SHOW), (Table::Episode, EPISODE)] {
        let (body, _) = tx.working(table, id).await.unwrap().unwrap();
        tx.release(table, id, Some(&body)).await.unwrap();
    }
    let edited = Episode { title: "Erste Folge, verbessert".into(), ..written_episode(&show) };
    tx.put(episode.as_str(), &edited).await.unwrap();
    let folder = Location::Folder { path: "/srv/www".into(), public_url: "https://pods.example.org/".into() };
    let place = Target::new(target.clone(), show.clone(), "folder", "file:///srv/www", folder, Role::Primary);
    tx.put_target(&place).await.unwrap();
    let count = DayCount {
        version: 2,
        funnel: Funnel { requests: 50, downloads: 42, ..Funnel::default() },
        ..DayCount::new(show.clone(), episode, "2026-11-20".into())
    };
    tx.put_counts(&target, &[count]).await.unwrap();
    tx.commit().await.unwrap();
    scene.settle(library).await;
    // The two values of the machine: when the migration ran, and how long.
    let fixed = "UPDATE _sqlx_migrations SET installed_on = '2026-11-20 12:00:00', execution_time = 1;
                 PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)";
    sqlite(&scene.file(), fixed);
    std::fs::create_dir_all(fixture().parent().unwrap()).unwrap();
    std::fs::copy(scene.file(), fixture()).unwrap();
}
