//! Long answers have threads of their own, so that a short one never waits behind them; one connection may ask for both.

use crate::scene::start_with;
use axum::body::{Body, Bytes};
use axum::routing::get;
use axum::{Router, response::Response};
use hearthcast_server::conn::ConnOptions;
use hearthcast_server::public::Networks;
use http_body::{Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

const PIECE: usize = 64 * 1024;

/// A body of so many pieces, which notes for each whether a thread of the long lane took it.
struct Pieces {
    left: usize,
    taken: Arc<Mutex<Vec<bool>>>,
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        let long = std::thread::current().name() == Some("long-answers");
        self.taken.lock().unwrap().push(long);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; PIECE])))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.left * PIECE) as u64)
    }
}

#[test]
fn long_answers_leave_the_threads_of_short_ones_free() {
    let taken = Arc::new(Mutex::new(vec![]));
    let pieces = |left| {
        let taken = taken.clone();
        get(move || async move { Response::new(Body::new(Pieces { left, taken })) })
    };
    let more = Router::new().route("/short", pieces(1)).route("/long", pieces(40));
    let scene = start_with(ConnOptions::default(), Networks::default(), more);
    let mut client = scene.client();
    for (path, count) in [("/short", 1), ("/long", 40), ("/short", 1), ("/long", 40), ("/long", 40), ("/short", 1)] {
        let (head, body) = client.send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")).answer();
        assert_eq!((head.status, body.len()), (200, count * PIECE), "{path}");
        assert!(body.iter().all(|byte| *byte == b'x'));
        let taken = std::mem::take(&mut *taken.lock().unwrap());
        // What hyper takes ahead of the first byte it writes is taken where the question was read.
        let ahead = if count == 1 { 1 } else { 2 };
        assert!(taken.iter().skip(ahead).all(|long| *long), "{path}: {taken:?}");
        assert!(count > 1 || !taken[0], "{path}: {taken:?}");
    }
}
