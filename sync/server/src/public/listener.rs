//! Who asked, as the logbook may know it: pseudonyms of one day, the agent, the referring host. Addresses end here.

use super::{Networks, Salts};
use crate::conn::Peer;
use crate::logbook::{Flags, MAX_AGENT_BYTES, MAX_REFERRER_BYTES, Method as LogMethod, Page, Row, View};
use hearthcast_counting::{address, listener, range};
use hearthcast_model::{EpisodeId, Sha256};
use http::header::{RANGE, REFERER, USER_AGENT};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use url::Url;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What of a request the logbook asks.
pub(super) struct Request<'a> {
    pub(super) start_ms: i64,
    pub(super) method: &'a Method,
    pub(super) headers: &'a HeaderMap,
    pub(super) peer: Option<Peer>,
    /// The episode that the address asked for names.
    pub(super) episode: Option<&'a EpisodeId>,
}

/// What was asked for, and how it is answered.
pub(super) struct Asked<'a> {
    pub(super) sha256: &'a Sha256,
    pub(super) bytes: u64,
    /// Where in the file the answer begins.
    pub(super) first_byte: u64,
    pub(super) status: StatusCode,
    /// The answer leads to a storage.
    pub(super) redirected: bool,
}

/// The pseudonym of an address, for today; `None` when the day has no salt.
pub(super) fn address(
    peer: Peer,
    headers: &HeaderMap,
    networks: &Networks,
    salts: &Salts,
    now_ms: i64,
) -> Option<listener::Key> {
    let salt = salts.salt_for(now_ms)?;
    let client = address::client(peer.0.ip(), forwarded(headers).as_deref(), &networks.trusted_proxies);
    Some(listener::address(&salt, client))
}

/// The row of a page that was looked at. `None` as for [`row`].
pub(super) fn view(request: &Request<'_>, page: Page, of: &str, networks: &Networks, salts: &Salts) -> Option<View> {
    let peer = request.peer?.0.ip();
    let salt = salts.salt_for(request.start_ms)?;
    let client = address::client(peer, forwarded(request.headers).as_deref(), &networks.trusted_proxies);
    let agent = text(request.headers, USER_AGENT);
    Some(View {
        start_ms: request.start_ms,
        page,
        of: of.to_string(),
        listener: listener::listener(&salt, client, &agent),
        address: listener::address(&salt, client),
        agent: cut(agent, MAX_AGENT_BYTES),
        referrer: cut(referrer_host(&text(request.headers, REFERER)).unwrap_or_default(), MAX_REFERRER_BYTES),
        flags: Flags {
            preview: false,
            excluded: address::listed(client, &networks.exclude),
            allowed: address::listed(client, &networks.allow),
            proxied: address::listed(peer, &networks.trusted_proxies),
            redirected: false,
        },
    })
}

/// The row of an answer, but for the bytes delivered. `None` when the day has no salt or the peer is not known:
/// a row without a pseudonym could not be counted, and one with an address must not be.
pub(super) fn row(request: &Request<'_>, asked: &Asked<'_>, networks: &Networks, salts: &Salts) -> Option<Row> {
    let peer = request.peer?.0.ip();
    let salt = salts.salt_for(request.start_ms)?;
    let client = address::client(peer, forwarded(request.headers).as_deref(), &networks.trusted_proxies);
    let agent = text(request.headers, USER_AGENT);
    let country = networks.countries.as_ref().and_then(|countries| countries.of(client));
    Some(Row {
        country,
        episode: request.episode.cloned(),
        start_ms: request.start_ms,
        media: asked.sha256.clone(),
        first_byte: asked.first_byte,
        sent: 0,
        status: asked.status.as_u16(),
        method: match *request.method {
            Method::GET => LogMethod::Get,
            Method::HEAD => LogMethod::Head,
            _ => LogMethod::Other,
        },
        range: range::asked(&text(request.headers, RANGE), asked.bytes),
        listener: listener::listener(&salt, client, &agent),
        address: listener::address(&salt, client),
        agent: cut(agent, MAX_AGENT_BYTES),
        referrer: cut(referrer_host(&text(request.headers, REFERER)).unwrap_or_default(), MAX_REFERRER_BYTES),
        flags: Flags {
            preview: false,
            excluded: address::listed(client, &networks.exclude),
            allowed: address::listed(client, &networks.allow),
            proxied: address::listed(peer, &networks.trusted_proxies),
            redirected: asked.redirected,
        },
    })
}

/// All `X-Forwarded-For` lines as one; what is not text is no chain of addresses.
fn forwarded(headers: &HeaderMap) -> Option<String> {
    let lines: Vec<&str> = headers.get_all(X_FORWARDED_FOR).iter().map(|line| line.to_str().unwrap_or("?")).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

fn text(headers: &HeaderMap, name: HeaderName) -> String {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}

fn cut(mut text: String, limit: usize) -> String {
    text.truncate(text.floor_char_boundary(limit));
    text
}

/// The host of a web address, lower case; the rest of the address is the listener's business.
fn referrer_host(referrer: &str) -> Option<String> {
    let url = Url::parse(referrer).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    url.host_str().map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_referrer_only_the_host_is_kept() {
        for (referrer, host) in [
            ("https://User:Pass@Example.org:8443/a?secret=1#x", Some("example.org")),
            ("http://[2001:db8::1]/", Some("[2001:db8::1]")),
            ("android-app://org.example/", None),
            ("javascript:alert(1)", None),
            ("example.org", None),
            ("", None),
        ] {
            assert_eq!(referrer_host(referrer).as_deref(), host, "{referrer}");
        }
    }
}
