//! Takes another file of the same content in: the episode in another format or quality (`podcast:alternateEnclosure`). Listeners
//! get it as it is; type, length, rate and hash in the feed are those that were measured.

use crate::Studio;
use crate::ingest_audio::{attached, gone};
use crate::pictures::{file_name, same_content};
use hearthcast_model::facts::{MediaFacts, MediaKind};
use hearthcast_model::namespace::AlternateEnclosure;
use hearthcast_model::view::EpisodeView;
use hearthcast_model::{Cancel, Code, Episode, Error, Progress, Result};
use std::path::Path;

impl Studio {
    /// Gives an episode a further file of its content, beside those that it has. A file that it has already stays as it is
    /// described; one that cannot be used changes nothing.
    pub async fn attach_alternate(
        &self,
        show: &str,
        which: &str,
        path: &Path,
        cancel: Cancel,
        progress: impl Fn(Progress) + Send + 'static,
    ) -> Result<EpisodeView> {
        let record = self.episode(show, which).await?;
        if record.body.is_post() {
            return Err(refused(Code::FieldInvalid, "A post has no sound.".into(), "Give the file to an episode."));
        }
        let probed = self.probe_media(path, cancel.clone(), progress).await?;
        if probed.facts.kind != MediaKind::Audio {
            let what = format!("{} is no sound.", path.display());
            return Err(refused(Code::MediaUnusable, what, "Choose a sound file: Opus, M4A, FLAC, MP3, WAV."));
        }
        cancel.check()?;
        let kept = self.take_file_in(path).await?;
        same_content(path, &kept, &probed.facts.sha256)?;
        let mut tx = self.library().transact().await?;
        let now = tx.read::<Episode>(&record.id).await?.filter(|r| r.deleted_ms.is_none()).ok_or_else(gone)?;
        let mut body = now.body;
        let others = &mut body.tags.alternate_enclosures;
        let has = |other: &AlternateEnclosure| other.file.as_ref().is_some_and(|f| f.hash == probed.facts.sha256);
        if !others.iter().any(has) {
            others.push(described(&probed.facts, &body.slug));
            hearthcast_feed::podcast::check_episode(&body)?;
            body.changed_ms = self.now_ms();
            tx.put_media(&probed.facts, &file_name(path)).await?;
            tx.put(&record.id, &body).await?;
            self.commit(tx, "edit").await?;
        }
        self.episode_view(show, &record.id).await
    }
}

/// What the feed says of a file besides its length and hash.
pub(crate) fn described(facts: &MediaFacts, name: &str) -> AlternateEnclosure {
    AlternateEnclosure {
        mime: facts.mime.clone(),
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
