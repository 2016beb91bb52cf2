//! Issue 6, point 6: somebody hears a draft by a secret address, and nobody else learns that there is one; what they remark
//! comes to its author. With curl as the browser's and the apps' way, and libxml2 as the reader of the feed.

use hearthcast_tests::{BucketScene, Laptop, Server, WebFolder, curl, file_url, files_below, output, scratch, sound};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const WORD: &str = "zanzibarcanary";

/// What curl gets: status, header fields in small letters, body.
struct Got {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Got {
    fn field(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn get(url: &str, more: &[&str]) -> Got {
    let out = Command::new("curl").args(["-sS", "-g", "-i"]).args(more).arg(url).output().expect("curl runs");
    assert!(out.status.success(), "{url}: {}", String::from_utf8_lossy(&out.stderr));
    let end = out.stdout.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let head = String::from_utf8_lossy(&out.stdout[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|code| code.trim().parse().ok()).expect("a status");
    Got { status, head, body: out.stdout[end..].to_vec() }
}

/// A draft that says the word wherever it can; its slug, and the file of its sound.
fn draft(laptop: &Laptop, show: &str, folder: &Path) -> (String, PathBuf) {
    let (file, transcript) = (folder.join("draft.mp3"), folder.join("draft.vtt"));
    sound::mp3(&file, 60, &format!("draft {WORD}"));
    std::fs::write(&transcript, format!("WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ada>Spoken {WORD} & more\n"))
        .expect("a file");
    let made = laptop.episode(show, &format!("Draft of {WORD} <b>&"), &file);
    let slug = made["episode"]["slug"].as_str().expect("a slug").to_string();
    let fields = [
        format!("notes=Words of {WORD}, **bold**. <script>alert(1)</script>"),
        format!(
            "chapters={}",
            json!([{"start_ms": 0, "title": "Begin"}, {"start_ms": 30_000, "title": format!("Then {WORD}")}])
        ),
        format!("transcript={}", transcript.display()),
        "draft=true".into(),
    ];
    laptop.ask(&[&["episode", "set", show, &slug][..], &fields.each_ref().map(String::as_str)].concat());
    (slug, file)
}

/// A show at a server, with one episode that is public, and a draft.
fn scene(folder: &Path) -> (Laptop, String, Server, String, PathBuf) {
    let mut laptop = Laptop::new(folder);
    let show = laptop.show("Harbour");
    let server = Server::start(&folder.join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
    let one = folder.join("one.mp3");
    sound::mp3(&one, 20, "One");
    laptop.episode(&show, "One", &one);
    let (slug, file) = draft(&laptop, &show, folder);
    laptop.ask(&["publish", &show]);
    (laptop, show, server, slug, file)
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_string()
}

fn xpath(folder: &Path, feed: &[u8], question: &str) -> String {
    let file = folder.join("read.xml");
    std::fs::write(&file, feed).expect("a file");
    output(Command::new("xmllint").args(["--nonet", "--xpath", question]).arg(&file)).trim().to_string()
}

/// Whether a word stands in any file below.
fn says(folder: &Path, word: &str) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| {
        let found = Command::new("grep").args(["-qa", word]).arg(path).status().expect("grep runs");
        found.success() || path.to_string_lossy().contains(word)
    };
    files_below(folder).into_iter().filter(holds).collect()
}

/// What every answer below a secret says, whatever it is about.
fn is_private(got: &Got) {
    assert_eq!(got.field("cache-control"), Some("private, no-store"), "{}", got.head);
    assert_eq!(got.field("referrer-policy"), Some("no-referrer"));
    assert_eq!(got.field("x-content-type-options"), Some("nosniff"));
    assert!(got.field("x-robots-tag").is_some_and(|value| value.starts_with("noindex")), "{}", got.head);
    let policy = got.field("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "nothing of others: {policy}");
}

#[test]
fn point_6_a_draft_is_heard_by_its_secret_address_and_by_nobody_else() {
    let place = scratch();
    let (laptop, show, server, slug, file) = scene(place.path());
    let shared = laptop.ask(&["episode", "share", &show, &slug]);
    let (page, feed) = (text(&shared["address"]), text(&shared["feed"]));
    let secret = page.trim_end_matches('/').rsplit('/').next().expect("a secret").to_string();
    assert!(page.starts_with(&format!("{}/p/", server.origin())) && secret.len() == 32, "{page}");
    assert_eq!(shared["expires_ms"].as_i64().unwrap_or(0) - shared["made_ms"].as_i64().unwrap_or(0), 7 * 86_400_000);
    assert!(text(&shared["qr_svg"]).starts_with("<svg"));

    let got = get(&page, &[]);
    assert_eq!((got.status, got.field("content-type")), (200, Some("text/html; charset=utf-8")));
    is_private(&got);
    let html = got.text();
    assert!(html.contains(&format!("<h1 dir=\"auto\">Draft of {WORD} &lt;b&gt;&amp;</h1>")), "{html}");
    assert!(html.contains("<strong>bold</strong>") && !html.contains("alert(1)</script>"), "{html}");
    assert!(html.contains("<audio id=\"player\" controls") && html.contains("src=\"sound.mp3\""), "{html}");
    assert!(
        html.contains(&format!(
            "href=\"sound.mp3#t=30\" data-at=\"30\"><span class=\"time\">0:30</span> <span dir=\"auto\">Then {WORD}"
        )),
        "{html}"
    );
    assert!(html.contains(&format!("Ada: Spoken {WORD} &amp; more")) && html.contains("content=\"noindex"), "{html}");
    // What the page names is there, private as well.
    for name in ["page.css", "page.js", "picture.jpg", "chapters.json", "transcript.vtt"] {
        let got = get(&format!("{page}{name}"), &[]);
        assert_eq!(got.status, 200, "{name}");
        is_private(&got);
    }
    // Without the slash at its end the browser is led there.
    let led = get(page.trim_end_matches('/'), &["-L"]);
    assert!(led.text().contains(WORD));

    let bytes = std::fs::read(&file).expect("the sound");
    let whole = get(&format!("{page}sound.mp3"), &[]);
    assert!(whole.status == 200 && whole.body == bytes && whole.field("content-type") == Some("audio/mpeg"));
    is_private(&whole);
    let part = get(&format!("{page}sound.mp3"), &["-r", "1000-1999"]);
    assert!(part.status == 206 && part.body == bytes[1000..2000]);
    let from = format!("bytes 1000-1999/{}", bytes.len());
    assert_eq!(part.field("content-range"), Some(from.as_str()));
    assert_eq!(get(&format!("{page}sound.mp3"), &["-r", "99999999-"]).status, 416);

    let got = get(&feed, &[]);
    is_private(&got);
    let ask = |question: &str| xpath(place.path(), &got.body, question);
    assert_eq!(ask("count(//item)"), "1");
    assert_eq!(ask("string(//item/enclosure/@url)"), format!("{page}sound.mp3"));
    assert_eq!(ask("string(//item/enclosure/@length)"), bytes.len().to_string());
    assert_eq!(
        ask(
            "string(//channel/*[local-name()='block' and namespace-uri()='http://www.itunes.com/dtds/podcast-1.0.dtd'])"
        ),
        "Yes"
    );
    assert_eq!(
        ask("string(//channel/*[local-name()='block' and namespace-uri()='https://podcastindex.org/namespace/1.0'])"),
        "yes"
    );
    assert_eq!(
        ask("count(//*[local-name()='guid' and namespace-uri()='https://podcastindex.org/namespace/1.0'])"),
        "0",
        "no app takes it for the show"
    );
    let real = laptop.ask(&["episode", "get", &show, &slug])["episode"]["guid"].clone();
    let guid = ask("string(//item/guid)");
    assert!(guid.starts_with("urn:hearthcast:draft:") && guid != text(&real), "{guid}");

    // Nothing else of the server knows of it.
    let origin = server.origin();
    let hash = text(&laptop.ask(&["episode", "get", &show, &slug])["episode"]["audio"]["hash"]);
    for path in [
        format!("/podcasts/{show}/rss/"),
        "/podcasts/".into(),
        "/episodes/".into(),
        format!("/episodes/?q={WORD}"),
        "/".into(),
        format!("/m/{hash}/sound.mp3"),
        format!("/m/{hash}/{slug}.mp3"),
        format!("/m/{}/{slug}.mp3", &hash[..32]),
    ] {
        let got = get(&format!("{origin}{path}"), &[]);
        assert!(!got.text().contains(WORD) && !got.text().contains(&secret), "{path}");
        assert!(!path.starts_with("/m/") || got.status == 404, "{path}: {}", got.status);
    }
    for (method, status) in [("POST", 405), ("DELETE", 405), ("PUT", 405)] {
        assert_eq!(get(&page, &["-X", method]).status, status, "{method}");
    }
    // A secret that is not one opens nothing, and says so as politely as one that never was.
    for other in ["a".repeat(32), "A".repeat(32), "x".into(), format!("{}a", &secret[..31])] {
        if other != secret {
            let got = get(&format!("{origin}/p/{other}/"), &[]);
            assert_eq!(got.status, 404, "{other}");
            is_private(&got);
        }
    }
    laptop.ask(&["sync"]);
    assert_eq!(laptop.ask(&["stats", &show])["downloads"], 0, "nothing is counted");
    let data = place.path().join("server");
    assert_eq!(
        says(&data, &secret),
        Vec::<PathBuf>::new(),
        "the server knows the hash of the secret, and no file the secret"
    );

    let ended = laptop.ask(&["episode", "unshare", &show, &page]);
    assert_eq!(ended["shares"][0]["live"], false);
    for name in ["", "feed.xml", "sound.mp3", "picture.jpg", "nothing"] {
        let got = get(&format!("{page}{name}"), &[]);
        assert_eq!(got.status, 410, "{name}");
        assert!(!got.text().contains(WORD) && !got.text().contains("Harbour"), "{}", got.text());
        is_private(&got);
    }
    assert_eq!(files_below(&data.join("drafts")), Vec::<PathBuf>::new(), "its files are deleted");
    assert_eq!(laptop.ask(&["episode", "unshare", &show, &slug])["shares"], json!([]), "once is enough");
}

#[test]
fn point_6_who_may_hear_it_and_for_how_long_is_bounded() {
    let place = scratch();
    let (laptop, show, mut server, slug, _) = scene(place.path());
    for days in ["0", "91", "4000000000"] {
        let refused = laptop.speak(&["episode", "share", &show, &slug, "--days", days]);
        assert_eq!(
            (refused.code, &refused.last["code"]),
            (Some(2), &json!("usage.invalid")),
            "{days}: {}",
            refused.last
        );
    }
    laptop.ask(&["episode", "add", &show, "--title", "Silent"]);
    let refused = laptop.speak(&["episode", "share", &show, "silent"]);
    assert_eq!(refused.last["code"], "publish.incomplete", "{}", refused.last);
    let pages: Vec<String> =
        (0..20).map(|_| text(&laptop.ask(&["episode", "share", &show, &slug, "--days", "1"])["address"])).collect();
    let refused = laptop.speak(&["episode", "share", &show, &slug]);
    assert_eq!(refused.last["code"], "usage.invalid", "a twenty-first: {}", refused.last);
    // The sound lies there once, however many hear it: links to one file.
    let inodes = output(
        Command::new("find").arg(place.path().join("server/drafts")).args(["-size", "+500k", "-printf", "%i\n"]),
    );
    let inodes: std::collections::BTreeSet<&str> = inodes.lines().collect();
    assert_eq!(inodes.len(), 1, "{inodes:?}");

    // A server that does not answer is told by the next sync.
    server.kill();
    let ended = laptop.speak(&["episode", "unshare", &show, &pages[0]]);
    assert_eq!((ended.code, &ended.last["shares"][0]["waits"]), (Some(3), &json!(true)), "{}", ended.last);
    server.kill_and_start_again();
    assert_eq!(get(&pages[0], &[]).status, 200, "it does not know yet");
    laptop.ask(&["sync"]);
    assert_eq!((get(&pages[0], &[]).status, get(&pages[1], &[]).status), (410, 200));
    let all = laptop.ask(&["episode", "shares", &show]);
    let live = all["shares"].as_array().expect("a list").iter().filter(|one| one["live"] == true).count();
    assert_eq!(live, 19);
    // What is called back is heard by nobody any more.
    laptop.ask(&["episode", "set", &show, &slug, "draft=false"]);
    laptop.ask(&["publish", &show]);
    laptop.speak(&["episode", "withdraw", &show, &slug]);
    assert!(pages.iter().all(|page| get(page, &[]).status == 410), "withdrawn is withdrawn");
}

/// What a form's fields were given.
fn typed(fields: &[(&str, &str)]) -> [String; 3] {
    ["at", "name", "text"].map(|wanted| {
        fields.iter().find(|(name, _)| *name == wanted).map_or(String::new(), |(_, value)| (*value).to_string())
    })
}

/// What the fields of a page's form hold, as libxml2's HTML parser reads them.
fn typed_again(page: &str) -> [String; 3] {
    let folder = scratch();
    let file = folder.path().join("page.html");
    std::fs::write(&file, page).expect("a file");
    ["//input[@name='at']/@value", "//input[@name='name']/@value", "//textarea[@name='text']"].map(|path| {
        let path = format!("string({path})");
        let read = output(Command::new("xmllint").args(["--html", "--nonet", "--xpath", &path]).arg(&file));
        let read = read.strip_suffix('\n').unwrap_or(&read);
        // HTML drops the line break after the tag of a text area; that parser does not.
        read.strip_prefix('\n').filter(|_| path.contains("textarea")).unwrap_or(read).to_string()
    })
}

#[test]
fn point_6_what_hearers_remark_comes_to_the_author_and_to_nobody_else() {
    let place = scratch();
    let (laptop, show, server, slug, _) = scene(place.path());
    let page = text(&laptop.ask(&["episode", "share", &show, &slug])["address"]);
    let form = get(&page, &[]).text();
    assert!(form.contains("<form method=\"post\" action=\"remarks#remarks\""), "it works without a script");
    let send = |fields: &[(&str, &str)]| {
        let mut words: Vec<String> = vec![];
        for (name, value) in fields {
            words.extend(["--data-urlencode".into(), format!("{name}={value}")]);
        }
        get(&format!("{page}remarks"), &words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let sent = send(&[("at", "0:30"), ("name", "Eve \u{1b}[31m"), ("text", "Too <loud>\r\nhere \u{202e}& there")]);
    assert_eq!((sent.status, sent.field("location")), (303, Some("./?remark=arrived#remarks")));
    is_private(&sent);
    assert_eq!(send(&[("at", ""), ("text", "All of it is good")]).field("location"), Some("./?remark=arrived#remarks"));
    // What cannot be taken comes back as it was typed, with the reason; nothing is sent by it.
    let long_ago = "Nothing was sent yet: 1:00:00 is after the end of the sound";
    for (wrong, why) in [
        (&[("at", "0:10"), ("text", " \n ")][..], "Nothing was sent yet: the remark is empty."),
        (&[("at", "9:99:99"), ("text", "x")], "Nothing was sent yet: 9:99:99 is after the end of the sound"),
        (&[("at", "soon \"&"), ("name", "Ada"), ("text", "\nTwo\n<lines>")], "“soon &quot;&amp;” is no time"),
        (&[("at", "1:00:00"), ("text", "x")], long_ago),
        (&[("nothing", "")], "Nothing was sent yet: the remark is empty."),
    ] {
        let back = send(wrong);
        assert_eq!((back.status, back.field("location")), (422, None), "{wrong:?}");
        is_private(&back);
        let form = back.text();
        assert!(form.contains("<p role=\"alert\">") && form.contains(why), "{wrong:?}: {form}");
        assert_eq!(typed_again(&form), typed(wrong), "{wrong:?}");
    }
    assert_eq!(
        get(&format!("{page}remarks"), &[]).field("location"),
        Some("./#remarks"),
        "typed into the address line"
    );
    let told = get(&format!("{page}?remark=arrived"), &[]).text();
    assert!(told.contains("<p role=\"status\">Thank you, your remark has arrived.</p>"), "{told}");
    let long = "x".repeat(40_000);
    assert_eq!(send(&[("text", &long)]).status, 413);
    assert_eq!(get(&format!("{page}remarks"), &["-H", "Content-Type: text/plain", "--data", "text=x"]).status, 415);
    assert_eq!(get(&format!("{page}other"), &["--data", "text=x"]).status, 405);
    // Not so fast.
    let fast: Vec<_> = (0..12).map(|n| send(&[("at", "0:20"), ("text", &format!("number {n}"))])).collect();
    let last = fast.last().expect("twelve");
    assert_eq!((last.status, typed_again(&last.text())), (429, typed(&[("at", "0:20"), ("text", "number 11")])));
    assert!(last.text().contains("<p role=\"alert\">That was fast."));
    // Other hearers do not read it.
    assert!(!get(&page, &[]).text().contains("Too &lt;loud"));
    assert!(!curl(&[&format!("{}/comments/", server.origin())]).1.to_string().contains("loud"));

    assert_eq!(laptop.ask(&["episode", "remarks", &show, &slug])["remarks"], json!([]), "nothing was fetched yet");
    laptop.ask(&["sync"]);
    let remarks = laptop.ask(&["episode", "remarks", &show, &slug])["remarks"].clone();
    assert_eq!(remarks[0]["text"], "All of it is good", "what is about all of it comes first");
    let one = remarks.as_array().expect("a list").iter().find(|one| one["at_ms"] == 30_000).expect("the first one");
    assert_eq!((&one["name"], &one["text"]), (&json!("Eve [31m"), &json!("Too <loud>\nhere & there")));
    let count = remarks.as_array().map(Vec::len);
    laptop.ask(&["episode", "unshare", &show, &slug]);
    assert_eq!(send(&[("text", "too late")]).status, 410);
    laptop.ask(&["sync"]);
    let again = laptop.ask(&["episode", "remarks", &show, &slug])["remarks"].as_array().map(Vec::len);
    assert_eq!(again, count, "they stay when the address is over");
}

#[test]
fn point_6_a_storage_shows_a_draft_until_the_laptop_takes_it_away() {
    let scene = BucketScene::new(20);
    let (laptop, show, folder) = (&scene.laptop, &scene.show, scene.folder.path());
    laptop.ask(&["publish", show]);
    let (slug, file) = draft(laptop, show, folder);
    let www = folder.join("www");
    std::fs::create_dir(&www).expect("a folder for the web");
    let web = WebFolder::start(&www);
    laptop.ask(&["target", "add", show, "www", &file_url(&www), "--public-url", &format!("{}/", web.origin())]);
    let bytes = std::fs::read(&file).expect("the sound");
    for (target, place) in [("pods", folder.join("s3")), ("www", www.clone())] {
        let shared = laptop.ask(&["episode", "share", show, &slug, "--target", target, "--days", "2"]);
        let page = text(&shared["address"]);
        assert!(page.ends_with("/index.html") && page.contains("/drafts/"), "{page}");
        let got = get(&page, &[]);
        assert!(got.status == 200 && got.text().contains("<meta name=\"robots\" content=\"noindex"), "{}", got.text());
        assert!(
            got.text().contains("Content-Security-Policy") && !got.text().contains("<form"),
            "nobody takes remarks there"
        );
        let base = page.strip_suffix("index.html").expect("a page");
        assert_eq!(get(&format!("{base}sound.mp3"), &[]).body, bytes);
        // The page has a player, chapters and the transcript; what it names, and what apps get of them, is there.
        let html = got.text();
        assert!(html.contains("<audio id=\"player\" controls") && html.contains("src=\"sound.mp3\""), "{html}");
        assert!(html.contains("href=\"sound.mp3#t=30\" data-at=\"30\""), "{html}");
        assert!(html.contains(&format!("Then {WORD}")) && html.contains("Begin</span>"), "{html}");
        assert!(html.contains(&format!("Ada: Spoken {WORD} &amp; more")), "{html}");
        for name in ["page.css", "page.js"] {
            assert!(
                html.contains(&format!("=\"{name}\"")) && get(&format!("{base}{name}"), &[]).status == 200,
                "{name}"
            );
        }
        let chapters = get(&format!("{base}chapters.json"), &[]);
        let read: Value = serde_json::from_slice(&chapters.body).expect("JSON");
        assert_eq!(chapters.status, 200);
        assert_eq!(read["chapters"][1], json!({"startTime": 30, "title": format!("Then {WORD}")}));
        let transcript = get(&format!("{base}transcript.vtt"), &[]);
        assert!(transcript.status == 200 && transcript.text().starts_with("WEBVTT"), "{}", transcript.text());
        assert!(transcript.text().contains(&format!("Spoken {WORD} &amp; more")), "{}", transcript.text());
        let feed = get(&text(&shared["feed"]), &[]);
        assert_eq!(xpath(folder, &feed.body, "string(//item/enclosure/@url)"), format!("{base}sound.mp3"));
        for (tag, name) in [("chapters", "chapters.json"), ("transcript", "transcript.vtt")] {
            let url = xpath(folder, &feed.body, &format!("string(//item/*[local-name()='{tag}']/@url)"));
            assert_eq!(url, format!("{base}{name}"));
        }
        if target == "pods" {
            assert_eq!(got.field("content-type"), Some("text/html; charset=utf-8"));
            assert_eq!(got.field("cache-control"), Some("private, no-store"));
        }
        // Nothing that can be read names it, and a publication leaves it alone.
        laptop.ask(&["publish", show, "--target", target]);
        let secret = base.trim_end_matches('/').rsplit('/').next().expect("a secret");
        let named: Vec<PathBuf> =
            says(&place, secret).into_iter().filter(|path| !path.to_string_lossy().contains("/drafts/")).collect();
        assert_eq!(named, Vec::<PathBuf>::new());
        assert_eq!(get(&page, &[]).status, 200);
        laptop.ask(&["sync"]);
        assert_eq!(get(&page, &[]).status, 200, "its time is not over");
        let refused = laptop.speak(&["target", "remove", target]);
        assert_eq!(refused.last["code"], "target.invalid", "nobody could take it away any more: {}", refused.last);
        laptop.ask(&["episode", "unshare", show, &page]);
        assert_eq!(get(&page, &[]).status, 404);
        assert_eq!(says(&place, secret), Vec::<PathBuf>::new(), "nothing is left");
    }
}

/// A program that ends with the value, also when the test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What stands before a server of an earlier release: it has none of the addresses of drafts. One request to a connection.
fn older(server: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let server = server.strip_prefix("http://").expect("an origin").to_string();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = server.clone();
            std::thread::spawn(move || passed_on(client, &server));
        }
    });
    origin
}

fn passed_on(mut client: TcpStream, server: &str) -> std::io::Result<()> {
    let mut head = vec![];
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    if text.split(' ').nth(1).is_some_and(|path| path.starts_with("/sync/v1/draft")) {
        let body = json!({"v": 1, "code": "library.not_found", "message": "This server has no such address.", "hint": "", "retry": "no"});
        let (body, kind) = (body.to_string(), "application/json");
        let head = format!(
            "HTTP/1.1 404 Not Found\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        return client.write_all(format!("{head}{body}").as_bytes());
    }
    let mut there = TcpStream::connect(server)?;
    there.write_all(text.trim_end().as_bytes())?;
    there.write_all(b"\r\nConnection: close\r\n\r\n")?;
    let (mut from, mut to) = (client.try_clone()?, there.try_clone()?);
    std::thread::spawn(move || std::io::copy(&mut from, &mut to));
    std::io::copy(&mut there, &mut client)?;
    client.shutdown(std::net::Shutdown::Both)
}

#[test]
fn point_6_an_older_server_is_told_to_be_too_old_and_sent_nothing() {
    let place = scratch();
    let mut laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let server = Server::start(&place.path().join("server"));
    laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
    laptop.ask(&["target", "add", &show, "home", &format!("server+{}", older(&server.origin()))]);
    let (slug, _) = draft(&laptop, &show, place.path());
    let refused = laptop.speak(&["episode", "share", &show, &slug]);
    assert_eq!(refused.last["code"], "sync.upgrade", "{}", refused.last);
    assert!(
        refused.last["hint"].as_str().is_some_and(|hint| hint.contains("needs a newer server")),
        "{}",
        refused.last
    );
    let data = place.path().join("server");
    assert_eq!(files_below(&data.join("uploads")), Vec::<PathBuf>::new(), "nothing was sent");
    assert_eq!(files_below(&data.join("drafts")), Vec::<PathBuf>::new());
    // Everything else goes on: what is not there is not missed.
    laptop.ask(&["sync"]);
    assert_eq!(laptop.ask(&["episode", "shares", &show])["shares"], json!([]));
}

#[test]
fn point_6_without_a_server_the_laptop_itself_shows_it_as_long_as_it_is_left_open() {
    let place = scratch();
    let laptop = Laptop::new(place.path());
    let show = laptop.show("Harbour");
    let (slug, file) = draft(&laptop, &show, place.path());
    let refused = laptop.speak(&["episode", "share", &show, &slug]);
    assert!(refused.last["hint"].as_str().is_some_and(|hint| hint.contains("--lan")), "{}", refused.last);

    let words = ["episode", "share", &show, &slug, "--lan", "127.0.0.1", "--json"];
    let mut child = Running(laptop.command(&words).stdout(Stdio::piped()).spawn().expect("hearthcast starts"));
    let mut lines = BufReader::new(child.0.stdout.take().expect("its words")).lines();
    let shown: Value = serde_json::from_str(&lines.next().expect("a line").expect("text")).expect("JSON");
    let page = text(&shown["address"]);
    let got = get(&page, &[]);
    assert!(got.status == 200 && got.text().contains(WORD) && !got.text().contains("<form"), "{}", got.text());
    is_private(&got);
    let part = get(&format!("{page}sound.mp3"), &["-r", "0-99"]);
    assert!(part.status == 206 && part.body == std::fs::read(&file).expect("the sound")[..100]);
    let origin = page.split("/p/").next().expect("an origin");
    for (url, more, why) in [
        (format!("{origin}/"), &[][..], "nothing without the secret"),
        (format!("{origin}/p/{}/", "a".repeat(32)), &[], "another secret"),
        (page.clone(), &["-H", "Host: evil.example"], "a rebound name"),
        (format!("{page}../../etc/passwd"), &["--path-as-is"], "what is not of the draft"),
    ] {
        let got = get(&url, more);
        assert!(got.status == 404 && !got.text().contains(WORD), "{why}: {}", got.status);
    }
    assert_eq!(get(&page, &["-X", "POST", "--data", "text=x"]).status, 405, "it only reads");
    output(Command::new("kill").args(["-INT", &child.0.id().to_string()]));
    let last: Value = serde_json::from_str(&lines.next().expect("a line").expect("text")).expect("JSON");
    assert_eq!((&last["type"], &last["live"]), (&json!("result"), &json!(false)));
    assert_eq!(child.0.wait().expect("it ends").code(), Some(0));
    assert!(
        Command::new("curl").args(["-sS", &page]).output().is_ok_and(|out| !out.status.success()),
        "it stopped with the command"
    );
}

#[test]
fn point_6_the_terminal_shows_a_picture_and_says_what_apps_can_do() {
    let place = scratch();
    let (laptop, show, _server, slug, _) = scene(place.path());
    let shared = laptop.ask(&["episode", "share", &show, &slug]);
    let said = output(laptop.command(&["episode", "shares", &show, "--qr"]).env("NO_COLOR", "1"));
    assert!(said.contains('█') && said.contains("Spotify: It plays only what is in its own catalogue"), "{said}");
    let apps = shared["apps"].as_array().expect("a list");
    let follows = |name: &str| apps.iter().find(|app| app["name"] == name).expect(name)["follows"] == true;
    assert!(
        follows("Apple Podcasts")
            && follows("AntennaPod")
            && follows("Overcast")
            && follows("Pocket Casts")
            && !follows("Spotify")
    );
    assert!(apps.iter().all(|app| app["source"].as_str().is_some_and(|url| url.starts_with("https://"))));
}
