//! Tells hubs which feeds are other ones now (WebSub): each feed once per change, whatever changed it: a publication, or an
//! episode whose time has come. What was told is written down, so that a server that was killed tells what it had not yet.

use crate::app::App;
use crate::app::Shared;
use hearthcast_fetch::{Net, tell_hub};
use hearthcast_model::{Result, Sha256};
use hearthcast_store::meta;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Waits between the tries: doubled from the first to the longest.
const FIRST_WAIT_MS: i64 = 30_000;
const LONGEST_WAIT_MS: i64 = 3_600_000;
/// How often a hub is told of one change before it is given up.
const TRIES: u32 = 10;

/// Tells hubs until `stop`.
pub async fn keep(app: Shared, stop: CancellationToken) {
    let mut hubs = Hubs { net: Net::new(app.clock.clone()), told: None, waiting: BTreeMap::new() };
    while stop.run_until_cancelled(tokio::time::sleep(Duration::from_secs(1))).await.is_some() {
        match stop.run_until_cancelled(hubs.round(&app)).await {
            Some(Err(error)) => tracing::error!(job = "hubs", code = error.code.as_str(), "{}", error.message),
            Some(Ok(())) => {}
            None => return,
        }
    }
}

struct Hubs {
    net: Net,
    /// What each feed was when its hub was told; read once.
    told: Option<BTreeMap<String, Sha256>>,
    /// Feeds whose hub did not take it, until they are told or another one.
    waiting: BTreeMap<String, Waiting>,
}

struct Waiting {
    sha256: Sha256,
    tries: u32,
    not_before_ms: i64,
}

impl Hubs {
    async fn round(&mut self, app: &App) -> Result<()> {
        let feeds = app.shown.with_hubs();
        if feeds.is_empty() {
            return Ok(());
        }
        if self.told.is_none() {
            self.told = Some(meta::told_hubs(&mut *app.store.read().await?).await?);
        }
        for (hub, topic, sha256) in feeds {
            if self.is_due(&topic, &sha256, app.now_ms()) {
                self.tell(app, &hub, topic, sha256).await?;
            }
        }
        Ok(())
    }

    fn is_due(&self, topic: &str, sha256: &Sha256, now_ms: i64) -> bool {
        let told = self.told.as_ref().is_some_and(|told| told.get(topic) == Some(sha256));
        let rests = self.waiting.get(topic).filter(|waiting| waiting.sha256 == *sha256);
        !told && rests.is_none_or(|waiting| waiting.tries < TRIES && waiting.not_before_ms <= now_ms)
    }

    async fn tell(&mut self, app: &App, hub: &str, topic: String, sha256: Sha256) -> Result<()> {
        let Err(error) = tell_hub(&self.net, hub, &topic).await else {
            self.waiting.remove(&topic);
            let told = self.told.get_or_insert_default();
            told.insert(topic, sha256);
            let mut writer = app.store.write().await?;
            meta::put_told_hubs(&mut writer, told).await?;
            writer.commit().await?;
            return Ok(());
        };
        let before = self.waiting.get(&topic).filter(|waiting| waiting.sha256 == sha256).map_or(0, |one| one.tries);
        let wait_ms = FIRST_WAIT_MS.saturating_mul(1 << before.min(20)).min(LONGEST_WAIT_MS);
        let tries = before + 1;
        match tries < TRIES {
            true => tracing::warn!(topic, tries, "a hub was not told of a feed's news: {error}; it is tried again"),
            false => tracing::error!(
                topic,
                "a hub was not told of a feed's news: {error}; apps that only wait for it get them with the next change"
            ),
        }
        self.waiting.insert(topic, Waiting { sha256, tries, not_before_ms: app.now_ms().saturating_add(wait_ms) });
        Ok(())
    }
}
