//! In which country an address is, by a database of the operator's (MMDB). Asked while a request is answered; the address
//! goes no further. None is shipped: the good ones need an account or a notice of their own.

use hearthcast_model::{Code, Error, Result};
use maxminddb::Reader;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::Path;

/// Largest database read into memory.
const MOST_BYTES: u64 = 1 << 30;

/// A database that knows countries.
pub struct Countries(Reader<Vec<u8>>);

#[derive(Deserialize)]
struct Found<'a> {
    #[serde(borrow)]
    country: Option<Country<'a>>,
    #[serde(borrow)]
    registered_country: Option<Country<'a>>,
}

#[derive(Deserialize)]
struct Country<'a> {
    iso_code: Option<&'a str>,
}

impl Countries {
    /// Reads a database.
    pub fn open(path: &Path) -> Result<Self> {
        let size = std::fs::metadata(path).map_err(|error| unusable(path, &error))?.len();
        if size > MOST_BYTES {
            return Err(unusable(path, &format!("it has more than {MOST_BYTES} bytes")));
        }
        let bytes = std::fs::read(path).map_err(|error| unusable(path, &error))?;
        Reader::from_source(bytes).map(Self).map_err(|error| unusable(path, &error))
    }

    /// The country of an address: two capital letters. `None` when the database does not know it.
    pub fn of(&self, address: IpAddr) -> Option<[u8; 2]> {
        let found = self.0.lookup(address.to_canonical()).ok()?.decode::<Found>().ok()??;
        let code = found.country.or(found.registered_country)?.iso_code?;
        code.as_bytes().try_into().ok().filter(|code: &[u8; 2]| code.iter().all(u8::is_ascii_uppercase))
    }
}

impl std::fmt::Debug for Countries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Countries").field(&self.0.metadata().database_type).finish()
    }
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> Error {
    let path = path.display();
    Error::new(Code::UsageInvalid, format!("The database of countries {path} cannot be used: {why}."))
        .hint("Give geo_database a file in MaxMind's format (.mmdb) that knows countries, or leave the setting out.")
        .about("field", "geo_database")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value of the format: strings, maps and numbers, as "MaxMind DB File Format 2.0" writes them.
    fn text(text: &str) -> Vec<u8> {
        [vec![0b0100_0000 | text.len() as u8], text.as_bytes().to_vec()].concat()
    }

    fn map(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut out = vec![0b1110_0000 | pairs.len() as u8];
        pairs.iter().for_each(|(key, value)| out.extend([text(key), value.clone()].concat()));
        out
    }

    fn number(kind: u8, value: u8) -> Vec<u8> {
        vec![kind << 5 | 1, value]
    }

    fn uint64(value: u8) -> Vec<u8> {
        vec![1, 2, value]
    }

    /// A database of IPv4 with one node: addresses from 128.0.0.0 on have a record, the others have none.
    fn database(record: &[u8]) -> Vec<u8> {
        // 24 bits a record; 1 (the number of nodes) is "nothing", 1 + 16 + offset is data.
        let tree = [0, 0, 1, 0, 0, 17];
        let metadata = map(&[
            ("node_count", number(6, 1)),
            ("record_size", number(5, 24)),
            ("ip_version", number(5, 4)),
            ("database_type", text("Country")),
            ("languages", vec![0, 4]),
            ("binary_format_major_version", number(5, 2)),
            ("binary_format_minor_version", number(5, 0)),
            ("build_epoch", uint64(1)),
            ("description", map(&[])),
        ]);
        [&tree[..], &[0; 16], record, b"\xab\xcd\xefMaxMind.com", &metadata].concat()
    }

    fn of(record: &[u8], address: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("countries.mmdb");
        std::fs::write(&path, database(record)).unwrap();
        let found = Countries::open(&path).unwrap().of(address.parse().unwrap());
        found.map(|code| String::from_utf8(code.to_vec()).unwrap())
    }

    #[test]
    fn a_country_is_found_and_nothing_else_is_believed() {
        let record = |key: &str, code: &str| map(&[(key, map(&[("iso_code", text(code))]))]);
        assert_eq!(of(&record("country", "NZ"), "198.51.100.1").as_deref(), Some("NZ"));
        assert_eq!(of(&record("country", "NZ"), "::ffff:198.51.100.1").as_deref(), Some("NZ"));
        assert_eq!(of(&record("country", "NZ"), "10.0.0.1"), None, "not in the database");
        assert_eq!(of(&record("country", "NZ"), "2001:db8::1"), None, "a database of IPv4");
        assert_eq!(of(&record("registered_country", "DE"), "198.51.100.1").as_deref(), Some("DE"));
        assert_eq!(of(&record("country", "n<"), "198.51.100.1"), None);
        assert_eq!(of(&record("country", "NZL"), "198.51.100.1"), None);
        assert_eq!(of(&map(&[("city", text("x"))]), "198.51.100.1"), None);
    }

    #[test]
    fn what_is_no_database_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter.mmdb");
        std::fs::write(&path, "Dear database").unwrap();
        for path in [path, folder.path().join("none")] {
            let error = Countries::open(&path).unwrap_err();
            assert_eq!((error.code, error.subject.unwrap().id.as_str()), (Code::UsageInvalid, "geo_database"));
        }
    }
}
