//! `/podcasts/` and `/podcasts/<slug>/`.

use super::error::{ApiError, ErrorDocument};
use super::openapi::{ListOfPodcasts, OnePodcast};
use super::query::{Known, Query};
use super::shape::{Answer, Podcast};
use super::shelf::{Asked, Shelf};
use super::view::ShowView;
use super::writer::{Writer, paged, whole};
use std::cmp::Ordering;

const INCLUDES: [&str; 4] = ["categories", "contents", "links", "seasons"];
const KNOWN: Known = Known { filters: &[], sorts: &["language", "name", "slug"], includes: &INCLUDES, pages: true };
const KNOWN_OF_ONE: Known = Known { filters: &[], sorts: &[], includes: &INCLUDES, pages: false };

/// All shows, by name.
#[utoipa::path(get, path = "/podcasts/", tag = "podcasts", params(ListOfPodcasts), responses(
    (status = 200, body = Answer<Vec<Podcast<'static>>>, content_type = "application/vnd.api+json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json", description = "No such page")))]
pub(super) fn list(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &KNOWN)?;
    let mut shows: Vec<&ShowView> = shelf.shows().collect();
    for (field, down) in query.sort.iter().rev() {
        shows.sort_by(|a, b| if *down { by(field, b, a) } else { by(field, a, b) });
    }
    let writer = Writer::new(shelf, &query, &[]);
    paged(asked, &query, &shows, writer, |writer, show| writer.podcast(show, ""))
}

/// One show.
#[utoipa::path(get, path = "/podcasts/{slug}/", tag = "podcasts",
    params(("slug" = String, Path, description = "Name in addresses"), OnePodcast), responses(
    (status = 200, body = Answer<Podcast<'static>>, content_type = "application/vnd.api+json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 410, body = ErrorDocument, content_type = "application/vnd.api+json",
        description = "It left: removed by its author, or at another place now")))]
pub(super) fn one(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &KNOWN_OF_ONE)?;
    let show = shelf.show(asked.name).ok_or_else(|| shelf.missing("Podcast", asked.name))?;
    whole(Writer::new(shelf, &query, &[]), |writer| writer.podcast(show, ""))
}

fn by(field: &str, a: &ShowView, b: &ShowView) -> Ordering {
    let key = |show: &ShowView| match field {
        "language" => show.attributes.language.clone(),
        "name" => show.attributes.name.to_lowercase(),
        _ => show.attributes.slug.clone(),
    };
    key(a).cmp(&key(b))
}
