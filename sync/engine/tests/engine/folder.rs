//! Publishing into a real folder: second laptops, old libraries, disks that go away, numbers that were given up.

use crate::plan::carry_out;
use crate::scene::{PUBLIC_URL, Scene, silent};
use hearthcast_engine::apply::{begin, unfinished};
use hearthcast_engine::folder::FolderDestination;
use hearthcast_engine::{Destination, Observed, Planned, Work, apply};
use hearthcast_library::{Library, episode, files, target};
use hearthcast_model::plan::{Published, Step};
use hearthcast_model::{Cancel, Clock as _, Code, Error, Result, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

async fn publish(scene: &Scene, library: &Library) -> Result<Published> {
    let planned = scene.plan(library, &[]).await;
    carry_out(library, &scene.www(), &planned).await
}

async fn resume(scene: &Scene, library: &Library) -> Result<Published> {
    let open = unfinished(library, &scene.target.id).await?.expect("a publication is unfinished");
    let mut folder = FolderDestination::open(library, &scene.www(), PUBLIC_URL)?;
    apply(library, &open, &mut folder, &Cancel::default(), &silent()).await
}

/// Everything that lies in a folder, but Hearthcast's own.
fn contents(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() && !path.ends_with(".hearthcast") {
                folders.push(path);
            } else if path.is_file() {
                found.insert(path.strip_prefix(root).unwrap().into(), std::fs::read(path).unwrap());
            }
        }
    }
    found
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => std::fs::copy(entry.path(), target).map(|_| ()).unwrap(),
        }
    }
}

/// A folder with something happening before a look at one step, once.
struct Meanwhile<'a, F> {
    folder: FolderDestination<'a>,
    step: Step,
    happens: Option<F>,
}

impl<F: FnOnce() -> Result<()> + Send> Destination for Meanwhile<'_, F> {
    async fn observe(&mut self, work: Work<'_>, step: &Step) -> Result<Observed> {
        if *step == self.step
            && let Some(happens) = self.happens.take()
        {
            happens()?;
        }
        self.folder.observe(work, step).await
    }
    async fn perform(&mut self, work: Work<'_>, step: &Step) -> Result<()> {
        self.folder.perform(work, step).await
    }
    fn writes(&self) -> u64 {
        self.folder.writes()
    }
    fn verified(&self) -> Vec<String> {
        self.folder.verified()
    }
}

async fn publish_while(
    scene: &Scene,
    library: &Library,
    planned: &Planned,
    step: Step,
    happens: impl FnOnce() -> Result<()> + Send,
) -> Result<Published> {
    begin(library, planned).await?;
    let folder = FolderDestination::open(library, &scene.www(), PUBLIC_URL)?;
    let mut destination = Meanwhile { folder, step, happens: Some(happens) };
    apply(library, planned, &mut destination, &Cancel::default(), &silent()).await
}

#[tokio::test]
async fn the_folder_holds_what_the_feed_names_and_a_second_run_has_nothing_to_do() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    let published = publish(&scene, &library).await.unwrap();
    // Two files, number, copy and feed.
    assert_eq!((published.version, published.writes, published.verified.len()), (1, 5, 3));
    let found = contents(&scene.www());
    let feed = String::from_utf8(found[Path::new("feeds/lantern-tide/feed.xml")].clone()).unwrap();
    let sound = Sha256::of(b"the sound of one");
    let key = format!("media/{}/one.mp3", &sound.as_str()[..32]);
    assert!(feed.contains(&format!("url=\"{PUBLIC_URL}{key}\"")) && feed.contains("length=\"16\""));
    assert_eq!(found[Path::new(&key)], b"the sound of one");
    assert_eq!(found[Path::new("feeds/lantern-tide/v/00000001.xml")], feed.as_bytes());
    assert!(found.contains_key(Path::new("feeds/lantern-tide/v/00000001.json")));
    assert_eq!(found.len(), 5, "and nothing else: {:?}", found.keys());
    assert!(scene.plan(&library, &[]).await.plan.is_empty());
}

#[tokio::test]
async fn a_second_laptop_that_published_meanwhile_is_never_written_over() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let one = scene.episode(&library, "One", "one").await;
    publish(&scene, &library).await.unwrap();
    // The second laptop begins as a copy of the first, so both know version 1.
    let second = scene.folder.path().join("second");
    copy_folder(&scene.root(), &second);
    let second = Library::open(&second, scene.clock.clone(), scene.ids.clone()).await.unwrap();
    scene.edit(&library, &one, |e| e.title = "One, by the first".into()).await;
    scene.edit(&second, &one, |e| e.title = "One, by the second".into()).await;
    let planned_before = scene.plan(&second, &[]).await;
    publish(&scene, &library).await.unwrap();
    let theirs = contents(&scene.www());
    // With a plan made before, whose number is taken now, and with one made after.
    for planned in [planned_before, scene.plan(&second, &[]).await] {
        let error = carry_out(&second, &scene.www(), &planned).await.unwrap_err();
        assert_eq!(error.code, Code::TargetConflict);
        assert_eq!(contents(&scene.www()), theirs, "nothing of theirs is changed, and nothing of ours is left there");
        assert!(unfinished(&second, &scene.target.id).await.unwrap().is_none(), "it makes room");
    }
    let mine = episode::get(&second, &one).await.unwrap().unwrap();
    assert_eq!((mine.body.title.as_str(), mine.released.unwrap().title.as_str()), ("One, by the second", "One"));
    // The first one goes on as if nothing had been.
    scene.edit(&library, &one, |e| e.title = "One, once more".into()).await;
    assert_eq!(publish(&scene, &library).await.unwrap().version, 3);
}

#[tokio::test]
async fn a_library_restored_from_an_old_copy_does_not_take_newer_episodes_away() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    publish(&scene, &library).await.unwrap();
    let copy = scene.folder.path().join("copy");
    copy_folder(&scene.root(), &copy);
    scene.episode(&library, "Two, lost from the copy", "two").await;
    publish(&scene, &library).await.unwrap();
    let public = contents(&scene.www());
    let restored = Library::open(&copy, scene.clock.clone(), scene.ids.clone()).await.unwrap();
    scene.episode(&restored, "Three", "three").await;
    assert_eq!(publish(&scene, &restored).await.unwrap_err().code, Code::TargetConflict);
    let now = contents(&scene.www());
    assert!(public.iter().all(|(path, bytes)| now.get(path) == Some(bytes)), "nothing public changed");
}

#[tokio::test]
async fn a_number_that_was_claimed_and_given_up_is_never_used_again() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    let planned = scene.plan(&library, &[]).await;
    let refused = || Err(Error::new(Code::RenderMismatch, "Given up after the claim."));
    let error = publish_while(&scene, &library, &planned, Step::FeedCopy, refused).await.unwrap_err();
    assert_eq!(error.code, Code::RenderMismatch);
    let first = std::fs::read(scene.www().join("feeds/lantern-tide/v/00000001.json")).unwrap();
    assert!(!scene.www().join("feeds/lantern-tide/v/00000001.xml").exists(), "nobody else reads what was given up");
    let published = publish(&scene, &library).await.unwrap();
    assert_eq!(published.version, 2);
    assert_eq!(std::fs::read(scene.www().join("feeds/lantern-tide/v/00000001.json")).unwrap(), first);
    // Its files were there already: number, copy and feed.
    assert_eq!(published.writes, 3);
}

#[tokio::test]
async fn a_disk_that_is_not_connected_is_offline_and_nothing_is_lost() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let one = scene.episode(&library, "One", "one").await;
    publish(&scene, &library).await.unwrap();
    scene.edit(&library, &one, |e| e.title = "One, edited".into()).await;
    let away = scene.folder.path().join("away");
    std::fs::rename(scene.www(), &away).unwrap();
    let error = publish(&scene, &library).await.unwrap_err();
    assert_eq!((error.code, error.retry), (Code::TargetOffline, hearthcast_model::error::Retry::Later));
    assert!(!scene.www().exists(), "no folder is made on the wrong disk");
    std::fs::create_dir(scene.www()).unwrap();
    assert_eq!(resume(&scene, &library).await.unwrap_err().code, Code::TargetOffline, "an empty mount point");
    assert_eq!(std::fs::read_dir(scene.www()).unwrap().count(), 0);
    std::fs::remove_dir(scene.www()).unwrap();
    std::fs::rename(&away, scene.www()).unwrap();
    assert_eq!(resume(&scene, &library).await.unwrap().version, 2);
    assert!(!episode::get(&library, &one).await.unwrap().unwrap().pending());
}

#[tokio::test]
async fn an_edit_made_during_a_publication_stays_a_pending_change() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let one = scene.episode(&library, "One", "one").await;
    let planned = scene.plan(&library, &[]).await;
    let error = publish_while(&scene, &library, &planned, Step::VerifyFeed, || {
        Err(Error::new(Code::TargetOffline, "The disk went away."))
    });
    assert_eq!(error.await.unwrap_err().code, Code::TargetOffline);
    scene.edit(&library, &one, |e| e.title = "One, edited meanwhile".into()).await;
    scene.clock.advance(60_000);
    assert_eq!(resume(&scene, &library).await.unwrap().version, 1);
    let record = episode::get(&library, &one).await.unwrap().unwrap();
    let released = record.released.clone().unwrap();
    assert_eq!((released.title.as_str(), record.body.title.as_str()), ("One", "One, edited meanwhile"));
    assert!(record.pending());
    let planned = scene.plan(&library, &[]).await;
    let next = &planned.payload.episodes[0].body;
    assert_eq!((next.title.as_str(), next.publish_at_ms), ("One, edited meanwhile", released.publish_at_ms));
    assert_eq!(carry_out(&library, &scene.www(), &planned).await.unwrap().version, 2);
}

#[tokio::test]
async fn a_sound_that_changed_on_this_disk_is_found_before_anything_is_public() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    let planned = scene.plan(&library, &[]).await;
    let sound = files::path(library.root(), &Sha256::of(b"the sound of one"));
    std::fs::write(&sound, b"the sound of 0ne").unwrap();
    let error = carry_out(&library, &scene.www(), &planned).await.unwrap_err();
    assert_eq!(error.code, Code::MediaUnreadable);
    assert!(!scene.www().join("feeds").exists());
}

#[tokio::test]
async fn a_file_that_somebody_removed_from_the_folder_is_written_again() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let one = scene.episode(&library, "One", "one").await;
    publish(&scene, &library).await.unwrap();
    let sound = scene.www().join(format!("media/{}/one.mp3", Sha256::of(b"the sound of one").short()));
    scene.edit(&library, &one, |e| e.title = "One, edited".into()).await;
    let planned = scene.plan(&library, &[]).await;
    assert_eq!(planned.plan.uploads.len(), 0);
    std::fs::remove_file(&sound).unwrap();
    let error = carry_out(&library, &scene.www(), &planned).await.unwrap_err();
    assert_eq!(error.code, Code::TargetMismatch, "the feed is not switched to name a missing file");
    assert_eq!(error.retry, hearthcast_model::error::Retry::Later);
    publish(&scene, &library).await.unwrap();
    assert_eq!(std::fs::read(&sound).unwrap(), b"the sound of one");
    // Without any other change, too.
    std::fs::remove_file(&sound).unwrap();
    publish(&scene, &library).await.unwrap();
    assert!(sound.exists() && scene.plan(&library, &[]).await.plan.is_empty());
}

#[tokio::test]
async fn a_feed_that_went_back_is_switched_again_and_a_foreign_one_is_a_conflict() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let one = scene.episode(&library, "One", "one").await;
    publish(&scene, &library).await.unwrap();
    let path = scene.www().join("feeds/lantern-tide/feed.xml");
    let old = std::fs::read(&path).unwrap();
    scene.edit(&library, &one, |e| e.title = "One, edited".into()).await;
    let planned = scene.plan(&library, &[]).await;
    let back = || std::fs::write(&path, &old).map_err(|e| Error::new(Code::Internal, e.to_string()));
    publish_while(&scene, &library, &planned, Step::VerifyFeed, back).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), planned.payload.feed.as_bytes());
    // By hand, between two publications.
    std::fs::write(&path, b"<rss>mine</rss>").unwrap();
    scene.edit(&library, &one, |e| e.title = "One, edited again".into()).await;
    assert_eq!(publish(&scene, &library).await.unwrap_err().code, Code::TargetConflict);
    assert_eq!(std::fs::read(&path).unwrap(), b"<rss>mine</rss>");
    // A feed that is gone can be written over nothing.
    std::fs::remove_file(&path).unwrap();
    publish(&scene, &library).await.unwrap();
    assert!(std::fs::read_to_string(&path).unwrap().contains("One, edited again"));
}

#[tokio::test]
async fn a_publication_that_was_replaced_before_it_was_read_back_still_ends() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let one = scene.episode(&library, "One", "one").await;
    let planned = scene.plan(&library, &[]).await;
    let mut newer = planned.plan.manifest.clone().unwrap();
    (newer.version, newer.parent, newer.fence) = (2, 1, "another laptop".into());
    newer.feed.sha256 = Sha256::of(b"<rss>theirs</rss>");
    let versions = scene.www().join("feeds/lantern-tide");
    let theirs = || {
        std::fs::write(versions.join("v/00000002.json"), serde_json::to_vec(&newer).unwrap()).unwrap();
        std::fs::write(versions.join("feed.xml"), b"<rss>theirs</rss>").unwrap();
        Ok(())
    };
    publish_while(&scene, &library, &planned, Step::VerifyFeed, theirs).await.unwrap();
    assert!(!episode::get(&library, &one).await.unwrap().unwrap().pending(), "it was public");
    assert!(
        target::state(library.readers(), &scene.target.id).await.unwrap().published_ms == Some(scene.clock.now_ms())
    );
    scene.edit(&library, &one, |e| e.title = "One, edited".into()).await;
    assert_eq!(publish(&scene, &library).await.unwrap_err().code, Code::TargetConflict);
    assert_eq!(std::fs::read(versions.join("feed.xml")).unwrap(), b"<rss>theirs</rss>");
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_planted_in_the_folder_is_not_followed() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    let outside = scene.folder.path().join("outside");
    std::fs::create_dir_all(&outside).unwrap();
    std::fs::create_dir_all(scene.www()).unwrap();
    std::os::unix::fs::symlink(&outside, scene.www().join("media")).unwrap();
    assert_eq!(publish(&scene, &library).await.unwrap_err().code, Code::TargetRefused);
    assert_eq!(std::fs::read_dir(outside).unwrap().count(), 0);
}
