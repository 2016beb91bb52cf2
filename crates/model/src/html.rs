//! Author's words with their sanitised HTML beside them. The cleaning itself is `hearthcast-text`'s work.

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
}
