//! Counts of logs beside counts of servers: one source holds for each episode and day, and none is lost.

use crate::scene::{Scene, add_episodes, add_show};
use hearthcast_library::logs::{LogDay, LogRow};
use hearthcast_library::{Library, feed_day, logs, stats};
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::stats::{DayCount, FeedDay, Funnel, Source};
use hearthcast_model::{EpisodeId, ShowId, TargetId};

const DAY: &str = "2026-11-20";

struct Two {
    library: Library,
    show: ShowId,
    episode: EpisodeId,
    bucket: TargetId,
    server: TargetId,
    _scene: Scene,
}

impl Two {
    async fn new() -> Self {
        let scene = Scene::new();
        let library = scene.open().await;
        let show = add_show(&library, "s").await;
        let episode = add_episodes(&library, &show, 0..1, "").await.remove(0);
        let mut ids = vec![];
        let mut tx = library.transact().await.unwrap();
        for name in ["bucket", "server"] {
            let id = TargetId::fresh(library.ids(), tx.now_ms());
            let folder = Location::Folder { path: format!("/{name}"), public_url: "https://pods.example.org/".into() };
            tx.put_target(&Target::new(id.clone(), show.clone(), name, "file:///x", folder, Role::Primary))
                .await
                .unwrap();
            ids.push(id);
        }
        tx.commit().await.unwrap();
        let server = ids.remove(1);
        Self { library, show, episode, bucket: ids.remove(0), server, _scene: scene }
    }

    fn count(&self, downloads: u64, source: Source) -> DayCount {
        let funnel = Funnel { downloads, ..Funnel::default() };
        DayCount { version: 1, funnel, source, ..DayCount::new(self.show.clone(), self.episode.clone(), DAY.into()) }
    }

    async fn logged(&self, downloads: u64) {
        let mut tx = self.library.transact().await.unwrap();
        let counts = [self.count(downloads, Source::Log)];
        tx.put_log_counts(&self.show, &self.bucket, DAY, &counts).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn served(&self, version: u64, downloads: u64) {
        let mut tx = self.library.transact().await.unwrap();
        let row = DayCount { version, ..self.count(downloads, Source::Served) };
        tx.put_counts(&self.server, &[row]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Downloads by source, as everything that reads numbers finds them.
    async fn held(&self) -> Vec<(Source, u64)> {
        let rows = stats::of_show(&self.library, &self.show).await.unwrap();
        rows.into_iter().filter(|row| row.funnel.downloads > 0).map(|row| (row.source, row.funnel.downloads)).collect()
    }
}

#[tokio::test]
async fn days_of_the_feed_are_replaced_by_version_and_forgotten_with_their_history() {
    let two = Two::new().await;
    let day = |version, readers| FeedDay { version, readers, ..FeedDay::new(two.show.clone(), DAY.into()) };
    let held = || async {
        let days = feed_day::of_show(&two.library, &two.show).await.unwrap();
        let next = feed_day::next(&two.library, &two.server).await.unwrap();
        (days.iter().map(|day| (day.version, day.readers)).collect::<Vec<_>>(), next)
    };
    assert_eq!(held().await, (vec![], 0));
    for (version, readers, next) in [(2, 5, Some(9)), (1, 90, Some(3)), (2, 5, None)] {
        let mut tx = two.library.transact().await.unwrap();
        tx.put_feed_days(&two.server, &[day(version, readers)], next).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(held().await, (vec![(2, 5)], 9), "an older version, an older cursor, the same again");
    }
    let mut tx = two.library.transact().await.unwrap();
    tx.forget_counts(&two.server).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(held().await, (vec![], 0));
}

#[tokio::test]
async fn what_a_server_delivered_comes_before_a_log_and_they_are_never_added() {
    let two = Two::new().await;
    two.logged(5).await;
    assert_eq!(two.held().await, [(Source::Log, 5)]);
    two.served(1, 7).await;
    assert_eq!(two.held().await, [(Source::Served, 7)]);
    two.logged(6).await;
    assert_eq!(two.held().await, [(Source::Served, 7)], "whichever comes last");
    two.served(2, 0).await;
    assert_eq!(two.held().await, [(Source::Log, 6)], "a recount that finds nothing gives the log back");
    two.served(3, 2).await;
    let mut tx = two.library.transact().await.unwrap();
    tx.forget_counts(&two.server).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(two.held().await, [(Source::Log, 6)], "and so does a server whose history is another one");
    assert_eq!(logs::counts(&two.library, &two.show).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_day_has_one_salt_until_it_is_closed_and_then_none() {
    let two = Two::new().await;
    let mut tx = two.library.transact().await.unwrap();
    let row = |id: &str| LogRow { id: id.into(), day: DAY.into(), content: "{}".into() };
    assert_eq!(tx.log_day(&two.show, DAY, [1; 32], 1_000).await.unwrap(), LogDay::Open([1; 32]));
    assert_eq!(tx.log_day(&two.show, DAY, [2; 32], 9_000).await.unwrap(), LogDay::Open([1; 32]));
    assert_eq!(tx.add_log_rows(&two.show, &[row("a"), row("b"), row("a")]).await.unwrap(), 2);
    tx.close_log_days(999, "2026-01-01").await.unwrap();
    assert_eq!(tx.log_day(&two.show, DAY, [3; 32], 1_000).await.unwrap(), LogDay::Open([1; 32]));
    tx.close_log_days(1_000, DAY).await.unwrap();
    assert_eq!(tx.log_day(&two.show, DAY, [3; 32], 1_000).await.unwrap(), LogDay::Closed);
    assert_eq!(tx.log_row_ids(&two.show, DAY).await.unwrap().len(), 2, "its rows stay");
    tx.commit().await.unwrap();
    assert!(!logs::days_to_close(&two.library, 1_000, DAY).await.unwrap());
    assert!(logs::days_to_close(&two.library, 1_000, "2026-11-21").await.unwrap());
    let mut tx = two.library.transact().await.unwrap();
    tx.close_log_days(1_000, "2026-11-21").await.unwrap();
    assert!(tx.log_rows(&two.show, DAY).await.unwrap().is_empty(), "until their time is over, too");
    tx.reopen_log_day(&two.show, DAY, [4; 32], 5_000).await.unwrap();
    assert_eq!(tx.log_day(&two.show, DAY, [5; 32], 5_000).await.unwrap(), LogDay::Open([4; 32]));
}
