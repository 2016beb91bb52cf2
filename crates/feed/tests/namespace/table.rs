//! The table, typed by hand from the namespace's document (FEED.md §1): what libxml2 has to find where.

use super::everything;
use crate::scene::xpath;

/// A path in which `p:x` is the tag x of the podcast namespace, and `i:x` of Apple's.
pub fn path(short: &str) -> String {
    let mut long = String::new();
    for (n, piece) in short.split('/').enumerate() {
        let (piece, rest) = piece.split_at(piece.find('[').unwrap_or(piece.len()));
        let tag = |ns: &str, name: &str| format!("*[local-name()='{name}' and namespace-uri()='{ns}']");
        let piece = match (piece.strip_prefix("p:"), piece.strip_prefix("i:")) {
            (Some(name), _) => tag("https://podcastindex.org/namespace/1.0", name),
            (_, Some(name)) => tag("http://www.itunes.com/dtds/podcast-1.0.dtd", name),
            _ => piece.to_string(),
        };
        long += if n == 0 { "" } else { "/" };
        long += &(piece + rest);
    }
    long
}

/// What stands at the show and at an episode alike.
const SHARED: &[(&str, &str)] = &[
    ("p:location[1]", "Gdańsk & <quay>"),
    ("p:location[1]/@rel", "creator"),
    ("p:location[1]/@geo", "geo:54.3520,18.6466"),
    ("p:location[1]/@osm", "R1234#5"),
    ("p:location[1]/@country", "PL"),
    ("p:image/@href", "https://ports.example/wide.jpg"),
    ("p:image/@alt", "A \"crane\""),
    ("p:image/@aspect-ratio", "16/9"),
    ("p:image/@width", "1920"),
    ("p:image/@height", "1080"),
    ("p:image/@type", "image/jpeg"),
    ("p:image/@purpose", "banner social"),
    ("i:block", "Yes"),
    ("p:txt", "S6lpp-7ZCn8-dZfGc-OoyaG"),
    ("p:txt/@purpose", "verify"),
];

/// What stands at the show, an episode and a broadcast alike.
const EVERYWHERE: &[(&str, &str)] = &[
    ("p:value/@type", "lightning"),
    ("p:value/@method", "keysend"),
    ("p:value/@suggested", "0.00000005000"),
    ("p:value/p:valueRecipient[1]/@name", "ada"),
    ("p:value/p:valueRecipient[1]/@type", "node"),
    ("p:value/p:valueRecipient[1]/@address", "03ada"),
    ("p:value/p:valueRecipient[1]/@customKey", "818818"),
    ("p:value/p:valueRecipient[1]/@customValue", "abc"),
    ("p:value/p:valueRecipient[1]/@split", "95"),
    ("p:value/p:valueRecipient[1]/@fee", ""),
    ("p:value/p:valueRecipient[2]/@split", "5"),
    ("p:value/p:valueRecipient[2]/@fee", "true"),
    ("p:value/p:valueTimeSplit[1]/@startTime", "60"),
    ("p:value/p:valueTimeSplit[1]/@duration", "237.125"),
    ("p:value/p:valueTimeSplit[1]/@remoteStartTime", "174.5"),
    ("p:value/p:valueTimeSplit[1]/@remotePercentage", "95"),
    ("p:value/p:valueTimeSplit[1]/p:remoteItem/@feedGuid", "a94f5cc9-8c58-55fc-91fe-a324087a655b"),
    ("p:value/p:valueTimeSplit[1]/p:remoteItem/@itemGuid", "https://other.example/?p=1"),
    ("p:value/p:valueTimeSplit[2]/@startTime", "330"),
    ("p:value/p:valueTimeSplit[2]/@duration", "53"),
    ("p:value/p:valueTimeSplit[2]/@remoteStartTime", ""),
    ("p:value/p:valueTimeSplit[2]/p:valueRecipient/@name", "guest"),
    ("p:socialInteract/@protocol", "activitypub"),
    ("p:socialInteract/@uri", "https://social.example/@ada/1"),
    ("p:socialInteract/@accountId", "@ada@social.example"),
    ("p:socialInteract/@accountUrl", "https://social.example/@ada"),
    ("p:socialInteract/@priority", "1"),
    ("p:chat/@server", "jabber.example"),
    ("p:chat/@protocol", "xmpp"),
    ("p:chat/@accountId", "ada@jabber.example"),
    ("p:chat/@space", "ports@muc.jabber.example"),
];

/// What stands at an episode and a broadcast alike.
const ALTERNATE: &[(&str, &str)] = &[
    ("p:alternateEnclosure[1]/@type", "audio/opus"),
    ("p:alternateEnclosure[1]/@length", "32400000"),
    ("p:alternateEnclosure[1]/@bitrate", "96000.5"),
    ("p:alternateEnclosure[1]/@height", "720"),
    ("p:alternateEnclosure[1]/@lang", "pl"),
    ("p:alternateEnclosure[1]/@title", "High quality"),
    ("p:alternateEnclosure[1]/@rel", "sound"),
    ("p:alternateEnclosure[1]/@codecs", "opus"),
    ("p:alternateEnclosure[1]/@default", "true"),
    ("p:alternateEnclosure[1]/p:source[1]/@uri", "https://ports.example/1.opus"),
    ("p:alternateEnclosure[1]/p:source[1]/@contentType", ""),
    ("p:alternateEnclosure[1]/p:source[2]/@uri", "ipfs://QmdwGqd3d2gFPGeJNLLCshdiPert45fMu84552Y4XHTy4y"),
    ("p:alternateEnclosure[1]/p:source[2]/@contentType", "audio/ogg"),
    ("p:alternateEnclosure[1]/p:integrity/@type", "pgp-signature"),
    ("p:alternateEnclosure[1]/p:integrity/@value", "LS0tLS1CRUdJTg=="),
];

const SHOW: &[(&str, &str)] = &[
    ("p:location[2]", "Oslo"),
    ("p:location[2]/@rel", "subject"),
    ("p:location[2]/@geo", ""),
    ("p:license", "house rules"),
    ("p:license/@url", "https://ports.example/licence"),
    ("p:trailer", "Coming in April"),
    ("p:trailer/@url", "https://ports.example/trailer.mp3"),
    ("p:trailer/@pubdate", "Sat, 21 Nov 2026 19:00:00 +0000"),
    ("p:trailer/@length", "12345678"),
    ("p:trailer/@type", "audio/mpeg"),
    ("p:trailer/@season", "2"),
    ("p:block[1]", "yes"),
    ("p:block[1]/@id", ""),
    ("p:block[2]", "no"),
    ("p:block[2]/@id", "amazon"),
    ("p:remoteItem/@feedGuid", "a94f5cc9-8c58-55fc-91fe-a324087a655b"),
    ("p:remoteItem/@feedUrl", "http://other.example/feed"),
    ("p:remoteItem/@itemGuid", "https://other.example/?p=1"),
    ("p:remoteItem/@medium", "music"),
    ("p:remoteItem/@title", "Another <feed>"),
    ("p:podroll/p:remoteItem[1]/@title", "Another <feed>"),
    ("p:podroll/p:remoteItem[2]/@feedGuid", "two"),
    ("p:podroll/p:remoteItem[2]/@feedUrl", ""),
    ("p:updateFrequency", "Every second Friday"),
    ("p:updateFrequency/@rrule", "FREQ=WEEKLY;INTERVAL=2;COUNT=10"),
    ("p:updateFrequency/@dtstart", "2026-11-21T19:00:00Z"),
    ("p:updateFrequency/@complete", "true"),
    ("p:podping/@usesPodping", "true"),
    ("p:publisher/p:remoteItem/@medium", "publisher"),
    ("p:publisher/p:remoteItem/@feedGuid", "a94f5cc9-8c58-55fc-91fe-a324087a655b"),
    ("i:complete", "Yes"),
    ("p:person[1]", "Ada & <Lund>"),
    ("p:person[1]/@role", "audio engineer"),
    ("p:person[1]/@group", "audio production"),
    ("p:person[1]/@img", "https://ports.example/ada.jpg"),
    ("p:person[1]/@href", "https://ports.example/ada"),
    ("p:person[2]", "Bo"),
    ("p:person[2]/@role", ""),
];

const LIVE: &[(&str, &str)] = &[
    ("@status", "live"),
    ("@start", "2026-11-21T19:00:00Z"),
    ("@end", "2026-11-21T21:00:00Z"),
    ("title", "Live from the quay"),
    ("guid", "live-1"),
    ("guid/@isPermaLink", "false"),
    ("description", "Fog & ships"),
    ("link", "https://ports.example/live"),
    ("enclosure/@url", "https://stream.example/quay"),
    ("enclosure/@type", "audio/aac"),
    ("p:contentLink", "Watch"),
    ("p:contentLink/@href", "https://video.example/quay"),
    ("p:person", "Mara"),
    ("p:transcript/@url", "https://ports.example/live.vtt"),
    ("p:transcript/@type", "text/vtt"),
    ("p:transcript/@language", "pl"),
    ("p:transcript/@rel", "captions"),
    ("p:chapters/@url", "https://ports.example/live.json"),
    ("p:chapters/@type", "application/json+chapters"),
    ("p:funding/@url", "https://ports.example/one"),
    ("p:license", "cc-by-4.0"),
    ("p:location/@rel", "creator"),
    ("p:image/@purpose", "banner social"),
    ("p:txt/@purpose", "verify"),
];

const EPISODE: &[(&str, &str)] = &[
    ("p:funding", "For this one"),
    ("p:funding/@url", "https://ports.example/one"),
    ("p:episode", "3"),
    ("p:episode/@display", "Ch.3"),
    ("p:soundbite[1]", "The crane"),
    ("p:soundbite[1]/@startTime", "73"),
    ("p:soundbite[1]/@duration", "60.5"),
    ("p:soundbite[2]", ""),
    ("p:soundbite[2]/@startTime", "1234.5"),
    ("p:soundbite[2]/@duration", "42.25"),
    ("p:license", "cc-by-4.0"),
    ("p:license/@url", ""),
    ("p:contentLink", "On video"),
    ("p:contentLink/@href", "https://video.example/1"),
    // A file of our own: its type, length and address are known, and its hash (`printf abc | openssl dgst -sha256 -binary | base64`).
    ("p:alternateEnclosure[2]/@type", "audio/ogg"),
    ("p:alternateEnclosure[2]/@length", "777"),
    ("p:alternateEnclosure[2]/@default", ""),
    (
        "p:alternateEnclosure[2]/p:source/@uri",
        "https://cast.example/m/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/quay.opus",
    ),
    ("p:alternateEnclosure[2]/p:integrity/@type", "sri"),
    ("p:alternateEnclosure[2]/p:integrity/@value", "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
];

/// One question for a whole table: libxml2 is not started for every value. No value has this sign in it.
const BETWEEN: &str = "¦";

fn compare(feed: &[u8], parent: &str, table: &[(&str, &str)]) {
    let values: Vec<String> =
        table.iter().map(|(short, _)| format!("string({}/{})", path(parent), path(short))).collect();
    let found = xpath(feed, &format!("concat({})", values.join(&format!(", '{BETWEEN}', "))));
    let found: Vec<&str> = found.split(BETWEEN).collect();
    assert_eq!(found.len(), table.len());
    for ((short, expected), found) in table.iter().zip(found) {
        assert_eq!(found, *expected, "{parent}/{short}");
    }
}

#[test]
fn every_tag_has_every_value() {
    let feed = everything().render().unwrap();
    compare(&feed, "/rss/channel", SHARED);
    compare(&feed, "/rss/channel", EVERYWHERE);
    compare(&feed, "/rss/channel", SHOW);
    compare(&feed, "/rss/channel/item", SHARED);
    compare(&feed, "/rss/channel/item", EVERYWHERE);
    compare(&feed, "/rss/channel/item", ALTERNATE);
    compare(&feed, "/rss/channel/item", EPISODE);
    compare(&feed, "/rss/channel/p:liveItem", LIVE);
    compare(&feed, "/rss/channel/p:liveItem", EVERYWHERE);
    compare(&feed, "/rss/channel/p:liveItem", ALTERNATE);
}
