//! The media folder: files by content hash, put in place whole or not at all.

use hearthcast_model::Sha256;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Where a file lies: `media/<first two>/<hash>`.
pub fn path(root: &Path, hash: &Sha256) -> PathBuf {
    root.join("media").join(&hash.as_str()[..2]).join(hash.as_str())
}

/// Copies a file into the media folder under the hash of the bytes really copied, durable before it returns.
/// A file that is there already is not written again. Returns the hash.
pub fn take_in(root: &Path, source: &Path) -> io::Result<Sha256> {
    let mut reader = File::open(source)?;
    take_in_from(root, &mut reader)
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
    if target.exists() {
        return std::fs::remove_file(part);
    }
    let folder = target.parent().ok_or_else(|| io::Error::other("media files lie in folders"))?;
    std::fs::create_dir_all(folder)?;
    std::fs::rename(part, &target)?;
    File::open(folder)?.sync_all()
}
