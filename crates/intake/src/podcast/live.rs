//! `podcast:liveItem`: a broadcast, with all that an item may say.

use super::{each, episode_tags, files, people};
use crate::node::Node;
use crate::notes;
use crate::space::Space;
use crate::tag::{Reading, Scheme, Tag};
use hearthcast_model::namespace::{ContentLink, LiveItem, LiveStatus, RemoteTranscript};

pub(crate) fn live_item(node: &Node, reading: &mut Reading) -> Option<LiveItem> {
    let of = |name| node.text_of(Space::Rss, name).unwrap_or_default();
    let mut live = LiveItem {
        guid: of("guid"),
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
        live.stream_url = reading.address(url, Scheme::Secure, "a broadcast").unwrap_or_default();
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
    with_page(live, reading)
}

/// A broadcast needs a page where it can be heard; its own page or its stream stands in.
fn with_page(mut live: LiveItem, reading: &mut Reading) -> Option<LiveItem> {
    if live.tags.content_links.is_empty() {
        let page = if live.link.starts_with("https://") { live.link.clone() } else { live.stream_url.clone() };
        if page.is_empty() {
            return reading.left_out("a broadcast", "has no page where it can be heard");
        }
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
