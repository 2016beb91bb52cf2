//! A note "somebody is publishing" for storages that ignore conditions. It keeps two careful laptops apart, no more: the
//! storage itself would let anybody overwrite anything. What it is not: used where the storage guards by itself.

use hearthcast_model::{Code, DeviceId, Error, Result};
use hearthcast_storage::{Place, StorageKey};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a note counts when nobody takes it back: longer than any feed takes to be written.
const TERM_MS: i64 = 10 * 60 * 1000;

/// How long a fresh note lies before it is believed: another laptop's write may be on its way.
const SETTLE: Duration = Duration::from_millis(1500);

/// Most bytes read of a note.
const LIMIT: u64 = 4096;

/// The note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Lease {
    /// The publication it belongs to.
    fence: String,
    /// The laptop.
    device: DeviceId,
    /// Until when it counts, Unix milliseconds.
    until_ms: i64,
}

/// Who wants to publish, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claimant<'a> {
    pub(crate) slug: &'a str,
    pub(crate) fence: &'a str,
    pub(crate) device: &'a DeviceId,
    pub(crate) now_ms: i64,
}

/// Puts the note up, or says who is publishing.
pub(crate) async fn take(place: &dyn Place, who: Claimant<'_>) -> Result<()> {
    let key = StorageKey::Lease(who.slug.into());
    if let Some(found) = read(place, &key).await?
        && found.fence != who.fence
        && found.until_ms > who.now_ms
    {
        return Err(taken(found.device.as_str()));
    }
    write(place, &key, who, who.now_ms + TERM_MS).await?;
    tokio::time::sleep(SETTLE).await;
    held(place, who).await
}

/// Fails when somebody else's note lies there now.
pub(crate) async fn held(place: &dyn Place, who: Claimant<'_>) -> Result<()> {
    match read(place, &StorageKey::Lease(who.slug.into())).await? {
        Some(found) if found.fence == who.fence => Ok(()),
        Some(found) => Err(taken(found.device.as_str())),
        None => Err(taken("another program")),
    }
}

/// Takes the note back.
pub(crate) async fn give_back(place: &dyn Place, who: Claimant<'_>) -> Result<()> {
    write(place, &StorageKey::Lease(who.slug.into()), who, 0).await
}

async fn write(place: &dyn Place, key: &StorageKey, who: Claimant<'_>, until_ms: i64) -> Result<()> {
    let lease = Lease { fence: who.fence.into(), device: who.device.clone(), until_ms };
    let bytes = serde_json::to_vec(&lease)
        .map_err(|e| Error::new(Code::Internal, format!("A note could not be written: {e}.")))?;
    Ok(place.put_bytes(key, &bytes).await?)
}

async fn read(place: &dyn Place, key: &StorageKey) -> Result<Option<Lease>> {
    let found = place.read(key, LIMIT).await?;
    // A note nobody can read is nobody's.
    Ok(found.and_then(|(bytes, _)| serde_json::from_slice(&bytes).ok()))
}

fn taken(by: &str) -> Error {
    Error::new(Code::Busy, "Another computer is publishing this show to this storage right now.")
        .hint("Wait until it has finished; after ten minutes without a sign of it, the way is free.")
        .about("target", by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::clock::SystemClock;
    use hearthcast_model::place::parse_location;
    use hearthcast_storage::Bucket;
    use hearthcast_storage::bucket::AccessKey;
    use hearthcast_testkit::{ACCESS_KEY_ID, S3Server, SECRET_ACCESS_KEY, bucket_url, public_url};
    use std::sync::Arc;

    #[tokio::test]
    async fn one_of_two_careful_laptops_publishes() {
        let dir = tempfile::tempdir().unwrap();
        let server = S3Server::start(dir.path());
        let (url, public) = (bucket_url(&server.origin(), ""), public_url(&server.origin(), ""));
        let location = parse_location(&url, Some(&public), false).unwrap();
        let key = AccessKey::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY).unwrap();
        let bucket = Bucket::open(&location, &key, false, Arc::new(SystemClock)).unwrap();
        let device = DeviceId::parse("018f0000-0000-7000-8000-000000000001").unwrap();
        let who = |fence, now_ms| Claimant { slug: "show", fence, device: &device, now_ms };
        take(&bucket, who("one", 0)).await.unwrap();
        assert_eq!(take(&bucket, who("two", TERM_MS - 1)).await.unwrap_err().code, Code::Busy);
        take(&bucket, who("one", 1)).await.unwrap();
        // Nobody heard of it for its whole term.
        take(&bucket, who("two", 2 + TERM_MS)).await.unwrap();
        assert_eq!(held(&bucket, who("one", 3)).await.unwrap_err().code, Code::Busy, "it was lost meanwhile");
        give_back(&bucket, who("two", 4)).await.unwrap();
        take(&bucket, who("three", 5)).await.unwrap();
    }
}
