//! Stable whole numbers for what Hearthcast knows by other names: front ends want them as ids.

use hearthcast_model::Sha256;

/// Bits of an id: whole numbers that JavaScript keeps exactly.
const ID_BITS: u32 = 53;

/// The id of something, made from what never changes about it, so that it is the same on every server and after every
/// restore. 53 bits keep ten thousand things apart with a chance of one in a hundred million of failing.
pub(super) fn number_of(kind: &str, known_by: &str) -> String {
    let hash = Sha256::of(format!("{kind}:{known_by}").as_bytes());
    let wide = u64::from_str_radix(&hash.as_str()[..16], 16).unwrap_or_default();
    (wide >> (u64::BITS - ID_BITS)).max(1).to_string()
}
