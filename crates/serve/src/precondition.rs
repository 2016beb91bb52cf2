//! Conditional requests (RFC 9110 §13): whether to answer at all, and whether a range may be answered with a part.

use crate::representation::parse_http_date;
use crate::{Representation, RequestFacts};

/// What the preconditions say, evaluated in the order of RFC 9110 §13.2.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Go on.
    Proceed,
    /// The client has it: 304.
    NotModified,
    /// The client expects something else: 412.
    Failed,
}

pub(crate) fn evaluate(request: &RequestFacts<'_>, file: &Representation) -> Verdict {
    let changed_s = file.last_modified_ms.div_euclid(1000);
    let expected = match (request.if_match, request.if_unmodified_since.and_then(parse_http_date)) {
        (Some(list), _) => listed(list, file, true),
        (None, Some(since_s)) => changed_s <= since_s,
        (None, None) => true,
    };
    if !expected {
        return Verdict::Failed;
    }
    let unmodified = match (request.if_none_match, request.if_modified_since.and_then(parse_http_date)) {
        (Some(list), _) => listed(list, file, false),
        (None, Some(since_s)) => changed_s <= since_s,
        (None, None) => false,
    };
    if unmodified { Verdict::NotModified } else { Verdict::Proceed }
}

/// Whether `If-Range` lets a part be sent: the very tag, compared strongly, or the very date (RFC 9110 §13.1.5).
pub(crate) fn range_holds(request: &RequestFacts<'_>, file: &Representation) -> bool {
    let Some(validator) = request.if_range.map(str::trim) else { return true };
    if validator.starts_with('"') || validator.starts_with("W/") {
        return validator.as_bytes() == file.etag.as_bytes();
    }
    parse_http_date(validator) == Some(file.last_modified_ms.div_euclid(1000))
}

/// Whether the list (`*`, or tags) holds the file's tag. The file's tag is strong, so that a weak tag of the same
/// text matches in weak comparison only (RFC 9110 §8.8.3.2).
fn listed(list: &str, file: &Representation, strong: bool) -> bool {
    let tag = file.etag.as_bytes();
    let mut rest = list.trim();
    if rest == "*" {
        return true;
    }
    while !rest.is_empty() {
        let (weak, quoted) = match rest.strip_prefix("W/") {
            Some(quoted) => (true, quoted),
            None => (false, rest),
        };
        let Some(end) = quoted.strip_prefix('"').and_then(|inner| inner.find('"')) else { return false };
        let (this, after) = quoted.split_at(end + 2);
        if this.as_bytes() == tag && !(weak && strong) {
            return true;
        }
        rest = after.trim_start_matches([' ', '\t', ',']);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparison_is_the_table_of_rfc_9110_8_8_3_2() {
        let file = Representation::new(1, "1", 0, "audio/mpeg", "no-cache").unwrap();
        for (list, strong, weak) in [
            ("\"1\"", true, true),
            ("W/\"1\"", false, true),
            ("W/\"2\"", false, false),
            ("\"2\"", false, false),
            ("*", true, true),
            ("\"2\", \"1\"", true, true),
            ("\"2\",W/\"1\"", false, true),
            ("\"2,\"1\"\"", false, false),
            ("\"a\\\"1\"", false, false),
            ("1", false, false),
            ("\"1", false, false),
            ("", false, false),
            ("w/\"1\"", false, false),
        ] {
            assert_eq!(listed(list, &file, true), strong, "strong {list}");
            assert_eq!(listed(list, &file, false), weak, "weak {list}");
        }
    }
}
