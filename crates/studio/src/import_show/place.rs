//! Puts a file that was brought where it belongs: into its episode or show, in the writer's transaction. What the author put
//! there meanwhile stays.

use super::alternates;
use super::bring::Bringing;
use super::chapter_pictures;
use super::file::{Brought, Marks, name_in};
use super::named;
use super::notes_pictures;
use crate::chapters::without_songs;
use crate::ingest_audio::attached;
use crate::known_sound::keep_sound;
use crate::pictures::Picture;
use crate::texts::Kept;
use hearthcast_fetch::Hop;
use hearthcast_library::WriteTx;
use hearthcast_library::import::File;
use hearthcast_media::Probed;
use hearthcast_model::html::NotesPicture;
use hearthcast_model::import::{ImportKind, ImportNote, ImportState};
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, Notes, Result, Show, Transcript};
use url::Url;

impl Bringing<'_> {
    /// Puts it in place; says whether anybody still wants it.
    pub(crate) async fn place(&self, tx: &mut WriteTx, file: &mut File, brought: Brought) -> Result<bool> {
        file.state = ImportState::Taken;
        (file.about.error, file.about.note) = (None, None);
        if file.episode.is_empty() {
            return match brought {
                Brought::Picture(picture) if file.kind == ImportKind::NotesPicture => {
                    self.picture_in_description(tx, file, &picture).await
                }
                Brought::Picture(picture) => self.cover(tx, file, &picture).await,
                Brought::Elsewhere(hop) => {
                    let show = tx.read::<Show>(self.show.as_str()).await?;
                    Ok(show.is_some_and(|record| named::found_of_show(file, &record.body, &hop)))
                }
                _ => Ok(false),
            };
        }
        let record = tx.read::<Episode>(&file.episode).await?.filter(|record| record.deleted_ms.is_none());
        let Some(record) = record else { return Ok(false) };
        let mut episode = record.body.clone();
        let wanted = match brought {
            Brought::Sound(probed) if file.kind == ImportKind::Further => {
                further_in(tx, file, &mut episode, &probed).await?
            }
            Brought::Sound(probed) => self.sound_in(tx, file, &mut episode, &probed).await?,
            Brought::Elsewhere(hop) if file.kind == ImportKind::Alternate => alternates::found(file, &episode, &hop),
            Brought::Elsewhere(hop) if file.kind == ImportKind::TagPicture => {
                named::found_of_episode(file, &episode, &hop)
            }
            Brought::Elsewhere(hop) => elsewhere(file, &mut episode, &hop),
            Brought::Picture(picture) if file.kind == ImportKind::ChapterPicture => {
                self.chapter_picture_in(tx, file, &mut episode, &picture).await?
            }
            Brought::Picture(picture) if file.kind == ImportKind::NotesPicture => {
                let page = episode.link.clone();
                let (title, name) = (episode.title.clone(), format!("{}-notes", episode.slug));
                notes_picture_in(tx, file, &mut episode.notes, &picture, (&page, &title, &name)).await?
            }
            Brought::Picture(picture) => self.picture_in(tx, file, &mut episode, &picture).await?,
            Brought::Chapters(list) => self.chapters_in(tx, file, &mut episode, list).await?,
            Brought::Transcript(kept) => transcript_in(tx, file, &mut episode, &kept).await?,
        };
        if wanted && episode != record.body {
            episode.changed_ms = tx.now_ms();
            self.put(tx, &file.episode, &record.body, &episode).await?;
        }
        Ok(wanted)
    }

    /// Whether there is nothing yet, or what an import brought.
    async fn is_free(&self, tx: &mut WriteTx, file: &File, there: Option<&Attachment>) -> Result<bool> {
        match there {
            None => Ok(true),
            Some(there) => Ok(tx.is_imported(&self.show, &file.episode, &there.hash).await?),
        }
    }

    async fn cover(&self, tx: &mut WriteTx, file: &mut File, picture: &Picture) -> Result<bool> {
        let Some(record) = tx.read::<Show>(self.show.as_str()).await? else { return Ok(false) };
        let master = record.body.cover_from.as_ref().map(|from| from.master.clone());
        let free = match (&record.body.cover, master) {
            (None, _) => true,
            (Some(_), Some(master)) => tx.is_imported(&self.show, "", &master).await?,
            (Some(_), None) => false,
        };
        if free {
            picture.note(tx).await?;
            let mut show = record.body.clone();
            picture.put_on_show(&mut show);
            show.changed_ms = tx.now_ms();
            self.put(tx, self.show.as_str(), &record.body, &show).await?;
        }
        came(file, picture);
        Ok(true)
    }

    async fn picture_in_description(&self, tx: &mut WriteTx, file: &mut File, picture: &Picture) -> Result<bool> {
        let Some(record) = tx.read::<Show>(self.show.as_str()).await? else { return Ok(false) };
        let mut show = record.body.clone();
        let about = (record.body.link.as_str(), record.body.title.as_str(), "notes");
        let wanted = notes_picture_in(tx, file, &mut show.description, picture, about).await?;
        if show != record.body {
            show.changed_ms = tx.now_ms();
            self.put(tx, self.show.as_str(), &record.body, &show).await?;
        }
        Ok(wanted)
    }

    async fn sound_in(
        &self,
        tx: &mut WriteTx,
        file: &mut File,
        episode: &mut Episode,
        probed: &Probed,
    ) -> Result<bool> {
        let still = episode.remote_audio.as_ref().is_some_and(|remote| remote.url == file.url);
        if !still || !self.is_free(tx, file, episode.audio.as_ref()).await? {
            return Ok(false);
        }
        episode.audio = Some(attached(&probed.facts, &episode.slug));
        episode.remote_audio = None;
        // Feeds name the sound itself among the episode's other files, too.
        alternates::put(episode, &file.url, &probed.facts);
        sound_came(tx, file, episode, probed).await?;
        Ok(true)
    }

    async fn picture_in(
        &self,
        tx: &mut WriteTx,
        file: &mut File,
        episode: &mut Episode,
        picture: &Picture,
    ) -> Result<bool> {
        let free = match (&episode.image, &episode.image_from) {
            (None, _) => true,
            (Some(_), Some(from)) => tx.is_imported(&self.show, &file.episode, &from.master).await?,
            (Some(_), None) => false,
        };
        if free {
            picture.note(tx).await?;
            picture.put_on_episode(episode);
        }
        came(file, picture);
        Ok(true)
    }

    /// The picture of some chapters, as long as these are those that came, or have none.
    async fn chapter_picture_in(
        &self,
        tx: &mut WriteTx,
        file: &mut File,
        episode: &mut Episode,
        picture: &Picture,
    ) -> Result<bool> {
        if !self.is_free(tx, file, episode.chapters_file.as_ref()).await? {
            return Ok(false);
        }
        let named = picture.as_named(&format!("{}-chapter", episode.slug));
        let starts_ms = file.about.starts_ms.clone();
        for chapter in episode.chapters.iter_mut().filter(|chapter| starts_ms.contains(&chapter.start_ms)) {
            let free = match chapter.picture.as_ref().map(|there| there.from.as_ref()) {
                None => true,
                Some(Some(from)) => tx.is_imported(&self.show, &file.episode, &from.master).await?,
                Some(None) => false,
            };
            if free {
                chapter.picture = Some(named.clone());
            }
        }
        picture.note(tx).await?;
        came(file, picture);
        Ok(true)
    }

    async fn chapters_in(
        &self,
        tx: &mut WriteTx,
        file: &mut File,
        episode: &mut Episode,
        marks: Option<Marks>,
    ) -> Result<bool> {
        if let Some((list, images, left_out)) = marks {
            // Files of chapters have songs among them; those that stand as songs are no chapters, too.
            let list = without_songs(list, &episode.songs);
            if !self.is_free(tx, file, episode.chapters_file.as_ref()).await? {
                return Ok(false);
            }
            episode.chapters = self.studio.checked_chapters(episode, &list).await?;
            for picture in chapter_pictures::files(&file.episode, &images) {
                tx.put_import_file(&self.show, &picture).await?;
            }
            let show = tx.read::<Show>(self.show.as_str()).await?.map(|record| record.body);
            let [title, author] = show.as_ref().map_or([""; 2], |show| [show.title.as_str(), &show.author]);
            let left = left_out.named(&[episode.title.as_str(), title, author]);
            if !left.is_empty() {
                let message = format!("Its chapters file says more than is kept here: {left}.");
                file.about.note = Some(told("chapters_left_out", &episode.title, &file.url, message));
            }
        }
        if let Some(kept) = self.studio.keep_chapters_file(episode).await? {
            tx.put_media(&kept.facts, "chapters").await?;
            (file.about.hash, file.about.bytes) = (Some(kept.facts.sha256.clone()), kept.facts.size_bytes);
        }
        Ok(true)
    }
}

/// Another file of the episode, as long as it names the address and has none of its own there.
async fn further_in(tx: &mut WriteTx, file: &mut File, episode: &mut Episode, probed: &Probed) -> Result<bool> {
    let wanted = alternates::put(episode, &file.url, &probed.facts);
    if wanted {
        sound_came(tx, file, episode, probed).await?;
    }
    Ok(wanted)
}

/// Notes a sound that came, and tells where it is not as long as the feed says.
async fn sound_came(tx: &mut WriteTx, file: &mut File, episode: &Episode, probed: &Probed) -> Result<()> {
    let name = Url::parse(&file.url).map(|url| name_in(&url)).unwrap_or_default();
    tx.put_media(&probed.facts, &name).await?;
    keep_sound(tx, probed).await?;
    let bytes = probed.facts.size_bytes;
    (file.about.hash, file.about.bytes) = (Some(probed.facts.sha256.clone()), bytes);
    if file.about.size_bytes > 0 && file.about.size_bytes != bytes {
        let said = file.about.size_bytes;
        let message = format!("The feed says {said} bytes, and {bytes} came: the sound is taken as it is.");
        file.about.note = Some(told("length_differs", &episode.title, &file.url, message));
    }
    Ok(())
}

/// A sound that stays elsewhere: what the feed does not say, its server does.
fn elsewhere(file: &mut File, episode: &mut Episode, hop: &Hop) -> bool {
    let title = episode.title.clone();
    let Some(remote) = episode.remote_audio.as_mut().filter(|remote| remote.url == file.url) else { return false };
    if let Some(length) = hop.length.filter(|length| *length > 0) {
        file.about.bytes = length;
        if remote.size_bytes == 0 {
            remote.size_bytes = length;
        } else if remote.size_bytes != length {
            let message = format!("The feed says {} bytes; its server says {length}.", remote.size_bytes);
            file.about.note = Some(told("length_differs", &title, &file.url, message));
        }
    }
    if remote.mime.is_empty() && hop.mime.starts_with("audio/") {
        remote.mime.clone_from(&hop.mime);
    }
    true
}

async fn transcript_in(tx: &mut WriteTx, file: &mut File, episode: &mut Episode, kept: &Kept) -> Result<bool> {
    let language = file.about.language.clone();
    let name = if language.is_empty() {
        episode.slug.clone()
    } else {
        format!("{}-{}", episode.slug, language.to_lowercase())
    };
    let attachment = kept.attachment(&name);
    let there = episode.transcripts.iter().any(|t| t.language == language && t.file.ext == attachment.ext);
    if !there {
        tx.put_media(&kept.facts, &Url::parse(&file.url).map(|url| name_in(&url)).unwrap_or_default()).await?;
        episode.transcripts.push(Transcript { file: attachment, language, captions: file.about.captions });
    }
    (file.about.hash, file.about.bytes) = (Some(kept.facts.sha256.clone()), kept.facts.size_bytes);
    Ok(true)
}

/// A picture of notes, as long as they name it; `about` is the page they are for, their title, and the name of its file.
async fn notes_picture_in(
    tx: &mut WriteTx,
    file: &mut File,
    notes: &mut Notes,
    picture: &Picture,
    (page, title, name): (&str, &str, &str),
) -> Result<bool> {
    let is_point = picture.is_point();
    let kept = (!is_point).then(|| picture.as_named(name).file);
    let wanted = notes_pictures::put(notes, page, &file.url, &NotesPicture { address: String::new(), file: kept });
    if wanted && is_point {
        file.about.note = Url::parse(&file.url).ok().map(|url| notes_pictures::point(&url, title));
    } else if wanted {
        picture.note(tx).await?;
        came(file, picture);
    }
    Ok(wanted)
}

fn came(file: &mut File, picture: &Picture) {
    file.about.hash = Some(picture.from().master);
    file.about.bytes = picture.all_facts().next().map_or(0, |facts| facts.size_bytes);
}

pub(super) fn told(code: &str, title: &str, url: &str, message: String) -> ImportNote {
    ImportNote { code: code.into(), episode: title.into(), url: url.into(), message, later: false }
}
