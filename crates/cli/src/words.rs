//! Numbers and times as people read them, in English and without the machine's locale.

use hearthcast_model::Progress;

/// `1:02:03` or `2:03`; `–` when unknown.
pub fn duration(ms: Option<i64>) -> String {
    let Some(ms) = ms else { return "–".into() };
    let seconds = (ms + 500) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// `950 B`, `4.2 MB`, `1.3 GB` (powers of ten, one decimal).
pub fn bytes(count: u64) -> String {
    let tenths = |unit: u64| (count + unit / 20) / (unit / 10);
    for (unit, name) in [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")] {
        if count >= unit {
            return format!("{}.{} {name}", tenths(unit) / 10, tenths(unit) % 10);
        }
    }
    format!("{count} B")
}

/// `1 episode`, `2 episodes`.
pub fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// A phase and how far it is.
pub fn progress(progress: &Progress) -> String {
    let percent = (u128::from(progress.done) * 100).checked_div(u128::from(progress.total));
    match percent {
        Some(percent) => format!("{} {percent} %", progress.phase),
        None => progress.phase.clone(),
    }
}

/// Rows with their columns aligned; the last column is not padded.
pub fn table(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().filter_map(|r| r.get(column)).map(|c| c.chars().count()).max().unwrap_or(0);
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let cell = |(column, text): (usize, &String)| match column + 1 == columns {
        true => text.clone(),
        false => format!("{text}{}", " ".repeat(widths[column] - text.chars().count())),
    };
    rows.iter().map(|row| row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ") + "\n").collect()
}

/// `name: value` lines, without those that say nothing.
pub fn card(rows: &[(&str, String)]) -> String {
    let said: Vec<_> = rows.iter().filter(|(_, value)| !value.is_empty()).collect();
    said.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_read_them() {
        assert_eq!(duration(Some(63_499)), "1:03");
        assert_eq!(duration(Some(3_723_500)), "1:02:04");
        assert_eq!(duration(None), "–");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(4_250_000), "4.3 MB");
        assert_eq!(bytes(999_960), "1000.0 kB");
        assert_eq!(count(1, "episode"), "1 episode");
        assert_eq!(count(0, "episode"), "0 episodes");
    }

    #[test]
    fn columns_align() {
        let rows = [vec!["a".into(), "b".into()], vec!["ünï".into(), "c".into()]];
        assert_eq!(table(&rows), "a    b\nünï  c\n");
    }
}
