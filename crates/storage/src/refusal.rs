//! What a storage's refusal means, and what a person can do about it. Every answer that is no plain "done" or "not there"
//! ends here, so that a login page of a hotel is never taken for an empty bucket.

use crate::StorageError;
use hearthcast_fetch::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use hearthcast_fetch::{FetchError, LONGEST_ASKED};
use hearthcast_model::error::Retry;
use hearthcast_model::{Code, Error};
use object_store::Error as StoreError;
use std::time::Duration;

/// Longest sentence of a storage that is shown.
const SENTENCE: usize = 300;

/// A storage said no, or it was not a storage that answered.
#[derive(Debug, thiserror::Error)]
#[error("the storage at {origin} {meaning}")]
pub struct Refusal {
    /// Where.
    pub origin: String,
    /// Name of the bucket or folder.
    pub place: String,
    /// What it means.
    pub meaning: Meaning,
}

/// What an answer means.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Meaning {
    /// A web page came instead of an answer.
    #[error("did not answer; a web page came instead, as from the login page of a network")]
    WebPage,
    /// It sends us elsewhere.
    #[error("sends requests on to another address{0}")]
    Elsewhere(String),
    /// The key is not accepted.
    #[error("does not accept the access key or password ({0})")]
    Key(String),
    /// The bucket or folder is not there.
    #[error("has no such bucket or folder")]
    NoSuchBucket,
    /// The clocks are too far apart.
    #[error("refuses because its clock and this machine's are {0} minutes apart")]
    Skewed(i64),
    /// No room.
    #[error("is full ({0})")]
    Full(String),
    /// Too much to do; it may ask to be left alone for some time.
    #[error("has a fault or too much to do right now ({0}){more}", more = left_alone(*.1))]
    Troubled(String, Option<Duration>),
    /// The upload that was begun is not known any more.
    #[error("does not know the upload that was begun")]
    NoSuchUpload,
    /// It is not the machine that it was.
    #[error("shows another host key than before ({0})")]
    AnotherKey(String),
    /// Any other refusal, in its own words.
    #[error("refuses: {0}")]
    Refused(String),
    /// A file is longer than it may be.
    #[error("holds more under {key} than the {limit} bytes that are read")]
    TooLong {
        /// Key.
        key: String,
        /// Limit.
        limit: u64,
    },
    /// The answer is not one of such a storage.
    #[error("answers something that cannot be understood ({0})")]
    Unreadable(String),
    /// The address cannot be read.
    #[error("has an address that cannot be read: {0}")]
    BadAddress(String),
}

impl Meaning {
    /// The same with what the answer asks for (`Retry-After`), where that is something one waits for.
    pub(crate) fn asking(self, wait: Option<Duration>) -> Self {
        match self {
            Self::Troubled(said, _) => Self::Troubled(said, wait),
            other => other,
        }
    }
}

/// What a place asks for that wants to be left alone for longer than anybody waits.
fn left_alone(asked: Option<Duration>) -> String {
    match asked.filter(|asked| *asked > LONGEST_ASKED) {
        Some(asked) if asked.as_secs() < 120 => format!(" and asks to be left alone for {} seconds", asked.as_secs()),
        Some(asked) => format!(" and asks to be left alone for {} minutes", asked.as_secs().div_ceil(60)),
        None => String::new(),
    }
}

/// Reads the beginning of an error's body: `<Code>` and `<Message>`, in one line without control characters.
pub(crate) fn said(body: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(body);
    let between = |tag: &str| {
        let rest = text.split_once(&format!("<{tag}>"))?.1;
        let inner = rest.split_once(&format!("</{tag}>"))?.0;
        Some(inner.chars().filter(|c| !c.is_control()).take(SENTENCE).collect::<String>())
    };
    (between("Code").unwrap_or_default(), between("Message").unwrap_or_default())
}

/// What a refusing status with its code means.
pub(crate) fn meaning(status: u16, code: &str, message: &str, minutes_apart: Option<i64>) -> Meaning {
    let apart = minutes_apart.unwrap_or_default();
    let shown = match (code, message) {
        ("", _) => format!("status {status}"),
        (code, "") => code.to_string(),
        (code, message) => format!("{code}: {message}"),
    };
    match (status, code) {
        (_, "RequestTimeTooSkewed") => Meaning::Skewed(apart),
        (401 | 403, _) if apart.abs() >= 15 => Meaning::Skewed(apart),
        (_, "NoSuchBucket" | "ContainerNotFound") => Meaning::NoSuchBucket,
        (_, "NoSuchUpload" | "InvalidBlockList") => Meaning::NoSuchUpload,
        (507, _) | (_, "QuotaExceeded" | "XMinioStorageFull" | "InsufficientCapacity" | "EntityTooLarge") => {
            Meaning::Full(shown)
        }
        (401 | 403, _) => Meaning::Key(shown),
        (300..=399, _) => Meaning::Elsewhere(if code.is_empty() { String::new() } else { format!(" ({shown})") }),
        (408 | 429 | 500.., _) => Meaning::Troubled(shown, None),
        _ => Meaning::Refused(shown),
    }
}

/// A web page with something in it, where no page of the show was asked for. Some storages give their empty answers the type of
/// one.
pub(crate) fn is_web_page(method: &str, path: &str, headers: &HeaderMap) -> bool {
    // A login page on the way has neither.
    let is_file = headers.contains_key("etag") || headers.contains_key("accept-ranges");
    if matches!(method, "GET" | "HEAD") && path.ends_with(".html") && is_file {
        return false;
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text(CONTENT_TYPE).to_ascii_lowercase().starts_with("text/html") && text(CONTENT_LENGTH) != "0"
}

/// Whose refusals are told.
#[derive(Debug, Clone)]
pub(crate) struct AccessTo {
    pub(crate) name: String,
    pub(crate) origin: String,
}

impl AccessTo {
    /// A refusal with its place.
    pub(crate) fn error(&self, meaning: Meaning) -> StorageError {
        StorageError::Refused(Box::new(Refusal { origin: self.origin.clone(), place: self.name.clone(), meaning }))
    }

    /// What `object_store` passes on: what `wire` put in at the bottom is taken out again.
    pub(crate) fn read(&self, error: StoreError) -> StorageError {
        match error {
            StoreError::AlreadyExists { path, .. } => return StorageError::Exists { key: path },
            StoreError::Precondition { path, .. } => return StorageError::Changed { key: path },
            _ => {}
        }
        let mut at: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(cause) = at {
            if let Some(bottom) = cause.downcast_ref::<Bottom>() {
                return match bottom.take() {
                    Some(Cause::Meaning(meaning)) => self.error(meaning),
                    Some(Cause::Fetch(error)) => StorageError::Fetch(error),
                    None => self.error(Meaning::Unreadable("an error told twice".into())),
                };
            }
            at = cause.source();
        }
        if let StoreError::NotFound { .. } = error {
            return self.error(Meaning::NoSuchUpload);
        }
        let text: String = innermost(&error).chars().filter(|c| !c.is_control()).take(SENTENCE).collect();
        self.error(Meaning::Unreadable(text))
    }
}

fn innermost(error: &StoreError) -> String {
    let mut at: &dyn std::error::Error = error;
    while let Some(source) = at.source() {
        at = source;
    }
    at.to_string()
}

/// What `wire` found, carried through `object_store`'s errors, which only lend their sources.
#[derive(Debug, thiserror::Error)]
#[error("the request did not work")]
pub(crate) struct Bottom(std::sync::Mutex<Option<Cause>>);

/// Why a request did not work.
#[derive(Debug)]
pub(crate) enum Cause {
    Meaning(Meaning),
    Fetch(FetchError),
}

impl Bottom {
    pub(crate) fn new(cause: Cause) -> Self {
        Self(std::sync::Mutex::new(Some(cause)))
    }

    fn take(&self) -> Option<Cause> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let message = match &refusal.meaning {
            Meaning::NoSuchBucket => format!("There is no \"{}\" at {}.", refusal.place, refusal.origin),
            _ => format!("{}.", capital(&refusal.to_string())),
        };
        let (code, hint, retry) = consequence(&refusal.meaning);
        Error::new(code, message).hint(hint).retry(retry).about("target", refusal.place)
    }
}

fn consequence(meaning: &Meaning) -> (Code, &'static str, Retry) {
    match meaning {
        Meaning::WebPage => (
            Code::TargetOffline,
            "Log in to the network first (open any page in a browser), then publish again. Nothing is lost.",
            Retry::Later,
        ),
        Meaning::Elsewhere(_) => (
            Code::TargetRefused,
            "If a network asks for a login, log in first. Otherwise check the region and the endpoint of the target.",
            Retry::AfterAction,
        ),
        Meaning::Key(_) => (
            Code::AuthRefused,
            "Check the access key or password: it may be revoked, or lack the right to read and write there. Then publish again; nothing is lost.",
            Retry::AfterAction,
        ),
        Meaning::NoSuchBucket => (
            Code::TargetRefused,
            "Check the name of the bucket or folder, and the region. If it was deleted, make it again and publish: remove the target and add it anew to send everything.",
            Retry::AfterAction,
        ),
        Meaning::AnotherKey(_) => (
            Code::TargetRefused,
            "Nothing was sent. Ask whoever runs the server whether its key was changed. If it was, remove the target and add it again; if not, somebody may be listening in.",
            Retry::AfterAction,
        ),
        Meaning::Skewed(_) => {
            (Code::TargetRefused, "Set this machine's clock right, then publish again.", Retry::AfterAction)
        }
        Meaning::Full(_) => (Code::TargetFull, "Make room in the storage, then publish again.", Retry::AfterAction),
        Meaning::Troubled(..) => {
            (Code::TargetOffline, "Try again later; what was sent is kept. Nothing is lost.", Retry::Later)
        }
        Meaning::NoSuchUpload => (Code::TargetOffline, "Publish again: the file is sent anew.", Retry::Later),
        Meaning::TooLong { .. } | Meaning::Unreadable(_) => {
            (Code::TargetRefused, "Check that the target's address is one of such a storage.", Retry::AfterAction)
        }
        Meaning::Refused(_) | Meaning::BadAddress(_) => {
            (Code::TargetRefused, "Check the target's address.", Retry::AfterAction)
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

impl Cause {
    /// Whether waiting a moment may help; then how long the other side asked for.
    pub(crate) fn may_pass(&self) -> Option<Option<Duration>> {
        match self {
            Self::Fetch(FetchError::Offline { .. } | FetchError::Proxy { .. }) => Some(None),
            Self::Meaning(Meaning::Troubled(_, asked)) => Some(*asked),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answers_of_storages_are_understood() {
        // The shape of an S3 error: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
        let xml =
            "<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code><Message>The specified\n bucket</Message></Error>";
        assert_eq!(said(xml.as_bytes()), ("NoSuchBucket".into(), "The specified bucket".into()));
        assert_eq!(said(b"<html>no"), (String::new(), String::new()));
        let code = |status, code: &str, apart| consequence(&meaning(status, code, "", apart)).0;
        assert_eq!(code(403, "InvalidAccessKeyId", None), Code::AuthRefused);
        assert_eq!(code(403, "AccessDenied", Some(120)), Code::TargetRefused, "the clock is what is wrong");
        assert_eq!(code(404, "NoSuchBucket", None), Code::TargetRefused);
        assert_eq!(code(507, "", None), Code::TargetFull);
        assert_eq!(code(503, "SlowDown", None), Code::TargetOffline);
        assert_eq!(code(301, "PermanentRedirect", None), Code::TargetRefused);
    }
}
