//! Issue 7, point 7: what pictures show is said to those who do not see it, and the page of a shared draft sends the lightest copy. The
//! judges are xmllint, curl and ImageMagick.

use hearthcast_tests::{Laptop, Server, output, scratch, sound};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Words that would break a tag or a page if they were not written as text.
const ALT: &str = "A crane over the \"quay\" & <fog>";

fn convert(to: &Path, args: &[&str]) -> String {
    output(Command::new("convert").env("LC_ALL", "C").args(args).arg(to));
    to.display().to_string()
}

fn curl(url: &str) -> String {
    output(Command::new("curl").args(["-sSf", "-g", "--max-time", "30", url]))
}

/// A show at a server, with an episode that has a picture of its own.
fn scene(folder: &Path) -> (Laptop, Server, String, String) {
    let mut laptop = Laptop::new(folder);
    let show = laptop.show("Harbour");
    let file = folder.join("one.mp3");
    sound::mp3(&file, 20, "One");
    let slug = laptop.episode(&show, "One", &file)["episode"]["slug"].as_str().expect("a slug").to_string();
    let server = Server::start(&folder.join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let picture = convert(&folder.join("wide.jpg"), &["-size", "1600x1200", "gradient:tomato-steelblue"]);
    laptop.ask(&["episode", "set", &show, &slug, &format!("image={picture}"), &format!("image_alt={ALT}")]);
    (laptop, server, show, slug)
}

fn asked(file: &Path, more: &[&str], question: &str) -> String {
    let mut xmllint = Command::new("xmllint");
    xmllint.args(["--nonet"]).args(more).args(["--xpath", question]).arg(file);
    output(&mut xmllint).trim_end_matches('\n').to_string()
}

#[test]
fn point_7_what_pictures_show_is_said_in_feed_api_and_plan_and_comes_back() {
    let place = scratch();
    let (laptop, server, show, slug) = scene(place.path());
    laptop.ask(&["show", "set", &show, "cover_alt=A lighthouse"]);
    laptop.ask(&["publish", &show]);
    let feed = place.path().join("feed.xml");
    std::fs::write(&feed, curl(&format!("{}/podcasts/{show}/rss/", server.origin()))).expect("a file");
    // FEED.md §1: podcast:image has `alt` and `purpose`; itunes:image has neither.
    let image =
        "*[local-name()='image' and namespace-uri()='https://podcastindex.org/namespace/1.0' and @purpose='artwork']";
    let itunes = "*[local-name()='image' and contains(namespace-uri(), 'itunes')]/@href";
    for (place, words) in [("//item", ALT), ("//channel", "A lighthouse")] {
        assert_eq!(asked(&feed, &[], &format!("string({place}/{image}/@alt)")), words);
        let (href, usual) = (format!("string({place}/{image}/@href)"), format!("string({place}/{itunes})"));
        assert_eq!(asked(&feed, &[], &href), asked(&feed, &[], &usual), "the same picture");
    }
    let list: Value = serde_json::from_str(&curl(&format!("{}/episodes/", server.origin()))).expect("JSON");
    let id = list["data"][0]["id"].as_str().expect("an id").to_string();
    let told: Value = serde_json::from_str(&curl(&format!("{}/api/v1/episodes/{id}/", server.origin()))).expect("JSON");
    assert_eq!(told["picture"]["alt"], ALT);

    // An import takes the words over, with the picture they are about, and not as a tag of its own.
    let other = Laptop::new(&place.path().join("other"));
    let address = format!("{}/podcasts/{show}/rss/", server.origin());
    other.ask(&["import", &address, "--media", "none", "--allow-local", "--unlock"]);
    let shows = other.ask(&["show", "list"]);
    let other_show = shows["shows"][0]["slug"].as_str().expect("a slug").to_string();
    let got = other.ask(&["show", "get", &other_show]);
    assert_eq!((&got["show"]["cover_alt"], &got["show"]["tags"]["images"]), (&json!("A lighthouse"), &Value::Null));
    let rows = other.ask(&["episode", "list", &other_show]);
    let other_id = rows["episodes"][0]["id"].as_str().expect("an id").to_string();
    assert_eq!(other.ask(&["episode", "get", &other_show, &other_id])["episode"]["image_alt"], ALT);

    // Other words are a change that listeners see, and are named; too many are refused.
    laptop.ask(&["episode", "set", &show, &slug, "image_alt=A crane"]);
    let plan = laptop.ask(&["plan", &show]).to_string();
    assert!(plan.contains("image_alt") && plan.contains("A crane"), "{plan}");
    let long = laptop.speak(&["episode", "set", &show, &slug, &format!("image_alt={}", "x".repeat(513))]);
    assert_eq!((long.code, &long.last["subject"]["id"]), (Some(2), &json!("image_alt")), "{}", long.last);
    // Words about another picture would be wrong; another part of the same picture keeps them.
    let part = laptop.ask(&["episode", "set", &show, &slug, "season=1"]);
    assert_eq!(part["episode"]["image_alt"], "A crane");
    let picture = convert(&place.path().join("other.png"), &["-size", "900x900", "xc:teal"]);
    let changed = laptop.ask(&["episode", "set", &show, &slug, &format!("image={picture}")]);
    assert_eq!(changed["episode"]["image_alt"], Value::Null);
}

#[test]
fn point_7_a_shared_drafts_page_sends_the_lightest_copy_of_its_picture() {
    let place = scratch();
    let (laptop, _server, show, slug) = scene(place.path());
    laptop.ask(&["episode", "set", &show, &slug, "draft=true"]);
    laptop.ask(&["show", "pictures", &show]);
    let shared = laptop.ask(&["episode", "share", &show, &slug]);
    let address = shared["address"].as_str().expect("an address");
    let base = if address.ends_with('/') { address.to_string() } else { format!("{address}/") };
    let page = place.path().join("page.html");
    std::fs::write(&page, curl(address)).expect("a file");
    // libxml2 knows HTML 4, in which nothing says that `source` has no end.
    let told = |question: &str| asked(&page, &["--html", "--recover"], question);
    assert_eq!(told("string(//header//img/@alt)"), ALT);
    assert_eq!(told("string(//header//source/@type)"), "image/avif");
    // 1600 x 1200 fills a square of 112 when it lies 150 wide.
    assert_eq!(told("string(//header//img/@sizes)"), "150px");
    for (at, mime, begins) in [("img", "image/jpeg", &b"\xff\xd8\xff"[..]), ("source", "image/avif", b"ftypavif")] {
        let srcset = told(&format!("string(//header//{at}/@srcset)"));
        assert!(!srcset.is_empty(), "{at}");
        for part in srcset.split(", ") {
            let (name, width) = part.split_once(' ').expect("a name and a width");
            let file = place.path().join("fetched");
            let mut curl = Command::new("curl");
            curl.args(["-sSf", "--max-time", "30", "-w", "%{content_type}", "-o"])
                .arg(&file)
                .arg(format!("{base}{name}"));
            assert_eq!(output(&mut curl), mime, "{name}");
            let mut identify = Command::new("identify");
            identify.env("LC_ALL", "C").args(["-format", "%wx%h"]).arg(&file);
            let width: u32 = width.strip_suffix('w').and_then(|digits| digits.parse().ok()).expect("a width");
            assert_eq!(output(&mut identify), format!("{width}x{}", (width * 3 + 2) / 4), "{name}");
            let bytes = std::fs::read(&file).expect("the file");
            assert!(bytes[..16].windows(begins.len()).any(|these| these == begins), "{name}");
            assert!((150..=448).contains(&width), "{name}: neither soft nor heavier than three dots a pixel need");
        }
    }
}
