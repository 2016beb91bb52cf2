//! What Hearthcast does while nobody looks: whether it stays in the tray when its window is closed, whether it starts with
//! the session, and how often it syncs. Kept beside the program's own settings, per machine: a library may be copied to
//! another one where nothing should run by itself.

use hearthcast_model::{Code, Error};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Manager as _, State};
use tauri_plugin_autostart::ManagerExt as _;

/// The author's choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// Closing the window leaves the program in the tray, where it goes on syncing.
    pub stay: bool,
    /// The program starts with the session.
    pub autostart: bool,
    /// Everything due is done every quarter of an hour while the program runs.
    pub sync: bool,
}

/// Time between two rounds of syncing.
pub const EVERY: Duration = Duration::from_secs(15 * 60);

/// The choices, on disk and in memory.
pub struct Background {
    file: PathBuf,
    choices: Mutex<Choices>,
}

impl Background {
    /// Reads the choices; a file that cannot be read means none were made.
    pub fn load(folder: &Path) -> Self {
        let file = folder.join("background.json");
        let read = std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self { file, choices: Mutex::new(read.unwrap_or_default()) }
    }

    /// The choices now.
    pub fn choices(&self) -> Choices {
        *self.choices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps new choices: whole on disk first.
    fn keep(&self, new: Choices) -> std::io::Result<()> {
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let part = self.file.with_extension("part");
        std::fs::write(&part, serde_json::to_vec(&new)?)?;
        std::fs::rename(&part, &self.file)?;
        *self.choices.lock().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }
}

/// The choices, and what the system says about starting with the session.
#[tauri::command]
pub fn background(app: AppHandle, kept: State<'_, Background>) -> Choices {
    let autostart = app.autolaunch().is_enabled().unwrap_or(false);
    Choices { autostart, ..kept.choices() }
}

/// Keeps new choices and tells the system.
#[tauri::command]
pub fn set_background(app: AppHandle, kept: State<'_, Background>, choices: Choices) -> Result<Choices, Error> {
    let system = app.autolaunch();
    let was = system.is_enabled().unwrap_or(false);
    if was != choices.autostart {
        let told = if choices.autostart { system.enable() } else { system.disable() };
        told.map_err(|e| refused("The system did not take the change about starting with the session", &e))?;
    }
    kept.keep(choices).map_err(|e| refused("The choice could not be kept", &e))?;
    crate::tray::show(&app, choices.stay || choices.sync);
    Ok(background(app.clone(), app.state::<Background>()))
}

fn refused(what: &str, error: &dyn std::fmt::Display) -> Error {
    Error::new(Code::LibraryFailed, format!("{what}: {error}.")).hint("Check that your home folder can be written.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_survive_a_restart_and_a_broken_file_means_none() {
        let folder = tempfile::tempdir().unwrap();
        let chosen = Choices { stay: true, autostart: false, sync: true };
        Background::load(folder.path()).keep(chosen).unwrap();
        assert_eq!(Background::load(folder.path()).choices(), chosen);
        std::fs::write(folder.path().join("background.json"), "{").unwrap();
        assert_eq!(Background::load(folder.path()).choices(), Choices::default());
    }
}
