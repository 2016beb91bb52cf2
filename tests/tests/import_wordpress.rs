//! Issue 6, point 2: the export of a site of WordPress brings what its feed does not have, and a show that is told of by several
//! sources is the same in whatever order they are read.

use hearthcast_tests::harbour::{all, cover, feed, item, mp3, text};
use hearthcast_tests::wordpress::{export, field, post};
use hearthcast_tests::{Elsewhere, Laptop, output, scratch};
use serde_json::Value;
use std::process::Command;

struct Site {
    folder: tempfile::TempDir,
    web: Elsewhere,
    wxr: String,
}

const SHOW: &str = r#"<category domain="category" nicename="show"><![CDATA[Show]]></category>"#;

/// A feed with the newest episode, and the export of its site.
fn site() -> Site {
    let folder = scratch();
    let web = Elsewhere::start();
    let sounds: Vec<usize> = (1..=3)
        .map(|n| {
            let sound = mp3(folder.path(), &format!("Number {n}"));
            web.put(&format!("/{n}.mp3"), "audio/mpeg", sound.clone());
            sound.len()
        })
        .collect();
    web.put("/p.jpg", "image/jpeg", cover(folder.path()));
    let in_feed = item(2, &web.url("/2.mp3"), sounds[1], "<itunes:season>2</itunes:season>")
        .replace("tag:harbour,2 &amp; «ü»", "https://site.example/?p=2");
    web.put("/feed.xml", "application/rss+xml", feed("", &[in_feed]));
    let powerpress = |n: usize, list: &str| {
        let lines = format!("{}\n{}\naudio/mpeg\n{list}", web.url(&format!("/{n}.mp3")), sounds[n - 1]);
        format!("{SHOW}{}", field("enclosure", &lines))
    };
    let list =
        r#"a:4:{s:8:"duration";s:5:"00:12";s:8:"explicit";s:1:"1";s:10:"episode_no";s:1:"1";s:6:"season";s:1:"1";}"#;
    let comment = "<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_content><![CDATA[Nice]]></wp:comment_content></wp:comment>";
    let ssp = [
        field("audio_file", &web.url("/3.mp3")),
        field("filesize_raw", &sounds[2].to_string()),
        field("duration", "0:12"),
        field("itunes_episode_number", "3"),
        field("itunes_episode_type", "bonus"),
        field("explicit", "on"),
        field("_thumbnail_id", "90"),
    ];
    let picture = format!("<wp:attachment_url><![CDATA[{}]]></wp:attachment_url>", web.url("/p.jpg"));
    let date = |day: usize| [format!("2023-06-{day:02} 12:00:00"), format!("2023-06-{day:02} 10:00:00")];
    let (first, second, third, later) = (date(1), date(2), date(3), ["2031-06-04 12:00:00", "2031-06-04 10:00:00"]);
    let pair = |dates: &'static str| [dates, "0000-00-00 00:00:00"];
    let of = |dates: &[String; 2]| [dates[0].clone(), dates[1].clone()];
    let made = |n, kind: &str, status: &str, dates: &[String; 2], content: &str, more: &str| {
        let dates = of(dates);
        post(n, kind, status, [&dates[0], &dates[1]], content, more)
    };
    let longer = "Words about 2 & the sea, and many more words that the feed leaves out.\r\n\r\n[powerpress]\r\n\r\nLast <em>line</em>.";
    let posts = [
        made(1, "post", "publish", &first, "First\r\nline", &format!("{}{comment}", powerpress(1, list))),
        made(2, "post", "publish", &second, longer, &powerpress(2, "")),
        made(3, "podcast", "publish", &third, "<!-- wp:paragraph --><p>Block</p><!-- /wp:paragraph -->", &ssp.concat()),
        post(4, "post", "draft", pair("2023-06-05 12:00:00"), "Being written", SHOW),
        post(5, "post", "future", later, "Soon", SHOW),
        made(6, "post", "private", &first, "Mine alone", &powerpress(1, "").replace("/1.mp3", "/3.mp3")),
        made(7, "post", "trash", &first, "Gone", ""),
        made(8, "page", "publish", &first, "About", ""),
        made(90, "attachment", "inherit", &first, "", &picture),
    ];
    let wxr = folder.path().join("site.xml");
    std::fs::write(&wxr, export(&posts)).expect("a file");
    let wxr = wxr.to_str().expect("plain names").to_string();
    Site { folder, web, wxr }
}

#[test]
fn point_2_an_export_of_wordpress_brings_what_its_feed_does_not_have() {
    let site = site();
    let laptop = Laptop::new(site.folder.path());
    laptop.ask(&["import", &site.web.url("/feed.xml"), "--allow-local"]);
    let local = format!("--allow-local={}", site.web.origin());
    let report = laptop.speak(&["import", &site.wxr, &local]).last;
    assert_eq!(
        (&report["episodes_new"], &report["episodes_changed"], &report["made"]),
        (&5.into(), &1.into(), &false.into()),
        "{report}"
    );
    let told = report["repairs"].to_string();
    assert!(told.contains("1 × page, 1 × post (trash)") && told.contains("1 comments"), "{told}");
    let (title, episodes) = all(&laptop);
    assert_eq!((title.as_str(), episodes.len()), ("Harbour talk", 6), "{episodes:?}");
    let of = |n: usize| {
        let guid = format!("https://site.example/?p={n}");
        episodes.iter().find(|episode| episode["guid"] == *guid).unwrap_or_else(|| panic!("{guid} in {episodes:?}"))
    };
    let ms = |date: &str| {
        let said = output(Command::new("date").args(["-u", "+%s000", "-d", date]));
        said.trim().parse::<i64>().expect("a number")
    };
    let first = of(1);
    assert_eq!(first["publish_at_ms"], ms("2023-06-01 10:00:00Z"), "its own clock, and UTC");
    assert_eq!(
        (&first["number"], &first["season"], &first["explicit"]),
        (&1.into(), &1.into(), &true.into()),
        "{first}"
    );
    assert_eq!(first["notes"]["safe"]["html"], "<p>First<br>\nline</p>");
    assert!(first["audio"]["hash"].is_string() && first["draft"] == false);
    let second = of(2);
    assert_eq!(
        (&second["title"], &second["season"]),
        (&"Episode 2".into(), &2.into()),
        "the feed is what listeners have"
    );
    let notes = text(&second["notes"]["safe"]["html"]);
    assert!(notes.contains("<p>Last <em>line</em>.</p>") && !notes.contains("powerpress"), "the fuller notes: {notes}");
    let third = of(3);
    assert_eq!((&third["kind"], &third["number"]), (&"bonus".into(), &3.into()), "{third}");
    assert!(third["audio"]["hash"].is_string() && third["image"]["hash"].is_string(), "{third}");
    for (n, date) in [(4, Value::Null), (5, ms("2031-06-04 10:00:00Z").into()), (6, ms("2023-06-01 10:00:00Z").into())]
    {
        let draft = of(n);
        assert_eq!(
            (&draft["draft"], &draft["publish_at_ms"], &draft["kind"]),
            (&true.into(), &date, &"full".into()),
            "{draft}"
        );
    }

    // Again: neither source changes anything.
    let before = all(&laptop);
    for source in [site.web.url("/feed.xml"), site.wxr.clone()] {
        let again = laptop.ask(&["import", &source]);
        assert_eq!((&again["episodes_new"], &again["episodes_changed"]), (&0.into(), &0.into()), "{again}");
    }
    assert_eq!(all(&laptop), before);
}

/// Podlove's plugin keeps sounds in tables of its own: the export names episodes by the feed's guid, and nothing more of them.
#[test]
fn point_2_the_feed_brings_the_sounds_that_an_export_with_podloves_plugin_does_not_have() {
    let (folder, web) = (scratch(), Elsewhere::start());
    let guid = |n: usize| format!("podlove-2023-06-0{n}t10:00:00+00:00-a1b2c3");
    let items: Vec<String> = [1, 2]
        .map(|n| {
            let sound = mp3(folder.path(), &format!("Number {n}"));
            web.put(&format!("/{n}.mp3"), "audio/mpeg", sound.clone());
            item(n, &web.url(&format!("/{n}.mp3")), sound.len(), "")
                .replace(&format!("tag:harbour,{n} &amp; «ü»"), &guid(n))
        })
        .into();
    web.put("/feed.xml", "application/rss+xml", feed("", &items));
    let posts: Vec<String> = [1, 2, 3]
        .map(|n| {
            let (local, utc) = (format!("2023-06-0{n} 12:00:00"), format!("2023-06-0{n} 10:00:00"));
            post(n, "podcast", "publish", [&local, &utc], "Fuller words of it.", &field("_podlove_guid", &guid(n)))
        })
        .into();
    let wxr = folder.path().join("podlove.xml");
    std::fs::write(&wxr, export(&posts)).expect("a file");
    let (wxr, feed_url) = (wxr.to_str().expect("plain names"), web.url("/feed.xml"));
    let local = format!("--allow-local={}", web.origin());
    let mut shows = vec![];
    for (name, sources) in [("site-first", [wxr, &feed_url]), ("feed-first", [&feed_url, wxr])] {
        let laptop = Laptop::new(&folder.path().join(name));
        for source in sources {
            let report = laptop.speak(&["import", source, &local]).last;
            let told = report["repairs"].to_string();
            assert_eq!(
                told.contains("3 public episodes have no sound in the export: Podlove"),
                source == wxr,
                "{told}"
            );
        }
        let (_, episodes) = all(&laptop);
        let heard: Vec<(&str, bool)> =
            episodes.iter().map(|episode| (text(&episode["guid"]), episode["audio"]["hash"].is_string())).collect();
        assert_eq!(heard, [(guid(1).as_str(), true), (guid(2).as_str(), true), (guid(3).as_str(), false)]);
        shows.push(episodes);
    }
    assert_eq!(shows[0], shows[1], "whichever came first");
}

#[test]
fn point_2_several_sources_make_the_same_show_in_any_order() {
    let site = site();
    let feed_url = site.web.url("/feed.xml");
    // Two more files of feeds: one has an older episode, both have the second, which was renamed since.
    let save = |name: &str, more: &str, title: &str, date: &str| {
        let guid = "https://site.example/?p=2";
        let second = item(2, &site.web.url("/2.mp3"), 9, "").replace("tag:harbour,2 &amp; «ü»", guid);
        let second = second.replace("03 Jan 2024", date).replace("Episode 2", title);
        let older = item(1, &site.web.url("/1.mp3"), 9, more).replace("02 Jan 2024", "02 Jan 2020");
        let file = site.folder.path().join(name);
        std::fs::write(&file, feed("", &[second, older])).expect("a file");
        file.to_str().expect("plain names").to_string()
    };
    let older = save("older.xml", "", "As it was called", "03 Jan 2021");
    let newer = save("newer.xml", "<itunes:season>1</itunes:season>", "As it was called then", "03 Jan 2022");
    let sources = [feed_url, site.wxr.clone(), older, newer];
    let local = format!("--allow-local={}", site.web.origin());
    let mut shows = vec![];
    for (n, order) in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 0, 1], [1, 2, 3, 0]].iter().enumerate() {
        let laptop = Laptop::new(&site.folder.path().join(n.to_string()));
        let named = order.map(|at: usize| sources[at].as_str());
        let words = [&["import"][..], &named, &["--media", "none", &local]].concat();
        let report = laptop.speak(&words);
        assert_eq!(report.last["imports"].as_array().map(Vec::len), Some(4), "{}", report.last);
        shows.push(all(&laptop));
    }
    let titles: Vec<&str> = shows[0].1.iter().map(|episode| text(&episode["title"])).collect();
    assert_eq!((titles.len(), titles.contains(&"Episode 2")), (7, true), "{titles:?}");
    for show in &shows[1..] {
        assert_eq!(show, &shows[0]);
    }

    // One after the other, in commands of their own: the feed counts, whichever came first.
    let pair = |name: &str, order: [usize; 2]| {
        let laptop = Laptop::new(&site.folder.path().join(name));
        for at in order {
            laptop.speak(&["import", &sources[at], "--media", "none", &local]);
        }
        assert_eq!(laptop.ask(&["show", "list"])["shows"].as_array().map(Vec::len), Some(1), "one show");
        all(&laptop)
    };
    assert_eq!(pair("feed-first", [0, 1]), pair("site-first", [1, 0]));
}
