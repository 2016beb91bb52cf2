//! One-time pairing codes: twelve letters and digits that are hard to mistake, 60 bits of chance.

use hearthcast_model::Sha256;
use hearthcast_model::id::Ids;

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Longest text looked at as a code.
const MAX_BYTES: usize = 64;

/// Makes a code such as `7K3M-9QXA-T2BD`.
pub fn fresh(ids: &dyn Ids) -> String {
    // A UUIDv4 has fixed bits in bytes 6 and 8; hashing two of them spreads 244 bits of chance evenly.
    let chance = Sha256::of(format!("{}{}", ids.v4(), ids.v4()).as_bytes());
    let number = u64::from_str_radix(&chance.as_str()[..15], 16).unwrap_or_default();
    let letters: Vec<char> = (0..12).map(|at| ALPHABET[(number >> (at * 5) & 31) as usize] as char).collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// What the database keeps of a code: its hash, bound to this server. Dashes, spaces and case do not matter, and the
/// letters people mistake (O, I, L) are read as the digits they look like.
pub fn hash(server_id: &str, code: &str) -> Option<Sha256> {
    if code.len() > MAX_BYTES {
        return None;
    }
    let plain: String = code.chars().filter(|c| *c != '-' && !c.is_whitespace()).map(canonical).collect();
    (plain.len() == 12).then(|| Sha256::of(format!("pairing:{server_id}:{plain}").as_bytes()))
}

fn canonical(letter: char) -> char {
    match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::id::RandomIds;

    #[test]
    fn codes_differ_and_survive_being_typed() {
        let (one, two) = (fresh(&RandomIds), fresh(&RandomIds));
        assert_ne!(one, two);
        assert_eq!(one.len(), 14);
        let typed = format!(" {} ", one.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l"));
        assert_eq!(hash("s", &typed), hash("s", &one));
        assert_ne!(hash("s", &one), hash("other server", &one));
        assert_eq!(hash("s", "short"), None);
        assert_eq!(hash("s", &"A".repeat(100_000)), None);
    }
}
