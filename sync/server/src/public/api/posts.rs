//! `/posts/` and `/posts/<id>/`. Lists say little about each post, unless one post is meant.

use super::error::{ApiError, ErrorDocument};
use super::openapi::{ListOfPosts, OnePost};
use super::query::{Known, Query, free_text, ids};
use super::shape::{Answer, Post, PostInList};
use super::shelf::{Asked, FoundPost, Shelf};
use super::writer::{Writer, paged, whole};
use hearthcast_model::EpisodeId;
use std::cmp::Ordering;

const INCLUDES: [&str; 7] =
    ["comments", "podcast", "podcast.categories", "podcast.contents", "podcast.links", "podcast.seasons", "videos"];
const KNOWN: Known = Known {
    filters: &["freetext", "id", "podcast", "post"],
    sorts: &["created", "name", "published", "slug"],
    includes: &INCLUDES,
    pages: true,
};
const KNOWN_OF_ONE: Known = Known { filters: &[], sorts: &[], includes: &INCLUDES, pages: false };

/// Posts of all shows, newest first.
#[utoipa::path(get, path = "/posts/", tag = "posts", params(ListOfPosts), responses(
    (status = 200, body = Answer<Vec<PostInList<'static>>>, content_type = "application/vnd.api+json",
        description = "With `filter[post]`: posts with everything about them"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json", description = "No such page")))]
pub(super) fn list(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &KNOWN)?;
    let mut posts = filtered(shelf, &query)?;
    for (field, down) in query.sort.iter().rev() {
        posts.sort_by(|a, b| if *down { by(field, b, a) } else { by(field, a, b) });
    }
    let writer = Writer::new(shelf, &query, &[]);
    if query.filter("post").is_some() {
        return paged(asked, &query, &posts, writer, |writer, found| writer.post(*found));
    }
    paged(asked, &query, &posts, writer, |writer, found| writer.post_in_list(found.post))
}

/// One post.
#[utoipa::path(get, path = "/posts/{id}/", tag = "posts",
    params(("id" = String, Path, description = "UUID"), OnePost), responses(
    (status = 200, body = Answer<Post<'static>>, content_type = "application/vnd.api+json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 410, body = ErrorDocument, content_type = "application/vnd.api+json",
        description = "It left: removed by its author, or at another place now")))]
pub(super) fn one(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &KNOWN_OF_ONE)?;
    let found = found(shelf, asked.name)?;
    whole(Writer::new(shelf, &query, &[]), |writer| writer.post(found))
}

/// The post with an id, if it is public.
pub(super) fn found<'a>(shelf: &'a Shelf, id: &str) -> Result<FoundPost<'a>, ApiError> {
    EpisodeId::parse(id).ok_or(ApiError::NotFound)?;
    shelf.post(id).ok_or_else(|| shelf.missing("Post", id))
}

fn filtered<'a>(shelf: &'a Shelf, query: &Query) -> Result<Vec<FoundPost<'a>>, ApiError> {
    let wanted = query.filter("id").map(ids).transpose()?;
    if wanted.iter().flatten().any(|id| EpisodeId::parse(id).is_none()) {
        return Err(ApiError::about(ApiError::Value, "filter[id]"));
    }
    let words = query.filter("freetext").map(free_text).transpose()?.unwrap_or_default();
    let fits = |found: &FoundPost| {
        let (id, slug) = (found.post.id.as_str(), found.post.attributes.brief.slug.as_str());
        wanted.as_ref().is_none_or(|ids| ids.contains(id))
            && query.filter("podcast").is_none_or(|podcast| podcast == found.show.slug())
            && query.filter("post").is_none_or(|post| post == slug || post == id)
            && words.iter().all(|word| found.post.words.contains(word))
    };
    Ok(shelf.posts().filter(fits).collect())
}

fn by(field: &str, a: &FoundPost, b: &FoundPost) -> Ordering {
    let (a, b) = (&a.post.attributes, &b.post.attributes);
    match field {
        "created" => a.created.cmp(&b.created),
        "name" => a.brief.name.to_lowercase().cmp(&b.brief.name.to_lowercase()),
        "published" => a.brief.published.cmp(&b.brief.published),
        _ => a.brief.slug.cmp(&b.brief.slug),
    }
}
