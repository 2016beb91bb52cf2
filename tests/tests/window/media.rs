//! Issue 7, point 9, by keys and clicks: the files of the library are found, tagged, and told where they are used; what nothing needs
//! is deleted; what is outdated is made again; another file takes the place of one.

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

#[tokio::test]
async fn point_9_another_file_takes_the_place_of_one_by_clicks() {
    alone(async {
        let place = scratch();
        let laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour");
        let [old, new] = ["old.wav", "new.wav"].map(|name| place.path().join(name));
        sound::wav(&old, 8);
        sound::wav(&new, 14);
        laptop.episode(&show, "One", &old);
        laptop.ask(&["episode", "set", &show, "one", "draft=true"]);
        let [old_hash, new_hash] = [&old, &new].map(|file| {
            let told = output(Command::new("sha256sum").arg(file));
            told.split(' ').next().expect("a hash").to_string()
        });
        let lies = |hash: &str| laptop.library().join("media").join(&hash[..2]).join(hash);
        let sound = || {
            let told = laptop.ask(&["episode", "get", &show, "one"]);
            told["episode"]["audio"]["hash"].as_str().expect("a hash").to_string()
        };
        let seconds = |hash: &str| {
            let mut ffprobe = Command::new("ffprobe");
            ffprobe.args(["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]).arg(lies(hash));
            output(&mut ffprobe).trim().parse::<f64>().expect("a length")
        };
        let before = sound();
        assert!((seconds(&before) - 8.0).abs() <= 0.1, "{}", seconds(&before));

        let window = Window::open(place.path()).await;
        window.click("nav-media").await;
        window.click("media-shelf-audio").await;
        window.click_on(&format!("a[href='#/media/{old_hash}']")).await;
        window.click("media-replace").await;
        window.enter("media-replace-path", &new.display().to_string()).await;
        // What would change where, before anything does.
        window.read("media-replace-plan", |words| words.contains("One") && words.contains("made anew")).await;
        window.read("media-replace-do", |words| words == "Replace it in 1 place").await;
        window.picture("media-replace").await;
        assert!(sound() == before && !lies(&new_hash).exists(), "nothing was done yet");

        window.click("media-replace-do").await;
        let made = until("the sound is made of the new recording", || Some(sound()).filter(|now| *now != before));
        assert!((seconds(&made) - 14.0).abs() <= 0.1, "{}", seconds(&made));
        window.count("media-replace-plan", 0).await;
        window.close().await;
        let told = laptop.ask(&["media", "list", "--kind", "audio"]);
        let all = told["media"].as_array().expect("a list");
        let of = |hash: &str| all.iter().find(|item| item["hash"] == hash).unwrap_or_else(|| panic!("{hash}: {told}"));
        assert_eq!(of(&made)["source"], new_hash.as_str());
        assert_eq!(
            (&of(&new_hash)["name"], &of(&new_hash)["uses"][0]["place"]),
            (&"new.wav".into(), &"recording".into())
        );
        assert!(lies(&old_hash).exists(), "the old recording stays, as undo wants it");
    })
    .await;
}
