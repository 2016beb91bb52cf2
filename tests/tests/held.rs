//! Issue 4, point 3: an upload in the job table is held, goes on, is stopped and begun again, by another program than the one
//! that works on it; what has arrived is not sent again, and nobody sees anything meanwhile. The judge is the line to the
//! place, which counts.

use hearthcast_model::JobId;
use hearthcast_model::job::{Job, JobKind, JobState};
use hearthcast_model::settings::Settings;
use hearthcast_studio::{Options, Studio};
use hearthcast_testkit::{ACCESS_KEY_ID, CutLine, SECRET_ACCESS_KEY, SftpServer, WebDavServer};
use hearthcast_tests::{BucketScene, Laptop, Listener, scratch, sound};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// A part of an upload to a bucket.
const PART: u64 = 8 * 1024 * 1024;

/// What a publication sends beside the file: heads of requests, manifest, feeds, looks at what is there.
const BESIDE: u64 = 3 * 1024 * 1024;

/// Enough sound for more than two parts.
const LONG_SECONDS: usize = 1_200;

/// Slow enough to be met at work.
const SLOW: Settings = Settings {
    upload_kb_per_second: Some(4_000),
    on_metered: false,
    proxy: None,
    speech_program: None,
    speech_model: None,
};

async fn until(studio: &Studio, id: &JobId, what: &str, wanted: impl Fn(&Job) -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    loop {
        looks.tick().await;
        let jobs = studio.jobs().await.expect("jobs can be listed");
        let job = jobs.iter().find(|job| job.id == *id).expect("it is in the list");
        if wanted(job) {
            return;
        }
        assert!(Instant::now() < end, "{what}: {job:?}");
    }
}

fn is(state: JobState) -> impl Fn(&Job) -> bool {
    move |job| job.state == state && job.kind == JobKind::Publish
}

/// Publishes, is held, goes on, is stopped, and is begun again. `at` is how much has to be under way before something is
/// asked of it.
async fn story(library: &Path, show: &str, line: &CutLine, (bytes, at): (u64, u64), feed_url: &str) {
    let open = || Studio::open(Options::new(library));
    let (studio, other) = (open().await.expect("it opens"), open().await.expect("it opens twice"));
    studio.set_settings(SLOW).await.expect("it can be set");
    let from = line.sent();
    let job = studio.start_publish(show, None, hearthcast_studio::Asked::default()).await.expect("it begins");
    for wanted in [JobState::Paused, JobState::Cancelled] {
        let (id, before) = (job.clone(), line.sent());
        until(&studio, &id, "it is under way", |_| line.sent() > before + at).await;
        match wanted {
            JobState::Paused => other.pause_job(&id).await,
            _ => other.cancel_job(&id).await,
        }
        .expect("it can be asked");
        until(&studio, &id, "it is held", is(wanted)).await;
        assert_eq!(Listener::fast("a").get(feed_url).map(|answer| answer.status).ok(), Some(404), "nobody sees it");
        other.resume_job(&id).await.expect("it can go on");
    }
    other.set_settings(Settings::default()).await.expect("it can be set");
    until(&studio, &job, "it ends", is(JobState::Done)).await;
    let sent = line.sent() - from;
    assert!(
        sent < bytes + 3 * PART + BESIDE,
        "{sent} bytes for a file of {bytes}: at most what was on the way each time"
    );
    assert_eq!(Listener::fast("a").get(feed_url).expect("an answer").status, 200);
}

fn run(story: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(story);
}

#[test]
fn an_upload_to_a_bucket_is_held_and_stopped_and_goes_on() {
    const SECRETS: [(&str, &str); 2] =
        [("HEARTHCAST_PODS_ACCESS_KEY_ID", ACCESS_KEY_ID), ("HEARTHCAST_PODS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)];
    if std::env::var_os(SECRETS[0].0).is_none() {
        // The window's program has its key from the keychain; here it is in the environment, of this very test run again.
        let name = "an_upload_to_a_bucket_is_held_and_stopped_and_goes_on";
        let mut again = Command::new(std::env::current_exe().expect("a test is a program"));
        let ended = again.args([name, "--exact", "--nocapture"]).envs(SECRETS).output().expect("it starts again");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        return;
    }
    let scene = BucketScene::new(LONG_SECONDS);
    scene.laptop.ask(&["target", "probe", "pods"]);
    let bytes = std::fs::metadata(scene.folder.path().join("1.mp3")).expect("the sound").len();
    let feed_url = format!("{}/pods/harbour/feeds/{}/feed.xml", scene.line.origin(), scene.show);
    run(story(scene.laptop.library(), &scene.show, &scene.line, (bytes, 2_000_000), &feed_url));
}

#[test]
fn an_upload_over_sftp_is_held_and_stopped_and_goes_on() {
    let folder = scratch();
    let web = WebDavServer::start(&folder.path().join("web"), false);
    let server = SftpServer::start(&folder.path().join("ssh"), web.folder());
    let line = CutLine::to(server.address());
    let laptop = Laptop::new(folder.path());
    let show = laptop.show("Harbour Light");
    let file = folder.path().join("1.mp3");
    sound::mp3(&file, LONG_SECONDS, "Number one");
    laptop.episode(&show, "Number one", &file);
    let url = server.url().replace(&server.address().to_string(), line.origin().trim_start_matches("http://"));
    laptop.ask(&["target", "add", &show, "pods", &url, "--public-url", &web.public_url()]);
    laptop.ask(&["target", "probe", "pods"]);
    let bytes = std::fs::metadata(&file).expect("the sound").len();
    let feed_url = format!("{}feeds/{show}/feed.xml", web.public_url());
    run(story(laptop.library(), &show, &line, (bytes, 2_000_000), &feed_url));
}
