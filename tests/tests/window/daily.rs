//! Issue 3, the path with what a real show has: a ten-minute recording, a cover, chapters, a transcript, published to an
//! S3-compatible storage and to a server. Once by clicks and keys, once by the keyboard alone.

use crate::alone;
use crate::driver::Window;
use crate::scene::{CHAPTERS, STORAGE, Scene, heard};
use fantoccini::key::Key;
use hearthcast_tests::{Listener, scratch};

#[tokio::test]
async fn a_real_episode_by_clicks_and_keys() {
    alone(async {
        let place = scratch();
        let scene = Scene::set(place.path());
        let window = Window::open_with(place.path(), &Scene::keys()).await;
        a_show_by_clicks(&window, &scene).await;
        an_episode_by_clicks(&window, &scene).await;
        publish_to_the_storage_by_clicks(&window, &scene).await;
        let feed = published(&window, STORAGE).await;
        see_verified(&window, STORAGE, &feed).await;
        a_link_that_ends(&window, &feed).await;
        assert!(feed.starts_with(&scene.storage_on_the_web()), "the feed's address is the storage's: {feed}");
        heard(&feed, place.path());
        publish_to_the_server_by_clicks(&window, &scene).await;
        heard(&published(&window, "harbour").await, place.path());
        window.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_real_episode_by_the_keyboard_alone() {
    alone(async {
        let place = scratch();
        let scene = Scene::set(place.path());
        let window = Window::open_with(place.path(), &Scene::keys()).await;
        a_show_by_keys(&window, &scene).await;
        an_episode_by_keys(&window, &scene).await;
        publish_to_the_storage_by_keys(&window, &scene).await;
        heard(&published(&window, STORAGE).await, place.path());
        publish_to_the_server_by_keys(&window, &scene).await;
        heard(&published(&window, "harbour").await, place.path());
        window.close().await;
    })
    .await;
}

async fn a_show_by_clicks(window: &Window, scene: &Scene) {
    window.click("start-show").await;
    window.enter("new-show-title", "Lantern & Tide").await;
    window.read("show-title", |title| title == "Lantern & Tide").await;
    window.click("nav-details").await;
    window.write("show-author", "Tide Watcher").await;
    window.write("show-description", "Stories from the edge of the *sea*.").await;
    window.write("show-categories", "Society & Culture/Places & Travel").await;
    window.write("show-link", "https://example.org/").await;
    window.enter("show-cover", &scene.cover.display().to_string()).await;
    window.css("[data-testid='show-lantern-tide'] img").await;
}

async fn an_episode_by_clicks(window: &Window, scene: &Scene) {
    window.click("nav-episodes").await;
    window.click("new-episode").await;
    window.enter("audio-path", &scene.recording.display().to_string()).await;
    window.made("waveform").await;
    window.clear("episode-title").await;
    window.write("episode-title", "The keeper’s stair").await;
    window.click("audio-more").await;
    window.read("report", |report| report.contains("LUFS")).await;
    window.click("audio-more").await;

    window.click("mark-chapter").await;
    window.write("chapter-title", CHAPTERS[0]).await;
    window.click("waveform").await;
    window.chord(&[Key::Home.into()]).await;
    for _ in 0..2 {
        window.key(Key::PageUp).await;
    }
    window.read("audio-at", |at| at == "0:30.0").await;
    window.click("mark-chapter").await;
    window.count("chapter", 2).await;
    window.type_in(CHAPTERS[1]).await;

    window.click("transcript-add").await;
    window.enter("transcript-path", &scene.transcript.display().to_string()).await;
    window.count("cue", 2).await;
    window.write("notes", "The stair has **196** steps.").await;
    window.read_frame("notes-preview", |words| words.contains("<strong>196</strong>")).await;
    window.picture("daily-episode").await;
}

async fn publish_to_the_storage_by_clicks(window: &Window, scene: &Scene) {
    window.click("nav-publishing").await;
    window.click("place-kind-bucket").await;
    window.write("place-name", STORAGE).await;
    window.write("place-bucket", scene.bucket()).await;
    window.write("place-endpoint", &scene.storage.origin()).await;
    window.click("place-more").await;
    window.click("place-path-style").await;
    window.enter("place-public", &scene.storage_on_the_web()).await;
    window.attribute("probe", "data-usable", |usable| usable == "true").await;
    window.picture("daily-probe").await;
    window.click("place-done").await;
    window.read("plan-sentence", |sentence| sentence.contains("1 new episode")).await;
    window.picture("daily-plan").await;
    window.click("publish").await;
}

async fn publish_to_the_server_by_clicks(window: &Window, scene: &Scene) {
    window.click("add-place").await;
    window.write("place-name", "harbour").await;
    window.write("place-address", &scene.server.origin()).await;
    window.write("place-code", &scene.server.pairing_code()).await;
    window.click("place-add").await;
    window.click("place-done").await;
    compared(window).await;
    window.click("publish").await;
}

/// Waits for the plan of the second place, where nothing is yet.
async fn compared(window: &Window) {
    window.attribute("publish", "data-steps", |steps| steps.parse::<usize>().is_ok_and(|count| count > 0)).await;
}

/// Waits until the place has its first version; returns the address of the feed.
async fn published(window: &Window, place: &str) -> String {
    let state = format!("[data-testid='place-{place}'] [data-testid='publish-state'][data-version='1']");
    window.css(&state).await;
    window.picture(&format!("daily-published-{place}")).await;
    let address = window.css(&format!("[data-testid='addresses-{place}'] [data-testid='feed-url']")).await;
    address.prop("innerText").await.expect("the address can be read").expect("the address has words")
}

/// Opens the list of addresses that were read back: the sound is among them, where the feed's place is.
async fn see_verified(window: &Window, place: &str, feed: &str) {
    let list = format!("[data-testid='verified-{place}']");
    window.click_on(&format!("{list} summary")).await;
    let root = feed.split("feeds/").next().expect("a bucket's feed lies under feeds/");
    window.read("verified-file", |address| address.starts_with(root)).await;
    let addresses = window.all("verified-file").await;
    let mut sounds = 0;
    for address in addresses {
        let words = address.prop("innerText").await.expect("an address can be read").unwrap_or_default();
        sounds += usize::from(words.ends_with(".mp3"));
    }
    assert_eq!(sounds, 1, "the sound was read back");
}

/// A signed address of the feed is made by a click: it says until when, and opens the same file.
async fn a_link_that_ends(window: &Window, feed: &str) {
    window.click("make-link").await;
    window.read("link-until", |words| words.contains("until ")).await;
    let address = window.read("signed-address", |words| words.contains("X-Amz-Signature=")).await;
    assert!(address.contains("X-Amz-Expires=600"), "ten minutes: {address}");
    let app = Listener::fast("Firefox");
    let of = |url: &str| app.get(url).expect("an answer").body;
    assert_eq!(of(&address), of(feed));
    window.picture("daily-link").await;
}

async fn a_show_by_keys(window: &Window, scene: &Scene) {
    window.part("start-show").await;
    window.key('1').await;
    window.part("new-show-title").await;
    window.type_in("Lantern & Tide").await;
    window.key(Key::Enter).await;
    window.read("show-title", |title| title == "Lantern & Tide").await;
    window.chord(&[Key::Control.into(), '4']).await;
    window.fill("show-author", "Tide Watcher", false).await;
    window.fill("show-description", "Stories from the edge of the sea.", false).await;
    window.fill("show-categories", "Society & Culture/Places & Travel", false).await;
    window.fill("show-link", "https://example.org/", false).await;
    window.fill("show-cover", &scene.cover.display().to_string(), true).await;
    window.css("[data-testid='show-lantern-tide'] img").await;
}

async fn an_episode_by_keys(window: &Window, scene: &Scene) {
    window.chord(&[Key::Control.into(), '1']).await;
    window.part("first-episode").await;
    window.chord(&[Key::Control.into(), 'n']).await;
    window.part("episode-title").await;
    window.type_in("The keeper's stair").await;
    window.fill("audio-path", &scene.recording.display().to_string(), true).await;
    window.made("waveform").await;

    window.tab_to("waveform").await;
    window.key('m').await;
    window.count("chapter", 1).await;
    window.type_in(CHAPTERS[0]).await;
    window.tab_to("waveform").await;
    window.key(Key::PageUp).await;
    window.key(Key::PageUp).await;
    window.read("audio-at", |at| at == "0:30.0").await;
    window.key('m').await;
    window.count("chapter", 2).await;
    window.type_in(CHAPTERS[1]).await;

    window.tab_to("transcript-add").await;
    window.key(Key::Enter).await;
    window.fill("transcript-path", &scene.transcript.display().to_string(), true).await;
    window.count("cue", 2).await;
}

async fn publish_to_the_storage_by_keys(window: &Window, scene: &Scene) {
    window.chord(&[Key::Control.into(), '2']).await;
    window.tab_to("place-kind-server").await;
    window.key(Key::Right).await;
    window.fill("place-name", STORAGE, false).await;
    window.fill("place-bucket", scene.bucket(), false).await;
    window.fill("place-endpoint", &scene.storage.origin(), false).await;
    window.fill("place-public", &scene.storage_on_the_web(), false).await;
    window.tab_to("place-more").await;
    window.key(Key::Enter).await;
    window.tab_to("place-path-style").await;
    window.key(' ').await;
    window.tab_to("place-add").await;
    window.key(Key::Enter).await;
    window.attribute("probe", "data-usable", |usable| usable == "true").await;
    window.tab_to("place-done").await;
    window.key(Key::Enter).await;
    window.read("plan-sentence", |sentence| sentence.contains("1 new episode")).await;
    assert_eq!(window.focused_part().await, "plan-sentence", "the focus goes on where the form was");
    window.tab_to("publish").await;
    window.key(Key::Enter).await;
}

async fn publish_to_the_server_by_keys(window: &Window, scene: &Scene) {
    window.tab_to("add-place").await;
    window.key(Key::Enter).await;
    window.fill("place-name", "harbour", false).await;
    window.fill("place-address", &scene.server.origin(), false).await;
    window.fill("place-code", &scene.server.pairing_code(), false).await;
    window.key(Key::Enter).await;
    window.tab_to("place-done").await;
    window.key(Key::Enter).await;
    compared(window).await;
    window.tab_to("publish").await;
    window.key(Key::Enter).await;
}
