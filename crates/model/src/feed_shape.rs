//! How a show's feed is written: which HTML apps get, in pages or whole, and further feeds with a part of the episodes.

use crate::place::is_loopback;
use crate::reach::is_public_name;
use crate::slug::is_slug;
use crate::{Code, Error, Result, Show};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Fewest and most episodes of a page of a feed; 0 writes it whole.
pub const PAGE: std::ops::RangeInclusive<u32> = 10..=1000;
/// Most further feeds of a show.
pub const MOST_VARIANTS: usize = 20;
/// Names that addresses beside the feed have already.
const TAKEN: [&str; 5] = ["feed", "page", "p", "v", "lease"];
/// Longest name of a further feed, its longest title, and the longest address of a hub, in characters.
const MAX_NAME: usize = 40;
const MAX_TITLE: usize = 255;
const MAX_HUB: usize = 500;

/// Which HTML of the notes apps get in the feed. Websites get all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FeedHtml {
    /// Everything that Hearthcast keeps: headings, quotations, code as well.
    #[default]
    Full,
    /// What directories name: `p br ol ul li a b i strong em`; of all else the words.
    Directories,
    /// No HTML.
    Plain,
}

impl FeedHtml {
    /// Whether it is what a show has that says nothing.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// A further feed of a show, at an address of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct FeedVariant {
    /// Its name in addresses: `a-z 0-9 -`, unique in the show.
    pub name: String,
    /// What it is called in apps; the show's title when empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Which episodes, or which files, it has.
    pub part: FeedPart,
}

/// What a [`FeedVariant`] has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FeedPart {
    /// The newest episodes.
    Last {
        /// How many.
        episodes: u32,
    },
    /// The episodes of one season.
    Season {
        /// Its number.
        season: u32,
    },
    /// Episodes with a file of this type, which is their enclosure.
    Format {
        /// Media type (`audio/mpeg`, `audio/opus`, `audio/mp4`).
        mime: String,
    },
}

impl FeedPart {
    /// Reads `last:10`, `season:2`, `format:audio/opus`.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, value) = text.split_once(':')?;
        let number = || value.trim().parse().ok();
        match kind.trim() {
            "last" => Some(Self::Last { episodes: number()? }),
            "season" => Some(Self::Season { season: number()? }),
            "format" => Some(Self::Format { mime: value.trim().to_ascii_lowercase() }),
            _ => None,
        }
    }

    fn why_not(&self) -> Option<&'static str> {
        match self {
            Self::Last { episodes } if !(1..=10_000).contains(episodes) => Some("has from 1 to 10,000 episodes"),
            Self::Season { season: 0 } => Some("has a season from 1 on"),
            Self::Format { mime } if !is_sound(mime) => {
                Some("has a type of sound or film, such as audio/mpeg, audio/opus or audio/mp4")
            }
            _ => None,
        }
    }
}

/// As [`FeedPart::parse`] reads it.
impl std::fmt::Display for FeedPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Last { episodes } => write!(f, "last:{episodes}"),
            Self::Season { season } => write!(f, "season:{season}"),
            Self::Format { mime } => write!(f, "format:{mime}"),
        }
    }
}

fn is_sound(mime: &str) -> bool {
    let token = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.+".contains(&b));
    matches!(mime.split_once('/'), Some(("audio" | "video", sub)) if !sub.is_empty() && sub.len() <= 60 && token(sub))
}

/// Stands for the name of a further feed in the address of all of them.
pub const VARIANT_NAME: &str = "{name}";

/// The address of one further feed, out of that of all of them; `None` where there is none.
pub fn variant_at(all: &str, name: &str) -> Option<String> {
    (all.contains(VARIANT_NAME) && is_slug(name)).then(|| all.replace(VARIANT_NAME, name))
}

/// Whether a show's pages, further feeds and hub can be written; else what is wrong with which of them.
pub fn check(show: &Show) -> Result<()> {
    if show.feed_page != 0 && !PAGE.contains(&show.feed_page) {
        let what =
            format!("A page of the feed has {} to {} episodes, not {}.", PAGE.start(), PAGE.end(), show.feed_page);
        return Err(refused("feed_page", what, "Write 0 for a feed that is whole."));
    }
    if show.feed_variants.len() > MOST_VARIANTS {
        let what = format!("A show has at most {MOST_VARIANTS} further feeds.");
        return Err(refused("feed_variants", what, "Take some of them out."));
    }
    let mut names = BTreeSet::new();
    for variant in &show.feed_variants {
        variant_is_fine(variant)?;
        if !names.insert(&variant.name) {
            let what = format!("Two further feeds are called \"{}\".", variant.name);
            return Err(refused("feed_variants", what, "Give one of them another name: it is part of its address."));
        }
    }
    hub_is_fine(&show.hub)
}

fn variant_is_fine(variant: &FeedVariant) -> Result<()> {
    let name = &variant.name;
    let hint = "Names are made of a-z, 0-9 and -, and stand in the feed's address; \"feed\", \"page\", \"p\", \"v\" and \"lease\" are taken.";
    if !is_slug(name) || name.len() > MAX_NAME || TAKEN.contains(&name.as_str()) {
        return Err(refused("feed_variants", format!("A further feed cannot be called \"{name}\"."), hint));
    }
    if variant.title.chars().count() > MAX_TITLE {
        let what = format!("The title of the further feed \"{name}\" is longer than {MAX_TITLE} characters.");
        return Err(refused("feed_variants", what, "Shorten it, or leave it empty for the show's title."));
    }
    match variant.part.why_not() {
        Some(why) => {
            let what = format!("The further feed \"{name}\" {why}; it was given {}.", variant.part);
            Err(refused("feed_variants", what, "Write last:10, season:2 or format:audio/opus."))
        }
        None => Ok(()),
    }
}

fn hub_is_fine(hub: &str) -> Result<()> {
    let url = url::Url::parse(hub).ok();
    // On this machine it is for trying things out.
    let web = url.is_some_and(|url| {
        let here = is_loopback(&url) && matches!(url.scheme(), "http" | "https");
        // Only who is reached from outside can tell apps; telling refuses every other address, too.
        let reached = url.scheme() == "https" && url.host().is_some_and(|host| is_public_name(&host));
        (here || reached) && url.username().is_empty() && url.password().is_none()
    });
    let plain = !hub.contains(|c: char| c.is_whitespace() || c.is_control()) && hub.chars().count() <= MAX_HUB;
    if hub.is_empty() || (plain && web) {
        return Ok(());
    }
    let what = format!("\"{}\" is not the address of a hub.", hub.chars().take(MAX_HUB).collect::<String>());
    Err(refused(
        "hub",
        what,
        "Write the whole address, with https:// at the front and a host that everybody reaches, or leave it empty.",
    ))
}

fn refused(field: &str, what: String, hint: &str) -> Error {
    Error::new(Code::FieldInvalid, what).hint(hint).about("field", field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variants: &[(&str, &str)]) -> Show {
        let variant = |(name, part): &(&str, &str)| FeedVariant {
            name: (*name).into(),
            title: String::new(),
            part: FeedPart::parse(part).unwrap(),
        };
        Show { feed_variants: variants.iter().map(variant).collect(), ..Show::new("T", "t", 0) }
    }

    #[test]
    fn parts_are_read_as_they_are_written() {
        for text in ["last:10", "season:2", "format:audio/opus"] {
            assert_eq!(FeedPart::parse(text).unwrap().to_string(), text);
        }
        for text in ["last", "last:x", "last:-1", "season:", "whole:1", ""] {
            assert_eq!(FeedPart::parse(text), None, "{text}");
        }
    }

    #[test]
    fn names_numbers_and_types_are_bounded() {
        assert!(check(&with(&[("last-10", "last:10"), ("opus", "format:audio/opus"), ("two", "season:2")])).is_ok());
        for (name, part) in [
            ("page", "last:1"),
            ("feed", "last:1"),
            ("v", "last:1"),
            ("p", "last:1"),
            ("A", "last:1"),
            ("a/b", "last:1"),
            ("..", "last:1"),
            ("", "last:1"),
            ("a", "last:0"),
            ("a", "last:10001"),
            ("a", "season:0"),
            ("a", "format:text/html"),
            ("a", "format:audio/"),
            ("a", "format:audio/a\"b"),
        ] {
            let error = check(&with(&[(name, part)])).unwrap_err();
            assert_eq!(
                (error.code, error.subject.map(|s| s.id)),
                (Code::FieldInvalid, Some("feed_variants".into())),
                "{name} {part}"
            );
        }
        assert!(check(&with(&[("a", "last:1"), ("a", "last:2")])).is_err());
    }

    #[test]
    fn pages_and_hubs_are_checked() {
        for (page, fine) in [(0, true), (9, false), (10, true), (1000, true), (1001, false)] {
            assert_eq!(check(&Show { feed_page: page, ..with(&[]) }).is_ok(), fine, "{page}");
        }
        for (hub, fine) in [
            ("", true),
            ("https://hub.example/", true),
            ("https://hub.example/a?b=c", true),
            ("http://hub.example/", false),
            ("https://", false),
            ("http://127.0.0.1:9000/", true),
            ("https://me:word@hub.example/", false),
            ("https://hub.example/ x", false),
            ("https://10.0.0.1/", false),
            ("https://192.168.1.4:8443/hub", false),
            ("https://[fd00::1]/", false),
            ("https://169.254.169.254/", false),
            ("https://[::ffff:10.0.0.1]/", false),
            ("https://hub.local/", false),
            ("https://93.184.216.34/", true),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(check(&Show { hub: hub.into(), ..with(&[]) }).is_ok(), fine, "{hub}");
        }
    }
}
