//! A file on its way out: read once, in pieces, in flat memory, its hash taken as it goes. What it is not: it knows no place.

use crate::place::Source;
use crate::{StorageError, StorageKey};
use bytes::Bytes;
use hearthcast_model::Cancel;
use hearthcast_model::hash::Hasher;
use http_body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::ops::Range;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Bytes of a piece.
pub(crate) const PIECE: usize = 256 * 1024;

/// Pieces that wait at a time.
const WAITING: usize = 4;

/// The pieces of a file, in order. As a body it says its length; one that ends early breaks the request off.
#[derive(Debug)]
pub(crate) struct Reading {
    pieces: mpsc::Receiver<Bytes>,
    left: u64,
    moved: Option<mpsc::UnboundedSender<u64>>,
}

/// How far a file is, told to whoever waits for it. What is sent a second time is no progress.
pub(crate) struct Told<'a> {
    most: AtomicU64,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl<'a> Told<'a> {
    pub(crate) fn to(progress: &'a (dyn Fn(u64) + Sync)) -> Self {
        Self { most: AtomicU64::new(0), progress }
    }

    /// Begins at the file's beginning again; tell it of each piece.
    pub(crate) fn anew(&self) -> impl Fn(u64) + Sync {
        let at = AtomicU64::new(0);
        move |bytes| {
            let now = at.fetch_add(bytes, Ordering::Relaxed) + bytes;
            let before = self.most.fetch_max(now, Ordering::Relaxed);
            if now > before {
                (self.progress)(now - before);
            }
        }
    }
}

/// Whether all was read as planned; asked when the pieces have ended.
pub(crate) struct Verdict(JoinHandle<Result<bool, StorageError>>);

/// Whether a file can be read at all. Asked before anything is begun at a place: what is broken off there at once may be
/// made after it was taken away again.
pub(crate) async fn is_there(source: &Source) -> Result<(), StorageError> {
    let opened = tokio::fs::File::open(&source.path).await;
    opened.map(drop).map_err(|error| StorageError::Source { path: source.path.clone(), source: error })
}

/// Reads a file. The bytes before `from` are read for the hash and not handed out.
pub(crate) fn start(key: &StorageKey, source: &Source, from: u64, cancel: &Cancel) -> (Reading, Verdict) {
    let (hand_out, pieces) = mpsc::channel(WAITING);
    let left = source.bytes.saturating_sub(from);
    let (key, source, cancel) = (key.clone(), source.clone(), cancel.clone());
    let work = tokio::task::spawn_blocking(move || read(&key, &source, from, &cancel, &hand_out));
    (Reading { pieces, left, moved: None }, Verdict(work))
}

impl Reading {
    /// The next piece; `None` after the last, or when reading stopped.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        let piece = self.pieces.recv().await?;
        self.left = self.left.saturating_sub(piece.len() as u64);
        Some(piece)
    }

    /// Tells how many bytes each piece has, as it leaves.
    pub(crate) fn telling(&mut self) -> mpsc::UnboundedReceiver<u64> {
        let (tell, told) = mpsc::unbounded_channel();
        self.moved = Some(tell);
        told
    }
}

impl Verdict {
    /// Whether the whole file was taken; else [`StorageError::SourceChanged`], [`StorageError::Cancelled`] or what kept the
    /// file from being read.
    pub(crate) async fn given(self) -> Result<bool, StorageError> {
        match self.0.await {
            Ok(verdict) => verdict,
            Err(error) => Err(StorageError::Source { path: "media".into(), source: io::Error::other(error) }),
        }
    }
}

impl Body for Reading {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.pieces.poll_recv(context).map(|piece| {
            let piece = piece?;
            let length = piece.len() as u64;
            self.left = self.left.saturating_sub(length);
            if let Some(tell) = &self.moved {
                // Nobody may listen any more.
                tell.send(length).unwrap_or_default();
            }
            Some(Ok(Frame::data(piece)))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

fn read(
    key: &StorageKey,
    source: &Source,
    from: u64,
    cancel: &Cancel,
    hand_out: &mpsc::Sender<Bytes>,
) -> Result<bool, StorageError> {
    let unreadable = |error| StorageError::Source { path: source.path.clone(), source: error };
    let mut file = File::open(&source.path).map_err(unreadable)?;
    let (mut hasher, mut at) = (Hasher::new(), 0);
    while at < source.bytes {
        cancel.check().map_err(StorageError::Cancelled)?;
        let end = if at < from { from } else { source.bytes };
        let mut piece = vec![0; PIECE.min(usize::try_from(end - at).unwrap_or(PIECE))];
        match file.read(&mut piece).map_err(unreadable)? {
            0 => break,
            n => piece.truncate(n),
        }
        hasher.update(&piece);
        let length = piece.len() as u64;
        if at >= from && hand_out.blocking_send(piece.into()).is_err() {
            return Ok(false);
        }
        at += length;
    }
    let longer = file.metadata().map_err(unreadable)?.len() != source.bytes;
    match at < source.bytes || longer || hasher.finish() != source.sha256 {
        true => Err(StorageError::SourceChanged { key: key.to_string() }),
        false => Ok(true),
    }
}

/// Reads a part of a file at once; less where it ends.
pub(crate) async fn piece(source: &Source, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
    let path = source.path.clone();
    let read = tokio::task::spawn_blocking(move || -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        file.seek(io::SeekFrom::Start(range.start))?;
        let mut bytes = vec![];
        file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
        Ok(bytes)
    });
    let read = read.await.map_err(io::Error::other).and_then(|read| read);
    read.map_err(|error| StorageError::Source { path: source.path.clone(), source: error })
}
