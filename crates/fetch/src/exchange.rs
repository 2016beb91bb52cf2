//! Requests and answers whose bodies flow: nothing is held in memory but what the caller holds. What it is not: another
//! policy; every request goes through [`Owned`]'s guard.

use crate::{Answer, FetchError, Owned, Pace, Request, SILENCE, WHOLE, failed, not_sent};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt as _, Full};
use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};
use url::Url;

/// Most bytes handed to the connection at a time, so that a slow line is seen to move.
const PIECE: usize = 64 * 1024;

/// Longest time in which nothing of a request's body leaves: several megabytes may wait inside the system on a slow line.
const STALLED: Duration = SILENCE.saturating_mul(2);

/// The body of an answer, as it comes.
pub struct Incoming {
    body: reqwest::Body,
    origin: String,
    silence: Pin<Box<Sleep>>,
    /// Somebody waits for bytes. Whoever takes his time to ask for more does not make the other side silent.
    waiting: bool,
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl Owned {
    /// Sends a request whose body flows, and gives the answer as soon as its head is there. The body may take as long as it
    /// moves; when nothing moves for two minutes, it is given up.
    pub async fn exchange<B>(&self, request: http::Request<B>) -> Result<http::Response<Incoming>, FetchError>
    where
        B: Body<Data = Bytes> + Send + Sync + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        let text = parts.uri.to_string();
        let url = Url::parse(&text).map_err(|_| FetchError::ForeignOrigin("an address that cannot be read".into()))?;
        let origin = url.origin().ascii_serialization();
        self.guard(&url, &origin)?;
        let moved = Arc::new(AtomicU64::new(0));
        let mut sent = reqwest::Request::new(parts.method, url.clone());
        *sent.headers_mut() = parts.headers;
        let (rest, waiting, pace) = (Bytes::new(), None, self.pace.clone());
        *sent.body_mut() = Some(reqwest::Body::wrap(Flowing { body, rest, waiting, pace, moved: Arc::clone(&moved) }));
        let sending = self.flowing(&url).execute(sent);
        let response = while_it_moves(&origin, self.led(&url), &moved, sending).await?;
        let answer: http::Response<reqwest::Body> = response.into();
        Ok(answer.map(|body| Incoming { body, origin, silence: Box::pin(sleep(SILENCE)), waiting: true }))
    }

    /// Sends a body that is in memory, at the pace of all others, and reads at most `limit` bytes of the answer.
    pub(crate) async fn send_body(&self, request: Request, body: Bytes, limit: usize) -> Result<Answer, FetchError> {
        let origin = request.url.origin().ascii_serialization();
        let mut sent = http::Request::new(Full::new(body));
        *sent.method_mut() = request.method;
        *sent.uri_mut() = http::Uri::try_from(request.url.as_str())
            .map_err(|_| FetchError::ForeignOrigin("an address that cannot be read".into()))?;
        *sent.headers_mut() = request.headers;
        let (head, mut body) = self.exchange(sent).await?.into_parts();
        let read = async {
            let mut whole = Vec::new();
            while let Some(frame) = body.frame().await {
                whole.extend_from_slice(frame?.data_ref().map(Bytes::as_ref).unwrap_or_default());
                if whole.len() > limit {
                    return Err(FetchError::TooLong { origin: origin.clone(), limit });
                }
            }
            Ok(whole)
        };
        let body = tokio::time::timeout(WHOLE, read).await.unwrap_or_else(|_| Err(silent(&origin)))?;
        Ok(Answer { status: head.status, headers: head.headers, body: body.into() })
    }
}

async fn while_it_moves(
    origin: &str,
    led: Option<&str>,
    moved: &AtomicU64,
    sending: impl Future<Output = reqwest::Result<reqwest::Response>>,
) -> Result<reqwest::Response, FetchError> {
    tokio::pin!(sending);
    loop {
        let before = moved.load(Ordering::Relaxed);
        tokio::select! {
            answer = &mut sending => return answer.map_err(|error| not_sent(origin, led, &error)),
            () = sleep(STALLED) => {
                if moved.load(Ordering::Relaxed) == before {
                    return Err(silent(origin));
                }
            }
        }
    }
}

fn silent(origin: &str) -> FetchError {
    FetchError::Offline { origin: origin.into(), why: "nothing moves on the line any more".into() }
}

/// A request's body in small pieces, each when its time has come, counted as they leave.
struct Flowing<B> {
    body: B,
    rest: Bytes,
    /// What the next piece of `rest` waits for, and its length.
    waiting: Option<(Pin<Box<Sleep>>, usize)>,
    pace: Pace,
    moved: Arc<AtomicU64>,
}

impl<B> Flowing<B> {
    /// The next piece of what is there.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Bytes> {
        let length = match &mut self.waiting {
            Some((sleep, length)) => {
                ready!(sleep.as_mut().poll(context));
                *length
            }
            None => {
                let length = self.pace.piece(self.rest.len().min(PIECE));
                if let Some(sleep) = self.pace.before(length) {
                    self.waiting = Some((Box::pin(sleep), length));
                    return self.poll_piece(context);
                }
                length
            }
        };
        self.waiting = None;
        self.moved.fetch_add(length as u64 + 1, Ordering::Relaxed);
        Poll::Ready(self.rest.split_to(length))
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Flowing<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if self.rest.is_empty() {
            match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                other => return other,
            }
        }
        self.poll_piece(context).map(|piece| Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (inner, rest) = (self.body.size_hint(), self.rest.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(inner.lower() + rest);
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = FetchError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, FetchError>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(frame) => {
                self.waiting = false;
                Poll::Ready(frame.map(|frame| frame.map_err(|error| failed(&self.origin, &error))))
            }
            Poll::Pending => {
                if !std::mem::replace(&mut self.waiting, true) {
                    self.silence.as_mut().reset(Instant::now() + SILENCE);
                }
                if self.silence.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Some(Err(silent(&self.origin))));
                }
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Net;
    use std::io::{Read as _, Write as _};

    /// A server that reads a request to its end and answers how many bytes of body it got.
    fn counting() -> String {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let (mut seen, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
            loop {
                let n = socket.read(&mut buffer).unwrap();
                seen.extend_from_slice(&buffer[..n]);
                let Some(at) = seen.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
                let head = String::from_utf8_lossy(&seen[..at]).to_lowercase();
                let length: usize =
                    head.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
                if seen.len() == at + 4 + length {
                    let text = length.to_string();
                    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}", text.len());
                    socket.write_all(answer.as_bytes()).unwrap();
                    return;
                }
            }
        });
        url
    }

    #[tokio::test]
    async fn a_body_flows_whole_and_with_its_length() {
        let url = counting();
        let owned = Owned::new(&[Url::parse(&url).unwrap()], false).unwrap();
        let body = Full::new(Bytes::from(vec![7; 3 * PIECE + 1]));
        let answer = owned.exchange(http::Request::put(&url).body(body).unwrap()).await.unwrap();
        let said = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(said, (3 * PIECE + 1).to_string().as_bytes());
    }

    #[tokio::test]
    async fn the_guard_stands_before_flowing_bodies_too() {
        let owned = Owned::new(&[Url::parse("http://127.0.0.1:1").unwrap()], false).unwrap();
        let to = |url: &str| http::Request::put(url).body(Full::new(Bytes::from_static(b"x"))).unwrap();
        let refused = owned.exchange(to("http://127.0.0.1:2/")).await;
        assert!(matches!(refused, Err(FetchError::ForeignOrigin(_))));
        assert!(matches!(owned.exchange(to("http://127.0.0.1:1/")).await, Err(FetchError::Offline { .. })));
    }

    /// A body of so many bytes that nobody but the test reads.
    fn flowing(bytes: usize, pace: &Pace) -> Flowing<Full<Bytes>> {
        let body = Full::new(Bytes::from(vec![7; bytes]));
        Flowing { body, rest: Bytes::new(), waiting: None, pace: pace.clone(), moved: Arc::default() }
    }

    #[tokio::test]
    async fn bodies_share_the_pace_and_follow_it_when_it_changes() {
        let pace = Pace::default();
        pace.set(Some(10_000_000));
        let started = Instant::now();
        let bodies = [flowing(500_000, &pace), flowing(500_000, &pace)].map(|body| tokio::spawn(body.collect()));
        for body in bodies {
            assert_eq!(body.await.unwrap().unwrap().to_bytes().len(), 500_000);
        }
        let taken = pace.taken_until().unwrap() - started;
        assert!(taken >= Duration::from_millis(100), "every byte of both took its place: {taken:?}");

        pace.set(Some(1_000));
        let body = tokio::spawn(flowing(10_000_000, &pace).collect());
        tokio::task::yield_now().await;
        pace.set(None);
        // At the old pace this would take hours.
        assert_eq!(body.await.unwrap().unwrap().to_bytes().len(), 10_000_000);
    }

    #[tokio::test]
    async fn what_is_sent_from_memory_keeps_the_pace_too() {
        let (url, started) = (counting(), Instant::now());
        let (net, pace) = (Net::default(), Pace::default());
        pace.set(Some(3_000_000));
        let url = Url::parse(&url).unwrap();
        let owned = Owned::over(&net.paced(pace.clone()), std::slice::from_ref(&url), false, None).unwrap();
        let body = Some(Bytes::from(vec![7; 300_000]));
        let request = Request { method: http::Method::PUT, url, headers: http::HeaderMap::new(), body };
        let answer = owned.send(request, 100).await.unwrap();
        assert_eq!(&answer.body[..], b"300000");
        assert!(pace.taken_until().unwrap() - started >= Duration::from_millis(100), "every byte took its place");
    }
}
