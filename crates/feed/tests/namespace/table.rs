//! The table, typed by hand from the namespace's document (FEED.md §1): what libxml2 has to find where.

use super::everything;
use crate::scene::xpath;

/// Rows of the table: where, and what.
type Table = &'static [(&'static str, &'static str)];

pub const CHANNEL: &str = "/rss/channel";
pub const ITEM: &str = "/rss/channel/item";
pub const LIVE_ITEM: &str = "/rss/channel/p:liveItem";

/// What is compared at which place.
pub const COMPARED: &[(&str, Table)] = &[
    (CHANNEL, SHARED),
    (CHANNEL, EVERYWHERE),
    (CHANNEL, SHOW),
    (ITEM, SHARED),
    (ITEM, EVERYWHERE),
    (ITEM, ALTERNATE),
    (ITEM, EPISODE),
    (LIVE_ITEM, LIVE),
    (LIVE_ITEM, EVERYWHERE),
    (LIVE_ITEM, ALTERNATE),
];

/// A path in which `p:x` is the tag x of the podcast namespace, `i:x` of Apple's, `c:x` of Podlove's for chapters, and `e:x`
/// of RSS' own for content.
pub fn path(short: &str) -> String {
    let mut long = String::new();
    for (n, piece) in short.split('/').enumerate() {
        let (piece, rest) = piece.split_at(piece.find('[').unwrap_or(piece.len()));
        let tag = |ns: &str, name: &str| format!("*[local-name()='{name}' and namespace-uri()='{ns}']");
        let piece = match piece.split_once(':') {
            Some(("p", name)) => tag("https://podcastindex.org/namespace/1.0", name),
            Some(("i", name)) => tag("http://www.itunes.com/dtds/podcast-1.0.dtd", name),
            Some(("e", name)) => tag("http://purl.org/rss/1.0/modules/content/", name),
            Some(("c", name)) => tag("http://podlove.org/simple-chapters", name),
            _ => piece.to_string(),
        };
        long += if n == 0 { "" } else { "/" };
        long += &(piece + rest);
    }
    long
}

/// What stands at the show and at an episode alike.
const SHARED: Table = &[
    ("p:location[1]", "Gdańsk & <quay>"),
    ("p:location[1]/@rel", "creator"),
    ("p:location[1]/@geo", "geo:54.3520,18.6466"),
    ("p:location[1]/@osm", "R1234#5"),
    ("p:location[1]/@country", "PL"),
    ("p:image[last()]/@href", "https://ports.example/wide.jpg"),
    ("p:image[last()]/@alt", "A \"crane\""),
    ("p:image[last()]/@aspect-ratio", "16/9"),
    ("p:image[last()]/@width", "1920"),
    ("p:image[last()]/@height", "1080"),
    ("p:image[last()]/@type", "image/jpeg"),
    ("p:image[last()]/@purpose", "banner social"),
    ("i:block", "Yes"),
    ("p:txt", "S6lpp-7ZCn8-dZfGc-OoyaG"),
    ("p:txt/@purpose", "verify"),
];

/// What stands at the show, an episode and a broadcast alike.
const EVERYWHERE: Table = &[
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
const ALTERNATE: Table = &[
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

/// Addresses of our own files have their hash (`printf cover | sha256sum`).
const SHOW: Table = &[
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
    ("p:block[3]", "yes"),
    ("p:block[3]/@id", "google"),
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
    ("p:liveItem/@status", "live"),
    ("i:complete", "Yes"),
    ("p:person[1]", "Ada & <Lund>"),
    ("p:person[1]/@role", "audio engineer"),
    ("p:person[1]/@group", "audio production"),
    ("p:person[1]/@img", "https://ports.example/ada.jpg"),
    ("p:person[1]/@href", "https://ports.example/ada"),
    ("p:person[2]", "Bo"),
    ("p:person[2]/@role", ""),
    ("p:locked", "yes"),
    ("p:locked/@owner", "ada@ports.example"),
    ("p:guid", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
    ("p:medium", "audiobook"),
    ("p:funding", "For all & <more>"),
    ("p:funding/@url", "https://ports.example/all"),
    ("p:image[@purpose='artwork']/@alt", "Two \"cranes\""),
    (
        "p:image[@purpose='artwork']/@href",
        "https://cast.example/m/3fa405a8301ace34d11cf44a816080b8f0e49a48fbd048b8aef1543a8c58bdb6/cover.jpg",
    ),
    (
        "i:image/@href",
        "https://cast.example/m/3fa405a8301ace34d11cf44a816080b8f0e49a48fbd048b8aef1543a8c58bdb6/cover.jpg",
    ),
    ("title", "Ports & Harbours"),
    ("link", "https://ports.example/"),
    ("description", "Stories from the sea.\n\nEvery week."),
    ("language", "en-gb"),
    ("copyright", "© 2026 Ada Lund"),
    ("lastBuildDate", "Mon, 16 Nov 2026 12:00:00 +0000"),
    ("i:author", "Ada Lund"),
    ("i:owner/i:name", "Ada Lund"),
    ("i:owner/i:email", "ada@ports.example"),
    ("i:category[1]/@text", "Society & Culture"),
    ("i:category[1]/i:category/@text", "Places & Travel"),
    ("i:category[2]/@text", "History"),
    ("i:explicit", "true"),
    ("i:type", "serial"),
    ("i:new-feed-url", "https://ports.example/new.xml"),
];

const LIVE: Table = &[
    ("@status", "live"),
    ("@start", "2026-11-21T19:00:00Z"),
    ("@end", "2026-11-21T21:00:00Z"),
    ("title", "Live from the quay"),
    ("guid", "https://ports.example/?live=1"),
    ("guid/@isPermaLink", "true"),
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

const EPISODE: Table = &[
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
    ("p:image[@purpose='poster']/@alt", "A bright quay"),
    (
        "p:image[@purpose='poster']/@href",
        "https://cast.example/m/94e8566ddfc123edf115fcbb35a16973409d95e05e3deb7dc4a15a7af325a885/still.jpg",
    ),
    ("p:image[@purpose='artwork']/@alt", "Fog"),
    (
        "i:image/@href",
        "https://cast.example/m/0282d9b79f42c74c1550b20ff2dd16aafc3fe5d8ae9a00b2f66996d0ae882775/face.png",
    ),
    ("p:person", "Cy"),
    ("p:season", "2"),
    ("p:season/@name", "Low <water>"),
    // It names the picture of the chapter, so it is written for the place (python3: sha256 of {"version":"1.2.0","chapters":[
    // {"startTime":1,"title":"The crane & <more>","img":"<c:chapter/@image>","url":"https://ports.example/crane"}]}, on one line).
    (
        "p:chapters/@url",
        "https://cast.example/m/d42ba0ba90192105ba440b92e83ff12a5b576970c35d8776a7d54c4cc89c2691/chapters.json",
    ),
    ("p:chapters/@type", "application/json+chapters"),
    ("c:chapters/c:chapter/@start", "00:00:01.000"),
    ("c:chapters/c:chapter/@title", "The crane & <more>"),
    ("c:chapters/c:chapter/@href", "https://ports.example/crane"),
    (
        "c:chapters/c:chapter/@image",
        "https://cast.example/m/2c6ac23e4ffdf95f08f369eca6488b585bca0def0ddfe69f525e40d4aa2509d3/crane.jpg",
    ),
    (
        "p:transcript/@url",
        "https://cast.example/m/dba36bffa5cab0f922d087a3aeb179f9d4e745df40b323e1b1471402848c8a3e/words.vtt",
    ),
    ("p:transcript/@type", "text/vtt"),
    ("p:transcript/@language", "pl"),
    ("p:transcript/@rel", "captions"),
    ("title", "One"),
    ("guid", "guid-0"),
    ("guid/@isPermaLink", "true"),
    ("link", "https://ports.example/1"),
    ("pubDate", "Mon, 16 Nov 2026 22:00:00 +0000"),
    (
        "enclosure/@url",
        "https://cast.example/m/35bbaecc6b5540383b6616e58f5118f53e0bbac8826a8ffd85eda3ede1b49472/episode-0.mp3",
    ),
    ("enclosure/@length", "1000000"),
    ("enclosure/@type", "audio/mpeg"),
    ("description", "<p>What a harbour is for &amp; &lt;more&gt;</p><p>In short.</p>"),
    ("i:summary", "What a harbour is for & <more>\n\nIn short."),
    ("e:encoded", "<p>Fog and <strong>ships</strong>.</p>"),
    ("i:title", "One: <the crane>"),
    ("i:duration", "62"),
    ("i:explicit", "true"),
    ("i:season", "2"),
    ("i:episode", "3"),
    ("i:episodeType", "bonus"),
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
    for (parent, table) in COMPARED {
        compare(&feed, parent, table);
    }
}
