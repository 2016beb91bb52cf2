//! Issue 6, points 5 and 6, by clicks: the sound of a live episode is replaced in one of three ways, what apps lose by it is typed
//! before it goes out, and the episode is seen as podcast apps show it. Issue 7, point 5: tags inside a published file are refreshed.
//! The judges are libxml2 on the feed that curl brings, and ffmpeg.

use crate::alone;
use crate::driver::Window;
use crate::scene::published;
use hearthcast_tests::{Server, output, scratch, sound};
use std::path::Path;
use std::process::Command;

fn feed(server: &Server, show: &str) -> String {
    output(Command::new("curl").args(["-sS", &format!("{}/podcasts/{show}/rss/", server.origin())]))
}

fn asked(folder: &Path, feed: &str, path: &str) -> String {
    let file = folder.join("asked.xml");
    std::fs::write(&file, feed).expect("a folder takes a file");
    output(Command::new("xmllint").args(["--nonet", "--xpath", path]).arg(file)).trim().to_string()
}

async fn open_episode(window: &Window) {
    window.click("nav-episodes").await;
    window.click_on("[data-testid='episode-row'] a").await;
}

#[tokio::test]
async fn point_5_a_live_sound_is_replaced_and_confirmed_by_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, server, show) = published(place.path());
        let row = laptop.ask(&["episode", "list", &show])["episodes"][0].clone();
        let slug = row["slug"].as_str().expect("a slug").to_string();
        let other = place.path().join("other.mp3");
        sound::mp3(&other, 20, "Other");
        let before = feed(&server, &show);
        let window = Window::open(place.path()).await;
        open_episode(&window).await;
        window.click("audio-more").await;
        window.click("audio-replace").await;
        window.enter("audio-path", &other.display().to_string()).await;
        window.read("replace", |words| words.contains("names the file itself")).await;
        window.css("[data-testid='replace-same-guid']:checked").await;
        window.css("[data-testid='replace-same-url'][disabled]").await;
        window.click("replace-new-guid").await;
        window.read("replace-effects", |words| words.contains("AntennaPod") && words.contains("github.com")).await;
        window.picture("guard-replace").await;
        window.click("replace-go").await;
        window.count("replace", 0).await;
        window.part("audio-card").await;

        window.click("nav-publishing").await;
        window.read("guard", |words| words.contains("gPodder") && words.contains("Pocket Casts")).await;
        window.click("publish").await;
        window.write("confirm-word", "yes").await;
        window.css("[data-testid='confirm'][disabled]").await;
        assert_eq!(feed(&server, &show), before, "nothing went out");
        window.clear("confirm-word").await;
        window.write("confirm-word", &slug).await;
        window.picture("guard-confirm").await;
        window.click("confirm").await;
        window.css("[data-testid='place-home'] [data-testid='publish-state'][data-version='2']").await;
        let after = feed(&server, &show);
        for path in ["string(//item/guid)", "string(//item/enclosure/@url)"] {
            assert_ne!(asked(place.path(), &after, path), asked(place.path(), &before, path), "{path}");
        }
        let length = std::fs::metadata(&other).expect("the sound").len().to_string();
        assert_eq!(asked(place.path(), &after, "string(//item/enclosure/@length)"), length);

        open_episode(&window).await;
        window.click("inspector-tab-preview").await;
        window.attribute("apps-shown", "data-app", |app| app == "apple").await;
        window
            .read("apps-rules", |words| words.contains("lowest fifth") && words.contains("podcasters.apple.com"))
            .await;
        window.click("apps-app").await;
        window.click("apps-app-pocket_casts").await;
        window.attribute("apps-shown", "data-app", |app| app == "pocket_casts").await;
        window.read("apps-rules", |words| words.contains("github.com/Automattic")).await;
        window.picture("guard-preview").await;
        window.click("apps-app").await;
        window.click("apps-app-overcast").await;
        window.attribute("apps-shown", "data-app", |app| app == "overcast").await;
        window.read("apps-rules", |words| words.contains("is not known")).await;
        window.close().await;
    })
    .await;
}

#[tokio::test]
async fn point_5_tags_inside_a_published_file_are_refreshed_by_clicks() {
    alone(async {
        let place = scratch();
        let (laptop, server, show) = published(place.path());
        let slug = laptop.ask(&["episode", "list", &show])["episodes"][0]["slug"].as_str().expect("a slug").to_string();
        laptop.ask(&["episode", "set", &show, &slug, "title=The first one"]);
        let fetched = |name: &str| {
            let url = asked(place.path(), &feed(&server, &show), "string(//item/enclosure/@url)");
            let file = place.path().join(name);
            output(Command::new("curl").args(["-sSf", "-o"]).arg(&file).arg(&url));
            let mut ffprobe = Command::new("ffprobe");
            ffprobe.args(["-v", "error", "-show_entries", "format_tags=title", "-of", "csv=p=0"]).arg(&file);
            let title = output(&mut ffprobe).trim().to_string();
            let mut ffmpeg = Command::new("ffmpeg");
            ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(&file);
            (title, output(ffmpeg.args(["-map", "0:a", "-c", "copy", "-f", "md5", "-"])))
        };
        let (title, packets) = fetched("before.mp3");
        assert_eq!(title, "One");
        let window = Window::open(place.path()).await;
        open_episode(&window).await;
        window.click("audio-more").await;
        window.click("tags-inside").await;
        window.read("tags-consequences", |words| words.contains("length") && words.contains("download it again")).await;
        window.read("replace-effects", |words| words.contains("castget")).await;
        window.css("[data-testid='replace-same-url'][disabled]").await;
        window.write("confirm-word", "yes").await;
        window.css("[data-testid='tags-go'][disabled]").await;
        window.clear("confirm-word").await;
        window.write("confirm-word", &slug).await;
        window.picture("tags-inside").await;
        window.click("tags-go").await;
        window.read("toast", |words| words.contains("are refreshed") && words.contains("next publication")).await;
        assert_eq!(fetched("still.mp3").0, "One", "not before it is published");
        laptop.ask(&["publish", &show]);
        assert_eq!(fetched("after.mp3"), ("The first one".into(), packets));
        window.close().await;
    })
    .await;
}
