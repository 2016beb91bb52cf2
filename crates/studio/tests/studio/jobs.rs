//! Jobs across programs: held, resumed, stopped, taken up; never twice at once.

use crate::scene::{Scene, silent};
use hearthcast_model::job::{Job, JobKind, JobOutcome, JobState};
use hearthcast_model::{Cancel, Code, JobId, Preset};
use std::fs::File;

/// A long recording that is being made.
async fn making(scene: &Scene) -> JobId {
    making_of(scene, 240).await
}

/// One of so many seconds.
async fn making_of(scene: &Scene, seconds: u32) -> JobId {
    scene.episode("Talk").await;
    let wav = scene.wav("long.wav", seconds);
    let ingest = scene.studio.start_ingest("harbour", "talk", wav, vec![], None).await.unwrap();
    scene.ended(&ingest).await;
    let jobs = scene.studio.jobs().await.unwrap();
    let id = jobs.into_iter().find(|job| job.kind == JobKind::Process).unwrap().id;
    scene.until(&id, |job| job.state == JobState::Running && job.progress.is_some()).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_holds_a_job_and_lets_it_go_on() {
    let scene = Scene::new().await;
    let id = making(&scene).await;
    let other = scene.other().await;
    other.pause_job(&id).await.unwrap();
    let held = scene.until(&id, |job| job.state == JobState::Paused).await;
    assert!(held.progress.is_some(), "it says how far it is");
    assert!(scene.view("talk").await.audio.is_none());
    other.resume_job(&id).await.unwrap();
    assert_eq!(scene.ended(&id).await.state, JobState::Done);
    assert!(scene.view("talk").await.audio.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_stops_a_job_and_it_can_be_begun_again() {
    let scene = Scene::new().await;
    let id = making(&scene).await;
    scene.other().await.cancel_job(&id).await.unwrap();
    assert_eq!(scene.ended(&id).await.state, JobState::Cancelled);
    let halves = std::fs::read_dir(scene.folder.path().join("library/media/incoming")).unwrap().count();
    assert_eq!(halves, 0, "nothing half is left");
    scene.studio.cancel_job(&id).await.unwrap();
    scene.studio.resume_job(&id).await.unwrap();
    scene.until(&id, |job| job.state == JobState::Done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_job_is_done_once_by_whoever_comes_first() {
    let scene = Scene::new().await;
    let id = making(&scene).await;
    scene.studio.pause_job(&id).await.unwrap();
    scene.until(&id, |job| job.state == JobState::Paused).await;
    let programs = [scene.other().await, scene.other().await, scene.other().await];
    programs.iter().for_each(hearthcast_studio::Studio::run_jobs);
    scene.studio.resume_job(&id).await.unwrap();
    for program in &programs {
        program.resume_job(&id).await.unwrap();
    }
    let job = scene.ended(&id).await;
    assert_eq!((job.state, job.attempts), (JobState::Done, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_finished_on_request() {
    let scene = Scene::new().await;
    let id = making(&scene).await;
    scene.studio.pause_job(&id).await.unwrap();
    scene.until(&id, |job| job.state == JobState::Paused).await;
    let other = scene.other().await;
    assert_eq!(other.finish_jobs(&Cancel::default(), silent()).await.unwrap(), 0, "what is held stays held");
    assert_eq!(scene.view("talk").await.audio, None);
}

/// Another program takes a recording of five seconds in for another episode; the job that makes its sound.
async fn short(scene: &Scene) -> JobId {
    let other = scene.other().await;
    let episode = other.add_episode("harbour", "Second").await.unwrap();
    let ingest = other.start_ingest("harbour", "second", scene.wav("second.wav", 5), vec![], None).await.unwrap();
    scene.ended(&ingest).await;
    let jobs = other.jobs().await.unwrap();
    let of_it = |job: &Job| job.kind == JobKind::Process && job.subject.id == episode.id.as_str();
    jobs.into_iter().find(of_it).unwrap().id
}

#[tokio::test(flavor = "multi_thread")]
async fn point_4_several_recordings_are_made_at_once() {
    assert!(std::thread::available_parallelism().unwrap().get() > 1, "one core makes one at a time");
    let scene = Scene::new().await;
    let long = making_of(&scene, 600).await;
    let short = short(&scene).await;
    assert_eq!(scene.ended(&short).await.state, JobState::Done);
    let during = scene.until(&long, |_| true).await;
    assert_eq!(during.state, JobState::Running, "the short one waited for the long one");
    // Stopped by itself, it stops nobody else.
    scene.studio.cancel_job(&long).await.unwrap();
    assert_eq!(scene.ended(&long).await.state, JobState::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_for_last_of_one_episode_is_there_in_the_end() {
    let scene = Scene::new().await;
    let first = making(&scene).await;
    let other = scene.other().await;
    let second = other.process_again("harbour", "talk", Preset::Music192, None).await.unwrap();
    scene.until(&second, |job| job.state == JobState::Running).await;
    let first = scene.until(&first, |_| true).await;
    assert_eq!(first.state, JobState::Cancelled, "it has ended before");
    assert_eq!(scene.ended(&second).await.state, JobState::Done);
    let made = scene.view("talk").await.audio.unwrap().made.unwrap();
    assert_eq!(made.report.preset, Preset::Music192);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_nobody_knows_is_named() {
    let scene = Scene::new().await;
    let id = JobId::parse("00000000-0000-7000-8000-000000000001").unwrap();
    for refused in
        [scene.studio.cancel_job(&id).await, scene.studio.pause_job(&id).await, scene.studio.resume_job(&id).await]
    {
        assert_eq!(refused.unwrap_err().code.as_str(), "library.not_found");
    }
}

/// A published show with a change that waits, and the lock of its place, as another program holds it.
async fn held_place(scene: &Scene) -> File {
    let one = scene.folder.path().join("one.mp3");
    crate::scene::ffmpeg(&["-f", "lavfi", "-i", "sine=duration=2"], &one);
    scene.episode("One").await;
    scene.attach("one", &one).await;
    scene.publish().await;
    let edit = serde_json::from_value(serde_json::json!({ "title": "Uno" })).unwrap();
    scene.studio.edit_episode("harbour", "one", edit).await.unwrap();
    let target = scene.studio.targets("harbour").await.unwrap().remove(0);
    let lock = scene.folder.path().join(format!("library/locks/target-{}.lock", target.id));
    let held = File::options().create(true).truncate(false).write(true).open(lock).unwrap();
    held.lock().unwrap();
    held
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_pass_rests_says_why_and_goes_on() {
    let scene = Scene::new().await;
    let held = held_place(&scene).await;
    let failed = scene.studio.start_publish("harbour", None, hearthcast_studio::Asked::default()).await.unwrap();
    assert_eq!(scene.ended(&failed).await.state, JobState::Failed, "a program that does not stay tries nothing again");
    scene.studio.run_jobs();
    let id = scene.studio.start_publish("harbour", None, hearthcast_studio::Asked::default()).await.unwrap();
    let job = scene.until(&id, |job| job.not_before_ms.is_some()).await;
    assert_eq!((job.state, job.error.map(|error| error.code)), (JobState::Waiting, Some(Code::Busy)));
    let rest = job.not_before_ms.unwrap() - job.heartbeat_ms.unwrap();
    assert!((15_000..16_000).contains(&rest), "the first rest is a quarter of a minute: {rest}");
    // Held, it no longer waits for a time; let go on, it is tried at once, and rests again.
    assert_eq!(scene.studio.pause_jobs().await.unwrap(), 1);
    let paused = scene.until(&id, |job| job.state == JobState::Paused).await;
    assert_eq!((paused.not_before_ms, paused.error), (None, None));
    assert_eq!(scene.studio.resume_jobs().await.unwrap(), 1);
    scene.until(&id, |job| job.not_before_ms.is_some()).await;
    held.unlock().unwrap();
    assert_eq!(scene.studio.resume_jobs().await.unwrap(), 1, "what rests is tried at once");
    let done = scene.ended(&id).await;
    let (words, outcome) = ((done.does.as_str(), done.show.as_str(), done.error), done.outcome.unwrap());
    assert_eq!((done.state, words), (JobState::Done, ("publish", "harbour", None)));
    assert_eq!(
        JobOutcome { verified: 0, ..outcome },
        JobOutcome { version: Some(2), publications: 1, ..JobOutcome::default() }
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_held_let_go_on_and_stopped_at_once() {
    let scene = Scene::new().await;
    let _held = held_place(&scene).await;
    scene.studio.run_jobs();
    let resting = scene.studio.start_publish("harbour", None, hearthcast_studio::Asked::default()).await.unwrap();
    scene.until(&resting, |job| job.not_before_ms.is_some()).await;
    let running = making(&scene).await;
    let other = scene.other().await;
    assert_eq!(other.pause_jobs().await.unwrap(), 2);
    for id in [&running, &resting] {
        scene.until(id, |job| job.state == JobState::Paused).await;
    }
    assert_eq!(other.pause_jobs().await.unwrap(), 0, "what is held is held");
    assert_eq!(scene.studio.resume_jobs().await.unwrap(), 2);
    scene.until(&running, |job| job.state == JobState::Running).await;
    scene.until(&resting, |job| job.not_before_ms.is_some()).await;
    assert_eq!(other.cancel_jobs().await.unwrap(), 2);
    for id in [&running, &resting] {
        assert_eq!(scene.ended(id).await.state, JobState::Cancelled);
    }
    assert_eq!(other.cancel_jobs().await.unwrap(), 0, "nothing is left");
}
