//! Dates as feeds have them: RFC 2822 and RFC 822, ISO 8601, and what programs make of either.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

/// A date that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Read {
    /// The instant, Unix milliseconds.
    pub ms: i64,
    /// What had to be mended for it, if anything: a code, and a sentence's end after "its date".
    pub mended: Option<(&'static str, &'static str)>,
}

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Zones of RFC 822 §5.1, in minutes east of Greenwich.
const ZONES: [(&str, i32); 12] = [
    ("gmt", 0),
    ("ut", 0),
    ("utc", 0),
    ("z", 0),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
];
/// Zones that no standard for feeds names, and that mean one thing in practice.
const OTHER_ZONES: [(&str, i32); 14] = [
    ("wet", 0),
    ("west", 60),
    ("cet", 60),
    ("cest", 120),
    ("mez", 60),
    ("mesz", 120),
    ("bst", 60),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("jst", 540),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
];

const WEEKDAY: (&str, &str) = ("date_weekday", "names the wrong day of the week; the date itself was taken");
const YEAR: (&str, &str) = ("date_year", "has a year of two digits");
const ZONE: (&str, &str) = ("date_zone", "has a zone that feeds do not know by name; what is usually meant was taken");
const NO_ZONE: (&str, &str) = ("date_zone", "has no zone that can be read; UTC was taken");
const FORM: (&str, &str) = ("date_form", "is not written as such feeds write dates");

/// Reads a date; `None` for what is none.
pub(crate) fn read(text: &str) -> Option<Read> {
    let text = text.trim();
    if text.len() > 100 || !text.is_ascii() {
        return None;
    }
    let read = iso(text).map(|ms| Read { ms, mended: Some(FORM) }).or_else(|| by_words(text))?;
    let year = DateTime::from_timestamp_millis(read.ms)?.year();
    (1..=9999).contains(&year).then_some(read)
}

/// ISO 8601 as it is found: with or without zone, seconds, time.
pub(crate) fn iso(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.timestamp_millis());
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S%.f %z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M:%S%.f%z"] {
        if let Ok(at) = DateTime::parse_from_str(text, form) {
            return Some(at.timestamp_millis());
        }
    }
    let plain = text.trim_end_matches(['Z', 'z']);
    for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(plain, form) {
            return Some(at.and_utc().timestamp_millis());
        }
    }
    let day = NaiveDate::parse_from_str(plain, "%Y-%m-%d").ok()?;
    Some(day.and_time(NaiveTime::MIN).and_utc().timestamp_millis())
}

/// Whether a date is one of the W3C's (W3C-DTF, which Dublin Core names): a day, or a day and a time with its zone.
pub(crate) fn is_of_dublin_core(text: &str) -> bool {
    let text = text.trim();
    let minutes = text.as_bytes().get(10) == Some(&b'T') && {
        let zoned = text.strip_suffix('Z').map_or_else(|| text.to_string(), |utc| format!("{utc}+00:00"));
        DateTime::parse_from_str(&zoned, "%Y-%m-%dT%H:%M%:z").is_ok()
    };
    is_of_atom(text) || minutes || text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

/// Whether a date is written as Atom wants it: RFC 3339 with a capital T, and a capital Z or an offset.
pub(crate) fn is_of_atom(text: &str) -> bool {
    let text = text.trim();
    let capitals = text.as_bytes().get(10) == Some(&b'T') && !text.ends_with('z');
    capitals && DateTime::parse_from_rfc3339(text).is_ok()
}

/// The parts of a date in words, in whatever order they come.
#[derive(Default)]
struct Parts {
    weekday: Option<Weekday>,
    numbers: Vec<(u32, usize)>,
    month: Option<u32>,
    time: Option<NaiveTime>,
    zone: Option<i32>,
    mended: Option<(&'static str, &'static str)>,
}

fn by_words(text: &str) -> Option<Read> {
    // A note in brackets says the zone once more.
    let text = text.split('(').next().unwrap_or_default().to_ascii_lowercase();
    let mut parts = Parts::default();
    for word in text.split([' ', ',', '\t', '\n']).filter(|word| !word.is_empty()) {
        parts.take(word)?;
    }
    parts.read()
}

impl Parts {
    fn take(&mut self, word: &str) -> Option<()> {
        if word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit()) {
            let (clock, zone) = word.split_at(word.find(['+', '-', 'z']).unwrap_or(word.len()));
            self.time = Some(time(clock)?);
            return if zone.is_empty() { Some(()) } else { self.take_zone(zone) };
        }
        if self.time.is_some() && word.starts_with(['+', '-']) {
            return self.take_zone(word);
        }
        if word.bytes().all(|b| b.is_ascii_digit()) {
            self.numbers.push((word.parse().ok()?, word.len()));
            return Some(());
        }
        if word.contains('-') && self.time.is_none() {
            // 21-Nov-2026
            return word.split('-').filter(|part| !part.is_empty()).try_for_each(|part| self.take(part));
        }
        let name = word.trim_end_matches('.');
        if let Some(day) = DAYS.iter().find(|(day, _)| name.starts_with(day) && self.weekday.is_none()) {
            self.weekday = Some(day.1);
            return Some(());
        }
        if let Some(month) = MONTHS.iter().position(|month| name.starts_with(month) && self.month.is_none()) {
            self.month = u32::try_from(month + 1).ok();
            return Some(());
        }
        self.take_zone(name)
    }

    fn take_zone(&mut self, word: &str) -> Option<()> {
        let known = |zones: &[(&str, i32)]| zones.iter().find(|(zone, _)| *zone == word).map(|(_, east)| *east);
        // A name and an offset: GMT+0100.
        let (name, offset) = word.split_at(word.find(['+', '-']).unwrap_or(word.len()));
        let east = match (known(&ZONES), known(&OTHER_ZONES), offset) {
            (Some(east), ..) => east,
            (_, Some(east), _) => {
                self.mended = Some(ZONE);
                east
            }
            (_, _, offset) if !offset.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic()) => {
                minutes_east(offset)?
            }
            _ => {
                self.mended = Some(NO_ZONE);
                0
            }
        };
        self.zone = Some(east);
        Some(())
    }

    fn read(mut self) -> Option<Read> {
        let (day, year) = match self.numbers[..] {
            [(day, 1..=2), year] => (day, year),
            [year, (day, 1..=2)] => (day, year),
            _ => return None,
        };
        let year = match year {
            (year, 4) => year,
            // RFC 2822 §4.3.
            (year, 2) => {
                self.mended = self.mended.or(Some(YEAR));
                if year < 50 { 2000 + year } else { 1900 + year }
            }
            _ => return None,
        };
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, self.month?, day)?;
        let time = self.time.unwrap_or(NaiveTime::MIN);
        if self.weekday.is_some_and(|weekday| weekday != date.weekday()) {
            self.mended = self.mended.or(Some(WEEKDAY));
        }
        if self.zone.is_none() {
            self.mended = self.mended.or(Some(NO_ZONE));
        }
        let local = date.and_time(time).and_utc().timestamp_millis();
        Some(Read { ms: local - i64::from(self.zone.unwrap_or(0)) * 60_000, mended: self.mended })
    }
}

/// `06:00`, `6:00:00`; a leap second is the one before it.
fn time(text: &str) -> Option<NaiveTime> {
    let mut parts = text.split(':').map(|part| part.split('.').next().unwrap_or_default().parse::<u32>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    if parts.next().is_some() || second > 60 {
        return None;
    }
    NaiveTime::from_hms_opt(hour, minute, second.min(59))
}

/// `+0100`, `-08:00`, `+1`.
fn minutes_east(text: &str) -> Option<i32> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    let number: i32 = digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let (hours, minutes) = match digits.len() {
        1 | 2 => (number, 0),
        3 | 4 => (number / 100, number % 100),
        _ => return None,
    };
    (hours <= 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::read;

    /// 2026-11-20T06:00:00Z: `date -u -d '2026-11-20 06:00' +%s`.
    const AT: i64 = 1_795_154_400_000;

    #[test]
    fn dates_in_every_form_are_the_same_instant() {
        for (text, code) in [
            ("Fri, 20 Nov 2026 06:00:00 +0000", ""),
            ("Fri, 20 Nov 2026 06:00:00 GMT", ""),
            ("20 Nov 2026 06:00 UT", ""),
            ("Fri, 20 Nov 2026 01:00:00 EST", ""),
            ("Thu, 19 Nov 2026 22:00:00 -0800", ""),
            ("Friday, 20 November 2026 06:00:00 +0000", ""),
            ("Mon, 20 Nov 2026 06:00:00 GMT", "date_weekday"),
            ("Fri, 20 Nov 26 06:00:00 GMT", "date_year"),
            ("Fri, 20 Nov 2026 07:00:00 CET", "date_zone"),
            ("Fri, 20 Nov 2026 06:00:00", "date_zone"),
            ("Fri, 20 Nov 2026 06:00:00 XYZ", "date_zone"),
            ("2026-11-20T06:00:00Z", "date_form"),
            ("2026-11-20T07:00:00.000+01:00", "date_form"),
            ("2026-11-20T07:00:00+0100", "date_form"),
            ("2026-11-20 06:00:00", "date_form"),
            ("Fri Nov 20 2026 07:00:00 GMT+0100 (Central European Time)", ""),
            ("20-Nov-2026 06:00:00 GMT", ""),
        ] {
            let found = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.ms, found.mended.map_or("", |(code, _)| code)), (AT, code), "{text}");
        }
    }

    #[test]
    fn examples_of_the_standards_are_read() {
        // RFC 822 as RSS 2.0 shows it; RFC 2822, appendix A.1.1 and A.6.2 (obsolete): "21 Nov 97 09:55:06 GMT".
        for (text, ms) in [
            ("Sat, 07 Sep 2002 00:00:01 GMT", 1_031_356_801_000),
            ("Fri, 21 Nov 1997 09:55:06 -0600", 880_127_706_000),
            ("21 Nov 97 09:55:06 GMT", 880_106_106_000),
            ("2026-11-20", 1_795_132_800_000),
        ] {
            assert_eq!(read(text).map(|read| read.ms), Some(ms), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "Fri, 31 Feb 2026 06:00:00 GMT",
            "20 Nov 2026 06:75:00 GMT",
            "0000-00-00 00:00:00",
            "20 Nov 99999 06:00 GMT",
            "Fri, 20 Nov 2026 06:00:00 +9900",
            "1795154400",
            "20.11.2026",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"1 ".repeat(5_000_000)), None);
    }
}
