//! Makes the file listeners get out of a recording, in the worker process. Changes nothing in the library.

use crate::Studio;
use hearthcast_media::Probed;
use hearthcast_media::process::{
    AuditionRequest, Auditioned, FoundSilences, ProcessRequest, Processed, SilencesRequest,
};
use hearthcast_model::{Cancel, Progress, Result};

impl Studio {
    /// Processes a recording by its preset. The result stands at `request.output` only when this returns `Ok`.
    pub async fn process_media(
        &self,
        request: ProcessRequest,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<Processed> {
        let request = match &request.known {
            Some(_) => request,
            None => {
                let known = self.known_file(&request.source, &cancel).await?;
                request.of_known(known)
            }
        };
        self.ask_worker(move |worker| worker.process(&request, &cancel, &mut |p| progress(p))).await
    }

    /// Makes a few seconds of a recording as a setting would make them. They stand there only when this returns `Ok`.
    pub async fn audition_media(
        &self,
        request: AuditionRequest,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<Auditioned> {
        self.ask_worker(move |worker| worker.audition(&request, &cancel, &mut |p| progress(p))).await
    }

    /// Listens to a recording for its silences.
    pub async fn silences_in_media(
        &self,
        request: SilencesRequest,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<FoundSilences> {
        self.ask_worker(move |worker| worker.silences(&request, &cancel, &mut |p| progress(p))).await
    }

    /// Writes other tags around the same sound (MP3, Opus, FLAC). The result stands at `request.output` only when this returns `Ok`.
    pub async fn retag_media(
        &self,
        request: ProcessRequest,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<Probed> {
        self.ask_worker(move |worker| worker.retag(&request, &cancel, &mut |p| progress(p))).await
    }
}
