//! What a person should know of an episode's files: of the recording its sound was made of, and of its further files.

use crate::Studio;
use hearthcast_library::media;
use hearthcast_media::damaged_ms;
use hearthcast_model::facts::Finding;
use hearthcast_model::view::{AudioView, FurtherFindings};
use hearthcast_model::{Episode, Result, Timeline};

/// What is heard of a damaged piece before and behind it, at most: frames overlap.
const AROUND_MS: i64 = 500;

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

/// Leaves out the damage of a recording that was cut out of it: nobody hears it. Of what is damaged without a length it is not known
/// where it ends.
pub(crate) fn leave_out_removed(recording: &mut Vec<Finding>, timeline: &Timeline) {
    let removed = timeline.removed(i64::MAX);
    let is_removed = |said: &Finding| {
        let Some((at_ms, length_ms)) = said.at_ms.zip(damaged_ms(said)) else { return false };
        let from_ms = at_ms.saturating_sub(AROUND_MS).max(0);
        let to_ms = at_ms.saturating_add(length_ms).saturating_add(AROUND_MS);
        removed.iter().any(|(start_ms, end_ms)| *start_ms <= from_ms && to_ms <= *end_ms)
    };
    recording.retain(|said| !is_removed(said));
}

/// Whether listening to a sound again cannot find what is said of it: it was found in another file, or when the sound was made.
pub(crate) fn is_not_heard(said: &Finding) -> bool {
    said.is_of_file() || said.code == "media.chapter_pictures_left_out"
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

    #[test]
    fn damage_that_was_cut_out_is_left_out_and_the_rest_of_it_stays() {
        let said = |message: &str, at_ms| Finding { code: "media.damaged".into(), message: message.into(), at_ms };
        let frame = |at_ms| {
            said("A short piece of the sound (100 ms) is damaged; players are silent there or click.", Some(at_ms))
        };
        let gap = |at_ms| said("3.0 seconds of the sound are damaged and cannot be played.", Some(at_ms));
        // Of a minute 9 s to 14 s and the last ten seconds were cut out.
        let piece = |length_ms, from_ms| Piece { length_ms, heard: Heard::Master(from_ms) };
        let timeline = Timeline { pieces: vec![piece(9_000, 0), piece(36_000, 14_000)] };
        let bytes = said("900 bytes of the file are damaged and cannot be played.", Some(11_000));
        let rest = said("480 more places are damaged.", None);
        let cut_off = Finding { code: "media.truncated".into(), ..said("The file ends after 0:55.", Some(55_000)) };
        let heard = [frame(8_950), frame(13_950), gap(12_000), bytes, rest, cut_off];
        let mut recording = [&heard[..], &[frame(10_000), gap(10_000), frame(55_000)]].concat();
        leave_out_removed(&mut recording, &timeline);
        assert_eq!(recording, heard);
        leave_out_removed(&mut recording, &Timeline::default());
        assert_eq!(recording, heard, "nothing was cut out");
    }
}
