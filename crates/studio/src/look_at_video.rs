//! Looks at a video file in the worker process, and copies one with its table of contents in front. Changes nothing in the
//! library.

use crate::Studio;
use hearthcast_media::video::{Poster, Video};
use hearthcast_model::{Cancel, Progress, Result};
use std::path::Path;

impl Studio {
    /// What a video file shows, and a still of it where one is wanted.
    pub async fn look_at_video(
        &self,
        path: &Path,
        wanted: Poster,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<Video> {
        let path = path.to_path_buf();
        self.ask_worker(move |worker| worker.video(&path, wanted, &cancel, &mut |p| progress(p))).await
    }

    /// The same video with its table of contents in front. It stands at `output` only when this returns `Ok`.
    pub async fn faststart(
        &self,
        path: &Path,
        output: &Path,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<Video> {
        let (path, output) = (path.to_path_buf(), output.to_path_buf());
        self.ask_worker(move |worker| worker.faststart(&path, &output, &cancel, &mut |p| progress(p))).await
    }
}
