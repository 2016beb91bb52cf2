//! `/episodes/` and `/episodes/<id>/`. Lists say little about each episode, unless one episode is meant.

use super::error::{ApiError, ErrorDocument};
use super::openapi::{ListOfEpisodes, OneEpisode};
use super::query::{Known, Query, free_text, ids};
use super::shape::{Answer, Episode, EpisodeInList};
use super::shelf::{Asked, Found, Shelf};
use super::writer::{Writer, paged, whole};
use hearthcast_model::EpisodeId;
use std::cmp::Ordering;

const INCLUDES: [&str; 10] = [
    "comments",
    "podcast",
    "podcast.categories",
    "podcast.contents",
    "podcast.links",
    "podcast.seasons",
    "season",
    "songs",
    "songs.artists",
    "videos",
];
const FILTERS: [&str; 4] = ["episode", "freetext", "id", "podcast"];
const SORTS: [&str; 6] = ["created", "duration-seconds", "name", "number", "published", "slug"];
const KNOWN: Known = Known { filters: &FILTERS, sorts: &SORTS, includes: &INCLUDES, pages: true };
const KNOWN_OF_ONE: Known = Known { filters: &[], sorts: &[], includes: &INCLUDES, pages: false };
/// Included where the request says nothing.
const USUAL: [&str; 1] = ["season"];

/// Episodes of all shows, newest first.
#[utoipa::path(get, path = "/episodes/", tag = "episodes", params(ListOfEpisodes), responses(
    (status = 200, body = Answer<Vec<EpisodeInList<'static>>>, content_type = "application/vnd.api+json",
        description = "With `filter[episode]`: episodes with everything about them"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json", description = "No such page")))]
pub(super) fn list(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &KNOWN)?;
    let mut episodes = filtered(shelf, &query)?;
    for (field, down) in query.sort.iter().rev() {
        episodes.sort_by(|a, b| if *down { by(field, b, a) } else { by(field, a, b) });
    }
    let writer = Writer::new(shelf, &query, &USUAL);
    if query.filter("episode").is_some() {
        return paged(asked, &query, &episodes, writer, |writer, found| writer.episode(*found));
    }
    paged(asked, &query, &episodes, writer, |writer, found| writer.episode_in_list(*found))
}

/// One episode.
#[utoipa::path(get, path = "/episodes/{id}/", tag = "episodes",
    params(("id" = String, Path, description = "UUID"), OneEpisode), responses(
    (status = 200, body = Answer<Episode<'static>>, content_type = "application/vnd.api+json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 410, body = ErrorDocument, content_type = "application/vnd.api+json",
        description = "It left: removed by its author, or at another place now")))]
pub(super) fn one(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &KNOWN_OF_ONE)?;
    let found = found(shelf, asked.name)?;
    whole(Writer::new(shelf, &query, &USUAL), |writer| writer.episode(found))
}

/// The episode with an id, if it is public.
pub(super) fn found<'a>(shelf: &'a Shelf, id: &str) -> Result<Found<'a>, ApiError> {
    EpisodeId::parse(id).ok_or(ApiError::NotFound)?;
    shelf.episode(id).ok_or_else(|| shelf.missing("Episode", id))
}

fn filtered<'a>(shelf: &'a Shelf, query: &Query) -> Result<Vec<Found<'a>>, ApiError> {
    let wanted = query.filter("id").map(ids).transpose()?;
    if wanted.iter().flatten().any(|id| EpisodeId::parse(id).is_none()) {
        return Err(ApiError::about(ApiError::Value, "filter[id]"));
    }
    let words = query.filter("freetext").map(free_text).transpose()?.unwrap_or_default();
    let fits = |found: &Found| {
        let (id, slug) = (found.episode.id.as_str(), found.episode.attributes.brief.slug.as_str());
        wanted.as_ref().is_none_or(|ids| ids.contains(id))
            && query.filter("podcast").is_none_or(|podcast| podcast == found.show.slug())
            && query.filter("episode").is_none_or(|episode| episode == slug || episode == id)
            && words.iter().all(|word| found.episode.words.contains(word))
    };
    Ok(shelf.newest_first().filter(fits).collect())
}

fn by(field: &str, a: &Found, b: &Found) -> Ordering {
    let (a, b) = (&a.episode.attributes, &b.episode.attributes);
    match field {
        "created" => a.created.cmp(&b.created),
        "duration-seconds" => a.brief.duration_seconds.total_cmp(&b.brief.duration_seconds),
        "name" => a.brief.name.to_lowercase().cmp(&b.brief.name.to_lowercase()),
        "number" => a.brief.number.partial_cmp(&b.brief.number).unwrap_or(Ordering::Equal),
        "published" => a.brief.published.cmp(&b.brief.published),
        _ => a.brief.slug.cmp(&b.brief.slug),
    }
}
