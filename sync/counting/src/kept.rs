//! A delivery as databases keep it until its day can no longer be counted again: JSON that later versions can read.

use crate::listener::Key;
use crate::rule::{Delivery, Flags, Method};
use serde::{Deserialize, Serialize};

/// Why a kept row cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeptError {
    /// Not the JSON of a row.
    #[error("it is no row: {0}")]
    Shape(#[from] serde_json::Error),
    /// A pseudonym has not 32 hexadecimal digits.
    #[error("\"{0}\" is no pseudonym")]
    Pseudonym(String),
}

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    excluded: bool,
    allowed: bool,
    preview: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    redirected: bool,
}

/// Writes a row; its id stands beside it.
pub fn write(delivery: &Delivery) -> Result<String, KeptError> {
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
        country: delivery.country.clone(),
        excluded: delivery.flags.excluded,
        allowed: delivery.flags.allowed,
        preview: delivery.flags.preview,
        redirected: delivery.flags.redirected,
    };
    Ok(serde_json::to_string(&kept)?)
}

/// Reads the row with an id.
pub fn read(id: &str, content: &str) -> Result<Delivery, KeptError> {
    let kept: Kept = serde_json::from_str(content)?;
    Ok(Delivery {
        row: id.to_owned(),
        start_ms: kept.start_ms,
        media: kept.media,
        listener: key(kept.listener)?,
        address: key(kept.address)?,
        agent: kept.agent,
        method: if kept.get { Method::Get } else { Method::Other },
        status: kept.status,
        range_len: kept.range_len,
        first_byte: kept.first_byte,
        sent: kept.sent,
        referrer: kept.referrer,
        country: kept.country,
        flags: Flags {
            excluded: kept.excluded,
            allowed: kept.allowed,
            preview: kept.preview,
            redirected: kept.redirected,
        },
    })
}

pub(crate) fn hex(key: &Key) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn key(text: String) -> Result<Key, KeptError> {
    let number = u128::from_str_radix(&text, 16).ok().filter(|_| text.len() == 32);
    number.map(u128::to_be_bytes).ok_or(KeptError::Pseudonym(text))
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
            country: Some("NZ".into()),
            flags: Flags { excluded: true, allowed: false, preview: true, redirected: true },
        };
        let content = write(&delivery).unwrap();
        assert_eq!(read(&delivery.row, &content).unwrap(), delivery);
        let earlier = content.replace(r#","country":"NZ""#, "");
        assert_eq!(read(&delivery.row, &earlier).unwrap(), Delivery { country: None, ..delivery.clone() });
        assert!(matches!(read("r", "{}"), Err(KeptError::Shape(_))));
        let short = content.replace(&hex(&delivery.address), "fe");
        assert!(matches!(read("r", &short), Err(KeptError::Pseudonym(_))));
    }
}
