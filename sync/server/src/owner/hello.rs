//! `POST /sync/v1/hello`: both ends say what they speak and how far they are.

use super::refusal::{Answer, Refusal};
use super::{Owner, Parts};
use axum::body::Body;
use axum::extract::State;
use axum::{Extension, Json};
use hearthcast_model::{Code, Error};
use hearthcast_protocol::hello::{Compatibility, HelloAnswer, HelloRequest};
use hearthcast_protocol::{PROTO, SCHEMA};
use hearthcast_store::record;
use http::StatusCode;

const MAX_BYTES: usize = 16 * 1024;

/// Says what this server speaks and has.
pub async fn hello(State(app): Parts, Extension(caller): Owner, body: Body) -> Answer<Json<HelloAnswer>> {
    let request: HelloRequest = super::body::parse(&super::body::read(body, MAX_BYTES.min(app.max_body_bytes)).await?)?;
    if request.device != caller.device {
        let error = Error::new(Code::AuthRefused, "The request speaks for another computer than its key.");
        return Err(Refusal::new(StatusCode::FORBIDDEN, error));
    }
    let head_seq = record::head_seq(&mut *app.store.read().await?).await?;
    Ok(Json(HelloAnswer {
        proto: PROTO,
        schema: SCHEMA,
        compatibility: compatibility(&request.proto, request.schema, (PROTO, SCHEMA)),
        epoch: app.identity.epoch.clone(),
        head_seq,
        device_last: caller.last_n,
        server_time_ms: app.now_ms(),
        base_url: app.base_url.clone(),
        storages: app.storages.told(),
    }))
}

/// The table of versions: the wire must be shared; records of an older meaning can be read, those of a newer cannot.
fn compatibility(laptop_proto: &[u32], laptop_schema: u32, server: (u32, u32)) -> Compatibility {
    let (proto, schema) = server;
    if !laptop_proto.contains(&proto) || laptop_schema > schema || laptop_schema == 0 {
        return Compatibility::Upgrade;
    }
    Compatibility::Ok
}

#[cfg(test)]
mod tests {
    use super::*;
    use Compatibility::{Ok, Upgrade};

    #[test]
    fn the_table_of_versions() {
        let server = (2, 5);
        for (proto, schema, expected, why) in [
            (&[2][..], 5, Ok, "the same"),
            (&[1, 2], 5, Ok, "one in common"),
            (&[2], 4, Ok, "the laptop is one version older"),
            (&[2], 1, Ok, "the laptop is much older: additive changes only"),
            (&[2], 6, Upgrade, "the laptop is newer in meaning"),
            (&[1], 5, Upgrade, "no wire version in common"),
            (&[3], 5, Upgrade, "no wire version in common"),
            (&[], 5, Upgrade, "speaks nothing"),
            (&[2], 0, Upgrade, "there is no version 0"),
        ] {
            assert_eq!(compatibility(proto, schema, server), expected, "{why}");
        }
    }
}
