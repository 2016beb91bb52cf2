//! Lengths and positions in sound as feeds write them: `3725`, `62:05`, `1:02:05`, `1:02:05.400`.

/// The longest time that is taken: 10,000 hours, as for chapters.
const MAX_MS: i64 = 10_000 * 3_600_000;

/// Milliseconds, to the nearest; `None` for what is no time.
pub(crate) fn ms(text: &str) -> Option<i64> {
    let text = text.trim();
    let mut parts = text.rsplitn(4, ':');
    let seconds = seconds(parts.next()?)?;
    let minutes = whole(parts.next().unwrap_or("0"))?;
    let hours = whole(parts.next().unwrap_or("0"))?;
    let ms = (hours * 3600 + minutes * 60) * 1000 + seconds;
    (parts.next().is_none() && ms <= MAX_MS).then_some(ms)
}

/// Seconds with a fraction, in milliseconds.
fn seconds(text: &str) -> Option<i64> {
    let (whole_part, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digit = |at: usize| fraction.as_bytes().get(at).map_or(0, |b| i64::from(b - b'0'));
    let thousandths = digit(0) * 100 + digit(1) * 10 + digit(2) + i64::from(digit(3) >= 5);
    Some(whole(whole_part)? * 1000 + thousandths)
}

/// At most nine digits: no sum of such numbers overflows.
fn whole(digits: &str) -> Option<i64> {
    let digits = digits.trim();
    let fine = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fine.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::ms;

    #[test]
    fn times_in_all_their_forms_are_read() {
        for (text, expected) in [
            // Apple: "Different duration formats are accepted": HH:MM:SS, H:MM:SS, MM:SS, M:SS, seconds.
            ("01:02:05", Some(3_725_000)),
            ("1:02:05", Some(3_725_000)),
            ("62:05", Some(3_725_000)),
            (" 3725 ", Some(3_725_000)),
            // Podlove Simple Chapters 1.2: Normal Play Time.
            ("01:02:03.400", Some(3_723_400)),
            ("12.5", Some(12_500)),
            ("2.0006", Some(2_001)),
            ("0", Some(0)),
            ("", None),
            ("soon", None),
            ("1:2:3:4", None),
            ("-5", None),
            ("1h", None),
            ("99999999999999999999", None),
            ("10001:00:00", None),
            ("1:", None),
        ] {
            assert_eq!(ms(text), expected, "{text}");
        }
    }
}
