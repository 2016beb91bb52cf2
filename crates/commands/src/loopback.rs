//! Sound and pictures for the window over loopback HTTP: the web view of Linux plays media from HTTP with ranges, and
//! from nothing else (DESIGN §3). Only this machine can reach it, and only who knows the token gets an answer.

use crate::{Studio, Token};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hearthcast_studio::serve::{Representation, RequestFacts, answer};
use http::{HeaderValue, StatusCode, header};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The address could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("no address on this machine could be opened for playing audio: {0}")]
pub struct LoopbackError(#[from] std::io::Error);

impl From<LoopbackError> for hearthcast_model::Error {
    fn from(error: LoopbackError) -> Self {
        Self::new(hearthcast_model::Code::Internal, format!("{error}."))
            .hint("Check that programs may listen on 127.0.0.1 here.")
    }
}

/// An open loopback address; closed when dropped.
pub struct Loopback {
    origin: String,
    task: JoinHandle<()>,
}

impl Loopback {
    /// Opens an address with a fresh token. Needs a running tokio runtime.
    pub async fn open(studio: Studio) -> Result<Self, LoopbackError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let host = listener.local_addr()?.to_string();
        let token = Token::fresh();
        let origin = format!("http://{host}/{}", token.as_str());
        let app = routes(Media { studio, token, host });
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "the address for audio closed");
            }
        });
        Ok(Self { origin, task })
    }

    /// What stands before `/audio/<hash>` and `/picture/<hash>`: address and token.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What a request for media is answered from.
#[derive(Clone)]
pub(crate) struct Media {
    pub(crate) studio: Studio,
    pub(crate) token: Token,
    /// The only `Host` that is answered; another one is a rebound name.
    pub(crate) host: String,
}

/// `/<token>/audio/<hash>`, `/<token>/picture/<hash>` and `/<token>/audition/<name>`.
pub(crate) fn routes(media: Media) -> Router {
    Router::new()
        .route("/{token}/audio/{hash}", get(file))
        .route("/{token}/picture/{hash}", get(file))
        .route("/{token}/audition/{name}", get(audition))
        .with_state(media)
}

async fn file(State(media): State<Media>, Path((token, hash)): Path<(String, String)>, request: Request) -> Response {
    if !media.knows(&token, &request) {
        return StatusCode::NOT_FOUND.into_response();
    }
    answered(open(&media.studio, &hash).await, &request)
}

async fn audition(
    State(media): State<Media>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    if !media.knows(&token, &request) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let opened = match media.studio.audition_file(&name) {
        Ok(path) => open_file(&path, &name, "audio/wav", "private, no-store").await,
        Err(error) => Err(error),
    };
    answered(opened, &request)
}

impl Media {
    /// Whether a request is the window's.
    fn knows(&self, token: &str, request: &Request) -> bool {
        let asked = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        asked == Some(self.host.as_str()) && self.token.matches(token)
    }
}

fn answered(opened: hearthcast_model::Result<(std::fs::File, Representation)>, request: &Request) -> Response {
    match opened {
        Ok((file, shape)) => {
            let facts = RequestFacts::of(request.method(), request.headers());
            let mut response = answer(&facts, &shape).into_response(Arc::new(file)).map(Body::new);
            response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            response
        }
        Err(error) => (StatusCode::NOT_FOUND, error.message).into_response(),
    }
}

/// Opens a media file of the library by its hash, whose bytes never change.
async fn open(studio: &Studio, hash: &str) -> hearthcast_model::Result<(std::fs::File, Representation)> {
    let (path, mime) = studio.media_file(hash).await?;
    open_file(&path, hash, &mime, "private, max-age=31536000, immutable").await
}

/// Opens a file whose bytes never change under this name.
async fn open_file(
    path: &std::path::Path,
    name: &str,
    mime: &str,
    cache: &str,
) -> hearthcast_model::Result<(std::fs::File, Representation)> {
    let unreadable = |e: std::io::Error| {
        let message = format!("The media file \"{}\" could not be read: {e}.", path.display());
        hearthcast_model::Error::new(hearthcast_model::Code::MediaUnreadable, message).about("media", name)
    };
    let file = tokio::fs::File::open(path).await.map_err(unreadable)?.into_std().await;
    let length = file.metadata().map_err(unreadable)?.len();
    let shape = Representation::new(length, name, 0, mime, cache)
        .map_err(|e| hearthcast_model::Error::new(hearthcast_model::Code::Internal, format!("{e}.")))?;
    Ok((file, shape))
}
