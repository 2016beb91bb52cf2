//! Pairing a target with its server by a one-time code. What it is not: it stores nothing; the caller keeps the target.

use crate::line::{Line, address};
use hearthcast_model::place::{Target, is_loopback};
use hearthcast_model::{Code, DeviceId, Error, Result};
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
    target.base_url = Some(listeners_address(&answer.base_url, target.insecure)?);
    target.server_epoch = Some(answer.epoch);
    Ok(target)
}

/// The address listeners use, as the server was told it. It will stand in the feed and be asked by this laptop.
fn listeners_address(text: &str, allow_insecure: bool) -> Result<String> {
    let wrong = || {
        Error::new(Code::TargetInvalid, "The server does not know a usable address for listeners.")
            .hint("Start it with --base-url and the https address that listeners use.")
    };
    let url = address(text).map_err(|_| wrong())?;
    let plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if !plain || url.host().is_none() || !matches!(url.scheme(), "http" | "https") || text.len() > 500 {
        return Err(wrong());
    }
    if url.scheme() == "http" && !is_loopback(&url) && !allow_insecure {
        let what = format!("The server tells listeners to use {url}, which is plain http.");
        return Err(Error::new(Code::TargetInsecure, what)
            .hint("Start it with --base-url and an https address, or add --allow-insecure for a network you trust."));
    }
    Ok(text.trim_end_matches('/').to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_cannot_send_listeners_anywhere() {
        let code = |text, insecure| listeners_address(text, insecure).map_err(|e| e.code);
        assert_eq!(code("https://pod.example/x/", false), Ok("https://pod.example/x".into()));
        assert_eq!(code("http://127.0.0.1:8080", false), Ok("http://127.0.0.1:8080".into()));
        assert_eq!(code("http://pod.example", false), Err(Code::TargetInsecure));
        assert_eq!(code("http://pod.example", true), Ok("http://pod.example".into()));
        for bad in
            ["", "pod.example", "javascript:alert(1)", "file:///etc/passwd", "https://a:b@pod.example", "https://x/?q"]
        {
            assert_eq!(code(bad, true), Err(Code::TargetInvalid), "{bad}");
        }
    }
}
