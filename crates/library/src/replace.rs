//! Puts a whole database in the place of the library's file. A kill at any instant leaves the old one or the new one, and
//! what was there before stays beside it, untouched.
//!
//! The new file is written as `library.sqlite.part`, then named `next-<time>.sqlite`: from here on it will be the library.
//! The old file and its companions become `damaged-<time>.sqlite…`, and the new one takes the name. Opening a library
//! finishes what a kill interrupted. Everything here happens under the write lock.

use crate::check::companion;
use crate::open::database_file;
use crate::{LibraryError, Result};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What SQLite may keep beside a database.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Where the new database is built; leftovers of a killed attempt are removed.
pub(crate) fn fresh_part(root: &Path) -> Result<PathBuf> {
    let part = part_file(root);
    for file in COMPANIONS.iter().map(|suffix| companion(&part, suffix)).chain([part.clone()]) {
        match std::fs::remove_file(&file) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                return Err(LibraryError::Folder { path: file, source });
            }
            _ => {}
        }
    }
    Ok(part)
}

/// Makes the finished part the library. Returns where the old file lies, if there was one.
pub(crate) fn with_part(root: &Path, now_ms: i64) -> Result<PathBuf> {
    let mut stamp = now_ms.max(0);
    while aside(root, &stamped(stamp)).exists() || next_file(root, &stamped(stamp)).exists() {
        stamp += 1;
    }
    let (part, next) = (part_file(root), next_file(root, &stamped(stamp)));
    File::open(&part)
        .and_then(|file| file.sync_all())
        .and_then(|()| std::fs::rename(&part, &next))
        .and_then(|()| sync_folder(root))
        .map_err(|source| LibraryError::Folder { path: part, source })?;
    finish(root)?;
    Ok(aside(root, &stamped(stamp)))
}

/// Finishes replacements that were interrupted, oldest first, and removes what a killed attempt left.
pub(crate) fn finish(root: &Path) -> Result<()> {
    fresh_part(root)?;
    let unusable = |source| LibraryError::Folder { path: root.into(), source };
    for (next, stamp) in waiting(root).map_err(unusable)? {
        put_in_place(root, &next, &stamp).map_err(unusable)?;
    }
    Ok(())
}

fn put_in_place(root: &Path, next: &Path, stamp: &str) -> io::Result<()> {
    let (file, aside) = (database_file(root), aside(root, stamp));
    rename_if_there(&file, &aside)?;
    // A WAL of the old database beside the new one would be read as if it belonged to it.
    for suffix in COMPANIONS {
        rename_if_there(&companion(&file, suffix), &companion(&aside, suffix))?;
    }
    std::fs::rename(next, &file)?;
    sync_folder(root)
}

fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match std::fs::rename(from, to) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn waiting(root: &Path) -> io::Result<Vec<(PathBuf, String)>> {
    let mut waiting = vec![];
    for entry in std::fs::read_dir(root)? {
        let name = entry?.file_name();
        let stamp = name.to_str().and_then(|n| n.strip_prefix("next-")).and_then(|n| n.strip_suffix(".sqlite"));
        if let Some(stamp) = stamp {
            waiting.push((root.join(&name), stamp.to_string()));
        }
    }
    waiting.sort();
    Ok(waiting)
}

pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// A time that sorts as text.
pub(crate) fn stamped(now_ms: i64) -> String {
    format!("{:013}", now_ms.max(0))
}

fn part_file(root: &Path) -> PathBuf {
    root.join("library.sqlite.part")
}

fn next_file(root: &Path, stamp: &str) -> PathBuf {
    root.join(format!("next-{stamp}.sqlite"))
}

fn aside(root: &Path, stamp: &str) -> PathBuf {
    root.join(format!("damaged-{stamp}.sqlite"))
}
