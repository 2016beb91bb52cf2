//! Issue 4, point 2: an address that opens one file of a bucket for some minutes, for the author's browser. It is signed: one
//! letter changed and the storage refuses it; and none ever stands in a feed.

use hearthcast_testkit::{AZURE_ACCOUNT, AZURE_KEY, Azurite, GoogleServer};
use hearthcast_tests::{BucketScene, Laptop, Listener, scratch, sound};
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

/// Publishes one episode to a place, and opens its sound by a signed address, which is returned. That one whose signature was
/// changed opens nothing is shown where nobody else may read (`bucket::azure_trials`, `bucket::google_trials`).
fn opens_by_link(url: &str, public_url: &str, secrets: &[(&str, &str)]) -> String {
    let folder = scratch();
    let mut laptop = Laptop::new(folder.path());
    let show = laptop.show("Harbour Light");
    for (name, value) in secrets {
        laptop.secret(name, value);
    }
    let file = folder.path().join("1.mp3");
    sound::mp3(&file, 6, "Number one");
    laptop.episode(&show, "Number one", &file);
    laptop.ask(&["target", "add", &show, "pods", url, "--public-url", public_url]);
    laptop.ask(&["publish", &show]);
    let link = laptop.ask(&["target", "link", "pods", "number-one.mp3"]);
    let address = text(&link["address"]).to_string();
    let listener = Listener::fast("Firefox/140.0");
    let answer = listener.get(&address).expect("an answer");
    assert_eq!(answer.status, 200, "{address}");
    assert!(answer.body == std::fs::read(&file).expect("the sound"), "bit for bit");
    for (_, secret) in secrets.iter().filter(|(_, secret)| secret.len() > 20) {
        assert!(!address.contains(secret));
    }
    address
}

#[test]
fn a_file_of_azure_is_opened_by_a_signed_address() {
    let folder = scratch();
    let server = Azurite::start(&folder.path().join("azure"));
    let secrets = [("HEARTHCAST_PODS_ACCESS_KEY_ID", AZURE_ACCOUNT), ("HEARTHCAST_PODS_SECRET_ACCESS_KEY", AZURE_KEY)];
    let address = opens_by_link(&server.url("harbour"), &server.public_url("harbour"), &secrets);
    // A service SAS for reading one blob, as Microsoft writes it.
    assert!(["sp=r", "sr=b", "se=", "sig="].iter().all(|word| address.contains(word)), "{address}");
}

#[test]
fn a_file_of_google_is_opened_by_a_signed_address() {
    let folder = scratch();
    let server = GoogleServer::start(&folder.path().join("google"), true);
    let (url, public) = (server.url("harbour"), server.public_url("harbour"));
    let address = opens_by_link(&url, &public, &[("HEARTHCAST_PODS_PASSWORD", &server.key())]);
    assert!(address.contains("X-Goog-Expires=600") && address.contains("X-Goog-Signature="), "{address}");
}
