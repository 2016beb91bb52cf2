//! Requests and answers whose bodies flow: nothing is held in memory but what the caller holds. What it is not: another
//! policy; every request goes through [`Owned`]'s guard.

use crate::{FetchError, Owned, SILENCE, failed};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
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
        *sent.body_mut() = Some(reqwest::Body::wrap(Flowing { body, rest: Bytes::new(), moved: Arc::clone(&moved) }));
        let sending = self.flowing(&url).execute(sent);
        let response = while_it_moves(&origin, &moved, sending).await?;
        let answer: http::Response<reqwest::Body> = response.into();
        Ok(answer.map(|body| Incoming { body, origin, silence: Box::pin(sleep(SILENCE)) }))
    }
}

async fn while_it_moves(
    origin: &str,
    moved: &AtomicU64,
    sending: impl Future<Output = reqwest::Result<reqwest::Response>>,
) -> Result<reqwest::Response, FetchError> {
    tokio::pin!(sending);
    loop {
        let before = moved.load(Ordering::Relaxed);
        tokio::select! {
            answer = &mut sending => return answer.map_err(|error| failed(origin, &error)),
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

/// A request's body in small pieces, counted as they leave.
struct Flowing<B> {
    body: B,
    rest: Bytes,
    moved: Arc<AtomicU64>,
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
        let length = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(length);
        self.moved.fetch_add(length as u64 + 1, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(piece))))
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
                self.silence.as_mut().reset(Instant::now() + SILENCE);
                Poll::Ready(frame.map(|frame| frame.map_err(|error| failed(&self.origin, &error))))
            }
            Poll::Pending => {
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
    use http_body_util::{BodyExt as _, Full};
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
}
