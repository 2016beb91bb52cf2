//! Podlove Simple Chapters 1.2 (<https://podlove.org/simple-chapters>): the chapters in the feed itself, for apps that load no
//! file for them. What only the file can say (ends, hidden marks) is left to it.

use crate::channel::put_url;
use crate::dates::digits;
use crate::xml::{Document, Ns};
use crate::{FeedError, FeedInput, link};
use hearthcast_model::{Chapter, Episode, Song};

/// The namespace, declared where it is used: a feed without chapters has nothing of it.
const NAMESPACE: &str = "http://podlove.org/simple-chapters";

/// The item's `psc:chapters`; nothing without a chapter that has a title, which the format wants of each.
pub fn chapters(
    out: &mut Document,
    input: &FeedInput,
    episode: &Episode,
    owner: &dyn Fn() -> String,
) -> Result<(), FeedError> {
    // As `Episode::marks`, but not copied: a long feed has a hundred thousand.
    let songs: Vec<Chapter> = episode.songs.iter().map(Song::as_chapter).collect();
    let mut shown = Vec::with_capacity(episode.chapters.len() + songs.len());
    shown.extend(episode.chapters.iter().chain(&songs).filter(|one| is_shown(one)));
    shown.sort_by_key(|mark| mark.start_ms);
    if shown.is_empty() {
        return Ok(());
    }
    out.start(Ns::Podlove, "chapters").attribute("xmlns:psc", NAMESPACE).attribute("version", "1.2").open();
    for one in shown {
        chapter(out, input, one, owner)?;
    }
    out.close();
    Ok(())
}

fn is_shown(chapter: &Chapter) -> bool {
    !chapter.hidden && chapter.title.contains(|c: char| !c.is_whitespace())
}

fn chapter(
    out: &mut Document,
    input: &FeedInput,
    chapter: &Chapter,
    owner: &dyn Fn() -> String,
) -> Result<(), FeedError> {
    let tag = out.start(Ns::Podlove, "chapter").written("start", |to| put_play_time(to, chapter.start_ms))?;
    let tag = tag.attribute("title", &chapter.title);
    let tag = match link::written(&chapter.url, &["http", "https"]) {
        Some(href) => tag.attribute("href", &href),
        None => tag,
    };
    match &chapter.picture {
        Some(picture) => tag.written("image", |to| put_url(to, input, &picture.file, owner))?.empty(),
        None => tag.empty(),
    }
    Ok(())
}

/// Normal Play Time (RFC 2326 §3.6), as the format's examples have it: `01:02:03.400`.
fn put_play_time(to: &mut String, ms: i64) -> Result<(), FeedError> {
    let ms = ms.max(0).unsigned_abs();
    let hours = ms / 3_600_000;
    digits(to, hours, if hours < 100 { 10 } else { 10u64.pow(hours.ilog10()) });
    for (mark, part, unit) in [(':', ms / 60_000 % 60, 10), (':', ms / 1000 % 60, 10), ('.', ms % 1000, 100)] {
        to.push(mark);
        digits(to, part, unit);
    }
    Ok(())
}
