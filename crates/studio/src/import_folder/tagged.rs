//! Imports a folder of sounds: each becomes an episode of what its tags and its name say. One sound after the other is written
//! whole, so that a killed import goes on; what is here already is known again, and may get its sound (`fate`).

use super::fate::{Fate, ends_all, fills, stem};
use super::known::Known;
use super::listed::{Listed, listed};
use super::said::{Said, said};
use crate::Studio;
use crate::exported::pour;
use crate::ingest_audio::attached;
use crate::known_sound::keep_sound;
use crate::pictures::{file_name, same_content};
use crate::read::show_id;
use crate::studio::task_failed;
use hearthcast_engine::ProgressSink;
use hearthcast_library::{import, show};
use hearthcast_media::process::needs_encoding;
use hearthcast_media::{PictureOrder, Probed};
use hearthcast_model::facts::MediaKind;
use hearthcast_model::import::{ImportNote, ImportReport, ImportRequest, ImportedFrom};
use hearthcast_model::slug::slug;
use hearthcast_model::{
    Cancel, Chapter, Code, Episode, EpisodeId, Error, Progress, Record, Result, Sha256, Show, ShowId,
};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longest title that is taken from a tag, characters.
const LONGEST_TITLE: usize = 500;

/// Sounds of a folder, with their content.
pub(super) struct Sounds {
    folder: PathBuf,
    pub(super) listed: Listed,
    pub(super) hashes: Vec<Sha256>,
}

impl Studio {
    /// Takes the sounds of a folder in.
    pub(crate) async fn take_tagged(
        &self,
        request: &ImportRequest,
        folder: &Path,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<ImportReport> {
        let sounds = self.sounds(folder, cancel, sink).await?;
        let mut report = ImportReport { source: folder.display().to_string(), folder: true, ..ImportReport::default() };
        report.findings.clone_from(&sounds.listed.left_out);
        let mut show = self.show_for(request, folder).await?;
        let mut known = match &show {
            Some(record) => self.known_sounds(&show_id(record)?).await?,
            None => Known::default(),
        };
        let meant = self.meant((&sounds.listed.sounds, &sounds.hashes), &known, cancel).await?;
        let all = sounds.listed.sounds.len() as u64;
        for (n, (path, hash)) in sounds.listed.sounds.iter().zip(&sounds.hashes).enumerate() {
            cancel.check()?;
            sink(Progress::new("import", n as u64, all));
            let taken = match self.fate(&meant, &known, (path, hash)).await {
                Ok(fate) => {
                    let place = (&mut show, &mut known);
                    self.take_sound(&sounds, (path, hash, fate), place, &mut report, (cancel, sink)).await
                }
                Err(error) => Err(error),
            };
            match taken {
                Ok(()) => {}
                Err(error) if ends_all(&error) => return Err(error),
                Err(error) => report.problems.push(problem(error)),
            }
        }
        if let Some(record) = &show {
            let record = self.show(&record.id).await?;
            report.show = Some(show_id(&record)?);
            (report.slug, report.title) = (record.body.slug, record.body.title);
        }
        report.files.all = all;
        report.files.failed = report.problems.len() as u64;
        sink(Progress::new("import", all, all));
        Ok(report)
    }

    /// Lists the sounds, and reads each once to know it.
    pub(super) async fn sounds(&self, folder: &Path, cancel: &Cancel, sink: &ProgressSink) -> Result<Sounds> {
        let (folder, cancel, sink) = (folder.to_path_buf(), cancel.clone(), Arc::clone(sink));
        let read = tokio::task::spawn_blocking(move || {
            let listed = listed(&folder)?;
            let length = |path: &PathBuf| std::fs::metadata(path).map_or(0, |about| about.len());
            let (total, mut done) = (listed.sounds.iter().map(length).sum(), 0);
            let mut hashes = vec![];
            for path in &listed.sounds {
                let unreadable = |error: std::io::Error| {
                    Error::new(Code::MediaUnreadable, format!("{} could not be read: {error}.", path.display()))
                        .about("file", path.display().to_string())
                };
                let mut file = File::open(path).map_err(unreadable)?;
                let read = pour(&mut file, &mut std::io::sink(), &cancel, &mut |bytes| {
                    done += bytes;
                    sink(Progress::new("verify", done, total));
                })?;
                hashes.push(read.map_err(unreadable)?.0);
            }
            Ok(Sounds { folder, listed, hashes })
        });
        read.await.map_err(|e| task_failed(&e))?
    }

    /// The show that gets the episodes, if it is there: the one that was named, or that of the time before.
    pub(crate) async fn show_for(&self, request: &ImportRequest, folder: &Path) -> Result<Option<Record<Show>>> {
        if let Some(into) = &request.into {
            return Ok(Some(self.show(into).await?));
        }
        let name = folder.display().to_string();
        for source in import::sources(self.library()).await?.into_iter().filter(|source| source.source == name) {
            if let Some(record) = show::find(self.library(), &source.show).await? {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    async fn take_sound(
        &self,
        sounds: &Sounds,
        (path, hash, fate): (&Path, &Sha256, Fate),
        (show, known): (&mut Option<Record<Show>>, &mut Known),
        report: &mut ImportReport,
        (cancel, sink): (&Cancel, &ProgressSink),
    ) -> Result<()> {
        match fate {
            Fate::New => (),
            Fate::Here(Some(there)) => {
                // Killed while its sound was made.
                let is_unmade = there.deleted_ms.is_none() && there.body.audio.is_none();
                Fate::Here(Some(there.clone())).tell(report);
                return match is_unmade && self.may_replace(&there, None).await.is_ok() {
                    true => self.make_of(&there, hash, cancel, sink).await,
                    false => Ok(()),
                };
            }
            Fate::Fills(record) => {
                let probed = self.listened(path, hash, cancel).await?;
                self.take_missing_audio(&record, path, &probed).await?;
                fills(&record, path, report)?;
                report.files.taken += 1;
                report.files.bytes += probed.facts.size_bytes;
                let record = self.episode(record.body.show.as_str(), &record.id).await?;
                known.sounds.insert(hash.clone(), record.clone());
                return match record.body.audio.is_some() {
                    true => Ok(()),
                    false => self.make_of(&record, hash, cancel, sink).await,
                };
            }
            told => {
                told.tell(report);
                return Ok(());
            }
        }
        let probed = self.listened(path, hash, cancel).await?;
        let said = said(&probed.facts.tags, &stem(path));
        crate::disk::has_room(self.root(), probed.facts.size_bytes)?;
        let into = match show {
            Some(record) => record.clone(),
            None => {
                report.made = true;
                let made = self.show_of(sounds, &probed).await?;
                show.insert(made).clone()
            }
        };
        let record = self.new_episode(&into, path, probed, said, report).await?;
        known.sounds.insert(hash.clone(), record.clone());
        known.made.insert(record.body.guid.clone(), record.body.title.clone());
        report.episodes_new += 1;
        report.files.taken += 1;
        match record.body.has_sound() {
            true => Ok(()),
            false => self.make_of(&record, hash, cancel, sink).await,
        }
    }

    /// Listens to a sound that is still the one that was read before.
    async fn listened(&self, path: &Path, hash: &Sha256, cancel: &Cancel) -> Result<Probed> {
        let probed = self.probe_media(path, cancel.clone(), |_| ()).await?;
        if probed.facts.kind != MediaKind::Audio {
            return Err(Error::new(Code::MediaUnusable, format!("{} is no sound.", path.display())));
        }
        same_content(path, hash, &probed.facts.sha256)?;
        Ok(probed)
    }

    /// A recording becomes what listeners get.
    async fn make_of(
        &self,
        record: &Record<Episode>,
        hash: &Sha256,
        cancel: &Cancel,
        sink: &ProgressSink,
    ) -> Result<()> {
        let show = record.body.show.as_str();
        let preset = self.show(show).await?.body.preset;
        self.make_audio(show, &record.id, hash, (preset, None), cancel, sink).await
    }

    /// A new show, called as the sounds' album, or as the folder.
    async fn show_of(&self, sounds: &Sounds, probed: &Probed) -> Result<Record<Show>> {
        let tag = |name: &str| probed.facts.tags.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let title = tag("album").map_or_else(|| file_name(&sounds.folder), String::from);
        let slug = self.free_show_slug(&slug(&title, "show")).await?;
        let id = ShowId::fresh(self.library().ids(), self.now_ms());
        let author = tag("artist").unwrap_or_default().to_string();
        let mut made = Show { author, ..Show::new(&title, &slug, self.now_ms()) };
        let cover = match &sounds.listed.cover {
            // A picture that cannot be a cover is passed over: the sounds count.
            Some(path) => self.take_picture(path, PictureOrder::cover()).await.ok(),
            None => None,
        };
        let mut tx = self.library().transact().await?;
        if let Some(cover) = &cover {
            cover.note(&mut tx).await?;
            cover.put_on_show(&mut made);
        }
        tx.put(id.as_str(), &made).await?;
        tx.put_import(&id, &sounds.folder.display().to_string(), &ImportedFrom::default()).await?;
        self.commit_own(tx).await?;
        self.show(id.as_str()).await
    }

    async fn new_episode(
        &self,
        show: &Record<Show>,
        path: &Path,
        probed: Probed,
        said: Said,
        report: &mut ImportReport,
    ) -> Result<Record<Episode>> {
        let kept = self.take_file_in(path).await?;
        same_content(path, &kept, &probed.facts.sha256)?;
        let show = self.show(&show.id).await?;
        let id = EpisodeId::fresh(self.library().ids(), self.now_ms());
        let title: String = said.title.chars().take(LONGEST_TITLE).collect();
        let slug = self.free_episode_slug(&show_id(&show)?, &title, None).await?;
        let guid = said.guid.unwrap_or_else(|| self.library().ids().v4().to_string());
        let mut body = Episode::new(show_id(&show)?, &guid, &title, &slug, self.now_ms());
        (body.season, body.number, body.publish_at_ms) = (said.season, said.number, said.published_ms);
        body.notes = hearthcast_text::notes(&said.notes)?;
        // Without a day of its own it would come out on the day of the next publication, with all others; on a day to come, by
        // itself.
        body.draft = said.published_ms.is_none_or(|at| at > self.now_ms());
        if !probed.facts.chapters.is_empty() {
            let marks: Vec<Chapter> = probed.facts.chapters.iter().cloned().map(Chapter::from).collect();
            match crate::checked::chapters(&marks, probed.facts.duration_ms) {
                Ok(chapters) => body.chapters = chapters,
                Err(error) => report.findings.push(ImportNote {
                    code: "chapters".into(),
                    episode: title.clone(),
                    message: format!("Its chapters were left out. {}", error.message),
                    ..ImportNote::default()
                }),
            }
        }
        let name = format!("{slug}-chapter");
        let inside = self.take_mark_pictures(&probed, &name, &mut body.chapters).await?;
        let unusable = inside.left_out.iter().map(|said| ImportNote {
            code: "chapter_pictures".into(),
            episode: title.clone(),
            message: said.message.clone(),
            ..ImportNote::default()
        });
        report.findings.extend(unusable);
        let marks = self.keep_chapters_file(&mut body).await?;
        let picture = match &probed.cover {
            Some(cover) => self.take_picture_of_sound(&cover.bytes, &show.body, &body).await,
            None => None,
        };
        let mut tx = self.library().transact().await?;
        tx.put_media(&probed.facts, &file_name(path)).await?;
        keep_sound(&mut tx, &probed).await?;
        if let Some(marks) = &marks {
            tx.put_media(&marks.facts, "chapters").await?;
        }
        match needs_encoding(&probed.facts, show.body.preset) {
            true => tx.put_recording(&id, &probed.facts.sha256).await?,
            false => body.audio = Some(attached(&probed.facts, &slug)),
        }
        for picture in &inside.taken {
            picture.note(&mut tx).await?;
        }
        if let Some(picture) = &picture {
            picture.note(&mut tx).await?;
            if let Some(changed) = picture.place(&mut body, &show.body, self.now_ms()) {
                tx.put(&show.id, &changed).await?;
            }
        }
        tx.put(id.as_str(), &body).await?;
        self.commit_own(tx).await?;
        report.files.bytes += probed.facts.size_bytes;
        self.episode(&show.id, id.as_str()).await
    }
}

/// What did not work, sound by sound.
pub(super) fn problem(error: Error) -> ImportNote {
    ImportNote { code: error.code.as_str().into(), message: error.message, ..ImportNote::default() }
}
