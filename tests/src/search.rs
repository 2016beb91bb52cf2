//! Looks for a secret wherever bytes lie: as it is, and in the disguises it would wear in a log, an address or a record.

use std::path::{Path, PathBuf};

/// A secret and what it looks like in other clothes.
pub struct Needle {
    name: String,
    looks: Vec<(&'static str, Vec<u8>)>,
}

impl Needle {
    /// A secret of at least 12 bytes: shorter ones would be found by chance.
    pub fn new(name: &str, secret: &str) -> Self {
        assert!(secret.len() >= 12, "{name} is too short to be looked for");
        let bytes = secret.as_bytes();
        let hex = |upper: bool| {
            let digit = |byte: &u8| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
            bytes.iter().map(digit).collect::<String>().into_bytes()
        };
        let mut looks = vec![
            ("plain", bytes.to_vec()),
            ("percent", percent(bytes, |byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))),
            ("percent, all", percent(bytes, |byte| byte.is_ascii_alphanumeric())),
            ("hex", hex(false)),
            ("HEX", hex(true)),
            ("UTF-16", secret.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            ("backwards", bytes.iter().rev().copied().collect()),
            ("JSON", escaped(secret)),
        ];
        for alphabet in [STANDARD, URL_SAFE] {
            looks.extend((0..3).map(|before| ("base64", base64_core(bytes, before, alphabet))));
        }
        Self { name: name.into(), looks }
    }

    /// Which of its looks stands in these bytes.
    pub fn in_bytes(&self, hay: &[u8]) -> Option<&'static str> {
        self.looks.iter().find(|(_, look)| hay.windows(look.len()).any(|part| part == look)).map(|(name, _)| *name)
    }

    /// Every file below a folder that holds it, with the look.
    pub fn in_folder(&self, folder: &Path) -> Vec<String> {
        let mut found = vec![];
        for file in files_below(folder) {
            let name = file.display().to_string();
            let inside = std::fs::read(&file).ok().and_then(|bytes| self.in_bytes(&bytes));
            found.extend(inside.or_else(|| self.in_bytes(name.as_bytes())).map(|look| self.found(look, &name)));
        }
        found
    }

    /// A sentence about where it was found.
    pub fn found(&self, look: &str, place: &str) -> String {
        format!("{} ({look}) in {place}", self.name)
    }
}

/// All files below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![];
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The letters that base64 (RFC 4648) gives these bytes when `before` other bytes, modulo 3, stand before them: those that
/// depend on nothing else.
fn base64_core(bytes: &[u8], before: usize, alphabet: &[u8; 64]) -> Vec<u8> {
    let skip = (3 - before) % 3;
    let whole = &bytes[skip..skip + (bytes.len() - skip) / 3 * 3];
    let letter = |bits: u32| alphabet[usize::try_from(bits & 63).expect("six bits")];
    let triple = |part: &[u8]| {
        let bits = u32::from(part[0]) << 16 | u32::from(part[1]) << 8 | u32::from(part[2]);
        [letter(bits >> 18), letter(bits >> 12), letter(bits >> 6), letter(bits)]
    };
    whole.chunks(3).flat_map(triple).collect()
}

fn percent(bytes: &[u8], plain: impl Fn(u8) -> bool) -> Vec<u8> {
    let code = |byte: &u8| if plain(*byte) { vec![*byte] } else { format!("%{byte:02X}").into_bytes() };
    bytes.iter().flat_map(code).collect()
}

fn escaped(text: &str) -> Vec<u8> {
    let quoted = serde_json::to_string(text).expect("text can be quoted");
    quoted.trim_matches('"').as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "s3cr3t+of/the=sea%";

    #[test]
    fn every_disguise_is_seen_through() {
        // Made by coreutils and Python: `base64`, `xxd -p`, `urllib.parse.quote`.
        for hay in [
            "key=s3cr3t+of/the=sea%;",
            "x czNjcjN0K29mL3RoZT1zZWEl x",
            "x YTpzM2NyM3Qrb2YvdGhlPXNlYSU= x",
            "x YnVzczNjcjN0K29mL3RoZT1zZWEl x",
            "x 7333637233742b6f662f7468653d73656125 x",
            "?key=s3cr3t%2Bof%2Fthe%3Dsea%25&",
        ] {
            assert!(Needle::new("it", SECRET).in_bytes(hay.as_bytes()).is_some(), "{hay}");
        }
        assert_eq!(Needle::new("it", SECRET).in_bytes(b"s3cr3t of the sea"), None);
    }
}
