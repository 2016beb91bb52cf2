//! SHA-256 as 64 lower-case hex digits, and the canonical JSON that records are hashed over.

use serde::{Deserialize, Serialize};
use sha2::Digest;

/// A SHA-256 value, written as 64 lower-case hex digits. It is the identity of every media file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct Sha256(String);

impl Sha256 {
    /// Hashes bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_digest(sha2::Sha256::digest(bytes).into())
    }
    /// Takes a finished digest.
    pub fn from_digest(digest: [u8; 32]) -> Self {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(64);
        for byte in digest {
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }
    /// Reads 64 hex digits; `None` for anything else. Upper case is folded.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())).then(|| Self(text.to_ascii_lowercase()))
    }
    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The 32 bytes the digits stand for.
    pub fn to_digest(&self) -> [u8; 32] {
        let nibble = |digit: u8| (digit as char).to_digit(16).unwrap_or(0) as u8;
        let digits = self.0.as_bytes();
        std::array::from_fn(|i| nibble(digits[2 * i]) << 4 | nibble(digits[2 * i + 1]))
    }
    /// The first 32 digits: how a published object's folder is named (DESIGN §6.3).
    pub fn short(&self) -> &str {
        &self.0[..32]
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a SHA-256 in hex"))
    }
}

impl std::fmt::Display for Sha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sha256({}…)", &self.0[..12])
    }
}

/// Hashes a stream piece by piece.
#[derive(Default)]
pub struct Hasher(sha2::Sha256);

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    /// The hash of all bytes taken.
    pub fn finish(self) -> Sha256 {
        Sha256::from_digest(self.0.finalize().into())
    }
}

/// JSON with sorted keys and no white space, so that equal values have equal bytes on every machine.
///
/// `serde_json::Value` sorts object keys (its `preserve_order` feature is off in this workspace; a test holds that).
pub fn canonical_json(value: &serde_json::Value) -> String {
    value.to_string()
}

/// The hash of a record's body: SHA-256 over its canonical JSON.
pub fn body_hash(value: &serde_json::Value) -> Sha256 {
    Sha256::of(canonical_json(value).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_is_the_published_vector() {
        // FIPS 180-4, the "abc" example.
        assert_eq!(Sha256::of(b"abc").as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn canonical_json_sorts_keys() {
        let value: serde_json::Value = serde_json::from_str(r#"{"b":1,"a":{"d":2,"c":3}}"#).unwrap();
        assert_eq!(canonical_json(&value), r#"{"a":{"c":3,"d":2},"b":1}"#);
    }

    #[test]
    fn digits_and_bytes_are_one() {
        let hash = Sha256::of(b"abc");
        assert_eq!(hash.to_digest()[..3], [0xba, 0x78, 0x16]);
        assert_eq!(Sha256::from_digest(hash.to_digest()), hash);
    }

    #[test]
    fn a_hash_is_a_text_in_json_and_a_key() {
        let hash = Sha256::of(b"abc");
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let all = std::collections::BTreeMap::from([(hash.clone(), vec![hash.clone()])]);
        assert_eq!(serde_json::to_string(&all).unwrap(), format!(r#"{{"{text}":["{text}"]}}"#));
        assert_eq!(Sha256::parse(&text.to_uppercase()), Some(hash));
    }

    #[test]
    fn short_texts_are_no_hash() {
        assert!(Sha256::parse("abc").is_none());
        assert!(Sha256::parse(&"ä".repeat(32)).is_none());
        assert!(Sha256::parse(&"g".repeat(64)).is_none());
    }
}
