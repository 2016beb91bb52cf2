//! Files of a publication at places without a program of their own: whether they are there, sending them, reading them back
//! as listeners do. What it is not: it knows no feed and no version.

use crate::destination::{Observed, Work, gone_if};
use crate::names::key;
use crate::{ProgressSink, listened, transfer};
use hearthcast_library::{Library, files};
use hearthcast_model::hash::Hasher;
use hearthcast_model::history::FileChange;
use hearthcast_model::place::Target;
use hearthcast_model::plan::Upload;
use hearthcast_model::probe::Abilities;
use hearthcast_model::{Code, Error, Result, Sha256};
use hearthcast_storage::{Place, StorageKey};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Bytes of one piece of a file that is read back whole.
const PIECE: u64 = 4 * 1024 * 1024;

/// The files of one publication.
pub(crate) struct Files<'a> {
    place: Arc<dyn Place>,
    library: &'a Library,
    target: &'a Target,
    /// What the place can do, and the places behind other addresses.
    abilities: Abilities,
    stores: BTreeMap<String, Abilities>,
    progress: ProgressSink,
    /// Names whose content is known to be ours: sent or compared in this run.
    ours: BTreeSet<String>,
    /// Addresses behind which nobody reads without a key; a server has it.
    closed: BTreeSet<String>,
    cleared: bool,
}

impl<'a> Files<'a> {
    pub(crate) fn new(
        place: Arc<dyn Place>,
        library: &'a Library,
        target: &'a Target,
        abilities: Abilities,
        stores: BTreeMap<String, Abilities>,
        progress: ProgressSink,
    ) -> Self {
        Self {
            place,
            library,
            target,
            abilities,
            stores,
            progress,
            ours: BTreeSet::new(),
            closed: BTreeSet::new(),
            cleared: false,
        }
    }

    /// Notes that a server has the keys to the storages behind these addresses.
    pub(crate) fn opened_by_server(&mut self, addresses: impl Iterator<Item = String>) {
        self.closed.extend(addresses);
    }

    pub(crate) fn place(&self) -> &Arc<dyn Place> {
        &self.place
    }

    fn abilities(&self, key: &StorageKey) -> &Abilities {
        key.split().0.and_then(|base| self.stores.get(base)).unwrap_or(&self.abilities)
    }

    /// Whether a file is there as it was sent. A name that a rule gave may belong to somebody else's file, which is never
    /// written over.
    pub(crate) async fn stored(&mut self, file: &Upload) -> Result<Observed> {
        let key = key(&file.key)?;
        let Some(head) = self.place.head(&key).await? else { return Ok(Observed::Before) };
        let kept = self.abilities(&key).hash_kept;
        let same = match head.sha256.filter(|_| kept) {
            _ if head.bytes != file.bytes => false,
            Some(hash) => hash == file.sha256,
            // Half of the hash stands in the name.
            None if key.names_content() => !kept,
            None => self.ours.contains(&file.key) || self.read_back(&key, file.bytes).await? == file.sha256,
        };
        match same {
            true => {
                self.ours.insert(file.key.clone());
                Ok(Observed::AsWanted)
            }
            false if key.names_content() => Ok(Observed::Other),
            false => Err(somebody_elses(&self.place.public_url(&key))),
        }
    }

    async fn read_back(&self, key: &StorageKey, bytes: u64) -> Result<Sha256> {
        let mut hasher = Hasher::new();
        let mut at = 0;
        while at < bytes {
            let piece = self.place.read_range(key, at..(at + PIECE).min(bytes)).await?;
            if piece.is_empty() {
                break;
            }
            at += piece.len() as u64;
            hasher.update(&piece);
        }
        Ok(hasher.finish())
    }

    /// Compares a file with ours as listeners get it, and says under which address.
    pub(crate) async fn verify(&mut self, file: &Upload) -> Result<(Observed, String)> {
        let (seen, key) = (self.stored(file).await?, key(&file.key)?);
        if seen == Observed::AsWanted {
            let local = files::path(self.library.root(), &file.sha256);
            let opened = key.split().0.is_some_and(|base| self.closed.contains(base));
            match opened {
                true => listened::verify_by_key(&*self.place, &key, file, &local).await?,
                false => listened::verify(&*self.place, &key, file, &local, self.abilities(&key).headers_kept).await?,
            }
        }
        Ok((seen, self.place.public_url(&key)))
    }

    pub(crate) async fn send(&mut self, work: Work<'_>, file: &Upload) -> Result<()> {
        if !self.cleared {
            transfer::clear(&*self.place, self.library, &self.target.id, work).await?;
            self.cleared = true;
        }
        transfer::send(&*self.place, self.library, &self.target.id, work, file, &self.progress).await?;
        self.ours.insert(file.key.clone());
        Ok(())
    }

    pub(crate) async fn gone(&self, file: &FileChange) -> Result<Observed> {
        Ok(gone_if(self.place.head(&key(&file.key)?).await?.is_none()))
    }

    pub(crate) async fn delete(&self, file: &FileChange) -> Result<()> {
        Ok(self.place.delete(&key(&file.key)?).await?)
    }
}

pub(crate) fn somebody_elses(url: &str) -> Error {
    let what = format!(
        "{url} is there already with another content, and Hearthcast did not put it there. It was left as it is."
    );
    Error::new(Code::TargetConflict, what)
        .hint("Give the files another folder or another path template in the target's rules, or remove that file.")
        .about("target", url)
}
