//! Syncing by itself while the program runs, and what the author is told about it.
//!
//! One round every quarter of an hour, at the minute of a scheduled episode, or at once from the tray. What a round does is the studio's verb `sync`; when it goes
//! wrong, that stands in the activity list, and the next round tries again: no faster, so that there is no storm.

use crate::background::{Background, EVERY};
use crate::wire::Desk;
use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::NotificationExt as _;
use tokio::sync::Notify;

/// Begins a round before its time.
#[derive(Default)]
pub struct Wake(Notify);

impl Wake {
    /// Now.
    pub fn now(&self) {
        self.0.notify_one();
    }
}

/// Runs until the program ends.
pub async fn run(app: AppHandle) {
    let wake = app.state::<Wake>();
    loop {
        let asked = tokio::select! {
            () = due(&app) => false,
            () = wake.0.notified() => true,
        };
        if asked || app.state::<Background>().choices().sync {
            round(&app, asked).await;
        }
    }
}

/// Returns when the next round is due.
async fn due(app: &AppHandle) {
    match app.state::<Desk>().studio().await {
        Ok(studio) => studio.round_is_due(EVERY).await,
        // A library that does not open now is tried again later.
        Err(_) => tokio::time::sleep(EVERY).await,
    }
}

async fn round(app: &AppHandle, asked: bool) {
    let outcome = match app.state::<Desk>().studio().await {
        Ok(studio) if asked => studio.start_sync(None).await.map(|_| ()),
        Ok(studio) => studio.start_sync_by_itself().await.map(|_| ()),
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        tracing::warn!(code = error.code.as_str(), "a round of syncing did not begin");
    }
}

/// Tells the author something in the system's own way. The words come from the window, in its language.
#[tauri::command]
pub fn notify(app: AppHandle, title: String, body: String) {
    if let Err(error) = app.notification().builder().title(title).body(body).show() {
        tracing::warn!(%error, "a notification was not shown");
    }
}
