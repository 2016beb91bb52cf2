//! Every tag of the podcast namespace with every attribute, at every level where it may stand, as libxml2 finds it. The table is
//! typed by hand from the namespace's document (FEED.md §1); a field of the model that is not looked at here does not compile.

#![expect(clippy::unwrap_used, reason = "a part of the scene that breaks is a failed test")]

#[path = "namespace/partytime.rs"]
mod partytime;
mod scene;

use hearthcast_feed::FeedError;
use hearthcast_model::namespace::{
    AlternateEnclosure, Block, Chat, ChatProtocol, ContentLink, EpisodeTags, Image, Integrity, IntegrityKind, License,
    LiveItem, LiveStatus, Location, LocationRel, RemoteItem, RemoteTranscript, ShowTags, SocialInteract, Soundbite,
    Source, TimeSplitTo, Trailer, Txt, UpdateFrequency, Value, ValueRecipient, ValueTimeSplit,
};
use hearthcast_model::number::EpisodeNumber;
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::show::Attachment;
use hearthcast_model::{Code, Error, Sha256};
use scene::{Scene, facts, xpath};
use std::collections::BTreeMap;

fn location() -> Location {
    Location {
        name: "Gdańsk & <quay>".into(),
        rel: LocationRel::Creator,
        geo: "geo:54.3520,18.6466".into(),
        osm: "R1234#5".into(),
        country: "PL".into(),
    }
}

fn license() -> License {
    License { id: "house rules".into(), url: "https://ports.example/licence".into() }
}

fn image() -> Image {
    Image {
        href: "https://ports.example/wide.jpg".into(),
        alt: "A \"crane\"".into(),
        aspect_ratio: "16/9".into(),
        width_px: Some(1920),
        height_px: Some(1080),
        mime: "image/jpeg".into(),
        purpose: "banner social".into(),
    }
}

fn recipient(name: &str, split: u32, fee: bool) -> ValueRecipient {
    ValueRecipient {
        name: name.into(),
        kind: "node".into(),
        address: format!("03{name}"),
        custom_key: "818818".into(),
        custom_value: "abc".into(),
        split,
        fee,
    }
}

fn remote() -> RemoteItem {
    RemoteItem {
        feed_guid: "a94f5cc9-8c58-55fc-91fe-a324087a655b".into(),
        feed_url: "http://other.example/feed".into(),
        item_guid: "https://other.example/?p=1".into(),
        medium: "music".into(),
        title: "Another <feed>".into(),
    }
}

fn value() -> Value {
    let song = TimeSplitTo::RemoteItem { item: remote(), start_ms: Some(174_500), percentage: Some(95) };
    let guests = TimeSplitTo::Recipients(vec![recipient("guest", 100, false)]);
    Value {
        kind: "lightning".into(),
        method: "keysend".into(),
        suggested: "0.00000005000".into(),
        recipients: vec![recipient("ada", 95, false), recipient("host", 5, true)],
        time_splits: vec![
            ValueTimeSplit { start_ms: 60_000, duration_ms: 237_125, to: song },
            ValueTimeSplit { start_ms: 330_000, duration_ms: 53_000, to: guests },
        ],
    }
}

fn social() -> SocialInteract {
    SocialInteract {
        protocol: "activitypub".into(),
        uri: "https://social.example/@ada/1".into(),
        account_id: "@ada@social.example".into(),
        account_url: "https://social.example/@ada".into(),
        priority: Some(1),
    }
}

fn chat() -> Chat {
    Chat {
        server: "jabber.example".into(),
        protocol: ChatProtocol::Xmpp,
        account_id: "ada@jabber.example".into(),
        space: "ports@muc.jabber.example".into(),
    }
}

fn txt() -> Txt {
    Txt { text: "S6lpp-7ZCn8-dZfGc-OoyaG".into(), purpose: "verify".into() }
}

fn opus() -> Attachment {
    Attachment { hash: Sha256::of(b"abc"), name: "quay".into(), ext: "opus".into() }
}

fn alternate() -> AlternateEnclosure {
    AlternateEnclosure {
        mime: "audio/opus".into(),
        length_bytes: Some(32_400_000),
        bitrate_bps: Some(96_000.5),
        height_px: Some(720),
        lang: "pl".into(),
        title: "High quality".into(),
        rel: "sound".into(),
        codecs: "opus".into(),
        default: true,
        file: None,
        poster: None,
        sources: vec![
            Source { uri: "https://ports.example/1.opus".into(), mime: String::new() },
            Source { uri: "ipfs://QmdwGqd3d2gFPGeJNLLCshdiPert45fMu84552Y4XHTy4y".into(), mime: "audio/ogg".into() },
        ],
        integrity: Some(Integrity { kind: IntegrityKind::PgpSignature, value: "LS0tLS1CRUdJTg==".into() }),
    }
}

/// All that an episode can say.
fn of_an_episode() -> EpisodeTags {
    EpisodeTags {
        funding: vec![Funding { url: "https://ports.example/one".into(), text: "For this one".into() }],
        number_display: "Ch.3".into(),
        soundbites: vec![
            Soundbite { start_ms: 73_000, duration_ms: 60_500, title: "The crane".into() },
            Soundbite { start_ms: 1_234_500, duration_ms: 42_250, title: String::new() },
        ],
        locations: vec![location()],
        license: Some(License { id: "cc-by-4.0".into(), url: String::new() }),
        images: vec![image()],
        alternate_enclosures: vec![
            alternate(),
            AlternateEnclosure { file: Some(opus()), ..AlternateEnclosure::default() },
        ],
        values: vec![value()],
        content_links: vec![ContentLink { href: "https://video.example/1".into(), text: "On video".into() }],
        social: vec![social()],
        txts: vec![txt()],
        chat: Some(chat()),
        extra: BTreeMap::new(),
    }
}

fn person(name: &str) -> Person {
    Person { name: name.into(), ..Person::default() }
}

/// 2026-11-21T19:00:00Z and two hours later.
const EVENING_MS: i64 = 1_795_287_600_000;
const NIGHT_MS: i64 = EVENING_MS + 2 * 3_600_000;

fn live() -> LiveItem {
    LiveItem {
        guid: "live-1".into(),
        title: "Live from the quay".into(),
        status: LiveStatus::Live,
        start_ms: EVENING_MS,
        end_ms: Some(NIGHT_MS),
        description: "Fog & ships".into(),
        link: "https://ports.example/live".into(),
        stream_url: "https://stream.example/quay".into(),
        mime: "audio/aac".into(),
        persons: vec![person("Mara")],
        transcripts: vec![RemoteTranscript {
            url: "https://ports.example/live.vtt".into(),
            mime: "text/vtt".into(),
            language: "pl".into(),
            captions: true,
        }],
        chapters_url: "https://ports.example/live.json".into(),
        tags: EpisodeTags {
            content_links: vec![ContentLink { href: "https://video.example/quay".into(), text: "Watch".into() }],
            alternate_enclosures: vec![alternate()],
            ..of_an_episode()
        },
    }
}

/// A show and an episode in which nothing is empty.
fn everything() -> Scene {
    let mut scene = Scene::new();
    scene.show.tags = ShowTags {
        locations: vec![location(), Location { name: "Oslo".into(), ..Location::default() }],
        license: Some(license()),
        trailers: vec![Trailer {
            title: "Coming in April".into(),
            url: "https://ports.example/trailer.mp3".into(),
            published_ms: EVENING_MS,
            length_bytes: Some(12_345_678),
            mime: "audio/mpeg".into(),
            season: Some(2),
        }],
        images: vec![image()],
        values: vec![value()],
        social: vec![social()],
        blocks: vec![Block { id: String::new(), blocked: true }, Block { id: "amazon".into(), blocked: false }],
        txts: vec![txt()],
        remote_items: vec![remote()],
        podroll: vec![remote(), RemoteItem { feed_guid: "two".into(), ..RemoteItem::default() }],
        update_frequency: Some(UpdateFrequency {
            text: "Every second Friday".into(),
            rrule: "FREQ=WEEKLY;INTERVAL=2;COUNT=10".into(),
            dtstart_ms: Some(EVENING_MS),
            complete: true,
        }),
        uses_podping: Some(true),
        publisher: Some(RemoteItem { medium: "publisher".into(), ..remote() }),
        chat: Some(chat()),
        live_items: vec![live()],
        extra: BTreeMap::new(),
    };
    (scene.show.blocked, scene.show.complete) = (true, true);
    let ada = Person {
        name: "Ada & <Lund>".into(),
        role: "audio engineer".into(),
        group: "audio production".into(),
        img: "https://ports.example/ada.jpg".into(),
        href: "https://ports.example/ada".into(),
    };
    scene.show.persons = vec![ada, person("Bo")];
    let hash = opus().hash;
    scene
        .facts
        .insert(hash.clone(), hearthcast_model::MediaFacts { mime: "audio/ogg".into(), ..facts(&hash, 777, None) });
    let episode = scene.episode("One");
    (episode.number, episode.blocked) = (Some(EpisodeNumber::from(3)), true);
    episode.tags = of_an_episode();
    scene
}

/// A path in which `p:x` is the tag x of the podcast namespace, and `i:x` of Apple's.
fn path(short: &str) -> String {
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

/// Compiles only as long as the table above knows of every field there is.
#[test]
fn no_field_is_left_out() {
    let scene = everything();
    let ShowTags {
        locations,
        license,
        trailers,
        images,
        values,
        social,
        blocks,
        txts,
        remote_items,
        podroll,
        update_frequency,
        uses_podping,
        publisher,
        chat,
        live_items,
        extra: _,
    } = &scene.show.tags;
    let EpisodeTags {
        funding,
        number_display,
        soundbites,
        locations: places,
        license: terms,
        images: pictures,
        alternate_enclosures,
        values: payments,
        content_links,
        social: talk,
        txts: words,
        chat: room,
        extra: _,
    } = &scene.episodes[0].1.tags;
    let filled = [
        !locations.is_empty(),
        license.is_some(),
        !trailers.is_empty(),
        !images.is_empty(),
        !values.is_empty(),
        !social.is_empty(),
        !blocks.is_empty(),
        !txts.is_empty(),
        !remote_items.is_empty(),
        !podroll.is_empty(),
        update_frequency.is_some(),
        uses_podping.is_some(),
        publisher.is_some(),
        chat.is_some(),
        !live_items.is_empty(),
        !funding.is_empty(),
        !number_display.is_empty(),
        !soundbites.is_empty(),
        !places.is_empty(),
        terms.is_some(),
        !pictures.is_empty(),
        !alternate_enclosures.is_empty(),
        !payments.is_empty(),
        !content_links.is_empty(),
        !talk.is_empty(),
        !words.is_empty(),
        room.is_some(),
    ];
    assert!(filled.iter().all(|filled| *filled), "{filled:?}");
    let kept = serde_json::to_value(&scene.show.tags).unwrap();
    assert_eq!(serde_json::from_value::<ShowTags>(kept).unwrap(), scene.show.tags, "nothing is lost by being kept");
}

fn refused(change: impl FnOnce(&mut ShowTags)) -> FeedError {
    let mut scene = everything();
    change(&mut scene.show.tags);
    scene.render().expect_err("the tag cannot be read")
}

#[test]
fn what_no_app_could_read_is_refused_by_name() {
    let long = "x".repeat(129);
    let told = |error: FeedError| Error::from(error);
    for error in [
        refused(|tags| tags.locations[0].name = long.clone()),
        refused(|tags| tags.locations[0].geo = "54.3,18.6".into()),
        refused(|tags| tags.locations[0].osm = "1234".into()),
        refused(|tags| tags.locations[0].country = "POL".into()),
        refused(|tags| tags.license = Some(License { id: "my own".into(), url: String::new() })),
        refused(|tags| tags.trailers[0].url = "http://ports.example/t.mp3".into()),
        refused(|tags| tags.images[0].href = "ftp://ports.example/x.jpg".into()),
        refused(|tags| tags.values[0].recipients = vec![recipient("fee", 1, true)]),
        refused(|tags| tags.values[0].suggested = "much".into()),
        refused(|tags| tags.values[0].time_splits[1].to = TimeSplitTo::default()),
        refused(|tags| tags.social[0].uri = String::new()),
        refused(|tags| tags.blocks[1].id = "Amazon Music".into()),
        refused(|tags| tags.txts[0].text = "x".repeat(4001)),
        refused(|tags| tags.podroll[0].medium = "radio".into()),
        refused(|tags| tags.publisher = Some(remote())),
        refused(|tags| tags.update_frequency.as_mut().unwrap().dtstart_ms = None),
        refused(|tags| tags.chat.as_mut().unwrap().server = " ".into()),
        refused(|tags| tags.live_items[0].tags.content_links.clear()),
        refused(|tags| tags.live_items[0].end_ms = Some(EVENING_MS)),
        refused(|tags| tags.live_items[0].tags.alternate_enclosures[0].sources.clear()),
        refused(|tags| tags.live_items[0].tags.alternate_enclosures[0].sources[0].uri = "javascript:alert(1)".into()),
    ] {
        let error = told(error);
        assert_eq!(error.code, Code::FieldInvalid, "{error:?}");
        assert!(error.message.contains("the show \"Ports & Harbours\""), "{}", error.message);
    }
}

#[test]
fn a_show_that_wants_no_talk_says_only_that() {
    let mut scene = everything();
    scene.show.tags.social = vec![SocialInteract { protocol: "disabled".into(), ..social() }];
    let feed = scene.render().unwrap();
    let all = format!("count({}/@*)", path("/rss/channel/p:socialInteract"));
    assert_eq!(xpath(&feed, &all), "1");
}
