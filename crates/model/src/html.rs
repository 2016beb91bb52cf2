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

/// Notes: the Markdown the author wrote and the safe HTML made from it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Notes {
    /// Markdown as typed.
    pub source: String,
    /// What readers see.
    pub safe: SafeHtml,
}
