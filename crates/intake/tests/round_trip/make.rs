//! Shows and episodes with everything that the model and the writer allow.

use crate::draw::Draw;
use hearthcast_feed::categories::ALL;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::facts::MediaKind;
use hearthcast_model::foreign::ATOM;
use hearthcast_model::namespace::words::MEDIA;
use hearthcast_model::namespace::{
    AlternateEnclosure, Block, Chat, ChatProtocol, ContentLink, EpisodeTags, Image, Integrity, IntegrityKind, License,
    LiveItem, LiveStatus, Location, LocationRel, RemoteItem, RemoteTranscript, ShowTags, SocialInteract, Soundbite,
    Source, TimeSplitTo, Trailer, Txt, UpdateFrequency, Value, ValueRecipient, ValueTimeSplit,
};
use hearthcast_model::person::{Funding, Person};
use hearthcast_model::picture::Picture;
use hearthcast_model::show::{Attachment, Category, ShowKind};
use hearthcast_model::song::Song;
use hearthcast_model::{
    Chapter, ChapterLocation, Episode, EpisodeNumber, ForeignAttribute, ForeignElement, ForeignNode, MediaFacts,
    RemoteAudio, Sha256, Show, ShowId, Transcript,
};
use std::collections::{BTreeMap, HashMap};

pub const SHOW: &str = "018f0000-0000-7000-8000-0000000000ff";
/// 2026-11-20T06:00:00Z.
pub const NOW_MS: i64 = 1_795_154_400_000;

pub struct Scene {
    pub show: Show,
    pub episodes: Vec<Episode>,
    pub facts: HashMap<Sha256, MediaFacts>,
}

pub fn scene(seed: u8) -> Scene {
    let draw = &mut Draw::of(seed);
    let mut facts = HashMap::new();
    let show = show(draw, &mut facts);
    let episodes = (0..draw.any(0..4usize)).map(|n| episode(draw, n, &mut facts)).collect();
    Scene { show, episodes, facts }
}

fn show(draw: &mut Draw, facts: &mut HashMap<Sha256, MediaFacts>) -> Show {
    let mut show = Show::new(&draw.text(200), "ports", NOW_MS);
    show.slug = hearthcast_model::slug::slug(&show.title, "show");
    show.description = hearthcast_text::notes(&draw.prose()).unwrap();
    show.author = draw.words(200);
    show.owner_name = draw.words(200);
    show.owner_email = draw.maybe(|_| "ada@ports.example".to_string()).unwrap_or_default();
    show.language = draw.one_of(&["en", "de-at", "zh-hant-tw", "pl"]).into();
    show.link = draw.https_or_none();
    show.categories = categories(draw);
    show.explicit = draw.yes();
    show.kind = draw.one_of(&[ShowKind::Episodic, ShowKind::Serial]);
    show.copyright = draw.words(200);
    show.cover = Some(file(draw, "jpg"));
    show.podcast_guid = draw.maybe(|draw| draw.text(60));
    show.locked = draw.yes();
    show.medium = draw.maybe(medium).unwrap_or_default();
    show.funding = draw.some(funding);
    show.persons = draw.some(person);
    show.notes_suffix = hearthcast_text::notes(&draw.prose()).unwrap();
    show.new_feed_url = draw.https_or_none();
    show.blocked = draw.yes();
    show.complete = draw.yes();
    show.cover_alt = draw.words(512);
    show.tagline = "not in feeds".into();
    show.foreign = draw.some(foreign);
    show.tags = show_tags(draw);
    // Broadcasts have no files of ours: they are somebody's streams.
    let _ = facts;
    show
}

fn episode(draw: &mut Draw, n: usize, facts: &mut HashMap<Sha256, MediaFacts>) -> Episode {
    let guid = match n {
        0 => format!(" {n}{} ", draw.raw()),
        1 => format!("https://ports.example/?p={n}"),
        _ => format!("{n}{}", draw.text(99)),
    };
    let mut episode = Episode::new(ShowId::parse(SHOW).unwrap(), &guid, &draw.text(200), "", NOW_MS);
    episode.slug = format!("slug-{n}");
    episode.guid_is_permalink = guid.starts_with("https://") && draw.yes();
    episode.notes = hearthcast_text::notes(&draw.prose()).unwrap();
    let sound = file(draw, "mp3");
    let mut known = MediaFacts::unmeasured(
        MediaKind::Audio,
        "mp3",
        "audio/mpeg",
        draw.any(1..9_999_999_999u64),
        sound.hash.clone(),
    );
    known.duration_ms = draw.maybe(|draw| draw.any(1..360_000i64) * 1000);
    if draw.yes() {
        facts.insert(sound.hash.clone(), known);
        episode.audio = Some(sound);
    } else {
        let duration_ms = known.duration_ms;
        let url = draw.one_of(&["http://old.example/A b.mp3", "https://old.example/a.mp3?x=1&y=ä"]).into();
        episode.remote_audio =
            Some(RemoteAudio { url, size_bytes: known.size_bytes, mime: "audio/x-m4a".into(), duration_ms });
    }
    episode.image = draw.maybe(|draw| file(draw, "png"));
    episode.image_alt = draw.words(512);
    episode.season = draw.maybe(|draw| draw.any(1..99u32));
    episode.season_name = episode.season.map(|_| draw.words(128)).unwrap_or_default();
    episode.number = draw.maybe(|draw| format!("{}.{}", draw.any(0..999u32), draw.any(1..999u32)).parse().unwrap());
    episode.number =
        if draw.yes() { episode.number } else { draw.maybe(|draw| EpisodeNumber::from(draw.any(1..999u32))) };
    episode.kind = draw.one_of(&[EpisodeKind::Full, EpisodeKind::Trailer, EpisodeKind::Bonus]);
    episode.explicit = draw.maybe(Draw::yes);
    episode.link = draw.https_or_none();
    episode.publish_at_ms = Some(draw.instant());
    episode.zone = Some("Europe/Berlin".into());
    episode.chapters = draw.some(chapter);
    episode.songs = draw.some(song);
    // One that names pictures is written by the feed, and its address says what is in it (feed/tests/chapters_file.rs).
    let no_pictures = episode.chapters.iter().all(|chapter| chapter.picture.is_none());
    episode.chapters_file = draw.maybe(|draw| file(draw, "json")).filter(|_| no_pictures);
    episode.transcripts = draw.some(|draw| {
        let ext = draw.one_of(&["vtt", "srt"]);
        Transcript { file: file(draw, ext), language: draw.one_of(&["", "pl"]).into(), captions: draw.yes() }
    });
    episode.persons = draw.some(person);
    episode.blocked = draw.yes();
    episode.foreign = draw.some(foreign);
    episode.itunes_title = draw.words(200);
    if episode.itunes_title == episode.title {
        episode.itunes_title.clear();
    }
    // Without notes it would be the notes of the feed; one that they begin with would be none.
    if !episode.notes.source.is_empty() && draw.yes() {
        episode.summary = format!("In short:{}", draw.lines());
    }
    let with_number = episode.number.is_some();
    episode.tags = episode_tags(draw, with_number);
    if draw.yes() {
        let own = Attachment { hash: Sha256::of(b"abc"), name: "quay".into(), ext: "opus".into() };
        facts.insert(
            own.hash.clone(),
            MediaFacts::unmeasured(MediaKind::Audio, "ogg", "audio/ogg", 777, own.hash.clone()),
        );
        let still =
            |draw: &mut Draw| Picture { file: file(draw, "jpg"), sizes: vec![], from: None, alt: draw.words(512) };
        let ours = AlternateEnclosure { file: Some(own), poster: draw.maybe(still), ..alternate(draw) };
        episode.tags.alternate_enclosures.push(ours);
    }
    episode
}

fn file(draw: &mut Draw, ext: &str) -> Attachment {
    let name = draw.any("[a-z0-9]{1,9}(-[a-z0-9]{1,9})?");
    Attachment { hash: Sha256::of(name.as_bytes()), name, ext: ext.into() }
}

fn categories(draw: &mut Draw) -> Vec<Category> {
    let mut all: Vec<Category> = vec![];
    for _ in 0..draw.any(0..4usize) {
        let (name, subs) = draw.one_of(&ALL);
        let sub = (!subs.is_empty() && draw.yes()).then(|| draw.one_of(subs).to_string());
        let category = Category { name: name.into(), sub };
        if !all.contains(&category) {
            all.push(category);
        }
    }
    all
}

fn medium(draw: &mut Draw) -> String {
    let list = if draw.yes() { "L" } else { "" };
    if draw.yes() { format!("{}{list}", draw.one_of(&MEDIA)) } else { "mixed".into() }
}

fn foreign(draw: &mut Draw) -> ForeignElement {
    let inner = ForeignElement {
        namespace: draw.one_of(&["http://ports.example/ns#", "", "http://purl.org/dc/elements/1.1/"]).into(),
        name: "inner".into(),
        attributes: vec![],
        inside: draw.maybe(|draw| ForeignNode::Text(draw.text(50))).into_iter().collect(),
    };
    let attribute = |namespace: &str, name: &str, value: String| ForeignAttribute {
        namespace: namespace.into(),
        name: name.into(),
        value,
    };
    ForeignElement {
        namespace: draw
            .one_of(&["http://search.yahoo.com/mrss/", "http://ports.example/ns#", "urn:x-ports:two", ATOM])
            .into(),
        name: draw.one_of(&["rating", "Größe", "_a-b.c"]).into(),
        attributes: vec![
            attribute("", "plain", draw.text(50)),
            attribute("http://ports.example/ns#", "own", draw.text(50)),
        ],
        inside: if draw.yes() { vec![ForeignNode::Text(draw.text(50))] } else { vec![ForeignNode::Element(inner)] },
    }
}

fn funding(draw: &mut Draw) -> Funding {
    Funding { url: draw.https(), text: draw.text(128) }
}

fn person(draw: &mut Draw) -> Person {
    Person {
        name: draw.text(128),
        role: draw.one_of(&["", "host", "guest host"]).into(),
        group: draw.one_of(&["", "cast"]).into(),
        img: draw.https_or_none(),
        href: draw.https_or_none(),
    }
}

fn show_tags(draw: &mut Draw) -> ShowTags {
    ShowTags {
        locations: draw.some(location),
        license: draw.maybe(license),
        trailers: draw.some(|draw| Trailer {
            title: draw.text(128),
            url: draw.https(),
            published_ms: draw.instant(),
            length_bytes: draw.maybe(|draw| draw.any(0..u64::MAX)),
            mime: draw.words(128),
            season: draw.maybe(|draw| draw.any(1..u32::MAX)),
        }),
        images: draw.some(image),
        values: draw.some(value),
        social: draw.some(social),
        blocks: draw.some(|draw| Block { id: draw.any("([a-z0-9._-]{1,9})?"), blocked: draw.yes() }),
        txts: draw.some(txt),
        remote_items: draw.some(remote_item),
        podroll: draw.some(remote_item),
        update_frequency: draw.maybe(|draw| {
            let dtstart_ms = draw.maybe(Draw::instant);
            let rule = if dtstart_ms.is_some() { "FREQ=WEEKLY;COUNT=10" } else { "FREQ=DAILY" };
            let rrule = draw.maybe(|_| rule.to_string()).unwrap_or_default();
            UpdateFrequency { text: draw.text(128), rrule, dtstart_ms, complete: draw.yes() }
        }),
        uses_podping: draw.maybe(Draw::yes),
        publisher: draw.maybe(|draw| RemoteItem { medium: "publisher".into(), ..remote_item(draw) }),
        chat: draw.maybe(chat),
        live_items: draw.some(live),
        extra: BTreeMap::new(),
    }
}

fn episode_tags(draw: &mut Draw, with_number: bool) -> EpisodeTags {
    EpisodeTags {
        funding: draw.some(funding),
        number_display: if with_number { draw.words(32) } else { String::new() },
        soundbites: draw.some(|draw| Soundbite {
            start_ms: draw.ms(),
            duration_ms: draw.ms() + 1,
            title: draw.words(128),
        }),
        locations: draw.some(location),
        license: draw.maybe(license),
        images: draw.some(image),
        alternate_enclosures: draw.some(alternate),
        values: draw.some(value),
        content_links: draw.some(content_link),
        social: draw.some(social),
        txts: draw.some(txt),
        chat: draw.maybe(chat),
        extra: BTreeMap::new(),
    }
}

fn content_link(draw: &mut Draw) -> ContentLink {
    ContentLink { href: draw.https(), text: draw.text(128) }
}

fn location(draw: &mut Draw) -> Location {
    Location {
        name: draw.text(128),
        rel: draw.one_of(&[LocationRel::Subject, LocationRel::Creator]),
        geo: draw.one_of(&["", "geo:-33.86,151.2111;u=9"]).into(),
        osm: draw.one_of(&["", "W5013364", "N1#2"]).into(),
        country: draw.one_of(&["", "PL"]).into(),
    }
}

fn license(draw: &mut Draw) -> License {
    let known = draw.yes();
    if known {
        License { id: "cc-by-4.0".into(), url: draw.https_or_none() }
    } else {
        License { id: draw.text(128), url: draw.https() }
    }
}

fn image(draw: &mut Draw) -> Image {
    Image {
        href: draw.https(),
        alt: draw.words(512),
        aspect_ratio: draw.words(128),
        width_px: draw.maybe(|draw| draw.any(0..u32::MAX)),
        height_px: draw.maybe(|draw| draw.any(0..u32::MAX)),
        mime: draw.words(128),
        purpose: draw.words(128),
    }
}

fn recipient(draw: &mut Draw) -> ValueRecipient {
    ValueRecipient {
        name: draw.words(128),
        kind: draw.text(128),
        address: draw.text(1000),
        custom_key: draw.words(1000),
        custom_value: draw.words(1000),
        split: draw.any(0..u32::MAX),
        fee: draw.yes(),
    }
}

fn value(draw: &mut Draw) -> Value {
    let mut recipients = draw.some(recipient);
    recipients.push(ValueRecipient { fee: false, ..recipient(draw) });
    Value {
        kind: draw.text(128),
        method: draw.text(128),
        suggested: draw.one_of(&["", "0.00000005000", "5"]).into(),
        recipients,
        time_splits: draw.some(|draw| ValueTimeSplit {
            start_ms: draw.ms(),
            duration_ms: draw.ms() + 1,
            to: split_to(draw),
        }),
    }
}

fn split_to(draw: &mut Draw) -> TimeSplitTo {
    if draw.yes() {
        let percentage = draw.maybe(|draw| draw.any(1..101u32));
        return TimeSplitTo::RemoteItem { item: remote_item(draw), start_ms: draw.maybe(Draw::ms), percentage };
    }
    let mut recipients = draw.some(recipient);
    recipients.push(recipient(draw));
    TimeSplitTo::Recipients(recipients)
}

fn remote_item(draw: &mut Draw) -> RemoteItem {
    RemoteItem {
        feed_guid: draw.text(128),
        feed_url: draw.one_of(&["", "http://other.example/feed", "https://other.example/a?b=1"]).into(),
        item_guid: draw.words(1000),
        medium: draw.maybe(medium).unwrap_or_default(),
        title: draw.words(1000),
    }
}

fn social(draw: &mut Draw) -> SocialInteract {
    if draw.yes() {
        return SocialInteract { protocol: "disabled".into(), ..SocialInteract::default() };
    }
    SocialInteract {
        protocol: draw.one_of(&["activitypub", "nostr"]).into(),
        uri: draw.one_of(&["https://social.example/@ada/1", "nostr:note1abc"]).into(),
        account_id: draw.words(128),
        account_url: draw.https_or_none(),
        priority: draw.maybe(|draw| draw.any(0..u32::MAX)),
    }
}

fn txt(draw: &mut Draw) -> Txt {
    Txt { text: draw.text(4000), purpose: draw.words(128) }
}

fn chat(draw: &mut Draw) -> Chat {
    let all = [ChatProtocol::Irc, ChatProtocol::Xmpp, ChatProtocol::Nostr, ChatProtocol::Matrix];
    Chat { server: draw.text(128), protocol: draw.one_of(&all), account_id: draw.words(128), space: draw.words(128) }
}

fn alternate(draw: &mut Draw) -> AlternateEnclosure {
    let mut sources = draw.some(source);
    sources.push(source(draw));
    AlternateEnclosure {
        mime: draw.text(128),
        length_bytes: draw.maybe(|draw| draw.any(0..u64::MAX)),
        bitrate_bps: draw.maybe(|draw| draw.any(0.0..1e7f64)),
        height_px: draw.maybe(|draw| draw.any(0..u32::MAX)),
        lang: draw.words(128),
        title: draw.words(32),
        rel: draw.words(32),
        codecs: draw.words(128),
        default: draw.yes(),
        file: None,
        poster: None,
        sources,
        integrity: draw.maybe(|draw| Integrity {
            kind: draw.one_of(&[IntegrityKind::Sri, IntegrityKind::PgpSignature]),
            value: draw.text(8000),
        }),
    }
}

fn source(draw: &mut Draw) -> Source {
    Source {
        uri: draw
            .one_of(&["https://a.example/b c.opus".replace(' ', "%20").as_str(), "ipfs://Qm1", "magnet:?xt=1&b"])
            .into(),
        mime: draw.words(128),
    }
}

fn chapter(draw: &mut Draw) -> Chapter {
    Chapter {
        start_ms: draw.ms(),
        end_ms: None,
        title: draw.any("([a-zé&<>\"'-]{1,9}( [a-z]{1,9})?)?"),
        url: draw.https_or_none(),
        hidden: draw.yes(),
        picture: draw.maybe(|draw| Picture { file: file(draw, "jpg"), sizes: vec![], from: None, alt: String::new() }),
        location: draw.maybe(chapter_location),
    }
}

/// At least its name is said; on one line, as chapters are kept.
fn chapter_location(draw: &mut Draw) -> ChapterLocation {
    ChapterLocation {
        name: draw.any("[a-zé&<>\"'-]{1,9}( [a-z]{1,9})?"),
        geo: draw.one_of(&["", "geo:-33.86,151.2111;u=9"]).into(),
        osm: draw.one_of(&["", "W5013364", "N1#2"]).into(),
    }
}

fn song(draw: &mut Draw) -> Song {
    Song {
        start_ms: draw.ms(),
        end_ms: None,
        title: draw.any("[a-zé&<>]{1,9}"),
        artists: draw.some(|draw| draw.any("[a-z]{1,9}")),
        comment: draw.any("([a-z]{1,9})?"),
        url: draw.https_or_none(),
        picture: None,
    }
}

fn live(draw: &mut Draw) -> LiveItem {
    let start_ms = draw.instant();
    let mut tags = EpisodeTags { number_display: String::new(), ..episode_tags(draw, false) };
    tags.content_links.push(content_link(draw));
    let plain = draw.maybe(|_| "http://stream.example:8000/quay".to_string());
    let stream_url = plain.unwrap_or_else(|| draw.https_or_none());
    let page = draw.maybe(Draw::https);
    LiveItem {
        guid_is_permalink: page.is_some(),
        guid: page.unwrap_or_else(|| draw.text(128)),
        title: draw.text(128),
        status: draw.one_of(&[LiveStatus::Pending, LiveStatus::Live, LiveStatus::Ended]),
        start_ms,
        end_ms: draw.maybe(|draw| start_ms + draw.any(1..99_999i64) * 1000),
        description: draw.prose(),
        link: draw.https_or_none(),
        mime: if stream_url.is_empty() { String::new() } else { "audio/aac".into() },
        stream_url,
        persons: draw.some(person),
        transcripts: draw.some(|draw| RemoteTranscript {
            url: draw.https(),
            mime: draw.text(128),
            language: draw.words(128),
            captions: draw.yes(),
        }),
        chapters_url: draw.https_or_none(),
        foreign: draw.some(foreign),
        tags,
    }
}
