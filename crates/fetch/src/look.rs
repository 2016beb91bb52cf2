//! Looking at what an address answers, as an app or a directory does: status, header fields, and as much of the body as the
//! caller wants. The rules of [`Foreign`] hold: public addresses only, or the owner's own origins; no redirect is followed here.

use crate::certificate::not_after_ms;
use crate::foreign::{ANSWER, leads_to};
use crate::{FetchError, Foreign, failed};
use reqwest::header::HeaderMap;
use reqwest::{Method, tls::TlsInfo};
use url::Url;

/// What an address answered.
#[derive(Debug, Clone)]
pub struct Looked {
    /// Status.
    pub status: u16,
    /// Header fields.
    pub headers: HeaderMap,
    /// Where it leads, if it leads anywhere.
    pub location: Option<Url>,
    /// Bytes of the body, counted up to a little more than were wanted.
    pub bytes: u64,
    /// When the certificate of the other side ends, Unix milliseconds, where there is one.
    pub certificate_until_ms: Option<i64>,
}

impl Foreign<'_> {
    /// Sends a request without a body and hands at most `most` bytes of the answer to `take`, then hangs up. How long that may
    /// take is the caller's to say.
    pub async fn look(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        most: u64,
        mut take: impl FnMut(&[u8]),
    ) -> Result<Looked, FetchError> {
        let origin = url.origin().ascii_serialization();
        let mut answer = self.opened(method, url, headers, ANSWER).await?;
        let certificate = answer.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
        let mut looked = Looked {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            location: leads_to(url, answer.status().as_u16(), answer.headers()),
            bytes: 0,
            certificate_until_ms: certificate.and_then(not_after_ms),
        };
        while let Some(piece) = answer.chunk().await.map_err(|error| failed(&origin, &error))? {
            let room = usize::try_from(most.saturating_sub(looked.bytes)).unwrap_or(usize::MAX);
            take(piece.get(..room).unwrap_or(&piece));
            looked.bytes += piece.len() as u64;
            if looked.bytes > most {
                break;
            }
        }
        Ok(looked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Net;
    use hearthcast_testkit::{FaultServer, Reply};

    #[tokio::test]
    async fn a_look_reads_what_is_wanted_and_no_more() {
        let headers = vec![("location".into(), "/next".into()), ("x-kind".into(), "a".into())];
        let server = FaultServer::start(Reply { status: 302, headers, body: "x".repeat(1 << 20) });
        let url = Url::parse(&format!("{}/feed.xml", server.origin())).unwrap();
        let (net, own) = (Net::default(), [url.clone()]);
        let mut seen = vec![];
        let foreign = Foreign::over(&net, &own);
        let looked = foreign.look(Method::GET, &url, HeaderMap::new(), 10, |piece| seen.extend_from_slice(piece)).await;
        let looked = looked.unwrap();
        assert_eq!((looked.status, seen.as_slice(), looked.certificate_until_ms), (302, &b"xxxxxxxxxx"[..], None));
        assert!(looked.bytes > 10 && looked.bytes < 1 << 20, "it hung up: {}", looked.bytes);
        assert_eq!(looked.location.unwrap().path(), "/next");
        assert_eq!(server.count(), 1, "the redirect was not followed");
    }

    #[tokio::test]
    async fn inner_addresses_are_not_looked_at() {
        let server = FaultServer::start(Reply { status: 200, ..Reply::default() });
        let url = Url::parse(&server.origin()).unwrap();
        let looked = Foreign::over(&Net::default(), &[]).look(Method::GET, &url, HeaderMap::new(), 10, |_| ()).await;
        assert!(matches!(looked, Err(FetchError::NotPublic(_))), "{looked:?}");
        assert_eq!(server.count(), 0);
    }
}
