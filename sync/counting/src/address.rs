//! Which address a request counts for (COUNTING.md, step 2). Not an access check: nothing here admits anybody.

use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr};

/// Hops of `X-Forwarded-For` looked at, from the right. More is not a chain of proxies but an attack.
const MAX_HOPS: usize = 64;

/// Returns the address as the rule groups it: `::ffff:a.b.c.d` is the IPv4 address, IPv6 is cut to its /64.
pub fn normalize(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        v4 => v4,
    }
}

/// Returns the client's full address: the peer, or, when the peer is a trusted proxy, the right-most hop of
/// `X-Forwarded-For` that is not a trusted proxy itself.
///
/// Everything left of that hop was written by the client and is not read. Several header lines are to be joined with
/// commas by the caller. A hop that is no address ends the walk: the proxy that wrote it is the last one known.
pub fn client(peer: IpAddr, xff: Option<&str>, trusted: &[IpNet]) -> IpAddr {
    let mut known = peer.to_canonical();
    for hop in xff.unwrap_or_default().rsplit(',').take(MAX_HOPS) {
        if !listed(known, trusted) {
            break;
        }
        match parse_hop(hop) {
            Some(ip) => known = ip,
            None => break,
        }
    }
    known
}

/// Whether an address is in one of the networks. `::ffff:a.b.c.d` is looked up as IPv4.
pub fn listed(ip: IpAddr, networks: &[IpNet]) -> bool {
    let ip = ip.to_canonical();
    networks.iter().any(|network| network.contains(&ip))
}

/// Reads a network (`192.0.2.0/24`) or a single address; `None` when it is neither.
pub fn parse_network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(|ip| IpNet::from(ip.to_canonical())))
}

/// Reads one hop: an address, `address:port`, `[v6]` or `[v6]:port`, with or without quotes.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim().trim_matches('"');
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let ip = bare.parse().ok().or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()));
    ip.map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }
    fn nets(list: &[&str]) -> Vec<IpNet> {
        list.iter().map(|text| parse_network(text).unwrap()).collect()
    }

    #[test]
    fn mapped_addresses_are_ipv4_and_ipv6_is_cut_to_64_bits() {
        assert_eq!(normalize(ip("::ffff:192.0.2.7")), ip("192.0.2.7"));
        assert_eq!(normalize(ip("192.0.2.7")), ip("192.0.2.7"));
        assert_eq!(normalize(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
    }

    #[test]
    fn the_header_is_believed_only_from_a_trusted_peer() {
        let trusted = nets(&["10.0.0.0/8"]);
        assert_eq!(client(ip("203.0.113.9"), Some("198.51.100.1"), &trusted), ip("203.0.113.9"));
        assert_eq!(client(ip("10.0.0.1"), Some("198.51.100.1"), &trusted), ip("198.51.100.1"));
        assert_eq!(client(ip("10.0.0.1"), None, &trusted), ip("10.0.0.1"));
        assert_eq!(client(ip("10.0.0.1"), Some("198.51.100.1"), &[]), ip("10.0.0.1"));
        assert_eq!(client(ip("::ffff:10.0.0.1"), Some("198.51.100.1"), &trusted), ip("198.51.100.1"));
    }

    #[test]
    fn the_right_most_untrusted_hop_wins_over_what_the_client_wrote() {
        let trusted = nets(&["10.0.0.0/8", "2001:db8:ffff::/48"]);
        let forged = "1.1.1.1, 198.51.100.1, 10.0.0.3,10.0.0.2";
        assert_eq!(client(ip("10.0.0.1"), Some(forged), &trusted), ip("198.51.100.1"));
        assert_eq!(client(ip("10.0.0.1"), Some("10.0.0.9, 10.0.0.8"), &trusted), ip("10.0.0.9"), "all are proxies");
        assert_eq!(client(ip("2001:db8:ffff::1"), Some("198.51.100.1"), &trusted), ip("198.51.100.1"));
    }

    #[test]
    fn a_hop_that_is_no_address_ends_the_walk() {
        let trusted = nets(&["10.0.0.0/8"]);
        for garbage in ["unknown", "", "1.1.1.1, _hidden", "198.51.100.1, , ", "1.2.3.4.5", "\u{0}"] {
            assert_eq!(client(ip("10.0.0.1"), Some(garbage), &trusted), ip("10.0.0.1"), "{garbage:?}");
        }
        assert_eq!(client(ip("10.0.0.1"), Some("x, 10.0.0.2"), &trusted), ip("10.0.0.2"));
    }

    #[test]
    fn hops_may_carry_ports_and_brackets() {
        let trusted = nets(&["10.0.0.0/8"]);
        for (hop, expected) in [
            ("198.51.100.1:4711", "198.51.100.1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("\"[2001:db8::1]:443\"", "2001:db8::1"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
        ] {
            assert_eq!(client(ip("10.0.0.1"), Some(hop), &trusted), ip(expected), "{hop}");
        }
    }

    #[test]
    fn a_network_may_be_written_as_one_address() {
        assert!(listed(ip("192.0.2.1"), &nets(&["192.0.2.1"])));
        assert!(!listed(ip("192.0.2.2"), &nets(&["192.0.2.1"])));
        assert!(listed(ip("::ffff:192.0.2.200"), &nets(&["192.0.2.0/24"])));
        assert_eq!(parse_network("192.0.2.0/33"), None);
        assert_eq!(parse_network("example.org"), None);
    }
}
