//! One draft for those in this computer's own network, where there is no server and no storage: shown by the program itself, as
//! long as its author leaves it open. It only reads, answers one address with one secret, and no other name.

use crate::Studio;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hearthcast_model::share::{ShareView, SharedFile};
use hearthcast_model::{Code, EpisodeId, Error, Result, ShareId, ShareToken, SharedDraft};
use hearthcast_studio::serve::{Representation, RequestFacts, answer};
use hearthcast_studio::site::draft::{POLICY, Part, ROBOTS, Remarks};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Nobody keeps it.
const KEPT_BY_NOBODY: &str = "private, no-store";

/// Names the address of this computer where its network does not tell it, or not the right one.
const OWN_ADDRESS: &str = "HEARTHCAST_LAN";

/// An open draft; closed when dropped.
pub struct Lan {
    view: ShareView,
    task: JoinHandle<()>,
}

impl Lan {
    /// Opens an episode's draft at an address of this computer; without one, at that which `HEARTHCAST_LAN` names, or else by which
    /// the network knows it.
    pub async fn open(studio: &Studio, show: &str, episode: &str, at: Option<IpAddr>) -> Result<Self> {
        let ip = match at {
            Some(ip) => ip,
            None => match std::env::var(OWN_ADDRESS).ok().filter(|named| !named.is_empty()) {
                Some(named) => named_address(&named)?,
                None => own_address()?,
            },
        };
        let (token, draft) = studio.lan_draft(show, episode).await?;
        let listener = TcpListener::bind(SocketAddr::new(ip, 0)).await.map_err(|error| unusable(ip, &error))?;
        let host = listener.local_addr().map_err(|error| unusable(ip, &error))?.to_string();
        let base = format!("http://{host}/p/{}/", token.reveal());
        let view = studio.lan_view(&draft, &base);
        let shown = Arc::new(Shown { studio: studio.clone(), token, host, base, draft });
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes(shown)).await {
                tracing::error!(%error, "the address in the own network closed");
            }
        });
        Ok(Self { view, task })
    }

    /// Where it is heard.
    pub fn view(&self) -> &ShareView {
        &self.view
    }
}

impl Drop for Lan {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Those that the window left open.
static OPEN: Mutex<BTreeMap<String, Lan>> = Mutex::new(BTreeMap::new());

fn open() -> MutexGuard<'static, BTreeMap<String, Lan>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens one until it is ended or the program closes; the one before of the same episode closes.
pub(crate) async fn keep_open(studio: &Studio, show: &str, episode: &str) -> Result<ShareView> {
    let lan = Lan::open(studio, show, episode, None).await?;
    let view = lan.view.clone();
    let mut all = open();
    all.retain(|_, other| other.view.share.episode != view.share.episode);
    all.insert(view.share.id.to_string(), lan);
    Ok(view)
}

/// Those that are open, of a show or one of its episodes.
pub(crate) async fn opened(studio: &Studio, show: &str, episode: Option<&str>) -> Result<Vec<ShareView>> {
    let show = studio.show_view(show).await?.id;
    let episode = match episode {
        Some(which) => Some(studio.episode_view(show.as_str(), which).await?.id),
        None => None,
    };
    let wanted = |view: &&ShareView| {
        view.share.show == show && episode.as_ref().is_none_or(|episode| view.share.episode == *episode)
    };
    let now_ms = studio.now_ms();
    // A timer stands still while the computer sleeps; the clock does not.
    open().retain(|_, lan| lan.view.share.expires_ms > now_ms);
    Ok(open().values().map(|lan| &lan.view).filter(wanted).cloned().collect())
}

/// Closes one; nothing where it is none of these.
pub(crate) fn end(id: &ShareId) -> Option<ShareView> {
    let lan = open().remove(id.as_str())?;
    Some(ShareView { live: false, ..lan.view.clone() })
}

/// Closes those of episodes that were removed.
pub(crate) fn end_of(episodes: &[EpisodeId]) {
    open().retain(|_, lan| !episodes.contains(&lan.view.share.episode));
}

fn named_address(named: &str) -> Result<IpAddr> {
    named.parse().map_err(|_| {
        Error::new(Code::UsageInvalid, format!("HEARTHCAST_LAN is \"{named}\", which is no address of a computer."))
            .hint("Such as 192.168.1.20; without one, the network's own is taken.")
            .about("field", "lan")
    })
}

/// The address by which this computer's network knows it: that of the way out. Nothing is sent to find it.
fn own_address() -> Result<IpAddr> {
    let found = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))
        // RFC 5737: an address that belongs to nobody.
        .and_then(|socket| socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).map(|()| socket))
        .and_then(|socket| socket.local_addr());
    let private = |ip: &IpAddr| matches!(ip, IpAddr::V4(ip) if ip.is_private() || ip.is_link_local());
    found.ok().map(|address| address.ip()).filter(private).ok_or_else(|| {
        Error::new(Code::TargetOffline, "This computer is in no network of its own where others could hear it.")
            .hint("Join the network of those who shall hear it, or name an address of this computer: --lan ADDRESS, or HEARTHCAST_LAN for the window.")
    })
}

fn unusable(ip: IpAddr, error: &std::io::Error) -> Error {
    Error::new(Code::UsageInvalid, format!("The draft cannot be shown at {ip}: {error}."))
        .hint("Name an address that this computer has in its network.")
        .about("field", "lan")
}

/// What requests are answered from.
struct Shown {
    studio: Studio,
    token: ShareToken,
    /// The only `Host` that is answered; another one is a rebound name.
    host: String,
    base: String,
    draft: SharedDraft,
}

fn routes(shown: Arc<Shown>) -> Router {
    Router::new().route("/p/{token}/", get(page)).route("/p/{token}/{name}", get(part)).with_state(shown)
}

async fn page(State(shown): State<Arc<Shown>>, Path(token): Path<String>, request: Request) -> Response {
    closed(give(&shown, &token, "", request.into_parts().0).await)
}

async fn part(
    State(shown): State<Arc<Shown>>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    closed(give(&shown, &token, &name, request.into_parts().0).await)
}

async fn give(shown: &Shown, token: &str, name: &str, request: Parts) -> Response {
    let nothing = || StatusCode::NOT_FOUND.into_response();
    let asked = request.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // By their hashes: how long it takes tells nothing about a secret that is nearly right.
    let right = ShareToken::parse(token).is_some_and(|token| token.hash() == shown.token.hash());
    if asked != Some(shown.host.as_str()) || !right {
        return nothing();
    }
    let draft = &shown.draft;
    if shown.studio.now_ms() >= draft.expires_ms {
        return StatusCode::GONE.into_response();
    }
    let Some(part) = Part::named(draft, name) else { return nothing() };
    match (part.file(draft), part.text(draft, &shown.base, &Remarks::None)) {
        (Some(file), _) => sound(shown, file, &request).await.unwrap_or_else(|error| {
            tracing::error!(code = error.code.as_str(), "a file of the draft cannot be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }),
        (None, Some(text)) => ([(CONTENT_TYPE, part.mime(draft))], text).into_response(),
        (None, None) => nothing(),
    }
}

async fn sound(shown: &Shown, file: &SharedFile, request: &Parts) -> Result<Response> {
    let unreadable = |error: &dyn std::fmt::Display| Error::new(Code::MediaUnreadable, format!("{error}."));
    let (path, _) = shown.studio.media_file(file.sha256.as_str()).await?;
    let opened = tokio::fs::File::open(path).await.map_err(|e| unreadable(&e))?.into_std().await;
    let shape = Representation::new(file.bytes, file.sha256.as_str(), shown.draft.made_ms, &file.mime, KEPT_BY_NOBODY)
        .map_err(|e| unreadable(&e))?;
    let facts = RequestFacts::of(&request.method, &request.headers);
    Ok(answer(&facts, &shape).into_response(Arc::new(opened)).map(Body::new))
}

fn closed(mut response: Response) -> Response {
    let fields: [(HeaderName, &'static str); 5] = [
        (CACHE_CONTROL, KEPT_BY_NOBODY),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("x-robots-tag"), ROBOTS),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    for (name, value) in fields {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
