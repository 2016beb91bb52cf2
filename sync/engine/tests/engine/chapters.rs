//! Chapters files that are written for a place, because chapters have pictures: in place before a feed names them, sent again where
//! somebody took them away, brought back by a rollback, gone with a withdrawn episode.

use crate::plan::carry_out;
use crate::rollback::plan_back_with;
use crate::scene::{PUBLIC_URL, Scene};
use hearthcast_engine::survey::highest_version;
use hearthcast_engine::withdraw::from_place;
use hearthcast_library::{Library, target};
use hearthcast_model::chapter::Chapter;
use hearthcast_model::picture::Picture;
use hearthcast_model::plan::Step;
use hearthcast_model::{EpisodeId, Sha256};
use hearthcast_storage::Folder;
use std::collections::BTreeMap;
use std::path::Path;

/// Gives an episode one chapter with a picture, and the file that is kept with it. Returns the key and the text that the file for
/// the place has by JSON chapters 1.2, and the key of the picture.
async fn with_chapter(scene: &Scene, library: &Library, id: &EpisodeId, title: &str) -> (String, String, String) {
    let picture = scene.file(library, "lamp", "jpg", format!("a picture of {title}").as_bytes()).await;
    let kept = format!(r#"{{"version":"1.2.0","chapters":[{{"startTime":0,"title":"{title}"}}]}}"#);
    let kept = scene.file(library, "one", "json", kept.as_bytes()).await;
    let image = format!("images/{}/lamp.jpg", picture.hash.short());
    scene
        .edit(library, id, |e| {
            e.chapters = vec![Chapter {
                picture: Some(Picture { file: picture, sizes: vec![], from: None, alt: String::new() }),
                ..Chapter::new(0, title)
            }];
            e.chapters_file = Some(kept);
        })
        .await;
    let text = format!(
        r#"{{"version":"1.2.0","chapters":[{{"startTime":0,"title":"{title}","img":"{PUBLIC_URL}{image}"}}]}}"#
    );
    (format!("text/{}/one.json", Sha256::of(text.as_bytes()).short()), text, image)
}

async fn publish(scene: &Scene, library: &Library) -> Vec<Step> {
    scene.clock.advance(60_000);
    let planned = scene.plan(library, &[]).await;
    assert_eq!(planned.plan.blockers, []);
    carry_out(library, &scene.www(), &planned).await.unwrap();
    planned.plan.steps
}

/// The texts at the place, by their keys.
fn texts(www: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for folder in std::fs::read_dir(www.join("text")).unwrap().map(Result::unwrap) {
        for file in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
            let key = format!("text/{}/{}", folder.file_name().display(), file.file_name().display());
            found.insert(key, std::fs::read_to_string(file.path()).unwrap());
        }
    }
    found
}

/// The address of the chapters in the feed.
fn named(www: &Path) -> String {
    let feed = std::fs::read_to_string(www.join("feeds/lantern-tide/feed.xml")).unwrap();
    let (_, rest) = feed.split_once("<podcast:chapters url=\"").unwrap();
    rest.split_once('"').unwrap().0.to_string()
}

#[tokio::test]
async fn the_file_for_the_place_is_there_before_the_feed_and_comes_back_with_it() {
    let scene = Scene::new().await;
    let (library, www) = (scene.library().await, scene.www());
    let one = scene.episode(&library, "One", "one").await;
    let (lamp, text, image) = with_chapter(&scene, &library, &one, "Lamp").await;
    let steps = publish(&scene, &library).await;
    let sent = |step: &&Step| matches!(step, Step::Upload { .. } | Step::Verify { .. });
    let then: Vec<&Step> = steps.iter().filter(|step| !sent(step)).collect();
    let first = [Step::Document { document: 0 }, Step::VerifyDocument { document: 0 }, Step::Claim];
    assert_eq!(then[..3], first.each_ref());
    assert_eq!((texts(&www).get(&lamp), named(&www)), (Some(&text), format!("{PUBLIC_URL}{lamp}")));
    assert_eq!(std::fs::read(www.join(image)).unwrap(), b"a picture of Lamp");
    assert_eq!(scene.plan(&library, &[]).await.plan.steps, [], "the same comes out again");

    // Somebody took it away: it is sent again.
    std::fs::remove_file(www.join(&lamp)).unwrap();
    publish(&scene, &library).await;
    assert_eq!(texts(&www).get(&lamp), Some(&text));

    // Another picture is another file; who has the feed of before still finds the one of before.
    let (fog, other, _) = with_chapter(&scene, &library, &one, "Fog").await;
    publish(&scene, &library).await;
    let now = texts(&www);
    assert_eq!((now.get(&fog), now.get(&lamp), named(&www)), (Some(&other), Some(&text), format!("{PUBLIC_URL}{fog}")));

    // Back: also where it is not there any more.
    std::fs::remove_file(www.join(&lamp)).unwrap();
    scene.clock.advance(60_000);
    let highest = highest_version(&scene.target, "lantern-tide");
    let back = plan_back_with(&scene, &library, 1, &[], highest).await;
    assert_eq!(back.plan.blockers, []);
    carry_out(&library, &www, &back).await.unwrap();
    assert_eq!((texts(&www).get(&lamp), named(&www)), (Some(&text), format!("{PUBLIC_URL}{lamp}")));
}

#[tokio::test]
async fn of_a_withdrawn_episode_no_chapters_file_is_left() {
    let scene = Scene::new().await;
    let (library, www) = (scene.library().await, scene.www());
    let stays = scene.episode(&library, "Two", "two").await;
    let (quay, text, _) = with_chapter(&scene, &library, &stays, "Quay").await;
    publish(&scene, &library).await;
    let goes = scene.episode(&library, "Three", "three").await;
    for title in ["CANARY in the fog", "CANARY at the quay"] {
        with_chapter(&scene, &library, &goes, title).await;
        publish(&scene, &library).await;
    }
    let canaries = || texts(&www).values().filter(|text| text.contains("CANARY")).count();
    assert_eq!(canaries(), 4, "two that were kept, and two for the place");
    scene.delete(&library, &goes).await;
    publish(&scene, &library).await;
    let public = target::state(library.readers(), &scene.target.id).await.unwrap().manifest.unwrap();
    let place = Folder::reached_at(&www, PUBLIC_URL).unwrap();
    let gone = from_place(&place, "lantern-tide", &goes, &[], &public, None).await.unwrap();
    assert_eq!((gone.pages.len(), canaries()), (2, 0), "{:?}", gone.pages);
    assert_eq!(texts(&www).get(&quay), Some(&text), "the other one's stays");
}
