//! An episode's working copy as podcast apps would shape it. Asks no network and changes nothing.

use crate::Studio;
use crate::studio::task_failed;
use hearthcast_library::made;
use hearthcast_model::app::AppPreview;
use hearthcast_model::{Chapter, Result};
use hearthcast_text::{apps, clean_html};

impl Studio {
    /// How each podcast app shows an episode as it stands, with the show's words after its notes.
    pub async fn in_apps(&self, show: &str, which: &str) -> Result<Vec<AppPreview>> {
        let suffix = self.show(show).await?.body.notes_suffix.safe;
        let episode = self.episode(show, which).await?.body;
        let notes = clean_html(&format!("{}\n{}", episode.notes.safe.html.trim(), suffix.html.trim()));
        let chapters: Vec<Chapter> = episode.marks().into_iter().filter(|chapter| !chapter.hidden).collect();
        // Nobody writes into a finished file: only those that were made here have the chapters.
        let chapters_in_file = match &episode.audio {
            Some(audio) => made::get(self.library(), &audio.hash).await?.is_some(),
            None => false,
        };
        // A megabyte of notes, tried by every rule, is no work for a thread that others wait for.
        let shaped = move || apps::in_apps(&apps::Episode { notes: &notes, chapters: &chapters, chapters_in_file });
        tokio::task::spawn_blocking(shaped).await.map_err(|e| task_failed(&e))
    }
}
