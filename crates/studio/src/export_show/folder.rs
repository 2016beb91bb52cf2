//! The folder that a show is exported to. Files have names that tell their content apart, so nothing that an earlier export
//! names is ever written over: until the last step, that export is whole. What it is not: it knows no show and no record.

use crate::exported::{self, NEXT, place, pour};
use hearthcast_model::error::Retry;
use hearthcast_model::export::{ExportManifest, MANIFEST, ManifestFile};
use hearthcast_model::{Cancel, Code, Error, Result, Sha256, ShowId};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// A file on its way.
const PART: &str = ".part";

/// The folder, held by this export alone.
pub(crate) struct Folder {
    root: PathBuf,
    /// What the export before wrote, by content.
    before: BTreeMap<Sha256, ManifestFile>,
    paths_before: Vec<String>,
    _held: File,
}

impl Folder {
    /// Opens a new or empty folder, or one with an earlier export of the same show.
    pub(crate) fn open(path: &Path, show: &ShowId, library: &Path) -> Result<Self> {
        std::fs::create_dir_all(path).map_err(|error| unwritten(path, &error))?;
        let root = std::fs::canonicalize(path).map_err(|error| unwritten(path, &error))?;
        let library = std::fs::canonicalize(library).unwrap_or_else(|_| library.into());
        if root.starts_with(&library) || library.starts_with(&root) {
            return Err(refused(&root, "is a folder of the library itself"));
        }
        let held = File::open(&root).map_err(|error| unwritten(&root, &error))?;
        if let Err(std::fs::TryLockError::WouldBlock) = held.try_lock() {
            return Err(Error::new(Code::Busy, format!("Another export writes to {} just now.", root.display()))
                .hint("Wait until it is done.")
                .retry(Retry::Later)
                .about("folder", root.display().to_string()));
        }
        let before = Self::earlier(&root, show)?;
        if let Some(manifest) = &before {
            exported::finish(&root, manifest).map_err(|error| unwritten(&root, &error))?;
        }
        let files = before.map(|manifest| manifest.files).unwrap_or_default();
        let paths_before = files.iter().map(|file| file.path.clone()).collect();
        let before = files.into_iter().map(|file| (file.sha256.clone(), file)).collect();
        Ok(Self { root, before, paths_before, _held: held })
    }

    /// What an earlier export left; an error for a folder with anything else.
    fn earlier(root: &Path, show: &ShowId) -> Result<Option<ExportManifest>> {
        let unfinished = root.join(begun(show));
        if let Some(manifest) = exported::manifest(root).map_err(|error| of_somebody(root, error))? {
            if manifest.show != *show {
                let what = format!("has an export of another show (\"{}\")", manifest.title);
                return Err(refused(root, &what));
            }
            return Ok(Some(manifest));
        }
        let mut entries = std::fs::read_dir(root).map_err(|error| unwritten(root, &error))?;
        if entries.next().is_some() && !unfinished.is_file() {
            return Err(refused(root, "has other files in it"));
        }
        // Until there is a list, this tells whose half export it is.
        std::fs::write(&unfinished, b"").map_err(|error| unwritten(root, &error))?;
        Ok(None)
    }

    /// Its path.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where content lies since an earlier export.
    pub(crate) fn path_of(&self, hash: &Sha256) -> Option<&str> {
        self.before.get(hash).map(|file| file.path.as_str())
    }

    /// Whether a file of that name and length is there; its content is read when it is its turn.
    pub(crate) fn seems_there(&self, file: &ManifestFile) -> bool {
        std::fs::symlink_metadata(place(&self.root, &file.path))
            .is_ok_and(|there| there.is_file() && there.len() == file.size_bytes)
    }

    /// Refuses to begin what the disk has no room for.
    pub(crate) fn has_room(&self, bytes: u64) -> Result<()> {
        let Some(missing) = crate::disk::missing_room(&self.root, bytes) else { return Ok(()) };
        let missing = missing.div_ceil(1_000_000);
        let what = format!("The disk with {} has not enough room: {missing} MB are missing.", self.root.display());
        Err(Error::new(Code::TargetFull, what)
            .hint("Make room, choose a folder on another disk, or leave the sounds out. Nothing was written.")
            .retry(Retry::AfterAction)
            .about("folder", self.root.display().to_string()))
    }

    /// Whether the file is there with the right content.
    pub(crate) fn has(&self, file: &ManifestFile, cancel: &Cancel, told: &mut dyn FnMut(u64)) -> Result<bool> {
        if !self.seems_there(file) {
            return Ok(false);
        }
        let Ok((mut there, _)) = exported::opened(&self.root, &file.path) else { return Ok(false) };
        let read = pour(&mut there, &mut std::io::sink(), cancel, told)?;
        Ok(read.is_ok_and(|(hash, _)| hash == file.sha256))
    }

    /// Where a file is made before it gets its name.
    pub(crate) fn part(&self, path: &str) -> Result<PathBuf> {
        let place = place(&self.root, path);
        if let Some(parent) = place.parent() {
            self.is_own(parent)?;
            std::fs::create_dir_all(parent).map_err(|error| unwritten(&self.root, &error))?;
        }
        let mut name = place.into_os_string();
        name.push(PART);
        Ok(name.into())
    }

    /// Copies a file here, checked by its hash; it appears whole or not at all. A source that has another content is an error.
    pub(crate) fn copy(
        &self,
        source: &Path,
        file: &ManifestFile,
        cancel: &Cancel,
        told: &mut dyn FnMut(u64),
    ) -> Result<()> {
        let part = self.part(&file.path)?;
        let copied = self.copied(source, &part, file, cancel, told);
        if copied.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        copied
    }

    fn copied(
        &self,
        source: &Path,
        part: &Path,
        file: &ManifestFile,
        cancel: &Cancel,
        told: &mut dyn FnMut(u64),
    ) -> Result<()> {
        let mut from = File::open(source).map_err(|error| unread(source, &error))?;
        let mut to = File::create(part).map_err(|error| unwritten(&self.root, &error))?;
        let (hash, _) = pour(&mut from, &mut to, cancel, told)?.map_err(|error| unwritten(&self.root, &error))?;
        if hash != file.sha256 {
            return Err(damaged(&file.path));
        }
        to.sync_all().map_err(|error| unwritten(&self.root, &error))?;
        self.appear(part, &file.path)
    }

    /// Gives a made file its name.
    pub(crate) fn appear(&self, part: &Path, path: &str) -> Result<()> {
        std::fs::rename(part, place(&self.root, path)).map_err(|error| unwritten(&self.root, &error))
    }

    /// Writes a small file whose name tells its content.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let part = self.part(path)?;
        write_through(&part, bytes).map_err(|error| unwritten(&self.root, &error))?;
        self.appear(&part, path)
    }

    /// The last step: documents under their fixed names. First all lie beside the old ones; from the moment the list is
    /// switched, a reader takes those, and the old ones before that moment.
    pub(crate) fn commit(&self, list: &ExportManifest, documents: &[(&str, Vec<u8>)], show: &ShowId) -> Result<()> {
        let failed = |error: std::io::Error| unwritten(&self.root, &error);
        let text = serde_json::to_vec_pretty(list).map_err(|error| failed(error.into()))?;
        let next = |name: &str| self.root.join(format!("{name}{NEXT}"));
        let is = |name: &str, bytes: &[u8]| std::fs::read(self.root.join(name)).is_ok_and(|there| there == bytes);
        let changed: Vec<_> = documents.iter().filter(|(name, bytes)| !is(name, bytes)).collect();
        if !is(MANIFEST, &text) || !changed.is_empty() {
            for (name, bytes) in &changed {
                write_through(&next(name), bytes).map_err(failed)?;
            }
            write_through(&next(MANIFEST), &text).map_err(failed)?;
            self.sync()?;
            std::fs::rename(next(MANIFEST), self.root.join(MANIFEST)).map_err(failed)?;
            for (name, _) in &changed {
                std::fs::rename(next(name), self.root.join(name)).map_err(failed)?;
            }
        }
        let _ = std::fs::remove_file(self.root.join(begun(show)));
        self.sync()
    }

    /// Deletes what the export before had and this one has not, but what the show still names (`named`). What it did not write
    /// stays.
    pub(crate) fn tidy(&self, list: &ExportManifest, named: &BTreeSet<String>) -> u64 {
        let listed = list.files.iter().map(|file| file.path.as_str());
        let kept: BTreeSet<&str> = listed.chain(named.iter().map(String::as_str)).collect();
        let mut removed = 0;
        for path in self.paths_before.iter().filter(|path| !kept.contains(path.as_str())) {
            let there = exported::opened(&self.root, path).is_ok();
            removed += u64::from(there && std::fs::remove_file(place(&self.root, path)).is_ok());
        }
        removed
    }

    /// A folder inside that is a link would lead the files out of here.
    fn is_own(&self, folder: &Path) -> Result<()> {
        let inside = folder.ancestors().take_while(|one| *one != self.root);
        for one in inside {
            if std::fs::symlink_metadata(one).is_ok_and(|about| !about.is_dir()) {
                return Err(refused(&self.root, &format!("has {} in it, which is no folder", one.display())));
            }
        }
        Ok(())
    }

    fn sync(&self) -> Result<()> {
        File::open(&self.root).and_then(|root| root.sync_all()).map_err(|error| unwritten(&self.root, &error))
    }
}

/// What a folder has in it until its first export is done.
fn begun(show: &ShowId) -> String {
    format!(".hearthcast-export-{show}")
}

fn write_through(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn of_somebody(root: &Path, error: Error) -> Error {
    match error.code {
        Code::ImportUnreadable => refused(root, "has files in it that no export of this show wrote"),
        _ => error,
    }
}

fn refused(root: &Path, why: &str) -> Error {
    Error::new(Code::Taken, format!("{} {why}. Nothing was written.", root.display()))
        .hint("Name a new or empty folder, or the one of an earlier export of this show.")
        .about("folder", root.display().to_string())
}

/// What a file of the library should be, it is not.
pub(crate) fn damaged(path: &str) -> Error {
    Error::new(Code::MediaUnreadable, format!("{path}: the library's file is damaged."))
        .hint("Put it back from a copy, or add it to its episode again.")
        .about("file", path)
}

fn unread(source: &Path, error: &std::io::Error) -> Error {
    Error::new(Code::MediaUnreadable, format!("{} could not be read: {error}.", source.display()))
        .about("file", source.display().to_string())
}

/// A folder that cannot be written.
pub(crate) fn unwritten(root: &Path, error: &std::io::Error) -> Error {
    let full = crate::disk::is_full(error);
    let (code, what) = match (full, error.kind()) {
        (true, _) => (Code::TargetFull, format!("The disk with {} is full.", root.display())),
        (false, ErrorKind::PermissionDenied) => {
            (Code::TargetRefused, format!("{} may not be written to.", root.display()))
        }
        _ => (Code::TargetRefused, format!("{} could not be written: {error}.", root.display())),
    };
    Error::new(code, what)
        .hint("What was exported there before is as it was. Make room or choose another folder, then export again: it goes on.")
        .retry(Retry::AfterAction)
        .about("folder", root.display().to_string())
}
