//! Words are found however they are written, and an index that is lost is made again.

use crate::scene::{NOW, Scene, add_show, episode, sqlite};
use hearthcast_library::{Library, search};
use hearthcast_model::record::Table;
use hearthcast_model::{EpisodeId, ShowId};

async fn add(library: &Library, show: &ShowId, n: usize, title: &str, notes: &str) -> EpisodeId {
    let mut tx = library.transact().await.unwrap();
    let id = EpisodeId::fresh(library.ids(), NOW);
    let mut new = episode(show, n, notes);
    new.title = title.into();
    tx.put(id.as_str(), &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn titles(library: &Library, question: &str) -> Vec<String> {
    search::find(library, question, 50).await.unwrap().into_iter().map(|found| found.title).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn case_and_accents_do_not_matter() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    add(&library, &show, 1, "Café Zürich", "").await;
    add(&library, &show, 2, "Cafe\u{301} decomposed", "").await;
    add(&library, &show, 3, "İstanbul and ISPARTA", "Ein Gespräch über Wärme").await;
    for (question, expected) in [
        ("cafe", vec!["Cafe\u{301} decomposed", "Café Zürich"]),
        ("CAFÉ zurich", vec!["Café Zürich"]),
        ("isparta", vec!["İstanbul and ISPARTA"]),
        ("gesprach WARME", vec!["İstanbul and ISPARTA"]),
        ("zür", vec!["Café Zürich"]),
        ("ürich", vec![]),
        ("", vec![]),
        ("\" ( * ^ : -", vec![]),
    ] {
        assert_eq!(titles(&library, question).await, expected, "{question:?}");
    }
    for hostile in ["title:x", "a\"b", "NEAR(a b)", "cafe OR zurich", "\u{0}x", &"x ".repeat(5_000), &"x".repeat(5_000)]
    {
        search::find(&library, hostile, 50).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_come_before_notes_shows_before_episodes_and_new_before_old() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "harbour").await;
    add(&library, &show, 1, "Old harbour", "").await;
    add(&library, &show, 2, "Notes only", "about the harbour").await;
    add(&library, &show, 3, "New harbour", "").await;
    assert_eq!(titles(&library, "harb").await, ["Show harbour", "New harbour", "Old harbour", "Notes only"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_follows_every_change() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let id = add(&library, &show, 1, "Before", "").await;
    let mut tx = library.transact().await.unwrap();
    let mut changed = episode(&show, 1, "");
    changed.title = "After".into();
    tx.put(id.as_str(), &changed).await.unwrap();
    tx.commit().await.unwrap();
    assert!(titles(&library, "before").await.is_empty());
    assert_eq!(titles(&library, "after").await, ["After"]);
    let mut tx = library.transact().await.unwrap();
    tx.delete(Table::Episode, id.as_str()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(titles(&library, "after").await.is_empty(), "what is removed is not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_of_issue_2_can_be_searched() {
    let scene = Scene::new();
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/library-issue2/library.sqlite");
    std::fs::copy(fixture, scene.file()).unwrap();
    let library = scene.open().await;
    assert_eq!(titles(&library, "fernwarme").await, ["Fernwärme 🔥"]);
    assert_eq!(titles(&library, "notizen").await, ["Erste Folge, verbessert"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_another_version_is_made_anew() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    add(&library, &show, 1, "Lighthouse", "").await;
    let mut tx = library.transact().await.unwrap();
    for sql in [
        "INSERT INTO search (search) VALUES ('delete-all')",
        "UPDATE meta SET value = '0' WHERE key = 'search_version'",
    ] {
        sqlx::query(sql).execute(tx.connection()).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert!(titles(&library, "lighthouse").await.is_empty());
    let again = scene.open().await;
    assert_eq!(titles(&again, "lighthouse").await, ["Lighthouse"]);
    assert_eq!(sqlite(&scene.file(), "PRAGMA integrity_check"), "ok");
}

/// A letter that stands in ten thousand episodes costs what is shown, not what is there: rows come by number from the
/// index, without sorting.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_among_ten_thousand_reads_only_what_it_shows() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    crate::scene::add_episodes(&library, &show, 0..10_000, &"words of the notes ".repeat(20)).await;
    let plan: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(&format!("EXPLAIN QUERY PLAN {}", include_str!("../../src/search.sql")))
            .bind("\"e\"*")
            .bind(100)
            .fetch_all(library.readers())
            .await
            .unwrap();
    let plan: Vec<String> = plan.into_iter().map(|row| row.3).collect();
    assert!(plan.iter().all(|line| !line.contains("TEMP B-TREE")), "{plan:?}");
    assert!(plan[0].contains("VIRTUAL TABLE INDEX") && plan[1..].iter().all(|l| l.starts_with("SEARCH")), "{plan:?}");
    let found = titles(&library, "e").await;
    assert_eq!((found.len(), found[0].as_str()), (50, "Episode 9999"));
}
