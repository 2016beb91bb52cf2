//! A library in a folder of its own, recordings made on the spot, and foreign programs that look at the results.

use hearthcast_model::clock::SystemClock;
use hearthcast_model::job::{Job, JobState};
use hearthcast_model::view::EpisodeView;
use hearthcast_model::{Cancel, Clock, JobId};
use hearthcast_studio::{NewTarget, Options, ProgressSink, Studio};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub struct Scene {
    pub folder: tempfile::TempDir,
    pub studio: Studio,
}

impl Scene {
    pub async fn new() -> Self {
        Self::at(Arc::new(SystemClock)).await
    }

    /// A scene whose clock is the test's.
    pub async fn at(clock: Arc<dyn Clock>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let studio = open(folder.path(), clock).await;
        studio.add_show("Harbour", None).await.unwrap();
        Self { folder, studio }
    }

    /// The same library in another program.
    pub async fn other(&self) -> Studio {
        open(self.folder.path(), Arc::new(SystemClock)).await
    }

    pub async fn episode(&self, title: &str) -> EpisodeView {
        self.studio.add_episode("harbour", title).await.unwrap()
    }

    pub async fn view(&self, which: &str) -> EpisodeView {
        self.studio.episode_view("harbour", which).await.unwrap()
    }

    /// A recording of so many seconds: a tone that swells, so that loudness has something to do.
    pub fn wav(&self, name: &str, seconds: u32) -> PathBuf {
        let path = self.folder.path().join(name);
        let rate = 44_100u32;
        let samples = rate * seconds;
        let mut bytes = b"RIFF".to_vec();
        bytes.extend((36 + samples * 2).to_le_bytes());
        bytes.extend(b"WAVEfmt ");
        bytes.extend(16u32.to_le_bytes());
        bytes.extend([1, 0, 1, 0]);
        bytes.extend(rate.to_le_bytes());
        bytes.extend((rate * 2).to_le_bytes());
        bytes.extend([2, 0, 16, 0]);
        bytes.extend(b"data");
        bytes.extend((samples * 2).to_le_bytes());
        for n in 0..samples {
            let t = f64::from(n) / f64::from(rate);
            let level = 0.05 + 0.04 * (t * 1.7).sin();
            let value = (level * (t * 440.0 * std::f64::consts::TAU).sin() * 32_767.0) as i16;
            bytes.extend(value.to_le_bytes());
        }
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn media(&self, hash: &str) -> PathBuf {
        self.folder.path().join("library/media").join(&hash[..2]).join(hash)
    }

    pub async fn attach(&self, which: &str, path: &Path) -> EpisodeView {
        self.studio.attach_audio("harbour", which, (path, &[]), None, Cancel::default(), |_| ()).await.unwrap()
    }

    /// Publishes to a folder; the show is complete enough for it.
    pub async fn publish(&self) {
        let studio = &self.studio;
        if studio.targets("harbour").await.unwrap().is_empty() {
            let cover = self.folder.path().join("cover.jpg");
            ffmpeg(&["-f", "lavfi", "-i", "color=c=0xd9822b:size=1500x1500", "-frames:v", "1"], &cover);
            let edit = serde_json::from_value(serde_json::json!({
                "cover": cover, "author": "Ada", "description": "Stories.", "categories": "Technology",
                "link": "https://example.org/",
            }));
            studio.edit_show("harbour", edit.unwrap()).await.unwrap();
            let www = self.folder.path().join("www");
            std::fs::create_dir(&www).unwrap();
            let new = NewTarget {
                name: "home".into(),
                url: format!("file://{}", www.display()),
                public_url: Some("https://example.org/pods/".into()),
                ..NewTarget::default()
            };
            studio.add_target("harbour", new).await.unwrap();
        }
        studio.publish("harbour", None, &[], &Cancel::default(), silent()).await.unwrap();
    }

    /// Looks again and again until a job stands so.
    pub async fn until(&self, id: &JobId, so: impl Fn(&Job) -> bool) -> Job {
        let deadline = Instant::now() + Duration::from_secs(90);
        // Another process may do the job: then there is no event to wait for.
        let mut looks = tokio::time::interval(Duration::from_millis(20));
        loop {
            looks.tick().await;
            let jobs = self.studio.jobs().await.unwrap();
            let job = jobs.into_iter().find(|job| job.id == *id).expect("the job is in the list");
            if so(&job) {
                return job;
            }
            assert!(Instant::now() < deadline, "not within 90 seconds: {job:?}");
        }
    }

    pub async fn ended(&self, id: &JobId) -> Job {
        let over = |job: &Job| matches!(job.state, JobState::Done | JobState::Failed | JobState::Cancelled);
        self.until(id, over).await
    }
}

async fn open(folder: &Path, clock: Arc<dyn Clock>) -> Studio {
    let worker = env!("CARGO_BIN_EXE_hearthcast-studio-worker").into();
    Studio::open(Options { worker, clock, ..Options::new(folder.join("library")) }).await.unwrap()
}

pub fn silent() -> ProgressSink {
    Arc::new(|_| ())
}

/// ffmpeg, which is not ours, writes a file.
pub fn ffmpeg(words: &[&str], to: &Path) {
    let out =
        Command::new("ffmpeg").args(["-nostdin", "-loglevel", "error", "-y"]).args(words).arg(to).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

/// What ffprobe says of a file, one entry of its format or stream.
pub fn ffprobe(file: &Path, entries: &str) -> String {
    let mut probe = Command::new("ffprobe");
    probe.args(["-loglevel", "error", "-of", "default=nw=1:nk=1", "-show_entries", entries]).arg(file);
    let out = probe.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).trim().to_string()
}

/// A sum over the sound's frames as they stand in the file, without tags.
pub fn frames(file: &Path) -> String {
    let mut sum = Command::new("ffmpeg");
    sum.args(["-nostdin", "-loglevel", "error", "-i"]).arg(file).args(["-map", "0:a", "-c", "copy", "-f", "md5", "-"]);
    let out = sum.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).trim().to_string()
}
