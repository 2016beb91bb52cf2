//! The owner's side: what a paired laptop may do. One file per endpoint; everything but pairing needs a device token.

pub mod auth;
mod body;
mod comments;
pub(crate) mod drafts;
pub mod files;
mod hello;
mod leaving;
mod media;
mod metrics;
mod pair;
pub(crate) mod publish;
mod push;
pub mod refusal;
mod remarks;
mod standing;
mod version;
mod versions;
mod withdraw;

use crate::app::Shared;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use hearthcast_model::{Code, Error};
use hearthcast_protocol as protocol;
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use refusal::Refusal;

/// All routes below `/sync/`. What is not a route there is refused without a token, too.
pub fn router(app: Shared) -> Router {
    let version = format!("{}/{{show}}/version", protocol::publish::VERSION_PATH);
    let comments = format!("{}/{{show}}", protocol::comments::PATH);
    let drafts = format!("{}/{{show}}", protocol::drafts::PATH);
    let draft_file = format!("{}/{{sha256}}", protocol::drafts::FILES_PATH);
    let media = format!("{}/{{sha256}}", protocol::media::MEDIA_PATH);
    let upload = format!("{}/{{id}}", protocol::media::FILES_PATH);
    let locked = Router::new()
        .route(protocol::hello::PATH, post(hello::hello))
        .route(protocol::push::PATH, post(push::push))
        .route(protocol::publish::PATH, post(publish::publish))
        .route(&version, get(version::version))
        .route(&format!("{version}s"), get(versions::list))
        .route(&format!("{version}s/{{n}}"), get(versions::one))
        .route(&format!("{version}s/{{n}}/feed"), get(versions::feed))
        .route(protocol::versions::WITHDRAW_PATH, post(withdraw::withdraw))
        .route(protocol::standing::PATH, post(standing::standing))
        .route(protocol::pull::PATH, get(metrics::metrics))
        .route(&comments, get(comments::list).post(comments::decide))
        .route(&format!("{comments}/brought"), post(comments::bring))
        .route(protocol::drafts::PATH, post(drafts::share))
        .route(protocol::drafts::END_PATH, post(drafts::revoke))
        .route(&drafts, get(drafts::list))
        .route(&format!("{drafts}/remarks"), get(remarks::list))
        .route(&draft_file, get(drafts::file))
        .route(&media, get(media::media))
        .route(protocol::media::FILES_PATH, files::collection())
        .route(&upload, files::one())
        .route("/sync/{*anything}", no_route())
        .layer(from_fn_with_state(app.clone(), auth::only_owner));
    Router::new().route(protocol::pair::PATH, post(pair::pair)).merge(locked).layer(from_fn(finish)).with_state(app)
}

fn no_route() -> MethodRouter<Shared> {
    axum::routing::any(|| async {
        Refusal::new(StatusCode::NOT_FOUND, Error::new(Code::NotFound, "This server has no such address."))
    })
}

/// Marks answers as private and writes one line about each: no tokens, no addresses, no names.
async fn finish(path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let mut response = next.run(request).await;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let route = path.as_ref().map_or("", MatchedPath::as_str);
    tracing::info!(%method, route, status = response.status().as_u16(), "owner");
    response
}

/// The device that sent the request, once its token was checked.
pub(crate) type Owner = Extension<auth::Caller>;

/// The state of a handler.
pub(crate) type Parts = State<Shared>;
