//! What a file is in a show or in an episode: the parts of the record that can be given another one.

use crate::picture_master::from_of;
use crate::written_transcripts::is_written;
use hearthcast_media::PictureOrder;
use hearthcast_model::media_library::{MediaPlace, PrivatePlace};
use hearthcast_model::media_replace::ReplaceEffect;
use hearthcast_model::rule::FileKind;
use hearthcast_model::show::Attachment;
use hearthcast_model::{Episode, Notes, Picture, PictureFrom, Sha256, Show};

/// A part of a record that a file is given to, by a verb of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The sound of an episode, or what it is made of.
    Sound,
    /// A further file of an episode: another format, or a video.
    Further,
    /// Heard before every episode.
    Intro,
    /// Heard after every episode.
    Outro,
    /// The show's cover.
    Cover,
    /// The website's banner.
    Banner,
    /// The website's icon.
    Favicon,
    /// Pictures of links.
    Link,
    /// Pictures of seasons.
    Season,
    /// The font of the show's name.
    Font,
    /// The picture of an episode.
    Image,
    /// Pictures of chapters and songs.
    Mark,
    /// Pictures in the notes.
    Notes,
    /// Captions.
    Transcript,
    /// The chapters.
    Chapters,
}

impl Part {
    /// What becomes of it; of a sound, as it comes.
    pub(super) fn effect(self) -> ReplaceEffect {
        match self {
            Self::Sound | Self::Further | Self::Font => ReplaceEffect::TakesPlace,
            Self::Intro | Self::Outro => ReplaceEffect::FromNow,
            Self::Transcript | Self::Chapters => ReplaceEffect::Rewritten,
            _ => ReplaceEffect::Redrawn,
        }
    }

    /// How a picture is made for it.
    pub(super) fn order(self) -> Option<PictureOrder> {
        match self {
            Self::Cover => Some(PictureOrder::cover()),
            Self::Banner => Some(PictureOrder::banner()),
            Self::Favicon | Self::Link => Some(PictureOrder::icon()),
            Self::Season | Self::Image | Self::Mark => Some(PictureOrder::episode()),
            Self::Notes => Some(PictureOrder::notes()),
            _ => None,
        }
    }

    /// Whether the media library tells of it at this place.
    fn stands_at(self, place: MediaPlace) -> bool {
        match place {
            MediaPlace::Published(FileKind::Audio) => matches!(self, Self::Sound | Self::Further),
            MediaPlace::Published(FileKind::Cover) => matches!(self, Self::Cover | Self::Season),
            MediaPlace::Published(FileKind::Banner) => self == Self::Banner,
            MediaPlace::Published(FileKind::Favicon) => self == Self::Favicon,
            MediaPlace::Published(FileKind::LinkIcon) => self == Self::Link,
            MediaPlace::Published(FileKind::Font) => self == Self::Font,
            MediaPlace::Published(FileKind::EpisodeImage) => self == Self::Image,
            MediaPlace::Published(FileKind::ChapterImage) => self == Self::Mark,
            MediaPlace::Published(FileKind::NotesImage) => self == Self::Notes,
            MediaPlace::Published(FileKind::Transcript) => self == Self::Transcript,
            MediaPlace::Published(FileKind::Chapters) => self == Self::Chapters,
            MediaPlace::Published(_) => false,
            MediaPlace::Private(PrivatePlace::Recording) => self == Self::Sound,
            MediaPlace::Private(PrivatePlace::Original) => self.order().is_some() && self != Self::Notes,
            MediaPlace::Private(PrivatePlace::Intro) => self == Self::Intro,
            MediaPlace::Private(PrivatePlace::Outro) => self == Self::Outro,
        }
    }

    /// Whether a show that is public has something there.
    pub(super) fn is_in_show(self, show: &Show) -> bool {
        match self {
            Self::Cover => show.cover.is_some(),
            Self::Banner => show.banner.is_some(),
            Self::Favicon => show.favicon.is_some(),
            Self::Link => show.links.iter().any(|link| link.picture.is_some()),
            Self::Season => show.seasons.iter().any(|season| season.picture.is_some()),
            Self::Font => show.font.is_some(),
            Self::Notes => [&show.description, &show.notes_suffix].iter().any(|notes| !notes.pictures.is_empty()),
            // Nobody ever gets them alone.
            _ => false,
        }
    }

    /// Whether an episode that is public has something there.
    pub(super) fn is_in_episode(self, episode: &Episode) -> bool {
        match self {
            Self::Sound => episode.audio.is_some(),
            Self::Further => !episode.tags.alternate_enclosures.is_empty(),
            Self::Image => episode.image.is_some(),
            Self::Mark => marks(episode).next().is_some(),
            Self::Notes => !episode.notes.pictures.is_empty(),
            Self::Transcript => !episode.transcripts.is_empty(),
            Self::Chapters => episode.chapters_file.is_some(),
            _ => false,
        }
    }
}

/// Which parts of a show a file is at a place.
pub(super) fn of_show(show: &Show, place: MediaPlace, old: &Sha256) -> Vec<Part> {
    let links = show.links.iter().filter_map(|link| link.picture.as_ref());
    let seasons = show.seasons.iter().filter_map(|season| season.picture.as_ref());
    let all = [
        (Part::Cover, is_own(show.cover.as_ref(), show.cover_from.as_ref(), old)),
        (Part::Banner, any(show.banner.iter(), old)),
        (Part::Favicon, any(show.favicon.iter(), old)),
        (Part::Link, any(links, old)),
        (Part::Season, any(seasons, old)),
        (Part::Font, show.font.as_ref().is_some_and(|font| font.file.hash == *old)),
        (Part::Notes, holds(&show.description, old) || holds(&show.notes_suffix, old)),
        (Part::Intro, is_file(show.recipe.intro.as_ref(), old)),
        (Part::Outro, is_file(show.recipe.outro.as_ref(), old)),
    ];
    at(place, all)
}

/// Which parts of an episode a file is at a place; its recording is another question.
pub(super) fn of_episode(episode: &Episode, place: MediaPlace, old: &Sha256) -> Vec<Part> {
    let captions = episode.transcripts.iter().any(|one| one.file.hash == *old && !is_written(one));
    let all = [
        (Part::Sound, is_file(episode.audio.as_ref(), old)),
        (Part::Further, episode.tags.alternate_enclosures.iter().any(|other| other.is_file(old))),
        (Part::Image, is_own(episode.image.as_ref(), episode.image_from.as_ref(), old)),
        (Part::Mark, any(marks(episode), old)),
        (Part::Notes, holds(&episode.notes, old)),
        (Part::Transcript, captions),
        (Part::Chapters, is_file(episode.chapters_file.as_ref(), old)),
    ];
    at(place, all)
}

fn at(place: MediaPlace, all: impl IntoIterator<Item = (Part, bool)>) -> Vec<Part> {
    all.into_iter().filter(|(part, is)| *is && part.stands_at(place)).map(|(part, _)| part).collect()
}

/// Pictures of chapters and songs.
fn marks(episode: &Episode) -> impl Iterator<Item = &Picture> {
    let chapters = episode.chapters.iter().filter_map(|chapter| chapter.picture.as_ref());
    chapters.chain(episode.songs.iter().filter_map(|song| song.picture.as_ref()))
}

fn any<'a>(mut pictures: impl Iterator<Item = &'a Picture>, old: &Sha256) -> bool {
    pictures.any(|picture| shows(picture, old))
}

/// Whether a picture is this file, or was made from it.
pub(super) fn shows(picture: &Picture, old: &Sha256) -> bool {
    picture.file.hash == *old || picture.from.as_ref().is_some_and(|from| from.master == *old)
}

/// The same of a record's own picture.
fn is_own(picture: Option<&Attachment>, from: Option<&PictureFrom>, old: &Sha256) -> bool {
    is_file(picture, old) || from_of(picture, from.cloned()).is_some_and(|from| from.master == *old)
}

fn is_file(file: Option<&Attachment>, old: &Sha256) -> bool {
    file.is_some_and(|file| file.hash == *old)
}

fn holds(notes: &Notes, old: &Sha256) -> bool {
    notes.pictures.iter().any(|picture| is_file(picture.file.as_ref(), old))
}
