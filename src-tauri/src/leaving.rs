//! The end of the program: the page is asked to keep what is still being typed, and is waited for, but not for long.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tauri::{AppHandle, Emitter as _, Manager as _};

/// The event that asks the page.
const CLOSING: &str = "closing";

/// A page that does not answer within this time has nothing to keep, or cannot.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the program is ending, and whether somebody started it again meanwhile.
#[derive(Debug, Default)]
pub struct Leaving {
    ends: AtomicBool,
    again: AtomicBool,
}

/// A second start shows the window of the first. One that is ending keeps what was typed before another begins.
pub fn started_again(app: &AppHandle) {
    let leaving = app.state::<Leaving>();
    if leaving.ends.load(Ordering::SeqCst) {
        leaving.again.store(true, Ordering::SeqCst);
    } else {
        crate::to_front(app);
    }
}

/// The last that the program does: begins anew, as somebody asked while it was ending.
pub fn left(app: &AppHandle) {
    if !app.state::<Leaving>().again.load(Ordering::SeqCst) {
        return;
    }
    // The place of the one and only program is free from here on.
    app.cleanup_before_exit();
    let begun = tauri::process::current_binary(&app.env()).and_then(|program| Command::new(program).spawn());
    if let Err(error) = begun {
        tracing::warn!(%error, "the program could not be started again");
    }
}

/// Asks the page to keep what waits, and ends the program when it has, or after a short while.
pub fn leave_soon(app: &AppHandle) {
    app.state::<Leaving>().ends.store(true, Ordering::SeqCst);
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
