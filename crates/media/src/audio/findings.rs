//! What a person should know about the sound, one sentence each, bounded: a file damaged in a thousand places gets
//! twenty findings and a count.

use super::frames::Skipped;
use hearthcast_model::clock::position;
use hearthcast_model::facts::Finding;

/// Places of one kind that are listed one by one.
const MOST_PLACES: usize = 20;

/// Collects findings while the file passes.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
    damaged: usize,
    /// Seams, and where the last one is.
    joined: usize,
    joined_at_ms: Option<i64>,
    changes: usize,
    bad_samples: usize,
    cut: bool,
}

impl Findings {
    /// Bytes before the first frame that belong to no tag.
    pub fn junk_before(&mut self, bytes: u64) {
        if bytes > 0 {
            let message =
                format!("The file begins with {bytes} bytes that are neither tag nor sound; players skip them.");
            self.add("media.junk", message, None);
        }
    }

    /// Bytes between frames, or after the last, that belong to none.
    pub fn skipped(&mut self, part: Skipped, at_ms: i64) {
        match part {
            Skipped { bytes, at_end: true, .. } => {
                self.add("media.junk", format!("The file ends with {bytes} bytes that are no sound."), Some(at_ms));
            }
            Skipped { is_tag: true, .. } => self.joined(at_ms),
            Skipped { bytes, .. } => {
                self.damage(format!("{bytes} bytes of the file are damaged and cannot be played."), at_ms);
            }
        }
    }

    /// A frame whose inside is damaged, of so many samples as far as that is known.
    pub fn unreadable_frame(&mut self, at_ms: i64, samples: u64, sample_rate: u32) {
        let message = match samples.saturating_mul(1000).div_ceil(u64::from(sample_rate.max(1))) {
            0 => String::from("A short piece of the sound is damaged; players are silent there or click."),
            ms => format!("A short piece of the sound ({ms} ms) is damaged; players are silent there or click."),
        };
        self.damage(message, at_ms);
    }

    /// Samples that are no numbers, or impossibly loud.
    pub fn bad_samples(&mut self, at_ms: i64) {
        self.bad_samples += 1;
        if self.bad_samples == 1 {
            let message = "Some samples are no numbers or impossibly loud; they are played as silence.".into();
            self.add("media.bad_samples", message, Some(at_ms));
        }
    }

    /// A second stream begins inside an Ogg file.
    pub fn joined_ogg(&mut self, at_ms: i64) {
        self.join("A second recording begins here in the same file; some players stop.", at_ms);
    }

    /// The last frame lacks its end.
    pub fn cut(&mut self, at_ms: i64) {
        self.cut = true;
        let end = position(at_ms);
        self.add(
            "media.truncated",
            format!("The file is cut off after {end}: its last piece is incomplete."),
            Some(at_ms),
        );
    }

    /// Fewer frames than the encoder counted.
    pub fn ends_early(&mut self, at_ms: i64, told_ms: i64) {
        // Lost frames were already reported where they were lost.
        if self.damaged > 0 && !self.cut {
            return;
        }
        self.list.retain(|finding| finding.code != "media.truncated");
        self.list.push(ends_early(at_ms, told_ms));
    }

    /// What begins here is packed in a way that cannot be decoded.
    pub fn not_decoded(&mut self, at_ms: i64) {
        let end = position(at_ms);
        let message =
            format!("After {end} begins sound of a kind that cannot be decoded; nothing after this place is used.");
        self.add("media.truncated", message, Some(at_ms));
        self.cut = true;
    }

    /// Compares the length that the file states with what was decoded. A container's own account is often a little wrong:
    /// by half a percent, or by `least_ms`.
    pub fn declared(&mut self, at_ms: i64, decoded_ms: i64, declared_ms: i64, least_ms: i64) {
        let tolerance = (decoded_ms.max(declared_ms) / 200).max(least_ms);
        if declared_ms - decoded_ms > tolerance {
            self.list.retain(|finding| finding.code != "media.truncated");
            self.list.push(ends_early(at_ms, at_ms.saturating_add(declared_ms - decoded_ms)));
        } else if decoded_ms - declared_ms > tolerance && self.is_of_one_piece() {
            self.list.push(wrong_length(declared_ms, decoded_ms));
        }
    }

    /// More frames than the encoder counted.
    pub fn goes_on(&mut self, heard_ms: i64, told_ms: i64) {
        if heard_ms - told_ms > (heard_ms / 200).max(100) && self.is_of_one_piece() {
            self.list.push(wrong_length(told_ms, heard_ms));
        }
    }

    /// Sound is missing here; silence stands in for it.
    pub fn gap(&mut self, missing_ms: i64, at_ms: i64) {
        let seconds = missing_ms as f64 / 1000.0;
        self.damage(format!("{seconds:.1} seconds of the sound are damaged and cannot be played."), at_ms);
    }

    /// The container says that so much of the sound is not to be heard.
    pub fn hidden(&mut self, hidden_ms: i64) {
        // Encoders hide up to about a tenth of a second of their own.
        if hidden_ms > 500 {
            let seconds = hidden_ms as f64 / 1000.0;
            let message = format!(
                "An edit list inside the file hides {seconds:.1} seconds of its sound; players that do not know such lists \
                 play them."
            );
            self.add("media.edits", message, None);
        }
    }

    /// The head of the file says that so much at its beginning is not to be heard.
    pub fn skips_front(&mut self, hidden_ms: i64) {
        if hidden_ms > 500 {
            let seconds = hidden_ms as f64 / 1000.0;
            let message = format!("The head of the file hides the first {seconds:.1} seconds of its sound.");
            self.add("media.edits", message, None);
        }
    }

    /// ffmpeg said that it could not decode something here.
    pub fn complaint(&mut self, words: &str, at_ms: i64) {
        self.damage(format!("The sound is damaged here (ffmpeg: {words})."), at_ms);
    }

    /// A second file begins inside this one.
    pub fn joined(&mut self, at_ms: i64) {
        // Tags and a frame that describes the stream stand at the same seam.
        let before = [self.joined_at_ms, self.list.last().and_then(|last| last.at_ms)];
        self.joined_at_ms = Some(at_ms);
        if !before.contains(&Some(at_ms)) {
            self.join("Two MP3 files were glued together here; some players stop or show a wrong length.", at_ms);
        }
    }

    /// The sample rate or the number of channels changes.
    pub fn changes(&mut self, at_ms: i64) {
        self.changes += 1;
        if self.changes == 1 {
            let message = "The sample rate or the number of channels changes here; many players fail on that.".into();
            self.add("media.format_changes", message, Some(at_ms));
        }
    }

    /// VBR without the header that tells players the length.
    pub fn no_length(&mut self) {
        let message =
            "The bit rate varies and the file does not state its length: players show a wrong one and skip badly.";
        self.add("media.no_length", message.into(), None);
    }

    /// All findings.
    pub fn into_list(mut self) -> Vec<Finding> {
        if self.damaged > MOST_PLACES {
            let message = format!("{} more places are damaged.", self.damaged - MOST_PLACES);
            self.add("media.damaged", message, None);
        }
        if self.joined > MOST_PLACES {
            let message = format!("The file is glued together in {} more places.", self.joined - MOST_PLACES);
            self.add("media.joined", message, None);
        }
        self.list
    }

    /// Whether nobody has put it together of several.
    fn is_of_one_piece(&self) -> bool {
        self.joined_at_ms.is_none() && self.changes == 0
    }

    fn join(&mut self, message: &str, at_ms: i64) {
        self.joined_at_ms = Some(at_ms);
        self.joined += 1;
        if self.joined <= MOST_PLACES {
            self.add("media.joined", message.into(), Some(at_ms));
        }
    }

    fn damage(&mut self, message: String, at_ms: i64) {
        self.damaged += 1;
        if self.damaged <= MOST_PLACES {
            self.add("media.damaged", message, Some(at_ms));
        }
    }

    fn add(&mut self, code: &str, message: String, at_ms: Option<i64>) {
        self.list.push(Finding { code: code.into(), message, at_ms });
    }
}

/// How long the piece is that a finding of damage tells of, as far as it says: damaged bytes and what is only counted have no length.
pub fn damaged_ms(said: &Finding) -> Option<i64> {
    let words = said.message.as_str();
    if said.code != "media.damaged" {
        return None;
    }
    if let Some(of_frame) = words.strip_prefix("A short piece of the sound (") {
        return of_frame.split_once(" ms)")?.0.parse().ok();
    }
    let (whole, tenths) = words.split_once(" seconds of the sound are damaged")?.0.split_once('.')?;
    let (whole, tenths) = (whole.parse::<i64>().ok()?, tenths.parse::<i64>().ok()?);
    whole.checked_mul(1_000)?.checked_add(tenths.checked_mul(100)?)
}

/// The file is shorter than it says.
pub fn ends_early(at_ms: i64, told_ms: i64) -> Finding {
    let message = format!("The file ends after {}, but was made to last {}.", position(at_ms), position(told_ms));
    Finding { code: "media.truncated".into(), message, at_ms: Some(at_ms) }
}

/// The file is longer than it says.
pub fn wrong_length(told_ms: i64, decoded_ms: i64) -> Finding {
    let (told, decoded) = (position(told_ms), position(decoded_ms));
    let message =
        format!("The file says that it lasts {told}, but {decoded} can be heard; players show a wrong length.");
    Finding { code: "media.wrong_length".into(), message, at_ms: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_seams_are_counted_each_once() {
        let mut findings = Findings::default();
        for seam in 1..=25 {
            // A tag, and the frame behind it.
            findings.joined(seam * 1_000);
            findings.joined(seam * 1_000);
        }
        let list = findings.into_list();
        let places: Vec<Option<i64>> = list.iter().map(|finding| finding.at_ms).collect();
        let expected: Vec<Option<i64>> = (1..=20).map(|seam| Some(seam * 1_000)).chain([None]).collect();
        assert_eq!(places, expected);
        assert_eq!(list[20].message, "The file is glued together in 5 more places.");
        assert!(list.iter().all(|finding| finding.code == "media.joined"));
    }

    #[test]
    fn damage_says_how_long_it_is_where_that_is_known() {
        let mut findings = Findings::default();
        findings.unreadable_frame(10_000, 4_410, 44_100);
        findings.gap(1_500, 20_000);
        findings.unreadable_frame(30_000, 0, 44_100);
        findings.skipped(Skipped { bytes: 900, at_end: false, is_tag: false }, 40_000);
        findings.complaint("1.5 seconds of the sound are damaged", 50_000);
        findings.joined(60_000);
        let lengths: Vec<Option<i64>> = findings.into_list().iter().map(damaged_ms).collect();
        assert_eq!(lengths, [Some(100), Some(1_500), None, None, None, None]);
    }
}
