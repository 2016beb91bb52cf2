//! Issue 6, point 6, by clicks: somebody hears a draft by a secret address, remarks something about a moment, and the author plays
//! that moment; ended, nobody hears it any more. The same in the author's own network, where this computer shows it by itself. The
//! judge is curl at the address.

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

/// curl's exit code at an address: 0, or 7 where nobody listens.
fn exit(url: &str) -> Option<i32> {
    let silent = ["-sS", "-f", "-o", "/dev/null", url];
    Command::new("curl").args(silent).output().expect("curl starts").status.code()
}

#[tokio::test]
async fn point_6_a_draft_is_heard_in_the_own_network_and_ended_by_clicks() {
    alone(async {
        let place = scratch();
        let (_laptop, server, _show) = published(place.path());
        // The machine of the tests may be in no network of its own.
        let window = Window::open_with(place.path(), &[("HEARTHCAST_LAN", "127.0.0.1")]).await;
        window.click("nav-episodes").await;
        window.click_on("[data-testid='episode-row'] a").await;
        // The show has a server: this computer is chosen beside it.
        window.attribute("hearing-where", "data-value", |value| value == "home").await;
        window.choose("hearing-where", "").await;
        window.count("hearing-days", 0).await;
        window.click("hearing-make").await;
        window.attribute("share", "data-kind", |kind| kind == "lan").await;
        let page = window.read("share-address", |words| words.contains("/p/")).await;
        let page = page.trim();
        assert!(page.starts_with("http://127.0.0.1:") && !page.starts_with(&server.origin()), "{page}");
        assert_eq!((status(page, &[]).as_str(), exit(page)), ("200", Some(0)));
        let part = status(&format!("{page}sound.mp3"), &["-r", "0-99"]);
        assert_eq!(part, "206");
        assert_eq!(
            status(&format!("{}/", page.trim_end_matches('/').rsplit_once('/').expect("a secret").0), &[]),
            "404"
        );
        window.picture("hearing-here").await;

        // Made once more, the one before closes.
        window.click("hearing-make").await;
        let second = window.read("share-address", |words| words.contains("/p/") && words.trim() != page).await;
        let second = second.trim();
        window.count("share", 1).await;
        until("the first one closes", || (exit(page) == Some(7)).then_some(()));
        assert_eq!(exit(second), Some(0));

        window.click("share-end").await;
        window.count("share", 0).await;
        until("nobody hears it any more", || (exit(second) == Some(7)).then_some(()));

        window.click("hearing-make").await;
        let third = window.read("share-address", |words| words.contains("/p/")).await;
        assert_eq!(exit(third.trim()), Some(0));
        window.close().await;
        until("left open, it ends with the program", || (exit(third.trim()) == Some(7)).then_some(()));
    })
    .await;
}
