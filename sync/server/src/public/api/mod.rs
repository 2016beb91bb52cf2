//! The public JSON:API in the shapes of spodcat 0.11.0, so that its front ends run unchanged; docs/API.md is its
//! contract. Visitors may leave comments; all else is read only.
//!
//! Everything comes from released records through `model::visible`, prepared once per edition ([`ShowView`]); answers
//! are kept until the next publication. No reading of a page asks the database; what visitors send does ([`Desk`]).

mod answers;
mod categories;
mod chapters;
mod comments;
mod cors;
mod desk;
mod document;
mod episodes;
mod error;
mod ids;
mod links;
mod openapi;
mod pace;
mod picture;
mod pings;
mod podcasts;
mod posts;
mod query;
mod root;
mod search;
mod season;
mod sent;
mod shape;
mod shelf;
mod sums;
mod thing;
mod transcript;
mod v1;
mod view;
mod writer;

pub use comments::Comments;
pub use cors::{Cors, EVERY_SITE, origin};
pub use desk::Desk;
pub(super) use pace::{Pace, Paces};
pub use search::Search;
pub use shelf::Shelf;
pub use thing::{TextFile, Thing};
pub use view::ShowView;

use super::coding::Coding;
use super::{Catalogue, PublicState};
use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use chapters::CHAPTERS;
use document::{Document, JSON_API};
use error::ApiError;
use http::header::{ALLOW, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use root::CSS;
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
    /// `None`: nobody can leave anything.
    desk: Option<Desk>,
    views: pings::Views,
    /// `None`: nothing can be looked for.
    search: Option<Search>,
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
        Self {
            base_url,
            cors,
            makers: Semaphore::new(MAKERS),
            described,
            desk: None,
            views: pings::Views::default(),
            search: None,
        }
    }

    /// The address it is found under.
    pub(super) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The path of its address, without a trailing slash; empty where there is none.
    pub(super) fn path(&self) -> &str {
        let rest = self.base_url.split_once("://").map_or("", |(_, rest)| rest);
        rest.find('/').map_or("", |at| &rest[at..])
    }

    /// Takes what visitors leave.
    pub fn with_desk(self, desk: Desk) -> Self {
        Self { desk: Some(desk), ..self }
    }

    /// Answers full-text search.
    pub fn with_search(self, search: Search) -> Self {
        Self { search: Some(search), ..self }
    }

    /// Tells no more what was found before.
    pub(super) fn searched(&self) {
        self.search.iter().for_each(Search::changed);
    }
}

/// Methods of most addresses.
const READ: &str = "GET, HEAD";

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
        .route("/posts/", reading(posts::list, JSON_API))
        .route("/posts/{id}/", reading(posts::one, JSON_API))
        .route("/posts/{id}/ping/", knowing("POST", post(pings::of_post)))
        .route("/podcast-links/", reading(links::list, JSON_API))
        .route("/podcast-links/{id}/", reading(links::one, JSON_API))
        .route("/font-faces/", reading(root::font_faces, CSS))
        .route("/", reading(root::collections, JSON_API))
        .route("/comments/", knowing("GET, HEAD, POST", get_of(comments::list, JSON_API).post(desk::comment)))
        .route("/comments/{id}/", reading(comments::one, JSON_API))
        .route("/challenges/", knowing("POST", post(desk::challenge)))
        .route("/challenges/{id}/", knowing("GET, HEAD, DELETE", get(desk::asked_before).delete(desk::not_needed)))
        .route("/podcasts/{slug}/ping/", knowing("POST", post(pings::of_show)))
        .route("/episodes/{id}/ping/", knowing("POST", post(pings::of_episode)))
        .route("/api/v1/episodes/{id}/", reading(v1::episode, v1::JSON))
        .route("/api/v1/episodes/{id}/player/", reading(v1::player, v1::JSON))
        .merge(transcript::router())
        .route("/api/v1/oembed/", reading(v1::oembed, v1::JSON))
        .route("/api/v1/search/", knowing(READ, get(search::answer)))
        .route("/openapi.json", knowing(READ, get(described)))
        .merge(without_slash())
}

/// Addresses that people and programs write without the slash at their end.
const WITHOUT_SLASH: &[&str] = &[
    "/podcasts",
    "/podcasts/{slug}",
    "/episodes",
    "/episodes/{id}",
    "/episodes/{id}/chapters",
    "/posts",
    "/posts/{id}",
    "/podcast-links",
    "/podcast-links/{id}",
    "/font-faces",
    "/comments",
    "/comments/{id}",
    "/challenges/{id}",
    "/categories",
    "/categories/{id}",
];

fn without_slash() -> Router<Arc<PublicState>> {
    WITHOUT_SLASH.iter().fold(Router::new(), |router, path| router.route(path, knowing(READ, get(led_to_slash))))
}

async fn led_to_slash(State(state): State<Arc<PublicState>>, uri: Uri, headers: HeaderMap) -> Response {
    let mut response = with_slash(uri).await;
    state.api.cors.allow(&headers, response.headers_mut());
    response
}

/// A name in an address.
pub(super) type Name = Result<Path<String>, PathRejection>;

/// The name; one that is no text names nothing.
pub(super) fn named(name: Name) -> String {
    name.map(|Path(name)| name).unwrap_or_default()
}

/// A request that no route is asked about, in the words of whom it was meant for.
pub(crate) fn turned_away(status: StatusCode, path: &str) -> Response {
    if owns(path) { ApiError::Turned(status).into_response() } else { (status, TURNED).into_response() }
}

/// What people read who end up here.
const TURNED: &str = "This request cannot be answered here.\n";

/// Whether an address without a route belongs to the API, and is refused in its words.
pub(super) fn owns(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    path.starts_with("/api/")
        || matches!(
            first,
            "podcasts"
                | "episodes"
                | "comments"
                | "challenges"
                | "categories"
                | "posts"
                | "podcast-links"
                | "font-faces"
        )
}

/// There is nothing at this address of the API.
pub(super) fn nothing(state: &PublicState, headers: &HeaderMap) -> Response {
    let mut response = ApiError::NotFound.into_response();
    state.api.cors.allow(headers, response.headers_mut());
    response
}

fn reading(act: Act, mime: &'static str) -> MethodRouter<Arc<PublicState>> {
    knowing(READ, get_of(act, mime))
}

fn get_of(act: Act, mime: &'static str) -> MethodRouter<Arc<PublicState>> {
    get(move |State(state): State<Arc<PublicState>>, request: Request| answer(state, request, act, mime))
}

/// Adds what every address answers: which methods it knows, and that it knows no others.
fn knowing(methods: &'static str, routes: MethodRouter<Arc<PublicState>>) -> MethodRouter<Arc<PublicState>> {
    let preflight = move |State(state): State<Arc<PublicState>>, headers: HeaderMap| async move {
        state.api.cors.preflight(&headers, methods)
    };
    let not_allowed = move |State(state): State<Arc<PublicState>>, method: Method, headers: HeaderMap| async move {
        let mut response = ApiError::Method(method).into_response();
        response.headers_mut().insert(ALLOW, cors::allowing(methods));
        state.api.cors.allow(&headers, response.headers_mut());
        response
    };
    routes.options(preflight).fallback(not_allowed)
}

async fn answer(state: Arc<PublicState>, request: Request, act: Act, mime: &'static str) -> Response {
    let (parts, _) = request.into_parts();
    let (catalogue, coding) = (state.catalogue(), Coding::liked(&parts.headers));
    let kept = catalogue.shelf().answers.get(target(&parts.uri)).filter(|kept| kept.is_packed(coding));
    let made = match kept {
        Some(document) => Ok(document),
        None => make(&state, catalogue, &parts.uri, act, mime, coding).await,
    };
    let mut response = match made {
        Ok(document) => document.send(&parts.method, &parts.headers, coding),
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
    coding: Coding,
) -> Result<Arc<Document>, Response> {
    let _turn = state.api.makers.acquire().await;
    let (state, uri) = (state.clone(), uri.clone());
    let work = move || {
        let document = made(&state.api, &catalogue, &uri, act, mime)?;
        document.pack(coding);
        Ok(document)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(made) => made.map_err(|error: ApiError| error.into_response()),
        Err(error) => {
            tracing::error!(%error, "an answer of the API could not be made");
            Err(ApiError::Turned(StatusCode::INTERNAL_SERVER_ERROR).into_response())
        }
    }
}

fn made(api: &Api, catalogue: &Catalogue, uri: &Uri, act: Act, mime: &str) -> Result<Arc<Document>, ApiError> {
    let shelf = catalogue.shelf();
    if let Some(kept) = shelf.answers.get(target(uri)) {
        return Ok(kept);
    }
    // `/episodes/<name>/`, `/api/v1/episodes/<name>/`
    let collection = uri.path().strip_prefix("/api/v1").unwrap_or(uri.path());
    let name = collection.split('/').nth(2).unwrap_or_default();
    let name = percent_decode_str(name).decode_utf8().map_err(|_| ApiError::NotFound)?;
    let query = uri.query().unwrap_or_default();
    let asked = Asked { catalogue, base_url: &api.base_url, path: uri.path(), name: &name, query };
    let document = document(act(shelf, &asked)?, mime);
    let document = Arc::new(match mime {
        CHAPTERS => document.saved_as(&format!("{name}.chapters.json")),
        CSS => root::described(document, shelf),
        _ => document,
    });
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
    let mut response = state.api.described.send(&method, &headers, Coding::liked(&headers));
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
