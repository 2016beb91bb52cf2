//! Issue 6, point 2: a show of a spodcat site comes with what its API says besides the feed. The answers are those that spodcat
//! 0.11.0 gave (tests/fixtures/spodcat); of two episodes nobody recorded one, and the feed has to do.

use hearthcast_tests::harbour::{cover, mp3, numbers, text};
use hearthcast_tests::{Elsewhere, Laptop, scratch};
use serde_json::{Value, json};
use std::path::Path;

const FIRST: &str = "64456abe-6890-55b2-9b4a-c96d852be85d";
const POST: &str = "0e54b2ba-3698-599c-9a86-70c56871b143";

fn recorded(web: &Elsewhere, name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/spodcat").join(name);
    let told = std::fs::read_to_string(file).expect("a recorded answer");
    let here = |host: &str, text: String| text.replace(&format!("https://{host}.example.org"), web.origin());
    here("media", here("backend", told))
}

#[test]
fn point_2_a_show_of_spodcat_comes_with_songs_seasons_links_and_posts() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let api = "application/vnd.api+json";
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
    let picture = cover(folder.path());
    let images = "/test-podcast/images/";
    for name in ["cover.png", "episodes/episode.jpg", "episodes/1-episode-1-radio-feeds/chapters/chapter.jpg"] {
        web.put(&format!("{images}{name}"), "image/jpeg", picture.clone());
    }
    for n in 1..=3 {
        web.put(&format!("/test-podcast/episodes/ep{n}.mp3"), "audio/mpeg", mp3(folder.path(), &n.to_string()));
    }
    let address = web.url("/podcasts/test-podcast/");
    let report = laptop.speak(&["import", &address, "--allow-local"]).last;
    assert_eq!(numbers(&report), [4, 0, 0], "three episodes and a post: {report}");
    let problems = report["problems"].as_array().expect("a list");
    let asked = problems.iter().filter(|problem| text(&problem["url"]).contains("/?include=songs.artists")).count();
    assert_eq!(asked, 2, "what nobody recorded is told: {report}");
    assert!(report["repairs"].to_string().contains("1 comments"), "{report}");

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
