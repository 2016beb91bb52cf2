//! Transcripts and chapters from files.

use crate::scene::{Scene, ffmpeg};
use hearthcast_model::view::EpisodeEdit;

const VTT: &str = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Ada>Good evening.\n";
const SRT: &str = "1\n00:00:00,000 --> 00:00:02,000\nGuten Abend.\n";

#[tokio::test(flavor = "multi_thread")]
async fn transcripts_are_taken_written_and_removed() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let (vtt, srt) = (scene.folder.path().join("a.vtt"), scene.folder.path().join("b.srt"));
    std::fs::write(&vtt, VTT.replace('\n', "\r\n")).unwrap();
    std::fs::write(&srt, SRT).unwrap();
    let studio = &scene.studio;
    studio.add_transcript("harbour", "talk", &vtt, None).await.unwrap();
    let view = studio.add_transcript("harbour", "talk", &srt, Some("DE")).await.unwrap();
    let kept: Vec<_> = view.episode.transcripts.iter().map(|t| (t.file.ext.as_str(), t.language.as_str())).collect();
    assert_eq!(kept, [("vtt", ""), ("srt", "de")]);
    assert_eq!(studio.transcript_text("harbour", "talk", 0).await.unwrap(), VTT);
    let (_, mime) = studio.media_file(view.episode.transcripts[1].file.hash.as_str()).await.unwrap();
    assert_eq!(mime, "application/x-subrip");

    let better = VTT.replace("evening", "morning");
    studio.set_transcript_text("harbour", "talk", 0, &better).await.unwrap();
    assert_eq!(studio.transcript_text("harbour", "talk", 0).await.unwrap(), better);
    for broken in ["no transcript", SRT, ""] {
        let error = studio.set_transcript_text("harbour", "talk", 0, broken).await.unwrap_err();
        assert_eq!(error.code.as_str(), "field.invalid", "{broken:?}");
    }
    studio.undo().await.unwrap();
    assert_eq!(studio.transcript_text("harbour", "talk", 0).await.unwrap(), VTT);

    let view = studio.remove_transcript("harbour", "talk", 0).await.unwrap();
    assert_eq!(view.episode.transcripts.len(), 1);
    assert_eq!(studio.remove_transcript("harbour", "talk", 1).await.unwrap_err().code.as_str(), "library.not_found");
    let foreign = view.episode.transcripts[0].clone();
    let mut other = foreign.clone();
    other.file.hash = hearthcast_model::Sha256::of(b"somebody else's");
    let edit = EpisodeEdit { transcripts: Some(vec![other]), ..Default::default() };
    assert!(studio.edit_episode("harbour", "talk", edit).await.is_err(), "a transcript comes from a file");
    let captions = hearthcast_model::Transcript { captions: true, language: "en".into(), ..foreign };
    let edit = EpisodeEdit { transcripts: Some(vec![captions]), ..Default::default() };
    let view = studio.edit_episode("harbour", "talk", edit).await.unwrap();
    assert_eq!((view.episode.transcripts[0].captions, view.episode.transcripts[0].language.as_str()), (true, "en"));
}

#[tokio::test(flavor = "multi_thread")]
async fn chapters_are_read_from_lists_json_and_sounds() {
    let scene = Scene::new().await;
    let folder = scene.folder.path();
    let (list, json, meta, mp3) =
        (folder.join("a.txt"), folder.join("b.json"), folder.join("c.ffmeta"), folder.join("d.mp3"));
    std::fs::write(&list, "00:00 Start\n01:30 Köln\n").unwrap();
    std::fs::write(
        &json,
        r#"{"version":"1.2.0","chapters":[{"startTime":0,"title":"Start"},{"startTime":90,"title":"Köln"}]}"#,
    )
    .unwrap();
    let chapter = |start: i64, end: i64, title: &str| {
        format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n")
    };
    std::fs::write(&meta, format!(";FFMETADATA1\n{}{}", chapter(0, 90_000, "Start"), chapter(90_000, 100_000, "Köln")))
        .unwrap();
    let meta = meta.to_str().unwrap();
    let tone = "sine=frequency=330:duration=100";
    ffmpeg(&["-f", "lavfi", "-i", tone, "-i", meta, "-map_metadata", "1", "-b:a", "32k", "-id3v2_version", "3"], &mp3);
    for file in [list, json, mp3] {
        let chapters = scene.studio.read_chapters(&file).await.unwrap();
        let read: Vec<_> = chapters.iter().map(|c| (c.start_ms, c.title.as_str())).collect();
        assert_eq!(read, [(0, "Start"), (90_000, "Köln")], "{}", file.display());
    }
    let error = scene.studio.read_chapters(&scene.wav("plain.wav", 1)).await.unwrap_err();
    assert!(error.message.contains("no chapters"), "{}", error.message);
    assert!(scene.studio.read_chapters(std::path::Path::new("/dev/zero")).await.is_err(), "a device never ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn chapters_and_transcripts_of_other_programs_are_taken() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let folder = scene.folder.path();
    let lists = [
        ("labels.txt", "0.000000\t0.000000\tStart\n90.000000\t90.000000\tKöln\n"),
        (
            "sheet.cue",
            "FILE \"a.wav\" WAVE\n TRACK 01 AUDIO\n  TITLE \"Start\"\n  INDEX 01 00:00:00\n TRACK 02 AUDIO\n  TITLE \"Köln\"\n  INDEX 01 01:30:00\n",
        ),
        ("markers.csv", "#,Name,Start,End,Length\nM1,Start,0:00.000,,\nM2,Köln,1:30.000,,\n"),
        ("mp4.chapters.txt", "00:00:00.000 Start\n00:01:30.000 Köln\n"),
        (
            "podlove.psc",
            "<psc:chapters version=\"1.2\" xmlns:psc=\"http://podlove.org/simple-chapters\"><psc:chapter start=\"0\" title=\"Start\"/><psc:chapter start=\"1:30\" title=\"Köln\"/></psc:chapters>",
        ),
        (
            "talk.nhsx",
            "<?xml version=\"1.0\"?><Session><Markers><Marker Name=\"Start\" Time=\"0\"/><Marker Name=\"Köln\" Time=\"1:30\"/></Markers></Session>",
        ),
    ];
    for (name, text) in lists {
        std::fs::write(folder.join(name), text).unwrap();
        let read = scene.studio.read_chapters(&folder.join(name)).await.unwrap();
        let found: Vec<_> = read.iter().map(|chapter| (chapter.start_ms, chapter.title.as_str())).collect();
        assert_eq!(found, [(0, "Start"), (90_000, "Köln")], "{name}");
    }
    let whisper = folder.join("talk.json");
    std::fs::write(
        &whisper,
        r#"{"text":"Good evening.","segments":[{"start":0.0,"end":2.0,"text":" Good evening."}]}"#,
    )
    .unwrap();
    let view = scene.studio.add_transcript("harbour", "talk", &whisper, None).await.unwrap();
    assert_eq!(view.episode.transcripts[0].file.ext, "vtt", "apps show captions");
    let kept = scene.studio.transcript_text("harbour", "talk", 0).await.unwrap();
    assert_eq!(kept, "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nGood evening.\n");
    std::fs::write(&whisper, "{\"a\": 1}").unwrap();
    let error = scene.studio.add_transcript("harbour", "talk", &whisper, None).await.unwrap_err();
    assert_eq!(error.code.as_str(), "field.invalid");
}
