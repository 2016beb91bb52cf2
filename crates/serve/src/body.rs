//! The bytes of a file as an HTTP body: read in pieces of 64 KiB, never more than one ahead of the socket.

use crate::ServeError;
use crate::pool::Buffer;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::task::JoinHandle;

/// Sends a range of an open file.
///
/// A piece that is in the page cache is read where it is wanted (`RWF_NOWAIT`: the read refuses to wait for the
/// disk); only a piece that is not goes to the thread pool, so that neither a slow disk blocks the server nor a warm
/// file pays for thread hops. A file that ends before the range does is an error, which closes the connection: the
/// client sees an incomplete answer, never wrong bytes under a right length.
#[derive(Debug)]
pub struct FileBody {
    file: Arc<File>,
    left: Range<u64>,
    waiting: Option<JoinHandle<(Buffer, io::Result<usize>)>>,
}

impl FileBody {
    /// Sends `range` of `file`. The file's own position is not used, so one open file serves any number of bodies.
    pub fn new(file: Arc<File>, range: Range<u64>) -> Self {
        Self { file, left: range, waiting: None }
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<Bytes, ServeError>> {
        let (buffer, read) = match self.waiting.as_mut() {
            Some(task) => ready!(Pin::new(task).poll(cx)).map_err(|stopped| self.failed(stopped.into()))?,
            None => match self.read_cached() {
                Some(done) => done,
                None => {
                    self.waiting = Some(self.read_in_pool());
                    return self.poll_piece(cx);
                }
            },
        };
        self.waiting = None;
        match read.map_err(|source| self.failed(source))? {
            0 => Poll::Ready(Err(ServeError::Truncated { at: self.left.start, missing: self.missing() })),
            count => {
                self.left.start += count as u64;
                Poll::Ready(Ok(Bytes::from_owner(buffer.fill(count))))
            }
        }
    }

    /// Reads what the page cache holds; `None` when that is nothing, or when the system cannot tell.
    #[cfg(target_os = "linux")]
    fn read_cached(&self) -> Option<(Buffer, io::Result<usize>)> {
        use rustix::io::{Errno, ReadWriteFlags, preadv2};
        let mut buffer = Buffer::take();
        let space = buffer.space(self.missing());
        let read = preadv2(&self.file, &mut [io::IoSliceMut::new(space)], self.left.start, ReadWriteFlags::NOWAIT);
        match read {
            Ok(0) | Err(Errno::AGAIN | Errno::OPNOTSUPP | Errno::INTR | Errno::NOSYS | Errno::INVAL) => None,
            Ok(count) => Some((buffer, Ok(count))),
            Err(error) => Some((buffer, Err(error.into()))),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn read_cached(&self) -> Option<(Buffer, io::Result<usize>)> {
        None
    }

    fn read_in_pool(&self) -> JoinHandle<(Buffer, io::Result<usize>)> {
        let (file, at, missing) = (self.file.clone(), self.left.start, self.missing());
        tokio::task::spawn_blocking(move || {
            let mut buffer = Buffer::take();
            let read = read_at(&file, buffer.space(missing), at);
            (buffer, read)
        })
    }

    fn missing(&self) -> u64 {
        self.left.end.saturating_sub(self.left.start)
    }

    fn failed(&self, source: io::Error) -> ServeError {
        ServeError::Read { at: self.left.start, source }
    }
}

#[cfg(unix)]
fn read_at(file: &File, space: &mut [u8], at: u64) -> io::Result<usize> {
    use std::os::unix::fs::FileExt;
    loop {
        match file.read_at(space, at) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

#[cfg(windows)]
fn read_at(file: &File, space: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, space, at)
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = ServeError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, ServeError>>> {
        let this = self.get_mut();
        if this.missing() == 0 {
            return Poll::Ready(None);
        }
        this.poll_piece(cx).map(|piece| Some(piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.missing() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.missing())
    }
}
