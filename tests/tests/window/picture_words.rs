//! Issue 7, point 7, by clicks: what a cover and an episode's picture show is written, and a likeness stands where they come. The judge
//! is the terminal's program on the same library.

use crate::alone;
use crate::driver::Window;
use crate::scene::one_episode;
use hearthcast_tests::{output, scratch, sound, until};
use std::process::Command;

#[tokio::test]
async fn point_7_what_pictures_show_is_written_by_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let (cover, own) = (place.path().join("cover.jpg"), place.path().join("own.jpg"));
        sound::cover(&cover);
        output(
            Command::new("convert")
                .env("LC_ALL", "C")
                .args(["-size", "1600x900", "gradient:tomato-steelblue"])
                .arg(&own),
        );
        laptop.ask(&["show", "set", &show, &format!("cover={}", cover.display())]);
        laptop.ask(&["show", "set", &show, &format!("banner={}", own.display())]);
        laptop.ask(&["episode", "set", &show, "one", &format!("image={}", own.display())]);
        let window = Window::open(place.path()).await;
        window.click("nav-details").await;
        let likeness = window.css(".shown img.tiny").await.attr("src").await.expect("the window answers");
        assert!(
            likeness.is_some_and(|address| address.starts_with("data:image/png;base64,")),
            "a likeness stands there"
        );
        window.write("show-cover-alt", "A lighthouse").await;
        window.write("site-banner-alt", "The coast at dusk").await;
        window.click("site-tagline").await;
        window.picture("picture-words-show").await;
        window.click("nav-episodes").await;
        window.click_on("[data-testid='episode-row'] a").await;
        window.write("episode-picture-alt", "A crane").await;
        window.click("episode-title").await;
        window.picture("picture-words-episode").await;
        let words = || laptop.ask(&["episode", "get", &show, "one"])["episode"]["image_alt"].clone();
        until("it is kept", || (words() == "A crane").then_some(()));
        window.close().await;
        let body = laptop.ask(&["show", "get", &show])["show"].clone();
        assert_eq!(body["cover_alt"], "A lighthouse", "{body}");
        assert_eq!(body["banner"]["alt"], "The coast at dusk", "{body}");
    })
    .await;
}
