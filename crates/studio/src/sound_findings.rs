//! What a person should know of an episode's files: of the recording its sound was made of, and of its further files.

use crate::Studio;
use hearthcast_library::media;
use hearthcast_model::facts::Finding;
use hearthcast_model::view::{AudioView, FurtherFindings};
use hearthcast_model::{Episode, Result, Timeline};

impl Studio {
    /// What is said of an episode's further files. Formats of the sound that were made here have what it has; that is said of it.
    pub(crate) async fn further_findings(
        &self,
        episode: &Episode,
        sound: Option<&AudioView>,
    ) -> Result<Vec<FurtherFindings>> {
        let remarks = sound.and_then(|sound| sound.made.as_ref()).map(|made| made.report.remarks.as_slice());
        let facts = sound.map(|sound| sound.facts.findings.as_slice());
        let of_sound = [facts.unwrap_or_default(), remarks.unwrap_or_default()].concat();
        let mut further = vec![];
        for file in episode.tags.alternate_enclosures.iter().filter_map(|other| other.file.as_ref()) {
            let known = media::get(self.library(), &file.hash).await?;
            let mut findings = known.map(|known| known.facts.findings).unwrap_or_default();
            if let Some(made) = self.made_here(Some(file)).await? {
                findings.extend(made.report.remarks);
                findings = Finding::of_recording_only(&findings, &of_sound).cloned().collect();
            }
            if !findings.is_empty() {
                further.push(FurtherFindings { hash: file.hash.clone(), findings });
            }
        }
        Ok(further)
    }
}

/// What is said of a recording and not of the sound that was made of it, where it is heard in the sound.
pub(crate) fn of_recording(recording: &[Finding], sound: &[Finding], timeline: &Timeline) -> Vec<Finding> {
    let heard = |said: &Finding| Finding { at_ms: said.at_ms.map(|at| timeline.nearest_output(at)), ..said.clone() };
    Finding::of_recording_only(recording, sound).map(heard).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthcast_model::timeline::{Heard, Piece};

    #[test]
    fn what_is_said_of_a_recording_is_said_where_it_is_heard() {
        let said = |code: &str, at_ms| Finding { code: code.into(), message: "Something.".into(), at_ms };
        // Two seconds of intro, then the recording without its first five seconds.
        let piece = |length_ms, heard| Piece { length_ms, heard };
        let timeline = Timeline { pieces: vec![piece(2_000, Heard::Intro), piece(10_000, Heard::Master(5_000))] };
        let recording = [
            said("media.damaged", Some(8_000)),
            said("media.damaged", Some(1_000)),
            said("media.truncated", Some(15_000)),
            said("media.one_sided", None),
            said("media.unused", None),
        ];
        let sound = [said("media.one_sided", None)];
        let expected = [
            said("media.damaged", Some(5_000)),
            // It was cut out: the place is where it was.
            said("media.damaged", Some(2_000)),
            said("media.truncated", Some(12_000)),
            said("media.unused", None),
        ];
        assert_eq!(of_recording(&recording, &sound, &timeline), expected);
        assert_eq!(of_recording(&recording[..1], &[], &Timeline::default()), recording[..1]);
    }
}
