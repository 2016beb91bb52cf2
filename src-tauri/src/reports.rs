//! The Reports window: the author's own SQL, through tauri-plugin-sql, on connections that can only read (ADR 0002).
//!
//! The fence has three parts: the pool is opened read-only and cannot attach (`hearthcast_library::report`); the
//! window's capability grants `sql:allow-select` and neither load nor execute; no other window has an SQL permission.

use crate::wire::Desk;
use hearthcast_model::{Code, Error};
use tauri::{AppHandle, Manager as _, State, WebviewUrl, WebviewWindowBuilder};
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_sql::{DbInstances, DbPool};

/// Label of the window, which its capability names.
const LABEL: &str = "reports";

/// The name under which the page asks.
const LIBRARY: &str = "sqlite:library";

/// Most bytes of a table that is saved.
const MOST_TABLE: usize = 256 << 20;

/// Opens the window, or brings it to the front. The library's pool is there before the page is.
#[tauri::command]
pub async fn open_reports(app: AppHandle, desk: State<'_, Desk>, title: String) -> Result<(), Error> {
    if let Some(window) = app.get_webview_window(LABEL) {
        return window.set_focus().map_err(|e| failed(&e));
    }
    let pool = desk.studio().await?.report_pool().await?;
    app.state::<DbInstances>().0.write().await.insert(LIBRARY.into(), DbPool::Sqlite(pool));
    let window = WebviewWindowBuilder::new(&app, LABEL, WebviewUrl::App("reports.html".into()));
    window.title(title).inner_size(1000.0, 700.0).min_inner_size(700.0, 480.0).build().map_err(|e| failed(&e))?;
    Ok(())
}

/// Writes a table (CSV, or JSON where the name says so) where the author chooses, in the system's own dialog; whether it
/// was written.
#[tauri::command]
pub async fn save_table(app: AppHandle, name: String, text: String) -> Result<bool, Error> {
    if text.len() > MOST_TABLE {
        return Err(Error::new(Code::FieldInvalid, "The table is too long to be saved as one file.")
            .hint("Ask for fewer rows, for instance with LIMIT or for one show."));
    }
    let asked = tokio::task::spawn_blocking(move || {
        let (kind, ending) = if name.ends_with(".json") { ("JSON", "json") } else { ("CSV", "csv") };
        app.dialog().file().set_file_name(name).add_filter(kind, &[ending]).blocking_save_file()
    });
    let chosen = asked.await.map_err(|e| Error::new(Code::Internal, format!("The dialog could not be shown: {e}.")))?;
    let Some(path) = chosen.and_then(|chosen| chosen.into_path().ok()) else { return Ok(false) };
    tokio::fs::write(&path, text).await.map(|()| true).map_err(|e| {
        Error::new(Code::MediaUnreadable, format!("{} could not be written: {e}.", path.display()))
            .hint("Choose another folder, or make room.")
            .about("file", path.display().to_string())
    })
}

fn failed(error: &tauri::Error) -> Error {
    Error::new(Code::Internal, format!("The Reports window could not be opened: {error}."))
}
