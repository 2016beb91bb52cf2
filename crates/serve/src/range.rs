//! The `Range` field for bytes (RFC 9110 §14.1.2): what a text asks of a file of known length.

use std::ops::Range;

/// Most ranges looked at in one field; more is an attack ("many small ranges", RFC 9110 §14.2), and is ignored.
const MAX_RANGES: usize = 16;

/// What a `Range` field asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The field is malformed, of another unit, or asks for pieces: the whole file is the answer.
    Whole,
    /// One piece, never empty and within the file.
    Part(Range<u64>),
    /// Well formed, but nothing of it lies in the file.
    Unsatisfiable,
}

/// Reads a `Range` field against a file of `len` bytes. Ranges that touch or overlap become one; ranges with gaps
/// between them are answered with the whole file, which RFC 9110 §14.2 allows and every client understands.
pub fn asked(field: &str, len: u64) -> Asked {
    let Some(specs) = specs(field) else { return Asked::Whole };
    if len == 0 && specs.iter().any(|spec| matches!(spec, Spec::Suffix(1..))) {
        return Asked::Whole;
    }
    let mut parts: Vec<Range<u64>> = specs.iter().filter_map(|spec| spec.within(len)).collect();
    parts.sort_by_key(|part| part.start);
    let Some(mut one) = parts.first().cloned() else { return Asked::Unsatisfiable };
    for part in &parts[1..] {
        if part.start > one.end {
            return Asked::Whole;
        }
        one.end = one.end.max(part.end);
    }
    Asked::Part(one)
}

/// One `range-spec`. Positions beyond 64 bits are held at the largest number: valid, and beyond every file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spec {
    FromTo(u64, u64),
    From(u64),
    Suffix(u64),
}

impl Spec {
    fn within(self, len: u64) -> Option<Range<u64>> {
        let part = match self {
            Spec::FromTo(first, last) => first..last.saturating_add(1).min(len),
            Spec::From(first) => first..len,
            Spec::Suffix(count) => len.saturating_sub(count)..len,
        };
        (part.start < part.end).then_some(part)
    }
}

/// Splits the field into specs; `None` when it is not a well-formed set of byte ranges.
fn specs(field: &str) -> Option<Vec<Spec>> {
    let (unit, set) = field.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let mut specs = Vec::new();
    for text in set.split(',').map(|text| text.trim_matches([' ', '\t'])).filter(|text| !text.is_empty()) {
        if specs.len() == MAX_RANGES {
            return None;
        }
        specs.push(spec(text)?);
    }
    (!specs.is_empty()).then_some(specs)
}

fn spec(text: &str) -> Option<Spec> {
    let (first, last) = text.split_once('-')?;
    match (first.is_empty(), last.is_empty()) {
        (true, true) => None,
        (true, false) => Some(Spec::Suffix(number(last)?)),
        (false, true) => Some(Spec::From(number(first)?)),
        (false, false) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Spec::FromTo(first, last))
        }
    }
}

fn number(digits: &str) -> Option<u64> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_9110_14_1_2() {
        // "a representation of length 10,000"
        for (field, expected) in [
            ("bytes=0-499", Asked::Part(0..500)),
            ("bytes=500-999", Asked::Part(500..1000)),
            ("bytes=-500", Asked::Part(9500..10_000)),
            ("bytes=9500-", Asked::Part(9500..10_000)),
            ("bytes=0-0,-1", Asked::Whole),
            ("bytes= 0-999, 4500-5499, -1000", Asked::Whole),
            ("bytes=500-600,601-999", Asked::Part(500..1000)),
            ("bytes=500-700,601-999", Asked::Part(500..1000)),
        ] {
            assert_eq!(asked(field, 10_000), expected, "{field}");
        }
    }

    #[test]
    fn clamped_to_the_file() {
        for (field, expected) in [
            ("bytes=0-", Asked::Part(0..100)),
            ("bytes=0-99999", Asked::Part(0..100)),
            ("bytes=99-99", Asked::Part(99..100)),
            ("bytes=-1", Asked::Part(99..100)),
            ("bytes=-100", Asked::Part(0..100)),
            ("bytes=-99999", Asked::Part(0..100)),
            ("bytes=0-18446744073709551615", Asked::Part(0..100)),
            ("bytes=0-99999999999999999999999999", Asked::Part(0..100)),
            ("Bytes=0-1", Asked::Part(0..2)),
            ("bytes=,0-1,,", Asked::Part(0..2)),
            ("bytes=200-300,5-6", Asked::Part(5..7)),
        ] {
            assert_eq!(asked(field, 100), expected, "{field}");
        }
    }

    #[test]
    fn beyond_the_file_is_unsatisfiable() {
        for field in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-", "bytes=200-,100-"] {
            assert_eq!(asked(field, 100), Asked::Unsatisfiable, "{field}");
        }
        assert_eq!(asked("bytes=0-0", 0), Asked::Unsatisfiable);
        assert_eq!(asked("bytes=-5", 0), Asked::Whole, "satisfiable by the RFC, but no Content-Range can say it");
    }

    #[test]
    fn malformed_is_ignored() {
        let many = format!("bytes={}", ["0-1"; 17].join(","));
        for field in [
            "",
            "bytes",
            "bytes=",
            "bytes=,",
            "bytes=-",
            "bytes=5",
            "bytes=5-3",
            "bytes=a-b",
            "bytes=0x1-5",
            "bytes=+1-5",
            "bytes=1--5",
            "bytes=--5",
            "bytes=1 - 5",
            "bytes=0-1;2-3",
            "bytes=0-1,x",
            "seconds=0-1",
            "bytes=٣-٤",
            many.as_str(),
        ] {
            assert_eq!(asked(field, 100), Asked::Whole, "{field}");
        }
    }
}
