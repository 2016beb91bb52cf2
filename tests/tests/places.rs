//! Issue 4, point 1: the same journey on every kind of place, each a real server: added, tried, published, published again
//! with nothing to do, heard by a listener, and never written over from another laptop.

use hearthcast_testkit::{
    AZURE_ACCOUNT, AZURE_KEY, Azurite, DAV_PASSWORD, DAV_USER, FTP_PASSWORD, FtpsServer, GoogleServer, SftpServer,
    TlsLine, WebDavServer,
};
use hearthcast_tests::{Laptop, Listener, enclosures, scratch, sound};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A place as the author knows it.
struct Place {
    url: String,
    public_url: String,
    secrets: Vec<(&'static str, String)>,
    /// Whether the place keeps two laptops apart by itself.
    guarded: bool,
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

/// A laptop with one episode and the place as its target, and the file of the episode.
fn laptop(folder: &Path, place: &Place) -> (Laptop, String, PathBuf, Value) {
    let mut laptop = Laptop::new(folder);
    let show = laptop.show("Harbour Light");
    for (name, value) in &place.secrets {
        laptop.secret(name, value);
    }
    let file = folder.join("one.mp3");
    sound::mp3(&file, 12, "Number one");
    laptop.episode(&show, "Number one", &file);
    let added = laptop.ask(&["target", "add", &show, "pods", &place.url, "--public-url", &place.public_url]);
    (laptop, show, file, added)
}

/// Returns what `target add` said.
fn journey(place: &Place) -> Value {
    let folder = scratch();
    let (first, show, file, added) = laptop(folder.path(), place);
    let report = first.ask(&["target", "probe", "pods"]);
    assert_eq!((&report["usable"], &report["guarded"]), (&json!(true), &json!(place.guarded)), "{report}");
    let published = first.ask(&["publish", &show]);
    assert_eq!(published["version"], 1);
    let feed_url = text(&published["feed_url"]).to_string();
    assert_eq!(feed_url, format!("{}feeds/{show}/feed.xml", place.public_url));
    let listener = Listener::fast("AntennaPod/3.4.0");
    let feed = listener.get(&feed_url).expect("an answer");
    assert_eq!(feed.status, 200);
    let [(audio, length)] =
        enclosures(&String::from_utf8(feed.body.clone()).expect("UTF-8")).try_into().expect("one episode");
    let heard = listener.get(&audio).expect("an answer");
    assert_eq!((heard.status, heard.body.len() as u64), (200, length));
    assert_eq!(heard.body, std::fs::read(&file).expect("the sound"), "bit for bit");
    assert_eq!(
        listener.get_with(&audio, &[("Range", "bytes=100-199")]).expect("an answer").body,
        &heard.body[100..200]
    );

    let again = first.ask(&["publish", &show]);
    assert_eq!((&again["version"], &again["writes"]), (&json!(1), &json!(0)));
    let file = folder.path().join("two.mp3");
    sound::mp3(&file, 12, "Number two");
    first.episode(&show, "Number two", &file);
    assert_eq!(first.ask(&["publish", &show])["version"], 2);
    let feed = listener.get(&feed_url).expect("an answer").body;
    assert_eq!(enclosures(&String::from_utf8(feed.clone()).expect("UTF-8")).len(), 2);

    let other = scratch();
    let (second, show, ..) = laptop(other.path(), place);
    let spoken = second.speak(&["publish", &show]);
    assert_eq!(text(&spoken.last["code"]), "target.conflict", "{}", spoken.last);
    assert_eq!(listener.get(&feed_url).expect("an answer").body, feed, "another laptop's feed is never written over");
    added
}

#[test]
fn a_folder_of_a_webdav_server_is_published_to() {
    let folder = scratch();
    let server = WebDavServer::start(&folder.path().join("dav"), false);
    let added = journey(&Place {
        url: server.url(),
        public_url: server.public_url(),
        secrets: vec![("HEARTHCAST_PODS_PASSWORD", DAV_PASSWORD.into())],
        guarded: true,
    });
    assert_eq!(added["kind"], "webdav");
}

/// The server speaks http; the front before it speaks https, with a certificate of an authority of the author's own.
#[test]
fn a_folder_of_a_webdav_server_behind_a_front_is_published_to() {
    let folder = scratch();
    let server = WebDavServer::start(&folder.path().join("dav"), false);
    let known = folder.path().join("authority.pem");
    let front = TlsLine::to(server.address(), &known);
    let here = front.origin().replace("https://", &format!("webdavs://{DAV_USER}@"));
    let added = journey(&Place {
        url: format!("{here}/dav/pods?ca={}", known.display()),
        public_url: server.public_url(),
        secrets: vec![("HEARTHCAST_PODS_PASSWORD", DAV_PASSWORD.into())],
        guarded: true,
    });
    assert_eq!(added["kind"], "webdav");
}

#[test]
fn a_folder_of_an_ssh_server_is_published_to() {
    let folder = scratch();
    let web = WebDavServer::start(&folder.path().join("web"), false);
    let server = SftpServer::start(&folder.path().join("ssh"), web.folder());
    let place = Place { url: server.url(), public_url: web.public_url(), secrets: vec![], guarded: false };
    let added = journey(&place);
    assert_eq!((text(&added["kind"]), text(&added["host_key"])), ("sftp", server.host_key().as_str()));
}

#[test]
fn a_folder_of_an_ftp_server_is_published_to() {
    let folder = scratch();
    let web = WebDavServer::start(&folder.path().join("web"), false);
    let server = FtpsServer::start(&folder.path().join("ftps"), web.folder());
    let secrets = vec![("HEARTHCAST_PODS_PASSWORD", FTP_PASSWORD.into())];
    let added = journey(&Place { url: server.url(), public_url: web.public_url(), secrets, guarded: false });
    assert_eq!(added["kind"], "ftps");
}

#[test]
fn a_container_of_azure_is_published_to() {
    let folder = scratch();
    let server = Azurite::start(&folder.path().join("azure"));
    let added = journey(&Place {
        url: server.url("harbour"),
        public_url: server.public_url("harbour"),
        secrets: vec![
            ("HEARTHCAST_PODS_ACCESS_KEY_ID", AZURE_ACCOUNT.into()),
            ("HEARTHCAST_PODS_SECRET_ACCESS_KEY", AZURE_KEY.into()),
        ],
        guarded: true,
    });
    assert_eq!(added["kind"], "azure");
}

/// What that server proves of Google's storage, and what not, stands in the testkit.
#[test]
fn a_bucket_of_google_is_published_to() {
    let folder = scratch();
    let server = GoogleServer::start(&folder.path().join("google"), true);
    let added = journey(&Place {
        url: server.url("harbour"),
        public_url: server.public_url("harbour"),
        secrets: vec![("HEARTHCAST_PODS_PASSWORD", server.key())],
        guarded: true,
    });
    assert_eq!(added["kind"], "gcs");
}
