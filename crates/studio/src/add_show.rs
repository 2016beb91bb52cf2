//! Makes a show.

use crate::Studio;
use crate::edit_show::{checked_slug, checked_text};
use hearthcast_library::show;
use hearthcast_model::slug::{free_slug, slug};
use hearthcast_model::view::ShowView;
use hearthcast_model::{Result, Show, ShowId};

impl Studio {
    /// Makes a show. Its address name comes from the title unless given.
    pub async fn add_show(&self, title: &str, wanted: Option<&str>) -> Result<ShowView> {
        let title = checked_text("title", title, true)?;
        let slug = match wanted {
            Some(wanted) => checked_slug(wanted)?,
            None => self.free_show_slug(&slug(&title, "show")).await?,
        };
        let id = ShowId::fresh(self.library().ids(), self.now_ms());
        let mut tx = self.library().transact().await?;
        tx.put(id.as_str(), &Show::new(&title, &slug, self.now_ms())).await?;
        self.commit(tx, "add").await?;
        self.show_view(id.as_str()).await
    }

    pub(crate) async fn free_show_slug(&self, wanted: &str) -> Result<String> {
        let mut taken = vec![];
        for row in show::list(self.library()).await? {
            taken.push(row.slug);
        }
        Ok(free_slug(wanted, |slug| taken.iter().any(|t| t == slug)))
    }
}
