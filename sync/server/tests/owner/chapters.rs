//! Chapters files that the server writes because chapters have pictures: public with their episode and no sooner, as every file is.

use crate::http::Reply;
use crate::scene::{Scene, Story, facts, publish, sound};
use hearthcast_model::chapter::Chapter;
use hearthcast_model::picture::Picture;
use hearthcast_model::show::Attachment;
use hearthcast_model::{EpisodeId, Sha256};
use serde_json::json;

const HOUR_MS: i64 = 3_600_000;
const FEED: &str = "/podcasts/keeper/rss/";
const KEPT: &[u8] = br#"{"version":"1.2.0","chapters":[{"startTime":0,"title":"The lamp"}]}"#;
const PICTURE: &[u8] = b"a picture of the lamp";

/// Adds a file of an episode to the story.
fn file(story: &mut Story, episode: &EpisodeId, bytes: &[u8], mime: &str, ext: &str) -> Attachment {
    story.files.push((facts(bytes, mime, None), bytes.to_vec(), Some(episode.clone())));
    Attachment { hash: Sha256::of(bytes), name: "the-first-step".into(), ext: ext.into() }
}

/// Gives the story's one episode a chapter with a picture; returns the file that is kept with it, and the picture.
fn with_picture(story: &mut Story, id: &EpisodeId) -> (Attachment, Attachment) {
    let kept = file(story, id, KEPT, "application/json+chapters", "json");
    let picture = file(story, id, PICTURE, "image/jpeg", "jpg");
    let lamp = Chapter {
        picture: Some(Picture { file: picture.clone(), sizes: vec![], from: None, alt: String::new() }),
        ..Chapter::new(0, "The lamp")
    };
    let body = &mut story.episodes[0].body;
    (body.chapters, body.chapters_file) = (vec![lamp], Some(kept.clone()));
    (kept, picture)
}

/// JSON chapters 1.2 with the picture by its address in full.
fn written(picture: &Attachment) -> String {
    let img = format!("https://pod.example/m/{}/the-first-step.jpg", picture.hash);
    format!(r#"{{"version":"1.2.0","chapters":[{{"startTime":0,"title":"The lamp","img":"{img}"}}]}}"#)
}

#[test]
fn a_chapters_file_with_pictures_is_public_with_its_episode_and_outlives_a_restart() {
    let mut scene = Scene::new();
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    let id = story.episode("The first step", scene.now_ms() + HOUR_MS, sound(5_000, 1), Some(1_000));
    let (kept, picture) = with_picture(&mut story, &id);
    story.upload(&scene, &laptop);

    let at = format!("/m/{}/the-first-step.jpg", picture.hash);
    let text = written(&picture);
    let hash = Sha256::of(text.as_bytes());
    let path = format!("/m/{hash}/the-first-step.json");
    publish(&scene, &laptop, &story.request(1, scene.now_ms())).expect(200);
    for early in [&path, &at] {
        scene.get(early, &[]).expect(404);
    }
    story.episodes[0].body.publish_at_ms = Some(scene.now_ms());
    publish(&scene, &laptop, &story.request(2, scene.now_ms())).expect(200);
    let feed = String::from_utf8(scene.get(FEED, &[]).expect(200).body).unwrap();
    assert!(feed.contains(&format!("<podcast:chapters url=\"https://pod.example{path}\"")), "{feed}");
    assert_eq!(scene.get(&at, &[]).expect(200).body, PICTURE);
    let short = format!("/m/{}/the-first-step.json", hash.short());
    let whole = |reply: Reply| {
        assert_eq!(reply.header("content-type"), "application/json+chapters");
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert_eq!((reply.header("x-content-type-options"), &reply.body[..]), ("nosniff", text.as_bytes()));
        assert_eq!(reply.header("etag"), format!("\"{hash}\""));
    };
    for path in [&path, &short] {
        whole(scene.get(path, &[("Origin", "https://player.example")]).expect(200));
    }
    scene.get(&path, &[("If-None-Match", &format!("\"{hash}\""))]).expect(304);
    let head = crate::http::send(scene.addr(), "HEAD", &path, &[], b"").expect(200);
    assert_eq!((head.header("content-length"), head.body.len()), (text.len().to_string().as_str(), 0));
    let part = scene.get(&path, &[("Range", "bytes=2-8")]).expect(206);
    assert_eq!(part.body, b"version");
    for other in [format!("/m/{hash}/other.json"), format!("/m/{}/the-first-step.json", Sha256::of(b"other"))] {
        scene.get(&other, &[]).expect(404);
    }
    let kept = format!("/m/{}/the-first-step.json", kept.hash);
    assert_eq!(scene.get(&kept, &[]).expect(200).body, KEPT, "who has a feed of before finds the file of before");

    scene.stop();
    scene.start();
    whole(scene.get(&path, &[]).expect(200));
    // What no feed names any more is not public any more.
    let body = &mut story.episodes[0].body;
    (body.chapters, body.chapters_file) = (vec![], None);
    publish(&scene, &laptop, &story.request(3, scene.now_ms())).expect(200);
    scene.get(&path, &[]).expect(404);
}

#[test]
fn of_a_show_that_left_it_leads_to_where_the_kept_one_is() {
    let mut scene = Scene::new();
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    let id = story.episode("The first step", scene.now_ms() - HOUR_MS, sound(5_000, 1), Some(1_000));
    let (kept, picture) = with_picture(&mut story, &id);
    story.upload(&scene, &laptop);
    publish(&scene, &laptop, &story.request(1, scene.now_ms())).expect(200);
    let path = format!("/m/{}/the-first-step.json", Sha256::of(written(&picture).as_bytes()));
    scene.get(&path, &[]).expect(200);
    let new = "https://new.example.org/text/1/the-first-step.json";
    let file = json!({"sha256": kept.hash, "name": "the-first-step.json", "url": new});
    let feed_url = "https://new.example.org/feeds/keeper/feed.xml";
    let standing = json!({"kind": "moved", "feed_url": feed_url, "files": [file]});
    let request = json!({"show": story.id, "version": 1, "standing": standing});
    laptop.post(scene.addr(), "/sync/v1/standing", &request).expect(200);
    for _ in 0..2 {
        for path in [&path, &format!("/m/{}/the-first-step.json", kept.hash)] {
            assert_eq!(scene.get(path, &[]).expect(301).header("location"), new, "{path}");
        }
        scene.get(&path.replace("first", "other"), &[]).expect(404);
        scene.stop();
        scene.start();
    }
    // Called back after that, nobody is sent there.
    let file = json!({"sha256": kept.hash, "name": "the-first-step.json"});
    let request = json!({"show": story.id, "episode": id, "files": [file]});
    laptop.post(scene.addr(), "/sync/v1/withdraw", &request).expect(200);
    scene.get(&path, &[]).expect(410);
}
