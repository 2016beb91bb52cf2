//! Makes a show.

use crate::Studio;
use crate::edit_show::{checked_text, new_show_slug};
use hearthcast_library::show;
use hearthcast_model::slug::{free_slug, is_free_for_shows, slug};
use hearthcast_model::view::{ShowEdit, ShowView};
use hearthcast_model::{Error, Result, Show, ShowId};

impl Studio {
    /// Makes a show. Its address name comes from the title unless given.
    pub async fn add_show(&self, title: &str, wanted: Option<&str>) -> Result<ShowView> {
        self.add_show_with(title, wanted, ShowEdit::default()).await
    }

    /// Makes a show with these fields. When one of them is refused, or a file of it cannot be read, there is none.
    pub async fn add_show_with(&self, title: &str, wanted: Option<&str>, edit: ShowEdit) -> Result<ShowView> {
        let title = checked_text("title", title, true)?;
        let slug = match wanted {
            Some(wanted) => new_show_slug(wanted)?,
            None => self.free_show_slug(&slug(&title, "show")).await?,
        };
        let id = ShowId::fresh(self.library().ids(), self.now_ms());
        let bare = Show::new(&title, &slug, self.now_ms());
        let brought = self.brought(&bare, &edit).await?;
        let mut tx = self.library().transact().await?;
        tx.put(id.as_str(), &bare).await?;
        let record = tx.read::<Show>(id.as_str()).await?.ok_or_else(|| Error::not_found("show", id.as_str()))?;
        let show = self.with_edit(&mut tx, &record, &edit, &brought).await?;
        if show != bare {
            tx.put(id.as_str(), &show).await?;
        }
        self.commit(tx, "add").await?;
        self.show_view(id.as_str()).await
    }

    pub(crate) async fn free_show_slug(&self, wanted: &str) -> Result<String> {
        let mut taken = vec![];
        for row in show::list(self.library()).await? {
            taken.push(row.slug);
        }
        Ok(free_slug(wanted, |slug| !is_free_for_shows(slug) || taken.iter().any(|t| t == slug)))
    }
}
