//! Issue 6, point 2: a feed in pages (RFC 5005) is read to its end and becomes one show; what leads nowhere, round in a circle or on and
//! on is told, and loses nothing. Somebody else's server stands on this machine; libxml2 reads what is published.

use hearthcast_tests::harbour::{cover, feed, item, numbers, text};
use hearthcast_tests::{Elsewhere, Laptop, file_url, output, scratch};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const RSS: &str = "application/rss+xml";

struct Scene {
    folder: tempfile::TempDir,
    web: Elsewhere,
    laptop: Laptop,
}

impl Scene {
    fn new() -> Self {
        let folder = scratch();
        let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
        web.put("/cover.jpg", "image/jpeg", cover(folder.path()));
        web.put("/s.mp3", "audio/mpeg", "a sound that nobody gets");
        Self { folder, web, laptop }
    }

    /// Puts a page with these episodes at a path; its next one is at `next`.
    fn page(&self, path: &str, episodes: &[usize], next: &str) {
        let items: Vec<String> = episodes.iter().map(|n| item(*n, &self.web.url("/s.mp3"), 24, "")).collect();
        let next = if next.is_empty() { String::new() } else { format!(r#"<atom:link rel="next" href="{next}"/>"#) };
        self.web.put(path, RSS, feed(&format!(r#"<itunes:image href="/cover.jpg"/>{next}"#), &items));
    }

    /// Brings the show, its sounds left where they are; gives the report, whatever it says.
    fn import(&self) -> Value {
        let address = self.web.url("/feed.xml");
        self.laptop.speak(&["import", &address, "--allow-local", "--media", "none"]).last
    }

    /// Which pages were asked for, in their order.
    fn asked(&self) -> Vec<String> {
        let all = self.web.asked("/").into_iter().map(|asked| asked.path);
        all.filter(|path| path.contains(".xml")).collect()
    }

    /// Guids that libxml2 finds in the feed of the show once it is published, by their numbers.
    fn published(&self) -> Vec<usize> {
        let (www, show) = (self.folder.path().join("www"), "harbour-talk");
        std::fs::create_dir_all(&www).expect("a folder for the web");
        let words = ["target", "add", show, "web", &file_url(&www), "--public-url", "https://pods.example.org/"];
        self.laptop.ask(&words);
        self.laptop.ask(&["publish", show]);
        guids(&www.join("feeds").join(show).join("feed.xml"))
    }
}

fn guids(feed: &Path) -> Vec<usize> {
    let found = output(Command::new("xmllint").args(["--nonet", "--xpath", "//item/guid/text()"]).arg(feed));
    let number = |line: &str| {
        let rest = line.trim().strip_prefix("tag:harbour,")?.strip_suffix(" &amp; «ü»")?;
        rest.parse().ok()
    };
    found.lines().map(|line| number(line).unwrap_or_else(|| panic!("a guid of the making: {line}"))).collect()
}

/// What the report says of this address.
fn told(report: &Value, url: &str) -> String {
    let problems = report["problems"].as_array().expect("a list");
    let [one] = problems.iter().filter(|one| one["url"] == url).collect::<Vec<_>>()[..] else {
        panic!("one word about {url}: {report}")
    };
    text(&one["message"]).to_string()
}

#[test]
fn point_2_pages_of_a_feed_become_one_show() {
    let scene = Scene::new();
    // Relative, with a query, absolute. A new episode came while somebody else read: each page begins with the last one's end.
    scene.page("/feed.xml", &[9, 8, 7], "feed.xml?page=2");
    scene.page("/feed.xml?page=2", &[7, 6, 5, 4], &scene.web.url("/old/3.xml"));
    scene.page("/old/3.xml", &[4, 3, 2, 1], "");
    let report = scene.import();
    assert_eq!((numbers(&report), &report["problems"]), ([9, 0, 0], &serde_json::json!([])), "{report}");
    assert_eq!(scene.asked(), ["/feed.xml", "/feed.xml?page=2", "/old/3.xml"]);
    assert_eq!(scene.published(), [9, 8, 7, 6, 5, 4, 3, 2, 1]);

    // Again changes nothing; what pages show older ones under another title is the first page's.
    assert_eq!(numbers(&scene.import()), [0, 0, 9]);
    let renamed = item(7, &scene.web.url("/s.mp3"), 24, "").replace("Episode 7", "An older page's title");
    scene.web.put("/feed.xml?page=2", RSS, feed("", &[renamed]));
    let report = scene.import();
    assert_eq!(numbers(&report), [0, 0, 3], "{report}");
    assert_eq!(scene.laptop.ask(&["episode", "list", "harbour-talk"])["episodes"].as_array().map(Vec::len), Some(9));
}

#[test]
fn point_2_pages_that_lead_round_in_a_circle_are_read_once() {
    for (next, asked) in [
        ("/feed.xml", &["/feed.xml", "/2.xml", "/3.xml"][..]),
        ("/2.xml", &["/feed.xml", "/2.xml", "/3.xml"]),
        ("3.xml", &["/feed.xml", "/2.xml", "/3.xml"]),
    ] {
        let scene = Scene::new();
        scene.page("/feed.xml", &[6, 5], "/2.xml");
        scene.page("/2.xml", &[4, 3], "/3.xml");
        scene.page("/3.xml", &[2, 1], next);
        let report = scene.import();
        let back = scene.web.url(&format!("/{}", next.trim_start_matches('/')));
        assert!(told(&report, &back).contains("circle"), "{report}");
        assert_eq!((numbers(&report), scene.asked()), ([6, 0, 0], asked.iter().map(ToString::to_string).collect()));
        assert_eq!(scene.published(), [6, 5, 4, 3, 2, 1], "{next}");
    }
}

#[test]
fn point_2_a_page_that_is_not_there_is_told_and_comes_with_the_next_time() {
    let scene = Scene::new();
    scene.page("/feed.xml", &[6, 5], "/2.xml");
    scene.page("/3.xml", &[2, 1], "");
    let report = scene.import();
    assert_eq!((numbers(&report), scene.asked()), ([2, 0, 0], vec!["/feed.xml".into(), "/2.xml".into()]), "{report}");
    assert!(told(&report, &scene.web.url("/2.xml")).contains("404"), "{report}");
    scene.page("/2.xml", &[4, 3], "/3.xml");
    assert_eq!(numbers(&scene.import()), [4, 0, 2]);
    // Neither a page that is away again nor one that is no feed takes anything away.
    scene.web.remove("/2.xml");
    assert_eq!(numbers(&scene.import()), [0, 0, 2]);
    scene.web.put("/2.xml", "text/html", "<!doctype html><html><body>Listen!</body></html>");
    let report = scene.import();
    assert!(!told(&report, &scene.web.url("/2.xml")).is_empty() && numbers(&report) == [0, 0, 2], "{report}");
    assert_eq!(scene.published(), [6, 5, 4, 3, 2, 1]);
}

#[test]
fn point_2_pages_without_end_are_read_as_far_as_five_hundred() {
    let scene = Scene::new();
    scene.page("/feed.xml", &[1], "/2.xml");
    for n in 2..=510 {
        scene.page(&format!("/{n}.xml"), &[n], &format!("/{}.xml", n + 1));
    }
    let report = scene.import();
    assert!(told(&report, &scene.web.url("/501.xml")).contains("more than 500 pages"), "{}", report["problems"]);
    assert_eq!((numbers(&report), scene.asked().len()), ([500, 0, 0], 500));
}
