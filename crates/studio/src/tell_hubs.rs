//! Tells the hub of a show which feeds at a place are other ones now (WebSub), so that apps that listen to it need not ask.
//! What was told is written down: each feed is told once per change, and what a hub did not take is tried again with later
//! rounds. A hub that does not answer keeps nothing from being published. A bundled server tells by itself.

use crate::Studio;
use hearthcast_engine::documents::variants;
use hearthcast_engine::plan::feed_url;
use hearthcast_fetch::tell_hub;
use hearthcast_library::{meta, target};
use hearthcast_model::manifest::Manifest;
use hearthcast_model::place::{Location, Role, Target};
use hearthcast_model::{Code, Error, Result, Sha256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Waits between the tries: doubled from the first to the longest.
const FIRST_WAIT_MS: i64 = 30_000;
const LONGEST_WAIT_MS: i64 = 3_600_000;
/// How often a hub is told of one change before it is given up.
const TRIES: u32 = 10;

/// How far a feed's news are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct News {
    /// The feed as the hub was last told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<Sha256>,
    /// The feed that the hub did not take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed: Option<Failed>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Failed {
    sha256: Sha256,
    tries: u32,
    not_before_ms: i64,
}

impl News {
    fn is_due(&self, now: &Sha256, now_ms: i64) -> bool {
        let rests = self.failed.as_ref().filter(|failed| failed.sha256 == *now);
        self.told.as_ref() != Some(now)
            && rests.is_none_or(|failed| failed.tries < TRIES && failed.not_before_ms <= now_ms)
    }
}

impl Studio {
    /// Tells the hub of what is public at a target and was not told yet. Says what became of it, in a sentence; `None` where
    /// there was nothing to tell.
    pub(crate) async fn tell_hubs(&self, target: &Target) -> Result<Option<Result<String>>> {
        let listens = matches!(target.role, Role::Primary | Role::Mirror) && target.moved.is_none();
        if matches!(target.location, Location::Server { .. }) || !listens {
            return Ok(None);
        }
        let record = self.show(target.show.as_str()).await?;
        let manifest = target::state(self.library().readers(), &target.id).await?.manifest;
        let (Some(show), Some(manifest)) = (record.released, manifest) else { return Ok(None) };
        if show.hub.is_empty() {
            return Ok(None);
        }
        let name = format!("hub {}", target.id);
        let kept = meta::get(self.library().readers(), &name).await?;
        // What cannot be read was told of nothing: being told twice hurts no hub.
        let before: BTreeMap<String, News> = kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let feeds = feeds(target, &show.slug, &manifest);
        let (mut news, outcome) = (before.clone(), self.told(&show.hub, &feeds, &before).await?);
        news.retain(|feed, _| feeds.iter().any(|(url, _)| url == feed));
        news.extend(outcome.news);
        if news != before {
            let text = serde_json::to_string(&news).unwrap_or_default();
            let mut tx = self.library().transact().await?;
            tx.put_meta(&name, &text).await?;
            self.commit_own(tx).await?;
        }
        Ok(match (outcome.failed, outcome.told) {
            (Some(error), _) => Some(Err(error)),
            (None, 0) => None,
            (None, _) => Some(Ok(format!("The hub {} was told.", show.hub))),
        })
    }

    /// Tells of every feed that is due; one that the hub does not take lets the others wait, too.
    async fn told(&self, hub: &str, feeds: &[(String, Sha256)], before: &BTreeMap<String, News>) -> Result<Outcome> {
        let (net, now_ms, mut outcome) = (self.net().await?, self.now_ms(), Outcome::default());
        for (feed, sha256) in feeds {
            let known = before.get(feed).cloned().unwrap_or_default();
            if outcome.failed.is_some() || !known.is_due(sha256, now_ms) {
                continue;
            }
            let news = match tell_hub(&net, hub, feed).await {
                Ok(()) => {
                    outcome.told += 1;
                    News { told: Some(sha256.clone()), failed: None }
                }
                Err(error) => {
                    let tries =
                        known.failed.as_ref().filter(|one| one.sha256 == *sha256).map_or(0, |one| one.tries) + 1;
                    outcome.failed = Some(untold(hub, &error.to_string(), tries));
                    let wait_ms = FIRST_WAIT_MS.saturating_mul(1 << tries.min(20)).min(LONGEST_WAIT_MS);
                    let not_before_ms = now_ms.saturating_add(wait_ms);
                    News { failed: Some(Failed { sha256: sha256.clone(), tries, not_before_ms }), ..known }
                }
            };
            outcome.news.insert(feed.clone(), news);
        }
        Ok(outcome)
    }
}

#[derive(Default)]
struct Outcome {
    news: BTreeMap<String, News>,
    told: usize,
    failed: Option<Error>,
}

/// Addresses and hashes of the feeds that apps subscribe to.
fn feeds(target: &Target, slug: &str, manifest: &Manifest) -> Vec<(String, Sha256)> {
    let own = (feed_url(target, slug), manifest.feed.sha256.clone());
    let further = hearthcast_engine::documents::further(manifest).map(|one| one.sha256.clone());
    std::iter::once(own).chain(variants(target, manifest).zip(further)).collect()
}

fn untold(hub: &str, why: &str, tries: u32) -> Error {
    let next = match tries < TRIES {
        true => "It is told again with a later round of sync; apps that ask by themselves have the news already.",
        false => "It is told with the next change; apps that ask by themselves have the news already.",
    };
    Error::new(Code::TargetOffline, format!("The hub {hub} could not be told that the feed is another one: {why}."))
        .hint(next)
        .about("hub", hub)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_told_once_per_change_and_again_only_after_a_rest() {
        let (one, two) = (Sha256::of(b"1"), Sha256::of(b"2"));
        let failed = |tries, not_before_ms| News {
            told: None,
            failed: Some(Failed { sha256: one.clone(), tries, not_before_ms }),
        };
        for (news, now, now_ms, due, why) in [
            (News::default(), &one, 0, true, "nobody was told"),
            (News { told: Some(one.clone()), failed: None }, &one, 9, false, "it was told"),
            (News { told: Some(one.clone()), failed: None }, &two, 9, true, "it is another one"),
            (failed(1, 10), &one, 9, false, "it rests"),
            (failed(1, 10), &one, 10, true, "it has rested"),
            (failed(1, 10), &two, 9, true, "another one does not rest"),
            (failed(TRIES, 10), &one, 99, false, "it was given up"),
            (failed(TRIES, 10), &two, 99, true, "another one is told"),
        ] {
            assert_eq!(news.is_due(now, now_ms), due, "{why}");
        }
    }
}
