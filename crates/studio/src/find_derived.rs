//! Finds what is made of the author's files and is missing or outdated. Reads only. (What is done about it: `derive_media`.)

use crate::Studio;
use crate::avif_copies::{Pictured, missing};
use crate::lost_pictures::Lost;
use crate::picture_copies::lacking;
use crate::picture_master::from_of;
use crate::read::{episode_id, show_id};
use crate::sound_tags::hash_of;
use hearthcast_library::made::Made;
use hearthcast_library::{course, episode, files, kept, made, media, show};
use hearthcast_media::process::{encoder_today, needs_encoding};
use hearthcast_model::derived::{DeriveFate, DeriveStep, DeriveWhat, DeriveWhy, Today, hash_of_edit, why_made_again};
use hearthcast_model::edit::Edit;
use hearthcast_model::media_library::{KeptFor, MediaShelf};
use hearthcast_model::remade::{MadeOf, Reason};
use hearthcast_model::rule::FileKind;
use hearthcast_model::show::Attachment;
use hearthcast_model::{
    AudioFormat, Episode, EpisodeId, MediaFacts, Preset, Recipe, Record, Result, Sha256, Show, ShowId,
};

/// One thing to be made, and how.
pub(crate) struct Task {
    pub(crate) step: DeriveStep,
    pub(crate) job: Job,
}

/// How it is made.
pub(crate) enum Job {
    /// The sound of an episode from its recording, in all formats.
    Sound { record: Box<Record<Episode>>, recording: Sha256, preset: Preset },
    /// Other tags around the same sound.
    Tags { show: Box<Record<Show>>, record: Box<Record<Episode>> },
    /// A sound is listened to.
    Waveform { hash: Sha256 },
    /// Copies of a show's cover.
    OfShow { record: Box<Record<Show>>, avif: bool },
    /// Copies of an episode's picture.
    OfEpisode { record: Box<Record<Episode>>, avif: bool },
    /// Files of a picture that the disk lost.
    Lost(Lost),
    /// Nothing: it stays as it is.
    Nothing,
}

impl Job {
    /// Whether it is about one sound and nothing else.
    pub(crate) fn is_of_sound(&self) -> bool {
        matches!(self, Self::Sound { .. } | Self::Waveform { .. })
    }
}

/// A show and one of its episodes.
type Both<'a> = (&'a Record<Show>, &'a Record<Episode>);

impl Studio {
    /// Everything that is missing or outdated, of one show, or of all where none is named.
    pub(crate) async fn tasks_of(&self, which: &str) -> Result<Vec<Task>> {
        let mut tasks = vec![];
        let shows = match which {
            "" => {
                let mut shows = vec![];
                for row in show::list(self.library()).await? {
                    shows.push(self.show(row.id.as_str()).await?);
                }
                shows
            }
            one => vec![self.show(one).await?],
        };
        let mut sounds = vec![];
        for show in &shows {
            let id = show_id(show)?;
            let title = show.body.title.as_str();
            for (step, avif) in self.pictures_of(show, (&id, None, title)).await? {
                tasks.push(Task { step, job: Job::OfShow { record: Box::new(show.clone()), avif } });
            }
            tasks.extend(self.lost_of(&show.body, show.body.pictures(), (&id, None, title)));
            for record in episode::all(self.library(), &id).await?.into_iter().filter(|one| one.deleted_ms.is_none()) {
                let episode = episode_id(&record)?;
                let title = record.body.title.as_str();
                tasks.extend(self.lost_of(&record.body, record.body.pictures(), (&id, Some(&episode), title)));
                let of = (&id, Some(episode), title);
                for (step, avif) in self.pictures_of(&record, of).await? {
                    tasks.push(Task { step, job: Job::OfEpisode { record: Box::new(record.clone()), avif } });
                }
                tasks.extend(self.sound_of((show, &record)).await?);
                sounds.extend(self.sounds_of(&record).await?);
            }
        }
        sounds.sort();
        sounds.dedup();
        for hash in sounds {
            tasks.extend(self.waveform_of(hash).await?);
        }
        Ok(tasks)
    }

    /// Copies of a record's picture that are missing; whether they are those in AVIF.
    async fn pictures_of<T: Pictured>(
        &self,
        record: &Record<T>,
        (show, episode, title): (&ShowId, Option<EpisodeId>, &str),
    ) -> Result<Vec<(DeriveStep, bool)>> {
        let (picture, sizes, from) = record.body.picture();
        let Some(picture) = picture else { return Ok(vec![]) };
        let mut found: Vec<(DeriveWhat, DeriveWhy)> = vec![];
        if sizes.iter().any(|size| !files::path(self.root(), &size.file.hash).exists()) {
            found.push((DeriveWhat::Copies, DeriveWhy::new("absent", "copies of the picture are not on this disk")));
        } else if let Some(known) = media::get(self.library(), &picture.hash).await?
            && !lacking(&known.facts, sizes).is_empty()
        {
            found.push((DeriveWhat::Copies, DeriveWhy::new("missing", "copies for the places of a page are missing")));
        }
        if missing(&record.body).is_some() {
            found.push((DeriveWhat::Avif, DeriveWhy::new("missing", "there are no copies in AVIF")));
        }
        let master = from_of(Some(picture), from.cloned()).map(|from| files::path(self.root(), &from.master));
        let here = master.is_some_and(|path| path.exists());
        let step = |(what, why)| DeriveStep {
            what,
            show: Some(show.clone()),
            episode: episode.clone(),
            title: title.into(),
            file: Some(picture.hash.clone()),
            why: vec![why],
            fate: if here { DeriveFate::Planned } else { DeriveFate::NoSource },
            problem: String::new(),
        };
        Ok(found
            .into_iter()
            .map(|found| (found.0 == DeriveWhat::Avif, step(found)))
            .map(|(avif, step)| (step, avif))
            .collect())
    }

    /// The sound of an episode, when it is missing or would be another one today.
    async fn sound_of(&self, (show, record): Both<'_>) -> Result<Option<Task>> {
        if record.body.is_post() {
            return Ok(None);
        }
        let id = episode_id(record)?;
        let main = self.made_here(record.body.audio.as_ref()).await?;
        let (recording, preset) = match (&main, &record.body.audio) {
            (Some(made), _) => (made.source.clone(), made.report.preset),
            // Came in finished: it is its own recording.
            (None, Some(_)) => return Ok(None),
            (None, None) => match made::recording(self.library(), &id).await? {
                Some(recording) => (recording, show.body.preset),
                None => return Ok(None),
            },
        };
        let why = self.why_again((show, record), &recording, preset).await?;
        if why.is_empty() {
            return Ok(None);
        }
        let sound = record.body.audio.as_ref().map(|sound| sound.hash.clone());
        let is_public = |hash: &Sha256| record.released.iter().flat_map(sounds).any(|public| public.hash == *hash);
        let step = |fate| DeriveStep {
            what: DeriveWhat::Sound,
            show: Some(record.body.show.clone()),
            episode: Some(id.clone()),
            title: record.body.title.clone(),
            file: sound.clone(),
            why: why.clone(),
            fate,
            problem: String::new(),
        };
        if sound.as_ref().is_some_and(is_public) {
            return Ok(Some(Task { step: step(DeriveFate::Published), job: Job::Nothing }));
        }
        if why.iter().all(|one| one.code == "tags") {
            let job = Job::Tags { show: Box::new(show.clone()), record: Box::new(record.clone()) };
            return Ok(Some(Task { step: step(DeriveFate::Planned), job }));
        }
        if !files::path(self.root(), &recording).exists() {
            return Ok(Some(Task { step: step(DeriveFate::NoSource), job: Job::Nothing }));
        }
        let job = Job::Sound { record: Box::new(record.clone()), recording, preset };
        Ok(Some(Task { step: step(DeriveFate::Planned), job }))
    }

    /// Why an episode's sound would be made again: of all its files that were made here.
    async fn why_again(&self, (show, record): Both<'_>, recording: &Sha256, preset: Preset) -> Result<Vec<DeriveWhy>> {
        let Some(_) = &record.body.audio else {
            return Ok(vec![DeriveWhy::new("missing", "nothing was made of the recording yet")]);
        };
        let edit = self.edit_now(record, recording).await?;
        let known = media::get(self.library(), recording).await?.map(|known| known.facts);
        let finished = edit.passages.is_empty() && known.is_some_and(|facts| !needs_encoding(&facts, preset));
        let plain = Recipe::default();
        let recipe = if finished { &plain } else { &show.body.recipe };
        let today_edit = hash_of_edit(recipe, &edit.passages);
        let tags = self.tags_hashes((show, record), &edit).await?;
        let (mut why, mut have) = (vec![], vec![]);
        for sound in sounds(&record.body) {
            let Some(made) = self.made_here(Some(sound)).await? else { continue };
            have.push(sound.ext.clone());
            if !files::path(self.root(), &sound.hash).exists() {
                why.push(DeriveWhy::new(
                    "absent",
                    format!("the {} file is not on this disk", sound.ext.to_uppercase()),
                ));
            }
            let encoder = AudioFormat::parse(&sound.ext).and_then(|format| encoder_today(format, recipe.vbr));
            let encoder = encoder.unwrap_or_else(|| made.report.encoder.clone());
            let today = Today {
                source: recording,
                tags: if tags.contains(&made.tags) { &made.tags } else { &tags[0] },
                preset,
                edit: today_edit.as_ref(),
                encoder: &encoder,
            };
            why.extend(reasons(&made, &today).iter().map(DeriveWhy::from));
        }
        for format in show.body.formats.iter().filter(|_| !finished) {
            let makable = encoder_today(*format, None).is_some();
            if makable && !have.iter().any(|ext| ext == format.ext()) {
                why.push(DeriveWhy::new("format", format!("it is not there as {}", format.ext().to_uppercase())));
            }
        }
        why.dedup();
        Ok(why)
    }

    /// Names of the tags an own file may have: with chapters on the clock of what is heard, or of the recording.
    async fn tags_hashes(&self, (show, record): Both<'_>, edit: &Edit) -> Result<[Sha256; 2]> {
        let heard = self.tags_of(&show.body, &record.body).await?;
        let recorded = self.tags_on_master(&show.body, &record.body, edit).await?;
        Ok([hash_of(&heard)?, hash_of(&recorded)?])
    }

    /// Every sound of an episode whose waveform somebody looks at: the one that is heard, and its recordings.
    async fn sounds_of(&self, record: &Record<Episode>) -> Result<Vec<Sha256>> {
        let mut found: Vec<Sha256> = record.body.audio.iter().map(|sound| sound.hash.clone()).collect();
        found.extend(made::recording(self.library(), &episode_id(record)?).await?);
        found.extend(self.made_here(record.body.audio.as_ref()).await?.map(|made| made.source));
        Ok(found)
    }

    /// What a sound looks like, when nobody knows or an older version looked.
    async fn waveform_of(&self, hash: Sha256) -> Result<Option<Task>> {
        let Some(known) = media::get(self.library(), &hash).await? else { return Ok(None) };
        let here = files::path(self.root(), &hash).exists();
        let is_sound = MediaShelf::of(known.facts.kind, &known.facts.mime) == MediaShelf::Audio;
        if !is_sound || !here {
            return Ok(None);
        }
        let drawn =
            media::peaks(self.library(), &hash).await?.is_some() && course::get(self.library(), &hash).await?.is_some();
        let why = match drawn {
            false => DeriveWhy::new("missing", "nobody listened to it for its waveform yet"),
            true if self.is_old(&known.facts).await? => DeriveWhy::new("analysis", "an older version listened to it"),
            true => return Ok(None),
        };
        let step = DeriveStep {
            what: DeriveWhat::Waveform,
            show: None,
            episode: None,
            title: known.original_name,
            file: Some(hash.clone()),
            why: vec![why],
            fate: DeriveFate::Planned,
            problem: String::new(),
        };
        Ok(Some(Task { step, job: Job::Waveform { hash } }))
    }

    /// Whether an older version listened to a sound whose facts may still change: nothing that is published has it.
    async fn is_old(&self, facts: &MediaFacts) -> Result<bool> {
        if facts.analyzer_version >= hearthcast_media::ANALYZER_VERSION {
            return Ok(false);
        }
        Ok(!kept::now(self.library()).await?.why(&facts.sha256).contains(&KeptFor::Version))
    }
}

fn reasons(made: &Made, today: &Today<'_>) -> Vec<Reason> {
    let edit = hash_of_edit(&made.report.recipe, &made.report.passages);
    let old = MadeOf {
        hash: &made.hash,
        source: &made.source,
        tags: &made.tags,
        recipe: edit.as_ref(),
        report: &made.report,
    };
    why_made_again(&old, today)
}

/// The sounds that an episode has, in all formats.
fn sounds(episode: &Episode) -> impl Iterator<Item = &Attachment> {
    episode.kinds_of_files().filter(|(kind, _)| *kind == FileKind::Audio).map(|(_, file)| file)
}
