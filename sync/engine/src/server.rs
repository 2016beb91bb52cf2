//! The bundled server as the destination of a publication.

use crate::destination::{Destination, Observed, Work};
use crate::line::Line;
use crate::push;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hearthcast_fetch::{HttpMethod, HttpStatus};
use hearthcast_library::{Library, files};
use hearthcast_model::hash::Hasher;
use hearthcast_model::place::Target;
use hearthcast_model::plan::{Step, Upload};
use hearthcast_model::{Code, Error, Progress, Result};
use hearthcast_protocol::media::{FILES_PATH, MEDIA_PATH, TUS_VERSION};
use hearthcast_protocol::publish::{self, CurrentVersion, PublishAnswer, PublishRequest, VERSION_PATH};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

/// Bytes of one piece of an upload; at most one is sent again after an interruption.
const PIECE: usize = 4 * 1024 * 1024;

/// A server during a publication.
pub struct ServerDestination<'a> {
    line: Line,
    library: &'a Library,
    target: &'a Target,
    progress: crate::ProgressSink,
    writes: u64,
    verified: Vec<String>,
}

impl<'a> ServerDestination<'a> {
    /// A publication over `line`.
    pub fn new(line: Line, library: &'a Library, target: &'a Target, progress: crate::ProgressSink) -> Self {
        Self { line, library, target, progress, writes: 0, verified: vec![] }
    }

    async fn has(&self, upload: &Upload) -> Result<Observed> {
        let answer = self.line.send(HttpMethod::HEAD, &format!("{MEDIA_PATH}/{}", upload.sha256), &[], None).await?;
        match answer.status {
            HttpStatus::OK => {
                let length = answer
                    .headers
                    .get("content-length")
                    .and_then(|v| v.to_str().ok())
                    .and_then(|v| v.parse::<u64>().ok());
                Ok(if length == Some(upload.bytes) { Observed::AsWanted } else { Observed::Other })
            }
            HttpStatus::NOT_FOUND => Ok(Observed::Before),
            _ => Err(self.line.refusal(&answer)),
        }
    }

    /// Makes or finds the upload, asks how far it is, and sends the rest piece by piece.
    async fn upload(&mut self, work: Work<'_>, upload: &Upload) -> Result<()> {
        let place = self.create(upload).await?;
        let mut offset = self.offset(&place).await?;
        let path = files::path(self.library.root(), &upload.sha256);
        while offset < upload.bytes {
            work.cancel.check()?;
            let piece = piece(path.clone(), offset).await?;
            if piece.is_empty() {
                return Err(Error::new(Code::MediaUnreadable, "The audio file on this disk is shorter than it was.")
                    .hint("Add the audio to the episode again.")
                    .about("media", upload.sha256.as_str()));
            }
            offset = self.patch(&place, offset, piece).await?;
            (self.progress)(Progress { phase: "upload".into(), done: offset, total: upload.bytes });
        }
        Ok(())
    }

    async fn create(&mut self, upload: &Upload) -> Result<String> {
        let text = |value: &str| BASE64_STANDARD.encode(value);
        let metadata = format!("sha256 {},type {}", text(upload.sha256.as_str()), text(&upload.mime));
        let headers = [
            ("tus-resumable", TUS_VERSION.to_string()),
            ("upload-length", upload.bytes.to_string()),
            ("upload-metadata", metadata),
        ];
        self.writes += 1;
        let answer = self.line.send(HttpMethod::POST, FILES_PATH, &headers, None).await?;
        if !answer.status.is_success() {
            return Err(self.line.refusal(&answer));
        }
        let location = answer.headers.get("location").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let path =
            location.split_once("://").map_or(location, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
        Ok(format!("/{}", path.trim_start_matches('/')))
    }

    async fn offset(&self, place: &str) -> Result<u64> {
        let headers = [("tus-resumable", TUS_VERSION.to_string())];
        let answer = self.line.send(HttpMethod::HEAD, place, &headers, None).await?;
        if !answer.status.is_success() {
            return Err(self.line.refusal(&answer));
        }
        Ok(upload_offset(&answer.headers))
    }

    async fn patch(&mut self, place: &str, offset: u64, piece: Vec<u8>) -> Result<u64> {
        let headers = [
            ("tus-resumable", TUS_VERSION.to_string()),
            ("upload-offset", offset.to_string()),
            ("content-type", "application/offset+octet-stream".to_string()),
        ];
        self.writes += 1;
        let answer = self.line.send(HttpMethod::PATCH, place, &headers, Some(piece.into())).await?;
        if answer.status == HttpStatus::CONFLICT {
            return self.offset(place).await;
        }
        if !answer.status.is_success() {
            return Err(self.line.refusal(&answer));
        }
        Ok(upload_offset(&answer.headers))
    }

    async fn current(&self) -> Result<CurrentVersion> {
        self.line.get(&format!("{VERSION_PATH}/{}/version", self.target.show)).await
    }

    async fn published(&self, work: Work<'_>) -> Result<Observed> {
        let current = self.current().await?;
        let wanted = manifest(work)?;
        Ok(match current.manifest {
            Some(found) if found.fence == wanted.fence => Observed::AsWanted,
            _ if current.version == wanted.parent => Observed::Before,
            _ => Observed::Other,
        })
    }

    async fn publish(&mut self, work: Work<'_>) -> Result<()> {
        let request = PublishRequest {
            manifest: manifest(work)?.clone(),
            show: work.payload.show.clone(),
            episodes: work.payload.episodes.clone(),
            facts: work.payload.facts.clone(),
        };
        self.writes += 1;
        let answer = self.line.post_raw(publish::PATH, &request, &[]).await?;
        // A conflict is looked at again by the machine, which knows whether the other one is us.
        if answer.status == HttpStatus::CONFLICT
            && serde_json::from_slice::<publish::PublishConflict>(&answer.body).is_ok()
        {
            return Ok(());
        }
        self.line.read::<PublishAnswer>(answer).map(|_| ())
    }

    /// Reads the feed as a listener does, and asks for every new file's length.
    async fn verify_public(&mut self, work: Work<'_>) -> Result<Observed> {
        let mut hasher = Hasher::new();
        let answer = self.line.public(HttpMethod::GET, &work.plan.feed_url, |piece| hasher.update(piece)).await?;
        if answer.status != HttpStatus::OK || hasher.finish() != manifest(work)?.feed.sha256 {
            return Ok(Observed::Other);
        }
        self.verified.push(work.plan.feed_url.clone());
        for (upload, url) in work.plan.uploads.iter().zip(public_urls(work)) {
            let answer = self.line.public(HttpMethod::HEAD, &url, |_| ()).await?;
            let length =
                answer.headers.get("content-length").and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
            if answer.status != HttpStatus::OK || length != Some(upload.bytes) {
                return Err(Error::new(
                    Code::TargetMismatch,
                    format!("{url} is in the feed, but does not answer with the right length."),
                )
                .about("target", self.target.name.clone()));
            }
            self.verified.push(url);
        }
        Ok(Observed::AsWanted)
    }
}

impl Destination for ServerDestination<'_> {
    async fn observe(&mut self, work: Work<'_>, step: &Step) -> Result<Observed> {
        match step {
            Step::Push => Ok(if push::nothing_to_push(self.library, self.target).await? {
                Observed::AsWanted
            } else {
                Observed::Before
            }),
            Step::Upload { upload } | Step::Verify { upload } => self.has(&work.plan.uploads[*upload]).await,
            Step::Switch => self.published(work).await,
            Step::VerifyFeed => self.verify_public(work).await,
            Step::FeedCopy | Step::Claim | Step::Release => Ok(Observed::AsWanted),
        }
    }

    async fn perform(&mut self, work: Work<'_>, step: &Step) -> Result<()> {
        match step {
            Step::Push => {
                push::hello(&self.line, self.library).await?;
                self.writes += push::push(&self.line, self.library, self.target).await?;
                Ok(())
            }
            Step::Upload { upload } => self.upload(work, &work.plan.uploads[*upload]).await,
            Step::Switch => self.publish(work).await,
            Step::Verify { .. } | Step::VerifyFeed | Step::FeedCopy | Step::Claim | Step::Release => Ok(()),
        }
    }

    fn writes(&self) -> u64 {
        self.writes
    }

    fn verified(&self) -> Vec<String> {
        self.verified.clone()
    }
}

fn manifest<'a>(work: Work<'a>) -> Result<&'a hearthcast_model::manifest::Manifest> {
    work.plan.manifest.as_ref().ok_or_else(|| Error::new(Code::Internal, "A plan with steps has no manifest."))
}

/// The public address of every upload, in the plan's order.
fn public_urls(work: Work<'_>) -> Vec<String> {
    let base = work.plan.feed_url.split_once("/podcasts/").map_or("", |(base, _)| base);
    let name = |upload: &Upload| upload.key.rsplit('/').next().unwrap_or_default().to_string();
    work.plan.uploads.iter().map(|upload| format!("{base}/m/{}/{}", upload.sha256, name(upload))).collect()
}

fn upload_offset(headers: &hearthcast_fetch::header::HeaderMap) -> u64 {
    headers.get("upload-offset").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok()).unwrap_or(0)
}

async fn piece(path: PathBuf, offset: u64) -> Result<Vec<u8>> {
    let shown = path.display().to_string();
    let failed = move |e: String| {
        Error::new(Code::MediaAbsent, format!("The media file {shown} cannot be read: {e}."))
            .hint("Connect the disk with the media, or add the file again.")
    };
    let read = tokio::task::spawn_blocking(move || -> std::io::Result<Vec<u8>> {
        let mut file = std::fs::File::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut piece = vec![];
        file.take(PIECE as u64).read_to_end(&mut piece)?;
        Ok(piece)
    });
    match read.await {
        Ok(Ok(piece)) => Ok(piece),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(error) => Err(failed(error.to_string())),
    }
}
