//! Opening the library a person means, and stopping when they say so.

use crate::args::Global;
use hearthcast_model::{Cancel, Code, Error, Result};
use hearthcast_studio::{Options, Studio};
use std::path::PathBuf;

/// Opens the library the words, the environment or the system name.
pub async fn open(global: &Global) -> Result<Studio> {
    Studio::open(options(global)?).await
}

/// How to open that library.
pub fn options(global: &Global) -> Result<Options> {
    let folder = match global.library.as_ref().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::path::absolute(folder).map_err(|error| no_folder(&error.to_string()))?,
        None => default_folder().ok_or_else(|| no_folder("this system names no folder for data"))?,
    };
    Ok(Options::new(folder))
}

fn no_folder(why: &str) -> Error {
    Error::new(Code::LibraryFailed, format!("There is no folder for the library: {why}."))
        .hint("Name one: --library DIR, or HEARTHCAST_LIBRARY.")
}

/// The platform's folder for data, the same that the window uses: XDG, Application Support, AppData.
fn default_folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let data = if cfg!(windows) {
        set("APPDATA")
    } else if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")))
    };
    data.map(|data| data.join("hearthcast"))
}

/// A handle that Ctrl-C pulls: the work stops at its next safe point, and the next run goes on.
pub fn cancel_on_interrupt() -> Cancel {
    let cancel = Cancel::default();
    let pulled = cancel.clone();
    tokio::spawn(async move {
        if asked_to_end().await.is_ok() {
            pulled.cancel();
        }
    });
    cancel
}

/// Waits until somebody presses Ctrl+C, or the system asks the program to end (SIGTERM).
async fn asked_to_end() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut ended = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed,
            _ = ended.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// The system gave no threads.
pub fn no_runtime(error: &std::io::Error) -> Error {
    Error::new(Code::Internal, format!("The program could not start its threads: {error}."))
}
