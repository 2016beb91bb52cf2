//! How long a range a request asked for (the tiny-range rule). Not the server's range parser: nothing is served by this.

/// Most parts of a multi-part range that are added up; what follows cannot make it tiny again.
const MAX_PARTS: usize = 256;

/// Returns the number of bytes a `Range` header asks of a file of `size` bytes, clipped to the file.
///
/// `None` means: no range the rule knows (another unit, or not well-formed), so the header is as good as absent.
pub fn asked(header: &str, size: u64) -> Option<u64> {
    let (unit, parts) = header.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    parts.split(',').take(MAX_PARTS).try_fold(0u64, |sum, part| Some(sum.saturating_add(one(part.trim(), size)?)))
}

/// Returns the first byte a `Range` header asks of a file of `size` bytes; `None` for several parts, and for no range the
/// rule knows.
pub fn first(header: &str, size: u64) -> Option<u64> {
    asked(header, size)?;
    let (first, last) = header.split_once('=')?.1.split_once('-').filter(|_| !header.contains(','))?;
    match digits(first.trim())? {
        Some(first) => Some(first),
        None => Some(size.saturating_sub(digits(last.trim())??)),
    }
}

fn one(part: &str, size: u64) -> Option<u64> {
    let (first, last) = part.split_once('-')?;
    match (digits(first.trim_end())?, digits(last.trim_start())?) {
        (Some(first), None) => Some(size.saturating_sub(first)),
        (None, Some(suffix)) => Some(suffix.min(size)),
        (Some(first), Some(last)) if first <= last => Some(last.saturating_add(1).min(size).saturating_sub(first)),
        _ => None,
    }
}

/// An empty text is no number (`Some(None)`); anything but digits is an error (`None`); too many digits are "very far".
fn digits(text: &str) -> Option<Option<u64>> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((!text.is_empty()).then(|| text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::{asked, first};

    #[test]
    fn lengths_follow_rfc_9110() {
        for (header, expected) in [
            ("bytes=0-1", Some(2)),
            ("bytes=0-0", Some(1)),
            ("bytes=0-", Some(1000)),
            ("bytes=999-", Some(1)),
            ("bytes=-2", Some(2)),
            ("bytes=-5000", Some(1000)),
            ("bytes=0-499", Some(500)),
            ("bytes=998-99999999999999999999999", Some(2)),
            ("Bytes = 0-1", Some(2)),
            ("bytes=0-1, 10-19", Some(12)),
            ("bytes=2000-3000", Some(0)),
            ("bytes=5-3", None),
            ("bytes=-", None),
            ("bytes=a-b", None),
            ("bytes=+1-2", None),
            ("seconds=0-1", None),
            ("", None),
        ] {
            assert_eq!(asked(header, 1000), expected, "{header}");
        }
    }

    #[test]
    fn the_first_byte_of_one_part_is_told() {
        for (header, expected) in [
            ("bytes=300-", Some(300)),
            ("bytes=0-1", Some(0)),
            ("bytes = 5 - 9", Some(5)),
            ("bytes=-400", Some(600)),
            ("bytes=-5000", Some(0)),
            ("bytes=0-1,5-9", None),
            ("bytes=9-5", None),
            ("lines=1-2", None),
            ("", None),
        ] {
            assert_eq!(first(header, 1_000), expected, "{header}");
        }
    }
}
