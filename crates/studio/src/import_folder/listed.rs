//! What lies in a folder of sounds: the sounds in the order people count, a picture for the show, and what is left out.

use super::said::natural;
use hearthcast_model::import::ImportNote;
use hearthcast_model::{Code, Error, Result};
use std::path::{Path, PathBuf};

/// Endings of sounds that are looked at.
const SOUNDS: [&str; 12] = ["mp3", "m4a", "m4b", "mp4", "aac", "ogg", "oga", "opus", "flac", "wav", "aif", "aiff"];
/// Names of a picture that stands for all.
const COVERS: [&str; 5] = ["cover", "folder", "front", "artwork", "podcast"];
/// Most sounds of a folder.
const MOST_SOUNDS: usize = 20_000;
/// Most things that are told to be left out.
const MOST_TOLD: usize = 1_000;
/// Deepest folder inside.
const DEEPEST: usize = 4;

/// What lies there.
#[derive(Default)]
pub(crate) struct Listed {
    pub(crate) sounds: Vec<PathBuf>,
    pub(crate) cover: Option<PathBuf>,
    pub(crate) left_out: Vec<ImportNote>,
}

/// Lists a folder, and the folders in it.
pub(crate) fn listed(folder: &Path) -> Result<Listed> {
    let mut listed = Listed::default();
    listed.walk(folder, folder, 0)?;
    listed.sounds.sort_by(|one, other| natural(&one.to_string_lossy(), &other.to_string_lossy()));
    match listed.sounds.is_empty() {
        false => Ok(listed),
        true => Err(Error::new(Code::ImportUnreadable, format!("{} has no sounds in it.", folder.display()))
            .hint("Name a folder with MP3, M4A, Ogg, Opus, FLAC, WAV or AIFF files, or one that \"hearthcast export\" made.")
            .about("folder", folder.display().to_string())),
    }
}

impl Listed {
    fn walk(&mut self, root: &Path, folder: &Path, depth: usize) -> Result<()> {
        let unreadable = |error: std::io::Error| {
            Error::new(Code::ImportUnreadable, format!("{} could not be read: {error}.", folder.display()))
                .about("folder", folder.display().to_string())
        };
        let mut entries: Vec<PathBuf> = vec![];
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            entries.push(entry.map_err(unreadable)?.path());
        }
        entries.sort();
        for path in entries {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let Ok(about) = std::fs::symlink_metadata(&path) else { continue };
            let ending =
                path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
            match () {
                () if name.starts_with('.') => {}
                () if about.is_symlink() => self.leave(root, &path, "it is a link"),
                () if about.is_dir() && depth >= DEEPEST => self.leave(root, &path, "it lies too deep"),
                () if about.is_dir() => self.walk(root, &path, depth + 1)?,
                () if !about.is_file() => self.leave(root, &path, "it is no file"),
                () if SOUNDS.contains(&ending.as_str()) && path.to_str().is_none() => {
                    self.leave(root, &path, "its name is no text");
                }
                () if SOUNDS.contains(&ending.as_str()) && self.sounds.len() >= MOST_SOUNDS => {
                    self.leave(root, &path, "the folder has more than 20,000 sounds");
                }
                () if SOUNDS.contains(&ending.as_str()) => self.sounds.push(path),
                () if COVERS.contains(&stem.as_str()) && matches!(ending.as_str(), "jpg" | "jpeg" | "png") => {
                    self.cover.get_or_insert(path);
                }
                () => self.leave(root, &path, "it is no sound"),
            }
        }
        Ok(())
    }

    fn leave(&mut self, root: &Path, path: &Path, why: &str) {
        if self.left_out.len() < MOST_TOLD {
            let name = path.strip_prefix(root).unwrap_or(path).display();
            let message = format!("{name} was left out: {why}.");
            self.left_out.push(ImportNote { code: "left_out".into(), message, ..ImportNote::default() });
        }
    }
}
