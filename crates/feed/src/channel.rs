//! The `<channel>`: what a feed says about the show.

use crate::error::FeedError;
use crate::links::Links;
use crate::xml::{Document, Ns, foreign};
use crate::{FeedInput, Item, categories, dates, item, link, podcast};
use hearthcast_model::Show;
use hearthcast_model::show::{Attachment, Category, ShowKind};
use hearthcast_text::plain_up_to;
use std::borrow::Cow;

/// Longest description directories take, in bytes.
pub const MAX_DESCRIPTION_BYTES: usize = 4000;

/// Writes the channel up to its items, and leaves it open for them.
pub fn open(out: &mut Document, input: &FeedInput, items: &[Item], links: Links) -> Result<(), FeedError> {
    let show = input.show;
    let link = web_link(&show.link, || owner_of(show))?.unwrap_or(Cow::Borrowed(&input.urls.feed));
    out.start(Ns::Rss, "channel").open();
    links.write(out);
    out.text(Ns::Rss, "title", &show.title);
    out.text(Ns::Rss, "link", &link);
    out.text(Ns::Rss, "description", &description(show));
    out.text(Ns::Rss, "language", &show.language);
    out.text_if(Ns::Rss, "copyright", &show.copyright);
    out.text(Ns::Rss, "generator", "Hearthcast");
    out.start(Ns::Rss, "lastBuildDate").text_written(|to| put_last_build(to, show, items))?;
    if let Some(newest) = items.first() {
        out.start(Ns::Rss, "pubDate").text_written(|to| item::put_date(to, newest.episode))?;
    }
    itunes_tags(out, input)?;
    podcast::channel_tags(out, input)?;
    foreign::write(out, &show.foreign);
    Ok(())
}

fn itunes_tags(out: &mut Document, input: &FeedInput) -> Result<(), FeedError> {
    let show = input.show;
    let cover = show.cover.as_ref().ok_or_else(|| FeedError::CoverMissing { title: show.title.clone() })?;
    out.text_if(Ns::Itunes, "author", &show.author);
    owner(out, show);
    image(out, input, cover, &|| owner_of(show))?;
    for one in &show.categories {
        category(out, one)?;
    }
    explicit(out, show.explicit);
    let kind = match show.kind {
        ShowKind::Episodic => "episodic",
        ShowKind::Serial => "serial",
    };
    out.text(Ns::Itunes, "type", kind);
    out.text_if(Ns::Itunes, "new-feed-url", &show.new_feed_url);
    for (name, so) in [("block", show.blocked), ("complete", show.complete)] {
        out.text_if(Ns::Itunes, name, if so { "Yes" } else { "" });
    }
    Ok(())
}

/// The description as plain text; the title where there is none, because RSS asks for one.
fn description(show: &Show) -> Cow<'_, str> {
    let words = plain_up_to(&show.description.safe, MAX_DESCRIPTION_BYTES);
    if words.is_empty() { Cow::Borrowed(&show.title) } else { Cow::Owned(words) }
}

/// `itunes:owner` is public: only with an e-mail the author gave for it.
fn owner(out: &mut Document, show: &Show) {
    if !show.shown_email().is_empty() {
        let out = out.start(Ns::Itunes, "owner").open();
        out.text_if(Ns::Itunes, "name", &show.owner_name);
        out.text(Ns::Itunes, "email", show.shown_email());
        out.close();
    }
}

fn category(out: &mut Document, category: &Category) -> Result<(), FeedError> {
    if !categories::is_known(category) {
        return Err(FeedError::CategoryUnknown { name: categories::written(category) });
    }
    let tag = out.start(Ns::Itunes, "category").attribute("text", &category.name);
    match &category.sub {
        Some(sub) => {
            let out = tag.open();
            out.start(Ns::Itunes, "category").attribute("text", sub).empty();
            out.close();
        }
        None => tag.empty(),
    }
    Ok(())
}

/// The newest change in what the feed shows; never the clock.
fn put_last_build(to: &mut String, show: &Show, items: &[Item]) -> Result<(), FeedError> {
    let changed = items.iter().map(|item| item.episode.changed_ms).fold(show.changed_ms, i64::max);
    dates::put_rfc2822(to, changed).ok_or_else(|| FeedError::DateUnusable { owner: owner_of(show) })
}

/// The show, in a sentence.
pub fn owner_of(show: &Show) -> String {
    format!("the show \"{}\"", show.title)
}

/// `itunes:explicit`.
pub fn explicit(out: &mut Document, explicit: bool) {
    out.text(Ns::Itunes, "explicit", if explicit { "true" } else { "false" });
}

/// `itunes:image`.
pub fn image(
    out: &mut Document,
    input: &FeedInput,
    file: &Attachment,
    owner: &dyn Fn() -> String,
) -> Result<(), FeedError> {
    out.start(Ns::Itunes, "image").written("href", |to| put_url(to, input, file, owner))?.empty();
    Ok(())
}

/// Appends the address of a file.
pub fn put_url(
    to: &mut String,
    input: &FeedInput,
    file: &Attachment,
    owner: &dyn Fn() -> String,
) -> Result<(), FeedError> {
    let missing = || FeedError::UrlMissing { file: format!("{}.{}", file.name, file.ext), owner: owner() };
    input.urls.put(to, file).ok_or_else(missing)
}

/// A web page's address, written as browsers do; `None` when it is empty.
pub fn web_link<'a>(text: &'a str, owner: impl Fn() -> String) -> Result<Option<Cow<'a, str>>, FeedError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let link = link::written(text, &["http", "https"]);
    link.map(Some).ok_or_else(|| FeedError::LinkUnusable { link: text.to_string(), owner: owner() })
}
