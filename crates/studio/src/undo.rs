//! Takes the newest change of this session back.

use crate::Studio;
use hearthcast_model::view::{Event, Undone};
use hearthcast_model::{Code, Result};

impl Studio {
    /// Undoes the newest change that still stands; `None` when there is none. The undoing cannot itself be undone.
    pub async fn undo(&self) -> Result<Option<Undone>> {
        let Some((reason, changes)) = self.undoable().pop() else {
            return Ok(None);
        };
        let mut tx = self.library().transact().await?;
        for change in changes.records.iter().rev() {
            tx.revert(change).await.map_err(|error| {
                let error = hearthcast_model::Error::from(error);
                if error.code == Code::FieldInvalid { error.hint("Change it by hand.") } else { error }
            })?;
        }
        let subjects = tx.commit().await?.subjects();
        self.send(Event::Changed { subjects: subjects.clone() });
        Ok(Some(Undone { reason, subjects }))
    }
}
