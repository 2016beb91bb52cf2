//! Looks which files of a show lie at a place already: by length first, then by the hash the place keeps, else by reading
//! the file once. What was read is noted, so that a run that was killed does not read it again.

use crate::Studio;
use hearthcast_engine::ProgressSink;
use hearthcast_engine::taking_over::Found;
use hearthcast_library::import::File;
use hearthcast_library::meta;
use hearthcast_model::hash::Hasher;
use hearthcast_model::place::Target;
use hearthcast_model::{Cancel, Code, EpisodeId, Error, Progress, Record, Result, Sha256, Show};
use hearthcast_storage::{Place, StorageKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::task::JoinSet;

/// How many files are looked at at a time.
const AT_A_TIME: usize = 4;

/// How much of a file is held in memory.
const PIECE: u64 = 2 << 20;

/// After so many files, or so many bytes, what was read is noted.
const TOGETHER: usize = 8;
const TOGETHER_BYTES: u64 = 64 << 20;

/// What a file at the place was seen to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    bytes: u64,
    sha256: Option<Sha256>,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// Files that hold what was imported.
    pub(super) found: Vec<Found>,
    /// Why others do not, by the address that the feed names.
    pub(super) not: BTreeMap<String, &'static str>,
    /// Bytes read in this run.
    pub(super) read: u64,
}

/// A file that may lie there.
#[derive(Clone)]
struct Candidate {
    key: String,
    sha256: Sha256,
    bytes: u64,
    episode: Option<EpisodeId>,
    url: String,
}

impl Studio {
    /// Which imported files lie at a place.
    pub(super) async fn look(
        &self,
        show: &Record<Show>,
        target: &Target,
        files: &[File],
        note: bool,
        cancel: &Cancel,
        progress: &ProgressSink,
    ) -> Result<Looked> {
        let (mut looked, mut wanted) = (Looked::default(), vec![]);
        let public = target.location.public_url().unwrap_or_default();
        for file in files {
            let Some(sha256) = file.about.hash.clone() else { continue };
            match key_of(public, &file.url) {
                None => drop(
                    looked.not.insert(file.url.clone(), "It does not lie at this place under a name that can be kept."),
                ),
                Some(key) => wanted.push(Candidate {
                    key,
                    sha256,
                    bytes: file.about.bytes,
                    episode: EpisodeId::parse(&file.episode),
                    url: file.url.clone(),
                }),
            }
        }
        let name = name_of_looks(&show.id);
        let kept = meta::get(self.library().readers(), &name).await?;
        let mut seen: BTreeMap<String, Seen> =
            kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let place = self.place_there(target).await?;
        let (mut asked, all) = (JoinSet::new(), wanted.len() as u64);
        let (mut done, mut new, mut bytes) = (0_u64, 0, 0_u64);
        let mut queue = wanted.into_iter();
        loop {
            let next = if asked.len() < AT_A_TIME { queue.next() } else { None };
            if let Some(one) = next {
                let (place, cancel) = (Arc::clone(&place), cancel.clone());
                let known = seen.get(&one.key).filter(|seen| seen.bytes == one.bytes).cloned();
                asked.spawn(async move {
                    let outcome = look_at(&*place, &one, known, &cancel).await;
                    (one, outcome)
                });
                continue;
            }
            let Some(answered) = asked.join_next().await else { break };
            let (one, outcome) =
                answered.map_err(|error| Error::new(Code::Internal, format!("A task ended badly: {error}.")))?;
            let ended = match outcome {
                Ok((now, read)) => {
                    looked.read += read;
                    (new, bytes) = (new + usize::from(read > 0), bytes + read);
                    done += 1;
                    progress(Progress::new("compare", done, all));
                    judge(&mut looked, &one, &now);
                    seen.insert(one.key, now);
                    None
                }
                Err(error) => Some(error),
            };
            // What was read is noted before anything ends.
            let enough = new >= TOGETHER || bytes >= TOGETHER_BYTES || ended.is_some() || asked.is_empty();
            if note && new > 0 && enough {
                (new, bytes) = (0, 0);
                let mut tx = self.library().transact().await?;
                tx.put_meta(&name, &serde_json::to_string(&seen).unwrap_or_default()).await?;
                self.commit_own(tx).await?;
            }
            if let Some(error) = ended {
                return Err(error);
            }
        }
        Ok(looked)
    }

    /// What was read counts for nothing any more.
    pub(super) async fn forget_looks(&self, show: &str) -> Result<()> {
        let mut tx = self.library().transact().await?;
        tx.put_meta(&name_of_looks(show), "{}").await?;
        self.commit_own(tx).await
    }
}

fn name_of_looks(show: &str) -> String {
    format!("take over {show}")
}

fn judge(looked: &mut Looked, one: &Candidate, now: &Seen) {
    let why = match &now.sha256 {
        Some(sha256) if *sha256 == one.sha256 => {
            let Candidate { key, sha256, episode, .. } = one.clone();
            return looked.found.push(Found { key, sha256, episode });
        }
        None if now.bytes == 0 => "It is not there any more.",
        None => "It has another length there.",
        Some(_) => "It holds something else there.",
    };
    looked.not.insert(one.url.clone(), why);
}

/// What a file is, and how many bytes were read to know it. A file of another length is not read.
async fn look_at(place: &dyn Place, one: &Candidate, known: Option<Seen>, cancel: &Cancel) -> Result<(Seen, u64)> {
    cancel.check()?;
    let Some(key) = StorageKey::parse(&one.key) else { return Ok((Seen { bytes: 0, sha256: None }, 0)) };
    let Some(head) = place.head(&key).await? else { return Ok((Seen { bytes: 0, sha256: None }, 0)) };
    if head.bytes != one.bytes {
        return Ok((Seen { bytes: head.bytes, sha256: None }, 0));
    }
    let told = head.sha256.or_else(|| known.and_then(|known| known.sha256));
    if told.is_some() {
        return Ok((Seen { bytes: head.bytes, sha256: told }, 0));
    }
    let (mut hasher, mut at) = (Hasher::new(), 0);
    while at < head.bytes {
        cancel.check()?;
        let piece = place.read_range(&key, at..(at + PIECE).min(head.bytes)).await?;
        if piece.is_empty() {
            return Ok((Seen { bytes: at, sha256: None }, at));
        }
        hasher.update(&piece);
        at += piece.len() as u64;
    }
    Ok((Seen { bytes: head.bytes, sha256: Some(hasher.finish()) }, at))
}

/// The name at a place of what lies at an address; services that count on the way stand before it.
pub(super) fn key_of(public: &str, url: &str) -> Option<String> {
    let bare = public.split_once("://").map_or(public, |(_, rest)| rest);
    let (_, name) = url.rsplit_once(bare)?;
    let plain = !name.contains(['?', '#', '%']);
    let key = StorageKey::parse(name).filter(|_| plain)?;
    (key.split().0.is_none()).then(|| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_stands_behind_the_public_address() {
        let public = "https://media.example/pod/";
        for (url, key) in [
            ("https://media.example/pod/a/One.mp3", Some("a/One.mp3")),
            ("http://media.example/pod/rss.xml", Some("rss.xml")),
            ("https://dts.example/redirect.mp3/media.example/pod/one.mp3", Some("one.mp3")),
            ("https://media.example/pod/feeds/a/feed.xml", Some("feeds/a/feed.xml")),
            ("https://media.example/pod/feeds/other.txt", None),
            ("https://media.example/pod/one.mp3?v=1", None),
            ("https://media.example/pod/my%20sea.mp3", None),
            ("https://media.example/pod/../one.mp3", None),
            ("https://media.example/pod/https://other.example//one.mp3", None),
            ("https://other.example/pod/one.mp3", None),
        ] {
            assert_eq!(key_of(public, url).as_deref(), key, "{url}");
        }
    }
}
