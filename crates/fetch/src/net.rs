//! How a program goes about on the network, whatever it speaks to: its clock, its patience, its pace, and the proxy it was
//! told to use. What it is not: a connection; [`Owned`](crate::Owned) makes those.

use crate::{FetchError, Pace, Patience};
use hearthcast_model::Clock;
use hearthcast_model::clock::SystemClock;
use std::sync::Arc;
use url::Url;

/// What all lines of a program share. Cheap to clone.
#[derive(Clone)]
pub struct Net {
    clock: Arc<dyn Clock>,
    patience: Patience,
    pace: Pace,
    proxy: Option<Url>,
}

impl std::fmt::Debug for Net {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Net").field("pace", &self.pace).finish_non_exhaustive()
    }
}

impl Net {
    /// With this clock; patient, unhurried, without a proxy of its own (one of the environment counts).
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, patience: Patience::default(), pace: Pace::default(), proxy: None }
    }

    /// At this pace.
    pub fn paced(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// With this patience.
    pub fn patient(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Through this proxy (`http://host:port`, `socks5h://host:port`), but never to this machine itself.
    pub fn through(mut self, proxy: &str) -> Result<Self, FetchError> {
        self.proxy =
            Some(Url::parse(proxy).map_err(|_| FetchError::Setup("the proxy's address cannot be read".into()))?);
        Ok(self)
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The patience.
    pub fn patience(&self) -> &Patience {
        &self.patience
    }

    /// The pace.
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// The proxy, if one is set.
    pub(crate) fn proxy(&self) -> Option<&Url> {
        self.proxy.as_ref()
    }
}

impl Default for Net {
    fn default() -> Self {
        Self::new(Arc::new(SystemClock))
    }
}

impl From<Arc<dyn Clock>> for Net {
    fn from(clock: Arc<dyn Clock>) -> Self {
        Self::new(clock)
    }
}

impl<C: Clock + 'static> From<Arc<C>> for Net {
    fn from(clock: Arc<C>) -> Self {
        Self::new(clock)
    }
}
