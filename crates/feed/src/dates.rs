//! Dates as RSS writes them: RFC 2822 (RFC 822 with four-digit years), English, in UTC.

use chrono::{DateTime, Datelike, Timelike};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Writes Unix milliseconds as `Fri, 20 Nov 2026 06:00:00 +0000`; `None` outside the years 1 to 9999.
pub fn rfc2822(ms: i64) -> Option<String> {
    let mut text = String::with_capacity(31);
    put_rfc2822(&mut text, ms).map(|()| text)
}

/// The same, appended to a text; by hand, because chrono reads its pattern anew for every date, and a feed has one for every
/// episode.
pub fn put_rfc2822(text: &mut String, ms: i64) -> Option<()> {
    let at = DateTime::from_timestamp_millis(ms).filter(|at| (1..=9999).contains(&at.year()))?;
    text.push_str(DAYS[at.weekday().num_days_from_monday() as usize]);
    text.push_str(", ");
    digits(text, at.day().into(), 10);
    text.push(' ');
    text.push_str(MONTHS[at.month0() as usize]);
    text.push(' ');
    digits(text, at.year().unsigned_abs().into(), 1000);
    for (mark, part) in [(' ', at.hour()), (':', at.minute()), (':', at.second())] {
        text.push(mark);
        digits(text, part.into(), 10);
    }
    text.push_str(" +0000");
    Some(())
}

/// Writes Unix milliseconds as ISO 8601 (`2026-11-20T06:00:00Z`); `None` outside the years 1 to 9999.
pub fn iso8601(ms: i64) -> Option<String> {
    let at = DateTime::from_timestamp_millis(ms)?;
    (1..=9999).contains(&at.year()).then(|| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// Appends a number with as many digits as `unit` has.
pub(crate) fn digits(text: &mut String, number: u64, mut unit: u64) {
    while unit > 0 {
        text.push(char::from(b'0' + (number / unit % 10) as u8));
        unit /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::rfc2822;

    #[test]
    fn dates_are_those_of_the_standards() {
        for (ms, expected) in [
            // RFC 2822, appendix A.1.1: "Fri, 21 Nov 1997 09:55:06 -0600".
            (880_127_706_000, "Fri, 21 Nov 1997 15:55:06 +0000"),
            // RSS 2.0 specification: "Sat, 07 Sep 2002 00:00:01 GMT".
            (1_031_356_801_000, "Sat, 07 Sep 2002 00:00:01 +0000"),
            // RFC 9110: "Sun, 06 Nov 1994 08:49:37 GMT"; parts of a second are cut, before 1970 too.
            (784_111_777_999, "Sun, 06 Nov 1994 08:49:37 +0000"),
            (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
        ] {
            assert_eq!(rfc2822(ms).as_deref(), Some(expected));
        }
    }

    #[test]
    fn years_a_feed_cannot_hold_are_none() {
        for ms in [i64::MIN, i64::MAX, 253_402_300_800_000, -62_135_596_800_001] {
            assert_eq!(rfc2822(ms), None, "{ms}");
        }
        assert_eq!(rfc2822(253_402_300_799_999).as_deref(), Some("Fri, 31 Dec 9999 23:59:59 +0000"));
    }
}
