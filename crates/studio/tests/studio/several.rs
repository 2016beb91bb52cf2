//! Several episodes changed at once: all or none, and one step to take back.

use crate::scene::Scene;
use hearthcast_model::EpisodeId;
use hearthcast_model::view::EpisodeEdit;

async fn three(scene: &Scene) -> Vec<EpisodeId> {
    let mut ids = vec![];
    for title in ["One", "Two", "Three"] {
        ids.push(scene.episode(title).await.id);
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn a_season_is_set_for_several_and_taken_back_at_once() {
    let scene = Scene::new().await;
    let ids = three(&scene).await;
    let edit = EpisodeEdit { season: Some(4), draft: Some(true), ..Default::default() };
    assert_eq!(scene.studio.edit_episodes("harbour", &ids[..2], edit.clone()).await.unwrap(), 2);
    let seasons = async || {
        let rows = scene.studio.episodes("harbour").await.unwrap();
        ids.iter().map(|id| rows.iter().find(|row| row.id == *id).and_then(|row| row.season)).collect::<Vec<_>>()
    };
    assert_eq!(seasons().await, [Some(4), Some(4), None]);
    assert_eq!(scene.studio.edit_episodes("harbour", &ids[..2], edit).await.unwrap(), 0, "nothing new");
    let undone = scene.studio.undo().await.unwrap().unwrap();
    assert_eq!((undone.reason.as_str(), undone.subjects.len()), ("edit_many", 2));
    assert_eq!(seasons().await, [None, None, None]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_each_episodes_own_is_refused_and_nothing_changes() {
    let scene = Scene::new().await;
    let ids = three(&scene).await;
    let own = EpisodeEdit { season: Some(4), title: Some("All the same".into()), ..Default::default() };
    let refused = scene.studio.edit_episodes("harbour", &ids, own).await.unwrap_err();
    assert_eq!(refused.code.as_str(), "field.invalid");
    let bad = EpisodeEdit { season: Some(4), at: Some("tomorrow".into()), ..Default::default() };
    scene.studio.edit_episodes("harbour", &ids, bad).await.unwrap_err();
    scene.studio.remove_episode("harbour", "three").await.unwrap();
    let gone = EpisodeEdit { season: Some(4), ..Default::default() };
    let refused = scene.studio.edit_episodes("harbour", &ids, gone).await.unwrap_err();
    assert_eq!(refused.code.as_str(), "library.not_found", "one of them is gone: none is changed");
    let rows = scene.studio.episodes("harbour").await.unwrap();
    assert!(rows.len() == 2 && rows.iter().all(|row| row.season.is_none()), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_removed_and_come_back_together() {
    let scene = Scene::new().await;
    let ids = three(&scene).await;
    assert_eq!(scene.studio.remove_episodes("harbour", &ids[1..]).await.unwrap(), 2);
    assert_eq!(scene.studio.episodes("harbour").await.unwrap().len(), 1);
    assert_eq!(scene.studio.undo().await.unwrap().unwrap().reason, "remove_many");
    assert_eq!(scene.studio.episodes("harbour").await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn explicit_can_be_forgotten_again() {
    let scene = Scene::new().await;
    scene.episode("One").await;
    let edit = |edit: EpisodeEdit| scene.studio.edit_episode("harbour", "one", edit);
    let said = edit(EpisodeEdit { explicit: Some(true), ..Default::default() }).await.unwrap();
    assert_eq!(said.episode.explicit, Some(true));
    let as_show = edit(EpisodeEdit { explicit_as_show: Some(true), ..Default::default() }).await.unwrap();
    assert_eq!(as_show.episode.explicit, None);
}

/// Every kind of file that is offered is one that is taken, by its own content.
#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_file_that_is_offered_is_taken() {
    let scene = Scene::new().await;
    let kinds = scene.studio.file_kinds();
    let folder = scene.folder.path();
    // ffmpeg writes no HEIC; tests/tests/pictures.rs has what becomes of one.
    for ending in kinds.picture.iter().filter(|ending| !matches!(ending.as_str(), "heic" | "heif")) {
        let file = folder.join(format!("picture.{ending}"));
        crate::scene::ffmpeg(&["-f", "lavfi", "-i", "testsrc=s=1500x1500", "-frames:v", "1"], &file);
        let edit = hearthcast_model::view::ShowEdit { cover: Some(file.display().to_string()), ..Default::default() };
        let taken = scene.studio.edit_show("harbour", edit).await;
        assert!(taken.is_ok(), "{ending}: {taken:?}");
    }
    for ending in &kinds.audio {
        // ffmpeg does not know every ending; the format is named where it does not.
        let format: &[&str] = match ending.as_str() {
            "wave" | "bwf" => &["-f", "wav"],
            "rf64" => &["-f", "wav", "-rf64", "always"],
            "aifc" => &["-f", "aiff"],
            "m4b" => &["-f", "ipod"],
            "3gp" => &["-c:a", "aac"],
            "snd" => &["-f", "au"],
            "dts" => &["-strict", "-2"],
            // Nothing here writes these; what reads them is ffmpeg alone.
            "ape" | "dsf" | "mpc" | "amr" => continue,
            _ => &[],
        };
        let file = folder.join(format!("sound.{ending}"));
        let words = [&["-f", "lavfi", "-i", "sine=frequency=300:duration=3:sample_rate=48000"][..], format].concat();
        crate::scene::ffmpeg(&words, &file);
        scene.episode(ending).await;
        let view = scene.attach(ending, &file).await;
        assert!(view.audio.is_some(), "{ending}");
    }
    // The first bytes that OpenType 1.9, WOFF 1.0 and WOFF 2.0 name.
    let fonts: [(&str, &[u8]); 4] = [("ttf", b"\0\x01\0\0"), ("otf", b"OTTO"), ("woff", b"wOFF"), ("woff2", b"wOF2")];
    assert_eq!(kinds.font, fonts.map(|(ending, _)| ending));
    for (ending, magic) in fonts {
        let file = folder.join(format!("name.{ending}"));
        std::fs::write(&file, magic).unwrap();
        let edit = hearthcast_model::view::ShowEdit { font: Some(file.display().to_string()), ..Default::default() };
        let taken = scene.studio.edit_show("harbour", edit).await.unwrap().show.font;
        assert_eq!(taken.map(|font| font.file.ext).as_deref(), Some(ending));
    }
    for missing in ["jpg", "png", "webp", "gif", "tiff"] {
        assert!(kinds.picture.iter().any(|one| one == missing), "{missing}");
    }
    for missing in ["mp3", "wav", "aiff", "flac", "ogg", "opus", "m4a", "rf64"] {
        assert!(kinds.audio.iter().any(|one| one == missing), "{missing}");
    }
}
