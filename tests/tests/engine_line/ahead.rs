//! A server is given an episode before its time and shows it at its minute, with no laptop anywhere: listeners, players and
//! the API see nothing of it a moment earlier.

use super::{NOW_MS, PATIENCE, World, feed, fetch};
use hearthcast_library::episode;
use hearthcast_model::plan::ChangeKind;
use hearthcast_model::{EpisodeId, Sha256};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const DAY: i64 = 86_400_000;

impl World {
    /// A published show, and an episode for tomorrow that the server has.
    async fn handed_over() -> (Self, EpisodeId) {
        let world = Self::new().await;
        world.laptop.put_episode("Salt", "salt", b"the sound of salt").await;
        let fog = world.laptop.put_episode("Fog", "fog", b"the sound of fog").await;
        world.change(&fog, |e| e.publish_at_ms = Some(NOW_MS + DAY)).await;
        world.laptop.publish().await.unwrap();
        (world, fog)
    }

    async fn change(&self, id: &EpisodeId, change: impl FnOnce(&mut hearthcast_model::Episode)) {
        let mut body = episode::get(&self.laptop.library, id).await.unwrap().unwrap().body;
        change(&mut body);
        let mut tx = self.laptop.library.transact().await.unwrap();
        tx.put(id.as_str(), &body).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Titles of the items, as libxml2 reads the feed.
    async fn titles(&self) -> Vec<String> {
        let mut child = Command::new("xmllint")
            .args(["--xpath", "//item/title/text()", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let text = feed(&self.server).await;
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
        let out = child.wait_with_output().unwrap();
        String::from_utf8(out.stdout).unwrap().lines().map(str::to_string).collect()
    }

    async fn anywhere(&self, word: &str) -> bool {
        let (head, api) = fetch(&self.server, "/episodes/").await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        feed(&self.server).await.contains(word) || String::from_utf8_lossy(&api).contains(word)
    }
}

fn sound() -> String {
    format!("/m/{}/fog.mp3", Sha256::of(b"the sound of fog"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_publishes_at_the_minute_without_the_laptop() {
    let (world, _) = World::handed_over().await;
    let World { server, clock, laptop, .. } = &world;
    clock.advance(DAY - 1);
    hearthcast_server::jobs::due::run(&server.app, clock_ms(&world)).await.unwrap();
    assert_eq!(world.titles().await, ["Salt"]);
    assert!(!world.anywhere("Fog").await, "neither feed nor API tells of it");
    assert!(
        fetch(server, &sound()).await.0.starts_with("HTTP/1.1 404"),
        "nobody gets the sound, even with its address"
    );
    clock.advance(1);
    until("the server shows it by itself", async || world.titles().await == ["Fog", "Salt"]).await;
    let (head, body) = fetch(server, &sound()).await;
    assert!(head.starts_with("HTTP/1.1 200") && body == b"the sound of fog");
    assert!(world.anywhere("Fog").await);
    // The laptop comes back: the server has done it.
    let planned = laptop.plan().await;
    assert!(planned.plan.is_empty(), "{}", planned.plan.sentence);
    // The next change is one change, not a new episode again.
    let pepper = laptop.put_episode("Pepper", "pepper", b"the sound of pepper").await;
    let planned = laptop.plan().await;
    let changes: Vec<_> = planned.plan.changes.iter().map(|c| (c.kind, c.id.as_str())).collect();
    assert_eq!(changes, [(ChangeKind::Added, pepper.as_str())]);
    assert_eq!(laptop.publish().await.unwrap().version, 2);
    assert_eq!(world.titles().await.len(), 3);
    world.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_or_moved_in_time_never_comes_out() {
    let (world, fog) = World::handed_over().await;
    let World { clock, laptop, .. } = &world;
    world.change(&fog, |e| e.draft = true).await;
    let planned = laptop.plan().await;
    assert_eq!(planned.plan.changes[0].at_ms, Some(NOW_MS + DAY));
    assert_eq!(laptop.publish().await.unwrap().version, 2);
    world.change(&fog, |e| (e.draft, e.publish_at_ms, e.title) = (false, Some(NOW_MS + 2 * DAY), "Mist".into())).await;
    assert_eq!(laptop.publish().await.unwrap().version, 3);
    clock.advance(DAY);
    hearthcast_server::jobs::due::run(&world.server.app, clock_ms(&world)).await.unwrap();
    assert_eq!(world.titles().await, ["Salt"], "its old time passes");
    clock.advance(DAY);
    until("it comes at its new time", async || world.titles().await == ["Mist", "Salt"]).await;
    world.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_the_server_was_not_told_of_does_not_count_there() {
    let (world, fog) = World::handed_over().await;
    world.change(&fog, |e| (e.title, e.draft) = ("Never".into(), true)).await;
    // Working copies travel; they are never public by that.
    world.laptop.push().await.unwrap();
    world.clock.advance(DAY);
    until("the server shows what it was given", async || world.titles().await == ["Fog", "Salt"]).await;
    world.server.stop().await.unwrap();
}

fn clock_ms(world: &World) -> i64 {
    hearthcast_model::Clock::now_ms(&*world.clock)
}

/// Looks again and again; the server looks at its clock each second.
async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let (began, mut looks) = (Instant::now(), tokio::time::interval(Duration::from_millis(50)));
    while !holds().await {
        assert!(began.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        looks.tick().await;
    }
}
