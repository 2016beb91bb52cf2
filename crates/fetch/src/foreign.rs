//! Asking other people's addresses where they lead: one request without a body, no redirect followed, nothing of the answer
//! read but its head. Every address a name leads to is looked at first, and the connection goes to one of those: a name that
//! changes its mind in between leads nowhere else.
//!
//! What it is not: a way to get other people's content; importing gets that when it arrives.

use crate::{FetchError, Net, Owned, Request, builder, not_sent};
use hearthcast_model::reach::{is_public, is_public_name};
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, HeaderMap, HeaderValue, LOCATION, RANGE};
use reqwest::{Method, Proxy, Response};
use std::net::SocketAddr;
use std::time::Duration;
use url::{Host, Origin, Url};

/// Longest wait for one answer.
const ANSWER: Duration = Duration::from_secs(15);

/// What an address answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Status.
    pub status: u16,
    /// Where it leads, if it leads anywhere.
    pub location: Option<Url>,
    /// How long what lies there is, as far as it says.
    pub length: Option<u64>,
}

/// A client for addresses of the public network, and for the origins that are the owner's anyway.
#[derive(Debug)]
pub struct Foreign<'a> {
    net: &'a Net,
    own: &'a [Url],
}

impl<'a> Foreign<'a> {
    /// Goes about as `net` does. Origins of `own` may be anywhere, this machine included.
    pub fn over(net: &'a Net, own: &'a [Url]) -> Self {
        Self { net, own }
    }

    /// Asks an address where it leads: HEAD, and where that is not understood a GET of one byte.
    pub async fn ask(&self, url: &Url) -> Result<Hop, FetchError> {
        let hop = self.asked(Method::HEAD, url).await?;
        match hop.status {
            405 | 501 => self.asked(Method::GET, url).await,
            _ => Ok(hop),
        }
    }

    async fn asked(&self, method: Method, url: &Url) -> Result<Hop, FetchError> {
        let origin = url.origin().ascii_serialization();
        let late = || FetchError::Offline { origin: origin.clone(), why: "it takes too long".into() };
        let sent = tokio::time::timeout(ANSWER, self.sent(method, url, &origin));
        let (status, headers) = sent.await.map_err(|_| late())??;
        Ok(hop(url, status, &headers))
    }

    async fn sent(&self, method: Method, url: &Url, origin: &str) -> Result<(u16, HeaderMap), FetchError> {
        let headers = head_only(&method);
        if self.is_own(&url.origin()) {
            let (_, answer) = Owned::over(self.net, self.own, true, None)?
                .start(Request { method, url: url.clone(), headers, body: None })
                .await?;
            return Ok(seen(&answer));
        }
        let client = self.client_for(url, origin).await?;
        let led = self.net.proxy().map(crate::connect::shown);
        let answer = client.request(method, url.clone()).headers(headers).send().await;
        answer.map(|answer| seen(&answer)).map_err(|error| not_sent(origin, led.as_deref(), &error))
    }

    fn is_own(&self, origin: &Origin) -> bool {
        self.own.iter().any(|own| own.origin() == *origin)
    }

    /// A client that connects to nothing but addresses that were looked at. A proxy looks names up itself: then the name
    /// must do.
    async fn client_for(&self, url: &Url, origin: &str) -> Result<reqwest::Client, FetchError> {
        let refused = || FetchError::NotPublic(origin.to_string());
        let host = url.host().filter(is_public_name).ok_or_else(refused)?;
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
            return Err(refused());
        }
        let mut builder = builder();
        if let Some(proxy) = self.net.proxy() {
            let proxy = Proxy::all(proxy.clone())
                .map_err(|_| FetchError::Setup("the proxy's address cannot be used".into()))?;
            builder = builder.proxy(proxy);
        } else if let (Host::Domain(name), false) = (host, led_by_environment()) {
            builder = builder.resolve_to_addrs(name, &public_addresses(url, name, origin).await?);
        }
        builder.build().map_err(|error| FetchError::Setup(error.to_string()))
    }
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

/// Whether the environment names a proxy, which then looks names up.
fn led_by_environment() -> bool {
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Counting services take a byte or two for no request at all.
fn head_only(method: &Method) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if *method == Method::GET {
        headers.insert(RANGE, HeaderValue::from_static("bytes=0-0"));
    }
    headers
}

fn seen(answer: &Response) -> (u16, HeaderMap) {
    (answer.status().as_u16(), answer.headers().clone())
}

fn hop(url: &Url, status: u16, headers: &HeaderMap) -> Hop {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let whole = text(CONTENT_RANGE).and_then(|range| range.rsplit_once('/')).map(|(_, whole)| whole);
    let length = if status == 206 { whole } else { text(CONTENT_LENGTH) };
    let leads = matches!(status, 301 | 302 | 303 | 307 | 308);
    let location = text(LOCATION).filter(|_| leads).and_then(|to| url.join(to).ok());
    Hop { status, location, length: length.and_then(|length| length.trim().parse().ok()) }
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
