//! The feed: from memory, compressed ahead, with conditional requests. No database, no compression layer.

use super::catalogue::Feed;
use super::{PublicState, words};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use hearthcast_serve::{RequestFacts, answer as decide};
use http::header::{ACCEPT_ENCODING, ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_ENCODING, VARY};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use std::sync::Arc;

/// `GET /podcasts/<slug>/rss/`
pub(super) async fn answer(
    State(state): State<Arc<PublicState>>,
    Path(slug): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let catalogue = state.catalogue();
    match (catalogue.feed(&slug), catalogue.left().feed(&slug)) {
        (Some(feed), _) => send(feed, &method, &headers),
        (None, Some(leave)) => leave.answer(),
        (None, None) => words::not_found().await,
    }
}

fn send(feed: &Feed, method: &Method, headers: &HeaderMap) -> Response {
    let compressed = accepts_gzip(headers);
    let (bytes, file) = if compressed { (&feed.gzip, &feed.as_gzip) } else { (&feed.raw, &feed.as_raw) };
    // Feeds are small and change: no ranges.
    let facts = RequestFacts { range: None, ..RequestFacts::of(method, headers) };
    let mut decided = decide(&facts, file);
    decided.headers.remove(ACCEPT_RANGES);
    decided.headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    decided.headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if compressed && decided.status == StatusCode::OK {
        decided.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let body = if decided.body.is_some() { Body::from(bytes.clone()) } else { Body::empty() };
    (decided.status, decided.headers, body).into_response()
}

/// Whether the client takes gzip (RFC 9110 §12.5.3): named, or by `*`, and not with weight zero.
pub(super) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let mut by_star = false;
    for line in headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok()) {
        for item in line.split(',') {
            let (coding, parameters) = item.split_once(';').unwrap_or((item, ""));
            let wanted = !is_zero(parameters);
            match coding.trim() {
                name if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => return wanted,
                "*" => by_star = wanted,
                _ => {}
            }
        }
    }
    by_star
}

/// Whether the parameters are `q=0`, `q=0.0`, `q=0.00` or `q=0.000`.
fn is_zero(parameters: &str) -> bool {
    let Some((name, weight)) = parameters.split_once('=') else { return false };
    let (name, weight) = (name.trim(), weight.trim());
    name.eq_ignore_ascii_case("q") && weight.starts_with('0') && weight.trim_matches(['0', '.']).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        // The examples of RFC 9110 §12.5.3, and what clients really send.
        for (field, expected) in [
            ("compress, gzip", true),
            ("", false),
            ("*", true),
            ("compress;q=0.5, gzip;q=1.0", true),
            ("gzip;q=1.0, identity; q=0.5, *;q=0", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000, *", false),
            ("*;q=0", false),
            ("identity", false),
            ("deflate, br", false),
            ("GZIP;q=0.001", true),
            ("gzip, deflate, br, zstd", true),
            ("gzipped", false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, field.parse().unwrap())]);
            assert_eq!(accepts_gzip(&headers), expected, "{field}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()), "bytes as they are for those who say nothing");
    }
}
