//! Pairing: a one-time code, printed by `hearthcast-server pair`, is exchanged for the registration of a device key.

use hearthcast_model::DeviceId;
use serde::{Deserialize, Serialize};

/// `POST /sync/v1/pair`, without a token. A code works once, for 15 minutes, and five wrong ones end all open codes.
pub const PATH: &str = "/sync/v1/pair";

/// The laptop introduces itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairRequest {
    /// [`crate::PROTO`].
    pub proto: u32,
    /// The one-time code, as printed (dashes and case do not matter).
    pub code: String,
    /// The laptop.
    pub device: DeviceId,
    /// A name for people.
    pub device_name: String,
    /// Ed25519 public key, 32 bytes, base64url without padding.
    pub public_key: String,
}

/// The server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairAnswer {
    /// The audience that device tokens are made out to.
    pub server_id: String,
    /// Address listeners use, without a trailing slash.
    pub base_url: String,
    /// Random id of the server's history ([`crate::hello::HelloAnswer::epoch`]); manifests carry it, so that a
    /// publication made for one history never lands in another.
    pub epoch: String,
}
