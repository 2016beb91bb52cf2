//! What is cut out of the recording of an episode, or bleeped. It is heard when the sound is made again; the recording stays as
//! it is.

use crate::Studio;
use crate::edit_show::invalid;
use crate::read::episode_id;
use hearthcast_library::media;
use hearthcast_model::edit::{Edit, EditView};
use hearthcast_model::recipe::{Passage, PassageKind};
use hearthcast_model::{Code, Episode, Error, Record, Result, Sha256};

impl Studio {
    /// What is cut out of an episode's recording; `None` where there is no recording to cut.
    pub async fn edit_of(&self, show: &str, which: &str) -> Result<Option<EditView>> {
        let record = self.episode(show, which).await?;
        match self.master_of(&record).await {
            Ok(recording) => self.edit_view(show, &record, &recording).await.map(Some),
            Err(error) if error.code == Code::MediaAbsent => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Says what is cut out or bleeped, on the recording's clock. Changes no sound before it is made again.
    pub async fn set_passages(&self, show: &str, which: &str, passages: &[Passage]) -> Result<EditView> {
        let record = self.episode(show, which).await?;
        let recording = self.master_of(&record).await?;
        let length_ms = self.length_of(&recording).await?;
        let passages = checked(passages, length_ms)?;
        let id = episode_id(&record)?;
        let mut tx = self.library().transact().await?;
        let before = tx.edit(&id, &recording).await?.unwrap_or_else(|| Edit::of(recording.clone()));
        if before.passages == passages {
            drop(tx);
        } else {
            tx.put_edit(&id, &Edit { passages, ..before }).await?;
            tx.touch("episode", &record.id);
            tx.commit().await?;
        }
        self.edit_view(show, &record, &recording).await
    }

    /// Marks a passage that was heard in the present sound, from one of its milliseconds to another.
    pub async fn mark_passage(
        &self,
        show: &str,
        which: &str,
        (from_ms, to_ms): (i64, i64),
        kind: PassageKind,
    ) -> Result<EditView> {
        let record = self.episode(show, which).await?;
        let recording = self.master_of(&record).await?;
        let view = self.edit_view(show, &record, &recording).await?;
        let on_master = |ms: i64| view.timeline.to_master(ms);
        let (Some(start_ms), Some(last_ms)) = (on_master(from_ms), on_master(to_ms.saturating_sub(1))) else {
            let why = "its ends lie in the intro or the outro, or behind the sound";
            return Err(invalid("passages", why, "Mark a passage of the recording itself."));
        };
        let marked = Passage { start_ms, end_ms: last_ms + 1, kind };
        let passages: Vec<Passage> = view.passages.iter().copied().chain([marked]).collect();
        self.set_passages(show, which, &passages).await
    }

    /// What passages are cut out of: a sound that came in finished, or the recording that the sound was made of.
    pub(crate) async fn master_of(&self, record: &Record<Episode>) -> Result<Sha256> {
        let own = record.body.audio.as_ref().map(|audio| audio.hash.clone());
        let here = own.filter(|hash| hearthcast_library::files::path(self.root(), hash).exists());
        match (here, self.made_here(record.body.audio.as_ref()).await?) {
            (Some(own), None) => Ok(own),
            _ => self.recording_of(record).await,
        }
    }

    async fn length_of(&self, recording: &Sha256) -> Result<i64> {
        let known = media::get(self.library(), recording).await?;
        let length = known.and_then(|known| known.facts.duration_ms);
        length.ok_or_else(|| Error::new(Code::MediaUnusable, "The length of the recording is not known."))
    }

    async fn edit_view(&self, show: &str, record: &Record<Episode>, recording: &Sha256) -> Result<EditView> {
        let edit = self.edit_now(record, recording).await?;
        let recipe = self.show(show).await?.body.recipe;
        let made = self.made_here(record.body.audio.as_ref()).await?.filter(|made| made.source == *recording);
        let waits = match &made {
            Some(made) => made.report.passages != edit.passages || made.report.recipe != recipe,
            None => !edit.passages.is_empty(),
        };
        let length_ms = self.length_of(recording).await?;
        let (timeline, known) = self.known_now(&record.body, edit).await?;
        Ok(EditView { length_ms, aside: known.aside(&record.body), passages: known.passages, timeline, waits })
    }
}

/// Passages in order, if all of them lie in the recording.
fn checked(passages: &[Passage], length_ms: i64) -> Result<Vec<Passage>> {
    let inside = |one: &Passage| one.start_ms >= 0 && one.start_ms < one.end_ms && one.end_ms <= length_ms;
    if passages.len() > Passage::MOST {
        let why = format!("there are more than {}", Passage::MOST);
        return Err(invalid("passages", &why, "Cut the recording with another program first."));
    }
    if let Some(outside) = passages.iter().find(|one| !inside(one)) {
        let seconds = |ms: i64| ms as f64 / 1000.0;
        let (start, end) = (seconds(outside.start_ms), seconds(outside.end_ms));
        let why = format!("{start} s to {end} s is no passage of a recording of {} s", seconds(length_ms));
        return Err(invalid("passages", &why, "A passage begins before it ends and lies within the recording."));
    }
    let passages = Passage::in_order(passages);
    let removed: i64 =
        passages.iter().filter(|one| one.kind == PassageKind::Remove).map(|one| one.end_ms - one.start_ms).sum();
    if removed >= length_ms {
        return Err(invalid("passages", "nothing would be left of the recording", "Leave something to be heard."));
    }
    Ok(passages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_lie_in_the_recording_and_leave_something() {
        let passage = |start_ms, end_ms| Passage { start_ms, end_ms, kind: PassageKind::Remove };
        assert_eq!(
            checked(&[passage(500, 1_000), passage(0, 200)], 1_000).unwrap(),
            [passage(0, 200), passage(500, 1_000)]
        );
        for bad in [passage(-1, 5), passage(5, 5), passage(900, 1_001), passage(0, 1_000)] {
            assert_eq!(checked(&[bad], 1_000).unwrap_err().code, Code::FieldInvalid, "{bad:?}");
        }
    }
}
