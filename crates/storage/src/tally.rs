//! What passed over a line to a place: requests, writes, whether it was cut, and how far the place's clock is ahead. What it
//! is not: the line.

use bytes::Bytes;
use hearthcast_fetch::FetchError;
use hearthcast_fetch::header::{DATE, HeaderMap};
use hearthcast_model::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

/// What passed over one line.
pub(crate) struct Tally {
    clock: Arc<dyn Clock>,
    requests: AtomicU64,
    writes: AtomicU64,
    shaky: AtomicBool,
    held: Arc<Gauge>,
    /// [`i64::MIN`] until the first answer with a date.
    ahead_ms: AtomicI64,
}

impl Tally {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            requests: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            shaky: AtomicBool::new(false),
            held: Arc::default(),
            ahead_ms: AtomicI64::new(i64::MIN),
        }
    }

    /// Counts a request.
    pub(crate) fn count(&self, writes: bool) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.writes.fetch_add(u64::from(writes), Ordering::Relaxed);
    }

    /// Notes that a request did not get through.
    pub(crate) fn note_failure(&self, error: &FetchError) {
        self.shaky.fetch_or(matches!(error, FetchError::Offline { .. } | FetchError::Proxy { .. }), Ordering::Relaxed);
    }

    /// Notes the other side's clock, where an answer tells it.
    pub(crate) fn note_clock(&self, headers: &HeaderMap) {
        let text = headers.get(DATE).and_then(|value| value.to_str().ok());
        let Some(theirs) = text.and_then(|text| httpdate::parse_http_date(text).ok()) else { return };
        let Ok(theirs) = theirs.duration_since(std::time::UNIX_EPOCH) else { return };
        let theirs_ms = i64::try_from(theirs.as_millis()).unwrap_or(i64::MAX);
        self.ahead_ms.store(theirs_ms.saturating_sub(self.clock.now_ms()), Ordering::Relaxed);
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    /// Bytes of parts in memory.
    pub(crate) fn held(&self) -> &Arc<Gauge> {
        &self.held
    }

    /// Whether the line was cut since this value was made.
    pub(crate) fn shaky(&self) -> bool {
        self.shaky.load(Ordering::Relaxed)
    }

    pub(crate) fn clock_ahead_ms(&self) -> Option<i64> {
        Some(self.ahead_ms.load(Ordering::Relaxed)).filter(|ahead| *ahead != i64::MIN)
    }

    pub(crate) fn minutes_ahead(&self) -> Option<i64> {
        self.clock_ahead_ms().map(|ms| ms / 60_000)
    }
}

/// How many bytes of parts are in memory, and how many were at most.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    now: AtomicU64,
    most: AtomicU64,
}

impl Gauge {
    /// The most at one time.
    #[cfg(test)]
    pub(crate) fn most(&self) -> u64 {
        self.most.load(Ordering::SeqCst)
    }

    /// Bytes that count until the last of them is let go.
    pub(crate) fn hold(self: &Arc<Self>, bytes: Vec<u8>) -> Bytes {
        let now = self.now.fetch_add(bytes.len() as u64, Ordering::SeqCst) + bytes.len() as u64;
        self.most.fetch_max(now, Ordering::SeqCst);
        Bytes::from_owner(Held { bytes, gauge: Arc::clone(self) })
    }
}

/// Bytes that are counted.
struct Held {
    bytes: Vec<u8>,
    gauge: Arc<Gauge>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.gauge.now.fetch_sub(self.bytes.len() as u64, Ordering::SeqCst);
    }
}
