//! Requests for feeds in logs of other servers, as databases keep them until their day can no longer be counted again: pseudonyms of
//! the day, and what the agent was recognised as. Neither the address nor the agent itself outlives the reading of the log.

use crate::kept::{KeptError, hex, key};
use crate::listener::Key;
use crate::logs::{Hit, Lists};
use crate::readers::{Asker, Counting, FeedTally, Reader};
use crate::{address, listener};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What names of feeds, and of rows about them, begin with; those of sounds begin with a hash, theirs with `log/`.
const FEED: &str = "feed/";

#[derive(Serialize, Deserialize)]
struct Kept {
    place: String,
    listener: String,
    address: String,
    asker: Asker,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    excluded: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    allowed: bool,
}

/// What the feed of a place is called among the files that paths lead to.
pub fn name(place: &str) -> String {
    format!("{FEED}{place}")
}

/// The place whose feed is called so; `None` for another file.
pub fn place(name: &str) -> Option<&str> {
    name.strip_prefix(FEED)
}

/// Whether a request was answered with the feed, or with "not changed". The server answers a part of a feed with all of it, so a part
/// counts, too.
pub fn answered(hit: &Hit) -> bool {
    hit.method == "GET" && matches!(hit.status, 200 | 206 | 304)
}

/// The id of the row about a request: the same line of the same place's log is the same row.
pub fn row_id(hit: &Hit, place: &str) -> String {
    format!("{FEED}{place}/{}", hit.row)
}

/// Whether the row with this id is about a feed.
pub fn is_row(id: &str) -> bool {
    id.starts_with(FEED)
}

/// Writes a request for the feed of a place down; address and agent end here. `salt` is that of the UTC day, `asker` what the agent
/// was recognised as.
pub fn write(hit: &Hit, place: &str, salt: &[u8; 32], lists: &Lists, asker: Asker) -> Result<String, KeptError> {
    let client = address::client(hit.peer, hit.forwarded.as_deref(), &lists.proxies);
    let allowed = address::listed(client, &lists.allow);
    let kept = Kept {
        place: place.to_owned(),
        listener: hex(&listener::listener(salt, client, &hit.agent)),
        address: hex(&listener::address(salt, client)),
        asker,
        excluded: address::listed(client, &lists.exclude) && !allowed,
        allowed,
    };
    Ok(serde_json::to_string(&kept)?)
}

/// Counts the rows of a UTC day by place, as the server counts its own (docs/COUNTING.md, "Subscribers"). Their order does not matter.
pub fn count<'a>(contents: impl IntoIterator<Item = &'a str>) -> Result<BTreeMap<String, FeedTally>, KeptError> {
    let mut listeners = BTreeMap::<(String, Key), (Reader, Asker)>::new();
    for content in contents {
        let Kept { place, listener, address, asker, excluded, allowed } = serde_json::from_str(content)?;
        let (listener, address) = (key(listener)?, key(address)?);
        let nothing = || {
            let agent = String::new();
            (Reader { show: place.clone(), listener, address, agent, requests: 0, excluded, allowed }, asker)
        };
        let (reader, _) = listeners.entry((place.clone(), listener)).or_insert_with(nothing);
        reader.requests += 1;
        // Logs may have been read with different lists: who was excluded once is.
        reader.excluded |= excluded;
        reader.allowed |= allowed;
    }
    let mut counting = Counting::new(None);
    listeners.into_values().for_each(|(reader, asker)| counting.add_recognised(&reader, asker));
    Ok(counting.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::Classifier;
    use crate::logs::{Format, Reader as Log};
    use crate::readers;
    use hearthcast_model::stats::DropReason;

    const APP: &str = "AntennaPod/3.4.0";
    const SERVICE: &str = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; )";
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const SALT: [u8; 32] = [7; 32];

    fn hit(ip: &str, second: u8, request: &str, agent: &str) -> Hit {
        let agent = if agent.is_empty() { "-" } else { agent };
        let line = format!("{ip} - - [20/Nov/2026:10:00:{second:02} +0000] {request} 900 \"-\" \"{agent}\"");
        Log::new(Format::Nginx).line(&line).unwrap()
    }

    fn get(ip: &str, second: u8, agent: &str) -> Hit {
        hit(ip, second, "\"GET /feeds/sea/feed.xml HTTP/1.1\" 200", agent)
    }

    fn kept(hit: &Hit, lists: &Lists) -> String {
        write(hit, "web", &SALT, lists, Asker::of(&hit.agent, &Classifier::default())).unwrap()
    }

    fn tally(hits: &[Hit], lists: &Lists) -> FeedTally {
        let contents: Vec<String> = hits.iter().map(|hit| kept(hit, lists)).collect();
        let forward = count(contents.iter().map(String::as_str)).unwrap();
        assert_eq!(forward, count(contents.iter().rev().map(String::as_str)).unwrap(), "the order does not matter");
        forward.into_values().next().unwrap_or_default()
    }

    #[test]
    fn an_answer_is_the_feed_or_that_it_is_not_changed() {
        for (request, expected) in [
            ("\"GET /f HTTP/1.1\" 200", true),
            ("\"GET /f HTTP/1.1\" 206", true),
            ("\"GET /f HTTP/1.1\" 304", true),
            ("\"HEAD /f HTTP/1.1\" 200", false),
            ("\"GET /f HTTP/1.1\" 301", false),
            ("\"GET /f HTTP/1.1\" 404", false),
        ] {
            assert_eq!(answered(&hit("192.0.2.1", 0, request, APP)), expected, "{request}");
        }
    }

    /// What the server counts of the very same requests, which has the agents themselves.
    #[test]
    fn it_is_counted_as_the_server_counts() {
        let lists = Lists { exclude: vec!["192.0.2.9/32".parse().unwrap()], ..Lists::default() };
        let asked = [
            ("192.0.2.1", APP),
            ("192.0.2.1", APP),
            ("192.0.2.1", "Overcast/3.0"),
            ("192.0.2.2", APP),
            ("192.0.2.3", SERVICE),
            ("192.0.2.4", "curl/8.0"),
            ("192.0.2.4", ""),
            ("192.0.2.5", FIREFOX),
            ("192.0.2.9", APP),
            ("2001:db8::1", APP),
            ("2001:db8::2", APP),
        ];
        let hits: Vec<Hit> = (0..).zip(asked).map(|(second, (ip, agent))| get(ip, second, agent)).collect();
        let found = tally(&hits, &lists);
        assert_eq!((found.requests, found.readers, found.by_services, found.browsers), (11, 4, 16, 1));
        assert_eq!(
            found.by_app,
            BTreeMap::from([("AntennaPod".into(), 3), ("Overcast".into(), 1), ("Feedly".into(), 16)])
        );
        use DropReason::{Bot, ExcludedIp, NoUserAgent};
        assert_eq!(found.dropped, BTreeMap::from([(Bot, 1), (ExcludedIp, 1), (NoUserAgent, 1)]));
        let mut server = BTreeMap::<Key, Reader>::new();
        for (ip, agent) in asked {
            let ip = ip.parse().unwrap();
            let (listener, address) = (listener::listener(&SALT, ip, agent), listener::address(&SALT, ip));
            let excluded = address::listed(ip, &lists.exclude);
            let (show, agent) = ("web".to_string(), agent.to_string());
            let first = Reader { show, listener, address, agent, requests: 0, excluded, allowed: false };
            server.entry(listener).or_insert(first).requests += 1;
        }
        assert_eq!(found, readers::count(server.into_values(), None, &Classifier::default())["web"]);
    }

    #[test]
    fn an_excluded_service_stands_for_nobody_in_whichever_log_it_was_excluded() {
        let open = kept(&get("192.0.2.9", 0, SERVICE), &Lists::default());
        let lists = Lists { exclude: vec!["192.0.2.0/24".parse().unwrap()], ..Lists::default() };
        let shut = kept(&get("192.0.2.9", 1, SERVICE), &lists);
        for contents in [[&open, &shut], [&shut, &open]] {
            let found = &count(contents.map(String::as_str)).unwrap()["web"];
            assert_eq!((found.by_services, found.requests, found.dropped[&DropReason::ExcludedIp]), (0, 2, 2));
        }
    }

    #[test]
    fn neither_address_nor_agent_is_written_down() {
        for agent in ["Qwerty-of-Anna/1.0 (Annas phone)", APP, SERVICE, FIREFOX] {
            let content = kept(&get("192.0.2.77", 0, agent), &Lists::default());
            assert!(!content.contains("192.0.2.77") && !content.contains(agent), "{content}");
            assert!(!content.contains("Anna"), "{content}");
        }
        assert!(matches!(count(["{}"]), Err(KeptError::Shape(_))));
    }

    #[test]
    fn rows_and_names_of_feeds_are_told_from_others() {
        let hit = get("192.0.2.1", 0, APP);
        assert!(is_row(&row_id(&hit, "a")) && !is_row(&hit.row));
        assert_ne!(row_id(&hit, "a"), row_id(&hit, "b"), "a line of another place is another row");
        assert_eq!((place(&name("a")), place(&"0a".repeat(32))), (Some("a"), None));
    }
}
