//! `podcast:liveItem`: a broadcast, with all that an item may say.

use super::tag::{MAX_TEXT, Owner, Tag, secure_link};
use super::{each, episode_tags, person_element};
use crate::FeedInput;
use crate::channel::web_link;
use crate::error::FeedError;
use crate::xml::{Element, Ns};
use hearthcast_model::namespace::{LiveItem, RemoteTranscript};
use hearthcast_text::chapters;

/// What a stream is when nobody said it.
const USUAL_MIME: &str = "audio/mpeg";

pub(super) fn live_item<'a>(
    input: &FeedInput<'a>,
    live: &'a LiveItem,
    owner: Owner<'_>,
) -> Result<Element<'a>, FeedError> {
    let item = times(live, owner)?.done();
    let item = item.child(line("title", &live.title));
    let item = item.child(line("guid", &live.guid).attribute("isPermaLink", "false"));
    let said = (!live.description.trim().is_empty()).then(|| line("description", &live.description));
    let page = web_link(&live.link, owner)?.map(|link| Element::text(Ns::Rss, "link", link));
    let item = item.maybe(said).maybe(page).maybe(stream(live, owner)?).maybe(chapters(live, owner)?);
    let item = each(item, &live.transcripts, |one| transcript(one, owner))?;
    let item = each(item, &live.persons, |one| person_element(one, owner))?;
    episode_tags(input, &live.tags, item, owner)
}

fn times<'a, 'o>(live: &'a LiveItem, owner: Owner<'o>) -> Result<Tag<'a, 'o>, FeedError> {
    let pages = &live.tags.content_links;
    let tag = Tag::new("liveItem", "a broadcast", owner)
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

fn line<'a>(name: &'static str, text: &'a str) -> Element<'a> {
    Element::text(Ns::Rss, name, text.trim())
}

/// The stream as an enclosure. It has no length, and RSS asks for one.
fn stream<'a>(live: &'a LiveItem, owner: Owner<'_>) -> Result<Option<Element<'a>>, FeedError> {
    if live.stream_url.trim().is_empty() {
        return Ok(None);
    }
    let url = secure_link(&live.stream_url, "a broadcast", owner)?;
    let mime = if live.mime.trim().is_empty() { USUAL_MIME } else { live.mime.trim() };
    let stream = Element::new(Ns::Rss, "enclosure").attribute("url", url).attribute("length", "0");
    Ok(Some(stream.attribute("type", mime)))
}

fn chapters<'a>(live: &'a LiveItem, owner: Owner<'_>) -> Result<Option<Element<'a>>, FeedError> {
    if live.chapters_url.trim().is_empty() {
        return Ok(None);
    }
    let tag = Tag::new("chapters", "the chapters", owner).needed_link("url", &live.chapters_url)?;
    Ok(Some(tag.with("type", chapters::MIME).done()))
}

fn transcript<'a>(of: &'a RemoteTranscript, owner: Owner<'_>) -> Result<Element<'a>, FeedError> {
    let tag = Tag::new("transcript", "a transcript", owner).needed_link("url", &of.url)?.needed("type", &of.mime)?;
    let tag = tag.words("language", &of.language, MAX_TEXT)?;
    Ok(if of.captions { tag.with("rel", "captions") } else { tag }.done())
}
