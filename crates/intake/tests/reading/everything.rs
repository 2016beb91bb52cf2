//! A feed in which nothing is empty, with prefixes that nobody uses: every value is where it belongs. Expected values are typed
//! from the fixture, which is typed from the namespaces' documents (FEED.md §1).

use hearthcast_intake::{ChapterImage, ReadFeed, RemoteFile};
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::import::ImportOrigin;
use hearthcast_model::namespace::{
    AlternateEnclosure, Block, Chat, ChatProtocol, ContentLink, Image, Integrity, IntegrityKind, License, LiveStatus,
    Location, LocationRel, RemoteItem, SocialInteract, Soundbite, Source, TimeSplitTo, Trailer, Txt, ValueRecipient,
};
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::show::{Category, ShowKind};
use hearthcast_model::{ForeignAttribute, ForeignElement, ForeignNode, NotesForm, RemoteAudio};

/// 2026-11-21T19:00:00Z.
const EVENING_MS: i64 = 1_795_287_600_000;

fn everything() -> ReadFeed {
    crate::scene::read(include_bytes!("../fixtures/everything.xml")).unwrap()
}

fn remote(feed_guid: &str) -> RemoteItem {
    RemoteItem { feed_guid: feed_guid.into(), ..RemoteItem::default() }
}

#[test]
fn the_show_is_read() {
    let ReadFeed { show, cover_url, self_url, moved_to, next_page, locked, origin, generator, items, repairs } =
        everything();
    assert_eq!(origin, ImportOrigin::Feed);
    assert_eq!(repairs, []);
    assert_eq!((show.title.as_str(), show.slug.as_str()), ("Ports & Harbours", "ports-harbours"));
    assert_eq!(show.link, "https://ports.example");
    assert_eq!(show.description.source, "<p>Stories from the sea.</p>\n<p>Every week.</p>");
    assert_eq!(show.description.form, NotesForm::Html);
    assert_eq!((show.language.as_str(), show.copyright.as_str()), ("en-gb", "© 2026 Ada Lund"));
    assert_eq!((show.author.as_str(), show.owner_name.as_str()), ("Ada Lund", "Ada"));
    assert_eq!(show.owner_email, "ada@ports.example");
    let category = |name: &str, sub: Option<&str>| Category { name: name.into(), sub: sub.map(str::to_string) };
    assert_eq!(show.categories, [category("Society & Culture", Some("Places & Travel")), category("History", None)]);
    assert_eq!((show.explicit, show.kind, show.blocked, show.complete), (false, ShowKind::Serial, true, true));
    assert_eq!((show.locked, locked), (false, Some(false)));
    assert_eq!(show.podcast_guid.as_deref(), Some("9b024349-ccf0-5f69-a609-6b82873eab3c"));
    assert_eq!((show.medium.as_str(), show.hub.as_str()), ("audiobook", "https://hub.example/"));
    assert_eq!(cover_url, "https://ports.example/cover.jpg");
    assert_eq!((self_url.as_str(), generator.as_str()), ("https://ports.example/feed.xml", "Quay 1.2"));
    assert_eq!(next_page, "https://ports.example/feed.xml?page=2");
    assert_eq!((moved_to.as_str(), show.new_feed_url.as_str()), ("https://new.example/feed.xml", ""));
    assert_eq!(items.len(), 1);
    assert_eq!(show.funding, [Funding { url: "https://ports.example/give".into(), text: "Give".into() }]);
    let ada = Person {
        name: "Ada Lund".into(),
        role: "host".into(),
        group: "cast".into(),
        img: "https://ports.example/ada.jpg".into(),
        href: "https://ports.example/ada".into(),
    };
    assert_eq!(show.persons, [ada]);
    let mood = ForeignElement {
        namespace: "http://ports.example/ns#".into(),
        name: "mood".into(),
        attributes: vec![ForeignAttribute { namespace: String::new(), name: "level".into(), value: "9".into() }],
        inside: vec![ForeignNode::Element(ForeignElement {
            namespace: "http://ports.example/ns#".into(),
            name: "word".into(),
            inside: vec![ForeignNode::Text("calm".into())],
            ..ForeignElement::default()
        })],
    };
    assert_eq!(show.foreign, [mood]);
}

#[test]
fn all_tags_of_the_show_are_read() {
    let tags = everything().show.tags;
    let place = Location {
        name: "Gdańsk".into(),
        rel: LocationRel::Creator,
        geo: "geo:54.3520,18.6466".into(),
        osm: "R1234#5".into(),
        country: "PL".into(),
    };
    assert_eq!(tags.locations, [place]);
    let license = License { id: "house rules".into(), url: "https://ports.example/licence".into() };
    assert_eq!(tags.license, Some(license));
    let trailer = Trailer {
        title: "Coming".into(),
        url: "https://ports.example/t.mp3".into(),
        published_ms: EVENING_MS,
        length_bytes: Some(12_345_678),
        mime: "audio/mpeg".into(),
        season: Some(2),
    };
    assert_eq!(tags.trailers, [trailer]);
    let image = Image {
        href: "https://ports.example/wide.jpg".into(),
        alt: "A crane".into(),
        aspect_ratio: "16/9".into(),
        width_px: Some(1920),
        height_px: Some(1080),
        mime: "image/jpeg".into(),
        purpose: "banner social".into(),
    };
    assert_eq!(tags.images, [image]);
    let value = &tags.values[0];
    assert_eq!(
        (value.kind.as_str(), value.method.as_str(), value.suggested.as_str()),
        ("lightning", "keysend", "0.00000005000")
    );
    let host = ValueRecipient {
        name: "host".into(),
        kind: "node".into(),
        address: "03host".into(),
        split: 5,
        fee: true,
        ..ValueRecipient::default()
    };
    assert_eq!((value.recipients[0].custom_key.as_str(), value.recipients[0].custom_value.as_str()), ("818818", "abc"));
    assert_eq!((value.recipients[0].split, &value.recipients[1]), (95, &host));
    let social = SocialInteract {
        protocol: "activitypub".into(),
        uri: "https://social.example/@ada/1".into(),
        account_id: "@ada@social.example".into(),
        account_url: "https://social.example/@ada".into(),
        priority: Some(1),
    };
    assert_eq!(tags.social, [social]);
    assert_eq!(
        tags.blocks,
        [Block { id: String::new(), blocked: true }, Block { id: "amazon".into(), blocked: false }]
    );
    assert_eq!(tags.txts, [Txt { text: "S6lpp-7ZCn8-dZfGc-OoyaG".into(), purpose: "verify".into() }]);
    let other = RemoteItem {
        feed_guid: "a94f5cc9-8c58-55fc-91fe-a324087a655b".into(),
        feed_url: "http://other.example/feed".into(),
        item_guid: "https://other.example/?p=1".into(),
        medium: "music".into(),
        title: "Another".into(),
    };
    assert_eq!(tags.remote_items, [other]);
    assert_eq!(tags.podroll, [remote("one"), remote("two")]);
    let often = tags.update_frequency.unwrap();
    assert_eq!((often.text.as_str(), often.rrule.as_str()), ("Every second Friday", "FREQ=WEEKLY;INTERVAL=2;COUNT=10"));
    assert_eq!((often.dtstart_ms, often.complete, tags.uses_podping), (Some(EVENING_MS), true, Some(true)));
    let publisher = RemoteItem { medium: "publisher".into(), ..remote("003af0a0-6a45-55cf-b765-68e3d349551a") };
    assert_eq!(tags.publisher, Some(publisher));
    let chat = Chat {
        server: "jabber.example".into(),
        protocol: ChatProtocol::Xmpp,
        account_id: "ada@jabber.example".into(),
        space: "ports@muc.jabber.example".into(),
    };
    assert_eq!(tags.chat, Some(chat));
}

#[test]
fn a_broadcast_is_read() {
    let live = everything().show.tags.live_items.remove(0);
    assert_eq!(
        (live.guid.as_str(), live.title.as_str(), live.status),
        ("live-1", "Live from the quay", LiveStatus::Live)
    );
    assert_eq!((live.start_ms, live.end_ms), (EVENING_MS, Some(EVENING_MS + 7_200_000)));
    assert_eq!((live.description.as_str(), live.link.as_str()), ("Fog & ships", "https://ports.example/live"));
    assert_eq!((live.stream_url.as_str(), live.mime.as_str()), ("https://stream.example/quay", "audio/aac"));
    assert_eq!(
        (live.persons[0].name.as_str(), live.chapters_url.as_str()),
        ("Mara", "https://ports.example/live.json")
    );
    let transcript = &live.transcripts[0];
    assert_eq!((transcript.url.as_str(), transcript.mime.as_str()), ("https://ports.example/live.vtt", "text/vtt"));
    assert_eq!((transcript.language.as_str(), transcript.captions), ("pl", true));
    assert_eq!(
        live.tags.content_links,
        [ContentLink { href: "https://video.example/quay".into(), text: "Watch".into() }]
    );
}

#[test]
fn the_episode_is_read() {
    let item = everything().items.remove(0);
    let episode = item.episode;
    assert_eq!((episode.title.as_str(), episode.slug.as_str()), ("The keeper’s stair", "the-keepers-stair"));
    assert_eq!((episode.guid.as_str(), episode.guid_is_permalink), ("https://ports.example/?p=1", true));
    assert_eq!(
        (episode.link.as_str(), episode.publish_at_ms),
        ("https://ports.example/stair", Some(crate::scene::NOW_MS))
    );
    let sound = RemoteAudio {
        url: "https://media.example/stair.mp3?x=1&y=2".into(),
        size_bytes: 1_234_567,
        mime: "audio/mpeg".into(),
        duration_ms: Some(3_725_000),
    };
    assert_eq!((episode.remote_audio, episode.audio, episode.draft), (Some(sound), None, false));
    assert_eq!(episode.notes.source, "<p>Long <b>words</b>.</p>");
    assert_eq!((episode.summary.as_str(), episode.itunes_title.as_str()), ("Short words.", "1: The stair"));
    assert_eq!((episode.kind, episode.explicit, episode.blocked), (EpisodeKind::Bonus, Some(true), true));
    assert_eq!((episode.season, episode.season_name.as_str()), (Some(2), "Lighthouses"));
    assert_eq!((episode.number.unwrap().to_string().as_str(), episode.tags.number_display.as_str()), ("3.5", "Ch.3"));
    let marks: Vec<_> = episode.chapters.iter().map(|c| (c.start_ms, c.title.as_str(), c.url.as_str())).collect();
    assert_eq!(marks, [(0, "Door", ""), (62_500, "Up", "https://ports.example/up")]);
    assert_eq!(item.chapter_images, [ChapterImage { start_ms: 62_500, url: "https://ports.example/up.jpg".into() }]);
    assert_eq!(item.image_url, "https://ports.example/stair.jpg");
    let chapters = item.chapters.unwrap();
    assert_eq!(
        (chapters.url.as_str(), chapters.mime.as_str()),
        ("https://ports.example/stair.json", "application/json+chapters")
    );
    let transcript = RemoteFile {
        url: "https://ports.example/stair.srt".into(),
        mime: "application/x-subrip".into(),
        language: "en".into(),
        captions: true,
    };
    assert_eq!(item.transcripts, [transcript]);
    assert_eq!((episode.persons[0].name.as_str(), episode.persons[0].role.as_str()), ("Bo", "guest"));
    // media:content says the enclosure once more, and is not kept.
    let kept: Vec<_> =
        episode.foreign.iter().map(|element| (element.namespace.as_str(), element.name.as_str())).collect();
    assert_eq!(kept, [("http://search.yahoo.com/mrss/", "thumbnail")]);
}

#[test]
fn all_tags_of_the_episode_are_read() {
    let tags = everything().items.remove(0).episode.tags;
    assert_eq!(tags.funding, [Funding { url: "https://ports.example/one".into(), text: "For this one".into() }]);
    assert_eq!(tags.soundbites, [Soundbite { start_ms: 73_000, duration_ms: 60_500, title: "The crane".into() }]);
    assert_eq!(tags.license, Some(License { id: "cc-by-4.0".into(), url: String::new() }));
    let alternate = AlternateEnclosure {
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
    };
    assert_eq!(tags.alternate_enclosures, [alternate]);
    let splits = &tags.values[0].time_splits;
    let song = TimeSplitTo::RemoteItem { item: remote("a94f5cc9"), start_ms: Some(174_500), percentage: Some(95) };
    assert_eq!((splits[0].start_ms, splits[0].duration_ms, &splits[0].to), (60_000, 237_125, &song));
    let guest = ValueRecipient {
        name: "guest".into(),
        kind: "node".into(),
        address: "03guest".into(),
        split: 100,
        ..ValueRecipient::default()
    };
    assert_eq!(
        (splits[1].start_ms, splits[1].duration_ms, &splits[1].to),
        (330_000, 53_000, &TimeSplitTo::Recipients(vec![guest]))
    );
    assert_eq!(tags.content_links, [ContentLink { href: "https://video.example/1".into(), text: "On video".into() }]);
    assert_eq!(tags.txts, [Txt { text: "now".into(), purpose: "release".into() }]);
}
