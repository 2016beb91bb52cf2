//! What keeps a feed from being written, each naming the thing it is about.

use hearthcast_model::{Code, EpisodeId, Error};

/// A feed that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FeedError {
    /// The show has no cover picture; directories refuse such feeds.
    #[error("The show \"{title}\" has no cover picture.")]
    CoverMissing {
        /// Title of the show.
        title: String,
    },
    /// A category that is not on Apple's list.
    #[error("\"{name}\" is not a podcast category.")]
    CategoryUnknown {
        /// As given.
        name: String,
    },
    /// A web address that apps could not open.
    #[error("\"{link}\" cannot be opened as a web page; it is the link of {owner}.")]
    LinkUnusable {
        /// As given.
        link: String,
        /// Whose link it is, with its title.
        owner: String,
    },
    /// Sound at somebody else's address, which is none that apps could open.
    #[error("The sound of {owner} cannot be found at \"{url}\".")]
    SoundUnusable {
        /// As given.
        url: String,
        /// Whose sound it is, with its title.
        owner: String,
    },
    /// The facts of an episode's audio file were not given.
    #[error("Size and length of the audio of \"{title}\" are not known.")]
    FactsMissing {
        /// The episode.
        episode: EpisodeId,
        /// Its title.
        title: String,
    },
    /// A file has no address.
    #[error("The file {file} of {owner} has no public address.")]
    UrlMissing {
        /// Name of the file, with extension.
        file: String,
        /// Whose file it is, with its title.
        owner: String,
    },
    /// An episode without guid.
    #[error("The episode \"{title}\" has no guid.")]
    GuidMissing {
        /// The episode.
        episode: EpisodeId,
        /// Its title.
        title: String,
    },
    /// Two episodes with the same guid.
    #[error("The episode \"{title}\" has the same guid as another one.")]
    GuidRepeated {
        /// The older one of the two.
        episode: EpisodeId,
        /// Its title.
        title: String,
    },
    /// An address of the podcast namespace that is not https.
    #[error("The link of {what} of {owner} must begin with https://, and is \"{link}\".")]
    LinkInsecure {
        /// As given.
        link: String,
        /// What it belongs to.
        what: &'static str,
        /// Whose it is, with its title.
        owner: String,
    },
    /// A text that must say something.
    #[error("{what} of {owner} has no text.", what = capital(what))]
    TextMissing {
        /// What it belongs to.
        what: &'static str,
        /// Whose it is, with its title.
        owner: String,
    },
    /// A text longer than the podcast namespace allows.
    #[error("The text of {what} of {owner} is longer than {limit} characters.")]
    TextTooLong {
        /// What it belongs to.
        what: &'static str,
        /// How long it may be.
        limit: usize,
        /// Whose it is, with its title.
        owner: String,
    },
    /// A tag of the podcast namespace that no app could read.
    #[error("{what} of {owner} {why}.", what = capital(what))]
    TagUnusable {
        /// What it is.
        what: &'static str,
        /// What is wrong with it, after its name.
        why: &'static str,
        /// Whose it is, with its title.
        owner: String,
    },
    /// A word that `podcast:medium` does not know.
    #[error("\"{medium}\" is not a kind of feed that podcast apps know.")]
    MediumUnknown {
        /// As given.
        medium: String,
    },
    /// A transcript in a format that no app reads.
    #[error("The file {file} of {owner} is not a transcript that podcast apps read.")]
    TranscriptUnknown {
        /// Name of the file, with extension.
        file: String,
        /// Whose it is, with its title.
        owner: String,
    },
    /// A date that feeds cannot hold (years 1 to 9999).
    #[error("The date of {owner} is out of range.")]
    DateUnusable {
        /// Whose date it is, with its title.
        owner: String,
    },
}

fn capital(text: &str) -> String {
    text[..1].to_uppercase() + &text[1..]
}

impl From<FeedError> for Error {
    fn from(error: FeedError) -> Self {
        use FeedError as E;
        let (code, kind, id, hint) = match &error {
            E::CoverMissing { .. } => (
                Code::PublishIncomplete,
                "field",
                "cover",
                "Give the show a square JPEG or PNG of 1400 to 3000 pixels.",
            ),
            E::CategoryUnknown { .. } => (
                Code::FieldInvalid,
                "field",
                "categories",
                "Use names of Apple's list, such as \"Technology\" or \"Arts/Books\".",
            ),
            E::LinkUnusable { .. } => (
                Code::FieldInvalid,
                "field",
                "link",
                "Write the whole address, with https:// at the front, or leave it empty.",
            ),
            E::LinkInsecure { .. } => (
                Code::FieldInvalid,
                "field",
                "link",
                "Write the whole address, with https:// at the front: podcast apps open no other here.",
            ),
            E::TextMissing { .. } | E::TextTooLong { .. } => {
                (Code::FieldInvalid, "field", "text", "Give it a short text that listeners will read.")
            }
            E::TagUnusable { .. } => (Code::FieldInvalid, "field", "tags", "Correct it, or take it out."),
            E::MediumUnknown { .. } => (
                Code::FieldInvalid,
                "field",
                "medium",
                "Use one of podcast, music, video, film, audiobook, newsletter, blog, publisher, course or mixed, or leave it empty.",
            ),
            E::TranscriptUnknown { file, .. } => {
                (Code::FieldInvalid, "file", file.as_str(), "Use a WebVTT (.vtt) or SubRip (.srt) file.")
            }
            E::SoundUnusable { .. } => (
                Code::FieldInvalid,
                "field",
                "audio",
                "Add the recording to the episode; then listeners get it from you.",
            ),
            E::FactsMissing { episode, .. } => {
                (Code::PublishIncomplete, "episode", episode.as_str(), "Add the audio file to the episode again.")
            }
            E::UrlMissing { file, .. } => {
                (Code::Internal, "file", file.as_str(), "Please report this; making the plan again may help.")
            }
            E::GuidMissing { episode, .. } | E::GuidRepeated { episode, .. } => {
                (Code::PublishIncomplete, "episode", episode.as_str(), "Remove the episode and add it again.")
            }
            E::DateUnusable { .. } => {
                (Code::FieldInvalid, "field", "at", "Choose a date between the years 1 and 9999.")
            }
        };
        Error::new(code, error.to_string()).hint(hint).about(kind, id)
    }
}
