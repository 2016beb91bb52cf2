//! Issue 7, point 8: a video is a further file of an episode: playable while it loads, with a still that apps show before. Point 9: what
//! the disk loses of its pictures is made again. The judges are ffmpeg, ffprobe, ImageMagick, libxml2 and the bytes of the files.

use hearthcast_tests::{Laptop, file_url, output, scratch, sound};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const PUBLIC: &str = "https://shows.example/";

struct Scene {
    folder: tempfile::TempDir,
    laptop: Laptop,
    show: String,
}

impl Scene {
    fn new() -> Self {
        let folder = scratch();
        let laptop = Laptop::new(folder.path());
        let show = laptop.show("Harbour");
        laptop.ask(&["target", "add", &show, "www", &file_url(&folder.path().join("www")), "--public-url", PUBLIC]);
        let sound = folder.path().join("one.mp3");
        sound::mp3(&sound, 8, "One");
        laptop.episode(&show, "One", &sound);
        Self { folder, laptop, show }
    }

    /// Eight seconds, the first two black, then yellow, with a tone; the table of contents behind the pictures, as ffmpeg leaves it.
    fn film(&self) -> PathBuf {
        let film = self.folder.path().join("the film.mp4");
        let shown = "color=c=black:s=640x360:r=10:d=2[a];color=c=yellow:s=640x360:r=10:d=6[b];[a][b]concat";
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=f=330:d=8", "-filter_complex", shown]);
        output(ffmpeg.args(["-c:v", "mpeg4", "-c:a", "aac", "-b:a", "64k"]).arg(&film));
        film
    }

    fn give(&self, film: &Path) -> Value {
        self.laptop.ask(&["episode", "set", &self.show, "one", &format!("alternate={}", film.display())])
    }

    fn video(&self) -> Value {
        self.laptop.ask(&["episode", "get", &self.show, "one"])["episode"]["tags"]["alternate_enclosures"][0].clone()
    }

    fn poster(&self, words: &[&str]) -> Value {
        self.laptop.ask(&[&["episode", "poster", &self.show, "one"], words].concat())
    }

    fn feed(&self, path: &str) -> String {
        let feed = self.folder.path().join("www/feeds").join(&self.show).join("feed.xml");
        output(Command::new("xmllint").args(["--nonet", "--xpath", path]).arg(feed)).trim().to_string()
    }

    /// The published file behind an address of the feed.
    fn published(&self, path: &str) -> PathBuf {
        let address = self.feed(path);
        let key = address.strip_prefix(PUBLIC).unwrap_or_else(|| panic!("{path}: \"{address}\""));
        self.folder.path().join("www").join(key)
    }

    fn kept(&self, file: &Value) -> PathBuf {
        let hash = file["hash"].as_str().expect("a hash");
        self.laptop.library().join("media").join(&hash[..2]).join(hash)
    }
}

/// Names of the boxes of an MP4 in their order (ISO/IEC 14496-12, 4.2: size, then name).
fn boxes(file: &Path) -> Vec<String> {
    let bytes = std::fs::read(file).expect("a file");
    let (mut at, mut names) = (0, vec![]);
    while let Some(head) = bytes.get(at..at + 8) {
        let size = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        names.push(String::from_utf8_lossy(&head[4..]).into_owned());
        at += size.max(8);
    }
    names
}

/// A hash of all packets.
fn packets(file: &Path) -> String {
    let mut ffmpeg = Command::new("ffmpeg");
    output(ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(file).args(["-map", "0", "-c", "copy", "-f", "md5", "-"]))
}

/// Width, height and mean brightness (0 to 1) of a picture.
fn looks(picture: &Path) -> (u32, u32, f64) {
    let mut identify = Command::new("identify");
    let told = output(identify.env("LC_ALL", "C").args(["-format", "%w %h %[fx:mean]"]).arg(picture));
    let words: Vec<&str> = told.split_whitespace().collect();
    (words[0].parse().expect("pixels"), words[1].parse().expect("pixels"), words[2].parse().expect("a number"))
}

const STILL: &str = "string(//item/*[name()='podcast:image'][@purpose='poster']/@href)";

#[test]
fn point_8_a_video_of_an_episode_plays_while_it_loads_and_has_a_still() {
    let scene = Scene::new();
    let film = scene.film();
    let behind = boxes(&film);
    assert!(
        behind.iter().position(|name| name == "moov") > behind.iter().position(|name| name == "mdat"),
        "{behind:?}"
    );
    scene.give(&film);
    scene.give(&film);
    let all = scene.laptop.ask(&["episode", "get", &scene.show, "one"]);
    let all = all["episode"]["tags"]["alternate_enclosures"].as_array().cloned().expect("a list");
    assert_eq!(all.len(), 1, "the same film twice is one");
    scene.laptop.ask(&["publish", &scene.show]);

    let tag = "//item/*[name()='podcast:alternateEnclosure']";
    let shown = scene.published(&format!("string({tag}/*[name()='podcast:source']/@uri)"));
    let inside = boxes(&shown);
    assert!(
        inside.iter().position(|name| name == "moov") < inside.iter().position(|name| name == "mdat"),
        "{inside:?}"
    );
    assert_eq!(packets(&shown), packets(&film), "no picture and no sound is another one");
    assert_eq!(scene.feed(&format!("string({tag}/@type)")), "video/mp4");
    assert_eq!(scene.feed(&format!("string({tag}/@height)")), "360");
    let size = std::fs::metadata(&shown).expect("a file").len();
    assert_eq!(scene.feed(&format!("string({tag}/@length)")), size.to_string());
    let (width, height, light) = looks(&scene.published(STILL));
    // Yellow is two of three colours.
    assert!((width, height) == (640, 360) && (0.6..0.7).contains(&light), "{width}x{height}, {light}");

    // At a moment that somebody chose; what it shows is said.
    scene.poster(&["--at", "0.5"]);
    let mut stale = scene.video();
    scene.poster(&["--alt", "Nothing yet"]);
    assert_eq!(scene.poster(&["--at", "0.5"])["poster"]["alt"], "Nothing yet", "the same still again");
    // A list that was written before.
    stale["title"] = "Film".into();
    scene.laptop.ask(&["episode", "set", &scene.show, "one", &format!("tags.alternate_enclosures=[{stale}]")]);
    scene.laptop.ask(&["publish", &scene.show]);
    assert!(looks(&scene.published(STILL)).2 < 0.05, "black");
    assert_eq!(scene.feed("string(//item/*[@purpose='poster']/@alt)"), "Nothing yet");
    assert_eq!(scene.feed("string(//item/*[@purpose='poster']/@width)"), "640");

    // Taken away, and taken back.
    assert_eq!(scene.poster(&["--remove"])["poster"], Value::Null);
    let undone = scene.laptop.undo();
    assert_eq!(scene.video()["poster"]["alt"], "Nothing yet", "{undone}, {}", scene.video());

    // Chosen by the program once more: the bright one, of which nothing was said.
    let still = || looks(&scene.kept(&scene.video()["poster"]["file"])).2;
    assert!(still() < 0.05, "black, as before: {}", still());
    assert_eq!(scene.poster(&[])["poster"]["alt"], Value::Null, "words about another still are gone");
    assert!((0.6..0.7).contains(&still()), "yellow: {}", still());
    scene.laptop.ask(&["publish", &scene.show]);
    let light = looks(&scene.published(STILL)).2;
    assert!((0.6..0.7).contains(&light), "what listeners see: {light}");

    for (words, code) in [(&["--at", "99"][..], "media.unusable"), (&["--video", "ffff"], "library.not_found")] {
        let before = scene.video();
        let refused = scene.laptop.speak(&[&["episode", "poster", &scene.show, "one"], words].concat());
        assert_eq!(refused.last["code"], code, "{}", refused.last);
        assert_eq!(scene.video(), before);
    }
}

#[test]
fn point_9_files_of_pictures_that_the_disk_lost_are_made_again() {
    let scene = Scene::new();
    scene.give(&scene.film());
    let banner = scene.folder.path().join("wide.png");
    let mut convert = Command::new("convert");
    output(convert.env("LC_ALL", "C").args(["-size", "2400x1600", "gradient:tomato-steelblue"]).arg(&banner));
    scene.laptop.ask(&["show", "set", &scene.show, &format!("banner={}", banner.display())]);
    scene.laptop.ask(&["publish", &scene.show]);
    let show = scene.laptop.ask(&["show", "get", &scene.show])["show"].clone();
    let lost =
        [&show["banner"]["file"], &show["banner"]["sizes"][0]["file"], &scene.video()["poster"]["sizes"][0]["file"]];
    let lost: Vec<PathBuf> = lost.into_iter().map(|file| scene.kept(file)).collect();
    let before: Vec<Vec<u8>> = lost.iter().map(|file| std::fs::read(file).expect("a file")).collect();
    lost.iter().for_each(|file| std::fs::remove_file(file).expect("it goes"));
    let steps = |words: &[&str]| {
        let told = scene.laptop.ask(&[&["media", "derive"], words].concat());
        let steps = told["steps"].as_array().cloned().expect("a list");
        let absent = steps.into_iter().filter(|step| step["why"][0]["code"] == "absent");
        absent.map(|step| step["fate"].as_str().expect("a fate").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(steps(&["--dry-run"]), ["planned", "planned"]);
    assert_eq!(steps(&[]), ["done", "done"]);
    let after: Vec<Vec<u8>> = lost.iter().map(|file| std::fs::read(file).expect("it is there again")).collect();
    assert!(after == before, "to the byte");
    assert!(steps(&["--dry-run"]).is_empty());
}

#[test]
fn point_9_the_shelf_of_videos_has_the_film_and_nothing_else() {
    let scene = Scene::new();
    let media = |kind: &str| {
        let told = scene.laptop.ask(&["media", "list", "--kind", kind]);
        told["media"].as_array().cloned().expect("a list")
    };
    assert_eq!(media("video"), Vec::<Value>::new(), "there is a sound and a cover");
    scene.give(&scene.film());
    scene.laptop.ask(&["publish", &scene.show]);
    let [film] = <[Value; 1]>::try_from(media("video")).unwrap_or_else(|all| panic!("{all:?}"));
    let shown =
        scene.published("string(//item/*[name()='podcast:alternateEnclosure']/*[name()='podcast:source']/@uri)");
    let hash = output(Command::new("sha256sum").arg(&shown));
    assert_eq!(film["hash"].as_str(), hash.split(' ').next());
    assert_eq!((&film["shelf"], &film["name"]), (&json!("video"), &json!("the film.mp4")));
    assert_eq!((&film["width_px"], &film["height_px"]), (&json!(640), &json!(360)));
    assert_eq!((&film["uses"][0]["episode_title"], &film["uses"][0]["state"]), (&json!("One"), &json!("published")));
    // It was taken in for its sound, and its still is a picture: neither makes it one of those.
    for kind in ["audio", "image"] {
        let others = media(kind);
        assert!(!others.is_empty() && others.iter().all(|other| other["shelf"] == kind), "{others:?}");
    }
}
