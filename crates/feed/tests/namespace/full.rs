//! The show with every tag: every attribute of the namespace at every level where it may stand.

use crate::scene::{Scene, facts};
use hearthcast_model::chapter::{Chapter, Transcript};
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::namespace::{
    AlternateEnclosure, Block, Chat, ChatProtocol, ContentLink, EpisodeTags, Image, Integrity, IntegrityKind, License,
    LiveItem, LiveStatus, Location, LocationRel, RemoteItem, RemoteTranscript, ShowTags, SocialInteract, Soundbite,
    Source, TimeSplitTo, Trailer, Txt, UpdateFrequency, Value, ValueRecipient, ValueTimeSplit,
};
use hearthcast_model::number::EpisodeNumber;
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::show::{Attachment, ShowKind};
use hearthcast_model::{Episode, Picture, Sha256, Show};
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

pub fn recipient(name: &str, split: u32, fee: bool) -> ValueRecipient {
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

pub fn remote() -> RemoteItem {
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

pub fn social() -> SocialInteract {
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

fn file(name: &str, ext: &str) -> Attachment {
    Attachment { hash: Sha256::of(name.as_bytes()), name: name.into(), ext: ext.into() }
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

/// A picture of our own.
fn still() -> Picture {
    Picture { file: file("still", "jpg"), sizes: vec![], from: None, alt: "A bright quay".into() }
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
            AlternateEnclosure { file: Some(opus()), poster: Some(still()), ..AlternateEnclosure::default() },
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
pub const EVENING_MS: i64 = 1_795_287_600_000;
const NIGHT_MS: i64 = EVENING_MS + 2 * 3_600_000;

fn live() -> LiveItem {
    LiveItem {
        guid: "https://ports.example/?live=1".into(),
        guid_is_permalink: true,
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
        foreign: vec![],
        tags: EpisodeTags {
            content_links: vec![ContentLink { href: "https://video.example/quay".into(), text: "Watch".into() }],
            alternate_enclosures: vec![alternate()],
            ..of_an_episode()
        },
    }
}

/// A show and an episode in which nothing is empty.
pub fn everything() -> Scene {
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
        blocks: vec![
            Block { id: String::new(), blocked: true },
            Block { id: "amazon".into(), blocked: false },
            Block { id: "google".into(), blocked: true },
        ],
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
    words_of_the_show(&mut scene.show);
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
    fill(scene.episode("One"));
    scene
}

/// What is no tag of the namespace, and those that are fields of their own.
fn words_of_the_show(show: &mut Show) {
    (show.blocked, show.complete, show.explicit, show.kind) = (true, true, true, ShowKind::Serial);
    show.medium = "audiobook".into();
    show.funding = vec![Funding { url: "https://ports.example/all".into(), text: "For all & <more>".into() }];
    show.cover_alt = "Two \"cranes\"".into();
    show.new_feed_url = "https://ports.example/new.xml".into();
}

fn fill(episode: &mut Episode) {
    (episode.number, episode.blocked) = (Some(EpisodeNumber::from(3)), true);
    (episode.season, episode.season_name) = (Some(2), "Low <water>".into());
    (episode.kind, episode.explicit) = (EpisodeKind::Bonus, Some(true));
    (episode.link, episode.guid_is_permalink) = ("https://ports.example/1".into(), true);
    episode.notes = hearthcast_text::notes("Fog and **ships**.").unwrap();
    (episode.itunes_title, episode.summary) =
        ("One: <the crane>".into(), "What a harbour is for & <more>\n\nIn short.".into());
    (episode.image, episode.image_alt) = (Some(file("face", "png")), "Fog".into());
    episode.persons = vec![person("Cy")];
    let crane = Chapter {
        url: "https://ports.example/crane".into(),
        picture: Some(Picture { file: file("crane", "jpg"), ..still() }),
        ..Chapter::new(1_000, "The crane & <more>")
    };
    (episode.chapters, episode.chapters_file) = (vec![crane], Some(file("chapters", "json")));
    episode.transcripts = vec![Transcript { file: file("words", "vtt"), language: "pl".into(), captions: true }];
    episode.tags = of_an_episode();
}
