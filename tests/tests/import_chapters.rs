//! Issue 6, points 1 and 2: the pictures and places of chapters come along, from the feed and from files of chapters, and leave again;
//! what such a file says that Hearthcast does not keep is told.

use hearthcast_tests::harbour::{cover, feed, item, mp3, numbers, text};
use hearthcast_tests::{Elsewhere, Laptop, file_url, output, scratch};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

#[test]
fn point_2_pictures_of_chapters_come_along_and_stay_when_chapters_are_said_anew() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let canary = TcpListener::bind("127.0.0.1:0").expect("a port");
    canary.set_nonblocking(true).expect("a socket can be told");
    let inner = canary.local_addr().expect("an address");
    let (sound, picture) = (mp3(folder.path(), "One"), cover(folder.path()));
    web.put("/a.mp3", "audio/mpeg", sound.clone());
    web.put("/p/one.jpg", "image/jpeg", picture.clone());
    web.put("/cover.jpg", "image/jpeg", picture.clone());
    web.put("/p/two.jpg", "image/jpeg", picture);
    let chapters = format!(
        r#"{{"version":"1.2.0","chapters":[{{"startTime":0,"title":"Begin","img":"../p/two.jpg"}},{{"startTime":6,"title":"In","img":"http://{inner}/x.jpg"}}]}}"#
    );
    web.put("/c/2.json", "application/json+chapters", chapters);
    let psc = r#"<psc:chapters xmlns:psc="http://podlove.org/simple-chapters" version="1.2"><psc:chapter start="0" title="Begin" image="/p/one.jpg"/>
        <psc:chapter start="3" title="Fog"/><psc:chapter start="6" title="The sea" image="/p/one.jpg"/></psc:chapters>"#;
    let file = r#"<podcast:chapters url="/c/2.json" type="application/json+chapters"/>"#;
    let of = |psc: &str| {
        feed(
            r#"<itunes:image href="/cover.jpg"/>"#,
            &[item(2, "a.mp3", sound.len(), file), item(1, "a.mp3", sound.len(), psc)],
        )
    };
    web.put("/feed.xml", "application/rss+xml", of(psc));
    let address = web.url("/feed.xml");
    let first = laptop.speak(&["import", &address, "--allow-local"]);
    assert_eq!(
        (first.code, &first.last["files"]["failed"]),
        (Some(1), &1.into()),
        "only the inner one: {}",
        first.last
    );
    let show = text(&first.last["slug"]).to_string();
    let pictures = |which: &str| -> Vec<bool> {
        let episode = laptop.ask(&["episode", "get", &show, which])["episode"].clone();
        let chapters = episode["chapters"].as_array().expect("chapters").clone();
        chapters.iter().map(|chapter| chapter["picture"]["file"]["hash"].is_string()).collect()
    };
    assert_eq!((pictures("episode-1"), pictures("episode-2")), (vec![true, false, true], vec![true, false]));
    assert_eq!(web.asked("/p/one.jpg").len(), 1, "two chapters, one picture");

    // Again: nothing is asked for but the feed, nothing changes.
    let before = laptop.ask(&["episode", "get", &show, "episode-1"]);
    web.forget();
    let again = laptop.speak(&["import", &address]).last;
    assert_eq!((numbers(&again), web.asked("/p/").len()), ([0, 0, 2], 0), "{again}");
    assert_eq!(laptop.ask(&["episode", "get", &show, "episode-1"]), before);

    // A chapter is called otherwise there: its picture stays, and nobody changed it here.
    web.put("/feed.xml", "application/rss+xml", of(&psc.replace("The sea", "All seas")));
    let update = laptop.speak(&["import", &address]).last;
    assert_eq!(numbers(&update), [0, 1, 1], "{update}");
    let kept = |field: &Value| field["kept"] == Value::Bool(true);
    assert!(!update["changes"][0]["fields"].as_array().expect("fields").iter().any(kept), "{update}");
    assert_eq!(pictures("episode-1"), [true, false, true]);

    let www = folder.path().join("www");
    std::fs::create_dir_all(&www).expect("a folder");
    laptop.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    laptop.ask(&["publish", &show]);
    let written = www.join("feeds").join(&show).join("feed.xml");
    let said = |path: &str| {
        let said = output(Command::new("xmllint").args(["--nonet", "--xpath", path]).arg(&written));
        said.trim().strip_prefix("https://pods.example.org/").unwrap_or_else(|| panic!("ours: {said}")).to_string()
    };
    let image = said("string(//*[local-name()='chapter'][@title='All seas']/@image)");
    assert!(www.join(&image).exists(), "{image}");
    assert!(canary.accept().is_err(), "nobody came");

    // Apps that read the file of chapters, which is what most do, find the same pictures.
    for (which, title) in [("episode-1", "All seas"), ("episode-2", "Begin")] {
        let guid = laptop.ask(&["episode", "get", &show, which])["episode"]["guid"].clone();
        let item = format!("//item[guid='{}']", text(&guid));
        let file = said(&format!("string({item}/*[name()='podcast:chapters']/@url)"));
        let read: Value = serde_json::from_slice(&std::fs::read(www.join(file)).expect("the file")).expect("JSON");
        let found = read["chapters"].as_array().expect("chapters").iter().find(|one| one["title"] == title);
        let img = text(&found.expect("the chapter")["img"]);
        let image = said(&format!("string({item}//*[local-name()='chapter'][@title='{title}']/@image)"));
        assert_eq!(img, format!("https://pods.example.org/{image}"), "{read}");
        assert_eq!(
            read["chapters"].as_array().map(|all| all.iter().filter(|one| one["img"].is_string()).count()),
            Some(pictures(which).into_iter().filter(|has| *has).count()),
            "{read}"
        );
        let kept = laptop.ask(&["episode", "get", &show, which])["episode"]["chapters"].clone();
        let kept = kept.as_array().expect("chapters").iter().find(|one| one["title"] == title).cloned();
        let sum = output(Command::new("sha256sum").arg(www.join(&image)));
        assert_eq!(sum.get(..64), kept.expect("kept")["picture"]["file"]["hash"].as_str(), "the picture's bytes");
    }
    let plan = laptop.ask(&["plan", &show]);
    assert_eq!(
        (text(&plan["sentence"]), &plan["steps"]),
        ("Everything is published; nothing to do.", &json!([])),
        "the same file comes out again: {plan}"
    );
}

#[test]
fn point_2_what_a_chapters_file_says_and_nothing_keeps_is_told() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let sound = mp3(folder.path(), "One");
    web.put("/a.mp3", "audio/mpeg", sound.clone());
    // A member of every kind (JSON chapters 1.2); the title is what the feed calls the show.
    let told = r#"{"version":"1.2.0","podcastName":"Harbour talk","fileName":"one.mp3","waypoints":true,"chapters":[
        {"startTime":0,"title":"Begin","img":"ftp://elsewhere.example/1.jpg"},
        {"startTime":3,"title":"Paris","endTime":5,"toc":false,"url":"https://a.example/","location":{"name":"Eiffel Tower","geo":"geo:48.858093,2.294694","osm":"W5013364","country":"FR"}}]}"#;
    let kept = r#"{"version":"1.2.0","title":"Harbour talk","chapters":[{"startTime":0,"title":"Begin"}]}"#;
    let files = [("/c/1.json", told), ("/c/2.json", kept)];
    let item = |n: usize| {
        let file = format!(r#"<podcast:chapters url="/c/{n}.json" type="application/json+chapters"/>"#);
        item(n, "a.mp3", sound.len(), &file)
    };
    for (path, chapters) in files {
        web.put(path, "application/json+chapters", chapters);
    }
    web.put("/feed.xml", "application/rss+xml", feed("", &[item(2), item(1)]));
    let report = laptop.ask(&["import", &web.url("/feed.xml"), "--allow-local"]);
    let findings = report["findings"].as_array().expect("a list");
    let [finding] = findings.iter().filter(|one| one["code"] == "chapters_left_out").collect::<Vec<_>>()[..] else {
        panic!("one file says more than is kept: {report}")
    };
    assert_eq!(
        (text(&finding["url"]), text(&finding["message"])),
        (
            web.url("/c/1.json").as_str(),
            "Its chapters file says more than is kept here: 1 × img, 1 × location.country, fileName, waypoints."
        ),
        "{report}"
    );
    let got = laptop.ask(&["episode", "get", text(&report["slug"]), "episode-1"]);
    let tower = json!({"name": "Eiffel Tower", "geo": "geo:48.858093,2.294694", "osm": "W5013364"});
    assert_eq!(
        got["episode"]["chapters"][1],
        json!({"start_ms": 3_000, "end_ms": 5_000, "title": "Paris", "url": "https://a.example/", "hidden": true, "location": tower}),
        "everything else is kept: {got}"
    );
}

#[test]
fn point_1_places_of_chapters_come_along_are_published_and_leave_with_the_show() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let sound = mp3(folder.path(), "One");
    web.put("/a.mp3", "audio/mpeg", sound.clone());
    web.put("/cover.jpg", "image/jpeg", cover(folder.path()));
    // The places of jsonChapters.md and of location.md of the podcast namespace.
    let given = json!([
        {"startTime": 0, "title": "Begin"},
        {"startTime": 3, "toc": false, "location": {"name": "Eiffel Tower, Paris", "geo": "geo:42.3417649,-70.9661596"}},
        {"startTime": 6, "title": "Texas", "location": {"name": "Austin, TX", "geo": "geo:30.2672,97.7431", "osm": "R113314"}}
    ]);
    web.put("/c/1.json", "application/json+chapters", json!({"version": "1.2.0", "chapters": given}).to_string());
    let file = r#"<podcast:chapters url="/c/1.json" type="application/json+chapters"/>"#;
    let items = [item(1, "a.mp3", sound.len(), file)];
    web.put("/feed.xml", "application/rss+xml", feed(r#"<itunes:image href="/cover.jpg"/>"#, &items));
    let report = laptop.ask(&["import", &web.url("/feed.xml"), "--allow-local"]);
    let told = report["findings"].as_array().expect("a list");
    assert!(!told.iter().any(|finding| finding["code"] == "chapters_left_out"), "all of it is kept: {report}");
    let show = text(&report["slug"]).to_string();
    let kept = |laptop: &Laptop| laptop.ask(&["episode", "get", &show, "episode-1"])["episode"]["chapters"].clone();
    let places = |chapters: &Value| -> Vec<Value> {
        chapters.as_array().expect("chapters").iter().map(|one| one["location"].clone()).collect()
    };
    let before = kept(&laptop);
    assert_eq!(places(&before), places(&given), "{before}");

    let www = folder.path().join("www");
    std::fs::create_dir_all(&www).expect("a folder");
    laptop.ask(&["target", "add", &show, "web", &file_url(&www), "--public-url", "https://pods.example.org/"]);
    laptop.ask(&["publish", &show]);
    let path = "string(//*[name()='podcast:chapters']/@url)";
    let written = www.join("feeds").join(&show).join("feed.xml");
    let said = output(Command::new("xmllint").args(["--nonet", "--xpath", path]).arg(&written));
    let public = www.join(said.trim().strip_prefix("https://pods.example.org/").expect("ours"));
    let read: Value = serde_json::from_slice(&std::fs::read(&public).expect("the file")).expect("JSON");
    assert_eq!(read, json!({"version": "1.2.0", "chapters": given}), "what came goes out");

    // Others say nothing of places; taken back, and read from the public file, they are there again.
    let list = folder.path().join("list.txt");
    std::fs::write(&list, "0:00 Begin\n0:03 Harbour\n").expect("a text");
    let set = |file: &Path| {
        let chapters = format!("chapters={}", file.display());
        laptop.ask(&["episode", "set", &show, "episode-1", &chapters]);
    };
    set(&list);
    assert_eq!(places(&kept(&laptop)), [Value::Null, Value::Null]);
    laptop.undo();
    assert_eq!(kept(&laptop), before, "taken back");
    set(&list);
    set(&public);
    assert_eq!(kept(&laptop), before, "read from the public file");

    let (out, elsewhere) = (folder.path().join("out"), scratch());
    let out = out.to_str().expect("temporary folders have plain names");
    laptop.ask(&["export", &show, out]);
    let other = Laptop::new(elsewhere.path());
    other.ask(&["import", out]);
    assert_eq!(kept(&other), before, "and they leave with the show");
}
