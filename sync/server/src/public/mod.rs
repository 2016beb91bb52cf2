//! What listeners reach: feeds, files, and nothing that asks a database (FEED.md "HTTP expectations").
//!
//! Everything is answered from one snapshot in memory, the [`Catalogue`], which is swapped whole: a reader sees the
//! world before a publication or after it, never between. Deciding what is public is the business of whoever makes
//! the catalogue (`model::visible`); here, what is not in it does not exist.

pub mod api;
mod catalogue;
mod feed;
mod left;
mod listener;
mod media;
mod open_files;
mod salts;
mod words;

pub use catalogue::{Catalogue, Feed, MediaFile, MediaUse};
pub use left::{Leave, Left};
pub use salts::Salts;

use crate::logbook::Logbook;
use axum::Router;
use axum::extract::State;
use axum::response::{Redirect, Response};
use axum::routing::{MethodRouter, get};
use hearthcast_model::Clock;
use ipnet::IpNet;
use open_files::OpenFiles;
use std::sync::{Arc, PoisonError, RwLock};

/// Networks that decide how a request is noted. Nothing here admits or refuses anybody.
#[derive(Debug, Clone, Default)]
pub struct Networks {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Addresses that do not count.
    pub exclude: Vec<IpNet>,
    /// Addresses that always count.
    pub allow: Vec<IpNet>,
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
}

impl PublicState {
    /// Begins with an empty catalogue.
    pub fn new(logbook: Logbook, salts: Arc<Salts>, networks: Networks, clock: Arc<dyn Clock>) -> Self {
        let (catalogue, files, api) = (RwLock::default(), OpenFiles::default(), api::Api::default());
        Self { catalogue, files, logbook, salts, networks, clock, api }
    }

    /// Answers the JSON:API under the public address and for the sites of `api`.
    pub fn with_api(self, api: api::Api) -> Self {
        Self { api, ..self }
    }

    /// Makes this what the public sees, from the next request on. Files that left it are closed.
    pub fn show(&self, catalogue: Arc<Catalogue>) {
        *self.catalogue.write().unwrap_or_else(PoisonError::into_inner) = catalogue.clone();
        self.files.keep_only(&catalogue);
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
    Router::new()
        .route("/podcasts/{slug}/rss/", read_only(get(feed::answer)))
        .route("/podcasts/{slug}/rss", read_only(get(to_feed)))
        .route("/m/{hash}/{name}", read_only(get(media::answer)).options(media::preflight))
        .route("/healthz", read_only(get(healthy)))
        .merge(api::router())
        .fallback(nothing)
        .with_state(state)
}

fn read_only(routes: MethodRouter<Arc<PublicState>>) -> MethodRouter<Arc<PublicState>> {
    routes.fallback(words::not_allowed)
}

async fn nothing(State(state): State<Arc<PublicState>>, uri: http::Uri, headers: http::HeaderMap) -> Response {
    if api::owns(uri.path()) { api::nothing(&state, &headers) } else { words::not_found().await }
}

async fn healthy() -> &'static str {
    "ok\n"
}

/// The feed's address without its slash: people type it so.
async fn to_feed(uri: http::Uri) -> Redirect {
    Redirect::permanent(&format!("{}/", uri.path()))
}
