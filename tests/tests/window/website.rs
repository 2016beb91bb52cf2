//! Issue 5, point 1, by clicks: songs of an episode, a post with a video, a link of the show's website. The judges are the
//! terminal's program on the same library, and xmllint on what was published.

use crate::alone;
use crate::driver::Window;
use crate::scene::{one_episode, to_a_folder};
use hearthcast_tests::{Laptop, output, scratch};
use std::path::Path;
use std::process::Command;

#[tokio::test]
async fn point_1_a_post_links_and_songs_are_written_by_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let window = Window::open(place.path()).await;
        a_song(&window).await;
        a_post(&window).await;
        a_link(&window).await;
        window.close().await;
        kept(&laptop, &show);
        published(&laptop, &show, &place.path().join("www"));
    })
    .await;
}

/// A song is added at the beginning; one that ends before it begins is told, and not kept.
async fn a_song(window: &Window) {
    window.click("nav-episodes").await;
    window.click_on("[data-testid='episode-row'] a").await;
    window.click("add-song").await;
    window.write("song-title", "Oil and Water").await;
    window.write("song-artists", "Ada, Bo").await;
    window.write("song-end", "0:00").await;
    window.read("songs", |words| words.contains("It ends before it begins")).await;
    window.clear("song-end").await;
    window.write("song-end", "0:04").await;
    window.picture("website-song").await;
}

/// A post has no sound; what is no video is refused where it was written.
async fn a_post(window: &Window) {
    window.click("nav-episodes").await;
    window.click("new-post").await;
    window.read("post-about", |words| words.contains("no sound")).await;
    window.enter("episode-title", "A lamp for the north light").await;
    window.enter("video-address", "https://example.org/film").await;
    window.read("videos", |words| words.contains("no video of YouTube")).await;
    window.clear("video-address").await;
    window.enter("video-address", "https://youtu.be/dQw4w9WgXcQ").await;
    window.read("video", |words| words.contains("youtu.be/dQw4w9WgXcQ")).await;
    window.picture("website-post").await;
}

/// A link is kept once it has words and an address.
async fn a_link(window: &Window) {
    window.click("nav-details").await;
    window.write("site-tagline", "Light, seen from below").await;
    window.click("link-add").await;
    window.write("link-label", "Oil for the lamp").await;
    window.write("link-url", "oil").await;
    window.click("site-tagline").await;
    window.read("links", |words| words.contains("begins with https://")).await;
    window.clear("link-url").await;
    window.write("link-url", "https://example.org/oil").await;
    window.click("site-tagline").await;
    window.value("link-url", |address| address == "https://example.org/oil").await;
    window.picture("website-link").await;
}

fn kept(laptop: &Laptop, show: &str) {
    let view = laptop.ask(&["show", "get", show]);
    let body = &view["show"];
    assert_eq!(body["tagline"], "Light, seen from below", "{view}");
    assert_eq!(body["links"][0]["label"], "Oil for the lamp", "{view}");
    assert_eq!(body["links"][0]["url"], "https://example.org/oil", "{view}");
    let rows = laptop.ask(&["episode", "list", show]);
    let rows = rows["episodes"].as_array().expect("a list of episodes");
    let row = rows.iter().find(|row| row["title"] == "A lamp for the north light").expect("the post is in the list");
    assert_eq!(row["post"], true, "{row}");
    let post = laptop.ask(&["episode", "get", show, row["id"].as_str().expect("an id")]);
    assert_eq!(post["episode"]["kind"], "post", "{post}");
    assert_eq!(post["episode"]["videos"][0]["video"], "dQw4w9WgXcQ", "{post}");
    let song = &laptop.ask(&["episode", "get", show, "one"])["episode"]["songs"][0];
    assert_eq!((&song["title"], &song["end_ms"]), (&"Oil and Water".into(), &4_000.into()), "{song}");
    assert_eq!(song["artists"], serde_json::json!(["Ada", "Bo"]));
}

/// The feed has the episode and not the post.
fn published(laptop: &Laptop, show: &str, www: &Path) {
    let feed = to_a_folder(laptop, show, www);
    let titles = output(Command::new("xmllint").args(["--xpath", "//item/title/text()"]).arg(feed));
    assert_eq!(titles.trim(), "One");
}
