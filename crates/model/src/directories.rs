//! Directories that a show is told to: where, what they ask for, and how far a show is with each. The list is data, each line
//! with its source.

use crate::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use url::Url;

/// A directory, or an app with one of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Directory {
    /// Its name in words typed (`apple`).
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Where a show is submitted; `{feed}` stands for its address.
    pub submit: String,
    /// What happens there.
    pub how: String,
    /// Whether it sends a code to the owner's e-mail address in the feed.
    pub asks_email: bool,
    /// Hosts that its listings lie at.
    pub listings: Vec<String>,
    /// Where that is written.
    pub source: String,
}

/// How far a show is with a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ListingState {
    /// Nobody told it.
    #[default]
    NotSubmitted,
    /// It was told, and has not listed it yet.
    Sent,
    /// It lists the show.
    Listed,
}

impl ListingState {
    /// As it is typed.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().replace('-', "_").as_str() {
            "not_submitted" | "none" => Some(Self::NotSubmitted),
            "sent" => Some(Self::Sent),
            "listed" => Some(Self::Listed),
            _ => None,
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotSubmitted => "not submitted",
            Self::Sent => "sent",
            Self::Listed => "listed",
        }
    }
}

/// A show at a directory, as it is kept in the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Listing {
    /// The directory's id.
    pub directory: String,
    /// How far it is.
    pub state: ListingState,
    /// The address of the listing; empty while there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// When that was set, Unix milliseconds.
    #[serde(default)]
    pub changed_ms: i64,
}

/// A directory with what is known of a show there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DirectoryView {
    /// The directory.
    pub directory: Directory,
    /// The address to submit at, with the feed's in it where it belongs.
    pub submit_url: String,
    /// How far the show is.
    pub listing: Listing,
    /// Until when the feed shows the owner's e-mail address for it, Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub verifying_until_ms: Option<i64>,
}

/// The owner's e-mail address stands in the feed for a while, because a directory sends a code there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Verifying {
    /// The directory's id.
    pub directory: String,
    /// The address.
    pub email: String,
    /// Until when, Unix milliseconds: the next plan after it takes the address out.
    pub until_ms: i64,
}

/// Longest time the address is shown, in days.
pub const MOST_DAYS: u32 = 60;

/// How long it is shown when nobody says otherwise, in days.
pub const USUAL_DAYS: u32 = 14;

type Line = (&'static str, &'static str, &'static str, &'static str, bool, &'static [&'static str], &'static str);

const DIRECTORIES: &[Line] = &[
    (
        "apple",
        "Apple Podcasts",
        "https://podcastsconnect.apple.com/",
        "Sign in with an Apple Account, add a show with its RSS feed, and publish it. Many apps read Apple's directory.",
        false,
        &["podcasts.apple.com"],
        "https://podcasters.apple.com/support/897-submit-a-show",
    ),
    (
        "spotify",
        "Spotify",
        "https://creators.spotify.com/",
        "Claim the show with its RSS feed; a code is sent to the owner's e-mail address in the feed.",
        true,
        &["open.spotify.com"],
        "https://support.spotify.com/us/creators/",
    ),
    (
        "amazon",
        "Amazon Music and Audible",
        "https://podcasters.amazon.com/submit-rss",
        "Submit the RSS feed; a link is sent to the owner's e-mail address in the feed.",
        true,
        &["music.amazon.com", "www.audible.com"],
        "https://podcasters.amazon.com/",
    ),
    (
        "youtube",
        "YouTube and YouTube Music",
        "https://studio.youtube.com/",
        "In YouTube Studio create a podcast from an RSS feed; a code is sent to the owner's e-mail address in the feed.",
        true,
        &["music.youtube.com", "www.youtube.com", "youtube.com"],
        "https://support.google.com/youtube/answer/13973017",
    ),
    (
        "podcastindex",
        "Podcast Index",
        "https://podcastindex.org/add?feed={feed}",
        "No account: the feed is added at once. Many independent apps read it.",
        false,
        &["podcastindex.org"],
        "https://podcastindex.org/add",
    ),
    (
        "pocketcasts",
        "Pocket Casts",
        "https://pocketcasts.com/submit/",
        "No account: paste the feed.",
        false,
        &["pca.st", "pocketcasts.com"],
        "https://support.pocketcasts.com/knowledge-base/submitting-podcasts/",
    ),
    (
        "overcast",
        "Overcast",
        "https://overcast.fm/podcasterinfo",
        "Nothing is submitted: shows come from Apple's directory, and anybody can add the feed's address.",
        false,
        &["overcast.fm"],
        "https://overcast.fm/podcasterinfo",
    ),
    (
        "iheart",
        "iHeart",
        "https://www.iheart.com/content/submit-your-podcast/",
        "Sign in and submit the RSS feed; not from every country.",
        true,
        &["www.iheart.com"],
        "https://www.iheart.com/content/submit-your-podcast/",
    ),
    (
        "deezer",
        "Deezer",
        "https://podcasters.deezer.com/submission",
        "Submit the RSS feed; a code is sent to the owner's e-mail address in the feed.",
        true,
        &["www.deezer.com"],
        "https://creatorsupport.deezer.com/hc/en-us/articles/6328148035741-How-To-Add-Your-Podcast-To-Deezer",
    ),
    (
        "podcastaddict",
        "Podcast Addict",
        "https://podcastaddict.com/submit",
        "No account: paste the feed.",
        false,
        &["podcastaddict.com"],
        "https://podcastaddict.com/submit",
    ),
];

/// All directories, in the order they are shown in.
pub fn all() -> Vec<Directory> {
    DIRECTORIES.iter().map(directory).collect()
}

/// One of them.
pub fn find(id: &str) -> Result<Directory> {
    DIRECTORIES.iter().find(|line| line.0 == id.trim()).map(directory).ok_or_else(|| {
        let known = DIRECTORIES.iter().map(|line| line.0).collect::<Vec<_>>().join(", ");
        Error::not_found("directory", id).hint(format!("It is one of: {known}."))
    })
}

fn directory((id, name, submit, how, asks_email, listings, source): &Line) -> Directory {
    Directory {
        id: (*id).into(),
        name: (*name).into(),
        submit: (*submit).into(),
        how: (*how).into(),
        asks_email: *asks_email,
        listings: listings.iter().map(|host| (*host).to_string()).collect(),
        source: (*source).into(),
    }
}

impl Directory {
    /// Where a show is submitted.
    pub fn submit_at(&self, feed: &str) -> String {
        let feed: String = url::form_urlencoded::byte_serialize(feed.as_bytes()).collect();
        self.submit.replace("{feed}", &feed)
    }

    /// The address of a listing there, or why it is none.
    pub fn listing(&self, text: &str) -> Result<String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(String::new());
        }
        let url = Url::parse(text).ok().filter(|url| url.scheme() == "https" && text.len() <= 500);
        let there = |url: &Url| url.host_str().is_some_and(|host| self.listings.iter().any(|known| known == host));
        match url.filter(there) {
            Some(url) => Ok(url.into()),
            None => Err(Error::new(Code::FieldInvalid, format!("\"{text}\" is no listing of {}.", self.name))
                .hint(format!("It begins with https://{}/.", self.listings.first().map_or("", String::as_str)))
                .about("field", "listing")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_directory_has_its_links_and_each_is_named_once() {
        let all = all();
        let ids: std::collections::BTreeSet<&str> = all.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids.len(), all.len());
        for one in &all {
            for url in [&one.submit.replace("{feed}", ""), &one.source] {
                assert!(Url::parse(url).is_ok_and(|url| url.scheme() == "https"), "{}: {url}", one.id);
            }
            assert!(!one.listings.is_empty(), "{}", one.id);
        }
    }

    #[test]
    fn a_listing_lies_at_its_directory() {
        let apple = find("apple").unwrap();
        for (url, fine) in [
            ("https://podcasts.apple.com/us/podcast/id1", true),
            ("", true),
            ("http://podcasts.apple.com/us/podcast/id1", false),
            ("https://podcasts.apple.com.evil.example/", false),
            ("https://open.spotify.com/show/1", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(apple.listing(url).is_ok(), fine, "{url}");
        }
        let feed = "https://pods.example/feed.xml?a=1&b=2";
        let submit = find("podcastindex").unwrap().submit_at(feed);
        let said: Vec<_> = Url::parse(&submit).unwrap().query_pairs().into_owned().collect();
        assert_eq!(said, [("feed".to_string(), feed.to_string())]);
        assert!(find("nowhere").is_err());
    }
}
