//! What is said of sounds that the workshop made: of those that are asked about, and of no others.

use crate::scene::Scene;
use hearthcast_library::made::{self, Made, Said};
use hearthcast_model::facts::{Finding, Loudness, MediaFacts, MediaKind};
use hearthcast_model::timeline::{Heard, Piece};
use hearthcast_model::{Preset, ProcessReport, Recipe, Sha256, Timeline};

fn report(target_lufs: Option<f64>, timeline: Timeline, remarks: Vec<Finding>) -> ProcessReport {
    let loudness = Loudness { integrated_lufs: Some(-16.0), range_lu: Some(4.0), true_peak_dbtp: Some(-1.5) };
    ProcessReport {
        preset: Preset::SpeechMono96,
        source: Sha256::of(b"recording"),
        before: loudness,
        after: loudness,
        target_lufs,
        gain_db: 3.5,
        ceiling_dbtp: Some(-2.0),
        limited_db: 0.0,
        limited_share: 0.0,
        rounds: 1,
        dual_mono: false,
        channels: 1,
        sample_rate_hz: 44_100,
        bit_rate: 96_000,
        encoder: "LAME 3.100".into(),
        recipe: Recipe::default(),
        passages: vec![],
        timeline,
        remarks,
    }
}

#[tokio::test]
async fn what_is_said_of_how_sounds_were_made_is_told_of_those_that_are_asked_about() {
    let scene = Scene::new();
    let library = scene.open().await;
    let finding = |message: &str| Finding { code: "media.damaged".into(), message: message.into(), at_ms: Some(7) };
    let cut = Timeline { pieces: vec![Piece { length_ms: 4_000, heard: Heard::Master(1_000) }] };
    let damaged = Sha256::of(b"damaged recording");
    let facts = MediaFacts {
        findings: vec![finding("Of the recording.")],
        ..MediaFacts::unmeasured(MediaKind::Audio, "wav", "audio/wav", 9, damaged.clone())
    };
    let files = ["cut", "intro", "kept", "other"].map(|name| Sha256::of(name.as_bytes()));
    let remark = vec![finding("Of the intro.")];
    let reports = [
        (damaged.clone(), report(Some(-16.0), cut.clone(), vec![])),
        // Of its recording nothing is known any more.
        (Sha256::of(b"gone"), report(Some(-19.0), Timeline::default(), remark.clone())),
        (Sha256::of(b"gone"), report(None, Timeline::default(), vec![])),
        (damaged, report(Some(-23.0), Timeline::default(), remark.clone())),
    ];
    let mut tx = library.transact().await.unwrap();
    tx.put_media(&facts, "talk.wav").await.unwrap();
    for (hash, (source, report)) in files.iter().zip(reports) {
        let made = Made { hash: hash.clone(), source, tags: Sha256::of(b"tags"), report };
        tx.put_made(&made).await.unwrap();
    }
    tx.commit().await.unwrap();

    let [with_cut, with_intro, ..] = &files;
    let asked = &files[..3];
    let said = made::said(&library, asked.iter()).await.unwrap();
    let of_cut = Said { recording: facts.findings, remarks: vec![], timeline: cut };
    let of_intro = Said { remarks: remark, ..Said::default() };
    assert_eq!((said.len(), &said[with_cut], &said[with_intro]), (2, &of_cut, &of_intro));
    let targets = made::targets(&library, asked.iter()).await.unwrap();
    assert_eq!((targets.len(), targets[with_cut], targets[with_intro]), (2, -16.0, -19.0));
    assert!(made::said(&library, files[..0].iter()).await.unwrap().is_empty());
}
