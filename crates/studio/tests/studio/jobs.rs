//! Jobs across programs: held, resumed, stopped, taken up; never twice at once.

use crate::scene::{Scene, silent};
use hearthcast_model::job::{JobKind, JobState};
use hearthcast_model::{Cancel, JobId};

/// A long recording that is being made.
async fn making(scene: &Scene) -> JobId {
    scene.episode("Talk").await;
    let ingest = scene.studio.start_ingest("harbour", "talk", scene.wav("long.wav", 240)).await.unwrap();
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
    scene.until(&id, |job| job.state == JobState::Paused).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn one_recording_at_a_time_in_all_programs() {
    let scene = Scene::new().await;
    let first = making(&scene).await;
    let other = scene.other().await;
    other.add_episode("harbour", "Second").await.unwrap();
    let ingest = other.start_ingest("harbour", "second", scene.wav("second.wav", 5)).await.unwrap();
    scene.ended(&ingest).await;
    let jobs = other.jobs().await.unwrap();
    let second = jobs.into_iter().find(|job| job.kind == JobKind::Process && job.id != first).unwrap().id;
    let ended = scene.ended(&second).await;
    assert_eq!(ended.state, JobState::Done);
    let first = scene.until(&first, |_| true).await;
    assert_eq!(first.state, JobState::Done, "the short one waited for the long one");
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
