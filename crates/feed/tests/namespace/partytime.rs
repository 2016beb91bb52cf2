//! The feed with every tag as podcast-partytime reads it: what many apps are built on has the values that were put in, wherever it
//! knows the tag.

use super::everything;
use serde_json::json;

/// What podcast-partytime, which many apps are built on, makes of the feed.
fn by_partytime(feed: &[u8]) -> serde_json::Value {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("feed.xml");
    std::fs::write(&file, feed).unwrap();
    let set =
        std::env::var_os("HEARTHCAST_TOOLS").expect("`cargo xtask test` makes the folder of test tools and sets it");
    let reader = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/readers/partytime_tags.mjs");
    let mut node = std::process::Command::new("node");
    let read = node.arg(reader).arg(std::path::Path::new(&set).join("readers")).arg(&file).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_json::from_slice(&read.stdout).unwrap()
}

/// Each tag that podcast-partytime knows, with the values that were put in, at its paths in what it found.
fn read_back() -> Vec<(&'static str, serde_json::Value)> {
    let remote = json!({
        "feedGuid": "a94f5cc9-8c58-55fc-91fe-a324087a655b", "feedUrl": "http://other.example/feed",
        "itemGuid": "https://other.example/?p=1", "medium": "music", "title": "Another <feed>",
    });
    let paid = |name: &str, split: u32, fee: bool| {
        json!({
            "name": name, "type": "node", "address": format!("03{name}"), "customKey": "818818", "customValue": "abc",
            "split": split, "fee": fee,
        })
    };
    let value = json!({
        "type": "lightning", "method": "keysend", "suggested": 0.000_000_05,
        "recipients": [paid("ada", 95, false), paid("host", 5, true)],
        "valueTimeSplits": [
            {"type": "remoteItem", "startTime": 60, "duration": 237.125, "remoteStartTime": 174.5, "remotePercentage": 95,
             "remoteItem": remote},
            {"type": "recipients", "startTime": 330, "duration": 53, "recipients": [paid("guest", 100, false)]},
        ],
    });
    let place = json!({"name": "Gdańsk & <quay>", "geo": "geo:54.3520,18.6466", "osm": "R1234#5"});
    let words = json!([{"value": "S6lpp-7ZCn8-dZfGc-OoyaG", "purpose": "verify"}]);
    let chat = json!({
        "phase": "7", "protocol": "xmpp", "server": "jabber.example", "accountId": "ada@jabber.example",
        "space": "ports@muc.jabber.example",
    });
    let sources = json!([
        {"uri": "https://ports.example/1.opus", "contentType": "audio/opus"},
        {"uri": "ipfs://QmdwGqd3d2gFPGeJNLLCshdiPert45fMu84552Y4XHTy4y", "contentType": "audio/ogg"},
    ]);
    let alternate = json!({
        "type": "audio/opus", "length": 32_400_000, "source": sources, "default": true, "bitrate": 96_000.5, "height": 720,
        "lang": "pl", "title": "High quality", "rel": "sound", "codecs": "opus",
        "integrity": {"type": "pgp-signature", "value": "LS0tLS1CRUdJTg=="},
    });
    // It reads no length there.
    let mut of_live = alternate.clone();
    of_live["length"] = json!(0);
    vec![
        ("/locked", json!(true)),
        ("/guid", json!("9b024349-ccf0-5f69-a609-6b82873eab3c")),
        ("/trailers/0/title", json!("Coming in April")),
        ("/trailers/0/url", json!("https://ports.example/trailer.mp3")),
        ("/trailers/0/pubdate", json!("2026-11-21T19:00:00.000Z")),
        ("/trailers/0/length", json!(12_345_678)),
        ("/trailers/0/type", json!("audio/mpeg")),
        ("/trailers/0/season", json!(2)),
        ("/license", json!({"identifier": "house rules", "url": "https://ports.example/licence"})),
        (
            "/podcastPeople",
            json!([
                {
                    "name": "Ada & <Lund>", "role": "Audio Engineer", "group": "Audio Production",
                    "img": "https://ports.example/ada.jpg", "href": "https://ports.example/ada",
                },
                {"name": "Bo", "role": "Host", "group": "Cast"},
            ]),
        ),
        ("/podcastLocation", place.clone()),
        ("/value", value.clone()),
        ("/podcastBlocked", json!("yes")),
        ("/podcastBlockedPlatforms", json!({"amazon": false, "google": true})),
        ("/podcastTxt", words.clone()),
        ("/podcastRemoteItems", json!([remote])),
        ("/podroll/0", remote.clone()),
        ("/podroll/1", json!({"feedGuid": "two"})),
        (
            "/podcastPublisher",
            json!({"feedGuid": "a94f5cc9-8c58-55fc-91fe-a324087a655b", "feedUrl": "http://other.example/feed"}),
        ),
        ("/chat", chat.clone()),
        ("/medium", json!("audiobook")),
        ("/podcastFunding", json!([{"message": "For all & <more>", "url": "https://ports.example/all"}])),
        ("/items/0/podcastPeople", json!([{"name": "Cy", "role": "Host", "group": "Cast"}])),
        ("/items/0/podcastSeason", json!({"number": 2, "name": "Low <water>"})),
        ("/items/0/podcastChapters/type", json!("application/json+chapters")),
        ("/items/0/podcastTranscripts/0/type", json!("text/vtt")),
        ("/items/0/podcastTranscripts/0/language", json!("pl")),
        ("/items/0/podcastTranscripts/0/rel", json!("captions")),
        ("/items/0/podcastEpisode", json!({"number": 3, "display": "Ch.3"})),
        ("/items/0/podcastLocation", place),
        ("/items/0/license/identifier", json!("cc-by-4.0")),
        ("/items/0/value", value.clone()),
        ("/items/0/podcastTxt", words),
        ("/items/0/chat", chat.clone()),
        ("/items/0/podcastSoundbites/0/title", json!("The crane")),
        ("/items/0/podcastSoundbites/0/startTime", json!(73)),
        ("/items/0/podcastSoundbites/0/duration", json!(60.5)),
        (
            "/items/0/podcastSocialInteraction/0",
            json!({
                "platform": "activitypub", "id": "@ada@social.example", "url": "https://social.example/@ada/1", "priority": 1,
                "profileUrl": "https://social.example/@ada",
            }),
        ),
        ("/items/0/alternativeEnclosures/0", alternate),
        ("/items/0/alternativeEnclosures/1/length", json!(777)),
        (
            "/items/0/alternativeEnclosures/1/integrity/value",
            json!("sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
        ),
        ("/podcastLiveItems/0/status", json!("live")),
        ("/podcastLiveItems/0/start", json!("2026-11-21T19:00:00.000Z")),
        ("/podcastLiveItems/0/end", json!("2026-11-21T21:00:00.000Z")),
        ("/podcastLiveItems/0/title", json!("Live from the quay")),
        ("/podcastLiveItems/0/guid", json!("https://ports.example/?live=1")),
        ("/podcastLiveItems/0/description", json!("Fog & ships")),
        ("/podcastLiveItems/0/link", json!("https://ports.example/live")),
        (
            "/podcastLiveItems/0/enclosure",
            json!({"url": "https://stream.example/quay", "length": 0, "type": "audio/aac"}),
        ),
        ("/podcastLiveItems/0/contentLinks", json!([{"title": "Watch", "url": "https://video.example/quay"}])),
        ("/podcastLiveItems/0/podcastPeople", json!([{"name": "Mara", "role": "Host", "group": "Cast"}])),
        ("/podcastLiveItems/0/alternativeEnclosures", json!([of_live])),
        ("/podcastLiveItems/0/value", value),
        ("/podcastLiveItems/0/chat", chat),
    ]
}

#[test]
fn podcast_partytime_reads_back_every_tag_that_it_knows() {
    let found = by_partytime(&everything().render().unwrap());
    for (path, expected) in read_back() {
        let read = found.pointer(path).cloned().unwrap_or_default();
        assert_eq!(read, expected, "{path}");
    }
}
