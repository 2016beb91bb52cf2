//! A file of any form, read: which one it is, what it says, what was noticed.

use super::collect::{Care, Collector, Note};
use super::json::Kind;
use super::{Cue, Form, MAX_BYTES, TranscriptError, json, latin, page, prose, srt, vtt};
use crate::chars::xml_only;
use crate::incoming::{NoText, text_of};

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// What it is, whatever its file is called.
    pub form: Form,
    /// The file as text: UTF-8, `\n`, no byte order mark, no character that XML 1.0 forbids.
    pub text: String,
    /// What it says, in the order of the file.
    pub cues: Vec<Cue>,
    /// What was noticed on the way.
    pub notes: Vec<Note>,
}

/// Reads a transcript of any form. Captions and JSON are known by what they say; pages and plain words only where the name says so
/// (`named`), because damaged captions would be words as well, and a page that says "not found" would be a transcript. Words without times share `length_ms`, or are given
/// as long as people take to say them.
pub fn handed(
    bytes: &[u8],
    named: Option<Form>,
    length_ms: Option<i64>,
    care: Care,
) -> Result<Handed, TranscriptError> {
    let (text, garbled) = decoded(bytes)?;
    let mut into = Collector::new(care);
    if let Some(note) = garbled {
        into.note(note);
    }
    let form = if vtt::has_signature(&text) {
        vtt::read(&text, &mut into)?;
        Form::Vtt
    } else if is_json(&text, named) {
        match json::read(&text, &mut into)? {
            Kind::Podlove => Form::Podlove,
            Kind::Dote => Form::Dote,
            Kind::Segments | Kind::WhisperCpp => Form::Json,
        }
    } else if named == Some(Form::Html) || named == Some(Form::Text) && page::is_page(&text) {
        page::read(&text, length_ms, &mut into)?;
        Form::Html
    } else if named == Some(Form::Text) && !is_captions(&text) {
        prose::read(&text, length_ms, &mut into)?;
        Form::Text
    } else {
        srt::read(&text, &mut into)?;
        Form::Srt
    };
    Ok(Handed { form, text, cues: into.cues, notes: into.notes })
}

/// Whether a text is JSON; words and pages only when it can be read as such: notes begin with `[0:01]` as well.
fn is_json(text: &str, named: Option<Form>) -> bool {
    let words = matches!(named, Some(Form::Text | Form::Html));
    json::is_json(text) && (!words || json::read(text, &mut Collector::new(Care::Looked)).is_ok())
}

/// Whether a text is SubRip under another name.
fn is_captions(text: &str) -> bool {
    text.contains("-->") && srt::read(text, &mut Collector::new(Care::Looked)).is_ok()
}

/// The text of a file: UTF-8 or UTF-16; JSON with damaged letters (whisper.cpp cuts them in two); Windows-1252.
fn decoded(bytes: &[u8]) -> Result<(String, Option<Note>), TranscriptError> {
    let line = match text_of(bytes, MAX_BYTES) {
        Ok(text) => return Ok((text, None)),
        Err(NoText::TooLarge) => return Err(TranscriptError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES }),
        Err(NoText::Garbled(line)) => line,
    };
    let clean = |text: &str| xml_only(&text.replace("\r\n", "\n").replace('\r', "\n")).into_owned();
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
    if matches!(first, Some(b'{' | b'[')) {
        return Ok((clean(&String::from_utf8_lossy(bytes)), Some(Note::Garbled)));
    }
    let text = latin::decoded(bytes).ok_or(TranscriptError::NotText { line })?;
    Ok((clean(&text), Some(Note::Windows1252)))
}
