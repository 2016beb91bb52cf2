//! Issue 6, point 1, by the terminal: tags of the podcast namespace are entered, refused where no app could read them, published,
//! and found in the feed by libxml2.

use hearthcast_tests::{Laptop, Server, file_url, output, scratch, sound, sri};
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

#[test]
fn point_1_the_sound_in_another_format_is_published() {
    let place = scratch();
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let (file, opus) = (place.path().join("one.mp3"), place.path().join("one.opus"));
    sound::mp3(&file, 20, "One");
    output(Command::new("ffmpeg").args(["-loglevel", "error", "-i"]).arg(&file).args(["-c:a", "libopus"]).arg(&opus));
    laptop.episode(&show, "One", &file);
    let server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    laptop.ask(&["publish", &show]);
    let feed = place.path().join("feed.xml");
    let rss = format!("{}/podcasts/{show}/rss/", server.origin());
    let read = |path: &str| {
        output(Command::new("curl").args(["-sSf", "--max-time", "30", "-o"]).arg(&feed).arg(&rss));
        output(Command::new("xmllint").args(["--xpath", path]).arg(&feed)).trim().to_string()
    };

    let other = format!("alternate={}", opus.display());
    laptop.ask(&["episode", "set", &show, "one", &other]);
    let made = laptop.ask(&["episode", "set", &show, "one", &other]);
    let tags = &made["episode"]["tags"]["alternate_enclosures"];
    assert_eq!(tags.as_array().map(Vec::len), Some(1), "the same file is there once: {tags}");
    laptop.ask(&["publish", &show]);
    let tag = "//item/*[name()='podcast:alternateEnclosure']";
    let bytes = std::fs::read(&opus).expect("ffmpeg wrote it");
    assert_eq!(read(&format!("string({tag}/@length)")), bytes.len().to_string());
    let kind = read(&format!("concat({tag}/@type, ' ', {tag}/@codecs)"));
    assert!(["audio/ogg opus", "audio/opus opus"].contains(&kind.as_str()), "{kind}");
    let rate: f64 = read(&format!("string({tag}/@bitrate)")).parse().expect("a number");
    let whole = bytes.len() as f64 * 8.0 / 20.0;
    assert!((rate / whole - 1.0).abs() < 0.2, "{rate} bit/s of {whole}");
    let copy = place.path().join("copy.opus");
    let url = read(&format!("string({tag}/*[name()='podcast:source']/@uri)"));
    output(Command::new("curl").args(["-sSf", "--max-time", "30", "-o"]).arg(&copy).arg(&url));
    assert_eq!(std::fs::read(&copy).expect("curl wrote it"), bytes, "{url}");
    assert_eq!(read(&format!("string({tag}/*[name()='podcast:integrity']/@value)")), sri(&opus));

    let text = place.path().join("no.opus");
    std::fs::write(&text, "no sound").expect("a file");
    let spoken = laptop.speak(&["episode", "set", &show, "one", &format!("alternate={}", text.display())]);
    assert_ne!(spoken.code, Some(0), "{}", spoken.last);
    laptop.ask(&["episode", "set", &show, "one", "tags.alternate_enclosures="]);
    laptop.ask(&["publish", &show]);
    assert_eq!(read(&format!("count({tag})")), "0");
    let still = output(
        Command::new("curl").args(["-sS", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "30"]).arg(&url),
    );
    assert_eq!(still, "200", "what apps were told goes on answering");
}
