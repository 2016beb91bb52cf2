//! Times that notes list follow the recording when its sound is made again; no other word of the notes changes.

use crate::Studio;
use crate::follow_recording::Followed;
use hearthcast_library::media;
use hearthcast_model::edit::Edit;
use hearthcast_model::timeline::{Instant, follow_instants};
use hearthcast_model::{Episode, Result, Timeline};
use hearthcast_text::{NoteTime, note_times, rewritten, with_note_times};
use url::Url;

impl Studio {
    /// Brings the times in an episode's notes from one timeline to another one. One that stood in a passage that is cut out names
    /// the place where the passage was: the words about it are the author's, and stay until the author takes them out.
    pub(crate) async fn notes_followed(
        &self,
        all: &mut Followed,
        known: &Edit,
        (old, new): (&Timeline, &Timeline),
    ) -> Result<()> {
        let length_ms = match old.moves_nothing() {
            true => media::get(self.library(), &known.recording).await?.and_then(|known| known.facts.duration_ms),
            false => Some(old.length_ms()),
        };
        let Some(length_ms) = length_ms else {
            all.edit.notes.clone_from(&known.notes);
            return Ok(());
        };
        let before = &all.episode.notes;
        let times = note_times(before, &self.own_hosts(&all.episode).await?, length_ms);
        let instant = |time: &NoteTime| Instant { at_ms: time.at_ms, beside: time.beside.clone() };
        let shown: Vec<i64> = times.iter().map(|time| time.at_ms).collect();
        let mut both = follow_instants(&times.iter().map(instant).collect::<Vec<_>>(), &known.notes, old, new);
        let moved: Vec<(NoteTime, i64)> = times.into_iter().zip(both.iter().map(|one| one.output_ms)).collect();
        if let Some(words) = with_note_times(&before.source, &moved) {
            match rewritten(before, &words) {
                Ok(after) => all.episode.notes = after,
                // No room for one more digit: the sound is made all the same.
                Err(error) => {
                    tracing::warn!(%error, "times in notes stay as they are");
                    // The words still name the old instants; where they are in the recording is known all the same.
                    for (one, at_ms) in both.iter_mut().zip(shown) {
                        one.output_ms = at_ms;
                    }
                }
            }
        }
        all.edit.notes = both;
        Ok(())
    }

    /// Hosts whose addresses lead to the show's own sound.
    async fn own_hosts(&self, episode: &Episode) -> Result<Vec<String>> {
        let mut addresses = self.addresses_of(&episode.show).await?;
        addresses.push(episode.link.clone());
        let host = |address: &String| Some(Url::parse(address).ok()?.host_str()?.to_string());
        Ok(addresses.iter().filter_map(host).collect())
    }
}
