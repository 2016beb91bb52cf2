//! Issue 6, point 1, by clicks: tags of the podcast namespace are added to a show and an episode, told what is missing or
//! refused, taken away and back; people have any role and group, transcripts their language and purpose, an episode its words for
//! Apple. The judge is libxml2 on the feed that was published.

use crate::alone;
use crate::driver::Window;
use crate::scene::{one_episode, to_a_folder};
use fantoccini::key::Key;
use hearthcast_tests::{output, scratch, until};
use std::process::Command;

#[tokio::test]
async fn point_1_tags_are_written_by_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let window = Window::open(place.path()).await;
        of_the_show(&window).await;
        of_the_episode(&window).await;
        window.close().await;
        let feed = to_a_folder(&laptop, &show, &place.path().join("www"));
        let tag = |name: &str| format!("*[name()='podcast:{name}']");
        let read =
            |path: String| output(Command::new("xmllint").args(["--xpath", &path]).arg(&feed)).trim().to_string();
        assert_eq!(read(format!("string(//channel/{})", tag("license"))), "cc-by-4.0", "taken away, and back");
        assert_eq!(read(format!("string(//channel/{}/@uri)", tag("socialInteract"))), "https://social.example/@ada/1");
        assert_eq!(
            read(format!(
                "concat(//channel/{0}/@status, ' ', //channel/{0}/{1}/@href)",
                tag("liveItem"),
                tag("contentLink")
            )),
            "pending https://video.example/quay"
        );
        assert_eq!(
            read(format!(
                "concat(//item/{0}/@startTime, ' ', //item/{0}/@duration, ' ', //item/{0})",
                tag("soundbite")
            )),
            "1.5 10 The crane"
        );
        assert_eq!(read("string(//item/*[name()='itunes:block'])".into()), "Yes");
    })
    .await;
}

#[tokio::test]
async fn point_1_people_and_transcripts_say_all_of_themselves() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let words = place.path().join("words.vtt");
        std::fs::write(&words, "WEBVTT\n\n00:01.000 --> 00:02.000\nGuten Morgen.\n").expect("room");
        laptop.ask(&["episode", "set", &show, "one", &format!("transcript={}", words.display())]);
        let window = Window::open(place.path()).await;
        window.click("nav-episodes").await;
        window.click_on("[data-testid='episode-row'] a").await;

        // A role of the taxonomy brings its group; another one has the group that was typed.
        person(&window, "Ada", "Foley artist").await;
        window.value("person-group", |group| group == "Audio post-production").await;
        window.click("person-done").await;
        window.count("person", 1).await;
        person(&window, "Bo", "Harbour pilot").await;
        window.clear("person-group").await;
        window.write("person-group", "Community").await;
        window.picture("person-role-and-group").await;
        window.click("person-done").await;
        window.count("person", 2).await;
        window.read("people", |words| words.contains("Foley artist") && words.contains("harbour pilot")).await;

        let transcript = || laptop.ask(&["episode", "transcript", &show, "one"])["transcripts"][0].clone();
        // What is no language is told, and not kept.
        window.enter("transcript-spoken", "german").await;
        window.css("[data-testid='transcript'] .error").await;
        window.clear("transcript-spoken").await;
        window.enter("transcript-spoken", "de-AT").await;
        until("it has its language", || (transcript()["language"] == "de-at").then_some(()));
        window.click("transcript-captions").await;
        until("it is captions", || (transcript()["captions"] == true).then_some(()));
        assert_eq!(transcript()["language"], "de-at", "one does not undo the other");
        window.picture("transcript-captions").await;
        window.close().await;

        let feed = to_a_folder(&laptop, &show, &place.path().join("www"));
        let said = |which: &str, attributes: [&str; 2]| {
            let [one, two] = attributes.map(|name| format!("//item/*[{which}]/@{name}"));
            let path = format!("concat({one}, ' / ', {two})");
            output(Command::new("xmllint").args(["--xpath", &path]).arg(&feed)).trim().to_string()
        };
        assert_eq!(
            said("name()='podcast:person' and .='Ada'", ["role", "group"]),
            "foley artist / audio post-production"
        );
        assert_eq!(said("name()='podcast:person' and .='Bo'", ["role", "group"]), "harbour pilot / community");
        assert_eq!(said("name()='podcast:transcript'", ["language", "rel"]), "de-at / captions");
    })
    .await;
}

#[tokio::test]
async fn point_1_a_title_for_apple_and_a_summary_are_typed() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let kept = |field: &str| laptop.ask(&["episode", "get", &show, "one"])["episode"][field].clone();
        let summary = "Fog and ships.\n\nA crane, too.";
        let window = Window::open(place.path()).await;
        fields(&window).await;

        // Somebody who thinks between two words goes on where they stopped.
        window.write("episode-itunes-title", "The quay ").await;
        until("its first words are kept", || (kept("itunes_title") == "The quay").then_some(()));
        window.value("episode-itunes-title", |words| words == "The quay ").await;
        window.press("at night").await;
        until("the title for Apple is kept", || (kept("itunes_title") == "The quay at night").then_some(()));
        let enter = char::from(Key::Enter);
        window.write("episode-summary", &format!("Fog and ships.{enter}{enter}")).await;
        until("its first line is kept", || (kept("summary") == "Fog and ships.").then_some(()));
        window.value("episode-summary", |words| words == "Fog and ships.\n\n").await;
        window.press("A crane, too.").await;
        until("the summary is kept", || (kept("summary") == summary).then_some(()));
        assert_eq!(kept("itunes_title"), "The quay at night", "one does not undo the other");
        assert_eq!(kept("title"), "One");
        window.picture("episode-words").await;

        // They stand there again, too.
        let window = window.restart().await;
        fields(&window).await;
        window.value("episode-itunes-title", |words| words == "The quay at night").await;
        window.value("episode-summary", |words| words == summary).await;
        // Emptied, it is the title again.
        window.click("episode-itunes-title").await;
        window.press(&emptying("The quay at night")).await;
        until("it has no title of its own for Apple", || kept("itunes_title").is_null().then_some(()));
        window.write("episode-itunes-title", "The quay").await;
        until("it has one again", || (kept("itunes_title") == "The quay").then_some(()));
        window.close().await;

        let feed = to_a_folder(&laptop, &show, &place.path().join("www"));
        let said = |name: &str| {
            let path = format!("string(//item/*[name()='{name}'])");
            output(Command::new("xmllint").args(["--xpath", &path]).arg(&feed)).trim().to_string()
        };
        assert_eq!([said("title"), said("itunes:title")], ["One", "The quay"]);
        assert_eq!(said("itunes:summary"), summary);
    })
    .await;
}

#[tokio::test]
async fn point_1_a_refused_field_of_an_episode_holds_up_no_other() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let kept = |field: &str| laptop.ask(&["episode", "get", &show, "one"])["episode"][field].clone();
        let window = Window::open(place.path()).await;
        fields(&window).await;
        window.write("episode-link", "nowhere").await;
        window.css("[data-testid='episode-fields'] .error").await;
        window.write("episode-itunes-title", "The quay").await;
        until("another field is kept", || (kept("itunes_title") == "The quay").then_some(()));
        assert_eq!(kept("link"), "");
        // What was refused waits for other words.
        window.value("episode-link", |words| words == "nowhere").await;
        window.click("episode-link").await;
        window.press(&format!("{}https://quay.example/", emptying("nowhere"))).await;
        until("the link is kept", || (kept("link") == "https://quay.example/").then_some(()));
        window.close().await;
    })
    .await;
}

/// The keys that take these words out of the field that has the focus.
fn emptying(words: &str) -> String {
    let back = String::from(char::from(Key::Backspace)).repeat(words.chars().count());
    format!("{}{back}", char::from(Key::End))
}

/// Opens the fields behind the line of state of the only episode.
async fn fields(window: &Window) {
    window.click("nav-episodes").await;
    window.click_on("[data-testid='episode-row'] a").await;
    window.click("episode-state").await;
    window.part("episode-fields").await;
}

/// Begins a person of this role.
async fn person(window: &Window, name: &str, role: &str) {
    window.click("add-person").await;
    window.write("person-name", name).await;
    window.clear("person-role").await;
    window.write("person-role", role).await;
}

async fn of_the_show(window: &Window) {
    window.click("nav-details").await;
    window.read("tags", |words| words.contains("Nothing yet")).await;
    add(window, "license").await;
    window.write("license-0-id", "my own rules").await;
    // What was typed is refused by the rule of the feed, in its own words; the rest of the page goes on.
    window.read("tag-license", |words| words.contains("licence")).await;
    window.clear("license-0-id").await;
    window.write("license-0-id", "cc-by-4.0").await;
    window.click("license-0-remove").await;
    window.count("tag-license", 0).await;
    window.click("toast-action").await;
    window.read("tag-license-head", |words| words.contains("cc-by-4.0")).await;

    add(window, "social").await;
    window.write("social-0-protocol", "activitypub").await;
    window.write("social-0-uri", "https://social.example/@ada/1").await;

    add(window, "live_items").await;
    window.write("live_items-0-title", "Live from the quay").await;
    window.write("live_items-0-content_links-0-text", "Watch").await;
    window.write("live_items-0-content_links-0-href", "nowhere").await;
    window.click("show-title").await;
    window
        .read("tag-live_items", |words| words.contains("begins with https://") && words.contains("not kept yet"))
        .await;
    window.picture("tags-missing").await;
    window.clear("live_items-0-content_links-0-href").await;
    window.write("live_items-0-content_links-0-href", "https://video.example/quay").await;
    window.picture("tags-show").await;
}

async fn of_the_episode(window: &Window) {
    window.click("nav-episodes").await;
    window.click_on("[data-testid='episode-row'] a").await;
    window.click("episode-state").await;
    window.click("episode-blocked").await;
    add(window, "soundbites").await;
    window.clear("soundbites-0-start_ms").await;
    window.write("soundbites-0-start_ms", "0:01.5").await;
    window.clear("soundbites-0-duration_ms").await;
    window.write("soundbites-0-duration_ms", "10").await;
    window.write("soundbites-0-title", "The crane").await;
    window.picture("tags-episode").await;
    // The library has it once another look at the episode shows it.
    window.click("nav-episodes").await;
    window.click_on("[data-testid='episode-row'] a").await;
    window.read("tag-soundbites-head", |words| words.contains("The crane")).await;
}

async fn add(window: &Window, tag: &str) {
    window.click("tags-add").await;
    window.click(&format!("tags-add-{tag}")).await;
}
