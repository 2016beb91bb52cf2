//! What a show has of a folder's sounds already: an episode is known by its sound, or by the guid in a file's tags. A known one
//! without a sound of its own gets it from the folder; what is here stays.

use crate::Studio;
use crate::pictures::file_name;
use crate::read::episode_id;
use hearthcast_library::{episode, job, made};
use hearthcast_media::Probed;
use hearthcast_model::import::{ImportChange, ImportField, ImportNote, ImportReport};
use hearthcast_model::job::JobKind;
use hearthcast_model::{Episode, EpisodeId, Record, Result, Sha256, ShowId};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;

/// Most changed episodes that are told one by one.
const MOST_TOLD: usize = 500;

/// Episodes of the show, by what they are known by.
#[derive(Default)]
pub(super) struct Known {
    pub(super) sounds: HashMap<Sha256, Record<Episode>>,
    pub(super) guids: HashMap<String, Record<Episode>>,
}

impl Studio {
    pub(super) async fn known_sounds(&self, show: &ShowId) -> Result<Known> {
        let mut known = Known::default();
        for record in episode::all(self.library(), show).await? {
            let mut sounds = vec![];
            if let Some(audio) = &record.body.audio {
                sounds.push(audio.hash.clone());
                sounds.extend(made::get(self.library(), &audio.hash).await?.map(|made| made.source));
            }
            if let Some(id) = EpisodeId::parse(&record.id) {
                sounds.extend(made::recording(self.library(), &id).await?);
            }
            // Of two with one sound, or one guid, the living one counts.
            let lives = record.deleted_ms.is_none();
            for hash in sounds {
                if lives || !known.sounds.contains_key(&hash) {
                    known.sounds.insert(hash, record.clone());
                }
            }
            if lives || !known.guids.contains_key(&record.body.guid) {
                known.guids.insert(record.body.guid.clone(), record);
            }
        }
        Ok(known)
    }

    /// A file with the guid of an episode that is here becomes its sound, where it has none of its own. Says whether it did.
    pub(super) async fn sound_of_known(
        &self,
        there: &Record<Episode>,
        path: &Path,
        probed: &Probed,
        report: &mut ImportReport,
    ) -> Result<bool> {
        if there.deleted_ms.is_some() {
            report.episodes_removed += 1;
            return Ok(false);
        }
        // Another file of the folder may have been its sound meanwhile.
        let record = self.episode(there.body.show.as_str(), &there.id).await?;
        if let Some(why) = self.why_its_sound_stays(&record).await? {
            report.episodes_same += 1;
            report.findings.push(ImportNote {
                code: "guid_known".into(),
                episode: record.body.title.clone(),
                message: format!("{} has its guid{why}", file_name(path)),
                ..ImportNote::default()
            });
            return Ok(false);
        }
        self.take_missing_audio(&record, path, probed).await?;
        report.episodes_changed += 1;
        report.files.taken += 1;
        report.files.bytes += probed.facts.size_bytes;
        if report.changes.len() < MOST_TOLD {
            let (before, after) = (Value::Null, Value::String(file_name(path)));
            report.changes.push(ImportChange {
                episode: Some(episode_id(&record)?),
                title: record.body.title,
                fields: vec![ImportField { field: "audio".into(), before, after, kept: false }],
            });
        }
        Ok(true)
    }

    /// Why an episode does not get its sound from a folder, in the words after the file's name; `None` when it does.
    async fn why_its_sound_stays(&self, record: &Record<Episode>) -> Result<Option<&'static str>> {
        if record.body.is_post() {
            return Ok(Some(", and a post has no sound."));
        }
        let is_making = |open: &job::Open| open.job.kind == JobKind::Process && open.job.subject.id == record.id;
        if record.body.audio.is_some() || job::open(self.library()).await?.iter().any(is_making) {
            return Ok(Some(" and another sound: what is here stays."));
        }
        Ok(self.may_replace(record, None).await.err().map(|_| {
            " and another sound than listeners have: what is here stays. Another sound of a live episode says how: \
             hearthcast episode set SHOW EPISODE audio=FILE --replace …"
        }))
    }
}
