//! A publication that brings an older version back: the bytes that listeners got then, not a new rendering.
//!
//! The laptop may send them along, because a server keeps the feeds of its newest versions only; they are taken only when
//! they hash to what this server itself published as that version.

use crate::app::App;
use crate::owner::refusal::{Answer, Refusal};
use bytes::Bytes;
use hearthcast_model::{Code, Error, Sha256};
use hearthcast_protocol::publish::PublishRequest;
use hearthcast_store::version;

/// The bytes to be served; `None` for any other publication, and where only a new rendering can be had.
pub async fn feed(app: &App, request: &PublishRequest) -> Answer<Option<Bytes>> {
    let manifest = &request.manifest;
    let Some(n) = manifest.restores else { return Ok(None) };
    let mut reader = app.store.read().await?;
    let older = version::get(&mut reader, &manifest.show, n).await?.ok_or_else(|| unknown(n))?;
    if older.manifest.feed.sha256 != manifest.feed.sha256 {
        return Err(Refusal::field(
            "restores",
            format!("Version {n} had another feed than the one to be brought back."),
        ));
    }
    let kept = version::feed(&mut reader, &manifest.show, n).await?;
    let sent = request.feed.as_ref().map(|feed| feed.as_bytes().to_vec());
    let found = kept.into_iter().chain(sent).find(|feed| Sha256::of(feed) == older.sha256);
    Ok(found.map(Bytes::from))
}

fn unknown(n: u64) -> Refusal {
    let error = Error::new(Code::NotFound, format!("This server does not have version {n} of the show."));
    error.hint("Choose a version that was published to this server.").about("version", n.to_string()).into()
}
