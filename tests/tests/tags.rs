//! Issue 6, point 1, by the terminal: tags of the podcast namespace are entered, refused where no app could read them, published,
//! and found in the feed by libxml2.

use hearthcast_tests::{Laptop, file_url, output, scratch, sound};
use std::process::Command;

#[test]
fn point_1_tags_are_entered_and_published() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let www = place.path().join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    laptop.ask(&["target", "add", &show, "www", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    let file = place.path().join("one.mp3");
    sound::mp3(&file, 20, "One");
    laptop.episode(&show, "One", &file);
    laptop.ask(&["publish", &show]);
    let feed = www.join(format!("feeds/{show}/feed.xml"));
    let before = std::fs::read_to_string(&feed).expect("the feed");

    laptop.ask(&[
        "show",
        "set",
        &show,
        "blocked=yes",
        "complete=yes",
        r#"tags.license={"id": "cc-by-4.0"}"#,
        r#"tags.locations=[{"name": "Gdańsk", "rel": "creator", "country": "PL"}]"#,
    ]);
    laptop.ask(&["show", "set", &show, r#"tags.update_frequency={"text": "Every Friday", "rrule": "FREQ=WEEKLY"}"#]);
    laptop.ask(&[
        "episode",
        "set",
        &show,
        "one",
        "blocked=yes",
        r#"tags.soundbites=[{"start_ms": 1500, "duration_ms": 15000}]"#,
    ]);
    assert_eq!(laptop.ask(&["publish", &show])["version"], 2);
    let read = |path: &str| output(Command::new("xmllint").args(["--xpath", path]).arg(&feed)).trim().to_string();
    let tag = |name: &str| format!("*[name()='podcast:{name}']");
    assert_eq!(read(&format!("string(//channel/{})", tag("license"))), "cc-by-4.0", "what was set first stays");
    assert_eq!(read(&format!("string(//channel/{}/@country)", tag("location"))), "PL");
    assert_eq!(read(&format!("string(//channel/{}/@rrule)", tag("updateFrequency"))), "FREQ=WEEKLY");
    assert_eq!(read(&format!("concat(//item/{0}/@startTime, ' ', //item/{0}/@duration)", tag("soundbite"))), "1.5 15");
    assert_eq!(read("count(//*[name()='itunes:block'])"), "2");
    assert_eq!(read("string(//channel/*[name()='itunes:complete'])"), "Yes");

    for (words, what) in [
        (r#"tags.license={"id": "my own rules"}"#, "licence"),
        (r#"tags.licence={"id": "cc-by-4.0"}"#, "no tag \"licence\""),
        (r#"tags.locations=[{"name": "Gdańsk", "country": "Poland"}]"#, "two letters"),
        (r#"tags.locations={"name": "Gdańsk"}"#, "tags"),
    ] {
        let spoken = laptop.speak(&["show", "set", &show, words]);
        assert_eq!((spoken.code, &spoken.last["code"]), (Some(2), &"field.invalid".into()), "{words}: {}", spoken.last);
        assert!(spoken.last["message"].as_str().is_some_and(|said| said.contains(what)), "{words}: {}", spoken.last);
    }
    laptop.ask(&[
        "show",
        "set",
        &show,
        "tags.license=",
        "tags.locations=",
        "tags.update_frequency=",
        "blocked=no",
        "complete=no",
    ]);
    laptop.ask(&["episode", "set", &show, "one", "tags.soundbites=", "blocked=no"]);
    laptop.ask(&["publish", &show]);
    let after = std::fs::read_to_string(&feed).expect("the feed");
    let without_dates = |feed: &str| feed.lines().filter(|line| !line.contains("lastBuildDate")).collect::<String>();
    assert_eq!(without_dates(&after), without_dates(&before), "nothing of it is left");
}
