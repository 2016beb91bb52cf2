//! Removes an episode from the working copy. Listeners keep it until the next publication; undo brings it back.

use crate::Studio;
use hearthcast_model::Result;
use hearthcast_model::record::Table;

impl Studio {
    /// Removes an episode. Its media stay.
    pub async fn remove_episode(&self, show: &str, which: &str) -> Result<()> {
        let record = self.episode(show, which).await?;
        let mut tx = self.library().transact().await?;
        tx.delete(Table::Episode, &record.id).await?;
        self.commit(tx, "remove").await
    }
}
