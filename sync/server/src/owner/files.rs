//! Resumable uploads by offset: tus 1.0 core with creation, creation-with-upload, checksum, termination and expiration.
//!
//! How far an upload is, is the length of its file: nothing else has to be kept in step. A file becomes a medium only
//! after its hash was checked and it is durable; until then nobody but its sender can see that it exists.

mod finish;
mod headers;
mod receive;
mod sweep;

pub(crate) use finish::size as size_of;

pub use sweep::sweep;

use super::refusal::{Answer, Refusal, full};
use super::{Owner, Parts};
use crate::app::{App, Shared};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use headers::{Metadata, is_for_a_draft};
use hearthcast_model::{Code, Error, Sha256};
use hearthcast_protocol::media::FILES_PATH;
use hearthcast_store::upload::{self, LIFE_MS, Upload};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, Method, StatusCode};
pub use receive::Transfers;

/// Unfinished uploads one computer may have.
const MAX_OPEN: i64 = 1_000;

/// `/sync/v1/files`.
pub fn collection() -> MethodRouter<Shared> {
    post(create).options(capabilities).layer(from_fn(headers::speak_tus))
}

/// `/sync/v1/files/<id>`.
pub fn one() -> MethodRouter<Shared> {
    let methods = axum::routing::head(head).patch(patch).delete(terminate).post(overridden).options(capabilities);
    methods.layer(from_fn(headers::speak_tus))
}

async fn capabilities(State(app): Parts) -> Response {
    (StatusCode::NO_CONTENT, headers::capabilities(app.max_file_bytes)).into_response()
}

/// Makes an upload, or finds the one of the same content this computer made before.
async fn create(State(app): Parts, Extension(caller): Owner, headers: HeaderMap, body: Body) -> Answer<Response> {
    let bytes = headers::number(&headers, "upload-length")?
        .ok_or_else(|| Refusal::usage("An upload needs the header Upload-Length."))?;
    if bytes > app.max_file_bytes {
        let most = app.max_file_bytes;
        return Err(Error::new(Code::MediaTooLarge, format!("The server takes files of at most {most} bytes.")).into());
    }
    if bytes == 0 {
        return Err(Refusal::field("Upload-Length", "The file is empty."));
    }
    let metadata = Metadata::read(&headers)?;
    let upload = find_or_make(&app, caller.device.as_str(), bytes, metadata).await?;
    let mut offset = finish::offset(&app, &upload).await?;
    if headers::carries_bytes(&headers) && offset == 0 {
        offset = receive::receive(&app, &upload, 0, &headers, body).await?;
    }
    // Below the public address; a request without its path is answered as well, or went through a proxy that took it away.
    let location = format!("{}{FILES_PATH}/{}", app.path, upload.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], headers::state(&upload, offset)).into_response())
}

async fn find_or_make(app: &App, device: &str, bytes: u64, metadata: Metadata) -> Answer<Upload> {
    let now_ms = app.now_ms();
    if let Some(sha256) = &metadata.sha256 {
        let same = upload::same(&mut *app.store.read().await?, device, sha256, bytes, now_ms).await?;
        let like = |known: &Upload| is_for_a_draft(&known.metadata) == is_for_a_draft(&metadata.as_sent);
        for same in same.into_iter().filter(like) {
            if !finish::lost(app, &same).await? {
                return Ok(same);
            }
        }
    }
    room(app, bytes)?;
    let upload = Upload {
        id: app.ids.v4().to_string(),
        device: device.to_string(),
        sha256: metadata.sha256,
        bytes,
        mime: metadata.mime,
        metadata: metadata.as_sent,
        expires_ms: now_ms + LIFE_MS,
        done_ms: None,
    };
    let mut writer = app.store.write().await?;
    if upload::open_count(&mut writer, device).await? >= MAX_OPEN {
        return Err(Error::new(Code::Busy, "This computer has too many unfinished uploads.").into());
    }
    upload::create(&mut writer, &upload, now_ms).await?;
    writer.commit().await?;
    finish::adopt(app, &upload).await?;
    Ok(upload)
}

/// Refuses what would fill the disk.
fn room(app: &App, bytes: u64) -> Answer<()> {
    let disk = rustix::fs::statvfs(app.folders.uploads().as_path()).map_err(std::io::Error::from)?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free < bytes.saturating_add(app.reserve_bytes) {
        return Err(full().into());
    }
    Ok(())
}

async fn head(State(app): Parts, Extension(caller): Owner, Path(id): Path<String>) -> Answer<Response> {
    let upload = known(&app, caller.device.as_str(), &id).await?;
    let offset = finish::offset(&app, &upload).await?;
    Ok((StatusCode::OK, headers::state(&upload, offset), headers::description(&upload)).into_response())
}

async fn patch(
    State(app): Parts,
    Extension(caller): Owner,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    if headers.get(CONTENT_TYPE).is_none_or(|value| value != headers::OFFSET_STREAM) {
        let error = Error::new(Code::UsageInvalid, format!("Bytes are sent as {}.", headers::OFFSET_STREAM));
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, error));
    }
    let from = headers::number(&headers, "upload-offset")?
        .ok_or_else(|| Refusal::usage("Sending bytes needs the header Upload-Offset."))?;
    let upload = known(&app, caller.device.as_str(), &id).await?;
    let offset = receive::receive(&app, &upload, from, &headers, body).await?;
    Ok((StatusCode::NO_CONTENT, headers::state(&upload, offset)).into_response())
}

async fn terminate(State(app): Parts, Extension(caller): Owner, Path(id): Path<String>) -> Answer<StatusCode> {
    let upload = known(&app, caller.device.as_str(), &id).await?;
    let _transfer = app.transfers.wait_a_little(&upload.id).await.ok_or_else(receive::busy)?;
    forget(&app, &upload.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// tus 1.0, "X-HTTP-Method-Override": for clients whose environment has no PATCH or DELETE.
async fn overridden(
    state: Parts,
    caller: Owner,
    path: Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    let method = headers.get("x-http-method-override").and_then(|value| Method::from_bytes(value.as_bytes()).ok());
    match method {
        Some(Method::PATCH) => patch(state, caller, path, headers, body).await,
        Some(Method::DELETE) => terminate(state, caller, path).await.map(IntoResponse::into_response),
        _ => Ok(StatusCode::METHOD_NOT_ALLOWED.into_response()),
    }
}

/// The upload, if this computer made it and its time is not over.
async fn known(app: &App, device: &str, id: &str) -> Answer<Upload> {
    let found = upload::get(&mut *app.store.read().await?, device, id).await?;
    found.filter(|upload| upload.expires_ms > app.now_ms()).ok_or_else(|| {
        Error::new(Code::NotFound, "The server does not know this upload (any more).")
            .hint("It will be begun again.")
            .into()
    })
}

/// Forgets an upload and its bytes.
async fn forget(app: &App, id: &str) -> Answer<()> {
    app.transfers.forget(id);
    match tokio::fs::remove_file(app.folders.part(id)).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut writer = app.store.write().await?;
    upload::delete(&mut writer, id).await?;
    Ok(writer.commit().await?)
}

/// tus 1.0, checksum extension: "460 Checksum Mismatch".
fn mismatch(message: &str, found: Option<&Sha256>) -> Refusal {
    let error = Error::new(Code::TargetMismatch, message).hint("What was sent is dropped; send it again.");
    let error = match found {
        Some(hash) => error.about("media", hash.as_str()),
        None => error,
    };
    let status = StatusCode::from_u16(460).expect("460 is within 100..=999");
    Refusal::new(status, error)
}
