//! Transcripts and chapters from files.

use crate::scene::{Scene, ffmpeg};
use hearthcast_media::process::{ChapterPicture, ProcessRequest, TagsToWrite};
use hearthcast_model::import::ImportRequest;
use hearthcast_model::view::EpisodeEdit;
use hearthcast_model::{Cancel, Chapter, ChaptersRead, Preset, Sha256, Transcript, TranscriptChange};
use std::path::{Path, PathBuf};

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
    let captions = Transcript { captions: true, language: "en".into(), ..foreign };
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
        let chapters = scene.studio.read_chapters(&file).await.unwrap().chapters;
        let read: Vec<_> = chapters.iter().map(|c| (c.start_ms, c.title.as_str())).collect();
        assert_eq!(read, [(0, "Start"), (90_000, "Köln")], "{}", file.display());
    }
    let error = scene.studio.read_chapters(&scene.wav("plain.wav", 1)).await.unwrap_err();
    assert!(error.message.contains("no chapters"), "{}", error.message);
    assert!(scene.studio.read_chapters(std::path::Path::new("/dev/zero")).await.is_err(), "a device never ends");
}

/// An MP3 of four chapters, as the workshop writes it: the second has one picture, the third and fourth another. The pictures.
async fn illustrated(scene: &Scene, to: &Path) -> [PathBuf; 2] {
    let pictures = ["red", "blue"].map(|colour| {
        let path = scene.folder.path().join(format!("{colour}.jpg"));
        ffmpeg(&["-f", "lavfi", "-i", &format!("color={colour}:s=320x320"), "-frames:v", "1"], &path);
        path
    });
    let [red, blue] = &pictures;
    let tags = TagsToWrite {
        title: "Tide".into(),
        chapters: ["Start", "Red", "Blue", "Still blue"]
            .iter()
            .zip([0, 1_000, 2_000, 3_000])
            .map(|(title, at)| Chapter::new(at, *title))
            .collect(),
        chapter_pictures: [(1_000, red), (2_000, blue), (3_000, blue)]
            .map(|(start_ms, path)| ChapterPicture { start_ms, path: path.clone() })
            .to_vec(),
        ..TagsToWrite::default()
    };
    let request = ProcessRequest::mp3(scene.wav("tide.wav", 5), to, Preset::SpeechMono96).tagged(tags);
    scene.studio.process_media(request, Cancel::default(), |_| ()).await.unwrap();
    pictures
}

/// Of each chapter its title, and the file that its picture was made from.
fn pictured(chapters: &[Chapter]) -> Vec<(&str, Option<Sha256>)> {
    let master = |chapter: &Chapter| Some(chapter.picture.as_ref()?.from.as_ref()?.master.clone());
    chapters.iter().map(|chapter| (chapter.title.as_str(), master(chapter))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_chapters_inside_a_sound_come_with_them() {
    let scene = Scene::new().await;
    let tapes = scene.folder.path().join("tapes");
    std::fs::create_dir(&tapes).unwrap();
    let mp3 = tapes.join("tide.mp3");
    let pictures = illustrated(&scene, &mp3).await;
    let [red, blue] = pictures.each_ref().map(|path| Some(Sha256::of(&std::fs::read(path).unwrap())));
    let wanted = [("Start", None), ("Red", red.clone()), ("Blue", blue.clone()), ("Still blue", blue)];

    // Read for an edit, which then takes them: they are in the library.
    let ChaptersRead { chapters, findings } = scene.studio.read_chapters(&mp3).await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(pictured(&chapters), wanted);
    scene.episode("Talk").await;
    let edit = EpisodeEdit { chapters: Some(chapters.clone()), ..Default::default() };
    let view = scene.studio.edit_episode("harbour", "talk", edit).await.unwrap();
    assert_eq!(view.episode.chapters, chapters);
    let kept = std::fs::read(scene.media(red.unwrap().as_str())).unwrap();
    assert_eq!(kept, std::fs::read(&pictures[0]).unwrap(), "bit by bit");

    // A folder of sounds brings them, and its preview told nothing else.
    let other = Scene::new().await;
    let request = ImportRequest { source: tapes.to_str().unwrap().into(), ..ImportRequest::default() };
    let planned = other.studio.preview_import(&request, &Cancel::default()).await.unwrap();
    let report = other.studio.import_folder(&request, Cancel::default(), crate::scene::silent()).await.unwrap();
    assert_eq!((planned.episodes_new, &planned.findings), (report.episodes_new, &report.findings));
    assert_eq!((report.episodes_new, report.findings.len()), (1, 0), "{report:?}");
    let view = other.studio.episode_view(&report.slug, "tide").await.unwrap();
    assert_eq!(pictured(&view.episode.chapters), wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_chapters_that_cannot_be_used_are_told() {
    let scene = Scene::new().await;
    let mp3 = scene.folder.path().join("tide.mp3");
    let [red, blue] = illustrated(&scene, &mp3).await.map(|path| std::fs::read(path).unwrap());
    let mut bytes = std::fs::read(&mp3).unwrap();
    let places = |bytes: &[u8], picture: &[u8]| -> Vec<usize> {
        (0..bytes.len() - picture.len()).filter(|at| bytes[*at..].starts_with(picture)).collect()
    };
    // The blue one lacks its end, on both of its chapters.
    let of_blue = places(&bytes, &blue);
    assert_eq!(of_blue.len(), 2);
    for at in of_blue {
        bytes[at + blue.len() - 2..at + blue.len()].fill(0);
    }
    std::fs::write(&mp3, &bytes).unwrap();
    let read = scene.studio.read_chapters(&mp3).await.unwrap();
    let master = Some(Sha256::of(&red));
    assert_eq!(pictured(&read.chapters), [("Start", None), ("Red", master), ("Blue", None), ("Still blue", None)]);
    let [said] = &read.findings[..] else { panic!("{:?}", read.findings) };
    assert_eq!((said.code.as_str(), said.at_ms), ("media.chapter_picture_unusable", Some(2_000)));
    assert!(said.message.starts_with("A picture of its chapters was left out. \""), "{}", said.message);
    assert!(said.message.ends_with("it is cut off, its lower part is missing."), "{}", said.message);

    // The red one is no picture at all, which is found when the sound is looked at.
    for at in places(&bytes, &red) {
        bytes[at..at + 4].fill(0);
    }
    std::fs::write(&mp3, &bytes).unwrap();
    let read = scene.studio.read_chapters(&mp3).await.unwrap();
    assert!(read.chapters.iter().all(|chapter| chapter.picture.is_none()), "{:?}", read.chapters);
    let said: Vec<_> = read.findings.iter().map(|said| said.message.as_str()).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("A chapter's picture is no readable picture"), "{said:?}");
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
        let read = scene.studio.read_chapters(&folder.join(name)).await.unwrap().chapters;
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

#[tokio::test(flavor = "multi_thread")]
async fn transcripts_are_changed_as_a_whole_and_offered_in_both_forms() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let vtt = scene.folder.path().join("a.vtt");
    std::fs::write(&vtt, VTT).unwrap();
    let studio = &scene.studio;
    studio.add_transcript("harbour", "talk", &vtt, None).await.unwrap();
    let view = studio.offer_transcript("harbour", "talk", 0, "srt").await.unwrap();
    assert_eq!(view.episode.transcripts.len(), 2);
    let text = async |index| studio.transcript_text("harbour", "talk", index).await.unwrap();
    assert_eq!(text(1).await, "1\n00:00:00,000 --> 00:00:02,000\nAda: Good evening.\n\n");
    let again = studio.offer_transcript("harbour", "talk", 0, "srt").await.unwrap_err();
    assert!(again.message.contains("SRT"), "{again:?}");
    assert!(studio.offer_transcript("harbour", "talk", 0, "pdf").await.is_err());

    let rename = TranscriptChange::Rename { from: "Ada".into(), to: "Ada Lund".into() };
    studio.change_transcript("harbour", "talk", 0, &rename).await.unwrap();
    studio.change_transcript("harbour", "talk", 0, &TranscriptChange::Shift { by_ms: 1_500 }).await.unwrap();
    let (vtt, srt) = (text(0).await, text(1).await);
    assert_eq!(vtt, "WEBVTT\n\n00:00:01.500 --> 00:00:03.500\n<v Ada Lund>Good evening.\n");
    assert_eq!(srt, "1\n00:00:01,500 --> 00:00:03,500\nAda Lund: Good evening.\n\n", "what was made of it follows");
    let early = studio.change_transcript("harbour", "talk", 0, &TranscriptChange::Shift { by_ms: -1_501 }).await;
    assert_eq!(early.unwrap_err().code.as_str(), "field.invalid");
    assert_eq!(text(0).await, vtt, "nothing changed");
    assert!(studio.change_transcript("harbour", "talk", 0, &rename).await.is_err(), "there is no Ada any more");

    studio.set_transcript_text("harbour", "talk", 1, &srt.replace("evening", "night")).await.unwrap();
    let vtt = text(0).await;
    assert!(vtt.contains("Good night."), "whichever of the two is corrected: {vtt}");

    let own = scene.folder.path().join("own.srt");
    std::fs::write(&own, SRT).unwrap();
    studio.add_transcript("harbour", "talk", &own, None).await.unwrap();
    studio.change_transcript("harbour", "talk", 0, &TranscriptChange::Shift { by_ms: 500 }).await.unwrap();
    assert_eq!(text(1).await, SRT, "somebody's own words stay as they are");
    studio.undo().await.unwrap();
    assert_eq!(text(0).await, vtt);
}

#[tokio::test(flavor = "multi_thread")]
async fn transcripts_are_looked_over_and_saved_in_every_form() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let vtt = scene.folder.path().join("a.vtt");
    std::fs::write(&vtt, format!("{VTT}\n00:00:01.000 --> 00:00:03.000\n<v Ada>And again.\n")).unwrap();
    let studio = &scene.studio;
    studio.add_transcript("harbour", "talk", &vtt, None).await.unwrap();
    let look = studio.look_at_transcript("harbour", "talk", 0).await.unwrap();
    assert_eq!((look.form.as_str(), look.cues, look.speakers.as_slice()), ("vtt", 2, &["Ada".to_string()][..]));
    assert_eq!(look.findings.iter().map(|f| (f.code.as_str(), f.cue)).collect::<Vec<_>>(), [("overlap", Some(2))]);
    for (ending, losses) in [("json", &[][..]), ("dote.json", &[]), ("txt", &["times", "ends", "cues"])] {
        let path = scene.folder.path().join(format!("saved.{ending}"));
        let written = studio.save_transcript("harbour", "talk", 0, &path, false).await.unwrap();
        assert_eq!(
            (written.form.as_str(), written.losses),
            (ending, losses.iter().map(|l| (*l).to_string()).collect())
        );
        assert!(std::fs::read_to_string(&path).unwrap().contains("And again."));
        assert!(studio.save_transcript("harbour", "talk", 0, &path, false).await.is_err(), "nothing is written over");
        studio.save_transcript("harbour", "talk", 0, &path, true).await.unwrap();
    }
    let wrong =
        studio.save_transcript("harbour", "talk", 0, &scene.folder.path().join("a.pdf"), true).await.unwrap_err();
    assert!(wrong.hint.contains(".podlove.json"), "{wrong:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_of_a_transcript_and_what_it_is_for_are_changed_later() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let (vtt, studio) = (scene.folder.path().join("a.vtt"), &scene.studio);
    std::fs::write(&vtt, VTT).unwrap();
    studio.add_transcript("harbour", "talk", &vtt, None).await.unwrap();
    studio.offer_transcript("harbour", "talk", 0, "json").await.unwrap();
    let before = studio.offer_transcript("harbour", "talk", 0, "html").await.unwrap().episode.transcripts;
    let said = |list: &[Transcript]| -> Vec<_> {
        list.iter().map(|one| (one.file.ext.clone(), one.language.clone(), one.captions)).collect()
    };
    let of = |ext: &str, language: &str, captions: bool| (ext.to_string(), language.to_string(), captions);
    assert_eq!(said(&before), [of("vtt", "", false), of("json", "", false), of("html", "", false)]);

    let mut list = before.clone();
    list[0].language = "DE".into();
    list[0].captions = true;
    let edit = EpisodeEdit { transcripts: Some(list), ..Default::default() };
    let now = studio.edit_episode("harbour", "talk", edit).await.unwrap().episode.transcripts;
    // What is written from captions is theirs, and a page says its language.
    assert_eq!(said(&now), [of("vtt", "de", true), of("json", "de", false), of("html", "de", false)]);
    assert_eq!(now[0].file, before[0].file);
    let page = studio.transcript_text("harbour", "talk", 2).await.unwrap();
    assert!(page.contains("<html lang=\"de\">"), "{page}");

    // A better file is for the same purpose.
    std::fs::write(&vtt, VTT.replace("evening", "morning")).unwrap();
    let view = studio.add_transcript("harbour", "talk", &vtt, Some("de")).await.unwrap();
    let mut now = said(&view.episode.transcripts);
    now.sort();
    assert_eq!(now, [of("html", "de", false), of("json", "de", false), of("vtt", "de", true)]);
    studio.undo().await.unwrap();
    studio.undo().await.unwrap();
    let back = studio.episode_view("harbour", "talk").await.unwrap().episode.transcripts;
    assert_eq!(back, before);
}
