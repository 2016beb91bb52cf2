//! Which other sites may read the API from a browser: exactly those the settings name, none unless named.

use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ALLOW, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use url::{Origin, Url};

/// Stands for all sites.
pub const EVERY_SITE: &str = "*";
/// Sites that may read.
#[derive(Debug, Clone, Default)]
pub struct Cors {
    every: bool,
    origins: Vec<HeaderValue>,
}

impl Cors {
    /// Sites by their origins, as [`origin`] writes them, or [`EVERY_SITE`].
    pub fn new(origins: &[String]) -> Self {
        let every = origins.iter().any(|origin| origin == EVERY_SITE);
        Self { every, origins: origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect() }
    }

    /// Adds to an answer what the asking site is allowed. A cache must not give one site's answer to another.
    pub(super) fn allow(&self, asked: &HeaderMap, answer: &mut HeaderMap) {
        let vary = if self.every { "accept-encoding" } else { "accept-encoding, origin" };
        answer.insert(VARY, HeaderValue::from_static(vary));
        if let Some(origin) = self.allowed(asked) {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, retry-after"));
        }
    }

    /// Answers what a browser asks before it sends a request it finds unusual to an address that knows `methods`.
    pub(super) fn preflight(&self, asked: &HeaderMap, methods: &'static str) -> Response {
        let mut response = StatusCode::NO_CONTENT.into_response();
        let answer = response.headers_mut();
        answer.insert(ALLOW, allowing(methods));
        if !self.every {
            answer.insert(VARY, HeaderValue::from_static("origin"));
        }
        if let Some(origin) = self.allowed(asked).filter(|_| asked.contains_key(ACCESS_CONTROL_REQUEST_METHOD)) {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            answer.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
            let headers = HeaderValue::from_static("accept, content-type, if-none-match");
            answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, headers);
            answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
        }
        response
    }

    fn allowed(&self, asked: &HeaderMap) -> Option<HeaderValue> {
        let origin = asked.get(ORIGIN)?;
        match self.every {
            true => Some(HeaderValue::from_static(EVERY_SITE)),
            false => self.origins.iter().find(|known| *known == origin).cloned(),
        }
    }
}

/// `Allow` of an address that knows `methods`.
pub(super) fn allowing(methods: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("{methods}, OPTIONS")).unwrap_or(HeaderValue::from_static("OPTIONS"))
}

/// The origin of a site as browsers send it (`https://example.org`, without default port and slash); `None` when the
/// text is more or less than an origin.
pub fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    match url.origin() {
        origin @ Origin::Tuple(..) if bare && nobody && matches!(url.scheme(), "http" | "https") => {
            Some(origin.ascii_serialization())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_send_them() {
        // RFC 6454 §6.2 and the URL standard: lower case, no default port, punycode.
        for (text, expected) in [
            ("https://Example.org/", Some("https://example.org")),
            ("https://example.org:443", Some("https://example.org")),
            ("http://localhost:4200", Some("http://localhost:4200")),
            ("https://bücher.example", Some("https://xn--bcher-kva.example")),
            ("https://example.org/path", None),
            ("https://me@example.org", None),
            ("https://example.org/?q", None),
            ("example.org", None),
            ("null", None),
            ("file:///x", None),
        ] {
            assert_eq!(origin(text).as_deref(), expected, "{text}");
        }
    }
}
