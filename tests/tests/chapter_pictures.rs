//! Pictures of chapters in the file of chapters that most apps load: each place has its own, whose `img` leads to the picture that
//! lies there. Read by libxml2 and as JSON, at the addresses that the feed gives.

use hearthcast_tests::harbour::{cover, feed, item, mp3, text};
use hearthcast_tests::readers::{read, xpath};
use hearthcast_tests::{Elsewhere, Laptop, Listener, Server, file_url, output, scratch};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const TITLES: [&str; 3] = ["Begin", "Fog", "The sea"];

/// A laptop with a show whose one episode has three chapters, two of them with one picture.
fn scene(folder: &Path) -> (Laptop, String) {
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder));
    let (sound, picture) = (mp3(folder, "One"), cover(folder));
    web.put("/a.mp3", "audio/mpeg", sound.clone());
    for path in ["/cover.jpg", "/quay.jpg"] {
        web.put(path, "image/jpeg", picture.clone());
    }
    let chapters = format!(
        r#"<psc:chapters xmlns:psc="http://podlove.org/simple-chapters" version="1.2"><psc:chapter start="0" title="{}" image="/quay.jpg"/>
        <psc:chapter start="3" title="{}"/><psc:chapter start="6" title="{}" image="/quay.jpg"/></psc:chapters>"#,
        TITLES[0], TITLES[1], TITLES[2]
    );
    let items = [item(1, "a.mp3", sound.len(), &chapters)];
    web.put("/feed.xml", "application/rss+xml", feed(r#"<itunes:image href="/cover.jpg"/>"#, &items));
    let first = laptop.ask(&["import", &web.url("/feed.xml"), "--allow-local"]);
    let show = text(&first["slug"]).to_string();
    (laptop, show)
}

/// The address of the chapters in a feed.
fn address(feed: &str) -> String {
    xpath(feed, "string(//item/*[name()='podcast:chapters']/@url)")
}

/// Titles and pictures of a file of chapters.
fn chapters(bytes: &[u8]) -> Vec<(String, Option<String>)> {
    let file: Value = serde_json::from_slice(bytes).expect("JSON");
    assert_eq!(file["version"], "1.2.0");
    let one = |chapter: &Value| (text(&chapter["title"]).to_string(), chapter["img"].as_str().map(str::to_string));
    file["chapters"].as_array().expect("chapters").iter().map(one).collect()
}

/// The picture of a file of chapters, which has it at the first and the third one.
fn picture(bytes: &[u8]) -> String {
    let found = chapters(bytes);
    let titles: Vec<&str> = found.iter().map(|(title, _)| title.as_str()).collect();
    assert_eq!(titles, TITLES);
    assert_eq!((&found[0].1, &found[1].1), (&found[2].1, &None), "{found:?}");
    found[0].1.clone().expect("a picture")
}

/// A place that is a folder of files.
struct Www {
    folder: PathBuf,
    public: &'static str,
}

impl Www {
    fn file(&self, url: &str) -> PathBuf {
        self.folder.join(url.strip_prefix(self.public).unwrap_or_else(|| panic!("{url} is at {}", self.public)))
    }
    fn feed(&self, show: &str) -> String {
        std::fs::read_to_string(self.folder.join("feeds").join(show).join("feed.xml")).expect("a feed")
    }
    /// All its files but feeds, versions and what the program notes for itself.
    fn files(&self) -> Vec<String> {
        let mut find = Command::new("find");
        find.arg(&self.folder).args(["-type", "f", "-not", "-path", "*/feeds/*", "-not", "-path", "*/.hearthcast/*"]);
        let mut found: Vec<String> = output(&mut find).lines().map(str::to_string).collect();
        found.sort();
        found
    }
}

/// The hash of the first chapter's picture, as the library says.
fn sum(laptop: &Laptop, show: &str) -> String {
    let episode = laptop.ask(&["episode", "get", show, "episode-1"])["episode"].clone();
    text(&episode["chapters"][0]["picture"]["file"]["hash"]).to_string()
}

#[test]
fn every_place_has_the_pictures_of_chapters_at_its_own_addresses() {
    let place = scratch();
    let (mut laptop, show) = scene(place.path());
    let www = |name: &str, public| Www { folder: place.path().join(name), public };
    let (web, other) = (www("web", "https://pods.example.org/"), www("other", "https://other.example.org/cast/"));
    let add = |laptop: &Laptop, name: &str, to: &Www| {
        std::fs::create_dir_all(&to.folder).expect("a folder");
        laptop.ask(&["target", "add", &show, name, &file_url(&to.folder), "--public-url", to.public]);
    };
    add(&laptop, "web", &web);
    laptop.ask(&["publish", &show]);
    let url = address(&web.feed(&show));
    let bytes = std::fs::read(web.file(&url)).expect("the file of chapters");
    let image = picture(&bytes);
    assert_eq!(image, xpath(&web.feed(&show), "string(//*[local-name()='chapter'][1]/@image)"), "both say the same");
    let summed = output(Command::new("sha256sum").arg(web.file(&image)));
    assert_eq!(summed.get(..64), Some(sum(&laptop, &show).as_str()), "it is the picture");
    let all = web.files();
    let again = laptop.ask(&["publish", &show]);
    assert_eq!((&again["writes"], web.files()), (&json!(0), all), "the same comes out again");
    assert_eq!(laptop.ask(&["sync", &show])["published"], 0);

    // A server writes its own, for players in browsers, too.
    let mut server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin()), "--role", "mirror"]);
    let published = laptop.ask(&["publish", &show, "--target", "home"]);
    let listener = Listener::fast("AntennaPod/3.4.0");
    for _ in 0..2 {
        let at = address(&read(text(&published["feed_url"])));
        let answer = listener.get_with(&at, &[("Origin", "https://player.example")]).expect("an answer");
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json+chapters")), "{at}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let there = picture(&answer.body);
        assert!(at.starts_with(&server.origin()) && there.starts_with(&server.origin()), "{at} {there}");
        let shown = listener.get(&there).expect("an answer");
        assert_eq!((shown.status, shown.body), (200, std::fs::read(web.file(&image)).expect("the picture")));
        server.kill_and_start_again();
    }

    // At another folder it names that one's; what it said at the first one goes with the files there.
    add(&laptop, "other", &other);
    laptop.mean(&["target", "move", &show, "web", "other", "--grace", "0"]);
    let now = address(&other.feed(&show));
    let there = picture(&std::fs::read(other.file(&now)).expect("the file of chapters"));
    let summed = output(Command::new("sha256sum").arg(other.file(&there)));
    assert_eq!(summed.get(..64), Some(sum(&laptop, &show).as_str()), "it is the picture");
    assert_eq!(address(&web.feed(&show)), now, "the old feed is the new one");
    assert!(web.file(&url).exists(), "who has the feed of before finds the file of before");
    let lists = laptop.ask(&["target", "redirects", "web"])["redirects"].clone();
    let led = |list: &Value| list["from"] == url.as_str() && list["to"] == now.as_str();
    assert!(lists.as_array().expect("a list").iter().any(led), "{lists}");
    laptop.ask(&["target", "clear", "web"]);
    assert_eq!(web.files(), [""; 0], "nothing is left but the feed");
    assert!(other.file(&now).exists() && other.file(&there).exists());
}
