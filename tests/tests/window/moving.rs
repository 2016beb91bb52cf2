//! Issue 6, points 3 and 5, by clicks: an imported show moves here with one action and a typed word; its old addresses are asked;
//! an old feed of its own is ended; a directory lists it. The judges are the feed's file, and libxml2.

use crate::alone;
use crate::driver::Window;
use hearthcast_tests::{Elsewhere, Laptop, Server, file_url, output, scratch, sound};
use std::path::Path;
use std::process::Command;

/// The key, as WebDriver writes it.
const ENTER: &str = "\u{e007}";

fn asked(xpath: &str, file: &Path) -> String {
    output(Command::new("xmllint").args(["--nonet", "--xpath", xpath]).arg(file)).trim().to_string()
}

/// Somebody else's host with a show of one episode, imported, and a folder as its place.
fn imported(folder: &Path, elsewhere: &Elsewhere) -> (Laptop, String) {
    let (file, picture) = (folder.join("made.mp3"), folder.join("made.jpg"));
    sound::mp3(&file, 6, "Sound");
    sound::cover(&picture);
    let bytes = std::fs::read(&file).expect("it was made");
    let (sound, cover) = (elsewhere.url("/one.mp3"), elsewhere.url("/cover.jpg"));
    let feed = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\"><channel>\
         <title>Harbour</title><link>https://harbour.example/</link><description>Sea</description><language>en</language>\
         <itunes:author>Ada</itunes:author><itunes:explicit>false</itunes:explicit><itunes:category text=\"Arts\"/>\
         <itunes:image href=\"{cover}\"/><item><title>One</title><guid isPermaLink=\"false\">OLD-1</guid>\
         <pubDate>Fri, 13 Nov 2026 06:00:00 +0000</pubDate><description>Words</description>\
         <enclosure url=\"{sound}\" length=\"{}\" type=\"audio/mpeg\"/></item></channel></rss>",
        bytes.len()
    );
    elsewhere.put("/rss", "application/rss+xml", feed);
    elsewhere.put("/one.mp3", "audio/mpeg", bytes);
    elsewhere.put("/cover.jpg", "image/jpeg", std::fs::read(&picture).expect("it was made"));
    let laptop = Laptop::new(folder);
    laptop.ask(&["import", &elsewhere.url("/rss"), "--allow-local"]);
    let www = folder.join("www");
    std::fs::create_dir_all(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", "harbour", "web", &file_url(&www), "--public-url", "https://new.example.org/"]);
    (laptop, "harbour".into())
}

#[tokio::test]
async fn point_3_a_show_moves_here_and_is_told_to_directories_by_clicks() {
    alone(async {
        let (place, elsewhere) = (scratch(), Elsewhere::start());
        let (_, show) = imported(place.path(), &elsewhere);
        let feed = place.path().join("www/feeds").join(&show).join("feed.xml");
        let window = Window::open(place.path()).await;
        window.click("nav-publishing").await;
        window.click("open-moving").await;
        window.read("move-in", |words| words.contains("https://new.example.org/") && words.contains("301")).await;
        window.read("old-hosts", |words| words.contains("1 feed") && words.contains("1 sound")).await;
        window.picture("moving").await;
        window.click("move-in-go").await;
        window.read("consequences", |words| words.contains("OLD-1") || words.contains("address")).await;
        window.write("confirm-word", "yes").await;
        window.css("[data-testid='confirm'][disabled]").await;
        assert!(!feed.exists(), "nothing went out");
        window.clear("confirm-word").await;
        window.write("confirm-word", &show).await;
        window.picture("moving-word").await;
        window.click("confirm").await;
        window.attribute("move-in", "data-done", |done| done == "true").await;
        let wanted = format!("https://new.example.org/feeds/{show}/feed.xml");
        assert_eq!(asked("string(//*[local-name()='new-feed-url'])", &feed), wanted);
        assert_eq!(asked("string(//item/guid)", &feed), "OLD-1");
        window.click("old-look").await;
        window.read("old-feed", |words| words.contains("set a redirect")).await;
        window.click("old-every").await;
        window.read("old-addresses", |words| words.contains("/one.mp3") && words.contains("200")).await;
        window.picture("moving-looked").await;

        window.click("directory-open-spotify").await;
        window.write("directory-url-spotify", "https://open.spotify.com/show/1").await;
        window.click("directory-save-spotify").await;
        window.attribute("directory-spotify", "data-state", |state| state == "listed").await;
        // It may lie half below the edge: typing brings it up, a click does not.
        let email = window.part("directory-email-spotify").await;
        email.send_keys("me@example.org").await.expect("the field takes keys");
        window.click("directory-verify-spotify").await;
        window.part("verifying-spotify").await;
        window.picture("moving-directories").await;
        window.close().await;

        let laptop = Laptop::new(place.path());
        let told = laptop.ask(&["show", "directories", &show, "spotify"])["directories"][0].clone();
        assert_eq!(told["listing"]["url"], "https://open.spotify.com/show/1");
        laptop.ask(&["publish", &show]);
        assert_eq!(asked("string(//*[local-name()='email'])", &feed), "me@example.org");
    })
    .await;
}

#[tokio::test]
async fn point_3_a_show_is_taken_over_where_it_is_by_clicks() {
    alone(async {
        // Another program serves the show from a folder; nobody else answers there, so the place is imported from its own web server.
        let (place, elsewhere) = (scratch(), Elsewhere::start());
        let www = place.path().join("www");
        std::fs::create_dir(&www).expect("a folder for the web");
        let (laptop, show) = imported(place.path(), &elsewhere);
        laptop.ask(&["target", "remove", "web"]);
        let public = format!("{}/", elsewhere.origin());
        for name in ["one.mp3", "cover.jpg", "rss"] {
            let seen = output(
                Command::new("curl").args(["-sS", "-o"]).arg(www.join(name)).arg(elsewhere.url(&format!("/{name}"))),
            );
            assert_eq!(seen, "");
        }
        laptop.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", &public]);
        let before = std::fs::read(www.join("rss")).expect("the feed");
        let window = Window::open(place.path()).await;
        window.click("nav-publishing").await;
        window.click("open-moving").await;
        window.part("take-over").await;
        window.picture("take-over-begin").await;
        window.click("take-over-look").await;
        window.read("take-over-found", |words| words.contains("2 files") && words.contains("None of it is sent")).await;
        assert_eq!(std::fs::read_dir(&www).expect("a folder").count(), 3, "looking writes nothing");
        window.part("take-over-go").await;
        window.picture("take-over").await;
        window.click("take-over-go").await;
        window.count("take-over", 0).await;
        window.close().await;
        assert_eq!(std::fs::read(www.join("rss")).expect("the feed"), before, "byte for byte");
        let told = Laptop::new(place.path()).ask(&["history", &show]);
        assert_eq!(told["versions"].as_array().map(Vec::len), Some(1), "{told}");
        assert!(!www.join("media").exists(), "nothing was sent");
    })
    .await;
}

#[tokio::test]
async fn point_2_an_old_page_leads_to_the_websites_by_clicks() {
    alone(async {
        let (place, elsewhere) = (scratch(), Elsewhere::start());
        let (mut laptop, show) = imported(place.path(), &elsewhere);
        laptop.ask(&["target", "remove", "web"]);
        let server = Server::start(&place.path().join("server"));
        laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
        laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
        let old = format!("{}/2020/one.html", server.origin());
        laptop.ask(&["show", "set", &show, &format!("link={}/", elsewhere.origin())]);
        laptop.ask(&["episode", "set", &show, "one", &format!("link={old}")]);
        laptop.ask(&["publish", &show]);
        let window = Window::open(place.path()).await;
        window.click("nav-publishing").await;
        window.click("open-moving").await;
        window.attribute("page-link", "data-state", |state| state == "open").await;
        // It may lie half below the edge: typing brings it up, a click does not.
        let press = async |name: &str| window.part(name).await.send_keys(ENTER).await.expect("it takes keys");
        window.write("page-links-page", &elsewhere.url("/pages/{slug}/")).await;
        press("page-links-page").await;
        window.attribute("page-link", "data-state", |state| state == "stays").await;
        window.picture("page-links-stays").await;
        elsewhere.put("/pages/one/", "text/html", "One");
        press("page-links-look").await;
        window.attribute("page-link", "data-state", |state| state == "ready").await;
        press("page-links-go").await;
        window.attribute("page-link", "data-state", |state| state == "done").await;
        window.picture("page-links-done").await;
        window.close().await;
        Laptop::new(place.path()).ask(&["publish", &show]);
        let seen = ["-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", &old];
        assert_eq!(output(Command::new("curl").args(seen)), format!("301 {}", elsewhere.url("/pages/one/")));
    })
    .await;
}

#[tokio::test]
async fn point_3_an_old_feed_is_ended_by_clicks() {
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour");
        let file = place.path().join("one.mp3");
        sound::mp3(&file, 6, "One");
        laptop.episode(&show, "One", &file);
        for name in ["old", "new"] {
            let www = place.path().join(name);
            std::fs::create_dir(&www).expect("a folder for the web");
            let public = format!("https://{name}.example.org/");
            laptop.ask(&["target", "add", &show, name, &file_url(&www), "--public-url", &public]);
        }
        laptop.ask(&["publish", &show, "--target", "old"]);
        laptop.ask(&["target", "move", &show, "old", "new", "--confirm", &show]);
        let window = Window::open(place.path()).await;
        window.click("nav-publishing").await;
        window.click("open-moving").await;
        window.read("own-feed", |words| words.contains("https://old.example.org/")).await;
        window.click("own-feed-end").await;
        window.write("confirm-word", &show).await;
        window.picture("moving-end").await;
        window.click("confirm").await;
        window.attribute("own-feed", "data-ended", |ended| ended == "true").await;
        window.close().await;
        let told = Laptop::new(place.path()).ask(&["show", "addresses", &show]);
        assert!(told["own"][0]["ended_ms"].is_i64(), "{told}");
    })
    .await;
}
