//! What is not whole yet: a file under the name it has until it is moved.

use super::line::Ask;
use super::{SMALL, WebDav};
use crate::place::{Source, mime_of, part_name};
use crate::reading::{self, Told};
use crate::refusal::Meaning;
use crate::{StorageError, StorageKey};
use bytes::Bytes;
use hearthcast_fetch::header::{CONTENT_TYPE, HeaderMap};
use hearthcast_model::{Cancel, Sha256};

/// What is sent.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    Small(&'a [u8]),
    Large { source: &'a Source, cancel: &'a Cancel, told: &'a Told<'a> },
}

/// The name of a try. Each try has one of its own: a server that is busy may open the file of a request whose line was cut
/// only after the next request has filled it, and empty it again.
pub(super) fn name(key: &StorageKey, sha256: &Sha256, tried: u32) -> String {
    let first = part_name(key, sha256);
    match first.strip_suffix(".part").filter(|_| tried > 1) {
        Some(stem) => format!("{stem}.{tried}.part"),
        None => first,
    }
}

impl WebDav {
    /// Sends a content and gives the name at which it is whole; begins again where that may help. What other tries have left
    /// is removed when it can be: nobody is shown it, and `abort` removes it, too.
    pub(super) async fn put_part(
        &self,
        key: &StorageKey,
        sha256: &Sha256,
        content: Content<'_>,
    ) -> Result<String, StorageError> {
        self.make_folders(key).await?;
        let mut tried = 1;
        loop {
            let part = name(key, sha256, tried);
            let Err(error) = self.put_once(key, &part, content).await else {
                self.clear(key, sha256, tried - 1).await;
                return Ok(part);
            };
            let again = match error.may_pass() {
                Some(asked) => content.is_wanted() && self.line.patience().again(tried, asked).await,
                None => false,
            };
            if !again {
                self.clear(key, sha256, tried).await;
                return Err(error);
            }
            tried += 1;
        }
    }

    async fn put_once(&self, key: &StorageKey, part: &str, content: Content<'_>) -> Result<(), StorageError> {
        match content {
            Content::Small(bytes) => {
                let headers = HeaderMap::from_iter([(CONTENT_TYPE, self.line.value(mime_of(key))?)]);
                let body = Bytes::copy_from_slice(bytes);
                let ask = Ask { method: "PUT", path: part, headers, body, awaited: &[] };
                self.done("PUT", &self.line.ask_once(&ask, SMALL).await?)
            }
            Content::Large { source, cancel, told } => {
                let further = told.anew();
                self.put_pieces(key, part, source, cancel, &further).await
            }
        }
    }

    async fn put_pieces(
        &self,
        key: &StorageKey,
        part: &str,
        source: &Source,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError> {
        let (mut reading, verdict) = reading::start(key, source, 0, cancel);
        let mut moved = reading.telling();
        let telling = async {
            while let Some(bytes) = moved.recv().await {
                progress(bytes);
            }
        };
        let (answer, ()) = tokio::join!(self.line.put(part, &source.mime, source.bytes, reading), telling);
        match (verdict.given().await, answer) {
            (Err(error), _) | (Ok(_), Err(error)) => Err(error),
            (Ok(true), Ok(answer)) => self.done("PUT", &answer),
            (Ok(false), Ok(_)) => Err(self.line.error(Meaning::Unreadable("an answer before the whole file".into()))),
        }
    }

    /// Removes what the first tries have left, as far as the server is in the mood for it.
    async fn clear(&self, key: &StorageKey, sha256: &Sha256, tries: u32) {
        for tried in 1..=tries {
            if self.line.ask_once(&Ask::plain("DELETE", &name(key, sha256, tried)), SMALL).await.is_err() {
                return;
            }
        }
    }
}

impl Content<'_> {
    /// Whether nobody has stopped it.
    fn is_wanted(&self) -> bool {
        match self {
            Self::Small(_) => true,
            Self::Large { cancel, .. } => cancel.check().is_ok(),
        }
    }
}
