//! Two lanes: a short answer never queues behind the long ones.
//!
//! A download that is read as fast as it can be sent keeps a thread busy for milliseconds at each turn, and with dozens of
//! them a feed waits for its turn for fifty milliseconds and more. So long answers are sent by a runtime of their own, and a
//! connection goes there and back as its answers want it; the kernel shares the cores between both.

use super::walk::Length;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::Poll;
use tokio::runtime::{Builder, Handle, Runtime};

/// Longest answer of the short lane: what a socket takes in one go.
const SHORT_BYTES: u64 = 256 * 1024;

/// The whole life of a connection, to be run in either lane.
pub(super) type Life = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where a connection is, and where its answer wants it.
#[derive(Clone, Default)]
pub(super) struct Lane(Arc<Where>);

#[derive(Default)]
struct Where {
    long: AtomicBool,
    wants_long: AtomicBool,
}

impl Lane {
    /// Waits until the connection is in the short lane, where every question is answered.
    pub(super) async fn short(&self) {
        self.0.wants_long.store(false, Relaxed);
        // Pending is enough: the connection is moved, and asked again there.
        std::future::poll_fn(|_| if self.is_long() { Poll::Pending } else { Poll::Ready(()) }).await;
    }

    /// The answer to be written has this length.
    pub(super) fn wants(&self, length: Length) {
        let long = !matches!(length, Length::Known(bytes) if bytes <= SHORT_BYTES);
        self.0.wants_long.store(long, Relaxed);
    }

    /// Whether this is the lane of long answers.
    pub(super) fn is_long(&self) -> bool {
        self.0.long.load(Relaxed)
    }

    /// Whether a long answer is to be written, and this is not its lane.
    pub(super) fn is_wrong(&self) -> bool {
        self.0.wants_long.load(Relaxed) && !self.is_long()
    }

    /// Runs a connection to its end, in the lane its answers want.
    pub(super) async fn run(self, mut life: Life, long: Handle) {
        loop {
            let Some(begun) = self.clone().leg(life).await else { return };
            self.0.long.store(true, Relaxed);
            let Ok(Some(back)) = long.spawn(self.clone().leg(begun)).await else { return };
            self.0.long.store(false, Relaxed);
            life = back;
        }
    }

    /// Runs a connection until it wants the other lane; nothing when it is over.
    async fn leg(self, mut life: Life) -> Option<Life> {
        let over = std::future::poll_fn(|cx| match life.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(true),
            Poll::Pending if self.0.wants_long.load(Relaxed) != self.is_long() => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        });
        let over = over.await;
        (!over).then_some(life)
    }
}

/// How the threads of the long lane are called; docs/BENCHMARKS.md tells them apart by it.
const LONG_NAME: &str = "long-answers";

/// How much nicer they are than the others (nice(2)): with all cores at work a feed waits 60 µs in nine of ten cases, not 2 ms.
const NICER: i32 = 5;

/// Where the system refuses, both lanes are equal.
fn step_back() {
    let _ = rustix::process::nice(NICER);
}

/// The threads of the long lane, which end when it is dropped.
pub(super) struct LongLane {
    pub(super) handle: Handle,
    runtime: Option<Runtime>,
}

impl LongLane {
    pub(super) fn start() -> io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.thread_name(LONG_NAME).on_thread_start(step_back).enable_all().build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }
}

impl Drop for LongLane {
    fn drop(&mut self) {
        // A runtime must not be waited for inside another one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Mutex, PoisonError};

    #[tokio::test]
    async fn a_connection_goes_where_its_answer_belongs_and_back() {
        let (lane, seen) = (Lane::default(), Arc::new(Mutex::new(vec![])));
        let long = LongLane::start().unwrap();
        let (switch, note) = (lane.clone(), seen.clone());
        let mut answers =
            [Length::Known(SHORT_BYTES), Length::Known(SHORT_BYTES + 1), Length::UntilClose, Length::Known(0)]
                .into_iter();
        let life = Box::pin(std::future::poll_fn(move |cx| {
            let thread = std::thread::current().name() == Some(LONG_NAME);
            note.lock().unwrap_or_else(PoisonError::into_inner).push((thread, switch.is_long(), switch.is_wrong()));
            let Some(length) = answers.next() else { return Poll::Ready(()) };
            switch.wants(length);
            cx.waker().wake_by_ref();
            Poll::Pending
        }));
        lane.run(life, long.handle.clone()).await;
        let (short, there) = ((false, false, false), (true, true, false));
        // Asked for: short, long, until the end, nothing; and once more at its end.
        assert_eq!(*seen.lock().unwrap(), [short, short, there, there, short]);
    }
}
