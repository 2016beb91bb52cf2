//! The commands over HTTP on this machine, for tests and development in a browser. Checks token, Host and Origin.
//! Behind the feature `http-host`; no package is built with it.

use crate::loopback::{self, Media};
use crate::{Studio, Token, dispatch};
use axum::extract::{Path, Query, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::Stream;
use hearthcast_model::view::Event as LibraryEvent;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value;
use std::convert::Infallible;
use std::path::{Component, PathBuf};
use tokio::net::TcpListener;
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// What the page may do: the same as in the window, over this host.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; \
    font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-src 'self'; \
    frame-ancestors 'none'";

#[derive(Clone)]
struct Host {
    studio: Studio,
    token: Token,
    address: String,
    page: Option<PathBuf>,
}

/// Serves until the listener fails. `page` is the folder of the built window (`ui/dist`), if it is to be shown.
pub async fn serve(listener: TcpListener, studio: Studio, token: Token, page: Option<PathBuf>) -> std::io::Result<()> {
    let address = listener.local_addr()?.to_string();
    let host = Host { studio, token, address, page };
    axum::serve(listener, routes(host)).await
}

fn routes(host: Host) -> Router {
    let media = Media { studio: host.studio.clone(), token: host.token.clone(), host: host.address.clone() };
    Router::new()
        .route("/command/{name}", post(command))
        .route("/events", get(events))
        .fallback(get(asset))
        .with_state(host.clone())
        .nest("/media", loopback::routes(media))
        .layer(from_fn_with_state(host, same_site))
}

/// Refuses every request that was not made to this address, or was made by a page of another one.
async fn same_site(State(host): State<Host>, request: Request, next: Next) -> Response {
    if !is_own(&host.address, request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

/// Whether `Host` is this address, and `Origin`, where there is one, a page of it.
fn is_own(address: &str, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?"));
    let own = |origin: &str| origin.strip_prefix("http://") == Some(address);
    text(header::HOST) == Some(address) && text(header::ORIGIN).is_none_or(own)
}

async fn command(
    State(host): State<Host>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(arguments): Json<Value>,
) -> Response {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if !given.and_then(|value| value.strip_prefix("Bearer ")).is_some_and(|word| host.token.matches(word)) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match dispatch(host.studio, &name, arguments).await {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, Json(error)).into_response(),
    }
}

#[derive(serde::Deserialize)]
struct EventsQuery {
    token: String,
}

async fn events(State(host): State<Host>, Query(query): Query<EventsQuery>) -> Response {
    if !host.token.matches(&query.token) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Sse::new(stream(host.studio.events())).keep_alive(KeepAlive::default()).into_response()
}

fn stream(events: Receiver<LibraryEvent>) -> impl Stream<Item = Result<Event, Infallible>> {
    futures_util::stream::unfold(events, |mut events| async move {
        let event = match events.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => crate::everything_changed(),
            Err(RecvError::Closed) => return None,
        };
        let line = Event::default().json_data(&event).unwrap_or_default();
        Some((Ok(line), events))
    })
}

/// A file of the built window.
async fn asset(State(host): State<Host>, request: Request) -> Response {
    let Some(path) = host.page.as_ref().and_then(|folder| inside(folder, request.uri().path())) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(bytes) = tokio::fs::read(&path).await else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match path.extension().and_then(|end| end.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, POLICY)], bytes).into_response()
}

/// The path under `folder`, when it stays there.
fn inside(folder: &std::path::Path, asked: &str) -> Option<PathBuf> {
    let relative = PathBuf::from(match asked.trim_start_matches('/') {
        "" => "index.html",
        other => other,
    });
    relative.components().all(|part| matches!(part, Component::Normal(_))).then(|| folder.join(relative))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_hosts_and_origins_are_refused() {
        let headers = |host: &'static str, origin: Option<&'static str>| {
            let mut map = HeaderMap::new();
            map.insert(header::HOST, HeaderValue::from_static(host));
            origin.map(|origin| map.insert(header::ORIGIN, HeaderValue::from_static(origin)));
            map
        };
        let own = "127.0.0.1:4000";
        assert!(is_own(own, &headers("127.0.0.1:4000", None)));
        assert!(is_own(own, &headers("127.0.0.1:4000", Some("http://127.0.0.1:4000"))));
        assert!(!is_own(own, &headers("evil.example:4000", None)), "a rebound name");
        assert!(!is_own(own, &headers("127.0.0.1:4000", Some("https://evil.example"))), "a foreign page");
        assert!(!is_own(own, &headers("127.0.0.1:4000", Some("null"))), "a sandboxed page");
        assert!(!is_own(own, &HeaderMap::new()), "no host at all");
    }

    #[test]
    fn a_path_stays_in_its_folder() {
        let folder = std::path::Path::new("/dist");
        assert_eq!(inside(folder, "/"), Some("/dist/index.html".into()));
        assert_eq!(inside(folder, "/assets/a.js"), Some("/dist/assets/a.js".into()));
        for bad in ["/../secret", "/assets/../../secret", "/./x"] {
            assert_eq!(inside(folder, bad).filter(|path| !path.starts_with("/dist")), None, "{bad}");
        }
        assert_eq!(inside(folder, "/../secret"), None);
    }
}
