//! Foreign sounds and pictures are decoded in the worker's process only: outside `hearthcast-media` nobody names a free function of
//! it that looks into a file. What may be named are types, constants, and a few functions that read no file.

use super::source::{blanked, place};
use super::{Fault, Source};

const MEDIA: &str = "hearthcast_media::";

/// What reads no bytes of a foreign file, or a number in its head without decoding anything.
const HARMLESS: &[&str] = &[
    "damaged_ms",
    "encoder_today",
    "estimate",
    "needs_encoding",
    "picture_endings",
    "placeholder_png",
    "said_pixels",
    "sound_endings",
];

/// The worker's own end, and who runs it.
const WORKER: (&str, &str) = ("serve", "crates/studio/src/lib.rs");

/// Everything wrong in one file.
pub fn faults(source: &Source) -> Vec<Fault> {
    let may_decode = ["crates/media/", "fuzz/", "xtask/", "tests/"].iter().any(|place| source.path.starts_with(place));
    if may_decode || !source.path.ends_with(".rs") {
        return vec![];
    }
    let code = blanked(&source.text);
    let mut faults = vec![];
    for (at, _) in code.match_indices(MEDIA) {
        for name in named(&code[..at], &code[at + MEDIA.len()..]) {
            let is_worker = (name, source.path.as_str()) == WORKER;
            if name.starts_with(|c: char| c.is_lowercase() || c == '*') && !HARMLESS.contains(&name) && !is_worker {
                let rule = format!(
                    "{name} may look into a foreign file: only the worker does (hearthcast_media::worker::Worker)"
                );
                faults.push(Fault::new(place(source, at), rule));
            }
        }
    }
    for (at, _) in code.match_indices("hearthcast_media as ") {
        faults.push(Fault::new(
            place(source, at),
            "hearthcast_media under another name: what is used of it would not be seen",
        ));
    }
    faults
}

/// The last names of a path, or of all paths of a `use`; of `process::{Further, probe}` both.
fn named<'a>(before: &str, after: &'a str) -> Vec<&'a str> {
    let statement = before.rsplit([';', '}']).next().unwrap_or_default();
    let is_use = statement.split_whitespace().any(|word| word == "use");
    let in_path =
        |c: char| c.is_alphanumeric() || "_:".contains(c) || is_use && (c.is_whitespace() || "{},*".contains(c));
    let path = &after[..after.find(|c| !in_path(c)).unwrap_or(after.len())];
    let mut words = path.split(|c: char| c.is_whitespace() || "{},".contains(c)).filter(|word| !word.is_empty());
    let mut names = vec![];
    while let Some(word) = words.next() {
        match word {
            "as" => drop(words.next()),
            word => names.extend(name_of(word)),
        }
    }
    names
}

/// A type, whatever of it is meant, or what a path ends with; nothing where a list follows.
fn name_of(path: &str) -> Option<&str> {
    let is_type = |part: &&str| part.starts_with(char::is_uppercase);
    path.split("::").find(is_type).or(path.rsplit("::").next()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        faults(&Source { path: path.into(), text: text.into() }).len()
    }

    #[test]
    fn point_10_a_planted_decoder_outside_the_worker_is_found() {
        for text in [
            "let found = hearthcast_media::probe(path, &cancel, &mut |_| ())?;",
            "use hearthcast_media::probe;",
            "use hearthcast_media::process::{ProcessRequest, process};",
            "use hearthcast_media::{Probed, process::{retag, TagsToWrite}};",
            "pub use hearthcast_media::video::look as look_at;",
            "use hearthcast_media::probe::*;",
            "use hearthcast_media as media;",
            "hearthcast_media::worker::serve(input, output)",
        ] {
            assert_eq!(count("crates/studio/src/media.rs", text), 1, "{text}");
            assert_eq!(count("crates/media/src/worker/serve.rs", text), 0, "{text}");
        }
    }

    #[test]
    fn types_and_what_reads_no_file_pass() {
        for text in [
            "use hearthcast_media::process::{Further, MOST_AUDITION_MS, needs_encoding};",
            "fn of(probed: &hearthcast_media::Probed, open: bool) -> bool { open }",
            "let order = hearthcast_media::PictureOrder::cover();",
            "// hearthcast_media::probe is the worker's",
        ] {
            assert_eq!(count("crates/studio/src/media.rs", text), 0, "{text}");
        }
        assert_eq!(count("crates/studio/src/lib.rs", "hearthcast_media::worker::serve(input, output)"), 0);
    }
}
