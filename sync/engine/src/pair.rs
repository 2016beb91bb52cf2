//! Pairing a target with its server by a one-time code.

use crate::line::Line;
use hearthcast_model::place::Target;
use hearthcast_model::{DeviceId, Result};
use hearthcast_protocol::pair::{self, PairAnswer, PairRequest};

/// Registers this laptop's key at the server and returns the target with what pairing found out.
pub async fn pair(line: &Line, mut target: Target, device: &DeviceId, code: &str) -> Result<Target> {
    let request = PairRequest {
        proto: hearthcast_protocol::PROTO,
        code: code.trim().to_string(),
        device: device.clone(),
        device_name: "Hearthcast".into(),
        public_key: line.key().public_key(),
    };
    let answer: PairAnswer = line.post(pair::PATH, &request).await?;
    target.server_id = Some(answer.server_id);
    target.base_url = Some(answer.base_url.trim_end_matches('/').to_string());
    target.server_epoch = Some(answer.epoch);
    Ok(target)
}
