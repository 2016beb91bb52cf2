//! Ten thousand episodes: what a list costs is shown by its causes (indexes used, rows visited), not by a clock.

use crate::scene::{NOW, Scene, add_episodes, add_show, sqlite};
use hearthcast_library::{Library, episode as episodes, outbox};
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::show::Attachment;
use hearthcast_model::stats::{DayCount, Funnel};
use hearthcast_model::{Episode, Sha256};

/// The plan of a query, as the `sqlite3` program sees it.
fn plan(scene: &Scene, sql: &str) -> String {
    let sql: String = sql.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
    sqlite(&scene.file(), &format!("EXPLAIN QUERY PLAN {sql}"))
}

async fn own_plan(library: &Library, sql: &str) -> String {
    let sql = format!(
        "EXPLAIN QUERY PLAN {}",
        sql.split_once("SELECT").map_or(sql.into(), |(_, rest)| format!("SELECT{rest}"))
    );
    let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(&sql).bind("x").fetch_all(library.readers()).await.unwrap();
    rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_list_of_ten_thousand_episodes_walks_indexes_only() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let other = add_show(&library, "other").await;
    let ids = add_episodes(&library, &show, 0..10_000, &"notes ".repeat(200)).await;
    add_episodes(&library, &other, 0..10, "").await;
    let target = hearthcast_model::TargetId::fresh(library.ids(), NOW);
    let mut tx = library.transact().await.unwrap();
    let day = |episode: &hearthcast_model::EpisodeId, day: &str, downloads| DayCount {
        version: 1,
        funnel: Funnel { downloads, ..Funnel::default() },
        ..DayCount::new(show.clone(), episode.clone(), day.into())
    };
    tx.put_counts(&target, &[day(&ids[3], "2026-11-19", 5), day(&ids[3], "2026-11-20", 7)]).await.unwrap();
    sqlx::query("INSERT INTO target (id, body) VALUES ($1, json_object('show', $2, 'name', 'place'))")
        .bind(target.as_str())
        .bind(show.as_str())
        .execute(tx.connection())
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let list = episodes::list(&library, &show, NOW).await.unwrap();
    assert_eq!(list.len(), 10_000);
    assert_eq!((list[0].title.as_str(), list[9_999].title.as_str()), ("Episode 9999", "Episode 0"), "newest first");
    assert_eq!(list[9_996].downloads, Some(12), "five and seven");

    // The plan of the SQLite that is built in: older ones read the rows, too.
    let plan_of_list = own_plan(&library, include_str!("../../src/episode_list.sql")).await;
    assert!(plan_of_list.contains("SEARCH e USING COVERING INDEX episode_list"), "no row is touched:\n{plan_of_list}");
    let plan_of_posts = own_plan(&library, include_str!("../../src/episode_posts.sql")).await;
    assert!(plan_of_posts.contains("SEARCH episode USING INDEX episode_post"), "only posts:\n{plan_of_posts}");
    let plan_of_downloads = own_plan(&library, include_str!("../../src/downloads.sql")).await;
    assert!(plan_of_downloads.contains("USING COVERING INDEX day_count_episode"), "{plan_of_downloads}");
    for plan in [plan_of_list, plan_of_downloads] {
        assert!(!plan.contains("TEMP B-TREE"), "nothing is sorted:\n{plan}");
    }

    for (sql, index) in [
        ("SELECT body FROM episode WHERE show_id = 'x' ORDER BY created_ms, id", "episode_all"),
        ("SELECT 1 FROM episode WHERE show_id = 'x' AND slug = 'y' AND deleted_ms IS NULL", "episode_slug"),
        ("SELECT slug FROM show WHERE slug = 'y' AND deleted_ms IS NULL", "show_slug"),
    ] {
        let plan = plan(&scene, sql);
        assert!(plan.contains(index) && !plan.contains("SCAN") && !plan.contains("TEMP"), "{sql}\n{plan}");
    }
    let found = episodes::find(&library, &show, "episode-77").await.unwrap().unwrap();
    assert_eq!(found.body.title, "Episode 77");
    let unsent = outbox::unsent(&library, &show, 9_990).await.unwrap();
    assert_eq!(unsent.len(), 12, "10,002 changes in this show and library before the last ones of the other show");
}

/// SQLite reads a row from its beginning: what a list shows must stand before the notes.
#[tokio::test(flavor = "multi_thread")]
async fn point_2_a_list_reads_no_notes() {
    let scene = Scene::new();
    drop(scene.open().await);
    let columns = sqlite(&scene.file(), "SELECT name FROM pragma_table_xinfo('episode') ORDER BY cid");
    let columns: Vec<&str> = columns.lines().collect();
    // Where there is a number is known from an index.
    assert_eq!(columns[columns.len() - 3..], ["body", "released", "number"]);
    let plan = include_str!("../../src/episode_list.sql");
    assert!(!plan.contains("e.body") && !plan.contains("json_extract"), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_beside_a_show_is_what_a_publication_would_take() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let ids = add_episodes(&library, &show, 0..4, "").await;
    let sound = Attachment { hash: Sha256::of(b"sound"), name: "e".into(), ext: "mp3".into() };
    let mut tx = library.transact().await.unwrap();
    // The first is left without audio; then a draft, one for later, which goes to its places now, and one that is ready.
    for (id, draft, at) in [(&ids[1], true, None), (&ids[2], false, Some(NOW + 1)), (&ids[3], false, Some(NOW))] {
        let body = episodes::get(&library, id).await.unwrap().unwrap().body;
        tx.put(id.as_str(), &Episode { audio: Some(sound.clone()), draft, publish_at_ms: at, ..body }).await.unwrap();
    }
    tx.commit().await.unwrap();
    let rows = hearthcast_library::show::list(&library).await.unwrap();
    assert_eq!((rows[0].episodes, rows[0].pending), (4, 2));
    // A post needs no audio, and is no episode.
    let mut tx = library.transact().await.unwrap();
    let body = episodes::get(&library, &ids[0]).await.unwrap().unwrap().body;
    tx.put(ids[0].as_str(), &Episode { kind: EpisodeKind::Post, ..body }).await.unwrap();
    tx.commit().await.unwrap();
    let rows = hearthcast_library::show::list(&library).await.unwrap();
    assert_eq!((rows[0].episodes, rows[0].pending), (3, 3));
    let list = episodes::list(&library, &show, NOW).await.unwrap();
    assert_eq!(list.iter().filter(|row| row.post).map(|row| &row.id).collect::<Vec<_>>(), [&ids[0]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_episode_between_two_is_listed_and_found_by_its_number() {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let ids = add_episodes(&library, &show, 0..3, "").await;
    let mut tx = library.transact().await.unwrap();
    for (n, number) in [(0, "2"), (1, "2.5"), (2, "3")] {
        let mut body = crate::scene::episode(&show, n, "");
        body.number = number.parse().ok();
        tx.put(ids[n].as_str(), &body).await.unwrap();
    }
    tx.commit().await.unwrap();
    let list = episodes::list(&library, &show, NOW).await.unwrap();
    let numbers: Vec<String> = list.iter().rev().map(|row| row.number.unwrap().to_string()).collect();
    assert_eq!(numbers, ["2", "2.5", "3"]);
    for (n, which) in ["2", "2.5", "3"].into_iter().enumerate() {
        assert_eq!(episodes::find(&library, &show, which).await.unwrap().unwrap().id, ids[n].as_str(), "{which}");
    }
    assert!(episodes::find(&library, &show, "2.25").await.unwrap().is_none());
    let whole =
        sqlite(&scene.file(), "SELECT typeof(number), json_extract(body, '$.number') FROM episode ORDER BY number");
    assert_eq!(whole, "integer|2\nreal|2.5\ninteger|3", "whole numbers are stored as ever");
}
