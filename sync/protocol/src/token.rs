//! Device tokens: a JWT (RFC 7519) signed by the device's own Ed25519 key (`alg: EdDSA`, `kid`: device id), valid for at
//! most five minutes. No secret is shared: the server knows public keys only, and removing a device ends its access at once.

use serde::{Deserialize, Serialize};

/// Longest life of a token, seconds.
pub const MAX_AGE_S: i64 = 300;

/// Tolerated difference between the clocks of laptop and server, seconds.
pub const LEEWAY_S: i64 = 120;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Device id.
    pub iss: String,
    /// Server id.
    pub aud: String,
    /// Issued at, Unix seconds.
    pub iat: i64,
    /// Ends at, Unix seconds.
    pub exp: i64,
}
