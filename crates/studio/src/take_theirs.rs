//! Takes what the other side's feed says of an episode into its working copy here: everything a feed can say and this library
//! can hold. What cannot be taken is named, and stays as it was. Nothing is published.

mod words;

use crate::chapters::as_here;
use crate::edit_episode::Also;
use crate::edit_show::{checked_link, checked_text};
use crate::read::show_id;
use crate::studio::task_failed;
use crate::{Studio, checked};
use hearthcast_engine::plan::object_url;
use hearthcast_engine::said::{Said, SaidTranscript, said_of};
use hearthcast_library::{episode, files, media, target};
use hearthcast_media::PictureOrder;
use hearthcast_model::manifest::{Manifest, Object, SOMEBODY_ELSE};
use hearthcast_model::place::Target;
use hearthcast_model::show::Attachment;
use hearthcast_model::view::{EpisodeEdit, NotTaken, TakenOver, WhyNotTaken};
use hearthcast_model::{Chapter, Episode, Error, Result, Sha256, Show, Transcript};
use hearthcast_text::{chapters, transcript};

/// Longest picture that is brought here.
const MOST_PICTURE: u64 = 32 << 20;

/// What the other side has, and what of it stays there.
struct Theirs<'a> {
    studio: &'a Studio,
    target: Target,
    /// Files of both versions, by their addresses.
    objects: Vec<Object>,
    /// The chapters file that they keep of the episode. One that was written for the place, because chapters have pictures, says the
    /// same.
    chapters: Option<Object>,
    left: Vec<NotTaken>,
}

/// A file, or why it is none.
type Found<T> = Result<T, WhyNotTaken>;

impl Studio {
    /// Takes over everything that the feed at a target says of an episode: words, numbers, dates, people, chapters,
    /// transcripts, picture, and its sound where that is on this computer. Its guid stays. Undo takes it back.
    pub async fn take_theirs(&self, show: &str, target: Option<&str>, guid: &str) -> Result<TakenOver> {
        let target = self.choose_target(show, target).await?;
        let (feed, manifest) = self.public_at(show, &target).await?;
        let said = said_of(&feed, guid).ok_or_else(|| {
            Error::not_found("item", guid).hint("It is not in the other feed any more; look at the plan again.")
        })?;
        let record = self.show(show).await?;
        let id = show_id(&record)?;
        let published = record.released.as_ref().unwrap_or(&record.body);
        let published = manifest.as_ref().filter(|manifest| manifest.renderer != SOMEBODY_ELSE).map(|_| published);
        let own = episode::all(self.library(), &id).await?.into_iter().find(|record| {
            record.deleted_ms.is_none() && record.released.as_ref().unwrap_or(&record.body).guid == guid
        });
        let own = own.ok_or_else(|| {
            Error::not_found("episode", guid)
                .hint("It was made elsewhere and has no sound here; nothing can be taken over.")
        })?;
        let known = target::state(self.library().readers(), &target.id).await?.manifest;
        let chapters = manifest.as_ref().and_then(|manifest| chapters_of(manifest, &own.id)).cloned();
        let objects = manifest.into_iter().chain(known).flat_map(|manifest| manifest.objects).collect();
        let mut theirs = Theirs { studio: self, target, objects, chapters, left: vec![] };
        let mut edit = theirs.words(&said, &own.body, published);
        let mut also = Also { at_ms: date(&said, &own.body), ..Also::default() };
        also.audio = theirs.audio(&said, &own.body).await?;
        theirs.picture(&said, &own.body, &mut edit, &mut also).await;
        edit.chapters = theirs.chapters(&said, &own.body, &also).await;
        theirs.transcripts(&said, &own.body, &mut also).await;
        let left = theirs.left;
        Ok(TakenOver { episode: self.edit_with(show, &own.id, edit, also).await?, left })
    }
}

/// Feeds know whole seconds: a time that reads the same stays.
fn date(said: &Said, own: &Episode) -> Option<i64> {
    said.at_ms.filter(|at| own.publish_at_ms.is_none_or(|ours| ours.div_euclid(1000) != at.div_euclid(1000)))
}

impl Theirs<'_> {
    fn leave(&mut self, field: &str, why: WhyNotTaken) {
        let sentence = format!("{}: {}", name(field), reason(why));
        self.left.push(NotTaken { field: field.into(), why, sentence });
    }

    /// What a checked field becomes; one that cannot be kept is left.
    fn fit<T, E>(&mut self, field: &str, checked: Result<T, E>) -> Option<T> {
        checked.map_err(|_| self.leave(field, WhyNotTaken::Unusable)).ok()
    }

    fn words(&mut self, said: &Said, own: &Episode, show: Option<&Show>) -> EpisodeEdit {
        let (notes, summary) = words::notes_and_summary(said, own, show);
        let same = own.persons.len() == said.persons.len()
            && own.persons.iter().zip(&said.persons).all(|(ours, theirs)| {
                (&ours.name, &ours.img, &ours.href) == (&theirs.name, &theirs.img, &theirs.href)
                    && ours.role.eq_ignore_ascii_case(&theirs.role)
                    && ours.group.eq_ignore_ascii_case(&theirs.group)
            });
        // One that was imported may be longer than one that is written.
        let for_apple = Some(&said.itunes_title).filter(|theirs| **theirs != own.itunes_title);
        EpisodeEdit {
            title: self.fit("title", if said.title.is_empty() { Err(()) } else { Ok(said.title.clone()) }),
            notes,
            itunes_title: for_apple
                .and_then(|theirs| self.fit("itunes_title", checked_text("itunes_title", theirs, false))),
            summary: summary.and_then(|theirs| self.fit("summary", checked::summary(&theirs))),
            season: Some(said.season.unwrap_or(0)),
            season_name: self.fit("season_name", checked::name("season_name", &said.season_name, false)),
            number: Some(said.number.unwrap_or_default()),
            kind: Some(said.kind),
            explicit: said.explicit,
            explicit_as_show: Some(said.explicit.is_none()),
            link: self.fit("link", checked_link(&said.link)),
            persons: if same { None } else { self.fit("persons", checked::persons(&said.persons)) },
            ..EpisodeEdit::default()
        }
    }

    /// A sound is taken where it is here: bringing one and measuring it is more than an edit.
    async fn audio(&mut self, said: &Said, own: &Episode) -> Result<Option<Attachment>> {
        let Some(url) = &said.audio else { return Ok(None) };
        if own.audio.is_none() && own.remote_audio.as_ref().is_some_and(|remote| remote.url == *url) {
            return Ok(None);
        }
        let Some(object) = self.object(url) else {
            self.leave("audio", WhyNotTaken::Elsewhere);
            return Ok(None);
        };
        if own.audio.as_ref().is_some_and(|audio| audio.hash == object.sha256) {
            return Ok(None);
        }
        let known = media::get(self.studio.library(), &object.sha256).await?.is_some();
        if known && self.is_here(&object.sha256) {
            return Ok(named(&object));
        }
        self.leave("audio", WhyNotTaken::NotHere);
        Ok(None)
    }

    async fn picture(&mut self, said: &Said, own: &Episode, edit: &mut EpisodeEdit, also: &mut Also) {
        let Some(url) = &said.image else {
            edit.image = Some(String::new());
            return;
        };
        let Some(object) = self.object(url) else { return self.leave("image", WhyNotTaken::Elsewhere) };
        if own.image.as_ref().is_some_and(|image| image.hash == object.sha256) {
            return;
        }
        if let Err(why) = self.bring(&object, MOST_PICTURE).await {
            return self.leave("image", why);
        }
        let path = files::path(self.studio.root(), &object.sha256);
        let taken = self.studio.take_picture(&path, PictureOrder::episode()).await;
        also.picture = self.fit("image", taken);
    }

    async fn chapters(&mut self, said: &Said, own: &Episode, also: &Also) -> Option<Vec<Chapter>> {
        let Some(url) = &said.chapters else { return (!own.chapters.is_empty()).then(Vec::new) };
        let Some(object) = self.object(url).or_else(|| self.chapters.clone()) else {
            self.leave("chapters", WhyNotTaken::Elsewhere);
            return None;
        };
        if own.chapters_file.as_ref().is_some_and(|file| file.hash == object.sha256) {
            return None;
        }
        let read = match self.bring(&object, chapters::MAX_BYTES as u64).await {
            Ok(bytes) => tokio::task::spawn_blocking(move || chapters::read(&bytes)).await,
            Err(why) => {
                self.leave("chapters", why);
                return None;
            }
        };
        let read = read.map_err(|e| task_failed(&e)).and_then(|read| Ok(read?));
        // They must lie within the sound that is here.
        let heard = Episode { audio: also.audio.clone().or_else(|| own.audio.clone()), ..own.clone() };
        let checked = match read {
            Ok(list) => self.studio.checked_chapters(&heard, &as_here(list, own)).await,
            Err(error) => Err(error),
        };
        self.fit("chapters", checked)
    }

    /// All of them, or none: a list that is half theirs is nobody's.
    async fn transcripts(&mut self, said: &Said, own: &Episode, also: &mut Also) {
        let mut taken = vec![];
        for theirs in &said.transcripts {
            match self.transcript(theirs, own, also).await {
                Ok(transcript) => taken.push(transcript),
                Err(why) => {
                    also.kept.clear();
                    return self.leave("transcripts", why);
                }
            }
        }
        also.transcripts = (taken != own.transcripts).then_some(taken);
    }

    async fn transcript(&self, theirs: &SaidTranscript, own: &Episode, also: &mut Also) -> Found<Transcript> {
        let object = self.object(&theirs.url).ok_or(WhyNotTaken::Elsewhere)?;
        let (language, captions) = (theirs.language.clone(), theirs.captions);
        let ours = own.transcripts.iter().find(|transcript| transcript.file.hash == object.sha256);
        if let Some(Transcript { file, .. }) = ours {
            return Ok(Transcript { file: file.clone(), language, captions });
        }
        let bytes = self.bring(&object, transcript::MAX_BYTES as u64).await?;
        let (_, kept) = self.studio.keep_transcript(bytes, "", None).await.map_err(|_| WhyNotTaken::Unusable)?;
        let name = named(&object).ok_or(WhyNotTaken::Unusable)?.name;
        let file = kept.attachment(&name);
        also.kept.push(kept);
        Ok(Transcript { file, language, captions })
    }

    fn object(&self, url: &str) -> Option<Object> {
        self.objects.iter().find(|object| object_url(&self.target, object) == url).cloned()
    }

    fn is_here(&self, hash: &Sha256) -> bool {
        files::path(self.studio.root(), hash).is_file()
    }

    /// The bytes of a file, which are in the media folder afterwards.
    async fn bring(&self, object: &Object, most: u64) -> Found<Vec<u8>> {
        if self.is_here(&object.sha256) && object.bytes <= most {
            let path = files::path(self.studio.root(), &object.sha256);
            return tokio::fs::read(path).await.map_err(|_| WhyNotTaken::Unreached);
        }
        let origin = self.studio.origin_at(&self.target).await.map_err(|_| WhyNotTaken::Unreached)?;
        let bytes = origin.whole(object, most).await.map_err(|_| WhyNotTaken::Unreached)?;
        let (root, brought) = (self.studio.root().to_path_buf(), bytes.clone());
        let kept = tokio::task::spawn_blocking(move || files::take_in_from(&root, &mut brought.as_slice())).await;
        kept.ok().and_then(Result::ok).map(|_| bytes).ok_or(WhyNotTaken::Unreached)
    }
}

/// The chapters file that a version keeps of an episode.
fn chapters_of<'a>(manifest: &'a Manifest, episode: &str) -> Option<&'a Object> {
    let is_it = |object: &&Object| {
        object.mime == chapters::MIME && object.episode.as_ref().is_some_and(|id| id.as_str() == episode)
    };
    manifest.objects.iter().find(is_it)
}

/// The file as a record names it: under the name it was published with.
fn named(object: &Object) -> Option<Attachment> {
    let (name, ext) = object.key.rsplit('/').next()?.rsplit_once('.')?;
    Some(Attachment { hash: object.sha256.clone(), name: name.into(), ext: ext.into() })
}

fn name(field: &str) -> &'static str {
    match field {
        "title" => "The title",
        "itunes_title" => "The title for Apple",
        "summary" => "The summary",
        "season_name" => "The name of the season",
        "link" => "The web page",
        "persons" => "The people",
        "audio" => "The sound",
        "image" => "The picture",
        "chapters" => "The chapters",
        _ => "The transcripts",
    }
}

fn reason(why: WhyNotTaken) -> &'static str {
    match why {
        WhyNotTaken::NotHere => "the file is not on this computer; add it to the episode by hand.",
        WhyNotTaken::Elsewhere => "the address is not one of a file that Hearthcast published there.",
        WhyNotTaken::Unreached => "the file could not be brought here; try again when the place answers.",
        WhyNotTaken::Unusable => "it says something that this library cannot keep.",
    }
}
