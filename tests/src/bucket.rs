//! A laptop that publishes to a bucket, with a line between them that can be cut.

use crate::{Laptop, scratch, sound};
use hearthcast_testkit::{ACCESS_KEY_ID, CutLine, S3Server, SECRET_ACCESS_KEY, bucket_url, public_url};
use std::path::PathBuf;

/// A show on a laptop, a storage, and what lies between.
pub struct BucketScene {
    /// Everything of the test; removed with the value.
    pub folder: tempfile::TempDir,
    /// The laptop.
    pub laptop: Laptop,
    /// The storage.
    pub storage: S3Server,
    /// The line to it; listeners use it, too.
    pub line: CutLine,
    /// Slug of the show.
    pub show: String,
}

impl BucketScene {
    /// A show with one episode of so many seconds, and a bucket as its target, called `pods`.
    pub fn new(seconds: usize) -> Self {
        let folder = scratch();
        let mut laptop = Laptop::new(folder.path());
        let show = laptop.show("Harbour Light");
        let storage = S3Server::start(&folder.path().join("s3"));
        let line = CutLine::to(storage.address());
        laptop.secret("HEARTHCAST_PODS_ACCESS_KEY_ID", ACCESS_KEY_ID);
        laptop.secret("HEARTHCAST_PODS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
        let (url, public) = (bucket_url(&line.origin(), "harbour"), public_url(&line.origin(), "harbour"));
        laptop.ask(&["target", "add", &show, "pods", &url, "--public-url", &public]);
        let scene = Self { folder, laptop, storage, line, show };
        scene.add_episode(1, seconds);
        scene
    }

    /// Makes an episode with a sound nobody has heard yet; returns its file.
    pub fn add_episode(&self, number: usize, seconds: usize) -> PathBuf {
        let file = self.folder.path().join(format!("{number}.mp3"));
        sound::mp3(&file, seconds, &format!("Number {number}"));
        self.laptop.episode(&self.show, &format!("Number {number}"), &file);
        file
    }
}
