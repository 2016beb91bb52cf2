//! Pages of episodes that were at a host before which the show's own server answers now: where each page is, and what its old
//! address leads to. What it is not: the server's table; that is `legacy`.

use crate::legacy::LegacyPath;
use crate::{Code, EpisodeId, Error, Result};
use serde::{Deserialize, Serialize};
use url::Url;

/// What stands in a pattern for what each episode has.
const PARTS: [&str; 3] = ["{slug}", "{id}", "{number}"];

/// Where a website shows episodes: an address with `{slug}`, `{id}` or `{number}` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePattern(String);

impl PagePattern {
    /// Reads one; refused is what is no web address, or the same for every episode.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let filled = PARTS.iter().fold(text.to_string(), |all, part| all.replace(part, "1"));
        let good = Url::parse(&filled)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty());
        let host_is_whole = text.splitn(4, '/').take(3).all(|part| !part.contains('{'));
        let why = match () {
            () if !good || filled.contains(['{', '}']) => "it is no web address with {slug}, {id} or {number}",
            () if !host_is_whole || text.splitn(4, '/').count() < 4 => "its host has to be written out",
            () if !PARTS.iter().any(|part| text.contains(part)) => "it would be the same page for every episode",
            () => return Ok(Self(text.to_string())),
        };
        Err(Error::new(Code::UsageInvalid, format!("\"{text}\" does not say where an episode's page is: {why}."))
            .hint("Write it as https://www.example.org/episodes/{slug}/")
            .about("field", "page"))
    }

    /// The page of an episode; `None` where it needs a number that the episode does not have.
    pub fn page(&self, slug: &str, id: &EpisodeId, number: Option<String>) -> Option<String> {
        let page = self.0.replace("{slug}", slug).replace("{id}", id.as_str());
        if !page.contains("{number}") {
            return Some(page);
        }
        Some(page.replace("{number}", &number?))
    }
}

/// How far the old address of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PageLinkState {
    /// Nobody said where the page is now.
    Open,
    /// The new page answers; the old address can lead there.
    Ready,
    /// It cannot, and stays as it is.
    Stays,
    /// It leads there, and the episode names the new page.
    Done,
}

/// The page of an episode at a host that the show's server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PageLink {
    /// The episode.
    pub episode: EpisodeId,
    /// Its title.
    pub title: String,
    /// Its link as it was found.
    pub old: String,
    /// Its new page; empty where nobody said.
    pub new: String,
    /// How far it is.
    pub state: PageLinkState,
    /// Why it stays, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "bindings", ts(optional, as = "Option<String>"))]
    pub why: String,
    /// What the server's table gets.
    #[serde(skip)]
    pub path: Option<LegacyPath>,
}

/// The pages of a show's episodes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PageLinks {
    /// Name of the server that answers the old addresses.
    pub target: String,
    /// Host names among the links that it answers.
    pub hosts: Vec<String>,
    /// Pages at those hosts.
    pub links: Vec<PageLink>,
    /// Links to other hosts; they stay.
    pub elsewhere: u64,
    /// Episodes whose link is their new page already.
    pub there: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_names_a_page_for_each_episode() {
        let id = EpisodeId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        let page = |pattern: &str, number: Option<&str>| {
            PagePattern::parse(pattern).unwrap().page("first-light", &id, number.map(Into::into))
        };
        assert_eq!(page("https://a.example/{slug}/", None).as_deref(), Some("https://a.example/first-light/"));
        assert_eq!(page("https://a.example/?e={number}", Some("7")).as_deref(), Some("https://a.example/?e=7"));
        assert_eq!(page("https://a.example/e/{number}", None), None, "it has no number");
        assert!(page("https://a.example/e/{id}", None).unwrap().ends_with(id.as_str()));
        for bad in [
            "",
            "/episodes/{slug}",
            "https://a.example/",
            "https://a.example/{title}",
            "https://{slug}.example/",
            "https://a.example{slug}",
            "ftp://a.example/{slug}",
            "https://me@a.example/{slug}",
            "javascript:alert('{slug}')",
        ] {
            assert_eq!(PagePattern::parse(bad).unwrap_err().code, Code::UsageInvalid, "{bad}");
        }
    }
}
