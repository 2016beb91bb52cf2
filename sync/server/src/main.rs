//! The program `hearthcast-server`: settings in, a running server or one answer out. All work is in the library.

mod count;
mod flags;
mod health;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use flags::Flags;
use hearthcast_counting::logs::Format;
use hearthcast_model::clock::{SystemClock, parse_rfc3339};
use hearthcast_model::id::RandomIds;
use hearthcast_model::{Clock, Code, Error};
use hearthcast_server::jobs::rollup;
use hearthcast_server::{Given, LogFormat, Running, Settings, code, start};
use hearthcast_store::{Store, meta, pairing};
use std::ffi::OsString;
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
    Serve(Box<Serve>),
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
        /// Count this log of another server instead of the requests of the case; a media's name is its path there.
        #[arg(long, value_name = "FILE", requires = "format")]
        log: Option<PathBuf>,
        /// What wrote the log: s3, cloudfront, nginx or caddy.
        #[arg(long, requires = "log")]
        format: Option<Format>,
        /// Print one JSON document (the only form there is).
        #[arg(long)]
        json: bool,
    },
    /// Count days again whose rows are kept, with the cap, bots and names of now; works while the server runs.
    Recount {
        #[command(flatten)]
        serve: Box<Serve>,
        /// First UTC day, such as 2026-11-20 [default: the oldest].
        #[arg(long, value_name = "DAY")]
        from: Option<String>,
        /// Last UTC day [default: today].
        #[arg(long, value_name = "DAY")]
        to: Option<String>,
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
    #[command(flatten)]
    flags: Flags,
    /// Settings file (TOML); flags and environment win over it.
    #[arg(long, env = "HEARTHCAST_SERVER_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => say(&error),
    }
}

#[tokio::main]
async fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Serve(serve) => Box::pin(serve_until_stopped(*serve)).await,
        Verb::Pair { data } => pair(&data).await,
        Verb::Count { file, log, format, json: _ } => {
            let log = log.as_deref().zip(format).map(|(path, format)| count::Log { path, format });
            line(&count::count(&file, log.as_ref())?)
        }
        Verb::Recount { serve, from, to } => recount(*serve, from.as_deref(), to.as_deref()).await,
        Verb::Healthcheck { bind } => health::check(&bind).await,
    }
}

async fn serve_until_stopped(serve: Serve) -> anyhow::Result<()> {
    let settings = settings(serve)?;
    log_to_stderr(&settings);
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
    let Serve { flags: Flags(flags), config } = serve;
    let environment = Given::environment(std::env::vars_os().filter_map(text))?;
    let file = config.as_deref().map(Given::read).transpose()?.unwrap_or_default();
    Ok(flags.or(environment).or(file).check()?)
}

/// A variable whose name and value are text; what is not concerns other programs.
fn text((name, value): (OsString, OsString)) -> Option<(String, String)> {
    Some((name.into_string().ok()?, value.into_string().ok()?))
}

async fn pair(data: &Path) -> anyhow::Result<()> {
    if !data.join(hearthcast_store::FILE).is_file() {
        let place = data.display().to_string();
        let hint = "Name the folder that the server was started with (--data), or start it first.";
        return Err(Error::not_found("server's data folder", &place).hint(hint).into());
    }
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

async fn recount(serve: Serve, from: Option<&str>, to: Option<&str>) -> anyhow::Result<()> {
    let settings = settings(serve)?;
    let counter = rollup::Counter::new(&settings)?;
    let day = |text: Option<&str>, usual: &str| match text {
        None => Ok(usual.to_string()),
        Some(text) if parse_rfc3339(&format!("{text}T00:00:00Z")).is_some() => Ok(text.to_string()),
        Some(text) => Err(Error::new(Code::UsageInvalid, format!("\"{text}\" is no day like 2026-11-20."))),
    };
    let (from, to) = (day(from, "0000-00-00")?, day(to, "9999-99-99")?);
    if from > to {
        let what = format!("The first day, {from}, comes after the last, {to}.");
        return Err(Error::new(Code::UsageInvalid, what).into());
    }
    if !settings.data.is_dir() {
        return Err(Error::not_found("data folder", &settings.data.display().to_string()).into());
    }
    let store = Store::open(&settings.data, &*settings.ids).await.map_err(Error::from)?;
    let days = rollup::recount(&store, &counter, settings.clock.now_ms(), &from, &to).await?;
    store.close().await.map_err(Error::from)?;
    line(&match (days.first(), days.last()) {
        (Some(first), Some(last)) => format!("{} counted again, {first} to {last}", days.len()),
        _ => "no rows are kept of these days".to_string(),
    })
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
        let _ = writeln!(std::io::stderr(), "hearthcast-server: {error:#}");
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

/// Neither addresses nor names of people, tokens, or queries are ever handed to the log.
fn log_to_stderr(settings: &Settings) {
    let filter = tracing_subscriber::EnvFilter::new(&settings.log);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    match settings.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
