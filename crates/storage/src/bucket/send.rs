//! Sends a file of any length in flat memory: in equal parts, a few at a time, noted as they arrive, so that a kill costs at
//! most what was on the way. What it is not: it keeps no notes itself; a [`Notebook`] does.

use super::{Bucket, Finish, StoreError, attributes};
use crate::place::{Notebook, Part, Place as _, Sending, Source};
use crate::refusal::Meaning;
use crate::tally::Gauge;
use crate::{Refusal, StorageError, StorageKey};
use bytes::Bytes;
use hearthcast_fetch::FetchError;
use hearthcast_model::hash::Hasher;
use hearthcast_model::{Cancel, Sha256};
use object_store::multipart::PartId;
use object_store::path::Path;
use object_store::{Attributes, ObjectStoreExt as _, PutMode, PutMultipartOptions, PutOptions, PutPayload};
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Length of a part: enough for 80 GB in the 10,000 parts that S3 allows. Storages want all parts but the last to be equal.
const PART: u64 = 8 * 1024 * 1024;

/// Most parts of an upload (S3).
const MOST_PARTS: u64 = 10_000;

/// Parts on the way at a time, while the line holds. Each is held in memory.
const LANES: usize = 2;

/// So often it is asked whether the work was stopped.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// How long parts on the way may still arrive when the work was stopped: on a slow line one takes minutes, and nobody waits
/// that long for a pause.
const GRACE: Duration = Duration::from_secs(2);

/// How one attempt ended.
enum Ended {
    Done,
    /// The storage has forgotten the upload.
    Forgotten,
}

impl Bucket {
    /// Stores a file. What an earlier run sent (`begun`) is not sent again. The place never shows a part of it.
    pub(super) async fn send_file(
        &self,
        key: &StorageKey,
        source: &Source,
        begun: Option<Sending>,
        notebook: &dyn Notebook,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError> {
        let file = Arc::new(open(source)?);
        if source.bytes <= PART {
            self.put_whole(key, source, file).await?;
            return notebook.note(None).await.map_err(StorageError::Notes);
        }
        let begun = self.fitting(key, source, begun).await;
        let careful = begun.is_some();
        let mut upload =
            Upload { bucket: self, key, path: self.path(key), source, file, notebook, cancel, progress, careful };
        let given_up = begun.as_ref().map(|begun| begun.upload_id.clone());
        if let Some(begun) = begun {
            match upload.go_on(begun).await {
                Ok(Ended::Done) => return Ok(()),
                Ok(Ended::Forgotten) => {}
                // Some storages refuse an upload they have forgotten as if the key were wrong. A key that is wrong
                // begins no new one either, and the notes stay.
                Err(StorageError::Refused(refusal)) if matches!(refusal.meaning, Meaning::Key(_)) => {}
                Err(error) => return Err(error),
            }
        }
        upload.careful = false;
        let fresh = upload.begin().await?;
        if let Some(given_up) = given_up {
            // Its parts cost room until the storage forgets them, but nothing else.
            let _ = self.give_up(key, &given_up).await;
        }
        match upload.go_on(fresh).await? {
            Ended::Done => Ok(()),
            Ended::Forgotten => Err(self.about.error(Meaning::NoSuchUpload)),
        }
    }

    /// Gives an upload up, so that its parts cost nothing any more. One that is gone already is no failure.
    pub(super) async fn give_up(&self, key: &StorageKey, upload_id: &str) -> Result<(), StorageError> {
        match self.store.abort_multipart(&self.path(key), &upload_id.to_string()).await {
            Err(error) => match self.about.read(error) {
                StorageError::Refused(refusal) if is_forgotten(&refusal) => Ok(()),
                error => Err(error),
            },
            Ok(()) => Ok(()),
        }
    }

    /// Sends a few bytes the way large files go; says whether they are there afterwards.
    pub(super) async fn send_one_part(&self, key: &StorageKey) -> Result<bool, StorageError> {
        const BYTES: &[u8] = b"sent as the one and last part";
        let (path, read) = (self.path(key), |error| self.about.read(error));
        let attributes = attributes(key, "application/octet-stream", &Sha256::of(BYTES), None);
        let id = self.begin_parts(&path, &attributes).await.map_err(read)?;
        let part = self.store.put_part(&path, &id, 0, PutPayload::from_static(BYTES)).await.map_err(read)?;
        self.end_parts(&path, &id, vec![part], &attributes).await?;
        Ok(self.head(key).await?.is_some_and(|head| head.bytes == BYTES.len() as u64))
    }

    async fn begin_parts(&self, path: &Path, attributes: &Attributes) -> Result<String, StoreError> {
        let options = match self.finish {
            Finish::Plain(_) => {
                PutMultipartOptions { attributes: attributes.clone(), ..PutMultipartOptions::default() }
            }
            Finish::Blocks(_) => PutMultipartOptions::default(),
        };
        self.store.create_multipart_opts(path, options).await
    }

    async fn end_parts(
        &self,
        path: &Path,
        id: &str,
        parts: Vec<PartId>,
        attributes: &Attributes,
    ) -> Result<(), StorageError> {
        match &self.finish {
            Finish::Plain(_) => {
                let done = self.store.complete_multipart(path, &id.to_string(), parts).await;
                done.map(|_| ()).map_err(|error| self.about.read(error))
            }
            Finish::Blocks(blocks) => blocks.put_together(&self.about, path, &parts, attributes).await,
        }
    }

    /// The noted upload, if it is one of this very file; another one is given up.
    async fn fitting(&self, key: &StorageKey, source: &Source, begun: Option<Sending>) -> Option<Sending> {
        let begun = begun?;
        let count = source.bytes.div_ceil(begun.part_bytes.max(1));
        let fits = begun.sha256 == source.sha256
            && begun.bytes == source.bytes
            && begun.part_bytes > 0
            && begun.parts.len() as u64 == count;
        if !fits {
            // It costs room until the storage forgets it, but nothing else.
            let _ = self.give_up(key, &begun.upload_id).await;
        }
        fits.then_some(begun)
    }

    async fn put_whole(&self, key: &StorageKey, source: &Source, file: Arc<File>) -> Result<(), StorageError> {
        let bytes = usize::try_from(source.bytes).unwrap_or(usize::MAX);
        let gauge = Arc::clone(self.wire.tally().held());
        let read = read_part(source, &file, 0, bytes, Hasher::new(), gauge).await?;
        if read.hasher.finish() != source.sha256 || longer(source, &file)? {
            return Err(changed(key));
        }
        let attributes = attributes(key, &source.mime, &source.sha256, source.cache.as_deref());
        let options = PutOptions { mode: PutMode::Overwrite, attributes, ..PutOptions::default() };
        let put = self.store.put_opts(&self.path(key), PutPayload::from_bytes(read.bytes), options).await;
        put.map(|_| ()).map_err(|error| self.about.read(error))
    }
}

/// One file on its way.
struct Upload<'a> {
    bucket: &'a Bucket,
    key: &'a StorageKey,
    path: Path,
    source: &'a Source,
    file: Arc<File>,
    notebook: &'a dyn Notebook,
    cancel: &'a Cancel,
    progress: &'a (dyn Fn(u64) + Sync),
    /// It was cut before: one part at a time, so that the next cut costs one part at most.
    careful: bool,
}

/// What a lane brings back: number, checksum, the storage's mark.
type Arrival = (usize, u32, object_store::Result<PartId>);

impl Upload<'_> {
    async fn begin(&self) -> Result<Sending, StorageError> {
        let part_bytes = PART.max(self.source.bytes.div_ceil(MOST_PARTS));
        let made = self.bucket.begin_parts(&self.path, &self.attributes()).await;
        let upload_id = made.map_err(|error| self.bucket.about.read(error))?;
        let count = usize::try_from(self.source.bytes.div_ceil(part_bytes)).unwrap_or(usize::MAX);
        let (sha256, bytes) = (self.source.sha256.clone(), self.source.bytes);
        let sending = Sending { upload_id, sha256, bytes, part_bytes, parts: vec![None; count] };
        self.note(Some(&sending)).await?;
        Ok(sending)
    }

    /// Sends what is missing and puts the file in place.
    async fn go_on(&self, mut sending: Sending) -> Result<Ended, StorageError> {
        let mut lanes = JoinSet::new();
        let sent = self.send_parts(&mut sending, &mut lanes).await;
        // What is on the way may still arrive; it is noted, so that it is not sent again. What is left ends with `lanes`.
        let drained = self.drain(&mut sending, &mut lanes, 0).await;
        let hash = match sent.and_then(|hash| drained.map(|()| hash)) {
            Err(StorageError::Refused(refusal)) if is_forgotten(&refusal) => return self.forgotten().await,
            Err(StorageError::Fetch(FetchError::Offline { .. })) if self.is_given_up(&sending).await => {
                return self.forgotten().await;
            }
            other => other?,
        };
        if hash != self.source.sha256 || longer(self.source, &self.file)? {
            let _ = self.bucket.store.abort_multipart(&self.path, &sending.upload_id).await;
            self.note(None).await?;
            return Err(StorageError::SourceChanged { key: self.path.to_string() });
        }
        self.complete(&sending).await
    }

    /// Reads the whole file once, in order, for its hash; sends the parts that have not arrived.
    async fn send_parts(&self, sending: &mut Sending, lanes: &mut JoinSet<Arrival>) -> Result<Sha256, StorageError> {
        let mut hasher = Hasher::new();
        for at in 0..sending.parts.len() {
            self.cancel.check().map_err(StorageError::Cancelled)?;
            let from = at as u64 * sending.part_bytes;
            let length = usize::try_from(sending.part_bytes.min(self.source.bytes - from)).unwrap_or(usize::MAX);
            let gauge = Arc::clone(self.bucket.wire.tally().held());
            let read = read_part(self.source, &self.file, from, length, hasher, gauge).await?;
            hasher = read.hasher;
            if sending.parts[at].as_ref().is_some_and(|part| part.crc32c == read.crc32c) {
                (self.progress)(length as u64);
                continue;
            }
            let open = if self.careful || self.bucket.wire.tally().shaky() { 1 } else { LANES };
            self.drain(sending, lanes, open - 1).await?;
            let (store, path, id) = (Arc::clone(&self.bucket.store), self.path.clone(), sending.upload_id.clone());
            lanes.spawn(async move {
                let payload = PutPayload::from_bytes(read.bytes);
                (at, read.crc32c, store.put_part(&path, &id, at, payload).await)
            });
        }
        Ok(hasher.finish())
    }

    /// Waits until at most `left` parts are on the way; notes those that arrived. Tells the first failure at the end.
    async fn drain(
        &self,
        sending: &mut Sending,
        lanes: &mut JoinSet<Arrival>,
        left: usize,
    ) -> Result<(), StorageError> {
        let mut failure = None;
        while lanes.len() > left {
            let next = tokio::select! {
                next = lanes.join_next() => next,
                stopped = self.overdue() => return Err(failure.unwrap_or(stopped)),
            };
            match next {
                Some(Ok((at, crc32c, Ok(part)))) => {
                    sending.parts[at] = Some(Part { id: part.content_id, crc32c });
                    self.note(Some(sending)).await?;
                    let from = at as u64 * sending.part_bytes;
                    (self.progress)(sending.part_bytes.min(self.source.bytes - from));
                }
                Some(Ok((_, _, Err(error)))) => {
                    failure.get_or_insert(self.bucket.about.read(error));
                }
                Some(Err(error)) => {
                    failure.get_or_insert(self.bucket.about.error(Meaning::Unreadable(error.to_string())));
                }
                None => break,
            }
            if failure.is_some() && left > 0 {
                break;
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Returns when the work was stopped and what is on the way had its time to arrive.
    async fn overdue(&self) -> StorageError {
        loop {
            tokio::time::sleep(ASK_EVERY).await;
            if let Err(stopped) = self.cancel.check() {
                tokio::time::sleep(GRACE).await;
                return StorageError::Cancelled(stopped);
            }
        }
    }

    async fn complete(&self, sending: &Sending) -> Result<Ended, StorageError> {
        let ids = sending.parts.iter().flatten().map(|part| PartId { content_id: part.id.clone() }).collect();
        match self.bucket.end_parts(&self.path, &sending.upload_id, ids, &self.attributes()).await {
            Ok(()) => {
                self.note(None).await?;
                Ok(Ended::Done)
            }
            // Done already, when the answer to an earlier try was lost; whoever asked looks at the place again.
            Err(StorageError::Refused(refusal)) if is_forgotten(&refusal) => self.forgotten().await,
            Err(error) => Err(error),
        }
    }

    /// Whether an upload of an earlier run is no more.
    async fn is_given_up(&self, sending: &Sending) -> bool {
        match &self.bucket.finish {
            Finish::Plain(Some(memory)) if self.careful => {
                let some = sending.parts.iter().any(Option::is_some);
                memory.has_forgotten(&self.bucket.about, &self.path, &sending.upload_id, some).await
            }
            _ => false,
        }
    }

    fn attributes(&self) -> Attributes {
        attributes(self.key, &self.source.mime, &self.source.sha256, self.source.cache.as_deref())
    }

    async fn forgotten(&self) -> Result<Ended, StorageError> {
        self.note(None).await?;
        let there = self.bucket.store.head(&self.path).await.is_ok_and(|found| found.size == self.source.bytes);
        Ok(if there { Ended::Done } else { Ended::Forgotten })
    }

    async fn note(&self, sending: Option<&Sending>) -> Result<(), StorageError> {
        self.notebook.note(sending).await.map_err(StorageError::Notes)
    }
}

fn is_forgotten(refusal: &Refusal) -> bool {
    matches!(refusal.meaning, Meaning::NoSuchUpload)
}

fn changed(key: &StorageKey) -> StorageError {
    StorageError::SourceChanged { key: key.to_string() }
}

fn open(source: &Source) -> Result<File, StorageError> {
    File::open(&source.path).map_err(|e| unreadable(source, e))
}

fn unreadable(source: &Source, error: io::Error) -> StorageError {
    StorageError::Source { path: source.path.clone(), source: error }
}

/// Whether the file has more bytes than it should.
fn longer(source: &Source, file: &File) -> Result<bool, StorageError> {
    Ok(file.metadata().map_err(|e| unreadable(source, e))?.len() != source.bytes)
}

/// A part as it was read.
struct Read {
    bytes: Bytes,
    hasher: Hasher,
    crc32c: u32,
}

async fn read_part(
    source: &Source,
    file: &Arc<File>,
    from: u64,
    length: usize,
    hasher: Hasher,
    gauge: Arc<Gauge>,
) -> Result<Read, StorageError> {
    let file = Arc::clone(file);
    let read = tokio::task::spawn_blocking(move || read_now(&file, from, length, hasher, &gauge)).await;
    read.map_err(io::Error::other).and_then(|read| read).map_err(|e| match e.kind() {
        io::ErrorKind::UnexpectedEof => StorageError::SourceChanged { key: source.path.display().to_string() },
        _ => unreadable(source, e),
    })
}

fn read_now(mut file: &File, from: u64, length: usize, mut hasher: Hasher, gauge: &Arc<Gauge>) -> io::Result<Read> {
    use std::io::{Read as _, Seek as _};
    let mut bytes = vec![0; length];
    file.seek(io::SeekFrom::Start(from))?;
    file.read_exact(&mut bytes)?;
    hasher.update(&bytes);
    let crc32c = crc32c::crc32c(&bytes);
    Ok(Read { bytes: gauge.hold(bytes), hasher, crc32c })
}
