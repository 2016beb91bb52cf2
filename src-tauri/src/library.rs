//! Where the library lies: `HEARTHCAST_LIBRARY`, or the platform's folder for data of programs.

use anyhow::Context as _;
use std::path::PathBuf;
use tauri::Manager as _;

/// The folder of the library. It need not exist.
pub fn folder(app: &tauri::App) -> anyhow::Result<PathBuf> {
    if let Some(given) = std::env::var_os("HEARTHCAST_LIBRARY").filter(|value| !value.is_empty()) {
        return Ok(given.into());
    }
    Ok(app.path().data_dir().context("this machine names no folder for data")?.join("hearthcast"))
}
