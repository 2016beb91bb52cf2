//! What an import makes of a library: decided here as plain data, done elsewhere. Episodes are the same by their guid.

use super::alternates_again;
use super::chapter_pictures;
use super::comments;
use super::notes_pictures;
use super::said::{Heard, Said};
use super::source::note;
use super::three_way::{Fields, body_of, bring, fields_of};
use super::wanted::{Files, News, replaced};
use hearthcast_intake::{ReadFeed, ReadItem};
use hearthcast_library::import::File;
use hearthcast_model::import::{ImportChange, ImportField, ImportMedia, ImportNote};
use hearthcast_model::slug::{free_slug, slug};
use hearthcast_model::{Comment, Episode, EpisodeId, Record, Result, Show, ShowId};
use std::collections::{HashMap, HashSet};

/// Most changed records that are told one by one.
const MOST_TOLD: usize = 500;

/// What is here before.
pub(crate) struct Here {
    /// The show's id, new or old.
    pub(crate) id: ShowId,
    /// The show; none when it is to be made.
    pub(crate) show: Option<Show>,
    /// Its slug.
    pub(crate) slug: String,
    /// Its episodes, removed ones too.
    pub(crate) episodes: Vec<Record<Episode>>,
    /// What its sources said the last time.
    pub(crate) said: Said,
    /// Files that imports brought, or tried to.
    pub(crate) files: Vec<File>,
    /// Ids of comments that imports brought.
    pub(crate) comments: HashSet<String>,
}

/// A record to be written, and what the source said of it.
pub(crate) struct Put<I, T, S> {
    pub(crate) id: I,
    pub(crate) guid: String,
    /// The record; none when it stays as it is.
    pub(crate) body: Option<T>,
    pub(crate) seen: S,
}

/// What is to be done.
pub(crate) struct Plan {
    pub(crate) show: Put<ShowId, Show, Fields>,
    pub(crate) episodes: Vec<Put<EpisodeId, Episode, Heard>>,
    pub(crate) files: Vec<File>,
    pub(crate) forgotten: Vec<File>,
    /// Comments that were not brought before.
    pub(crate) comments: Vec<Comment>,
    pub(crate) title: String,
    pub(crate) new: u64,
    pub(crate) changed: u64,
    pub(crate) same: u64,
    pub(crate) removed: u64,
    pub(crate) changes: Vec<ImportChange>,
    pub(crate) findings: Vec<ImportNote>,
    pub(crate) problems: Vec<ImportNote>,
}

/// Plans an import; `fresh` makes ids.
pub(crate) fn plan(read: ReadFeed, here: &Here, media: ImportMedia, fresh: &dyn Fn() -> EpisodeId) -> Result<Plan> {
    let mut planning = Planning::of(here, &read, media)?;
    planning.files.cover(&read.cover_url, planning.plan.show.body.as_ref().or(here.show.as_ref()));
    if let Some(show) = planning.plan.show.body.as_ref().or(here.show.as_ref()) {
        planning.files.notes("", &show.description, &show.link, &show.title);
        planning.files.named.show(&read.show, show);
    }
    for (index, item) in read.items.into_iter().enumerate() {
        planning.item(index, item, fresh)?;
    }
    Ok(planning.done())
}

struct Planning<'a> {
    here: &'a Here,
    /// Living and removed episodes by guid.
    known: HashMap<&'a str, &'a Record<Episode>>,
    slugs: HashSet<String>,
    guids: HashSet<String>,
    files: Files<'a>,
    plan: Plan,
}

impl<'a> Planning<'a> {
    fn of(here: &'a Here, read: &ReadFeed, media: ImportMedia) -> Result<Self> {
        let mut known: HashMap<&str, &Record<Episode>> = HashMap::new();
        for record in &here.episodes {
            // Apps drop the spaces around a guid: with or without them it is the same episode, and keeps the guid it has here.
            let guid = record.released.as_ref().unwrap_or(&record.body).guid.trim();
            // Of two with one guid the living one counts.
            if record.deleted_ms.is_none() || !known.contains_key(guid) {
                known.insert(guid, record);
            }
        }
        let living = here.episodes.iter().filter(|record| record.deleted_ms.is_none());
        let (show, changes) = the_show(here, &read.show)?;
        Ok(Self {
            here,
            known,
            slugs: living.map(|record| record.body.slug.clone()).collect(),
            guids: HashSet::new(),
            files: Files::of(here, &read.items, media),
            plan: Plan {
                title: show.body.as_ref().or(here.show.as_ref()).map(|show| show.title.clone()).unwrap_or_default(),
                show,
                episodes: vec![],
                files: vec![],
                forgotten: vec![],
                comments: vec![],
                new: 0,
                changed: 0,
                same: 0,
                removed: 0,
                changes,
                findings: vec![],
                problems: vec![],
            },
        })
    }

    fn item(&mut self, index: usize, item: ReadItem, fresh: &dyn Fn() -> EpisodeId) -> Result<()> {
        let guid = item.episode.guid.trim().to_string();
        if guid.is_empty() || !self.guids.insert(guid.clone()) {
            let message = "Its guid is in the feed twice: the first counts, this one was left out.".into();
            let twice = ImportNote { episode: item.episode.title, ..note("guid_twice", "", message, false) };
            self.plan.problems.push(twice);
            return Ok(());
        }
        let known = self.known.get(guid.as_str()).copied();
        match known {
            Some(record) if record.deleted_ms.is_some() => {
                self.plan.removed += 1;
                Ok(())
            }
            Some(record) => {
                self.plan.comments.extend(comments::fresh(self.here, &record.id, &guid, &item.comments));
                self.known_item(index, item, record)
            }
            None => {
                let id = fresh();
                self.plan.comments.extend(comments::fresh(self.here, id.as_str(), &guid, &item.comments));
                self.new_item(index, item, id)
            }
        }
    }

    fn new_item(&mut self, index: usize, mut item: ReadItem, id: EpisodeId) -> Result<()> {
        let slug = free_slug(&item.episode.slug, |slug| self.slugs.contains(slug));
        self.slugs.insert(slug.clone());
        // One whose guid another episode has is a draft: the reader said so.
        let seen = Heard::Made {
            show: std::mem::replace(&mut item.episode.show, self.here.id.clone()),
            slug: std::mem::replace(&mut item.episode.slug, slug),
        };
        self.files.episode(index, &id, &item, &item.episode, News { marks: true, sound: false });
        self.plan.new += 1;
        let guid = item.episode.guid.trim().to_string();
        self.plan.episodes.push(Put { id, guid, body: Some(item.episode), seen });
        Ok(())
    }

    fn known_item(&mut self, index: usize, mut item: ReadItem, record: &Record<Episode>) -> Result<()> {
        let Some(id) = EpisodeId::parse(&record.id) else { return Ok(()) };
        if item.partial {
            // What could not be asked for is not gone.
            self.plan.same += 1;
            return Ok(());
        }
        let guid = item.episode.guid.trim().to_string();
        let mine = &record.body;
        let is_here = self.files.is_ours(&record.id, mine.audio.as_ref());
        let seen = fields_of(&item.episode)?;
        let (base, said) = match self.here.said.before(&guid) {
            Some(base) => {
                item.episode = body_of(self.here.said.with(&guid, &seen))?;
                let said = replaced(&base, &mut item.episode, is_here);
                (base, said)
            }
            None => (only_empty(mine, &mut item.episode)?, false),
        };
        let mut bare = chapter_pictures::without(mine, |picture| self.files.is_our_picture(&record.id, picture));
        let mut came = alternates_again::came(mine, &base, |hash| self.files.lay(&record.id, hash));
        alternates_again::as_said(&mut bare.tags, &came);
        notes_pictures::by_words(&base, &mut bare, &mut item.episode);
        let mut brought = bring(&base, &bare, &item.episode)?;
        chapter_pictures::put_back(&mut brought.body, mine);
        if let Some(now) = item.episode.remote_audio.as_ref().filter(|_| said && is_here) {
            // Where it stands among the other files, too, the sound of before is not the one of now.
            came.retain(|one| !one.is_sound(&now.url));
        }
        alternates_again::put_back(&mut brought.body.tags, &came);
        notes_pictures::put_back(&mut brought.body, mine);
        if said && is_here && !brought.is_new_field("remote_audio") {
            // The sound that the last import brought is another one there now.
            let before = serde_json::to_value(&mine.remote_audio).unwrap_or_default();
            let after = serde_json::to_value(&item.episode.remote_audio).unwrap_or_default();
            brought.body.remote_audio.clone_from(&item.episode.remote_audio);
            brought.fields.retain(|field| field.field != "remote_audio");
            brought.fields.push(ImportField { field: "remote_audio".into(), before, after, kept: false });
        }
        if mine.draft && base.get("draft") == Some(&true.into()) && !item.episode.draft {
            // A draft only because a source said so, and now it came out there.
            brought.body.draft = false;
            let (before, after) = (true.into(), false.into());
            brought.fields.push(ImportField { field: "draft".into(), before, after, kept: false });
        }
        self.rename(record, &mut brought.body);
        let marks = brought.is_new_field("chapters") || brought.is_new_field("songs");
        self.files.episode(index, &id, &item, &brought.body, News { marks, sound: said });
        let is_new = brought.is_new();
        *(if is_new { &mut self.plan.changed } else { &mut self.plan.same }) += 1;
        self.tell(Some(&id), &brought.body.title, brought.fields);
        let seen = self.here.said.heard(&guid, seen);
        self.plan.episodes.push(Put { id, guid, body: is_new.then_some(brought.body), seen });
        Ok(())
    }

    /// Until the first publication the address name follows the title, as it does when somebody types another.
    fn rename(&mut self, record: &Record<Episode>, episode: &mut Episode) {
        let followed = episode.slug.starts_with(&slug(&record.body.title, "episode"));
        if record.released.is_none() && followed && episode.title != record.body.title {
            self.slugs.remove(&episode.slug);
            episode.slug = free_slug(&slug(&episode.title, "episode"), |slug| self.slugs.contains(slug));
            self.slugs.insert(episode.slug.clone());
        }
    }

    fn tell(&mut self, episode: Option<&EpisodeId>, title: &str, fields: Vec<ImportField>) {
        if !fields.is_empty() && self.plan.changes.len() < MOST_TOLD {
            self.plan.changes.push(ImportChange { episode: episode.cloned(), title: title.into(), fields });
        }
    }

    fn done(mut self) -> Plan {
        let mut findings = self.files.told();
        findings.truncate(MOST_TOLD);
        let (files, forgotten) = self.files.done(self.plan.episodes.iter().map(|put| put.id.as_str()));
        Plan { files, forgotten, findings, ..self.plan }
    }
}

/// Read for the first time: what is here was written here, and only what is empty is filled. Neither a sound of one's own nor
/// whether an episode is shown is an empty field.
fn only_empty(mine: &Episode, theirs: &mut Episode) -> Result<Fields> {
    if mine.audio.is_some() {
        theirs.remote_audio.clone_from(&mine.remote_audio);
    }
    theirs.blocked = mine.blocked;
    fields_of(&Episode::new(mine.show.clone(), "", "", "", 0))
}

/// What becomes of the show itself.
fn the_show(here: &Here, read: &Show) -> Result<(Put<ShowId, Show, Fields>, Vec<ImportChange>)> {
    let id = here.id.clone();
    // Only a move of our own says where the feed is: an old one would send all listeners away.
    let theirs = Show { new_feed_url: String::new(), ..read.clone() };
    let seen = fields_of(&theirs)?;
    let Some(mine) = &here.show else {
        let made = Show { slug: here.slug.clone(), ..theirs };
        return Ok((Put { id, guid: String::new(), body: Some(made), seen }, vec![]));
    };
    let (base, theirs) = match here.said.before("") {
        Some(base) => (base, body_of(here.said.with("", &seen))?),
        None => {
            let plain = Show::new("", "", 0);
            (fields_of(&Show { language: mine.language.clone(), locked: mine.locked, ..plain })?, theirs)
        }
    };
    let mut theirs = Show {
        podcast_guid: mine.podcast_guid.clone().or(theirs.podcast_guid),
        new_feed_url: mine.new_feed_url.clone(),
        new_variants_url: mine.new_variants_url.clone(),
        verifying: mine.verifying.clone(),
        // A feed says nothing of comments: only a site that has them does.
        comments: if theirs.comments.is_off() { mine.comments } else { theirs.comments },
        ..theirs
    };
    let mut bare = mine.clone();
    notes_pictures::by_words(&base, &mut bare, &mut theirs);
    let mut brought = bring(&base, &bare, &theirs)?;
    notes_pictures::put_back(&mut brought.body, mine);
    let is_new = brought.is_new();
    let change = ImportChange { episode: None, title: brought.body.title.clone(), fields: brought.fields };
    let changes = if change.fields.is_empty() { vec![] } else { vec![change] };
    Ok((Put { id, guid: String::new(), body: is_new.then_some(brought.body), seen }, changes))
}
