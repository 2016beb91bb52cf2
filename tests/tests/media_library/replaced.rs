//! Another file in place of one, at every kind of place the library tells of: what is said before is what is done, and one undo takes
//! it back. The judges are sha256sum, ffprobe, the files' own making, and the records before and after.

use super::{Scene, sha256, text};
use hearthcast_tests::harbour::{cover, feed, item, mp3};
use hearthcast_tests::{Elsewhere, Laptop, output, scratch, sound};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a file is, as it is made here.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Made {
    Picture,
    Sound,
    Opus,
    Film,
    Font,
    Captions,
    Marks,
}

/// A kind of use.
struct Kind {
    what: &'static str,
    made: Made,
    /// In the show (0) or in the episode (1), and where the file's hash stands there.
    at: (usize, &'static str),
    effect: &'static str,
    /// The fields that change, and no others.
    changes: &'static [&'static str],
}

const fn kind(
    what: &'static str,
    made: Made,
    at: (usize, &'static str),
    effect: &'static str,
    changes: &'static [&'static str],
) -> Kind {
    Kind { what, made, at, effect, changes }
}

const KINDS: [Kind; 17] = [
    kind("cover", Made::Picture, (0, "/cover_from/master"), "redrawn", &["cover", "cover_from", "cover_sizes"]),
    kind("banner", Made::Picture, (0, "/banner/from/master"), "redrawn", &["banner"]),
    kind("favicon", Made::Picture, (0, "/favicon/from/master"), "redrawn", &["favicon"]),
    kind("link", Made::Picture, (0, "/links/0/picture/from/master"), "redrawn", &["links"]),
    kind("season", Made::Picture, (0, "/seasons/0/picture/from/master"), "redrawn", &["seasons"]),
    kind("font", Made::Font, (0, "/font/file/hash"), "takes_place", &["font"]),
    kind("intro", Made::Sound, (0, "/recipe/intro/hash"), "from_now", &["recipe"]),
    kind("outro", Made::Sound, (0, "/recipe/outro/hash"), "from_now", &["recipe"]),
    kind("image", Made::Picture, (1, "/image_from/master"), "redrawn", &["image", "image_from", "image_sizes"]),
    kind("chapter", Made::Picture, (1, "/chapters/0/picture/from/master"), "redrawn", &["chapters"]),
    kind("song", Made::Picture, (1, "/songs/0/picture/from/master"), "redrawn", &["songs"]),
    kind("notes", Made::Picture, (1, "/notes/pictures/0/file/hash"), "redrawn", &["notes"]),
    kind("captions", Made::Captions, (1, "/transcripts/0/file/hash"), "rewritten", &["transcripts"]),
    kind("marks", Made::Marks, (1, "/chapters_file/hash"), "rewritten", &["chapters", "chapters_file"]),
    kind("sound", Made::Sound, (1, "/audio/hash"), "takes_place", &["audio"]),
    kind("opus", Made::Opus, (1, "/tags/alternate_enclosures/0/file/hash"), "takes_place", &["tags"]),
    kind("film", Made::Film, (1, "/tags/alternate_enclosures/1/file/hash"), "takes_place", &["tags"]),
];

/// What stands there is the file itself, to the bit.
fn is_kept_as_it_is(kind: &Kind) -> bool {
    !matches!(kind.made, Made::Captions | Made::Marks | Made::Film) && kind.what != "notes"
}

impl Scene {
    /// A file of a kind; another number makes another one.
    pub(super) fn file(&self, made: Made, name: &str, number: usize) -> PathBuf {
        let ending = match made {
            Made::Picture => "png",
            Made::Sound => "mp3",
            Made::Opus => "opus",
            Made::Film => "mp4",
            Made::Font => "otf",
            Made::Captions => "srt",
            Made::Marks => "txt",
        };
        let file = self.place(&format!("{name}-{number}.{ending}"));
        let tone = format!("sine=frequency={}:duration=6", 300 + 17 * number);
        let ffmpeg = |words: &[&str]| {
            output(Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-y"]).args(words).arg(&file));
        };
        match made {
            Made::Picture => {
                let colour = format!("xc:rgb({},{},90)", 7 * number, 255 - 7 * number);
                output(Command::new("convert").args(["-size", "1500x1500", &colour]).arg(&file));
            }
            Made::Sound => sound::mp3(&file, 12, &format!("{name} {number}")),
            Made::Opus => ffmpeg(&["-f", "lavfi", "-i", &tone, "-c:a", "libopus"]),
            Made::Film => {
                let shown = format!("color=c=yellow:s=320x{}:r=10:d=6", 160 + 2 * number);
                ffmpeg(&["-f", "lavfi", "-i", &shown, "-f", "lavfi", "-i", &tone, "-c:v", "mpeg4", "-c:a", "aac"]);
            }
            Made::Font => std::fs::write(&file, format!("OTTO letters {number}")).expect("a font"),
            Made::Captions => {
                let words = format!("1\n00:00:01,000 --> 00:00:04,000\nAhoy {number}.\n");
                std::fs::write(&file, words).expect("captions");
            }
            Made::Marks => std::fs::write(&file, format!("00:00 Start\n00:05 Quay {number}\n")).expect("marks"),
        }
        file
    }

    /// A show whose library lists every kind of use; the picture in the notes came with an import.
    fn with_all() -> Self {
        let (folder, web) = (scratch(), Elsewhere::start());
        let laptop = Laptop::new(folder.path());
        let mut scene = Self { folder, laptop, show: String::new() };
        let picture = std::fs::read(scene.file(Made::Picture, "notes", 0)).expect("a picture");
        web.put("/pics/quay.png", "image/png", picture);
        let bytes = mp3(scene.folder.path(), "One");
        web.put("/s.mp3", "audio/mpeg", bytes.clone());
        web.put("/cover.jpg", "image/jpeg", cover(scene.folder.path()));
        let notes = format!("<p>Quay <img src=\"{}\" alt=\"Quay\"></p>", web.url("/pics/quay.png"));
        let words = format!("<content:encoded><![CDATA[{notes}]]></content:encoded>");
        let items = [item(1, &web.url("/s.mp3"), bytes.len(), &words)];
        let xml = feed(r#"<itunes:image href="/cover.jpg"/>"#, &items);
        let xml = xml.replace("<rss ", r#"<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" "#);
        web.put("/feed.xml", "application/rss+xml", xml);
        let report = scene.laptop.speak(&["import", &web.url("/feed.xml"), "--allow-local"]).last;
        scene.show = text(&report["slug"]);
        let file = |made: Made, name: &str, number: usize| scene.file(made, name, number).display().to_string();
        let picture = |name: &str, number: usize| file(Made::Picture, name, number);
        let with_picture = |mut words: Value, name: &str, number: usize| {
            words["picture"] = picture(name, number).into();
            json!([words]).to_string()
        };
        let link = with_picture(json!({"url": "https://example.org/a", "label": "A"}), "link", 4);
        let season = with_picture(json!({"number": 1, "name": "Ebb"}), "season", 5);
        let fields = [
            format!("cover={}", picture("cover", 1)),
            format!("banner={}", picture("banner", 2)),
            format!("favicon={}", picture("favicon", 3)),
            format!("links={link}"),
            format!("seasons={season}"),
            format!("font={}", file(Made::Font, "font", 0)),
            format!("intro={}", file(Made::Sound, "intro", 0)),
            format!("outro={}", file(Made::Sound, "outro", 0)),
        ];
        for field in &fields {
            scene.laptop.ask(&["show", "set", &scene.show, field]);
        }
        let chapter = with_picture(json!({"start_ms": 0, "title": "Begin"}), "chapter", 7);
        let song = with_picture(json!({"start_ms": 2000, "title": "Song"}), "song", 8);
        let captions = scene.place("words.vtt");
        std::fs::write(&captions, "WEBVTT\n\n00:01.000 --> 00:04.000\nAhoy.\n").expect("captions");
        let fields = [
            format!("image={}", picture("image", 6)),
            format!("chapters={chapter}"),
            format!("songs={song}"),
            format!("transcript={}", captions.display()),
            format!("alternate={}", file(Made::Opus, "opus", 0)),
            format!("alternate={}", file(Made::Film, "film", 0)),
        ];
        for field in &fields {
            scene.set("episode-1", &[field]);
        }
        scene
    }

    /// The show and the episode, but when they were changed.
    pub(super) fn records(&self, episode: &str) -> [Value; 2] {
        let show = self.laptop.ask(&["show", "get", &self.show])["show"].clone();
        let episode = self.laptop.ask(&["episode", "get", &self.show, episode])["episode"].clone();
        [show, episode].map(|mut record| {
            record.as_object_mut().expect("a record").remove("changed_ms");
            record
        })
    }

    pub(super) fn replaced(&self, hash: &str, with: &Path, more: &[&str]) -> Value {
        self.laptop.ask(&[&["media", "replace", hash, &with.display().to_string()], more].concat())
    }
}

/// Names of the fields that differ.
pub(super) fn changed(before: &[Value; 2], after: &[Value; 2]) -> BTreeSet<String> {
    let differing = |n: usize| {
        let (old, new) = (before[n].as_object().expect("a record"), after[n].as_object().expect("a record"));
        let keys = old.keys().chain(new.keys()).filter(|key| old.get(*key) != new.get(*key));
        keys.cloned().collect::<Vec<_>>()
    };
    [0, 1].into_iter().flat_map(differing).collect()
}

#[test]
fn point_9_every_use_that_is_listed_is_replaced_as_the_dry_run_said() {
    let scene = Scene::with_all();
    let before = scene.records("episode-1");
    let (png, wav) = (scene.file(Made::Picture, "wrong", 30), scene.wav("wrong", 3));
    for (number, kind) in (10..).zip(&KINDS) {
        let (record, pointer) = kind.at;
        let at = |records: &[Value; 2]| records[record].pointer(pointer).and_then(Value::as_str).map(String::from);
        let what = kind.what;
        let old = at(&before).unwrap_or_else(|| panic!("{what}: nothing at {pointer}: {}", before[record]));
        let new = scene.file(kind.made, what, number);

        // A file of another kind is refused by its name.
        let wrong = if kind.made == Made::Picture { &wav } else { &png };
        let refused = scene.laptop.speak(&["media", "replace", &old, &wrong.display().to_string()]);
        assert_eq!((refused.code, &refused.last["code"]), (Some(1), &json!("media.unusable")), "{what}");
        let name = wrong.file_name().and_then(|name| name.to_str()).expect("a name");
        assert!(text(&refused.last["message"]).contains(name), "{what}: {}", refused.last);
        assert_eq!(scene.records("episode-1"), before, "{what}: a refused file changes nothing");

        // Every use that the library lists is told, and changes nothing yet.
        let listed = scene.media(&[]).into_iter().find(|item| item["hash"] == old.as_str()).expect("it is listed");
        let plan = scene.replaced(&old, &new, &["--dry-run"]);
        let steps = plan["steps"].as_array().expect("a list").clone();
        let told: Vec<&Value> = steps.iter().map(|step| &step["used"]).collect();
        assert_eq!(told, listed["uses"].as_array().expect("a list").iter().collect::<Vec<_>>(), "{what}");
        assert!(!steps.is_empty() && steps.iter().all(|step| step["effect"] == kind.effect), "{what}: {plan}");
        assert_eq!(plan["offers"], json!([]), "{what}: nobody hears anything yet");
        assert_eq!(scene.records("episode-1"), before, "{what}: a dry run does nothing");

        // It is done as it was told, there and nowhere else.
        let done = scene.replaced(&old, &new, &[]);
        assert_eq!(done["steps"], plan["steps"], "{what}");
        let after = scene.records("episode-1");
        let expected: BTreeSet<String> = kind.changes.iter().map(|field| (*field).to_string()).collect();
        assert_eq!(changed(&before, &after), expected, "{what}");
        let stands = at(&after).expect("something stands there");
        if is_kept_as_it_is(kind) {
            assert_eq!(stands, sha256(&new), "{what}");
        } else {
            assert_ne!(stands, old, "{what}");
        }
        scene.says_what_the_file_says(kind, number, &after, &scene.lies(&stands));

        assert_eq!(scene.laptop.undo(), "replace", "{what}");
        assert_eq!(scene.records("episode-1"), before, "{what}: one undo takes it back");
    }
}

impl Scene {
    /// What is made of a file says what the file says.
    fn says_what_the_file_says(&self, kind: &Kind, number: usize, after: &[Value; 2], kept: &Path) {
        let episode = &after[1];
        match kind.made {
            Made::Captions => {
                let words = std::fs::read_to_string(kept).expect("a text");
                assert!(words.starts_with("WEBVTT") && words.contains(&format!("Ahoy {number}.")), "{words}");
                assert_eq!(episode["transcripts"][0]["file"]["ext"], "vtt", "in the form of the one of before");
            }
            Made::Marks => {
                assert_eq!(episode["chapters"][1]["title"], format!("Quay {number}"), "{episode}");
                assert_eq!(episode["songs"].as_array().map(Vec::len), Some(1), "songs stay");
            }
            Made::Film => {
                let mut ffprobe = Command::new("ffprobe");
                ffprobe.args(["-v", "error", "-select_streams", "v", "-show_entries", "stream=height"]);
                let told = output(ffprobe.args(["-of", "csv=p=0"]).arg(kept));
                let height = told.trim().trim_end_matches(',').parse::<usize>().expect("a height");
                assert_eq!(height, 160 + 2 * number);
                assert_eq!(episode["tags"]["alternate_enclosures"][1]["height_px"], height);
            }
            _ if kind.what == "notes" => {
                let hash = text(&episode["notes"]["pictures"][0]["file"]["hash"]);
                assert!(text(&episode["notes"]["safe"]["html"]).contains(&hash), "{}", episode["notes"]);
            }
            _ => {}
        }
    }
}
