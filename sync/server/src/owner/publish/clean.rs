//! The server's own cleaning of what the public will see: the laptop's word for clean HTML is not taken.

use hearthcast_model::html::NotesPicture;
use hearthcast_model::{Notes, Show};
use hearthcast_protocol::publish::ReleasedEpisode;
use hearthcast_text::clean_html;

/// A show with clean notes. The author's source stays on the laptop.
pub fn show(show: Show) -> Show {
    let (description, notes_suffix) = (notes(show.description), notes_or_none(show.notes_suffix));
    Show { description, notes_suffix, ..show }
}

/// An episode with clean notes.
pub fn episode(episode: ReleasedEpisode) -> ReleasedEpisode {
    let mut body = episode.body;
    body.notes = notes(body.notes);
    ReleasedEpisode { body, ..episode }
}

/// What was not there stays not there: a show without it is written as before.
fn notes_or_none(words: Notes) -> Notes {
    if words == Notes::default() { words } else { notes(words) }
}

fn notes(notes: Notes) -> Notes {
    let held = notes.pictures.into_iter().filter(|picture| picture.file.is_some());
    // Where a picture was before is nobody's business here.
    let pictures = held.map(|picture| NotesPicture { address: String::new(), ..picture }).collect();
    Notes { source: String::new(), safe: clean_html(&notes.safe.html), pictures, ..notes }
}
