//! Takes another file of the same content in: the episode in another format or quality, or as a video
//! (`podcast:alternateEnclosure`). Listeners get it as it is; type, length, rate and hash in the feed are those that were measured.
//! Only the table of contents of a video is put in front, where it stands behind (`take_video`).

use crate::Studio;
use crate::disk::has_room;
use crate::ingest_audio::{attached, gone};
use crate::pictures::{file_name, same_content};
use crate::take_video::FurtherFile;
use crate::work::Work;
use hearthcast_engine::ProgressSink;
use hearthcast_model::facts::{MediaFacts, MediaKind};
use hearthcast_model::namespace::AlternateEnclosure;
use hearthcast_model::view::EpisodeView;
use hearthcast_model::{Cancel, Code, Episode, Error, JobId, Progress, Result, Sha256};
use std::path::Path;
use std::sync::Arc;

impl Studio {
    /// Gives an episode a further file of its content, beside those that it has. A file that it has already stays as it is
    /// described; one that cannot be used changes nothing.
    pub async fn attach_alternate(
        &self,
        show: &str,
        which: &str,
        path: &Path,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + Sync + 'static,
    ) -> Result<EpisodeView> {
        let work = self.attaching(show, which, path).await?;
        self.do_now(work, cancel, Arc::new(progress)).await?;
        self.episode_view(show, which).await
    }

    /// Begins [`attach_alternate`](Self::attach_alternate) in the background.
    pub async fn start_attach(&self, show: &str, which: &str, path: &Path) -> Result<JobId> {
        self.begin(self.attaching(show, which, path).await?).await
    }

    async fn attaching(&self, show: &str, which: &str, path: &Path) -> Result<Work> {
        let record = self.episode(show, which).await?;
        if record.body.is_post() {
            return Err(refused(Code::FieldInvalid, "A post has no sound.".into(), "Give the file to an episode."));
        }
        // Another process may take it up, from another folder.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
        Ok(Work::Attach { show: show.into(), episode: record.id, path })
    }

    /// Takes the file in and gives it to the episode; its bytes, or 0 where the episode has it already.
    pub(crate) async fn attach_now(
        &self,
        (show, which): (&str, &str),
        path: &Path,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<u64> {
        let record = self.episode(show, which).await?;
        let taken = self.take_further(&record.body.slug, path, cancel, sink).await?;
        cancel.check()?;
        let mut tx = self.library().transact().await?;
        let now = tx.read::<Episode>(&record.id).await?.filter(|r| r.deleted_ms.is_none()).ok_or_else(gone)?;
        let mut body = now.body;
        let others = &mut body.tags.alternate_enclosures;
        if others.iter().any(|other| other.is_file(&taken.facts.sha256)) {
            return Ok(0);
        }
        let poster = taken.poster.as_ref().map(|poster| poster.as_named(&body.slug));
        others.push(AlternateEnclosure { poster, ..described(&taken.facts, &body.slug) });
        hearthcast_feed::podcast::check_episode(&body)?;
        body.changed_ms = self.now_ms();
        taken.note(&mut tx, &file_name(path)).await?;
        tx.put(&record.id, &body).await?;
        self.commit(tx, "file").await?;
        Ok(taken.facts.size_bytes)
    }

    /// Puts a file in place of one of an episode's further files; what it is called, its language and what it belongs to stay.
    /// Other addresses of the file of before led to that one, and go. A step of this reason.
    pub(crate) async fn replace_alternate(
        &self,
        (show, which): (&str, &str),
        (old, path): (&Sha256, &Path),
        reason: &str,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<()> {
        let record = self.episode(show, which).await?;
        let taken = self.take_further(&record.body.slug, path, cancel, sink).await?;
        cancel.check()?;
        let new = taken.facts.sha256.clone();
        let mut tx = self.library().transact().await?;
        let now = tx.read::<Episode>(&record.id).await?.filter(|r| r.deleted_ms.is_none()).ok_or_else(gone)?;
        let mut body = now.body;
        let (slug, is_own) = (body.slug.clone(), body.audio.as_ref().is_some_and(|audio| audio.hash == new));
        let others = &mut body.tags.alternate_enclosures;
        if new == *old || !others.iter().any(|other| other.is_file(old)) {
            return Ok(());
        }
        if others.iter().any(|other| other.is_file(&new)) {
            // The episode has it already, and no file twice.
            others.retain(|other| !other.is_file(old));
        }
        for other in others.iter_mut().filter(|other| other.is_file(old)) {
            let AlternateEnclosure { lang, title, rel, default, .. } = std::mem::take(other);
            let poster = taken.poster.as_ref().map(|poster| poster.as_named(&slug));
            let said = described(&taken.facts, &slug);
            *other = AlternateEnclosure { lang, title, rel, default: default && is_own, poster, ..said };
        }
        hearthcast_feed::podcast::check_episode(&body)?;
        body.changed_ms = self.now_ms();
        taken.note(&mut tx, &file_name(path)).await?;
        tx.put(&record.id, &body).await?;
        self.commit(tx, reason).await
    }

    /// Takes a further file of an episode of this name in; nothing of the episode changes by it.
    async fn take_further(&self, name: &str, path: &Path, cancel: &Cancel, sink: &ProgressSink) -> Result<FurtherFile> {
        let told = Arc::clone(sink);
        let probed = self.probe_media(path, cancel.clone(), move |progress| told(progress)).await?;
        if probed.facts.kind != MediaKind::Audio {
            let what = format!("{} is no sound and no video.", path.display());
            return Err(refused(
                Code::MediaUnusable,
                what,
                "Choose a sound (Opus, M4A, FLAC, MP3, WAV) or a video (MP4).",
            ));
        }
        cancel.check()?;
        match probed.facts.mime.starts_with("video/") {
            true => self.take_video(path, probed.facts, name, cancel, sink).await,
            false => {
                has_room(self.root(), probed.facts.size_bytes)?;
                same_content(path, &self.copy_in(path, cancel, sink).await?, &probed.facts.sha256)?;
                Ok(FurtherFile::only(probed.facts))
            }
        }
    }
}

/// What the feed says of a file besides its length and hash.
pub(crate) fn described(facts: &MediaFacts, name: &str) -> AlternateEnclosure {
    AlternateEnclosure {
        mime: facts.mime.clone(),
        height_px: facts.height_px,
        bitrate_bps: facts.bit_rate.map(f64::from),
        codecs: codecs(&facts.codec).into(),
        file: Some(attached(facts, name)),
        ..AlternateEnclosure::default()
    }
}

/// The codec as RFC 6381 names it, where its name says all: of AAC, the profile would have to be known.
fn codecs(codec: &str) -> &str {
    match codec {
        "opus" | "vorbis" | "flac" => codec,
        _ => "",
    }
}

fn refused(code: Code, what: String, hint: &str) -> Error {
    Error::new(code, what).hint(hint).about("field", "tags")
}
