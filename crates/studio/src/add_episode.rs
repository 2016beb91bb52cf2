//! Makes an episode or a post.

use crate::Studio;
use crate::edit_show::checked_text;
use crate::read::{episode_id, show_id};
use hearthcast_library::episode;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::slug::slug;
use hearthcast_model::view::EpisodeView;
use hearthcast_model::{Episode, EpisodeId, Result, ShowId};

impl Studio {
    /// Makes an episode. The title may be empty: the file's tags or name give it one.
    pub async fn add_episode(&self, show: &str, title: &str) -> Result<EpisodeView> {
        self.add(show, title, EpisodeKind::Full).await
    }

    /// Makes a post: words for the show's website, without sound.
    pub async fn add_post(&self, show: &str, title: &str) -> Result<EpisodeView> {
        self.add(show, title, EpisodeKind::Post).await
    }

    async fn add(&self, show: &str, title: &str, kind: EpisodeKind) -> Result<EpisodeView> {
        let show = show_id(&self.show(show).await?)?;
        let title = checked_text("title", title, false)?;
        let slug = self.free_episode_slug(&show, &title, None).await?;
        let id = EpisodeId::fresh(self.library().ids(), self.now_ms());
        let guid = self.library().ids().v4().to_string();
        let mut tx = self.library().transact().await?;
        let made = Episode { kind, ..Episode::new(show.clone(), &guid, &title, &slug, self.now_ms()) };
        tx.put(id.as_str(), &made).await?;
        self.commit(tx, "add").await?;
        self.episode_view(show.as_str(), id.as_str()).await
    }

    /// An address name for a title that no other episode of the show has.
    pub(crate) async fn free_episode_slug(
        &self,
        show: &ShowId,
        title: &str,
        own: Option<&EpisodeId>,
    ) -> Result<String> {
        let wanted = slug(title, "episode");
        let mut free = wanted.clone();
        let mut number = 2u64;
        while let Some(other) = self.owner_of_slug(show, &free).await? {
            if own == Some(&other) {
                break;
            }
            free = format!("{wanted}-{number}");
            number += 1;
        }
        Ok(free)
    }

    async fn owner_of_slug(&self, show: &ShowId, slug: &str) -> Result<Option<EpisodeId>> {
        if !episode::slug_taken(self.library(), show, slug).await? {
            return Ok(None);
        }
        let found = episode::find(self.library(), show, slug).await?;
        found.as_ref().map(episode_id).transpose()
    }
}
