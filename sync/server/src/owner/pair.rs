//! `POST /sync/v1/pair`: a one-time code lets a laptop register its public key. The only endpoint without a token.

use super::Parts;
use super::refusal::{Answer, Refusal};
use crate::code;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearthcast_model::{Code, Error};
use hearthcast_protocol::PROTO;
use hearthcast_protocol::pair::{PairAnswer, PairRequest};
use hearthcast_store::{device, pairing};
use http::StatusCode;

const MAX_BYTES: usize = 16 * 1024;
const MAX_NAME_CHARS: usize = 200;

/// Registers a device.
pub async fn pair(State(app): Parts, body: Body) -> Answer<Json<PairAnswer>> {
    let request: PairRequest = super::body::parse(&super::body::read(body, MAX_BYTES.min(app.max_body_bytes)).await?)?;
    check(&request)?;
    let hash = code::hash(&app.identity.server_id, &request.code).ok_or_else(wrong_code)?;
    let now_ms = app.now_ms();
    let mut writer = app.store.write().await?;
    if !pairing::redeem(&mut writer, &hash, now_ms).await? {
        writer.commit().await?;
        return Err(wrong_code());
    }
    let name = request.device_name.trim();
    device::register(&mut writer, &request.device, name, &request.public_key, now_ms).await?;
    writer.commit().await?;
    tracing::info!("a computer was paired");
    Ok(Json(PairAnswer {
        server_id: app.identity.server_id.clone(),
        base_url: app.base_url.clone(),
        epoch: app.identity.epoch.clone(),
    }))
}

/// Everything but the code, so that a broken request does not use the code up.
fn check(request: &PairRequest) -> Answer<()> {
    if request.proto != PROTO {
        return Err(Error::new(Code::VersionRefused, "This server speaks another version of the protocol.")
            .hint("Bring Hearthcast and hearthcast-server to the same version.")
            .into());
    }
    if request.device_name.chars().count() > MAX_NAME_CHARS || request.device_name.chars().any(char::is_control) {
        return Err(Refusal::field("device_name", "The computer's name is too long or not plain text."));
    }
    // A device id is part of every operation's name; the typed one is compared with its own reading.
    if hearthcast_model::DeviceId::parse(request.device.as_str()).as_ref() != Some(&request.device) {
        return Err(Refusal::field("device", "The computer's id is not a UUID in lower case."));
    }
    match URL_SAFE_NO_PAD.decode(&request.public_key) {
        Ok(key) if key.len() == 32 => Ok(()),
        _ => Err(Refusal::field("public_key", "The public key is not 32 bytes in base64url.")),
    }
}

fn wrong_code() -> Refusal {
    let error = Error::new(Code::AuthRefused, "The server does not accept this pairing code.").hint(
        "Codes work once, for 15 minutes, and end after five wrong tries: print a new one with `hearthcast-server pair`.",
    );
    Refusal::new(StatusCode::FORBIDDEN, error)
}
