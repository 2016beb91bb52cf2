//! Time as an argument: nothing in Hearthcast asks the machine for the time except through a [`Clock`].

/// Tells the time. Implemented by [`SystemClock`] in programs and [`FixedClock`] in tests.
pub trait Clock: Send + Sync {
    /// Returns milliseconds since 1970-01-01 UTC.
    fn now_ms(&self) -> i64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now_ms(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug, Default)]
pub struct FixedClock(std::sync::atomic::AtomicI64);

impl FixedClock {
    /// A clock that shows `now_ms`.
    pub fn at(now_ms: i64) -> Self {
        Self(now_ms.into())
    }
    /// Moves the clock by `by_ms`.
    pub fn advance(&self, by_ms: i64) {
        self.0.fetch_add(by_ms, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now_ms(&self) -> i64 {
        self.0.load(std::sync::atomic::Ordering::SeqCst)
    }
}

/// Reads an RFC 3339 instant into Unix milliseconds; `None` when it is not one.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|t| t.timestamp_millis())
}

/// Reads a date as feeds write it (RFC 2822, also with `GMT`).
pub fn parse_rfc2822(text: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc2822(text).ok().map(|t| t.timestamp_millis())
}

/// Writes Unix milliseconds as RFC 3339 in UTC with whole seconds (`2026-11-20T06:00:00Z`).
pub fn rfc3339(ms: i64) -> String {
    let at = chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default();
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// The UTC day of an instant (`2026-11-20`).
pub fn utc_day(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default().format("%Y-%m-%d").to_string()
}

/// An instant as a person in a zone reads it: `Sunday, 25 October 2026, 02:30 (Europe/Berlin)`. Of an hour that the clocks
/// there strike twice, and in UTC where the zone is not known, the offset is told, too.
pub fn spoken(ms: i64, zone: Option<&str>) -> String {
    let at = chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default();
    let Some(zone) = zone.and_then(|name| name.parse::<chrono_tz::Tz>().ok()) else {
        return at.format("%A, %-d %B %Y, %H:%M UTC").to_string();
    };
    let local = at.with_timezone(&zone);
    let twice = matches!(local.naive_local().and_local_timezone(zone), chrono::LocalResult::Ambiguous(..));
    let offset = if twice { format!(", UTC{}", local.format("%:z")) } else { String::new() };
    format!("{} ({zone}{offset})", local.format("%A, %-d %B %Y, %H:%M"))
}

/// A place in a sound: `m:ss` or `h:mm:ss`.
pub fn position(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The instants are GNU date's: `TZ=Europe/Berlin date -d @…`.
    #[test]
    fn instants_are_told_in_the_authors_zone_in_both_nights() {
        let berlin = Some("Europe/Berlin");
        for (s, expected) in [
            (1_792_888_200, "Sunday, 25 October 2026, 02:30 (Europe/Berlin, UTC+02:00)"),
            (1_792_891_800, "Sunday, 25 October 2026, 02:30 (Europe/Berlin, UTC+01:00)"),
            (1_774_745_940, "Sunday, 29 March 2026, 01:59 (Europe/Berlin)"),
            (1_774_746_000, "Sunday, 29 March 2026, 03:00 (Europe/Berlin)"),
        ] {
            assert_eq!(spoken(s * 1000, berlin), expected);
        }
        for unknown in [None, Some("Middle/Earth"), Some("")] {
            assert_eq!(spoken(1_774_746_000_000, unknown), "Sunday, 29 March 2026, 01:00 UTC");
        }
        assert!(!spoken(i64::MAX, berlin).is_empty(), "a time far out of reach is no panic");
    }
}
