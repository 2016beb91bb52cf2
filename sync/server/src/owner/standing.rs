//! `POST /sync/v1/standing`: a show left this server. Its addresses answer 410 when its author removed it, 301 when it is at
//! another place now; then files that nobody else needs are deleted. Every step may be repeated; killed anywhere, the same
//! request finishes it.

use super::refusal::{Answer, Refusal};
use super::{Parts, leaving};
use crate::app::App;
use crate::jobs::due;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use hearthcast_feed::urls::server_urls;
use hearthcast_model::feed_shape::variant_at;
use hearthcast_model::{Code, Error, Notes, Sha256};
use hearthcast_protocol::standing::{MovedFile, Standing, StandingAnswer, StandingRequest};
use hearthcast_store::released::{self, Released};
use hearthcast_store::version;
use http::{StatusCode, Uri};
use std::collections::BTreeSet;

/// Longest request: about a hundred thousand files.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// Longest address that is answered.
const MAX_URL_BYTES: usize = 2_048;

/// Notes what the addresses of a show answer.
pub async fn standing(State(app): Parts, body: Body) -> Answer<Json<StandingAnswer>> {
    let bytes = super::body::read(body, MAX_BYTES.min(app.max_body_bytes)).await?;
    let request: StandingRequest = super::body::parse(&bytes)?;
    let turn = app.publishing.clone().lock_owned().await;
    // A task of its own: a laptop that goes away in between leaves database, disk and public side in step.
    let task = tokio::spawn(async move {
        let answer = apply(&app, request).await;
        drop(turn);
        answer
    });
    let answer = task.await.map_err(|_| Error::new(Code::Internal, "The server stopped in the middle of it."))?;
    answer.map(Json)
}

async fn apply(app: &App, request: StandingRequest) -> Answer<StandingAnswer> {
    let public = released::get(&mut *app.store.read().await?, &request.show).await?;
    let public = public.ok_or_else(|| Error::not_found("show", request.show.as_str()))?;
    if public.version != request.version {
        return Err(another_version(&public));
    }
    let own_feed = server_urls(&app.base_url, &public.show).feed;
    match &request.standing {
        Standing::Gone => {}
        Standing::Moved { feed_url, variants_url, files } => addresses(feed_url, variants_url, files, &own_feed)?,
        Standing::Ended { feed_url, files, .. } => addresses(feed_url, "", files, &own_feed)?,
    }
    let left = left(public, request.standing, app.now_ms());
    let mut writer = app.store.write().await?;
    released::put(&mut writer, &left).await?;
    writer.commit().await?;
    due::show(app, &left, app.now_ms()).await?;
    tracing::info!(version = left.version, "a show left");
    match left.standing {
        Some(Standing::Moved { .. } | Standing::Ended { files_stay: false, .. }) => {
            Ok(StandingAnswer { deleted: cleared(app, &left).await? })
        }
        _ => Ok(StandingAnswer { deleted: vec![] }),
    }
}

/// A show that moved is told about at its new place only.
fn left(mut public: Released, standing: Standing, now_ms: i64) -> Released {
    if matches!(standing, Standing::Moved { .. } | Standing::Ended { .. }) {
        (public.show.cover, public.show.cover_sizes) = (None, vec![]);
        public.show.description = Notes::default();
        public.heard = Some(public.heard(now_ms));
        (public.episodes, public.restores) = (vec![], None);
    }
    Released { standing: Some(standing), ..public }
}

/// Deletes every file of the show that nothing else needs.
async fn cleared(app: &App, left: &Released) -> Answer<Vec<Sha256>> {
    let mut reader = app.store.read().await?;
    let needed = leaving::needed(&mut reader, &left.id).await?;
    let own = version::objects(&mut reader, &left.id).await?;
    drop(reader);
    let deleted: BTreeSet<Sha256> =
        own.into_iter().map(|object| object.sha256).filter(|hash| !needed.contains(hash)).collect();
    for sha256 in &deleted {
        leaving::delete(app, sha256).await?;
    }
    Ok(deleted.into_iter().collect())
}

/// Askers are sent to web addresses only, and never in a circle.
fn addresses(feed_url: &str, variants_url: &str, files: &[MovedFile], own_feed: &str) -> Answer<()> {
    let variant = variant_at(variants_url, "a");
    let circle = variant.as_deref().is_some_and(|url| url.starts_with(own_feed));
    if feed_url == own_feed || circle {
        return Err(Refusal::field("feed_url", "The show's feed cannot be sent to its own address."));
    }
    let good = |url: &str| {
        let parsed = url.parse::<Uri>();
        let web = parsed.is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some());
        web && url.len() <= MAX_URL_BYTES
    };
    match std::iter::once(feed_url)
        .chain(variant.as_deref())
        .chain(files.iter().map(|file| file.url.as_str()))
        .all(good)
    {
        true => Ok(()),
        false => Err(Refusal::field("url", "What moved is sent to an address that is none of the web.")),
    }
}

fn another_version(public: &Released) -> Refusal {
    let what = format!("Version {} of the show is public: somebody published meanwhile.", public.version);
    let error = Error::new(Code::TargetConflict, what)
        .hint("Look at `hearthcast plan`, then try again.")
        .about("show", public.id.as_str());
    Refusal::new(StatusCode::CONFLICT, error)
}
