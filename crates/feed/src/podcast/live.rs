//! `podcast:liveItem`: a broadcast, with all that an item may say.

use super::tag::{MAX_TEXT, Owner, Tag};
use super::{each, episode_tags, person};
use crate::channel::web_link;
use crate::error::FeedError;
use crate::xml::{Document, Ns, foreign};
use crate::{FeedInput, link};
use hearthcast_model::namespace::{LiveItem, RemoteTranscript};
use hearthcast_text::chapters;

/// What a stream is when nobody said it.
const USUAL_MIME: &str = "audio/mpeg";

pub(super) fn live_item(
    out: &mut Document,
    input: &FeedInput,
    live: &LiveItem,
    owner: Owner<'_>,
) -> Result<(), FeedError> {
    let out = times(out, live, owner)?.open();
    out.text(Ns::Rss, "title", live.title.trim());
    // Who gives a broadcast another guid may have forgotten what the first one was.
    let is_address = live.guid_is_permalink && link::written(&live.guid, &["http", "https"]).is_some();
    let is_address = if is_address { "true" } else { "false" };
    out.start(Ns::Rss, "guid").attribute("isPermaLink", is_address).text(live.guid.trim());
    out.text_if(Ns::Rss, "description", live.description.trim());
    if let Some(page) = web_link(&live.link, owner)? {
        out.text(Ns::Rss, "link", &page);
    }
    stream(out, live, owner)?;
    chapters(out, live, owner)?;
    each(out, &live.transcripts, |out, one| transcript(out, one, owner))?;
    each(out, &live.persons, |out, one| person(out, one, owner))?;
    episode_tags(out, input, &live.tags, owner)?;
    foreign::write(out, &live.foreign);
    out.close();
    Ok(())
}

fn times<'d, 'o>(out: &'d mut Document, live: &LiveItem, owner: Owner<'o>) -> Result<Tag<'d, 'static, 'o>, FeedError> {
    let pages = &live.tags.content_links;
    let tag = Tag::new(out, "liveItem", "a broadcast", owner)
        .ensure(!live.guid.trim().is_empty() && !live.title.trim().is_empty(), "has no title or no guid")?
        .ensure(live.end_ms.is_none_or(|end| end > live.start_ms), "ends before it begins")?
        .ensure(!pages.is_empty(), "has no page where it can be heard: apps that cannot play it need one")?
        .with("status", live.status.as_str())
        .instant("start", live.start_ms)?;
    match live.end_ms {
        Some(end_ms) => tag.instant("end", end_ms),
        None => Ok(tag),
    }
}

/// The stream as an enclosure: http as well, because many senders know nothing else. It has no length, and RSS asks for one.
fn stream(out: &mut Document, live: &LiveItem, owner: Owner<'_>) -> Result<(), FeedError> {
    let Some(url) = web_link(&live.stream_url, owner)? else { return Ok(()) };
    let mime = if live.mime.trim().is_empty() { USUAL_MIME } else { live.mime.trim() };
    let stream = out.start(Ns::Rss, "enclosure").attribute("url", &url).attribute("length", "0");
    stream.attribute("type", mime).empty();
    Ok(())
}

fn chapters(out: &mut Document, live: &LiveItem, owner: Owner<'_>) -> Result<(), FeedError> {
    if live.chapters_url.trim().is_empty() {
        return Ok(());
    }
    let tag = Tag::new(out, "chapters", "the chapters", owner).needed_link("url", &live.chapters_url)?;
    tag.with("type", chapters::MIME).done()
}

fn transcript(out: &mut Document, of: &RemoteTranscript, owner: Owner<'_>) -> Result<(), FeedError> {
    Tag::new(out, "transcript", "a transcript", owner)
        .needed_link("url", &of.url)?
        .needed("type", &of.mime)?
        .words("language", &of.language, MAX_TEXT)?
        .with_if(of.captions, "rel", "captions")
        .done()
}
