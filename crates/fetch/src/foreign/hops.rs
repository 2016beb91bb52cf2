//! Following redirects by hand: every hop is looked at like the first, few are made, and none in a circle.

use super::{Foreign, Hop, hop};
use crate::{FetchError, retry_after};
use reqwest::header::HeaderMap;
use reqwest::{Method, Response};
use url::Url;

/// Most times that somebody is sent on.
pub(crate) const MOST_HOPS: usize = 5;

/// What may happen on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// From https to nothing but https.
    Kept,
    /// From https to plain http, too: large media of old hosts lie there, and whoever takes them measures them.
    Plain,
}

/// Where the way ended.
#[derive(Debug)]
pub(crate) struct Arrived {
    /// The answer, its body unread.
    pub(crate) response: Response,
    /// Its address.
    pub(crate) url: Url,
    /// Where the first address leads for good (301, 308), if it does.
    pub(crate) moved: Option<Url>,
}

impl Arrived {
    /// Its origin, for messages.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The error that an answer is which is none of these.
    pub(crate) fn refused(&self, net: &crate::Net) -> FetchError {
        let wait = retry_after(self.response.headers(), net.clock().as_ref());
        FetchError::Answered { origin: self.origin(), status: self.response.status().as_u16(), wait }
    }
}

/// The addresses on the way so far; the last one is asked next.
struct Trail(Vec<Url>);

impl Trail {
    fn from(url: &Url) -> Self {
        Self(vec![bare(url)])
    }

    fn at(&self) -> &Url {
        &self.0[self.0.len() - 1]
    }

    fn astray(&self, why: &'static str) -> FetchError {
        FetchError::Astray { origin: self.at().origin().ascii_serialization(), why }
    }

    /// Goes on to the next address, if anybody should.
    fn on(&mut self, next: &Url, way: Way, foreign: &Foreign<'_>) -> Result<(), FetchError> {
        let next = bare(next);
        if way == Way::Kept && self.at().scheme() == "https" && next.scheme() != "https" && !foreign.is_own(&next) {
            return Err(self.astray("leads from https to plain http"));
        }
        if self.0.contains(&next) {
            return Err(self.astray("leads round in a circle"));
        }
        if self.0.len() > MOST_HOPS {
            return Err(self.astray("leads on more than five times"));
        }
        self.0.push(next);
        Ok(())
    }
}

impl Foreign<'_> {
    /// Asks for an address until something else than a redirect answers.
    pub(crate) async fn arrive(&self, url: &Url, headers: &HeaderMap, way: Way) -> Result<Arrived, FetchError> {
        let (mut trail, mut moved, mut for_good) = (Trail::from(url), None, true);
        loop {
            let response = self.opened(Method::GET, trail.at(), headers.clone(), self.bounds.head).await?;
            let said = hop(trail.at(), response.status().as_u16(), response.headers());
            let Some(next) = &said.location else {
                return Ok(Arrived { response, url: trail.at().clone(), moved });
            };
            trail.on(next, way, self)?;
            for_good &= matches!(said.status, 301 | 308);
            if for_good {
                moved = Some(trail.at().clone());
            }
        }
    }

    /// Finds what lies where an address leads in the end, over at most five redirects; only its head is asked for.
    pub async fn find(&self, url: &Url) -> Result<Hop, FetchError> {
        let mut trail = Trail::from(url);
        loop {
            let said = self.ask(trail.at()).await?;
            match &said.location {
                Some(next) => trail.on(next, Way::Plain, self)?,
                None => return Ok(said),
            }
        }
    }
}

/// An address as it is asked for: what stands behind `#` is nobody's but the reader's.
fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}
