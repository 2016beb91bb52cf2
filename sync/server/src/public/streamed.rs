//! Sound out of a storage, sent through: one request there for one here, the same bytes of the same range, noted like a file of
//! our own. What it is not: a cache; nothing is kept.
//!
//! Bytes are asked of the storage only as the listener takes them: what waits here for a slow one is one piece off the line
//! (at most about 400 KiB, what the HTTP client reads at a time) and what the connection holds, never the file.

use super::sound::Elsewhere;
use super::{PublicState, listener, media, words};
use crate::storages::{FarError, Storage};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hearthcast_fetch::{FetchError, Incoming};
use hearthcast_serve::{Answer, RequestFacts, answer as decide};
use hearthcast_storage::StorageKey;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A sound's answer, noted.
pub(super) async fn give(
    state: &PublicState,
    sound: &Elsewhere,
    at: (&Storage, &StorageKey),
    request: &listener::Request<'_>,
) -> Response {
    let decided = decide(&RequestFacts::of(request.method, request.headers), &sound.representation);
    let metered = media::note(state, request, (&sound.sha256, sound.representation.len), &decided);
    match send(sound, at, decided).await {
        Ok(mut response) => {
            response.headers_mut().extend(media::FOR_EVERY_SITE);
            metered.map(|metered| response.extensions_mut().insert(metered));
            response
        }
        Err(error) => {
            let (storage, media) = (at.0.name(), sound.sha256.short());
            tracing::error!(storage, media, %error, "a storage does not give a published sound");
            if error.may_pass() { words::storage_away() } else { words::storage_wrong() }
        }
    }
}

async fn send(
    sound: &Elsewhere,
    (storage, key): (&Storage, &StorageKey),
    decided: Answer,
) -> Result<Response, FarError> {
    let Some(part) = decided.body.filter(|part| !part.is_empty()) else {
        return Ok((decided.status, decided.headers).into_response());
    };
    let left = part.end - part.start;
    let incoming = storage.part(key, part, sound.representation.len).await?;
    let body = Body::new(Through { incoming, left, storage: storage.name().to_string(), cut: None });
    Ok((decided.status, decided.headers, body).into_response())
}

/// Exactly so many bytes of a storage's answer.
struct Through {
    incoming: Incoming,
    left: u64,
    storage: String,
    cut: Option<Cut>,
}

/// Why an answer ended early; the connection ends with it, so that nobody takes a part for the whole.
#[derive(Debug, thiserror::Error)]
enum Cut {
    #[error(transparent)]
    Line(#[from] FetchError),
    #[error("{0} bytes are missing")]
    Short(u64),
    #[error("more bytes came than were asked for")]
    Long,
}

impl Through {
    fn take(&mut self, frame: Option<Result<Frame<Bytes>, FetchError>>) -> Result<Bytes, Cut> {
        let data = match frame {
            None => return Err(Cut::Short(self.left)),
            Some(frame) => frame?.into_data().unwrap_or_default(),
        };
        self.left = self.left.checked_sub(data.len() as u64).ok_or(Cut::Long)?;
        Ok(data)
    }
}

impl HttpBody for Through {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        if let Some(cut) = self.cut.take() {
            return Poll::Ready(Some(Err(cut)));
        }
        let frame = ready!(Pin::new(&mut self.incoming).poll_frame(cx));
        match self.take(frame) {
            Ok(data) => Poll::Ready(Some(Ok(Frame::data(data)))),
            Err(error) => {
                tracing::error!(storage = self.storage, %error, "a storage broke off in the middle of a sound");
                // A moment later, so that the listener gets what came before.
                self.cut = Some(error);
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
