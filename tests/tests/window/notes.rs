//! Issue 6, point 2, by clicks: notes that came as HTML stay so until they are converted, and what they would become is seen
//! beside what they are. The judge is the terminal's program on the same library.

use crate::alone;
use crate::driver::Window;
use hearthcast_tests::harbour::{feed, item, text};
use hearthcast_tests::{Laptop, scratch, until};

#[tokio::test]
async fn point_2_notes_are_converted_after_a_look_beside_each_other() {
    const HTML: &str = "<p>Words about <b>1</b> &amp; the sea.</p>";
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let file = place.path().join("feed.xml");
        std::fs::write(&file, feed("", &[item(1, "https://old.invalid/1.mp3", 1_000, "")])).expect("a feed");
        // Its sound is nowhere, which the import tells and goes on.
        let import = ["import", file.to_str().expect("temporary folders have plain names"), "--media", "none"];
        let show = text(&laptop.speak(&import).last["slug"]).to_string();
        let notes = || {
            let notes = laptop.ask(&["episode", "get", &show, "episode-1"])["episode"]["notes"].clone();
            (notes["form"].as_str().map(str::to_owned), text(&notes["source"]).to_string())
        };
        let as_html = (Some("html".to_string()), HTML.to_string());
        let as_markdown = (None, "Words about **1** & the sea.".to_string());
        assert_eq!(notes(), as_html);

        let window = Window::open(place.path()).await;
        window.click("nav-episodes").await;
        window.click_on("[data-testid='episode-row'] a").await;
        window.click("notes-convert").await;
        window.read_frame("notes-before", |html| html.contains("<b>1</b> &amp; the sea.")).await;
        window.read_frame("notes-after", |html| html.contains("<strong>1</strong> &amp; the sea.")).await;
        // Bold by another name is bold.
        window.attribute("notes-same", "data-same", |same| same == "true").await;
        window.picture("notes-conversion").await;
        assert_eq!(notes(), as_html, "looking changes nothing");
        window.click("notes-convert-go").await;
        until("they are Markdown", || (notes() == as_markdown).then_some(()));
        window.count("notes-convert", 0).await;
        window.click("nav-episodes").await;
        window.part("episode-row").await;
        window.ctrl('z').await;
        until("one step takes it back", || (notes() == as_html).then_some(()));
        window.close().await;
    })
    .await;
}
