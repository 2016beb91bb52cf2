//! Takes a video in as a further file of an episode: playable while it loads, with its size on a screen and a still of it. Stills
//! are taken anew at another moment when they are asked for.

use crate::Studio;
use crate::disk::has_room;
use crate::pictures::{Picture, same_content};
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
pub(crate) struct TakenVideo {
    /// What is known of the file that is kept.
    pub(crate) facts: MediaFacts,
    /// The still of a video.
    pub(crate) poster: Option<Picture>,
}

impl TakenVideo {
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
    /// in front is kept. Without ffmpeg there is no still, and the author can take one later.
    pub(crate) async fn take_video(
        &self,
        path: &Path,
        facts: MediaFacts,
        name: &str,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<TakenVideo> {
        has_room(self.root(), facts.size_bytes)?;
        let told = Arc::clone(sink);
        let Video { facts: shown, poster } =
            self.look_at_video(path, Poster::Bright, cancel.clone(), move |progress| told(progress)).await?;
        same_content(path, &shown.sha256, &facts.sha256)?;
        let kept = match shown.faststart {
            Some(false) => self.keep_in_front(path, &shown, cancel, sink).await?,
            _ => {
                same_content(path, &self.take_file_in(path).await?, &facts.sha256)?;
                shown
            }
        };
        let facts = MediaFacts {
            sha256: kept.sha256,
            size_bytes: kept.size_bytes,
            width_px: kept.width_px,
            height_px: kept.height_px,
            bit_rate: kept.bit_rate.or(facts.bit_rate),
            ..facts
        };
        let poster = match poster {
            Some(still) => Some(self.keep_still(still.bytes, name).await?),
            None => None,
        };
        Ok(TakenVideo { facts, poster })
    }

    /// Takes the still of an episode's video anew; [`Poster::None`] takes it away. What it shows is said anew then.
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
        let now = tx.read::<Episode>(&record.id).await?.filter(|record| record.deleted_ms.is_none());
        let mut body = now.ok_or_else(crate::ingest_audio::gone)?.body;
        let name = body.slug.clone();
        let other =
            body.tags.alternate_enclosures.iter_mut().find(|other| is_file(other, video)).ok_or_else(no_video)?;
        other.poster = poster.as_ref().map(|poster| poster.as_named(&name));
        if let Some(poster) = &poster {
            poster.note(&mut tx).await?;
        }
        body.changed_ms = self.now_ms();
        tx.put(&record.id, &body).await?;
        self.commit(tx, "still").await?;
        self.episode_view(show, &record.id).await
    }

    /// The still of a video that an episode has.
    pub(crate) async fn still_of(
        &self,
        episode: &Episode,
        video: &Sha256,
        wanted: Poster,
        cancel: Cancel,
    ) -> Result<Picture> {
        if !episode.tags.alternate_enclosures.iter().any(|other| is_file(other, video)) {
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

/// Why there is no still, among the findings of a video.
const WITHOUT: [&str; 3] = ["media.needs_ffmpeg", "media.poster_beyond", "media.no_poster"];

fn is_file(other: &AlternateEnclosure, video: &Sha256) -> bool {
    other.file.as_ref().is_some_and(|file| file.hash == *video)
}

fn no_video() -> Error {
    Error::new(Code::NotFound, "The episode has no such video.")
        .hint("Give it the video first: hearthcast episode set SHOW EPISODE alternate=FILE.")
        .about("field", "tags")
}
