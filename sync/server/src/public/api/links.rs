//! `/podcast-links/` and `/podcast-links/<number>/`: the links of all shows.

use super::error::{ApiError, ErrorDocument};
use super::openapi::ListOfLinks;
use super::query::{Known, Query, ids};
use super::shape::{Answer, Link};
use super::shelf::{Asked, Shelf};
use super::writer::{Writer, paged, whole};

const KNOWN: Known = Known { filters: &["id"], sorts: &["label", "theme", "url"], includes: &[], pages: true };

/// Links of all shows, in the order of their authors.
#[utoipa::path(get, path = "/podcast-links/", tag = "links", params(ListOfLinks), responses(
    (status = 200, body = Answer<Vec<Link>>, content_type = "application/vnd.api+json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json", description = "No such page")))]
pub(super) fn list(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &KNOWN)?;
    let wanted = query.filter("id").map(ids).transpose()?;
    if wanted.iter().flatten().any(|id| id.parse::<u64>().is_err()) {
        return Err(ApiError::about(ApiError::Value, "filter[id]"));
    }
    let fits = |link: &&Link| wanted.as_ref().is_none_or(|ids| ids.contains(link.id.as_str()));
    let mut links: Vec<&Link> = shelf.shows().flat_map(|show| &show.links).filter(fits).collect();
    for (field, down) in query.sort.iter().rev() {
        let key = |link: &Link| match field.as_str() {
            "label" => link.attributes.label.to_lowercase(),
            "theme" => link.attributes.theme.to_string(),
            _ => link.attributes.url.clone(),
        };
        links.sort_by(|a, b| if *down { key(b).cmp(&key(a)) } else { key(a).cmp(&key(b)) });
    }
    paged(asked, &query, &links, Writer::new(shelf, &query, &[]), |writer, link| writer.resource(link))
}

/// One link.
#[utoipa::path(get, path = "/podcast-links/{id}/", tag = "links",
    params(("id" = i64, Path, description = "Number")), responses(
    (status = 200, body = Answer<Link>, content_type = "application/vnd.api+json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json")))]
pub(super) fn one(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &Known::default())?;
    let link = shelf.shows().flat_map(|show| &show.links).find(|link| link.id == asked.name);
    let link = link.ok_or(ApiError::NoMatch("PodcastLink"))?;
    whole(Writer::new(shelf, &query, &[]), |writer| writer.resource(link))
}
