//! Goes where an address leads, as an app does: over at most five redirects, and only to public addresses or to the origins
//! that the author named as local.

use hearthcast_engine::said::{items_of, new_feed_url};
use hearthcast_fetch::{Foreign, Net};
use hearthcast_model::moving::{Answered, OldAddress, OldFeed};
use hearthcast_model::{Cancel, Result};
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use url::Url;

/// Most redirects an app follows.
const MOST_HOPS: u32 = 5;

/// Most bytes of a feed.
const FEED_LIMIT: usize = 64 << 20;

/// Most guids that are told.
const MOST_TOLD: usize = 50;

/// Goes where addresses lead.
pub(crate) struct Follower<'a> {
    foreign: Foreign<'a>,
}

impl<'a> Follower<'a> {
    pub(crate) fn over(net: &'a Net, own: &'a [Url]) -> Self {
        Self { foreign: Foreign::over(net, own) }
    }

    /// The bytes of a feed; `None` where nothing came.
    pub(crate) async fn feed(&self, url: &str) -> Option<Vec<u8>> {
        let url = Url::parse(url).ok()?;
        self.foreign.get(&url, FEED_LIMIT).await.ok().map(|got| got.body)
    }

    /// Where an address leads.
    pub(crate) async fn ask(&self, url: &str) -> Answered {
        let nobody = |why: String, hops| Answered { status: 0, leads_to: String::new(), hops, why };
        let Ok(mut at) = Url::parse(url) else { return nobody("It is no address of the web.".into(), 0) };
        let mut hops = 0;
        loop {
            let hop = match self.foreign.ask(&at).await {
                Ok(hop) => hop,
                Err(error) => return nobody(error.to_string(), hops),
            };
            match hop.location.filter(|_| (300..400).contains(&hop.status)) {
                Some(_) if hops == MOST_HOPS => {
                    return nobody(format!("It leads on more than {MOST_HOPS} times; apps give up."), hops);
                }
                Some(next) => (at, hops) = (next, hops + 1),
                None => {
                    let leads_to = if hops == 0 { String::new() } else { at.to_string() };
                    return Answered { status: hop.status, leads_to, hops, why: String::new() };
                }
            }
        }
    }

    /// Asks many, a few at a time.
    pub(crate) async fn ask_all(&self, addresses: &mut [&mut OldAddress], cancel: &Cancel) -> Result<()> {
        let queue: Mutex<VecDeque<&mut OldAddress>> = Mutex::new(addresses.iter_mut().map(|one| &mut **one).collect());
        let lane = || async {
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(one) = next.filter(|_| cancel.check().is_ok()) else { return };
                one.answered = Some(self.ask(&one.url).await);
            }
        };
        tokio::join!(lane(), lane(), lane(), lane());
        cancel.check()
    }

    /// Follows an old feed: whether it leads to the new one, and every guid is there.
    pub(crate) async fn follow(&self, url: &str, now: &str, guids: &BTreeSet<String>) -> OldFeed {
        let answered = self.ask(url).await;
        let there = same(&answered.leads_to, now);
        let found = match there && answered.is_there() || answered.leads_to.is_empty() && answered.is_there() {
            true => self.feed(url).await,
            false => None,
        };
        let says_so = !there && found.as_deref().is_some_and(|bytes| says(bytes, now));
        let missing: Vec<String> = match (&found, there) {
            (Some(bytes), true) => {
                let known: BTreeSet<String> =
                    items_of(bytes).unwrap_or_default().into_iter().map(|item| item.guid).collect();
                guids.difference(&known).cloned().collect()
            }
            _ => vec![],
        };
        let arrives = there && found.is_some() && missing.is_empty();
        let sentence = sentence(&answered, there, says_so, &missing, now);
        let missing = missing.into_iter().take(MOST_TOLD).collect();
        OldFeed { url: url.into(), answered, arrives, says_so, missing, sentence }
    }
}

/// Whether a feed says that it is there now.
fn says(bytes: &[u8], now: &str) -> bool {
    new_feed_url(bytes).is_some_and(|url| same(&url, now))
}

/// Whether two addresses are one.
fn same(one: &str, other: &str) -> bool {
    let read = |text: &str| Url::parse(text).map(|url| url.to_string()).unwrap_or_default();
    !one.is_empty() && read(one) == read(other)
}

fn sentence(answered: &Answered, there: bool, says_so: bool, missing: &[String], now: &str) -> String {
    let hops = match answered.hops {
        1 => "1 redirect".to_string(),
        n => format!("{n} redirects"),
    };
    match (answered.status, there) {
        (0, _) => format!("It does not answer: {}", answered.why),
        (_, true) if missing.is_empty() => format!("It leads to the new feed over {hops}, and every guid is there."),
        (_, true) => format!(
            "It leads to the new feed over {hops}, but {} of the show's guids are not there: apps would take those episodes for gone.",
            missing.len()
        ),
        (200..=299, false) if answered.leads_to.is_empty() && says_so => {
            "It still answers by itself and says where the feed is now; apps that know that tag go there, others do not. Set a redirect.".into()
        }
        (200..=299, false) if answered.leads_to.is_empty() => {
            format!("It still answers by itself and leads nowhere: set a redirect to {now}.")
        }
        (200..=299, false) => format!("It leads to {}, not to the new feed.", answered.leads_to),
        (status, false) => format!("It answers {status}: apps do not find the show from there."),
    }
}
