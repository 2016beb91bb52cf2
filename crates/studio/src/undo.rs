//! Takes changes back, and takes them again: the newest first, across restarts and all programs on this library.

use crate::Studio;
use hearthcast_library::undo::{Outcome, Way};
use hearthcast_model::Result;
use hearthcast_model::view::{Event, Undone};

impl Studio {
    /// Takes the newest change back; `None` when there is none. What is public stays as it is. A change that cannot be
    /// taken back any more is refused and forgotten.
    pub async fn undo(&self) -> Result<Option<Undone>> {
        self.step(Way::Back).await
    }

    /// Takes the change that was taken back last again; `None` when there is none, or when something was changed since.
    pub async fn redo(&self) -> Result<Option<Undone>> {
        self.step(Way::Forth).await
    }

    async fn step(&self, way: Way) -> Result<Option<Undone>> {
        let mut tx = self.library().transact().await?;
        let Some(outcome) = tx.take_step(way).await? else { return Ok(None) };
        let subjects = tx.commit().await?.subjects();
        match outcome {
            Outcome::Refused(why) => Err(why.into()),
            Outcome::Taken(taken) => {
                self.send(Event::Changed { subjects });
                Ok(Some(Undone { reason: taken.reason, subjects: taken.subjects }))
            }
        }
    }
}
