//! The last look before listeners are sent to files of earlier versions: each is there, as long as promised. What it is
//! not: a look at their bytes; those were compared when they were sent.
//!
//! A few are asked about one by one. Many are looked up in the place's own lists, a thousand names in an answer: a show of
//! 10,000 files costs ten requests instead of 10,000. What a list does not name is asked about all the same before anybody
//! calls it missing; a place that does not list is asked about each.

use crate::names::key;
use hearthcast_model::manifest::Object;
use hearthcast_model::{Code, Error, Result};
use hearthcast_storage::{Place, StorageError, StorageKey};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::task::JoinSet;

/// From how many files on lists are cheaper. A list costs what about twelve questions do, and there are
/// three: sounds, pictures, texts.
const MANY: usize = 36;

/// How many files are asked about at a time.
const AT_A_TIME: usize = 8;

/// Those of `older` that are not there, or have another length.
pub(crate) async fn missing(place: &Arc<dyn Place>, older: Vec<Object>) -> Result<Vec<Object>> {
    if older.len() < MANY {
        return asked_one_by_one(place, older).await;
    }
    match listed(place, &older).await {
        Ok(there) => {
            let named = |object: &Object| Ok::<_, Error>(there.get(&key(&object.key)?) == Some(&object.bytes));
            let mut unnamed = vec![];
            for object in older {
                if !named(&object)? {
                    unnamed.push(object);
                }
            }
            asked_one_by_one(place, unnamed).await
        }
        // Nobody answers, so nobody would answer the other way.
        Err(StorageError::Fetch(error)) => Err(error.into()),
        Err(error) => {
            tracing::info!(%error, "the place does not list its files; they are asked about one by one");
            asked_one_by_one(place, older).await
        }
    }
}

/// Keys and lengths of everything in the folders that the files lie in.
async fn listed(
    place: &Arc<dyn Place>,
    older: &[Object],
) -> std::result::Result<BTreeMap<StorageKey, u64>, StorageError> {
    let folders: BTreeSet<String> = older.iter().filter_map(|object| top_folder(&object.key)).collect();
    let mut there = BTreeMap::new();
    for folder in folders {
        there.extend(place.list(&folder).await?.into_iter().map(|file| (file.key, file.bytes)));
    }
    Ok(there)
}

/// `media/`, with the address before it where there is one; `None` for a file in no folder.
fn top_folder(key: &str) -> Option<String> {
    let key = StorageKey::parse(key)?;
    let (base, below) = (key.split().0, key.split().1.to_string());
    let (folder, _) = below.split_once('/')?;
    Some(base.map_or_else(|| format!("{folder}/"), |base| format!("{base}/{folder}/")))
}

async fn asked_one_by_one(place: &Arc<dyn Place>, older: Vec<Object>) -> Result<Vec<Object>> {
    let (mut asked, mut missing) = (JoinSet::new(), vec![]);
    for object in older {
        if asked.len() >= AT_A_TIME {
            missing.extend(answered(asked.join_next().await)?);
        }
        let (place, key) = (Arc::clone(place), key(&object.key)?);
        asked.spawn(async move {
            let there = place.head(&key).await?.is_some_and(|head| head.bytes == object.bytes);
            Ok((!there).then_some(object))
        });
    }
    while !asked.is_empty() {
        missing.extend(answered(asked.join_next().await)?);
    }
    Ok(missing)
}

type Asked = std::result::Result<Result<Option<Object>>, tokio::task::JoinError>;

fn answered(asked: Option<Asked>) -> Result<Option<Object>> {
    match asked {
        Some(Ok(answer)) => answer,
        Some(Err(error)) => Err(Error::new(Code::Internal, format!("A task ended badly: {error}."))),
        None => Ok(None),
    }
}
