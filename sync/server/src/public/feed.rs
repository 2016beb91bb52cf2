//! The feed, its pages and further feeds: from memory, compressed ahead, with conditional requests. No database, no compression layer.

use super::catalogue::Feed;
use super::coding::Coding;
use super::{PublicState, api, pages};
use crate::conn::Peer;
use crate::logbook::Page;
use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use hearthcast_serve::{RequestFacts, answer as decide};
use http::header::{ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_DISPOSITION, CONTENT_ENCODING, LINK, VARY};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use std::sync::Arc;

/// `GET /podcasts/<slug>/rss/`
pub(super) async fn answer(
    State(state): State<Arc<PublicState>>,
    slug: api::Name,
    peer: Option<Extension<Peer>>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let (catalogue, slug) = (state.catalogue(), api::named(slug));
    match (catalogue.feed(&slug), catalogue.left().feed(&slug)) {
        (Some(feed), _) => {
            // Before the answer: what was answered is noted, even by a server that is killed after it.
            if let (Some(show), &Method::GET) = (&feed.show, &method) {
                pages::look(&state, Page::Feed, show, &headers, peer.map(|Extension(peer)| peer));
            }
            send(feed, &slug, &method, &headers)
        }
        (None, Some(leave)) => leave.answer(),
        (None, None) => super::words::not_found().await,
    }
}

/// `GET /podcasts/<slug>/rss/<name>/`: a further feed.
pub(super) async fn variant(
    State(state): State<Arc<PublicState>>,
    path: Result<Path<(String, String)>, PathRejection>,
    peer: Option<Extension<Peer>>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    match path {
        Ok(Path((slug, name))) => document(&state, (&slug, &name), peer, &method, &headers).await,
        Err(_) => super::words::not_found().await,
    }
}

/// `GET /podcasts/<slug>/rss/page/<number>/`: a page of the feed.
pub(super) async fn page(
    State(state): State<Arc<PublicState>>,
    path: Result<Path<(String, u32)>, PathRejection>,
    peer: Option<Extension<Peer>>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    match path {
        Ok(Path((slug, number))) => document(&state, (&slug, &format!("page/{number}")), peer, &method, &headers).await,
        Err(_) => super::words::not_found().await,
    }
}

async fn document(
    state: &PublicState,
    (slug, name): (&str, &str),
    peer: Option<Extension<Peer>>,
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    let catalogue = state.catalogue();
    match (catalogue.document(slug, name), catalogue.left().document(slug, name)) {
        (Some(feed), _) => {
            if let (Some(show), &Method::GET) = (&feed.show, method) {
                pages::look(state, Page::Feed, show, headers, peer.map(|Extension(peer)| peer));
            }
            send(feed, &format!("{slug}-{}", name.replace('/', "-")), method, headers)
        }
        (None, Some(leave)) => leave.answer(),
        (None, None) => super::words::not_found().await,
    }
}

fn send(feed: &Feed, slug: &str, method: &Method, headers: &HeaderMap) -> Response {
    let coding = Coding::liked(headers);
    let form = feed.form(coding);
    // Feeds are small and change: no ranges.
    let facts = RequestFacts { range: None, ..RequestFacts::of(method, headers) };
    let mut decided = decide(&facts, &form.described);
    decided.headers.remove(ACCEPT_RANGES);
    decided.headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    decided.headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Some(links) = &feed.links {
        decided.headers.insert(LINK, links.clone());
    }
    if decided.status == StatusCode::OK {
        coding.name().map(|name| decided.headers.insert(CONTENT_ENCODING, name));
        let saved_as = HeaderValue::from_str(&format!("inline; filename=\"{slug}.rss.xml\""));
        saved_as.ok().map(|name| decided.headers.insert(CONTENT_DISPOSITION, name));
    }
    let body = if decided.body.is_some() { Body::from(form.bytes.clone()) } else { Body::empty() };
    (decided.status, decided.headers, body).into_response()
}
