//! Other people's addresses: where they lead, and what lies there. Every address a name leads to is looked at first, and the
//! connection goes to one of those: a name that changes its mind in between leads nowhere else. Redirects are followed by hand,
//! and each is looked at like the first.
//!
//! What it is not: it asks with no name or secret of the owner's, and believes no length.

mod decode;
mod download;
mod get;
mod hops;
mod part;
#[cfg(test)]
mod scene;

pub use download::Downloaded;
pub use get::Got;

use crate::connect::shown;
use crate::{FetchError, Net, builder, not_sent};
use hearthcast_model::place::is_loopback;
use hearthcast_model::reach::{is_public, is_public_name};
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RANGE};
use reqwest::{Client, Method, Proxy, Response};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use url::{Host, Origin, Url};

/// Longest wait for one answer about where an address leads.
pub(crate) const ANSWER: Duration = Duration::from_secs(15);

/// So long what was found out about a name's addresses holds.
const KNOWN: Duration = Duration::from_secs(5 * 60);

/// Most origins whose connections are kept.
const MOST_ORIGINS: usize = 64;

/// How long others may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Until the head of an answer is there.
    pub(crate) head: Duration,
    /// Until a small document is there, redirects and all.
    pub(crate) whole: Duration,
    /// A large file must move within this time …
    pub(crate) window: Duration,
    /// … by so many bytes.
    pub(crate) least: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        let (minute, seconds) = (Duration::from_secs(60), Duration::from_secs);
        Self { head: seconds(30), whole: 2 * minute, window: minute, least: 256 * 1024 }
    }
}

/// What an address answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Status.
    pub status: u16,
    /// Where it leads, if it leads anywhere.
    pub location: Option<Url>,
    /// How long what lies there is, as far as it says.
    pub length: Option<u64>,
    /// Its media type, without parameters and in small letters; empty when it says none.
    pub mime: String,
}

/// A client for addresses of the public network, and for the origins that are the owner's anyway.
#[derive(Debug)]
pub struct Foreign<'a> {
    net: &'a Net,
    own: &'a [Url],
    bounds: Bounds,
    /// Clients that connect to nothing but the addresses that were looked at, and since when.
    known: Mutex<HashMap<Origin, (Instant, Client)>>,
}

impl<'a> Foreign<'a> {
    /// Goes about as `net` does. Origins of `own` may be anywhere, this machine included.
    pub fn over(net: &'a Net, own: &'a [Url]) -> Self {
        Self { net, own, bounds: Bounds::default(), known: Mutex::default() }
    }

    /// Asks an address where it leads: HEAD, and where that is not understood a GET of one byte.
    pub async fn ask(&self, url: &Url) -> Result<Hop, FetchError> {
        let hop = self.asked(Method::HEAD, url).await?;
        match hop.status {
            // Stores that sign their addresses for GET, and servers that know no HEAD, say many things to it.
            400 | 403 | 404 | 405 | 501 => self.asked(Method::GET, url).await,
            _ => Ok(hop),
        }
    }

    /// Sends a form; returns the answer's status. Nothing is followed.
    pub(crate) async fn tell(&self, url: &Url, form: String) -> Result<u16, FetchError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let answer = self.exchanged(Method::POST, url, headers, Some(form), ANSWER).await?;
        Ok(answer.status().as_u16())
    }

    async fn asked(&self, method: Method, url: &Url) -> Result<Hop, FetchError> {
        let headers = head_only(&method);
        let answer = self.opened(method, url, headers, ANSWER).await?;
        Ok(hop(url, answer.status().as_u16(), answer.headers()))
    }

    /// Sends a request to an address that was looked at; answers with the head, the body unread.
    pub(crate) async fn opened(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        patience: Duration,
    ) -> Result<Response, FetchError> {
        self.exchanged(method, url, headers, None, patience).await
    }

    async fn exchanged(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Option<String>,
        patience: Duration,
    ) -> Result<Response, FetchError> {
        let origin = url.origin().ascii_serialization();
        let sent = async {
            let client = self.client_for(url, &origin).await?;
            let led = self.net.proxy().filter(|_| !is_loopback(url)).map(shown);
            let request = client.request(method, url.clone()).headers(headers);
            let request = body.into_iter().fold(request, |request, body| request.body(body));
            request.send().await.map_err(|error| not_sent(&origin, led.as_deref(), &error))
        };
        tokio::time::timeout(patience, sent).await.unwrap_or_else(|_| Err(late(&origin)))
    }

    fn is_own(&self, url: &Url) -> bool {
        self.own.iter().any(|own| own.origin() == url.origin())
    }

    /// A client for an origin: the one of before, as long as it may be believed.
    async fn client_for(&self, url: &Url, origin: &str) -> Result<Client, FetchError> {
        // What an address says besides its origin is looked at each time.
        let refused = || FetchError::NotPublic(origin.to_string());
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
            return Err(refused());
        }
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&url.origin()).cloned();
        if let Some((since, client)) = known
            && since.elapsed() < KNOWN
        {
            return Ok(client);
        }
        let client = match self.is_own(url) {
            true => self.own_client(url)?,
            false => self.looked_at(url, url.host().filter(is_public_name).ok_or_else(refused)?, origin).await?,
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_ORIGINS {
            known.clear();
        }
        known.insert(url.origin(), (Instant::now(), client.clone()));
        Ok(client)
    }

    /// To this machine itself nothing goes through a proxy.
    fn own_client(&self, url: &Url) -> Result<Client, FetchError> {
        let builder = match (is_loopback(url), self.net.proxy()) {
            (true, _) => builder().no_proxy(),
            (false, Some(proxy)) => builder().proxy(proxy_to(proxy)?),
            (false, None) => builder(),
        };
        builder.build().map_err(|error| FetchError::Setup(error.to_string()))
    }

    /// A client that connects to nothing but addresses that were looked at. A proxy looks names up itself: then the name
    /// must do.
    async fn looked_at(&self, url: &Url, host: Host<&str>, origin: &str) -> Result<Client, FetchError> {
        let mut builder = builder();
        if let Some(proxy) = self.net.proxy() {
            builder = builder.proxy(proxy_to(proxy)?);
        } else if let (Host::Domain(name), false) = (host.clone(), led_by_environment(url, &host)) {
            builder = builder.resolve_to_addrs(name, &public_addresses(url, name, origin).await?);
        }
        builder.build().map_err(|error| FetchError::Setup(error.to_string()))
    }
}

fn proxy_to(proxy: &Url) -> Result<Proxy, FetchError> {
    Proxy::all(proxy.clone()).map_err(|_| FetchError::Setup("the proxy's address cannot be used".into()))
}

fn late(origin: &str) -> FetchError {
    FetchError::Offline { origin: origin.into(), why: "it takes too long".into() }
}

/// The media type of an answer, without parameters, in small letters; empty when it says none.
fn mime(headers: &HeaderMap) -> String {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The addresses of a name, if all the public network would go there; one inner address among them is enough to refuse.
async fn public_addresses(url: &Url, name: &str, origin: &str) -> Result<Vec<SocketAddr>, FetchError> {
    let port = url.port_or_known_default().unwrap_or(443);
    let found = tokio::net::lookup_host((name, port)).await;
    let found = found.map_err(|error| FetchError::Offline { origin: origin.into(), why: error.to_string() })?;
    checked(found.collect(), origin)
}

fn checked(found: Vec<SocketAddr>, origin: &str) -> Result<Vec<SocketAddr>, FetchError> {
    match !found.is_empty() && found.iter().all(|address| is_public(address.ip())) {
        true => Ok(found),
        false => Err(FetchError::NotPublic(origin.into())),
    }
}

/// Whether the environment names a proxy for an address, which then looks the name up. What it leaves out (`NO_PROXY`) goes
/// straight, and is looked at like everything else.
fn led_by_environment(url: &Url, host: &Host<&str>) -> bool {
    let own = if url.scheme() == "https" { "HTTPS_PROXY" } else { "HTTP_PROXY" };
    let set = |name: &str| {
        let text = |name: String| std::env::var(name).ok().filter(|value| !value.is_empty());
        text(name.to_string()).or_else(|| text(name.to_ascii_lowercase()))
    };
    let left_out = set("NO_PROXY").is_some_and(|list| is_left_out(&list, &host.to_string()));
    !left_out && [own, "ALL_PROXY"].into_iter().any(|name| set(name).is_some())
}

/// Whether a list as curl knows it (`localhost,.example.org`, `*`) names a host.
fn is_left_out(list: &str, host: &str) -> bool {
    list.split(',').map(|name| name.trim().trim_start_matches('.')).filter(|name| !name.is_empty()).any(|name| {
        let inner = host.len().checked_sub(name.len()).map(|at| host.split_at(at));
        name == "*"
            || inner.is_some_and(|(before, end)| {
                end.eq_ignore_ascii_case(name) && (before.is_empty() || before.ends_with('.'))
            })
    })
}

/// Counting services take a byte or two for no request at all.
fn head_only(method: &Method) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if *method == Method::GET {
        headers.insert(RANGE, HeaderValue::from_static("bytes=0-0"));
    }
    headers
}

fn hop(url: &Url, status: u16, headers: &HeaderMap) -> Hop {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let whole = text(CONTENT_RANGE).and_then(|range| range.rsplit_once('/')).map(|(_, whole)| whole);
    let length = if status == 206 { whole } else { text(CONTENT_LENGTH) };
    let location = leads_to(url, status, headers);
    Hop { status, location, length: length.and_then(|length| length.trim().parse().ok()), mime: mime(headers) }
}

/// Where an answer leads, if it leads anywhere.
pub(crate) fn leads_to(url: &Url, status: u16, headers: &HeaderMap) -> Option<Url> {
    let leads = matches!(status, 301 | 302 | 303 | 307 | 308);
    let to = headers.get(LOCATION).filter(|_| leads)?.to_str().ok()?;
    url.join(to).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn inner_addresses_are_not_asked() {
        // Somebody listens; being asked would be seen.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let net = Net::default();
        for url in [
            format!("http://127.0.0.1:{port}/"),
            format!("http://localhost:{port}/"),
            format!("http://[::1]:{port}/"),
            format!("http://[::ffff:127.0.0.1]:{port}/"),
            format!("http://2130706433:{port}/"),
            format!("http://0.0.0.0:{port}/"),
            format!("http://printer.local:{port}/"),
            "http://169.254.169.254/latest/meta-data/".into(),
            format!("ftp://one.example.com:{port}/"),
            format!("http://ada@one.example.com:{port}/"),
        ] {
            let asked = Foreign::over(&net, &[]).ask(&Url::parse(&url).unwrap()).await;
            assert!(matches!(asked, Err(FetchError::NotPublic(_))), "{url}: {asked:?}");
        }
        assert!(listener.accept().is_err(), "nobody came");
    }

    #[test]
    fn what_no_proxy_takes_is_looked_at() {
        for (list, host, left_out) in [
            ("localhost,.example.org", "pod.example.org", true),
            ("example.org", "example.org", true),
            ("example.org", "otherexample.org", false),
            ("*", "pod.example", true),
            ("", "pod.example", false),
            (" , a.example ", "A.example", true),
        ] {
            assert_eq!(is_left_out(list, host), left_out, "{list} {host}");
        }
    }

    #[test]
    fn a_name_with_one_inner_address_is_refused() {
        let at = |text: &str| text.parse::<SocketAddr>().unwrap();
        assert!(checked(vec![at("1.1.1.1:443")], "x").is_ok());
        assert!(checked(vec![at("1.1.1.1:443"), at("10.0.0.1:443")], "x").is_err());
        assert!(checked(vec![], "x").is_err());
    }

    #[test]
    fn an_answer_says_where_it_leads_and_how_long_it_is() {
        let url = Url::parse("https://one.example/e/x").unwrap();
        let headers = |list: &[(&'static str, &'static str)]| {
            list.iter()
                .map(|(name, value)| (reqwest::header::HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect::<HeaderMap>()
        };
        let led = hop(&url, 302, &headers(&[("location", "/y?z"), ("content-length", "0")]));
        assert_eq!(led.location.unwrap().as_str(), "https://one.example/y?z");
        assert_eq!(hop(&url, 200, &headers(&[("location", "/y"), ("content-length", "17")])).location, None);
        assert_eq!(
            hop(&url, 206, &headers(&[("content-range", "bytes 0-0/17"), ("content-length", "1")])).length,
            Some(17)
        );
        assert_eq!(hop(&url, 302, &headers(&[("location", "http://")])).location, None);
    }
}
