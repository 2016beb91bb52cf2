//! An episode or a post as the author keeps it.

use crate::chapter::{Chapter, Rendition, Transcript};
use crate::foreign::{ForeignElement, RemoteAudio};
use crate::namespace::EpisodeTags;
use crate::person::Person;
use crate::picture::{Picture, PictureFrom};
use crate::rule::FileKind;
use crate::show::{Attachment, kinds_of_picture};
use crate::song::{Song, Video};
use crate::{EpisodeNumber, Notes, ShowId};
use serde::{Deserialize, Serialize};

/// Longest summary, in bytes: what directories take.
pub const MAX_SUMMARY_BYTES: usize = 4_000;

/// `itunes:episodeType`, and what is no episode of the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EpisodeKind {
    /// A whole episode.
    #[default]
    Full,
    /// An announcement.
    Trailer,
    /// Extra content.
    Bonus,
    /// Words for the show's website, without sound: no feed has it.
    Post,
}

/// An episode, or a post of the show's website. The body of a record; ids and revisions stand in the envelope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Episode {
    /// The show it belongs to.
    pub show: ShowId,
    /// The feed's guid: foreign text, never changes. Own episodes get a UUIDv4.
    pub guid: String,
    /// Title.
    pub title: String,
    /// Name in addresses: `a-z 0-9 -`, unique in the show.
    pub slug: String,
    /// Show notes.
    pub notes: Notes,
    /// The sound.
    pub audio: Option<Attachment>,
    /// Own picture; the show's cover where there is none.
    pub image: Option<Attachment>,
    /// Season number.
    pub season: Option<u32>,
    /// Episode number.
    #[cfg_attr(feature = "bindings", ts(as = "Option<f64>"))]
    pub number: Option<EpisodeNumber>,
    /// Full, trailer or bonus.
    pub kind: EpisodeKind,
    /// Explicit, if it differs from the show.
    pub explicit: Option<bool>,
    /// Web page of the episode; empty when there is none.
    pub link: String,
    /// When it becomes public (Unix milliseconds, UTC); `None` until the first publication sets it.
    pub publish_at_ms: Option<i64>,
    /// IANA zone the author chose the time in, if any.
    pub zone: Option<String>,
    /// A draft is never part of a publication.
    pub draft: bool,
    /// Smaller copies of the picture, largest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub image_sizes: Vec<Rendition>,
    /// What the picture was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_from: Option<PictureFrom>,
    /// What the picture shows, for those who do not see it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub image_alt: String,
    /// Title for Apple (`itunes:title`), where it is another one; empty means the title.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub itunes_title: String,
    /// What it is about in plain words (`description` and `itunes:summary`), where that is something else than its notes; empty
    /// means that they are made of these.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// Name of the season (`podcast:season name`); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub season_name: String,
    /// Chapters, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chapters: Vec<Chapter>,
    /// The chapters as a JSON chapters 1.2 file, made from `chapters` whenever they change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chapters_file: Option<Attachment>,
    /// Transcripts; one per format and language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transcripts: Vec<Transcript>,
    /// People of this episode; where there are none, the show's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Person>,
    /// Songs that are heard, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub songs: Vec<Song>,
    /// Videos that a website shows with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub videos: Vec<Video>,
    /// `itunes:block`: Apple and others do not list it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocked: bool,
    /// What it says in the podcast namespace besides.
    #[serde(default, skip_serializing_if = "EpisodeTags::is_empty")]
    pub tags: EpisodeTags,
    /// Whether the guid is also the address of the episode's page (`isPermaLink`), as an imported feed said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guid_is_permalink: bool,
    /// Sound that lies at somebody else's address, where there is none of our own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_audio: Option<RemoteAudio>,
    /// How many times its sound was replaced under a new address since it came out. Stands in the address that a server
    /// leads on from, which does not tell sounds apart otherwise.
    #[serde(default, skip_serializing_if = "is_first")]
    pub audio_edition: u32,
    /// What an imported feed said besides, in namespaces of others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<ForeignElement>,
    /// When it was made, Unix milliseconds.
    pub created_ms: i64,
    /// Newest change, Unix milliseconds.
    pub changed_ms: i64,
    /// Fields a newer Hearthcast wrote; kept untouched.
    #[serde(flatten)]
    #[cfg_attr(feature = "bindings", ts(skip))]
    pub extra: std::collections::BTreeMap<String, serde_json::Value>,
}

fn is_first(edition: &u32) -> bool {
    *edition == 0
}

impl Episode {
    /// An episode with nothing but a title.
    pub fn new(show: ShowId, guid: &str, title: &str, slug: &str, now_ms: i64) -> Self {
        Self {
            show,
            guid: guid.into(),
            title: title.into(),
            slug: slug.into(),
            notes: Notes::default(),
            audio: None,
            image: None,
            season: None,
            number: None,
            kind: EpisodeKind::default(),
            explicit: None,
            link: String::new(),
            publish_at_ms: None,
            zone: None,
            draft: false,
            image_sizes: vec![],
            image_alt: String::new(),
            itunes_title: String::new(),
            summary: String::new(),
            image_from: None,
            season_name: String::new(),
            chapters: vec![],
            chapters_file: None,
            transcripts: vec![],
            persons: vec![],
            songs: vec![],
            videos: vec![],
            blocked: false,
            tags: EpisodeTags::default(),
            guid_is_permalink: false,
            remote_audio: None,
            audio_edition: 0,
            foreign: vec![],
            created_ms: now_ms,
            changed_ms: now_ms,
            extra: Default::default(),
        }
    }

    /// Whether it is a post.
    pub fn is_post(&self) -> bool {
        self.kind == EpisodeKind::Post
    }

    /// Whether there is what it is about: an episode's sound, a post's words.
    pub fn is_complete(&self) -> bool {
        if self.is_post() { !self.title.trim().is_empty() } else { self.has_sound() }
    }

    /// Whether feeds have it: an episode with its sound.
    pub fn is_in_feeds(&self) -> bool {
        !self.is_post() && self.has_sound()
    }

    /// Whether there is something to hear: its own file, or one at somebody else's address.
    pub fn has_sound(&self) -> bool {
        self.audio.is_some() || self.remote_audio.is_some()
    }

    /// Chapters and songs as one list, ascending; of two at one instant the chapter comes first.
    pub fn marks(&self) -> Vec<Chapter> {
        let mut marks: Vec<Chapter> =
            self.chapters.iter().cloned().chain(self.songs.iter().map(Song::as_chapter)).collect();
        marks.sort_by_key(|mark| mark.start_ms);
        marks
    }

    /// Every file that is published with the episode: sound, pictures and their smaller copies, those in its notes, chapters,
    /// transcripts.
    pub fn files(&self) -> impl Iterator<Item = &Attachment> {
        self.kinds_of_files().map(|(_, file)| file)
    }

    /// The same, with what each of them is.
    pub fn kinds_of_files(&self) -> impl Iterator<Item = (FileKind, &Attachment)> {
        let sizes = self.image_sizes.iter().map(|size| (FileKind::Thumbnail, &size.file));
        let pictures = self.image.iter().map(|file| (FileKind::EpisodeImage, file)).chain(sizes);
        let chapters = self.chapters_file.iter().map(|file| (FileKind::Chapters, file));
        let transcripts = self.transcripts.iter().map(|transcript| (FileKind::Transcript, &transcript.file));
        let in_it = self.pictures().flat_map(|(kind, picture)| kinds_of_picture(kind, picture));
        // A post has no sound, whatever it was before.
        let audio = self.audio.iter().filter(|_| !self.is_post()).map(|file| (FileKind::Audio, file));
        let others = self.tags.alternate_enclosures.iter().filter_map(|other| other.file.as_ref());
        let others = others.filter(|_| !self.is_post()).map(|file| (FileKind::Audio, file));
        let rest = in_it.chain(others).chain(self.notes.kinds_of_files());
        audio.chain(pictures).chain(chapters).chain(transcripts).chain(rest)
    }

    /// Its pictures beside its own: of chapters and songs, and stills of its videos; with what each of them is.
    pub fn pictures(&self) -> impl Iterator<Item = (FileKind, &Picture)> {
        let chapters = self.chapters.iter().filter_map(|chapter| chapter.picture.as_ref());
        let marks = chapters.chain(self.songs.iter().filter_map(|song| song.picture.as_ref()));
        let marks = marks.map(|picture| (FileKind::ChapterImage, picture));
        marks.chain(self.posters().map(|poster| (FileKind::EpisodeImage, poster)))
    }

    /// Stills of its videos.
    pub fn posters(&self) -> impl Iterator<Item = &Picture> {
        let posters = self.tags.alternate_enclosures.iter().filter_map(|other| other.poster.as_ref());
        posters.filter(|_| !self.is_post())
    }

    /// The same, to be changed.
    pub fn files_mut(&mut self) -> impl Iterator<Item = &mut Attachment> {
        let pictures = self.image.iter_mut().chain(self.image_sizes.iter_mut().map(|size| &mut size.file));
        let transcripts = self.transcripts.iter_mut().map(|transcript| &mut transcript.file);
        let of_marks = self.chapters.iter_mut().filter_map(|chapter| chapter.picture.as_mut());
        let of_marks = of_marks.chain(self.songs.iter_mut().filter_map(|song| song.picture.as_mut()));
        let of_marks = of_marks.flat_map(Picture::files_mut);
        let others = self.tags.alternate_enclosures.iter_mut();
        let others =
            others.flat_map(|one| one.file.iter_mut().chain(one.poster.iter_mut().flat_map(Picture::files_mut)));
        let sound = self.audio.iter_mut().chain(pictures).chain(&mut self.chapters_file);
        sound.chain(transcripts).chain(of_marks).chain(others).chain(self.notes.files_mut())
    }
}
