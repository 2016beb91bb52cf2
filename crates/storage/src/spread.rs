//! One place out of several: what rules of a target put elsewhere is asked for there, everything else at the place itself.
//! What it is not: it decides nothing; the key says where it belongs.

use crate::place::{Head, Listed, Notebook, Place, Seen, Sending, Source};
use crate::{Listener, StorageError, StorageKey};
use hearthcast_fetch::Patience;
use hearthcast_model::Cancel;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// A place with files under other addresses.
#[derive(Debug)]
pub struct Spread {
    own: Arc<dyn Place>,
    /// By address; one that is not here is another address of the place itself.
    stores: BTreeMap<String, Arc<dyn Place>>,
    listener: Listener,
}

impl Spread {
    /// A place, and the addresses (each ending in `/`) that some of its files have, with the place behind each.
    pub fn new(
        own: Arc<dyn Place>,
        addresses: Vec<(String, Option<Arc<dyn Place>>)>,
        allow_insecure: bool,
    ) -> Result<Self, StorageError> {
        let (mut listener, mut stores) = (own.listener().clone(), BTreeMap::new());
        for (base, store) in addresses {
            listener = listener.and_at(&base, allow_insecure)?;
            if let Some(store) = store {
                stores.insert(base, store);
            }
        }
        Ok(Self { own, stores, listener })
    }

    /// The place behind a key, and what the key is there.
    fn behind<'a>(&'a self, key: &'a StorageKey) -> (&'a dyn Place, &'a StorageKey) {
        match key.split() {
            (Some(base), key) => (&**self.stores.get(base).unwrap_or(&self.own), key),
            (None, key) => (&*self.own, key),
        }
    }

    /// Every place once; two addresses may lead to the same one.
    fn all(&self) -> Vec<&Arc<dyn Place>> {
        let mut all = vec![&self.own];
        for store in self.stores.values() {
            if !all.iter().any(|known| Arc::ptr_eq(known, store)) {
                all.push(store);
            }
        }
        all
    }
}

#[async_trait::async_trait]
impl Place for Spread {
    async fn head(&self, key: &StorageKey) -> Result<Option<Head>, StorageError> {
        let (place, key) = self.behind(key);
        place.head(key).await
    }

    async fn read(&self, key: &StorageKey, limit: u64) -> Result<Option<(Vec<u8>, Seen)>, StorageError> {
        let (place, key) = self.behind(key);
        place.read(key, limit).await
    }

    async fn read_range(&self, key: &StorageKey, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
        let (place, key) = self.behind(key);
        place.read_range(key, range).await
    }

    async fn put_bytes(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        let (place, key) = self.behind(key);
        place.put_bytes(key, bytes).await
    }

    async fn create(&self, key: &StorageKey, bytes: &[u8]) -> Result<(), StorageError> {
        let (place, key) = self.behind(key);
        place.create(key, bytes).await
    }

    async fn replace(&self, key: &StorageKey, bytes: &[u8], seen: &Seen) -> Result<(), StorageError> {
        let (place, key) = self.behind(key);
        place.replace(key, bytes, seen).await
    }

    async fn put_file(
        &self,
        key: &StorageKey,
        source: &Source,
        begun: Option<Sending>,
        notebook: &dyn Notebook,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), StorageError> {
        let (place, key) = self.behind(key);
        place.put_file(key, source, begun, notebook, cancel, progress).await
    }

    async fn abort(&self, key: &StorageKey, sending: &Sending) -> Result<(), StorageError> {
        let (place, key) = self.behind(key);
        place.abort(key, sending).await
    }

    async fn delete(&self, key: &StorageKey) -> Result<(), StorageError> {
        let (place, key) = self.behind(key);
        place.delete(key).await
    }

    /// Files under another address are listed when the prefix begins with it.
    async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StorageError> {
        let Some((address, below)) = prefix.rsplit_once("//").filter(|_| prefix.contains("://")) else {
            return self.own.list(prefix).await;
        };
        let base = format!("{address}/");
        let listed = self.stores.get(&base).unwrap_or(&self.own).list(below).await?;
        Ok(listed.into_iter().map(|file| Listed { key: file.key.at(&base), ..file }).collect())
    }

    fn listener(&self) -> &Listener {
        &self.listener
    }

    fn conditions_are_one_step(&self) -> bool {
        self.own.conditions_are_one_step()
    }

    async fn try_parts(&self, key: &StorageKey) -> Result<Option<bool>, StorageError> {
        let (place, key) = self.behind(key);
        place.try_parts(key).await
    }

    async fn signed_link(&self, key: &StorageKey, lasting: Duration) -> Result<Option<String>, StorageError> {
        let (place, key) = self.behind(key);
        place.signed_link(key, lasting).await
    }

    fn writes(&self) -> u64 {
        self.all().into_iter().map(|place| place.writes()).sum()
    }

    /// Those of all places; the listener's own stand in the place's.
    fn requests(&self) -> u64 {
        self.all().into_iter().map(|place| place.requests()).sum()
    }

    fn clock_ahead_ms(&self) -> Option<i64> {
        self.own.clock_ahead_ms()
    }

    fn patience(&self) -> Patience {
        self.own.patience()
    }
}
