//! `/comments/` and `/comments/<number>/`: what visitors wrote, as far as everybody may see it: approved, about something
//! that is public, of a show that takes comments.

use super::error::{ApiError, ErrorDocument};
use super::openapi::ListOfComments;
use super::query::{Known, Query};
use super::shape::{Answer, Comment, CommentAttributes};
use super::shelf::{Asked, Shelf};
use super::view::ShowView;
use super::writer::{Writer, paged, whole};
use hearthcast_model::clock::rfc3339;
use hearthcast_model::{self as model, CommentState};
use hearthcast_text::comment_html;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

const KNOWN: Known = Known { filters: &[], sorts: &["created", "id", "name"], includes: &[], pages: true };
const KNOWN_OF_ONE: Known = Known { filters: &[], sorts: &[], includes: &[], pages: false };

/// One comment as the API tells it.
#[derive(Debug)]
pub(super) struct CommentView {
    pub(super) id: String,
    number: i64,
    about: String,
    pub(super) attributes: CommentAttributes,
}

impl CommentView {
    /// Makes HTML from what the visitor wrote.
    pub(super) fn of(comment: &model::Comment) -> Self {
        Self {
            id: comment.number.to_string(),
            number: comment.number,
            about: comment.about.clone(),
            attributes: CommentAttributes {
                is_approved: comment.state == CommentState::Approved,
                text_html: comment_html(&comment.text).html,
                created: rfc3339(comment.created_ms),
                name: comment.name.clone(),
                text: comment.text.clone(),
            },
        }
    }

    /// The comment as answers carry it.
    pub(super) fn resource(&self) -> Comment<'_> {
        Comment { kind: "comment", id: &self.id, attributes: &self.attributes }
    }

    /// What came before has less; of one second the smaller number.
    fn age(&self) -> (&str, i64) {
        (&self.attributes.created, self.number)
    }
}

/// Every approved comment, also those about what is not public now.
#[derive(Debug, Default, Clone)]
pub struct Comments {
    by_number: BTreeMap<i64, Arc<CommentView>>,
    /// Numbers by the id of an episode or post, oldest first: one that an import brought may be older than those before it.
    by_about: HashMap<String, Vec<i64>>,
}

impl Comments {
    /// Takes a comment in as it stands now: one that is approved is there, another one is not.
    pub fn take(&mut self, comment: &model::Comment) {
        if let Some(before) = self.by_number.remove(&comment.number)
            && let Some(numbers) = self.by_about.get_mut(&before.about)
        {
            numbers.retain(|number| *number != comment.number);
        }
        if comment.state == CommentState::Approved {
            let view = CommentView::of(comment);
            let numbers = self.by_about.entry(comment.about.clone()).or_default();
            let is_older = |number: &i64| self.by_number.get(number).is_some_and(|other| other.age() < view.age());
            let at = numbers.partition_point(is_older);
            numbers.insert(at, comment.number);
            self.by_number.insert(comment.number, Arc::new(view));
        }
    }

    /// What everybody may see about an episode or post of a show, oldest first.
    pub(super) fn about<'a>(&'a self, show: &ShowView, about: &str) -> impl Iterator<Item = &'a CommentView> + use<'a> {
        let numbers = self.by_about.get(about).filter(|_| !show.comments.is_off());
        numbers.into_iter().flatten().filter_map(|number| self.by_number.get(number)).map(|view| &**view)
    }
}

/// What everybody may see of all comments, by number.
fn seen(shelf: &Shelf) -> impl Iterator<Item = &CommentView> {
    let all = shelf.comments().by_number.values().map(|view| &**view);
    all.filter(|view| shelf.show_of(&view.about).is_some_and(|show| !show.comments.is_off()))
}

/// All comments that everybody may see, oldest first.
#[utoipa::path(get, path = "/comments/", tag = "comments", params(ListOfComments), responses(
    (status = 200, body = Answer<Vec<Comment<'static>>>, content_type = "application/vnd.api+json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json", description = "No such page")))]
pub(super) fn list(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &KNOWN)?;
    let mut comments: Vec<&CommentView> = seen(shelf).collect();
    comments.sort_by(|a, b| a.age().cmp(&b.age()));
    for (field, down) in query.sort.iter().rev() {
        comments.sort_by(|a, b| {
            let (a, b) = if *down { (b, a) } else { (a, b) };
            match field.as_str() {
                "created" => a.attributes.created.cmp(&b.attributes.created),
                "name" => a.attributes.name.to_lowercase().cmp(&b.attributes.name.to_lowercase()),
                _ => a.number.cmp(&b.number),
            }
        });
    }
    let writer = Writer::new(shelf, &query, &[]);
    paged(asked, &query, &comments, writer, |writer, view| writer.resource(&view.resource()))
}

/// One comment.
#[utoipa::path(get, path = "/comments/{id}/", tag = "comments",
    params(("id" = i64, Path, description = "Number")), responses(
    (status = 200, body = Answer<Comment<'static>>, content_type = "application/vnd.api+json"),
    (status = 304, description = "Not changed (If-None-Match)"),
    (status = 400, body = ErrorDocument, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json")))]
pub(super) fn one(shelf: &Shelf, asked: &Asked) -> Result<Vec<u8>, ApiError> {
    let query = Query::read(asked.query, &KNOWN_OF_ONE)?;
    let found = seen(shelf).find(|view| view.id == asked.name).ok_or(ApiError::NoMatch("Comment"))?;
    whole(Writer::new(shelf, &query, &[]), |writer| writer.resource(&found.resource()))
}
