//! `hearthcast-server healthcheck`: one plain request to `/healthz`, for containers and service managers.

use hearthcast_model::{Code, Error};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(5);

/// Fails unless the server at `bind` answers that it is well.
pub async fn check(bind: &str) -> anyhow::Result<()> {
    if !bind.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok()) {
        let error = Error::new(Code::UsageInvalid, format!("\"{bind}\" is no address of a server."));
        return Err(error.hint("Give host and port, as in --bind 127.0.0.1:8080.").into());
    }
    match tokio::time::timeout(PATIENCE, ask(bind)).await {
        Ok(Ok(true)) => Ok(()),
        _ => Err(Error::new(Code::TargetOffline, format!("No healthy server answers at {bind}.")).into()),
    }
}

async fn ask(bind: &str) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(bind).await?;
    stream.write_all(format!("GET /healthz HTTP/1.1\r\nHost: {bind}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    let mut status = [0; 12];
    stream.read_exact(&mut status).await?;
    Ok(&status == b"HTTP/1.1 200")
}
