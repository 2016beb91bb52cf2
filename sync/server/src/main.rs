//! The program `hearthcast-server`: settings in, a running server or one answer out. All work is in the library.

mod count;
mod health;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use hearthcast_model::clock::SystemClock;
use hearthcast_model::id::RandomIds;
use hearthcast_model::{Clock, Code, Error};
use hearthcast_server::{Given, Running, Settings, code, start};
use hearthcast_store::{Store, meta, pairing};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Serves podcasts to listeners, takes publications from Hearthcast, counts downloads.
#[derive(Parser)]
#[command(name = "hearthcast-server", version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve until stopped.
    Serve(Serve),
    /// Print a one-time code that lets one computer publish here; works while the server runs.
    Pair {
        /// The server's data folder.
        #[arg(long, env = "HEARTHCAST_SERVER_DATA")]
        data: PathBuf,
    },
    /// Count the requests of a case file (docs/COUNTING.md).
    Count {
        /// The case, as JSON.
        file: PathBuf,
        /// Print one JSON document (the only form there is).
        #[arg(long)]
        json: bool,
    },
    /// Ask a running server whether it answers; exit code 0 if so.
    Healthcheck {
        /// Where it listens.
        #[arg(long, env = "HEARTHCAST_SERVER_BIND", default_value = hearthcast_server::settings::DEFAULT_BIND)]
        bind: String,
    },
}

#[derive(Args)]
struct Serve {
    /// Folder for database, media and log.
    #[arg(long, env = "HEARTHCAST_SERVER_DATA")]
    data: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080].
    #[arg(long, env = "HEARTHCAST_SERVER_BIND")]
    bind: Option<String>,
    /// Address listeners use, such as https://pod.example [default: http://<bind>].
    #[arg(long, env = "HEARTHCAST_SERVER_BASE_URL")]
    base_url: Option<String>,
    /// Site that may read the JSON:API from a browser, such as https://example.org; several times for several, * for all.
    #[arg(long = "api-origin", env = "HEARTHCAST_SERVER_API_ORIGINS", value_delimiter = ',')]
    api_origins: Vec<String>,
    /// Settings file (TOML); flags and environment win over it.
    #[arg(long, env = "HEARTHCAST_SERVER_CONFIG")]
    config: Option<PathBuf>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr();
    match run(cli.verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => say(&error),
    }
}

#[tokio::main]
async fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Serve(serve) => Box::pin(serve_until_stopped(serve)).await,
        Verb::Pair { data } => pair(&data).await,
        Verb::Count { file, json: _ } => line(&count::count(&file)?),
        Verb::Healthcheck { bind } => health::check(&bind).await,
    }
}

async fn serve_until_stopped(serve: Serve) -> anyhow::Result<()> {
    let settings = settings(serve)?;
    // Before the server is ready, so that no signal is missed.
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for SIGINT")?;
    let running = start(settings).await?;
    line(&ready(&running))?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    Ok(running.stop().await?)
}

/// Scripts read the first address; the second is there only where listeners use another one.
fn ready(running: &Running) -> String {
    let here = format!("http://{}", running.addr);
    if running.base_url == here {
        format!("listening on {here}")
    } else {
        format!("listening on {here} as {}", running.base_url)
    }
}

fn settings(serve: Serve) -> anyhow::Result<Settings> {
    let file = serve.config.as_deref().map(Given::read).transpose()?.unwrap_or_default();
    let Serve { data, bind, base_url, api_origins, config: _ } = serve;
    let flags = Given { data, bind, base_url, api_origins, ..Given::default() };
    Ok(flags.or(file).check()?)
}

async fn pair(data: &Path) -> anyhow::Result<()> {
    let store = Store::open(data, &RandomIds).await.map_err(Error::from)?;
    let mut writer = store.write().await.map_err(Error::from)?;
    let identity = meta::identity(&mut writer).await.map_err(Error::from)?;
    let code = code::fresh(&RandomIds);
    let hash = code::hash(&identity.server_id, &code).context("a fresh code has twelve characters")?;
    pairing::open(&mut writer, &hash, SystemClock.now_ms()).await.map_err(Error::from)?;
    writer.commit().await.map_err(Error::from)?;
    store.close().await.map_err(Error::from)?;
    line(&code)
}

/// Answers go to stdout, one line each; a closed pipe is no reason to fail.
fn line(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error).context("writing to stdout"),
        _ => Ok(()),
    }
}

/// What happened and what to do; the exit codes of DESIGN §4.
fn say(error: &anyhow::Error) -> ExitCode {
    let Some(known) = error.downcast_ref::<Error>() else {
        tracing::error!("{error:#}");
        return ExitCode::from(1);
    };
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "hearthcast-server: {}", known.message);
    if !known.hint.is_empty() {
        let _ = writeln!(err, "  {}", known.hint);
    }
    ExitCode::from(match known.code {
        Code::UsageInvalid => 2,
        Code::Busy => 3,
        _ => 1,
    })
}

/// Level by `HEARTHCAST_SERVER_LOG`, `info` unless set.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HEARTHCAST_SERVER_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
}
