//! Everything the library keeps of a show that is the author's, as it stood at one instant; and which files belong to it.

use crate::Studio;
use crate::make_audio::json;
use hearthcast_engine::plan::{feed_url, object_url};
use hearthcast_library::stored::Stored;
use hearthcast_library::{WriteTx, edit, files, made, media, target, withdrawal};
use hearthcast_model::edit::Edit;
use hearthcast_model::export::{
    ExportMedia, ExportedEdit, ExportedFile, ExportedMade, ExportedRecord, ExportedRecording, ExportedShow,
    ExportedWithdrawal, FORMAT,
};
use hearthcast_model::facts::MediaKind;
use hearthcast_model::manifest::Object;
use hearthcast_model::place::{Role, Target};
use hearthcast_model::record::Table;
use hearthcast_model::{Code, EpisodeId, Error, Result, Sha256, ShowId};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a file is for: the folder it lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shelf {
    /// Sounds that listeners get.
    Sounds,
    /// Recordings.
    Recordings,
    /// Pictures as they are published.
    Pictures,
    /// The author's own pictures, which those were made from.
    Masters,
    /// Chapters and transcripts.
    Texts,
    /// The font of the website.
    Fonts,
}

/// A file that records name.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) hash: Sha256,
    pub(crate) shelf: Shelf,
    /// What it is called, without ending.
    pub(crate) stem: String,
    pub(crate) ext: String,
    /// Whose it is, for people; empty for the show's own.
    pub(crate) episode: String,
}

/// A show with its files.
pub(crate) struct Gathered {
    pub(crate) exported: ExportedShow,
    /// One for every file of `exported.files`, in the same order.
    pub(crate) wanted: Vec<Wanted>,
    /// Where files lie in storage, by content.
    pub(crate) stored: BTreeMap<Sha256, (Target, Object)>,
    pub(crate) targets: Vec<Target>,
}

impl Studio {
    /// Reads a show whole. Whoever writes meanwhile waits: what is read is of one instant.
    pub(crate) async fn gathered_for_export(&self, id: &ShowId) -> Result<Gathered> {
        let mut tx = self.library().transact().await?;
        let show = tx.stored(Table::Show, id.as_str()).await?.filter(|show| show.deleted_ms.is_none());
        let show = show.ok_or_else(|| Error::not_found("show", id.as_str()))?;
        let withdrawn = withdrawal::of_show(self.library(), id).await?;
        let episodes = self.episodes_of(&mut tx, id, &withdrawn).await?;
        let mut list = Files::default();
        list.record(&show, "");
        let (mut recordings, mut edits) = (vec![], vec![]);
        for episode in &episodes {
            list.record(episode, &text(&episode.body, "title"));
            let Some(key) = EpisodeId::parse(&episode.id) else { continue };
            if let Some(hash) = made::recording(self.library(), &key).await? {
                list.add(&hash, Shelf::Recordings, "recording", "", &text(&episode.body, "title"));
                recordings.push(ExportedRecording { episode: key.clone(), hash });
            }
            for edit in edit::all(self.library(), &key).await? {
                list.edit(&edit, &text(&episode.body, "title"))?;
                edits.push(ExportedEdit { episode: key.clone(), edit });
            }
        }
        let made = self.made_of(&mut list).await?;
        let targets = target::of_show(self.library(), id).await?;
        let stored = self.stored_at(&targets).await?;
        let (wanted, files) = self.known(list, &stored).await?;
        let withdrawn = withdrawn.into_iter().filter(|one| episodes.iter().any(|e| e.id == one.episode.as_str()));
        let exported = ExportedShow {
            format: FORMAT,
            feeds: self.feeds_of(&targets, &text(&show.body, "slug")).await?,
            show: exported(show)?,
            withdrawn: withdrawn.map(told_withdrawal).collect(),
            episodes: episodes.into_iter().map(exported).collect::<Result<_>>()?,
            files,
            recordings,
            edits,
            made,
        };
        Ok(Gathered { exported, wanted, stored, targets })
    }

    /// Living episodes; of the removed ones those that are still public, and those that were called back.
    async fn episodes_of(
        &self,
        tx: &mut WriteTx,
        id: &ShowId,
        withdrawn: &[withdrawal::Withdrawal],
    ) -> Result<Vec<Stored>> {
        let mut episodes = tx.stored_episodes(id).await?;
        let called_back = |record: &Stored| withdrawn.iter().any(|one| one.episode.as_str() == record.id);
        episodes.retain(|record| record.deleted_ms.is_none() || record.released.is_some() || called_back(record));
        Ok(episodes)
    }

    async fn made_of(&self, list: &mut Files) -> Result<Vec<ExportedMade>> {
        let mut all = vec![];
        for wanted in list.list.clone() {
            if wanted.shelf != Shelf::Sounds {
                continue;
            }
            if let Some(made) = made::get(self.library(), &wanted.hash).await? {
                list.add(&made.source, Shelf::Recordings, &wanted.stem, "", &wanted.episode);
                let made::Made { hash, source, tags, report } = made;
                all.push(ExportedMade { hash, source, tags, report });
            }
        }
        Ok(all)
    }

    /// Files of the versions that are public, by content.
    async fn stored_at(&self, targets: &[Target]) -> Result<BTreeMap<Sha256, (Target, Object)>> {
        let mut stored = BTreeMap::new();
        // Where the show is now, before places that it left.
        let mut targets: Vec<&Target> = targets.iter().collect();
        targets.sort_by_key(|target| (target.moved.is_some(), target.role != Role::Primary));
        for target in targets {
            let state = target::state(self.library().readers(), &target.id).await?;
            for object in state.manifest.into_iter().flat_map(|manifest| manifest.objects) {
                stored.entry(object.sha256.clone()).or_insert_with(|| (target.clone(), object));
            }
        }
        Ok(stored)
    }

    async fn feeds_of(&self, targets: &[Target], slug: &str) -> Result<Vec<String>> {
        let mut feeds = vec![];
        for target in targets.iter().filter(|target| matches!(target.role, Role::Primary | Role::Mirror)) {
            if target::state(self.library().readers(), &target.id).await?.manifest.is_some() {
                feeds.push(feed_url(target, slug));
            }
        }
        Ok(feeds)
    }

    /// What the library knows about the files. One that it does not know is no file of the show.
    async fn known(
        &self,
        list: Files,
        stored: &BTreeMap<Sha256, (Target, Object)>,
    ) -> Result<(Vec<Wanted>, Vec<ExportedFile>)> {
        let (mut wanted, mut files) = (vec![], vec![]);
        for mut one in list.list {
            let Some(known) = media::get(self.library(), &one.hash).await? else { continue };
            if one.shelf == Shelf::Sounds {
                one.shelf = match known.facts.kind {
                    MediaKind::Audio => Shelf::Sounds,
                    MediaKind::Image => Shelf::Pictures,
                    MediaKind::Text => Shelf::Texts,
                    MediaKind::Font => Shelf::Fonts,
                };
            }
            if one.ext.is_empty() {
                one.ext = known.facts.extension().into();
            }
            let addresses = stored.get(&one.hash).map(|(target, object)| object_url(target, object));
            files.push(ExportedFile {
                facts: known.facts,
                original_name: known.original_name,
                path: None,
                left_out: String::new(),
                addresses: addresses.into_iter().collect(),
                waveform: None,
            });
            wanted.push(one);
        }
        Ok((wanted, files))
    }

    /// Whether a file is on this disk, whole as far as its length tells.
    pub(crate) fn is_here(&self, file: &ExportedFile) -> bool {
        let place = files::path(self.root(), &file.facts.sha256);
        std::fs::metadata(place).is_ok_and(|there| there.is_file() && there.len() == file.facts.size_bytes)
    }
}

impl Shelf {
    /// Whether `media` wants it.
    pub(crate) fn is_wanted(self, media: ExportMedia) -> bool {
        match self {
            Self::Sounds => media != ExportMedia::None,
            Self::Recordings => media == ExportMedia::All,
            _ => true,
        }
    }
}

/// Files that records name, each once.
#[derive(Default)]
struct Files {
    list: Vec<Wanted>,
    at: BTreeMap<Sha256, usize>,
}

impl Files {
    /// Those of a record, of its working copy and of what the public sees, also in fields this program does not know.
    fn record(&mut self, record: &Stored, episode: &str) {
        let day = record.body["publish_at_ms"].as_i64().and_then(hearthcast_feed::dates::iso8601);
        let day = day.map(|text| text.chars().take(10).collect::<String>()).unwrap_or_default();
        for body in std::iter::once(&record.body).chain(&record.released) {
            self.value(body, &day, episode);
        }
    }

    /// Those of an edit: pictures of what was laid aside, and whole transcripts.
    fn edit(&mut self, edit: &Edit, episode: &str) -> Result<()> {
        let aside = Edit { transcripts: vec![], ..edit.clone() };
        self.value(&json(&aside)?, "", episode);
        for one in &edit.transcripts {
            self.add(&one.master, Shelf::Texts, "transcript", &one.ext, episode);
        }
        Ok(())
    }

    fn value(&mut self, value: &Value, day: &str, episode: &str) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.value(one, day, episode)),
            Value::Object(fields) => {
                let text = |name: &str| fields.get(name).and_then(Value::as_str);
                if let (Some(hash), Some(name), Some(ext)) = (text("hash"), text("name"), text("ext"))
                    && let Some(hash) = Sha256::parse(hash)
                {
                    let stem = if day.is_empty() { name.to_string() } else { format!("{day}-{name}") };
                    self.add(&hash, Shelf::Sounds, &stem, ext, episode);
                }
                if let Some(hash) = text("master").and_then(Sha256::parse) {
                    self.add(&hash, Shelf::Masters, "picture", "", episode);
                }
                fields.values().for_each(|one| self.value(one, day, episode));
            }
            _ => {}
        }
    }

    fn add(&mut self, hash: &Sha256, shelf: Shelf, stem: &str, ext: &str, episode: &str) {
        let (stem, ext, episode) = (stem.into(), ext.into(), episode.into());
        let wanted = Wanted { hash: hash.clone(), shelf, stem, ext, episode };
        match self.at.get(hash) {
            // What is published lies where published files lie, also where it is the author's own.
            Some(at) if self.list[*at].shelf != Shelf::Sounds => self.list[*at] = wanted,
            Some(_) => {}
            None => {
                self.at.insert(hash.clone(), self.list.len());
                self.list.push(wanted);
            }
        }
    }
}

fn exported(record: Stored) -> Result<ExportedRecord> {
    let Stored { id, deleted_ms, body, released } = record;
    let fields = |value: Value| match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(Error::new(Code::LibraryDamaged, format!("The record {id} in the library cannot be read."))),
    };
    let released = released.map(fields).transpose()?;
    Ok(ExportedRecord { deleted_ms, body: fields(body)?, released, id })
}

fn told_withdrawal(one: withdrawal::Withdrawal) -> ExportedWithdrawal {
    let withdrawal::Withdrawal { episode, at_ms, finished_ms, body } = one;
    ExportedWithdrawal { episode, at_ms, finished_ms, body: serde_json::from_str(&body).unwrap_or_default() }
}

fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_default().to_string()
}
