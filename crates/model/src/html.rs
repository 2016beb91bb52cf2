//! Author's words with their sanitised HTML beside them. The cleaning itself is `hearthcast-text`'s work.

use crate::rule::FileKind;
use crate::show::Attachment;
use serde::{Deserialize, Serialize};

/// HTML that went through the sanitiser. Cleaned again whenever the sanitiser's version changes and on receipt
/// by a server, which never trusts the laptop's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SafeHtml {
    /// The clean HTML.
    pub html: String,
    /// `hearthcast_text::SANITIZER_VERSION` at the time of cleaning.
    pub sanitizer_version: u32,
}

/// What notes are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NotesForm {
    /// Markdown.
    #[default]
    Markdown,
    /// HTML, as an imported feed had it.
    Html,
}

impl NotesForm {
    /// Whether it is Markdown, which is not said.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Notes: what the author wrote and the safe HTML made from it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Notes {
    /// As typed, or as imported.
    pub source: String,
    /// What that is.
    #[serde(default, skip_serializing_if = "NotesForm::is_usual")]
    pub form: NotesForm,
    /// What readers see.
    pub safe: SafeHtml,
    /// Pictures in them that were brought here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<NotesPicture>,
}

impl Notes {
    /// Files of the pictures, with what each of them is.
    pub(crate) fn kinds_of_files(&self) -> impl Iterator<Item = (FileKind, &Attachment)> {
        self.pictures.iter().filter_map(|picture| picture.file.as_ref()).map(|file| (FileKind::NotesImage, file))
    }

    /// The same, to be changed.
    pub(crate) fn files_mut(&mut self) -> impl Iterator<Item = &mut Attachment> {
        self.pictures.iter_mut().filter_map(|picture| picture.file.as_mut())
    }
}

/// A picture in notes that was brought here: the notes go on naming it as their author did, and what readers see names the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct NotesPicture {
    /// How the author's words name it: an address, whole or not. Empty at a server, which has none of these words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// The file it became; none when it is not shown, because it only counts who reads (one point).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Attachment>,
}
