//! Another picture in place of one in notes. Their words stay: they go on naming it as their author did.

use crate::Studio;
use crate::pictures::Picture;
use hearthcast_library::WriteTx;
use hearthcast_media::PictureOrder;
use hearthcast_model::{Notes, Result, Sha256};
use hearthcast_text::with_other_file;
use std::path::Path;

/// A picture that takes the place of one.
pub(crate) struct NotesSwap {
    old: Sha256,
    new: Picture,
}

impl NotesSwap {
    /// Puts it there, published under this name and the beginning of its hash.
    pub(crate) fn apply(&self, notes: &mut Notes, name: &str) {
        *notes = with_other_file(notes, &self.old, &self.new.as_named(name).file);
    }

    /// Notes its files.
    pub(crate) async fn note(&self, tx: &mut WriteTx) -> Result<()> {
        self.new.note(tx).await
    }
}

impl Studio {
    /// Takes a picture in for notes that name the file `old`.
    pub(crate) async fn notes_swap(&self, old: &Sha256, path: &Path) -> Result<NotesSwap> {
        Ok(NotesSwap { old: old.clone(), new: self.take_picture(path, PictureOrder::notes()).await? })
    }
}
