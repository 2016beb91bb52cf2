//! What an earlier listening found, so that nobody listens to the same bytes twice.

use super::{Cover, Listened, Pace, Probed, Source};
use crate::audio::recording::{self, Recording};
use crate::{ANALYZER_VERSION, MediaError};
use hearthcast_model::course::SoundCourse;
use hearthcast_model::facts::{MediaFacts, MediaKind, Peaks};
use hearthcast_model::{Cancel, Progress};
use serde::{Deserialize, Serialize};

/// What was found in a sound before. It is believed of a file with the same hash, and only by the analysis that found it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The facts.
    pub facts: MediaFacts,
    /// Its waveform.
    pub peaks: Peaks,
    /// What was heard and is no fact.
    pub listened: Listened,
}

impl Known {
    /// What was kept of an earlier listening, as far as it is needed again.
    pub fn new(facts: MediaFacts, peaks: Peaks, course: &SoundCourse) -> Self {
        let listened = Listened { frames: course.samples, dual_mono: course.dual_mono };
        let mut facts = facts;
        // About one making, not about the sound; older versions wrote it here.
        let of_a_making = ["media.format_left_out", "media.encoded_alone"];
        facts.findings.retain(|finding| !of_a_making.contains(&finding.code.as_str()));
        Self { facts, peaks, listened }
    }

    /// Whether today's analysis found it.
    pub fn is_of_today(&self) -> bool {
        self.facts.analyzer_version == ANALYZER_VERSION && self.facts.kind == MediaKind::Audio
    }

    /// Refuses a file of other bytes.
    pub(super) fn verify(
        &self,
        source: &mut Source,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), MediaError> {
        let path = source.path.clone();
        if source.size != self.facts.size_bytes {
            return Err(MediaError::Changed { path: path.shown() });
        }
        let mut pace = Pace::new("verify", source.size, cancel, progress);
        let sha256 = recording::hash(source, &mut pace)?;
        pace.at_end();
        if sha256 == self.facts.sha256 { Ok(()) } else { Err(MediaError::Changed { path: path.shown() }) }
    }

    /// Whether what the file itself says is what was found; else it is listened to again.
    pub(super) fn is_about(&self, recording: &Recording) -> bool {
        self.facts.container == recording.container
            && self.facts.codec == recording.codec
            && self.facts.sample_rate_hz == Some(recording.shape.sample_rate)
            && self.facts.channels == u32::try_from(recording.shape.channels).ok()
            && self.listened.frames > 0
    }

    pub(super) fn is_mp3(&self) -> bool {
        self.facts.container == "mp3"
    }

    /// As if somebody had listened; the pictures are read from the file.
    pub(super) fn probed(&self, (cover, chapter_pictures): (Option<Cover>, Vec<Cover>)) -> Probed {
        Probed { facts: self.facts.clone(), peaks: Some(self.peaks.clone()), course: None, cover, chapter_pictures }
    }
}
