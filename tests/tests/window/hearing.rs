//! Issue 6, point 6, by clicks: somebody hears a draft by a secret address, remarks something about a moment, and the author plays
//! that moment; ended, nobody hears it any more. The judge is curl at the address.

use crate::alone;
use crate::driver::Window;
use crate::scene::published;
use hearthcast_tests::{output, scratch, until};
use std::process::Command;

/// The status that an address answers.
fn status(url: &str, more: &[&str]) -> String {
    let silent = ["-sS", "-o", "/dev/null", "-w", "%{http_code}"];
    output(Command::new("curl").args(silent).args(more).arg(url)).trim().to_string()
}

#[tokio::test]
async fn point_6_a_draft_is_heard_remarked_about_and_ended_by_clicks() {
    alone(async {
        let place = scratch();
        let (_laptop, server, _show) = published(place.path());
        let window = Window::open(place.path()).await;
        window.click("nav-episodes").await;
        window.click_on("[data-testid='episode-row'] a").await;
        window.attribute("hearing-where", "data-value", |value| value == "home").await;
        window.click("hearing-make").await;
        let page = window.read("share-address", |words| words.contains("/p/")).await;
        assert!(page.starts_with(&server.origin()), "{page}");
        window.read("share-until", |words| words.starts_with("home, until")).await;
        window.attribute("share-qr", "src", |picture| picture.starts_with("data:image/svg+xml,")).await;
        assert_eq!(status(&page, &[]), "200");
        window.click("share-apps").await;
        window.read("share-apps", |_| true).await;
        window.css("[data-testid='share'] li[data-app='Spotify'][data-follows='false']").await;
        window.picture("hearing-share").await;

        let remark =
            ["--data-urlencode", "at=0:07", "--data-urlencode", "name=Eve", "--data-urlencode", "text=Too loud <here>"];
        assert_eq!(status(&format!("{page}remarks"), &remark), "303");
        window.click("remarks-fold").await;
        window.click("remarks-fetch").await;
        window.count("remark", 1).await;
        window.read("remark", |words| words.contains("Eve") && words.contains("Too loud <here>")).await;
        window.click("remark-at").await;
        window.read("audio-at", |at| at.starts_with("0:07") || at.starts_with("0:08") || at.starts_with("0:09")).await;
        window.picture("hearing-remarks").await;

        window.click("share-end").await;
        window.count("share", 0).await;
        until("nobody hears it any more", || (status(&page, &[]) == "410").then_some(()));
        window.count("remark", 1).await;
        window.close().await;
    })
    .await;
}
