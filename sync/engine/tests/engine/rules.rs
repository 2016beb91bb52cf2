//! Plans of a target with rules (issue 4, point 2): the names they give, that public files keep theirs, and what is refused.

use crate::plan::carry_out;
use crate::scene::{PUBLIC_URL, Scene};
use hearthcast_engine::Planned;
use hearthcast_library::Library;
use hearthcast_model::place::Target;
use hearthcast_model::rule::{FileKind, Rule};
use hearthcast_model::{Code, Sha256};
use std::collections::BTreeMap;

const TEMPLATE: &str = "{show}/s{season:02}/{slug}.{ext}";

/// The scene's target with a rule for sounds.
fn ruled(scene: &Scene, path: &str, public_url: Option<&str>) -> Target {
    let (path, public_url) = (Some(path.to_string()), public_url.map(str::to_string));
    let rule = Rule { path, public_url, ..Rule::of(FileKind::Audio) };
    Target { rules: vec![rule], ..scene.target.clone() }
}

async fn planned(scene: &Scene, library: &Library, target: &Target) -> Planned {
    let highest = hearthcast_engine::survey::highest_version(target, "lantern-tide");
    scene.plan_for(library, target, highest, &[]).await
}

/// Addresses of the sounds in a planned feed.
fn sounds(planned: &Planned) -> Vec<String> {
    let tags = planned.payload.feed.split("<enclosure url=\"").skip(1);
    tags.filter_map(|rest| Some(rest.split('"').next()?.strip_prefix(PUBLIC_URL)?.to_string())).collect()
}

#[tokio::test]
async fn a_public_file_keeps_its_name_when_the_rule_or_the_season_changes() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    let one = scene.episode_with(&library, "One", "one", |episode| episode.season = Some(3)).await;
    let target = ruled(&scene, TEMPLATE, None);
    let first = planned(&scene, &library, &target).await;
    assert_eq!(sounds(&first), ["lantern-tide/s03/one.mp3"]);
    carry_out(&library, &scene.www(), &first).await.unwrap();
    assert!(scene.www().join("lantern-tide/s03/one.mp3").is_file());
    scene.edit(&library, &one, |episode| episode.season = Some(4)).await;
    scene.episode_with(&library, "Two", "two", |episode| episode.season = Some(4)).await;
    let target = ruled(&scene, "sound/{slug}.{ext}", None);
    let second = planned(&scene, &library, &target).await;
    let mut found = sounds(&second);
    found.sort();
    assert_eq!(found, ["lantern-tide/s03/one.mp3", "sound/two.mp3"]);
    assert_eq!(second.plan.uploads.len(), 1, "nothing public is sent again");
}

#[tokio::test]
async fn a_rule_that_is_put_back_moves_nothing_that_is_public() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    let first = planned(&scene, &library, &ruled(&scene, TEMPLATE, None)).await;
    carry_out(&library, &scene.www(), &first).await.unwrap();
    assert!(planned(&scene, &library, &scene.target).await.plan.is_empty(), "nothing to do without the rule");
    scene.episode(&library, "Two", "two").await;
    let found = sounds(&planned(&scene, &library, &scene.target).await);
    assert!(found.contains(&"lantern-tide/s00/one.mp3".to_string()), "{found:?}");
    assert!(found.iter().any(|name| name.starts_with("media/") && name.ends_with("/two.mp3")), "{found:?}");
}

#[tokio::test]
async fn an_address_that_no_rule_here_knows_stops_the_plan() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    let target = ruled(&scene, TEMPLATE, Some("https://cdn.example.org/a/"));
    let theirs = planned(&scene, &library, &target).await.plan.manifest.unwrap();
    assert!(theirs.objects.iter().any(|object| object.key == "https://cdn.example.org/a//lantern-tide/s00/one.mp3"));
    let plan = scene.plan_from(&library, &scene.target, Some(&theirs), 1, &[]).await.plan;
    let blocker = plan.blockers.iter().find(|blocker| blocker.code == Code::TargetInvalid).unwrap();
    assert!(blocker.message.contains("https://cdn.example.org/a/"), "{}", blocker.message);
    assert!(plan.steps.is_empty());
}

#[tokio::test]
async fn two_contents_never_get_one_name() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    scene.episode(&library, "Two", "two").await;
    for (path, clashes) in
        [("{show}/all.{ext}", true), ("{show}/{name}.{ext}", false), ("{show}/all-{hash8}.{ext}", false)]
    {
        let plan = planned(&scene, &library, &ruled(&scene, path, None)).await.plan;
        assert_eq!(!plan.blockers.is_empty(), clashes, "{path}: {:?}", plan.blockers);
        assert_eq!(plan.steps.is_empty(), clashes, "{path}");
    }
}

#[tokio::test]
async fn a_name_that_another_content_had_is_refused_also_in_other_capitals() {
    let scene = Scene::new().await;
    let library = scene.library().await;
    scene.episode(&library, "One", "one").await;
    let target = ruled(&scene, "Sound/{slug}.{ext}", None);
    for (taken, clashes) in [("sound/ONE.mp3", true), ("Sound/one.mp3", true), ("sound/two.mp3", false)] {
        let taken = BTreeMap::from([(taken.to_string(), Sha256::of(b"another sound"))]);
        let plan = scene.plan_with(&library, &target, None, (0, &taken), &[]).await.plan;
        assert_eq!(!plan.blockers.is_empty(), clashes, "{taken:?}");
    }
}
