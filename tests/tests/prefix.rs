//! Issue 5, point 3: a service that counts on the way stands before the addresses of the sounds, once it was seen to lead to
//! them; and a show without one is written as before.

use hearthcast_tests::{Laptop, Listener, Server, enclosures, scratch, sound, until};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A service that counts, as OP3 does it, with bad ones beside it; by the first part of the path.
struct Service {
    origin: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Service {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(vec![]));
        let (own, heard) = (origin.clone(), Arc::clone(&asked));
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                if let Some(line) = answer(socket, &own) {
                    heard.lock().expect("no panic").push(line);
                }
            }
        });
        Self { origin, asked }
    }

    fn prefix(&self, kind: &str) -> String {
        format!("{}/{kind}/", self.origin)
    }

    /// What was asked since the last time.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().expect("no panic"))
    }
}

/// Answers one request; tells its first line.
fn answer(socket: TcpStream, own: &str) -> Option<String> {
    let mut reader = BufReader::new(socket);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut line = String::new();
    while reader.read_line(&mut line).ok()? > 2 {
        line.clear();
    }
    let (method, path) = first.split_once(' ')?;
    let (kind, rest) = path.split(' ').next()?.strip_prefix('/')?.split_once('/')?;
    let to = |url: &str| format!("HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n");
    let said = match kind {
        // Behind a second one, which names what it was asked by.
        "e" => to(&format!("{own}/t/{rest}")),
        "t" => to(&format!("{rest}?via=count")),
        "get" if method == "HEAD" => "HTTP/1.1 405 Not Allowed\r\nContent-Length: 0\r\n\r\n".into(),
        "get" => to(rest),
        "round" => to(&format!("{own}/round/{rest}")),
        "other" => to(&rest.replace("/m/", "/n/")),
        "inner" => to("http://169.254.169.254/latest/meta-data/"),
        "itself" => "HTTP/1.1 200 OK\r\nContent-Length: 320000\r\n\r\n".into(),
        _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".into(),
    };
    reader.get_mut().write_all(said.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").as_bytes()).ok()?;
    Some(first.trim().to_string())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

fn feed(url: &str) -> String {
    String::from_utf8(Listener::fast("AntennaPod/3.4.0").get(url).expect("a feed").body).expect("UTF-8")
}

/// What a podcast app gets, by however many redirects.
fn heard(url: &str) -> Vec<u8> {
    let mut url = url.to_string();
    for _ in 0..6 {
        let answer = Listener::fast("AntennaPod/3.4.0").get(&url).expect("an answer");
        match answer.header("location") {
            Some(to) => url = to.to_string(),
            None => return answer.body,
        }
    }
    panic!("{url} leads on and on")
}

/// A show that a server called "home" is to publish.
fn home(folder: &Path) -> (Laptop, Server, String) {
    let server = Server::start(&folder.join("server"));
    let mut laptop = Laptop::new(folder);
    let show = laptop.show("Harbour");
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    (laptop, server, show)
}

#[test]
fn point_3_a_prefix_is_tried_before_listeners_are_led_through_it() {
    let (folder, service) = (scratch(), Service::start());
    let (laptop, server, show) = home(folder.path());
    let (one, two) = (folder.path().join("one.mp3"), folder.path().join("two.mp3"));
    sound::mp3(&one, 70, "One");
    sound::mp3(&two, 75, "Two");
    laptop.episode(&show, "One", &one);
    let first = laptop.ask(&["publish", &show]);
    let (feed_url, plain) = (text(&first["feed_url"]).to_string(), feed(text(&first["feed_url"])));
    assert!(service.asked().is_empty() && first.get("prefix").is_none());

    // Those that do not lead there are refused before anything changes, and say how to go on.
    let nobody = { TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address") };
    for (prefix, why) in [
        (service.prefix("other"), "answers 404"),
        (service.prefix("inner"), "public network"),
        (service.prefix("itself"), "answers 200"),
        (service.prefix("nothing"), "answers 404"),
        (service.prefix("round"), "more than five"),
        (format!("http://{nobody}/e/"), "does not answer"),
    ] {
        laptop.ask(&["show", "set", &show, &format!("prefix={prefix}")]);
        let refused = laptop.speak(&["publish", &show, "--confirm", "one"]);
        assert_ne!(refused.code, Some(0), "{prefix}: {}", refused.last);
        let error = &refused.last;
        assert!(text(&error["message"]).contains(why), "{prefix}: {error}");
        assert!(text(&error["hint"]).contains("prefix="), "the way out: {error}");
        assert!(service.asked().len() <= 7, "{prefix} is not asked for ever");
        assert_eq!(feed(&feed_url), plain, "{prefix}: nothing changed");
        assert_eq!(laptop.ask(&["history", &show])["versions"].as_array().map(Vec::len), Some(1), "{prefix}");
    }

    // A good one, and what listeners will notice of it.
    let good = service.prefix("e");
    laptop.ask(&["show", "set", &show, &format!("prefix={good}")]);
    let plan = laptop.speak(&["plan", &show]).last;
    assert_eq!(plan["blockers"][0]["code"], "guard.confirm", "{plan}");
    let fields = plan["plan"]["changes"][0]["fields"].as_array().or_else(|| plan["changes"][0]["fields"].as_array());
    let named =
        fields.is_some_and(|fields| fields.iter().any(|f| f["field"] == "prefix" && f["after"] == good.as_str()));
    assert!(named, "{plan}");
    laptop.episode(&show, "Two", &two);
    // Every address in the feed changes by it: that is typed first (issue 6, point 5).
    let refused = laptop.speak(&["publish", &show]).last;
    assert_eq!((&refused["code"], feed(&feed_url)), (&"guard.confirm".into(), plain.clone()), "{refused}");
    let published = laptop.ask(&["publish", &show, "--confirm", "one"]);
    assert!(text(&published["prefix"]).contains("whole"), "{published}");
    assert!(service.asked().iter().all(|line| line.starts_with("HEAD ")), "services count no HEAD");
    let led = feed(&feed_url);
    let sounds = enclosures(&led);
    let plain_sounds = enclosures(&plain);
    assert_eq!((sounds.len(), &sounds[1].0), (2, &format!("{good}{}", plain_sounds[0].0)));
    for (url, file) in [(&sounds[0].0, &two), (&sounds[1].0, &one)] {
        assert_eq!(heard(url), std::fs::read(file).expect("a sound"), "{url}");
    }
    assert!(service.asked().iter().all(|line| line.starts_with("GET ")));
    let guid = |feed: &str| feed.rsplit("<guid").next().and_then(|rest| rest.split('<').next()).map(str::to_string);
    assert_eq!(guid(&led), guid(&plain), "the guid stays");
    assert_eq!(led.matches(&good).count(), 2, "nothing but the sounds goes through it");
    let api = Listener::fast("front end").get(&format!("{}/api/v1/episodes/", server.origin())).expect("an answer");
    assert!(!String::from_utf8_lossy(&api.body).contains(&service.origin), "the API says where the sound is");
    // The own server counts what arrives, as ever.
    let stats = until("two downloads are in the numbers", || {
        laptop.ask(&["sync", &show]);
        let stats = laptop.ask(&["stats", &show]);
        (stats["downloads"] == 2).then_some(stats)
    });
    assert_eq!(stats["by_episode"].as_array().map(Vec::len), Some(2), "{stats}");
    assert_eq!(laptop.ask(&["publish", &show])["writes"], 0, "and is not tried again");
    assert!(service.asked().is_empty());

    // Another one, whose service knows no HEAD; and none: the first version's address again.
    laptop.ask(&["show", "set", &show, &format!("prefix={}", service.prefix("get"))]);
    laptop.mean(&["publish", &show]);
    assert!(service.asked().iter().any(|line| line.starts_with("GET /get/")));
    laptop.ask(&["show", "set", &show, "prefix="]);
    let last = laptop.mean(&["publish", &show]);
    assert!(last.get("prefix").is_none() && service.asked().is_empty(), "{last}");
    assert_eq!(enclosures(&feed(&feed_url))[1], plain_sounds[0]);
}

#[test]
fn a_prefix_of_the_first_publication_is_tried_as_far_as_that_goes() {
    let (folder, service) = (scratch(), Service::start());
    let (laptop, server, show) = home(folder.path());
    let one = folder.path().join("one.mp3");
    sound::mp3(&one, 20, "One");
    laptop.episode(&show, "One", &one);
    laptop.ask(&["show", "set", &show, &format!("prefix={}", service.prefix("other"))]);
    assert_eq!(laptop.speak(&["publish", &show]).last["code"], "publish.incomplete");
    let nothing = Listener::fast("AntennaPod/3.4.0").get(&format!("{}/podcasts/{show}/rss/", server.origin()));
    assert_eq!(nothing.expect("an answer").status, 404, "nothing was published");
    laptop.ask(&["show", "set", &show, &format!("prefix={}", service.prefix("e"))]);
    let told = laptop.ask(&["publish", &show]);
    assert!(text(&told["prefix"]).contains("as far as possible"), "{told}");
    let sounds = enclosures(&feed(text(&told["feed_url"])));
    assert_eq!(heard(&sounds[0].0), std::fs::read(&one).expect("a sound"));
}
