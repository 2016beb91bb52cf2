//! The server's own cleaning of what the public will see: the laptop's word for clean HTML is not taken.

use hearthcast_model::{Notes, Show};
use hearthcast_protocol::publish::ReleasedEpisode;
use hearthcast_text::clean_html;

/// A show with clean notes. The author's source stays on the laptop.
pub fn show(show: Show) -> Show {
    Show { description: notes(show.description), ..show }
}

/// An episode with clean notes.
pub fn episode(episode: ReleasedEpisode) -> ReleasedEpisode {
    let mut body = episode.body;
    body.notes = notes(body.notes);
    ReleasedEpisode { body, ..episode }
}

fn notes(notes: Notes) -> Notes {
    Notes { source: String::new(), safe: clean_html(&notes.safe.html) }
}
