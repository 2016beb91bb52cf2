//! The font a website writes a show's name in.

use crate::show::Attachment;
use serde::{Deserialize, Serialize};

/// A font file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Font {
    /// Name of the family, as style sheets call it.
    pub family: String,
    /// The file: `ttf`, `otf`, `woff` or `woff2` by its extension.
    pub file: Attachment,
    /// Weight (CSS Fonts 4 §2.2), 1 to 1000.
    #[serde(default = "regular", skip_serializing_if = "is_regular")]
    pub weight: u16,
}

fn regular() -> u16 {
    400
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde calls it with")]
fn is_regular(weight: &u16) -> bool {
    *weight == regular()
}

impl Font {
    /// The word a style sheet uses for the file's format (CSS Fonts 4 §4.3.1).
    pub fn format(&self) -> &'static str {
        match self.file.ext.as_str() {
            "woff2" => "woff2",
            "woff" => "woff",
            "otf" => "opentype",
            _ => "truetype",
        }
    }
}

/// How large a website writes a show's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NameSize {
    /// Smaller, for long names.
    Small,
    /// As usual.
    #[default]
    Normal,
    /// Larger.
    Large,
}

impl NameSize {
    /// The name that websites know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Normal => "normal",
            Self::Large => "large",
        }
    }

    /// Whether it is as usual.
    pub fn is_usual(&self) -> bool {
        *self == Self::Normal
    }
}
