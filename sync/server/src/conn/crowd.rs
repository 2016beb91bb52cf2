//! How many connections each address has, so that one cannot take all places.

use hearthcast_counting::address::{listed, normalize};
use ipnet::IpNet;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The connections of all addresses.
#[derive(Clone)]
pub(super) struct Crowd(Arc<Inner>);

struct Inner {
    most: usize,
    without_limit: Vec<IpNet>,
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

/// The place of one connection; dropping it makes room.
pub(super) struct Seat(Option<(Crowd, IpAddr)>);

impl Crowd {
    /// At most so many for each address outside these networks; 0 is no limit.
    pub(super) fn new(most: usize, without_limit: Vec<IpNet>) -> Self {
        Self(Arc::new(Inner { most, without_limit, by_address: Mutex::default() }))
    }

    /// A place for one more connection, if its address may have one.
    pub(super) fn enter(&self, address: IpAddr) -> Option<Seat> {
        if self.0.most == 0 || listed(address, &self.0.without_limit) {
            return Some(Seat(None));
        }
        let address = normalize(address);
        let mut by_address = self.by_address();
        let count = by_address.entry(address).or_default();
        if *count >= self.0.most {
            return None;
        }
        *count += 1;
        Some(Seat(Some((self.clone(), address))))
    }

    fn by_address(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some((crowd, address)) = self.0.take() else { return };
        let mut by_address = crowd.by_address();
        if let Some(count) = by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_network_of_a_listener_is_one_address() {
        let crowd = Crowd::new(2, vec!["10.0.0.0/8".parse().unwrap()]);
        let seats = [crowd.enter(ip("2001:db8::1")), crowd.enter(ip("2001:db8::2"))];
        assert!(seats.iter().all(Option::is_some) && crowd.enter(ip("2001:db8::3")).is_none(), "one /64");
        assert!(crowd.enter(ip("2001:db8:0:1::1")).is_some(), "another /64");
        let four = [crowd.enter(ip("192.0.2.1")), crowd.enter(ip("::ffff:192.0.2.1"))];
        assert!(four.iter().all(Option::is_some) && crowd.enter(ip("192.0.2.1")).is_none(), "mapped is the same");
        let proxied: Vec<_> = (0..9).map(|_| crowd.enter(ip("10.1.2.3"))).collect();
        assert!(proxied.iter().all(Option::is_some), "a proxy carries many");
        drop(seats);
        drop(four);
        assert!(crowd.enter(ip("2001:db8::3")).is_some(), "places come free");
        assert!(crowd.by_address().is_empty(), "nothing is kept of those who left");
    }

    #[test]
    fn no_limit_is_none() {
        let crowd = Crowd::new(0, vec![]);
        let seats: Vec<_> = (0..1_000).map(|_| crowd.enter(ip("192.0.2.1"))).collect();
        assert!(seats.iter().all(Option::is_some) && crowd.by_address().is_empty());
    }
}
