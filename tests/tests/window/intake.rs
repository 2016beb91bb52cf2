//! Issue 6, point 2, by clicks: a first start brings a show here from its feed; a locked one only for its owner, a page that is no
//! feed not at all; the same feed again has nothing new, and a changed one tells what changes. A list of the public feeds (OPML) is
//! saved, and a feed is chosen from one; episodes come into a show that is here. Point 3: a show goes out into a folder, and comes in
//! from it. The judge is the library, as the terminal reads it, and of what is told before, the page.

use crate::alone;
use crate::driver::Window;
use crate::scene::{one_episode, published};
use fantoccini::key::Key;
use hearthcast_tests::{Laptop, output, scratch, sound};
use std::path::Path;
use std::process::Command;

/// What stands before the address of a sound that OP3 counts.
const COUNTING: &str = "https://op3.dev/e/";

/// Whether the choice of a show ends further right than the form above it.
const WIDER: &str = "
    const right = (part) => document.querySelector(`[data-testid='${part}']`).getBoundingClientRect().right;
    return right('import-into') > right('import') + 1;";

/// Two episodes; the sounds lie where nobody answers, and a service counts on the way there.
fn feed(locked: &str) -> String {
    let item = |guid: &str, title: &str, day: u32| {
        format!(
            "<item><title>{title}</title><guid isPermaLink=\"false\">{guid}</guid>\
             <pubDate>Fri, {day} Nov 2026 06:00:00 +0000</pubDate>\
             <enclosure url=\"{COUNTING}old.invalid/{day}.mp3\" length=\"1000\" type=\"audio/mpeg\"/></item>"
        )
    };
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:podcast=\"https://podcastindex.org/namespace/1.0\"><channel>\
         <title>Ports &amp; Harbours</title><link>https://old.invalid/</link><description>Sea</description>\
         <language>en</language><podcast:locked>{locked}</podcast:locked>{}{}</channel></rss>",
        item("Guid/ONE one", "The quay", 13),
        item("guid-two", "The crane", 20),
    )
}

#[tokio::test]
async fn point_2_a_show_is_brought_here_by_clicks() {
    alone(async {
        let place = scratch();
        let (page, old) = (place.path().join("page.html"), place.path().join("old.xml"));
        std::fs::write(&page, "<!doctype html><title>No feed</title>").expect("a page");
        std::fs::write(&old, feed("yes")).expect("a feed");
        let window = Window::open(place.path()).await;
        window.click("bring-show").await;
        window.picture("import").await;
        look(&window, &page).await;
        window.attribute("problem", "data-code", |code| code == "import.unreadable").await;
        look(&window, &old).await;
        window.attribute("problem", "data-code", |code| code == "import.locked").await;
        window.picture("import-locked").await;
        window.click("import-unlock").await;
        window
            .read("import-found", |words| words.contains("Ports & Harbours") && words.contains("2 new episodes"))
            .await;
        window.click("import-sounds-none").await;
        window.read("import-found", |words| words.contains("Counted on the way by OP3")).await;
        window.css("[data-testid='import-prefix-as_found']:checked").await;
        window.click("import-prefix-drop").await;
        window.picture("import-found").await;
        take(&window).await;
        window.count("episode-row", 2).await;
        window.picture("import-taken").await;

        // Once more: nothing new, and nothing to press.
        window.click("add-show").await;
        window.click("bring-show").await;
        look(&window, &old).await;
        window.attribute("import-take", "disabled", |value| value == "true").await;
        // The service stays left out without being asked for again.
        window.css("[data-testid='import-prefix-drop']:checked").await;
        // Another choice is something to bring: what it changes is told before, and taken back with it.
        window.click("import-prefix-keep").await;
        window
            .read("import-found", |words| words.contains("2 changed there") && words.contains("Another choice"))
            .await;
        window.css("[data-testid='import-take']:enabled").await;
        window.click("import-prefix-drop").await;
        window.read("import-found", |words| words.contains("2 as before") && !words.contains("Another choice")).await;
        window.attribute("import-take", "disabled", |value| value == "true").await;
        window.close().await;

        let laptop = Laptop::new(place.path());
        let told = laptop.ask(&["episode", "list", "ports-harbours"]).to_string();
        assert!(told.contains("The quay") && told.contains("The crane"), "{told}");
        let one = laptop.ask(&["episode", "get", "ports-harbours", "the-quay"]).to_string();
        assert!(one.contains("Guid/ONE one") && one.contains("\"https://old.invalid/13.mp3\""), "{one}");
        assert!(!laptop.ask(&["show", "get", "ports-harbours"]).to_string().contains(COUNTING));
    })
    .await;
}

#[tokio::test]
async fn point_2_what_changed_upstream_is_seen_before_it_is_brought() {
    alone(async {
        let place = scratch();
        let old = place.path().join("old.xml");
        std::fs::write(&old, feed("no")).expect("a feed");
        let window = Window::open(place.path()).await;
        window.click("bring-show").await;
        look(&window, &old).await;
        window.read("import-found", |words| words.contains("2 new episodes")).await;
        // Of a new show everything is new.
        window.count("import-changes", 0).await;
        window.click("import-sounds-none").await;
        window.click("import-prefix-keep").await;
        take(&window).await;
        window.count("episode-row", 2).await;
        window.close().await;

        let laptop = Laptop::new(place.path());
        let one = &laptop.ask(&["episode", "get", "ports-harbours", "the-quay"])["episode"];
        assert_eq!(one["remote_audio"]["url"], format!("{COUNTING}old.invalid/13.mp3"), "{one}");
        laptop.ask(&["episode", "set", "ports-harbours", "the-crane", "title=My crane"]);
        let said = [("The quay", "The pier"), ("The crane", "The old crane"), (">Sea<", ">Sea and land<")];
        let changed = said.iter().fold(feed("no"), |feed, (before, after)| feed.replace(before, after));
        std::fs::write(&old, changed).expect("a feed");

        let window = Window::open(place.path()).await;
        window.click("add-show").await;
        window.click("bring-show").await;
        look(&window, &old).await;
        window.read("import-found", |words| words.contains("1 changed there") && words.contains("1 as before")).await;
        window.count("import-change", 0).await;
        window.tab_to("import-changes").await;
        window.key(Key::Enter).await;
        window.count("import-change", 3).await;
        window.count("import-field", 3).await;
        let field = async |name: &str, kept: bool, told: [&str; 2]| {
            let part =
                window.css(&format!("[data-testid='import-field'][data-field='{name}'][data-kept='{kept}']")).await;
            let words = part.prop("innerText").await.expect("the window answers").unwrap_or_default();
            assert!(told.iter().all(|one| words.contains(one)), "{name}: {words}");
            words
        };
        field("title", false, ["The quay", "The pier"]).await;
        let words = field("description", false, ["Sea", "Sea and land"]).await;
        assert!(!words.contains('<'), "as it is read: {words}");
        let words = field("title", true, ["My crane", "The old crane"]).await;
        assert!(words.contains("yours stays"), "{words}");
        window
            .read("import-changes-list", |words| words.contains("The show itself") && words.contains("The pier"))
            .await;
        window.picture("import-changes").await;
        window.click("import-sounds-none").await;
        take(&window).await;
        window.count("import-found", 0).await;
        window.close().await;

        let told = laptop.ask(&["episode", "list", "ports-harbours"]).to_string();
        assert!(told.contains("The pier") && told.contains("My crane") && !told.contains("The old crane"), "{told}");
        let show = &laptop.ask(&["show", "get", "ports-harbours"])["show"];
        assert!(show["description"].to_string().contains("Sea and land"), "{show}");
        assert_eq!(show["prefix"], COUNTING, "kept, the time after as well");
    })
    .await;
}

#[tokio::test]
async fn point_3_a_show_goes_out_and_comes_in_by_clicks() {
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour talk");
        let sound = place.path().join("one.mp3");
        sound::mp3(&sound, 12, "One");
        laptop.episode(&show, "One", &sound);
        laptop.ask(&["episode", "add", &show, "--title", "A draft", "--draft"]);
        let (full, out) = (place.path().join("full"), place.path().join("out"));
        std::fs::create_dir(&full).expect("a folder");
        std::fs::write(full.join("letter.txt"), "Dear Ada").expect("a file");
        let window = Window::open(place.path()).await;
        window.click("nav-details").await;
        window.click("export-show").await;
        window.picture("export").await;
        window.write("export-folder", &out.display().to_string()).await;
        window.value("export-folder", |path| path == out.display().to_string()).await;
        window.click("export-sounds-published").await;
        window.picture("export-asked").await;
        window.click("export-begin").await;
        window.click("open-activity").await;
        window.read("job-result", |words| words.contains("files (") && words.contains("/out")).await;
        window.part("show-folder").await;
        window.picture("export-done").await;
        window.close().await;
        assert!(out.join("manifest.json").is_file() && out.join("show.json").is_file());

        let second = scratch();
        let window = Window::open(second.path()).await;
        window.click("bring-show").await;
        look(&window, &out).await;
        window.read("import-found", |words| words.contains("Harbour talk") && words.contains("2 new episodes")).await;
        window.picture("import-folder").await;
        take(&window).await;
        window.count("episode-row", 2).await;
        window.picture("import-folder-taken").await;
        window.close().await;
        let laptop = Laptop::new(second.path());
        let draft = &laptop.ask(&["episode", "get", &show, "a-draft"])["episode"];
        assert_eq!(draft["draft"], true, "{draft}");
    })
    .await;
}

#[tokio::test]
async fn point_2_opml_a_list_is_saved_and_one_of_its_feeds_is_brought_here() {
    alone(async {
        let place = scratch();
        let (laptop, server, show) = published(place.path());
        laptop.show("Not out yet");
        let list = place.path().join("feeds.opml");
        std::fs::write(&list, "Dear Ada").expect("a file");
        let window = Window::open(place.path()).await;
        window.part("add-show").await;
        window.ctrl('k').await;
        window.enter("palette-input", "opml").await;
        window.write("feed-list-file", &list.display().to_string()).await;
        window.click("feed-list-save").await;
        window.attribute("problem", "data-code", |code| code == "library.taken").await;
        assert_eq!(std::fs::read_to_string(&list).expect("a file"), "Dear Ada", "nothing is written over unasked");
        window.click("feed-list-replace").await;
        window.read("feed-list-written", |words| words.starts_with("1 feed is in ")).await;
        window.read("feed-list-left", |words| words.trim() == "Not out yet").await;
        window.picture("feed-list").await;
        window.click("feed-list-done").await;
        window.count("feed-list", 0).await;
        window.click("nav-settings").await;
        window.part("feed-list-open").await;
        window.close().await;
        let at = |what: &str| output(Command::new("xmllint").args(["--nonet", "--xpath", what]).arg(&list));
        assert_eq!(at("count(//outline)").trim(), "1");
        let feed = at("string(//outline/@xmlUrl)").trim().to_string();
        assert!(feed.starts_with(&server.origin()) && feed.contains(&show), "{feed}");

        let another = "<outline text=\"Ports\" type=\"rss\" xmlUrl=\"https://ports.invalid/feed.xml\"/></body>";
        let written = std::fs::read_to_string(&list).expect("a list");
        std::fs::write(&list, written.replace("</body>", another)).expect("a list");
        let second = scratch();
        let window = Window::open(second.path()).await;
        window.click("bring-show").await;
        look(&window, &list).await;
        window.count("import-feed", 2).await;
        window.read("import-feeds", |words| words.contains("Ports") && words.contains(&feed)).await;
        window.picture("import-feeds").await;
        // The server is on this computer: that is asked for, and said.
        window.click_on("[data-testid='import-feed']").await;
        window.attribute("import-feed", "aria-pressed", |pressed| pressed == "true").await;
        window.attribute("problem", "data-code", |code| code == "target.invalid").await;
        window.click("import-local").await;
        // Hearthcast's own feeds are locked unless their author says otherwise.
        window.attribute("problem", "data-code", |code| code == "import.locked").await;
        window.click("import-unlock").await;
        window.read("import-found", |words| words.contains("Harbour") && words.contains("1 new episode")).await;
        window.click("import-sounds-none").await;
        window.picture("import-feed-found").await;
        take(&window).await;
        window.count("episode-row", 1).await;
        window.close().await;
        let told = Laptop::new(second.path()).ask(&["episode", "list", &show]).to_string();
        assert!(told.contains("One"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn point_2_episodes_come_into_a_show_that_is_here_by_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let old = place.path().join("old.xml");
        std::fs::write(&old, feed("no")).expect("a feed");
        let id = laptop.ask(&["show", "list"])["shows"][0]["id"].as_str().expect("an id").to_string();
        let long = format!("title=Harbour talk{}", " of the keeper and the fog".repeat(6));
        laptop.ask(&["show", "set", &show, &long]);
        let window = Window::open(place.path()).await;
        window.click("add-show").await;
        window.click("bring-show").await;
        look(&window, &old).await;
        window.read("import-found", |words| words.contains("A new show")).await;
        window.attribute("import-into", "data-value", str::is_empty).await;
        window.choose("import-into", &id).await;
        window.read("import-found", |words| words.contains("harbour") && words.contains("2 new episodes")).await;
        // However long its title is, the sheet does not roll sideways.
        let wider = window.client.execute(WIDER, vec![]).await.expect("the window answers");
        assert_eq!(wider, false);
        // And back: nothing is settled before it is brought.
        window.choose("import-into", "").await;
        window.read("import-found", |words| words.contains("A new show")).await;
        assert_eq!(window.focused_part().await, "import-into", "the focus stays on the choice");
        window.choose("import-into", &id).await;
        window.read("import-found", |words| words.contains("harbour")).await;
        window.click("import-sounds-none").await;
        window.picture("import-into").await;
        take(&window).await;
        window.count("episode-row", 3).await;

        // The next time it goes where it went, without a word.
        window.click("add-show").await;
        window.click("bring-show").await;
        look(&window, &old).await;
        window.read("import-found", |words| words.contains("2 as before")).await;
        window.attribute("import-into", "data-value", |value| value == id).await;
        window.close().await;

        assert_eq!(laptop.ask(&["show", "list"])["shows"].as_array().map(Vec::len), Some(1));
        let told = laptop.ask(&["episode", "list", &show]).to_string();
        assert!(["One", "The quay", "The crane"].iter().all(|title| told.contains(title)), "{told}");
    })
    .await;
}

/// Brings it here, once it is known what comes: a busy button does nothing.
async fn take(window: &Window) {
    window.attribute("import-take", "aria-busy", |busy| busy == "false").await;
    window.click("import-take").await;
}

async fn look(window: &Window, file: &Path) {
    window.clear("import-source").await;
    window.write("import-source", &file.display().to_string()).await;
    window.click("import-look").await;
}
