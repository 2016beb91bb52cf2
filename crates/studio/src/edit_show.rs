//! Changes a show's working copy. Nothing here is public before a publication.

use crate::picture_master::from_of;
use crate::pictures::{AskedPicture, Picture};
use crate::show_recipe::Beside;
use crate::swap_notes::NotesSwap;
use crate::website::WebsiteFiles;
use crate::{Studio, checked};
use hearthcast_library::WriteTx;
use hearthcast_media::PictureOrder;
use hearthcast_model::slug::{is_free_for_shows, is_slug};
use hearthcast_model::view::{ShowEdit, ShowView};
use hearthcast_model::{AudioFormat, Code, Error, Record, Result, Show};
use std::collections::BTreeSet;
use url::Url;

/// Longest single line of text a record takes, in bytes.
const MAX_LINE: usize = 1000;

impl Studio {
    /// Applies the given fields; absent ones stay.
    pub async fn edit_show(&self, which: &str, edit: ShowEdit) -> Result<ShowView> {
        self.edit_show_with(which, edit, None, "edit").await
    }

    /// The same, with another picture in its words; a step of this reason.
    pub(crate) async fn edit_show_with(
        &self,
        which: &str,
        edit: ShowEdit,
        notes: Option<NotesSwap>,
        reason: &str,
    ) -> Result<ShowView> {
        let seen = self.show(which).await?;
        let brought = self.brought(&seen.body, &edit).await?;
        let mut tx = self.library().transact().await?;
        // Read again inside: what somebody else changed meanwhile stays.
        let record = tx.read::<Show>(&seen.id).await?.filter(|r| r.deleted_ms.is_none());
        let record = record.ok_or_else(|| Error::not_found("show", which))?;
        let mut show = self.with_edit(&mut tx, &record, &edit, &brought).await?;
        if let Some(swap) = &notes {
            swap.note(&mut tx).await?;
            swap.apply(&mut show.description, "notes");
            swap.apply(&mut show.notes_suffix, "notes");
        }
        if show != record.body {
            show.changed_ms = self.now_ms();
            tx.put(&record.id, &show).await?;
            self.commit(tx, reason).await?;
        }
        self.show_view(&record.id).await
    }

    /// Takes in the pictures and files that an edit of a show names. Nothing of the show changes by it.
    pub(crate) async fn brought(&self, before: &Show, edit: &ShowEdit) -> Result<Brought> {
        let asked = AskedPicture {
            path: edit.cover.as_deref(),
            square: edit.cover_square,
            from: from_of(before.cover.as_ref(), before.cover_from.clone()),
            order: PictureOrder::cover(),
        };
        Ok(Brought {
            cover: self.picture_asked(asked).await?,
            files: self.website_files(edit).await?,
            beside: self.heard_with_episodes(edit).await?,
        })
    }

    /// A show with the given fields, and with what was brought for them noted.
    pub(crate) async fn with_edit(
        &self,
        tx: &mut WriteTx,
        record: &Record<Show>,
        edit: &ShowEdit,
        brought: &Brought,
    ) -> Result<Show> {
        let mut show = edited(record, edit)?;
        self.edit_website(&mut show, edit, &brought.files).await?;
        brought.files.note(tx).await?;
        brought.beside.apply(tx, &mut show, edit).await?;
        if let Some(picture) = &brought.cover {
            picture.note(tx).await?;
            let before = from_of(show.cover.as_ref(), show.cover_from.clone()).map(|from| from.master);
            picture.put_on_show(&mut show);
            if edit.cover_alt.is_none() && picture.is_another_than(before.as_ref()) {
                // Words about another picture would be wrong about this one.
                show.cover_alt.clear();
            }
        }
        if let Some(tags) = &edit.tags {
            show.tags = checked::namespace::merged(&show.tags, tags)?;
            hearthcast_feed::podcast::check_show(&show)?;
        }
        Ok(show)
    }
}

/// What an edit of a show brought into the library.
pub(crate) struct Brought {
    cover: Option<Picture>,
    files: WebsiteFiles,
    beside: Beside,
}

fn edited(record: &Record<Show>, edit: &ShowEdit) -> Result<Show> {
    let mut show = record.body.clone();
    let texts = [
        (&mut show.title, &edit.title, "title", true),
        (&mut show.author, &edit.author, "author", false),
        (&mut show.owner_name, &edit.owner_name, "owner_name", false),
        (&mut show.copyright, &edit.copyright, "copyright", false),
    ];
    for (field, value, name, required) in texts {
        if let Some(value) = value {
            *field = checked_text(name, value, required)?;
        }
    }
    if let Some(slug) = &edit.slug {
        show.slug = changed_slug(slug, &record.body.slug, record.released.is_some())?;
        if show.slug != record.body.slug {
            new_show_slug(slug)?;
        }
    }
    if let Some(description) = &edit.description {
        show.description = hearthcast_text::rewritten(&show.description, description)?;
    }
    if let Some(email) = &edit.owner_email {
        show.owner_email = checked_email(email)?;
    }
    if let Some(language) = &edit.language {
        show.language = checked_language(language)?;
    }
    if let Some(link) = &edit.link {
        show.link = checked_link(link)?;
    }
    if let Some(prefix) = &edit.prefix {
        show.prefix = hearthcast_model::prefix::checked(prefix)?;
    }
    if edit.cover.as_deref() == Some("") {
        (show.cover, show.cover_sizes, show.cover_from) = (None, vec![], None);
        show.cover_alt.clear();
    }
    if let Some(alt) = &edit.cover_alt {
        show.cover_alt = checked::alt("cover_alt", alt)?;
    }
    if let Some(categories) = &edit.categories {
        show.categories = hearthcast_feed::categories::parse(categories)?;
    }
    show.explicit = edit.explicit.unwrap_or(show.explicit);
    show.blocked = edit.blocked.unwrap_or(show.blocked);
    show.complete = edit.complete.unwrap_or(show.complete);
    show.kind = edit.kind.unwrap_or(show.kind);
    show.locked = edit.locked.unwrap_or(show.locked);
    show.preset = edit.preset.unwrap_or(show.preset);
    show.id3 = edit.id3.unwrap_or(show.id3);
    if let Some(formats) = &edit.formats {
        let further = formats.iter().copied().filter(|format| *format != AudioFormat::Mp3);
        show.formats = further.collect::<BTreeSet<_>>().into_iter().collect();
    }
    show.comments = edit.comments.unwrap_or(show.comments);
    show.feed_html = edit.feed_html.unwrap_or(show.feed_html);
    if let Some(medium) = &edit.medium {
        show.medium = checked::medium(medium)?;
    }
    if let Some(funding) = &edit.funding {
        show.funding = checked::funding(funding)?;
    }
    if let Some(persons) = &edit.persons {
        show.persons = checked::persons(persons)?;
    }
    if edit.feed_page.is_some() || edit.feed_variants.is_some() || edit.hub.is_some() {
        show.feed_page = edit.feed_page.unwrap_or(show.feed_page);
        if let Some(variants) = &edit.feed_variants {
            show.feed_variants.clone_from(variants);
        }
        if let Some(hub) = &edit.hub {
            show.hub = hub.trim().to_string();
        }
        hearthcast_model::feed_shape::check(&show)?;
    }
    Ok(show)
}

pub(crate) fn invalid(field: &str, why: &str, hint: &str) -> Error {
    let called = match field {
        "at" => "publication time",
        "slug" => "address name",
        "owner_email" => "owner's e-mail",
        "owner_name" => "owner's name",
        "season_name" => "season's name",
        "itunes_title" => "title for Apple",
        "cover_alt" | "image_alt" | "banner_alt" => "description of the picture",
        "person.name" => "person's name",
        "person.role" => "person's role",
        "person.group" => "person's group",
        "person.img" => "address of the person's picture",
        "person.href" => "address of the person's page",
        "link.url" => "address of a link",
        "link.label" => "text of a link",
        "song.title" => "title of a song",
        "song.artist" => "artist of a song",
        "song.comment" => "remark about a song",
        "video.title" => "title of a video",
        "funding" => "list of ways to give",
        "funding.url" => "address of a way to give",
        "funding.text" => "text of a way to give",
        "persons" => "list of people",
        "chapters" | "transcripts" | "links" | "seasons" | "songs" | "videos" => return many(field, why, hint),
        other => other,
    };
    Error::new(Code::FieldInvalid, format!("The {called} cannot be used: {why}.")).hint(hint).about("field", field)
}

fn many(field: &str, why: &str, hint: &str) -> Error {
    Error::new(Code::FieldInvalid, format!("The {field} cannot be used: {why}.")).hint(hint).about("field", field)
}

/// One line of text: trimmed, bounded, without control characters.
pub(crate) fn checked_text(field: &str, value: &str, required: bool) -> Result<String> {
    let text: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.trim().to_string();
    if text.len() > MAX_LINE {
        return Err(invalid(field, "it is longer than 1,000 bytes", "Shorten it; long text belongs into the notes."));
    }
    if required && text.is_empty() {
        return Err(invalid(field, "it is empty", "Write something."));
    }
    Ok(text)
}

pub(crate) fn checked_slug(slug: &str) -> Result<String> {
    if is_slug(slug) {
        return Ok(slug.to_string());
    }
    Err(invalid("slug", "an address name has only a-z, 0-9 and -", "Example: the-keepers-stair."))
}

/// A show's own; one that it has already stays.
pub(crate) fn new_show_slug(slug: &str) -> Result<String> {
    let slug = checked_slug(slug)?;
    if is_free_for_shows(&slug) {
        return Ok(slug);
    }
    Err(invalid("slug", "websites have a page of their own at this address", "Example: the-keepers-stair."))
}

/// A published address name stays, because listeners subscribed to it.
pub(crate) fn changed_slug(slug: &str, before: &str, published: bool) -> Result<String> {
    let slug = checked_slug(slug)?;
    if published && slug != before {
        return Err(invalid(
            "slug",
            "it is part of published addresses",
            "Leave it as it is; the title can change freely.",
        ));
    }
    Ok(slug)
}

pub(crate) fn checked_link(link: &str) -> Result<String> {
    let link = link.trim();
    if link.is_empty() {
        return Ok(String::new());
    }
    match Url::parse(link) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && link.len() <= MAX_LINE => Ok(url.to_string()),
        _ => Err(invalid("link", "it is not a web address", "Example: https://example.org/show.")),
    }
}

pub(crate) fn checked_email(email: &str) -> Result<String> {
    let email = email.trim();
    let plain = email
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.starts_with('.'));
    if email.is_empty() || (plain && email.len() <= 254 && !email.contains(char::is_whitespace)) {
        return Ok(email.to_string());
    }
    Err(invalid(
        "owner_email",
        "it is not an e-mail address",
        "It is public in the feed; leave it empty to keep it private.",
    ))
}

/// RFC 5646, as far as feeds use it: a language of two or three letters and further parts.
pub(crate) fn checked_language(language: &str) -> Result<String> {
    let language = language.trim().to_ascii_lowercase();
    let mut parts = language.split('-');
    let first = parts.next().is_some_and(|p| matches!(p.len(), 2 | 3) && p.bytes().all(|b| b.is_ascii_lowercase()));
    let rest = parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    if first && rest {
        return Ok(language);
    }
    Err(invalid("language", "it is not a language tag", "Examples: en, de, pt-br."))
}
