//! What the rule is given: rows, media versions, settings. Plain data; who fills it is the caller's business.

use crate::listener::Key;
use hearthcast_model::facts::minute_bytes;

/// What the person who runs the server may set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// More downloads than this from one address on one day and none of them counts; `None` means no cap.
    pub max_downloads_per_ip_per_day: Option<u64>,
    /// The server only redirects to a bucket and sees no bytes: requests are counted as unverified.
    pub redirect_mode: bool,
}

/// One published file, as measured on the laptop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaVersion {
    /// The episode it belongs to.
    pub episode: String,
    /// Whole file in bytes.
    pub size: u64,
    /// Bytes before the first audio byte.
    pub header: u64,
    /// Bytes after the last audio byte.
    pub trailer: u64,
    /// Playable length; `None` when unknown.
    pub duration_ms: Option<i64>,
    /// When it became public, Unix milliseconds.
    pub published_ms: i64,
}

impl MediaVersion {
    /// Content bytes one minute needs; `None` means the whole file is needed.
    pub fn minute_bytes(&self) -> Option<u64> {
        minute_bytes(self.size, self.header, self.trailer, self.duration_ms)
    }
}

/// The method of a request, as far as the rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// GET.
    Get,
    /// Anything else.
    Other,
}

impl From<&str> for Method {
    fn from(name: &str) -> Self {
        if name == "GET" { Method::Get } else { Method::Other }
    }
}

/// What was found out about a request while it was answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flags {
    /// The address is on the exclude list.
    pub excluded: bool,
    /// The address is on the allow list, which wins over the exclude list and the cap.
    pub allowed: bool,
    /// Asked with a preview token.
    pub preview: bool,
    /// The answer only said where the file is: it has no bytes to look at.
    pub redirected: bool,
}

/// One log row as the rule sees it; amendments are already applied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delivery {
    /// Unique id of the log row.
    pub row: String,
    /// Start of the request, Unix milliseconds.
    pub start_ms: i64,
    /// Media version: a key of the `media` given to [`super::count`].
    pub media: String,
    /// Pseudonym of address and agent ([`crate::listener::listener`]).
    pub listener: Key,
    /// Pseudonym of the address alone ([`crate::listener::address`]).
    pub address: Key,
    /// The `User-Agent` as sent; empty when there was none.
    pub agent: String,
    /// The method.
    pub method: Method,
    /// The status answered.
    pub status: u16,
    /// Length of the range asked for ([`crate::range::asked`]); `None` without a usable `Range`.
    pub range_len: Option<u64>,
    /// Offset in the file of the first byte sent.
    pub first_byte: u64,
    /// Body bytes really delivered.
    pub sent: u64,
    /// Host of the `Referer`, lower case.
    pub referrer: Option<String>,
    /// Country of the address, two letters, if it was looked up.
    pub country: Option<String>,
    /// What was found out about the request.
    pub flags: Flags,
}
