//! From a recording to the sound listeners get, its tags, and the file that is frozen by its publication.

use crate::scene::{Scene, ffmpeg, ffprobe, frames};
use hearthcast_model::job::{JobKind, JobState};
use hearthcast_model::recipe::{Passage, PassageKind};
use hearthcast_model::view::{EpisodeEdit, EpisodeView, ShowEdit};
use hearthcast_model::{Cancel, Chapter, Preset, Sha256};
use hearthcast_studio::Meant;
use std::path::PathBuf;

fn audio(view: &EpisodeView) -> String {
    view.episode.audio.as_ref().expect("a sound").hash.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_becomes_an_mp3_and_is_kept() {
    let scene = Scene::new().await;
    scene.episode("").await;
    let wav = scene.wav("\"Ünïcode 🔥\" - it's.wav", 8);
    let before = Sha256::of(&std::fs::read(&wav).unwrap());
    let view = scene.attach("episode", &wav).await;
    assert_eq!(view.episode.title, "\"Ünïcode 🔥\" - it's", "named after its file");
    let file = scene.media(&audio(&view));
    assert_eq!(ffprobe(&file, "stream=codec_name"), "mp3");
    assert_eq!(ffprobe(&file, "format_tags=title"), view.episode.title);
    assert_eq!(ffprobe(&file, "format_tags=album"), "Harbour");
    let made = view.audio.unwrap().made.expect("it was made here");
    assert_eq!((made.here, made.report.preset), (true, Preset::SpeechStereo128));
    assert_eq!((made.original_name.as_str(), made.report.source), ("\"Ünïcode 🔥\" - it's.wav", before.clone()));
    let kept = std::fs::read(scene.media(before.as_str())).unwrap();
    assert_eq!(Sha256::of(&kept), before, "the recording stays as it was");
    assert_eq!(std::fs::read_dir(scene.folder.path().join("library/media/incoming")).unwrap().count(), 0, "no halves");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_mp3_passes_through_bit_by_bit() {
    let scene = Scene::new().await;
    scene.episode("Song").await;
    let mp3 = scene.folder.path().join("song.mp3");
    ffmpeg(&["-f", "lavfi", "-i", "sine=frequency=330:duration=5", "-b:a", "64k"], &mp3);
    let view = scene.attach("song", &mp3).await;
    assert_eq!(audio(&view), Sha256::of(&std::fs::read(&mp3).unwrap()).to_string());
    assert!(view.audio.as_ref().unwrap().made.is_none());
    scene
        .studio
        .edit_episode("harbour", "song", EpisodeEdit { title: Some("Other".into()), ..Default::default() })
        .await
        .unwrap();
    scene.publish().await;
    assert_eq!(audio(&scene.view("other").await), audio(&view), "nobody writes into a finished file");
    let refused = scene.studio.process_again("harbour", "other", Preset::Music192, None).await.unwrap_err();
    assert!(refused.message.contains("no recording"), "{}", refused.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_in_the_window_it_is_made_in_the_background() {
    let scene = Scene::new().await;
    let preset = ShowEdit { preset: Some(Preset::SpeechMono96), ..Default::default() };
    scene.studio.edit_show("harbour", preset).await.unwrap();
    let episode = scene.episode("Talk").await;
    let ingest = scene.studio.start_ingest("harbour", "talk", scene.wav("talk.wav", 6), vec![], None).await.unwrap();
    assert_eq!(scene.ended(&ingest).await.state, JobState::Done);
    let jobs = scene.studio.jobs().await.unwrap();
    let process = jobs.iter().find(|job| job.kind == JobKind::Process).expect("it goes on by itself");
    assert_eq!(process.subject.id, episode.id.as_str());
    assert_eq!(scene.ended(&process.id).await.state, JobState::Done);
    let first = scene.view("talk").await;
    assert_eq!(ffprobe(&scene.media(&audio(&first)), "stream=bit_rate"), "96000");

    let again = scene.studio.process_again("harbour", "talk", Preset::Music192, None).await.unwrap();
    assert_eq!(scene.ended(&again).await.state, JobState::Done);
    let second = scene.view("talk").await;
    assert_eq!(ffprobe(&scene.media(&audio(&second)), "stream=bit_rate"), "192000");
    scene.studio.undo().await.unwrap();
    assert_eq!(audio(&scene.view("talk").await), audio(&first), "the sound before is back");
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_follow_the_episode_until_it_is_published_and_never_after() {
    let scene = Scene::new().await;
    scene.episode("First title").await;
    let made = scene.attach("first-title", &scene.wav("x.wav", 6)).await;
    let sound = frames(&scene.media(&audio(&made)));
    let chapters = vec![Chapter::new(0, "Start")];
    let edit = EpisodeEdit { title: Some("Second title".into()), chapters: Some(chapters), ..Default::default() };
    scene.studio.edit_episode("harbour", "first-title", edit).await.unwrap();
    let renamed = ShowEdit { title: Some("Lighthouse".into()), ..Default::default() };
    scene.studio.edit_show("harbour", renamed).await.unwrap();
    scene.publish().await;

    let published = scene.view("second-title").await;
    let file = scene.media(&audio(&published));
    assert_eq!(ffprobe(&file, "format_tags=title"), "Second title");
    assert_eq!(ffprobe(&file, "format_tags=album"), "Lighthouse");
    assert_eq!(ffprobe(&file, "chapter_tags=title"), "Start");
    assert_eq!(ffprobe(&file, "stream=codec_name"), "mp3\nmjpeg", "with the cover");
    assert_eq!(frames(&file), sound, "the same frames");

    let third = EpisodeEdit { title: Some("Third title".into()), ..Default::default() };
    scene.studio.edit_episode("harbour", "second-title", third).await.unwrap();
    scene.publish().await;
    let after = scene.view("second-title").await;
    assert_eq!(after.episode.title, "Third title");
    assert_eq!(audio(&after), audio(&published), "a published file is never touched");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_is_replaced_while_it_is_made_is_not_made() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let first = scene.studio.start_ingest("harbour", "talk", scene.wav("one.wav", 240), vec![], None).await.unwrap();
    scene.ended(&first).await;
    let making = |jobs: Vec<hearthcast_model::job::Job>| jobs.into_iter().filter(|j| j.kind == JobKind::Process);
    let old = making(scene.studio.jobs().await.unwrap()).next().unwrap().id;
    let second = scene.studio.start_ingest("harbour", "talk", scene.wav("two.wav", 5), vec![], None).await.unwrap();
    scene.ended(&second).await;
    let new = making(scene.studio.jobs().await.unwrap()).find(|job| job.id != old).unwrap().id;
    assert_eq!(scene.ended(&old).await.state, JobState::Cancelled);
    assert_eq!(scene.ended(&new).await.state, JobState::Done);
    assert_eq!(scene.view("talk").await.audio.unwrap().made.unwrap().original_name, "two.wav");
}

/// A recording whose file ends after so many seconds; its header knows nothing of that.
fn cut(scene: &Scene, name: &str, (seconds, kept): (u32, u64)) -> PathBuf {
    let wav = scene.wav(name, seconds);
    // 44 bytes of header, two for each sample.
    std::fs::OpenOptions::new().write(true).open(&wav).unwrap().set_len(44 + 2 * 44_100 * kept).unwrap();
    wav
}

/// What the view of an episode says of its recording, with places.
fn of_recording(view: &EpisodeView) -> Vec<(String, Option<i64>)> {
    let made = view.audio.as_ref().and_then(|audio| audio.made.as_ref()).expect("it was made here");
    made.findings.iter().map(|finding| (finding.message.clone(), finding.at_ms)).collect()
}

/// What a rule says.
async fn checked(scene: &Scene, code: &str) -> Vec<String> {
    let report = scene.studio.check_show_here("harbour").await.unwrap();
    report.findings.into_iter().filter(|one| one.code == code).map(|one| one.message).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn point_1_a_recording_that_is_cut_off_is_told_until_the_author_takes_it_as_it_is() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let view = scene.attach("talk", &cut(&scene, "talk.wav", (8, 5))).await;
    let said = "The file ends after 0:05, but was made to last 0:08.";
    assert_eq!(of_recording(&view), [(said.to_owned(), Some(5_000))]);
    let code = "check.audio_cut_off";
    assert_eq!(checked(&scene, code).await, [format!("In the recording at 0:05: {said}")]);
    let meant = Meant { code, subject: None, message: None };
    scene.studio.accept_findings("harbour", meant).await.unwrap();
    assert_eq!(checked(&scene, code).await, Vec::<String>::new());
    // Another recording that is cut off elsewhere is another matter.
    scene.attach("talk", &cut(&scene, "again.wav", (9, 4))).await;
    assert_eq!(checked(&scene, code).await.len(), 1);
    // A whole one is none.
    let whole = scene.attach("talk", &scene.wav("whole.wav", 7)).await;
    assert_eq!((of_recording(&whole), checked(&scene, code).await), (vec![], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn point_1_a_recording_that_is_clipped_is_told() {
    let scene = Scene::new().await;
    scene.episode("Loud").await;
    let flac = scene.folder.path().join("loud.flac");
    // A second of silence; then a sine of -18 dB full scale, 30 dB louder.
    let sine = "sine=frequency=440:duration=6:sample_rate=44100,volume=30dB,adelay=1000";
    ffmpeg(&["-f", "lavfi", "-i", sine, "-c:a", "flac", "-sample_fmt", "s16"], &flac);
    let view = scene.attach("loud", &flac).await;
    let made = view.audio.unwrap().made.expect("it was made here");
    let clipped = made.findings.iter().find(|finding| finding.code == "media.clipped").expect("it is clipped");
    assert!(clipped.at_ms.is_some_and(|at| (1_000..1_010).contains(&at)), "{clipped:?}");
    let told = checked(&scene, "check.audio_odd").await;
    let [told] = &told[..] else { panic!("once: {told:?}") };
    assert_eq!(*told, format!("In the recording at 0:01: {}", clipped.message));
}

#[tokio::test(flavor = "multi_thread")]
async fn point_1_a_second_microphone_that_is_cut_off_is_told_of_the_mix() {
    let scene = Scene::new().await;
    scene.episode("Two").await;
    let (ada, bo) = (scene.wav("ada.wav", 8), cut(&scene, "bo.wav", (8, 3)));
    let attached = scene.studio.attach_audio("harbour", "two", (&ada, &[bo]), None, Cancel::default(), |_| ()).await;
    let said = "In the file \"bo.wav\": The file ends after 0:03, but was made to last 0:08.";
    assert_eq!(of_recording(&attached.unwrap()), [(said.to_owned(), Some(3_000))]);
    assert_eq!(checked(&scene, "check.audio_cut_off").await, [format!("In the recording at 0:03: {said}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_1_a_microphone_whose_file_was_repaired_is_no_longer_told_of_the_mix() {
    let scene = Scene::new().await;
    scene.episode("Two").await;
    let (ada, bo) = (scene.wav("ada.wav", 8), cut(&scene, "bo.wav", (8, 3)));
    let mix = async |other: &PathBuf| {
        let files = (ada.as_path(), std::slice::from_ref(other));
        let attached = scene.studio.attach_audio("harbour", "two", files, None, Cancel::default(), |_| ()).await;
        attached.unwrap()
    };
    assert_eq!(of_recording(&mix(&bo).await).len(), 1);
    // Under another name the file is as it was.
    let renamed = scene.folder.path().join("bo-2.wav");
    std::fs::rename(&bo, &renamed).unwrap();
    let said = "In the file \"bo-2.wav\": The file ends after 0:03, but was made to last 0:08.";
    assert_eq!(of_recording(&mix(&renamed).await), [(said.to_owned(), Some(3_000))]);
    // A header that says what is there: no sample is another one.
    let mut bytes = std::fs::read(&renamed).unwrap();
    let length = u32::try_from(bytes.len()).unwrap();
    bytes[4..8].copy_from_slice(&(length - 8).to_le_bytes());
    bytes[40..44].copy_from_slice(&(length - 44).to_le_bytes());
    std::fs::write(&renamed, bytes).unwrap();
    assert_eq!(of_recording(&mix(&renamed).await), []);
    assert_eq!(checked(&scene, "check.audio_cut_off").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn point_1_an_intro_that_is_cut_off_is_told_by_check() {
    let scene = Scene::new().await;
    let intro = cut(&scene, "intro.wav", (8, 3)).to_str().unwrap().to_owned();
    scene.studio.edit_show("harbour", ShowEdit { intro: Some(intro), ..Default::default() }).await.unwrap();
    scene.episode("Talk").await;
    scene.attach("talk", &scene.wav("talk.wav", 6)).await;
    let said = "In the audio at 0:03: In the file \"intro.wav\": The file ends after 0:03, but was made to last 0:08.";
    assert_eq!(checked(&scene, "check.audio_cut_off").await, [said]);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_1_damage_that_is_cut_out_is_no_longer_warned_of() {
    let scene = Scene::new().await;
    scene.episode("Talk").await;
    let (wav, flac) = (scene.wav("whole.wav", 12), scene.folder.path().join("talk.flac"));
    ffmpeg(&["-i", wav.to_str().unwrap(), "-c:a", "flac"], &flac);
    let mut bytes = std::fs::read(&flac).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 2_000].fill(0);
    std::fs::write(&flac, bytes).unwrap();
    let view = scene.attach("talk", &flac).await;
    let places: Vec<i64> = of_recording(&view).into_iter().filter_map(|(_, at)| at).collect();
    let (first, last) = (places[0], places[places.len() - 1]);
    let code = "check.audio_damaged";
    assert_eq!(checked(&scene, code).await.len(), 1, "{places:?}");
    let around = Passage { start_ms: first - 1_500, end_ms: last + 2_500, kind: PassageKind::Remove };
    scene.studio.set_passages("harbour", "talk", &[around]).await.unwrap();
    assert_eq!(checked(&scene, code).await.len(), 1, "the sound has it until it is made again");
    let again = scene.studio.process_again("harbour", "talk", Preset::SpeechStereo128, None).await.unwrap();
    assert_eq!(scene.ended(&again).await.state, JobState::Done);
    assert_eq!(checked(&scene, code).await, Vec::<String>::new());
}
