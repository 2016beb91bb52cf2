//! What happened on all connections since the start: numbers for the operator, nothing about anybody.

use http::StatusCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Which part of the server was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// A feed.
    Feed,
    /// A file.
    Media,
    /// The JSON:API.
    Api,
    /// A draft that those with its secret address hear.
    Draft,
    /// A laptop.
    Owner,
    /// Anything else, and what was refused before it was looked up.
    Other,
}

impl Route {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Feed, Self::Media, Self::Api, Self::Draft, Self::Owner, Self::Other];

    /// The part that a path belongs to; a path alone tells no listener from another.
    pub fn of(path: &str) -> Self {
        let mut parts = path.split('/').skip(1);
        match (parts.next().unwrap_or_default(), parts.nth(1)) {
            ("podcasts", Some("rss")) => Self::Feed,
            ("episodes", Some("audio")) | ("m" | "e", _) => Self::Media,
            ("podcasts" | "episodes" | "categories" | "posts" | "font-faces" | "api" | "openapi.json", _) => Self::Api,
            ("p", _) => Self::Draft,
            ("sync", _) => Self::Owner,
            _ => Self::Other,
        }
    }

    /// Its name in the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Media => "media",
            Self::Api => "api",
            Self::Draft => "draft",
            Self::Owner => "owner",
            Self::Other => "other",
        }
    }
}

/// The classes of status that are counted, 1xx to 5xx.
const CLASSES: usize = 5;

/// Counts of everything.
#[derive(Debug, Default)]
pub struct Counts {
    requests: [[AtomicU64; CLASSES]; Route::ALL.len()],
    bytes: AtomicU64,
    accepted: AtomicU64,
    open: AtomicU64,
    stalled: AtomicU64,
    crowded: AtomicU64,
}

/// A connection that is open as long as this lives.
pub(super) struct OpenOne(Arc<Counts>);

impl Drop for OpenOne {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Relaxed);
    }
}

impl Counts {
    pub(super) fn opened(self: &Arc<Self>) -> OpenOne {
        self.accepted.fetch_add(1, Relaxed);
        self.open.fetch_add(1, Relaxed);
        OpenOne(self.clone())
    }

    pub(super) fn answered(&self, route: Route, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES) - 1;
        self.requests[route as usize][class].fetch_add(1, Relaxed);
    }

    pub(super) fn wrote(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    pub(super) fn stalled(&self) {
        self.stalled.fetch_add(1, Relaxed);
    }

    pub(super) fn crowded(&self) {
        self.crowded.fetch_add(1, Relaxed);
    }

    /// Answers of a part with a class of status (1 to 5).
    pub fn requests(&self, route: Route, class: usize) -> u64 {
        self.requests[route as usize].get(class.wrapping_sub(1)).map_or(0, |count| count.load(Relaxed))
    }

    /// Bytes of answers that the kernel took, heads included.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// Connections taken.
    pub fn connections_accepted(&self) -> u64 {
        self.accepted.load(Relaxed)
    }

    /// Connections that are open now.
    pub fn connections_open(&self) -> u64 {
        self.open.load(Relaxed)
    }

    /// Connections cut because nothing moved.
    pub fn connections_stalled(&self) -> u64 {
        self.stalled.load(Relaxed)
    }

    /// Connections closed at once because their address had too many.
    pub fn connections_crowded(&self) -> u64 {
        self.crowded.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_the_part() {
        for (path, route) in [
            ("/podcasts/stair/rss/", Route::Feed),
            ("/podcasts/stair/rss", Route::Feed),
            ("/podcasts/stair/", Route::Api),
            ("/podcasts/", Route::Api),
            ("/m/abc/one.mp3", Route::Media),
            ("/episodes/x/audio/", Route::Media),
            ("/episodes/x/chapters/", Route::Api),
            ("/sync/v1/hello", Route::Owner),
            ("/", Route::Other),
            ("", Route::Other),
            ("*", Route::Other),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
    }
}
