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
