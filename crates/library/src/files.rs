//! The media folder: files by content hash, put in place whole or not at all.

use hearthcast_model::Sha256;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// How the names of files begin that a process makes for itself.
const MADE: &str = "made-";
/// A half file that was not written to for so long belongs to nobody.
const ABANDONED_MS: i64 = 24 * 60 * 60 * 1000;

/// What was put into the media folder, or asked for there, so lately is no orphan: whoever did it may not have noted it yet.
const FRESH_MS: i64 = 60 * 60 * 1000;

/// A file in the media folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Lying {
    /// Its name: its content, as far as nobody touched it.
    pub hash: Sha256,
    /// Bytes.
    pub size_bytes: u64,
    /// When it was put there or asked for, Unix milliseconds.
    pub touched_ms: i64,
}

impl Lying {
    /// Whether somebody may be about to note it. What seems to come from the future is.
    pub fn is_fresh(&self, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.touched_ms) < FRESH_MS
    }
}

/// All whole files of the media folder.
pub fn lying(root: &Path) -> Vec<Lying> {
    let listed = |folder: PathBuf| std::fs::read_dir(folder).into_iter().flatten().flatten();
    let file = |entry: std::fs::DirEntry| {
        let hash = Sha256::parse(entry.file_name().to_str()?)?;
        let about = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some(Lying { hash, size_bytes: about.len(), touched_ms: touched_ms(&about) })
    };
    let folders = listed(root.join("media")).map(|entry| entry.path()).filter(|path| path.is_dir());
    folders.flat_map(listed).filter_map(file).collect()
}

fn touched_ms(about: &std::fs::Metadata) -> i64 {
    let since = about.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Removes a file that nothing needs, unless somebody asked for it lately; says whether it is gone. It is taken aside first: who
/// asks for the same content meanwhile writes it anew, and what was touched just before comes back.
pub fn remove(root: &Path, hash: &Sha256, now_ms: i64) -> io::Result<bool> {
    let (from, aside) = (path(root, hash), own_workplace(root, &format!("unused-{hash}"))?);
    match std::fs::rename(&from, &aside) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        moved => moved?,
    }
    let about = std::fs::metadata(&aside)?;
    let lying = Lying { hash: hash.clone(), size_bytes: about.len(), touched_ms: touched_ms(&about) };
    if !lying.is_fresh(now_ms) {
        return std::fs::remove_file(&aside).map(|()| true);
    }
    if from.exists() {
        std::fs::remove_file(&aside)?
    } else {
        std::fs::rename(&aside, &from)?
    }
    Ok(false)
}

/// Where a file lies: `media/<first two>/<hash>`.
pub fn path(root: &Path, hash: &Sha256) -> PathBuf {
    root.join("media").join(&hash.as_str()[..2]).join(hash.as_str())
}

/// Copies a file into the media folder under the hash of the bytes really copied, durable before it returns.
/// Returns the hash.
pub fn take_in(root: &Path, source: &Path) -> io::Result<Sha256> {
    take_in_watched(root, source, &mut |_| true)
}

/// Like [`take_in`]; with each piece somebody is told the bytes copied so far and says whether it goes on. When it does not,
/// nothing stays behind.
///
/// # Errors
///
/// Of the kind [`io::ErrorKind::ConnectionAborted`] when it was stopped.
pub fn take_in_watched(root: &Path, source: &Path, goes_on: &mut dyn FnMut(u64) -> bool) -> io::Result<Sha256> {
    // Asked before it is opened: opening a pipe waits for ever, and a device never ends.
    if !std::fs::metadata(source)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
    }
    take_in_from(root, &mut WatchedReader { file: File::open(source)?, passed: 0, goes_on })
}

/// A file that is read as long as somebody wants it.
struct WatchedReader<'a> {
    file: File,
    passed: u64,
    goes_on: &'a mut dyn FnMut(u64) -> bool,
}

impl Read for WatchedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !(self.goes_on)(self.passed) {
            return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "it was stopped"));
        }
        let read = self.file.read(buffer)?;
        self.passed += read as u64;
        Ok(read)
    }
}

/// Like [`take_in`], from any reader (a cover found in tags).
pub fn take_in_from(root: &Path, reader: &mut dyn Read) -> io::Result<Sha256> {
    let incoming = root.join("media").join("incoming");
    std::fs::create_dir_all(&incoming)?;
    let (part, mut file) = new_part(&incoming)?;
    let copied = copy_hashing(reader, &mut file).and_then(|hash| file.sync_all().map(|()| hash));
    let placed = copied.and_then(|hash| place(root, &part, &hash).map(|()| hash));
    if placed.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    placed
}

/// A name in the media folder for a file that is being made; forgotten after a day when nobody takes it over.
pub fn workplace(root: &Path, name: &str) -> io::Result<PathBuf> {
    let incoming = root.join("media").join("incoming");
    std::fs::create_dir_all(&incoming)?;
    Ok(incoming.join(name))
}

/// A [`workplace`] that is this process's: what it leaves there when it is killed is forgotten at the next start.
pub fn own_workplace(root: &Path, name: &str) -> io::Result<PathBuf> {
    workplace(root, &format!("{MADE}{}-{name}", std::process::id()))
}

/// Takes over a file made at a [`workplace`], whose hash is known, without copying it; durable before it returns.
pub fn take_over(root: &Path, made: &Path, hash: &Sha256) -> io::Result<()> {
    File::open(made)?.sync_all()?;
    place(root, made, hash)
}

/// The process whose half file this is, where its name says so: `<pid>-<n>.part`, `.hearthcast-<pid>-<n>.part`,
/// `made-<pid>-…`.
fn owner(name: &str) -> Option<u32> {
    let own = name.strip_prefix(".hearthcast-").or_else(|| name.strip_prefix(MADE));
    let part = || name.strip_suffix(".part");
    own.or_else(part)?.split('-').next()?.parse().ok()
}

/// Whether there is no process of this number any more, as far as the system says. One that ended and that nobody waited for
/// still has its number (proc(5): the state behind the name, in brackets, is `Z` or `X`).
fn has_ended(pid: u32) -> bool {
    let state = |stat: &str| stat.rsplit(')').next()?.trim_start().chars().next();
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => state(&stat).is_some_and(|now| "ZX".contains(now)),
        // No other reason says so: a system that has no room for one more open file tells nothing.
        Err(error) => error.kind() == io::ErrorKind::NotFound && Path::new("/proc/self").exists(),
    }
}

/// Forgets halves that killed programs left: at once where the name says whose they are and that process has ended, else
/// once they are a day old; a copy that still runs is younger.
pub(crate) fn forget_abandoned(root: &Path, now_ms: i64) {
    let incoming = root.join("media").join("incoming");
    for entry in std::fs::read_dir(incoming).into_iter().flatten().flatten() {
        let changed = entry.metadata().and_then(|m| m.modified()).ok();
        let age = changed
            .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok())
            .map(|at| now_ms.saturating_sub(i64::try_from(at.as_millis()).unwrap_or(i64::MAX)));
        let left = entry.file_name().to_str().and_then(owner).is_some_and(has_ended);
        if left || age.is_some_and(|age| age > ABANDONED_MS) {
            let _ = match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                true => std::fs::remove_dir_all(entry.path()),
                false => std::fs::remove_file(entry.path()),
            };
        }
    }
}

fn new_part(incoming: &Path) -> io::Result<(PathBuf, File)> {
    for n in 0u32.. {
        let part = incoming.join(format!("{}-{n}.part", std::process::id()));
        match File::create_new(&part) {
            Ok(file) => return Ok((part, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("no free name in the incoming folder"))
}

fn copy_hashing(reader: &mut dyn Read, file: &mut File) -> io::Result<Sha256> {
    let mut hasher = hearthcast_model::hash::Hasher::new();
    let mut buffer = vec![0u8; 256 * 1024];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hasher.finish()),
            n => {
                hasher.update(&buffer[..n]);
                file.write_all(&buffer[..n])?;
            }
        }
    }
}

fn place(root: &Path, part: &Path, hash: &Sha256) -> io::Result<()> {
    let target = path(root, hash);
    let folder = target.parent().ok_or_else(|| io::Error::other("media files lie in folders"))?;
    std::fs::create_dir_all(folder)?;
    // Also over a file that is there: it may be damaged, and one that somebody asks for shall not look forgotten ([`Lying`]).
    std::fs::rename(part, &target)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn point_10_what_a_killed_program_left_is_gone_at_the_next_start() {
        let root = tempfile::tempdir().unwrap();
        let mut ended = std::process::Command::new("true").spawn().unwrap();
        ended.wait().unwrap();
        let (ended, own) = (ended.id(), std::process::id());
        let left =
            [format!("{ended}-0.part"), format!(".hearthcast-{ended}-3.part"), format!("made-{ended}-ab-cd.mp3")];
        let mut unwaited = std::process::Command::new("true").spawn().unwrap();
        let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while !has_ended(unwaited.id()) && std::time::Instant::now() < patience {
            std::thread::yield_now();
        }
        assert!(has_ended(unwaited.id()), "its number is still there, and it is not");
        unwaited.wait().unwrap();
        let import = "import-0123456789abcdef0123456789abcdef.part";
        let kept = [format!("{own}-0.part"), format!(".hearthcast-{own}-3.part"), format!("made-{own}-ab-cd.mp3")];
        let incoming = workplace(root.path(), "").unwrap();
        for name in left.iter().chain(&kept).map(String::as_str).chain([import, "1234567890123456-ab.mp3", "notes"]) {
            std::fs::write(incoming.join(name), "half").unwrap();
        }
        let now_ms = std::time::UNIX_EPOCH.elapsed().unwrap().as_millis() as i64;
        forget_abandoned(root.path(), now_ms);
        assert!(left.iter().all(|name| !incoming.join(name).exists()), "{left:?}");
        assert!(kept.iter().all(|name| incoming.join(name).exists()), "those of programs that run stay: {kept:?}");
        assert!([import, "1234567890123456-ab.mp3", "notes"].iter().all(|name| incoming.join(name).exists()));
        assert_eq!(own_workplace(root.path(), "x.mp3").unwrap(), incoming.join(format!("made-{own}-x.mp3")));
        forget_abandoned(root.path(), now_ms + ABANDONED_MS + 60_000);
        assert_eq!(std::fs::read_dir(&incoming).unwrap().count(), 0, "nothing is kept for ever");
    }
}
