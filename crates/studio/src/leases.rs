//! Who works on a job: a file lock that a kill gives back. A row in a table alone could not tell a sleeping process from a
//! dead one, and nothing may be done twice at once.

use crate::work::Work;
use hearthcast_model::{Code, Error, JobId, Result};
use std::fs::{File, TryLockError};
use std::path::Path;

/// A held lock; given back when dropped, also by a kill.
#[derive(Debug)]
pub(crate) struct Held {
    #[expect(dead_code, reason = "the lock lives as long as the open file")]
    file: File,
}

/// The right to work on a job; `None` while another process, or another task of this one, has it.
pub(crate) fn job(root: &Path, id: &JobId) -> Result<Option<Held>> {
    held(root, &format!("job-{id}.lock"))
}

/// The one place of all processes for heavy work of a kind; `None` while it is taken.
pub(crate) fn place(root: &Path, work: &Work) -> Result<Option<Held>> {
    let kind = match work {
        Work::Ingest { .. } => "ingest",
        _ => "process",
    };
    held(root, &format!("place-{kind}.lock"))
}

/// Removes the lock files of jobs that the table has forgotten. A file of a job that is still there must stay: two
/// processes could hold two files of one name.
pub(crate) fn tidy(root: &Path, known: &[JobId]) {
    for entry in std::fs::read_dir(root.join("locks")).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let id = name.to_str().and_then(|n| n.strip_prefix("job-")).and_then(|n| n.strip_suffix(".lock"));
        if id.is_some_and(|id| !known.iter().any(|k| k.as_str() == id)) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn held(root: &Path, name: &str) -> Result<Option<Held>> {
    let folder = root.join("locks");
    let failed = |e: std::io::Error| {
        Error::new(Code::LibraryFailed, format!("The folder {} cannot be used: {e}.", folder.display()))
            .hint("Check the folder's rights and free space.")
    };
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let file = File::options().create(true).truncate(false).write(true).open(folder.join(name)).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Held { file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(e)) => Err(failed(e)),
    }
}
