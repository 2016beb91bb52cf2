//! Issue 4, point 2: an address that opens one file of a bucket for some minutes, for the author's browser. It is signed: one
//! letter changed and the storage refuses it; and none ever stands in a feed.

use hearthcast_tests::{BucketScene, Listener};
use serde_json::{Value, json};

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

#[test]
fn a_file_of_a_bucket_is_opened_by_a_signed_address_for_ten_minutes() {
    let scene = BucketScene::new(12);
    let (laptop, show) = (&scene.laptop, scene.show.clone());
    let feed_url = text(&laptop.ask(&["publish", &show])["feed_url"]).to_string();
    let link = laptop.ask(&["target", "link", "pods", "number-1.mp3"]);
    let address = text(&link["address"]);
    // As the storage's own rules for such addresses write it.
    assert!(address.contains("X-Amz-Expires=600") && address.contains("X-Amz-Signature="), "{address}");
    assert!(!address.contains("hearthcastsecret"), "{address}");
    let listener = Listener::fast("Firefox/140.0");
    let file = std::fs::read(scene.folder.path().join("1.mp3")).expect("the sound");
    let answer = listener.get(address).expect("an answer");
    assert_eq!((answer.status, answer.body.len()), (200, file.len()));
    assert!(answer.body == file, "bit for bit");
    let (before, signature) = address.split_once("X-Amz-Signature=").expect("a signature");
    let other = if signature.starts_with('0') { '1' } else { '0' };
    let forged = format!("{before}X-Amz-Signature={other}{}", &signature[1..]);
    assert_eq!(listener.get(&forged).expect("an answer").status, 403, "a forged one opens nothing");

    let feed = laptop.ask(&["target", "link", "pods", "feed.xml", "--seconds", "60"]);
    assert_eq!(feed["key"], json!(format!("feeds/{show}/feed.xml")));
    let feed = listener.get(text(&feed["address"])).expect("an answer").body;
    assert_eq!(feed, listener.get(&feed_url).expect("an answer").body);
    assert!(!String::from_utf8_lossy(&feed).contains("X-Amz"), "no such address stands in a feed");
    assert_eq!(laptop.speak(&["target", "link", "pods", "no-such.mp3"]).code, Some(1));
    assert_ne!(laptop.speak(&["target", "link", "pods", "feed.xml", "--seconds", "0"]).code, Some(0));
}
