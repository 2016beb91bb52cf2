//! Services that ask for a feed once for many people, and say in their agent for how many. Not proof: an agent is what a client
//! says, which is why only services of the own table are believed, and none of them more than it can have.

use super::{head, table};
use serde::{Deserialize, Serialize};

/// Most subscribers a service is believed to have of one feed.
const MOST: u64 = 50_000_000;

/// Longest number of a feed that is kept.
const MAX_FEED_BYTES: usize = 40;

/// A service that says how many it asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its own number of the feed, if it says one: two of them are two feeds to it, with subscribers of their own.
    pub feed: String,
    /// Subscribers it says it has.
    pub subscribers: u64,
}

/// Recognises a service that says how many subscribers it asks for.
pub fn service(agent: &str) -> Option<Service> {
    let lower = head(agent.trim()).to_ascii_lowercase();
    let name = table::own().service(&lower)?.to_owned();
    let subscribers = said(&lower).filter(|count| *count <= MOST)?;
    Some(Service { name, feed: feed(&lower), subscribers })
}

/// The number in `16 subscribers`, `1 subscriber`, `2 readers`.
fn said(lower: &str) -> Option<u64> {
    let words = ["subscriber", "reader"];
    words.iter().find_map(|word| lower.match_indices(word).find_map(|(at, _)| number_before(&lower[..at])))
}

/// The number that a text ends with, and one space behind it.
fn number_before(text: &str) -> Option<u64> {
    let text = text.strip_suffix(' ')?;
    let digits = text.len() - text.bytes().rev().take_while(u8::is_ascii_digit).count();
    // A number that is part of a word, of another number or below zero is none.
    let apart = text[..digits].chars().next_back().is_none_or(|before| matches!(before, ' ' | ';' | '(' | ','));
    text[digits..].parse().ok().filter(|_| apart)
}

/// What stands behind `feed-id=`, `feed-id:`, `feedid:` or `/site/`.
fn feed(lower: &str) -> String {
    let marks = ["feed-id=", "feed-id:", "feedid:", "/site/"];
    let rest = marks.iter().find_map(|mark| lower.split_once(mark)).map_or("", |(_, rest)| rest);
    rest.trim_start().chars().take_while(char::is_ascii_alphanumeric).take(MAX_FEED_BYTES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Agents as others write them down: docs.buttondown.com/rss-subscribers, overcast.fm/podcasterinfo, Netvibes from a
    /// server's log of 2008.
    #[test]
    fn services_say_how_many_they_ask_for() {
        for (agent, name, feed, subscribers) in [
            ("Feedbin feed-id:1697787 - 102 subscribers", "Feedbin", "1697787", 102),
            ("Feedly/1.0 (+http://www.feedly.com/fetcher.html; 462 subscribers; )", "Feedly", "", 462),
            ("Feedly/1.0 (poller; 131 subscribers;)", "Feedly", "", 131),
            (
                "NewsBlur Feed Fetcher - 27 subscribers - https://www.newsblur.com/site/7704055/rendezvous-with-cassidoo (\"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.0.1 Safari/605.1.15\")",
                "NewsBlur",
                "7704055",
                27,
            ),
            ("Mozilla/5.0 (compatible; inoreader.com; 114 subscribers)", "Inoreader", "", 114),
            (
                "Mozilla/5.0 (compatible; theoldreader.com; 1 subscribers; feed-id=cead6c3a837650eeefd8fe4a)",
                "The Old Reader",
                "cead6c3a837650eeefd8fe4a",
                1,
            ),
            (
                "Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 1 subscribers)",
                "BazQux Reader",
                "",
                1,
            ),
            (
                "Dreamwidth Studios (webmaster@dreamwidth.org; for https://www.dreamwidth.org/users/vikingschoice_feed/; 2 readers)",
                "Dreamwidth",
                "",
                2,
            ),
            (
                "Overcast/1.0 Podcast Sync (123 subscribers; feed-id=456789; +http://overcast.fm/",
                "Overcast",
                "456789",
                123,
            ),
            ("Netvibes (http://www.netvibes.com/; 5 subscribers; feedId: 5404723)", "Netvibes", "5404723", 5),
        ] {
            let expected = Service { name: name.into(), feed: feed.into(), subscribers };
            assert_eq!(service(agent), Some(expected), "{agent}");
        }
    }

    #[test]
    fn what_nobody_can_have_is_not_believed() {
        for agent in [
            "SomeReader/1.0 (12 subscribers)",
            "Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)",
            "Feedly/1.0 (-5 subscribers)",
            "Feedly/1.0 (1.5 subscribers)",
            "Feedly/1.0 (99999999999999999999999 subscribers)",
            "Feedly/1.0 (50000001 subscribers)",
            "Feedly/1.0 (x12 subscribers)",
            "Feedly/1.0 ( subscribers)",
            "AntennaPod/3.4.0",
            "",
        ] {
            assert_eq!(service(agent), None, "{agent}");
        }
    }
}
