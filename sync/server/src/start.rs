//! Starting and stopping: parts are made in the order they need each other and go in the reverse.

use crate::app::{App, Folders, Shared};
use crate::conn::{self, ConnOptions};
use crate::countries::Countries;
use crate::drafts::Drafts;
use crate::front::Front;
use crate::jobs::{self, due, lost, rollup, salts};
use crate::logbook::{LogOptions, Logbook};
use crate::metrics::{self, Seen};
use crate::owner;
use crate::owner::files::Transfers;
use crate::public::api::{Api, Cors, Desk, Search};
use crate::public::{self, Networks, PublicState, Salts};
use crate::settings::Settings;
use crate::shown::{CalledBack, Shown};
use crate::storages::Storages;
use hearthcast_model::{Code, Error, Result};
use hearthcast_store::{Store, claim_folder, comment, meta};
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
    /// Where Prometheus may ask.
    pub metrics_addr: Option<SocketAddr>,
    /// Address listeners use, without a trailing slash.
    pub base_url: String,
    /// Its parts, for tests that look inside.
    pub app: Shared,
    stop: CancellationToken,
    accepting: JoinHandle<std::io::Result<()>>,
    working: JoinHandle<()>,
    metering: Option<JoinHandle<()>>,
    _claim: File,
}

/// Starts a server and returns once it answers.
pub async fn start(settings: Settings) -> Result<Running> {
    let claim = claim_folder(&settings.data)?;
    let (listener, addr) = listen("bind", settings.bind).await?;
    let metrics = match settings.metrics_bind {
        Some(bind) => Some(listen("metrics_bind", bind).await?),
        None => None,
    };
    let base_url = settings.base_url.clone().unwrap_or_else(|| format!("http://{addr}"));
    let (app, public) = parts(&settings, base_url.clone()).await?;
    let now_ms = app.now_ms();
    salts::keep(&app, now_ms).await?;
    app.shown.call_back(CalledBack::read(&mut *app.store.read().await?).await?)?;
    due::show_all(&app, now_ms).await?;
    let stop = CancellationToken::new();
    // Every server of a process counts for itself.
    let front = Arc::new(front(&settings, &base_url));
    let options = ConnOptions { counts: Arc::default(), front, ..settings.connections.clone() };
    let seen = Seen { app: app.clone(), public: public.clone(), connections: options.counts.clone() };
    let routes = public::router(public).merge(owner::router(app.clone()));
    let accepting = tokio::spawn(conn::serve(listener, routes, options, stop.clone()));
    let working = tokio::spawn(jobs::run(app.clone(), stop.clone()));
    let (metrics_addr, metering) = match metrics {
        Some((listener, addr)) => (Some(addr), Some(tokio::spawn(metrics::serve(listener, seen, stop.clone())))),
        None => (None, None),
    };
    Ok(Running { addr, metrics_addr, base_url, app, stop, accepting, working, metering, _claim: claim })
}

impl Running {
    /// Stops: no new connections, running answers finish, the log is whole, the database is closed.
    pub async fn stop(self) -> Result<()> {
        self.stop.cancel();
        let accepted = self.accepting.await;
        let _ = self.working.await;
        if let Err(error) = lost::keep(&self.app).await {
            tracing::error!(code = error.code.as_str(), "{}", error.message);
        }
        if let Some(metering) = self.metering {
            let _ = metering.await;
        }
        self.app.store.close().await?;
        match accepted {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Error::new(Code::Internal, format!("The server stopped listening: {error}."))),
            Err(_) => Err(Error::new(Code::Internal, "The server stopped because of a mistake in it.")),
        }
    }
}

fn front(settings: &Settings, base_url: &str) -> Front {
    let front = Front::under(base_url, settings.base_path);
    if settings.any_host { front } else { front.only_for(base_url, &settings.hosts, settings.bind.ip()) }
}

async fn parts(settings: &Settings, base_url: String) -> Result<(Shared, Arc<PublicState>)> {
    let folders = Folders { data: settings.data.clone() };
    folders.make().map_err(|e| cannot_use(&folders, &e))?;
    let store = Store::open(&settings.data, &*settings.ids).await?;
    let identity = meta::identity(&mut *store.read().await?).await?;
    let logbook = Logbook::open(
        &folders.log(),
        rollup::NODE,
        settings.clock.clone(),
        LogOptions { off: settings.keep_log_days == 0, ..LogOptions::default() },
    )?;
    let countries = settings.geo_database.as_deref().map(Countries::open).transpose()?.map(Arc::new);
    let networks = Networks {
        trusted_proxies: settings.trusted_proxies.clone(),
        exclude: settings.exclude.clone(),
        allow: settings.allow.clone(),
        countries,
    };
    let salts = Arc::new(Salts::default());
    let storages = Arc::new(Storages::open(&settings.storages, &settings.clock).await?);
    let public = PublicState::new(logbook, salts.clone(), networks, settings.clock.clone());
    let public = public.with_storages(storages.clone());
    let drafts = Drafts::open(store.clone(), folders.clone(), settings.ids.clone()).await?;
    let drafts = Arc::new(drafts);
    let public = public.with_drafts(drafts.clone());
    let api = Api::new(base_url.clone(), Cors::new(&settings.api_origins));
    let api = api.with_desk(Desk::new(store.clone(), settings.ids.clone())).with_search(Search::new(store.clone()));
    let public = Arc::new(public.with_api(api));
    let approved = comment::approved(&mut *store.read().await?).await?;
    public.comments(|comments| approved.iter().for_each(|comment| comments.take(comment)));
    let app = App {
        store,
        shown: Shown::new(public.clone(), folders.clone()),
        folders,
        identity,
        path: Front::under(&base_url, settings.base_path).prefix().to_string(),
        base_url,
        reserve_bytes: settings.reserve_bytes,
        max_body_bytes: settings.max_body_bytes,
        max_file_bytes: settings.max_file_bytes,
        clock: settings.clock.clone(),
        ids: settings.ids.clone(),
        transfers: Transfers::default(),
        salts,
        storages,
        drafts,
        publishing: Arc::default(),
        lost: lost::Lost::new(public.logbook().clone()),
        counter: rollup::Counter::new(settings)?,
        keep_log_days: settings.keep_log_days,
    };
    Ok((Arc::new(app), public))
}

async fn listen(setting: &str, bind: SocketAddr) -> Result<(TcpListener, SocketAddr)> {
    let cannot = |error: std::io::Error| {
        Error::new(Code::UsageInvalid, format!("The server cannot listen on {bind} ({setting}): {error}."))
            .hint("Choose another address or port, or stop the program that has this one.")
            .about("field", setting)
    };
    let listener = TcpListener::bind(bind).await.map_err(cannot)?;
    let addr = listener.local_addr().map_err(cannot)?;
    Ok((listener, addr))
}

fn cannot_use(folders: &Folders, error: &std::io::Error) -> Error {
    let path = folders.data.display().to_string();
    Error::new(Code::TargetRefused, format!("The data folder {path} cannot be used: {error}."))
        .hint("See that it exists, has room, and belongs to the user the server runs as.")
        .about("file", path)
}
