//! Links that a show's website shows beside it, each with a picture and a colour of the site's theme.

use crate::picture::Picture;
use serde::{Deserialize, Serialize};

/// A picture that websites have ready for a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LinkIcon {
    /// None, or a picture of its own.
    #[default]
    None,
    /// Facebook.
    Facebook,
    /// Patreon.
    Patreon,
    /// Discord.
    Discord,
    /// Apple Podcasts.
    Apple,
    /// Android apps.
    Android,
    /// Spotify.
    Spotify,
    /// iTunes.
    Itunes,
}

impl LinkIcon {
    /// The name that websites know it by; `None` for no picture.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Facebook => Some("facebook"),
            Self::Patreon => Some("patreon"),
            Self::Discord => Some("discord"),
            Self::Apple => Some("apple"),
            Self::Android => Some("android"),
            Self::Spotify => Some("spotify"),
            Self::Itunes => Some("itunes"),
        }
    }
}

/// A colour of the website's theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LinkTheme {
    /// The first colour.
    #[default]
    Primary,
    /// The second.
    Secondary,
    /// The third.
    Tertiary,
    /// No colour.
    Boring,
}

impl LinkTheme {
    /// The name that websites know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Tertiary => "tertiary",
            Self::Boring => "boring",
        }
    }
}

/// A link of a show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Link {
    /// Where it leads; no other link of the show leads there.
    pub url: String,
    /// What it says.
    pub label: String,
    /// The picture that websites have ready.
    #[serde(default)]
    pub icon: LinkIcon,
    /// A picture of its own, in place of `icon`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
    /// Its colour.
    #[serde(default)]
    pub theme: LinkTheme,
}
