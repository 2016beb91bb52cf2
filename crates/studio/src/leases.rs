//! Who works on a job: a file lock that a kill gives back. A row in a table alone could not tell a sleeping process from a
//! dead one, and nothing may be done twice at once.

use crate::work::Work;
use hearthcast_model::{Code, Error, JobId, Result};
use std::fs::{File, TryLockError};
use std::path::Path;

/// Each may take half a gigabyte.
const MOST_PLACES: usize = 4;

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

/// How many pieces of heavy work of a kind go on at once, in all processes together: one for each core, as long as there is memory
/// for what each may take.
pub(crate) fn places() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MOST_PLACES)
}

/// One of the [`places`] for heavy work of a kind; `None` while all are taken.
pub(crate) fn place(root: &Path, work: &Work) -> Result<Option<Held>> {
    let kind = match work {
        Work::Ingest { .. } => "ingest",
        _ => "process",
    };
    for number in 1..=places() {
        // The first has the name it had when there was one: an older program that is still open counts.
        let name = if number == 1 { format!("place-{kind}.lock") } else { format!("place-{kind}-{number}.lock") };
        if let Some(held) = held(root, &name)? {
            return Ok(Some(held));
        }
    }
    Ok(None)
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

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::{Preset, Sha256};

    #[test]
    fn there_are_as_many_places_as_cores_for_each_kind() {
        let folder = tempfile::tempdir().unwrap();
        let recording = Sha256::parse(&"0".repeat(64)).unwrap();
        let (show, episode) = (String::from("harbour"), String::from("talk"));
        let process = Work::Process { show, episode, recording, preset: Preset::SpeechMono96, replace: None };
        let all: Vec<_> = (0..places()).map(|_| place(folder.path(), &process).unwrap().unwrap()).collect();
        assert!(place(folder.path(), &process).unwrap().is_none());
        // Those of files that are taken in are others.
        let attach = Work::Ingest {
            show: String::new(),
            episode: String::new(),
            path: "a".into(),
            tracks: vec![],
            replace: None,
        };
        assert!(place(folder.path(), &attach).unwrap().is_some());
        drop(all);
        assert!(place(folder.path(), &process).unwrap().is_some());
    }
}
