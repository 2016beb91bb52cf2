//! Issue 6, point 2: a show of a spodcat site comes with what its API says besides the feed, comments too. The answers are those
//! that spodcat 0.11.0 gave (tests/fixtures/spodcat); of two episodes nobody recorded one, and the feed has to do.

use hearthcast_tests::harbour::{cover, mp3, numbers, text};
use hearthcast_tests::{Elsewhere, Laptop, Server, curl, scratch};
use serde_json::{Value, json};
use std::path::Path;

const FIRST: &str = "64456abe-6890-55b2-9b4a-c96d852be85d";
const POST: &str = "0e54b2ba-3698-599c-9a86-70c56871b143";

const JSON_API: &str = "application/vnd.api+json";

fn recorded(web: &Elsewhere, name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/spodcat").join(name);
    let told = std::fs::read_to_string(file).expect("a recorded answer");
    let here = |host: &str, text: String| text.replace(&format!("https://{host}.example.org"), web.origin());
    here("media", here("backend", told))
}

/// The site, with everything that was recorded of it.
fn site(folder: &Path) -> Elsewhere {
    let web = Elsewhere::start();
    let api = JSON_API;
    for (path, mime, name) in [
        ("/podcasts/test-podcast/".to_string(), api, "podcast-detail.json"),
        (
            "/podcasts/test-podcast/?include=contents,links,seasons,categories".into(),
            api,
            "podcast-detail-include-all.json",
        ),
        ("/podcasts/test-podcast/rss/".into(), "application/xml", "rss.xml"),
        (
            format!("/episodes/{FIRST}/?include=songs.artists,comments,videos,season"),
            api,
            "episode-detail-include.json",
        ),
        (format!("/episodes/{FIRST}/chapters/"), "application/json+chapters", "chapters.json"),
        (format!("/posts/{POST}/?include=comments,videos"), api, "post-detail.json"),
    ] {
        web.put(&path, mime, recorded(&web, name));
    }
    let picture = cover(folder);
    let images = "/test-podcast/images/";
    for name in ["cover.png", "episodes/episode.jpg", "episodes/1-episode-1-radio-feeds/chapters/chapter.jpg"] {
        web.put(&format!("{images}{name}"), "image/jpeg", picture.clone());
    }
    for n in 1..=3 {
        web.put(&format!("/test-podcast/episodes/ep{n}.mp3"), "audio/mpeg", mp3(folder, &n.to_string()));
    }
    web
}

#[test]
fn point_2_a_show_of_spodcat_comes_with_songs_seasons_links_and_posts() {
    let folder = scratch();
    let (web, laptop) = (site(folder.path()), Laptop::new(folder.path()));
    let address = web.url("/podcasts/test-podcast/");
    let report = laptop.speak(&["import", &address, "--allow-local"]).last;
    assert_eq!(numbers(&report), [4, 0, 0], "three episodes and a post: {report}");
    let problems = report["problems"].as_array().expect("a list");
    let asked = problems.iter().filter(|problem| text(&problem["url"]).contains("/?include=songs.artists")).count();
    assert_eq!(asked, 2, "what nobody recorded is told: {report}");
    assert_eq!(report["comments"], 1, "{report}");

    let show = text(&report["slug"]).to_string();
    let got = laptop.ask(&["show", "get", &show])["show"].clone();
    assert_eq!(got["title"], "The 3 & Co. Podcast");
    assert_eq!(got["tagline"], "A tagline with <angle> & \"quotes\"");
    assert_eq!(
        got["description"]["source"],
        "# About\n\nA podcast about *radio* & feeds.\n\n[site](https://example.org/)"
    );
    assert!(got["description"]["form"].is_null(), "Markdown is what needs no word: {got}");
    assert_eq!(got["notes_suffix"]["source"], "Support us at [our site](https://example.org/support).");
    let links: Vec<&Value> = got["links"].as_array().expect("links").iter().collect();
    assert_eq!(
        (&links[0]["label"], &links[0]["url"], &links[0]["icon"]),
        (&json!("Patreon"), &json!("https://patreon.com/x"), &json!("patreon"))
    );
    assert_eq!((&got["seasons"][0]["number"], &got["seasons"][0]["name"]), (&json!(1), &json!("First season")));

    let first = laptop.ask(&["episode", "get", &show, "1-episode-1-radio-feeds"])["episode"].clone();
    assert_eq!(first["guid"], FIRST);
    assert!(text(&first["notes"]["source"]).starts_with("Notes for **episode 1**.\n"), "as it was typed: {first}");
    let song = json!({"start_ms": 5000, "end_ms": 8000, "title": "Test Song", "artists": ["DJ Ö", "The Testers"], "comment": "live"});
    assert_eq!(first["songs"], json!([song]));
    let chapters: Vec<&str> =
        first["chapters"].as_array().expect("chapters").iter().map(|one| text(&one["title"])).collect();
    assert_eq!(chapters, ["Intro", "Main & part"], "the song is a song");
    assert!(first["chapters"][1]["picture"]["file"]["hash"].is_string(), "{first}");
    assert_eq!((&first["videos"][0]["video"], &first["season_name"]), (&json!("dQw4w9WgXcQ"), &json!("First season")));
    assert!(first["audio"]["hash"].is_string() && first["image"]["hash"].is_string(), "{first}");
    let third = laptop.ask(&["episode", "list", &show])["episodes"].to_string();
    assert!(third.contains("Episode 3: Rådio & <feeds>"), "the feed has to do: {third}");
    let post = laptop.ask(&["episode", "get", &show, "a-blog-post"])["episode"].clone();
    assert_eq!(
        (&post["kind"], &post["notes"]["source"], &post["draft"]),
        (&json!("post"), &json!("Post *text*."), &json!(false))
    );
    assert_eq!(post["guid"], POST);

    let again = laptop.speak(&["import", &address]).last;
    assert_eq!(numbers(&again), [0, 0, 4], "{again}");

    // A site that does not answer for once takes nothing away.
    web.put(
        &format!("/episodes/{FIRST}/?include=songs.artists,comments,videos,season"),
        "text/plain",
        b"busy".to_vec(),
    );
    let later = laptop.speak(&["import", &address]).last;
    assert_eq!(numbers(&later), [0, 0, 4], "{later}");
    let first = laptop.ask(&["episode", "get", &show, "1-episode-1-radio-feeds"])["episode"].clone();
    assert_eq!((&first["songs"], &first["season_name"]), (&json!([song]), &json!("First season")));
}

/// Who wrote what, and when, as everybody reads it at a server.
fn public(server: &Server) -> Vec<[String; 3]> {
    let (_, list) = curl(&[&format!("{}/comments/", server.origin())]);
    let all = list["data"].as_array().expect("a list").iter();
    all.map(|one| ["name", "text", "created"].map(|name| text(&one["attributes"][name]).to_string())).collect()
}

#[test]
fn point_2_comments_of_a_spodcat_site_come_along_and_are_read_at_the_server() {
    let folder = scratch();
    let (web, mut laptop) = (site(folder.path()), Laptop::new(folder.path()));
    let server = Server::start(&folder.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    // The recorded comment of the episode, and under the post another one with the same number.
    let json_of = |name: &str| serde_json::from_str::<Value>(&recorded(&web, name)).expect("JSON");
    let (mut post, mut comment) = (json_of("post-detail.json"), json_of("comment-detail.json")["data"].clone());
    comment["attributes"]["name"] = json!("Dave");
    comment["attributes"]["text"] = json!("Thanks <script>to</script> you");
    comment["attributes"]["created"] = json!("2026-11-01T09:30:00Z");
    post["included"] = json!([comment]);
    web.put(&format!("/posts/{POST}/?include=comments,videos"), JSON_API, post.to_string());

    let address = web.url("/podcasts/test-podcast/");
    let looked_at = laptop.speak(&["import", &address, "--allow-local", "--dry-run"]);
    assert_eq!(looked_at.last["comments"], 2, "{}", looked_at.last);
    let report = laptop.speak(&["import", &address, "--allow-local"]).last;
    assert_eq!((numbers(&report), &report["comments"]), ([4, 0, 0], &json!(2)), "{report}");
    let show = text(&report["slug"]).to_string();
    assert_eq!(laptop.ask(&["show", "get", &show])["show"]["comments"], "approved", "as there");
    let listed = |state: &str| laptop.ask(&["comments", &show, "list", "--state", state])["comments"].clone();
    let waiting = listed("approved");
    let about: Vec<&str> = waiting.as_array().expect("a list").iter().map(|row| text(&row["about_title"])).collect();
    assert_eq!(about, ["A blog post", "Episode 1: Rådio & <feeds>"], "newest first");
    assert_eq!((&waiting[0]["unsent"], &waiting[0]["target"]), (&json!(true), &json!("")), "no server has them");
    assert_eq!(laptop.speak(&["import", &address]).last["comments"], 0, "each comes once");

    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    laptop.mean(&["publish", &show]);
    let carol = ["Carol", "Nice **episode**!\nThanks", "2026-10-30T08:00:00Z"].map(String::from);
    let dave = ["Dave", "Thanks to you", "2026-11-01T09:30:00Z"].map(String::from);
    assert_eq!(public(&server), [carol, dave.clone()]);
    let episode = text(&waiting[1]["comment"]["about"]);
    let (_, told) = curl(&[&format!("{}/episodes/{episode}/?include=comments", server.origin())]);
    assert_eq!(told["data"]["relationships"]["comments"]["meta"]["count"], 1, "{told}");
    let of_episode = told["included"].as_array().expect("a list").iter().find(|one| one["type"] == "comment");
    let html = "<p>Nice <strong>episode</strong>!<br>\nThanks</p>";
    assert_eq!(of_episode.expect("it is there")["attributes"]["text-html"], html);
    let there: Vec<(Value, Value)> = listed("approved")
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| (row["comment"]["number"].clone(), row["unsent"].clone()))
        .collect();
    assert_eq!(there, [(json!(2), json!(false)), (json!(1), json!(false))]);

    // What the author decides since then holds, whatever is imported, synced and published again.
    let decided = laptop.ask(&["comments", &show, "reject", "1"]);
    assert_eq!((&decided["changed"], &decided["told"]), (&json!(1), &json!(true)));
    assert_eq!(public(&server), std::slice::from_ref(&dave));
    assert_eq!(laptop.speak(&["import", &address]).last["comments"], 0);
    laptop.ask(&["sync"]);
    laptop.ask(&["show", "set", &show, "tagline=Another one"]);
    laptop.mean(&["publish", &show]);
    assert_eq!(public(&server), [dave]);
    assert_eq!(
        (listed("approved").as_array().map(Vec::len), listed("rejected").as_array().map(Vec::len)),
        (Some(1), Some(1))
    );
}
