//! One row: an audio request, how it was answered, and what of the answer arrived.

use super::RowId;
use hearthcast_counting::listener::Key;
use hearthcast_counting::rule;
use hearthcast_model::{EpisodeId, Sha256};

/// Longest user agent kept, in bytes; the rest is cut off.
pub const MAX_AGENT_BYTES: usize = 512;

/// Longest referrer host kept, in bytes: the longest name DNS knows.
pub const MAX_REFERRER_BYTES: usize = 253;

/// The method of a request, as far as the log tells methods apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// HEAD.
    Head,
    /// Any other.
    Other,
}

/// What was found out about a request while it was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    /// Asked with a preview token.
    pub preview: bool,
    /// The address is on the exclude list.
    pub excluded: bool,
    /// The address is on the allow list.
    pub allowed: bool,
    /// It came through a proxy: the bytes are those the proxy took, not those the listener got (SERVE.md §4).
    pub proxied: bool,
    /// The answer led to a storage: what arrived is not known.
    pub redirected: bool,
}

/// An audio request and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// When the request was read, Unix milliseconds.
    pub start_ms: i64,
    /// The file.
    pub media: Sha256,
    /// Offset in the file of the first byte of the answer.
    pub first_byte: u64,
    /// Body bytes delivered: taken by this machine's kernel and, once amended, acknowledged by the peer's.
    pub sent: u64,
    /// Status answered.
    pub status: u16,
    /// Method asked.
    pub method: Method,
    /// Length of the range asked for, clipped to the file; `None` without a usable `Range`.
    pub range: Option<u64>,
    /// Pseudonym of address and agent, for one day.
    pub listener: Key,
    /// Pseudonym of the address alone, for one day.
    pub address: Key,
    /// `User-Agent`, at most [`MAX_AGENT_BYTES`]; empty when there was none.
    pub agent: String,
    /// Host of the `Referer`, lower case, at most [`MAX_REFERRER_BYTES`]; empty when there was none.
    pub referrer: String,
    /// Country of the address, two capital letters, where the server can look it up.
    pub country: Option<[u8; 2]>,
    /// The episode whose address was asked: one sound may be in several. `None` in rows of before, and where no address told.
    pub episode: Option<EpisodeId>,
    /// What was found out.
    pub flags: Flags,
}

impl Row {
    /// The row as the counting rule takes it.
    pub fn delivery(self, id: &RowId) -> rule::Delivery {
        rule::Delivery {
            row: id.to_string(),
            start_ms: self.start_ms,
            media: match &self.episode {
                Some(episode) => format!("{}/{episode}", self.media),
                None => self.media.to_string(),
            },
            listener: self.listener,
            address: self.address,
            agent: self.agent,
            method: if self.method == Method::Get { rule::Method::Get } else { rule::Method::Other },
            status: self.status,
            range_len: self.range,
            first_byte: self.first_byte,
            sent: self.sent,
            referrer: Some(self.referrer).filter(|host| !host.is_empty()),
            country: self.country.map(|country| country.iter().copied().map(char::from).collect()),
            flags: rule::Flags {
                excluded: self.flags.excluded,
                allowed: self.flags.allowed,
                preview: self.flags.preview,
                redirected: self.flags.redirected,
            },
        }
    }
}

/// A page that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Of a show.
    Show,
    /// Of an episode.
    Episode,
    /// Of a post.
    Post,
    /// The feed of a show.
    Feed,
    /// A show, by a program that asked the API.
    ShowAsked,
    /// An episode, by a program that asked the API.
    EpisodeAsked,
    /// A post, by a program that asked the API.
    PostAsked,
    /// A web player of an episode.
    Player,
    /// A page that was elsewhere before.
    OlderPath,
    /// One that a newer program noted.
    Other,
}

/// A feed or a page was asked for, or looked at, as its website says. Never a download, and never counted as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// When, Unix milliseconds.
    pub start_ms: i64,
    /// Which kind of page.
    pub page: Page,
    /// Id of the show; of the episode or post where the page was looked at.
    pub of: String,
    /// Pseudonym of address and agent, for one day.
    pub listener: Key,
    /// Pseudonym of the address alone, for one day.
    pub address: Key,
    /// `User-Agent`, at most [`MAX_AGENT_BYTES`]; empty when there was none.
    pub agent: String,
    /// Host of the `Referer`, lower case, at most [`MAX_REFERRER_BYTES`]; empty when there was none.
    pub referrer: String,
    /// What was found out.
    pub flags: Flags,
}

/// What a segment holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A request that was answered.
    Row(Row),
    /// The connection ended before the peer had all of an answer: the row's `sent` is this and no more.
    Amend {
        /// The row; always an earlier one of the same node.
        row: RowId,
        /// Body bytes that arrived.
        sent: u64,
    },
    /// A page that was looked at.
    View(View),
}
