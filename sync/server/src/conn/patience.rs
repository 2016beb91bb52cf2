//! A request body that must keep coming: an upload that stalls ends in an error instead of holding its connection.

use super::counts::Counts;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// A request's body with a limit on the time between two pieces.
pub(super) struct Patience {
    body: Incoming,
    limit: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    counts: Arc<Counts>,
}

impl Patience {
    pub(super) fn new(body: Incoming, limit: Duration, counts: Arc<Counts>) -> Self {
        Self { body, limit, timer: None, counts }
    }
}

impl Body for Patience {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.timer = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let limit = this.limit;
        ready!(this.timer.get_or_insert_with(|| Box::pin(sleep(limit))).as_mut().poll(cx));
        this.counts.stalled();
        Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::TimedOut).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
