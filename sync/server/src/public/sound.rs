//! The addresses of an episode's sound that outlive every mode: `/e/<episode>/audio.<ext>` and `/episodes/<uuid>/audio/`; and
//! the way to sound that lies in a storage. Redirects are noted as such: nobody here sees what arrives.

use super::catalogue::{Catalogue, FOR_EVER, MediaUse};
use super::{PublicState, listener, media, streamed, words};
use crate::conn::Metered;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use hearthcast_model::rule::is_stable_name;
use hearthcast_model::{EpisodeId, Sha256};
use hearthcast_serve::{Representation, ServeError};
use hearthcast_storage::StorageKey;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, LOCATION};
use http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Where an address leads may change with the next publication: askers come here first each time.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// An episode's sound.
#[derive(Debug, Clone)]
pub struct EpisodeSound {
    /// The file.
    pub sha256: Sha256,
    /// Its name's end.
    pub ext: String,
    /// Where listeners get it now.
    pub heard_at: String,
}

/// A sound that lies in a storage.
#[derive(Debug, Clone)]
pub struct Elsewhere {
    /// The file.
    pub sha256: Sha256,
    /// The names it is published under.
    pub names: Vec<String>,
    /// Where it is used.
    pub uses: Vec<MediaUse>,
    /// Its public address there.
    pub url: String,
    /// Its name there.
    pub key: StorageKey,
    /// This server sends it on, to whoever asks.
    pub served: bool,
    pub(super) representation: Representation,
}

impl Elsewhere {
    /// Describes a sound. Fails when its type cannot stand in a header field.
    pub fn new(
        sha256: Sha256,
        bytes: u64,
        mime: &str,
        uses: Vec<MediaUse>,
        (url, key): (String, StorageKey),
        served: bool,
    ) -> Result<Self, ServeError> {
        let since_ms = uses.iter().map(|used| used.published_ms).min().unwrap_or_default();
        let names: BTreeSet<String> = uses.iter().map(|used| used.name.clone()).collect();
        let representation = Representation::new(bytes, sha256.as_str(), since_ms, mime, FOR_EVER)?;
        Ok(Self { sha256, names: names.into_iter().collect(), uses, url, key, served, representation })
    }
}

/// `GET /e/<episode>/audio.<ext>`
pub(super) async fn stable(
    State(state): State<Arc<PublicState>>,
    path: Result<Path<(String, String)>, PathRejection>,
    method: Method,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let start_ms = state.clock.now_ms();
    let Ok(Path((episode, name))) = path else { return words::not_found().await };
    let catalogue = state.catalogue();
    let sound = catalogue.sound(&episode).filter(|sound| is_stable_name(&name, &sound.ext));
    let Some(sound) = sound else { return gone_or_unknown(&catalogue, &episode).await };
    let (peer, id) = (extensions.get().copied(), EpisodeId::parse(&episode));
    let request = listener::Request { start_ms, method: &method, headers: &headers, peer, episode: id.as_ref() };
    if let Some(file) = catalogue.media(&sound.sha256) {
        let mut response = media::give(&state, file, &request).await;
        // Another file may stand here tomorrow; what a cache keeps is asked about by its hash.
        response.headers_mut().insert(CACHE_CONTROL, ASK_FIRST);
        return response;
    }
    match catalogue.elsewhere(&sound.sha256) {
        Some(elsewhere) => {
            let mut response = there(&state, elsewhere, &request).await;
            if response.status().is_success() {
                response.headers_mut().insert(CACHE_CONTROL, ASK_FIRST);
            }
            response
        }
        None => words::not_found().await,
    }
}

/// `GET /episodes/<uuid>/audio/`: leads to where the sound is heard now, whatever the mode.
pub(super) async fn alias(
    State(state): State<Arc<PublicState>>,
    path: Result<Path<String>, PathRejection>,
    method: Method,
    headers: HeaderMap,
    extensions: Extensions,
) -> Response {
    let start_ms = state.clock.now_ms();
    let Ok(Path(episode)) = path else { return words::not_found().await };
    let catalogue = state.catalogue();
    let Some(sound) = catalogue.sound(&episode) else { return gone_or_unknown(&catalogue, &episode).await };
    match catalogue.elsewhere(&sound.sha256).filter(|elsewhere| elsewhere.url == sound.heard_at) {
        Some(elsewhere) => {
            let (peer, id) = (extensions.get().copied(), EpisodeId::parse(&episode));
            let request =
                listener::Request { start_ms, method: &method, headers: &headers, peer, episode: id.as_ref() };
            lead_to(&state, elsewhere, &request).await
        }
        // An address of our own: whoever follows is noted there.
        None => found(&sound.heard_at, ASK_FIRST),
    }
}

/// The answer for a sound in a storage: sent on where its show is served, else the way there.
pub(super) async fn there(state: &PublicState, elsewhere: &Elsewhere, request: &listener::Request<'_>) -> Response {
    match state.storages().of(&elsewhere.key) {
        // An address signed for a GET refuses a HEAD, and what a HEAD tells is known here.
        Some((storage, key)) if elsewhere.served || (storage.signs() && request.method == Method::HEAD) => {
            streamed::give(state, elsewhere, (storage, key), request).await
        }
        _ => lead_to(state, elsewhere, request).await,
    }
}

/// A redirect to a storage, with its row: to an address that works for a short time where this server has the key.
async fn lead_to(state: &PublicState, elsewhere: &Elsewhere, request: &listener::Request<'_>) -> Response {
    let link = match state.storages().of(&elsewhere.key) {
        None => None,
        Some((storage, key)) => match storage.link(key).await {
            Ok(link) => link,
            Err(error) => {
                tracing::error!(storage = storage.name(), %error, "no address could be made for a listener");
                return words::out_of_order();
            }
        },
    };
    let mut response = match link {
        None => found(&elsewhere.url, ASK_FIRST),
        Some((link, lasting)) => found(&link, for_one_listener(lasting)),
    };
    let asked = listener::Asked {
        sha256: &elsewhere.sha256,
        bytes: elsewhere.representation.len,
        first_byte: 0,
        status: StatusCode::FOUND,
        redirected: true,
    };
    match listener::row(request, &asked, &state.networks, &state.salts) {
        Some(row) => drop(response.extensions_mut().insert(Metered { row, logbook: state.logbook.clone() })),
        None => state.logbook.count_lost(),
    }
    response
}

/// Nobody else gets a signed address, and whoever keeps it for a tenth of its time still has nine tenths to use it.
fn for_one_listener(lasting: Duration) -> HeaderValue {
    HeaderValue::try_from(format!("private, max-age={}", lasting.as_secs() / 10)).unwrap_or(ASK_FIRST)
}

fn found(url: &str, kept: HeaderValue) -> Response {
    let Ok(location) = HeaderValue::from_str(url) else { return words::out_of_order() };
    let every_site = HeaderValue::from_static("*");
    let fields = [(LOCATION, location), (CACHE_CONTROL, kept), (ACCESS_CONTROL_ALLOW_ORIGIN, every_site)];
    (StatusCode::FOUND, fields).into_response()
}

async fn gone_or_unknown(catalogue: &Catalogue, episode: &str) -> Response {
    match catalogue.left().sound(episode) {
        Some(leave) => leave.answer(),
        None => words::not_found().await,
    }
}
