//! Ties the window to the studio: one command for all verbs, one event for all news, one address for sound.

use hearthcast_commands::{Loopback, Options, Studio, dispatch};
use hearthcast_model::{Code, Error};
use serde_json::Value;
use std::path::PathBuf;
use tauri::{AppHandle, Emitter as _, State};
use tokio::sync::OnceCell;
use tokio::sync::broadcast::error::RecvError;

/// The name of the event that carries the library's news.
const NEWS: &str = "library";

/// What the window works on: the library, opened at the first question. A library that cannot be opened is asked
/// again at the next one; until then the window shows why.
pub struct Desk {
    app: AppHandle,
    folder: PathBuf,
    open: OnceCell<Open>,
}

struct Open {
    studio: Studio,
    loopback: Loopback,
}

impl Desk {
    /// A desk with nothing open yet.
    pub fn new(app: AppHandle, folder: PathBuf) -> Self {
        Self { app, folder, open: OnceCell::new() }
    }

    /// The library, opened at the first question.
    pub async fn studio(&self) -> Result<Studio, Error> {
        Ok(self.open().await?.studio.clone())
    }

    async fn open(&self) -> Result<&Open, Error> {
        self.open.get_or_try_init(|| open(self.app.clone(), self.folder.clone())).await
    }
}

async fn open(app: AppHandle, folder: PathBuf) -> Result<Open, Error> {
    // On a thread of its own: opening may copy and migrate, and its future does not move between threads.
    let runtime = tokio::runtime::Handle::current();
    let opening = tokio::task::spawn_blocking(move || runtime.block_on(Studio::open(Options::new(folder))));
    let studio = opening
        .await
        .map_err(|error| Error::new(Code::Internal, format!("The library could not be opened: {error}.")))??;
    let loopback = Loopback::open(studio.clone()).await.map_err(Error::from)?;
    tauri::async_runtime::spawn(pass_on(app, studio.clone()));
    studio.run_jobs();
    Ok(Open { studio, loopback })
}

/// Runs one command of the list. Only the main window may (src-tauri/capabilities).
#[tauri::command]
pub async fn call(desk: State<'_, Desk>, name: String, args: Value) -> Result<Value, Error> {
    dispatch(desk.studio().await?, &name, args).await
}

/// The address, with its token, under which this run serves sound and pictures.
#[tauri::command]
pub async fn audio_origin(desk: State<'_, Desk>) -> Result<String, Error> {
    Ok(desk.open().await?.loopback.origin().to_string())
}

/// What is logged: warnings, or what `HEARTHCAST_LOG` says.
pub fn log_filter() -> tracing_subscriber::EnvFilter {
    tracing_subscriber::EnvFilter::try_from_env("HEARTHCAST_LOG").unwrap_or_else(|_| "warn".into())
}

/// Passes the studio's news to the page until the program ends.
async fn pass_on(app: AppHandle, studio: Studio) {
    let mut events = studio.events();
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => hearthcast_commands::everything_changed(),
            Err(RecvError::Closed) => return,
        };
        if let Err(error) = app.emit_to("main", NEWS, event) {
            tracing::warn!(%error, "news did not reach the window");
        }
    }
}
