//! Steps back and forth: across a restart, field by field, and never through what is released.

use crate::scene::{NOW, Scene, add_episodes, add_show, episode, sqlite};
use hearthcast_library::undo::{Outcome, Way, changed_by, newest};
use hearthcast_library::{Library, LibraryError, episode as episodes};
use hearthcast_model::record::Table;
use hearthcast_model::{Episode, EpisodeId, ShowId};

/// An episode in a library whose clock the test moves.
struct Desk {
    scene: Scene,
    library: Library,
    show: ShowId,
    id: EpisodeId,
}

async fn desk() -> Desk {
    let scene = Scene::new();
    let library = scene.open().await;
    let show = add_show(&library, "s").await;
    let id = add_episodes(&library, &show, 0..1, "notes").await.remove(0);
    Desk { scene, library, show, id }
}

impl Desk {
    async fn now(&self) -> Episode {
        episodes::get(&self.library, &self.id).await.unwrap().unwrap().body
    }

    /// One edit, a minute after the one before: a step of its own.
    async fn edit(&self, change: impl FnOnce(&mut Episode)) {
        self.scene.clock.advance(60_000);
        self.edit_at_once(change).await;
    }

    async fn edit_at_once(&self, change: impl FnOnce(&mut Episode)) {
        let mut body = self.now().await;
        change(&mut body);
        body.changed_ms += 1;
        let mut tx = self.library.transact().await.unwrap();
        tx.put(self.id.as_str(), &body).await.unwrap();
        tx.remember("edit").await.unwrap();
        tx.commit().await.unwrap();
    }

    /// What somebody else does, who keeps no steps.
    async fn foreign(&self, change: impl FnOnce(&mut Episode)) {
        let mut body = self.now().await;
        change(&mut body);
        let mut tx = self.library.transact().await.unwrap();
        tx.put(self.id.as_str(), &body).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn step(&self, way: Way) -> Option<Outcome> {
        let mut tx = self.library.transact().await.unwrap();
        let outcome = tx.take_step(way).await.unwrap();
        tx.commit().await.unwrap();
        outcome
    }

    async fn release(&self) {
        let mut tx = self.library.transact().await.unwrap();
        let (body, _) = tx.working(Table::Episode, self.id.as_str()).await.unwrap().unwrap();
        tx.release(Table::Episode, self.id.as_str(), Some(&body)).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn steps(&self) -> String {
        sqlite(&self.scene.file(), "SELECT count(*) FROM undo_step")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_is_taken_back_and_forth_after_a_restart() {
    let mut desk = desk().await;
    let first = desk.now().await;
    desk.edit(|e| e.title = "One".into()).await;
    let second = desk.now().await;
    desk.edit(|e| e.season_name = "Winter".into()).await;
    let third = desk.now().await;
    desk.library.readers().close().await;
    desk.library = desk.scene.open().await;

    assert!(desk.step(Way::Forth).await.is_none(), "nothing was taken back yet");
    let Some(Outcome::Taken(taken)) = desk.step(Way::Back).await else { panic!("taken") };
    assert_eq!((taken.reason.as_str(), taken.subjects[0].id.as_str()), ("edit", desk.id.as_str()));
    assert_eq!(desk.now().await, second, "to the letter, also when it was touched");
    let hash = "SELECT hash FROM episode";
    desk.step(Way::Back).await;
    assert_eq!(desk.now().await, first);
    assert!(desk.step(Way::Back).await.is_none(), "no step is left");
    desk.library.readers().close().await;
    desk.library = desk.scene.open().await;
    desk.step(Way::Forth).await;
    desk.step(Way::Forth).await;
    assert_eq!(desk.now().await, third);
    assert_eq!(sqlite(&desk.scene.file(), hash).len(), 64);
    assert!(desk.step(Way::Forth).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_was_not_there_is_not_there_again() {
    let desk = desk().await;
    let body = "SELECT body FROM episode";
    let before = sqlite(&desk.scene.file(), body);
    desk.edit(|e| e.season_name = "Winter".into()).await;
    assert!(sqlite(&desk.scene.file(), body).contains("season_name"));
    desk.step(Way::Back).await;
    assert_eq!(sqlite(&desk.scene.file(), body), before, "not null, not empty: the same bytes, the same hash");
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_is_one_step_until_it_pauses() {
    let desk = desk().await;
    let before = desk.now().await.title;
    for title in ["a", "ab", "abc"] {
        desk.scene.clock.advance(2_000);
        desk.edit_at_once(|e| {
            e.title = title.into();
            // Until the first publication the address follows the title.
            e.slug = format!("s-{title}");
        })
        .await;
    }
    assert_eq!(desk.steps(), "1");
    desk.scene.clock.advance(2_000);
    desk.edit_at_once(|e| e.season_name = "Winter".into()).await;
    assert_eq!(desk.steps(), "2", "another field is another step");
    desk.edit(|e| e.season_name = "Winter 2".into()).await;
    assert_eq!(desk.steps(), "3", "after a pause it is another step");
    desk.step(Way::Back).await;
    desk.step(Way::Back).await;
    desk.step(Way::Back).await;
    assert_eq!((desk.now().await.title, desk.now().await.slug.as_str()), (before, "episode-0"));

    for n in 0..15 {
        desk.scene.clock.advance(2_000);
        desk.edit_at_once(|e| e.title = format!("long {n}")).await;
    }
    assert_eq!(desk.steps(), "2", "a step is at most 20 seconds long: 30 seconds of typing are two");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_and_removed_again_is_no_step() {
    let desk = desk().await;
    let title = desk.now().await.title;
    desk.edit(|e| e.title = "x".into()).await;
    desk.edit_at_once(|e| e.title = title).await;
    assert_eq!(desk.steps(), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn others_changes_beside_a_step_stay_and_on_it_refuse_it() {
    let desk = desk().await;
    let before = desk.now().await.title;
    desk.edit(|e| e.title = "Mine".into()).await;
    desk.foreign(|e| e.season_name = "Theirs".into()).await;
    assert!(matches!(desk.step(Way::Back).await, Some(Outcome::Taken(_))));
    assert_eq!((desk.now().await.title, desk.now().await.season_name.as_str()), (before.clone(), "Theirs"));

    desk.edit(|e| e.season_name = "First".into()).await;
    desk.edit(|e| e.title = "Mine".into()).await;
    desk.foreign(|e| e.title = "Theirs".into()).await;
    let refused = desk.step(Way::Back).await;
    assert!(matches!(refused, Some(Outcome::Refused(LibraryError::ChangedSince))), "{refused:?}");
    assert_eq!(desk.now().await.title, "Theirs");
    assert!(matches!(desk.step(Way::Back).await, Some(Outcome::Taken(_))), "the step before it is not blocked");
    assert_eq!(desk.now().await.season_name, "Theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_step_touches_what_is_released() {
    let desk = desk().await;
    desk.edit(|e| (e.title, e.slug) = ("New".into(), "new".into())).await;
    desk.release().await;
    let public = "SELECT released FROM episode";
    let before = sqlite(&desk.scene.file(), public);
    assert!(matches!(desk.step(Way::Back).await, Some(Outcome::Taken(_))));
    let now = desk.now().await;
    assert_eq!((now.title.as_str(), now.slug.as_str()), ("Episode 0", "new"), "the published address stays");
    assert_eq!(sqlite(&desk.scene.file(), public), before);

    let id = EpisodeId::fresh(desk.library.ids(), NOW);
    let mut tx = desk.library.transact().await.unwrap();
    tx.put(id.as_str(), &episode(&desk.show, 7, "")).await.unwrap();
    tx.remember("add").await.unwrap();
    let (body, _) = tx.working(Table::Episode, id.as_str()).await.unwrap().unwrap();
    tx.release(Table::Episode, id.as_str(), Some(&body)).await.unwrap();
    tx.commit().await.unwrap();
    let refused = desk.step(Way::Back).await;
    assert!(matches!(refused, Some(Outcome::Refused(LibraryError::ReleasedSince))), "{refused:?}");
    assert_eq!(episodes::get(&desk.library, &id).await.unwrap().unwrap().deleted_ms, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_and_removing_are_steps_too() {
    let desk = desk().await;
    let id = EpisodeId::fresh(desk.library.ids(), NOW);
    let gone = || async { episodes::get(&desk.library, &id).await.unwrap().unwrap().deleted_ms.is_some() };
    let mut tx = desk.library.transact().await.unwrap();
    tx.put(id.as_str(), &episode(&desk.show, 7, "")).await.unwrap();
    tx.remember("add").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = desk.library.transact().await.unwrap();
    tx.delete(Table::Episode, id.as_str()).await.unwrap();
    tx.remember("remove").await.unwrap();
    tx.commit().await.unwrap();
    for (way, expected) in
        [(Way::Back, false), (Way::Back, true), (Way::Forth, false), (Way::Forth, true), (Way::Back, false)]
    {
        assert!(matches!(desk.step(way).await, Some(Outcome::Taken(_))), "{way:?}");
        assert_eq!(gone().await, expected, "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_after_going_back_ends_the_way_forth() {
    let desk = desk().await;
    desk.edit(|e| e.title = "One".into()).await;
    desk.step(Way::Back).await;
    desk.edit(|e| e.season_name = "Winter".into()).await;
    assert!(desk.step(Way::Forth).await.is_none());
    assert_eq!(desk.steps(), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_bounded_in_number_age_and_size() {
    let desk = desk().await;
    for n in 0..505 {
        desk.edit(|e| e.title = format!("Title {n}")).await;
    }
    assert_eq!(desk.steps(), "500");
    for n in 0..60 {
        desk.edit(|e| e.notes.source = format!("{n} {}", "n".repeat(600_000))).await;
    }
    let bytes: i64 = sqlite(&desk.scene.file(), "SELECT sum(bytes) FROM undo_step").parse().unwrap();
    assert!((20_000_000..=32 * 1024 * 1024).contains(&bytes), "{bytes}");
    desk.scene.clock.advance(31 * 24 * 60 * 60 * 1000);
    desk.edit(|e| e.title = "A month later".into()).await;
    assert_eq!(desk.steps(), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_tags_around_the_same_sound_do_not_block_the_way_back() {
    let desk = desk().await;
    let file = |of: &[u8]| hearthcast_model::show::Attachment {
        hash: hearthcast_model::Sha256::of(of),
        name: "episode-0".into(),
        ext: "mp3".into(),
    };
    desk.edit(|e| e.audio = Some(file(b"made"))).await;
    desk.foreign(|e| e.audio = Some(file(b"retagged"))).await;
    let json = |of: &[u8]| serde_json::to_value(file(of)).unwrap();
    let mut tx = desk.library.transact().await.unwrap();
    let (old, new) = (json(b"made"), json(b"retagged"));
    tx.rewrite_steps(Table::Episode, desk.id.as_str(), "audio", &old, &new).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(desk.step(Way::Back).await, Some(Outcome::Taken(_))));
    assert_eq!(desk.now().await.audio, None);
    desk.step(Way::Forth).await;
    assert_eq!(desk.now().await.audio, Some(file(b"retagged")), "not the file that is replaced");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_program_finished_later_is_taken_back_with_the_step() {
    let desk = desk().await;
    let first = desk.now().await;
    desk.scene.clock.advance(60_000);
    let mut tx = desk.library.transact().await.unwrap();
    let named = Episode { title: "Imported".into(), link: "https://a.example/".into(), ..first.clone() };
    tx.put(desk.id.as_str(), &named).await.unwrap();
    tx.remember("import").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(changed_by(&desk.library, "import").await.unwrap(), [desk.id.to_string()].into());
    let finish = async |change: fn(&mut Episode)| {
        let before = desk.now().await;
        desk.foreign(change).await;
        let [before, after] = [before, desk.now().await].map(|body| serde_json::to_value(body).unwrap());
        let mut tx = desk.library.transact().await.unwrap();
        tx.finish_step("import", Table::Episode, desk.id.as_str(), &before, &after).await.unwrap();
        tx.commit().await.unwrap();
    };
    // One field the step wrote, and one it did not.
    finish(|e| (e.link, e.season_name) = (String::new(), "Winter".into())).await;
    let last = desk.now().await;
    assert!(matches!(desk.step(Way::Back).await, Some(Outcome::Taken(_))));
    assert_eq!(Episode { changed_ms: 0, ..desk.now().await }, Episode { changed_ms: 0, ..first });
    assert!(matches!(desk.step(Way::Forth).await, Some(Outcome::Taken(_))));
    assert_eq!(Episode { changed_ms: 0, ..desk.now().await }, Episode { changed_ms: 0, ..last });
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_that_were_one_deed_are_taken_back_at_once_and_what_others_wrote_between_stays() {
    let desk = desk().await;
    desk.edit(|episode| episode.title = "Before".into()).await;
    let (first, since) = (desk.now().await, newest(&desk.library).await.unwrap());
    let step = async |reason: &str, change: fn(&mut Episode)| {
        desk.scene.clock.advance(60_000);
        let mut body = desk.now().await;
        change(&mut body);
        let mut tx = desk.library.transact().await.unwrap();
        tx.put(desk.id.as_str(), &body).await.unwrap();
        tx.remember(reason).await.unwrap();
        tx.commit().await.unwrap();
    };
    step("replace", |episode| episode.title = "One".into()).await;
    step("edit", |episode| episode.season_name = "Winter".into()).await;
    step("audio", |episode| (episode.title, episode.link) = ("Two".into(), "https://a.example/".into())).await;
    let ids: std::collections::BTreeSet<String> = [desk.id.to_string()].into();
    let mut tx = desk.library.transact().await.unwrap();
    tx.join_steps(since, &["replace", "audio"], &ids, "replace").await.unwrap();
    tx.commit().await.unwrap();
    let Some(Outcome::Taken(taken)) = desk.step(Way::Back).await else { panic!("it can be taken back") };
    assert_eq!(taken.reason, "replace");
    let now = desk.now().await;
    assert_eq!((&now.title, &now.link, now.season_name.as_str()), (&first.title, &first.link, "Winter"));
    assert!(matches!(desk.step(Way::Forth).await, Some(Outcome::Taken(_))));
    let now = desk.now().await;
    assert_eq!((now.title.as_str(), now.link.as_str()), ("Two", "https://a.example/"));
    desk.step(Way::Back).await;
    let Some(Outcome::Taken(taken)) = desk.step(Way::Back).await else { panic!("there is the edit") };
    assert_eq!((taken.reason.as_str(), desk.now().await.season_name.as_str()), ("edit", ""));
    assert_eq!(desk.now().await.title, first.title, "what stood before is a step of its own");
}
