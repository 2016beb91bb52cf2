//! Transcripts in all their forms: WebVTT, SubRip, JSON (podcast namespace, Podlove, DOTe, Whisper), pages, plain words. Each is
//! read into cues, and cues are written as each ([`Form`]); what a form cannot say is named ([`losses`]). Cues are looked over
//! ([`findings`]) and changed: moved, stretched, joined, divided, cut.
//!
//! Everything read here is somebody else's and bounded. Captions that are read come back twice: as cues, and as the same text
//! with one kind of line end and no byte order mark, so that what is published is what the author wrote.

mod collect;
mod error;
mod finding;
mod form;
mod html_names;
mod json;
mod json_out;
mod json_values;
mod json_words;
mod latin;
mod letters;
mod loss;
mod map;
mod merge;
mod own_page;
mod page;
mod prose;
mod references;
mod shift;
mod source;
mod speakers;
mod split;
mod srt;
mod stamp_lines;
mod stamps;
mod vtt;
mod words;

pub use collect::{Care, Note};
pub use error::TranscriptError;
pub use finding::{Fault, Finding, Place, findings};
pub use form::{About, Form};
pub use loss::{Loss, losses};
pub use map::{Mapped, mapped};
pub use merge::{Merge, merged};
pub use own_page::is_page;
pub use shift::{Moved, shifted, stretched};
pub use source::{Handed, handed};
pub use speakers::{renamed, speakers};
pub use split::{Split, split};
pub use words::Word;

use crate::incoming::{NoText, text_of};
use collect::Collector;

/// Longest file that is read, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Most cues of a transcript.
pub const MAX_CUES: usize = 500_000;
/// Most words of a transcript that have times of their own: two days of talk without a pause.
pub const MAX_WORDS: usize = 500_000;
/// Longest name of a speaker, in bytes: whatever is divided repeats it in every part.
pub const MAX_NAME_BYTES: usize = 1_000;

/// Words and when they are spoken. Cues may overlap; they are kept by beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// Beginning, milliseconds.
    pub start_ms: i64,
    /// End, milliseconds; after the beginning.
    pub end_ms: i64,
    /// Who speaks; empty when nobody says.
    pub speaker: String,
    /// The words, without markup; lines as they were.
    pub text: String,
    /// The same words with times of their own, where the file has them; empty where it has none.
    pub words: Vec<Word>,
}

impl Cue {
    fn has_words(&self) -> bool {
        !self.text.trim().is_empty()
    }
}

/// A format that podcast apps show (podcast namespace, transcripts.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// WebVTT.
    Vtt,
    /// SubRip.
    Srt,
    /// JSON of the namespace.
    Json,
    /// A page.
    Html,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Vtt, Self::Srt, Self::Json, Self::Html];

    /// The format a file name ending stands for, in small letters and without dot.
    pub fn of_ext(ext: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.ext() == ext)
    }

    /// The format of a type it is published with.
    pub fn of_mime(mime: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.mime() == mime)
    }

    /// Whether its files are what authors bring and correct. The others are written from those, and follow them.
    pub fn is_captions(self) -> bool {
        matches!(self, Self::Vtt | Self::Srt)
    }

    /// The file name ending.
    pub fn ext(self) -> &'static str {
        match self {
            Self::Vtt => "vtt",
            Self::Srt => "srt",
            Self::Json => "json",
            Self::Html => "html",
        }
    }

    /// The type it is published with.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Vtt => "text/vtt",
            Self::Srt => "application/x-subrip",
            Self::Json => "application/json",
            Self::Html => "text/html",
        }
    }
}

/// A transcript that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// What it is, whatever its file is called.
    pub format: Format,
    /// The file as text: UTF-8, `\n`, no byte order mark, no character that XML 1.0 forbids.
    pub text: String,
    /// What it says, by beginning.
    pub cues: Vec<Cue>,
}

/// Reads a transcript in any of the formats. Of a page nothing but one of ours is taken ([`is_page`]): what is served with the
/// others' files must not be a program.
pub fn read(bytes: &[u8]) -> Result<Transcript, TranscriptError> {
    let text = text_of(bytes, MAX_BYTES).map_err(|no| match no {
        NoText::TooLarge => TranscriptError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES },
        NoText::Garbled(line) => TranscriptError::NotText { line },
    })?;
    let format = match () {
        () if vtt::has_signature(&text) => Format::Vtt,
        () if text.starts_with('{') => Format::Json,
        () if is_page(&text) => Format::Html,
        () => Format::Srt,
    };
    let mut into = Collector::new(Care::Served);
    match format {
        Format::Vtt => vtt::read(&text, &mut into)?,
        Format::Srt => srt::read(&text, &mut into)?,
        Format::Json => drop(json::read(&text, &mut into)?),
        Format::Html => page::read(&text, None, &mut into)?,
    }
    Ok(Transcript { format, text, cues: in_order(into.cues)? })
}

/// Reads a transcript that somebody hands over, in any form; `name` is what its file is called, `length_ms` how long the sound is.
/// What is no WebVTT or SubRip becomes WebVTT.
pub fn taken(bytes: &[u8], name: &str, length_ms: Option<i64>) -> Result<Transcript, TranscriptError> {
    let Handed { form, text, cues, notes } = handed(bytes, Form::of_name(name), length_ms, Care::Taken)?;
    let cues = in_order(cues)?;
    let mended = notes.iter().any(|note| matches!(note, Note::Midnight(_)));
    let format = if form == Form::Srt { Format::Srt } else { Format::Vtt };
    match form {
        Form::Vtt | Form::Srt if !mended => Ok(Transcript { format, text, cues }),
        // A paragraph is more than a screen takes.
        Form::Html | Form::Text => written(format, split(&cues, &Split::default())),
        _ => written(format, cues),
    }
}

/// Cues as a file that is read again: some forms need more bytes than the one they came in.
fn written(format: Format, cues: Vec<Cue>) -> Result<Transcript, TranscriptError> {
    let text = write(format, &cues);
    if text.len() > MAX_BYTES {
        return Err(TranscriptError::TooLarge { bytes: text.len(), limit: MAX_BYTES });
    }
    if cues.len() > MAX_CUES {
        return Err(TranscriptError::TooMany { limit: MAX_CUES });
    }
    Ok(Transcript { format, text, cues })
}

/// Cues by beginning; a transcript has some.
fn in_order(mut cues: Vec<Cue>) -> Result<Vec<Cue>, TranscriptError> {
    if cues.is_empty() {
        return Err(TranscriptError::Empty);
    }
    // Stable: of two cues at one time the first stays the first.
    cues.sort_by_key(|cue| cue.start_ms);
    Ok(cues)
}

/// Writes cues as a file, without those that say nothing. Equal cues give equal bytes.
pub fn write(format: Format, cues: &[Cue]) -> String {
    match format {
        Format::Vtt => vtt::write(cues),
        Format::Srt => srt::write(cues),
        Format::Json => Form::Json.write(cues, &About::default()),
        Format::Html => Form::Html.write(cues, &About::default()),
    }
}

/// The words alone, for search and for reading: a paragraph for every turn of a speaker, with the name before it.
pub fn plain(cues: &[Cue]) -> String {
    let mut out = String::new();
    let mut speaker = "";
    for (n, cue) in cues.iter().enumerate() {
        if n > 0 {
            out.push_str(if cue.speaker == speaker { " " } else { "\n\n" });
        }
        if cue.speaker != speaker && !cue.speaker.is_empty() {
            out.push_str(&cue.speaker);
            out.push_str(": ");
        }
        speaker = &cue.speaker;
        push_words(&mut out, &cue.text);
    }
    out
}

/// Appends words with single spaces between them.
fn push_words(out: &mut String, text: &str) {
    for (n, word) in text.split_whitespace().enumerate() {
        if n > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
}

/// Lines that hold something, without outer spaces: an empty one would end a cue.
fn full_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// A text with single spaces.
fn one_line(text: &str) -> String {
    let mut out = String::new();
    push_words(&mut out, text);
    out
}

/// The beginning of somebody's text, for a sentence.
fn shown(text: &str) -> String {
    one_line(crate::chars::cut(text, 120))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start_ms: i64, end_ms: i64, speaker: &str, text: &str) -> Cue {
        Cue { start_ms, end_ms, speaker: speaker.into(), text: text.into(), words: vec![] }
    }

    #[test]
    fn both_formats_say_the_same() {
        let vtt = b"\xEF\xBB\xBFWEBVTT\r\n\r\n00:01.000 --> 00:02.500\r\n<v Ada>Hello &amp; welcome\r\n\r\n00:02.000 --> 00:03.000\r\n<v Bo>Hi\r\n";
        let srt =
            b"1\n00:00:01,000 --> 00:00:02,500\nAda: Hello & welcome\n\n2\n00:00:02,000 --> 00:00:03,000\nBo: Hi\n\n";
        let (from_vtt, from_srt) = (read(vtt).unwrap(), read(srt).unwrap());
        assert_eq!(from_vtt.cues, [cue(1_000, 2_500, "Ada", "Hello & welcome"), cue(2_000, 3_000, "Bo", "Hi")]);
        assert_eq!(from_vtt.cues, from_srt.cues);
        assert_eq!((from_vtt.format, from_srt.format), (Format::Vtt, Format::Srt));
        assert!(from_vtt.text.starts_with("WEBVTT\n\n00:01") && !from_vtt.text.contains('\r'));
        assert_eq!(write(Format::Srt, &from_vtt.cues).as_bytes(), srt);
    }

    #[test]
    fn words_are_read_in_turns() {
        let cues = [cue(0, 1, "", "Music"), cue(1, 2, "Ada", "a\nb"), cue(2, 3, "Ada", "c"), cue(3, 4, "", "d")];
        assert_eq!(plain(&cues), "Music\n\nAda: a b c\n\nd");
        assert_eq!(plain(&[]), "");
    }

    #[test]
    fn what_is_no_transcript_is_refused() {
        assert_eq!(read(b"WEBVTT\n\nNOTE nothing\n"), Err(TranscriptError::Empty));
        assert_eq!(read(b""), Err(TranscriptError::Empty));
        assert_eq!(read(b"\n\xFF"), Err(TranscriptError::NotText { line: 2 }));
        assert_eq!(
            read(&vec![b' '; MAX_BYTES + 1]),
            Err(TranscriptError::TooLarge { bytes: MAX_BYTES + 1, limit: MAX_BYTES })
        );
        assert_eq!(
            read(b"Dear listeners,\n"),
            Err(TranscriptError::Unknown { line: 1, text: "Dear listeners,".into() })
        );
    }

    #[test]
    fn sixteen_mebibytes_of_small_cues_are_refused_in_time() {
        let many = "0:00 --> 0:01\na\n\n".repeat(MAX_BYTES / 17);
        assert_eq!(read(many.as_bytes()), Err(TranscriptError::TooMany { limit: MAX_CUES }));
    }
}
