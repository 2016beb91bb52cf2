//! `POST …/ping/`: a page of a show was looked at. Noted in the logbook as a view, which is never a download.

use super::error::{ApiError, ErrorDocument};
use super::pace::{Pace, Paces};
use super::{Name, PublicState, document::JSON_API, named};
use crate::conn::Peer;
use crate::logbook::Page;
use crate::public::listener;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use hearthcast_counting::listener::Key;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use std::sync::Arc;

/// Views of one address that are noted; more are answered, and are nobody's reading.
const VIEWS: Pace = Pace { burst: 120, each_ms: 1_000 };

/// The turns of addresses.
#[derive(Debug)]
pub(super) struct Views(Paces<Option<Key>>);

impl Default for Views {
    fn default() -> Self {
        Self(Paces::new(VIEWS))
    }
}

/// The page of a show was looked at.
#[utoipa::path(post, path = "/podcasts/{slug}/ping/", tag = "pings",
    params(("slug" = String, Path, description = "Name in addresses")), responses(
    (status = 200, body = super::shape::Nothing, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json")))]
pub(super) async fn of_show(State(state): State<Arc<PublicState>>, slug: Name, request: Request) -> Response {
    let (catalogue, slug) = (state.catalogue(), named(slug));
    let shelf = catalogue.shelf();
    let found = shelf.show(&slug).map(|show| show.id.as_str()).ok_or_else(|| shelf.missing("Podcast", &slug));
    pinged(&state, request, Page::Show, found)
}

/// The page of an episode was looked at.
#[utoipa::path(post, path = "/episodes/{id}/ping/", tag = "pings",
    params(("id" = String, Path, description = "UUID")), responses(
    (status = 200, body = super::shape::Nothing, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json")))]
pub(super) async fn of_episode(State(state): State<Arc<PublicState>>, id: Name, request: Request) -> Response {
    let catalogue = state.catalogue();
    let found = super::episodes::found(catalogue.shelf(), &named(id)).map(|found| found.episode.id.as_str());
    pinged(&state, request, Page::Episode, found)
}

/// The page of a post was looked at.
#[utoipa::path(post, path = "/posts/{id}/ping/", tag = "pings",
    params(("id" = String, Path, description = "UUID")), responses(
    (status = 200, body = super::shape::Nothing, content_type = "application/vnd.api+json"),
    (status = 404, body = ErrorDocument, content_type = "application/vnd.api+json")))]
pub(super) async fn of_post(State(state): State<Arc<PublicState>>, id: Name, request: Request) -> Response {
    let catalogue = state.catalogue();
    let found = super::posts::found(catalogue.shelf(), &named(id)).map(|found| found.post.id.as_str());
    pinged(&state, request, Page::Post, found)
}

/// Notes a view of what was found. A beacon has no body; whatever it has is not read.
fn pinged(state: &PublicState, request: Request, page: Page, of: Result<&str, ApiError>) -> Response {
    let (parts, _) = request.into_parts();
    let mut response = match of {
        Ok(of) => {
            note(state, &parts, page, of);
            let fields = [(CONTENT_TYPE, JSON_API), (CACHE_CONTROL, "no-store")];
            (fields, r#"{"data":null}"#).into_response()
        }
        Err(error) => error.into_response(),
    };
    state.api.cors.allow(&parts.headers, response.headers_mut());
    response
}

fn note(state: &PublicState, parts: &Parts, page: Page, of: &str) {
    let start_ms = state.clock.now_ms();
    let peer = parts.extensions.get::<Peer>().copied();
    let asked = listener::Request { start_ms, method: &parts.method, headers: &parts.headers, peer, episode: None };
    match listener::view(&asked, page, of, &state.networks, &state.salts) {
        Some(view) if state.api.views.0.take(Some(view.address), start_ms).is_ok() => {
            state.logbook.look(&view);
        }
        Some(_) => {}
        None => state.logbook.count_lost(),
    }
}
