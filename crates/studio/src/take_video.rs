//! Takes a video in as a further file of an episode: playable while it loads, with its size on a screen and a still of it. Stills
//! are taken anew at another moment when they are asked for.

use crate::disk::has_room;
use crate::ingest_audio::gone;
use crate::pictures::{Picture, same_content};
use crate::{Studio, checked};
use hearthcast_engine::ProgressSink;
use hearthcast_library::{WriteTx, files};
use hearthcast_media::PictureOrder;
use hearthcast_media::video::{Poster, Video, VideoFacts};
use hearthcast_model::namespace::AlternateEnclosure;
use hearthcast_model::view::EpisodeView;
use hearthcast_model::{Cancel, Code, Episode, Error, MediaFacts, Result, Sha256};
use std::path::Path;
use std::sync::Arc;

/// A further file of an episode in the media folder.
pub(crate) struct FurtherFile {
    /// What is known of the file that is kept.
    pub(crate) facts: MediaFacts,
    /// The still of a video.
    pub(crate) poster: Option<Picture>,
}

impl FurtherFile {
    /// A file that shows nothing.
    pub(crate) fn only(facts: MediaFacts) -> Self {
        Self { facts, poster: None }
    }

    /// Notes its files.
    pub(crate) async fn note(&self, tx: &mut WriteTx, original_name: &str) -> Result<()> {
        tx.put_media(&self.facts, original_name).await?;
        match &self.poster {
            Some(poster) => poster.note(tx).await,
            None => Ok(()),
        }
    }
}

impl Studio {
    /// Takes a video in whose sound was listened to (`facts`). Where its table of contents stands behind the pictures, a copy with it
    /// in front is kept; one whose table cannot be moved is taken as it came, and its findings say so. Without ffmpeg, or where its
    /// pictures cannot be drawn, there is no still, and the author can take one later.
    pub(crate) async fn take_video(
        &self,
        path: &Path,
        facts: MediaFacts,
        name: &str,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<FurtherFile> {
        has_room(self.root(), facts.size_bytes)?;
        let told = Arc::clone(sink);
        let Video { facts: shown, poster } =
            self.look_at_video(path, Poster::Bright, cancel.clone(), move |progress| told(progress)).await?;
        same_content(path, &shown.sha256, &facts.sha256)?;
        let moved = match shown.faststart {
            Some(false) => passed_over(self.keep_in_front(path, &shown, cancel, sink).await)?,
            _ => None,
        };
        let (kept, findings) = match moved {
            Some(moved) => (moved, vec![]),
            None => {
                same_content(path, &self.copy_in(path, cancel, sink).await?, &facts.sha256)?;
                let late =
                    shown.findings.iter().filter(|finding| finding.code == "media.no_faststart").cloned().collect();
                (shown, late)
            }
        };
        let facts = MediaFacts {
            sha256: kept.sha256,
            size_bytes: kept.size_bytes,
            width_px: kept.width_px,
            height_px: kept.height_px,
            bit_rate: kept.bit_rate.or(facts.bit_rate),
            findings: facts.findings.iter().cloned().chain(findings).collect(),
            ..facts
        };
        let poster = match poster {
            Some(still) => passed_over(self.keep_still(still.bytes, name).await)?,
            None => None,
        };
        Ok(FurtherFile { facts, poster })
    }

    /// Takes the still of an episode's video anew; [`Poster::None`] takes it away. What another still shows is said anew.
    pub async fn take_poster(
        &self,
        show: &str,
        which: &str,
        video: &Sha256,
        wanted: Poster,
        cancel: Cancel,
    ) -> Result<EpisodeView> {
        let record = self.episode(show, which).await?;
        let poster = match wanted {
            Poster::None => None,
            wanted => Some(self.still_of(&record.body, video, wanted, cancel).await?),
        };
        let mut tx = self.library().transact().await?;
        if let Some(poster) = &poster {
            poster.note(&mut tx).await?;
        }
        self.with_video(tx, &record.id, video, "still", |other, name| {
            let before = other.poster.take();
            other.poster = poster.as_ref().map(|poster| poster.as_named(name));
            if let (Some(now), Some(before)) = (&mut other.poster, before) {
                // The same still comes out again: the words about it are right.
                now.alt = if now.file.hash == before.file.hash { before.alt } else { String::new() };
            }
        })
        .await?;
        self.episode_view(show, &record.id).await
    }

    /// Says what the still of an episode's video shows; empty clears.
    pub async fn describe_poster(&self, show: &str, which: &str, video: &Sha256, alt: &str) -> Result<EpisodeView> {
        let (record, alt) = (self.episode(show, which).await?, checked::alt("alt", alt)?);
        let tx = self.library().transact().await?;
        self.with_video(tx, &record.id, video, "edit", |other, _| {
            if let Some(poster) = &mut other.poster {
                poster.alt = alt;
            }
        })
        .await?;
        self.episode_view(show, &record.id).await
    }

    /// Changes what is said of a video, as it stands now; nothing where nothing is different then.
    async fn with_video(
        &self,
        mut tx: WriteTx,
        episode: &str,
        video: &Sha256,
        reason: &str,
        change: impl FnOnce(&mut AlternateEnclosure, &str),
    ) -> Result<()> {
        let now = tx.read::<Episode>(episode).await?.filter(|record| record.deleted_ms.is_none());
        let before = now.ok_or_else(gone)?.body;
        let mut body = before.clone();
        let others = &mut body.tags.alternate_enclosures;
        change(others.iter_mut().find(|other| other.is_file(video)).ok_or_else(no_video)?, &before.slug);
        if body == before {
            return Ok(());
        }
        body.changed_ms = self.now_ms();
        tx.put(episode, &body).await?;
        self.commit(tx, reason).await
    }

    /// The still of a video that an episode has.
    pub(crate) async fn still_of(
        &self,
        episode: &Episode,
        video: &Sha256,
        wanted: Poster,
        cancel: Cancel,
    ) -> Result<Picture> {
        if !episode.tags.alternate_enclosures.iter().any(|other| other.is_file(video)) {
            return Err(no_video());
        }
        let path = files::path(self.root(), video);
        if !path.is_file() {
            return Err(Error::new(Code::MediaAbsent, "The video is not on this disk.")
                .hint("Take the still on the computer that has it, or give the episode its video again."));
        }
        let Video { facts, poster } = self.look_at_video(&path, wanted, cancel, |_| ()).await?;
        match poster {
            Some(still) => self.keep_still(still.bytes, &episode.slug).await,
            None => {
                let why = facts.findings.into_iter().find(|finding| WITHOUT.contains(&finding.code.as_str()));
                let why = why.map_or("The video shows no picture there.".into(), |finding| finding.message);
                Err(Error::new(Code::MediaUnusable, why).hint("Choose another moment of the video."))
            }
        }
    }

    async fn keep_still(&self, bytes: Vec<u8>, name: &str) -> Result<Picture> {
        let path = self.keep_bytes(bytes).await?;
        self.keep_picture(&path, format!("{name}.jpg"), PictureOrder::episode()).await
    }

    async fn keep_in_front(
        &self,
        path: &Path,
        shown: &VideoFacts,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<VideoFacts> {
        let (output, told) = (self.workplace(&shown.sha256, "mp4")?, Arc::clone(sink));
        let made = self.faststart(path, &output, cancel.clone(), move |progress| told(progress)).await?.facts;
        self.keep_made(&output, &made.sha256).await?;
        Ok(made)
    }
}

/// What could not be made of a video does not keep it from the episode; who stops it, or has no room, does.
fn passed_over<T>(made: Result<T>) -> Result<Option<T>> {
    match made {
        Err(error) if matches!(error.code, Code::MediaUnusable | Code::MediaUnreadable | Code::Internal) => Ok(None),
        made => made.map(Some),
    }
}

/// Why there is no still, among the findings of a video.
const WITHOUT: [&str; 3] = ["media.needs_ffmpeg", "media.poster_beyond", "media.no_poster"];

fn no_video() -> Error {
    Error::new(Code::NotFound, "The episode has no such video.")
        .hint("Give it the video first: hearthcast episode set SHOW EPISODE alternate=FILE.")
        .about("field", "tags")
}
