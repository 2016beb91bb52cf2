//! The connection type between hyper and the socket: keeps the ledger, and loses patience with a peer that stalls.

use super::accept::ConnOptions;
use super::counts::Counts;
use super::lane::Lane;
use super::ledger::Ledger;
use super::socket::{finish_sending, is_closed, queued_bytes};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use std::io::{self, IoSlice};
use std::os::fd::AsFd as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// The ledger, shared between the wire, which writes, and the answers, which are made one after another.
#[derive(Clone)]
pub(super) struct SharedLedger(Arc<Mutex<Ledger>>);

impl SharedLedger {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Ledger::new())))
    }
    pub(super) fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A socket with its ledger. Dropping it, for whatever reason, settles the rows.
pub(super) struct Wire {
    // Fields are dropped in this order: the socket is closed before its rows are written. The other way round the
    // kernel would go on delivering in between.
    io: TokioIo<TcpStream>,
    ledger: Settling,
    lane: Lane,
    /// Which lane's runtime tells when the socket is ready.
    told_by_long: bool,
    stall: Stall,
    counts: Arc<Counts>,
    /// FIN was sent.
    finished: bool,
    /// Writing failed, or the peer stalled: there is nothing to wait for.
    broken: bool,
}

/// The ledger on its way out.
struct Settling {
    shared: SharedLedger,
    /// What the kernel said last.
    unsent: u64,
}

impl Drop for Settling {
    fn drop(&mut self) {
        self.shared.lock().settle(self.unsent);
    }
}

/// Watches for progress while the socket takes nothing.
struct Stall {
    limit: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    blocked: bool,
    arrived: u64,
    since: Instant,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, ledger: SharedLedger, lane: Lane, options: &ConnOptions) -> Self {
        let counts = options.counts.clone();
        let stall = Stall { limit: options.stall, timer: None, blocked: false, arrived: 0, since: Instant::now() };
        let ledger = Settling { shared: ledger, unsent: 0 };
        let io = TokioIo::new(stream);
        Self { io, ledger, lane, told_by_long: false, stall, counts, finished: false, broken: false }
    }

    /// After the connection changed its lane: the runtime there watches the socket from now on.
    fn settle_in(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if self.told_by_long != self.lane.is_long() {
            let watched = self.stream().as_fd().try_clone_to_owned()?;
            self.io = TokioIo::new(TcpStream::from_std(watched.into())?);
            self.told_by_long = !self.told_by_long;
            // Whoever waits for the socket asks once more, so that the right runtime wakes it.
            cx.waker().wake_by_ref();
        }
        Ok(())
    }

    fn stream(&self) -> &TcpStream {
        self.io.inner()
    }

    /// Bytes of answers that the peer's kernel has not acknowledged.
    fn unsent(&self) -> u64 {
        queued_bytes(self.stream()).saturating_sub(u64::from(self.finished))
    }

    /// When hyper is done: waits until what was written has arrived, the peer is gone, or nothing has moved for the
    /// stall limit. Dropping the socket at once would count as lost what still arrives. `well` tells that every answer
    /// was written whole: FIN follows it. If not, dropping sends a reset, so that nobody takes the part for the whole.
    ///
    /// What the peer goes on sending is read and thrown away, within limits: unread input would turn our FIN into a
    /// reset, which can take the end of the answer from the peer (RFC 9112 §9.6).
    pub(super) async fn end(&mut self, well: bool) {
        if self.broken {
            return;
        }
        self.finished = well && finish_sending(self.stream()).is_ok();
        let mut pause = Duration::from_millis(1);
        let (mut least, mut since) = (u64::MAX, Instant::now());
        let mut input = Input { left: MAX_DISCARDED_BYTES, open: true, seen: false };
        loop {
            input.discard(self.stream());
            let unsent = self.unsent();
            if unsent < least {
                (least, since) = (unsent, Instant::now());
            }
            let limit = if unsent > 0 { self.stall.limit } else { self.stall.limit.min(MAX_LINGER) };
            let arrived = unsent == 0 && !(input.seen && input.open);
            if arrived || is_closed(self.stream()) || since.elapsed() >= limit {
                return;
            }
            tokio::time::sleep(pause).await;
            pause = (2 * pause).min(Duration::from_millis(50));
        }
    }
}

/// Most bytes thrown away for a peer that goes on sending after its answer.
const MAX_DISCARDED_BYTES: usize = 4 * 1024 * 1024;
/// Longest time such a peer is listened to.
const MAX_LINGER: Duration = Duration::from_secs(2);

struct Input {
    left: usize,
    open: bool,
    seen: bool,
}

impl Input {
    fn discard(&mut self, stream: &TcpStream) {
        let mut scratch = [0; 16 * 1024];
        while self.open {
            match stream.try_read(&mut scratch) {
                Ok(0) => self.open = false,
                Ok(count) => {
                    self.seen = true;
                    self.left = self.left.saturating_sub(count);
                    self.open = self.left > 0;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => self.open = false,
            }
        }
    }
}

impl Stall {
    /// Ready when the peer's kernel has acknowledged nothing for the limit. Asked only while the socket is full; the
    /// timer is left running in between and costs nothing per write.
    fn poll(&mut self, cx: &mut Context<'_>, arrived: impl Fn() -> u64) -> Poll<()> {
        if !self.blocked {
            (self.blocked, self.arrived, self.since) = (true, 0, Instant::now());
        }
        let step = (self.limit / 8).max(Duration::from_millis(1));
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(step)));
        loop {
            ready!(timer.as_mut().poll(cx));
            let arrived = arrived();
            if arrived > self.arrived {
                (self.arrived, self.since) = (arrived, Instant::now());
            } else if self.since.elapsed() >= self.limit {
                return Poll::Ready(());
            }
            timer.as_mut().reset(Instant::now() + step);
        }
    }
}

impl Read for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        self.settle_in(cx)?;
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl Write for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.lane.is_wrong() {
            return Poll::Pending;
        }
        this.settle_in(cx)?;
        loop {
            if this.io.inner().poll_write_ready(cx)?.is_pending() {
                let (io, ledger) = (&this.io, &this.ledger.shared);
                let arrived = || ledger.lock().written().saturating_sub(queued_bytes(io.inner()));
                ready!(this.stall.poll(cx, arrived));
                this.broken = true;
                this.counts.stalled();
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            this.stall.blocked = false;
            let mut ledger = this.ledger.shared.lock();
            ledger.before_write(bytes);
            match this.io.inner().try_write_vectored(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Err(error) => {
                    this.broken = true;
                    return Poll::Ready(Err(error));
                }
                Ok(taken) => {
                    this.counts.wrote(taken);
                    ledger.after_write(bytes, taken);
                    if ledger.wants_to_know() {
                        ledger.acknowledged(queued_bytes(this.io.inner()));
                    }
                    return Poll::Ready(Ok(taken));
                }
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Never asked: [`Wire::end`] does this, when hyper is done.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if !self.ledger.shared.lock().all_written(false) || self.unsent() > 0 {
            // A plain close would go on delivering what is queued, and the peer would get more than the rows say.
            let _ = self.stream().set_zero_linger();
        }
        self.ledger.unsent = self.unsent();
    }
}
