//! Who asks: device tokens (protocol/token.rs), checked before any endpoint runs.
//!
//! Every refusal reads the same, whatever was wrong, so that nobody learns which devices exist.

use super::refusal::{Answer, Refusal};
use crate::app::{App, Shared};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hearthcast_model::{Code, DeviceId, Error};
use hearthcast_protocol::token::{Claims, LEEWAY_S, MAX_AGE_S};
use hearthcast_store::device::{self, Device};
use http::HeaderMap;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};

/// Longest token looked at.
const MAX_TOKEN_BYTES: usize = 2_048;

/// A paired device whose token was good.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The device.
    pub device: DeviceId,
    /// Highest outbox number the server has of it.
    pub last_n: i64,
}

/// Lets only paired devices through.
pub async fn only_owner(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    match caller(&app, request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(refusal) => refused(refusal),
    }
}

async fn caller(app: &App, headers: &HeaderMap) -> Answer<Caller> {
    let token = bearer(headers).ok_or_else(nobody)?;
    let header = jsonwebtoken::decode_header(token).map_err(|_| nobody())?;
    let id = header.kid.as_deref().and_then(DeviceId::parse).ok_or_else(nobody)?;
    let known = device::get(&mut *app.store.read().await?, id.as_str()).await?.ok_or_else(nobody)?;
    let claims = verified(token, &known, &app.identity.server_id).ok_or_else(nobody)?;
    if known.revoked_ms.is_some() || claims.iss != id.as_str() || !timely(&claims, app.now_ms() / 1000) {
        return Err(nobody());
    }
    Ok(Caller { device: id, last_n: known.last_n })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && token.len() <= MAX_TOKEN_BYTES).then_some(token.trim())
}

/// The claims, if the device's own key signed them for this server. Times are checked by [`timely`], with our clock.
fn verified(token: &str, device: &Device, server_id: &str) -> Option<Claims> {
    let key = DecodingKey::from_ed_components(&device.public_key).ok()?;
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.validate_exp = false;
    rules.set_audience(&[server_id]);
    rules.set_required_spec_claims(&["exp", "aud", "iss"]);
    jsonwebtoken::decode::<Claims>(token, &key, &rules).ok().map(|data| data.claims)
}

/// Whether a token is of this moment: begun, not over, and made for at most five minutes.
fn timely(claims: &Claims, now_s: i64) -> bool {
    let life = claims.exp.checked_sub(claims.iat);
    life.is_some_and(|life| (1..=MAX_AGE_S).contains(&life))
        && claims.iat <= now_s + LEEWAY_S
        && claims.exp > now_s - LEEWAY_S
}

fn nobody() -> Refusal {
    Error::new(Code::AuthRefused, "The server does not accept this computer's key.")
        .hint("Pair again with a new code from `hearthcast-server pair`; see that both machines' clocks are right.")
        .into()
}

fn refused(refusal: Refusal) -> Response {
    let mut response = refusal.into_response();
    if response.status() == http::StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, http::HeaderValue::from_static("Bearer"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lives_five_minutes_at_most_within_two_minutes_of_our_clock() {
        let claims = |iat, exp| Claims { iss: String::new(), aud: String::new(), iat, exp };
        let now = 1_000_000;
        assert!(timely(&claims(now, now + 300), now));
        assert!(timely(&claims(now - 300 - 119, now - 119), now), "two minutes late are tolerated");
        assert!(timely(&claims(now + 120, now + 420), now), "two minutes early are tolerated");
        assert!(!timely(&claims(now - 420, now - 120), now), "over");
        assert!(!timely(&claims(now + 121, now + 300), now), "not begun");
        assert!(!timely(&claims(now, now + 301), now), "made for too long");
        assert!(!timely(&claims(now, now), now), "made for no time");
        assert!(!timely(&claims(i64::MIN, i64::MAX), now), "no overflow");
    }
}
