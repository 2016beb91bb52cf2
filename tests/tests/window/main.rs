//! The real window. Here the path of issue 2: makes a show and an episode, hears it, writes notes, publishes to a server,
//! restarts midway, and shows the number a listener made; the same number as the terminal and the server say. `daily` has
//! the path of a real show, `kept` what a kill leaves, `names` what a screen reader finds, `rules` what lies where,
//! `reports` the window for the author's own questions, `website` what a show's website shows, `comments` what its visitors
//! wrote, `ways` older addresses and the way of the sound, `tags` what is said to apps, `intake` a show that comes from elsewhere, `hearing` a draft that somebody hears, `media` the files of the library, `picture_words` what
//! pictures show, `videos` a video of an episode, `checked` a finding that is put right, `choices` what is chosen about a show's
//! feed, `bombs` files that do harm, `notes` HTML that becomes Markdown, `microphones` several that are mixed, `spoken` transcripts,
//! `recipe` what is done to every recording, `crop` the part of a picture. Needs a screen and a message bus: `cargo xtask test`
//! brings both.

mod accepted;
mod bombs;
mod checked;
mod choices;
mod clicks;
mod comments;
mod crop;
mod cutting;
mod daily;
mod driver;
mod guard;
mod hearing;
mod intake;
mod kept;
mod keyboard;
mod media;
mod media_replaced;
mod microphones;
mod moving;
mod names;
mod notes;
mod picture_words;
mod queue;
mod recipe;
mod reports;
mod rules;
mod scene;
mod spoken;
mod tags;
mod versions;
mod videos;
mod ways;
mod website;

use driver::Window;
use hearthcast_tests::{Laptop, Listener, Server, enclosures, output, scratch, sound};
use serde_json::json;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// One window at a time: a second start on the same message bus only shows the first.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Walks with the only window there is; a driver that never answers is a failure, not a wait.
pub async fn alone(walk: impl Future<Output = ()>) {
    let _only = ALONE.lock().await;
    let walked = tokio::time::timeout(Duration::from_secs(900), walk).await;
    assert!(walked.is_ok(), "the driver never answered: {}", driver::asked());
}

/// Long enough that a minute is not the whole file.
const SECONDS: usize = 120;

#[tokio::test]
async fn the_whole_path_by_clicks_and_keys() {
    alone(the_whole_path()).await;
}

async fn the_whole_path() {
    let place = scratch();
    let folder = place.path();
    let (audio, cover) = (folder.join("bells.mp3"), folder.join("cover.jpg"));
    sound::mp3(&audio, SECONDS, "Bells at low tide");
    sound::cover(&cover);
    let server = Server::start(&folder.join("server"));

    let window = Window::open(folder).await;
    make_a_show(&window, &cover).await;
    make_an_episode(&window, &audio).await;
    write_notes(&window).await;
    add_the_server(&window, &server).await;

    let window = window.restart().await;
    let feed = publish(&window).await;
    listen(&feed);
    see_the_number(&window, folder).await;
    window.close().await;
}

/// What goes wrong is told where it happens and changes nothing; what was removed comes back. By keys where keys exist.
#[tokio::test]
async fn a_wrong_file_is_refused_and_a_removed_episode_comes_back() {
    alone(wrong_files_and_an_undo()).await;
}

async fn wrong_files_and_an_undo() {
    let place = scratch();
    let folder = place.path();
    let wrong = folder.join("notes.mp3");
    std::fs::write(&wrong, "These are words, not sounds.").expect("a temporary folder takes a file");

    let window = Window::open(folder).await;
    window.part("start-show").await;
    window.press("1").await;
    window.enter("new-show-title", "Night Bakery").await;
    window.read("show-title", |title| title == "Night Bakery").await;

    window.ctrl('n').await;
    window.enter("episode-title", "Flour at four").await;
    for (path, code) in [(wrong, "media.unusable"), (folder.join("nowhere.mp3"), "media.unreadable")] {
        window.clear("audio-path").await;
        window.enter("audio-path", &path.display().to_string()).await;
        window.attribute("problem", "data-code", |shown| shown == code).await;
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        window.read("problem", |words| words.contains(&name)).await;
        assert_eq!(window.all("audio-card").await.len(), 0, "a wrong file changes nothing");
    }

    window.click("episode-state").await;
    window.click("remove-episode").await;
    window.part("first-episode").await;
    window.count("episode-row", 0).await;
    window.ctrl('z').await;
    window.count("episode-row", 1).await;

    window.ctrl('k').await;
    window.enter("palette-input", "flour").await;
    window.value("episode-title", |title| title == "Flour at four").await;
    window.close().await;
}

async fn make_a_show(window: &Window, cover: &Path) {
    window.picture("first-run").await;
    window.click("start-show").await;
    window.enter("new-show-title", "Harbour & Sea").await;
    window.read("show-title", |title| title == "Harbour & Sea").await;

    window.click("nav-details").await;
    window.write("show-author", "Ada Keeper").await;
    window.write("show-description", "Stories of the *sea*.").await;
    window.write("show-categories", "Society & Culture/Places & Travel").await;
    window.write("show-link", "https://example.org/").await;
    window.enter("show-cover", &cover.display().to_string()).await;
    window.css("[data-testid='show-harbour-sea'] img").await;
    window.picture("details").await;
}

async fn make_an_episode(window: &Window, audio: &Path) {
    window.click("nav-episodes").await;
    window.click("new-episode").await;
    window.enter("audio-path", &audio.display().to_string()).await;
    window.attribute("waveform", "data-bars", |bars| bars.parse::<usize>().is_ok_and(|n| n > 100)).await;
    // The tone is ffmpeg's sine, an eighth of full scale.
    let loudest: f64 = window.attribute("waveform", "data-loudest", |v| !v.is_empty()).await.parse().expect("a number");
    assert!((0.10..0.16).contains(&loudest), "the waveform shows the sound: {loudest}");
    window.value("episode-title", |title| title == "Bells at low tide").await;
    window.read("audio-facts", |facts| facts == "MP3 128 kbit/s, 1.9 MB").await;

    window.click("play").await;
    window.read("audio-at", |at| at != "0:00.0").await;
}

async fn write_notes(window: &Window) {
    window.write("notes", "The **bells** of [the harbour](https://example.org/bells).").await;
    let link = "https://example.org/bells";
    window.read_frame("notes-preview", |words| words.contains("<strong>bells</strong>") && words.contains(link)).await;
    window.picture("editor").await;
    // What was saved meanwhile, and another speed, stop nothing.
    window.click("speed").await;
    window.read("speed", |speed| speed == "1.25×").await;
    window.attribute("save-state", "data-state", |state| state == "saved" || state == "kept").await;
    let at = window.read("audio-at", |at| at != "0:00.0").await;
    window.read("audio-at", |later| later > at.as_str()).await;
    window.attribute("play", "aria-label", |label| label == "Pause").await;
    window.click("play").await;
    window.attribute("play", "aria-label", |label| label == "Play").await;
}

async fn add_the_server(window: &Window, server: &Server) {
    window.click("nav-publishing").await;
    window.write("place-name", "harbour").await;
    window.write("place-address", &server.origin()).await;
    window.write("place-code", &server.pairing_code()).await;
    window.click("place-add").await;
    window.click("place-done").await;
    window.read("plan-sentence", |sentence| sentence.contains("1 new episode")).await;
    assert_eq!(window.all("blockers").await.len(), 0, "the show is complete");
}

/// After the restart the window stands where it was left.
async fn publish(window: &Window) -> String {
    window.read("plan-sentence", |sentence| sentence.contains("1 new episode")).await;
    window.read("changes", |words| words.contains("Bells at low tide")).await;
    window.picture("plan").await;
    window.click("publish").await;
    window.part("published").await;
    window.attribute("publish-state", "data-version", |version| version == "1").await;
    window.picture("published").await;
    window.read("feed-url", |url| url.starts_with("http://127.0.0.1:")).await
}

/// A podcast app fetches the feed and the whole episode; a program that is none does, too.
fn listen(feed: &str) {
    let app = Listener::fast("AntennaPod/3.4.0");
    let answer = app.get(feed).expect("the feed answers");
    let text = String::from_utf8(answer.body).expect("a feed is UTF-8");
    let [(audio, length)] = enclosures(&text).try_into().expect("one episode");
    assert_eq!(app.get(&audio).expect("the episode answers").body.len() as u64, length);
    assert!(Listener::fast("curl/8.5.0").get(&audio).expect("the episode answers").whole);
}

/// One listener, one program: the window says 1 and why, and so do terminal and server.
async fn see_the_number(window: &Window, folder: &Path) {
    window.click("nav-listeners").await;
    window.click("refresh").await;
    window.read("downloads", |number| number == "1").await;
    window.attribute("drop-bot", "data-count", |count| count == "1").await;
    let mut bars = vec![];
    for bar in window.all("bar").await {
        let count = bar.attr("data-downloads").await.expect("a bar can be read").expect("a bar has a number");
        bars.push(count.parse::<u64>().expect("a number"));
    }
    assert_eq!(bars.iter().sum::<u64>(), 1, "the bars add up: {bars:?}");
    window.attribute("origin-served", "data-count", |count| count == "1").await;
    window.picture("listeners").await;
    see_it_divided(window).await;

    let stats = Laptop::on(&folder.join("library"), folder).ask(&["stats", "harbour-sea"]);
    assert_eq!(stats["downloads"], json!(1), "the terminal says the same: {stats}");
    assert_eq!(stats["by_day"].as_array().map(Vec::len), Some(1));
    assert_eq!(served(&folder.join("server")), "1", "the server says the same");
    window.click("nav-episodes").await;
    window.picture("episodes").await;
}

/// The same number by app and as a table, and why it is that number on its day.
async fn see_it_divided(window: &Window) {
    window.click("inspector-tab-day").await;
    window.attribute("why-count", "data-source", |source| source == "served").await;
    window.read("funnel-downloads", |number| number == "1").await;
    window.picture("listeners-day").await;
    window.read("by-app", |words| words.contains("AntennaPod")).await;
    window.click("tables-open").await;
    window.read("numbers", |words| words.contains("100%")).await;
    window.picture("listeners-tables").await;
    window.press("\u{e00c}").await;
    window.count("tables", 0).await;
    // The app asked for the feed, once; curl asked for the sound only.
    window.attribute("subscribers", "data-count", |count| count == "1").await;
    window.attribute("readers-day", "data-count", |count| count == "1").await;
    window.read("by-reader", |words| words.contains("AntennaPod")).await;
    window.click("readers-table").await;
    window.read("tables", |words| words.contains("Subscribers")).await;
    window.picture("listeners-subscribers").await;
    window.press("\u{e00c}").await;
    window.count("tables", 0).await;
}

/// What the server counted, from its own books.
fn served(data: &Path) -> String {
    let listed = output(Command::new("find").arg(data).args(["-name", "*.sqlite*", "-o", "-name", "*.db"]));
    let database = listed.lines().find(|line| !line.ends_with("-wal") && !line.ends_with("-shm"));
    let query = "SELECT sum(json_extract(body, '$.funnel.downloads')) FROM day_count";
    let database = database.expect("the server keeps a database");
    output(Command::new("sqlite3").args(["-readonly", database, query])).trim().to_string()
}
