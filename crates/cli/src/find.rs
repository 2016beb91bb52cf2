//! From the words a person writes for several episodes (id, slug, number) to their ids. Single shows, episodes and targets
//! are found by the studio itself.

use hearthcast_model::view::TargetView;
use hearthcast_model::{EpisodeId, Result};
use hearthcast_studio::Studio;

/// The episodes with these words; none for no words, which means all of them.
pub async fn episodes(studio: &Studio, show: &str, words: &[String]) -> Result<Vec<EpisodeId>> {
    let mut ids = Vec::new();
    for word in words {
        ids.push(studio.episode_view(show, word).await?.id);
    }
    Ok(ids)
}

/// The targets of one show, or of all.
pub async fn targets(studio: &Studio, show: Option<&str>) -> Result<Vec<TargetView>> {
    if let Some(show) = show {
        return studio.targets(show).await;
    }
    let mut targets = Vec::new();
    for show in studio.shows().await? {
        targets.extend(studio.targets(show.id.as_str()).await?);
    }
    Ok(targets)
}
