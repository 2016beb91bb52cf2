//! The secret of an address: 160 bits that nothing prints.

use crate::Sha256;
use crate::id::Ids;
use serde::{Deserialize, Serialize};

/// Letters of a token: base 32 (RFC 4648 §6) in small letters, so that it survives being read out and line ends.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Characters of a token: 160 bits.
const TOKEN_CHARS: usize = 32;

/// The secret of an address. Whoever has it may hear the draft, so it never stands in a log: its `Debug` says nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct ShareToken(String);

impl ShareToken {
    /// A fresh one: 160 of the bits of a hash over 244 random ones.
    pub fn fresh(ids: &dyn Ids) -> Self {
        let hash = Sha256::of(format!("{}{}", ids.v4(), ids.v4()).as_bytes());
        let bits = hash.as_str().bytes().flat_map(|digit| {
            let value = (digit as char).to_digit(16).unwrap_or(0);
            (0..4).rev().map(move |bit| (value >> bit) & 1)
        });
        let bits: Vec<u32> = bits.take(TOKEN_CHARS * 5).collect();
        let letter = |five: &[u32]| LETTERS[five.iter().fold(0, |all, bit| all * 2 + bit) as usize] as char;
        Self(bits.chunks(5).map(letter).collect())
    }

    /// Reads one out of an address; `None` for anything that no laptop ever made.
    pub fn parse(text: &str) -> Option<Self> {
        let good = text.len() == TOKEN_CHARS && text.bytes().all(|byte| LETTERS.contains(&byte));
        good.then(|| Self(text.to_string()))
    }

    /// The secret itself, for the address.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What a server knows instead of it. A look-up by this tells nothing by its time: nobody can choose what it hashes to.
    pub fn hash(&self) -> Sha256 {
        Sha256::of(self.0.as_bytes())
    }
}

impl std::fmt::Debug for ShareToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShareToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RandomIds;

    #[test]
    fn a_token_is_160_bits_that_nothing_prints() {
        let (one, two) = (ShareToken::fresh(&RandomIds), ShareToken::fresh(&RandomIds));
        assert_ne!(one, two);
        assert_eq!(one.reveal().len() * 5, 160);
        assert_eq!(ShareToken::parse(one.reveal()), Some(one.clone()));
        assert!(!format!("{one:?}").contains(one.reveal()));
        for strange in
            ["", "a", &"A".repeat(32), &"1".repeat(32), &format!("{}/", &one.reveal()[..31]), &"a".repeat(33)]
        {
            assert_eq!(ShareToken::parse(strange), None, "{strange}");
        }
    }

    /// The letters are those of RFC 4648, so another program's base 32 of the same hash is the same text.
    #[test]
    fn a_token_is_the_base_32_of_a_hash() {
        struct Zeros;
        impl Ids for Zeros {
            fn v7(&self, _: i64) -> uuid::Uuid {
                uuid::Uuid::nil()
            }
            fn v4(&self) -> uuid::Uuid {
                uuid::Uuid::nil()
            }
        }
        // python3: base64.b32encode(hashlib.sha256(b"00000000-0000-0000-0000-000000000000"*2).digest())[:32].lower()
        assert_eq!(ShareToken::fresh(&Zeros).reveal(), "ggmdksv6oa4lkl7lap5vrpmivgjxu3sl");
    }
}
