//! Removes an episode from the working copy. Listeners keep it until the next publication; undo brings it back. Who had a secret
//! address of its draft hears it no more, undone or not.

use crate::Studio;
use hearthcast_model::record::Table;
use hearthcast_model::{EpisodeId, Result, ShowId};

impl Studio {
    /// Removes an episode. Its media stay.
    pub async fn remove_episode(&self, show: &str, which: &str) -> Result<()> {
        let record = self.episode(show, which).await?;
        let mut tx = self.library().transact().await?;
        tx.delete(Table::Episode, &record.id).await?;
        self.commit(tx, "remove").await?;
        self.no_draft_of(&record.body.show, [&record.id]).await
    }

    /// Ends every secret address of episodes that were removed. A place that does not answer is told by the next sync.
    pub(crate) async fn no_draft_of(&self, show: &ShowId, episodes: impl IntoIterator<Item = &String>) -> Result<()> {
        for id in episodes.into_iter().filter_map(|id| EpisodeId::parse(id)) {
            // On the heap: it speaks to every kind of place, and most removals never do.
            Box::pin(self.end_shares_of(show, Some(&id))).await?;
        }
        Ok(())
    }
}
