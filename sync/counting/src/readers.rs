//! Who asks for a feed: the estimate of subscribers of one UTC day (docs/COUNTING.md "Subscribers"). Not a count of downloads.
//!
//! Like the rule of downloads it depends on the set of rows only, not on their order.

use crate::agents::{Agent, AgentKind, Classifier, Service, service};
use crate::listener::Key;
use crate::names::{Agents, At, Names};
use hearthcast_model::stats::DropReason;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Requests for the feed of a show by one listener on one UTC day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reader {
    /// The show.
    pub show: String,
    /// Pseudonym of address and agent.
    pub listener: Key,
    /// Pseudonym of the address alone.
    pub address: Key,
    /// The `User-Agent` as sent; empty when there was none.
    pub agent: String,
    /// How often.
    pub requests: u64,
    /// The address is on the exclude list and not on the allow list.
    pub excluded: bool,
    /// The address is on the allow list.
    pub allowed: bool,
}

/// Who asked, as far as it is counted: kept where the agent itself is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asker {
    /// Its agent was empty.
    Nobody,
    /// A service that says for how many it asks.
    Service(Service),
    /// Everybody else.
    Agent(Agent),
}

impl Asker {
    /// Recognises an agent.
    pub fn of(agent: &str, classifier: &Classifier) -> Self {
        match service(agent) {
            Some(service) => Self::Service(service),
            None if agent.is_empty() => Self::Nobody,
            None => Self::Agent(Agent { device: None, ..classifier.classify(agent) }),
        }
    }
}

/// What was counted for the feed of a show on one UTC day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedTally {
    /// Requests.
    pub requests: u64,
    /// Requests that stand for no subscriber, by reason; `ip_over_cap` counts listeners.
    pub dropped: BTreeMap<DropReason, u64>,
    /// Listeners that asked for themselves.
    pub readers: u64,
    /// Subscribers that services say they have.
    pub by_services: u64,
    /// Browsers; no subscribers.
    pub browsers: u64,
    /// Subscribers by app or service.
    pub by_app: BTreeMap<String, u64>,
}

/// Counts the rows of one day, by show.
///
/// `most_per_address`: an address with more readers than this, over all shows, loses all of them, unless it is allowed.
pub fn count(
    rows: impl IntoIterator<Item = Reader>,
    most_per_address: Option<u64>,
    classifier: &Classifier,
) -> BTreeMap<String, FeedTally> {
    let mut counting = Counting::new(most_per_address);
    rows.into_iter().for_each(|row| counting.add(&row, classifier));
    counting.finish()
}

/// A day that is being counted, for more rows than fit into memory. Each row is another listener of a show, so that nothing is
/// kept of one but its pseudonym of an address, and that only where there is a cap.
#[derive(Debug, Default)]
pub struct Counting {
    agents: Agents,
    shows: Names,
    kept: Vec<Kept>,
    /// Allowed readers of an address, where there is a cap.
    at_addresses: HashMap<Key, u64>,
    most_per_address: Option<u64>,
    services: BTreeMap<(At, String, String), u64>,
    tallies: Vec<FeedTally>,
}

/// A listener that asked for itself, and may be one too many at its address.
#[derive(Debug, Clone, Copy)]
struct Kept {
    show: At,
    address: Key,
    agent: At,
}

impl Counting {
    /// Nothing counted yet.
    pub fn new(most_per_address: Option<u64>) -> Self {
        Self { most_per_address, ..Self::default() }
    }

    /// Takes a row.
    pub fn add(&mut self, row: &Reader, classifier: &Classifier) {
        let show = self.shows.of(&row.show);
        self.tally(show).requests += row.requests;
        match service(&row.agent).filter(|_| !row.excluded) {
            Some(service) => self.serve(show, service),
            None if row.agent.is_empty() => self.leave_out(show, row, DropReason::NoUserAgent),
            None => {
                let agent = self.agents.of(&row.agent, classifier);
                self.take(show, row, agent);
            }
        }
    }

    /// Takes a row of somebody who was recognised before; the row's own `agent` is not looked at.
    pub fn add_recognised(&mut self, row: &Reader, asker: Asker) {
        let show = self.shows.of(&row.show);
        self.tally(show).requests += row.requests;
        match asker {
            Asker::Service(_) if row.excluded => self.leave_out(show, row, DropReason::ExcludedIp),
            Asker::Service(service) => self.serve(show, service),
            Asker::Nobody => self.leave_out(show, row, DropReason::NoUserAgent),
            Asker::Agent(agent) => {
                let agent = self.agents.known(agent);
                self.take(show, row, agent);
            }
        }
    }

    /// The counts of all rows.
    pub fn finish(mut self) -> BTreeMap<String, FeedTally> {
        self.settle();
        for ((show, name, _), subscribers) in std::mem::take(&mut self.services) {
            let tally = self.tally(show);
            tally.by_services = tally.by_services.saturating_add(subscribers);
            let by_app = tally.by_app.entry(name).or_default();
            *by_app = by_app.saturating_add(subscribers);
        }
        let named = |(show, tally)| (self.shows.name(show).to_owned(), tally);
        (0..).zip(self.tallies).map(named).collect()
    }

    fn tally(&mut self, show: At) -> &mut FeedTally {
        let at = show as usize;
        if self.tallies.len() <= at {
            self.tallies.resize_with(at + 1, FeedTally::default);
        }
        &mut self.tallies[at]
    }

    fn serve(&mut self, show: At, service: Service) {
        let most = self.services.entry((show, service.name, service.feed)).or_default();
        *most = service.subscribers.max(*most);
    }

    fn leave_out(&mut self, show: At, row: &Reader, reason: DropReason) {
        *self.tally(show).dropped.entry(reason).or_default() += row.requests;
    }

    fn take(&mut self, show: At, row: &Reader, agent: At) {
        let kind = self.agents.agent(agent).kind;
        match kind {
            AgentKind::Bot => self.leave_out(show, row, DropReason::Bot),
            _ if row.excluded => self.leave_out(show, row, DropReason::ExcludedIp),
            // A page of text in a browser is no subscription.
            AgentKind::Browser => self.tally(show).browsers += 1,
            _ if self.most_per_address.is_none() || row.allowed => {
                self.reader(show, agent);
                self.allowed(row);
            }
            _ => self.kept.push(Kept { show, address: row.address, agent }),
        }
    }

    fn reader(&mut self, show: At, agent: At) {
        let app = self.agents.agent(agent).app.clone();
        let tally = self.tally(show);
        tally.readers += 1;
        *tally.by_app.entry(app).or_default() += 1;
    }

    /// Those that are allowed are never too many, but others at their address are with them.
    fn allowed(&mut self, row: &Reader) {
        if self.most_per_address.is_some() {
            *self.at_addresses.entry(row.address).or_default() += 1;
        }
    }

    fn settle(&mut self) {
        let Some(most) = self.most_per_address else { return };
        let mut at_addresses = std::mem::take(&mut self.at_addresses);
        let kept = std::mem::take(&mut self.kept);
        kept.iter().for_each(|kept| *at_addresses.entry(kept.address).or_default() += 1);
        for Kept { show, address, agent } in kept {
            match at_addresses.get(&address).is_some_and(|count| *count > most) {
                true => *self.tally(show).dropped.entry(DropReason::IpOverCap).or_default() += 1,
                false => self.reader(show, agent),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "AntennaPod/3.4.0";
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    /// A listener at an address: both pseudonyms are made up here.
    fn asked(address: u8, agent: &str, requests: u64) -> Reader {
        let mut listener = [address; 16];
        agent.bytes().zip(&mut listener[1..]).for_each(|(byte, to)| *to = byte);
        let (show, agent) = ("show".to_string(), agent.to_string());
        Reader { show, listener, address: [address; 16], agent, requests, excluded: false, allowed: false }
    }

    fn tally(rows: &[Reader], most: Option<u64>) -> FeedTally {
        let forward = count(rows.iter().cloned(), most, &Classifier::default());
        let backward = count(rows.iter().rev().cloned(), most, &Classifier::default());
        assert_eq!(forward, backward, "the order does not matter");
        forward.into_values().next().unwrap_or_default()
    }

    /// Memory must not grow with the listeners of a day; with a cap by their addresses only.
    #[test]
    fn nothing_is_kept_of_a_reader_unless_there_is_a_cap() {
        let (mut free, mut capped) = (Counting::new(None), Counting::new(Some(5)));
        for n in 0..100 {
            free.add(&asked(n, APP, 1), &Classifier::default());
            capped.add(&asked(n, APP, 1), &Classifier::default());
        }
        assert_eq!((free.kept.len(), free.at_addresses.len(), capped.kept.len()), (0, 0, 100));
        assert!(size_of::<Kept>() <= 24);
        assert_eq!(free.finish(), capped.finish());
    }

    #[test]
    fn one_app_at_one_address_is_one_reader_however_often_it_asks() {
        let found = tally(&[asked(1, APP, 24), asked(2, APP, 1), asked(1, "Overcast/3.0", 3)], None);
        assert_eq!((found.requests, found.readers, found.by_services), (28, 3, 0));
        assert_eq!(found.by_app, BTreeMap::from([("AntennaPod".into(), 2), ("Overcast".into(), 1)]));
    }

    #[test]
    fn services_count_for_as_many_as_they_say_once_a_day() {
        let found = tally(
            &[
                asked(1, "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; )", 30),
                asked(2, "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 18 subscribers; )", 30),
                asked(3, "Feedbin feed-id:1 - 5 subscribers", 1),
                asked(3, "Feedbin feed-id:2 - 7 subscribers", 1),
                asked(4, APP, 1),
            ],
            None,
        );
        assert_eq!((found.readers, found.by_services), (1, 18 + 5 + 7), "the most of one feed, the sum of two");
        assert_eq!(found.by_app["Feedbin"], 12);
    }

    #[test]
    fn robots_browsers_and_excluded_addresses_are_no_subscribers() {
        let excluded = Reader { excluded: true, ..asked(9, APP, 2) };
        let service = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; )";
        let hidden = Reader { excluded: true, ..asked(9, service, 1) };
        let rows = [asked(1, "curl/8.0", 3), asked(2, "", 4), asked(3, FIREFOX, 5), excluded, hidden];
        let found = tally(&rows, None);
        assert_eq!((found.readers, found.by_services, found.browsers, found.requests), (0, 0, 1, 15));
        use DropReason::{Bot, ExcludedIp, NoUserAgent};
        assert_eq!(found.dropped[&NoUserAgent], 4);
        assert_eq!(found.dropped[&Bot] + found.dropped[&ExcludedIp], 3 + 2 + 1);
    }

    #[test]
    fn an_address_with_too_many_readers_loses_them_unless_it_is_allowed() {
        let three = || vec![asked(1, APP, 1), asked(1, "Overcast/3.0", 1), asked(1, "Castro 2024.3", 1)];
        assert_eq!(tally(&three(), Some(3)).readers, 3);
        let over = tally(&three(), Some(2));
        assert_eq!((over.readers, over.dropped[&DropReason::IpOverCap], over.by_app.len()), (0, 3, 0));
        let allowed: Vec<_> = three().into_iter().map(|row| Reader { allowed: true, ..row }).collect();
        assert_eq!(tally(&allowed, Some(2)).readers, 3);
    }
}
