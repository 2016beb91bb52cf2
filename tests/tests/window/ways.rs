//! Ways to a server by clicks (issue 5, point 2): older addresses are written, taken away and back, and brought as a table of
//! which bad lines are told; the sound goes by way of the server. The judge is curl at the server after a publication.

use crate::alone;
use crate::driver::Window;
use crate::scene::published;
use hearthcast_tests::{enclosures, output, scratch};
use std::process::Command;

#[tokio::test]
async fn point_2_older_addresses_and_the_way_of_the_sound_by_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, server, show) = published(place.path());
        let table = place.path().join("old.csv");
        std::fs::write(&table, "from,to\n/files/*,/podcasts/harbour/rss/,302\nno-slash,/x\n")
            .expect("a folder takes a file");
        let window = Window::open(place.path()).await;
        window.click("nav-publishing").await;
        older_addresses(&window, &format!("/podcasts/{show}/rss/"), &table.display().to_string()).await;
        window.click("place-menu").await;
        window.click("place-sound").await;
        window.click("sound-redirect").await;
        window.read("sound-preview", |words| words.contains("/e/")).await;
        window.picture("ways-sound").await;
        // It can be kept once the program said that nothing is wrong with it.
        window.css("[data-testid='sound-save']:not([disabled])").await;
        window.click("sound-save").await;
        // Feeds will name the public sound by another address: that is typed (issue 6, point 5).
        let slug = laptop.ask(&["episode", "list", &show])["episodes"][0]["slug"].clone();
        window.write("confirm-word", slug.as_str().expect("a slug")).await;
        window.click("confirm").await;
        window.count("sound", 0).await;
        window.close().await;

        laptop.ask(&["publish", &show]);
        let origin = server.origin();
        assert_eq!(answer(&format!("{origin}/feed.xml")), format!("301 {origin}/podcasts/{show}/rss/"));
        assert_eq!(answer(&format!("{origin}/files/2019/a.mp3")), format!("302 {origin}/podcasts/harbour/rss/"));
        let feed = output(Command::new("curl").args(["-sS", &format!("{origin}/podcasts/{show}/rss/")]));
        let [(sound, _)] = enclosures(&feed).try_into().expect("one episode");
        assert!(sound.starts_with(&format!("{origin}/e/")), "{sound}");
    })
    .await;
}

async fn older_addresses(window: &Window, feed: &str, table: &str) {
    window.click("place-menu").await;
    window.click("place-paths").await;
    window.write("path-from", "feed.xml").await;
    window.write("path-to", feed).await;
    window.click("path-keep").await;
    window.read("paths", |words| words.contains("begins with one slash")).await;
    window.clear("path-from").await;
    window.write("path-from", "/feed.xml").await;
    window.click("path-keep").await;
    window.count("path", 1).await;
    window.click("path-remove").await;
    window.count("path", 0).await;
    window.click("paths-undo").await;
    window.count("path", 1).await;

    window.click("paths-bring").await;
    window.enter("paths-file", table).await;
    window.read("paths-report", |words| words.contains("1 line can be taken") && words.contains("no-slash")).await;
    window.picture("ways-table").await;
    window.click("paths-take").await;
    window.count("path", 2).await;
    window.press("\u{e00c}").await;
    window.count("paths", 0).await;
}

/// The status and where it leads, asked by curl, which does not follow.
fn answer(url: &str) -> String {
    output(Command::new("curl").args(["-sS", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", url]))
}
