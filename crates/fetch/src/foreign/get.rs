//! Getting a small document of somebody else's whole: a feed, a picture, a text.

use super::decode::{Body, Spoilt};
use super::hops::{Arrived, Way};
use super::{Foreign, late, mime};
use crate::{FetchError, failed};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue};
use url::Url;

/// Most bytes that are unpacked at a time.
const PIECE: usize = 8 * 1024;

/// A document that came whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Got {
    /// Where it lay in the end.
    pub url: Url,
    /// Where the address leads for good, if it does.
    pub moved: Option<Url>,
    /// Its media type, as the server says; empty when it says none.
    pub mime: String,
    /// It.
    pub body: Vec<u8>,
}

impl Foreign<'_> {
    /// Gets what lies at an address, over at most five redirects, unpacked at most `most` bytes long.
    pub async fn get(&self, url: &Url, most: usize) -> Result<Got, FetchError> {
        let got = tokio::time::timeout(self.bounds.whole, self.got(url, most)).await;
        got.unwrap_or_else(|_| Err(late(&url.origin().ascii_serialization())))
    }

    async fn got(&self, url: &Url, most: usize) -> Result<Got, FetchError> {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("gzip"))]);
        let arrived = self.arrive(url, &headers, Way::Kept).await?;
        if arrived.response.status().as_u16() != 200 {
            return Err(arrived.refused(self.net));
        }
        let mime = mime(arrived.response.headers());
        let (url, moved) = (arrived.url.clone(), arrived.moved.clone());
        Ok(Got { url, moved, mime, body: whole(arrived, most).await? })
    }
}

async fn whole(mut arrived: Arrived, most: usize) -> Result<Vec<u8>, FetchError> {
    let origin = arrived.origin();
    let spoilt = |spoilt| match spoilt {
        Spoilt::TooLong => FetchError::TooLong { origin: origin.clone(), limit: most },
        Spoilt::Garbled(why) => FetchError::Garbled { origin: origin.clone(), why },
    };
    let encoding = arrived.response.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("unknown"));
    let unasked = || spoilt(Spoilt::Garbled("it is packed in a way nobody asked for".into()));
    let mut body = Body::of(encoding.unwrap_or_default(), most).ok_or_else(unasked)?;
    while let Some(piece) = arrived.response.chunk().await.map_err(|error| failed(&origin, &error))? {
        for part in piece.chunks(PIECE) {
            body.take(part).map_err(spoilt)?;
        }
    }
    body.finish().map_err(spoilt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Net;
    use crate::foreign::Bounds;
    use crate::foreign::scene::{Scene, answer, packed, redirect};
    use std::io::Write as _;
    use std::time::Duration;

    const MOST: usize = 1 << 20;

    #[tokio::test]
    async fn a_document_comes_over_redirects_packed_or_not() {
        let feed = b"<rss/>".to_vec();
        let scene = Scene::start(|path, _, socket| match path {
            "/old" => redirect(socket, 301, "/older"),
            "/older" => redirect(socket, 308, "/now?a=1#part"),
            "/now?a=1" => redirect(socket, 302, "/feed.xml"),
            _ => answer(
                socket,
                "Content-Type: Application/RSS+xml; charset=utf-8\r\nContent-Encoding: gzip",
                &packed(b"<rss/>"),
            ),
        });
        let (net, own) = (Net::default(), scene.own());
        let got = Foreign::over(&net, &own).get(&scene.url("/old"), MOST).await.unwrap();
        let wanted = Got {
            url: scene.url("/feed.xml"),
            moved: Some(scene.url("/now?a=1")),
            mime: "application/rss+xml".into(),
            body: feed,
        };
        assert_eq!(got, wanted, "the last for good is told, not what is only for now");
        assert_eq!(scene.paths(), ["/old", "/older", "/now?a=1", "/feed.xml"]);
    }

    #[tokio::test]
    async fn what_leads_astray_is_refused() {
        let scene = Scene::start(|path, _, socket| {
            let n: u32 = path.trim_start_matches("/on/").parse().unwrap_or(0);
            match path {
                "/circle" => redirect(socket, 302, "/circle2"),
                "/circle2" => redirect(socket, 302, "/circle"),
                "/ftp" => redirect(socket, 302, "ftp://127.0.0.1/"),
                "/file" => redirect(socket, 302, "file:///etc/passwd"),
                "/name" => redirect(socket, 302, "http://ada:word@example.com/"),
                _ => redirect(socket, 302, &format!("/on/{}", n + 1)),
            }
        });
        let (net, own) = (Net::default(), scene.own());
        let foreign = Foreign::over(&net, &own);
        for (path, why) in [
            ("/circle", "in a circle"),
            ("/on/1", "more than five times"),
            ("/ftp", "public network"),
            ("/file", "public network"),
            ("/name", "public network"),
        ] {
            let error = foreign.get(&scene.url(path), MOST).await.unwrap_err().to_string();
            assert!(error.contains(why), "{path}: {error}");
        }
        assert_eq!(scene.paths().iter().filter(|path| path.starts_with("/on/")).count(), 6);
    }

    #[tokio::test]
    async fn no_hop_leads_inside() {
        let canary = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        canary.set_nonblocking(true).unwrap();
        let port = canary.local_addr().unwrap().port();
        let scene = Scene::start(move |path, _, socket| {
            let host = path.trim_start_matches('/').to_string();
            redirect(socket, 302, &format!("http://{host}:{port}/"));
        });
        let (net, own) = (Net::default(), scene.own());
        let foreign = Foreign::over(&net, &own);
        for host in [
            "127.0.0.1",
            "localhost",
            "[::1]",
            "169.254.169.254",
            "printer.local",
            "0.0.0.0",
            "2130706433",
            "[::ffff:127.0.0.1]",
        ] {
            let refused = foreign.get(&scene.url(&format!("/{host}")), MOST).await;
            assert!(matches!(refused, Err(FetchError::NotPublic(_))), "{host}: {refused:?}");
        }
        assert!(canary.accept().is_err(), "nobody came");
    }

    #[tokio::test]
    async fn bombs_endless_bodies_and_errors_end_within_limits() {
        let bomb = packed(&vec![0; 64 << 20]);
        let scene = Scene::start(move |path, _, socket| match path {
            "/bomb" => answer(socket, "Content-Encoding: gzip", &bomb),
            "/endless" => {
                let _ = socket.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
                while socket.write_all(&[b'x'; 8192]).is_ok() {}
            }
            "/brotli" => answer(socket, "Content-Encoding: br", b"x"),
            "/busy" => {
                drop(socket.write_all(
                    b"HTTP/1.1 503 Busy\r\nConnection: close\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
                ))
            }
            "/short" => drop(socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour")),
            _ => drop(socket.write_all(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")),
        });
        let (net, own) = (Net::default(), scene.own());
        let foreign = Foreign::over(&net, &own);
        let get = async |path: &str| foreign.get(&scene.url(path), MOST).await.unwrap_err();
        assert!(matches!(get("/bomb").await, FetchError::TooLong { limit: MOST, .. }));
        assert!(matches!(get("/endless").await, FetchError::TooLong { .. }));
        assert!(matches!(get("/brotli").await, FetchError::Garbled { .. }));
        assert!(matches!(get("/short").await, FetchError::Offline { .. }));
        assert!(matches!(get("/none").await, FetchError::Answered { status: 404, wait: None, .. }));
        let busy = get("/busy").await;
        assert!(matches!(busy, FetchError::Answered { status: 503, wait: Some(wait), .. } if wait.as_secs() == 7));
    }

    #[tokio::test]
    async fn who_is_silent_or_drips_is_given_up() {
        let scene = Scene::start(|path, _, socket| {
            let mut read = [0];
            if path == "/drip" {
                let _ = socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
                let _ = socket.set_read_timeout(Some(Duration::from_millis(20)));
                while socket.write_all(b"x").is_ok() && !matches!(std::io::Read::read(socket, &mut read), Ok(0)) {}
            }
            // Until the other side goes.
            let _ = std::io::Read::read(socket, &mut read);
        });
        let (net, own) = (Net::default(), scene.own());
        let bounds =
            Bounds { head: Duration::from_millis(200), whole: Duration::from_millis(600), ..Bounds::default() };
        let foreign = Foreign { bounds, ..Foreign::over(&net, &own) };
        for path in ["/silent", "/drip"] {
            let error = foreign.get(&scene.url(path), MOST).await.unwrap_err();
            assert!(matches!(&error, FetchError::Offline { why, .. } if why.contains("too long")), "{path}: {error:?}");
        }
    }
}
