//! Issue 6, point 1, by clicks and keys: every choice about a show's feed arrives: its medium, its lock, which HTML apps get, words after
//! the notes, services that count on the way, the hub, further feeds of every kind. The judges are the terminal's program on the same
//! library, and libxml2 on the feed that was published.

use crate::alone;
use crate::driver::Window;
use crate::scene::{one_episode, to_a_folder};
use hearthcast_tests::{Laptop, output, scratch, until};
use serde_json::{Value, json};
use std::process::Command;

/// Two services, one behind the other, as each of them says.
const PREFIX: &str = "https://one.example.com/e/two.example.com/track/";

/// A hub on this machine, which is told nothing of a show that is elsewhere.
const HUB: &str = "http://127.0.0.1:9/hub";

#[tokio::test]
async fn point_1_every_choice_of_the_show_s_feed_arrives() {
    alone(async {
        let place = scratch();
        let (laptop, show) = one_episode(place.path());
        let before = kept(&laptop, &show);
        assert_eq!(
            (&before["locked"], &before["feed_variants"]),
            (&json!(true), &Value::Null),
            "what is chosen is new"
        );
        let window = Window::open(place.path()).await;
        window.click("nav-details").await;
        window.write("show-prefix", PREFIX).await;
        window.choose("show-medium", "musicL").await;
        window.choose("show-feed-html", "plain").await;
        window.click("show-locked").await;
        window.write("feed-page", "50").await;
        window.write("feed-hub", HUB).await;
        further(&window, 0, "newest", None, "3").await;
        further(&window, 1, "two", Some("season"), "2").await;
        further(&window, 2, "mp3", Some("format"), "audio/mpeg").await;
        let title = window.click_on(&of_line(1, "further-title")).await;
        title.send_keys("The second season").await.expect("a field takes words");
        window.write("site-suffix", "Write to *us*.").await;
        window.picture("choices").await;

        let of = |name: &str, part: Value| json!({"name": name, "part": part});
        let two = json!({"name": "two", "title": "The second season", "part": {"kind": "season", "season": 2}});
        let further = json!([
            of("newest", json!({"kind": "last", "episodes": 3})),
            two,
            of("mp3", json!({"kind": "format", "mime": "audio/mpeg"})),
        ]);
        arrived(&laptop, &show, "/feed_variants", &further);
        arrived(&laptop, &show, "/notes_suffix/source", &json!("Write to *us*."));
        arrived(&laptop, &show, "/prefix", &json!(PREFIX));
        arrived(&laptop, &show, "/medium", &json!("musicL"));
        arrived(&laptop, &show, "/feed_html", &json!("plain"));
        arrived(&laptop, &show, "/locked", &json!(false));
        arrived(&laptop, &show, "/feed_page", &json!(50));
        arrived(&laptop, &show, "/hub", &json!(HUB));

        // It stands there again, too.
        let window = window.restart().await;
        window.attribute("show-medium", "data-value", |value| value == "musicL").await;
        window.read("show-medium", |words| words.trim() == "List of music").await;
        window.attribute("show-feed-html", "data-value", |value| value == "plain").await;
        window.value("show-prefix", |words| words == PREFIX).await;
        window.value("feed-hub", |words| words == HUB).await;
        window.count("further-name", 3).await;
        window.close().await;

        // No service counts in a test: without them the rest goes out.
        laptop.ask(&["show", "set", &show, "prefix="]);
        let feed = to_a_folder(&laptop, &show, &place.path().join("www"));
        let read = |path: &str| output(Command::new("xmllint").args(["--xpath", path]).arg(&feed)).trim().to_string();
        assert_eq!(read("string(//channel/*[name()='podcast:medium'])"), "musicL");
        assert_eq!(read("string(//channel/*[name()='podcast:locked'])"), "no");
        assert_eq!(read("string(//channel/*[local-name()='link'][@rel='hub']/@href)"), HUB);
        let notes = read("string(//item/description)");
        assert!(notes.contains("Write to us.") && !notes.contains('<'), "{notes}");
    })
    .await;
}

/// Writes a further feed into a new line of the list. Without a kind it is the one a line begins with.
async fn further(window: &Window, line: usize, name: &str, kind: Option<&str>, value: &str) {
    window.click("further-add").await;
    window.count("further-name", line + 1).await;
    let field = window.click_on(&of_line(line, "further-name")).await;
    field.send_keys(name).await.expect("a field takes words");
    if let Some(kind) = kind {
        window.click_on(&of_line(line, "further-kind")).await;
        window.click(&format!("further-kind-{kind}")).await;
        window.css(&format!("{}[data-value='{kind}']", of_line(line, "further-kind"))).await;
    }
    let field = window.click_on(&of_line(line, "further-value")).await;
    field.send_keys(value).await.expect("a field takes words");
}

/// A part of a line.
fn of_line(line: usize, name: &str) -> String {
    format!("[data-testid='further'][data-line='{line}'] [data-testid='{name}']")
}

fn kept(laptop: &Laptop, show: &str) -> Value {
    laptop.ask(&["show", "get", show])["show"].clone()
}

/// Waits until the library has it.
fn arrived(laptop: &Laptop, show: &str, field: &str, value: &Value) {
    until(&format!("{field} is {value}"), || (kept(laptop, show).pointer(field) == Some(value)).then_some(()));
}
