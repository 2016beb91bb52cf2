//! The tray: open the window, sync now, quit. It is there only for an author who lets Hearthcast stay in the background.

use crate::schedule::Wake;
use serde::Deserialize;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{App, AppHandle, Manager as _, Wry};

const ID: &str = "hearthcast";

/// The menu's words, in the language of the window.
#[derive(Debug, Clone, Deserialize)]
pub struct Words {
    open: String,
    sync: String,
    quit: String,
}

/// The items whose words change.
struct Items {
    open: MenuItem<Wry>,
    sync: MenuItem<Wry>,
    quit: MenuItem<Wry>,
}

/// Makes the tray; hidden unless `shown`. A system without one is no failure: the window does everything.
pub fn make(app: &App, shown: bool) {
    if let Err(error) = try_make(app, shown) {
        tracing::warn!(%error, "there is no tray");
    }
}

fn try_make(app: &App, shown: bool) -> tauri::Result<()> {
    let item = |id: &str, words: &str| MenuItem::with_id(app, id, words, true, None::<&str>);
    let items =
        Items { open: item("open", "Open Hearthcast")?, sync: item("sync", "Sync now")?, quit: item("quit", "Quit")? };
    let menu = Menu::with_items(app, &[&items.open, &items.sync, &items.quit])?;
    let mut tray =
        TrayIconBuilder::with_id(ID).tooltip("Hearthcast").menu(&menu).on_menu_event(|app, event| {
            match event.id().as_ref() {
                "open" => crate::to_front(app),
                "sync" => app.state::<Wake>().now(),
                _ => crate::leaving::leave_soon(app),
            }
        });
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?.set_visible(shown)?;
    app.manage(items);
    Ok(())
}

/// Shows or hides the tray.
pub fn show(app: &AppHandle, shown: bool) {
    let Some(tray) = app.tray_by_id(ID) else { return };
    if let Err(error) = tray.set_visible(shown) {
        tracing::warn!(%error, "the tray could not be changed");
    }
}

/// Puts the window's words into the menu.
#[tauri::command]
pub fn tray_words(app: AppHandle, words: Words) {
    let Some(items) = app.try_state::<Items>() else { return };
    let Words { open, sync, quit } = words;
    for (item, text) in [(&items.open, open), (&items.sync, sync), (&items.quit, quit)] {
        if let Err(error) = item.set_text(text) {
            tracing::warn!(%error, "the tray's words could not be changed");
        }
    }
}
