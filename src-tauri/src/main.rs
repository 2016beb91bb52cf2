//! The desktop program: a window on the library. `hearthcast-desktop worker` is the decoding process the program
//! starts for itself. Commands, events and the audio address are wired in `wire.rs`; verbs live in the studio.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod library;
mod wire;

use tauri::Manager as _;

fn main() -> anyhow::Result<()> {
    if std::env::args_os().nth(1).is_some_and(|word| word == "worker") {
        return Ok(hearthcast_commands::worker_main()?);
    }
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(wire::log_filter()).init();
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| to_front(app)))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_dialog::init())
        .setup(|app| {
            app.manage(wire::Desk::new(app.handle().clone(), library::folder(app)?));
            Ok(())
        })
        .invoke_handler(tauri::generate_handler![wire::call, wire::audio_origin])
        .run(tauri::generate_context!())?;
    Ok(())
}

/// A second start shows the window of the first.
fn to_front(app: &tauri::AppHandle) {
    let Some(window) = app.get_webview_window("main") else { return };
    for outcome in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = outcome {
            tracing::warn!(%error, "the window could not be brought to the front");
        }
    }
}
