//! Older paths: feeds, media and pages of before lead on where nothing of the server's own answers.

use crate::http::Reply;
use crate::scene::{Laptop, Scene, Story, publish, sound};
use hearthcast_model::Sha256;
use hearthcast_model::legacy::LegacyPath;
use hearthcast_model::rule::{AudioMode, Sound};

struct Act {
    scene: Scene,
    laptop: Laptop,
    story: Story,
}

fn act() -> Act {
    let scene = Scene::new();
    let laptop = scene.paired();
    let mut story = Story::new(&scene, &laptop, "keeper");
    story.episode("The first step", scene.now_ms() - 3_600_000, sound(5_000, 1), Some(1_000));
    story.upload(&scene, &laptop);
    Act { scene, laptop, story }
}

impl Act {
    fn publish(&mut self, version: u64, paths: &[(&str, &str, u16)]) -> Reply {
        let path = |(from, to, status): &(&str, &str, u16)| LegacyPath {
            from: (*from).into(),
            to: (*to).into(),
            status: *status,
        };
        self.story.paths = paths.iter().map(path).collect();
        publish(&self.scene, &self.laptop, &self.story.request(version, self.scene.now_ms()))
    }

    fn leads_to(&self, path: &str) -> (u16, String) {
        let answer = self.scene.get(path, &[]);
        (answer.status, answer.header("location").to_string())
    }
}

#[test]
fn older_feeds_media_and_pages_lead_on() {
    let mut act = act();
    let feed = "https://pod.example/podcasts/keeper/rss/";
    let media = "https://cdn.example/old/";
    let all = [
        ("/feed.xml", "/podcasts/keeper/rss/", 301),
        ("/podcasts/old-name/rss/", "/podcasts/keeper/rss/", 301),
        ("/m/*", "https://cdn.example/old/*", 302),
        ("/wp-content/uploads/*", "https://cdn.example/old/*", 302),
        ("/show/*", "https://pod.example/", 301),
        // What answers by itself goes on doing so.
        ("/podcasts/keeper/rss/", "https://cdn.example/not-this", 301),
        ("/podcasts/", "https://cdn.example/not-this", 301),
    ];
    act.publish(1, &all).expect(200);
    assert_eq!(act.leads_to("/feed.xml"), (301, feed.into()));
    assert_eq!(act.leads_to("/podcasts/old-name/rss/"), (301, feed.into()));
    assert_eq!(act.leads_to("/m/x/one.mp3"), (302, format!("{media}x/one.mp3")));
    assert_eq!(act.leads_to("/wp-content/uploads/2019/a%20b.mp3?x=1"), (302, format!("{media}2019/a%20b.mp3?x=1")));
    assert_eq!(act.leads_to("/wp-content/uploads///evil.example/a"), (302, format!("{media}//evil.example/a")));
    assert_eq!(act.leads_to("/show/episode-1/"), (301, "https://pod.example/".into()));
    act.scene.get("/podcasts/keeper/rss/", &[]).expect(200);
    act.scene.get("/podcasts/", &[]).expect(200);
    for nothing in ["/feed.xml/", "/feed", "/wp-content/uploads", "/Feed.xml", "/elsewhere"] {
        assert_eq!(act.leads_to(nothing).0, 404, "{nothing}");
    }
    let head = crate::http::send(act.scene.addr(), "HEAD", "/feed.xml", &[], b"").expect(301);
    assert_eq!(head.header("location"), feed);

    act.scene.stop();
    act.scene.start();
    assert_eq!(act.leads_to("/feed.xml"), (301, feed.into()), "kept over a restart");
    act.publish(2, &[]).expect(200);
    assert_eq!(act.leads_to("/feed.xml").0, 404, "what is taken back is gone");
}

#[test]
fn older_paths_below_the_collections_lead_on_where_no_object_answers() {
    let mut act = act();
    let first = act.story.episodes[0].id.clone();
    let (page, media) = ("https://pod.example/podcasts/keeper/", "https://cdn.example/old/");
    let all = [
        ("/episodes/old-name.html", "/podcasts/keeper/", 301),
        ("/episodes/2019/*", "https://cdn.example/old/*", 302),
        ("/podcasts/old-show/", "/podcasts/keeper/", 301),
        ("/posts/*", "https://pod.example/podcasts/keeper/", 301),
        ("/api/*", "https://cdn.example/old/*", 302),
        ("/e/*", "https://cdn.example/old/*", 302),
        // Live objects go on answering.
        (&format!("/episodes/{first}/"), "https://cdn.example/not-this", 301),
        (&format!("/episodes/{first}"), "https://cdn.example/not-this", 301),
        ("/podcasts/*", "https://cdn.example/not-this", 301),
        ("/podcasts/keeper/", "https://cdn.example/not-this", 301),
        ("/episodes/", "https://cdn.example/not-this", 301),
    ];
    act.publish(1, &all).expect(200);
    for (path, status, to) in [
        ("/episodes/old-name.html", 301, page.to_string()),
        ("/episodes/2019/one.html", 302, format!("{media}one.html")),
        ("/podcasts/old-show/", 301, page.into()),
        ("/posts/about-us.html", 301, page.into()),
        ("/posts/018f0000-0000-7000-8000-000000000001/", 301, page.into()),
        ("/api/v1/nothing", 302, format!("{media}v1/nothing")),
        ("/e/old/one.mp3", 302, format!("{media}old/one.mp3")),
    ] {
        assert_eq!(act.leads_to(path), (status, to), "{path}");
    }
    for live in [format!("/episodes/{first}/"), "/podcasts/keeper/".into(), "/episodes/".into(), "/posts/".into()] {
        act.scene.get(&live, &[]).expect(200);
    }
    for slashless in [format!("/episodes/{first}"), "/podcasts/keeper".into()] {
        assert!(act.leads_to(&slashless).1.starts_with("./"), "{slashless} leads to itself");
    }
    // What has no older path says so as its collection does; nobody is led on who wants to change something.
    let nothing = act.scene.get("/episodes/other-name.html/", &[]).expect(404);
    assert_eq!(nothing.header("content-type"), "application/vnd.api+json");
    let posted = crate::http::send(act.scene.addr(), "POST", "/episodes/old-name.html", &[], b"{}");
    assert!((400..500).contains(&posted.status), "{}", posted.status);
}

#[test]
fn a_query_goes_along_to_another_server_and_is_left_out_here() {
    let mut act = act();
    let all = [
        ("/feed.xml", "/podcasts/keeper/rss/", 301),
        ("/whole.xml", "https://pod.example/podcasts/keeper/rss/", 301),
        ("/near.mp3", "https://pod.example.org/a.mp3", 302),
        ("/files/*", "https://cdn.example/old/*", 302),
        ("/said", "https://cdn.example/?p=1", 302),
    ];
    act.publish(1, &all).expect(200);
    let feed = "https://pod.example/podcasts/keeper/rss/";
    for (path, to) in [
        ("/feed.xml?utm_source=x", feed),
        ("/whole.xml?p=12", feed),
        ("/near.mp3?token=a%20b", "https://pod.example.org/a.mp3?token=a%20b"),
        ("/files/a.mp3?token=1&part=2", "https://cdn.example/old/a.mp3?token=1&part=2"),
        ("/files/a.mp3?", "https://cdn.example/old/a.mp3"),
        ("/said?p=2", "https://cdn.example/?p=1"),
    ] {
        assert_eq!(act.leads_to(path).1, to, "{path}");
    }
    for climbing in ["/files/../secret", "/files/%2e%2E/secret", "/files/a/..", "/files/./a.mp3"] {
        assert_eq!(act.leads_to(climbing).0, 404, "{climbing}");
    }
}

#[test]
fn an_older_path_over_our_own_files_takes_nothing_from_what_answers() {
    let mut act = act();
    let (episode, bytes) = (act.story.episodes[0].id.clone(), sound(5_000, 1));
    let all = [("/m/*", "https://cdn.example/not-this/*", 302), ("/e/*", "https://cdn.example/not-this/*", 302)];
    act.publish(1, &all).expect(200);
    let (hash, stable) = (Sha256::of(&bytes), format!("/e/{episode}/audio.mp3"));
    let file = format!("/m/{hash}/the-first-step.mp3");
    let tag = format!("\"{hash}\"");
    for path in [&file, &stable] {
        act.scene.get(path, &[("If-None-Match", &tag)]).expect(304);
    }
    let there = "https://cdn.example/a//media/one.mp3".to_string();
    act.story.sound = Sound { mode: AudioMode::Redirect, elsewhere: [(hash, there)].into() };
    act.publish(2, &all).expect(200);
    assert_eq!(act.leads_to(&stable), (302, "https://cdn.example/a/media/one.mp3".into()));
}

#[test]
fn a_laptops_word_is_looked_at_again() {
    let mut act = act();
    for bad in [
        ("/a", "//evil.example", 301),
        ("/a", "javascript:alert(1)", 301),
        ("/a*", "https://cdn.example*", 301),
        ("/a", "https://cdn.example/\r\nSet-Cookie: a=b", 301),
        ("/a", "/b", 200),
        ("/", "/b", 301),
        ("/sync/v1/hello", "/b", 301),
        ("a", "/b", 301),
    ] {
        assert_eq!(act.publish(1, &[bad]).expect(422).code(), "field.invalid", "{bad:?}");
    }
}
