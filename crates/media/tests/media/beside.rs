//! What is wrong with one of several recordings is said of what was made of all of them: which file it is, and where it is heard.
//! The places come from how the files were cut.

use super::fixtures::Bench;
use super::recipes::{request, tones};
use hearthcast_media::Cancel;
use hearthcast_media::process::{ProcessRequest, process};
use hearthcast_model::AudioFormat;
use hearthcast_model::facts::Finding;
use std::path::PathBuf;

/// A tone of ten seconds whose file ends after so many milliseconds; its header knows nothing of that.
fn cut(bench: &Bench, name: &str, kept_ms: u64) -> PathBuf {
    let path = bench.path(name);
    tones(&path, 44_100, 1, &[(440.0, 10_000, 0.2)]);
    // 44 bytes of header, two for each sample.
    let kept = 44 + 2 * (44_100 * kept_ms / 1_000);
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(kept).unwrap();
    path
}

/// Sentences and places of what is said to be cut off.
fn cut_off(findings: &[Finding]) -> Vec<(&str, i64)> {
    let cut = findings.iter().filter(|finding| finding.code == "media.truncated");
    cut.map(|finding| (finding.message.as_str(), finding.at_ms.unwrap())).collect()
}

#[test]
fn point_1_a_microphone_that_is_cut_off_is_said_of_the_mix() {
    let bench = Bench::new();
    let (ada, bo) = (cut(&bench, "ada.wav", 10_000), cut(&bench, "bo.wav", 4_000));
    let wish = ProcessRequest { tracks: vec![bo], ..request(&ada, &bench.path("talk.flac"), AudioFormat::Flac) };
    let made = process(&wish, &Cancel::default(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"));
    let said = "In the file \"bo.wav\": The file ends after 0:04, but was made to last 0:10.";
    assert_eq!(cut_off(&made.source.findings), [(said, 4_000)]);
    assert_eq!(cut_off(&made.probed.facts.findings), [], "what was made of it is whole");
}

#[test]
fn point_1_an_intro_and_an_outro_that_are_cut_off_are_said_where_they_are_heard() {
    let bench = Bench::new();
    let (show, before, after) =
        (cut(&bench, "show.wav", 10_000), cut(&bench, "before.wav", 2_000), cut(&bench, "after.wav", 3_000));
    let plain = request(&show, &bench.path("show.mp3"), AudioFormat::Mp3);
    let wish = ProcessRequest { intro: Some(before), outro: Some(after), ..plain };
    let made = process(&wish, &Cancel::default(), &mut |_| ()).unwrap_or_else(|error| panic!("{error}"));
    let told = cut_off(&made.report.remarks);
    let sentences: Vec<&str> = told.iter().map(|(said, _)| *said).collect();
    let first = "In the file \"before.wav\": The file ends after 0:02, but was made to last 0:10.";
    let second = "In the file \"after.wav\": The file ends after 0:03, but was made to last 0:10.";
    assert_eq!(sentences, [first, second]);
    // Two seconds, ten seconds, three seconds; they go over into each other.
    let near = |(_, at): &(&str, i64), ms: i64| (at - ms).abs() <= 50;
    assert!(near(&told[0], 2_000) && near(&told[1], 15_000), "{told:?}");
    assert_eq!(cut_off(&made.source.findings), [], "the recording itself is whole");
}
