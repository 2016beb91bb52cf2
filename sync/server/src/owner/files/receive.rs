//! Bytes arrive: appended to the upload's file, hashed on their way, one transfer per upload at a time.

use super::finish::{self, Progress};
use super::mismatch;
use crate::app::{App, Shared};
use crate::owner::refusal::{Answer, Refusal, full};
use axum::body::{Body, Bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt;
use hearthcast_model::{Code, Error};
use hearthcast_store::upload::{self, LIFE_MS, Upload};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};
use sha2::Digest;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;

/// Bytes gathered before they go to the disk.
const GATHER: usize = 1024 * 1024;

/// How long a request waits for the one before it: a killed laptop comes back before its last connection is cleared.
const PATIENCE: Duration = Duration::from_secs(3);

/// Uploads in motion, with the hash of what they have so far. Losing this costs a second reading, nothing else.
#[derive(Debug, Default)]
pub struct Transfers(Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<Running>>>>);

/// The running hash of an upload.
#[derive(Debug, Default, Clone)]
pub struct Running {
    hash: sha2::Sha256,
    hashed: u64,
}

/// A transfer nobody else may touch.
pub type Claim = OwnedMutexGuard<Running>;

impl Transfers {
    /// Claims an upload; `None` while another request moves it.
    pub fn claim(&self, id: &str) -> Option<Claim> {
        self.entry(id).try_lock_owned().ok()
    }
    /// Claims an upload, giving the end of a broken request some time; `None` while another one is alive.
    pub async fn wait_a_little(&self, id: &str) -> Option<Claim> {
        tokio::time::timeout(PATIENCE, self.wait(id)).await.ok()
    }
    /// Claims an upload as soon as nobody else moves it.
    pub async fn wait(&self, id: &str) -> Claim {
        let one = self.entry(id);
        one.lock_owned().await
    }
    /// Forgets the hash of a finished or dropped upload.
    pub fn forget(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
    fn entry(&self, id: &str) -> Arc<tokio::sync::Mutex<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id.to_string()).or_default().clone()
    }
}

/// Takes the bytes of a request and returns the new offset; completes the upload with its last byte.
///
/// The work runs in a task of its own: a client that goes away leaves what it sent, and no half-done write behind.
pub async fn receive(app: &Shared, upload: &Upload, from: u64, headers: &HeaderMap, body: Body) -> Answer<u64> {
    let checksum = Checksum::read(headers)?;
    let announced = headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
    if from.checked_add(announced.unwrap_or(0)).is_none_or(|end| end > upload.bytes) {
        return Err(too_long());
    }
    let claim = app.transfers.wait_a_little(&upload.id).await.ok_or_else(busy)?;
    let (app, upload) = (app.clone(), upload.clone());
    let task = tokio::spawn(async move { run(&app, &upload, from, claim, checksum, body).await });
    task.await
        .map_err(|_| Refusal::from(Error::new(Code::Internal, "The server stopped in the middle of an upload.")))?
}

async fn run(
    app: &App,
    upload: &Upload,
    from: u64,
    claim: Claim,
    checksum: Option<Checksum>,
    body: Body,
) -> Answer<u64> {
    let progress = finish::progress(app, upload).await?;
    let at = if let Progress::Part(bytes) = progress { bytes } else { upload.bytes };
    if at != from {
        let error = Error::new(Code::TargetConflict, format!("The server has {at} bytes of this upload, not {from}."));
        return Err(Refusal::new(StatusCode::CONFLICT, error.hint("Ask for the offset and go on from there.")));
    }
    match progress {
        Progress::Done => Ok(at),
        Progress::Unchecked => finish::complete(app, upload, None).await.map(|()| at),
        Progress::Part(_) => {
            let (offset, claim) = append(app, upload, from, claim, checksum, body).await?;
            if offset == upload.bytes {
                finish::complete(app, upload, Some(claim.hash.clone())).await?;
            }
            Ok(offset)
        }
    }
}

async fn append(
    app: &App,
    upload: &Upload,
    from: u64,
    claim: Claim,
    checksum: Option<Checksum>,
    body: Body,
) -> Answer<(u64, Claim)> {
    let path = app.folders.part(&upload.id);
    let sink = blocking(move || Sink::open(&path, claim, from, checksum)).await?;
    let (sink, ended) = pour(sink, body, upload.bytes).await?;
    let (offset, claim) =
        blocking(move || sink.end(ended.is_ok()).map(|kept| (kept, ended))).await.and_then(|(kept, ended)| {
            let kept = kept?;
            ended.map(|()| kept)
        })?;
    postpone(app, upload).await?;
    Ok((offset, claim))
}

/// Moves the body into the file. The second value tells whether the body came whole.
async fn pour(mut sink: Sink, body: Body, limit: u64) -> Answer<(Sink, Answer<()>)> {
    let mut stream = body.into_data_stream();
    let (mut gathered, mut bytes) = (vec![], 0);
    let mut ended = Ok(());
    let mut offset = sink.offset;
    while let Some(chunk) = stream.next().await {
        let Ok(chunk) = chunk else {
            ended = Err(Refusal::usage("The upload broke off; what arrived is kept."));
            break;
        };
        offset += chunk.len() as u64;
        if offset > limit {
            ended = Err(too_long());
            break;
        }
        bytes += chunk.len();
        gathered.push(chunk);
        if bytes >= GATHER {
            let batch = std::mem::take(&mut gathered);
            bytes = 0;
            sink = blocking(move || sink.write(&batch)).await?;
        }
    }
    sink = blocking(move || sink.write(&gathered)).await?;
    Ok((sink, ended))
}

/// The open file of a transfer.
struct Sink {
    file: File,
    claim: Claim,
    begun: u64,
    offset: u64,
    checksum: Option<Checksum>,
}

impl Sink {
    fn open(path: &std::path::Path, mut claim: Claim, at: u64, checksum: Option<Checksum>) -> std::io::Result<Self> {
        let mut file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
        if claim.hashed != at {
            *claim = rehash(&mut file, at)?;
        }
        file.seek(SeekFrom::Start(at))?;
        Ok(Self { file, claim, begun: at, offset: at, checksum })
    }

    fn write(mut self, chunks: &[Bytes]) -> std::io::Result<Self> {
        for chunk in chunks {
            self.file.write_all(chunk)?;
            self.offset += chunk.len() as u64;
            self.claim.hash.update(chunk);
            self.claim.hashed = self.offset;
            if let Some(checksum) = &mut self.checksum {
                checksum.update(chunk);
            }
        }
        Ok(self)
    }

    /// Keeps what was written, unless a checksum was promised and does not hold: then the file is as it was before.
    fn end(mut self, whole: bool) -> std::io::Result<Answer<(u64, Claim)>> {
        if let Some(checksum) = self.checksum.take()
            && !(whole && checksum.holds())
        {
            self.file.set_len(self.begun)?;
            *self.claim = Running::default();
            return Ok(Err(mismatch("What arrived has another checksum than what was sent.", None)));
        }
        Ok(Ok((self.offset, self.claim)))
    }
}

/// Hashes what an earlier transfer left.
fn rehash(file: &mut File, up_to: u64) -> std::io::Result<Running> {
    let mut running = Running::default();
    let mut buffer = vec![0; 256 * 1024];
    file.seek(SeekFrom::Start(0))?;
    let mut rest = file.take(up_to);
    loop {
        let read = rest.read(&mut buffer)?;
        if read == 0 {
            return Ok(running);
        }
        running.hash.update(&buffer[..read]);
        running.hashed += read as u64;
    }
}

/// A moving upload lives another week.
async fn postpone(app: &App, upload: &Upload) -> Answer<()> {
    let mut writer = app.store.write().await?;
    upload::postpone(&mut writer, &upload.id, app.now_ms() + LIFE_MS).await?;
    Ok(writer.commit().await?)
}

/// `Upload-Checksum`: sha1 must be known by every tus server, sha256 is better.
enum Checksum {
    Sha1(sha1::Sha1, Vec<u8>),
    Sha256(sha2::Sha256, Vec<u8>),
}

impl Checksum {
    fn read(headers: &HeaderMap) -> Answer<Option<Self>> {
        let Some(value) = headers.get("upload-checksum") else { return Ok(None) };
        let pair = value.to_str().ok().and_then(|text| text.trim().split_once(' '));
        let pair = pair.and_then(|(name, sum)| Some((name, STANDARD.decode(sum).ok()?)));
        match pair {
            Some(("sha1", sum)) => Ok(Some(Self::Sha1(Default::default(), sum))),
            Some(("sha256", sum)) => Ok(Some(Self::Sha256(Default::default(), sum))),
            _ => Err(Refusal::usage("The header Upload-Checksum is neither sha1 nor sha256 in base64.")),
        }
    }
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hash, _) => hash.update(bytes),
            Self::Sha256(hash, _) => hash.update(bytes),
        }
    }
    fn holds(self) -> bool {
        match self {
            Self::Sha1(hash, sum) => hash.finalize().as_slice() == sum,
            Self::Sha256(hash, sum) => hash.finalize().as_slice() == sum,
        }
    }
}

/// "Somebody else is sending": 423.
pub fn busy() -> Refusal {
    let error =
        Error::new(Code::Busy, "Another request is sending this upload just now.").hint("Try again in a moment.");
    Refusal::new(StatusCode::LOCKED, error)
}

fn too_long() -> Refusal {
    let error = Error::new(Code::UsageInvalid, "More bytes were sent than the upload was announced with.");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, error)
}

/// Runs file work where it may block.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Answer<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::StorageFull => Err(full().into()),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(Error::new(Code::Internal, "The server stopped in the middle of file work.").into()),
    }
}
