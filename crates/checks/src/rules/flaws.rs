//! What is wrong inside a sound, or inside the recordings it was made of: cut off, damaged, odd. It was found while they were decoded
//! (`media.…`); here it is told before somebody publishes, until it is taken as it is.

use super::sound::own;
use crate::told::Told;
use crate::{EpisodeFacts, Facts};
use hearthcast_model::clock::position;
use hearthcast_model::facts::Finding;

const CUT: &[&str] = &["media.truncated"];
/// Players are silent, click, stop or show a wrong length.
const DAMAGED: &[&str] =
    &["media.damaged", "media.bad_samples", "media.joined", "media.format_changes", "media.no_length"];
/// What could not be heard in a recording is missing in all that is made of it. Its seams and its length are made anew.
const DAMAGED_RECORDING: &[&str] = &["media.damaged", "media.bad_samples", "media.half_band", "media.unused"];
const ODD: &[&str] = &["media.clipped", "media.one_sided", "media.out_of_phase", "media.wrong_length"];
const ODD_RECORDING: &[&str] = &[
    "media.clipped",
    "media.one_sided",
    "media.out_of_phase",
    "media.wrong_length",
    "media.joined",
    "media.format_changes",
    "media.unfinished",
];

pub(super) fn audio_cut_off(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    if of_sound(one).iter().any(|finding| CUT.contains(&finding.code.as_str())) {
        told.say("audio", "The audio file ends in the middle.");
    }
    tell_of_additions(CUT, one, told);
    tell_of_recording(CUT, one, told);
}

pub(super) fn audio_damaged(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    tell_of_sound(DAMAGED, one, told);
    tell_of_additions(DAMAGED_RECORDING, one, told);
    tell_of_recording(DAMAGED_RECORDING, one, told);
}

pub(super) fn audio_odd(_: &Facts, one: &EpisodeFacts, told: &mut Told) {
    tell_of_sound(ODD, one, told);
    tell_of_recording(ODD_RECORDING, one, told);
}

fn of_sound<'a>(one: &'a EpisodeFacts<'a>) -> &'a [Finding] {
    own(one).map(|(_, audio)| audio.findings.as_slice()).unwrap_or_default()
}

fn tell_of_sound(codes: &[&str], one: &EpisodeFacts, told: &mut Told) {
    tell_in_audio(codes, of_sound(one), told);
}

/// Of an intro and an outro, which are no less whole than the rest. What is odd in them is the show's and no episode's.
fn tell_of_additions(codes: &[&str], one: &EpisodeFacts, told: &mut Told) {
    if own(one).is_some() {
        tell_in_audio(codes, one.remarks, told);
    }
}

fn tell_in_audio(codes: &[&str], findings: &[Finding], told: &mut Told) {
    let all: Vec<&Finding> = findings.iter().collect();
    for Kind { said, at, more, uncounted } in kinds(codes, &all) {
        let message = match (at, more, uncounted) {
            (None, ..) => format!("In the audio: {said}"),
            (Some(at), 0, _) => format!("In the audio at {at}: {said}"),
            (Some(at), more, false) => format!("In the audio at {at} (and {more} more): {said}"),
            (Some(at), more, true) => format!("In the audio at {at} (and at least {more} more): {said}"),
        };
        told.say("audio", message);
    }
}

/// Places are those of the recording.
fn tell_of_recording(codes: &[&str], one: &EpisodeFacts, told: &mut Told) {
    if own(one).is_none() {
        return;
    }
    let all: Vec<&Finding> = Finding::of_recording_only(one.recording, of_sound(one)).collect();
    for Kind { said, at, more, uncounted } in kinds(codes, &all) {
        let message = match (at, more, uncounted) {
            (None, ..) => format!("In the recording: {said}"),
            (Some(at), 0, _) => format!("In the recording at {at}: {said}"),
            (Some(at), more, false) => format!("In the recording at {at} (and {more} more): {said}"),
            (Some(at), more, true) => format!("In the recording at {at} (and at least {more} more): {said}"),
        };
        told.say("audio", message);
    }
}

/// What was found of one kind: the first of it.
struct Kind<'a> {
    said: &'a str,
    at: Option<String>,
    /// How many more there are.
    more: usize,
    /// There are more than were counted.
    uncounted: bool,
}

/// The first of each of these kinds: a file damaged in twenty places is one finding. Behind very many places stands one finding
/// without a place, for all that are not listed.
fn kinds<'a>(codes: &[&str], all: &[&'a Finding]) -> Vec<Kind<'a>> {
    let kind = |code: &&str| {
        let of_kind = all.iter().copied().filter(|finding| finding.code == *code);
        let (placed, others): (Vec<&'a Finding>, Vec<&'a Finding>) =
            of_kind.partition(|finding| finding.at_ms.is_some());
        let first: &'a Finding = placed.iter().chain(&others).next().copied()?;
        let uncounted = !placed.is_empty() && !others.is_empty();
        let more = placed.len().saturating_sub(1) + usize::from(uncounted);
        Some(Kind { said: &first.message, at: first.at_ms.map(position), more, uncounted })
    };
    codes.iter().filter_map(kind).collect()
}
