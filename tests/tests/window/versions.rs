//! Issue 4, points 5 and 6, in the window: the timeline, what a version changed, the way back to one, the move of a show from
//! one place to another, and a show that leaves by its plan. The judges are the files at the places, and libxml2.

use crate::alone;
use crate::driver::Window;
use hearthcast_tests::{Laptop, file_url, output, scratch, sound, until};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A show with two versions in a folder, and another folder it could move to.
fn two_places(folder: &Path) -> (String, PathBuf, PathBuf) {
    let laptop = Laptop::new(folder);
    let show = laptop.show("Harbour");
    let (old, new) = (folder.join("old"), folder.join("new"));
    for (name, place) in [("old", &old), ("new", &new)] {
        std::fs::create_dir(place).expect("a folder for the web");
        let public = format!("https://{name}.example.org/");
        laptop.ask(&["target", "add", &show, name, &file_url(place), "--public-url", &public]);
    }
    let one = folder.join("one.mp3");
    sound::mp3(&one, 20, "One");
    laptop.episode(&show, "One", &one);
    laptop.ask(&["publish", &show, "--target", "old"]);
    laptop.ask(&["episode", "set", &show, "one", "title=One, edited"]);
    laptop.ask(&["publish", &show, "--target", "old"]);
    (show, old, new)
}

fn feed(place: &Path, show: &str) -> Vec<u8> {
    std::fs::read(place.join("feeds").join(show).join("feed.xml")).expect("the feed")
}

fn asked(xpath: &str, file: &Path) -> String {
    output(Command::new("xmllint").args(["--xpath", xpath]).arg(file)).trim().to_string()
}

#[tokio::test]
async fn point_5_a_version_comes_back_and_the_show_moves_by_clicks() {
    alone(async {
        let place = scratch();
        let (show, old, new) = two_places(place.path());
        let window = Window::open(place.path()).await;
        window.click("nav-publishing").await;
        back_to_the_first(&window, &show, &old).await;
        to_the_other_place(&window, &show, &old, &new).await;
        window.close().await;
    })
    .await;
}

/// The timeline shows both; the difference is the title; the first comes back byte for byte as a third.
async fn back_to_the_first(window: &Window, show: &str, old: &Path) {
    let first = std::fs::read(old.join("feeds").join(show).join("v/00000001.xml")).expect("the first version");
    window.click_on("[data-testid='place-old'] [data-testid='place-menu']").await;
    window.click("place-versions").await;
    window.count("version", 2).await;
    window.read("version-detail", |words| words.contains("One, edited")).await;
    window.picture("versions-timeline").await;
    window.click_on("[data-testid='version'][data-version='1']").await;
    window.click("version-back").await;
    window.read("rollback-sentence", |words| words.contains("1 changed episode")).await;
    window.picture("versions-back").await;
    window.click("version-back-sure").await;
    window.css("[data-testid='place-old'] [data-testid='publish-state'][data-version='3']").await;
    assert_eq!(feed(old, show), first, "byte for byte");
}

/// The plan is read, the show goes, and the old feed names the new address.
async fn to_the_other_place(window: &Window, show: &str, old: &Path, new: &Path) {
    window.click_on("[data-testid='place-old'] [data-testid='place-menu']").await;
    window.click("place-move").await;
    window.read("move-plan", |words| words.contains("https://new.example.org/")).await;
    window.picture("move-plan").await;
    window.click("move-sure").await;
    window.write("confirm-word", show).await;
    window.picture("move-word").await;
    window.click("confirm").await;
    window.read("place-moved", |words| words.contains("new")).await;
    window.picture("move-done").await;
    let there = asked("string(//item/enclosure/@url)", &new.join("feeds").join(show).join("feed.xml"));
    let file = new.join(there.strip_prefix("https://new.example.org/").expect("an address of the new place"));
    let sound = old.parent().expect("a folder").join("one.mp3");
    assert_eq!(std::fs::read(file).expect("the sound"), std::fs::read(sound).expect("the sound it was made from"));
    // The old feed follows after the show is said to be elsewhere.
    let (led, wanted) =
        ("string(//*[local-name()='new-feed-url'])", format!("https://new.example.org/feeds/{show}/feed.xml"));
    let file = old.join("feeds").join(show).join("feed.xml");
    until("the old feed names the new one", || (asked(led, &file) == wanted).then_some(()));
}

#[tokio::test]
async fn point_6_a_show_leaves_by_its_plan_and_comes_back_by_clicks() {
    alone(async {
        let place = scratch();
        let (show, old, _) = two_places(place.path());
        let (before, file) = (feed(&old, &show), old.join("feeds").join(&show).join("feed.xml"));
        let sounds = || output(Command::new("find").arg(&old).args(["-name", "*.mp3"]));
        let window = Window::open(place.path()).await;
        window.click("nav-details").await;
        window.click("remove-show").await;
        let said = window.read("removal-plan", |words| words.contains("1 episode leaves the feed")).await;
        assert!(said.contains("https://old.example.org/") && said.contains("Nothing is public at new."), "{said}");
        assert_eq!(feed(&old, &show), before, "a plan changes nothing");
        window.picture("removal-plan").await;
        window.write("confirm-word", "Harbour").await;
        window.click("confirm").await;
        window.part("restore-show").await;
        window.read("status", |words| words.contains("Nothing to do")).await;
        assert_eq!((asked("count(//item)", &file).as_str(), sounds().lines().count()), ("0", 1), "its sound stays");
        window.click("restore-show").await;
        window.part("remove-show").await;
        assert_eq!(feed(&old, &show), before, "byte for byte");
        window.close().await;
    })
    .await;
}
