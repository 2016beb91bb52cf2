//! A draft that somebody may hear before it is public: the secret of its address, what its page says, how long it lives, and
//! what those who heard it remarked. What it is not: a release; nothing here is ever part of a feed, the API or the counts.

use crate::error::{Code, Error, Result};
use crate::id::Ids;
use crate::slug::is_slug;
use crate::{Chapter, EpisodeId, RemarkId, SafeHtml, Sha256, ShareId, ShowId, TargetId};
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
/// Most remarks about one draft.
pub const MAX_REMARKS: i64 = 500;
/// Longest name of whoever remarks, in characters.
pub const MAX_NAME_CHARS: usize = 50;
/// Longest remark, in characters.
pub const MAX_REMARK_CHARS: usize = 2_000;
/// How long an address that is over is remembered as such, and its remarks are kept for the laptop: 90 days.
pub const REMEMBERED_MS: i64 = 90 * DAY_MS;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Letters of a token: base 32 (RFC 4648 §6) in small letters, so that it survives being read out and line ends.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Characters of a token: 160 bits.
const TOKEN_CHARS: usize = 32;

/// The secret of an address. Whoever has it may hear the draft, so it never stands in a log: its `Debug` says nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct ShareToken(String);

impl ShareToken {
    /// A fresh one: 160 of the bits of a hash over 244 random ones.
    pub fn fresh(ids: &dyn Ids) -> Self {
        let hash = Sha256::of(format!("{}{}", ids.v4(), ids.v4()).as_bytes());
        let bits = hash.as_str().bytes().flat_map(|digit| {
            let value = (digit as char).to_digit(16).unwrap_or(0);
            (0..4).rev().map(move |bit| (value >> bit) & 1)
        });
        let bits: Vec<u32> = bits.take(TOKEN_CHARS * 5).collect();
        let letter = |five: &[u32]| LETTERS[five.iter().fold(0, |all, bit| all * 2 + bit) as usize] as char;
        Self(bits.chunks(5).map(letter).collect())
    }

    /// Reads one out of an address; `None` for anything that no laptop ever made.
    pub fn parse(text: &str) -> Option<Self> {
        let good = text.len() == TOKEN_CHARS && text.bytes().all(|byte| LETTERS.contains(&byte));
        good.then(|| Self(text.to_string()))
    }

    /// The secret itself, for the address.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What a server knows instead of it. A look-up by this tells nothing by its time: nobody can choose what it hashes to.
    pub fn hash(&self) -> Sha256 {
        Sha256::of(self.0.as_bytes())
    }
}

impl std::fmt::Debug for ShareToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShareToken(…)")
    }
}

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
    /// When it was shared, Unix milliseconds.
    pub made_ms: i64,
    /// Until when the address answers, Unix milliseconds.
    pub expires_ms: i64,
}

impl SharedDraft {
    /// The files beside the page.
    pub fn files(&self) -> impl Iterator<Item = &SharedFile> {
        std::iter::once(&self.sound).chain(&self.picture)
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
        let picture = self.picture.as_ref().is_none_or(|file| PICTURES.contains(&file.mime.as_str()));
        let named = self.files().all(|file| is_slug(&file.ext) && file.ext.len() <= 8 && file.bytes > 0);
        let typed = self.files().all(|file| file.mime.len() < 100 && file.mime.bytes().all(|b| b.is_ascii_graphic()));
        if !(sound && picture && named && typed) {
            return Err(wrong("A shared draft is a sound and a picture, nothing else."));
        }
        Ok(())
    }
}

/// Types of pictures that every browser shows; SVG is not among them, for it may hold a script.
const PICTURES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "image/avif"];

/// What somebody who heard a draft remarked: plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Remark {
    /// Id.
    pub id: RemarkId,
    /// The sharing it came by.
    pub share: ShareId,
    /// The show.
    pub show: ShowId,
    /// The episode.
    pub episode: EpisodeId,
    /// About which moment of the sound, milliseconds; `None` is about all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub at_ms: Option<i64>,
    /// How they want to be called; may be empty.
    #[serde(default)]
    pub name: String,
    /// What they wrote.
    pub text: String,
    /// When it arrived, Unix milliseconds.
    pub created_ms: i64,
}

impl Remark {
    /// Makes name and text what they may be: no more than so many characters, no control characters but line breaks, and no
    /// marks that turn the direction of what stands around them. Nobody is trusted to have done so before.
    pub fn bounded(mut self) -> Self {
        self.name = line(&self.name).chars().take(MAX_NAME_CHARS).collect();
        self.text = plain(&self.text).chars().take(MAX_REMARK_CHARS).collect();
        self
    }
}

/// Plain text of a stranger, without empty ends.
fn plain(typed: &str) -> String {
    let kept =
        |c: &char| (!c.is_control() || *c == '\n') && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    typed
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n")
        .chars()
        .filter(kept)
        .collect::<String>()
        .trim()
        .to_string()
}

/// The same on one line.
fn line(typed: &str) -> String {
    plain(typed).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a moment as people type it: `1:02:03`, `2:03`, `123`. `None` for anything else, and for more than a hundred hours.
pub fn moment_ms(typed: &str) -> Option<i64> {
    let parts: Vec<&str> = typed.trim().split(':').collect();
    let digits = |part: &&str| (1..=6).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() > 3 || !parts.iter().all(digits) {
        return None;
    }
    let seconds = parts.iter().try_fold(0_i64, |all, part| Some(all * 60 + part.parse::<i64>().ok()?))?;
    (seconds <= 360_000).then_some(seconds * 1000)
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RandomIds;

    #[test]
    fn a_token_is_160_bits_that_nothing_prints() {
        let (one, two) = (ShareToken::fresh(&RandomIds), ShareToken::fresh(&RandomIds));
        assert_ne!(one, two);
        assert_eq!(one.reveal().len() * 5, 160);
        assert_eq!(ShareToken::parse(one.reveal()), Some(one.clone()));
        assert!(!format!("{one:?}").contains(one.reveal()));
        for strange in
            ["", "a", &"A".repeat(32), &"1".repeat(32), &format!("{}/", &one.reveal()[..31]), &"a".repeat(33)]
        {
            assert_eq!(ShareToken::parse(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_moment_is_read_as_people_type_it() {
        for (typed, ms) in
            [("1:02:03", Some(3_723_000)), (" 2:03 ", Some(123_000)), ("90", Some(90_000)), ("0", Some(0))]
        {
            assert_eq!(moment_ms(typed), ms, "{typed}");
        }
        for strange in ["", ":", "1:", "-1", "1:2:3:4", "1.5", "a", "٣", "9999999", "999999:0:0"] {
            assert_eq!(moment_ms(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_strangers_words_are_bounded_and_plain() {
        let id = "019a0000-0000-7000-8000-000000000001";
        let remark = Remark {
            id: RemarkId::parse(id).unwrap(),
            share: ShareId::parse(id).unwrap(),
            show: ShowId::parse(id).unwrap(),
            episode: EpisodeId::parse(id).unwrap(),
            at_ms: None,
            name: " Eve\n\u{1b}[31m \u{202e}x ".into(),
            text: format!(" a < b\r\nc\u{9b}d\u{7}{} ", "e".repeat(3000)),
            created_ms: 0,
        };
        let bounded = remark.bounded();
        assert_eq!(bounded.name, "Eve [31m x");
        assert!(bounded.text.starts_with("a < b\ncde") && bounded.text.chars().count() == MAX_REMARK_CHARS);
    }

    /// The letters are those of RFC 4648, so another program's base 32 of the same hash is the same text.
    #[test]
    fn a_token_is_the_base_32_of_a_hash() {
        struct Zeros;
        impl Ids for Zeros {
            fn v7(&self, _: i64) -> uuid::Uuid {
                uuid::Uuid::nil()
            }
            fn v4(&self) -> uuid::Uuid {
                uuid::Uuid::nil()
            }
        }
        // python3: base64.b32encode(hashlib.sha256(b"00000000-0000-0000-0000-000000000000"*2).digest())[:32].lower()
        assert_eq!(ShareToken::fresh(&Zeros).reveal(), "ggmdksv6oa4lkl7lap5vrpmivgjxu3sl");
    }
}
