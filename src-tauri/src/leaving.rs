//! The end of the program: the page is asked to keep what is still being typed, and is waited for, but not for long.

use std::time::Duration;
use tauri::{AppHandle, Emitter as _};

/// The event that asks the page.
const CLOSING: &str = "closing";

/// A page that does not answer within this time has nothing to keep, or cannot.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks the page to keep what waits, and ends the program when it has, or after a short while.
pub fn leave_soon(app: &AppHandle) {
    if let Err(error) = app.emit_to("main", CLOSING, ()) {
        tracing::warn!(%error, "the page was not asked to keep what waits");
        return app.exit(0);
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        app.exit(0);
    });
}

/// The page has kept everything.
#[tauri::command]
pub fn leave(app: AppHandle) {
    app.exit(0);
}
