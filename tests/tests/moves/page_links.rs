//! Pages of episodes at the old host, once the show's server answers there: their addresses lead to the website's pages, and the feed
//! names those. The judges are curl and libxml2.

use crate::scene::{leads, read, text, xpath};
use hearthcast_tests::{Elsewhere, Laptop, Server, scratch, sound};
use serde_json::Value;

/// The state of each page, by its old address.
fn states(found: &Value) -> Vec<(&str, &str)> {
    let links = found["links"].as_array().expect("a list");
    let mut all: Vec<_> = links.iter().map(|link| (text(&link["old"]), text(&link["state"]))).collect();
    all.sort_unstable();
    all
}

#[test]
fn point_2_old_pages_of_episodes_lead_to_the_websites_once_it_serves_them() {
    let place = scratch();
    let (old, site, alias) = (Elsewhere::start(), Elsewhere::start(), Elsewhere::start());
    let server = Server::start(&place.path().join("server"));
    let (file, picture) = (place.path().join("one.mp3"), place.path().join("cover.jpg"));
    sound::mp3(&file, 6, "Sound");
    sound::cover(&picture);
    let (bytes, cover) = (std::fs::read(&file).expect("it was made"), std::fs::read(&picture).expect("it was made"));
    old.put("/one.mp3", "audio/mpeg", bytes.clone());
    old.put("/cover.jpg", "image/jpeg", cover);
    let here = server.origin();
    let pages = [
        ("One", format!("{here}/2020/one.html")),
        ("Two", format!("{here}/2020/two.html")),
        ("Three", format!("{here}/?p=3")),
        ("Four", "https://elsewhere.example.org/four".to_string()),
        ("Five", alias.url("/five.html")),
        ("Six", String::new()),
    ];
    let items: Vec<String> = pages
        .iter()
        .enumerate()
        .map(|(n, (title, link))| {
            let link = if link.is_empty() { String::new() } else { format!("<link>{link}</link>") };
            let guid = if n == 0 { pages[0].1.clone() } else { format!("GUID-{n}") };
            format!(
                "<item><title>{title}</title>{link}<guid isPermaLink=\"{}\">{guid}</guid><pubDate>0{} Jan 2024 10:00:00 +0000</pubDate>\
                 <description>Words.</description><enclosure url=\"{}\" length=\"{}\" type=\"audio/mpeg\"/></item>",
                n == 0,
                n + 1,
                old.url("/one.mp3"),
                bytes.len()
            )
        })
        .collect();
    let feed = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\"><channel>\
         <title>Harbour</title><link>{}</link><description>Sea</description><language>en</language>\
         <itunes:author>Ada</itunes:author><itunes:explicit>false</itunes:explicit><itunes:category text=\"Arts\"/>\
         <itunes:image href=\"{}\"/>{}</channel></rss>",
        site.url("/"),
        old.url("/cover.jpg"),
        items.join("")
    );
    old.put("/rss", "application/rss+xml", feed);
    let mut laptop = Laptop::new(place.path());
    let local = [&site, &alias].map(|one| format!("--allow-local={}", one.origin()));
    laptop.ask(&["import", &old.url("/rss"), "--allow-local", &local[0], &local[1]]);
    let show = "harbour";
    let refused = laptop.speak(&["show", "links", show]);
    assert_eq!((refused.code, text(&refused.last["code"])), (Some(2), "target.invalid"), "{}", refused.last);
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", show, "home", &format!("server+{here}")]);
    laptop.ask(&["publish", show]);
    let feed_url = format!("{here}/podcasts/{show}/rss/");
    let published = read(&feed_url);
    // Another host name of the same server: it gives the same feed.
    alias.put(&format!("/podcasts/{show}/rss/"), "application/rss+xml", published.clone());

    let found = laptop.ask(&["show", "links", show]);
    assert_eq!((found["links"].as_array().map(Vec::len), &found["elsewhere"]), (Some(4), &1.into()), "{found}");
    for bad in ["/episodes/{slug}", "https://www.example.org/", "https://www.example.org/{title}"] {
        assert_eq!(laptop.speak(&["show", "links", show, "--redirect", bad]).code, Some(2), "{bad}");
    }
    // A host that is none of the show's gets nobody.
    let strange = laptop.speak(&["show", "links", show, "--redirect", "https://strange.example.org/{slug}", "--plan"]);
    assert!(states(&strange.last).iter().all(|(_, state)| *state == "stays"), "{}", strange.last);

    site.put("/episodes/one/", "text/html", "One");
    site.put("/episodes/five/", "text/html", "Five");
    let pattern = site.url("/episodes/{slug}/");
    let planned = laptop.speak(&["show", "links", show, "--redirect", &pattern, "--plan"]);
    let one = [(pages[0].1.as_str(), "ready"), (&pages[1].1, "stays"), (&pages[2].1, "stays"), (&pages[4].1, "ready")];
    let mut wanted = one.to_vec();
    wanted.sort_unstable();
    assert_eq!((planned.code, states(&planned.last)), (Some(1), wanted), "{}", planned.last);
    let why = planned.last["links"].as_array().expect("a list").iter().find(|link| link["old"] == *pages[1].1);
    assert!(text(&why.expect("Two")["why"]).contains("answers 404"), "{why:?}");
    assert_eq!(
        laptop.ask(&["target", "paths", "home", "list"])["paths"],
        Value::Array(vec![]),
        "a plan changes nothing"
    );

    let done = laptop.speak(&["show", "links", show, "--redirect", &pattern]);
    assert_eq!(states(&done.last).iter().filter(|(_, state)| *state == "done").count(), 2, "{}", done.last);
    assert_eq!(leads(&pages[0].1).0, "404", "not before it is published");
    laptop.ask(&["publish", show]);
    assert_eq!(leads(&pages[0].1), ("301".into(), site.url("/episodes/one/")));
    assert_eq!(leads(&pages[1].1).0, "404", "a redirect to nothing is none");
    let now = read(&feed_url);
    let said = |feed: &str, title: &str, what: &str| xpath(feed, &format!("string(//item[title='{title}']/{what})"));
    for (title, link) in [
        ("One", site.url("/episodes/one/")),
        ("Two", pages[1].1.clone()),
        ("Three", pages[2].1.clone()),
        ("Four", pages[3].1.clone()),
        ("Five", site.url("/episodes/five/")),
        ("Six", String::new()),
    ] {
        assert_eq!(said(&now, title, "link"), link, "{title}");
        assert_eq!(said(&now, title, "guid"), said(&published, title, "guid"), "no guid changes");
    }
    // The website has another page by now.
    site.put("/episodes/two/", "text/html", "Two");
    laptop.speak(&["show", "links", show, "--redirect", &pattern]);
    laptop.ask(&["publish", show]);
    assert_eq!(leads(&pages[1].1), ("301".into(), site.url("/episodes/two/")));
    let again = laptop.ask(&["show", "links", show]);
    assert_eq!(states(&again), [(pages[2].1.as_str(), "open")], "{again}");
    // Taken back, and done once more: the older path leads there still, and the episode names the page again.
    laptop.undo();
    let link = || text(&laptop.ask(&["episode", "get", show, "two"])["episode"]["link"]).to_owned();
    assert_eq!(link(), pages[1].1);
    let once_more = laptop.speak(&["show", "links", show, "--redirect", &pattern]).last;
    assert_eq!(link(), site.url("/episodes/two/"), "{once_more}");
}
