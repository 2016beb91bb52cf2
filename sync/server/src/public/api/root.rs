//! What stands at the root: `/`, the collections with their addresses, and `/font-faces/`, the fonts of the shows' names as a
//! style sheet.

use super::document::Document;
use super::error::{ApiError, ErrorDocument};
use super::query::{Known, Query};
use super::shape::{Answer, Collections};
use super::shelf::{Asked, Shelf};
use super::writer::{Writer, whole};
use std::fmt::Write as _;

/// The media type of style sheets.
pub(super) const CSS: &str = "text/css; charset=utf-8";

/// The collections.
#[utoipa::path(get, path = "/", tag = "root", responses(
    (status = 200, body = Answer<Collections>, content_type = "application/vnd.api+json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json")))]
pub(super) fn collections(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &Known::default())?;
    let at = |name: &str| format!("{}/{name}/", asked.base_url);
    let all = Collections {
        challenges: at("challenges"),
        comments: at("comments"),
        episodes: at("episodes"),
        podcast_links: at("podcast-links"),
        podcasts: at("podcasts"),
        posts: at("posts"),
    };
    whole(Writer::new(shelf, &query, &[]), |writer| writer.resource(&all))
}

/// The fonts of all shows' names.
#[utoipa::path(get, path = "/font-faces/", tag = "root", responses(
    (status = 200, body = String, content_type = "text/css"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json")))]
pub(super) fn font_faces(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    Query::read(asked.query, &Known::default())?;
    let mut css = String::new();
    for font in shelf.shows().filter_map(|show| show.font.as_ref()) {
        // Family and address have no quotes: the one is checked when it is published, the other is made here.
        let _ = write!(
            css,
            "@font-face {{font-family: \"{}\"; src: url(\"{}\") format({}); font-weight: {};}}",
            font.family, font.url, font.format, font.weight
        );
    }
    Ok(css.into_bytes())
}

/// The style sheet under its name, with the last publication that could have changed it.
pub(super) fn described(css: Document, shelf: &Shelf) -> Document {
    let css = css.shown_as("font-faces.css");
    match shelf.shows().filter_map(|show| Some(show.font.as_ref()?.published_ms)).max() {
        Some(at_ms) => css.changed(at_ms).expect("a date and constants are header fields"),
        None => css,
    }
}
