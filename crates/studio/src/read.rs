//! Reading for screens and lists.

use crate::Studio;
use crate::link_file::gives_links;
use crate::sound_findings::of_recording;
use hearthcast_engine::documents::variants;
use hearthcast_engine::plan::{feed_url, object_url};
use hearthcast_library::episode::Released;
use hearthcast_library::{episode, files, made, media, publication, show, target, withdrawal};
use hearthcast_model::facts::Peaks;
use hearthcast_model::html::NotesPicture;
use hearthcast_model::manifest::Object;
use hearthcast_model::place::{Role, Target};
use hearthcast_model::view::{
    AudioView, EpisodeRow, EpisodeView, GoesOut, MadeFrom, ShowRow, ShowView, TargetView, VerifiedFile,
};
use hearthcast_model::{Code, Episode, EpisodeId, Error, Notes, NotesForm, Record, Result, Sha256, Show, ShowId};
use std::path::PathBuf;

impl Studio {
    /// All shows.
    pub async fn shows(&self) -> Result<Vec<ShowRow>> {
        Ok(show::list(self.library()).await?)
    }

    /// One show by id or slug.
    pub async fn show_view(&self, which: &str) -> Result<ShowView> {
        let record = self.show(which).await?;
        let id = show_id(&record)?;
        let mut targets = vec![];
        for target in target::of_show(self.library(), &id).await? {
            targets.push(self.target_view(&target, &record.body.slug).await?);
        }
        let pending = record.pending();
        let removal = withdrawal::removal(self.library(), &id).await?;
        let published = record.released.is_some();
        Ok(ShowView { id, rev: record.rev, published, pending, show: record.body, targets, removal })
    }

    /// The episodes of a show, newest first.
    pub async fn episodes(&self, show: &str) -> Result<Vec<EpisodeRow>> {
        let id = show_id(&self.show(show).await?)?;
        Ok(episode::list(self.library(), &id, self.now_ms()).await?)
    }

    /// One episode by id, slug or number.
    pub async fn episode_view(&self, show: &str, which: &str) -> Result<EpisodeView> {
        let record = self.episode(show, which).await?;
        self.view(record).await
    }

    /// The peaks of an audio file.
    pub async fn peaks(&self, hash: &str) -> Result<Peaks> {
        let hash = parse_hash(hash)?;
        media::peaks(self.library(), &hash).await?.ok_or_else(|| Error::not_found("waveform", hash.as_str()))
    }

    /// Where a file of the library lies, and its type.
    pub async fn media_file(&self, hash: &str) -> Result<(PathBuf, String)> {
        let hash = parse_hash(hash)?;
        let known =
            media::get(self.library(), &hash).await?.ok_or_else(|| Error::not_found("media file", hash.as_str()))?;
        Ok((files::path(self.root(), &hash), known.facts.mime))
    }

    /// Notes as the public will read them; in Markdown, or in HTML. `pictures` are those that were brought for them.
    pub fn preview_notes(&self, words: &str, html: bool, pictures: Vec<NotesPicture>) -> Result<Notes> {
        let notes = if html { hearthcast_text::html_notes(words)? } else { hearthcast_text::notes(words)? };
        Ok(hearthcast_text::keeping(&Notes { pictures, ..Notes::default() }, notes))
    }

    /// Notes in HTML as they would be in Markdown, to be looked at beside each other before anything changes.
    pub fn notes_as_markdown(&self, html: &str, pictures: Vec<NotesPicture>) -> Result<Notes> {
        Ok(hearthcast_text::in_form(&self.preview_notes(html, true, pictures)?, NotesForm::Markdown)?)
    }

    /// The targets of a show.
    pub async fn targets(&self, show: &str) -> Result<Vec<TargetView>> {
        Ok(self.show_view(show).await?.targets)
    }

    /// The files of the version that is public at a target, with the addresses under which they were read back.
    pub async fn verified_files(&self, name: &str) -> Result<Vec<VerifiedFile>> {
        let target = self.target(name).await?;
        let manifest = target::state(self.library().readers(), &target.id).await?.manifest;
        let objects = manifest.map(|manifest| manifest.objects).unwrap_or_default();
        let verified = |object: Object| VerifiedFile {
            address: object_url(&target, &object),
            kind: object.kind,
            bytes: object.bytes,
            episode: object.episode,
        };
        Ok(objects.into_iter().map(verified).collect())
    }

    pub(crate) async fn target_view(&self, target: &Target, slug: &str) -> Result<TargetView> {
        let state = target::state(self.library().readers(), &target.id).await?;
        let kind = target.location.kind();
        Ok(TargetView {
            id: target.id.clone(),
            name: target.name.clone(),
            url: target.url.clone(),
            kind: kind.into(),
            role: target.role,
            feed_url: (target.role != Role::Store).then(|| feed_url(target, slug)),
            feeds: state.manifest.as_ref().map(|manifest| variants(target, manifest).collect()).unwrap_or_default(),
            version: state.manifest.as_ref().map_or(0, |m| m.version),
            published_ms: state.published_ms,
            unfinished: publication::open(self.library(), &target.id).await?.is_some(),
            host_key: target.location.host_key().map(str::to_string),
            links: gives_links(target),
            moved: target.moved.clone(),
        })
    }

    pub(crate) async fn show(&self, which: &str) -> Result<Record<Show>> {
        show::find(self.library(), which)
            .await?
            .ok_or_else(|| Error::not_found("show", which).hint("\"hearthcast show list\" names them."))
    }

    pub(crate) async fn episode(&self, show: &str, which: &str) -> Result<Record<Episode>> {
        let id = show_id(&self.show(show).await?)?;
        episode::find(self.library(), &id, which)
            .await?
            .ok_or_else(|| Error::not_found("episode", which).hint("\"hearthcast episode list SHOW\" names them."))
    }

    async fn audio_view(&self, hash: &Sha256) -> Result<Option<AudioView>> {
        let Some(known) = media::get(self.library(), hash).await? else { return Ok(None) };
        let made = match made::get(self.library(), hash).await? {
            Some(made) => {
                let recording = media::get(self.library(), &made.source).await?;
                let said = recording.as_ref().map(|recording| recording.facts.findings.as_slice());
                Some(MadeFrom {
                    findings: of_recording(said.unwrap_or_default(), &known.facts.findings, &made.report.timeline),
                    original_name: recording.map(|r| r.original_name).unwrap_or_default(),
                    here: files::path(self.root(), &made.source).exists(),
                    report: made.report,
                })
            }
            None => None,
        };
        Ok(Some(AudioView {
            loudness: known.facts.loudness,
            here: files::path(self.root(), hash).exists(),
            made,
            original_name: known.original_name,
            facts: known.facts,
        }))
    }

    pub(crate) async fn view(&self, record: Record<Episode>) -> Result<EpisodeView> {
        let audio = match &record.body.audio {
            Some(file) => self.audio_view(&file.hash).await?,
            None => None,
        };
        let further = self.further_findings(&record.body, audio.as_ref()).await?;
        let (body, released) = (&record.body, Released::of(&record, self.now_ms()));
        let state = episode::state(body.draft, released, record.pending(), body.publish_at_ms, self.now_ms());
        let out_ms = record.released.as_ref().filter(|_| released == Released::Later).and_then(|e| e.publish_at_ms);
        let (id, changed) = (episode_id(&record)?, record.pending());
        let goes_out = out_ms.map(|at_ms| GoesOut { at_ms, zone: record.released.and_then(|e| e.zone), changed });
        Ok(EpisodeView { id, rev: record.rev, episode: record.body, state, audio, further, goes_out })
    }
}

pub(crate) fn show_id(record: &Record<Show>) -> Result<ShowId> {
    ShowId::parse(&record.id)
        .ok_or_else(|| Error::new(Code::LibraryFailed, "A show in the library has no readable id."))
}

pub(crate) fn episode_id(record: &Record<Episode>) -> Result<EpisodeId> {
    EpisodeId::parse(&record.id)
        .ok_or_else(|| Error::new(Code::LibraryFailed, "An episode in the library has no readable id."))
}

pub(crate) fn parse_hash(hash: &str) -> Result<Sha256> {
    Sha256::parse(hash).ok_or_else(|| Error::not_found("media file", hash))
}
