//! What readers find in a feed of the show with every tag; the values are typed by hand. Every field of the model with its row, so that
//! none is left out, is in crates/feed/tests/namespace; here is what arrives.

use hearthcast_tests::readers::xpath;
use serde_json::{Value, json};

/// What podcast-partytime finds in a feed of what was put in; `newest` where it has the episode with every tag.
pub fn every_value(url: &str, found: &Value, newest: bool) {
    let of_show = [
        ("/license/identifier", json!("cc-by-4.0")),
        ("/podcastLocation/name", json!("Gdańsk & <quay>")),
        ("/value/recipients/1/fee", json!(true)),
        ("/podcastTxt/0/value", json!("S6lpp-7ZCn8-dZfGc-OoyaG")),
        ("/chat/space", json!("ports@muc.jabber.example")),
        ("/trailers/0/length", json!(12_345)),
        ("/podcastBlockedPlatforms/amazon", json!(false)),
        ("/podcastRemoteItems/0/title", json!("Another <feed>")),
        ("/podroll/0/feedUrl", json!("https://third.example/feed")),
        ("/podcastPublisher/feedGuid", json!("c94f5cc9-8c58-55fc-91fe-a324087a655b")),
        ("/podcastPeople/0/name", json!("Ada & <Lund>")),
        ("/podcastPeople/0/role", json!("Audio Engineer")),
        ("/podcastFunding/0/message", json!("For all & <more>")),
        ("/medium", json!("audiobook")),
    ];
    let of_episode = [
        ("/items/0/license/identifier", json!("cc0-1.0")),
        ("/items/0/podcastLocation/name", json!("Hel")),
        ("/items/0/podcastSoundbites/0/title", json!("The crane")),
        ("/items/0/podcastSocialInteraction/0/url", json!("https://social.example/@ada/2")),
        ("/items/0/value/valueTimeSplits/0/recipients/0/name", json!("guest")),
        ("/items/0/podcastTxt/0/value", json!("an episode")),
        ("/items/0/podcastPeople/0/name", json!("Bo")),
        ("/items/0/podcastSeason", json!({"number": 2, "name": "The second & <last>"})),
        ("/items/0/podcastTranscripts/0/type", json!("text/vtt")),
        ("/items/0/podcastChapters/type", json!("application/json+chapters")),
    ];
    let of_episode = of_episode.iter().filter(|_| newest);
    for (path, expected) in of_show.iter().chain(of_episode) {
        let read = found.pointer(path).cloned().unwrap_or_default();
        assert_eq!(read, *expected, "{url}: {path}");
    }
}

/// What libxml2 finds of the tags that are fields of their own; the files that two of them lead to are there (`get`).
pub fn every_field(url: &str, feed: &str, newest: bool, get: impl Fn(&str) -> String) {
    let of_show = [
        ("person", "", "Ada & <Lund>"),
        ("person", "/@role", "audio engineer"),
        ("person", "/@group", "audio production"),
        ("person", "/@img", "https://ports.example/ada.jpg"),
        ("person", "/@href", "https://ports.example/ada"),
        ("funding", "", "For all & <more>"),
        ("funding", "/@url", "https://ports.example/all"),
        ("medium", "", "audiobook"),
    ];
    let of_episode = [
        ("person", "", "Bo"),
        ("person", "/@role", "guest"),
        ("funding", "", "For this one"),
        ("funding", "/@url", "https://ports.example/give"),
        ("season", "", "2"),
        ("season", "/@name", "The second & <last>"),
        ("chapters", "/@type", "application/json+chapters"),
        ("transcript", "/@type", "text/vtt"),
    ];
    for (tag, rest, expected) in of_show {
        assert_eq!(at(feed, "/rss/channel", tag, rest), expected, "{url}: {tag}{rest}");
    }
    if !newest {
        return;
    }
    let item = "/rss/channel/item[1]";
    for (tag, rest, expected) in of_episode {
        assert_eq!(at(feed, item, tag, rest), expected, "{url}: the newest: {tag}{rest}");
    }
    let chapters: Value = serde_json::from_str(&get(&at(feed, item, "chapters", "/@url"))).expect("JSON");
    assert_eq!(chapters.pointer("/chapters/1/title"), Some(&json!("The crane & <more>")), "{url}: {chapters}");
    let transcript = get(&at(feed, item, "transcript", "/@url"));
    assert!(transcript.contains("Spoken below the crane."), "{url}: {transcript}");
}

/// The addresses of chapters and transcript of the newest episode: podcast-partytime leads apps to where libxml2 says.
pub fn every_address(url: &str, feed: &str, found: &Value) {
    for (path, tag) in
        [("/items/0/podcastChapters/url", "chapters"), ("/items/0/podcastTranscripts/0/url", "transcript")]
    {
        let there = at(feed, "/rss/channel/item[1]", tag, "/@url");
        assert!(there.starts_with("http"), "{url}: {tag}: {there}");
        assert_eq!(found.pointer(path), Some(&json!(there)), "{url}: {path}");
    }
}

/// The first tag of the podcast namespace below `parent`, or what `rest` names of it.
fn at(feed: &str, parent: &str, tag: &str, rest: &str) -> String {
    let named = format!("*[local-name()='{tag}' and namespace-uri()='https://podcastindex.org/namespace/1.0']");
    xpath(feed, &format!("string({parent}/{named}{rest})"))
}
