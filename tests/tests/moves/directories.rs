//! Directories: how far a show is with each, and the owner's e-mail address that the feed shows only while one verifies.

use crate::scene::{text, xpath};
use hearthcast_model::Cancel;
use hearthcast_model::clock::{Clock as _, FixedClock, SystemClock};
use hearthcast_studio::{Options, Studio};
use hearthcast_tests::{Laptop, file_url, scratch, sound};
use std::path::Path;
use std::sync::Arc;

#[test]
fn point_3_directories_are_kept_and_the_address_is_shown_only_while_one_verifies() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let file = place.path().join("one.mp3");
    sound::mp3(&file, 6, "One");
    laptop.episode(&show, "One", &file);
    let url = file_url(&place.path().join("www"));
    laptop.ask(&["target", "add", &show, "web", &url, "--public-url", "https://pods.example.org/"]);
    let feed = || std::fs::read_to_string(place.path().join(format!("www/feeds/{show}/feed.xml"))).unwrap();
    let email = |feed: &str| xpath(feed, "string(/rss/channel/*[local-name()='owner']/*[local-name()='email'])");
    laptop.ask(&["publish", &show]);
    assert_eq!(email(&feed()), "");

    let all = laptop.ask(&["show", "directories", &show])["directories"].clone();
    let ids: Vec<&str> = all.as_array().unwrap().iter().map(|one| text(&one["directory"]["id"])).collect();
    assert_eq!(ids[..5], ["apple", "spotify", "amazon", "youtube", "podcastindex"]);
    assert!(all.as_array().unwrap().iter().all(|one| one["listing"]["state"] == "not_submitted"));
    let index = all.as_array().unwrap().iter().find(|one| one["directory"]["id"] == "podcastindex").unwrap();
    assert!(text(&index["submit_url"]).ends_with(&format!("feeds%2F{show}%2Ffeed.xml")), "{index}");
    laptop.ask(&["show", "directories", &show, "spotify", "--state", "sent"]);
    let listing = "https://podcasts.apple.com/us/podcast/harbour/id1";
    laptop.ask(&["show", "directories", &show, "apple", "--url", listing]);
    for words in [
        &["apple", "--url", "https://evil.example/"][..],
        &["nowhere", "--state", "sent"],
        &["apple", "--state", "perhaps"],
    ] {
        let refused = laptop.speak(&[&["show", "directories", &show][..], words].concat());
        assert_ne!(refused.code, Some(0), "{words:?}: {}", refused.last);
    }
    let state = |id: &str| {
        let one = laptop.ask(&["show", "directories", &show, id])["directories"][0]["listing"].clone();
        (text(&one["state"]).to_string(), one["url"].as_str().unwrap_or_default().to_string())
    };
    assert_eq!(state("spotify"), ("sent".into(), String::new()));
    assert_eq!(state("apple"), ("listed".into(), listing.into()), "what was refused changed nothing");
    laptop.ask(&["show", "directories", &show, "apple", "--state", "none"]);
    assert_eq!(state("apple"), ("not_submitted".into(), String::new()));

    assert_ne!(laptop.speak(&["show", "verify", &show, "spotify"]).code, Some(0), "which address?");
    assert_ne!(
        laptop.speak(&["show", "verify", &show, "spotify", "--email", "me@example.org", "--days", "61"]).code,
        Some(0)
    );
    laptop.ask(&["show", "verify", &show, "spotify", "--email", "me@example.org", "--days", "3"]);
    let plan = laptop.ask(&["plan", &show]);
    assert_eq!(text(&plan["changes"][0]["fields"][0]["field"]), "verifying", "{plan}");
    laptop.ask(&["publish", &show]);
    assert_eq!(email(&feed()), "me@example.org");
    assert_eq!(laptop.ask(&["publish", &show])["writes"], 0, "its days are not over");
    let until = laptop.ask(&["show", "directories", &show, "spotify"])["directories"][0]["verifying_until_ms"].clone();
    assert!(until.is_i64());
    // Four days later the next plan takes it out and says so.
    tokio::runtime::Runtime::new().unwrap().block_on(four_days_later(laptop.library(), &show));
    assert_eq!(email(&feed()), "");
}

async fn four_days_later(library: &Path, show: &str) {
    let now_ms = SystemClock.now_ms() + 4 * 24 * 60 * 60 * 1000;
    let options = Options { clock: Arc::new(FixedClock::at(now_ms)), ..Options::new(library) };
    let studio = Studio::open(options).await.unwrap();
    let plan = studio.plan(show, None, &[]).await.unwrap();
    let fields: Vec<&str> = plan.changes[0].fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["verifying"], "{plan:?}");
    let cancel = Cancel::default();
    let publish = || studio.publish(show, None, &[], &cancel, Arc::new(|_| ()));
    assert!(publish().await.unwrap().writes > 0);
    assert_eq!(publish().await.unwrap().writes, 0);
    assert_eq!(studio.show_view(show).await.unwrap().show.verifying, None, "and the record says so");
}
