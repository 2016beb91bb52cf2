//! What is heard: the enclosure of an item, and what stands in for it.

use crate::node::Node;
use crate::repairs::shown;
use crate::space::Space;
use crate::tag::{Reading, Scheme};
use crate::times;
use hearthcast_model::RemoteAudio;
use hearthcast_model::namespace::{AlternateEnclosure, Source};

/// Endings of addresses and what they mean.
const TYPES: [(&str, &str); 16] = [
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/x-m4a"),
    ("m4b", "audio/x-m4a"),
    ("aac", "audio/aac"),
    ("opus", "audio/opus"),
    ("ogg", "audio/ogg"),
    ("oga", "audio/ogg"),
    ("flac", "audio/flac"),
    ("wav", "audio/wav"),
    ("mp4", "video/mp4"),
    ("m4v", "video/x-m4v"),
    ("mov", "video/quicktime"),
    ("webm", "video/webm"),
    ("pdf", "application/pdf"),
    ("epub", "application/epub+zip"),
    ("m3u8", "application/x-mpegURL"),
];

/// What an item is about: its sound, and further files of it.
pub(crate) fn enclosures(item: &Node, reading: &mut Reading) -> (Option<RemoteAudio>, Vec<AlternateEnclosure>) {
    let mut all: Vec<RemoteAudio> =
        item.all(Space::Rss, "enclosure").filter_map(|node| enclosure(node, reading)).collect();
    if all.is_empty() {
        all = item.all(Space::Media, "content").filter_map(|node| media_content(node, reading)).take(1).collect();
    }
    let plays = |audio: &RemoteAudio| !audio.mime.starts_with("image/") && !audio.mime.starts_with("text/");
    let Some(first) = all.iter().position(plays) else { return (None, vec![]) };
    let mut sound = all.remove(first);
    sound.duration_ms = duration(item, reading);
    if !all.is_empty() {
        let why = "There are several enclosures; the first is the episode, the others are kept as other files of it.";
        reading.repairs.tell("enclosures_several", why);
    }
    (Some(sound), all.into_iter().filter(plays).map(alternate).collect())
}

fn alternate(audio: RemoteAudio) -> AlternateEnclosure {
    AlternateEnclosure {
        mime: audio.mime,
        length_bytes: Some(audio.size_bytes).filter(|bytes| *bytes > 0),
        sources: vec![Source { uri: audio.url, mime: String::new() }],
        ..AlternateEnclosure::default()
    }
}

fn enclosure(node: &Node, reading: &mut Reading) -> Option<RemoteAudio> {
    let url = reading.address(node.attribute("url").unwrap_or_default(), Scheme::Web, "the sound")?;
    let size_bytes = length(node.attribute("length"), reading);
    let mime = mime(node.attribute("type"), &url, reading);
    Some(RemoteAudio { url, size_bytes, mime, duration_ms: None })
}

/// Media RSS, where a feed has no enclosure.
fn media_content(node: &Node, reading: &mut Reading) -> Option<RemoteAudio> {
    let kind = node.attribute("type").or_else(|| node.attribute("medium")).unwrap_or_default();
    if !["audio", "video"].iter().any(|sound| kind.starts_with(sound)) {
        return None;
    }
    let url = reading.address(node.attribute("url")?, Scheme::Web, "the sound")?;
    reading.repairs.tell("enclosure_elsewhere", "It has no enclosure; the address of media:content was taken.");
    let size_bytes = length(node.attribute("fileSize"), reading);
    let mime = mime(node.attribute("type"), &url, reading);
    Some(RemoteAudio { url, size_bytes, mime, duration_ms: None })
}

/// Bytes; 0 is unknown.
fn length(text: Option<&str>, reading: &mut Reading) -> u64 {
    let digits: String = text.unwrap_or_default().chars().filter(|c| !matches!(c, ',' | '.' | ' ' | '_')).collect();
    let bytes = digits.parse().unwrap_or(0);
    if bytes == 0 || Some(digits.as_str()) != text {
        let found = text.map_or_else(|| "no length".to_string(), |text| format!("the length \"{}\"", shown(text)));
        let taken = if bytes == 0 {
            "its length will be known when it is loaded".into()
        } else {
            format!("{bytes} bytes were taken")
        };
        reading.repairs.tell("enclosure_length", format!("The sound has {found}; {taken}."));
    }
    bytes
}

fn mime(text: Option<&str>, url: &str, reading: &mut Reading) -> String {
    if let Some(mime) = text.filter(|mime| mime.contains('/')) {
        return mime.to_string();
    }
    let guessed = of_ending(url).unwrap_or("audio/mpeg");
    reading
        .repairs
        .tell("enclosure_type", format!("The sound does not say its type; {guessed} was taken by its address."));
    guessed.into()
}

/// The media type that the ending of an address stands for.
pub(crate) fn of_ending(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next()?;
    let ending = path.rsplit('/').next()?.rsplit_once('.')?.1.to_ascii_lowercase();
    TYPES.iter().find(|(ext, _)| *ext == ending).map(|(_, mime)| *mime)
}

fn duration(item: &Node, reading: &mut Reading) -> Option<i64> {
    let text = item.text_of(Space::Itunes, "duration")?;
    let ms = times::ms(&text);
    if ms.is_none() {
        let why = format!("Its length \"{}\" cannot be read; it will be known when the sound is loaded.", shown(&text));
        reading.repairs.tell("duration_unreadable", why);
    }
    ms.filter(|ms| *ms > 0)
}
