//! Issue 4, point 3: how uploads go about on the network: a limit that is changed while a file is under way, metered
//! connections, a proxy. The judges are the bytes on the line, a bus of the test's own, and a name that only the proxy finds.

use hearthcast_model::Clock as _;
use hearthcast_model::clock::{SystemClock, rfc3339};
use hearthcast_testkit::{
    ACCESS_KEY_ID, ConnectProxy, FAR_NAME, FTP_PASSWORD, FaultServer, FtpsServer, Reply, SECRET_ACCESS_KEY, SftpServer,
    SocksProxy, TlsLine, WebDavServer, public_url,
};
use hearthcast_tests::{BucketScene, Laptop, Listener, SystemBus, enclosures, until};
use serde_json::{Value, json};
use std::time::Instant;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

#[test]
fn an_upload_keeps_to_a_limit_and_goes_on_when_it_is_lifted() {
    let scene = BucketScene::new(600);
    let bytes = std::fs::metadata(scene.folder.path().join("1.mp3")).expect("the sound").len();
    scene.laptop.ask(&["target", "probe", "pods"]);
    // At this pace the file takes twenty minutes and more.
    let kb = (bytes / 1_000 / 1_200).max(8).to_string();
    let set = scene.laptop.ask(&["settings", "set", &format!("upload_kb_per_second={kb}")]);
    assert_eq!(set["upload_kb_per_second"].to_string(), kb);
    let before = scene.line.sent();
    let mut publish = scene.laptop.command(&["publish", &scene.show]).spawn().expect("hearthcast starts");
    let began = Instant::now();
    until("something is under way", || (scene.line.sent() > before + 50_000).then_some(()));
    let (sent, kb) = (scene.line.sent() - before, kb.parse::<u64>().expect("a number"));
    // What the system takes at once is small beside the file: the pace holds what leaves the program.
    let most = (began.elapsed().as_secs() + 2) * kb * 1_000 + 200_000;
    assert!(sent < most.min(bytes / 2), "{sent} of {bytes} bytes, at most {most}");
    assert!(publish.try_wait().expect("a child can be asked").is_none(), "it is at work");
    // Another process lifts the limit.
    scene.laptop.ask(&["settings", "set", "upload_kb_per_second=none"]);
    until("it goes on without the limit", || publish.try_wait().expect("a child can be asked").map(drop));
    assert!(publish.wait().expect("it ended").success());
    assert_eq!(scene.laptop.ask(&["publish", &scene.show])["writes"], 0);
}

#[test]
fn syncing_by_itself_waits_on_metered_connections_and_says_so() {
    let mut scene = BucketScene::new(6);
    scene.laptop.ask(&["publish", &scene.show]);
    let mut bus = SystemBus::start();
    scene.laptop.secret("DBUS_SYSTEM_BUS_ADDRESS", bus.address());
    let by_itself = |laptop: &Laptop| {
        let spoken = laptop.speak(&["sync", "--by-itself"]);
        (spoken.code, spoken.last["waits"].clone())
    };
    assert_eq!(by_itself(&scene.laptop), (Some(0), Value::Null), "nobody tells: it is not metered");
    for (metered, waits) in [(0, false), (1, true), (2, false), (3, true), (4, false)] {
        bus.says(metered);
        let expected = if waits { (Some(3), json!("metered")) } else { (Some(0), Value::Null) };
        assert_eq!(by_itself(&scene.laptop), expected, "{metered}");
    }
    bus.says(1);
    scene.add_episode(2, 6);
    assert_eq!(scene.laptop.ask(&["sync"])["waits"], Value::Null, "begun by hand, it goes on");
    assert_eq!(scene.laptop.ask(&["publish", &scene.show])["version"], 2, "and so does publishing");
    scene.laptop.ask(&["settings", "set", "on_metered=true"]);
    assert_eq!(by_itself(&scene.laptop), (Some(0), Value::Null), "as the author wants it");
}

#[test]
fn what_was_promised_for_a_minute_comes_out_on_a_metered_connection_if_it_is_small() {
    let mut scene = BucketScene::new(6);
    let mut bus = SystemBus::start();
    bus.says(1);
    scene.laptop.secret("DBUS_SYSTEM_BUS_ADDRESS", bus.address());
    let (laptop, show) = (&scene.laptop, &scene.show);
    laptop.ask(&["publish", show]);
    scene.add_episode(2, 6);
    scene.add_episode(3, 6);
    // Number 2 is handed over beforehand, by hand; number 3 is not.
    let at_ms = (SystemClock.now_ms() / 1000 + 4) * 1000;
    let at = format!("at={}", rfc3339(at_ms));
    laptop.ask(&["episode", "set", show, "number-2", &at]);
    laptop.ask(&["episode", "set", show, "number-3", "draft=true"]);
    assert_eq!(laptop.ask(&["publish", show])["scheduled"][0]["title"], "Number 2");
    laptop.ask(&["episode", "set", show, "number-3", "draft=false", &at]);
    let early = laptop.speak(&["sync", "--by-itself"]);
    assert_eq!((early.code, &early.last["published"], &early.last["held"]), (Some(3), &json!(0), &json!([])));
    assert!(SystemClock.now_ms() < at_ms, "the machine was too slow to look before the time");
    until("the minute has come", || (SystemClock.now_ms() >= at_ms).then_some(()));
    let before = scene.line.sent();
    let spoken = laptop.speak(&["sync", "--by-itself"]);
    let held = json!([{"target": "pods", "titles": ["Number 3"]}]);
    assert_eq!((spoken.code, &spoken.last["held"]), (Some(3), &held), "{}", spoken.last);
    assert_eq!((&spoken.last["published"], &spoken.last["waits"]), (&json!(1), &json!("metered")));
    assert!(scene.line.sent() - before < 60_000, "no sound went over the line: {}", scene.line.sent() - before);
    let titles = || {
        let feed = Listener::fast("a").get(&feed_url(&scene)).expect("an answer").body;
        let feed = String::from_utf8(feed).expect("UTF-8");
        [1, 2, 3].map(|n| feed.contains(&format!("<title>Number {n}</title>")))
    };
    assert_eq!(titles(), [true, true, false]);
    let again = laptop.speak(&["sync", "--by-itself"]);
    assert_eq!((&again.last["published"], &again.last["held"]), (&json!(0), &held), "once, and said again");
    bus.says(2);
    assert_eq!(laptop.ask(&["sync", "--by-itself"])["published"], 1);
    assert_eq!(titles(), [true; 3]);
}

fn feed_url(scene: &BucketScene) -> String {
    format!("{}feeds/{}/feed.xml", public_url(&scene.line.origin(), "harbour"), scene.show)
}

#[test]
fn a_watch_waits_on_a_metered_connection_and_goes_on_after_it() {
    let mut scene = BucketScene::new(6);
    scene.laptop.ask(&["publish", &scene.show]);
    let mut bus = SystemBus::start();
    bus.says(1);
    scene.laptop.secret("DBUS_SYSTEM_BUS_ADDRESS", bus.address());
    let asked = scene.storage.asked().len();
    assert!(asked > 0);
    let mut watch = scene.laptop.command(&["sync", "--watch", "--every", "1"]);
    let log = scene.folder.path().join("watch.log");
    let said = std::fs::File::create(&log).expect("a file can be made");
    let mut watch = watch.stdout(said.try_clone().expect("it can")).stderr(said).spawn().expect("hearthcast starts");
    let says = |word: &str| std::fs::read_to_string(&log).unwrap_or_default().contains(word).then_some(());
    until("it says that it waits", || says("metered"));
    bus.says(2);
    until("it goes on", || says("Up to date"));
    watch.kill().expect("it runs");
    watch.wait().expect("a killed child ends");
}

/// A name nobody has (RFC 2606).
const FAR: &str = "http://pods.example.test:9000";

/// A show whose bucket stands where only a proxy finds it; publishing fails, because there is none yet.
fn far_away(scene: &BucketScene, folder: &std::path::Path) -> (Laptop, String) {
    let mut laptop = Laptop::new(folder);
    let show = laptop.show("Behind a proxy");
    laptop.secret("HEARTHCAST_FAR_ACCESS_KEY_ID", ACCESS_KEY_ID);
    laptop.secret("HEARTHCAST_FAR_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
    laptop.episode(&show, "Number one", &scene.folder.path().join("1.mp3"));
    let url = format!("s3://pods/far?endpoint={FAR}&region=us-east-1&path_style=true");
    laptop.ask(&["target", "add", &show, "far", &url, "--public-url", &public_url(FAR, "far"), "--allow-insecure"]);
    let spoken = laptop.speak(&["publish", &show]);
    assert_eq!(text(&spoken.last["code"]), "target.offline", "{}", spoken.last);
    (laptop, show)
}

/// Publishes through a proxy; what came of it can be seen at the storage itself.
fn publishes_through(scene: &BucketScene, proxy: &str) {
    let folder = hearthcast_tests::scratch();
    let (laptop, show) = far_away(scene, folder.path());
    laptop.ask(&["settings", "set", &format!("proxy={proxy}")]);
    let published = laptop.ask(&["publish", &show]);
    assert_eq!(published["feed_url"], format!("{}feeds/{show}/feed.xml", public_url(FAR, "far")));
    let here = text(&published["feed_url"]).replace(FAR, &scene.line.origin());
    let feed = Listener::fast("a").get(&here).expect("an answer");
    assert_eq!((feed.status, enclosures(&String::from_utf8(feed.body).expect("UTF-8")).len()), (200, 1));
    // Who asks as a listener goes the same way.
    let checked = laptop.speak(&["check", &show]);
    let silent: Vec<&Value> = checked.before.iter().filter(|line| line["code"] == "check.live_silent").collect();
    assert_eq!((silent, checked.last["asked"].as_array().map(Vec::len)), (vec![], Some(3)), "{}", checked.last);
}

#[test]
fn a_proxy_finds_what_this_computer_does_not() {
    let scene = BucketScene::new(6);
    let refused = scene.laptop.speak(&["settings", "set", "proxy=http://me:secret@proxy:3128"]);
    assert!(refused.code != Some(0) && !refused.last.to_string().contains("secret"), "{}", refused.last);
    // The line leads every request to the storage, as a proxy does.
    publishes_through(&scene, &scene.line.origin());
}

#[test]
fn a_socks_proxy_is_asked_for_the_name() {
    let scene = BucketScene::new(6);
    let proxy = SocksProxy::to(scene.storage.address());
    publishes_through(&scene, &proxy.url());
    let asked = proxy.asked();
    assert!(!asked.is_empty() && asked.iter().all(|name| name == "pods.example.test:9000"), "{asked:?}");
}

/// A show whose folder stands where only a proxy finds it, from `target add` to a listener; a proxy that leads nowhere is
/// named.
fn a_folder_is_found_through(proxy: &str, url: &str, web: &WebDavServer, password: &str) {
    let folder = hearthcast_tests::scratch();
    let mut laptop = Laptop::new(folder.path());
    let show = laptop.show("Behind a proxy");
    laptop.secret("HEARTHCAST_FAR_PASSWORD", password);
    let file = folder.path().join("1.mp3");
    hearthcast_tests::sound::mp3(&file, 6, "Number one");
    laptop.episode(&show, "Number one", &file);
    laptop.ask(&["settings", "set", &format!("proxy={proxy}")]);
    laptop.ask(&["target", "add", &show, "far", url, "--public-url", &web.public_url()]);
    assert_eq!(laptop.ask(&["target", "probe", "far"])["usable"], true);
    let published = laptop.ask(&["publish", &show]);
    let feed = Listener::fast("a").get(text(&published["feed_url"])).expect("an answer");
    assert_eq!((feed.status, enclosures(&String::from_utf8(feed.body).expect("UTF-8")).len()), (200, 1));
    laptop.ask(&["settings", "set", "proxy=http://127.0.0.1:1"]);
    hearthcast_tests::sound::mp3(&file, 6, "Number two");
    laptop.episode(&show, "Number two", &file);
    let spoken = laptop.speak(&["publish", &show]);
    assert_eq!(text(&spoken.last["code"]), "target.offline", "{}", spoken.last);
    assert!(text(&spoken.last["message"]).contains("The proxy http://127.0.0.1:1 does not lead"), "{}", spoken.last);
}

fn all_far(asked: &[String]) -> bool {
    !asked.is_empty() && asked.iter().all(|name| name.starts_with(FAR_NAME))
}

#[test]
fn a_socks_proxy_leads_to_a_folder_of_an_ssh_server() {
    let (folder, proxy) = (hearthcast_tests::scratch(), SocksProxy::to_ports());
    let web = WebDavServer::start(&folder.path().join("web"), false);
    let server = SftpServer::start(&folder.path().join("ssh"), web.folder());
    a_folder_is_found_through(&proxy.url(), &server.url().replace("127.0.0.1", FAR_NAME), &web, "-");
    assert!(all_far(&proxy.asked()), "{:?}", proxy.asked());
}

#[test]
fn an_http_proxy_leads_to_a_folder_of_an_ftp_server() {
    let (folder, proxy) = (hearthcast_tests::scratch(), ConnectProxy::to_ports());
    let web = WebDavServer::start(&folder.path().join("web"), false);
    let server = FtpsServer::start(&folder.path().join("ftps"), web.folder());
    a_folder_is_found_through(&proxy.url(), &server.url().replace("localhost", FAR_NAME), &web, FTP_PASSWORD);
    assert!(all_far(&proxy.asked()), "{:?}", proxy.asked());
}

#[test]
fn a_cache_behind_a_proxy_is_told_to_forget() {
    let mut scene = BucketScene::new(6);
    scene.laptop.ask(&["publish", &scene.show]);
    let cache = FaultServer::start(Reply { status: 200, ..Reply::default() });
    let known = scene.folder.path().join("authority.pem");
    let front = TlsLine::to(cache.address(), &known);
    scene.laptop.secret("SSL_CERT_FILE", known.to_str().expect("temporary folders have plain names"));
    let url = format!("{}{{path}}", front.origin().replace("localhost", FAR_NAME));
    scene.laptop.ask(&["target", "purge", "pods", "--request", "PURGE", &url]);
    let proxy = SocksProxy::to_ports();
    scene.laptop.ask(&["settings", "set", &format!("proxy={}", proxy.url())]);
    let episode = scene.laptop.speak(&["episode", "withdraw", &scene.show, "number-1"]);
    assert_eq!(episode.last["purged"][0]["done"], true, "{}", episode.last);
    assert!(all_far(&proxy.asked()) && cache.count() > 0, "{:?}", proxy.asked());
    scene.add_episode(2, 6);
    scene.laptop.ask(&["publish", &scene.show]);
    scene.laptop.ask(&["settings", "set", "proxy=socks5h://127.0.0.1:1"]);
    let spoken = scene.laptop.speak(&["episode", "withdraw", &scene.show, "number-2"]);
    assert_eq!(spoken.last["purged"][0]["done"], false, "{}", spoken.last);
    let said = text(&spoken.last["purged"][0]["sentence"]);
    assert!(said.contains("the proxy socks5h://127.0.0.1:1 does not lead"), "{said}");
}
