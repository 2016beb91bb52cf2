//! The author's choices for the network, and the way out that keeps to them. What it is not: the waiting; `fetch` does it.

use crate::{Studio, metered};
use hearthcast_fetch::Net;
use hearthcast_library::meta;
use hearthcast_model::settings::Settings;
use hearthcast_model::{Code, Error, Result};
use std::convert::Infallible;
use std::time::Duration;

/// So often a running publication looks whether the limit is another one.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Under which name they are kept.
const KEY: &str = "settings";

impl Studio {
    /// The author's choices.
    pub async fn settings(&self) -> Result<Settings> {
        let kept = meta::get(self.library().readers(), KEY).await?;
        // What a newer version wrote and this one cannot read counts as no choice.
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Keeps other choices. What runs keeps to a new limit at once, also in other programs.
    pub async fn set_settings(&self, settings: Settings) -> Result<Settings> {
        settings.check()?;
        let text = serde_json::to_string(&settings)
            .map_err(|e| Error::new(Code::Internal, format!("The settings could not be written: {e}.")))?;
        let mut tx = self.library().transact().await?;
        tx.put_meta(KEY, &text).await?;
        tx.touch("settings", "");
        self.commit_own(tx).await?;
        self.keep_pace(&settings);
        Ok(settings)
    }

    /// The way to all places, as the author wants it used.
    pub(crate) async fn net(&self) -> Result<Net> {
        let settings = self.settings().await?;
        self.keep_pace(&settings);
        let net = Net::new(self.clock()).paced(self.pace().clone());
        Ok(match &settings.proxy {
            Some(proxy) => net.through(proxy)?,
            None => net,
        })
    }

    /// Takes up limits that are set while something is under way, perhaps by another program.
    pub(crate) async fn follow_pace(&self) -> Infallible {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if let Ok(settings) = self.settings().await {
                self.keep_pace(&settings);
            }
        }
    }

    fn keep_pace(&self, settings: &Settings) {
        self.pace().set(settings.bytes_per_second());
    }

    /// Whether the connection costs by what goes over it, as far as the system tells.
    pub async fn is_metered(&self) -> bool {
        metered::is_metered().await
    }

    /// Whether what nobody began by hand waits now.
    pub(crate) async fn waits_for_network(&self) -> Result<bool> {
        Ok(!self.settings().await?.on_metered && self.is_metered().await)
    }
}
