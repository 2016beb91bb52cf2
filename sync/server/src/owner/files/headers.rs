//! The headers of tus 1.0: what is asked for and what is told.

use crate::owner::refusal::{Answer, Refusal};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearthcast_model::{Code, Error, Sha256};
use hearthcast_protocol::drafts::FOR_A_DRAFT;
use hearthcast_protocol::media::TUS_VERSION;
use hearthcast_store::upload::Upload;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

/// Content type of bytes on their way.
pub const OFFSET_STREAM: &str = "application/offset+octet-stream";

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const MAX_METADATA_BYTES: usize = 4_096;

/// Insists on the version of tus and states it in every answer.
pub async fn speak_tus(request: Request, next: Next) -> Response {
    let asked = request.headers().get(RESUMABLE).is_some_and(|version| version == TUS_VERSION);
    let mut response = if asked || request.method() == Method::OPTIONS {
        next.run(request).await
    } else {
        let error = Error::new(Code::VersionRefused, "Uploads speak tus 1.0.0 (header Tus-Resumable).");
        let refusal = Refusal::new(StatusCode::PRECONDITION_FAILED, error);
        ([("tus-version", TUS_VERSION)], refusal).into_response()
    };
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(TUS_VERSION));
    response
}

/// What this server can.
pub fn capabilities(max_file_bytes: u64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("tus-version", HeaderValue::from_static(TUS_VERSION));
    headers.insert(
        "tus-extension",
        HeaderValue::from_static("creation,creation-with-upload,checksum,termination,expiration"),
    );
    headers.insert("tus-checksum-algorithm", HeaderValue::from_static("sha1,sha256"));
    headers.insert("tus-max-size", max_file_bytes.into());
    headers
}

/// How far an upload is and how long it is kept.
pub fn state(upload: &Upload, offset: u64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("upload-offset", offset.into());
    if let Ok(date) = HeaderValue::from_str(&http_date(upload.expires_ms)) {
        headers.insert("upload-expires", date);
    }
    headers
}

/// What an upload was made as.
pub fn description(upload: &Upload) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("upload-length", upload.bytes.into());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if !upload.metadata.is_empty()
        && let Ok(metadata) = HeaderValue::from_str(&upload.metadata)
    {
        headers.insert("upload-metadata", metadata);
    }
    headers
}

/// Reads a header that holds a number; `None` when it is absent.
pub fn number(headers: &HeaderMap, name: &'static str) -> Answer<Option<u64>> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let digits = value.to_str().ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let number = digits.and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| Refusal::usage(format!("The header {name} is not a number.")))
}

/// Whether a creation brings bytes along (creation-with-upload).
pub fn carries_bytes(headers: &HeaderMap) -> bool {
    let offset_stream = headers.get(CONTENT_TYPE).is_some_and(|value| value == OFFSET_STREAM);
    let empty = headers.get(CONTENT_LENGTH).is_some_and(|length| length == "0");
    offset_stream && !empty && (headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING))
}

/// What a client tells about its file. Other clients than ours may tell nothing at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// What the finished file must hash to.
    pub sha256: Option<Sha256>,
    /// MIME type.
    pub mime: String,
    /// The header as sent.
    pub as_sent: String,
}

/// Whether an upload is for a draft, which nobody finds among published files.
pub fn is_for_a_draft(metadata: &str) -> bool {
    metadata.split(',').any(|pair| pair.split_whitespace().next() == Some(FOR_A_DRAFT))
}

impl Metadata {
    /// Reads `Upload-Metadata`: pairs of a name and a base64 value, separated by commas. Empty is allowed.
    pub fn read(headers: &HeaderMap) -> Answer<Self> {
        let wrong = || Refusal::usage("The header Upload-Metadata cannot be understood.");
        let as_sent = match headers.get("upload-metadata") {
            Some(value) => value.to_str().map_err(|_| wrong())?.trim(),
            None => "",
        };
        if as_sent.len() > MAX_METADATA_BYTES {
            return Err(wrong());
        }
        let mut metadata = Self { sha256: None, mime: "application/octet-stream".into(), as_sent: as_sent.to_string() };
        for pair in as_sent.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let value = STANDARD.decode(value.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            match (name, value) {
                ("sha256", Some(hash)) => metadata.sha256 = Some(Sha256::parse(&hash).ok_or_else(wrong)?),
                ("type", Some(mime)) => metadata.mime = checked_mime(mime).ok_or_else(wrong)?,
                ("sha256" | "type", None) => return Err(wrong()),
                _ => {}
            }
        }
        Ok(metadata)
    }
}

/// A MIME type that can stand in a header: `type/subtype`, token characters of RFC 9110.
fn checked_mime(text: String) -> Option<String> {
    let token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    let good = text.len() <= 100 && text.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub));
    good.then(|| text.to_ascii_lowercase())
}

/// RFC 9110 date (`Fri, 20 Nov 2026 11:00:00 GMT`), always in English.
fn http_date(ms: i64) -> String {
    let at = chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default();
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Answer<Metadata> {
        let mut headers = HeaderMap::new();
        headers.insert("upload-metadata", HeaderValue::from_str(text).unwrap());
        Metadata::read(&headers)
    }

    #[test]
    fn metadata_is_read_and_may_be_empty() {
        // printf 'ba78…' | base64 -w0, of the SHA-256 of "abc" (FIPS 180-4); "audio/mpeg" → YXVkaW8vbXBlZw==.
        let hash = "YmE3ODE2YmY4ZjAxY2ZlYTQxNDE0MGRlNWRhZTIyMjNiMDAzNjFhMzk2MTc3YTljYjQxMGZmNjFmMjAwMTVhZA==";
        let metadata = read(&format!("sha256 {hash},type YXVkaW8vbXBlZw==,is_private")).unwrap();
        assert_eq!(metadata.sha256, Some(Sha256::of(b"abc")));
        assert_eq!(metadata.mime, "audio/mpeg");
        assert_eq!(read("").unwrap().sha256, None);
        assert_eq!(Metadata::read(&HeaderMap::new()).unwrap().mime, "application/octet-stream");
    }

    #[test]
    fn broken_metadata_is_refused() {
        // "../../x" and "text/html\r\nX: y" in base64.
        for bad in ["sha256 Li4vLi4veA==", "sha256 ???", "type dGV4dC9odG1sDQpYOiB5", "type"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(read(&"a".repeat(5_000)).is_err());
    }

    #[test]
    fn dates_are_those_of_rfc_9110() {
        assert_eq!(http_date(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
