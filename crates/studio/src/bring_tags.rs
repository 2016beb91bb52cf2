//! Title, chapters and cover inside own files say what their episode says, until the file is published. From then on it is
//! never touched.

use crate::Studio;
use crate::known_sound::keep_sound;
use crate::make_audio::json;
use crate::sound_tags::hash_of;
use hearthcast_library::{files, made, media};
use hearthcast_media::Probed;
use hearthcast_media::process::ProcessRequest;
use hearthcast_model::record::Table;
use hearthcast_model::show::Attachment;
use hearthcast_model::{AudioFormat, Cancel, Code, Episode, EpisodeId, Preset, Record, Result, Show};

impl Studio {
    /// Brings the tags of own, unpublished files up to what their episodes say now. Called before every plan, so that
    /// what is published is right; frames stay byte by byte.
    pub(crate) async fn bring_tags_up(
        &self,
        show: &Show,
        episodes: &[Record<Episode>],
        only: &[EpisodeId],
    ) -> Result<bool> {
        let mut changed = false;
        for record in episodes {
            let asked = only.is_empty() || only.iter().any(|id| id.as_str() == record.id);
            if asked && record.deleted_ms.is_none() && !record.body.draft {
                changed |= Box::pin(self.bring_tags_of_one(show, record)).await?;
            }
        }
        Ok(changed)
    }

    /// The same for one episode, also a draft.
    pub(crate) async fn bring_tags_of_one(&self, show: &Show, record: &Record<Episode>) -> Result<bool> {
        let mut changed = false;
        for sound in sounds(&record.body) {
            changed |= self.bring_tags_of(show, record, sound).await?;
        }
        Ok(changed)
    }

    async fn bring_tags_of(&self, show: &Show, record: &Record<Episode>, sound: &Attachment) -> Result<bool> {
        let published = record.released.iter().flat_map(sounds).any(|published| published.hash == sound.hash);
        let Some(known) = self.made_here(Some(sound)).await?.filter(|_| !published) else { return Ok(false) };
        let source = files::path(self.root(), &sound.hash);
        let tags = self.tags_of(show, &record.body).await?;
        if known.tags == hash_of(&tags)? || !source.exists() {
            return Ok(false);
        }
        self.has_room_for_tags(&[sound], &tags).await?;
        let output = self.workplace(&sound.hash, &sound.ext)?;
        let request = ProcessRequest::mp3(source, &output, Preset::LeaveAlone)
            .tagged(tags.clone())
            .of_known(self.known_sound(&sound.hash).await?);
        let probed = match Box::pin(self.retag_media(request, Cancel::default(), |_| ())).await {
            Ok(probed) => probed,
            // The program that made it is missing now: it keeps the tags it has, and is published as it is.
            Err(why) if sound.ext == AudioFormat::M4a.ext() && why.code != Code::LibraryFailed => return Ok(false),
            Err(why) => return Err(why),
        };
        self.keep_made(&output, &probed.facts.sha256).await?;
        let retagged = made::Made { hash: probed.facts.sha256.clone(), tags: hash_of(&tags)?, ..known };
        self.note_retagged(record, sound, &probed, &retagged).await?;
        Ok(true)
    }

    /// The author changed nothing here: no step to take back, and earlier steps mean the new file as they meant the old.
    async fn note_retagged(
        &self,
        record: &Record<Episode>,
        before: &Attachment,
        probed: &Probed,
        retagged: &made::Made,
    ) -> Result<()> {
        let original = media::get(self.library(), &before.hash).await?.map(|known| known.original_name);
        let mut tx = self.library().transact().await?;
        let Some(now) = tx.read::<Episode>(&record.id).await?.filter(|now| now.deleted_ms.is_none()) else {
            return Ok(());
        };
        let (mut body, was) = (now.body.clone(), now.body);
        let after = Attachment { hash: probed.facts.sha256.clone(), ..before.clone() };
        let Some(place) = sounds_mut(&mut body).find(|sound| *sound == before) else { return Ok(()) };
        *place = after;
        tx.put_media(&probed.facts, &original.unwrap_or_default()).await?;
        keep_sound(&mut tx, probed).await?;
        tx.put_made(retagged).await?;
        tx.put(&record.id, &body).await?;
        let (old, new) = (json(&was)?, json(&body)?);
        for field in ["audio", "tags"] {
            if let (Some(old), Some(new)) = (old.get(field), new.get(field))
                && old != new
            {
                tx.rewrite_steps(Table::Episode, &record.id, field, old, new).await?;
            }
        }
        self.commit_own(tx).await
    }
}

/// The sound and its further formats.
pub(crate) fn sounds(episode: &Episode) -> impl Iterator<Item = &Attachment> {
    episode.audio.iter().chain(episode.tags.alternate_enclosures.iter().filter_map(|other| other.file.as_ref()))
}

fn sounds_mut(episode: &mut Episode) -> impl Iterator<Item = &mut Attachment> {
    episode.audio.iter_mut().chain(episode.tags.alternate_enclosures.iter_mut().filter_map(|other| other.file.as_mut()))
}
