//! A show is taken over where another program serves it: listeners, feed and files keep their addresses.

use crate::scene::{new_feed_url, read, text, xpath};
use hearthcast_testkit::{ACCESS_KEY_ID, CutLine, S3Server, SECRET_ACCESS_KEY, bucket_url, public_url};
use hearthcast_tests::{Laptop, enclosures, file_url, output, scratch, sound};
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Seconds of the first sound: many times what a feed has in bytes.
const LONG: usize = 66;

/// What somebody else's program put there: two shows, of which one is ours to be taken over.
fn foreign(folder: &Path, public: &str) -> String {
    for (name, seconds) in [("pod/2019/One_Stair.mp3", LONG), ("pod/2019/two.mp3", 24), ("others/theirs.mp3", 6)] {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        sound::mp3(&file, seconds, name);
    }
    std::fs::create_dir_all(folder.join("art")).unwrap();
    sound::cover(&folder.join("art/cover.jpg"));
    std::fs::write(folder.join("others/notes.txt"), "not yours").unwrap();
    let length = |name: &str| std::fs::metadata(folder.join(name)).unwrap().len();
    let item = |n: usize, guid: &str, name: &str| {
        format!(
            "<item>\n\t<title>Part {n}</title><guid isPermaLink='false'>{guid}</guid>\n\
             <pubDate>Mon, 0{n} Jan 2024 10:00:00 +0100</pubDate><description>Words of part {n}.</description>\n\
             <enclosure type='audio/mpeg' length='{}' url='{public}{name}'/></item>\n",
            length(name)
        )
    };
    let feed = format!(
        "<?xml version='1.0' encoding='utf-8'?>\n<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>\n\
         <channel><!-- written by Old Host 3.1 --><title>Harbour talk</title><link>https://harbour.example/</link>\n\
         <language>en</language><description>Of the sea.</description><itunes:author>Ada</itunes:author>\n\
         <itunes:explicit>false</itunes:explicit><itunes:category text='Arts'/><itunes:image href='{public}art/cover.jpg'/>\n{}{}\
         </channel></rss>\n",
        item(1, "http://old.example/?p=1", "pod/2019/One_Stair.mp3"),
        item(2, "OLD-0002", "pod/2019/two.mp3")
    );
    std::fs::write(folder.join("podcast.xml"), &feed).unwrap();
    feed
}

/// Every file below a folder: what it is on the disk, and its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, (u64, i64, Vec<u8>)> {
    let listed = output(Command::new("find").arg(folder).args(["-type", "f"]));
    listed
        .lines()
        .map(|path| {
            let about = std::fs::metadata(path).unwrap();
            let name = Path::new(path).strip_prefix(folder).unwrap().to_path_buf();
            (name, (about.ino(), about.mtime_nsec() + about.mtime() * 1_000_000_000, std::fs::read(path).unwrap()))
        })
        .collect()
}

struct Bucket {
    laptop: Laptop,
    show: String,
    storage: S3Server,
    line: CutLine,
    url: String,
    public: String,
    feed: String,
    bytes: u64,
    folder: tempfile::TempDir,
}

impl Bucket {
    /// A bucket with somebody else's show, and a laptop that imported it.
    fn imported() -> Self {
        let folder = scratch();
        let storage = S3Server::start(&folder.path().join("s3"));
        let line = CutLine::to(storage.address());
        let (url, public) = (bucket_url(&line.origin(), "harbour"), public_url(&line.origin(), "harbour"));
        let feed = foreign(&storage.bucket().join("harbour"), &public);
        let mut laptop = Laptop::new(folder.path());
        laptop.secret("HEARTHCAST_PODS_ACCESS_KEY_ID", ACCESS_KEY_ID);
        laptop.secret("HEARTHCAST_PODS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
        let report = laptop.ask(&["import", &format!("{public}podcast.xml"), "--allow-local"]);
        let show = text(&report["slug"]).to_string();
        let sounds: u64 = enclosures(&feed.replace('\'', "\"")).iter().map(|(_, length)| length).sum();
        let bytes = sounds + std::fs::metadata(storage.bucket().join("harbour/art/cover.jpg")).unwrap().len();
        Self { laptop, show, storage, line, url, public, feed, bytes, folder }
    }

    fn there(&self) -> PathBuf {
        self.storage.bucket().join("harbour")
    }

    fn words<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let place = [self.show.as_str(), "pods", self.url.as_str(), "--public-url", self.public.as_str()];
        [&["target", "take-over"][..], &place, more].concat()
    }
}

#[test]
fn point_3_a_bucket_is_taken_over_in_place_and_nothing_is_sent_again() {
    let bucket = Bucket::imported();
    let (laptop, show, feed_url) = (&bucket.laptop, &bucket.show, format!("{}podcast.xml", bucket.public));
    assert!(bucket.bytes > 500_000, "the sounds are long: {}", bucket.bytes);
    let before = files(&bucket.there());
    bucket.storage.asked();
    let plan = laptop.ask(&bucket.words(&["--plan"]));
    assert_eq!((text(&plan["feed_url"]), &plan["version"]), (feed_url.as_str(), &0.into()), "{plan}");
    assert_eq!((plan["kept_bytes"].as_u64(), plan["read_bytes"].as_u64()), (Some(bucket.bytes), Some(bucket.bytes)));
    assert_eq!(text(&plan["next"]["confirm"]), show);
    let told: Vec<&str> =
        plan["next"]["feed"]["tags"].as_array().unwrap().iter().map(|tag| text(&tag["tag"])).collect();
    assert!(told.contains(&"atom:link") && told.contains(&"podcast:guid"), "what ours says besides: {told:?}");
    assert!(plan["next"].get("consequences").is_none(), "apps know every episode again: {}", plan["next"]);
    let asked = bucket.storage.asked();
    assert!(asked.iter().all(|asked| matches!(asked.method.as_str(), "GET" | "HEAD")), "{asked:#?}");
    assert_eq!(files(&bucket.there()), before, "a plan changes nothing");
    assert!(laptop.ask(&["target", "list"])["targets"].as_array().unwrap().is_empty());

    let sent = bucket.line.sent();
    let taken = laptop.ask(&bucket.words(&[]));
    assert_eq!((&taken["version"], taken["kept"].as_u64()), (&1.into(), Some(3)), "{taken}");
    let after = files(&bucket.there());
    let new: Vec<_> = after.keys().filter(|name| !before.contains_key(*name)).collect();
    assert!(new.iter().all(|name| name.starts_with(format!("feeds/{show}/v"))) && new.len() == 2, "{new:?}");
    assert!(before.iter().all(|(name, file)| after.get(name) == Some(file)), "nothing there was touched");
    laptop.ask(&["sync"]);
    assert_eq!(read(&feed_url), bucket.feed, "no clock publishes over it");

    let refused = laptop.speak(&["publish", show]);
    assert_eq!((refused.code, text(&refused.last["code"])), (Some(1), "guard.confirm"), "{}", refused.last);
    assert_eq!(laptop.speak(&["publish", show, "--confirm", "yes"]).code, Some(1));
    assert_eq!(read(&feed_url), bucket.feed);
    let published = laptop.ask(&["publish", show, "--confirm", show]);
    assert_eq!((text(&published["feed_url"]), &published["version"]), (feed_url.as_str(), &2.into()));
    let sent = bucket.line.sent() - sent;
    assert!(sent < bucket.bytes / 2, "{sent} bytes were sent, and the sounds have {}", bucket.bytes);

    let ours = read(&feed_url);
    assert_eq!(enclosures(&ours), sorted_like(&ours, enclosures(&bucket.feed.replace('\'', "\""))));
    for path in ["//item/guid/text()", "//item/title/text()", "count(//item)"] {
        let said =
            |feed: &str| xpath(feed, path).lines().map(str::to_string).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(said(&ours), said(&bucket.feed), "{path}");
    }
    assert_eq!(xpath(&ours, "string(//*[local-name()='link' and @rel='self']/@href)"), feed_url);
    assert_eq!(new_feed_url(&ours), "", "nobody has to go anywhere");
    let now = files(&bucket.there());
    let same = before.iter().filter(|(name, _)| name.as_os_str() != "podcast.xml");
    assert!(same.into_iter().all(|(name, file)| now.get(name) == Some(file)), "no object of theirs was touched");

    // What was there before can come back, byte for byte, and ours again with the word.
    laptop.ask(&["rollback", show, "--to", "1"]);
    assert_eq!(read(&feed_url), bucket.feed);
    assert_eq!(laptop.speak(&["publish", show]).code, Some(1), "it is another program's feed again");
    laptop.ask(&["publish", show, "--confirm", show]);
    assert_eq!(enclosures(&read(&feed_url)), enclosures(&ours));
    // A new episode comes beside what is there.
    let file = bucket.folder.path().join("three.mp3");
    sound::mp3(&file, 6, "Three");
    laptop.episode(show, "Three", &file);
    laptop.ask(&["publish", show]);
    assert_eq!(enclosures(&read(&feed_url)).len(), 3);
    assert_eq!(laptop.ask(&bucket.words(&[]))["kept"].as_u64().map(|kept| kept >= 2), Some(true), "again is no harm");
}

/// Both in one order.
fn sorted_like(feed: &str, theirs: Vec<(String, u64)>) -> Vec<(String, u64)> {
    let order = enclosures(feed);
    let mut theirs = theirs;
    theirs.sort_by_key(|(url, _)| order.iter().position(|(own, _)| own == url));
    theirs
}

#[test]
fn point_3_a_take_over_that_is_killed_goes_on() {
    let bucket = Bucket::imported();
    let before = files(&bucket.there());
    let mut kills = 0;
    for pause_ms in (20..).step_by(35) {
        let mut running = bucket.laptop.command(&bucket.words(&[])).spawn().expect("hearthcast starts");
        let end = Instant::now() + Duration::from_millis(pause_ms);
        while Instant::now() < end && running.try_wait().unwrap().is_none() {
            std::thread::park_timeout(Duration::from_millis(2));
        }
        let ended = running.try_wait().unwrap().is_some();
        let _ = running.kill();
        running.wait().unwrap();
        let now = files(&bucket.there());
        assert!(before.iter().all(|(name, file)| now.get(name) == Some(file)), "killed after {pause_ms} ms");
        if ended {
            break;
        }
        kills += 1;
        assert!(kills < 200, "it gets on");
    }
    assert!(kills > 2, "it was killed at work: {kills}");
    let taken = bucket.laptop.ask(&bucket.words(&[]));
    assert_eq!(taken["version"], 1, "{taken}");
    let versions = bucket.laptop.ask(&["history", &bucket.show]);
    assert_eq!(versions["versions"].as_array().map(Vec::len), Some(1), "{versions}");
    let published = bucket.laptop.ask(&["publish", &bucket.show, "--confirm", &bucket.show]);
    assert_eq!(published["version"], 2);
}

#[test]
fn point_3_a_folder_with_another_show_or_another_feed_is_not_taken() {
    let place = scratch();
    let (www, public) = (place.path().join("www"), "https://pods.example.org/");
    std::fs::create_dir_all(&www).unwrap();
    let feed = foreign(&www, public);
    let laptop = Laptop::new(place.path());
    // The feed is read from a file: the address that listeners use is told.
    let saved = place.path().join("saved.xml");
    std::fs::write(&saved, &feed).unwrap();
    // Nobody answers at example.org: what the feed says is taken all the same.
    let imported = laptop.speak(&["import", saved.to_str().unwrap(), "--media", "none"]).last;
    let show = text(&imported["slug"]).to_string();
    let url = file_url(&www);
    let take = |show: &str, feed: &str| {
        let words = ["target", "take-over", show, "web", &url, "--public-url", public, "--feed", feed];
        laptop.speak(&words)
    };
    let code = |spoken: &hearthcast_tests::Spoken| text(&spoken.last["code"]).to_string();
    let of: [(&str, &str); 4] = [
        ("https://elsewhere.example/podcast.xml", "target.invalid"),
        ("https://pods.example.org/podcast.php", "target.invalid"),
        ("https://pods.example.org/nothing.xml", "target.invalid"),
        ("https://pods.example.org/others/notes.txt", "target.invalid"),
    ];
    for (feed, expected) in of {
        let refused = take(&show, feed);
        assert_eq!(code(&refused), expected, "{feed}: {}", refused.last);
        assert!(!text(&refused.last["hint"]).is_empty());
    }
    let other = laptop.show("Lighthouse");
    let file = place.path().join("own.mp3");
    sound::mp3(&file, 6, "Own");
    laptop.episode(&other, "Own", &file);
    let refused = take(&other, "https://pods.example.org/podcast.xml");
    assert_eq!(code(&refused), "library.taken", "{}", refused.last);
    assert!(laptop.ask(&["target", "list"])["targets"].as_array().is_some_and(Vec::is_empty), "nothing was kept of it");
    // Sounds that were not brought here stay where they are, too.
    let cover = format!("cover={}", www.join("art/cover.jpg").display());
    laptop.ask(&["show", "set", &show, &cover]);
    let taken = take(&show, "https://pods.example.org/podcast.xml").last;
    assert_eq!((&taken["version"], &taken["elsewhere"]), (&Value::from(1), &Value::from(2)), "{taken}");
    laptop.ask(&["publish", &show, "--confirm", &show]);
    let ours = std::fs::read_to_string(www.join("podcast.xml")).unwrap();
    assert_eq!(enclosures(&ours), sorted_like(&ours, enclosures(&feed.replace('\'', "\""))));
    laptop.ask(&["rollback", &show, "--to", "1"]);
    assert_eq!(std::fs::read_to_string(www.join("podcast.xml")).unwrap(), feed);
}

#[test]
fn point_3_taking_over_releases_nothing_that_its_author_only_prepares() {
    let bucket = Bucket::imported();
    let (laptop, show, www) = (&bucket.laptop, &bucket.show, bucket.folder.path().join("www"));
    std::fs::create_dir(&www).unwrap();
    let mirror = ["--public-url", "https://www.example.org/", "--role", "mirror"];
    laptop.ask(&[&["target", "add", show, "www", &file_url(&www)][..], &mirror].concat());
    laptop.ask(&["publish", show, "--target", "www"]);
    laptop.ask(&["episode", "set", show, "part-1", "title=Part 1, not ready yet"]);
    laptop.ask(&bucket.words(&[]));
    laptop.ask(&["sync", show]);
    let there = std::fs::read_to_string(www.join(format!("feeds/{show}/feed.xml"))).unwrap();
    assert!(there.contains("Part 1") && !there.contains("not ready"), "{there}");
    assert_eq!(std::fs::read_to_string(bucket.there().join("podcast.xml")).unwrap(), bucket.feed);

    // Where the show is public as the first place already, it is moved instead.
    let other = Bucket::imported();
    let (laptop, show, www) = (&other.laptop, &other.show, other.folder.path().join("www"));
    std::fs::create_dir(&www).unwrap();
    laptop.ask(&["target", "add", show, "www", &file_url(&www), "--public-url", "https://www.example.org/"]);
    laptop.ask(&["publish", show, "--target", "www"]);
    let refused = laptop.speak(&other.words(&[]));
    assert!(text(&refused.last["message"]).contains("public at \"www\" already"), "{}", refused.last);
}
