//! Addresses that front ends of spodcat ask on every page or while searching, for things that Hearthcast does not have
//! yet: there are none, which is an answer. docs/API.md names the issue that fills them.

use super::error::ApiError;
use super::query::{Known, Query};
use super::shelf::{Asked, Shelf};
use super::writer::{Writer, paged};
use serde_json::Value;

/// The media type of style sheets.
pub(super) const CSS: &str = "text/css; charset=utf-8";

const POSTS: Known = Known {
    filters: &["freetext", "id", "podcast", "post"],
    sorts: &["created", "name", "published", "slug"],
    includes: &["comments", "podcast", "videos"],
    pages: true,
};

/// `/posts/`: no posts.
pub(super) fn posts(_shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &POSTS)?;
    paged(asked, &query, &[(); 0], Writer::new(&query, &[]), |_, ()| Value::Null)
}

/// `/font-faces/`: a style sheet without fonts.
pub(super) fn font_faces(_shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    Query::read(asked.query, &Known::default())?;
    Ok(vec![])
}
