//! Changes an episode's working copy. Nothing here is public before a publication.

use crate::edit_show::{changed_slug, checked_link, checked_text, invalid};
use crate::picture_master::from_of;
use crate::pictures::{AskedPicture, Picture};
use crate::read::episode_id;
use crate::swap_notes::NotesSwap;
use crate::texts::Kept;
use crate::{Studio, checked, transcripts};
use hearthcast_media::PictureOrder;
use hearthcast_model::clock::parse_rfc3339;
use hearthcast_model::episode::EpisodeKind;
use hearthcast_model::guard::Replace;
use hearthcast_model::namespace::AlternateEnclosure;
use hearthcast_model::show::Attachment;
use hearthcast_model::view::{EpisodeEdit, EpisodeView};
use hearthcast_model::visible::is_public;
use hearthcast_model::{Code, Episode, Error, Record, Result, Transcript};

/// Longest guid, bytes.
const MOST_GUID_BYTES: usize = 1000;

/// What is changed in an episode beside what a person writes.
#[derive(Default)]
pub(crate) struct Also {
    /// Its sound.
    pub(crate) audio: Option<Attachment>,
    /// Its picture.
    pub(crate) picture: Option<Picture>,
    /// All its transcripts.
    pub(crate) transcripts: Option<Vec<Transcript>>,
    /// Texts among them that are new.
    pub(crate) kept: Vec<Kept>,
    /// When it comes out, Unix milliseconds.
    pub(crate) at_ms: Option<i64>,
    /// Another picture in its notes.
    pub(crate) notes: Option<NotesSwap>,
    /// What the step is, where it is no edit.
    pub(crate) reason: Option<&'static str>,
}

impl Studio {
    /// Applies the given fields; absent ones stay. Until the first publication the address name follows the title.
    pub async fn edit_episode(&self, show: &str, which: &str, edit: EpisodeEdit) -> Result<EpisodeView> {
        self.edit_with(show, which, edit, Also::default()).await
    }

    /// The same, with what no person writes by hand; one step for undo.
    pub(crate) async fn edit_with(
        &self,
        show: &str,
        which: &str,
        edit: EpisodeEdit,
        also: Also,
    ) -> Result<EpisodeView> {
        let seen = self.episode(show, which).await?;
        let asked = AskedPicture {
            path: edit.image.as_deref(),
            square: edit.image_square,
            from: from_of(seen.body.image.as_ref(), seen.body.image_from.clone()),
            order: PictureOrder::episode(),
        };
        let picture = match also.picture {
            Some(picture) => Some(picture),
            None => self.picture_asked(asked).await?,
        };
        let mut tx = self.library().transact().await?;
        // Read again inside: what somebody else changed meanwhile stays.
        let record = tx.read::<Episode>(&seen.id).await?.filter(|r| r.deleted_ms.is_none());
        let record = record.ok_or_else(|| Error::not_found("episode", which))?;
        let public = is_public(&record, self.now_ms());
        let mut episode = edited(&record, &edit, public)?;
        self.guid_is_free(&record, &episode).await?;
        if edit.tags.is_some() {
            self.all_taken_in("tags", episode.posters()).await?;
        }
        if edit.slug.is_none() && !public && episode.title != record.body.title {
            let own = episode_id(&record)?;
            episode.slug = self.free_episode_slug(&episode.show, &episode.title, Some(&own)).await?;
        }
        if let Some(picture) = &picture {
            picture.note(&mut tx).await?;
            let before = from_of(episode.image.as_ref(), episode.image_from.clone()).map(|from| from.master);
            picture.put_on_episode(&mut episode);
            if edit.image_alt.is_none() && picture.is_another_than(before.as_ref()) {
                // Words about another picture would be wrong about this one.
                episode.image_alt.clear();
            }
        }
        if let Some(sound) = also.audio {
            // Listeners who heard the one of before get this one under an address of its own.
            episode = self.with_sound(&record, episode, sound, Some(Replace::SameGuid))?;
        }
        if let Some(swap) = &also.notes {
            swap.note(&mut tx).await?;
            let name = format!("{}-notes", episode.slug);
            swap.apply(&mut episode.notes, &name);
        }
        episode.publish_at_ms = also.at_ms.or(episode.publish_at_ms);
        if let Some(transcripts) = also.transcripts {
            episode.transcripts = transcripts;
        }
        for kept in &also.kept {
            tx.put_media(&kept.facts, "from another computer").await?;
        }
        if edit.transcripts.is_some() {
            // Pages say their language.
            let written = Box::pin(self.write_forms(&mut episode)).await?;
            for (kept, original) in &written {
                tx.put_media(&kept.facts, original).await?;
            }
        }
        if let Some(chapters) = &edit.chapters {
            episode.chapters = self.checked_chapters(&episode, chapters).await?;
        }
        if let Some(songs) = &edit.songs {
            episode.songs = checked::website::songs(songs.clone(), self.length_ms(&episode).await?)?;
            self.all_taken_in("songs", episode.songs.iter().filter_map(|song| song.picture.as_ref())).await?;
        }
        if (edit.chapters.is_some() || edit.songs.is_some())
            && let Some(kept) = self.keep_chapters_file(&mut episode).await?
        {
            tx.put_media(&kept.facts, "chapters").await?;
        }
        if episode != record.body {
            episode.changed_ms = self.now_ms();
            tx.put(&record.id, &episode).await?;
            self.commit(tx, also.reason.unwrap_or("edit")).await?;
        }
        self.episode_view(show, &record.id).await
    }
}

impl Studio {
    /// Apps take two items with the same guid for one.
    async fn guid_is_free(&self, record: &Record<Episode>, episode: &Episode) -> Result<()> {
        if episode.guid == record.body.guid {
            return Ok(());
        }
        let others = hearthcast_library::episode::all(self.library(), &episode.show).await?;
        let mut others = others.iter().filter(|other| other.id != record.id && other.deleted_ms.is_none());
        let has_it = |other: &&Record<Episode>| {
            std::iter::once(&other.body).chain(&other.released).any(|body| body.guid == episode.guid)
        };
        let Some(other) = others.find(has_it) else { return Ok(()) };
        let what =
            format!("\"{}\" has that guid already, and apps take two with one guid for the same.", other.body.title);
        Err(Error::new(Code::Taken, what).hint("Give each episode a guid of its own.").about("field", "guid"))
    }
}

/// A guid as feeds carry it: foreign text, kept as it is.
fn checked_guid(guid: &str) -> Result<String> {
    let kept = hearthcast_text::chars::xml_only(guid);
    let wrong = |why: &str| Err(invalid("guid", why, "A UUID is a good one; it never has to be read by anybody."));
    match () {
        () if guid.trim().is_empty() => wrong("every episode has one"),
        () if guid.len() > MOST_GUID_BYTES => wrong("it is longer than 1,000 bytes"),
        () if kept != guid || guid.chars().any(char::is_control) => wrong("no feed can carry its characters"),
        () if guid.trim() != guid => wrong("apps drop spaces around it, and would not know it again"),
        () => Ok(guid.into()),
    }
}

/// The working copy with the given fields. What listeners know the episode by stays once it is `public`.
pub(crate) fn edited(record: &Record<Episode>, edit: &EpisodeEdit, public: bool) -> Result<Episode> {
    let mut episode = record.body.clone();
    if let Some(title) = &edit.title {
        episode.title = checked_text("title", title, false)?;
    }
    if let Some(own) = &edit.itunes_title {
        let own = checked_text("itunes_title", own, false)?;
        episode.itunes_title = if own == episode.title { String::new() } else { own };
    }
    if let Some(summary) = &edit.summary {
        episode.summary = checked::summary(summary)?;
    }
    if let Some(slug) = &edit.slug {
        episode.slug = changed_slug(slug, &record.body.slug, public)?;
    }
    if let Some(guid) = &edit.guid {
        episode.guid = checked_guid(guid)?;
        episode.guid_is_permalink &= episode.guid == record.body.guid;
    }
    if let Some(notes) = &edit.notes {
        episode.notes = hearthcast_text::rewritten(&episode.notes, notes)?;
    }
    if let Some(form) = edit.notes_form {
        episode.notes = hearthcast_text::in_form(&episode.notes, form)?;
    }
    if let Some(link) = &edit.link {
        episode.link = checked_link(link)?;
    }
    if let Some(at) = &edit.at {
        episode.publish_at_ms = checked_time(at)?;
    }
    if let Some(zone) = &edit.zone {
        episode.zone = (!zone.is_empty()).then(|| checked_text("zone", zone, false)).transpose()?;
    }
    episode.season = edit.season.map_or(episode.season, |n| (n > 0).then_some(n));
    episode.number = edit.number.map_or(episode.number, |n| (!n.is_zero()).then_some(n));
    if let Some(kind) = edit.kind {
        episode.kind = changed_kind(&record.body, kind, public)?;
    }
    episode.explicit = edit.explicit.or(episode.explicit.filter(|_| edit.explicit_as_show != Some(true)));
    if edit.image.as_deref() == Some("") {
        (episode.image, episode.image_sizes, episode.image_from) = (None, vec![], None);
        episode.image_alt.clear();
    }
    if let Some(alt) = &edit.image_alt {
        episode.image_alt = checked::alt("image_alt", alt)?;
    }
    episode.draft = edit.draft.unwrap_or(episode.draft);
    episode.blocked = edit.blocked.unwrap_or(episode.blocked);
    if let Some(tags) = &edit.tags {
        let before = std::mem::take(&mut episode.tags);
        episode.tags = checked::namespace::merged(&before, tags)?;
        with_stills(&before.alternate_enclosures, &mut episode.tags.alternate_enclosures);
        hearthcast_feed::podcast::check_episode(&episode)?;
    }
    if let Some(name) = &edit.season_name {
        episode.season_name = checked::name("season_name", name, false)?;
    }
    if let Some(persons) = &edit.persons {
        episode.persons = checked::persons(persons)?;
    }
    if let Some(videos) = &edit.videos {
        episode.videos = checked::website::videos(videos.clone())?;
    }
    if let Some(given) = &edit.transcripts {
        episode.transcripts = transcripts::kept_of(&record.body.transcripts, given)?;
    }
    Ok(episode)
}

/// A post has no sound, and what listeners know as the one does not become the other.
fn changed_kind(before: &Episode, kind: EpisodeKind, public: bool) -> Result<EpisodeKind> {
    let turns = (before.kind == EpisodeKind::Post) != (kind == EpisodeKind::Post);
    if turns && (public || before.has_sound()) {
        let (is, other) = if before.is_post() { ("a post", "an episode") } else { ("an episode", "a post") };
        let why = format!("this is {is} already");
        return Err(invalid("kind", &why, &format!("Make {other} of its own.")));
    }
    Ok(kind)
}

fn checked_time(at: &str) -> Result<Option<i64>> {
    if at.is_empty() {
        return Ok(None);
    }
    let parsed = parse_rfc3339(at).filter(|ms| (0..=253_402_300_799_999).contains(ms));
    parsed.map(Some).ok_or_else(|| invalid("at", "it is not a time with a zone", "Example: 2027-01-05T06:00:00+01:00."))
}

/// Stills of videos are changed by `take_poster` and `describe_poster` alone: a list that was written before the last one was taken
/// does not bring the one of before back.
fn with_stills(before: &[AlternateEnclosure], now: &mut [AlternateEnclosure]) {
    for one in now {
        let Some(file) = &one.file else {
            one.poster = None;
            continue;
        };
        let known = before.iter().find(|known| known.is_file(&file.hash));
        if let Some(known) = known {
            one.poster.clone_from(&known.poster);
        }
    }
}
