//! `podcast:liveItem`: a broadcast, with all that an item may say.

use super::{each, episode_tags, files, people};
use crate::foreign::{Place, forget, kept};
use crate::guid::is_permalink;
use crate::node::Node;
use crate::notes;
use crate::space::Space;
use crate::tag::{Reading, Scheme, Tag};
use hearthcast_model::namespace::{ContentLink, LiveItem, LiveStatus, RemoteTranscript};

pub(crate) fn live_item(node: &Node, reading: &mut Reading) -> Option<LiveItem> {
    let of = |name| node.text_of(Space::Rss, name).unwrap_or_default();
    let guid = node.all(Space::Rss, "guid").find(|guid| !guid.raw_text().trim().is_empty());
    let mut live = LiveItem {
        guid: of("guid"),
        guid_is_permalink: guid.is_some_and(|guid| is_permalink(guid, "A broadcast's guid", reading)),
        title: of("title"),
        description: notes::plain(&of("description")),
        link: reading.address(&of("link"), Scheme::Web, "a broadcast").unwrap_or_default(),
        persons: each(node, "person", reading, people::person),
        transcripts: each(node, "transcript", reading, transcript),
        tags: episode_tags(node, reading),
        ..LiveItem::default()
    };
    if let Some(enclosure) = node.first(Space::Rss, "enclosure") {
        let url = enclosure.attribute("url").unwrap_or_default();
        // Many senders of streams know no TLS, and would not be heard at https.
        live.stream_url = reading.address(url, Scheme::Web, "a broadcast").unwrap_or_default();
        live.mime = enclosure.attribute_or_empty("type");
    }
    if let Some(chapters) = files::chapters(node, reading) {
        live.chapters_url = reading.address(&chapters.url, Scheme::Secure, "the chapters").unwrap_or_default();
    }
    let mut tag = Tag::new(node, "a broadcast", reading);
    live.status = match node.attribute("status").unwrap_or_default().to_ascii_lowercase().as_str() {
        "live" => LiveStatus::Live,
        "ended" => LiveStatus::Ended,
        _ => LiveStatus::Pending,
    };
    let Some(start_ms) = tag.instant("start") else {
        return tag.left_out("does not say when it begins");
    };
    live.start_ms = start_ms;
    live.end_ms = tag.instant("end").filter(|end| *end > start_ms);
    if live.guid.is_empty() || live.title.is_empty() {
        return tag.left_out("has no title or no guid");
    }
    let mut live = with_page(live, reading)?;
    live.foreign = kept(node, Place::Broadcast, reading);
    if !live.stream_url.is_empty() {
        forget(&mut live.foreign, &live.stream_url);
    }
    Some(live)
}

/// A broadcast needs a page where it can be heard; its own page or its stream stands in.
fn with_page(mut live: LiveItem, reading: &mut Reading) -> Option<LiveItem> {
    if live.tags.content_links.is_empty() {
        let found = [&live.link, &live.stream_url];
        // An address of http is written as one of https, which alone the tag may have.
        let page = found
            .into_iter()
            .find(|page| page.starts_with("https://"))
            .or(found.into_iter().find(|page| !page.is_empty()))
            .and_then(|page| reading.address(page, Scheme::Secure, "the page of a broadcast"));
        let Some(page) = page else {
            return reading.left_out("a broadcast (podcast:liveItem)", "has no page where it can be heard");
        };
        reading.repairs.tell(
            "live_page",
            format!("The broadcast \"{}\" has no podcast:contentLink; its own page was taken.", live.title),
        );
        live.tags
            .content_links
            .push(ContentLink { href: page, text: reading.limited(&live.title, 128, "a broadcast") });
    }
    Some(live)
}

fn transcript(node: &Node, reading: &mut Reading) -> Option<RemoteTranscript> {
    let file = files::transcript(node, reading)?;
    let url = reading.address(&file.url, Scheme::Secure, "a transcript")?;
    Some(RemoteTranscript { url, mime: file.mime, language: file.language, captions: file.captions })
}
