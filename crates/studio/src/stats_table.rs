//! Numbers as tables, for people and for spreadsheets, and numbers of other counters read from one.

use crate::Studio;
use crate::read::show_id;
use hearthcast_library::stats;
use hearthcast_model::stats::{Breakdown, DayRow, Series, Stats, TableFormat};
use hearthcast_model::{Code, Error, Result};
use std::collections::BTreeMap;

/// Smallest cell that is told when a table is given to others.
const LEAST_SHARED: u64 = 5;

/// Most rows of another counter's numbers: a day each for two hundred and seventy years.
const MOST_ROWS: usize = 100_000;

/// Longest label and period.
const MOST_TEXT: usize = 200;

/// The rows of a table. `shared`: cells of people smaller than five are told as "other".
pub fn rows(by: Breakdown, stats: &Stats, shared: bool) -> Vec<(String, u64)> {
    let named = |counts: &BTreeMap<String, u64>| most_first(counts, shared);
    match by {
        Breakdown::Day => stats.by_day.iter().map(|row| (row.day.clone(), row.downloads)).collect(),
        Breakdown::Hour => (0..).zip(&stats.by_hour).map(|(hour, count)| (format!("{hour:02}"), *count)).collect(),
        Breakdown::Episode => stats.by_episode.iter().map(|row| (row.title.clone(), row.downloads)).collect(),
        Breakdown::Age => stats.by_age.iter().map(|row| (row.days.to_string(), row.downloads)).collect(),
        Breakdown::App => named(&stats.by_app),
        Breakdown::Device => named(&stats.by_device),
        Breakdown::Referrer => named(&stats.by_referrer),
        Breakdown::Country => named(&stats.by_country),
        Breakdown::Reader => named(&stats.by_feed_app),
        Breakdown::Subscribers => stats.feed_days.iter().map(|row| (row.day.clone(), row.subscribers)).collect(),
        Breakdown::Page => stats.pages.iter().map(|(kind, count)| (kind.as_str().into(), *count)).collect(),
    }
}

/// The table as CSV (RFC 4180) that no spreadsheet takes for formulas.
pub fn csv(by: Breakdown, stats: &Stats, shared: bool) -> String {
    let mut text = format!("{},{}\r\n", by.heading(), by.counted());
    for (name, count) in rows(by, stats, shared) {
        text += &format!("{},{count}\r\n", cell(&name));
    }
    text
}

/// The numbers as others may read them: names of fewer than five downloads are told together as "other".
pub fn shared(mut stats: Stats) -> Stats {
    let Stats { by_app, by_device, by_referrer, by_country, by_feed_app, .. } = &mut stats;
    for counts in [by_app, by_device, by_referrer, by_country, by_feed_app] {
        let mut folded = BTreeMap::<String, u64>::new();
        for (name, count) in most_first(counts, true) {
            *folded.entry(name).or_default() += count;
        }
        *counts = folded;
    }
    stats
}

fn most_first(counts: &BTreeMap<String, u64>, shared: bool) -> Vec<(String, u64)> {
    let (mut rows, mut other) = (vec![], 0);
    for (name, count) in counts {
        if shared && *count < LEAST_SHARED { other += count } else { rows.push((name.clone(), *count)) }
    }
    rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    rows.extend((other > 0).then(|| ("other".to_string(), other)));
    rows
}

/// A cell in quotes where it needs them. Agents and referrers are written by strangers: what a spreadsheet would take for
/// a formula gets an apostrophe before it.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = format!("{}{text}", if formula { "'" } else { "" });
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

impl Studio {
    /// The numbers between two UTC days as a file for other programs: one breakdown as CSV, or all of it as JSON.
    pub async fn export_stats(
        &self,
        show: &str,
        (from, to): (Option<&str>, Option<&str>),
        by: Breakdown,
        format: TableFormat,
        for_others: bool,
    ) -> Result<String> {
        let stats = self.stats_between(show, from, to).await?;
        if format == TableFormat::Csv {
            return Ok(csv(by, &stats, for_others));
        }
        let stats = if for_others { shared(stats) } else { stats };
        serde_json::to_string_pretty(&stats)
            .map_err(|error| Error::new(Code::Internal, format!("The numbers could not be written: {error}.")))
    }

    /// Takes the numbers of another counter in, as a series of its own beside the counted ones. A series of this label is
    /// replaced; one without rows is forgotten.
    pub async fn import_totals(&self, show: &str, csv: &str, label: &str) -> Result<Vec<Series>> {
        let id = show_id(&self.show(show).await?)?;
        let label = label.trim();
        if label.is_empty() || label.len() > MOST_TEXT || label.contains(char::is_control) {
            return Err(Error::new(Code::UsageInvalid, format!("\"{label}\" cannot name a series of numbers.")));
        }
        let rows = totals(csv)?;
        let mut tx = self.library().transact().await?;
        tx.put_series(&id, label, &rows).await?;
        self.commit_own(tx).await?;
        Ok(stats::series(self.library(), &id).await?)
    }
}

/// Reads lines of a period and a number, with commas, semicolons or tabs between them; a first line without a number is
/// the heading. Two lines of one period are added.
fn totals(csv: &str) -> Result<Vec<DayRow>> {
    let mut periods = BTreeMap::<String, u64>::new();
    for (index, line) in
        csv.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty())
    {
        match total(line) {
            Some((period, count)) => {
                let sum = periods.entry(period).or_default();
                *sum = sum.saturating_add(count);
            }
            None if index == 0 => {}
            None => return Err(no_total(index + 1, line)),
        }
        if periods.len() > MOST_ROWS {
            return Err(Error::new(Code::UsageInvalid, format!("There are more than {MOST_ROWS} rows in the table.")));
        }
    }
    Ok(periods.into_iter().map(|(day, downloads)| DayRow { day, downloads }).collect())
}

fn total(line: &str) -> Option<(String, u64)> {
    let (period, count) = line.split_once([',', ';', '\t'])?;
    let bare = |text: &str| text.trim().trim_matches('"').trim_start_matches('\'').to_string();
    let (period, count) = (bare(period), bare(count));
    let plain = count.len() <= 15 && count.bytes().all(|byte| byte.is_ascii_digit());
    let named = !period.is_empty() && period.len() <= MOST_TEXT && !period.contains(char::is_control);
    Some((period, count.parse().ok().filter(|_| plain && named)?))
}

fn no_total(number: usize, line: &str) -> Error {
    let start: String = line.chars().take(60).collect();
    Error::new(Code::UsageInvalid, format!("Line {number} of the table is no period and number: {start}"))
        .hint("Each line is a day or a month, a comma, and a whole number: 2025-03,1200.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, expected) in [
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@sum", "'@sum"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("Overcast", "Overcast"),
            ("a,b", "\"a,b\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(cell(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_others_read_names_nobody_small() {
        let mut stats = crate::read_stats::empty();
        stats.by_app = BTreeMap::from([("other".to_string(), 7), ("Rare".to_string(), 4), ("Known".to_string(), 5)]);
        stats.by_country = BTreeMap::from([("CK".to_string(), 1)]);
        let told = shared(stats.clone());
        assert_eq!(told.by_app, BTreeMap::from([("other".to_string(), 11), ("Known".to_string(), 5)]));
        assert_eq!(told.by_country, BTreeMap::from([("other".to_string(), 1)]));
        assert_eq!(csv(Breakdown::Country, &stats, false), "country,downloads\r\nCK,1\r\n");
        assert_eq!(csv(Breakdown::Country, &stats, true), "country,downloads\r\nother,1\r\n");
    }

    #[test]
    fn who_asks_for_the_feed_is_a_table_like_others() {
        let by_feed_app = BTreeMap::from([("=Feedly".into(), 16), ("Overcast".into(), 1)]);
        let pages = BTreeMap::from([(hearthcast_model::stats::PageKind::EpisodeView, 3)]);
        let stats = Stats { by_feed_app, pages, ..crate::read_stats::empty() };
        let told = |by, shared| csv(by, &stats, shared);
        assert_eq!(told(Breakdown::Reader, false), "reader,subscribers\r\n'=Feedly,16\r\nOvercast,1\r\n");
        assert_eq!(told(Breakdown::Reader, true), "reader,subscribers\r\n'=Feedly,16\r\nother,1\r\n");
        assert_eq!(told(Breakdown::Page, true), "page,requests\r\nepisode_view,3\r\n");
        assert_eq!(told(Breakdown::Subscribers, false), "day,subscribers\r\n");
        assert_eq!(shared(stats).by_feed_app.get("other"), Some(&1));
    }

    #[test]
    fn small_cells_are_told_together_where_others_read_them() {
        let counts =
            BTreeMap::from([("A", 4), ("B", 5), ("C", 9), ("D", 1)].map(|(name, count)| (name.to_string(), count)));
        let rows =
            |shared| most_first(&counts, shared).into_iter().map(|(name, n)| format!("{name}{n}")).collect::<Vec<_>>();
        assert_eq!(rows(false), ["C9", "B5", "A4", "D1"]);
        assert_eq!(rows(true), ["C9", "B5", "other5"]);
    }

    #[test]
    fn numbers_of_another_counter_are_read_as_tables_write_them() {
        let read = |text: &str| {
            totals(text).map(|rows| rows.into_iter().map(|row| (row.day, row.downloads)).collect::<Vec<_>>())
        };
        let two = vec![("2025-01".to_string(), 12), ("2025-02".to_string(), 7)];
        assert_eq!(read("month,downloads\r\n2025-02,7\r\n2025-01,12\r\n").unwrap(), two);
        assert_eq!(read("\u{feff}\"2025-01\";\"5\"\n\n2025-02\t7\n2025-01;7").unwrap(), two);
        assert_eq!(read("").unwrap(), vec![]);
        for wrong in [
            "a,b\nc,d",
            "2025-01,1\n2025-02,-7",
            "2025-01,1\n2025-02",
            "2025-01,1\n,5",
            "2025-01,1\nx,9999999999999999",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
