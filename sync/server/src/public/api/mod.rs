//! The public JSON:API in the shapes of spodcat 0.11.0, so that its front ends run unchanged; docs/API.md is its
//! contract. Read only.
//!
//! Everything comes from released records through `model::visible`, prepared once per edition ([`ShowView`]); answers
//! are kept until the next publication. No request asks the database.

mod answers;
mod categories;
mod chapters;
mod cors;
mod document;
mod episodes;
mod error;
mod markdown;
mod neutral;
mod openapi;
mod picture;
mod podcasts;
mod query;
mod season;
mod shape;
mod shelf;
mod view;
mod writer;

pub use cors::{Cors, EVERY_SITE, origin};
pub use shelf::Shelf;
pub use view::ShowView;

use super::feed::accepts_gzip;
use super::{Catalogue, PublicState};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use chapters::CHAPTERS;
use document::{Document, JSON_API};
use error::ApiError;
use http::header::{ALLOW, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use neutral::CSS;
use percent_encoding::percent_decode_str;
use shelf::Asked;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Answers made at one time; the next one waits. Those that are kept do not.
const MAKERS: usize = 2;

/// What the API needs besides the catalogue.
#[derive(Debug)]
pub struct Api {
    base_url: String,
    cors: Cors,
    makers: Semaphore,
    described: Document,
}

impl Default for Api {
    /// Addresses without a host, for no other site.
    fn default() -> Self {
        Self::new(String::new(), Cors::default())
    }
}

impl Api {
    /// An API that listeners find under `base_url` (no trailing slash).
    pub fn new(base_url: String, cors: Cors) -> Self {
        let described = document(openapi::document(&base_url), "application/json");
        Self { base_url, cors, makers: Semaphore::new(MAKERS), described }
    }
}

/// Makes the bytes of an answer.
type Act = fn(&Shelf, &Asked) -> Result<Vec<u8>, ApiError>;

/// The routes.
pub(super) fn router() -> Router<Arc<PublicState>> {
    Router::new()
        .route("/podcasts/", reading(podcasts::list, JSON_API))
        .route("/podcasts/{slug}/", reading(podcasts::one, JSON_API))
        .route("/episodes/", reading(episodes::list, JSON_API))
        .route("/episodes/{id}/", reading(episodes::one, JSON_API))
        .route("/episodes/{id}/chapters/", reading(chapters::list, CHAPTERS))
        .route("/categories/", reading(categories::list, JSON_API))
        .route("/categories/{id}/", reading(categories::one, JSON_API))
        .route("/posts/", reading(neutral::posts, JSON_API))
        .route("/font-faces/", reading(neutral::font_faces, CSS))
        .route("/openapi.json", get(described).options(preflight).fallback(not_allowed))
        .route("/podcasts", get(with_slash))
        .route("/podcasts/{slug}", get(with_slash))
        .route("/episodes", get(with_slash))
        .route("/episodes/{id}", get(with_slash))
        .route("/episodes/{id}/chapters", get(with_slash))
        .route("/categories", get(with_slash))
        .route("/categories/{id}", get(with_slash))
}

/// Whether an address without a route belongs to the API, and is refused in its words.
pub(super) fn owns(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    matches!(first, "podcasts" | "episodes" | "categories" | "posts" | "font-faces")
}

/// There is nothing at this address of the API.
pub(super) fn nothing(state: &PublicState, headers: &HeaderMap) -> Response {
    let mut response = ApiError::NotFound.into_response();
    state.api.cors.allow(headers, response.headers_mut());
    response
}

fn reading(act: Act, mime: &'static str) -> MethodRouter<Arc<PublicState>> {
    get(move |State(state): State<Arc<PublicState>>, request: Request| answer(state, request, act, mime))
        .options(preflight)
        .fallback(not_allowed)
}

async fn answer(state: Arc<PublicState>, request: Request, act: Act, mime: &'static str) -> Response {
    let (parts, _) = request.into_parts();
    let (catalogue, gzip) = (state.catalogue(), accepts_gzip(&parts.headers));
    let kept = catalogue.shelf().answers.get(target(&parts.uri)).filter(|kept| !gzip || kept.is_compressed());
    let made = match kept {
        Some(document) => Ok(document),
        None => make(&state, catalogue, &parts.uri, act, mime, gzip).await,
    };
    let mut response = match made {
        Ok(document) => document.send(&parts.method, &parts.headers, gzip),
        Err(refusal) => refusal,
    };
    state.api.cors.allow(&parts.headers, response.headers_mut());
    response
}

/// Makes an answer and keeps it, away from the threads that serve others.
async fn make(
    state: &Arc<PublicState>,
    catalogue: Arc<Catalogue>,
    uri: &Uri,
    act: Act,
    mime: &'static str,
    gzip: bool,
) -> Result<Arc<Document>, Response> {
    let _turn = state.api.makers.acquire().await;
    let (state, uri) = (state.clone(), uri.clone());
    let work = move || {
        let document = made(&state.api, catalogue.shelf(), &uri, act, mime)?;
        if gzip {
            document.compress();
        }
        Ok(document)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(made) => made.map_err(|error: ApiError| error.into_response()),
        Err(error) => {
            tracing::error!(%error, "an answer of the API could not be made");
            Err(StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
    }
}

fn made(api: &Api, shelf: &Shelf, uri: &Uri, act: Act, mime: &str) -> Result<Arc<Document>, ApiError> {
    if let Some(kept) = shelf.answers.get(target(uri)) {
        return Ok(kept);
    }
    let name = uri.path().split('/').nth(2).unwrap_or_default();
    let name = percent_decode_str(name).decode_utf8().map_err(|_| ApiError::NotFound)?;
    let query = uri.query().unwrap_or_default();
    let asked = Asked { base_url: &api.base_url, path: uri.path(), name: &name, query };
    let mut document = document(act(shelf, &asked)?, mime);
    if mime == CHAPTERS {
        document = document.saved_as(&format!("{name}.chapters.json"));
    }
    let document = Arc::new(document);
    shelf.answers.keep(target(uri), document.clone());
    Ok(document)
}

fn document(bytes: Vec<u8>, mime: &str) -> Document {
    Document::new(bytes, mime).expect("the types are written in this folder, and are header fields")
}

/// Path and query, exactly as asked.
fn target(uri: &Uri) -> &str {
    uri.path_and_query().map_or("", |target| target.as_str())
}

async fn described(State(state): State<Arc<PublicState>>, method: Method, headers: HeaderMap) -> Response {
    let mut response = state.api.described.send(&method, &headers, accepts_gzip(&headers));
    state.api.cors.allow(&headers, response.headers_mut());
    response
}

async fn preflight(State(state): State<Arc<PublicState>>, headers: HeaderMap) -> Response {
    state.api.cors.preflight(&headers)
}

async fn not_allowed(State(state): State<Arc<PublicState>>, method: Method, headers: HeaderMap) -> Response {
    let mut response = ApiError::Method(method).into_response();
    response.headers_mut().insert(ALLOW, cors::METHODS);
    state.api.cors.allow(&headers, response.headers_mut());
    response
}

/// The same address with its slash. Relative, so that it holds under any prefix a proxy adds.
pub(super) async fn with_slash(uri: Uri) -> Response {
    let last = uri.path().rsplit('/').next().unwrap_or_default();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    match HeaderValue::from_str(&format!("./{last}/{query}")) {
        Ok(location) => (StatusCode::MOVED_PERMANENTLY, [(LOCATION, location)]).into_response(),
        Err(_) => ApiError::NotFound.into_response(),
    }
}
