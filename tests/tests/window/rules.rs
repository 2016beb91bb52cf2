//! Issue 4, point 2, by clicks: a rule for sounds is written while its own files are the examples, a template that cannot be is refused in words,
//! the rule is kept, and what is public gets its new address.

use crate::alone;
use crate::driver::Window;
use hearthcast_tests::{Laptop, file_url, output, scratch, sound};
use std::process::Command;

#[tokio::test]
async fn point_2_rules_are_written_with_ones_own_files_as_examples() {
    alone(async {
        let place = scratch();
        let (www, laptop) = (place.path().join("www"), Laptop::new(place.path()));
        let show = laptop.show("Harbour");
        for title in ["One", "Two"] {
            let file = place.path().join(format!("{title}.mp3"));
            sound::mp3(&file, 12, title);
            laptop.episode(&show, title, &file);
        }
        laptop.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", "https://www.example.org/"]);
        laptop.ask(&["publish", &show]);
        let window = Window::open(place.path()).await;
        window.click("nav-publishing").await;
        window.click("place-menu").await;
        window.click("place-rules").await;
        window.write("rule-path", "{show}/{slug}").await;
        window.read("rule-preview", |words| words.contains("must end in .{ext}")).await;
        window.picture("rules-clash").await;
        window.clear("rule-path").await;
        window.write("rule-path", "{show}/{slug}.{ext}").await;
        let new = format!("https://www.example.org/{show}/two.mp3");
        window.read("rule-preview", |words| words.contains(&new) && words.contains("public now")).await;
        window.picture("rules-preview").await;
        window.click("rule-save").await;
        window.click("rules-relay").await;
        window.read("relay-plan", |words| words.contains("2 files are put there")).await;
        window.picture("rules-relay").await;
        window.click("relay-sure").await;
        window.write("confirm-word", &format!("2 {show}")).await;
        window.click("confirm").await;
        window.css("[data-testid='place-web'] [data-testid='publish-state'][data-version='2']").await;
        let feed = www.join("feeds").join(&show).join("feed.xml");
        let asked = ["--xpath", "//item/enclosure/@url"];
        let urls = output(Command::new("xmllint").args(asked).arg(feed));
        assert!(urls.contains(&new) && !urls.contains("/media/"), "{urls}");
        assert!(www.join(&show).join("one.mp3").is_file());
        window.close().await;
    })
    .await;
}
