//! A draft that somebody may hear before it is public: the secret of its address, what its page says, how long it lives, and
//! what those who heard it remarked. What it is not: a release; nothing here is ever part of a feed, the API or the counts.

mod remark;
mod token;

pub use remark::{MAX_NAME_CHARS, MAX_REMARK_CHARS, MAX_REMARKS, Remark, moment_ms};
pub use token::ShareToken;

use crate::error::{Code, Error, Result};
use crate::slug::is_slug;
use crate::{Chapter, EpisodeId, SafeHtml, Sha256, ShareId, ShowId, TargetId};
use serde::{Deserialize, Serialize};

/// How long an address lives where nobody says otherwise, days.
pub const DAYS: u32 = 7;
/// How long one may live at most, days.
pub const MAX_DAYS: u32 = 90;
/// Live addresses of one show at one place.
pub const MOST_LIVE: usize = 20;
/// Longest page as it is sent to a server, bytes of JSON.
pub const MAX_PAGE_BYTES: usize = 4 * 1024 * 1024;
/// Most chapters on a page.
pub const MAX_CHAPTERS: usize = 1_000;
/// How long an address that is over is remembered as such, and its remarks are kept for the laptop: 90 days.
pub const REMEMBERED_MS: i64 = 90 * DAY_MS;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A file beside the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedFile {
    /// Content.
    pub sha256: Sha256,
    /// Length.
    pub bytes: u64,
    /// `audio/…` or `video/…`; pictures `image/…`.
    pub mime: String,
    /// Name's end without dot.
    pub ext: String,
    /// Playable length, milliseconds, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
}

/// A smaller copy of the draft's picture, beside the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedCopy {
    /// Pixels across.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
    /// The file.
    pub file: SharedFile,
}

/// Words of the transcript, and when they are spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedCue {
    /// Beginning, milliseconds.
    pub start_ms: i64,
    /// End, milliseconds.
    pub end_ms: i64,
    /// Who speaks; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub speaker: String,
    /// The words.
    pub text: String,
}

/// A draft as those with the address hear and read it: as it was when it was shared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SharedDraft {
    /// Id of the sharing.
    pub id: ShareId,
    /// The show.
    pub show: ShowId,
    /// The episode.
    pub episode: EpisodeId,
    /// The show's title.
    pub show_title: String,
    /// Who makes it.
    #[serde(default)]
    pub author: String,
    /// RFC 5646 tag; decides the page's own words, too.
    pub language: String,
    /// The episode's title.
    pub title: String,
    /// Its notes, with the show's words after them.
    pub notes: SafeHtml,
    /// Whether it is explicit.
    #[serde(default)]
    pub explicit: bool,
    /// Chapters, ascending, without hidden ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chapters: Vec<Chapter>,
    /// Transcript.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transcript: Vec<SharedCue>,
    /// The sound.
    pub sound: SharedFile,
    /// Its picture, or the show's cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<SharedFile>,
    /// What that picture shows; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub picture_alt: String,
    /// Smaller copies of it, for the head of the page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub picture_sizes: Vec<SharedCopy>,
    /// Pictures in its notes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<SharedFile>,
    /// When it was shared, Unix milliseconds.
    pub made_ms: i64,
    /// Until when the address answers, Unix milliseconds.
    pub expires_ms: i64,
}

impl SharedDraft {
    /// The files beside the page.
    pub fn files(&self) -> impl Iterator<Item = &SharedFile> {
        let copies = self.picture_sizes.iter().map(|copy| &copy.file);
        std::iter::once(&self.sound).chain(&self.picture).chain(copies).chain(&self.pictures)
    }

    /// Refuses what nobody can hear, what lives too long, and what would be served as something else.
    pub fn check(&self) -> Result<()> {
        let wrong = |what: &str| Error::new(Code::FieldInvalid, what).about("episode", self.episode.as_str());
        // Read from a message an id may be any text, and this one names a folder.
        let ids = ShareId::parse(self.id.as_str()).as_ref() == Some(&self.id)
            && ShowId::parse(self.show.as_str()).as_ref() == Some(&self.show)
            && EpisodeId::parse(self.episode.as_str()).as_ref() == Some(&self.episode);
        if !ids {
            return Err(wrong("An id of the draft is not a UUID."));
        }
        let life_ms = self.expires_ms.saturating_sub(self.made_ms);
        if !(1..=i64::from(MAX_DAYS) * DAY_MS).contains(&life_ms) {
            return Err(wrong(&format!("A draft may be heard for 1 to {MAX_DAYS} days.")));
        }
        if self.chapters.len() > MAX_CHAPTERS {
            return Err(wrong(&format!("A shared draft has at most {MAX_CHAPTERS} chapters.")));
        }
        let sound = self.sound.mime.starts_with("audio/") || self.sound.mime.starts_with("video/");
        let mut pictures = self.files().skip(1);
        let picture = pictures.all(|file| PICTURES.contains(&file.mime.as_str()));
        let sides =
            |copy: &SharedCopy| [copy.width_px, copy.height_px].iter().all(|side| (1..=MAX_SIDE).contains(side));
        if self.picture_sizes.len() > MAX_COPIES || !self.picture_sizes.iter().all(sides) {
            return Err(wrong(&format!("The picture of a shared draft has at most {MAX_COPIES} copies.")));
        }
        if self.picture_alt.chars().count() > MAX_ALT_CHARS {
            return Err(wrong("What the picture of a shared draft shows is said in too many words."));
        }
        if self.pictures.len() > MAX_PICTURES {
            return Err(wrong(&format!("The notes of a shared draft have at most {MAX_PICTURES} pictures.")));
        }
        let named = self.files().all(|file| is_slug(&file.ext) && file.ext.len() <= 8 && file.bytes > 0);
        let typed = self.files().all(|file| file.mime.len() < 100 && file.mime.bytes().all(|b| b.is_ascii_graphic()));
        if !(sound && picture && named && typed) {
            return Err(wrong("A shared draft is a sound and pictures, nothing else."));
        }
        Ok(())
    }
}

/// Types of pictures that every browser shows; SVG is not among them, for it may hold a script.
const PICTURES: [&str; 5] = ["image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"];
/// Most smaller copies of a draft's picture.
pub const MAX_COPIES: usize = 24;
/// No copy has a longer side, pixels.
const MAX_SIDE: u32 = 10_000;
/// Most characters about what the picture shows.
const MAX_ALT_CHARS: usize = 1000;
/// Most pictures in the notes of a draft.
pub const MAX_PICTURES: usize = 200;

/// Where a draft can be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ShareKind {
    /// At a Hearthcast server: reviewers may remark, and it ends by itself.
    Server,
    /// In a storage or folder with a public address: files that Hearthcast takes away again.
    Place,
    /// On this computer, for those in the same network, as long as it is open.
    Lan,
}

/// A sharing as its author's laptop keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Share {
    /// Id.
    pub id: ShareId,
    /// The show.
    pub show: ShowId,
    /// The episode.
    pub episode: EpisodeId,
    /// The target it lies at; nothing on this computer's own network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub target: Option<TargetId>,
    /// What that is.
    pub kind: ShareKind,
    /// The page's address, secret and all.
    pub address: String,
    /// The feed's address, for apps; empty where the draft has no picture, which a feed needs.
    pub feed: String,
    /// When it was shared, Unix milliseconds.
    pub made_ms: i64,
    /// Until when, Unix milliseconds.
    pub expires_ms: i64,
    /// When its author ended it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub revoked_ms: Option<i64>,
    /// Whether nothing of it is left at the place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
    /// The names of its files at a storage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
}

impl Share {
    /// Whether it can be heard at this moment.
    pub fn is_live(&self, now_ms: i64) -> bool {
        self.revoked_ms.is_none() && !self.gone && now_ms < self.expires_ms
    }
}

/// A sharing as lists and screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ShareView {
    /// The sharing.
    #[serde(flatten)]
    pub share: Share,
    /// Title of the episode; empty when it is not here any more.
    pub title: String,
    /// Name of the target; empty on this computer's own network.
    pub target_name: String,
    /// Whether it can be heard.
    pub live: bool,
    /// Ended here, and the place does not know yet: the next sync tells it.
    pub waits: bool,
    /// Remarks that came by it.
    pub remarks: u32,
    /// The page's address as a picture for telephones: SVG.
    pub qr_svg: String,
    /// Which apps can do what with it.
    pub apps: Vec<HearingApp>,
}

/// What an app can do with a draft's address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct HearingApp {
    /// Its name.
    pub name: String,
    /// Whether it follows a feed by its address.
    pub follows: bool,
    /// How, in a sentence.
    pub how: String,
    /// Where that is written.
    pub source: String,
}
