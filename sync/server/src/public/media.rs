//! Files: sound with ranges, noted in the logbook; pictures with the same manners, not noted.

use super::catalogue::{MediaFile, episode_of};
use super::{PublicState, listener, sound, words};
use crate::conn::Metered;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use hearthcast_model::Sha256;
use hearthcast_serve::{Answer, RequestFacts, answer as decide};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, X_CONTENT_TYPE_OPTIONS,
};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use std::sync::Arc;

/// Web players on other sites may play, seek and show pictures.
pub(super) const FOR_EVERY_SITE: [(HeaderName, HeaderValue); 3] = [
    (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    (ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("accept-ranges, content-length, content-range, etag")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

/// `GET /m/<hash>/<name>.<ext>`
pub(super) async fn answer(
    State(state): State<Arc<PublicState>>,
    path: Result<Path<(String, String)>, PathRejection>,
    method: Method,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let start_ms = state.clock.now_ms();
    let Ok(Path((hash, name))) = path else { return words::not_found().await };
    let catalogue = state.catalogue();
    let asked = |uses| listener::Request {
        start_ms,
        method: &method,
        headers: &headers,
        peer: extensions.get().copied(),
        episode: episode_of(uses, &name),
    };
    let Some(media) = catalogue.media_at(&hash, &name) else {
        if let Some(elsewhere) = catalogue.elsewhere_at(&hash, &name) {
            return sound::there(&state, elsewhere, &asked(&elsewhere.uses)).await;
        }
        if let Some(written) = catalogue.written_at(&hash, &name) {
            return written.give(&method, &headers);
        }
        return match catalogue.left().file(&hash, &name) {
            Some(leave) => leave.answer(),
            None => words::not_found().await,
        };
    };
    give(&state, media, &asked(&media.uses)).await
}

/// A file's answer, noted if it is one of those that are.
pub(super) async fn give(state: &PublicState, media: &Arc<MediaFile>, request: &listener::Request<'_>) -> Response {
    let decided = decide(&RequestFacts::of(request.method, request.headers), &media.representation);
    let metered = media.metered.then(|| note(state, request, (&media.sha256, media.len()), &decided)).flatten();
    match send(state, media, decided).await {
        Ok(mut response) => {
            response.headers_mut().extend(FOR_EVERY_SITE);
            metered.map(|metered| response.extensions_mut().insert(metered));
            response
        }
        Err(error) => {
            tracing::error!(%error, path = %media.path.display(), "a published file cannot be served");
            words::out_of_order()
        }
    }
}

/// `OPTIONS /m/…`: what a browser asks before it sends `Range` to another site.
pub(super) async fn preflight() -> Response {
    let fields = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "range, if-range, if-none-match, if-modified-since"),
        (ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, fields).into_response()
}

async fn send(state: &PublicState, media: &Arc<MediaFile>, decided: Answer) -> std::io::Result<Response> {
    if decided.body.is_none() {
        return Ok((decided.status, decided.headers).into_response());
    }
    let file = state.files.open(media).await?;
    Ok(decided.into_response(file).map(Body::new))
}

/// What the logbook is to know of this answer; `None`, and counted as lost, when its day has no salt.
pub(super) fn note(
    state: &PublicState,
    request: &listener::Request<'_>,
    (sha256, bytes): (&Sha256, u64),
    decided: &Answer,
) -> Option<Metered> {
    let asked = listener::Asked {
        sha256,
        bytes,
        first_byte: decided.body.as_ref().map_or(0, |body| body.start),
        status: decided.status,
        redirected: false,
    };
    let row = listener::row(request, &asked, &state.networks, &state.salts);
    if row.is_none() {
        state.logbook.count_lost();
    }
    Some(Metered { row: row?, logbook: state.logbook.clone() })
}
