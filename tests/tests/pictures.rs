//! Issue 7, point 7: pictures become copies for the places of a page, published beside them, and a website is told all that
//! `<picture>` needs. The judges are ImageMagick, ffmpeg, curl and Python.

use hearthcast_tests::{Laptop, Server, output, scratch, sound};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes a picture with ImageMagick.
fn convert(to: &Path, args: &[&str]) -> String {
    // It reads its own words by the letters of the language.
    output(Command::new("convert").env("LC_ALL", "C").args(args).arg(to));
    to.display().to_string()
}

/// What ImageMagick says a file is.
fn identify(file: &Path, format: &str) -> String {
    output(Command::new("identify").env("LC_ALL", "C").args(["-format", format]).arg(file))
}

fn json_at(url: &str) -> Value {
    let text = output(Command::new("curl").args(["-sSf", "-g", "--max-time", "30", url]));
    serde_json::from_str(&text).expect("the answer is JSON")
}

/// A show at a server of its own, with one episode.
struct Scene {
    place: tempfile::TempDir,
    laptop: Laptop,
    server: Server,
    show: String,
    slug: String,
}

impl Scene {
    fn new() -> Self {
        let place = scratch();
        let mut laptop = Laptop::new(place.path());
        let show = laptop.show("Harbour");
        let file = place.path().join("one.mp3");
        sound::mp3(&file, 20, "One");
        let slug = laptop.episode(&show, "One", &file)["episode"]["slug"].as_str().expect("a slug").to_string();
        let server = Server::start(&place.path().join("server"));
        laptop.secret("HEARTHCAST_HOME_PAIRING_CODE", &server.pairing_code());
        laptop.ask(&["target", "add", &show, "home", &format!("server+{}", server.origin())]);
        Self { place, laptop, server, show, slug }
    }

    fn image(&self, path: &str) -> Value {
        self.laptop.ask(&["episode", "set", &self.show, &self.slug, &format!("image={path}")])["episode"].clone()
    }

    /// The episode's picture as a website reads it.
    fn offered(&self) -> Value {
        let id = json_at(&format!("{}/episodes/", self.server.origin()))["data"][0]["id"].clone();
        let id = id.as_str().expect("an id");
        json_at(&format!("{}/api/v1/episodes/{id}/", self.server.origin()))["picture"].clone()
    }

    fn fetched(&self, url: &str) -> (PathBuf, String) {
        let file = self.place.path().join("fetched");
        let mut curl = Command::new("curl");
        curl.args(["-sSf", "--max-time", "30", "-w", "%{content_type}", "-o"]).arg(&file).arg(url);
        (file, output(&mut curl))
    }
}

/// Addresses and widths of a `srcset` (HTML, 4.8.4.2.1).
fn candidates(srcset: &Value) -> Vec<(String, u32)> {
    let text = srcset.as_str().expect("a srcset");
    let one = |part: &str| {
        let (url, width) = part.split_once(' ').expect("an address and a width");
        (url.to_string(), width.strip_suffix('w').and_then(|digits| digits.parse().ok()).expect("a width"))
    };
    text.split(", ").map(one).collect()
}

#[test]
fn point_7_a_page_is_offered_copies_as_wide_as_its_places() {
    let scene = Scene::new();
    // The example of the rule: 4000 x 6000 in 120 x 80 is 53 pixels wide; and in 1110 x 740 it is 493.
    let master = convert(&scene.place.path().join("tall.jpg"), &["-size", "4000x6000", "gradient:tomato-steelblue"]);
    let episode = scene.image(&master);
    let widths = |ending: &str| -> Vec<u64> {
        let sizes = episode["image_sizes"].as_array().expect("copies");
        let mut widths: Vec<u64> = sizes
            .iter()
            .filter(|size| size["file"]["ext"] == ending)
            .filter_map(|size| size["width_px"].as_u64())
            .collect();
        widths.sort_unstable();
        widths
    };
    for width in [53, 106, 159, 493, 986, 1479] {
        assert!(widths("jpg").contains(&width), "{width} of {:?}", widths("jpg"));
    }
    scene.laptop.ask(&["publish", &scene.show]);

    let picture = scene.offered();
    assert_eq!(
        (&picture["width"], &picture["height"], &picture["type"]),
        (&json!(2000), &json!(3000), &json!("image/jpeg"))
    );
    let places: Vec<&Value> = picture["slots"].as_array().expect("places").iter().collect();
    assert_eq!(places.iter().map(|place| &place["name"]).collect::<Vec<_>>(), ["page", "thumbnail"]);
    assert_eq!(places.iter().map(|place| &place["sizes"]).collect::<Vec<_>>(), ["493px", "53px"]);
    for (place, least) in places.iter().zip([[493, 986, 1479], [53, 106, 159]]) {
        let jpeg = place["sources"].as_array().and_then(|all| all.iter().find(|one| one["type"] == "image/jpeg"));
        let offered = candidates(&jpeg.expect("JPEG is always offered")["srcset"]);
        let widths: Vec<u32> = offered.iter().map(|one| one.1).collect();
        assert!(widths.is_sorted() && least.iter().all(|width| widths.contains(width)), "{widths:?}");
        for (url, width) in offered {
            let (file, mime) = scene.fetched(&url);
            assert_eq!((identify(&file, "%m %w"), mime.as_str()), (format!("JPEG {width}"), "image/jpeg"), "{url}");
        }
    }
    // The placeholder, by the published rule (evanw.github.io/thumbhash): 6 bits of brightness, 6 and 6 of two colour axes,
    // from -1 to 1. The mean of tomato and steelblue is (162, 114, 125).
    let script = "import base64,sys\nh=base64.b64decode(sys.argv[1])\nb=h[0]|h[1]<<8|h[2]<<16\nl=(b&63)/63;p=(b>>6&63)/31.5-1;q=(b>>12&63)/31.5-1\n\
                  x=l-2/3*p;r=(3*l-x+q)/2;print(len(h)<=25,*(round(255*c) for c in (r,r-q,x)))";
    let hash = picture["thumbhash"].as_str().expect("a placeholder");
    let told = output(Command::new("python3").args(["-c", script, hash]));
    let mut words = told.split_whitespace();
    assert_eq!(words.next(), Some("True"));
    for (seen, meant) in words.zip([162, 114, 125]) {
        assert!(seen.parse::<i32>().expect("a number").abs_diff(meant) < 12, "{told}");
    }
}

#[test]
fn point_7_small_pictures_are_never_blown_up_and_older_records_stay() {
    let scene = Scene::new();
    let master = convert(&scene.place.path().join("small.png"), &["-size", "90x60", "xc:teal", "-depth", "8"]);
    let episode = scene.image(&master);
    assert_eq!(episode["image_sizes"], Value::Null, "120 pixels are more than the picture has");
    scene.laptop.ask(&["publish", &scene.show]);
    let picture = scene.offered();
    assert_eq!((&picture["width"], &picture["slots"][0]["sizes"]), (&json!(90), &json!("90px")));
    assert_eq!(picture["slots"][0]["sources"], json!([]), "the picture itself is all there is");
}

/// Width, codec and mean colour of a picture, by ffprobe and ffmpeg.
fn seen(file: &Path) -> (u32, String, [u8; 3]) {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-show_entries", "stream=codec_name,width", "-of", "csv=p=0"]).arg(file);
    let told = output(&mut ffprobe);
    let (codec, width) = told.trim().split_once(',').expect("a codec and a width");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(file);
    // Its own way to make one pixel of a picture is coarse.
    ffmpeg.args(["-vf", "format=rgb24", "-f", "rawvideo", "-"]);
    let pixels = ffmpeg.output().expect("ffmpeg runs").stdout;
    let sum = |channel: usize| pixels.iter().skip(channel).step_by(3).map(|byte| u64::from(*byte)).sum::<u64>();
    let mean = [0, 1, 2].map(|channel| (sum(channel) * 3 / pixels.len().max(1) as u64) as u8);
    (width.parse().expect("a width"), codec.to_string(), mean)
}

#[test]
fn point_7_avif_copies_come_beside_the_others_and_nothing_waits_for_them() {
    let scene = Scene::new();
    let gradient = ["-size", "900x600", "gradient:tomato-steelblue"];
    scene.image(&convert(&scene.place.path().join("wide.jpg"), &gradient));
    scene.laptop.ask(&["publish", &scene.show]);
    let kinds = |offered: &Value| -> Vec<Value> {
        let sources = offered["slots"][1]["sources"].as_array().expect("sources").iter();
        sources.map(|source| source["type"].clone()).collect()
    };
    assert_eq!(kinds(&scene.offered()), ["image/jpeg"], "published without waiting");

    let made = scene.laptop.ask(&["show", "pictures", &scene.show]);
    assert!(made["pictures"].as_u64() >= Some(1) && made["absent"] == 0, "{made}");
    assert_eq!(kinds(&scene.offered()), ["image/jpeg"], "nothing is public before it is published");
    scene.laptop.ask(&["publish", &scene.show]);
    let offered = scene.offered();
    assert_eq!(kinds(&offered), ["image/avif", "image/jpeg"], "the lighter kind first");
    // 900 x 600 in 120 x 80 is 120 pixels wide.
    let all = candidates(&offered["slots"][1]["sources"][0]["srcset"]);
    assert_eq!(all.iter().map(|one| one.1).collect::<Vec<_>>(), [120, 240, 360]);
    for (url, width) in all {
        let (file, mime) = scene.fetched(&url);
        let (wide, codec, mean) = seen(&file);
        assert_eq!((wide, codec.as_str(), mime.as_str()), (width, "av1", "image/avif"));
        // The mean of tomato and steelblue.
        assert!(mean.iter().zip([162, 114, 125]).all(|(a, b)| a.abs_diff(b) < 8), "{mean:?}");
    }
    // Made once.
    assert_eq!(scene.laptop.ask(&["show", "pictures", &scene.show])["pictures"], 0);
    assert_eq!(scene.laptop.ask(&["publish", &scene.show])["writes"], 0);
    // Another picture has none of the old one's copies.
    let other = scene.image(&convert(&scene.place.path().join("other.jpg"), &["-size", "500x500", "xc:teal"]));
    let endings = other["image_sizes"].as_array().expect("copies").iter().map(|size| &size["file"]["ext"]);
    assert!(endings.clone().all(|ending| ending == "jpg"), "{:?}", endings.collect::<Vec<_>>());
}

/// An AVIF as ffmpeg writes it, with a property that turns it by quarters to the left (ISO/IEC 23008-12, 6.5.10).
fn turned(avif: &Path, quarters: u8) -> Vec<u8> {
    let mut bytes = std::fs::read(avif).expect("a file");
    let find = |bytes: &[u8], name: &[u8; 4]| bytes.windows(4).position(|four| four == name).expect("a box");
    let number = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    let end = |bytes: &[u8], name: &[u8; 4]| find(bytes, name) - 4 + number(bytes, find(bytes, name) - 4) as usize;
    let data = find(&bytes, b"mdat") as u32 + 4;
    // The last entry is the picture's own: one property more.
    let (ipma, last) = (find(&bytes, b"ipma"), end(&bytes, b"ipma"));
    let (mut at, stop, mut properties) = (find(&bytes, b"ipco") + 4, end(&bytes, b"ipco"), 1u8);
    while at < stop {
        at += number(&bytes, at) as usize;
        properties += 1;
    }
    bytes[ipma + 14] += 1;
    bytes.insert(last, properties);
    bytes.splice(stop..stop, [0, 0, 0, 9, b'i', b'r', b'o', b't', quarters]);
    for (name, more) in [(b"ipma", 1), (b"ipco", 9), (b"iprp", 10), (b"meta", 10)] {
        let at = find(&bytes, name) - 4;
        let size = number(&bytes, at) + more;
        bytes[at..at + 4].copy_from_slice(&size.to_be_bytes());
    }
    let (from, to) = (find(&bytes, b"iloc"), end(&bytes, b"iloc"));
    let place = (from..to - 3).find(|at| number(&bytes, *at) == data).expect("where the picture lies");
    bytes[place..place + 4].copy_from_slice(&(data + 10).to_be_bytes());
    bytes
}

/// The colour of a pixel, by ImageMagick.
fn pixel(file: &Path, at: &str) -> Vec<i32> {
    let format = format!("%[fx:round(255*p{{{at}}}.r)] %[fx:round(255*p{{{at}}}.g)] %[fx:round(255*p{{{at}}}.b)]");
    identify(file, &format).split(' ').map(|number| number.parse().expect("a number")).collect()
}

#[test]
fn point_7_avif_comes_in_turned_once_and_in_its_colours() {
    let scene = Scene::new();
    let plain = scene.place.path().join("plain.png");
    convert(&plain, &["-size", "900x600", "gradient:tomato-steelblue"]);
    let avif = scene.place.path().join("a.avif");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(&plain);
    output(
        ffmpeg
            .args(["-pix_fmt", "yuv444p", "-c:v", "libaom-av1", "-still-picture", "1", "-cpu-used", "8", "-crf", "10"])
            .arg(&avif),
    );
    // To the left: what was above is left now.
    let file = scene.place.path().join("turned.avif");
    std::fs::write(&file, turned(&avif, 1)).expect("a file");
    scene.image(&file.display().to_string());
    scene.laptop.ask(&["publish", &scene.show]);
    let picture = scene.offered();
    assert_eq!(picture["type"], "image/jpeg", "directories take no AVIF");
    let (fetched, _) = scene.fetched(picture["url"].as_str().expect("an address"));
    assert_eq!(identify(&fetched, "%m %wx%h"), "JPEG 600x900");
    // tomato is 255, 99, 71; steelblue 70, 130, 180.
    for (at, meant) in [("4,450", [255, 99, 71]), ("595,450", [70, 130, 180])] {
        let seen = pixel(&fetched, at);
        assert!(seen.iter().zip(meant).all(|(seen, meant)| (seen - meant).abs() < 10), "{at}: {seen:?}");
    }
    // The part that is chosen later is cut from the file itself, which stays.
    assert_eq!(std::fs::read(&file).expect("the file"), turned(&avif, 1), "the author's file is not touched");
}

#[test]
fn point_7_what_no_program_decodes_is_refused_with_advice() {
    let mut scene = Scene::new();
    let before = scene.image(&convert(&scene.place.path().join("a.png"), &["-size", "300x300", "xc:teal"]));
    let plain = scene.place.path().join("plain.png");
    convert(&plain, &["-size", "900x600", "gradient:tomato-steelblue"]);
    let heic = convert(&scene.place.path().join("a.heic"), &[plain.to_str().expect("a plain name")]);
    let avif = convert(&scene.place.path().join("a.avif"), &[plain.to_str().expect("a plain name")]);
    scene.laptop.secret("HEARTHCAST_FFMPEG", "/nowhere/ffmpeg");
    scene.laptop.secret("HEARTHCAST_HEIF", "/nowhere/heif-dec");
    for (path, what) in [(heic, "a HEIC picture"), (avif, "an AVIF picture")] {
        let refused = scene.laptop.speak(&["episode", "set", &scene.show, &scene.slug, &format!("image={path}")]);
        let said = &refused.last;
        assert_eq!((refused.code, &said["code"]), (Some(1), &json!("media.unusable")), "{said}");
        let (message, hint) = (said["message"].to_string(), said["hint"].to_string());
        assert!(message.contains(what) && message.contains("was not found"), "{message}");
        assert!(hint.contains("JPEG") && hint.contains("ffmpeg"), "{hint}");
    }
    let after = scene.laptop.ask(&["episode", "get", &scene.show, &scene.slug]);
    assert_eq!(after["episode"]["image"], before["image"], "nothing changed");
    // A transparent one would lose what is behind it; one that is cut off is damaged.
    scene.laptop.secret("HEARTHCAST_FFMPEG", "");
    let clear = scene.place.path().join("clear.avif");
    // A second picture in the file says where the first is transparent.
    let planes = "color=red@0.5:s=300x200,format=rgba,split[a][b];[a]format=yuv420p[shown];[b]alphaextract[clear]";
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-filter_complex", planes, "-map", "[shown]", "-map", "[clear]"]);
    output(ffmpeg.args(["-frames:v", "1", "-c:v", "libaom-av1", "-still-picture", "1", "-cpu-used", "8"]).arg(&clear));
    let cut = scene.place.path().join("cut.avif");
    let whole = std::fs::read(scene.place.path().join("a.avif")).expect("a file");
    std::fs::write(&cut, &whole[..60]).expect("a file");
    for (path, why) in [(clear, "transparent"), (cut, "damaged")] {
        let path = format!("image={}", path.display());
        let refused = scene.laptop.speak(&["episode", "set", &scene.show, &scene.slug, &path]);
        assert!(refused.code == Some(1) && refused.last["message"].to_string().contains(why), "{}", refused.last);
    }
}
