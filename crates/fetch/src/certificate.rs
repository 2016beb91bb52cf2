//! When a certificate ends, read from its bytes (X.509, RFC 5280 §4.1). What it is not: a check; the TLS library has made that
//! before anybody asks here.

use hearthcast_model::clock::parse_rfc3339;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// When it ends, Unix milliseconds; `None` for what is no certificate.
pub(crate) fn not_after_ms(certificate: &[u8]) -> Option<i64> {
    let (certificate, _) = part(certificate, SEQUENCE)?;
    let (mut inside, _) = part(certificate, SEQUENCE)?;
    if inside.first() == Some(&VERSION) {
        inside = part(inside, VERSION)?.1;
    }
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        inside = part(inside, *inside.first()?)?.1;
    }
    let (validity, _) = part(inside, SEQUENCE)?;
    let (_, end) = part(validity, *validity.first()?)?;
    let tag = *end.first()?;
    time(tag, std::str::from_utf8(part(end, tag)?.0).ok()?)
}

/// The content of the value that stands first, and what follows it.
fn part(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x83 => {
            let (long, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
            (long.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    (*found == tag).then(|| rest.split_at_checked(length))?
}

/// `YYMMDDhhmmssZ`, where years below 50 are of this century, or `YYYYMMDDhhmmssZ`.
fn time(tag: u8, text: &str) -> Option<i64> {
    let digits = text.strip_suffix('Z').filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let whole = match (tag, digits.len()) {
        (UTC_TIME, 12) if digits < "50" => format!("20{digits}"),
        (UTC_TIME, 12) => format!("19{digits}"),
        (GENERALIZED_TIME, 14) => digits.to_string(),
        _ => return None,
    };
    let at = |from: usize, to: usize| whole.get(from..to);
    let (date, hour) = (format!("{}-{}-{}", at(0, 4)?, at(4, 6)?, at(6, 8)?), at(8, 10)?);
    parse_rfc3339(&format!("{date}T{hour}:{}:{}Z", at(10, 12)?, at(12, 14)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `openssl req -x509 -newkey ec … -days 30 -subj "/CN=pods.example/O=Harbour"`; `openssl x509 -enddate` says
    /// "Dec 21 16:47:32 2026 GMT".
    const SHORT: &str = "308201a73082014da00302010202144fe56ea6d33fda118eaeef6c8d8cbd035959f98a300a06082a8648ce3d040302302931\
        15301306035504030c0c706f64732e6578616d706c653110300e060355040a0c07486172626f7572301e170d3236313132313136343733\
        325a170d3236313232313136343733325a30293115301306035504030c0c706f64732e6578616d706c65";
    /// The same with `-days 20000`: "Aug 24 16:47:32 2081 GMT", behind the years that two digits can name.
    const LONG: &str = "3082018330820129a00302010202147b3090c55a073f34f5171ebaf844a05578c7fdee300a06082a8648ce3d040302301631\
        14301206035504030c0b6661722e6578616d706c653020170d3236313132313136343733325a180f32303831303832343136343733325a\
        30163114301206035504030c0b6661722e6578616d706c65";

    /// The head of a certificate, filled up to the lengths it names.
    fn bytes(hex: &str, length: usize) -> Vec<u8> {
        let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
        let pairs = digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
        let mut bytes: Vec<u8> = pairs.collect();
        bytes.resize(length, 0);
        bytes
    }

    #[test]
    fn the_end_is_read_in_both_forms() {
        let short = bytes(SHORT, 0x1a7 + 4);
        assert_eq!(not_after_ms(&short), parse_rfc3339("2026-12-21T16:47:32Z"));
        assert_eq!(not_after_ms(&bytes(LONG, 0x183 + 4)), parse_rfc3339("2081-08-24T16:47:32Z"));
        assert_eq!(time(UTC_TIME, "491231235959Z"), parse_rfc3339("2049-12-31T23:59:59Z"));
        assert_eq!(time(UTC_TIME, "500101000000Z"), parse_rfc3339("1950-01-01T00:00:00Z"));
    }

    #[test]
    fn what_is_none_has_no_end_and_harms_nobody() {
        let short = bytes(SHORT, 0x1a7 + 4);
        for length in 0..short.len() {
            assert_eq!(not_after_ms(&short[..length]), None, "cut after {length}");
        }
        for index in 0..140 {
            let mut other = short.clone();
            other[index] = 0xff;
            let _ = not_after_ms(&other);
        }
        for text in ["", "Z", "2612211647Z", "261321164732Z", "aaaaaaaaaaaaZ", "261221164732+0100"] {
            assert_eq!(time(UTC_TIME, text), None, "{text}");
        }
    }
}
