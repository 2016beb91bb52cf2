//! Pages and further feeds at a place: in place before anything names them, killed at any instant, brought back by a rollback.

use crate::plan::carry_out;
use crate::rollback::plan_back_with;
use crate::scene::Scene;
use crate::simulated::{Ended, World, two_episodes};
use crate::store::Fault;
use hearthcast_engine::withdraw::from_place;
use hearthcast_library::{Library, history, target};
use hearthcast_model::plan::Step;
use hearthcast_model::{FeedPart, FeedVariant};
use hearthcast_storage::Folder;
use std::collections::BTreeMap;
use std::path::Path;

fn variant(name: &str, part: &str) -> FeedVariant {
    FeedVariant { name: name.into(), title: String::new(), part: FeedPart::parse(part).unwrap() }
}

async fn shaped(scene: &Scene, library: &Library, variants: &[(&str, &str)]) {
    let variants: Vec<FeedVariant> = variants.iter().map(|(name, part)| variant(name, part)).collect();
    scene
        .edit_show(library, |show| {
            show.feed_page = 1;
            show.feed_variants = variants;
            show.changed_ms += 1;
        })
        .await;
}

/// Every document of the feed at a place, by its path below the show's folder, without versions.
fn documents(www: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for folder in ["", "p/"] {
        let Ok(entries) = std::fs::read_dir(www.join("feeds/lantern-tide").join(folder)) else { continue };
        for entry in entries.map(Result::unwrap).filter(|entry| entry.file_type().unwrap().is_file()) {
            let name = format!("{folder}{}", entry.file_name().to_string_lossy());
            found.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    found
}

async fn publish(scene: &Scene, library: &Library) -> Vec<Step> {
    scene.clock.advance(60_000);
    let planned = scene.plan(library, &[]).await;
    carry_out(library, &scene.www(), &planned).await.unwrap();
    planned.plan.steps
}

async fn back_to(scene: &Scene, library: &Library, version: u64) {
    scene.clock.advance(60_000);
    let highest = hearthcast_engine::survey::highest_version(&scene.target, "lantern-tide");
    let planned = plan_back_with(scene, library, version, &[], highest).await;
    assert_eq!(planned.plan.blockers, []);
    carry_out(library, &scene.www(), &planned).await.unwrap();
}

#[tokio::test]
async fn killed_anywhere_every_feed_leads_only_to_what_is_there() {
    for kill in [Fault::KillBefore, Fault::KillAfter, Fault::Swallowed, Fault::Lost] {
        for call in 0.. {
            let world = World::new([]).await;
            two_episodes(&world).await;
            let library = world.scene.library().await;
            // The newest of three stands in the feed itself, the others in pages.
            let id = world.scene.episode(&library, "Rope", "rope").await;
            shaped(&world.scene, &library, &[("newest", "last:1"), ("old", "last:2")]).await;
            drop(library);
            world.converge(&id, &[]).await;
            let library = world.scene.library().await;
            world.scene.edit(&library, &id, |e| e.title = "Salt and rope".into()).await;
            shaped(&world.scene, &library, &[("newest", "last:2"), ("mp3", "format:audio/mpeg")]).await;
            drop(library);
            *world.script.lock().unwrap() = std::iter::repeat_n(Fault::None, call).chain([kill]).collect();
            let ended = world.run().await;
            if world.script.lock().unwrap().front().is_some() {
                assert_eq!(ended, Ended::Published);
                assert!(call > 20, "pages, further feeds and one that goes have more than 20 calls, not {call}");
                break;
            }
            world.script.lock().unwrap().clear();
            world.converge(&id, &[]).await;
            world.check_end(&id).await;
            let store = world.store.lock().unwrap();
            let further: Vec<&str> = store
                .objects
                .keys()
                .filter(|key| key.split('/').count() == 3)
                .filter_map(|key| key.split('/').nth(2))
                .collect();
            assert_eq!(
                further.into_iter().filter(|name| name.ends_with(".xml")).collect::<Vec<_>>(),
                ["feed.xml", "mp3.xml", "newest.xml"]
            );
        }
    }
}

#[tokio::test]
async fn a_new_episode_changes_no_page_and_a_rollback_brings_every_further_feed_back() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    for (title, slug) in [("One", "one"), ("Two", "two"), ("Three", "three")] {
        scene.clock.advance(60_000);
        scene.episode(&library, title, slug).await;
        scene.plan(&library, &[]).await;
        if slug == "one" {
            shaped(&scene, &library, &[("newest", "last:1"), ("all", "last:9")]).await;
        }
        publish(&scene, &library).await;
    }
    let before = documents(&scene.www());
    let pages = |all: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        all.iter()
            .filter(|(name, _)| name.starts_with("p/"))
            .map(|(name, bytes)| (name.clone(), bytes.clone()))
            .collect()
    };
    assert_eq!(pages(&before).len(), 2, "{:?}", before.keys());
    scene.episode(&library, "Four", "four").await;
    let steps = publish(&scene, &library).await;
    let after = documents(&scene.www());
    assert!(pages(&before).iter().all(|(name, bytes)| after.get(name) == Some(bytes)), "pages stay as they are");
    assert_eq!(pages(&after).len(), 3);
    let written = steps.iter().filter(|step| matches!(step, Step::Document { .. })).count();
    assert_eq!(written, 3, "one page and two further feeds, not those that are there: {steps:?}");

    // One is given up: it goes, and comes back with the version that had it.
    shaped(&scene, &library, &[("newest", "last:2")]).await;
    let steps = publish(&scene, &library).await;
    assert!(steps.contains(&Step::Drop { key: "feeds/lantern-tide/all.xml".into() }), "{steps:?}");
    assert!(!documents(&scene.www()).contains_key("all.xml"));
    back_to(&scene, &library, 4).await;
    assert_eq!(documents(&scene.www()), after, "byte for byte");
    back_to(&scene, &library, 3).await;
    let names = ["feed.xml", "newest.xml", "all.xml"];
    let now = documents(&scene.www());
    assert!(names.iter().all(|name| now.get(*name) == before.get(*name)), "further feeds go back with the feed");
    // A page that somebody took away is written again.
    let page = pages(&before).into_keys().next().unwrap();
    std::fs::remove_file(scene.www().join("feeds/lantern-tide").join(&page)).unwrap();
    back_to(&scene, &library, 4).await;
}

#[tokio::test]
async fn of_a_withdrawn_episode_no_page_and_no_further_feed_is_left() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    shaped(&scene, &library, &[("all", "last:9")]).await;
    let mut ids = vec![];
    for (title, slug) in [("One", "one"), ("CANARY", "two"), ("Three", "three"), ("Four", "four")] {
        scene.clock.advance(60_000);
        ids.push(scene.episode(&library, title, slug).await);
        publish(&scene, &library).await;
    }
    let before = documents(&scene.www());
    assert!(before.values().filter(|bytes| String::from_utf8_lossy(bytes).contains("CANARY")).count() >= 2);
    scene.delete(&library, &ids[1]).await;
    publish(&scene, &library).await;
    let state = target::state(library.readers(), &scene.target.id).await.unwrap();
    let (public, place) =
        (state.manifest.unwrap(), Folder::reached_at(&scene.www(), crate::scene::PUBLIC_URL).unwrap());
    let gone = from_place(&place, "lantern-tide", &ids[1], &[], &public, None).await.unwrap();
    assert!(!gone.pages.is_empty());
    let after = documents(&scene.www());
    for (name, bytes) in &after {
        assert!(!String::from_utf8_lossy(bytes).contains("CANARY"), "{name}");
    }
    // What is public is whole: every page that it leads to is there.
    for page in public.documents.iter().filter(|one| one.key.contains("/p/")) {
        assert!(scene.www().join(&page.key).exists(), "{}", page.key);
    }
    // Nor does the library keep any of them.
    let mut tx = library.transact().await.unwrap();
    tx.strike_from_history(&scene.show, &ids[1]).await.unwrap();
    tx.commit().await.unwrap();
    for (name, bytes) in before.iter().filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains("CANARY")) {
        let kept = history::feed(&library, &hearthcast_model::Sha256::of(bytes)).await.unwrap();
        assert_eq!(kept, None, "{name}");
    }
    let all = &after["all.xml"];
    let kept = history::feed(&library, &hearthcast_model::Sha256::of(all)).await.unwrap();
    assert_eq!(kept.as_ref(), Some(all), "what is public is kept");
}
