//! Several recordings of one talk, one for each microphone, become one recording, without loss: the episode's master.

use crate::Studio;
use crate::disk::not_written;
use hearthcast_engine::ProgressSink;
use hearthcast_library::files;
use hearthcast_media::process::{ProcessRequest, TagsToWrite};
use hearthcast_model::facts::Finding;
use hearthcast_model::recipe::{Loud, Recipe};
use hearthcast_model::{AudioFormat, Cancel, Preset, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A recording that was mixed; its file goes with it.
pub(crate) struct Mix {
    folder: PathBuf,
    path: PathBuf,
    findings: Vec<Finding>,
}

impl Mix {
    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What was found in each of the recordings, with its name: the mix itself is whole, whatever they are.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl Drop for Mix {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, "a mixed recording stays beside the media");
        }
    }
}

impl Studio {
    /// Mixes: all as loud as each other, 23 LU below full scale (EBU R 128), what stands in a microphone of the others turned down. The
    /// files are only read.
    pub(crate) async fn mixed(
        &self,
        path: &Path,
        tracks: &[PathBuf],
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<Mix> {
        let unwritable = |error: std::io::Error| not_written("the mixed recording", &error);
        let folder = files::own_workplace(self.root(), &self.library().ids().v4().to_string()).map_err(unwritable)?;
        std::fs::create_dir_all(&folder).map_err(unwritable)?;
        // Titles come from the names of files.
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let mut mix = Mix { path: folder.join(format!("{name}.flac")), folder, findings: vec![] };
        let request = ProcessRequest {
            format: AudioFormat::Flac,
            recipe: Recipe { loudness: Some(Loud::Ebu), ..Recipe::default() },
            tracks: tracks.to_vec(),
            // Title and cover of the first one name the episode, as they do without the others.
            tags: TagsToWrite { fill_from_source: true, ..TagsToWrite::default() },
            ..ProcessRequest::mp3(path, &mix.path, Preset::LeaveAlone)
        };
        let (told, cancel) = (Arc::clone(sink), cancel.clone());
        let made = self.ask_worker(move |worker| worker.process(&request, &cancel, &mut |now| told(now))).await?;
        mix.findings = made.source.findings;
        Ok(mix)
    }
}
