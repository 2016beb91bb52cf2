//! A row of the log as the database keeps it: what the counting rule needs, as JSON that later versions can read.

use hearthcast_counting::listener::Key;
use hearthcast_counting::rule::{Delivery, Flags, Method};
use hearthcast_model::clock::utc_day;
use hearthcast_model::{Code, Error, Result};
use hearthcast_store::log_row::LogRow;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Kept {
    start_ms: i64,
    media: String,
    listener: String,
    address: String,
    agent: String,
    get: bool,
    status: u16,
    range_len: Option<u64>,
    first_byte: u64,
    sent: u64,
    referrer: Option<String>,
    excluded: bool,
    allowed: bool,
    preview: bool,
}

/// Writes a row.
pub fn write(delivery: &Delivery) -> Result<LogRow> {
    let kept = Kept {
        start_ms: delivery.start_ms,
        media: delivery.media.clone(),
        listener: hex(&delivery.listener),
        address: hex(&delivery.address),
        agent: delivery.agent.clone(),
        get: delivery.method == Method::Get,
        status: delivery.status,
        range_len: delivery.range_len,
        first_byte: delivery.first_byte,
        sent: delivery.sent,
        referrer: delivery.referrer.clone(),
        excluded: delivery.flags.excluded,
        allowed: delivery.flags.allowed,
        preview: delivery.flags.preview,
    };
    let content = serde_json::to_string(&kept).map_err(|e| unreadable(&delivery.row, &e.to_string()))?;
    Ok(LogRow { id: delivery.row.clone(), day: utc_day(delivery.start_ms), content })
}

/// Reads a row.
pub fn read(row: &LogRow) -> Result<Delivery> {
    let kept: Kept = serde_json::from_str(&row.content).map_err(|e| unreadable(&row.id, &e.to_string()))?;
    let key = |text: &str| key(text).ok_or_else(|| unreadable(&row.id, "not a pseudonym"));
    Ok(Delivery {
        row: row.id.clone(),
        start_ms: kept.start_ms,
        media: kept.media,
        listener: key(&kept.listener)?,
        address: key(&kept.address)?,
        agent: kept.agent,
        method: if kept.get { Method::Get } else { Method::Other },
        status: kept.status,
        range_len: kept.range_len,
        first_byte: kept.first_byte,
        sent: kept.sent,
        referrer: kept.referrer,
        flags: Flags { excluded: kept.excluded, allowed: kept.allowed, preview: kept.preview },
    })
}

fn hex(key: &Key) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn key(text: &str) -> Option<Key> {
    let number = u128::from_str_radix(text, 16).ok().filter(|_| text.len() == 32)?;
    Some(number.to_be_bytes())
}

fn unreadable(row: &str, why: &str) -> Error {
    Error::new(Code::LibraryDamaged, format!("A row of the download log cannot be read ({row}: {why})."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_whole() {
        let delivery = Delivery {
            row: "main/1-1.seg/16".into(),
            start_ms: 1_763_600_000_000,
            media: "m".into(),
            listener: *b"\x00\x01listener-keys!",
            address: [0xfe; 16],
            agent: "A \"quoted\" agent\u{1F399}".into(),
            method: Method::Get,
            status: 206,
            range_len: Some(7),
            first_byte: 3,
            sent: u64::MAX,
            referrer: Some("example.org".into()),
            flags: Flags { excluded: true, allowed: false, preview: true },
        };
        let row = write(&delivery).unwrap();
        assert_eq!(row.day, "2025-11-20");
        assert_eq!(read(&row).unwrap(), delivery);
        assert!(read(&LogRow { content: "{}".into(), ..row }).is_err());
    }
}
