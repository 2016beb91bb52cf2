//! What there is to be served: length, validators, type. Not the bytes.

use crate::ServeError;
use http::HeaderValue;
use std::time::{Duration, UNIX_EPOCH};

/// One file as HTTP sees it, with its header fields ready made.
#[derive(Debug, Clone)]
pub struct Representation {
    /// Length in bytes.
    pub len: u64,
    /// Strong entity tag, with quotes.
    pub etag: HeaderValue,
    /// Newest change, Unix milliseconds.
    pub last_modified_ms: i64,
    /// `Last-Modified`, which knows whole seconds only.
    pub last_modified: HeaderValue,
    /// `Content-Type`.
    pub mime: HeaderValue,
    /// `Cache-Control`.
    pub cache_control: HeaderValue,
}

impl Representation {
    /// Describes a file. `tag` is the opaque part of the strong entity tag, without quotes (a content hash).
    pub fn new(
        len: u64,
        tag: &str,
        last_modified_ms: i64,
        mime: &str,
        cache_control: &str,
    ) -> Result<Self, ServeError> {
        if !tag.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x7e)) {
            return Err(ServeError::Header(tag.into()));
        }
        Ok(Self {
            len,
            etag: header(&format!("\"{tag}\""))?,
            last_modified_ms,
            last_modified: header(&http_date(last_modified_ms))?,
            mime: header(mime)?,
            cache_control: header(cache_control)?,
        })
    }
}

fn header(text: &str) -> Result<HeaderValue, ServeError> {
    HeaderValue::from_str(text).map_err(|_| ServeError::Header(text.into()))
}

/// Writes an instant as IMF-fixdate (RFC 9110 §5.6.7), within the years 1970 to 9999 that it can write.
fn http_date(ms: i64) -> String {
    const LAST_SECOND: u64 = 253_402_300_799;
    let seconds = u64::try_from(ms / 1000).unwrap_or(0).min(LAST_SECOND);
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Reads any of the three date forms of RFC 9110 §5.6.7 into Unix seconds.
pub(crate) fn parse_http_date(text: &str) -> Option<i64> {
    let at = httpdate::parse_http_date(text.trim()).ok()?;
    i64::try_from(at.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_the_examples_of_the_rfc() {
        // RFC 9110 §5.6.7: three forms of one instant, 784111777 seconds.
        assert_eq!(http_date(784_111_777_999), "Sun, 06 Nov 1994 08:49:37 GMT");
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(parse_http_date(text), Some(784_111_777), "{text}");
        }
        for text in ["", "yesterday", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(parse_http_date(text), None, "{text}");
        }
    }

    #[test]
    fn dates_out_of_reach_do_not_panic() {
        assert_eq!(http_date(i64::MIN), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(http_date(i64::MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
    }

    #[test]
    fn a_tag_cannot_break_out_of_its_quotes() {
        for tag in ["a\"b", "a b", "a\r\nb", "ä"] {
            assert!(Representation::new(1, tag, 0, "audio/mpeg", "no-cache").is_err(), "{tag:?}");
        }
        assert!(Representation::new(1, "abc", 0, "audio/mpeg\r\nX: y", "no-cache").is_err());
        assert_eq!(Representation::new(1, "abc", 0, "audio/mpeg", "no-cache").unwrap().etag, "\"abc\"");
    }
}
