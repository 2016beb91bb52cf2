//! Starting and stopping: parts are made in the order they need each other and go in the reverse.

use crate::app::{App, Folders, Shared};
use crate::conn::{self, ConnOptions};
use crate::jobs::{self, due, rollup, salts};
use crate::logbook::{LogOptions, Logbook};
use crate::owner;
use crate::owner::files::Transfers;
use crate::public::api::{Api, Cors};
use crate::public::{self, Networks, PublicState, Salts};
use crate::settings::Settings;
use crate::shown::{CalledBack, Shown};
use hearthcast_model::{Code, Error, Result};
use hearthcast_store::{Store, claim_folder, meta};
use std::fs::File;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A running server.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Address listeners use, without a trailing slash.
    pub base_url: String,
    /// Its parts, for tests that look inside.
    pub app: Shared,
    stop: CancellationToken,
    accepting: JoinHandle<std::io::Result<()>>,
    working: JoinHandle<()>,
    _claim: File,
}

/// Starts a server and returns once it answers.
pub async fn start(settings: Settings) -> Result<Running> {
    let claim = claim_folder(&settings.data)?;
    let listener = TcpListener::bind(settings.bind).await.map_err(|e| cannot_listen(&settings, &e))?;
    let addr = listener.local_addr().map_err(|e| cannot_listen(&settings, &e))?;
    let base_url = settings.base_url.clone().unwrap_or_else(|| format!("http://{addr}"));
    let (app, public) = parts(&settings, base_url.clone()).await?;
    let now_ms = app.now_ms();
    salts::keep(&app, now_ms).await?;
    app.shown.call_back(CalledBack::read(&mut *app.store.read().await?).await?)?;
    due::show_all(&app, now_ms).await?;
    let stop = CancellationToken::new();
    let routes = public::router(public).merge(owner::router(app.clone()));
    let accepting = tokio::spawn(conn::serve(listener, routes, ConnOptions::default(), stop.clone()));
    let working = tokio::spawn(jobs::run(app.clone(), stop.clone()));
    Ok(Running { addr, base_url, app, stop, accepting, working, _claim: claim })
}

impl Running {
    /// Stops: no new connections, running answers finish, the log is whole, the database is closed.
    pub async fn stop(self) -> Result<()> {
        self.stop.cancel();
        let accepted = self.accepting.await;
        let _ = self.working.await;
        self.app.store.close().await?;
        match accepted {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Error::new(Code::Internal, format!("The server stopped listening: {error}."))),
            Err(_) => Err(Error::new(Code::Internal, "The server stopped because of a mistake in it.")),
        }
    }
}

async fn parts(settings: &Settings, base_url: String) -> Result<(Shared, Arc<PublicState>)> {
    let folders = Folders { data: settings.data.clone() };
    folders.make().map_err(|e| cannot_use(&folders, &e))?;
    let store = Store::open(&settings.data, &*settings.ids).await?;
    let identity = meta::identity(&mut *store.read().await?).await?;
    let logbook = Logbook::open(&folders.log(), rollup::NODE, settings.clock.clone(), LogOptions::default())?;
    let networks = Networks {
        trusted_proxies: settings.trusted_proxies.clone(),
        exclude: settings.exclude.clone(),
        allow: settings.allow.clone(),
    };
    let salts = Arc::new(Salts::default());
    let public = PublicState::new(logbook, salts.clone(), networks, settings.clock.clone());
    let public = Arc::new(public.with_api(Api::new(base_url.clone(), Cors::new(&settings.api_origins))));
    let app = App {
        store,
        shown: Shown::new(public.clone(), folders.clone()),
        folders,
        identity,
        base_url,
        reserve_bytes: settings.reserve_bytes,
        clock: settings.clock.clone(),
        ids: settings.ids.clone(),
        transfers: Transfers::default(),
        salts,
        publishing: Arc::default(),
        counter: rollup::Counter::new(settings.max_downloads_per_ip_per_day),
    };
    Ok((Arc::new(app), public))
}

fn cannot_listen(settings: &Settings, error: &std::io::Error) -> Error {
    Error::new(Code::UsageInvalid, format!("The server cannot listen on {}: {error}.", settings.bind))
        .hint("Choose another address or port with --bind.")
        .about("field", "bind")
}

fn cannot_use(folders: &Folders, error: &std::io::Error) -> Error {
    let path = folders.data.display().to_string();
    Error::new(Code::TargetRefused, format!("The data folder {path} cannot be used: {error}."))
        .hint("See that it exists, has room, and belongs to the user the server runs as.")
        .about("file", path)
}
