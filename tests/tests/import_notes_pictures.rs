//! Issue 6, point 2: pictures in notes are fetched and rehosted, while the notes stay the author's HTML. ffmpeg makes the pictures,
//! libxml2 reads feed and notes, curl gets what they name, and `sha256sum` says that it is the same.

use hearthcast_tests::harbour::{cover, feed, item, mp3, numbers, text};
use hearthcast_tests::{Elsewhere, Laptop, Server, file_url, files_below, output, scratch};
use serde_json::Value;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A point of one pixel: a GIF, as services that count send it (GIF89a; transparent).
const POINT: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
/// Where nothing is: a name that is kept for examples (RFC 6761).
const GONE: &str = "https://pictures.harbour.example/gone.png";

/// A transparent PNG made by ffmpeg.
fn picture(folder: &Path, colour: &str) -> Vec<u8> {
    let file = folder.join("made.png");
    let source = format!("color=c={colour}@0.5:size=64x48,format=rgba");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", &source, "-frames:v", "1"]);
    output(ffmpeg.arg(&file));
    std::fs::read(file).expect("it was made")
}

fn sum(file: &Path) -> String {
    output(Command::new("sha256sum").arg(file)).split(' ').next().expect("a hash").to_string()
}

/// The hash of bytes, by the system's own program.
fn sum_of(folder: &Path, bytes: &[u8]) -> String {
    let file = folder.join("summed");
    std::fs::write(&file, bytes).expect("a file");
    sum(&file)
}

/// What stands at an XPath of the notes of an episode in a feed: libxml2 reads both.
fn in_notes(folder: &Path, feed: &Path, title: &str, what: &str) -> Vec<String> {
    let encoded = format!("string(//item[title='{title}']/*[local-name()='encoded'])");
    let notes = output(Command::new("xmllint").args(["--nonet", "--xpath", &encoded]).arg(feed));
    in_html(folder, &notes, what)
}

/// What stands at an XPath of HTML; an empty list where nothing does.
fn in_html(folder: &Path, html: &str, what: &str) -> Vec<String> {
    let file = folder.join("notes.html");
    std::fs::write(&file, format!("<meta charset=\"utf-8\"><body>{html}")).expect("a file");
    let mut xmllint = Command::new("xmllint");
    let found = xmllint.args(["--html", "--nonet", "--xpath", what]).arg(&file).output().expect("xmllint runs");
    String::from_utf8_lossy(&found.stdout).lines().map(|line| line.trim().to_string()).collect()
}

/// Values of an attribute of all pictures.
fn values(folder: &Path, feed: &Path, title: &str, name: &str) -> Vec<String> {
    let found = in_notes(folder, feed, title, &format!("//img/@{name}"));
    found
        .iter()
        .filter_map(|one| Some(one.strip_prefix(&format!("{name}=\""))?.strip_suffix('"')?.to_string()))
        .collect()
}

/// Makes `content:encoded` known in a feed.
fn with_content(feed: &str) -> String {
    feed.replace("<rss ", r#"<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" "#)
}

struct Scene {
    folder: tempfile::TempDir,
    web: Elsewhere,
    laptop: Laptop,
    quay: Vec<u8>,
    notes: String,
}

impl Scene {
    /// A feed of two episodes: the notes of both have the same picture, those of the first everything else, too.
    fn new() -> Self {
        let folder = scratch();
        let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
        let quay = picture(folder.path(), "0x2266aa");
        web.put("/pics/quay.png", "image/png", quay.clone());
        web.put("/pics/counts.gif", "image/gif", POINT);
        web.put("/pics/declared.gif", "image/gif", POINT);
        web.put("/pics/words.png", "image/png", "no picture at all");
        let at = |path: &str| web.url(path);
        let notes = format!(
            r#"<p>Quay: <img src="{}" alt="The quay &amp; &lt;sea&gt;" width="64" height="48" class="x" onerror="alert(1)" srcset="{} 2x"></p>
<p><img src="{}"><img src="{}" width="1" height="1"><img src="{}" alt="Only words"><img src="{GONE}" alt="Gone"><img src="data:image/png;base64,AAAA" alt="Data"></p>"#,
            at("/pics/quay.png"),
            at("/pics/twice.png"),
            at("/pics/counts.gif"),
            at("/pics/declared.gif"),
            at("/pics/words.png"),
        );
        let sound = mp3(folder.path(), "One");
        web.put("/s.mp3", "audio/mpeg", sound.clone());
        let of = |n: usize, notes: &str| {
            let encoded = format!("<content:encoded><![CDATA[{notes}]]></content:encoded>");
            item(n, &web.url("/s.mp3"), sound.len(), &encoded)
        };
        let second = format!("<p>Again <IMG SRC='{}' ALT=Quay></p>", web.url("/pics/quay.png"));
        let items = [of(1, &notes), of(2, &second)];
        web.put("/cover.jpg", "image/jpeg", cover(folder.path()));
        let xml = feed(r#"<itunes:image href="/cover.jpg"/>"#, &items);
        web.put("/feed.xml", "application/rss+xml", with_content(&xml));
        Self { folder, web, laptop, quay, notes }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Brings the show; gives its slug and the report.
    fn import(&self, more: &[&str]) -> (String, Value) {
        let address = self.web.url("/feed.xml");
        let report = self.laptop.speak(&[&["import", &address, "--allow-local"], more].concat()).last;
        (text(&report["slug"]).to_string(), report)
    }

    /// Publishes into a folder; gives the feed's file.
    fn published(&self, show: &str) -> PathBuf {
        let www = self.path().join("www");
        std::fs::create_dir_all(&www).expect("a folder for the web");
        let words = ["target", "add", show, "web", &file_url(&www), "--public-url", "https://pods.example.org/"];
        self.laptop.ask(&words);
        self.laptop.ask(&["publish", show]);
        www.join("feeds").join(show).join("feed.xml")
    }

    fn episode(&self, show: &str, which: &str) -> Value {
        self.laptop.ask(&["episode", "get", show, which])["episode"].clone()
    }
}

fn told<'a>(report: &'a Value, list: &str, what: &str) -> Vec<&'a Value> {
    let all = report[list].as_array().expect("a list");
    all.iter().filter(|one| one["code"] == what || text(&one["url"]).contains(what)).collect()
}

#[test]
fn point_2_pictures_in_notes_come_along_and_are_published() {
    let scene = Scene::new();
    let (show, report) = scene.import(&[]);
    assert_eq!(told(&report, "findings", "notes_point").len(), 2, "one by its size, one when it came: {report}");
    assert_eq!(scene.web.asked("/pics/declared.gif"), [], "what says that it is a point is not asked for");
    assert_eq!(scene.web.asked("/pics/twice.png"), [], "nor is a srcset");
    assert_eq!(scene.web.asked("/pics/quay.png").len(), 1, "many name it, and it is got once");
    let [words] = told(&report, "problems", "words.png")[..] else { panic!("{report}") };
    assert!(text(&words["message"]).contains("show its description"), "{words}");
    let [gone] = told(&report, "problems", "gone.png")[..] else { panic!("{report}") };
    assert!(text(&gone["message"]).contains("go on naming it there"), "{gone}");

    let kept = scene.episode(&show, "episode-1");
    assert_eq!((&kept["notes"]["source"], &kept["notes"]["form"]), (&scene.notes.as_str().into(), &"html".into()));
    let feed = scene.published(&show);
    let sources = values(scene.path(), &feed, "Episode 1", "src");
    let [quay, gone] = &sources[..] else { panic!("{sources:?}") };
    assert_eq!(gone, GONE, "it lies where it lay");
    let name = quay.strip_prefix("https://pods.example.org/").expect("it is ours now");
    let parts: Vec<&str> = name.split('/').collect();
    let hash = sum_of(scene.path(), &scene.quay);
    assert_eq!((parts[0], parts[1], parts.len()), ("images", &hash[..32], 3), "{name}");
    assert_eq!(sum(&scene.path().join("www").join(name)), hash, "bit for bit, transparency and all");
    assert_eq!(values(scene.path(), &feed, "Episode 1", "alt"), ["The quay &amp; &lt;sea&gt;", "Gone"]);
    assert_eq!(values(scene.path(), &feed, "Episode 1", "width"), ["64"]);
    let others = in_notes(scene.path(), &feed, "Episode 1", "//img/@*[not(contains('src alt width height', name()))]");
    assert_eq!(others, Vec::<String>::new());
    let words = in_notes(scene.path(), &feed, "Episode 1", "string(//p[2])").join("");
    assert_eq!(words, "Only wordsData", "of those that are not shown their descriptions stay");
    let again = values(scene.path(), &feed, "Episode 2", "src");
    let folder = |url: &str| url.rsplit_once('/').map(|(folder, _)| folder.to_string());
    assert_eq!(again.iter().map(|url| folder(url)).collect::<Vec<_>>(), [folder(quay)], "the same content");
    let named = std::fs::read_to_string(&feed).expect("a feed");
    assert!(!named.contains("media:") && !named.contains("127.0.0.1") && !named.contains("onerror"), "{named}");
    // Directories that name their HTML get the words.
    scene.laptop.ask(&["show", "set", &show, "feed_html=directories"]);
    scene.laptop.ask(&["publish", &show]);
    assert_eq!(values(scene.path(), &feed, "Episode 1", "src"), Vec::<String>::new());
    let quay = in_notes(scene.path(), &feed, "Episode 1", "string(//p[1])").join("");
    assert_eq!(quay, "Quay: The quay & <sea>");
}

#[test]
fn point_2_pictures_in_notes_again_change_nothing_and_own_words_keep_them() {
    let scene = Scene::new();
    let (show, _) = scene.import(&[]);
    let before = [scene.episode(&show, "episode-1"), scene.episode(&show, "episode-2")];
    assert_eq!(before[1]["notes"]["pictures"].as_array().map(Vec::len), Some(1), "{}", before[1]);
    scene.web.forget();
    let (_, again) = scene.import(&[]);
    assert_eq!(numbers(&again), [0, 0, 2], "{again}");
    assert_eq!([scene.episode(&show, "episode-1"), scene.episode(&show, "episode-2")], before);
    let asked: Vec<String> = scene.web.asked("/pics/").into_iter().map(|asked| asked.path).collect();
    assert_eq!(asked, ["/pics/words.png"], "only what did not come");
    // Edited, and written in Markdown: the picture stays as long as it is named.
    let edited = text(&before[1]["notes"]["source"]).replace("Again", "Once more");
    scene.laptop.ask(&["episode", "set", &show, "episode-2", &format!("notes={edited}")]);
    scene.laptop.ask(&["episode", "set", &show, "episode-2", "notes_form=markdown"]);
    let typed = scene.episode(&show, "episode-2");
    assert_eq!(typed["notes"]["pictures"], before[1]["notes"]["pictures"]);
    let hash = sum_of(scene.path(), &scene.quay);
    assert_eq!(typed["notes"]["source"], format!("Once more ![Quay](media:{hash})"));
    let feed = scene.published(&show);
    let source = values(scene.path(), &feed, "Episode 2", "src");
    assert!(source.len() == 1 && source[0].starts_with("https://pods.example.org/images/"), "{source:?}");
    scene.laptop.ask(&["episode", "set", &show, "episode-2", "notes=Without any."]);
    assert_eq!(scene.episode(&show, "episode-2")["notes"]["pictures"], Value::Null);
}

#[test]
fn point_2_pictures_in_notes_that_are_on_their_way_are_not_got_twice() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    web.put("/pics/quay.png", "image/png", picture(folder.path(), "0x2266aa"));
    web.put("/pics/last.png", "image/png", picture(folder.path(), "0xaa6622"));
    // The first of them comes only when something behind the second is being fetched.
    web.hold("/pics/quay.png", "/pics/last.png");
    let sound = mp3(folder.path(), "One");
    web.put("/s.mp3", "audio/mpeg", sound.clone());
    web.put("/cover.jpg", "image/jpeg", cover(folder.path()));
    let named = ["/pics/quay.png", "/pics/quay.png", "/pics/last.png"];
    let items: Vec<String> = (1..)
        .zip(named)
        .map(|(n, path)| {
            let pictures = [path, "/pics/none.png"].map(|path| format!("<img src='{}'>", web.url(path))).concat();
            let notes = format!("<content:encoded><![CDATA[<p>{pictures}</p>]]></content:encoded>");
            item(n, &web.url("/s.mp3"), sound.len(), &notes)
        })
        .collect();
    web.put("/feed.xml", "application/rss+xml", with_content(&feed(r#"<itunes:image href="/cover.jpg"/>"#, &items)));
    let report = laptop.speak(&["import", &web.url("/feed.xml"), "--allow-local"]).last;
    assert_eq!(web.asked("/pics/quay.png").len(), 1, "two name it at the same time, and it is got once");
    assert_eq!(web.asked("/pics/none.png").len(), 1, "nor is anybody asked again for what is not there");
    assert_eq!(
        (told(&report, "problems", "none.png").len(), report["problems"].as_array().map(Vec::len)),
        (3, Some(3))
    );
    let show = text(&report["slug"]);
    let pictures = ["episode-1", "episode-2"].map(|one| laptop.ask(&["episode", "get", show, one])["episode"].clone());
    let [one, two] = [0, 1].map(|n| text(&pictures[n]["notes"]["pictures"][0]["file"]["hash"]));
    assert_eq!((one.len(), one), (64, two));
}

#[test]
fn point_2_pictures_in_notes_may_stay_where_they_are() {
    let scene = Scene::new();
    let (show, report) = scene.import(&["--media", "none"]);
    assert_eq!(scene.web.asked("/pics/"), [], "nobody asks for them: {report}");
    let cover = scene.path().join("made.jpg");
    scene.laptop.ask(&["show", "set", &show, &format!("cover={}", cover.display())]);
    let feed = scene.published(&show);
    assert_eq!(values(scene.path(), &feed, "Episode 1", "src"), [GONE], "with TLS only");
    let checked = scene.laptop.speak(&["check", &show]);
    let found = checked.before.iter().filter(|line| line["code"] == "check.notes_picture_open");
    assert_eq!(found.count(), 2, "both name one without TLS: {:?}", checked.before);
}

#[test]
fn point_2_pictures_in_notes_are_served_told_exported_and_heard_of_before() {
    let scene = Scene::new();
    let (show, _) = scene.import(&[]);
    let mut laptop = Laptop::on(scene.laptop.library(), scene.path());
    let server = Server::start(&scene.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    laptop.ask(&["publish", &show, "--target", "home"]);
    let hash = sum_of(scene.path(), &scene.quay);
    let got = |url: &str| {
        let file = scene.path().join("got");
        output(Command::new("curl").args(["-sSf", "-g", "--max-time", "30", "-o"]).arg(&file).arg(url));
        file
    };
    let feed = got(&format!("{}/podcasts/{show}/rss/", server.origin()));
    let feed =
        std::fs::copy(&feed, scene.path().join("feed.xml")).map(|_| scene.path().join("feed.xml")).expect("a feed");
    let quay = values(scene.path(), &feed, "Episode 1", "src").remove(0);
    assert!(quay.starts_with(&format!("{}/m/{hash}/", server.origin())), "{quay}");
    assert_eq!(sum(&got(&quay)), hash);
    // A website reads the same address.
    let api = |path: &str| -> Value {
        let file = got(&format!("{}{path}", server.origin()));
        serde_json::from_slice(&std::fs::read(file).expect("it came")).expect("it is JSON")
    };
    let all = api("/episodes/");
    let all = all["data"].as_array().expect("a list");
    let one = all.iter().find(|one| one["attributes"]["name"] == "Episode 2").expect("it is public");
    let told = api(&format!("/episodes/{}/", text(&one["id"])));
    let of = |name: &str| text(&told["data"]["attributes"][name]);
    let sources = in_html(scene.path(), of("description-html"), "//img/@src");
    assert!(sources.len() == 1 && sources[0].contains(&format!("{}/m/{hash}/", server.origin())), "{told}");
    assert!(of("description").contains(&format!("![Quay]({}/m/{hash}/", server.origin())), "{told}");

    // A draft shows it beside its page, and asks nobody else.
    laptop.ask(&["episode", "set", &show, "episode-1", "title=As a draft"]);
    let shared = laptop.ask(&["episode", "share", &show, "episode-1"]);
    let page = text(&shared["address"]).to_string();
    let html = std::fs::read_to_string(got(&page)).expect("a page");
    let sources = in_html(scene.path(), &html, "//div[@class='notes']//img/@src");
    let name = format!("notes-{}.png", &hash[..32]);
    assert_eq!(sources, [format!("src=\"{name}\"")], "{html}");
    assert_eq!(sum(&got(&format!("{page}{name}"))), hash);

    // The folder of an export has it, and gives the same show elsewhere.
    let out = scene.path().join("out");
    laptop.ask(&["export", &show, out.to_str().expect("plain names")]);
    assert!(files_below(&out).iter().any(|file| sum(file) == hash));
    let other = Laptop::on(&scene.path().join("other"), scene.path());
    other.ask(&["import", out.to_str().expect("plain names")]);
    for which in ["episode-1", "episode-2"] {
        let [here, there] = [&laptop, &other].map(|one| one.ask(&["episode", "get", &show, which])["episode"].clone());
        assert_eq!(here["notes"], there["notes"]);
    }
}

#[test]
fn point_2_pictures_in_notes_lead_nobody_inside_and_are_bounded() {
    let folder = scratch();
    let (web, laptop) = (Elsewhere::start(), Laptop::new(folder.path()));
    let canary = TcpListener::bind("127.0.0.1:0").expect("a port");
    canary.set_nonblocking(true).expect("a socket can be told");
    let port = canary.local_addr().expect("an address").port();
    let inner = format!("http://127.0.0.1:{port}");
    web.lead("/leads.png", 302, &format!("{inner}/led.png"));
    let hostile = [
        format!("<img src='{inner}/a.png' alt=a>"),
        format!("<img src='https://127.0.0.1:{port}/b.png'><img src='https://localhost:{port}/c.png'>"),
        format!("<img src='http://[::1]:{port}/d.png'><img src='//127.0.0.1:{port}/e.png'>"),
        format!("<img src='{}'><img src='http://2130706433:{port}/f.png'>", web.url("/leads.png")),
        format!(
            "<img src='javascript:fetch(\"{inner}\")'><img src='data:text/html,{inner}'><img src='file:///etc/passwd'>"
        ),
        format!(
            "<picture><source srcset='{inner}/g.png'><img srcset='{inner}/h.png' src=x onerror=\"fetch('{inner}')\"></picture>"
        ),
        format!("<svg><image href='{inner}/i.png'/></svg><input type=image src='{inner}/j.png'>"),
    ];
    let many: String = (0..1000).map(|n| format!("<img src='{}'>", web.url(&format!("/many/{n}.png")))).collect();
    let encoded = |notes: &str| format!("<content:encoded><![CDATA[{notes}]]></content:encoded>");
    web.put("/s.mp3", "audio/mpeg", mp3(folder.path(), "One"));
    let sound = web.url("/s.mp3");
    let items = [item(1, &sound, 7, &encoded(&hostile.concat())), item(2, &sound, 7, &encoded(&many))];
    let xml = feed("", &items).replace("<rss ", r#"<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" "#);
    web.put("/feed.xml", "application/rss+xml", xml);
    let report = laptop.speak(&["import", &web.url("/feed.xml"), "--allow-local"]).last;
    assert_eq!(report["episodes_new"], 2, "{report}");
    assert!(canary.accept().is_err(), "nobody came");
    assert_eq!(web.asked("/many/").len(), 100, "a hundred of one text");
    let [left] = told(&report, "findings", "notes_pictures_many")[..] else { panic!("{report}") };
    assert!(text(&left["message"]).contains("900"), "{left}");
    let show = text(&report["slug"]);
    for which in ["episode-1", "episode-2"] {
        let kept = laptop.ask(&["episode", "get", show, which])["episode"]["notes"].clone();
        let safe = text(&kept["safe"]["html"]);
        assert_eq!(
            in_html(folder.path(), safe, "//@src | //@srcset | //@onerror | //@href"),
            Vec::<String>::new(),
            "{safe}"
        );
    }
    assert!(canary.accept().is_err(), "nobody came");
}
