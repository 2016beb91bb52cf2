//! Issue 7, point 9, by keys and clicks: the files of the library are found, tagged, and told where they are used; what nothing needs
//! is deleted; what is outdated is made again.

use crate::alone;
use crate::driver::Window;
use hearthcast_tests::{Laptop, files_below, output, scratch, sound, until};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

fn sql(laptop: &Laptop, sql: &str) {
    output(Command::new("sqlite3").arg(laptop.library().join("library.sqlite")).arg(sql));
}

/// A file of the media folder that nobody noted, and that has lain there for two days.
fn leftover(laptop: &Laptop) -> std::path::PathBuf {
    let file = laptop.library().join("media/ab").join("ab".repeat(32));
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    std::fs::write(&file, b"a killed program left this").expect("room");
    let open = std::fs::File::options().append(true).open(&file).expect("the file");
    let now = open.metadata().and_then(|about| about.modified()).expect("its time");
    open.set_modified(now - Duration::from_secs(2 * 24 * 60 * 60)).expect("its time");
    file
}

/// The files of the library by content, with their bytes.
fn bytes(folder: &Path) -> Vec<(std::path::PathBuf, u64)> {
    files_below(folder).into_iter().map(|file| (file.clone(), file.metadata().map_or(0, |about| about.len()))).collect()
}

#[tokio::test]
async fn point_9_an_empty_library_says_what_will_come() {
    alone(async {
        let place = scratch();
        let window = Window::open(place.path()).await;
        window.part("start-show").await;
        window.press("1").await;
        window.enter("new-show-title", "Harbour & Sea").await;
        window.read("show-title", |title| title == "Harbour & Sea").await;
        window.click("nav-media").await;
        window.read("media-empty", |words| words.contains("Every file you add comes here")).await;
        window.picture("media-empty").await;
        window.close().await;
    })
    .await;
}

#[tokio::test]
async fn point_9_files_are_found_tagged_deleted_and_made_again() {
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour");
        let recording = place.path().join("tower.wav");
        sound::wav(&recording, 12);
        laptop.episode(&show, "One", &recording);
        laptop.ask(&["episode", "set", &show, "one", "draft=true"]);
        let leftover = leftover(&laptop);
        let window = Window::open(place.path()).await;
        // By the palette, as everything is reached.
        window.part("nav-media").await;
        window.ctrl('k').await;
        window.enter("palette-input", "media library").await;
        window.part("media-table").await;
        window.picture("media-light").await;
        window.press("/").await;
        window.press("tower").await;
        window.read("media-told", |words| words.starts_with("2 files")).await;
        window.picture("media-search").await;
        window.click("media-shelf-audio").await;
        window.css("[data-testid='media-row'] a[title='tower.wav']").await;
        let rows = window.all("media-row").await.len();
        assert_eq!(rows, 2, "the recording and what was made of it");

        // One of them, with where it is used; found by a tag from now on.
        let hash = output(Command::new("sha256sum").arg(&recording));
        let hash = hash.split(' ').next().expect("a hash");
        window.click_on(&format!("a[href='#/media/{hash}']")).await;
        window.read("media-uses", |words| words.contains("One") && words.contains("recording")).await;
        window.enter("media-tags", "raw, Harbour").await;
        window.picture("media-file").await;
        let tags = || {
            let told = laptop.ask(&["media", "list", "--search", "tower"]);
            let item = told["media"].as_array().and_then(|all| all.iter().find(|item| item["hash"] == hash).cloned());
            item.map(|item| item["tags"].to_string()).unwrap_or_default()
        };
        until("the tags are kept", || (tags() == r#"["harbour","raw"]"#).then_some(()));
        window.press(&char::from(fantoccini::key::Key::Escape).to_string()).await;
        window.part("media-tag").await;

        // What nothing needs is deleted, and nothing else.
        let kept: Vec<_> = bytes(&laptop.library().join("media")).into_iter().filter(|one| one.0 != leftover).collect();
        // Escape empties the field.
        window.click("media-search").await;
        window.press(&char::from(fantoccini::key::Key::Escape).to_string()).await;
        window.value("media-search", str::is_empty).await;
        window.click("media-shelf-left").await;
        window.count("media-row", 1).await;
        window.picture("media-left").await;
        window.click("media-delete").await;
        window.click("media-delete-do").await;
        until("it is gone", || (!leftover.exists()).then_some(()));
        window.read("media-none", |words| words.contains("Nothing is left over")).await;
        assert_eq!(bytes(&laptop.library().join("media")), kept);

        // A waveform that is lost is drawn again.
        sql(&laptop, &format!("DELETE FROM waveform WHERE hash = '{hash}'"));
        window.click("media-derive").await;
        window.read("derive-steps", |words| words.contains("Waveform") && words.contains("tower.wav")).await;
        window.picture("media-derive").await;
        window.click("derive-do").await;
        let drawn = || {
            let count = format!("SELECT count(*) FROM waveform WHERE hash = '{hash}'");
            output(Command::new("sqlite3").arg(laptop.library().join("library.sqlite")).arg(count))
        };
        until("it is drawn again", || (drawn().trim() == "1").then_some(()));
        window.click("media-shelf-all").await;
        window.size(1000, 700).await;
        window.picture("media-light-1000").await;
        let keys: String = [
            fantoccini::key::Key::Control.into(),
            fantoccini::key::Key::Shift.into(),
            'L',
            fantoccini::key::Key::Null.into(),
        ]
        .into_iter()
        .collect();
        window.press(&keys).await;
        window.picture("media-dark-1000").await;
        window.size(1280, 800).await;
        window.picture("media-dark").await;
        window.close().await;
    })
    .await;
}
