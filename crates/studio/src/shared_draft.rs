//! A draft as those with its address will hear and read it: taken from the working copy as it stands now.

use crate::studio::task_failed;
use crate::{Studio, texts};
use hearthcast_library::{files, media};
use hearthcast_model::chapter::Rendition;
use hearthcast_model::share::{
    DAY_MS, DAYS, MAX_COPIES, MAX_DAYS, MAX_PAGE_BYTES, MAX_PICTURES, SharedCopy, SharedCue, SharedFile,
};
use hearthcast_model::show::Attachment;
use hearthcast_model::{Chapter, Code, Episode, EpisodeId, Error, Record, Result, ShareId, SharedDraft, slot};
use hearthcast_site::draft::is_of_use;
use hearthcast_text::clean_html;
use hearthcast_text::transcript::{MAX_BYTES, read};

impl Studio {
    /// The draft of an episode as it stands, to be heard for so many days.
    pub(crate) async fn shared_draft(&self, show: &str, which: &str, days: Option<u32>) -> Result<SharedDraft> {
        let days = days.unwrap_or(DAYS);
        if !(1..=MAX_DAYS).contains(&days) {
            return Err(Error::new(Code::UsageInvalid, format!("A draft can be heard for 1 to {MAX_DAYS} days."))
                .about("field", "days"));
        }
        let (show, record) = (self.show(show).await?.body, self.episode(show, which).await?);
        let Record { body: episode, id, .. } = record;
        let id = EpisodeId::parse(&id).ok_or_else(|| Error::not_found("episode", &id))?;
        let audio = episode.audio.as_ref().filter(|_| !episode.is_post()).ok_or_else(|| silent(&episode))?;
        let sound = self.shared_file(audio).await?;
        let own = episode.image.as_ref().map(|image| (image, &episode.image_sizes, &episode.image_alt));
        let shown = own.or_else(|| show.cover.as_ref().map(|cover| (cover, &show.cover_sizes, &show.cover_alt)));
        let (picture, picture_sizes, picture_alt) = match shown {
            Some((file, sizes, alt)) => {
                (Some(self.shared_file(file).await?), self.shared_copies(file, sizes).await, alt.clone())
            }
            None => (None, vec![], String::new()),
        };
        let shown = |chapter: &Chapter| !chapter.hidden;
        let chapters = episode.marks().into_iter().filter(shown).map(|chapter| Chapter { picture: None, ..chapter });
        let (own, suffix) = (&episode.notes, &show.notes_suffix);
        let notes = clean_html(&format!("{}\n{}", own.safe.html.trim(), suffix.safe.html.trim()));
        let mut pictures: Vec<SharedFile> = vec![];
        for file in own.pictures.iter().chain(&suffix.pictures).filter_map(|picture| picture.file.as_ref()) {
            let shown = notes.html.contains(file.hash.as_str()) && pictures.iter().all(|one| one.sha256 != file.hash);
            if shown && pictures.len() < MAX_PICTURES {
                pictures.push(self.shared_file(file).await?);
            }
        }
        let now_ms = self.now_ms();
        let draft = SharedDraft {
            id: ShareId::fresh(self.library().ids(), now_ms),
            show: episode.show.clone(),
            episode: id,
            show_title: show.title,
            author: show.author,
            language: show.language,
            title: episode.title.clone(),
            notes,
            explicit: episode.explicit.unwrap_or(show.explicit),
            chapters: chapters.collect(),
            transcript: self.cues(&episode).await?,
            sound,
            picture,
            picture_alt,
            picture_sizes,
            pictures,
            made_ms: now_ms,
            expires_ms: now_ms + i64::from(days) * DAY_MS,
        };
        draft.check()?;
        small_enough(draft)
    }

    /// Copies of the picture that the page's head needs. One that is not on this disk is left out: there are others.
    async fn shared_copies(&self, whole: &Attachment, sizes: &[Rendition]) -> Vec<SharedCopy> {
        let known = media::get(self.library(), &whole.hash).await.ok().flatten();
        let width = known.and_then(|known| known.facts.width_px).unwrap_or(0);
        let mut copies: Vec<SharedCopy> = vec![];
        for size in sizes.iter().filter(|size| is_of_use(size.width_px, size.height_px)) {
            let known = |copy: &SharedCopy| copy.width_px == size.width_px && copy.file.ext == size.file.ext;
            if copies.len() < MAX_COPIES
                && slot::is_offered(size.width_px, width)
                && !copies.iter().any(known)
                && let Ok(file) = self.shared_file(&size.file).await
            {
                copies.push(SharedCopy { width_px: size.width_px, height_px: size.height_px, file });
            }
        }
        copies
    }

    async fn shared_file(&self, file: &Attachment) -> Result<SharedFile> {
        let absent = || {
            let what = format!("The file \"{}.{}\" is not on this disk.", file.name, file.ext);
            Error::new(Code::MediaAbsent, what)
                .hint("Connect the disk with the media, or add the file again.")
                .about("media", file.hash.as_str())
        };
        let known = media::get(self.library(), &file.hash).await?.ok_or_else(absent)?.facts;
        if !tokio::fs::try_exists(files::path(self.root(), &file.hash)).await.unwrap_or(false) {
            return Err(absent());
        }
        let (sha256, ext) = (file.hash.clone(), file.ext.clone());
        Ok(SharedFile { sha256, bytes: known.size_bytes, mime: known.mime, ext, duration_ms: known.duration_ms })
    }

    /// The first transcript, if its file is here.
    async fn cues(&self, episode: &Episode) -> Result<Vec<SharedCue>> {
        let Some(transcript) = episode.transcripts.first() else { return Ok(vec![]) };
        let path = files::path(self.root(), &transcript.file.hash);
        let Ok(bytes) = texts::bytes_of(&path, MAX_BYTES).await else { return Ok(vec![]) };
        let cues = tokio::task::spawn_blocking(move || read(&bytes).map(|read| read.cues)).await;
        // What was taken in once is readable; a file that somebody changed since is left out.
        let cues = cues.map_err(|e| task_failed(&e))?.unwrap_or_default();
        let cue = |cue: hearthcast_text::transcript::Cue| SharedCue {
            start_ms: cue.start_ms,
            end_ms: cue.end_ms,
            speaker: cue.speaker,
            text: cue.text,
        };
        Ok(cues.into_iter().map(cue).collect())
    }
}

fn silent(episode: &Episode) -> Error {
    let error = Error::new(Code::PublishIncomplete, format!("\"{}\" has no sound to be heard.", episode.title));
    match &episode.remote_audio {
        Some(_) => error.hint("Its sound lies at somebody else's address: bring it here first."),
        None => error.hint("Add its audio first."),
    }
}

/// A transcript that is too long for the page is left out; what is too long without it is refused.
fn small_enough(mut draft: SharedDraft) -> Result<SharedDraft> {
    // Room for what stands around it on its way.
    let limit = MAX_PAGE_BYTES - 1024;
    let length = |draft: &SharedDraft| serde_json::to_vec(draft).map_or(usize::MAX, |json| json.len());
    if length(&draft) > limit {
        draft.transcript.clear();
    }
    if length(&draft) > limit {
        return Err(Error::new(
            Code::PublishIncomplete,
            format!("The notes of \"{}\" are too long for a page.", draft.title),
        )
        .hint("Shorten them, then share the draft again."));
    }
    Ok(draft)
}
