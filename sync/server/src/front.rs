//! What is looked at before any route: for which host a request asks, and where below the public address. Addresses in answers
//! never come from here: they begin with `base_url`, whatever the request says.

use crate::public::api::turned_away;
use axum::response::Response;
use http::header::HOST;
use http::uri::{Authority, PathAndQuery};
use http::{HeaderMap, Request, StatusCode, Uri, Version};
use std::net::IpAddr;
use url::Url;

/// Answers whether the server lives, whatever name it was asked by; says nothing about anything else.
const HEALTH: &str = "/healthz";

/// What a proxy does with the path of `base_url`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BasePath {
    /// Not known: requests are answered with the path and without.
    #[default]
    Either,
    /// It stays: requests without it get 404.
    Kept,
    /// It is taken away.
    Stripped,
}

/// Which requests are let in, and how they are read.
#[derive(Debug, Clone, Default)]
pub struct Front {
    /// Names that are answered, in small letters; `None` answers all.
    hosts: Option<Vec<String>>,
    /// Path of the public address, without a slash at its end.
    prefix: String,
    base_path: BasePath,
}

impl Front {
    /// Answers under a public address, for every host.
    pub fn under(base_url: &str, base_path: BasePath) -> Self {
        let path = Url::parse(base_url).map(|url| url.path().trim_end_matches('/').to_string()).unwrap_or_default();
        Self { hosts: None, prefix: path, base_path }
    }

    /// Answers for the public address's host, for these, and for this machine's own names; for no other.
    pub fn only_for(self, base_url: &str, hosts: &[String], bind: IpAddr) -> Self {
        let public = Url::parse(base_url).ok().and_then(|url| url.host_str().map(str::to_ascii_lowercase));
        let own = match bind {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        Self { hosts: Some(public.into_iter().chain(hosts.iter().cloned()).chain([own]).collect()), ..self }
    }

    /// The path of the public address, without a slash at its end.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The request as the routes read it, or the answer to one that is none of ours.
    pub fn admit<B>(&self, mut request: Request<B>) -> Result<Request<B>, Box<Response>> {
        if request.uri().path() == HEALTH {
            return Ok(request);
        }
        let refused = |status| Box::new(turned_away(status, self.within(&request)));
        self.is_ours(&request).map_err(refused)?;
        if self.prefix.is_empty() || self.base_path == BasePath::Stripped {
            return Ok(request);
        }
        match (below(&self.prefix, request.uri()), self.base_path) {
            (Some(uri), _) => *request.uri_mut() = uri,
            (None, BasePath::Kept) => return Err(Box::new(turned_away(StatusCode::NOT_FOUND, request.uri().path()))),
            (None, _) => {}
        }
        Ok(request)
    }

    /// The path below the public address, for whoever was asked.
    fn within<'a, B>(&self, request: &'a Request<B>) -> &'a str {
        let path = request.uri().path();
        path.strip_prefix(self.prefix.as_str()).filter(|rest| rest.starts_with('/')).unwrap_or(path)
    }

    /// Whether the request asks for a host that is answered: 421 where not (RFC 9110 §15.5.20), 400 where it does not
    /// say which one (RFC 9112 §3.2).
    fn is_ours<B>(&self, request: &Request<B>) -> Result<(), StatusCode> {
        let asked = match request.uri().authority() {
            Some(authority) => Some(authority.clone()),
            None => host(request.headers())?,
        };
        match (asked, &self.hosts) {
            (None, _) if request.version() >= Version::HTTP_11 => Err(StatusCode::BAD_REQUEST),
            (Some(asked), Some(hosts)) if !is_known(asked.host(), hosts) => {
                tracing::debug!("a request for a host that is not among base_url and hosts was refused");
                Err(StatusCode::MISDIRECTED_REQUEST)
            }
            _ => Ok(()),
        }
    }
}

/// The one `Host` of a request.
fn host(headers: &HeaderMap) -> Result<Option<Authority>, StatusCode> {
    let mut lines = headers.get_all(HOST).iter();
    let Some(first) = lines.next() else { return Ok(None) };
    let authority = Authority::try_from(first.as_bytes()).ok().filter(|one| !one.as_str().contains('@'));
    match (authority, lines.next()) {
        (Some(authority), None) => Ok(Some(authority)),
        _ => Err(StatusCode::BAD_REQUEST),
    }
}

fn is_known(asked: &str, hosts: &[String]) -> bool {
    let asked = asked.strip_suffix('.').unwrap_or(asked);
    hosts.iter().any(|known| known.eq_ignore_ascii_case(asked)) || is_this_machine(asked)
}

/// Whether a name can only mean this machine: no other site's page can ask by it.
fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|ip| ip.is_loopback())
}

/// The address without the prefix, if it lies below it.
fn below(prefix: &str, uri: &Uri) -> Option<Uri> {
    let rest = uri.path().strip_prefix(prefix)?;
    let path = match rest {
        "" => "/",
        rest if rest.starts_with('/') => rest,
        _ => return None,
    };
    let target = match uri.query() {
        Some(query) => PathAndQuery::try_from(format!("{path}?{query}")),
        None => PathAndQuery::try_from(path),
    };
    Some(Uri::from(target.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://Pod.example/pods/a/";

    fn front(base_path: BasePath) -> Front {
        let hosts = ["feeds.example.org".to_string(), "xn--bcher-kva.example".to_string()];
        Front::under(BASE, base_path).only_for(BASE, &hosts, [192, 0, 2, 7].into())
    }

    fn ask(front: &Front, target: &str, hosts: &[&str]) -> Result<String, u16> {
        let mut request = Request::get(target);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let admitted = front.admit(request.body(()).unwrap());
        admitted.map(|request| request.uri().to_string()).map_err(|answer| answer.status().as_u16())
    }

    #[test]
    fn only_known_hosts_are_answered() {
        let front = front(BasePath::Either);
        for known in [
            "pod.example",
            "POD.example:8443",
            "pod.example.",
            "feeds.example.org",
            "xn--bcher-kva.example:1",
            "192.0.2.7:8080",
            "127.0.0.1:9",
            "[::1]:8080",
            "localhost:8080",
        ] {
            assert_eq!(ask(&front, "/x", &[known]), Ok("/x".into()), "{known}");
        }
        for unknown in [
            "example",
            "evil.pod.example",
            "pod.example.evil.org",
            "192.0.2.8",
            "[::2]",
            "localhost.evil.org",
            "127.0.0.1.evil.org",
            "xpod.example",
        ] {
            assert_eq!(ask(&front, "/x", &[unknown]), Err(421), "{unknown}");
            assert_eq!(ask(&front, "/healthz", &[unknown]), Ok("/healthz".into()), "whether it lives is no secret");
        }
        for none in
            [&[][..], &["pod.example", "pod.example"], &["pod.example", "evil"], &["a b"], &["me@pod.example"], &[""]]
        {
            assert_eq!(ask(&front, "/x", none), Err(400), "{none:?}");
        }
        // The target's own host counts, not the header's (RFC 9112 §3.2.2).
        assert_eq!(ask(&front, "http://evil.example/x", &["pod.example"]), Err(421));
        let everybody = Front::under(BASE, BasePath::Either);
        assert_eq!(ask(&everybody, "/x", &["evil.example"]), Ok("/x".into()));
        let mut old = Request::get("/x").body(()).unwrap();
        *old.version_mut() = Version::HTTP_10;
        assert!(front.admit(old).is_ok(), "HTTP/1.0 knows no hosts");
    }

    #[test]
    fn the_path_of_the_public_address_is_taken_away() {
        let to = |base_path, target: &str| ask(&front(base_path), target, &["pod.example"]);
        for base_path in [BasePath::Either, BasePath::Kept] {
            assert_eq!(to(base_path, "/pods/a/m/1?x=/pods/a"), Ok("/m/1?x=/pods/a".into()));
            assert_eq!(to(base_path, "/pods/a"), Ok("/".into()));
            assert_eq!(to(base_path, "/pods/a?x"), Ok("/?x".into()));
            assert_eq!(to(base_path, "/pods/a//m"), Ok("//m".into()), "nothing is tidied");
        }
        for other in ["/pods/ab/m", "/m/pods/a", "/pods", "/PODS/a/m", "/pods%2Fa/m"] {
            assert_eq!(to(BasePath::Kept, other), Err(404), "{other}");
            assert_eq!(to(BasePath::Either, other), Ok(other.into()), "{other}");
        }
        assert_eq!(to(BasePath::Stripped, "/pods/a/m"), Ok("/pods/a/m".into()));
    }
}
