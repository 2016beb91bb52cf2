//! Hello: both ends say what they speak and how far they are.

use hearthcast_model::DeviceId;
use serde::{Deserialize, Serialize};

/// `POST /sync/v1/hello`.
pub const PATH: &str = "/sync/v1/hello";

/// The laptop's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloRequest {
    /// Wire versions the laptop speaks.
    pub proto: Vec<u32>,
    /// [`crate::SCHEMA`] of the laptop.
    pub schema: u32,
    /// The laptop.
    pub device: DeviceId,
    /// Highest outbox number the laptop has.
    pub outbox_last: i64,
}

/// What the pairing of versions allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compatibility {
    /// Everything.
    Ok,
    /// Reading only: the server is older in meaning.
    ReadOnly,
    /// Nothing: one side must be upgraded.
    Upgrade,
}

/// The server's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloAnswer {
    /// Wire version chosen.
    pub proto: u32,
    /// [`crate::SCHEMA`] of the server.
    pub schema: u32,
    /// What may be done.
    pub compatibility: Compatibility,
    /// Random id of the server's history; a restored server has a new one.
    pub epoch: String,
    /// Newest sequence number of records.
    pub head_seq: i64,
    /// Highest outbox number the server has of this device.
    pub device_last: i64,
    /// The server's clock, Unix milliseconds.
    pub server_time_ms: i64,
    /// Address listeners use, without a trailing slash.
    pub base_url: String,
    /// The storages that the server has a key to, and can send sound from. A server that does not know the field has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storages: Vec<OpenedStorage>,
}

/// A storage that a server has a key to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedStorage {
    /// Its public address, ending in `/`.
    pub address: String,
    /// Listeners are led there with addresses that work for a short time, so nobody else needs to read there.
    #[serde(default)]
    pub signed: bool,
}
