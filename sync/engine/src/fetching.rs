//! Files that are not on this disk, brought here from the place a show leaves, so that they can be sent to the new one and
//! compared there. What it is not: it decides nothing; everything but the fetching is the inner destination's.

use crate::ProgressSink;
use crate::destination::{Destination, Observed, Work};
use crate::line::Line;
use crate::names::key;
use crate::plan::{lies_elsewhere, object_url};
use crate::transfer::on_its_way;
use hearthcast_fetch::HttpStatus;
use hearthcast_library::{Library, files};
use hearthcast_model::error::Retry;
use hearthcast_model::manifest::Object;
use hearthcast_model::place::Target;
use hearthcast_model::plan::{Step, Upload};
use hearthcast_model::{Cancel, Code, Error, Result, Sha256};
use hearthcast_storage::Place;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of one piece; at most one is asked for again after an interruption.
const PIECE: u64 = 8 * 1024 * 1024;

/// Where files come from, and the names they have there.
pub struct Origin {
    door: Door,
    names: BTreeMap<Sha256, String>,
}

/// Who gives them out.
pub enum Door {
    /// A place that the author has the key to.
    Place(Arc<dyn Place>),
    /// A bundled server, asked as listeners ask it; and the storages beside it, which nobody else may read.
    Server(Box<Line>, Box<Target>, Option<Arc<dyn Place>>),
}

impl Origin {
    /// What a place gives out; `objects` are the files as they are named there, of two names the later one.
    pub fn new(door: Door, objects: impl Iterator<Item = Object>) -> Self {
        Self { door, names: objects.map(|object| (object.sha256, object.key)).collect() }
    }

    /// A file of a version, whole, at most so many bytes long; what comes has the hash that was published.
    pub async fn whole(&self, object: &Object, most: u64) -> Result<Vec<u8>> {
        let file = Upload {
            key: object.key.clone(),
            sha256: object.sha256.clone(),
            bytes: object.bytes,
            mime: object.mime.clone(),
            episode: object.episode.clone(),
            cache: None,
        };
        if file.bytes == 0 || file.bytes > most {
            return Err(changed(&file));
        }
        let bytes = self.read(&file, 0, file.bytes).await?;
        if Sha256::of(&bytes) == file.sha256 { Ok(bytes) } else { Err(changed(&file)) }
    }

    /// Brings a file of a version to a path, in pieces: one that was interrupted goes on. What is there in the end has the hash
    /// that was published.
    pub async fn bring(
        &self,
        object: &Object,
        part: &Path,
        cancel: &Cancel,
        told: &(dyn Fn(u64) + Sync),
    ) -> Result<()> {
        let file = Upload {
            key: object.key.clone(),
            sha256: object.sha256.clone(),
            bytes: object.bytes,
            mime: object.mime.clone(),
            episode: object.episode.clone(),
            cache: None,
        };
        self.pieces(&file, part, cancel, told).await?;
        let (path, wanted) = (part.to_path_buf(), file.sha256.clone());
        match blocking(move || Ok(hash_of(&path)? == wanted)).await.map_err(|e| not_kept(&e))? {
            true => Ok(()),
            false => {
                let _ = std::fs::remove_file(part);
                Err(changed(&file))
            }
        }
    }

    async fn pieces(&self, file: &Upload, part: &Path, cancel: &Cancel, told: &(dyn Fn(u64) + Sync)) -> Result<()> {
        let mut at = std::fs::metadata(part).map_or(0, |found| found.len());
        if at > file.bytes {
            at = 0;
        }
        while at < file.bytes {
            cancel.check()?;
            let to = file.bytes.min(at + PIECE);
            let piece = self.read(file, at, to).await?;
            if piece.len() as u64 != to - at {
                return Err(changed(file));
            }
            append(part.to_path_buf(), at, piece).await?;
            at = to;
            told(at);
        }
        Ok(())
    }

    async fn read(&self, file: &Upload, from: u64, to: u64) -> Result<Vec<u8>> {
        let name = self.names.get(&file.sha256).unwrap_or(&file.key);
        match &self.door {
            Door::Place(place) => Ok(place.read_range(&key(name)?, from..to).await?),
            Door::Server(_, _, Some(stores)) if lies_elsewhere(name) => {
                Ok(stores.read_range(&key(name)?, from..to).await?)
            }
            Door::Server(line, target, _) => {
                let url = object_url(target, &object(file, name));
                let answer = line.public_range(&url, from, to - 1).await?;
                match answer.status {
                    HttpStatus::PARTIAL_CONTENT => Ok(answer.body.into()),
                    _ => Err(line.refusal(&answer)),
                }
            }
        }
    }
}

fn object(file: &Upload, name: &str) -> Object {
    Object {
        key: name.to_string(),
        sha256: file.sha256.clone(),
        bytes: file.bytes,
        mime: file.mime.clone(),
        kind: String::new(),
        episode: file.episode.clone(),
    }
}

/// A destination with a place that files are brought from.
pub struct Fetching<'a, D> {
    inner: D,
    library: &'a Library,
    origin: Option<Origin>,
    progress: ProgressSink,
}

impl<'a, D> Fetching<'a, D> {
    /// Without an origin, everything is the inner destination's.
    pub fn new(inner: D, library: &'a Library, origin: Option<Origin>, progress: ProgressSink) -> Self {
        Self { inner, library, origin, progress }
    }

    /// A file under its hash in the media folder is whole: nothing else is ever put there.
    fn here(&self, file: &Upload) -> Observed {
        let length = std::fs::metadata(files::path(self.library.root(), &file.sha256)).map(|found| found.len());
        if length.is_ok_and(|length| length == file.bytes) { Observed::AsWanted } else { Observed::Before }
    }
}

impl<D: Destination> Destination for Fetching<'_, D> {
    async fn observe(&mut self, work: Work<'_>, step: &Step) -> Result<Observed> {
        match step {
            Step::Fetch { upload } => Ok(self.here(work.upload(*upload)?)),
            other => self.inner.observe(work, other).await,
        }
    }

    async fn perform(&mut self, work: Work<'_>, step: &Step) -> Result<()> {
        match step {
            Step::Fetch { upload } => {
                let file = work.upload(*upload)?;
                fetch(self.origin.as_ref(), self.library.root(), &self.progress, work, file).await
            }
            other => self.inner.perform(work, other).await,
        }
    }

    fn writes(&self) -> u64 {
        self.inner.writes()
    }

    fn verified(&self) -> Vec<String> {
        self.inner.verified()
    }
}

/// Goes on where an earlier run stopped; what comes in the end must have the hash that was published.
async fn fetch(
    origin: Option<&Origin>,
    root: &Path,
    progress: &ProgressSink,
    work: Work<'_>,
    file: &Upload,
) -> Result<()> {
    let origin = origin.ok_or_else(|| nowhere(file))?;
    let name = format!("moving-{}.part", file.sha256.short());
    let part = files::workplace(root, &name).map_err(|e| not_kept(&e))?;
    let told = |at| progress(on_its_way("fetch", work.plan, file, at));
    origin.pieces(file, &part, work.cancel, &told).await?;
    take_over(root.into(), part, file).await
}

/// Writes a piece at its place; a longer rest of an earlier run is cut off.
async fn append(part: PathBuf, at: u64, piece: Vec<u8>) -> Result<()> {
    let written = blocking(move || {
        let mut file = File::options().create(true).truncate(false).write(true).open(&part)?;
        file.set_len(at)?;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(&piece)?;
        file.sync_data()
    });
    written.await.map_err(|e| not_kept(&e))
}

async fn take_over(root: PathBuf, part: PathBuf, file: &Upload) -> Result<()> {
    let (wanted, empty) = (file.sha256.clone(), file.bytes == 0);
    let taken = blocking(move || {
        if empty {
            File::create(&part)?;
        }
        if hash_of(&part)? != wanted {
            std::fs::remove_file(&part)?;
            return Ok(false);
        }
        files::take_over(&root, &part, &wanted).map(|()| true)
    });
    match taken.await.map_err(|e| not_kept(&e))? {
        true => Ok(()),
        false => Err(changed(file)),
    }
}

fn hash_of(path: &Path) -> std::io::Result<Sha256> {
    let (mut hasher, mut file) = (hearthcast_model::hash::Hasher::new(), File::open(path)?);
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match std::io::Read::read(&mut file, &mut buffer)? {
            0 => return Ok(hasher.finish()),
            n => hasher.update(&buffer[..n]),
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)?
}

fn not_kept(error: &std::io::Error) -> Error {
    Error::new(Code::LibraryFailed, format!("A file that was to be moved could not be kept here: {error}."))
        .hint("Free some space on the library's disk, and try again: what was brought here so far is kept.")
        .retry(Retry::AfterAction)
}

fn changed(file: &Upload) -> Error {
    Error::new(Code::TargetMismatch, format!("{} at the old place is not the file that was published.", file.key))
        .hint("Put the file back there from a copy, or add it to the library again.")
        .about("media", file.sha256.as_str())
}

fn nowhere(file: &Upload) -> Error {
    Error::new(Code::MediaAbsent, format!("{} is not on this disk, and the old place is not known.", file.key))
        .hint("Connect the disk with the media, or add the file again.")
        .about("media", file.sha256.as_str())
}
