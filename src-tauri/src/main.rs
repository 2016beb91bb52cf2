//! The desktop program: a window on the library. `hearthcast-desktop worker` is the decoding process the program
//! starts for itself. Commands, events and the audio address are wired in `wire.rs`; verbs live in the studio.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod background;
mod leaving;
mod library;
mod reports;
mod schedule;
mod tray;
mod wire;

use tauri::Manager as _;

fn main() -> anyhow::Result<()> {
    if std::env::args_os().nth(1).is_some_and(|word| word == "worker") {
        return Ok(hearthcast_commands::worker_main()?);
    }
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(wire::log_filter()).init();
    let program = tauri::Builder::default()
        .manage(leaving::Leaving::default())
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| leaving::started_again(app)))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_sql::Builder::default().build())
        .plugin(tauri_plugin_autostart::Builder::new().arg("--hidden").build())
        .setup(set_up)
        .on_window_event(closing)
        .invoke_handler(tauri::generate_handler![
            wire::call,
            wire::audio_origin,
            reports::open_reports,
            reports::save_table,
            background::background,
            background::set_background,
            tray::tray_words,
            schedule::notify,
            leaving::leave,
        ])
        .build(tauri::generate_context!())?;
    program.run(|app, event| {
        if let tauri::RunEvent::Exit = event {
            leaving::left(app);
        }
    });
    Ok(())
}

fn set_up(app: &mut tauri::App) -> Result<(), Box<dyn std::error::Error>> {
    let kept = background::Background::load(&app.path().app_config_dir()?);
    let choices = kept.choices();
    app.manage(kept);
    app.manage(schedule::Wake::default());
    app.manage(wire::Desk::new(app.handle().clone(), library::folder(app)?));
    tray::make(app, choices.stay || choices.sync);
    tauri::async_runtime::spawn(schedule::run(app.handle().clone()));
    // Started with the session: only the tray, and a first round of what is due.
    if choices.stay && std::env::args_os().any(|word| word == "--hidden") {
        if let Some(window) = app.get_webview_window("main") {
            window.hide()?;
        }
        app.state::<schedule::Wake>().now();
    }
    Ok(())
}

/// An author who lets Hearthcast stay closes only the window; the tray brings it back. What is typed is kept either way.
fn closing(window: &tauri::Window, event: &tauri::WindowEvent) {
    let tauri::WindowEvent::CloseRequested { api, .. } = event else { return };
    if window.label() != "main" {
        return;
    }
    api.prevent_close();
    if !(window.state::<background::Background>().choices().stay && window.hide().is_ok()) {
        leaving::leave_soon(window.app_handle());
    }
}

/// Shows the window.
fn to_front(app: &tauri::AppHandle) {
    let Some(window) = app.get_webview_window("main") else { return };
    for outcome in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = outcome {
            tracing::warn!(%error, "the window could not be brought to the front");
        }
    }
}
