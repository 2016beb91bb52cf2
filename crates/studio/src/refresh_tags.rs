//! "Refresh tags in the published file": title, chapters and cover inside files that listeners have already are brought up to
//! what the episode says now. An act of its own, because their bytes become others; the frames of sound stay. What it is not:
//! the tags of what was made here and is not published yet, which `bring_tags` keeps right by itself.

use crate::Studio;
use crate::bring_tags::sounds;
use crate::disk::has_room;
use crate::ingest_audio::gone;
use crate::known_sound::keep_sound;
use crate::sound_tags::hash_of;
use hearthcast_library::{files, made, media};
use hearthcast_media::Probed;
use hearthcast_media::process::{ProcessRequest, TagsToWrite};
use hearthcast_model::guard::Replace;
use hearthcast_model::show::Attachment;
use hearthcast_model::view::{TagsPlan, TagsRefreshed};
use hearthcast_model::{AudioFormat, Cancel, Code, Episode, Error, MediaFacts, Preset, Record, Result, Sha256};
use std::path::PathBuf;

/// What apps and listeners make of other bytes of the same sound, whatever becomes of the address.
const PUBLISHED: [&str; 3] = [
    "The file gets other bytes, so its length and its hash in the feed change. The sound itself stays: every frame is copied.",
    "Who has the episode keeps the old tags; apps that go by the address or the length may download it again.",
    "Downloads are counted by file: one who fetches both files may count twice on the days around the change.",
];
/// What another program wrote.
const FOREIGN: &str = "The file was not made here: what else another program wrote into its tags is not kept.";

/// A file whose tags can be written here.
struct Own {
    sound: Attachment,
    /// How it was made, if the workshop made it.
    made: Option<made::Made>,
}

/// A file with other tags.
struct Refreshed {
    before: Attachment,
    after: Attachment,
    output: PathBuf,
    probed: Probed,
    made: Option<made::Made>,
}

impl Refreshed {
    /// Whether its bytes are others than before.
    fn is_other(&self) -> bool {
        self.before.hash != self.after.hash
    }
}

impl Studio {
    /// What refreshing the tags of an episode's files would mean. Changes nothing.
    pub async fn tags_plan(&self, show: &str, which: &str) -> Result<TagsPlan> {
        let record = self.episode(show, which).await?;
        let (sound, further) = self.refreshable(&record).await?;
        let tags = self.tags_of(&self.show(show).await?.body, &record.body).await?;
        let mut up_to_date = true;
        for own in [&sound].into_iter().chain(&further) {
            up_to_date = up_to_date && self.says(own, &tags).await?;
        }
        // By their bytes: the same file may have another name here.
        let public: Vec<&Sha256> = record.released.iter().flat_map(sounds).map(|file| &file.hash).collect();
        let published = [&sound].into_iter().chain(&further).any(|own| public.contains(&&own.sound.hash));
        let offers = self.replace_offers(show, which).await?;
        let offers = offers.into_iter().filter(|offer| offer.replace != Replace::NewGuid).collect();
        let foreign = sound.made.is_none().then_some(FOREIGN);
        let told = PUBLISHED.iter().copied().filter(|_| published).chain(foreign);
        let Attachment { name, ext, hash } = &sound.sound;
        Ok(TagsPlan {
            title: record.body.title.clone(),
            file: format!("{name}.{ext}"),
            further: further.iter().map(|own| format!("{}.{}", own.sound.name, own.sound.ext)).collect(),
            size_bytes: media::get(self.library(), hash).await?.map_or(0, |known| known.facts.size_bytes),
            published,
            up_to_date,
            consequences: told.map(str::to_owned).collect(),
            offers,
            to_type: record.body.slug,
        })
    }

    /// Writes what the episode says now into copies of its files, which become its sound; the next publication brings them to
    /// listeners. `replace` says what becomes of the address of a live episode's sound, and `confirm` is its slug, typed.
    /// All or nothing: a file whose tags cannot be written changes nothing.
    pub async fn refresh_tags(
        &self,
        show: &str,
        which: &str,
        replace: Option<Replace>,
        confirm: Option<&str>,
        cancel: &Cancel,
    ) -> Result<TagsRefreshed> {
        let plan = self.tags_plan(show, which).await?;
        if plan.up_to_date {
            return Ok(TagsRefreshed { changed: false, plan });
        }
        let record = self.episode(show, which).await?;
        if replace == Some(Replace::NewGuid) {
            return Err(Error::new(Code::GuardReplace, "Other tags make no other episode.")
                .hint("Choose --replace same-guid or --replace same-url.")
                .about("episode", record.id));
        }
        self.may_replace(&record, replace).await?;
        if plan.published {
            typed(&plan, show, confirm)?;
        }
        let (sound, further) = self.refreshable(&record).await?;
        let tags = self.tags_of(&self.show(show).await?.body, &record.body).await?;
        let files: Vec<&Attachment> = [&sound].into_iter().chain(&further).map(|own| &own.sound).collect();
        self.has_room_for_tags(&files, &tags).await?;
        let mut refreshed = vec![];
        for own in [sound].into_iter().chain(further) {
            refreshed.push(self.with_other_tags(own, &tags, cancel).await?);
        }
        for one in refreshed.iter().filter(|one| one.is_other()) {
            self.keep_made(&one.output, &one.after.hash).await?;
        }
        let changed = refreshed.iter().any(Refreshed::is_other);
        self.note_refreshed(&record, &refreshed, replace).await?;
        Ok(TagsRefreshed { changed, plan })
    }

    /// Refuses to begin what the disk has no room for: each file once more, with the pictures in its tags.
    pub(crate) async fn has_room_for_tags(&self, files: &[&Attachment], tags: &TagsToWrite) -> Result<()> {
        let pictures = tags.cover.iter().chain(tags.chapter_pictures.iter().map(|picture| &picture.path));
        let pictures: u64 = pictures.filter_map(|path| std::fs::metadata(path).ok()).map(|about| about.len()).sum();
        let mut bytes = 0u64;
        for file in files {
            let known = media::get(self.library(), &file.hash).await?;
            bytes = bytes.saturating_add(known.map_or(0, |known| known.facts.size_bytes)).saturating_add(pictures);
        }
        has_room(self.root(), bytes)
    }

    /// A copy with these tags, at a workplace; what would be the same file is not left there.
    async fn with_other_tags(&self, own: Own, tags: &TagsToWrite, cancel: &Cancel) -> Result<Refreshed> {
        let Own { sound, made } = own;
        let source = files::path(self.root(), &sound.hash);
        let output = self.workplace(&sound.hash, &sound.ext)?;
        let request = ProcessRequest::mp3(source, &output, Preset::LeaveAlone)
            .tagged(tags.clone())
            .of_known(self.known_sound(&sound.hash).await?);
        let probed = self.retag_media(request, cancel.clone(), |_| ()).await?;
        let hash = probed.facts.sha256.clone();
        if hash == sound.hash {
            // What is left at a workplace is swept.
            let _ = std::fs::remove_file(&output);
        }
        let made = match made {
            Some(made) => Some(made::Made { hash: hash.clone(), tags: hash_of(tags)?, ..made }),
            None => None,
        };
        Ok(Refreshed { after: Attachment { hash, ..sound.clone() }, before: sound, output, probed, made })
    }

    async fn note_refreshed(
        &self,
        record: &Record<Episode>,
        refreshed: &[Refreshed],
        replace: Option<Replace>,
    ) -> Result<()> {
        let mut names = vec![];
        for one in refreshed {
            let known = media::get(self.library(), &one.before.hash).await?;
            names.push(known.map(|known| known.original_name).unwrap_or_default());
        }
        let mut tx = self.library().transact().await?;
        let now = tx.read::<Episode>(&record.id).await?.filter(|now| now.deleted_ms.is_none()).ok_or_else(gone)?;
        if now.body != record.body {
            return Err(Error::new(Code::Taken, "The episode was changed meanwhile. Its files are as they were.")
                .hint("Try again.")
                .about("episode", record.id.clone()));
        }
        let mut body = now.body.clone();
        for Refreshed { before, after, .. } in refreshed.iter().filter(|one| one.is_other()) {
            if body.audio.as_ref() == Some(before) {
                body = self.with_sound(&now, body, after.clone(), replace)?;
            }
            let others = body.tags.alternate_enclosures.iter_mut();
            for other in others.filter(|other| other.file.as_ref() == Some(before)) {
                // The old bytes were told by their hash or signature, and lie at the other addresses.
                (other.file, other.integrity) = (Some(after.clone()), None);
                other.sources.clear();
            }
        }
        for (Refreshed { probed, made, .. }, name) in refreshed.iter().zip(&names) {
            tx.put_media(&probed.facts, name).await?;
            keep_sound(&mut tx, probed).await?;
            if let Some(made) = made {
                tx.put_made(made).await?;
            }
        }
        if body == now.body {
            return self.commit_own(tx).await;
        }
        body.changed_ms = self.now_ms();
        tx.put(&record.id, &body).await?;
        self.commit(tx, "audio").await?;
        Ok(())
    }

    /// The sound of an episode, whose tags can be written here, and its further formats that were made here.
    async fn refreshable(&self, record: &Record<Episode>) -> Result<(Own, Vec<Own>)> {
        let refused = |code: Code, what: &str, hint: &str| {
            Err(Error::new(code, what).hint(hint).about("episode", record.id.clone()))
        };
        let Some(sound) = record.body.audio.clone() else {
            return refused(Code::MediaUnusable, "The episode has no sound of its own.", "Give it a sound first.");
        };
        if AudioFormat::parse(&sound.ext).is_none() {
            let what = "Tags are written into MP3, M4A, Opus and FLAC.";
            return refused(Code::MediaUnusable, what, "Write them with the program that made the file.");
        }
        if !files::path(self.root(), &sound.hash).exists() {
            let hint = "Bring the media folder back, or fetch the file again.";
            return refused(Code::MediaAbsent, "The file of the episode is not on this disk.", hint);
        }
        let made = self.made_here(Some(&sound)).await?;
        let mut further = vec![];
        for file in record.body.tags.alternate_enclosures.iter().filter_map(|other| other.file.as_ref()) {
            let made = self.made_here(Some(file)).await?;
            if made.is_some() && files::path(self.root(), &file.hash).exists() {
                further.push(Own { sound: file.clone(), made });
            }
        }
        Ok((Own { sound, made }, further))
    }

    /// Whether the tags inside say what the episode says: known of what was made here; of another file what it said when it
    /// was heard.
    async fn says(&self, own: &Own, tags: &TagsToWrite) -> Result<bool> {
        if let Some(made) = &own.made {
            return Ok(made.tags == hash_of(tags)?);
        }
        let known = media::get(self.library(), &own.sound.hash).await?;
        if !known.is_some_and(|known| says_the_words(&known.facts, tags)) {
            return Ok(false);
        }
        // Its pictures are compared by writing it once more: the same tags make the same bytes.
        let sound = own.sound.clone();
        let other = self.with_other_tags(Own { sound, made: None }, tags, &Cancel::default()).await?;
        let _ = std::fs::remove_file(&other.output);
        Ok(!other.is_other())
    }
}

/// Whether title, author, show and chapters of a file are these.
fn says_the_words(facts: &MediaFacts, tags: &TagsToWrite) -> bool {
    let said = |name: &str| facts.tags.get(name).map_or("", String::as_str);
    let texts = [("title", &tags.title), ("artist", &tags.author), ("album", &tags.show)];
    let mut chapters: Vec<_> = tags.chapters.iter().map(|chapter| (chapter.start_ms, chapter.title.as_str())).collect();
    chapters.sort_by_key(|(start_ms, _)| *start_ms);
    texts.iter().all(|(name, text)| said(name) == text.trim())
        && chapters.iter().copied().eq(facts.chapters.iter().map(|mark| (mark.start_ms, mark.title.as_str())))
}

/// Refuses until the slug was typed.
fn typed(plan: &TagsPlan, show: &str, confirm: Option<&str>) -> Result<()> {
    let word = plan.to_type.as_str();
    let typed = confirm.map(str::trim).filter(|typed| !typed.is_empty());
    if typed == Some(word) {
        return Ok(());
    }
    let what = match typed {
        Some(typed) => format!("\"{typed}\" is not what has to be typed: {word}. Nothing was changed."),
        None => format!("Listeners have this file already. {}", plan.consequences.join(" ")),
    };
    let hint =
        format!("If that is meant, type: hearthcast episode tags {show} {word} --replace WAY --confirm \"{word}\"");
    Err(Error::new(Code::GuardConfirm, what).hint(hint).about("guard", word.to_string()))
}
