//! Podlove Simple Chapters 1.2 (<https://podlove.org/simple-chapters>): the chapters in the feed itself, for apps that load no
//! file for them. What only the file can say (ends, hidden marks) is left to it.

use crate::channel::url_of;
use crate::xml::{Element, Ns};
use crate::{FeedError, FeedInput, link};
use hearthcast_model::{Chapter, Episode};

/// The namespace, declared where it is used: a feed without chapters has nothing of it.
const NAMESPACE: &str = "http://podlove.org/simple-chapters";

/// The item's `psc:chapters`; none without a chapter that has a title, which the format wants of each.
pub fn chapters(
    input: &FeedInput<'_>,
    episode: &Episode,
    owner: &dyn Fn() -> String,
) -> Result<Option<Element<'static>>, FeedError> {
    let shown: Vec<Chapter> = episode.marks().into_iter().filter(is_shown).collect();
    if shown.is_empty() {
        return Ok(None);
    }
    let all = Element::with_room(Ns::Podlove, "chapters", shown.len())
        .attribute("xmlns:psc", NAMESPACE)
        .attribute("version", "1.2");
    let all = shown.into_iter().try_fold(all, |all, chapter| Ok(all.child(element(input, chapter, owner)?)))?;
    Ok(Some(all))
}

fn is_shown(chapter: &Chapter) -> bool {
    !chapter.hidden && !chapter.title.trim().is_empty()
}

fn element(input: &FeedInput<'_>, chapter: Chapter, owner: &dyn Fn() -> String) -> Result<Element<'static>, FeedError> {
    let href = link::written(&chapter.url, &["http", "https"]).map(|href| href.into_owned());
    let image = chapter.picture.as_ref().map(|picture| url_of(input, &picture.file, owner)).transpose()?;
    let image = image.map(|image| image.into_owned());
    let element = Element::new(Ns::Podlove, "chapter").attribute("start", play_time(chapter.start_ms));
    let element = element.attribute("title", chapter.title);
    let element = href.into_iter().fold(element, |element, href| element.attribute("href", href));
    Ok(image.into_iter().fold(element, |element, image| element.attribute("image", image)))
}

/// Normal Play Time (RFC 2326 §3.6), as the format's examples have it: `01:02:03.400`.
fn play_time(ms: i64) -> String {
    let ms = ms.max(0);
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", ms % 1000)
}
