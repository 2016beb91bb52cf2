//! What listeners reach: feeds, files, the API. Nothing they read asks a database (FEED.md "HTTP expectations").
//!
//! Everything is answered from one snapshot in memory, the [`Catalogue`], which is swapped whole: a reader sees the
//! world before a publication or after it, never between. Deciding what is public is the business of whoever makes
//! the catalogue (`model::visible`); here, what is not in it does not exist.

pub mod api;
mod catalogue;
mod coding;
mod drafts;
mod feed;
mod left;
mod listener;
mod media;
mod open_files;
mod pages;
mod salts;
mod sound;
mod streamed;
mod words;
mod written;

pub use catalogue::{Catalogue, Feed, MediaFile, MediaUse};
pub use left::{Leave, Left};
pub use salts::Salts;
pub use sound::{Elsewhere, EpisodeSound};
pub use written::WrittenFile;

use crate::conn::Peer;
use crate::countries::Countries;
use crate::drafts::Drafts;
use crate::logbook::Logbook;
use crate::storages::Storages;
use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use hearthcast_model::slug::is_slug;
use hearthcast_model::{Clock, ShowId};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, LOCATION};
use ipnet::IpNet;
use open_files::OpenFiles;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Notify;

/// Networks that decide how a request is noted. Nothing here admits or refuses anybody.
#[derive(Debug, Clone, Default)]
pub struct Networks {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Addresses that do not count.
    pub exclude: Vec<IpNet>,
    /// Addresses that always count.
    pub allow: Vec<IpNet>,
    /// In which country an address is, where the operator gave a database.
    pub countries: Option<Arc<Countries>>,
}

/// Everything the public routes need.
pub struct PublicState {
    catalogue: RwLock<Arc<Catalogue>>,
    files: OpenFiles,
    logbook: Logbook,
    salts: Arc<Salts>,
    networks: Networks,
    clock: Arc<dyn Clock>,
    api: api::Api,
    storages: Arc<Storages>,
    drafts: Option<Arc<Drafts>>,
    remarks: drafts::Turns,
    shown_ms: AtomicI64,
    switched: Notify,
}

impl PublicState {
    /// Begins with an empty catalogue.
    pub fn new(logbook: Logbook, salts: Arc<Salts>, networks: Networks, clock: Arc<dyn Clock>) -> Self {
        let (catalogue, files, api) = (RwLock::default(), OpenFiles::default(), api::Api::default());
        let (storages, switched) = (Arc::default(), Notify::new());
        let shown_ms = AtomicI64::new(clock.now_ms());
        let (drafts, remarks) = (None, drafts::turns());
        Self { catalogue, files, logbook, salts, networks, clock, api, storages, drafts, remarks, shown_ms, switched }
    }

    /// Answers the JSON:API under the public address and for the sites of `api`.
    pub fn with_api(self, api: api::Api) -> Self {
        Self { api, ..self }
    }

    /// Opens these storages for sound that lies there.
    pub fn with_storages(self, storages: Arc<Storages>) -> Self {
        Self { storages, ..self }
    }

    /// Lets those with its secret address hear a draft.
    pub fn with_drafts(self, drafts: Arc<Drafts>) -> Self {
        Self { drafts: Some(drafts), ..self }
    }

    /// The storages that this server opens.
    pub fn storages(&self) -> &Storages {
        &self.storages
    }

    /// Makes this what the public sees, from the next request on; with the comments there are. Files that left it are
    /// closed.
    pub fn show(&self, catalogue: Arc<Catalogue>) {
        let mut shown = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        let mut catalogue = Arc::unwrap_or_clone(catalogue);
        catalogue.set_comments(shown.shelf().comments().clone());
        *shown = Arc::new(catalogue);
        self.files.keep_only(&shown);
        self.shown_ms.store(self.clock.now_ms(), Ordering::Relaxed);
        self.switched.notify_one();
    }

    /// Waits until what the public sees was switched since the last time. For one waiter.
    pub async fn switched(&self) {
        self.switched.notified().await;
    }

    /// Tells no more what was found before.
    pub fn searched(&self) {
        self.api.searched();
    }

    /// When what the public sees was made, Unix milliseconds.
    pub fn shown_ms(&self) -> i64 {
        self.shown_ms.load(Ordering::Relaxed)
    }

    /// Changes what is shown of what visitors wrote, from the next request on.
    pub fn comments(&self, change: impl FnOnce(&mut api::Comments)) {
        let mut shown = self.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        let mut comments = (**shown.shelf().comments()).clone();
        change(&mut comments);
        let mut catalogue = (**shown).clone();
        catalogue.set_comments(Arc::new(comments));
        *shown = Arc::new(catalogue);
    }

    /// What the public sees now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where deliveries are noted.
    pub fn logbook(&self) -> &Logbook {
        &self.logbook
    }
}

/// The public routes, with the words for what is not there. It carries the fallback: routers merged with it must not
/// have one of their own.
pub fn router(state: Arc<PublicState>) -> Router {
    let routes = Router::new()
        .route("/podcasts/{slug}/rss/", read_only(get(feed::answer)))
        .route("/podcasts/{slug}/rss", read_only(get(to_feed)))
        .route("/podcasts/{slug}/rss/{name}/", read_only(get(feed::variant)))
        .route("/podcasts/{slug}/rss/{name}", read_only(get(to_variant)))
        .route("/podcasts/{slug}/rss/page/{number}/", read_only(get(feed::page)))
        .route("/m/{hash}/{name}", read_only(get(media::answer)).options(media::preflight))
        .route("/e/{episode}/{name}", read_only(get(sound::stable)).options(media::preflight))
        .route("/episodes/{episode}/audio/", read_only(get(sound::alias)).options(media::preflight))
        .route("/episodes/{episode}/audio", read_only(get(sound::alias)).options(media::preflight))
        .route("/p/{token}", read_only(get(drafts::to_page)))
        .route("/p/{token}/", read_only(get(drafts::page)))
        .route("/p/{token}/{name}", get(drafts::part).post(drafts::remark).fallback(words::not_allowed))
        .route("/healthz", read_only(get(healthy)))
        .merge(api::router().route_layer(middleware::from_fn_with_state(state.clone(), pages::note)))
        .fallback(nothing)
        .with_state(state.clone());
    let all = routes.clone();
    routes.layer(middleware::from_fn_with_state((state, all), older_paths))
}

fn read_only(routes: MethodRouter<Arc<PublicState>>) -> MethodRouter<Arc<PublicState>> {
    routes.fallback(words::not_allowed)
}

async fn nothing(State(state): State<Arc<PublicState>>, uri: http::Uri, headers: http::HeaderMap) -> Response {
    if api::owns(uri.path()) { api::nothing(&state, &headers) } else { words::not_found().await }
}

/// Leads on from an older path, wherever a route, or none, has found nothing. What answers by itself goes on doing so, and
/// what was withdrawn stays so.
async fn older_paths(
    State((state, mut routes)): State<(Arc<PublicState>, Router)>,
    request: Request,
    next: Next,
) -> Response {
    let catalogue = state.catalogue();
    let asked = matches!(*request.method(), http::Method::GET | http::Method::HEAD);
    if !asked || !catalogue.has_older_paths() {
        return next.run(request).await;
    }
    let Some((older, to, show)) = older(&catalogue, request.uri(), state.api.base_url()) else {
        return next.run(request).await;
    };
    let (path, slashed) = (request.uri().path().to_string(), with_slash(&request));
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let peer = request.extensions().get::<Peer>().copied();
    let answer = next.run(request).await;
    let status = match slashed {
        // What leads to itself with a slash at its end is asked whether it is there with one.
        Some(slashed) if only_adds_a_slash(&path, &answer) => {
            let Ok(there) = tower::Service::call(&mut routes, slashed).await;
            there.status()
        }
        _ => answer.status(),
    };
    if status != http::StatusCode::NOT_FOUND {
        return answer;
    }
    if method == http::Method::GET {
        pages::led_on(&state, &show, &to, &headers, peer);
    }
    older
}

/// Whether an answer leads to the address that was asked for, with a slash at its end.
fn only_adds_a_slash(path: &str, answer: &Response) -> bool {
    let to = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok()).filter(|to| !to.contains("://"));
    let to = to.and_then(|to| to.strip_suffix('/')).and_then(|to| to.rsplit('/').next());
    to.is_some_and(|to| path.rsplit('/').next() == Some(to))
}

/// The question whether an address without a slash at its end is there with one.
fn with_slash(request: &Request) -> Option<Request> {
    let path = request.uri().path();
    let uri = http::Uri::try_from(format!("{path}/")).ok().filter(|_| !path.ends_with('/'))?;
    let mut slashed = Request::new(axum::body::Body::empty());
    *slashed.method_mut() = http::Method::HEAD;
    *slashed.uri_mut() = uri;
    *slashed.headers_mut() = request.headers().clone();
    *slashed.extensions_mut() = request.extensions().clone();
    Some(slashed)
}

/// The answer to an older path, where nothing of our own is; where it leads, and of which show it is.
fn older(catalogue: &Catalogue, uri: &http::Uri, base_url: &str) -> Option<(Response, String, ShowId)> {
    if climbs(uri.path()) {
        return None;
    }
    let (to, status, show) = catalogue.older_path(uri.path())?;
    let header = http::HeaderValue::try_from(with_query(&to, uri.query(), base_url)).ok()?;
    let status = http::StatusCode::from_u16(status).ok()?;
    // A path for ever may be kept a day, no longer: its author may mend it.
    let kept =
        http::HeaderValue::from_static(if status.as_u16() == 301 { "public, max-age=86400" } else { "no-cache" });
    let every_site = http::HeaderValue::from_static("*");
    let fields = [(LOCATION, header), (CACHE_CONTROL, kept), (ACCESS_CONTROL_ALLOW_ORIGIN, every_site)];
    Some(((status, fields).into_response(), to, show))
}

/// A query goes along to another server, which may need it, unless the author wrote one. Here it is left out: no address of
/// this server means something else with one from elsewhere (`?p=12`, `?utm_source=…`), and the API refuses words it does not
/// know.
fn with_query(to: &str, query: Option<&str>, base_url: &str) -> String {
    let here = to.strip_prefix(base_url).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    match query {
        Some(query) if !here && !query.is_empty() && !to.contains('?') => format!("{to}?{query}"),
        _ => to.to_string(),
    }
}

/// Whether a path goes upwards (RFC 3986 §5.2.4), written plainly or not: what a `*` stands for must not.
fn climbs(path: &str) -> bool {
    path.split('/').any(|part| matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | ".."))
}

async fn healthy() -> &'static str {
    "ok\n"
}

/// The same of a further feed's address, where it can stand in a header.
async fn to_variant(path: Result<Path<(String, String)>, PathRejection>) -> Response {
    match path {
        Ok(Path((_, name))) if is_slug(&name) => Redirect::permanent(&format!("{name}/")).into_response(),
        _ => words::not_found().await,
    }
}

/// The feed's address without its slash: people type it so. Relative, so that it holds under any path.
async fn to_feed() -> Redirect {
    Redirect::permanent("rss/")
}
