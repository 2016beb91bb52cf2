//! What apps make of it when something changes that they know a published episode by: its guid, its date, the address of its
//! sound, the sound itself. Data, each line with its source. What it is not: the refusal; the plan of a publication refuses.

use serde::{Deserialize, Serialize};

/// What apps know a published episode by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum KnownBy {
    /// `guid` of the item.
    Guid,
    /// `pubDate` of the item.
    Date,
    /// `url` of the item's `enclosure`.
    Address,
    /// What lies under that address.
    Sound,
}

impl KnownBy {
    /// All of them, in the order they are told in: the worst first.
    pub const ALL: &'static [KnownBy] = &[Self::Guid, Self::Date, Self::Address, Self::Sound];

    /// What it is, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Guid => "the guid",
            Self::Date => "the publication date",
            Self::Address => "the address of the sound",
            Self::Sound => "the sound itself",
        }
    }

    /// Which apps do what when it changes.
    pub fn effects(self) -> Vec<Effect> {
        let of_this = EFFECTS.iter().filter(|(known_by, ..)| *known_by == self);
        of_this
            .map(|(_, apps, effect, source)| Effect {
                apps: (*apps).into(),
                effect: (*effect).into(),
                source: (*source).into(),
            })
            .collect()
    }
}

/// Apps, and what they do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Effect {
    /// Which apps.
    pub apps: String,
    /// What they do.
    pub effect: String,
    /// Where that is written.
    pub source: String,
}

/// One thing that changes, with what apps make of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Consequence {
    /// What changes.
    pub what: KnownBy,
    /// Of how many episodes.
    pub episodes: u32,
    /// The first of them.
    pub examples: Vec<Swap>,
    /// Which apps do what.
    pub effects: Vec<Effect>,
    /// It was not decided with the change itself, so somebody has to type that it is meant.
    pub to_confirm: bool,
}

/// Both sides of a change of one episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Swap {
    /// Its title.
    pub title: String,
    /// What apps know.
    pub before: String,
    /// What they would be told.
    pub after: String,
}

/// How many episodes are told of each thing.
pub const EXAMPLES: usize = 3;

/// What becomes of what apps know a live episode by when its sound is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Replace {
    /// The sound has a new address; the episode stays the one it was.
    SameGuid,
    /// To apps it is another episode.
    NewGuid,
    /// The new sound is found where the old one was. Only where a server leads there from an address that stays.
    SameUrl,
}

impl Replace {
    /// All of them, the usual one first.
    pub const ALL: &'static [Replace] = &[Self::SameGuid, Self::NewGuid, Self::SameUrl];

    /// As it is written in a terminal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SameGuid => "same-guid",
            Self::NewGuid => "new-guid",
            Self::SameUrl => "same-url",
        }
    }

    /// What it does, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::SameGuid => "a new address, the same episode",
            Self::NewGuid => "a new episode, with a guid of its own",
            Self::SameUrl => "the same address",
        }
    }

    /// What changes by it, that apps know an episode by.
    pub fn changes(self) -> &'static [KnownBy] {
        match self {
            Self::SameGuid => &[KnownBy::Address],
            Self::NewGuid => &[KnownBy::Guid],
            Self::SameUrl => &[KnownBy::Sound],
        }
    }
}

/// A way to replace the sound of a live episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ReplaceOffer {
    /// The way.
    pub replace: Replace,
    /// Which apps do what.
    pub effects: Vec<Effect>,
    /// Why it cannot be chosen here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub refused: Option<String>,
}

const APPLE: &str = "https://podcasters.apple.com/4115-technical-updates-for-hosting-providers";
const RSS: &str = "https://www.rssboard.org/rss-specification";
const PODLY: &str = "https://github.com/podly-pure-podcasts/podly_pure_podcasts/pull/216";
const ANTENNAPOD: &str = "https://github.com/AntennaPod/AntennaPod/pull/4839";
const GPODDER: &str = "https://github.com/gpodder/gpodder/issues/1407";
const GPODDER_DATE: &str = "https://github.com/gpodder/gpodder/issues/600";
const AUDIOBOOKSHELF: &str = "https://github.com/advplyr/audiobookshelf/issues/2986";
const APPLE_TAGS: &str = "https://help.apple.com/itc/podcasts_connect/#/itcb54353390";
const NAMESPACE: &str = "https://github.com/Podcastindex-org/podcast-namespace/issues/122";
const CASTGET: &str = "https://github.com/mlj/castget/issues/67";
const AIRSONIC: &str = "https://github.com/airsonic-advanced/airsonic-advanced/issues/505";
const IONO: &str = "https://support.iono.fm/docs/podcast-replace-episode";

/// What changes, which apps, what they do, and where that is written.
const EFFECTS: &[(KnownBy, &str, &str, &str)] = &[
    (KnownBy::Guid, "Apple Podcasts", "takes it for a new episode: episodes are told apart by their guid", APPLE),
    (
        KnownBy::Guid,
        "Pocket Casts, Overcast",
        "show it as new and unheard; what listeners heard and queued of the old one is lost",
        PODLY,
    ),
    (
        KnownBy::Guid,
        "AntennaPod",
        "shows it a second time, unless the title and the address of the sound both stayed",
        ANTENNAPOD,
    ),
    (KnownBy::Guid, "gPodder", "shows it as new and downloads it again", GPODDER),
    (
        KnownBy::Guid,
        "Spotify and all others that go by the guid, as RSS says",
        "may show it twice, and listeners download it again",
        RSS,
    ),
    (KnownBy::Date, "Apple Podcasts", "sorts an episodic show by it: the episode moves in the list", APPLE_TAGS),
    (KnownBy::Date, "gPodder", "shows the episode as new once more", GPODDER_DATE),
    (KnownBy::Date, "audiobookshelf", "may take it for one that came out since, and download it again", AUDIOBOOKSHELF),
    (
        KnownBy::Address,
        "most apps, which go by the guid",
        "keep the sound they have; who did not download it yet gets the one at the new address",
        NAMESPACE,
    ),
    (KnownBy::Address, "castget", "downloads it again: it goes by the address", CASTGET),
    (KnownBy::Address, "Airsonic", "shows it as another episode: it goes by the address", AIRSONIC),
    (
        KnownBy::Address,
        "Apple Podcasts, Spotify and other directories",
        "go on with what they know for hours, at times for days",
        IONO,
    ),
    (
        KnownBy::Sound,
        "most apps",
        "do not notice: who has the old sound keeps it, who did not download it yet gets the new one",
        NAMESPACE,
    ),
    (KnownBy::Sound, "Apple Podcasts, Spotify and other directories", "may play the old sound for hours or days", IONO),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_has_effects_and_every_effect_a_source() {
        for known_by in KnownBy::ALL {
            let effects = known_by.effects();
            assert!(effects.len() >= 2, "{known_by:?}");
            assert!(effects.iter().all(|effect| effect.source.starts_with("https://")), "{known_by:?}");
            let apps: std::collections::BTreeSet<&str> = effects.iter().map(|effect| effect.apps.as_str()).collect();
            assert_eq!(apps.len(), effects.len(), "{known_by:?}: each app once");
        }
    }

    #[test]
    fn ways_to_replace_are_written_as_they_are_read() {
        for replace in Replace::ALL {
            assert_eq!(serde_json::to_value(replace).unwrap(), replace.as_str());
        }
    }
}
