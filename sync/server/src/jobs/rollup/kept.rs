//! A row of the log as the database keeps it: what the counting rule needs, under the row's id and day.

use hearthcast_counting::kept;
use hearthcast_counting::rule::Delivery;
use hearthcast_model::clock::utc_day;
use hearthcast_model::{Code, Error, Result};
use hearthcast_store::log_row::LogRow;

/// Writes a row.
pub fn write(delivery: &Delivery) -> Result<LogRow> {
    let content = kept::write(delivery).map_err(|error| unreadable(&delivery.row, &error))?;
    Ok(LogRow { id: delivery.row.clone(), day: utc_day(delivery.start_ms), content })
}

/// Reads a row.
pub fn read(row: &LogRow) -> Result<Delivery> {
    kept::read(&row.id, &row.content).map_err(|error| unreadable(&row.id, &error))
}

fn unreadable(row: &str, why: &kept::KeptError) -> Error {
    Error::new(Code::LibraryDamaged, format!("A row of the download log cannot be read ({row}: {why})."))
}
