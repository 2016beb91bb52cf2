//! A folder with an exported show, as anybody may have left it: nothing in it is trusted. Paths stay inside it, links are not
//! followed, and everything has a bound.

use hearthcast_model::export::{ExportManifest, FORMAT, KIND, MANIFEST, ManifestFile};
use hearthcast_model::hash::Hasher;
use hearthcast_model::{Cancel, Code, Error, Result, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};

/// Longest list of files, bytes.
const MOST_LIST: u64 = 128 << 20;
/// Most files.
const MOST_FILES: usize = 500_000;
/// Longest path of a file, bytes.
const LONGEST_PATH: usize = 400;
/// Longest file: three hours of the widest recording are a quarter of it.
const MOST_FILE: u64 = 64 << 30;
/// Bytes that are read at once.
const PIECE: usize = 1 << 20;
/// What a file is called that takes the place of another one with the last step of an export.
pub(crate) const NEXT: &str = ".next";

/// Where a file of the folder lies.
pub(crate) fn place(folder: &Path, path: &str) -> PathBuf {
    path.split('/').fold(folder.to_path_buf(), |place, part| place.join(part))
}

/// Whether a path names a file below a folder on every system.
pub(crate) fn stays_inside(path: &str) -> bool {
    let part =
        |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with('.') && !part.chars().any(forbidden);
    path.len() <= LONGEST_PATH && path.split('/').count() <= 4 && path.split('/').all(part)
}

fn forbidden(c: char) -> bool {
    c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// The list of an exported show; `None` where there is none.
pub(crate) fn manifest(folder: &Path) -> Result<Option<ExportManifest>> {
    let place = folder.join(MANIFEST);
    if std::fs::symlink_metadata(&place).is_err() {
        return Ok(None);
    }
    let text = text(folder, MANIFEST, MOST_LIST)?;
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(|_| no_export(folder))?;
    if value["kind"] != KIND {
        return Err(no_export(folder));
    }
    is_known_format(folder, &value)?;
    let manifest: ExportManifest = serde_json::from_value(value).map_err(|_| no_export(folder))?;
    let mut seen = BTreeSet::new();
    for ManifestFile { path, size_bytes, .. } in &manifest.files {
        // Two names that one of the systems takes for the same.
        if !stays_inside(path) || path == MANIFEST || !seen.insert(path.to_lowercase()) {
            return Err(damaged(folder, &format!("its list of files names \"{}\"", short(path))));
        }
        if *size_bytes > MOST_FILE {
            return Err(damaged(folder, &format!("{path} would have more than 64 GiB")));
        }
    }
    match manifest.files.len() {
        0..=MOST_FILES => Ok(Some(manifest)),
        _ => Err(damaged(folder, "its list has more than 500,000 files")),
    }
}

/// A newer program wrote what this one would misunderstand.
pub(crate) fn is_known_format(folder: &Path, value: &serde_json::Value) -> Result<()> {
    match value["format"].as_u64() {
        Some(format) if format == u64::from(FORMAT) => Ok(()),
        Some(format) if format > u64::from(FORMAT) => {
            let what = format!("{} was exported by a newer Hearthcast (format {format}).", folder.display());
            Err(Error::new(Code::VersionRefused, what)
                .hint("Update Hearthcast on this computer, then import it again. Nothing was changed.")
                .about("folder", folder.display().to_string()))
        }
        _ => Err(no_export(folder)),
    }
}

/// Finishes the last step of an export that was interrupted in it.
pub(crate) fn finish(folder: &Path, manifest: &ExportManifest) -> std::io::Result<()> {
    for file in manifest.files.iter().filter(|file| !file.path.contains('/')) {
        let next = folder.join(format!("{}{NEXT}", file.path));
        let is_next = std::fs::symlink_metadata(&next).is_ok_and(|about| about.len() == file.size_bytes);
        if is_next && Sha256::of(&std::fs::read(&next)?) == file.sha256 {
            std::fs::rename(&next, folder.join(&file.path))?;
        }
    }
    Ok(())
}

/// A text of the folder, at most so long.
pub(crate) fn text(folder: &Path, path: &str, most: u64) -> Result<Vec<u8>> {
    let (file, length) = opened(folder, path)?;
    if length > most {
        return Err(damaged(folder, &format!("{path} has {length} bytes, more than such a file has")));
    }
    let mut text = vec![];
    file.take(most).read_to_end(&mut text).map_err(|error| unreadable(folder, path, &error))?;
    Ok(text)
}

/// A file of the folder, opened without following a link, and its bytes.
pub(crate) fn opened(folder: &Path, path: &str) -> Result<(File, u64)> {
    let mut at = folder.to_path_buf();
    for part in path.split('/') {
        at.push(part);
        let about = std::fs::symlink_metadata(&at).map_err(|error| unreadable(folder, path, &error))?;
        if about.is_symlink() {
            return Err(damaged(folder, &format!("{path} is a link to somewhere else")));
        }
    }
    // Asked before it is opened: opening a pipe waits for ever, and a device never ends.
    let about = std::fs::symlink_metadata(&at).map_err(|error| unreadable(folder, path, &error))?;
    if !about.is_file() {
        return Err(damaged(folder, &format!("{path} is no file")));
    }
    Ok((File::open(&at).map_err(|error| unreadable(folder, path, &error))?, about.len()))
}

/// Reads a file to its end into `to`; returns its hash and its bytes. `told` hears of every piece.
pub(crate) fn pour(
    from: &mut File,
    to: &mut dyn Write,
    cancel: &Cancel,
    told: &mut dyn FnMut(u64),
) -> Result<std::io::Result<(Sha256, u64)>> {
    let (mut hasher, mut bytes, mut piece) = (Hasher::new(), 0u64, vec![0u8; PIECE]);
    loop {
        cancel.check()?;
        let read = match from.read(&mut piece) {
            Ok(0) => return Ok(Ok((hasher.finish(), bytes))),
            Ok(read) => read,
            Err(error) => return Ok(Err(error)),
        };
        hasher.update(&piece[..read]);
        if let Err(error) = to.write_all(&piece[..read]) {
            return Ok(Err(error));
        }
        bytes += read as u64;
        told(read as u64);
    }
}

/// What a folder says that cannot be so.
pub(crate) fn damaged(folder: &Path, why: &str) -> Error {
    Error::new(Code::ImportUnreadable, format!("The export in {} is not whole: {why}.", folder.display()))
        .hint("Export the show again, or take another copy of the folder. Nothing was changed.")
        .about("folder", folder.display().to_string())
}

fn no_export(folder: &Path) -> Error {
    let what = format!("{} in {} is none that Hearthcast wrote.", MANIFEST, folder.display());
    Error::new(Code::ImportUnreadable, what)
        .hint("Name the folder that \"hearthcast export\" made.")
        .about("folder", folder.display().to_string())
}

fn unreadable(folder: &Path, path: &str, error: &std::io::Error) -> Error {
    damaged(folder, &format!("{} cannot be read ({error})", short(path)))
}

fn short(path: &str) -> String {
    path.chars().filter(|c| !c.is_control()).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_the_folder() {
        for good in ["show.json", "media/a-1.mp3", "media/originals/a b.wav", "images/ü.jpg"] {
            assert!(stays_inside(good), "{good}");
        }
        let long = "a".repeat(401);
        for bad in [
            "",
            "/etc/passwd",
            "../x",
            "media/../../x",
            "media//x",
            "a\\b",
            "c:x",
            ".hidden",
            "media/.x",
            "a\0b",
            "media/",
            "a/b/c/d/e",
            "x.",
            &long,
        ] {
            assert!(!stays_inside(bad), "{bad}");
        }
    }
}
