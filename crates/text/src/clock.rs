//! Times as people write them in chapter lists and captions: `1:02:03.400`, `75:30`, `100:00:00,000`.

/// The latest time that is taken: 10,000 hours. No sound is longer, and no sum of such times can overflow.
pub const MAX_MS: i64 = 10_000 * 3_600_000;

/// Reads `[hours:]minutes:seconds`, with a fraction after a point or a comma. `None` for anything else, and for times
/// after [`MAX_MS`].
pub fn parse(text: &str) -> Option<i64> {
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, thousandths(fraction)?),
        None => (text, 0),
    };
    let mut parts = whole.rsplit(':');
    let seconds = number(parts.next()?).filter(|n| *n < 60)?;
    let minutes = number(parts.next()?)?;
    let hours = match parts.next() {
        Some(hours) if minutes < 60 => number(hours)?,
        Some(_) => return None,
        None => 0,
    };
    let ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction;
    (parts.next().is_none() && ms <= MAX_MS).then_some(ms)
}

/// Reads seconds with a fraction after a point or a comma (`72.5`). `None` for anything else, and for times after [`MAX_MS`].
pub fn seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, thousandths(fraction)?),
        None => (text, 0),
    };
    let fine = (1..=8).contains(&whole.len()) && whole.bytes().all(|b| b.is_ascii_digit());
    let ms = fine.then(|| whole.parse::<i64>().ok()).flatten()? * 1000 + fraction;
    (ms <= MAX_MS).then_some(ms)
}

/// Writes hours, minutes, seconds and thousandths: `01:02:03.400`.
pub fn written(ms: i64, point: char) -> String {
    let (s, ms) = (ms.max(0) / 1000, ms.max(0) % 1000);
    format!("{:02}:{:02}:{:02}{point}{ms:03}", s / 3600, s / 60 % 60, s % 60)
}

/// At most six digits: enough for ten thousand hours in seconds, and no overflow.
fn number(digits: &str) -> Option<i64> {
    let fine = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fine.then(|| digits.parse().ok()).flatten()
}

/// The first three digits after the point; the others are less than a thousandth of a second.
fn thousandths(digits: &str) -> Option<i64> {
    let fine = !digits.is_empty() && digits.len() <= 12 && digits.bytes().all(|b| b.is_ascii_digit());
    let mut three = digits.bytes().chain(std::iter::repeat(b'0'));
    fine.then(|| (0..3).fold(0, |n, _| n * 10 + i64::from(three.next().unwrap_or(b'0') - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_standards_are_read() {
        for (text, ms) in [
            ("00:00", 0),
            ("75:30", 4_530_000),
            ("1:02:03", 3_723_000),
            // Podlove Simple Chapters 1.2: "01:02:03.400"; WebVTT: two or more digits of hours; SubRip: a comma.
            ("01:02:03.400", 3_723_400),
            ("100:00:00,001", 360_000_001),
            ("00:00.5", 500),
            ("00:00.12345", 123),
            ("10000:00:00", MAX_MS),
        ] {
            assert_eq!(parse(text), Some(ms), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_time() {
        for text in [
            "",
            "5",
            "1:60",
            "1:60:00",
            "1:2:3:4",
            "-1:00",
            "+1:00",
            "1:00.",
            "1:00.x",
            "1 :00",
            "٣:٠٠",
            "10000:00:00.001",
            "1234567:00:00",
            ":00",
            "1:00.1.2",
            "999999:99",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn seconds_are_read() {
        for (text, ms) in [("0", 0), ("2.150000", 2_150), ("72,5", 72_500), ("36000000", MAX_MS)] {
            assert_eq!(seconds(text), Some(ms), "{text}");
        }
        for text in ["", ".5", "1:00", "-1", "36000000.001", "999999999", "1e3", "5.1.00"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for ms in [0, 1, 999, 59_999, 3_599_999, 3_600_000, 359_999_999, 360_000_000, MAX_MS] {
            assert_eq!(parse(&written(ms, '.')), Some(ms));
            assert_eq!(parse(&written(ms, ',')), Some(ms));
        }
        assert_eq!(written(3_723_400, ','), "01:02:03,400");
    }
}
