//! Requests for pages, noted for the counts of a show: what programs ask of the API, web players, and pages that were elsewhere
//! before. A website that tells of views itself does so by its beacons (`api::pings`).

use super::{PublicState, listener};
use crate::conn::Peer;
use crate::conn::Route;
use crate::logbook::Page;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use hearthcast_model::ShowId;
use http::{HeaderMap, Method, StatusCode};
use std::sync::Arc;

/// Lets the API answer, and notes what was found.
pub(super) async fn note(State(state): State<Arc<PublicState>>, request: Request, next: Next) -> Response {
    let Some(page) = page(&request).filter(|_| request.method() == Method::GET) else { return next.run(request).await };
    let (name, headers) = (named(request.uri().path()).to_string(), request.headers().clone());
    let peer = request.extensions().get::<Peer>().copied();
    let response = next.run(request).await;
    if matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
        let catalogue = state.catalogue();
        let shelf = catalogue.shelf();
        let show = if page == Page::ShowAsked { shelf.show_called(&name).cloned() } else { shelf.show_id(&name) };
        if let Some(show) = show {
            look(&state, page, &show, &headers, peer);
        }
    }
    response
}

/// Notes that somebody was led on from an address that a page had before. Feeds and files are counted where they are now.
pub(super) fn led_on(state: &PublicState, show: &ShowId, to: &str, headers: &HeaderMap, peer: Option<Peer>) {
    let path = to.split_once("://").map_or(to, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    let own = path.strip_prefix(state.api.path()).unwrap_or(path);
    if is_page(own) && !matches!(Route::of(own), Route::Feed | Route::Media) {
        look(state, Page::OlderPath, show, headers, peer);
    }
}

/// Notes a request for a page or a feed of a show.
pub(super) fn look(state: &PublicState, page: Page, show: &ShowId, headers: &HeaderMap, peer: Option<Peer>) {
    let asked =
        listener::Request { start_ms: state.clock.now_ms(), method: &Method::GET, headers, peer, episode: None };
    match listener::view(&asked, page, show.as_str(), &state.networks, &state.salts) {
        Some(view) => drop(state.logbook.look(&view)),
        None => state.logbook.count_lost(),
    }
}

/// Whether a path is named like a page, not like a file of another kind.
fn is_page(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    last.rsplit_once('.').is_none_or(|(_, kind)| matches!(kind, "html" | "htm" | "php" | "aspx"))
}

/// Which page this is, by the route it took.
fn page(request: &Request) -> Option<Page> {
    match request.extensions().get::<MatchedPath>()?.as_str() {
        "/podcasts/{slug}/" => Some(Page::ShowAsked),
        "/episodes/{id}/" | "/api/v1/episodes/{id}/" => Some(Page::EpisodeAsked),
        "/posts/{id}/" => Some(Page::PostAsked),
        "/api/v1/episodes/{id}/player/" => Some(Page::Player),
        _ => None,
    }
}

/// The name in `/episodes/<name>/` or `/api/v1/episodes/<name>/`.
fn named(path: &str) -> &str {
    path.strip_prefix("/api/v1").unwrap_or(path).split('/').nth(2).unwrap_or_default()
}
