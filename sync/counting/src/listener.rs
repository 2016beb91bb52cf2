//! Pseudonyms: who asked, without keeping the address (COUNTING.md, step 3). Not anonymous while the day's salt exists.

use crate::address::normalize;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::net::IpAddr;

/// A pseudonym valid for one UTC day: comparing two of one day is all it is good for.
pub type Key = [u8; 16];

/// Returns the listener of a request: the first 16 bytes of HMAC-SHA256(salt of the UTC day, address ‖ 0 ‖ agent).
///
/// The address is normalized here (IPv4, or the /64 of IPv6) and written as text; the agent is taken byte for byte.
pub fn listener(salt: &[u8; 32], ip: IpAddr, agent: &str) -> Key {
    keyed(salt, &[normalize(ip).to_string().as_bytes(), &[0], agent.as_bytes()])
}

/// Returns the pseudonym of an address alone, for the cap per address and day.
pub fn address(salt: &[u8; 32], ip: IpAddr) -> Key {
    keyed(salt, &[normalize(ip).to_string().as_bytes()])
}

fn keyed(salt: &[u8; 32], parts: &[&[u8]]) -> Key {
    let mut mac = Hmac::<Sha256>::new_from_slice(salt).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    let whole = mac.finalize().into_bytes();
    let mut key = Key::default();
    key.copy_from_slice(&whole[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: [u8; 32] = *b"0123456789abcdef0123456789abcdef";

    fn hex(key: Key) -> String {
        key.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Expected value from `printf '192.0.2.7\0VLC/3.0.8' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef`.
    #[test]
    fn equals_openssl() {
        let ip = "192.0.2.7".parse().unwrap();
        assert_eq!(hex(listener(&SALT, ip, "VLC/3.0.8")), "e2510891d3d7223912620e38df3126f1");
        assert_eq!(hex(address(&SALT, ip)), "53db62d6a946d0fa863e3ff4da7ba0c7");
    }

    #[test]
    fn one_64_is_one_listener_and_agents_are_not_mixed() {
        let (a, b): (IpAddr, IpAddr) = ("2001:db8::1".parse().unwrap(), "2001:db8::2".parse().unwrap());
        assert_eq!(listener(&SALT, a, "x"), listener(&SALT, b, "x"));
        assert_ne!(listener(&SALT, a, "x"), listener(&SALT, a, "y"));
        assert_ne!(listener(&SALT, a, ""), address(&SALT, a));
        assert_ne!(listener(&SALT, a, "x"), listener(&[0; 32], a, "x"), "another day, another pseudonym");
    }
}
