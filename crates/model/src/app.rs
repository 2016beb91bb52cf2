//! An episode as one podcast app shapes it, with the rules that made it so. What it is not: the rules themselves, which are data
//! of `hearthcast_text`.

use crate::Chapter;
use serde::{Deserialize, Serialize};

/// A podcast app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum App {
    /// Apple Podcasts.
    Apple,
    /// Spotify.
    Spotify,
    /// Pocket Casts.
    PocketCasts,
    /// Overcast.
    Overcast,
    /// AntennaPod.
    AntennaPod,
}

impl App {
    /// All of them.
    pub const ALL: &'static [App] = &[Self::Apple, Self::Spotify, Self::PocketCasts, Self::Overcast, Self::AntennaPod];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Apple => "Apple Podcasts",
            Self::Spotify => "Spotify",
            Self::PocketCasts => "Pocket Casts",
            Self::Overcast => "Overcast",
            Self::AntennaPod => "AntennaPod",
        }
    }
}

/// An episode as an app shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AppPreview {
    /// The app.
    pub app: App,
    /// Its name.
    pub name: String,
    /// Notes as it shows them: harmless HTML.
    pub notes: String,
    /// The beginning of the notes, for its list; one line of plain text.
    pub excerpt: String,
    /// Whether the notes go on: of very long ones the preview has the beginning.
    pub shortened: bool,
    /// How its list shows the episode.
    pub list: AppList,
    /// How its page does.
    pub page: AppPage,
    /// Chapters it shows.
    pub chapters: Vec<Chapter>,
    /// Where it takes them from; `None` where nothing is known, or there are none.
    pub chapters_from: Option<AppChapters>,
    /// How much of the picture, from below, may be covered, in percent.
    pub covered_percent: u8,
    /// Whether it is light or dark.
    pub colours: AppColours,
    /// Colour of links in the notes, where the app has one of its own (`#rrggbb`).
    pub link_colour: Option<String>,
    /// The rules that made it look so, then what is not known.
    pub rules: Vec<AppRule>,
}

/// Where an app takes chapters from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AppChapters {
    /// The sound file.
    File,
    /// The feed.
    Feed,
    /// Times in the notes.
    Notes,
}

/// Whether an app is light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AppColours {
    /// Nothing is known.
    #[default]
    Unknown,
    /// As the listener, or the device, has it.
    Chosen,
    /// Always dark.
    Dark,
}

/// An episode in an app's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AppList {
    /// Whether the beginning of the notes stands there.
    pub words: bool,
    /// Lines of a title, at most; `None` where nothing is known.
    pub title_lines: Option<u8>,
    /// How round the picture's corners are, in percent of its width.
    pub corner_percent: u8,
    /// Whether the day is written in capitals.
    pub capitals: bool,
    /// Whether the length stands under the title and not beside the day.
    pub length_below: bool,
    /// Whether the size of the file stands beside the day.
    pub size: bool,
}

/// An episode on an app's page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AppPage {
    /// Whether the show's picture stands under that of the episode.
    pub show_art: bool,
}

/// A rule of an app that made a difference, or what is not known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AppRule {
    /// Stable id (`apple.html`).
    pub id: String,
    /// What the app does, in a sentence.
    pub says: String,
    /// Where that is written; `None` where nothing public says what the app does.
    pub source: Option<String>,
}
