//! Pieces of log lines: fields in quotes and brackets, percent and `\x` escapes, times. No meaning is given to them.

use hearthcast_model::clock::parse_rfc3339;

/// Most fields looked at in a line.
const MAX_FIELDS: usize = 64;

/// Splits a line at its spaces; `"…"` and `[…]` are one field each and lose their marks. A quote ends where a space or
/// the line's end follows, because agents with quotes in them are logged as they are; `\"` never ends one.
/// `None` when a field is not closed.
pub(super) fn fields(line: &str) -> Option<Vec<&str>> {
    let (mut rest, mut fields) = (line.trim(), vec![]);
    while !rest.is_empty() && fields.len() < MAX_FIELDS {
        let (field, after) = match rest.as_bytes()[0] {
            b'"' => quoted(&rest[1..])?,
            b'[' => rest[1..].split_once(']')?,
            _ => rest.split_once(' ').unwrap_or((rest, "")),
        };
        fields.push(field);
        rest = after.trim_start();
    }
    Some(fields)
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let ends =
        |at: usize| bytes[at] == b'"' && !escaped(bytes, at) && bytes.get(at + 1).is_none_or(|next| *next == b' ');
    let end = (0..bytes.len()).find(|at| ends(*at))?;
    Some((&text[..end], &text[end + 1..]))
}

/// Whether an odd number of backslashes stands before a byte.
fn escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// A field that holds something; logs write `-` for nothing.
pub(super) fn present(field: &str) -> Option<&str> {
    Some(field).filter(|field| !field.is_empty() && *field != "-")
}

/// A whole number; anything but digits, or more of them than a number has, is none.
pub(super) fn number(field: &str) -> Option<u64> {
    field.bytes().all(|byte| byte.is_ascii_digit()).then(|| field.parse().ok()).flatten()
}

/// Seconds with or without a fraction, as milliseconds; not negative, and no more than a year.
pub(super) fn seconds(field: &str) -> Option<i64> {
    let plain = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let seconds: f64 = field.bytes().all(plain).then(|| field.parse().ok()).flatten()?;
    (0.0..31_536_000.0).contains(&seconds).then(|| (seconds * 1000.0).round() as i64)
}

/// `20/Nov/2026:10:00:00 +0000` as Unix milliseconds.
pub(super) fn clf_time(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (date, zone) = text.trim().split_once(' ')?;
    let (day, date) = date.split_once('/')?;
    let (month, date) = date.split_once('/')?;
    let (year, time) = date.split_once(':')?;
    let month = 1 + MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?;
    let zone = zone.split_at_checked(3).map(|(hours, minutes)| format!("{hours}:{minutes}"))?;
    parse_rfc3339(&format!("{year}-{month:02}-{day}T{time}{zone}"))
}

/// Undoes percent escapes; what is no escape stays, what is no text becomes `�`.
pub(super) fn percent_decoded(text: &str) -> String {
    unescaped(text, |rest| match rest {
        [b'%', digits @ ..] => Some((hex(digits)?, 3)),
        _ => None,
    })
}

/// Undoes nginx's escapes (`\x22`), and `\"` and `\\` of Apache.
pub(super) fn backslash_decoded(text: &str) -> String {
    unescaped(text, |rest| match rest {
        [b'\\', b'x', digits @ ..] => Some((hex(digits)?, 4)),
        [b'\\', byte @ (b'"' | b'\\'), ..] => Some((*byte, 2)),
        _ => None,
    })
}

/// Replaces what `escape` recognises at the head of the rest: by which byte, and how long it is.
fn unescaped(text: &str, escape: impl Fn(&[u8]) -> Option<(u8, usize)>) -> String {
    let (mut rest, mut out) = (text.as_bytes(), Vec::with_capacity(text.len()));
    while let Some(first) = rest.first() {
        let (byte, length) = escape(rest).unwrap_or((*first, 1));
        out.push(byte);
        rest = &rest[length..];
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*digits.first()?)? * 16 + digit(*digits.get(1)?)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_what_their_marks_hold() {
        assert_eq!(fields(r#"a [b c] "d e"  - k"#).unwrap(), ["a", "b c", "d e", "-", "k"]);
        assert_eq!(fields(r#""say "hi"now" x"#).unwrap(), [r#"say "hi"now"#, "x"]);
        assert_eq!(fields(r#""i\" j" k"#).unwrap(), [r#"i\" j"#, "k"]);
        assert_eq!(fields(r#""i\\" k"#).unwrap(), [r"i\\", "k"]);
        assert_eq!(fields(r#""" x"#).unwrap(), ["", "x"]);
        assert_eq!(fields("a [b"), None);
        assert_eq!(fields("\"open"), None);
    }

    /// The instants are GNU date's.
    #[test]
    fn times_of_common_logs() {
        assert_eq!(clf_time("20/Nov/2026:10:00:00 +0000"), Some(1_795_168_800_000));
        assert_eq!(clf_time("20/Nov/2026:23:30:00 -0330"), Some(1_795_230_000_000));
        for wrong in [
            "",
            "20/Nov/2026:10:00:00",
            "20/Foo/2026:10:00:00 +0000",
            "99/Nov/2026:10:00:00 +0000",
            "20/Nov/2026:10:00:00 é1",
        ] {
            assert_eq!(clf_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn escapes_are_undone_once() {
        assert_eq!(percent_decoded("a%20b%2520%zz%"), "a b%20%zz%");
        assert_eq!(percent_decoded("%C3%A9%FF"), "é\u{fffd}");
        assert_eq!(backslash_decoded(r#"a\x22b\"c\\x22\x\n"#), r#"a"b"c\x22\x\n"#);
    }

    #[test]
    fn numbers_are_plain_and_bounded() {
        assert_eq!((number("12"), number("-"), number("+1"), number("")), (Some(12), None, None, None));
        assert_eq!(number("99999999999999999999"), None);
        assert_eq!(
            (seconds("0.25"), seconds("1e3"), seconds("-1"), seconds("99999999")),
            (Some(250), None, None, None)
        );
        assert_eq!((seconds(""), seconds("..")), (None, None));
    }
}
